// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

struct NamedField;

/// The elements of a mesh that this rank writes: those whose first node it owns. Their nodes are its own
/// or ghosts, so that pieces share nodes as those of a grid do.
class ElementPiece {
 public:
  ElementPiece(const Mesh& mesh, const Layout& layout);

  /// Writes the piece with node fields of the owned nodes as a .vtu: float32, inline, lz4; positions in
  /// mm, numbers of the nodes and regions in double, int32 and int32. Returns whether that has worked.
  /// Collective.
  bool write(const std::filesystem::path& file, const std::vector<NamedField>& fields) const;

  /// The text of the .pvtu of pieces "folder/folder_<rank>.vtu".
  static std::string index_text(const std::string& piece_folder, int ranks,
                                const std::vector<NamedField>& fields);

  /// Bytes of the piece without fields.
  double bytes() const;

 private:
  const Mesh& mesh_;
  const Layout& layout_;
  std::vector<std::int32_t> cells_;  ///< of the mesh
  std::vector<std::int32_t> nodes_;  ///< global numbers of the piece's nodes
  std::vector<std::int32_t>
      seen_;  ///< [node of the piece], its place in the array of a layout's exchange
  std::vector<std::int32_t> cell_nodes_;  ///< of all cells, by number in the piece
};

}  // namespace myowave
