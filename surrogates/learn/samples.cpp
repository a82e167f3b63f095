// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/samples.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "surrogates/learn/random.hpp"

namespace myowave::learn {
namespace {

torch::Tensor row(const std::vector<double>& values, const torch::Tensor& like) {
  return torch::tensor(values, torch::kDouble).to(like.device(), like.scalar_type());
}

std::vector<double> columns_of(const torch::Tensor& values) {
  const torch::Tensor plain = values.to(torch::kCPU, torch::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

}  // namespace

torch::Tensor Scaling::normalised(const torch::Tensor& x) const {
  return (x - row(offset, x)) / row(scale, x);
}

torch::Tensor Scaling::physical(const torch::Tensor& x) const {
  return x * row(scale, x) + row(offset, x);
}

Scaling scaling_of(const torch::Tensor& x) {
  Scaling scaling;
  scaling.offset = columns_of(x.mean(0));
  scaling.scale = columns_of(x.std(0, /*unbiased=*/false));
  scaling.low = columns_of(std::get<0>(x.min(0)));
  scaling.high = columns_of(std::get<0>(x.max(0)));
  for (std::size_t k = 0; k < scaling.scale.size(); ++k)
    // What does not vary but for rounding is not blown up.
    if (!(scaling.scale[k] > 1e-9 * std::abs(scaling.offset[k]))) scaling.scale[k] = 1.0;
  return scaling;
}

surrogates::Input input_of(const Scaling& scaling, std::size_t column, std::string name,
                           std::string unit) {
  double low = scaling.low[column], high = scaling.high[column];
  if (!(low < high)) {
    const double room = 1e-6 * std::max(1.0, std::abs(low));
    low -= room, high += room;
  }
  return {std::move(name), std::move(unit), scaling.offset[column], scaling.scale[column], low, high};
}

Batches::Batches(torch::Tensor x, torch::Tensor y, int batch, int seed)
    : x_(std::move(x)),
      y_(std::move(y)),
      batch_(std::min<std::int64_t>(batch, x_.size(0))),
      seed_(static_cast<std::uint64_t>(seed)) {}

void Batches::shuffle(long epoch) {
  epoch_ = epoch;
  Random random(seed_, Stream::order, static_cast<std::uint64_t>(epoch));
  const std::vector<std::int64_t> order = random.permutation(static_cast<std::size_t>(samples()));
  const torch::Tensor index = torch::tensor(order, torch::kLong).to(x_.device());
  shuffled_x_ = x_.index_select(0, index);
  shuffled_y_ = y_.index_select(0, index);
}

std::pair<torch::Tensor, torch::Tensor> Batches::at(long iteration) {
  if (batch_ == samples()) return {x_, y_};
  const std::int64_t batches = samples() / batch_;
  const long epoch = iteration / batches;
  if (epoch != epoch_) shuffle(epoch);
  const std::int64_t first = (iteration % batches) * batch_;
  return {shuffled_x_.narrow(0, first, batch_), shuffled_y_.narrow(0, first, batch_)};
}

torch::Tensor distance(const torch::Tensor& error, Distance kind) {
  const torch::Tensor squares = error.square();
  if (kind == Distance::squared) return squares.mean();
  // The root has no derivative at 0.
  constexpr double smallest = 1e-24;
  return (squares.sum(-1) + smallest).sqrt().mean();
}

}  // namespace myowave::learn
