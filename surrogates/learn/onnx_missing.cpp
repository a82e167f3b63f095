// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.hpp"
#include "surrogates/learn/onnx.hpp"

/// Stands for onnx.cpp where there is no libonnx: a machine that only trains.
namespace myowave::learn {

void require_onnx() {
  throw InputError(
      "this myowave-learn is built without libonnx, so it converts nothing; install it (Debian: "
      "libonnx-dev libprotobuf-dev) and build again, or convert on a machine with the whole of Myowave");
}

OnnxNetwork parse_onnx(std::span<const std::byte>, const std::string&, std::size_t) {
  require_onnx();
  return {};
}

OnnxNetwork read_onnx(const std::string&, std::size_t) {
  require_onnx();
  return {};
}

}  // namespace myowave::learn
