// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/cell_states.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "ionic/cell_model.hpp"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace myowave::ionic {
namespace {

/// Two gates, one of them slow, and a concentration.
constexpr Quantity states[] = {
    {"fast", "1", 0.1, ""}, {"slow", "1", 0.2, "", true}, {"Ca", "mM", 0.3, ""}};
constexpr ModelInfo info = {.name = "three",
                            .summary = "",
                            .citation = "",
                            .V_initial_mV = 0.0,
                            .voltage_gate_count = 1,
                            .gate_count = 2,
                            .states = states,
                            .V_min_mV = -1.0,
                            .V_max_mV = 1.0};
constexpr double third = 1.0 / 3.0;
constexpr double third_in_float = static_cast<double>(1.0f / 3.0f);

TEST(CellStates, InDoubleEveryStateKeepsAllItsDigits) {
  CellStates cells(info, Precision::double_, 5);

  for (std::size_t s = 0; s < 3; ++s) cells.set(s, 4, third);

  EXPECT_EQ(cells.state_count(), 3u);
  for (std::size_t s = 0; s < 3; ++s) EXPECT_EQ(cells.get(s, 4), third);
  EXPECT_EQ(cells.bytes(), 3 * lane_padding * sizeof(double));
}

TEST(CellStates, InMixedFastGatesAloneAreFloats) {
  CellStates cells(info, Precision::mixed, 5);

  for (std::size_t s = 0; s < 3; ++s) cells.set(s, 4, third);

  EXPECT_EQ(cells.get(0, 4), third_in_float);
  EXPECT_EQ(cells.get(1, 4), third);
  EXPECT_EQ(cells.get(2, 4), third);
  EXPECT_EQ(cells.bytes(), lane_padding * (2 * sizeof(double) + sizeof(float)));
}

TEST(CellStates, RowsFollowTheOrderOfTheStatesWithinTheirType) {
  CellStates cells(info, Precision::mixed, 40);
  cells.set(0, 20, 10.0);
  cells.set(1, 20, 11.0);
  cells.set(2, 20, 12.0);
  std::vector<double> V(cells.stride());

  const CellRows rows = cells.rows(V.data(), 16);

  EXPECT_EQ(rows.V, V.data());
  EXPECT_EQ(rows.stride, cells.stride());
  EXPECT_EQ(rows.floats[4], 10.0f);
  EXPECT_EQ(rows.doubles[4], 11.0);
  EXPECT_EQ(rows.doubles[rows.stride + 4], 12.0);
}

TEST(CellStates, TheStrideIsPaddedAndNoMultipleOfAPage) {
  EXPECT_EQ(CellStates(info, Precision::mixed, 1).stride(), lane_padding);
  EXPECT_EQ(CellStates(info, Precision::mixed, 16).stride(), lane_padding);
  EXPECT_EQ(CellStates(info, Precision::mixed, 17).stride(), 2 * lane_padding);
  EXPECT_EQ(CellStates(info, Precision::mixed, 512).stride(), 512 + lane_padding);
  EXPECT_EQ(CellStates(info, Precision::mixed, 1020).stride(), 1024 + lane_padding);
}

TEST(CellStates, FillSetsOneStateOfAllCells) {
  CellStates cells(info, Precision::mixed, 20);

  cells.fill(1, 0.7);

  for (std::size_t i = 0; i < cells.stride(); ++i) {
    EXPECT_EQ(cells.get(0, i), 0.0);
    EXPECT_EQ(cells.get(1, i), 0.7);
    EXPECT_EQ(cells.get(2, i), 0.0);
  }
}

TEST(CellStates, PadCopiesTheLastCellBehindIt) {
  CellStates cells(info, Precision::mixed, 20);
  for (std::size_t s = 0; s < 3; ++s)
    for (std::size_t i = 0; i < cells.stride(); ++i) cells.set(s, i, static_cast<double>(100 * s + i));

  cells.pad(20);

  for (std::size_t s = 0; s < 3; ++s)
    for (std::size_t i = 0; i < cells.stride(); ++i)
      EXPECT_EQ(cells.get(s, i), static_cast<double>(100 * s + std::min<std::size_t>(i, 19)));
}

#if defined(__x86_64__)
/// One Mitchell-Schaeffer cell whose gate, at a V above its switch, has decayed into denormal numbers.
double gate_after_a_step(double h) {
  const auto model = make_cell_model({"mitchell_schaeffer_2003", "", {}, {}, {}}, {});
  CellStates cells = model->make_states(lane_padding);
  cells.fill(0, h);
  std::vector<double> V(lane_padding, 0.0), stimulus(lane_padding, 0.0);
  model->step({cells.rows(V.data(), 0), lane_padding, stimulus.data()}, 0.02);
  return cells.get(0, 0);
}

TEST(Denormals, CountAsZeroWithinAStep) {
  EXPECT_EQ(gate_after_a_step(1e-310), 0.0);
  EXPECT_GT(gate_after_a_step(1e-300), 0.99e-300);
}

TEST(Denormals, AStepLeavesTheFloatingPointControlRegisterAsItWas) {
  const unsigned before = _mm_getcsr();
  gate_after_a_step(0.5);
  EXPECT_EQ(_mm_getcsr(), before);

  // With another rounding, and flushing already on.
  const unsigned changed = before | 0xa040u;
  _mm_setcsr(changed);
  gate_after_a_step(0.5);
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(after, changed);

  volatile double smallest = std::numeric_limits<double>::min();
  EXPECT_GT(smallest / 2.0, 0.0);
}
#endif

}  // namespace
}  // namespace myowave::ionic
