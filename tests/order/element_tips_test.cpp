// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "record/tip_finder.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;
constexpr double centre_mV = -40.0;

/// What is found where V - centre is f and V_delayed - centre is g, functions of the place.
template <class F, class G>
Tips find(const Mesh& mesh, F f, G g) {
  const Layout layout(mesh);
  std::vector<double> V, V_delayed;
  for (std::int32_t i = 0; i < layout.owned(); ++i) {
    const Point p = mesh.position(layout.global_node(i));
    V.push_back(centre_mV + f(p));
    V_delayed.push_back(centre_mV + g(p));
  }
  return make_tip_finder(mesh, layout)->find(V, V_delayed, centre_mV);
}

/// Coordinates along the axis of the sphere's tilted poles.
Point tilted(const Point& p) {
  const double c = std::cos(0.4), s = std::sin(0.4);
  return {c * p[0] - s * p[2], p[1], s * p[0] + c * p[2]};
}

TEST(ElementTips, OfASphereAreTwoOfOppositeChargeSeenFromOutside) {
  const Mesh mesh(ElementMesh(testing::sphere(4, 10.0)));
  const Tips tips = find(
      mesh, [](const Point& p) { return tilted(p)[0]; }, [](const Point& p) { return tilted(p)[1]; });

  ASSERT_EQ(tips.singularities.size(), 2u);
  for (const Singularity& each : tips.singularities) {
    const Point at = tilted({each.x, each.y, each.z});
    EXPECT_NEAR(at[0], 0.0, 1e-9);
    EXPECT_NEAR(at[1], 0.0, 1e-9);
    EXPECT_NEAR(std::abs(at[2]), 10.0, 0.05);
    EXPECT_EQ(each.charge, at[2] > 0.0 ? 1 : -1);
    EXPECT_EQ(each.layer, 0);
  }
  EXPECT_TRUE(tips.filaments.empty());
}

TEST(ElementTips, OfManyWavesOnASphereHaveChargesThatSumToZero) {
  const Mesh mesh(ElementMesh(testing::sphere(5, 10.0)));
  const Tips tips = find(
      mesh,
      [](const Point& p) { return std::sin(0.7 * p[0] + 0.3 * p[2]) + 0.3 * std::cos(0.9 * p[1]); },
      [](const Point& p) { return std::cos(0.6 * p[1] - 0.5 * p[2]) + 0.1; });

  EXPECT_GE(tips.singularities.size(), 10u);
  int sum = 0;
  for (const Singularity& each : tips.singularities) sum += each.charge;
  EXPECT_EQ(sum, 0);
}

TEST(ElementTips, OfASheetAreThoseOfTheGridWhateverTheElements) {
  auto f = [](const Point& p) { return (p[0] - 3.3) + 0.1 * (p[1] - 4.1) * (p[1] - 4.1); };
  auto g = [](const Point& p) { return (p[1] - 4.1) * std::cos(0.2 * p[0]); };
  const Tips of_grid = find(Mesh(MeshSettings{MeshKind::sheet, {8.0, 8.0}, {0.25}, {}}), f, g);
  ASSERT_EQ(of_grid.singularities.size(), 1u);
  const Singularity& expected = of_grid.singularities[0];
  EXPECT_EQ(expected.z, 0.0);
  for (const CellKind kind : {CellKind::triangle, CellKind::quadrilateral}) {
    const Tips tips = find(Mesh(BoxMesh(kind, {32, 32, 0}, {8.0, 8.0, 0.0}).mesh()), f, g);

    ASSERT_EQ(tips.singularities.size(), 1u) << name_of(kind);
    const double tolerance = kind == CellKind::quadrilateral ? 1e-12 : 0.02;  // of 0.25
    EXPECT_NEAR(tips.singularities[0].x, expected.x, tolerance);
    EXPECT_NEAR(tips.singularities[0].y, expected.y, tolerance);
    EXPECT_EQ(tips.singularities[0].charge, expected.charge);
  }
}

TEST(ElementTips, OfAScrollInAVolumeAreItsFilamentAndItsEnds) {
  for (const CellKind kind : {CellKind::tetrahedron, CellKind::hexahedron}) {
    const Mesh mesh(BoxMesh(kind, {9, 8, 7}, {3.0, 3.0, 2.0}).mesh());
    // The line (1.31 + 0.2 z, 1.47 - 0.1 z, z), about which phase grows anticlockwise from above.
    const Tips tips = find(
        mesh, [](const Point& p) { return p[0] - 1.31 - 0.2 * p[2]; },
        [](const Point& p) { return p[1] - 1.47 + 0.1 * p[2]; });

    ASSERT_EQ(tips.filaments.size(), 1u) << name_of(kind);
    const Filament& filament = tips.filaments[0];
    EXPECT_FALSE(filament.closed);
    EXPECT_NEAR(filament.length(), 2.0 * std::sqrt(1.05), 1e-9);
    EXPECT_GE(filament.points.size(), 8u);
    double last = -1.0;
    for (const Point& p : filament.points) {
      EXPECT_NEAR(p[0], 1.31 + 0.2 * p[2], 1e-9);
      EXPECT_NEAR(p[1], 1.47 - 0.1 * p[2], 1e-9);
      EXPECT_GT(p[2], last);  // from below, where it is seen to turn the other way
      last = p[2];
    }
    ASSERT_EQ(tips.singularities.size(), 2u);
    EXPECT_NEAR(tips.singularities[0].z, 0.0, 1e-12);
    EXPECT_EQ(tips.singularities[0].charge, -1);
    EXPECT_NEAR(tips.singularities[1].z, 2.0, 1e-12);
    EXPECT_EQ(tips.singularities[1].charge, 1);
  }
}

TEST(ElementTips, OfAScrollRingAreAClosedFilament) {
  for (const CellKind kind : {CellKind::tetrahedron, CellKind::hexahedron}) {
    const Mesh mesh(BoxMesh(kind, {20, 20, 10}, {4.0, 4.0, 2.0}).mesh());
    const Tips tips = find(
        mesh, [](const Point& p) { return std::hypot(p[0] - 2.02, p[1] - 1.97) - 1.2; },
        [](const Point& p) { return p[2] - 1.03; });

    ASSERT_EQ(tips.filaments.size(), 1u) << name_of(kind);
    EXPECT_TRUE(tips.filaments[0].closed);
    EXPECT_EQ(tips.filaments[0].points.front(), tips.filaments[0].points.back());
    EXPECT_NEAR(tips.filaments[0].length(), 2.0 * M_PI * 1.2, 0.06 * 2.0 * M_PI * 1.2);
    EXPECT_TRUE(tips.singularities.empty());
  }
}

TEST(ElementTips, OfACableAndOfRestAreNone) {
  const Mesh cable(BoxMesh(CellKind::segment, {10, 0, 0}, {5.0, 0.0, 0.0}).mesh());
  auto wave = [](double turned) {
    return [turned](const Point& p) { return 50.0 * std::cos(3.0 * p[0] + turned); };
  };
  EXPECT_TRUE(find(cable, wave(0.0), wave(1.5)).singularities.empty());
  const Mesh box(BoxMesh(CellKind::tetrahedron, {5, 5, 5}, {1.0, 1.0, 1.0}).mesh());
  auto rest = [](const Point&) { return -45.0; };
  const Tips tips = find(box, rest, rest);
  EXPECT_TRUE(tips.singularities.empty());
  EXPECT_TRUE(tips.filaments.empty());
  EXPECT_TRUE(find(box, wave(0.0), wave(0.5)).filaments.empty());
}

}  // namespace
}  // namespace myowave
