// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ionic/cell_model.hpp"

namespace myowave::ionic {
namespace {

/// Cells with their states in one array each; the stride leaves room behind every state.
struct Cells {
  static constexpr std::size_t count = 128 * lane_padding, stride = count + 3;
  static constexpr double untouched = 12345.0;

  explicit Cells(std::size_t state_count)
      : V(stride, untouched),
        states(std::max<std::size_t>(1, state_count * stride), untouched),
        stimulus(count, 0.0) {}

  CellBlock block() { return {V.data(), states.data(), stride, count, stimulus.data()}; }

  std::vector<double> V, states, stimulus;
};

double uniform(std::mt19937_64& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// V anywhere between -100 and 60 mV, gates anywhere between 0 and 1, the other states within a factor
/// of two.
Cells random_cells(const CellModel& model) {
  const ModelInfo& info = model.info();
  const std::vector<double> initial = model.initial_states();
  std::mt19937_64 random(20260103);
  Cells cells(info.states.size());
  for (std::size_t i = 0; i < Cells::count; ++i) {
    cells.V[i] = uniform(random, -100.0, 60.0);
    cells.stimulus[i] = i % 3 == 0 ? uniform(random, -10.0, 60.0) : 0.0;
    for (std::size_t s = 0; s < initial.size(); ++s) {
      const bool gate = s < static_cast<std::size_t>(info.gate_count);
      cells.states[s * Cells::stride + i] =
          gate ? uniform(random, 0.0, 1.0)
               : initial[s] * uniform(random, 0.5, 2.0) +
                     (initial[s] == 0.0 ? uniform(random, -1.0, 1.0) : 0.0);
    }
  }
  // The places where the ten Tusscher model switches branches or divides zero by zero.
  cells.V[0] = 15.0;
  cells.V[1] = std::nextafter(15.0, 16.0);
  cells.V[2] = -40.0;
  cells.V[3] = std::nextafter(-40.0, 0.0);
  return cells;
}

/// Largest |a - b| relative to the larger of |b| and what b was before the step.
double difference(const std::vector<double>& a, const std::vector<double>& b,
                  const std::vector<double>& before) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double scale =
        std::max({std::abs(b[i]), std::abs(before[i]), std::numeric_limits<double>::min()});
    const double relative = std::abs(a[i] - b[i]) / scale;
    if (!(relative <= worst)) worst = relative;
  }
  return worst;
}

struct Case {
  CellSpec spec;
  Method method;
  std::string name;
};

std::vector<Case> every_model_variant_and_method() {
  std::vector<Case> cases;
  for (const ModelInfo* info : model_infos())
    for (const Variant& variant : info->variants)
      for (const Method method : {Method::rush_larsen, Method::midpoint})
        cases.push_back({{info->name, variant.name, {}, {}, {}},
                         method,
                         std::string(info->name) + "_" + variant.name +
                             (method == Method::midpoint ? "_midpoint" : "_rush_larsen")});
  return cases;
}

class IonicKernel : public testing::TestWithParam<Case> {};

// exp, expm1 and log differ by up to 2 ulp between the scalar and the vector form, and sums may be
// fused. Measured: 1.2e-15 for ten_tusscher_2006, 2.6e-14 for the cubic growth of manufactured, 5e-16
// for the rest.
constexpr double kernel_bound = 1e-13;

TEST_P(IonicKernel, EveryInstructionSetEqualsTheScalarReferenceOnRandomStates) {
  const auto reference = make_cell_model(GetParam().spec, GetParam().method, scalar_kernels());
  const Cells before = random_cells(*reference);
  Cells expected = before;
  reference->step(expected.block(), 0.02);
  ASSERT_NE(expected.V, before.V);

  for (const KernelSet* set : runnable_kernels()) {
    const auto model = make_cell_model(GetParam().spec, GetParam().method, *set);
    Cells cells = before;
    model->step(cells.block(), 0.02);

    const double V = difference(cells.V, expected.V, before.V);
    const double states = difference(cells.states, expected.states, before.states);
    RecordProperty(std::string(set->instruction_set) + "_V", fmt::format("{:.2e}", V));
    RecordProperty(std::string(set->instruction_set) + "_states", fmt::format("{:.2e}", states));
    EXPECT_LE(V, kernel_bound) << set->instruction_set;
    EXPECT_LE(states, kernel_bound) << set->instruction_set;
  }
}

TEST_P(IonicKernel, NothingBehindTheCellsIsWritten) {
  for (const KernelSet* set : runnable_kernels()) {
    const auto model = make_cell_model(GetParam().spec, GetParam().method, *set);
    Cells cells = random_cells(*model);

    model->step(cells.block(), 0.02);

    for (std::size_t i = Cells::count; i < Cells::stride; ++i) {
      EXPECT_EQ(cells.V[i], Cells::untouched);
      for (std::size_t s = 0; s < model->info().states.size(); ++s)
        EXPECT_EQ(cells.states[s * Cells::stride + i], Cells::untouched);
    }
  }
}

TEST_P(IonicKernel, ANaNStaysInItsOwnCell) {
  for (const KernelSet* set : runnable_kernels()) {
    const auto model = make_cell_model(GetParam().spec, GetParam().method, *set);
    Cells clean = random_cells(*model), cells = clean;
    cells.V[5] = std::numeric_limits<double>::quiet_NaN();

    model->step(clean.block(), 0.02);
    model->step(cells.block(), 0.02);

    EXPECT_TRUE(std::isnan(cells.V[5])) << set->instruction_set;
    for (std::size_t i = 0; i < Cells::count; ++i)
      EXPECT_TRUE(i == 5 || cells.V[i] == clean.V[i]) << set->instruction_set << " cell " << i;
  }
}

TEST_P(IonicKernel, AVanishingStepFollowsTheRightHandSide) {
  const auto model = make_cell_model(GetParam().spec, GetParam().method, scalar_kernels());
  const std::vector<double> states = model->initial_states();
  const double V = model->initial_V() + 5.0, dt = 1e-6;
  const std::vector<double> rates = model->rates(V, states);
  Cells cells(states.size());
  std::fill(cells.V.begin(), cells.V.end(), V);
  for (std::size_t s = 0; s < states.size(); ++s)
    std::fill_n(cells.states.begin() + static_cast<std::ptrdiff_t>(s * Cells::stride), Cells::stride,
                states[s]);

  model->step(cells.block(), dt);

  // The quotient carries the rounding of the state, eps |y| / dt, and the step's own error of order dt.
  auto tolerance = [=](double y, double rate) {
    return 4e-16 * std::abs(y) / dt + 1e-3 * std::abs(rate) + 1e-12;
  };
  EXPECT_NEAR((cells.V[0] - V) / dt, rates[0], tolerance(V, rates[0]));
  for (std::size_t s = 0; s < states.size(); ++s)
    EXPECT_NEAR((cells.states[s * Cells::stride] - states[s]) / dt, rates[s + 1],
                tolerance(states[s], rates[s + 1]))
        << model->info().states[s].name;
}

INSTANTIATE_TEST_SUITE_P(All, IonicKernel, testing::ValuesIn(every_model_variant_and_method()),
                         [](const auto& each) { return each.param.name; });

TEST(IonicKernels, TheReferenceComesFirstAndNamesAreDistinct) {
  std::set<std::string> names;
  for (const KernelSet* set : runnable_kernels()) names.insert(set->instruction_set);

  EXPECT_EQ(runnable_kernels().front(), &scalar_kernels());
  EXPECT_STREQ(scalar_kernels().instruction_set, "scalar");
  EXPECT_EQ(names.size(), runnable_kernels().size());
}

TEST(IonicKernels, EverySetHoldsEveryModel) {
  for (const KernelSet* set : runnable_kernels()) {
    ASSERT_EQ(set->kernels.size(), model_infos().size()) << set->instruction_set;
    for (std::size_t k = 0; k < model_infos().size(); ++k)
      EXPECT_STREQ(set->kernels[k].model, model_infos()[k]->name);
  }
}

TEST(IonicKernels, TheTwoMethodsDiffer) {
  const CellSpec spec{"ten_tusscher_2006", "epi", {}, {}, {}};
  Cells first(18), second(18);
  first = second = random_cells(*make_cell_model(spec));

  make_cell_model(spec, Method::rush_larsen)->step(first.block(), 0.02);
  make_cell_model(spec, Method::midpoint)->step(second.block(), 0.02);

  EXPECT_GT(difference(first.V, second.V, first.V), 1e-6);
}

}  // namespace
}  // namespace myowave::ionic
