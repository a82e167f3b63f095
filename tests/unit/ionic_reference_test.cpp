// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Against solutions of other programs, see tests/data/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/reference.hpp"

namespace myowave::ionic {
namespace {

using nlohmann::json;

std::unique_ptr<CellModel> make(const std::string& model, const std::string& variant, Method method) {
  return make_cell_model({model, variant, {}, {}, {}}, {method});
}

std::string at(double t) { return std::to_string(static_cast<int>(t)); }

/// Largest |V - reference| [mV] for t in [from, to].
double trace_error(const CellModel& model, double dt, const Pulse& pulse,
                   const std::vector<std::vector<double>>& rows, double from, double to) {
  PacedCell cell(model, dt, pulse);
  double worst = 0.0;
  int compared = 0;
  for (const std::vector<double>& row : rows) {
    cell.run_to(row[0]);
    if (row[0] < from || row[0] > to) continue;
    worst = std::max(worst, std::abs(cell.V() - row[1]));
    ++compared;
  }
  return compared > 0 ? worst : INFINITY;
}

// ------------------------------------------------------------------------------ ten Tusscher 2006
class TenTusscher2006Reference : public testing::TestWithParam<std::string> {
 protected:
  const std::string file = "ten_tusscher_2006_" + GetParam();
  const json reference = read_json(file + ".json");
  const Pulse pulse{0.0, reference["stimulus_duration_ms"], reference["stimulus_uA_per_uF"]};
};

TEST_P(TenTusscher2006Reference, InitialStateIsTheReferences) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::rush_larsen);

  const std::vector<double> states = model->initial_states();

  EXPECT_EQ(model->initial_V(), reference["initial_state"]["V"].get<double>());
  for (std::size_t s = 0; s < states.size(); ++s) {
    const char* name = model->info().states[s].name;
    EXPECT_EQ(states[s], reference["initial_state"].at(name).get<double>()) << name;
  }
}

TEST_P(TenTusscher2006Reference, RightHandSideIsTheReferencesToTenDigits) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::rush_larsen);

  const std::vector<double> rates = model->rates(model->initial_V(), model->initial_states());

  const double dV = reference["rhs_per_ms"]["V"];
  EXPECT_NEAR(rates[0], dV, 1e-10 * std::abs(dV));
  for (std::size_t s = 0; s + 1 < rates.size(); ++s) {
    const char* name = model->info().states[s].name;
    const double expected = reference["rhs_per_ms"].at(name);
    EXPECT_NEAR(rates[s + 1], expected, 1e-10 * std::abs(expected)) << name;
  }
}

// The upstroke window is 0.5 < t < 2 ms: the reference's largest dV/dt is at 0.90 ms, 320 V/s, where an
// activation error of 0.01 ms is 3 mV.
TEST_P(TenTusscher2006Reference, RushLarsenAt20MicrosecondsStaysWithinHalfAMillivoltOutsideTheUpstroke) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::rush_larsen);
  const auto rows = read_csv(file + "_beat1.csv");

  const double before = trace_error(*model, 0.02, pulse, rows, 0.0, 0.5);
  const double after = trace_error(*model, 0.02, pulse, rows, 2.0, 1000.0);

  EXPECT_LE(before, 0.05);  // measured 0.017
  EXPECT_LE(after, 0.5);    // measured 0.25 epi, 0.43 endo, both at 2 ms
}

TEST_P(TenTusscher2006Reference, MidpointAt20MicrosecondsStaysWithin50MicrovoltsOutsideTheUpstroke) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::midpoint);
  const auto rows = read_csv(file + "_beat1.csv");

  const double during = trace_error(*model, 0.02, pulse, rows, 0.5, 2.0);
  const double after = trace_error(*model, 0.02, pulse, rows, 2.0, 1000.0);

  EXPECT_LE(during, 1.0);  // measured 0.50
  EXPECT_LE(after, 0.05);  // measured 0.009 epi, 0.029 endo
}

TEST_P(TenTusscher2006Reference, FirstBeatHasTheReferencesBiomarkersAt20Microseconds) {
  const auto rush_larsen = make("ten_tusscher_2006", GetParam(), Method::rush_larsen);
  const auto midpoint = make("ten_tusscher_2006", GetParam(), Method::midpoint);
  const double apd90 = reference["beat1"]["apd90_ms"], upstroke = reference["beat1"]["t_upstroke_ms"];
  const double peak = reference["beat1"]["peak_mV"], dVdt_max = reference["beat1"]["dvdt_max_V_per_s"];

  const Beat first = measure_beat(*rush_larsen, 0.02, pulse, 400.0);
  const Beat second = measure_beat(*midpoint, 0.02, pulse, 400.0);

  EXPECT_NEAR(first.apd90, apd90, 0.15);          // measured -0.081 epi, -0.111 endo
  EXPECT_NEAR(first.upstroke, upstroke, 0.015);   // measured 0.008
  EXPECT_NEAR(first.peak, peak, 1.0);             // measured 0.62
  EXPECT_NEAR(second.apd90, apd90, 0.01);         // measured 0.004
  EXPECT_NEAR(second.upstroke, upstroke, 0.003);  // measured 0.0012
  EXPECT_NEAR(second.peak, peak, 0.1);            // measured -0.046
  EXPECT_NEAR(second.dVdt_max, dVdt_max, 2.0);    // measured 0.83
}

TEST_P(TenTusscher2006Reference, PotassiumCarriesTheStimulus) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::midpoint);
  PacedCell cell(*model, 0.005, pulse);
  const double start = reference["initial_state"]["Ki"], end = reference["snapshots"]["1"]["Ki"];

  cell.run_to(1.0);

  const std::size_t Ki = 17;
  ASSERT_STREQ(model->info().states[Ki].name, "Ki");
  EXPECT_NEAR(cell.state(Ki) - start, end - start, 0.002 * (end - start));
}

TEST_P(TenTusscher2006Reference, EveryStateFollowsTheReferenceThroughTheBeat) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::midpoint);
  PacedCell cell(*model, 0.01, pulse);

  for (const double t : {5.0, 20.0, 100.0, 300.0, 1000.0}) {
    cell.run_to(t);
    for (std::size_t s = 0; s < model->info().states.size(); ++s) {
      const char* name = model->info().states[s].name;
      const double expected = reference["snapshots"][at(t)][name];
      const bool gate = s < static_cast<std::size_t>(model->info().gate_count);
      EXPECT_NEAR(cell.state(s), expected, 1e-3 * (gate ? 1.0 : expected))
          << name << " at " << t << " ms";
    }
  }
}

/// |V - reference| at 300 ms of the first beat, in the repolarisation, where dV/dt is about -1 V/s.
double error_at_300(const CellModel& model, double dt, const Pulse& pulse, const json& reference) {
  PacedCell cell(model, dt, pulse);
  cell.run_to(300.0);
  return std::abs(cell.V() - reference["snapshots"]["300"]["V"].get<double>());
}

TEST_P(TenTusscher2006Reference, RushLarsenConvergesWithOrderOne) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::rush_larsen);

  const double coarse = error_at_300(*model, 0.025, pulse, reference);
  const double middle = error_at_300(*model, 0.0125, pulse, reference);
  const double fine = error_at_300(*model, 0.00625, pulse, reference);

  EXPECT_NEAR(order(coarse, middle), 1.0, 0.1);  // measured 0.99
  EXPECT_NEAR(order(middle, fine), 1.0, 0.1);    // measured 1.00
  EXPECT_LE(fine, 0.02);                         // mV; measured 0.007 epi, 0.012 endo
}

TEST_P(TenTusscher2006Reference, MidpointConvergesWithOrderTwo) {
  const auto model = make("ten_tusscher_2006", GetParam(), Method::midpoint);

  const double coarse = error_at_300(*model, 0.025, pulse, reference);
  const double middle = error_at_300(*model, 0.0125, pulse, reference);
  const double fine = error_at_300(*model, 0.00625, pulse, reference);

  EXPECT_NEAR(order(coarse, middle), 2.0, 0.15);  // measured 1.98 epi, 1.96 endo
  EXPECT_NEAR(order(middle, fine), 2.0, 0.1);     // measured 1.99 epi, 2.00 endo
  EXPECT_LE(fine, 3e-4);                          // mV; measured 8e-5 epi, 1.3e-4 endo
}

INSTANTIATE_TEST_SUITE_P(Variants, TenTusscher2006Reference, testing::Values("epi", "endo"),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace myowave::ionic
