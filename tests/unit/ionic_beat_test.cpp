// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// What floats and tables change in a beat.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/ionic_cells.hpp"
#include "tests/unit/reference.hpp"

namespace myowave::ionic {
namespace {

class IonicBeat : public testing::TestWithParam<CellSpec> {};

/// V at every step of 600 ms with a pulse of 52 uA/uF for 1 ms, which excites every model.
std::vector<double> beat(const CellModel& model, double dt) {
  // The growth of this one, cubic in V, has an exact solution at small V only.
  const bool gentle = model.info().name == std::string("manufactured");
  PacedCell cell(model, dt, {1.0, 2.0, gentle ? 0.5 : 52.0});
  std::vector<double> V = {cell.V()};
  while (cell.t() < 600.0 - 0.5 * dt) {
    cell.step();
    V.push_back(cell.V());
  }
  return V;
}

struct Change {
  double V = 0.0;      ///< mV, largest where V changes by less than 10 mV/ms
  double apd90 = 0.0;  ///< ms
};

double apd90(const std::vector<double>& V, double dt) {
  std::size_t up = 1, top = 0;
  for (std::size_t i = 1; i < V.size(); ++i) {
    if (V[i] - V[i - 1] > V[up] - V[up - 1]) up = i;
    if (V[i] > V[top]) top = i;
  }
  const double level = V[top] - 0.9 * (V[top] - V[0]);
  for (std::size_t i = top + 1; i < V.size(); ++i)
    if (V[i] <= level) return dt * (static_cast<double>(i - up) - (level - V[i]) / (V[i - 1] - V[i]));
  return 0.0;
}

Change change(const std::vector<double>& V, const std::vector<double>& reference, double dt) {
  Change result;
  for (std::size_t i = 1; i < V.size(); ++i) {
    const double d = std::abs(V[i] - reference[i]);
    const bool slow = std::abs(reference[i] - reference[i - 1]) < 10.0 * dt;
    if (std::isnan(d)) return {d, d};
    if (slow) result.V = std::max(result.V, d);
  }
  result.apd90 = apd90(V, dt) - apd90(reference, dt);
  return result;
}

// The reference is in double without tables. The largest changes of V by (tables, mixed, both) are
// (5e-4, 4e-4, 4e-5) mV for fenton_karma_1998, (2e-4, 3e-4, 2e-4) mV for ten_tusscher_2006 and at most
// 4e-4 mV for the others; of APD90, 7e-4 ms for nygren_1998.
TEST_P(IonicBeat, FloatsAndTablesChangeLittle) {
  const double dt = std::min(0.02, find_model(GetParam().model).info->step_max_ms);
  for (const Method method : {Method::rush_larsen, Method::midpoint}) {
    const auto reference = beat(*make_cell_model(GetParam(), {method, Precision::double_, false}), dt);
    for (const Numerics& numerics : every_numerics()) {
      if (numerics.method != method || (numerics.precision == Precision::double_ && !numerics.tables))
        continue;
      const Change c = change(beat(*make_cell_model(GetParam(), numerics), dt), reference, dt);
      RecordProperty("V_" + name_of(numerics), fmt::format("{:.1e}", c.V));
      RecordProperty("apd90_" + name_of(numerics), fmt::format("{:.1e}", c.apd90));
      EXPECT_LE(c.V, 1e-3) << name_of(numerics);
      EXPECT_NEAR(c.apd90, 0.0, 1e-3) << name_of(numerics);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, IonicBeat, testing::ValuesIn(every_spec(true)),
                         [](const auto& each) { return each.param.model; });

}  // namespace
}  // namespace myowave::ionic
