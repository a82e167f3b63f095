// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace myowave {

/// A zlib stream of the bytes in base64, which a browser unpacks by itself.
std::string packed(std::span<const std::uint8_t> bytes);

/// As little-endian doubles, all first bytes, then all second ones, and so on.
std::string packed_doubles(std::span<const double> values);

/// As differences from the number before, modulo 2^32, little-endian, all first bytes, then all second
/// ones, and so on.
std::string packed_numbers(std::span<const std::int32_t> numbers);

/// The range of the numbers among the values; lo > hi if there is none.
struct ValueRange {
  double lo, hi;
};
ValueRange range_of(std::span<const float> values);

/// Nodes along x, y, z.
using NodeCounts = std::array<std::size_t, 3>;

/// A map in 16 bits: 0 where there is no number, else 1 to 65535 over the range. Stored as the
/// differences from the neighbours in the layer, left + below - left below, modulo 65536; low bytes,
/// then high bytes.
struct PackedMap {
  ValueRange range;
  std::string text;
};
PackedMap pack_map(std::span<const float> values, const NodeCounts& nodes);

/// Frames of V as they are read, 16 bits a value over the frame's own range; only at the end is the
/// range of all frames known.
class FrameStack {
 public:
  explicit FrameStack(const NodeCounts& nodes) : nodes_(nodes), size_(nodes[0] * nodes[1] * nodes[2]) {}

  void add(std::span<const float> values);
  std::size_t frames() const { return ranges_.size(); }

  /// 8 bits a value: 0 where there is no number, else 1 to 255 over the range of all frames. Chunks of
  /// frames can be unpacked one by one. A frame is a byte, 0 or 1, and its values as differences modulo
  /// 256: 0 from the neighbours in the layer, as of maps, 1 from the same node a frame earlier,
  /// whichever differences are smaller.
  struct Packed {
    ValueRange range;
    std::vector<std::string> chunks;
  };
  Packed pack(std::size_t frames_in_chunk) const;

 private:
  NodeCounts nodes_;
  std::size_t size_;
  std::vector<std::uint16_t> codes_;
  std::vector<ValueRange> ranges_;
};

}  // namespace myowave
