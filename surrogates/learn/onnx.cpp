// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "surrogates/learn/onnx_graph.hpp"
#include "surrogates/learn/onnx_layers.hpp"
#include "surrogates/learn/onnx_size.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::learn {
namespace {

using surrogates::refuse;
using surrogates::shown;

// The operators that are read mean the same in all of these. Before 7, Add and Mul had rules of their
// own for shapes.
constexpr std::int64_t oldest_opset = 7, newest_opset = 24;

void check_opset(const onnx::ModelProto& model, const std::string& path) {
  std::int64_t opset = 0;
  for (const onnx::OperatorSetIdProto& each : model.opset_import())
    if (each.domain().empty() || each.domain() == "ai.onnx") opset = each.version();
  if (opset >= oldest_opset && opset <= newest_opset) return;
  refuse(
      {{path, fmt::format("the model is written in version {} of ONNX's operators (opset); {} to {} are "
                          "read: export it with opset_version=17",
                          opset, oldest_opset, newest_opset)}});
}

std::string origin_of(const onnx::ModelProto& model, std::span<const std::byte> bytes) {
  std::string producer = shown(model.producer_name());
  if (!model.producer_version().empty()) producer += " " + shown(model.producer_version());
  if (!surrogates::is_plain_text(producer)) producer.clear();
  return producer + (producer.empty() ? "" : ", ") + "CRC-32 " + surrogates::crc32_text(bytes);
}

}  // namespace

void require_onnx() {}

OnnxNetwork parse_onnx(std::span<const std::byte> bytes, const std::string& path, std::size_t inputs) {
  if (const std::string wrong = onnx_size_fault(bytes); !wrong.empty()) refuse({{path, wrong}});
  onnx::ModelProto model;
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph())
    refuse(
        {{path, "this is no ONNX model, or it is damaged: it has no graph; export the network again"}});
  check_opset(model, path);
  const OnnxGraph graph = read_onnx_graph(model.graph(), path, inputs);
  try {
    return {layers_of(graph), origin_of(model, bytes)};
  } catch (const InputError& error) {
    refuse({{path, error.faults().front().message}});
  }
}

OnnxNetwork read_onnx(const std::string& path, std::size_t inputs) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) refuse({{path, "there is no such file"}});
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > largest_onnx)
    refuse({{path, fmt::format("the file has {} bytes; a network for cells has at most {}", size,
                               largest_onnx)}});
  std::ifstream file(path, std::ios::binary);
  std::string bytes(error ? 0 : size, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (error || !file) refuse({{path, "the file cannot be read; are you allowed to?"}});
  return parse_onnx(std::as_bytes(std::span(bytes)), path, inputs);
}

}  // namespace myowave::learn
