// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/ionic_cells.hpp"

namespace myowave::ionic {
namespace {

class IonicTables : public testing::TestWithParam<CellSpec> {};

TEST_P(IonicTables, InterpolationErrsLittleButAtJumps) {
  const ModelCode& code = find_model(GetParam().model);
  const auto parameters = make_cell_model(GetParam(), {})->parameters();

  for (const TableError& error : table_errors(code, parameters, 0.02)) {
    // Measured: 2.8e-5 for iSp of ohara_rudy_2011, 7e-6 for the rest.
    EXPECT_LE(error.typical, 5e-5) << error.column;
    // Luo and Rudy's h and j, which others took over, jump at -40 mV: measured 1.6e-3.
    EXPECT_LE(error.largest, 3e-3) << error.column;
  }
}

TEST_P(IonicTables, ThereAreTablesIfThereAreAFewFunctionsOfV) {
  const ModelInfo& info = *find_model(GetParam().model).info;
  const bool functions = 2 * info.voltage_gate_count + info.function_count >= 3;
  const Numerics without, with{Method::rush_larsen, Precision::double_, true};

  EXPECT_EQ(make_cell_model(GetParam(), with)->uses_tables(), functions);
  EXPECT_FALSE(make_cell_model(GetParam(), without)->uses_tables());
}

// The whole register is evaluated if one of its cells lies outside; here all do.
TEST_P(IonicTables, OutsideTheTableFunctionsAreEvaluated) {
  for (const InstructionSet set : runnable_instruction_sets())
    for (const Precision precision : {Precision::double_, Precision::mixed}) {
      const auto with = make_cell_model(GetParam(), {Method::rush_larsen, precision, true}, {}, set);
      const auto without = make_cell_model(GetParam(), {Method::rush_larsen, precision, false}, {}, set);
      Cells cells = random_cells(*with, 4 * lane_padding);
      for (std::size_t i = 0; i < cells.count; ++i)
        cells.V[i] =
            i % 2 ? table_V_first - 0.5 * static_cast<double>(i) : 80.0 + 0.25 * static_cast<double>(i);
      Cells expected = cells;

      with->step(cells.block(), 0.01);
      without->step(expected.block(), 0.01);

      for (int s = -1; s < static_cast<int>(cells.states.state_count()); ++s)
        for (std::size_t i = 0; i < cells.count; ++i)
          EXPECT_EQ(cells.get(s, i), expected.get(s, i)) << name_of(set) << " state " << s;
    }
}

INSTANTIATE_TEST_SUITE_P(All, IonicTables, testing::ValuesIn(every_spec()), [](const auto& each) {
  return test_name(each.param.model + "_" + each.param.variant);
});

TEST(IonicTable, AParameterIsTabulatedIfAFunctionOfVDependsOnIt) {
  auto tabulated = [](const std::string& model) {
    const ModelCode& code = find_model(model);
    const auto parameters = make_cell_model({model, "", {}, {}, {}}, {})->parameters();
    std::string names;
    for (std::size_t p = 0; p < parameters.size(); ++p)
      if (is_tabulated(code, parameters, static_cast<int>(p)))
        names += std::string(" ") + code.info->parameters[p].name;
    return names;
  };

  EXPECT_EQ(tabulated("ten_tusscher_2006"),
            " K_o Na_o Ca_o s_half s_tau_peak s_tau_centre s_tau_width s_tau_step s_tau_min");
  EXPECT_EQ(tabulated("bueno_orovio_2008"), " tau_so1 tau_so2 k_so u_so k_s u_s V_rest V_range");
  EXPECT_EQ(tabulated("mitchell_schaeffer_2003"), "");
}

/// The larger of the two errors of a table of the two functions of bueno_orovio_2008.
double largest_error(const std::string& V_range) {
  const CellSpec spec{"bueno_orovio_2008", "", {{"V_range", V_range}}, {}, {}};
  const auto errors =
      table_errors(find_model(spec.model), make_cell_model(spec, {})->parameters(), 0.02);
  return std::max(errors.at(0).largest, errors.at(1).largest);
}

// Linear interpolation: proportional to the curvature.
TEST(IonicTable, TheErrorGrowsWithTheSquareOfTheSteepness) {
  EXPECT_NEAR(largest_error("10 mV") / largest_error("20 mV"), 4.0, 0.1);
}

TEST(IonicTable, AModelOfFewFunctionsIsFasterWithout) {
  EXPECT_FALSE(make_cell_model({"bueno_orovio_2008", "", {}, {}, {}},
                               {Method::rush_larsen, Precision::double_, true})
                   ->uses_tables());
}

TEST(IonicTable, TooSteepFunctionsAreEvaluatedInstead) {
  const auto uses_tables = [](const char* width) {
    return make_cell_model({"ten_tusscher_2006", "", {{"s_tau_width", width}}, {}, {}},
                           {Method::rush_larsen, Precision::double_, true})
        ->uses_tables();
  };

  EXPECT_TRUE(uses_tables("320 mV^2"));
  EXPECT_FALSE(uses_tables("1e-3 mV^2"));
}

}  // namespace
}  // namespace myowave::ionic
