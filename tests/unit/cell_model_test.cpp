// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/cell_model.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace myowave::ionic {
namespace {

TEST(CellModel, AVariantChangesItsParametersAndAScaleMultipliesThem) {
  const auto model =
      make_cell_model({"ten_tusscher_2006", "M", {{"g_Na", "7 mS/uF"}}, {{"g_Ks", 0.5}}, {}}, {});

  const std::vector<double> parameters = model->parameters();

  EXPECT_EQ(parameters[0], 7.0);
  EXPECT_EQ(parameters[4], 0.049);
}

TEST(CellModel, ParametersAreGivenInAnyUnitOfTheirDimension) {
  const auto model =
      make_cell_model({"ten_tusscher_2006", "", {{"K_o", "8000 uM"}, {"g_Na", "10 nS/pF"}}, {}, {}}, {});

  EXPECT_DOUBLE_EQ(model->parameters()[12], 8.0);
  EXPECT_DOUBLE_EQ(model->parameters()[0], 10.0);
}

TEST(CellModel, TheInitialStateCanBeSetByName) {
  const auto model = make_cell_model(
      {"ten_tusscher_2006", "", {}, {}, {{"V", "-0.08 V"}, {"Ki", "140 mM"}, {"m", "0.5"}}}, {});

  EXPECT_DOUBLE_EQ(model->initial_V(), -80.0);
  EXPECT_DOUBLE_EQ(model->initial_states()[17], 140.0);
  EXPECT_EQ(model->initial_states()[0], 0.5);
}

TEST(CellModel, EveryFaultOfASpecIsNamedWithTheNearestName) {
  const auto faults = check_cell_spec({"ten_tusscher_2006",
                                       "",
                                       {{"g_Nb", "1 mS/uF"}, {"g_Kr", "1 mV"}},
                                       {{"gKs", 2.0}},
                                       {{"Kj", "1 mM"}}});

  ASSERT_EQ(faults.size(), 4u);
  EXPECT_EQ(faults[0].first, "parameters.g_Kr");
  EXPECT_NE(faults[0].second.find("wrong dimension"), std::string::npos);
  EXPECT_EQ(faults[1].first, "parameters.g_Nb");
  EXPECT_NE(faults[1].second.find("did you mean 'g_Na'?"), std::string::npos);
  EXPECT_EQ(faults[2].first, "scale.gKs");
  EXPECT_NE(faults[2].second.find("did you mean 'g_Ks'?"), std::string::npos);
  EXPECT_EQ(faults[3].first, "initial_state.Kj");
}

TEST(CellModel, AnUnknownModelOrVariantIsRefusedWithTheNearestName) {
  EXPECT_NE(check_cell_spec({"ten_tuscher_2006", "", {}, {}, {}})
                .at(0)
                .second.find("did you mean 'ten_tusscher_2006'?"),
            std::string::npos);
  EXPECT_NE(check_cell_spec({"ten_tusscher_2006", "endoo", {}, {}, {}})
                .at(0)
                .second.find("did you mean 'endo'?"),
            std::string::npos);
  EXPECT_THROW(make_cell_model({"ten_tuscher_2006", "", {}, {}, {}}, {}), InputError);
}

}  // namespace
}  // namespace myowave::ionic
