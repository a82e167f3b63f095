// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Parameters that differ from cell to cell.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/unit/ionic_cells.hpp"

namespace myowave::ionic {
namespace {

/// More than one chunk of the midpoint step.
constexpr std::size_t count = 10 * lane_padding;

class VaryingParameters : public testing::TestWithParam<CellSpec> {};

/// The model with all parameters multiplied by a factor.
std::unique_ptr<CellModel> scaled(CellSpec spec, double factor, const Numerics& numerics,
                                  InstructionSet set) {
  for (const Quantity& parameter : find_model(spec.model).info->parameters)
    spec.scale[parameter.name] = factor;
  return make_cell_model(spec, numerics, {}, set);
}

/// Exactly; but where products are fused, what depends on parameters alone is not fused in the loop over
/// uniform cells. Measured: 1.6e-16, in two states of ohara_rudy_2011.
void expect_equal(double value, double expected, double before, InstructionSet set) {
  const bool fused = set == InstructionSet::x86_64_v3 || set == InstructionSet::x86_64_v4;
  if (fused)
    EXPECT_NEAR(value, expected, 1e-15 * std::max(std::abs(expected), std::abs(before))) << name_of(set);
  else
    EXPECT_EQ(value, expected) << name_of(set);
}

TEST_P(VaryingParameters, CellsWithValuesOfTheirOwnEqualUniformModelsWithThese) {
  constexpr double factors[] = {1.0, 1.02, 0.97};
  for (const InstructionSet set : runnable_instruction_sets())
    for (const Method method : {Method::rush_larsen, Method::midpoint}) {
      const Numerics numerics{method, Precision::double_, false};
      std::vector<Cells> uniform;
      std::vector<std::vector<double>> parameters;
      for (const double factor : factors) {
        const auto model = scaled(GetParam(), factor, numerics, set);
        parameters.push_back(model->parameters());
        uniform.push_back(random_cells(*model, count));
        model->step(uniform.back().block(), 0.01);
      }
      const std::size_t parameter_count = parameters[0].size();
      std::vector<std::vector<double>> values(parameter_count, std::vector<double>(count));
      std::vector<Varying> varying;
      std::vector<int> indices;
      for (std::size_t p = 0; p < parameter_count; ++p) {
        for (std::size_t i = 0; i < count; ++i) values[p][i] = parameters[i % 3][p];
        varying.push_back({static_cast<int>(p), values[p].data()});
        indices.push_back(static_cast<int>(p));
      }
      const auto model = make_cell_model(GetParam(), numerics, indices, set);
      Cells cells = random_cells(*model, count);
      const Cells before = cells;

      CellBlock block = cells.block();
      block.varying = varying;
      model->step(block, 0.01);

      for (int s = -1; s < static_cast<int>(cells.states.state_count()); ++s)
        for (std::size_t i = 0; i < count; ++i)
          expect_equal(cells.get(s, i), uniform[i % 3].get(s, i), before.get(s, i), set);
    }
}

INSTANTIATE_TEST_SUITE_P(All, VaryingParameters, testing::ValuesIn(every_spec(true)),
                         [](const auto& each) { return each.param.model; });

int index_of(const ModelInfo& info, const std::string& name) {
  for (std::size_t p = 0; p < info.parameters.size(); ++p)
    if (name == info.parameters[p].name) return static_cast<int>(p);
  return -1;
}

TEST(VaryingParameter, TablesAreOffIfItEntersThem) {
  const CellSpec spec{"ten_tusscher_2006", "", {}, {}, {}};
  const ModelInfo& info = *find_model(spec.model).info;
  const Numerics numerics{Method::midpoint, Precision::mixed, true};
  const std::vector<int> conductance = {index_of(info, "g_Na")}, potassium = {index_of(info, "K_o")};
  const std::vector<int> both = {conductance[0], potassium[0]};

  EXPECT_TRUE(make_cell_model(spec, numerics)->uses_tables());
  EXPECT_TRUE(make_cell_model(spec, numerics, conductance)->uses_tables());
  EXPECT_FALSE(make_cell_model(spec, numerics, potassium)->uses_tables());
  EXPECT_FALSE(make_cell_model(spec, numerics, both)->uses_tables());
}

}  // namespace
}  // namespace myowave::ionic
