// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/gmsh_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/error.hpp"
#include "meshes/files/array_names.hpp"
#include "meshes/files/gmsh.hpp"

namespace myowave {
namespace {

/// "$Nodes" -> "Nodes"; empty if it begins no section.
std::string_view section_name(std::string_view word) {
  return word.size() > 1 && word[0] == '$' ? word.substr(1) : std::string_view();
}

}  // namespace

GmshReader::GmshReader(std::string_view text, const std::string& path, double unit,
                       std::vector<std::string>& remarks)
    : cursor_(text, path), path_(path), unit_(unit), remarks_(remarks) {
  parts_.node_places.file = parts_.cell_places.file = parts_.fibre_places.file = path;
}

MeshParts GmshReader::read() {
  if (cursor_.word("$MeshFormat") != "$MeshFormat")
    cursor_.fail("a file of Gmsh begins with $MeshFormat");
  read_format();
  end_section("MeshFormat");
  while (!cursor_.at_end()) {
    const std::string_view word = cursor_.word("a section"), name = section_name(word);
    if (name.empty())
      cursor_.fail(fmt::format("'{}' stands where a section such as $Nodes should begin", shown(word)));
    read_section(name);
  }
  if (parts_.nodes.empty() || parts_.kinds.empty())
    throw InputError({Fault{path_,
                            "the file has no $Nodes or no $Elements: it is cut off, or the mesh was "
                            "not generated before it was saved"}});
  name_regions();
  set_directions();
  return std::move(parts_);
}

void GmshReader::read_format() {
  const double version = cursor_.number("the version of the format");
  const bool is_2 = version >= 2.0 && version<3.0, is_4 = version> 4.05 && version < 4.15;
  if (!is_2 && !is_4)
    cursor_.fail(
        fmt::format("version {:g} is not supported; allowed: 2.0 to 2.2 and 4.1. `gmsh FILE -save "
                    "-format msh41` writes it again",
                    version));
  version_ = is_2 ? 2 : 4;
  if (cursor_.integer("the type of the file") != 0)
    cursor_.fail("the file is binary; save it as text, with Mesh.Binary = 0 in Gmsh");
  cursor_.integer("the size of a number");
}

void GmshReader::read_section(std::string_view name) {
  if (name == "PhysicalNames") {
    read_physical_names();
  } else if (name == "Entities") {
    if (version_ == 4) read_entities();
  } else if (name == "Nodes") {
    version_ == 2 ? read_nodes_2() : read_nodes_4();
  } else if (name == "Elements") {
    version_ == 2 ? read_elements_2() : read_elements_4();
  } else if (name == "ElementData") {
    return read_element_data();
  } else {
    return skip_section(name);
  }
  end_section(name);
}

void GmshReader::end_section(std::string_view name) {
  const std::string_view word = cursor_.word("the end of a section");
  if (word != fmt::format("$End{}", name))
    cursor_.fail(
        fmt::format("'{}' stands where $End{} should: the section is longer than its count says",
                    shown(word), shown(name)));
}

void GmshReader::skip_section(std::string_view name) {
  const std::string end = fmt::format("$End{}", name), for_message = shown(end);
  while (cursor_.word(for_message.c_str()) != end) {
  }
}

void GmshReader::read_physical_names() {
  const std::int64_t count = cursor_.count("the number of names", std::size("0 1 \"\"\n") - 1);
  for (std::int64_t n = 0; n < count; ++n) {
    const std::int64_t dimension = cursor_.integer("a dimension");
    if (dimension < 0 || dimension > 3)
      cursor_.fail(fmt::format("{} is no dimension; allowed: 0 to 3", dimension));
    const std::int32_t tag = cursor_.small_integer("the number of a physical group");
    std::string& name = group_names_[dimension][tag] = cursor_.quoted("the name of a physical group");
    std::replace_if(
        name.begin(), name.end(), [](unsigned char c) { return c < ' ' || c == 127; }, '_');
  }
}

void GmshReader::read_entities() {
  std::int64_t counts[4];
  for (std::int64_t& count : counts) count = cursor_.count("a number of entities", 2);
  for (int dimension = 0; dimension < 4; ++dimension)
    for (std::int64_t n = 0; n < counts[dimension]; ++n) read_entity(dimension);
}

std::int32_t GmshReader::physical_group() {
  const std::int32_t group = cursor_.small_integer("a physical group");
  if (group == std::numeric_limits<std::int32_t>::min())
    cursor_.fail(fmt::format("{} is no physical group", group));
  return std::abs(group);
}

void GmshReader::read_entity(int dimension) {
  const std::int64_t tag = cursor_.integer("the number of an entity");
  const int coordinates = dimension == 0 ? 3 : 6;
  for (int c = 0; c < coordinates; ++c) cursor_.number("a bound of an entity");
  const std::int64_t groups = cursor_.count("a number of physical groups", 2);
  for (std::int64_t g = 0; g < groups; ++g) {
    const std::int32_t group = physical_group();
    if (g == 0) physical_[dimension][tag] = group;
    if (g == 1)
      remarks_.push_back(
          fmt::format("entity {} of dimension {} is in {} physical groups; its elements got "
                      "the region of the first, {}",
                      tag, dimension, groups, physical_[dimension][tag]));
  }
  if (dimension == 0) return;
  const std::int64_t bounding = cursor_.count("a number of bounding entities", 2);
  for (std::int64_t b = 0; b < bounding; ++b) cursor_.integer("a bounding entity");
}

void GmshReader::read_element_data() {
  std::string name;
  const std::int64_t strings = cursor_.count("a number of texts", 3);
  for (std::int64_t s = 0; s < strings; ++s) {
    const std::string_view text = cursor_.quoted("the name of the data");
    if (s == 0) name = text;
  }
  const std::int64_t reals = cursor_.count("a number of real tags", 2);
  for (std::int64_t r = 0; r < reals; ++r) cursor_.number("a real tag");
  const std::int64_t integers = cursor_.count("a number of integer tags", 2);
  std::int64_t components = 1;
  for (std::int64_t i = 0; i < integers; ++i) {
    const std::int64_t value = cursor_.integer("an integer tag");
    if (i == 1) components = value;
  }
  const bool is_fibre = place_in(fibre_names(), name) >= 0,
             is_sheet = place_in(sheet_names(), name) >= 0;
  if (!is_fibre && !is_sheet) return skip_section("ElementData");
  if (components != 3)
    cursor_.fail(
        fmt::format("the data '{}' have {} components; a direction has 3", shown(name), components));
  Vectors& vectors = is_fibre ? fibres_ : sheets_;
  for (std::string_view word = cursor_.word("$EndElementData"); word != "$EndElementData";
       word = cursor_.word("$EndElementData")) {
    std::int64_t tag = 0;
    if (!to_integer(word, tag))
      cursor_.fail(fmt::format("'{}' is no number of an element", shown(word)));
    Point& vector = vectors[tag];
    for (double& component : vector) component = cursor_.number("a component of a direction");
  }
}

void GmshReader::name_regions() {
  int dimension = 0;
  for (const CellKind kind : parts_.kinds) dimension = std::max(dimension, dimension_of(kind));
  parts_.region_names = group_names_[dimension];
}

void GmshReader::set_directions() {
  if (fibres_.empty() && !sheets_.empty())
    throw InputError({Fault{path_, "the file has sheets and no fibres; give both, or fibres alone"}});
  parts_.fibres = directions_of("fibre", fibres_);
  parts_.sheets = directions_of("sheet", sheets_);
  parts_.fibre_places.line = parts_.cell_places.line;
}

std::vector<Point> GmshReader::directions_of(const char* name, const Vectors& values) const {
  if (values.empty()) return {};
  std::vector<Point> directions(parts_.kinds.size());
  std::size_t used = 0;
  for (const auto& [tag, cell] : cell_of_) {
    const auto found = values.find(tag);
    // Cells of the boundary need none, for they are left out of the mesh; others are found to have (0,
    // 0, 0).
    if (found == values.end()) continue;
    directions[static_cast<std::size_t>(cell)] = found->second;
    ++used;
  }
  if (used < values.size())
    throw InputError(
        {Fault{path_, fmt::format("{} of {} directions in the data '{}' belong to elements that "
                                  "the file does not have",
                                  values.size() - used, values.size(), name)}});
  return directions;
}

MeshParts parse_gmsh(std::string_view text, const std::string& path, double unit,
                     std::vector<std::string>& remarks) {
  return GmshReader(text, path, unit, remarks).read();
}

}  // namespace myowave
