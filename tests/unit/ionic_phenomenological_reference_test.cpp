// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Mitchell-Schaeffer and FitzHugh-Nagumo against solutions of other programs, see tests/data/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/reference.hpp"

namespace myowave::ionic {
namespace {

using nlohmann::json;

// ------------------------------------------------------------------------- Mitchell-Schaeffer 2003
// V = 100 u - 85 mV, so the reference's stimulus of 0.1/ms is 10 uA/uF.
double u_of(const PacedCell& cell) { return (cell.V() + 85.0) / 100.0; }
const Pulse mitchell_pulse{0.0, 2.0, 10.0};

TEST(MitchellSchaefferReference, RestIsAnEquilibrium) {
  const auto model = make_cell_model({"mitchell_schaeffer_2003", "", {}, {}, {}}, {});

  EXPECT_EQ(model->rates(model->initial_V(), model->initial_states()), (std::vector<double>{0.0, 0.0}));
}

TEST(MitchellSchaefferReference, RightHandSideIsThePublishedOne) {
  const auto model = make_cell_model({"mitchell_schaeffer_2003", "", {}, {}, {}}, {});
  const double u = 0.4, h = 0.6;

  const std::vector<double> open = model->rates(100.0 * 0.1 - 85.0, std::vector<double>{h});
  const std::vector<double> closed = model->rates(100.0 * u - 85.0, std::vector<double>{h});

  EXPECT_NEAR(closed[0], 100.0 * (h * u * u * (1.0 - u) / 0.3 - u / 6.0), 1e-10);
  EXPECT_NEAR(closed[1], -h / 150.0, 1e-15);
  EXPECT_NEAR(open[1], (1.0 - h) / 120.0, 1e-15);
}

// The upstroke window is 2 < t < 6 ms: the reference's largest du/dt is at 3.54 ms.
TEST(MitchellSchaefferReference, FirstBeatFollowsTheReferenceAt20Microseconds) {
  const auto model = make_cell_model({"mitchell_schaeffer_2003", "", {}, {}, {}}, {});
  const json reference = read_json("mitchell_schaeffer_2003.json");
  PacedCell cell(*model, 0.02, mitchell_pulse);
  double u_error = 0.0, h_error = 0.0;
  const auto rows = read_csv("mitchell_schaeffer_2003_beat1.csv");
  ASSERT_GT(rows.size(), 1000u);

  for (const auto& row : rows) {
    cell.run_to(row[0]);
    if (row[0] <= 2.0 || row[0] >= 6.0) u_error = std::max(u_error, std::abs(u_of(cell) - row[1]));
    h_error = std::max(h_error, std::abs(cell.state(0) - row[2]));
  }
  const Beat beat = measure_beat(*model, 0.02, mitchell_pulse, 400.0);

  EXPECT_LE(u_error, 0.005);         // 0.5 mV; measured 0.17 mV, at 2 ms
  EXPECT_LE(h_error, 0.02 / 120.0);  // the switch of the gate is late by at most a step; measured 4.7e-5
  EXPECT_NEAR(beat.apd90, reference["beat1"]["apd90_ms"].get<double>(), 0.15);  // measured -0.036
  EXPECT_NEAR(beat.upstroke, reference["beat1"]["t_upstroke_ms"].get<double>(), 0.05);  // measured 0.026
}

/// (error of u, error of h) at 200 ms, started from the reference's state at 10 ms: the gate does not
/// switch in between, so the right-hand side is smooth.
std::pair<double, double> plateau_error(Method method, double dt) {
  const json snapshots = read_json("mitchell_schaeffer_2003.json")["snapshots"];
  const auto model = make_cell_model({"mitchell_schaeffer_2003", "", {}, {}, {}}, {method});
  PacedCell cell(*model, dt, {}, 100.0 * snapshots["10"]["u"].get<double>() - 85.0,
                 {snapshots["10"]["h"]});
  cell.run_to(190.0);
  return {std::abs(u_of(cell) - snapshots["200"]["u"].get<double>()),
          std::abs(cell.state(0) - snapshots["200"]["h"].get<double>())};
}

TEST(MitchellSchaefferReference, RushLarsenConvergesWithOrderOneOnThePlateau) {
  const double coarse = plateau_error(Method::rush_larsen, 0.2).first;
  const double middle = plateau_error(Method::rush_larsen, 0.1).first;
  const double fine = plateau_error(Method::rush_larsen, 0.05).first;

  EXPECT_NEAR(order(coarse, middle), 1.0, 0.05);  // measured 1.00
  EXPECT_NEAR(order(middle, fine), 1.0, 0.05);    // measured 1.00
  EXPECT_LE(fine, 3e-4);                          // measured 1.1e-4
}

TEST(MitchellSchaefferReference, MidpointConvergesWithOrderTwoOnThePlateau) {
  const double coarse = plateau_error(Method::midpoint, 0.2).first;
  const double middle = plateau_error(Method::midpoint, 0.1).first;
  const double fine = plateau_error(Method::midpoint, 0.05).first;

  EXPECT_NEAR(order(coarse, middle), 2.0, 0.1);  // measured 2.03
  EXPECT_NEAR(order(middle, fine), 2.0, 0.1);    // measured 2.01
  EXPECT_LE(fine, 1e-6);                         // measured 5.2e-7
}

TEST(MitchellSchaefferReference, AGateWithConstantRateIsExactAtACoarseStep) {
  EXPECT_LE(plateau_error(Method::rush_larsen, 0.4).second, 1e-8);  // the reference's accuracy, 3e-9
  EXPECT_LE(plateau_error(Method::midpoint, 0.4).second, 1e-8);
}

// ----------------------------------------------------------------------------- FitzHugh-Nagumo
/// A run of tests/data/fitzhugh_nagumo.json: its name begins with the variant.
struct NagumoRun {
  explicit NagumoRun(const std::string& run_name)
      : name(run_name),
        variant(name.substr(0, name.find('_'))),
        data(read_json("fitzhugh_nagumo.json").at(name)) {
    const bool classic = variant == "classic";
    zero = classic ? -49.0 : -85.0;
    scale = classic ? 30.0 : 100.0;
    // The reference's I acts on du/dt [1/ms]: I * scale is the stimulus in uA/uF.
    pulse = {0.0, data["end_ms"].get<double>() + 1.0, data["I_per_ms"].get<double>() * scale};
    if (!data["pulse_ms"].is_null()) pulse.start = data["pulse_ms"][0], pulse.end = data["pulse_ms"][1];
  }

  std::unique_ptr<CellModel> model(Method method) const {
    return make_cell_model({"fitzhugh_nagumo", variant, {}, {}, {}}, {method});
  }
  PacedCell cell(const CellModel& of, double dt) const {
    return {of, dt, pulse, zero + scale * data["initial"]["u"].get<double>(), {data["initial"]["v"]}};
  }
  double u(const PacedCell& of) const { return (of.V() - zero) / scale; }

  /// Distance to the reference in the (u, v) plane at the end.
  double final_error(Method method, double dt) const {
    const auto of = model(method);
    PacedCell paced = cell(*of, dt);
    paced.run_to(data["end_ms"]);
    return std::hypot(u(paced) - data["final"]["u"].get<double>(),
                      paced.state(0) - data["final"]["v"].get<double>());
  }

  std::string name, variant;
  json data;
  double zero, scale;
  Pulse pulse;
};

class NagumoTrace : public testing::TestWithParam<const char*> {};

TEST_P(NagumoTrace, MidpointAt10MicrosecondsFollowsTheReferenceToThreeDigits) {
  const NagumoRun run(GetParam());
  const auto model = run.model(Method::midpoint);
  PacedCell cell = run.cell(*model, 0.01);
  double u_error = 0.0, v_error = 0.0;
  const auto rows = read_csv("fitzhugh_nagumo_" + run.name + ".csv");
  ASSERT_GT(rows.size(), 100u);

  for (const auto& row : rows) {
    cell.run_to(row[0]);
    u_error = std::max(u_error, std::abs(run.u(cell) - row[1]));
    v_error = std::max(v_error, std::abs(cell.state(0) - row[2]));
  }

  EXPECT_LE(u_error, 1e-3);  // measured 6.3e-4 (ten periods), 7.2e-5 (pulse), 2.3e-4 (pellegrini)
  EXPECT_LE(v_error, 1e-3);  // measured 8.4e-5, 7.5e-6, 1.7e-4
}

INSTANTIATE_TEST_SUITE_P(FitzHughNagumo, NagumoTrace,
                         testing::Values("classic_constant_I0.5", "classic_pulse_I1",
                                         "pellegrini_constant_I1"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

class NagumoOrder : public testing::TestWithParam<const char*> {};

TEST_P(NagumoOrder, ForwardEulerConvergesWithOrderOneAndMidpointWithOrderTwo) {
  const NagumoRun run(GetParam());

  const double euler =
      order(run.final_error(Method::rush_larsen, 0.0125), run.final_error(Method::rush_larsen, 0.00625));
  const double midpoint =
      order(run.final_error(Method::midpoint, 0.0125), run.final_error(Method::midpoint, 0.00625));

  EXPECT_NEAR(euler, 1.0, 0.1);                                 // measured 1.07, 1.01, 1.02
  EXPECT_NEAR(midpoint, 2.0, 0.05);                             // measured 2.00, 1.99, 2.00
  EXPECT_LE(run.final_error(Method::midpoint, 0.00625), 2e-4);  // measured 8e-5, 7e-5, 5e-5
}

INSTANTIATE_TEST_SUITE_P(FitzHughNagumo, NagumoOrder,
                         testing::Values("classic_constant_I0.5", "pellegrini_constant_I0.5",
                                         "pellegrini_constant_I1"),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::replace(name.begin(), name.end(), '.', '_');
                           return name;
                         });

TEST(NagumoVariants, ClassicIsTheTextbookForm) {
  const auto model = make_cell_model({"fitzhugh_nagumo", "classic", {}, {}, {}}, {});
  const double u = 0.7, v = -0.3;

  const std::vector<double> rates = model->rates(-49.0 + 30.0 * u, std::vector<double>{v});

  EXPECT_NEAR(rates[0] / 30.0, u - u * u * u / 3.0 - v, 1e-14);
  EXPECT_NEAR(rates[1], (u + 0.7 - 0.8 * v) / 12.5, 1e-14);
}

TEST(NagumoVariants, WerneckPrintedIsTheTextbookFormWithItsOwnNumbers) {
  const auto model = make_cell_model({"fitzhugh_nagumo", "werneck_printed", {}, {}, {}}, {});
  const double u = 0.7, v = -0.3;

  const std::vector<double> rates = model->rates(-49.0 + 30.0 * u, std::vector<double>{v});

  EXPECT_NEAR(rates[0] / 30.0, 3.0 * (u - u * u * u / 3.0 - v) + 1.0, 1e-13);
  EXPECT_NEAR(rates[1], (u + 0.2 - 0.2 * v) / 3.0, 1e-14);
}

TEST(NagumoVariants, WerneckCodeIsTheCubicOfTheirCode) {
  const auto model = make_cell_model({"fitzhugh_nagumo", "werneck_code", {}, {}, {}}, {});
  const double u = 0.7, v = 0.3;

  const std::vector<double> rates = model->rates(-85.0 + 100.0 * u, std::vector<double>{v});

  EXPECT_NEAR(rates[0] / 100.0, 10.0 * (u * (u - 0.4) * (1.0 - u) - v), 1e-13);
  EXPECT_NEAR(rates[1], 0.04 * u - 0.16 * v, 1e-15);
}

TEST(NagumoVariants, ClassicRestsWhereItStarts) {
  const auto model = make_cell_model({"fitzhugh_nagumo", "classic", {}, {}, {}}, {});

  const std::vector<double> rates = model->rates(model->initial_V(), model->initial_states());

  EXPECT_NEAR(rates[0], 0.0, 1e-12);
  EXPECT_NEAR(rates[1], 0.0, 1e-14);
}

}  // namespace
}  // namespace myowave::ionic
