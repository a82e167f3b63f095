// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/surrogate_model.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "tests/unit/surrogate_builder.hpp"

namespace myowave::surrogates {
namespace {

using ionic::CellBlock;
using ionic::InstructionSet;
using ionic::Method;
using ionic::Numerics;
using ionic::Precision;

constexpr Numerics production{Method::midpoint, Precision::mixed, true};
constexpr Numerics reference{Method::rush_larsen, Precision::double_, false};

/// Cells of a surrogate with V spread over a range.
struct Cells {
  Cells(const Surrogate& surrogate, const Numerics& numerics, bool guarded, std::size_t count,
        double V_low, double V_high, InstructionSet set = ionic::instruction_set())
      : model(make_surrogate_model(std::make_shared<const Surrogate>(surrogate), {}, numerics, guarded,
                                   {}, set)),
        states(model->make_states(count)),
        V(states.stride()),
        stimulus(states.stride()),
        fallbacks(states.stride()) {
    for (std::size_t i = 0; i < V.size(); ++i)
      V[i] = V_low + (V_high - V_low) * static_cast<double>(i) / static_cast<double>(V.size() - 1);
  }
  void step(double dt, int times = 1) {
    for (int n = 0; n < times; ++n)
      model->step({states.rows(V.data(), 0), V.size(), stimulus.data(), {}, fallbacks.data()}, dt);
  }
  std::size_t fallen_back() const {
    std::size_t cells = 0;
    for (const std::uint32_t each : fallbacks) cells += each > 0;
    return cells;
  }

  std::unique_ptr<ionic::CellModel> model;
  ionic::CellStates states;
  std::vector<double> V, stimulus;
  std::vector<std::uint32_t> fallbacks;
};

class EveryInstructionSet : public testing::TestWithParam<InstructionSet> {};

TEST_P(EveryInstructionSet, StepOfAPassiveMembraneIsExact) {
  const double dt = 0.5, share = -std::expm1(-0.1 * dt);
  for (const Numerics& numerics : {production, reference}) {
    Cells cells(passive_step(dt, share), numerics, true, 300, -110.0, 30.0, GetParam());
    std::vector<double> exact = cells.V;
    cells.step(dt, 20);
    for (std::size_t i = 0; i < exact.size(); ++i)
      EXPECT_NEAR(cells.V[i], -85.0 + (exact[i] + 85.0) * std::exp(-0.1 * 10.0), 2e-5);
    EXPECT_EQ(cells.fallen_back(), 0u);
  }
}

TEST_P(EveryInstructionSet, RateOfAPassiveMembraneEqualsTheModel) {
  for (const Numerics& numerics : {production, reference}) {
    Cells cells(passive_rate(), numerics, true, 200, -110.0, 30.0, GetParam());
    const auto model = ionic::make_cell_model({"passive", "", {}, {}, {}}, numerics, {}, GetParam());
    std::vector<double> V = cells.V;
    ionic::CellStates none = model->make_states(V.size());
    for (std::size_t i = 0; i < V.size(); ++i) cells.stimulus[i] = i % 3 == 0 ? 4.0 : 0.0;
    for (int n = 0; n < 50; ++n)
      model->step({none.rows(V.data(), 0), V.size(), cells.stimulus.data()}, 0.05);
    cells.step(0.05, 50);
    for (std::size_t i = 0; i < V.size(); ++i) EXPECT_NEAR(cells.V[i], V[i], 2e-5) << i;
  }
}

TEST_P(EveryInstructionSet, RelaxationIsTheExactExponential) {
  // Held V: the currents of Hodgkin and Huxley are replaced, so that only the gates move.
  Surrogate s = two_gates();
  s.kind = Kind::rate;
  s.inputs.front().min = -101.0;
  s.outputs.push_back({"n", "1", Form::inf, Transform::sigmoid, 0.25, 0.5, false, 0.0});
  s.outputs.push_back({"n", "ms", Form::tau, Transform::softplus, 0.1, 1.0, false, 0.0});
  s.outputs.push_back({"none", "uA/uF", Form::current, Transform::identity, 0.0, 1.0, false, 0.0});
  s.parts = {{"net",
              {0},
              {0, 1, 2, 3, 4, 5, 6},
              {{linear({{1.0}, {0.0}, {-1.25}, {0.0}, {0.5}, {0.2}, {0.0}},
                       {0.0, 0.0, -2.5, 0.0, 0.0, 1.0, 0.0})}}}};
  for (const Numerics& numerics : {Numerics{Method::rush_larsen, Precision::mixed, true}, reference}) {
    Cells cells(s, numerics, false, 64, -100.0, 50.0, GetParam());
    const double n0 = cells.states.get(2, 0);
    cells.step(0.3, 10);
    for (std::size_t i = 0; i < cells.V.size(); ++i) {
      const double x = (cells.V[i] + 40.0) / 10.0;
      const double inf = 0.25 + 0.5 / (1.0 + std::exp(-0.5 * x));
      const double tau = 0.1 + std::log1p(std::exp(0.2 * x + 1.0));
      EXPECT_NEAR(cells.states.get(2, i), inf + (n0 - inf) * std::exp(-3.0 / tau), 2e-6) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(SurrogateModel, EveryInstructionSet,
                         testing::ValuesIn(ionic::runnable_instruction_sets().begin(),
                                           ionic::runnable_instruction_sets().end()),
                         [](const auto& each) {
                           std::string name = ionic::name_of(each.param);
                           for (char& c : name)
                             if (c == '-') c = '_';
                           return name;
                         });

TEST(SurrogateModel, GatesAreThoseOfTheFile) {
  const double dt = 0.02;
  for (const Numerics& numerics : {Numerics{Method::rush_larsen, Precision::mixed, false}, reference}) {
    Cells cells(two_gates(), numerics, true, 160, -95.0, 55.0);
    const double m0 = cells.states.get(0, 0), h0 = cells.states.get(1, 0);
    const std::vector<double> V = cells.V;
    cells.step(dt);
    for (std::size_t i = 0; i < V.size(); ++i) {
      const double m = 1.0 / (1.0 + std::exp(-(V[i] + 40.0) / 10.0));
      const double h = 1.0 / (1.0 + std::exp((V[i] + 60.0) / 8.0));
      EXPECT_NEAR(cells.states.get(0, i), m + (m0 - m) * std::exp(-dt / 2.0), 1e-6);
      EXPECT_NEAR(cells.states.get(1, i), h + (h0 - h) * std::exp(-dt / 5.0), 1e-6);
    }
  }
}

TEST(SurrogateModel, GatesOutsideTheTrainedRangeAreTheModels) {
  Cells cells(two_gates(), reference, true, 64, 61.0, 75.0);
  const auto model = ionic::make_cell_model({"hodgkin_huxley_1952", "modern", {}, {}, {}}, reference);
  ionic::CellStates states = model->make_states(64);
  std::vector<double> V = cells.V;
  model->step({states.rows(V.data(), 0), V.size(), cells.stimulus.data()}, 0.01);
  cells.step(0.01);
  for (std::size_t i = 0; i < V.size(); ++i)
    for (std::size_t s = 0; s < 3; ++s) EXPECT_NEAR(cells.states.get(s, i), states.get(s, i), 1e-7);
  EXPECT_EQ(cells.fallen_back(), cells.V.size());
}

TEST(SurrogateModel, LearntGatesEnterTheRates) {
  const auto model =
      make_surrogate_model(std::make_shared<const Surrogate>(two_gates()), {}, reference, true);
  const std::vector<double> y = {0.2, 0.5, 0.4};
  const std::vector<double> rates = model->rates(-30.0, y, 0.0);
  EXPECT_NEAR(rates[1], (1.0 / (1.0 + std::exp(-1.0)) - 0.2) / 2.0, 1e-6);
  EXPECT_NEAR(rates[2], (1.0 / (1.0 + std::exp(30.0 / 8.0)) - 0.5) / 5.0, 1e-6);
  const auto own = ionic::make_cell_model({"hodgkin_huxley_1952", "modern", {}, {}, {}}, reference);
  EXPECT_DOUBLE_EQ(rates[3], own->rates(-30.0, y, 0.0)[3]);
  EXPECT_DOUBLE_EQ(rates[0], own->rates(-30.0, y, 0.0)[0]);
}

TEST(SurrogateModel, ResidualIsAddedInItsRangeOnly) {
  const double dt = 0.01;
  Cells cells(small_residual(), reference, true, 128, -90.0, 10.0);
  const auto model = ionic::make_cell_model({"hodgkin_huxley_1952", "modern", {}, {}, {}}, reference);
  ionic::CellStates states = model->make_states(128);
  std::vector<double> V = cells.V;
  const std::vector<double> start = V;
  model->step({states.rows(V.data(), 0), V.size(), cells.stimulus.data()}, dt);
  cells.step(dt);
  for (std::size_t i = 0; i < V.size(); ++i) {
    const bool inside = start[i] >= -80.0 && start[i] <= 0.0;
    EXPECT_EQ(cells.fallbacks[i], inside ? 0u : 1u);
    // Two half corrections of a change of the order of dt^2 times the model's own rates.
    if (start[i] < -81.0 || start[i] > 1.0) {
      EXPECT_DOUBLE_EQ(cells.V[i], V[i]);
    } else if (start[i] > -79.0 && start[i] < -1.0) {
      EXPECT_NEAR(cells.V[i] - V[i], dt * 0.01 * (start[i] + 60.0), 2e-4 * dt + 1e-4 * dt * 60.0);
    }
  }
}

TEST(SurrogateModel, ResidualKeepsTheOrderOfTheMidpointMethod) {
  const Numerics midpoint{Method::midpoint, Precision::double_, false};
  auto V_after = [&](double dt) {
    Cells cells(small_residual(), midpoint, true, 16, -70.0, -62.0);
    cells.step(dt, static_cast<int>(std::lround(1.6 / dt)));
    return cells.V[3];
  };
  const double fine = V_after(0.0025);
  const double coarse = std::abs(V_after(0.04) - fine), half = std::abs(V_after(0.02) - fine);
  EXPECT_NEAR(std::log2(coarse / half), 2.0, 0.2);
}

TEST(SurrogateModel, CellsOutsideTakeTheModelsStepAndAreCounted) {
  const double dt = 0.5, share = 0.5;  // not the share of the model: the two can be told apart
  Cells cells(passive_step(dt, share), reference, true, 256, -150.0, 90.0);
  const std::vector<double> V = cells.V;
  for (double& each : cells.stimulus) each = 2.0;
  cells.step(dt);
  for (std::size_t i = 0; i < V.size(); ++i) {
    const double pushed = V[i] + dt * 2.0;
    if (pushed < -120.0 || pushed > 40.0) {
      EXPECT_EQ(cells.fallbacks[i], 1u);
      // Ten steps of forward Euler, the largest that the model allows.
      double expected = V[i];
      for (int n = 0; n < 10; ++n) expected += 0.05 * (2.0 - 0.1 * (expected + 85.0));
      EXPECT_NEAR(cells.V[i], expected, 1e-9);
    } else {
      EXPECT_EQ(cells.fallbacks[i], 0u);
      EXPECT_NEAR(cells.V[i], pushed - share * (pushed + 85.0), 1e-5);
    }
  }
}

TEST(SurrogateModel, WithoutAGuardNothingIsCounted) {
  Cells cells(passive_step(0.5, 0.5), production, false, 64, -150.0, 90.0);
  const std::vector<double> V = cells.V;
  cells.step(0.5);
  EXPECT_FALSE(cells.model->is_guarded());
  EXPECT_EQ(cells.fallen_back(), 0u);
  EXPECT_NEAR(cells.V[0], V[0] - 0.5 * (V[0] + 85.0), 1e-4);
}

TEST(SurrogateModel, NaNIsOutsideAndStaysNaN) {
  for (const bool guarded : {true, false}) {
    Cells cells(passive_step(0.5, 0.5), production, guarded, 64, -90.0, 0.0);
    cells.V[5] = std::nan("");
    cells.step(0.5);
    EXPECT_TRUE(std::isnan(cells.V[5]));
    EXPECT_FALSE(std::isnan(cells.V[4]));
    EXPECT_EQ(cells.fallbacks[5], guarded ? 1u : 0u);
  }
}

/// The only fault, as "key: message".
std::string fault_of(const Surrogate& surrogate, const ionic::CellSpec& spec = {}) {
  const auto faults = faults_of(surrogate, spec);
  if (faults.size() != 1) return "faults: " + std::to_string(faults.size());
  return faults.front().first + ": " + faults.front().second;
}

TEST(SurrogateFaults, NoneInWhatTheTestsUse) {
  for (const Surrogate& each : {passive_step(0.5, 0.1), passive_rate(), two_gates(), small_residual()})
    EXPECT_TRUE(faults_of(each, {}).empty()) << each.name;
}

TEST(SurrogateFaults, UnknownModelNamesTheNearest) {
  Surrogate s = two_gates();
  s.model = "hodgkin_huxly_1952";
  EXPECT_NE(fault_of(s).find("hodgkin_huxley_1952"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, VariableThatTheModelHasNot) {
  Surrogate s = two_gates();
  s.outputs[0].name = s.outputs[1].name = "mm";
  EXPECT_EQ(faults_of(s, {}).size(), 2u);
  s = small_residual();
  s.inputs.front().name = "v";
  EXPECT_NE(fault_of(s).find("did you mean 'V'"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, UnitThatIsNotTheModels) {
  Surrogate s = passive_rate();
  s.inputs.front().unit = "V";
  EXPECT_NE(fault_of(s).find("input 'V' is in V, the model has it in mV"), std::string::npos)
      << fault_of(s);
  s = two_gates();
  s.outputs[1].unit = "s";
  EXPECT_NE(fault_of(s).find("in s, the model has it in ms"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, StateThatIsNotAdvanced) {
  Surrogate s = passive_rate();
  s.model = "fitzhugh_nagumo";
  EXPECT_NE(fault_of(s).find("no output for state 'v'"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, TimeAsAnInput) {
  Surrogate s = passive_rate();
  s.inputs.push_back(input("t", "ms", 0.0, 10.0));
  s.parts[0] = {"net", {0, 1}, {0}, {{linear({{0.0, 0.0}}, {0.1})}}};
  EXPECT_NE(fault_of(s).find("time is an input"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, TrajectoryCannotBeStepped) {
  Surrogate s = passive_step(0.5, 0.1);
  s.kind = Kind::trajectory;
  EXPECT_NE(fault_of(s).find("cannot be stepped"), std::string::npos) << fault_of(s);
}

TEST(SurrogateFaults, GateThatDependsOnMoreThanV) {
  Surrogate s = two_gates();
  s.model = "koivumaki_2011_skibsbye";
  s.variant = "default";
  s.outputs[0].name = s.outputs[1].name = "h1";
  s.outputs[2].name = s.outputs[3].name = "Cai1";
  EXPECT_EQ(faults_of(s, {}).size(), 2u);
}

TEST(SurrogateFaults, ParametersOfTheUser) {
  ionic::CellSpec spec;
  spec.parameters["g_leak"] = "0.2 mS/uF";
  EXPECT_NE(fault_of(passive_rate(), spec).find("parameters that it was trained with"),
            std::string::npos);
  // Those of the file itself may stand: that is how a resolved configuration reads.
  Surrogate s = passive_rate();
  s.parameters["g_leak"] = "0.2 mS/uF";
  EXPECT_TRUE(faults_of(s, spec).empty());
  // A gate surrogate leaves the conductances to the model.
  spec.parameters = {{"g_Na", "100 mS/uF"}};
  EXPECT_TRUE(faults_of(two_gates(), spec).empty());
  spec.model = "ten_tusscher_2006";
  EXPECT_NE(fault_of(two_gates(), spec).find("stands for hodgkin_huxley_1952"), std::string::npos);
}

TEST(SurrogateFaults, NodeWiseParameterOfATable) {
  const std::vector<int> V_rest = {6};
  EXPECT_THROW(
      make_surrogate_model(std::make_shared<const Surrogate>(two_gates()), {}, production, true, V_rest),
      InputError);
}

TEST(SurrogateTables, ErrorIsTold) {
  const std::string gates = table_summary(two_gates());
  EXPECT_NE(gates.find("tables of 0.05 mV"), std::string::npos) << gates;
  const std::string residual = table_summary(small_residual());
  EXPECT_NE(residual.find("mV/ms"), std::string::npos) << residual;
}

}  // namespace
}  // namespace myowave::surrogates
