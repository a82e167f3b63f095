// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/cells.hpp"

#include <algorithm>
#include <cmath>

namespace myowave {

bool Cells::in(const Shape& shape, std::size_t cell) const {
  if (!tissue[cell]) return false;
  if (const Tags* const wanted = std::get_if<Tags>(&shape))
    return std::find(wanted->tags.begin(), wanted->tags.end(), tags[cell]) != wanted->tags.end();
  return contains(shape, centre(cell));
}

Cells cells_of(const ElementMesh& mesh) {
  Cells cells;
  cells.centre = [&mesh](std::size_t cell) { return mesh.centre(static_cast<std::int32_t>(cell)); };
  cells.tags = mesh.parts().regions;
  cells.tissue.assign(cells.tags.size(), true);
  for (std::size_t a = 0; a < 3; ++a) {
    const auto [low, high] =
        std::minmax_element(mesh.parts().nodes.begin(), mesh.parts().nodes.end(),
                            [a](const Point& p, const Point& q) { return p[a] < q[a]; });
    cells.size[a] = (*high)[a] - (*low)[a];
  }
  return cells;
}

Cells cells_of(const Mesh& mesh) {
  const Grid grid = mesh.grid();
  auto indices = [grid](std::size_t cell) {
    const auto nx = static_cast<std::size_t>(grid.cells(0)),
               ny = static_cast<std::size_t>(grid.cells(1));
    return std::array{static_cast<int>(cell % nx), static_cast<int>(cell / nx % ny),
                      static_cast<int>(cell / (nx * ny))};
  };
  Cells cells;
  cells.centre = [grid, indices](std::size_t cell) {
    Point centre{};
    for (std::size_t a = 0; a < static_cast<std::size_t>(grid.dimension); ++a)
      centre[a] = (indices(cell)[a] + 0.5) * grid.spacing[a];
    return centre;
  };
  cells.tags.resize(static_cast<std::size_t>(grid.cell_count()));
  for (std::size_t cell = 0; cell < cells.tags.size(); ++cell) {
    const auto [i, j, k] = indices(cell);
    cells.tissue.push_back(mesh.cell_is_tissue(i, j, k));
  }
  cells.size = mesh.high();
  return cells;
}

std::vector<int> first_shapes(const ElementMesh& mesh, const std::vector<Shape>& shapes) {
  const Cells cells = cells_of(mesh);
  std::vector<int> first(cells.count(), -1);
  for (std::size_t cell = 0; cell < first.size(); ++cell)
    for (std::size_t s = 0; s < shapes.size() && first[cell] < 0; ++s)
      if (cells.in(shapes[s], cell)) first[cell] = static_cast<int>(s);
  return first;
}

double widest_cell(const Mesh& mesh) {
  double widest = 0.0;
  if (mesh.is_grid()) {
    for (int a = 0; a < mesh.dimension(); ++a)
      widest = std::hypot(widest, mesh.grid().spacing[static_cast<std::size_t>(a)]);
    return widest;
  }
  const ElementMesh& elements = mesh.elements();
  for (std::int32_t cell = 0; cell < elements.cell_count(); ++cell) {
    const Point centre = elements.centre(cell);
    for (const std::int32_t node : elements.nodes_of(cell)) {
      const Point& at = elements.position(node);
      widest =
          std::max(widest, 2.0 * std::hypot(at[0] - centre[0], at[1] - centre[1], at[2] - centre[2]));
    }
  }
  return widest;
}

}  // namespace myowave
