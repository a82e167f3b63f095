// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_constant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::learn {
namespace {

using onnx::TensorProto;
using surrogates::shown;

constexpr int most_dims = 8;

/// The product of the dimensions, which need not be that of the data.
std::size_t count_of(const TensorProto& tensor, const std::string& name) {
  if (tensor.dims_size() > most_dims)
    throw InputError(
        fmt::format("'{}' has {} dimensions; weights have one or two", shown(name), tensor.dims_size()));
  std::size_t count = 1;
  for (const std::int64_t length : tensor.dims()) {
    if (length < 1 || static_cast<std::size_t>(length) > std::size_t{1} << 31 ||
        count > std::size_t{1} << 31)
      throw InputError(fmt::format("'{}' has the shape [{}], which no data can fill", shown(name),
                                   fmt::join(tensor.dims(), ", ")));
    count *= static_cast<std::size_t>(length);
  }
  return count;
}

/// Of raw bytes or of the field for the type, of which a tensor has one.
template <class T, class Field>
std::vector<double> numbers_from(const TensorProto& tensor, const std::string& name, std::size_t count,
                                 const Field& field) {
  const std::string& raw = tensor.raw_data();
  const std::size_t there = raw.size() / sizeof(T) + static_cast<std::size_t>(field.size());
  if (there != count || raw.size() % sizeof(T) != 0 || (!raw.empty() && !field.empty()))
    throw InputError(
        fmt::format("'{}' has the shape [{}], which is {} numbers, and data of {}; the file is damaged, "
                    "export the network again",
                    shown(name), fmt::join(tensor.dims(), ", "), count, there));
  std::vector<double> numbers(field.begin(), field.end());
  numbers.reserve(count);
  for (std::size_t at = 0; at < raw.size(); at += sizeof(T)) {
    T number;
    std::memcpy(&number, raw.data() + at, sizeof number);
    numbers.push_back(static_cast<double>(number));
  }
  return numbers;
}

std::vector<double> read_numbers(const TensorProto& tensor, const std::string& name) {
  const std::size_t count = count_of(tensor, name);
  switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return numbers_from<float>(tensor, name, count, tensor.float_data());
    case TensorProto::DOUBLE:
      return numbers_from<double>(tensor, name, count, tensor.double_data());
    case TensorProto::INT64:
      return numbers_from<std::int64_t>(tensor, name, count, tensor.int64_data());
    default:
      throw InputError(
          fmt::format("'{}' has numbers of type {}; float and double are read: export the network in "
                      "single precision and without quantisation",
                      shown(name), onnx_type_name(tensor.data_type())));
  }
}

}  // namespace

bool OnnxConstant::fits(std::size_t width) const {
  if (single()) return dims.size() <= 2;
  const bool row = dims.size() == 1 || (dims.size() == 2 && dims[0] == 1);
  return row && static_cast<std::size_t>(dims.back()) == width;
}

std::string OnnxConstant::shape() const { return fmt::format("[{}]", fmt::join(dims, ", ")); }

OnnxNumbers numbers_of(const TensorProto& tensor, const std::string& name) {
  if (tensor.data_location() == TensorProto::EXTERNAL || tensor.external_data_size() > 0)
    throw InputError(
        fmt::format("the numbers of '{}' lie in another file, which is not followed; save the model as "
                    "one file (onnx.save with save_as_external_data=False)",
                    shown(name)));
  if (tensor.has_segment())
    throw InputError(
        fmt::format("'{}' is cut into segments; save the model with whole tensors", shown(name)));
  auto constant = std::make_shared<OnnxConstant>();
  constant->name = name;
  constant->numbers = read_numbers(tensor, name);
  constant->dims.assign(tensor.dims().begin(), tensor.dims().end());
  for (std::size_t i = 0; i < constant->numbers.size(); ++i)
    if (!std::isfinite(constant->numbers[i]))
      throw InputError(
          fmt::format("'{}' has {} as its number {} from 0; weights must be finite: the training has "
                      "failed",
                      shown(name), constant->numbers[i], i));
  return constant;
}

OnnxNumbers transposed(const OnnxConstant& matrix) {
  const auto rows = static_cast<std::size_t>(matrix.dims[0]);
  const auto columns = static_cast<std::size_t>(matrix.dims[1]);
  auto result = std::make_shared<OnnxConstant>();
  result->name = matrix.name;
  result->dims = {matrix.dims[1], matrix.dims[0]};
  result->numbers.resize(matrix.numbers.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      result->numbers[c * rows + r] = matrix.numbers[r * columns + c];
  return result;
}

std::string onnx_type_name(std::int64_t type) {
  constexpr const char* names[] = {"undefined", "float",  "uint8",     "int8",       "uint16",  "int16",
                                   "int32",     "int64",  "string",    "bool",       "float16", "double",
                                   "uint32",    "uint64", "complex64", "complex128", "bfloat16"};
  const bool known = type >= 0 && static_cast<std::size_t>(type) < std::size(names);
  return known ? names[type] : fmt::format("number {}", type);
}

}  // namespace myowave::learn
