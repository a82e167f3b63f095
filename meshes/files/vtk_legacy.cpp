// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>

#include "base/error.hpp"
#include "meshes/files/text_cursor.hpp"
#include "meshes/files/vtk_data.hpp"

namespace myowave {
namespace {

std::string lower(std::string_view word) {
  std::string text(word);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

/// Walks through a legacy file, whose sections begin with a keyword each.
class LegacyReader {
 public:
  LegacyReader(std::string_view text, const std::string& path) : cursor_(text, path), path_(path) {}

  VtkGrid read() {
    read_head();
    while (!cursor_.at_end()) read_section();
    if (grid_.coordinates.empty() || grid_.offsets.empty())
      cursor_.fail("the file has no POINTS or no CELLS: it is cut off");
    if (static_cast<std::int64_t>(grid_.types.size()) != grid_.cells)
      cursor_.fail(
          fmt::format("CELL_TYPES has {} types, and there are {} elements: the file is cut off or "
                      "damaged",
                      grid_.types.size(), grid_.cells));
    return std::move(grid_);
  }

 private:
  /// Numbers as they stand in the file.
  struct Block {
    std::string_view text;
    std::int32_t line = 0;
    std::int64_t count = 0;
    const VtkNumber* number = nullptr;  ///< null: no numbers
  };

  void read_head() {
    if (!cursor_.starts_with("# vtk DataFile"))
      cursor_.fail("a legacy file of VTK begins with '# vtk DataFile Version'");
    cursor_.skip_line();
    cursor_.skip_line();  // the title
    const std::string mode = lower(cursor_.word("ASCII or BINARY"));
    if (mode != "ascii" && mode != "binary")
      cursor_.fail(fmt::format("'{}' stands where ASCII or BINARY should", shown(mode)));
    binary_ = mode == "binary";
    if (lower(cursor_.word("DATASET")) != "dataset") cursor_.fail("DATASET should stand here");
    if (const std::string kind = lower(cursor_.word("UNSTRUCTURED_GRID")); kind != "unstructured_grid")
      cursor_.fail(fmt::format("the data set is a '{}'; UNSTRUCTURED_GRID is needed", shown(kind)));
  }

  void read_section() {
    const std::string keyword = lower(cursor_.word("a keyword"));
    if (keyword == "points") return read_points();
    if (keyword == "cells") return read_cells();
    if (keyword == "cell_types") return read_types();
    if (keyword == "cell_data" || keyword == "point_data") {
      tuples_ = cursor_.count("the number of values", 1);
      arrays_ = keyword == "cell_data" ? &grid_.cell_arrays : &grid_.point_arrays;
      return;
    }
    if (keyword == "metadata") return skip_metadata();
    if (keyword == "field") return read_field();
    read_array(keyword);
  }

  void read_points() {
    grid_.points = cursor_.count("the number of nodes", binary_ ? 12 : 6);
    grid_.coordinates = values(block(cursor_.word("the type of coordinates"), grid_.points, 3));
  }

  void read_types() {
    const std::int64_t count = cursor_.count("the number of elements", binary_ ? 4 : 2);
    grid_.types = values(block("int", count, 1));
  }

  void read_cells() {
    const std::int64_t first = cursor_.count("the number of elements", binary_ ? 4 : 2),
                       second = cursor_.count("the numbers of CELLS", binary_ ? 4 : 2);
    cursor_.end_line("the head of CELLS");
    if (cursor_.rest().starts_with("OFFSETS")) {
      cursor_.word("OFFSETS");
      grid_.offsets = values(block(cursor_.word("the type of offsets"), first, 1));
      if (lower(cursor_.word("CONNECTIVITY")) != "connectivity")
        cursor_.fail("CONNECTIVITY should stand here");
      grid_.connectivity = values(block(cursor_.word("the type of numbers"), second, 1));
      check_offsets();
    } else {
      divide(values(block_here("int", second, 1)));
    }
    grid_.cells = static_cast<std::int64_t>(grid_.offsets.size()) - 1;
  }

  void check_offsets() {
    double before = 0.0;
    if (grid_.offsets.empty()) grid_.offsets.push_back(0.0);
    for (const double offset : grid_.offsets) {
      if (!(offset >= before) || offset > static_cast<double>(grid_.connectivity.size()))
        cursor_.fail(fmt::format("OFFSETS has {:g} after {:g}: it is damaged", offset, before));
      before = offset;
    }
  }

  /// Files before version 5: each cell's number of nodes stands before them.
  void divide(const std::vector<double>& numbers) {
    grid_.offsets.push_back(0.0);
    for (std::size_t at = 0; at < numbers.size();) {
      const double nodes = numbers[at++];
      if (!(nodes >= 0.0 && nodes <= static_cast<double>(numbers.size() - at)))
        cursor_.fail(fmt::format("element {} of CELLS has {:g} nodes: the file is damaged",
                                 grid_.offsets.size() - 1, nodes));
      for (const std::size_t end = at + static_cast<std::size_t>(nodes); at < end; ++at)
        grid_.connectivity.push_back(numbers[at]);
      grid_.offsets.push_back(static_cast<double>(grid_.connectivity.size()));
    }
  }

  /// An attribute: scalars, vectors and so on.
  void read_array(const std::string& keyword) {
    struct Known {
      std::string_view keyword;
      std::int64_t components;  ///< 0: stands in the file
    };
    static constexpr Known known[] = {
        {"scalars", 1},       {"vectors", 3},      {"normals", 3},
        {"tensors", 9},       {"tensors6", 6},     {"texture_coordinates", 0},
        {"color_scalars", 0}, {"lookup_table", 4}, {"global_ids", 1},
        {"pedigree_ids", 1},  {"edge_flags", 1}};
    const auto* const found = std::find_if(std::begin(known), std::end(known),
                                           [&](const Known& each) { return each.keyword == keyword; });
    if (found == std::end(known) || !arrays_)
      cursor_.fail(
          fmt::format("'{}' stands where a keyword of an unstructured grid should", shown(keyword)));
    VtkArray array{std::string(cursor_.word("the name of an array")), found->components, tuples_, {}};
    if (keyword == "lookup_table") array.tuples = cursor_.count("the size of the table", 1);
    if (found->components == 0) array.components = cursor_.count("the number of components", 1);
    const bool colours = keyword == "lookup_table" || keyword == "color_scalars";
    const std::string type =
        colours ? (binary_ ? "unsigned_char" : "float") : lower(cursor_.word("the type of an array"));
    if (keyword == "scalars") {
      if (!cursor_.at_line_end()) array.components = cursor_.count("the number of components", 1);
      if (lower(cursor_.word("LOOKUP_TABLE")) != "lookup_table")
        cursor_.fail("LOOKUP_TABLE should stand here");
      cursor_.word("the name of a table");
    }
    add(std::move(array), type, colours ? nullptr : arrays_);
  }

  void read_field() {
    cursor_.word("the name of the field");
    const std::int64_t count = cursor_.count("the number of arrays", 1);
    for (std::int64_t k = 0; k < count; ++k) {
      VtkArray array{std::string(cursor_.word("the name of an array")), 1, 0, {}};
      array.components = cursor_.count("the number of components", 1);
      array.tuples = cursor_.count("the number of values", 1);
      add(std::move(array), lower(cursor_.word("the type of an array")), arrays_);
    }
  }

  /// Passes over the numbers of an array and keeps it, if there is a list.
  void add(VtkArray array, std::string_view type, std::vector<VtkArray>* list) {
    const Block numbers = block(type, array.tuples, array.components);
    if (!numbers.number) array.components = 0;
    array.values = [numbers, binary = binary_, path = path_] { return decode(numbers, binary, path); };
    if (list) list->push_back(std::move(array));
  }

  /// The block that begins on the next line, over which the cursor goes.
  Block block(std::string_view type, std::int64_t tuples, std::int64_t components) {
    cursor_.end_line("the head of an array");
    return block_here(type, tuples, components);
  }

  /// The same where its first number stands here.
  Block block_here(std::string_view type, std::int64_t tuples, std::int64_t components) {
    const std::string name = lower(type);
    Block block{{}, 0, tuples * components, vtk_number(name, true)};
    const bool text = name == "string" || name == "utf8_string";
    if (!block.number && !text && name != "bit")
      cursor_.fail(
          fmt::format("numbers of the type '{}' are not supported; allowed: char to long, "
                      "vtkIdType, vtktypeint64, float, double",
                      shown(type)));
    if (block.count / 8 > static_cast<std::int64_t>(cursor_.bytes_left()))
      cursor_.fail(
          "the file has no room for the numbers that should stand here: it is cut off or damaged");
    block.line = cursor_.line();
    const std::size_t before = cursor_.bytes_left();
    const std::string_view from = cursor_.rest();
    if (text)
      skip_strings(block.count);
    else if (binary_)
      cursor_.bytes(block.number ? static_cast<std::size_t>(block.count) * block.number->bytes
                                 : static_cast<std::size_t>(block.count + 7) / 8,
                    "numbers");
    else
      for (std::int64_t k = 0; k < block.count; ++k) cursor_.word("a number");
    block.text = from.substr(0, before - cursor_.bytes_left());
    if (cursor_.starts_with("METADATA")) {
      cursor_.word("METADATA");
      skip_metadata();
    }
    return block;
  }

  /// Strings stand on lines, or behind lengths whose first two bits say how long these are themselves.
  void skip_strings(std::int64_t count) {
    for (std::int64_t k = 0; k < count; ++k) {
      if (cursor_.bytes_left() == 0) cursor_.fail("the file ends in an array of strings: it is cut off");
      if (!binary_) {
        cursor_.skip_line();
        continue;
      }
      const auto first = static_cast<unsigned char>(cursor_.bytes(1, "a string")[0]);
      std::uint64_t length = first & 0x3f;
      const std::size_t more[] = {7, 3, 1, 0};
      for (const char c : cursor_.bytes(more[first >> 6], "a string"))
        length = length << 8 | static_cast<unsigned char>(c);
      cursor_.bytes(length, "a string");
    }
  }

  /// Goes behind the next blank line.
  void skip_metadata() {
    cursor_.skip_line();
    while (!cursor_.at_line_end()) cursor_.skip_line();
  }

  std::vector<double> values(const Block& block) const { return decode(block, binary_, path_); }

  static std::vector<double> decode(const Block& block, bool binary, const std::string& path) {
    if (!block.number) return {};
    if (binary) return block.number->decode(block.text, std::endian::native == std::endian::little);
    TextCursor cursor(block.text, path, block.line);
    std::vector<double> numbers;
    for (std::int64_t k = 0; k < block.count; ++k) numbers.push_back(cursor.number("a number"));
    return numbers;
  }

  TextCursor cursor_;
  std::string path_;
  bool binary_ = false;
  VtkGrid grid_;
  std::vector<VtkArray>* arrays_ = nullptr;  ///< of the section; null before one begins
  std::int64_t tuples_ = 0;                  ///< of the section
};

}  // namespace

VtkGrid parse_legacy_vtk(std::string_view text, const std::string& path) {
  return LegacyReader(text, path).read();
}

}  // namespace myowave
