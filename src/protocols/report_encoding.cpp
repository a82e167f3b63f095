// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/report_encoding.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.hpp"

namespace myowave {
namespace {

/// 0 for what is no finite number, else 1 to `steps` + 1.
std::uint32_t code_of(double value, const ValueRange& range, double steps) {
  if (!std::isfinite(value)) return 0;
  if (range.hi <= range.lo) return 1;
  const double part = std::clamp((value - range.lo) / (range.hi - range.lo), 0.0, 1.0);
  return 1 + static_cast<std::uint32_t>(std::lround(part * steps));
}

double value_of(std::uint32_t code, const ValueRange& range, double steps) {
  if (code == 0) return std::numeric_limits<double>::quiet_NaN();
  return range.lo + (range.hi - range.lo) * (code - 1) / steps;
}

std::string base64(const std::vector<std::uint8_t>& bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (i + k < bytes.size() ? bytes[i + k] : std::uint32_t{0});
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k <= bytes.size() ? digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

/// What a code is compared with: left + below - left below, as far as they are in the layer.
template <class Code>
Code from_neighbours(std::span<const Code> codes, std::size_t n, const NodeCounts& nodes) {
  const bool left = n % nodes[0] > 0, below = n / nodes[0] % nodes[1] > 0;
  int sum = 0;
  if (left) sum += codes[n - 1];
  if (below) sum += codes[n - nodes[0]];
  if (left && below) sum -= codes[n - nodes[0] - 1];
  return static_cast<Code>(sum);
}

/// Sum of the differences as numbers from -128 to 127, without their signs.
std::uint64_t weight(std::span<const std::uint8_t> differences) {
  std::uint64_t sum = 0;
  for (const std::uint8_t d : differences) sum += d < 128 ? d : 256U - d;
  return sum;
}

constexpr double steps16 = 65534.0, steps8 = 254.0;

}  // namespace

std::string packed(std::span<const std::uint8_t> bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::vector<std::uint8_t> out(size);
  MYOWAVE_ASSERT(compress2(out.data(), &size, bytes.data(), static_cast<uLong>(bytes.size()), 8) ==
                 Z_OK);
  out.resize(size);
  return base64(out);
}

std::string packed_doubles(std::span<const double> values) {
  std::vector<std::uint8_t> bytes(8 * values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint64_t bits;
    std::memcpy(&bits, &values[i], 8);
    for (std::size_t b = 0; b < 8; ++b)
      bytes[b * values.size() + i] = static_cast<std::uint8_t>(bits >> (8 * b));
  }
  return packed(bytes);
}

std::string packed_numbers(std::span<const std::int32_t> numbers) {
  std::vector<std::uint8_t> bytes(4 * numbers.size());
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto now = static_cast<std::uint32_t>(numbers[i]);
    for (std::size_t b = 0; b < 4; ++b)
      bytes[b * numbers.size() + i] = static_cast<std::uint8_t>((now - before) >> (8 * b));
    before = now;
  }
  return packed(bytes);
}

ValueRange range_of(std::span<const float> values) {
  ValueRange range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    range.lo = std::min(range.lo, static_cast<double>(value));
    range.hi = std::max(range.hi, static_cast<double>(value));
  }
  return range;
}

PackedMap pack_map(std::span<const float> values, const NodeCounts& nodes) {
  const ValueRange range = range_of(values);
  std::vector<std::uint16_t> codes(values.size());
  std::transform(values.begin(), values.end(), codes.begin(), [&](float value) {
    return static_cast<std::uint16_t>(code_of(value, range, steps16));
  });
  std::vector<std::uint8_t> bytes(2 * codes.size());
  for (std::size_t n = 0; n < codes.size(); ++n) {
    const int rest = codes[n] - from_neighbours<std::uint16_t>(codes, n, nodes);
    bytes[n] = static_cast<std::uint8_t>(rest);
    bytes[n + codes.size()] = static_cast<std::uint8_t>(rest >> 8);
  }
  return {range, packed(bytes)};
}

void FrameStack::add(std::span<const float> values) {
  MYOWAVE_ASSERT(values.size() == size_);
  ranges_.push_back(range_of(values));
  for (const float value : values)
    codes_.push_back(static_cast<std::uint16_t>(code_of(value, ranges_.back(), steps16)));
}

FrameStack::Packed FrameStack::pack(std::size_t frames_in_chunk) const {
  Packed result{range_of({}), {}};
  for (const ValueRange& range : ranges_) {
    result.range.lo = std::min(result.range.lo, range.lo);
    result.range.hi = std::max(result.range.hi, range.hi);
  }
  std::vector<std::uint8_t> before(size_), codes(size_), inside(size_), in_time(size_), bytes;
  for (std::size_t f = 0; f < frames(); ++f) {
    for (std::size_t i = 0; i < size_; ++i)
      codes[i] = static_cast<std::uint8_t>(
          code_of(value_of(codes_[f * size_ + i], ranges_[f], steps16), result.range, steps8));
    for (std::size_t i = 0; i < size_; ++i) {
      inside[i] = static_cast<std::uint8_t>(codes[i] - from_neighbours<std::uint8_t>(codes, i, nodes_));
      in_time[i] = static_cast<std::uint8_t>(codes[i] - before[i]);
    }
    const bool timed = f % frames_in_chunk != 0 && weight(in_time) < weight(inside);
    const std::vector<std::uint8_t>& differences = timed ? in_time : inside;
    bytes.push_back(timed ? 1 : 0);
    bytes.insert(bytes.end(), differences.begin(), differences.end());
    std::swap(before, codes);
    if ((f + 1) % frames_in_chunk != 0 && f + 1 < frames()) continue;
    result.chunks.push_back(packed(bytes));
    bytes.clear();
  }
  return result;
}

}  // namespace myowave
