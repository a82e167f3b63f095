// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>

#include "base/error.hpp"
#include "ionic/kernel.hpp"
#include "surrogates/conductance_model.hpp"
#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave::surrogates {
namespace {

using ionic::InstructionSet;
using ionic::Method;
using ionic::Numerics;
using ionic::Precision;

/// Random tables, smooth enough for the tables of the kernels, and random factors.
Surrogate random_surrogate(int latents, int terms, unsigned seed, int knots = 33,
                           const std::string& host = "ten_tusscher_2006") {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  Conductance c;
  c.latents = latents, c.terms = terms, c.knots = knots;
  c.V_first = -100.0, c.V_last = 60.0, c.reversal = 55.0;
  auto curve = [&](double low, double high, std::vector<float>& out) {
    const double a = low + (high - low) * uniform(random), b = low + (high - low) * uniform(random);
    for (int k = 0; k < c.knots; ++k)
      out.push_back(static_cast<float>(a + (b - a) * std::pow(std::sin(1.6 * k / c.knots), 2)));
  };
  for (int k = 0; k < latents; ++k) curve(0.0, 1.0, c.inf), curve(0.003, 3.0, c.rate);
  for (int r = 0; r <= terms; ++r) curve(-2.0, 2.0, c.currents);
  for (int n = 0; n < 3 * terms * (latents + 1); ++n)
    c.factors.push_back(static_cast<float>(uniform(random) - 0.3));
  c.initial = {-80.0};
  for (int k = 0; k < (host == "ohara_rudy_2011" ? 9 : 3) + latents; ++k)
    c.initial.push_back(uniform(random));
  Surrogate surrogate;
  surrogate.kind = Kind::conductance;
  surrogate.name = "random", surrogate.model = host;
  surrogate.inputs = {{"V", "mV", 0.0, 1.0, -95.0, 55.0}};
  surrogate.outputs = {{"rest", "uA/uF", Form::current}};
  for (int k = 1; k <= latents; ++k) {
    surrogate.inputs.push_back({"z" + std::to_string(k), "1", 0.0, 1.0, 0.0, 1.0});
    surrogate.outputs.push_back({"z" + std::to_string(k), "1/ms", Form::derivative});
  }
  surrogate.conductance = std::move(c);
  return surrogate;
}

struct Case {
  InstructionSet set;
  std::string host;
  int latents, terms;
};
/// In registers with one permutation, with two, and in rows, where the instruction set has all of them.
constexpr int knots_of_all_forms[] = {20, 64, 89};

class EveryKernel : public testing::TestWithParam<Case> {};

/// A first-order step from the plain right-hand side: gates by their exponential, then V with the new
/// gates.
std::vector<double> plain_step(const ionic::CellModel& model, double V, std::vector<double> y,
                               double dt) {
  // inf and rate of a relaxation from its derivative at two points.
  std::vector<double> zeros(y.size()), ones(y.size(), 1.0);
  const std::vector<double> at_0 = model.rates(V, zeros), at_1 = model.rates(V, ones);
  for (std::size_t s = 0; s < y.size(); ++s) {
    const double rate = at_0[1 + s] - at_1[1 + s], inf = at_0[1 + s] / rate;
    y[s] += (inf - y[s]) * -std::expm1(-dt * rate);
  }
  y.insert(y.begin(), V + dt * model.rates(V, y)[0]);
  return y;
}

TEST_P(EveryKernel, StepsAsThePlainEquationsDo) {
  const Case& of = GetParam();
  for (const int knots : knots_of_all_forms) {
    const auto surrogate =
        std::make_shared<const Surrogate>(random_surrogate(of.latents, of.terms, 5, knots, of.host));
    for (const Precision precision : {Precision::double_, Precision::mixed}) {
      const auto model =
          make_surrogate_model(surrogate, {}, {Method::rush_larsen, precision, true}, true, {}, of.set);
      constexpr std::size_t cells = 96;
      ionic::CellStates states = model->make_states(cells);
      std::vector<double> V(states.stride()), stimulus(states.stride(), 3.0), before;
      for (std::size_t i = 0; i < V.size(); ++i) V[i] = -118.0 + 2.0 * static_cast<double>(i);
      before = V;
      // Beyond the tables (-120 to 80 mV) too; there the functions keep their values at the ends.
      model->step({states.rows(V.data(), 0), V.size(), stimulus.data()}, 0.02);
      for (std::size_t i = 0; i < cells; ++i) {
        const std::vector<double> exact = plain_step(*model, before[i], model->initial_states(), 0.02);
        const double tolerance =
            (precision == Precision::mixed ? 2e-4 : 2e-5) + 1e-5 * std::abs(exact[0]);
        EXPECT_NEAR(V[i], exact[0] + 0.02 * 3.0, tolerance) << knots << " knots, " << before[i];
        const bool in_tables = before[i] > -120.0 && before[i] < 80.0;
        for (std::size_t s = 0; s < exact.size() - 1; ++s)
          if (in_tables || s < exact.size() - 1 - static_cast<std::size_t>(of.latents)) {
            EXPECT_NEAR(states.get(s, i), exact[1 + s], tolerance) << before[i] << " state " << s;
          }
      }
    }
  }
}

/// The second stage of the midpoint step is a kernel of its own.
TEST_P(EveryKernel, TakesTheSameMidpointStepInMixedPrecision) {
  const Case& of = GetParam();
  for (const int knots : knots_of_all_forms) {
    const auto surrogate =
        std::make_shared<const Surrogate>(random_surrogate(of.latents, of.terms, 6, knots, of.host));
    std::vector<std::vector<double>> ends;
    for (const Precision precision : {Precision::double_, Precision::mixed}) {
      const auto model =
          make_surrogate_model(surrogate, {}, {Method::midpoint, precision, true}, true, {}, of.set);
      ionic::CellStates states = model->make_states(96);
      std::vector<double> V(states.stride()), stimulus(states.stride(), 2.0);
      for (std::size_t i = 0; i < V.size(); ++i) V[i] = -95.0 + 1.5 * static_cast<double>(i);
      for (int n = 0; n < 5; ++n)
        model->step({states.rows(V.data(), 0), V.size(), stimulus.data()}, 0.05);
      ends.push_back(V);
      for (std::size_t s = 0; s < model->info().states.size(); ++s)
        for (std::size_t i = 0; i < 96; ++i) ends.back().push_back(states.get(s, i));
    }
    for (std::size_t k = 0; k < ends[0].size(); ++k)
      EXPECT_NEAR(ends[1][k], ends[0][k], 1e-3 + 2e-5 * std::abs(ends[0][k]))
          << knots << " knots, " << k;
  }
}

/// A step that is too long for the short exponential of the registers.
TEST_P(EveryKernel, TakesLongStepsToo) {
  const Case& of = GetParam();
  const auto surrogate =
      std::make_shared<const Surrogate>(random_surrogate(of.latents, of.terms, 5, 64, of.host));
  const auto model = make_surrogate_model(surrogate, {}, {Method::rush_larsen, Precision::mixed, true},
                                          true, {}, of.set);
  ionic::CellStates states = model->make_states(16);
  std::vector<double> V(16, -60.0), stimulus(16, 0.0);
  model->step({states.rows(V.data(), 0), 16, stimulus.data()}, 1.5);
  const std::vector<double> exact = plain_step(*model, -60.0, model->initial_states(), 1.5);
  for (std::size_t s = 0; s + 1 < exact.size(); ++s)
    EXPECT_NEAR(states.get(s, 0), exact[1 + s], 1e-4) << s;
}

/// The longest that registers take.
TEST_P(EveryKernel, LatentsKeepTheirAccuracyInTheLongestStepsOfRegisters) {
  const Case& of = GetParam();
  const auto surrogate =
      std::make_shared<const Surrogate>(random_surrogate(of.latents, of.terms, 5, 64, of.host));
  const std::vector<float>& rate = surrogate->conductance->rate;
  const double dt =
      0.999 * largest_register_share / static_cast<double>(*std::max_element(rate.begin(), rate.end()));
  const auto model = make_surrogate_model(surrogate, {}, {Method::rush_larsen, Precision::mixed, true},
                                          true, {}, of.set);
  ionic::CellStates states = model->make_states(160);
  std::vector<double> V(states.stride()), stimulus(states.stride(), 0.0);
  for (std::size_t i = 0; i < V.size(); ++i) V[i] = -95.0 + static_cast<double>(i);
  const std::vector<double> before = V;
  model->step({states.rows(V.data(), 0), V.size(), stimulus.data()}, dt);
  for (std::size_t i = 0; i < 150; ++i) {
    const std::vector<double> exact = plain_step(*model, before[i], model->initial_states(), dt);
    for (std::size_t s = exact.size() - 1 - static_cast<std::size_t>(of.latents); s + 1 < exact.size();
         ++s)
      EXPECT_NEAR(states.get(s, i), exact[1 + s], 1e-6) << before[i] << " mV, state " << s;
  }
}

/// Kernels with their functions in registers count by themselves.
TEST_P(EveryKernel, CellsOutsideTheTrainedRangeAreCounted) {
  const Case& of = GetParam();
  for (const int knots : knots_of_all_forms)
    for (const Method method : {Method::rush_larsen, Method::midpoint}) {
      const auto surrogate =
          std::make_shared<const Surrogate>(random_surrogate(of.latents, of.terms, 8, knots, of.host));
      const auto model =
          make_surrogate_model(surrogate, {}, {method, Precision::mixed, true}, true, {}, of.set);
      constexpr std::size_t cells = 96;  // of midpoint steps more than one chunk
      ionic::CellStates states = model->make_states(cells);
      std::vector<double> V(cells, -60.0), none(cells);
      std::vector<std::uint32_t> fallbacks(cells, 2u);
      V[3] = -95.5, V[7] = 55.5, V[70] = std::nan(""), V[80] = -95.0,
      V[81] = 55.0;  // the last two: ends
      model->step({states.rows(V.data(), 0), cells, none.data(), {}, fallbacks.data()}, 0.02);
      for (std::size_t i = 0; i < cells; ++i)
        EXPECT_EQ(fallbacks[i], i == 3 || i == 7 || i == 70 ? 3u : 2u) << knots << " knots, cell " << i;
    }
}

std::vector<Case> all_kernels() {
  std::vector<Case> cases;
  for (const InstructionSet set : ionic::runnable_instruction_sets())
    for (const ConductanceKernel& each : conductance_kernels(set))
      cases.push_back({set, each.host, each.latents, each.terms});
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Conductance, EveryKernel, testing::ValuesIn(all_kernels()), [](const auto& of) {
  std::string name = std::string(ionic::name_of(of.param.set)) + "_" + of.param.host + "_" +
                     std::to_string(of.param.latents) + "_" + std::to_string(of.param.terms);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Conductance, MidpointIsOfOrderTwo) {
  const auto surrogate = std::make_shared<const Surrogate>(random_surrogate(5, 4, 8));
  const auto model =
      make_surrogate_model(surrogate, {}, {Method::midpoint, Precision::double_, true}, true);
  auto end = [&](double dt) {
    ionic::CellStates states = model->make_states(16);
    std::vector<double> V(states.stride(), -60.0), none(states.stride());
    for (int n = 0; n < std::lround(4.0 / dt); ++n)
      model->step({states.rows(V.data(), 0), V.size(), none.data()}, dt);
    return V[0];
  };
  const double exact = end(0.00125);
  EXPECT_GT(std::abs(end(0.04) - exact) / std::abs(end(0.02) - exact), 3.4);
}

TEST(Conductance, FileGivesBackWhatWasWritten) {
  const std::string path = testing::TempDir() + "conductance_test.safetensors";
  const Surrogate written = random_surrogate(8, 5, 2);
  write_surrogate(written, path);
  const Surrogate read = read_surrogate(path);
  ASSERT_TRUE(read.conductance);
  EXPECT_EQ(read.conductance->inf, written.conductance->inf);
  EXPECT_EQ(read.conductance->rate, written.conductance->rate);
  EXPECT_EQ(read.conductance->currents, written.conductance->currents);
  EXPECT_EQ(read.conductance->factors, written.conductance->factors);
  EXPECT_EQ(read.conductance->initial, written.conductance->initial);
  EXPECT_EQ(read.conductance->reversal, 55.0);
  EXPECT_NE(card_text(read).find("8 gates that relax"), std::string::npos);
}

void expect_refused(const Surrogate& surrogate, const std::string& words) {
  try {
    write_surrogate(surrogate, testing::TempDir() + "conductance_refused.safetensors");
    ADD_FAILURE() << "written, without: " << words;
  } catch (const InputError& error) {
    EXPECT_NE(error.faults().front().message.find(words), std::string::npos) << error.what();
  }
}

TEST(Conductance, WrongNumbersAreRefused) {
  const Surrogate good = random_surrogate(5, 4, 2);
  Surrogate bad = good;
  bad.conductance->inf[7] = 1.5f;
  expect_refused(bad, "'conductance.inf' has 1.5 as its number 7 from 0; numbers from 0 to 1 needed");
  bad = good;
  bad.conductance->currents[3] = std::nanf("");
  expect_refused(bad, "'conductance.currents' has nan as its number 3");
  bad = good;
  bad.conductance->factors.pop_back();
  expect_refused(bad, "'conductance.factors' has 71 numbers; 72 needed");
  bad = good;
  bad.conductance->V_last = -100.0;
  expect_refused(bad, "-100 to -100 mV is no range of knots");
  bad = good;
  bad.inputs.pop_back();
  expect_refused(bad, "with 5 latents these are needed, in this order: V, z1, z2, z3, z4, z5");
}

TEST(Conductance, SizeThatIsNotCompiledIsNamed) {
  const auto faults = faults_of(random_surrogate(7, 2, 1), {});
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].second.find("7 latent gates and 2 terms for ten_tusscher_2006 are not compiled"),
            std::string::npos);
  EXPECT_NE(faults[0].second.find("ten_tusscher_2006 with 5 latents and 4 terms"), std::string::npos);
}

TEST(Conductance, OnlyTheSodiumConductanceIsAParameter) {
  const Surrogate surrogate = random_surrogate(5, 4, 1);
  ionic::CellSpec spec;
  spec.parameters = {{"g_Na", "7 mS/uF"}};
  EXPECT_TRUE(faults_of(surrogate, spec).empty());
  spec.parameters = {{"g_Ks", "0.1 mS/uF"}};
  const auto faults = faults_of(surrogate, spec);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].second.find("random has no parameter 'g_Ks'"), std::string::npos);
  spec.parameters.clear();
  spec.initial_state = {{"z1", "0.2"}, {"V", "-70 mV"}};
  EXPECT_TRUE(faults_of(surrogate, spec).empty());
}

/// With g_Ks and g_CaL to scale, and states of two cycle lengths.
Surrogate scalable_surrogate() {
  Surrogate surrogate = random_surrogate(4, 3, 11);
  Conductance& c = *surrogate.conductance;
  c.scaled = {{"g_Ks", 0.5, 2.0}, {"g_CaL", 0.25, 1.5}};
  for (std::size_t n = 0; n < 2 * c.currents.size(); ++n)
    c.sensitivities.push_back(0.01f * static_cast<float>(n % 17));
  c.cycles = {400.0, 1000.0};
  c.paced = c.initial;
  for (double& each : c.paced) each += 0.01;
  c.paced.insert(c.paced.end(), c.initial.begin(), c.initial.end());
  return surrogate;
}

TEST(ConductanceParameters, ScaleTheCurrents) {
  const Surrogate surrogate = scalable_surrogate();
  const auto model = [&](ionic::CellSpec spec) {
    return make_surrogate_model(std::make_shared<const Surrogate>(surrogate), spec,
                                {Method::rush_larsen, Precision::double_, true}, true);
  };
  ionic::CellSpec spec;
  const auto plain = model(spec);
  ASSERT_EQ(plain->info().parameters.size(), 3u);
  EXPECT_EQ(plain->parameters()[1], 0.392);  // g_Ks of the epicardial cell
  spec.scale["g_Ks"] = 2.0, spec.parameters["g_CaL"] = "1.99e-5 cm^3/(uF s)";
  const auto scaled = model(spec);
  const Conductance& c = *surrogate.conductance;
  const double V = -20.0;
  std::vector<double> z = plain->initial_states(), inf(4), rate(4), g(4), more(4);
  c.functions(V, inf.data(), rate.data(), g.data());
  Conductance other = c;
  for (std::size_t n = 0; n < c.currents.size(); ++n)
    other.currents[n] += c.sensitivities[n] - 0.5f * c.sensitivities[c.currents.size() + n];
  other.functions(V, inf.data(), rate.data(), more.data());
  const double change = other.current(more.data(), z.data() + 3) - c.current(g.data(), z.data() + 3);
  EXPECT_GT(std::abs(change), 0.01);
  EXPECT_NEAR(scaled->rates(V, z)[0], plain->rates(V, z)[0] - change, 1e-5);
  // The kernel steps with the same currents.
  ionic::CellStates states = scaled->make_states(16);
  std::vector<double> at(states.stride(), V), stimulus(states.stride(), 0.0);
  scaled->step({states.rows(at.data(), 0), at.size(), stimulus.data()}, 1e-5);
  EXPECT_NEAR((at[0] - V) / 1e-5, scaled->rates(V, z)[0],
              0.05 * std::abs(scaled->rates(V, z)[0]) + 0.05);
  spec.scale["g_Ks"] = 3.0;
  EXPECT_NE(outside_of_factors(surrogate, spec).find("g_Ks is 3 times"), std::string::npos);
  EXPECT_THROW(model(spec), InputError);
}

TEST(ConductanceParameters, AreThoseOfTheHost) {
  Surrogate surrogate = scalable_surrogate();
  surrogate.conductance->scaled[0].name = "g_K5";
  const auto faults = faults_of(surrogate, {});
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].second.find("no such parameter"), std::string::npos) << faults[0].second;
  surrogate.conductance->scaled[0].name = "g_Na";
  EXPECT_EQ(faults_of(surrogate, {}).size(), 1u);
}

TEST(ConductanceStates, OfPacedCellsAreTakenBetweenCycleLengths) {
  const Surrogate surrogate = scalable_surrogate();
  ionic::CellSpec spec;
  spec.initial_state["bcl"] = "700 ms";
  EXPECT_EQ(expand_paced_state(surrogate, spec), "");
  const auto model = make_surrogate_model(std::make_shared<const Surrogate>(surrogate), spec, {}, true);
  const std::vector<double>& initial = surrogate.conductance->initial;
  EXPECT_NEAR(model->initial_V(), initial[0] + 0.005, 1e-12);
  for (std::size_t s = 1; s < initial.size(); ++s)
    EXPECT_NEAR(model->initial_states()[s - 1], initial[s] + 0.005, 1e-12);
  for (const char* wrong : {"300 ms", "1001 ms", "5 mV"}) {
    spec.initial_state = {{"bcl", wrong}};
    EXPECT_NE(expand_paced_state(surrogate, spec), "") << wrong;
  }
}

TEST(ConductanceFiles, KeepParametersAndPacedStates) {
  const Surrogate written = scalable_surrogate();
  const std::string path = testing::TempDir() + "scalable.safetensors";
  write_surrogate(written, path);
  const Conductance read = *read_surrogate(path).conductance;
  ASSERT_EQ(read.scaled.size(), 2u);
  EXPECT_EQ(read.scaled[0].name, "g_Ks");
  EXPECT_EQ(read.scaled[1].low, 0.25);
  EXPECT_EQ(read.cycles, written.conductance->cycles);
  EXPECT_EQ(read.paced, written.conductance->paced);
  EXPECT_EQ(read.sensitivities.size(), written.conductance->sensitivities.size());
  std::remove(path.c_str());
}

/// With two read-outs of random weights.
Surrogate readable_surrogate() {
  Surrogate surrogate = random_surrogate(5, 4, 12);
  Conductance& c = *surrogate.conductance;
  c.readouts = {{"Cai", "mM"}, {"CaSR", "mM"}};
  std::mt19937 random(5);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  for (std::size_t n = 0; n < 2 * c.readout_size(); ++n) c.readout_weights.push_back(uniform(random));
  return surrogate;
}

TEST(ConductanceReadouts, AreExponentialsOfPolynomialsOfDegreeThree) {
  Conductance c = *readable_surrogate().conductance;
  ASSERT_EQ(c.readout_size(), 56u);
  const std::vector<double> z = {0.1, 0.7, 0.3, 0.9, 0.2};
  for (std::size_t which = 0; which < 2; ++which) {
    const float* w = c.readout_weights.data() + 56 * which;
    auto next = [&] { return static_cast<double>(*w++); };
    double sum = next();
    for (std::size_t k = 0; k < 5; ++k) sum += next() * z[k];
    for (std::size_t k = 0; k < 5; ++k)
      for (std::size_t l = k; l < 5; ++l) sum += next() * z[k] * z[l];
    for (std::size_t k = 0; k < 5; ++k)
      for (std::size_t l = k; l < 5; ++l)
        for (std::size_t m = l; m < 5; ++m) sum += next() * z[k] * z[l] * z[m];
    EXPECT_NEAR(c.readout(which, z.data()), std::exp(sum), 1e-12);
  }
}

TEST(ConductanceReadouts, StayTheSameWhereLatentsAreSorted) {
  Conductance c = *readable_surrogate().conductance;
  std::vector<double> z(c.initial.end() - 5, c.initial.end());
  const double before[] = {c.readout(0, z.data()), c.readout(1, z.data())};
  const std::vector<float> rates = c.rate;
  c.sort_latents();
  ASSERT_NE(c.rate, rates) << "they were in order";
  z.assign(c.initial.end() - 5, c.initial.end());
  for (std::size_t which = 0; which < 2; ++which)
    EXPECT_NEAR(c.readout(which, z.data()), before[which], 1e-12);
}

TEST(ConductanceReadouts, AreKeptByTheFileAndRecordedByTheModel) {
  const std::string path = testing::TempDir() + "readable.safetensors";
  const Surrogate written = readable_surrogate();
  write_surrogate(written, path);
  const auto read = std::make_shared<const Surrogate>(read_surrogate(path));
  EXPECT_EQ(read->conductance->readout_weights, written.conductance->readout_weights);
  EXPECT_NE(card_text(*read).find("mM, read from the latents"), std::string::npos);
  const auto model = make_surrogate_model(read, {}, {Method::midpoint, Precision::mixed, true}, true);
  ASSERT_EQ(model->readouts().size(), 2u);
  EXPECT_EQ(model->readouts()[1].name, "CaSR");
  EXPECT_EQ(model->readouts()[1].unit, "mM");
  const std::vector<double> states = model->initial_states();
  EXPECT_EQ(model->readout(1, states), read->conductance->readout(1, states.data() + 3));
  std::remove(path.c_str());
}

TEST(ConductanceReadouts, MustBeStatesOfTheHost) {
  const auto fault = [](const std::string& name, const std::string& unit) {
    Surrogate surrogate = readable_surrogate();
    surrogate.conductance->readouts[1] = {name, unit};
    const auto faults = conductance_faults(surrogate, {});
    return faults.empty() ? std::string() : faults.front().second;
  };
  EXPECT_EQ(fault("CaSR", "mM"), "");
  EXPECT_NE(
      fault("Ca", "mM").find("conductance.readouts.Ca: ten_tusscher_2006 has no state of that name"),
      std::string::npos);
  EXPECT_NE(fault("CaSR", "uM").find("of the unit uM"), std::string::npos);
  EXPECT_NE(fault("m", "1").find("beside the gates of the sodium current"), std::string::npos);
  Surrogate bad = readable_surrogate();
  bad.conductance->readout_weights.pop_back();
  expect_refused(bad, "'conductance.readouts' has 111 numbers; 112 needed");
  bad = readable_surrogate();
  bad.conductance->readouts[0].unit = "mM per";
  expect_refused(bad, "mM per");
}

}  // namespace
}  // namespace myowave::surrogates
