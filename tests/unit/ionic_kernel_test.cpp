// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/ionic_cells.hpp"

namespace myowave::ionic {
namespace {

constexpr std::size_t many = 64 * lane_padding;

class IonicKernel : public testing::TestWithParam<Way> {};

const char* state_name(const CellModel& model, int s) {
  return s < 0 ? "V" : model.info().states[static_cast<std::size_t>(s)].name;
}

/// exp, expm1 and log differ by an ulp or two between the scalar and the vector forms, sums may be
/// fused, and currents that nearly cancel enlarge this.
double bound(const Way& way) {
  // Measured 2.6e-6 for hodgkin_huxley_1952, 1.0e-6 for the rest.
  if (way.numerics.precision == Precision::mixed) return 5e-6;
  // Half-way, the largest currents carry some cells out of the table: a whole register is evaluated
  // then, and the cell alone by the scalar kernel. The difference is the error of the interpolation,
  // measured 1.0e-6.
  if (way.spec.model == "hodgkin_huxley_1952" && way.numerics.tables &&
      way.numerics.method == Method::midpoint)
    return 3e-6;
  return 1e-14;  // measured 3.0e-15
}

TEST_P(IonicKernel, EveryInstructionSetEqualsTheScalarOneOnRandomStates) {
  const Way& way = GetParam();
  const auto reference = way.model(InstructionSet::scalar);
  const Cells before = random_cells(*reference, many);
  Cells expected = before;
  reference->step(expected.block(), way.dt());
  ASSERT_NE(expected.V, before.V);
  const int state_count = static_cast<int>(reference->info().states.size());

  for (const InstructionSet set : runnable_instruction_sets()) {
    if (set == InstructionSet::scalar) continue;
    const auto model = way.model(set);
    Cells cells = before;
    model->step(cells.block(), way.dt());

    double worst = 0.0;
    for (int s = -1; s < state_count; ++s) {
      const double d = difference(s, cells, expected, before);
      EXPECT_LE(d, bound(way)) << name_of(set) << " " << state_name(*model, s);
      worst = std::max(worst, d);
    }
    RecordProperty(std::string("difference_") + name_of(set), fmt::format("{:.2e}", worst));
  }
}

// The midpoint step goes through a block in chunks.
TEST_P(IonicKernel, ABlockIsSteppedAsItsPartsAre) {
  const auto model = GetParam().model(runnable_instruction_sets().back());
  Cells whole = random_cells(*model, many), parts = whole;

  model->step(whole.block(), GetParam().dt());
  for (std::size_t first = 0; first < many; first += lane_padding)
    model->step(
        {parts.states.rows(parts.V.data() + first, first), lane_padding, parts.stimulus.data() + first},
        GetParam().dt());

  for (int s = -1; s < static_cast<int>(whole.states.state_count()); ++s)
    EXPECT_EQ(difference(s, parts, whole, whole), 0.0) << state_name(*model, s);
}

TEST_P(IonicKernel, NothingBehindTheCellsIsWritten) {
  for (const InstructionSet set : runnable_instruction_sets()) {
    const auto model = GetParam().model(set);
    Cells cells = random_cells(*model, many);
    const Cells before = cells;

    model->step(cells.block(), GetParam().dt());

    for (std::size_t i = many; i < many + lane_padding; ++i)
      for (int s = -1; s < static_cast<int>(cells.states.state_count()); ++s)
        EXPECT_EQ(cells.get(s, i), before.get(s, i)) << name_of(set) << " state " << s;
  }
}

// A register with a NaN is evaluated without tables, so the cells beside it differ by the error of the
// interpolation. Measured: 2.5e-6, for hf of ohara_rudy_2011.
TEST_P(IonicKernel, ANaNStaysInItsOwnCell) {
  const double allowed = GetParam().numerics.tables ? 5e-6 : 0.0;
  for (const InstructionSet set : runnable_instruction_sets()) {
    const auto model = GetParam().model(set);
    Cells clean = random_cells(*model, many), cells = clean;
    const Cells before = clean;
    cells.V[5] = std::numeric_limits<double>::quiet_NaN();

    model->step(clean.block(), GetParam().dt());
    model->step(cells.block(), GetParam().dt());

    EXPECT_TRUE(std::isnan(cells.V[5])) << name_of(set);
    for (int s = -1; s < static_cast<int>(cells.states.state_count()); ++s) {
      cells.set(s, 5, clean.get(s, 5));
      EXPECT_LE(difference(s, cells, clean, before), allowed)
          << name_of(set) << " " << state_name(*model, s);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, IonicKernel, testing::ValuesIn(every_way()),
                         [](const auto& each) { return each.param.name; });

class IonicRates : public testing::TestWithParam<CellSpec> {};

/// (state - start) / dt after a step of dt, V first.
std::vector<double> quotient(const CellModel& model, double V, double stimulus, double dt) {
  Cells cells(model, lane_padding);
  cells.V.assign(lane_padding, V);
  cells.stimulus.assign(lane_padding, stimulus);
  model.step(cells.block(), dt);
  std::vector<double> result = {(cells.V[0] - V) / dt};
  for (std::size_t s = 0; s < cells.states.state_count(); ++s)
    result.push_back((cells.states.get(s, 0) - model.initial_states()[s]) / dt);
  return result;
}

TEST_P(IonicRates, AVanishingStepFollowsThem) {
  for (const Method method : {Method::rush_larsen, Method::midpoint}) {
    const auto model = make_cell_model(GetParam(), {method}, {}, InstructionSet::scalar);
    const std::vector<double> states = model->initial_states();
    const double V = model->initial_V() + 5.0, stimulus = 3.0, dt = 1e-6;

    const std::vector<double> rates = model->rates(V, states, stimulus);
    const std::vector<double> one = quotient(*model, V, stimulus, dt);
    const std::vector<double> two = quotient(*model, V, stimulus, 2.0 * dt);

    for (std::size_t k = 0; k < rates.size(); ++k) {
      // Without the part of the quotient that grows with dt; what is left is the rounding of the state.
      const double y = k == 0 ? V : states[k - 1];
      EXPECT_NEAR(2.0 * one[k] - two[k], rates[k],
                  1.5e-15 * std::abs(y) / dt + 1e-5 * std::abs(rates[k]) + 1e-12)
          << (k == 0 ? "V" : model->info().states[k - 1].name);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, IonicRates, testing::ValuesIn(every_spec()), [](const auto& each) {
  return test_name(each.param.model + "_" + each.param.variant);
});

TEST(IonicKernels, TheScalarSetComesFirstAndNamesAreDistinct) {
  std::set<std::string> names;
  for (const InstructionSet set : runnable_instruction_sets()) names.insert(name_of(set));

  EXPECT_EQ(runnable_instruction_sets().front(), InstructionSet::scalar);
  EXPECT_EQ(names.size(), runnable_instruction_sets().size());
}

TEST(IonicKernels, EveryModelIsCompiledForEverySet) {
  for (const ModelCode* code : built_in_models())
    for (const InstructionSet set : runnable_instruction_sets()) {
      const ModelKernels* kernels = code->kernels[static_cast<int>(set)];
      ASSERT_NE(kernels, nullptr) << code->info->name;
      for (const InstructionSet other : runnable_instruction_sets())
        EXPECT_EQ(other == set, code->kernels[static_cast<int>(other)] == kernels) << code->info->name;
    }
}

TEST(IonicKernels, MethodPrecisionAndTablesEachMakeADifference) {
  const CellSpec spec{"ten_tusscher_2006", "epi", {}, {}, {}};
  const auto model = make_cell_model(spec, {Method::rush_larsen, Precision::double_, false});
  const Cells before = random_cells(*model, many);
  Cells plain = before;
  model->step(plain.block(), 0.02);

  for (const Numerics& numerics : {Numerics{Method::midpoint, Precision::double_, false},
                                   Numerics{Method::rush_larsen, Precision::mixed, false},
                                   Numerics{Method::rush_larsen, Precision::double_, true}}) {
    const auto other = make_cell_model(spec, numerics);
    Cells cells = random_cells(*other, many);
    other->step(cells.block(), 0.02);
    EXPECT_GT(difference(-1, cells, plain, before), 1e-8) << name_of(numerics);
  }
}

}  // namespace
}  // namespace myowave::ionic
