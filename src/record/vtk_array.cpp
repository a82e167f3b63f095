// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_array.hpp"

#include <fmt/format.h>
#include <vtkCell.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkIdList.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkStaticPointLocator.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace myowave {
namespace {

/// Distance, relative to a spacing or the longest edge, within which places are the same.
constexpr double same_place = 1e-3;

/// Whether VTK can read the file; what it would print about a broken one is not for a user's eyes.
template <class Reader>
bool read_quietly(Reader& reader, const std::string& file) {
  const int display = vtkObject::GetGlobalWarningDisplay();
  vtkObject::SetGlobalWarningDisplay(0);
  const bool readable = reader.CanReadFile(file.c_str());
  if (readable) {
    reader.SetFileName(file.c_str());
    reader.Update();
  }
  vtkObject::SetGlobalWarningDisplay(display);
  return readable && reader.GetErrorCode() == 0 && reader.GetOutput()->GetNumberOfPoints() > 0;
}

/// The array of one component, null if there is none.
vtkDataArray* find_array(vtkDataSetAttributes* data, const std::string& array) {
  vtkDataArray* const values = data->GetArray(array.c_str());
  return values && values->GetNumberOfComponents() == 1 ? values : nullptr;
}

[[noreturn]] void no_array(const std::string& file, const std::string& array, const char* kind,
                           std::initializer_list<vtkDataSetAttributes*> all) {
  std::vector<std::string> names;
  for (vtkDataSetAttributes* const data : all)
    for (int k = 0; k < data->GetNumberOfArrays(); ++k)
      if (const char* const name = data->GetArrayName(k)) names.emplace_back(name);
  throw InputError(fmt::format("'{}' has no {} array '{}' of one component{}; it has: {}", file, kind,
                               array, suggestion(array, names),
                               names.empty() ? "none" : list_of(names)));
}

double finite(vtkDataArray* values, vtkIdType index, const std::string& file, const std::string& array) {
  const double value = values->GetComponent(index, 0);
  if (!std::isfinite(value))
    throw InputError(fmt::format("'{}': value {} of '{}' is no finite number", file, index, array));
  return value;
}

std::string place_text(const Point& p) { return fmt::format("({:g}, {:g}, {:g}) mm", p[0], p[1], p[2]); }

/// The points of the file are the nodes of the grid.
void check_points(vtkImageData* image, const std::string& file, const Grid& grid) {
  int points[3];
  image->GetDimensions(points);
  for (std::size_t a = 0; a < 3; ++a)
    if (points[a] != grid.nodes[a])
      throw InputError(fmt::format("'{}' has {} x {} x {} points, the mesh has {} x {} x {} nodes", file,
                                   points[0], points[1], points[2], grid.nodes[0], grid.nodes[1],
                                   grid.nodes[2]));
  const double* const first = image->GetBounds();  // of the points, whatever the extent begins with
  for (int a = 0; a < grid.dimension; ++a) {
    const double wanted = grid.spacing[static_cast<std::size_t>(a)];
    if (std::abs(image->GetSpacing()[a] - wanted) > same_place * wanted ||
        std::abs(first[2 * a]) > same_place * wanted)
      throw InputError(
          fmt::format("'{}' has its points at {:g} + k {:g} along {}, the mesh its nodes at k {:g} (mm)",
                      file, first[2 * a], image->GetSpacing()[a], "xyz"[a], wanted));
  }
}

class ImageArray : public NodeArray {
 public:
  ImageArray(const std::string& file, const std::string& array, const Mesh& mesh, double unit)
      : file_(file), array_(array), mesh_(mesh), unit_(unit), image_(reader_->GetOutput()) {
    if (!read_quietly(*reader_, file))
      throw InputError(fmt::format("'{}' is no VTK image (.vti), or a broken one", file));
    if (mesh.is_grid()) check_points(image_, file, mesh.grid());
    values_ = find_array(image_->GetPointData(), array);
    if (!values_) no_array(file, array, "point", {image_->GetPointData()});
    // A grid takes the whole image, so that one number that is none is one too many.
    for (vtkIdType i = 0; mesh.is_grid() && i < values_->GetNumberOfTuples(); ++i)
      finite(values_, i, file, array);
  }

  double at(std::int64_t node) const override {
    return finite(values_, mesh_.is_grid() ? node : nearest_point(node), file_, array_);
  }

 private:
  vtkIdType nearest_point(std::int64_t node) const {
    const Point place = mesh_.position(node);
    const double* const bounds = image_->GetBounds();
    int points[3];
    image_->GetDimensions(points);
    vtkIdType index = 0, stride = 1;
    for (std::size_t a = 0; a < 3; ++a) {
      const double last = points[a] - 1;
      const double along = (place[a] / unit_ - bounds[2 * a]) / image_->GetSpacing()[a];
      if (points[a] > 1 && !(along >= -0.5 - same_place && along <= last + 0.5 + same_place))
        throw InputError(fmt::format(
            "node {} of the mesh at {} lies outside the image of '{}', which reaches from {:g} to {:g} "
            "mm along {}",
            node, place_text(place), file_, unit_ * bounds[2 * a], unit_ * bounds[2 * a + 1], "xyz"[a]));
      const double nearest = points[a] > 1 ? std::clamp(std::round(along), 0.0, last) : 0.0;
      index += stride * static_cast<vtkIdType>(nearest);
      stride *= points[a];
    }
    return index;
  }

  std::string file_, array_;
  const Mesh& mesh_;
  double unit_;
  vtkNew<vtkXMLImageDataReader> reader_;
  vtkImageData* image_;
  vtkDataArray* values_;
};

class ElementArray : public NodeArray {
 public:
  ElementArray(const std::string& file, const std::string& array, const Mesh& mesh, double unit)
      : file_(file), array_(array), mesh_(mesh), unit_(unit), grid_(reader_->GetOutput()) {
    if (mesh.is_grid())
      throw InputError(
          fmt::format("'{}': a grid takes its values from a .vti; set "
                      "solver.discretisation = \"fe\" or give one",
                      file));
    if (!read_quietly(*reader_, file))
      throw InputError(fmt::format("'{}' is no VTK unstructured grid (.vtu), or a broken one", file));
    of_points_ = find_array(grid_->GetPointData(), array);
    of_cells_ = of_points_ ? nullptr : find_array(grid_->GetCellData(), array);
    if (!of_points_ && !of_cells_)
      no_array(file, array, "point or cell", {grid_->GetPointData(), grid_->GetCellData()});
    locator_->SetDataSet(grid_);
    locator_->BuildLocator();
    if (of_cells_) grid_->BuildLinks();
  }

  double at(std::int64_t node) const override {
    const vtkIdType point = point_of(node);
    return of_points_ ? finite(of_points_, point, file_, array_) : mean_around(point);
  }

 private:
  double distance(vtkIdType point, const Point& place) const {
    std::array<double, 3> there{};
    grid_->GetPoint(point, there.data());
    return std::hypot(unit_ * there[0] - place[0], unit_ * there[1] - place[1],
                      unit_ * there[2] - place[2]);
  }

  /// That of the same number where it lies at the node: where two nodes lie at one place, numbers tell
  /// them apart.
  vtkIdType point_of(std::int64_t node) const {
    const Point place = mesh_.position(node);
    const double tolerance = same_place * mesh_.resolution();
    if (node < grid_->GetNumberOfPoints() && distance(node, place) <= tolerance) return node;
    const std::array<double, 3> there = {place[0] / unit_, place[1] / unit_, place[2] / unit_};
    const vtkIdType nearest = locator_->FindClosestPoint(there.data());
    if (const double away = distance(nearest, place); !(away <= tolerance))
      throw InputError(fmt::format(
          "'{}' has no point at node {} of the mesh, {}: the nearest is {:.3g} mm away; give a file "
          "with the points of the mesh, in mm or mesh.unit",
          file_, node, place_text(place), away));
    return nearest;
  }

  double mean_around(vtkIdType point) const {
    vtkNew<vtkIdList> cells;
    grid_->GetPointCells(point, cells);
    int highest = 0;
    double sum = 0.0, count = 0.0;
    for (vtkIdType k = 0; k < cells->GetNumberOfIds(); ++k) {
      const int dimension = grid_->GetCell(cells->GetId(k))->GetCellDimension();
      if (dimension < highest) continue;
      if (dimension > highest) sum = count = 0.0;
      highest = dimension;
      sum += finite(of_cells_, cells->GetId(k), file_, array_);
      count += 1.0;
    }
    if (count == 0.0) throw InputError(fmt::format("'{}': point {} belongs to no cell", file_, point));
    return sum / count;
  }

  std::string file_, array_;
  const Mesh& mesh_;
  double unit_;
  vtkNew<vtkXMLUnstructuredGridReader> reader_;
  vtkUnstructuredGrid* grid_;
  vtkDataArray *of_points_, *of_cells_;
  vtkNew<vtkStaticPointLocator> locator_;
};

}  // namespace

std::unique_ptr<NodeArray> read_node_array(const std::string& file, const std::string& array,
                                           const Mesh& mesh, double unit) {
  if (!std::filesystem::exists(file)) throw InputError(fmt::format("there is no file '{}'", file));
  if (std::filesystem::path(file).extension() == ".vtu")
    return std::make_unique<ElementArray>(file, array, mesh, unit);
  return std::make_unique<ImageArray>(file, array, mesh, unit);
}

}  // namespace myowave
