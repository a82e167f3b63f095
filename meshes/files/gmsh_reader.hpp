// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "meshes/element_mesh.hpp"
#include "meshes/files/text_cursor.hpp"

namespace myowave {

/// Reads the sections of a file of Gmsh one after the other, see parse_gmsh.
class GmshReader {
 public:
  GmshReader(std::string_view text, const std::string& path, double unit,
             std::vector<std::string>& remarks);

  MeshParts read();

 private:
  /// By the number that Gmsh gives to an entity.
  template <class T>
  using ByTag = std::unordered_map<std::int64_t, T>;
  using Vectors = ByTag<Point>;
  /// What stands for an element type: a point has a node and is no cell.
  struct Type {
    bool is_point = false;
    CellKind kind = CellKind::segment;
  };

  void read_format();
  void read_section(std::string_view name);
  void end_section(std::string_view name);
  void skip_section(std::string_view name);

  void read_physical_names();
  /// Which physical group each entity belongs to; version 4 has that here, version 2 at each element.
  void read_entities();
  void read_entity(int dimension);
  /// Its number; a minus sign, which turns an entity round, is left out.
  std::int32_t physical_group();
  void read_element_data();
  void name_regions();
  void set_directions();
  std::vector<Point> directions_of(const char* name, const Vectors& values) const;

  // gmsh_elements.cpp
  void read_nodes_2();
  void read_nodes_4();
  void read_elements_2();
  void read_elements_4();
  Type element_type();
  Point point();
  void add_node(std::int64_t tag, std::int32_t line);
  void add_element(std::int64_t tag, const Type& type, std::int32_t region, std::int32_t line);

  TextCursor cursor_;
  std::string path_;
  double unit_;
  std::vector<std::string>& remarks_;
  int version_ = 0;  ///< 2 or 4
  MeshParts parts_;
  ByTag<std::int32_t> node_of_, cell_of_;
  ByTag<std::int32_t> physical_[4];                     ///< [dimension], of an entity
  std::map<std::int32_t, std::string> group_names_[4];  ///< [dimension], of a physical group
  Vectors fibres_, sheets_;
};

}  // namespace myowave
