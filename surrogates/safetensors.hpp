// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

/// The container of surrogates: 8 bytes with the length of the header, the header in JSON, then the
/// numbers of all tensors without a gap. Everything little-endian.
namespace myowave::surrogates {

/// A tensor where it lies in the bytes of the file.
struct Tensor {
  std::string name;
  std::string dtype;  ///< F64, F32, F16 or BF16
  std::vector<std::uint64_t> shape;
  std::span<const std::byte> bytes;

  std::size_t count() const;  ///< product of the shape
};

/// A view of a file's content; valid as long as its bytes are.
struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<Tensor> tensors;      ///< in the order of their bytes
  std::span<const std::byte> body;  ///< everything after the header
};

/// Takes a file apart and checks that its tensors fill it. Throws InputError; `path` is for the
/// messages.
Safetensors parse_safetensors(std::span<const std::byte> bytes, const std::string& path);

/// The numbers of a tensor [count()], converted. What a float cannot hold becomes infinite.
std::vector<float> floats_of(const Tensor& tensor);
std::vector<double> doubles_of(const Tensor& tensor);

/// CRC-32 as zlib, PNG and Python's zlib.crc32 have it, as 8 hex digits.
std::string crc32_text(std::span<const std::byte> bytes);

/// Puts a file together. Add doubles before floats, so that all numbers are aligned.
class SafetensorsWriter {
 public:
  void add(const std::string& name, std::vector<std::uint64_t> shape, std::span<const double> numbers);
  void add(const std::string& name, std::vector<std::uint64_t> shape, std::span<const float> numbers);
  /// What lies after the header so far.
  std::span<const std::byte> body() const { return body_; }
  /// The bytes before the body.
  std::string header(const std::vector<std::pair<std::string, std::string>>& metadata) const;

 private:
  struct Entry {
    std::string name, dtype;
    std::vector<std::uint64_t> shape;
    std::size_t begin, end;
  };
  void append(Entry entry, std::span<const std::byte> bytes);

  std::vector<Entry> entries_;
  std::vector<std::byte> body_;
};

/// What is wrong with a text as JSON; "" if it can be read. Beyond the grammar: a key stands once, at
/// most 32 levels, at most 100 000 values.
std::string json_fault(std::string_view text);

/// A text from a file for a message: at most 60 bytes, control characters replaced.
std::string shown(std::string_view text);

/// Whether a text is UTF-8 without characters that could disturb a terminal.
bool is_plain_text(std::string_view text);

/// Throws InputError with the first 20 faults, control characters in their messages replaced.
[[noreturn]] void refuse(std::vector<Fault> faults);

}  // namespace myowave::surrogates
