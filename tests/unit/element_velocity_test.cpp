// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "postprocess/conduction_velocity.hpp"
#include "record/element_windows.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;
using enum VelocityStatus;

constexpr double speed = 0.6;  // m/s = mm/ms

std::vector<std::int32_t> all_nodes(const ElementMesh& mesh) {
  std::vector<std::int32_t> nodes(static_cast<std::size_t>(mesh.node_count()));
  std::iota(nodes.begin(), nodes.end(), 0);
  return nodes;
}

/// Of a wave that is at a place [mm] at a time [ms].
template <class Time>
VelocityMap velocity(const ElementMesh& mesh, Time time) {
  std::vector<double> activation;
  for (const Point& p : mesh.parts().nodes) activation.push_back(time(p));
  return conduction_velocity(mesh.parts().nodes, ElementWindows(mesh).of(all_nodes(mesh)), activation);
}

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// Largest |v - speed * direction| / speed; 1e9 if a node has no velocity.
double largest_error(const VelocityMap& map, const Point& direction) {
  double worst = 0.0;
  for (std::size_t i = 0; i < map.status.size(); ++i) {
    const Point exact = {speed * direction[0], speed * direction[1], speed * direction[2]};
    worst = std::max(worst, map.status[i] == ok ? distance(map.velocity[i], exact) / speed : 1e9);
  }
  return worst;
}

/// Moves inner nodes along the axes of the kind, so that no two elements are alike.
BoxMesh uneven(CellKind kind, int cells) {
  BoxMesh box(kind, {cells, cells, cells}, {1.0, 1.0, 1.0});
  const auto dimension = static_cast<std::size_t>(dimension_of(kind));
  return box.map([=](const Point& p) {
    Point q = p;
    double inside = 0.25 / cells;
    for (std::size_t a = 0; a < dimension; ++a) inside *= std::sin(M_PI * p[a]);
    for (std::size_t a = 0; a < dimension; ++a)
      q[a] += inside * std::sin(37.0 * p[0] + 91.0 * p[1] + 53.0 * p[2] + static_cast<double>(a));
    return q;
  });
}

class ElementVelocity : public ::testing::TestWithParam<CellKind> {};
INSTANTIATE_TEST_SUITE_P(Kinds, ElementVelocity, ::testing::ValuesIn(all_cell_kinds),
                         [](const auto& kind) { return name_of(kind.param); });

TEST_P(ElementVelocity, OfAPlaneWaveIsExactAtEveryNode) {
  const int dimension = dimension_of(GetParam());
  for (int degrees = 0; degrees < 180; degrees += 29) {
    const double a = degrees * M_PI / 180.0, b = 1.7 * a;
    Point n = {std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)};
    if (dimension < 3) n = {std::cos(a), std::sin(a), 0.0};
    if (dimension < 2) n = {1.0, 0.0, 0.0};
    const VelocityMap map = velocity(uneven(GetParam(), 6).mesh(), [&](const Point& p) {
      return 100.0 + (n[0] * p[0] + n[1] * p[1] + n[2] * p[2]) / speed;
    });

    EXPECT_LT(largest_error(map, n), 1e-8) << degrees;
  }
}

TEST_P(ElementVelocity, HasWindowsOfEnoughNodesAtBordersToo) {
  const ElementMesh mesh = uneven(GetParam(), 6).mesh();
  const NeighbourLists lists = ElementWindows(mesh).of(all_nodes(mesh));
  const std::size_t enough[] = {0, 4, 14, 40};  // the corner of one triangle has 14 within four rings
  for (std::size_t row = 0; row < lists.rows(); ++row) {
    const auto listed = lists.of(row);
    EXPECT_GE(listed.size(), enough[static_cast<std::size_t>(mesh.dimension())]);
    EXPECT_EQ(std::set<std::int32_t>(listed.begin(), listed.end()).size(), listed.size());
    EXPECT_EQ(std::count(listed.begin(), listed.end(), static_cast<std::int32_t>(row)), 0);
  }
}

TEST(ElementWindows, InsideAGridAreItsBox) {
  for (const CellKind kind : {CellKind::segment, CellKind::quadrilateral, CellKind::hexahedron}) {
    const ElementMesh mesh = BoxMesh(kind, {6, 6, 6}, {6, 6, 6}).mesh();
    GridShape grid{{7, 7, 7}, {1, 1, 1}};
    for (std::size_t a = static_cast<std::size_t>(mesh.dimension()); a < 3; ++a) grid.nodes[a] = 1;
    const NeighbourLists box = grid_neighbours(grid, 2);
    std::vector<std::int32_t> inner;
    for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
      bool inside = true;
      for (std::size_t a = 0; a < static_cast<std::size_t>(mesh.dimension()); ++a)
        inside = inside && mesh.position(node)[a] > 1.5 && mesh.position(node)[a] < 4.5;
      if (inside) inner.push_back(node);
    }
    const NeighbourLists lists = ElementWindows(mesh).of(inner);
    ASSERT_GT(lists.rows(), 0u);
    for (std::size_t row = 0; row < lists.rows(); ++row) {
      const auto here = lists.of(row), there = box.of(lists.node(row));
      EXPECT_EQ(std::set<std::int32_t>(here.begin(), here.end()),
                std::set<std::int32_t>(there.begin(), there.end()));
    }
  }
}

TEST(ElementVelocity, OfABentCableIsAlongItAtItsOwnLength) {
  // A helix: the wave goes along the segments, not through the air.
  BoxMesh box(CellKind::segment, {80, 0, 0}, {40.0, 0.0, 0.0});
  const ElementMesh mesh = box.map([](const Point& p) {
                                return Point{3.0 * std::cos(p[0]), 3.0 * std::sin(p[0]), 0.2 * p[0]};
                              })
                               .mesh();
  const double step = distance(mesh.position(0), mesh.position(1));
  std::vector<double> activation;
  for (std::int32_t node = 0; node < mesh.node_count(); ++node)
    activation.push_back(node * step / speed);

  const VelocityMap map =
      conduction_velocity(mesh.parts().nodes, ElementWindows(mesh).of(all_nodes(mesh)), activation);

  for (std::size_t node = 1; node + 1 < map.status.size(); ++node) {
    ASSERT_EQ(map.status[node], ok) << node;
    EXPECT_NEAR(map.speed[node], speed, 1e-9);
    const Point &before = mesh.position(static_cast<std::int32_t>(node) - 1),
                &after = mesh.position(static_cast<std::int32_t>(node) + 1);
    const double length = distance(before, after);
    for (std::size_t a = 0; a < 3; ++a)
      EXPECT_NEAR(map.velocity[node][a], speed * (after[a] - before[a]) / length, 1e-9);
  }
}

TEST(ElementVelocity, OfATreeOfCablesIsThatOfEachBranchUpToTheirMeeting) {
  // A trunk of 10 segments and two branches of 10, of other lengths and speeds.
  MeshParts parts;
  std::vector<double> activation, expected;
  auto branch = [&](std::int32_t from, const Point& step, double its_speed) {
    const double length = std::hypot(step[0], step[1], step[2]);
    for (int k = 1; k <= 10; ++k) {
      const auto node = static_cast<std::int32_t>(parts.nodes.size());
      const auto before = static_cast<std::size_t>(k == 1 ? from : node - 1);
      Point p = parts.nodes[before];
      for (std::size_t a = 0; a < 3; ++a) p[a] += step[a];
      parts.nodes.push_back(p);
      activation.push_back(activation[before] + length / its_speed);
      expected.push_back(its_speed);
      parts.add_cell(CellKind::segment, std::array{static_cast<std::int32_t>(before), node}, 0);
    }
  };
  parts.nodes = {{0, 0, 0}};
  activation = {0.0};
  expected = {speed};
  branch(0, {0.1, 0.2, 0.0}, speed);
  branch(10, {0.2, 0.0, 0.1}, 0.4);
  branch(10, {0.0, 0.1, -0.1}, 0.9);
  const ElementMesh mesh(parts);

  const VelocityMap map =
      conduction_velocity(mesh.parts().nodes, ElementWindows(mesh).of(all_nodes(mesh)), activation);

  for (std::size_t node = 0; node < map.status.size(); ++node) {
    if (node == 10) {
      EXPECT_EQ(map.status[node], too_few_neighbours);
      continue;
    }
    ASSERT_EQ(map.status[node], ok) << node;
    EXPECT_NEAR(map.speed[node], expected[node], 1e-9) << node;
  }
}

TEST(ElementVelocity, OnACylinderIsThatOfTheSheetThatWasRolledUp) {
  constexpr double radius = 10.0;
  for (const CellKind kind : {CellKind::triangle, CellKind::quadrilateral}) {
    BoxMesh box(kind, {40, 24, 0}, {20.0, 12.0, 0.0});  // 0.5 mm
    const ElementMesh mesh =
        box.map([](const Point& p) {
             return Point{radius * std::cos(p[0] / radius), radius * std::sin(p[0] / radius), p[1]};
           })
            .mesh();
    const double c = std::cos(0.6), s = std::sin(0.6);
    const VelocityMap map = velocity(
        mesh, [&](const Point& p) { return (c * radius * std::atan2(p[1], p[0]) + s * p[2]) / speed; });

    for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
      const auto i = static_cast<std::size_t>(node);
      ASSERT_EQ(map.status[i], ok) << node;
      const Point& p = mesh.position(node);
      const Point exact = {-c * p[1] / radius, c * p[0] / radius, s};
      const bool border = p[1] < 1e-9 || p[0] < radius * std::cos(2.0) + 1e-9;
      // The normal of the outermost elements is half a spacing off.
      for (std::size_t a = 0; a < 3; ++a)
        EXPECT_NEAR(map.velocity[i][a], speed * exact[a], (border ? 0.03 : 1e-3) * speed);
      EXPECT_NEAR(map.speed[i], speed, 2e-3 * speed);
    }
  }
}

TEST(ElementVelocity, OnASphereIsThatOfAGeodesicFrontAndTangential) {
  constexpr double radius = 12.0;
  const ElementMesh mesh(testing::sphere(5, radius));  // edges of 0.4 to 0.9 mm
  const VelocityMap map =
      velocity(mesh, [](const Point& p) { return radius * std::acos(p[2] / radius) / speed; });

  double worst = 0.0, outwards = 0.0;
  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    const auto i = static_cast<std::size_t>(node);
    const Point& p = mesh.position(node);
    const double way = radius * std::acos(p[2] / radius);
    if (way < 2.5 || M_PI * radius - way < 10.0) continue;  // where it starts, and is focused
    ASSERT_EQ(map.status[i], ok) << node;
    worst = std::max(worst, std::abs(map.speed[i] / speed - 1.0));
    const Point& v = map.velocity[i];
    outwards = std::max(outwards, std::abs(v[0] * p[0] + v[1] * p[1] + v[2] * p[2]) / radius / speed);
  }
  EXPECT_LT(worst, 2.5e-3);
  EXPECT_LT(outwards, 0.01);
  EXPECT_EQ(map.status[4], source);
  EXPECT_EQ(map.status[5], collision);
}

TEST(ElementVelocity, IsNoneWhereFrontsMeetOrWereNot) {
  const ElementMesh mesh = BoxMesh(CellKind::triangle, {40, 10, 0}, {8.0, 2.0, 0.0}).mesh();
  const VelocityMap map = velocity(mesh, [](const Point& p) {
    return p[1] > 1.7 ? std::nan("") : std::min(p[0], 8.0 - p[0]) / speed;
  });

  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    const auto i = static_cast<std::size_t>(node);
    const Point& p = mesh.position(node);
    const double from_meeting = std::abs(p[0] - 4.0);
    if (p[1] > 1.7) {
      EXPECT_EQ(map.status[i], not_activated);
    } else if (from_meeting < 0.3) {
      EXPECT_NE(map.status[i], ok) << p[0];
    } else if (from_meeting > 0.9) {
      EXPECT_NEAR(map.velocity[i][0], p[0] < 4.0 ? speed : -speed, 1e-6);
    }
  }
}

}  // namespace
}  // namespace myowave
