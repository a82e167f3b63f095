// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace onnx {
class TensorProto;
}

namespace myowave::learn {

/// Numbers that an ONNX file gives: an initializer, or what a Constant node gives.
struct OnnxConstant {
  std::string name;                ///< for messages
  std::vector<std::int64_t> dims;  ///< each at least 1; none: a single number
  std::vector<double> numbers;     ///< their product, the last dimension runs fastest

  bool single() const { return numbers.size() == 1; }
  /// Its value for the i-th of the values that it goes with; a single number goes with all.
  double at(std::size_t i) const { return numbers[single() ? 0 : i]; }
  /// Whether it goes with `width` values one by one, [width] or [1, width], or is a single number.
  bool fits(std::size_t width) const;
  std::string shape() const;  ///< "[4, 8]"
};

using OnnxNumbers = std::shared_ptr<const OnnxConstant>;

/// Its numbers: float, double, or integers that say an axis or a shape. Throws InputError for other
/// types, data in another file, a shape that is not that of the data, and numbers that are not finite.
/// No memory is taken that the data do not bear out.
OnnxNumbers numbers_of(const onnx::TensorProto& tensor, const std::string& name);

/// The matrix with its two dimensions exchanged.
OnnxNumbers transposed(const OnnxConstant& matrix);

/// "float16", for what a number in the file says the type is.
std::string onnx_type_name(std::int64_t type);

}  // namespace myowave::learn
