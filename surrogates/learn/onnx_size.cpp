// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_size.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

namespace myowave::learn {
namespace {

constexpr std::size_t most_fields = 200'000;
constexpr int deepest = 60;

/// The messages of onnx.proto that hold others.
enum class Message {
  model,
  graph,
  node,
  attribute,
  tensor,
  sparse,
  value,
  type,
  tensor_type,
  shape,
  sequence,
  map,
  training,
  function,
  annotation,
  other
};

struct Child {
  Message of;
  std::uint64_t field;
  Message holds;
};

/// Which of their fields are messages again, by the numbers of onnx.proto.
constexpr Child children[] = {
    {Message::model, 7, Message::graph},       {Message::model, 8, Message::other},
    {Message::model, 14, Message::other},      {Message::model, 20, Message::training},
    {Message::model, 25, Message::function},   {Message::training, 1, Message::graph},
    {Message::training, 2, Message::graph},    {Message::training, 3, Message::other},
    {Message::training, 4, Message::other},    {Message::function, 7, Message::node},
    {Message::function, 9, Message::other},    {Message::graph, 1, Message::node},
    {Message::graph, 5, Message::tensor},      {Message::graph, 11, Message::value},
    {Message::graph, 12, Message::value},      {Message::graph, 13, Message::value},
    {Message::graph, 14, Message::annotation}, {Message::graph, 15, Message::sparse},
    {Message::annotation, 2, Message::other},  {Message::node, 5, Message::attribute},
    {Message::attribute, 5, Message::tensor},  {Message::attribute, 6, Message::graph},
    {Message::attribute, 10, Message::tensor}, {Message::attribute, 11, Message::graph},
    {Message::attribute, 14, Message::type},   {Message::attribute, 15, Message::type},
    {Message::attribute, 22, Message::sparse}, {Message::attribute, 23, Message::sparse},
    {Message::sparse, 1, Message::tensor},     {Message::sparse, 2, Message::tensor},
    {Message::tensor, 3, Message::other},      {Message::tensor, 13, Message::other},
    {Message::value, 2, Message::type},        {Message::type, 1, Message::tensor_type},
    {Message::type, 4, Message::sequence},     {Message::type, 5, Message::map},
    {Message::type, 7, Message::other},        {Message::type, 8, Message::tensor_type},
    {Message::type, 9, Message::sequence},     {Message::sequence, 1, Message::type},
    {Message::map, 2, Message::type},          {Message::tensor_type, 2, Message::shape},
    {Message::shape, 1, Message::other},
};

const Child* child_of(Message message, std::uint64_t field) {
  for (const Child& child : children)
    if (child.of == message && child.field == field) return &child;
  return nullptr;
}

/// Walks over the fields of protobuf's wire format without keeping any.
class Counter {
 public:
  explicit Counter(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// False if the bytes are no such message, or there are too many fields.
  bool walk(Message message, std::size_t end, int depth) {
    while (at_ < end) {
      if (++fields_ > most_fields || depth > deepest) return false;
      const std::optional<std::uint64_t> tag = number(end);
      if (!tag || *tag >> 3 == 0) return false;
      if (!value(message, *tag >> 3, *tag & 7, end, depth)) return false;
    }
    return true;
  }

  bool too_many() const { return fields_ > most_fields; }
  std::size_t at() const { return at_; }

 private:
  std::optional<std::uint64_t> number(std::size_t end) {
    std::uint64_t result = 0;
    for (int shift = 0; shift < 70 && at_ < end; shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
      if (shift < 64) result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    return std::nullopt;
  }

  bool skip(std::uint64_t length, std::size_t end) {
    if (length > end - at_) return false;
    at_ += static_cast<std::size_t>(length);
    return true;
  }

  bool value(Message message, std::uint64_t field, std::uint64_t wire_type, std::size_t end, int depth) {
    switch (wire_type) {
      case 0:
        return number(end).has_value();
      case 1:
        return skip(8, end);
      case 2:
        break;
      case 5:
        return skip(4, end);
      default:  // groups, which ONNX does not have
        return false;
    }
    const std::optional<std::uint64_t> length = number(end);
    if (!length || *length > end - at_) return false;
    const Child* child = child_of(message, field);
    if (!child) return skip(*length, end);
    return walk(child->holds, at_ + static_cast<std::size_t>(*length), depth + 1);
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0, fields_ = 0;
};

}  // namespace

std::string onnx_size_fault(std::span<const std::byte> bytes) {
  if (bytes.empty()) return "the file is empty; export the network again";
  if (bytes.size() > largest_onnx)
    return fmt::format("the file has {} bytes; a network for cells has at most {}", bytes.size(),
                       largest_onnx);
  Counter counter(bytes);
  if (counter.walk(Message::model, bytes.size(), 0)) return "";
  if (counter.too_many())
    return fmt::format("the file has more than {} entries; a network for cells has fewer", most_fields);
  return fmt::format(
      "this is no ONNX model, or it is damaged or cut short: byte {} of {} does not fit the format; "
      "export the network again",
      counter.at(), bytes.size());
}

}  // namespace myowave::learn
