// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "record/vtk_elements.hpp"

namespace myowave {

/// One array of a file: values of the owned nodes, or with y and z the components of vectors, which are
/// 0 in the file where they are NaN.
struct NamedField {
  std::string name;
  std::span<const double> values;
  std::span<const double> y{}, z{};

  int components() const { return y.empty() ? 1 : 3; }
};

/// Writes node fields for ParaView: of a grid `stem`.vti on one rank, `stem`.pvti with a folder of
/// pieces on several; of elements .vtu and .pvtu. float32, inline, lz4; positions in mm; NaN at nodes in
/// holes.
class FieldWriter {
 public:
  FieldWriter(const Mesh& mesh, const Layout& layout);

  /// Returns the name of the file to open, relative to the stem's folder. Collective; throws RunError on
  /// all ranks if a rank cannot write.
  std::string write(const std::filesystem::path& stem, const std::vector<NamedField>& fields) const;

  /// Bytes of one frame with one field over all ranks.
  double bytes_per_field() const;

 private:
  /// Collective; throws RunError on all ranks if a rank could not.
  void write_piece(const std::filesystem::path& file, const std::vector<NamedField>& fields) const;
  bool write_image(const std::filesystem::path& file, const std::vector<NamedField>& fields) const;
  void set_component(std::span<const double> values, int components, float* to) const;
  std::string index_text(const std::string& piece_folder, const std::vector<NamedField>& fields) const;

  const Mesh& mesh_;
  const Layout& layout_;
  NodeBox piece_;                ///< owned nodes and the layer towards the next rank: pieces share nodes
  std::vector<NodeBox> pieces_;  ///< of all ranks
  std::vector<bool> tissue_;     ///< by node of the piece
  std::optional<ElementPiece> elements_;  ///< of a mesh of elements, instead of the boxes
};

/// A .pvd collection: frames by time, rewritten whole at every frame so that it is always valid.
class Collection {
 public:
  explicit Collection(std::filesystem::path file) : file_(std::move(file)) {}

  void add(double t, const std::string& name) { frames_.emplace_back(t, name); }
  void write() const;

 private:
  std::filesystem::path file_;
  std::vector<std::pair<double, std::string>> frames_;
};

}  // namespace myowave
