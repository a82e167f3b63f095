// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/vtk_bytes.hpp"

#include <fmt/format.h>
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

namespace myowave {
namespace {

[[noreturn]] void ends_too_early() {
  throw std::runtime_error("its data end too early: the file is cut off or damaged");
}

constexpr std::array<std::int8_t, 256> sextets = [] {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t k = 0; k < alphabet.size(); ++k)
    table[static_cast<unsigned char>(alphabet[k])] = static_cast<std::int8_t>(k);
  return table;
}();

/// Bytes one after the other, raw or out of base64. Padding may stand between two parts that were
/// encoded each for itself.
class Source {
 public:
  Source(std::string_view data, bool base64) : data_(data), base64_(base64) {}

  std::string read(std::uint64_t count) {
    if (count > most_left()) ends_too_early();
    std::string bytes;
    bytes.reserve(count);
    if (!base64_) {
      bytes = data_.substr(0, count);
      data_.remove_prefix(count);
    }
    while (bytes.size() < count) {
      if (next_ == last_) decode_four();
      bytes += three_[next_++];
    }
    return bytes;
  }
  std::uint64_t most_left() const { return base64_ ? data_.size() / 4 * 3 + 3 : data_.size(); }

 private:
  char next_character() {
    while (!data_.empty() && static_cast<unsigned char>(data_[0]) <= ' ') data_.remove_prefix(1);
    if (data_.empty()) ends_too_early();
    const char c = data_[0];
    data_.remove_prefix(1);
    return c;
  }

  void decode_four() {
    std::uint32_t bits = 0;
    std::size_t digits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char c = next_character();
      const std::int8_t sextet = sextets[static_cast<unsigned char>(c)];
      if (c != '=' && (sextet < 0 || digits < k))
        throw std::runtime_error("its data are no base64: the file is damaged");
      bits = bits << 6 | static_cast<std::uint32_t>(std::max<std::int8_t>(0, sextet));
      if (c != '=') ++digits;
    }
    if (digits < 2) throw std::runtime_error("its data are no base64: the file is damaged");
    for (std::size_t k = 0; k < 3; ++k) three_[k] = static_cast<char>(bits >> (16 - 8 * k) & 0xff);
    next_ = 0;
    last_ = digits - 1;
  }

  std::string_view data_;
  bool base64_;
  std::array<char, 3> three_{};
  std::size_t next_ = 0, last_ = 0;  ///< the bytes of three_ that are left
};

std::uint64_t length(Source& source, const VtkPacking& packing) {
  std::string bytes = source.read(packing.wide_header ? 8 : 4);
  if (packing.swap) std::reverse(bytes.begin(), bytes.end());
  if (packing.wide_header) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

bool unpack_zlib(const std::string& packed, std::string& block) {
  uLongf size = block.size();
  return uncompress(reinterpret_cast<Bytef*>(block.data()), &size,
                    reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK &&
         size == block.size();
}

bool unpack_lz4(const std::string& packed, std::string& block) {
  constexpr std::size_t most = std::numeric_limits<int>::max();
  if (packed.size() > most || block.size() > most) return false;
  const int size = static_cast<int>(block.size());
  return LZ4_decompress_safe(packed.data(), block.data(), static_cast<int>(packed.size()), size) == size;
}

bool unpack_lzma(const std::string& packed, std::string& block) {
  std::uint64_t most_memory = std::uint64_t{128} << 20;  // twice what the highest level takes
  std::size_t from = 0, to = 0;
  return lzma_stream_buffer_decode(&most_memory, 0, nullptr,
                                   reinterpret_cast<const std::uint8_t*>(packed.data()), &from,
                                   packed.size(), reinterpret_cast<std::uint8_t*>(block.data()), &to,
                                   block.size()) == LZMA_OK &&
         to == block.size();
}

/// The most bytes that one byte can stand for.
std::uint64_t largest_ratio(VtkPacking::Compressor compressor) {
  return compressor == VtkPacking::Compressor::zlib  ? 1032
         : compressor == VtkPacking::Compressor::lz4 ? 255
                                                     : 16384;
}

void append_block(const std::string& packed, std::uint64_t size, VtkPacking::Compressor compressor,
                  std::string& bytes) {
  using Compressor = VtkPacking::Compressor;
  if (size > largest_ratio(compressor) * (packed.size() + 1)) ends_too_early();
  std::string block(size, '\0');
  const bool good = compressor == Compressor::zlib  ? unpack_zlib(packed, block)
                    : compressor == Compressor::lz4 ? unpack_lz4(packed, block)
                                                    : unpack_lzma(packed, block);
  if (!good) throw std::runtime_error("its compressed data are damaged");
  bytes += block;
}

[[noreturn]] void wrong_size(std::uint64_t expected) {
  throw std::runtime_error(
      fmt::format("its data are not the {} bytes that belong to its size", expected));
}

/// Number of blocks, bytes of a full one, bytes of the last if that is not full; packed bytes of each.
std::string decompressed(Source& source, const VtkPacking& packing, std::uint64_t expected) {
  const std::uint64_t blocks = length(source, packing), full_size = length(source, packing),
                      last_size = length(source, packing);
  if (blocks == 0 || blocks > source.most_left()) ends_too_early();
  const std::uint64_t full = last_size > 0 ? blocks - 1 : blocks;
  if ((full > 0 && full_size > expected / full) || last_size > expected ||
      full * full_size + last_size != expected)
    wrong_size(expected);
  std::vector<std::uint64_t> packed_sizes;
  for (std::uint64_t block = 0; block < blocks; ++block) packed_sizes.push_back(length(source, packing));
  std::string bytes;
  for (std::uint64_t block = 0; block < blocks; ++block)
    append_block(source.read(packed_sizes[block]), block < full ? full_size : last_size,
                 packing.compressor, bytes);
  return bytes;
}

}  // namespace

std::string unpacked(std::string_view data, bool base64, const VtkPacking& packing,
                     std::uint64_t expected) {
  if (expected == 0) return "";
  Source source(data, base64);
  if (packing.compressor != VtkPacking::Compressor::none) return decompressed(source, packing, expected);
  if (length(source, packing) != expected) wrong_size(expected);
  return source.read(expected);
}

}  // namespace myowave
