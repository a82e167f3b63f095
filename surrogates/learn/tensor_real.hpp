// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include <cmath>
#include <optional>
#include <utility>

namespace myowave::learn {

/// The outcome of a comparison, number by number.
class TensorMask {
 public:
  explicit TensorMask(bool value) : value_(value) {}
  explicit TensorMask(torch::Tensor mask) : mask_(std::move(mask)) {}

  bool is_constant() const { return !mask_.defined(); }
  bool value() const { return value_; }
  const torch::Tensor& mask() const { return mask_; }
  friend TensorMask operator&(const TensorMask& a, const TensorMask& b) {
    if (a.is_constant()) return a.value_ ? b : a;
    if (b.is_constant()) return b.value_ ? a : b;
    return TensorMask(a.mask_.logical_and(b.mask_));
  }
  friend TensorMask operator|(const TensorMask& a, const TensorMask& b) {
    if (a.is_constant()) return a.value_ ? a : b;
    if (b.is_constant()) return b.value_ ? b : a;
    return TensorMask(a.mask_.logical_or(b.mask_));
  }

 private:
  torch::Tensor mask_;
  bool value_ = false;
};

/// A number for the equations of ionic models (ionic/functions.hpp says what they use): a constant, or
/// a tensor of samples through which gradients flow. Constants stay plain numbers.
class TensorReal {
 public:
  TensorReal(double value = 0.0) : value_(value) {}
  TensorReal(torch::Tensor tensor) : tensor_(std::move(tensor)) {}

  bool is_constant() const { return !tensor_.defined(); }
  double value() const { return value_; }
  const torch::Tensor& tensor() const { return tensor_; }

  TensorReal& operator+=(const TensorReal& b) { return *this = *this + b; }
  TensorReal& operator-=(const TensorReal& b) { return *this = *this - b; }
  TensorReal& operator*=(const TensorReal& b) { return *this = *this * b; }

  friend TensorReal operator+(const TensorReal& a, const TensorReal& b) {
    if (a.is_constant()) return b.is_constant() ? TensorReal(a.value_ + b.value_) : b.tensor_ + a.value_;
    return b.is_constant() ? a.tensor_ + b.value_ : a.tensor_ + b.tensor_;
  }
  friend TensorReal operator-(const TensorReal& a, const TensorReal& b) {
    if (a.is_constant()) return b.is_constant() ? TensorReal(a.value_ - b.value_) : a.value_ - b.tensor_;
    return b.is_constant() ? a.tensor_ - b.value_ : a.tensor_ - b.tensor_;
  }
  friend TensorReal operator*(const TensorReal& a, const TensorReal& b) {
    if (a.is_constant()) return b.is_constant() ? TensorReal(a.value_ * b.value_) : b.tensor_ * a.value_;
    return b.is_constant() ? a.tensor_ * b.value_ : a.tensor_ * b.tensor_;
  }
  friend TensorReal operator/(const TensorReal& a, const TensorReal& b) {
    if (a.is_constant()) return b.is_constant() ? TensorReal(a.value_ / b.value_) : a.value_ / b.tensor_;
    return b.is_constant() ? a.tensor_ / b.value_ : a.tensor_ / b.tensor_;
  }
  friend TensorReal operator-(const TensorReal& a) {
    return a.is_constant() ? TensorReal(-a.value_) : TensorReal(-a.tensor_);
  }
  friend TensorMask operator<(const TensorReal& a, const TensorReal& b) { return less(a, b); }
  friend TensorMask operator>(const TensorReal& a, const TensorReal& b) { return less(b, a); }

  /// condition ? a : b, number by number.
  friend TensorReal select(const TensorMask& condition, const TensorReal& a, const TensorReal& b) {
    if (condition.is_constant()) return condition.value() ? a : b;
    const torch::Tensor& like = a.is_constant() ? b.tensor_ : a.tensor_;
    const auto options = like.defined() ? like.options() : torch::TensorOptions(torch::kDouble);
    return torch::where(condition.mask(), a.as_tensor(options), b.as_tensor(options));
  }

  friend TensorReal exp(const TensorReal& x) {
    return x.is_constant() ? TensorReal(std::exp(x.value_)) : TensorReal(torch::exp(x.tensor_));
  }
  friend TensorReal expm1(const TensorReal& x) {
    return x.is_constant() ? TensorReal(std::expm1(x.value_)) : TensorReal(torch::expm1(x.tensor_));
  }
  friend TensorReal log(const TensorReal& x) {
    return x.is_constant() ? TensorReal(std::log(x.value_)) : TensorReal(torch::log(x.tensor_));
  }
  friend TensorReal sqrt(const TensorReal& x) {
    return x.is_constant() ? TensorReal(std::sqrt(x.value_)) : TensorReal(torch::sqrt(x.tensor_));
  }

  torch::Tensor as_tensor(const torch::TensorOptions& options) const {
    return is_constant() ? torch::full({}, value_, options) : tensor_;
  }

 private:
  static TensorMask less(const TensorReal& a, const TensorReal& b) {
    if (a.is_constant())
      return b.is_constant() ? TensorMask(a.value_ < b.value_) : TensorMask(b.tensor_ > a.value_);
    return TensorMask(b.is_constant() ? a.tensor_ < b.value_ : a.tensor_ < b.tensor_);
  }

  torch::Tensor tensor_;
  double value_ = 0.0;
};

}  // namespace myowave::learn
