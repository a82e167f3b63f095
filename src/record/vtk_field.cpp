// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_field.hpp"

#include <fmt/format.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkXMLImageDataWriter.h>

#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "field/session.hpp"
#include "record/run_folder.hpp"
#include "record/vtk_output.hpp"

namespace myowave {
namespace {

std::string extent_text(const NodeBox& box) {
  return fmt::format("{} {} {} {} {} {}", box.start[0], box.start[0] + box.count[0] - 1, box.start[1],
                     box.start[1] + box.count[1] - 1, box.start[2], box.start[2] + box.count[2] - 1);
}

std::vector<NodeBox> gather(const NodeBox& mine) {
  std::vector<NodeBox> all(static_cast<std::size_t>(parallel::size()));
  for (int rank = 0; rank < parallel::size(); ++rank) {
    std::int64_t numbers[6];
    for (std::size_t a = 0; a < 3; ++a) {
      numbers[a] = mine.start[a];
      numbers[a + 3] = mine.count[a];
    }
    parallel::broadcast(numbers, 6, rank);
    for (std::size_t a = 0; a < 3; ++a) {
      all[static_cast<std::size_t>(rank)].start[a] = static_cast<int>(numbers[a]);
      all[static_cast<std::size_t>(rank)].count[a] = static_cast<int>(numbers[a + 3]);
    }
  }
  return all;
}

}  // namespace

FieldWriter::FieldWriter(const Mesh& mesh, const Layout& layout) : mesh_(mesh), layout_(layout) {
  if (!mesh.is_grid()) {
    elements_.emplace(mesh, layout);
    return;
  }
  piece_ = layout.owned_box();
  for (std::size_t a = 0; a < 3; ++a)
    if (piece_.start[a] + piece_.count[a] < mesh.grid().nodes[a]) ++piece_.count[a];
  pieces_ = gather(piece_);
  for (int k = piece_.start[2]; k < piece_.start[2] + piece_.count[2]; ++k)
    for (int j = piece_.start[1]; j < piece_.start[1] + piece_.count[1]; ++j)
      for (int i = piece_.start[0]; i < piece_.start[0] + piece_.count[0]; ++i)
        tissue_.push_back(!mesh.has_holes() || mesh.cell_mask(i, j, k) != 0);
}

double FieldWriter::bytes_per_field() const {
  const double of_mesh = elements_ ? parallel::sum(elements_->bytes()) : 0.0;
  return of_mesh + static_cast<double>(mesh_.node_count()) * sizeof(float) + 4096.0;
}

std::string FieldWriter::write(const std::filesystem::path& stem,
                               const std::vector<NamedField>& fields) const {
  const std::string name = stem.filename().string();
  bool good = true;
  std::string reason;
  try {
    std::filesystem::create_directories(stem.parent_path());
    if (parallel::size() > 1) std::filesystem::create_directories(stem);
  } catch (const std::filesystem::filesystem_error& error) {
    good = false;
    reason = error.what();
  }
  if (parallel::any(!good))
    throw RunError(fmt::format("the folder of {} cannot be made: {}", stem.string(), reason));
  const std::string piece = elements_ ? ".vtu" : ".vti", index = elements_ ? ".pvtu" : ".pvti";
  if (parallel::size() == 1) {
    write_piece(stem.string() + piece, fields);
    // A restart on one rank replaces what several have written.
    if (std::filesystem::remove(stem.string() + index)) std::filesystem::remove_all(stem);
    return name + piece;
  }
  write_piece(stem / fmt::format("{}_{}{}", name, parallel::rank(), piece), fields);
  on_first_rank([&] {
    write_atomically(
        stem.string() + index,
        elements_ ? ElementPiece::index_text(name, parallel::size(), fields) : index_text(name, fields),
        false);
    std::error_code ignored;
    std::filesystem::remove(stem.string() + piece, ignored);
  });
  return name + index;
}

void FieldWriter::write_piece(const std::filesystem::path& file,
                              const std::vector<NamedField>& fields) const {
  const bool good = elements_ ? elements_->write(file, fields) : write_image(file, fields);
  if (parallel::any(!good))
    throw RunError(fmt::format("{} cannot be written; is the disk full?", file.string()));
}

void FieldWriter::set_component(std::span<const double> values, int components, float* to) const {
  const NodeBox& box = layout_.ghosted_box();
  std::vector<double> ghosted(static_cast<std::size_t>(box.size()));
  layout_.exchange(values, ghosted);
  std::size_t at = 0;
  for (int k = 0; k < piece_.count[2]; ++k)
    for (int j = 0; j < piece_.count[1]; ++j) {
      const std::ptrdiff_t row =
          (piece_.start[0] - box.start[0]) +
          box.count[0] * ((j + piece_.start[1] - box.start[1]) +
                          std::ptrdiff_t{box.count[1]} * (k + piece_.start[2] - box.start[2]));
      for (int i = 0; i < piece_.count[0]; ++i, ++at, to += components)
        *to = vtk_output::stored(tissue_[at] ? ghosted[static_cast<std::size_t>(row + i)]
                                             : std::numeric_limits<double>::quiet_NaN(),
                                 components);
    }
}

bool FieldWriter::write_image(const std::filesystem::path& file,
                              const std::vector<NamedField>& fields) const {
  vtkNew<vtkImageData> image;
  image->SetExtent(piece_.start[0], piece_.start[0] + piece_.count[0] - 1, piece_.start[1],
                   piece_.start[1] + piece_.count[1] - 1, piece_.start[2],
                   piece_.start[2] + piece_.count[2] - 1);
  const Point& h = mesh_.grid().spacing;
  image->SetSpacing(h[0], h[1], h[2]);
  vtk_output::add_fields(image, fields, [&](std::span<const double> values, int components, float* to) {
    set_component(values, components, to);
  });
  vtkNew<vtkXMLImageDataWriter> writer;
  return vtk_output::write(*writer, image.Get(), file);
}

std::string FieldWriter::index_text(const std::string& piece_folder,
                                    const std::vector<NamedField>& fields) const {
  const Grid& grid = mesh_.grid();
  const NodeBox whole{{0, 0, 0}, grid.nodes};
  std::string text = fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"PImageData\" version=\"1.0\" "
      "byte_order=\"LittleEndian\" "
      "header_type=\"UInt32\">\n  <PImageData WholeExtent=\"{}\" GhostLevel=\"0\" Origin=\"0 0 0\" "
      "Spacing=\"{} {} {}\">\n    <PPointData Scalars=\"{}\">\n",
      extent_text(whole), grid.spacing[0], grid.spacing[1], grid.spacing[2],
      fields.empty() ? "" : fields.front().name);
  for (const NamedField& field : fields)
    text += fmt::format("      <PDataArray type=\"Float32\" Name=\"{}\" NumberOfComponents=\"{}\"/>\n",
                        field.name, field.components());
  text += "    </PPointData>\n";
  for (std::size_t rank = 0; rank < pieces_.size(); ++rank)
    text += fmt::format("    <Piece Extent=\"{}\" Source=\"{}/{}_{}.vti\"/>\n",
                        extent_text(pieces_[rank]), piece_folder, piece_folder, rank);
  return text + "  </PImageData>\n</VTKFile>\n";
}

void Collection::write() const {
  std::string text =
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" "
      "byte_order=\"LittleEndian\">\n"
      "  <Collection>\n";
  for (const auto& [t, name] : frames_)
    text += fmt::format("    <DataSet timestep=\"{:.15g}\" part=\"0\" file=\"{}\"/>\n", t, name);
  text += "  </Collection>\n</VTKFile>\n";
  write_atomically(file_, text, false);
}

}  // namespace myowave
