// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/cell_states.hpp"

namespace myowave::ionic {
namespace {

std::size_t padded(std::size_t count) {
  const std::size_t full = (count + lane_padding - 1) / lane_padding * lane_padding;
  // Strides that are multiples of a page make the states of a cell compete for the same cache sets.
  return full % 512 == 0 ? full + lane_padding : full;
}

}  // namespace

CellStates::CellStates(const ModelInfo& info, Precision precision, std::size_t count)
    : stride_(padded(count)) {
  std::size_t rows[2] = {0, 0};
  for (std::size_t s = 0; s < info.states.size(); ++s) {
    const bool in_float = is_float(info, static_cast<int>(s), precision);
    row_.push_back({in_float, rows[in_float ? 1 : 0]++});
  }
  doubles_.resize(rows[0] * stride_);
  floats_.resize(rows[1] * stride_);
}

void CellStates::pad(std::size_t count) {
  if (count == 0) return;
  for (std::size_t s = 0; s < row_.size(); ++s)
    for (std::size_t i = count; i < stride_; ++i) set(s, i, get(s, count - 1));
}

}  // namespace myowave::ionic
