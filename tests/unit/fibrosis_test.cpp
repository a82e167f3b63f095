// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/fibrosis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

/// Values of fields of several seeds on a square of 60 x 60 lengths, a quarter of one apart.
class Samples {
 public:
  static constexpr int size = 240;
  static constexpr double step = 0.25;

  Samples(const Point& lengths, int seeds) {
    for (int seed = 1; seed <= seeds; ++seed) {
      const RandomField field(lengths, seed);
      std::vector<double>& values = of_seed_.emplace_back();
      for (int j = 0; j < size; ++j)
        for (int i = 0; i < size; ++i) values.push_back(field.at({step * i, step * j, 0.3}));
    }
  }

  /// Mean over all pairs of `product` of values that are (i, j) steps apart.
  double mean(int i, int j, double (*product)(double, double)) const {
    double sum = 0.0;
    for (const std::vector<double>& values : of_seed_)
      for (int y = 0; y + j < size; ++y)
        for (int x = std::max(0, -i); x + std::max(0, i) < size; ++x)
          sum += product(values[static_cast<std::size_t>(x + size * y)],
                         values[static_cast<std::size_t>(x + i + size * (y + j))]);
    return sum / (static_cast<double>(of_seed_.size()) * (size - std::abs(i)) * (size - j));
  }
  double covariance(int i, int j) const {
    return mean(i, j, [](double a, double b) { return a * b; });
  }

 private:
  std::vector<std::vector<double>> of_seed_;
};

TEST(RandomField, HasTheCovarianceOfItsLengthInAllDirections) {
  const Samples samples({1.0, 1.0, 1.0}, 8);

  EXPECT_NEAR(samples.mean(0, 0, [](double a, double) { return a; }), 0.0, 0.04);
  // Steps along x, along y, and along both diagonals: the same covariance of the same distance.
  for (const auto& [i, j] : {std::array{0, 0},
                             {2, 0},
                             {0, 2},
                             {4, 0},
                             {0, 4},
                             {3, 3},
                             {-3, 3},
                             {6, 0},
                             {0, 6},
                             {4, 4},
                             {-4, 4},
                             {12, 0},
                             {0, 12}}) {
    const double square = (i * i + j * j) * Samples::step * Samples::step;
    EXPECT_NEAR(samples.covariance(i, j), std::exp(-0.5 * square), 0.05) << i << " " << j;
  }
  // The length that the covariance one length apart tells.
  for (const auto& [i, j] : {std::array{4, 0}, {0, 4}}) {
    const double length =
        1.0 / std::sqrt(-2.0 * std::log(samples.covariance(i, j) / samples.covariance(0, 0)));
    RecordProperty(i > 0 ? "length_x" : "length_y", std::to_string(length));
    EXPECT_NEAR(length, 1.0, 0.05);
  }
}

TEST(RandomField, IsGaussianSoThatItsSignFollowsTheArcsineLaw) {
  const Samples samples({1.0, 1.0, 1.0}, 8);

  for (const int lag : {2, 4, 6, 8}) {
    const double square = lag * lag * Samples::step * Samples::step;
    const double expected = 2.0 / std::numbers::pi * std::asin(std::exp(-0.5 * square));
    EXPECT_NEAR(samples.mean(lag, 0, [](double a, double b) { return a * b > 0.0 ? 1.0 : -1.0; }),
                expected, 0.05);
  }
  EXPECT_NEAR(samples.mean(0, 0, [](double a, double) { return a * a * a * a; }), 3.0, 0.25);
}

TEST(RandomField, IsAsLongAlongEachAxisAsItsLengths) {
  const Samples samples({2.0, 0.5, 0.0}, 8);

  EXPECT_NEAR(samples.covariance(8, 0), std::exp(-0.5), 0.08);
  EXPECT_NEAR(samples.covariance(0, 2), std::exp(-0.5), 0.05);
  EXPECT_NEAR(samples.covariance(0, 8), 0.0, 0.05);
}

TEST(RandomField, IsStationaryBetweenLatticePointsAndAtThem) {
  // The variance over seeds at places that lie otherwise to the lattice, which is sqrt(1/2) wide.
  for (const double x : {0.0, 0.25 * std::sqrt(0.5), 0.5 * std::sqrt(0.5)}) {
    double square = 0.0;
    for (int seed = 0; seed < 20'000; ++seed) {
      const double value = RandomField({1.0, 0.0, 0.0}, seed).at({x, 0.0, 0.0});
      square += value * value / 20'000;
    }
    EXPECT_NEAR(square, 1.0, 0.04) << x;
  }
}

Cells sheet(const Mesh& mesh) { return cells_of(mesh); }

FibrosisSettings settings_of(double density, std::vector<double> lengths, int seed = 1) {
  FibrosisSettings settings;
  settings.density = density;
  settings.lengths = std::move(lengths);
  settings.seed = seed;
  return settings;
}

class Fibrosis : public ::testing::Test {
 protected:
  std::vector<std::size_t> chosen(const FibrosisSettings& settings) {
    return fibrotic_cells(cells, settings, candidates);
  }

  const Mesh mesh{MeshSettings{MeshKind::sheet, {20.0, 10.0}, {0.1}, {}}};
  Cells cells = sheet(mesh);
  std::size_t candidates = 0;
};

TEST_F(Fibrosis, HasItsDensityToOneCell) {
  for (const std::vector<double>& lengths : {std::vector<double>{}, {0.7}, {2.0, 0.3}})
    for (const double density : {0.0, 1e-5, 0.1, 1.0 / 3.0, 0.5, 1.0}) {
      std::vector<std::size_t> these = chosen(settings_of(density, lengths));

      EXPECT_EQ(candidates, 20'000u);
      EXPECT_EQ(these.size(), static_cast<std::size_t>(std::llround(density * 20'000)));
      EXPECT_TRUE(std::is_sorted(these.begin(), these.end()));
      EXPECT_EQ(std::unique(these.begin(), these.end()), these.end());
    }
}

TEST_F(Fibrosis, DependsOnTheSeedAndOnNothingElse) {
  for (const std::vector<double>& lengths : {std::vector<double>{}, {0.7}}) {
    const auto one = chosen(settings_of(0.3, lengths, 1)), again = chosen(settings_of(0.3, lengths, 1)),
               two = chosen(settings_of(0.3, lengths, 2));
    std::vector<std::size_t> both;
    std::set_intersection(one.begin(), one.end(), two.begin(), two.end(), std::back_inserter(both));

    EXPECT_EQ(one, again);
    // Independent patterns share the square of the density.
    EXPECT_NEAR(static_cast<double>(both.size()) / 20'000, 0.09, lengths.empty() ? 0.01 : 0.04);
  }
}

TEST_F(Fibrosis, SingleCellsHaveNoNeighboursMoreOftenThanOthers) {
  const auto these = chosen(settings_of(0.3, {}));
  std::vector<bool> fibrotic(cells.count());
  for (const std::size_t cell : these) fibrotic[cell] = true;

  for (const std::size_t offset : {std::size_t{1}, std::size_t{200}, std::size_t{201}}) {
    std::size_t pairs = 0;
    for (const std::size_t cell : these)
      pairs += cell + offset < fibrotic.size() && fibrotic[cell + offset];
    EXPECT_NEAR(static_cast<double>(pairs) / static_cast<double>(these.size()), 0.3, 0.025);
  }
}

TEST_F(Fibrosis, LiesAtTheSamePlacesOfAnotherMesh) {
  const Mesh fine(MeshSettings{MeshKind::sheet, {20.0, 10.0}, {0.05}, {}});
  const ElementMesh triangles =
      testing::BoxMesh(CellKind::triangle, {200, 100, 0}, {20.0, 10.0, 0.0}).mesh();
  std::vector<bool> coarse(cells.count());
  for (const std::size_t cell : chosen(settings_of(0.3, {1.0}))) coarse[cell] = true;
  auto agreement = [&](const Cells& others) {
    std::vector<bool> fibrotic(others.count());
    for (const std::size_t cell : fibrotic_cells(others, settings_of(0.3, {1.0}), candidates))
      fibrotic[cell] = true;
    std::size_t same = 0;
    for (std::size_t cell = 0; cell < others.count(); ++cell) {
      const Point at = others.centre(cell);
      const auto i = static_cast<std::size_t>(at[0] / 0.1), j = static_cast<std::size_t>(at[1] / 0.1);
      same += coarse[i + 200 * j] == fibrotic[cell];
    }
    return static_cast<double>(same) / static_cast<double>(others.count());
  };

  EXPECT_GT(agreement(cells_of(fine)), 0.96);
  EXPECT_GT(agreement(cells_of(triangles)), 0.96);
}

TEST_F(Fibrosis, ChoosesAmongTheTissueThatLiesThereOnly) {
  FibrosisSettings settings = settings_of(0.5, {0.5});
  settings.where = Box{{5.0, -1.0, -1.0}, {10.0, 5.0, 1.0}};
  for (std::size_t cell = 0; cell < cells.count(); ++cell)
    cells.tissue[cell] = cells.centre(cell)[1] > 1.0;

  const auto these = chosen(settings);

  EXPECT_EQ(candidates, 50u * 40u);
  EXPECT_EQ(these.size(), 1000u);
  for (const std::size_t cell : these) {
    EXPECT_TRUE(contains(settings.where, cells.centre(cell)));
    EXPECT_GT(cells.centre(cell)[1], 1.0);
  }
}

TEST_F(Fibrosis, ChoosesElementsOfATag) {
  for (std::size_t cell = 0; cell < cells.count(); ++cell) cells.tags[cell] = cell % 4 == 0 ? 7 : 1;
  FibrosisSettings settings = settings_of(0.25, {});
  settings.where = Tags{{7}};

  const auto these = chosen(settings);

  EXPECT_EQ(these.size(), 1250u);
  for (const std::size_t cell : these) EXPECT_EQ(cells.tags[cell], 7);
}

}  // namespace
}  // namespace myowave
