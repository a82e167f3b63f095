// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include "base/error.hpp"
#include "meshes/files/text_cursor.hpp"
#include "meshes/files/vtk_bytes.hpp"
#include "meshes/files/vtk_data.hpp"
#include "meshes/files/vtk_xml.hpp"

namespace myowave {
namespace {

constexpr std::int64_t most_entities = std::numeric_limits<std::int32_t>::max();

/// Decodes the arrays of a file.
class XmlArrays {
 public:
  XmlArrays(std::string_view text, std::string path, std::string_view kind)
      : xml(parse_vtk_xml(text, path, kind)), path_(std::move(path)), packing_(packing()) {}

  [[noreturn]] void fail(std::int64_t line, const std::string& message) const {
    throw InputError({Fault{fmt::format("{}:{}", path_, line), message}});
  }

  /// A number of nodes or elements.
  std::int64_t count(const VtkXml::Piece& piece, const char* name) const {
    const std::string word = attribute(piece.attributes, name, "0");
    std::int64_t value = 0;
    if (!to_integer(word, value) || value < 0 || value > most_entities)
      fail(piece.line, fmt::format("{}=\"{}\" is not between 0 and 2^31 - 1", name, shown(word)));
    return value;
  }

  /// `size` numbers in an attribute.
  std::vector<double> numbers(const XmlAttributes& attributes, const char* name,
                              const std::string& otherwise, std::size_t size) const {
    const std::string text = attribute(attributes, name, otherwise);
    TextCursor cursor(text, path_);
    std::vector<double> values;
    while (values.size() < size && !cursor.at_end()) values.push_back(cursor.number(name));
    if (values.size() < size || !cursor.at_end())
      fail(1, fmt::format("{}=\"{}\" are not {} numbers", name, shown(text), size));
    return values;
  }

  const XmlArray* find(const VtkXml::Piece& piece, std::string_view section,
                       std::string_view name) const {
    for (const XmlArray& array : piece.arrays)
      if (array.section == section &&
          (section == "Points" || attribute(array.attributes, "Name") == name))
        return &array;
    return nullptr;
  }

  /// The numbers of an array that every piece must have, `count` of them.
  std::vector<double> needed(const VtkXml::Piece& piece, std::string_view section, std::string_view name,
                             std::int64_t components, std::int64_t count) const {
    if (count == 0) return {};
    const XmlArray* const array = find(piece, section, name);
    if (!array) fail(piece.line, fmt::format("the piece has no array '{}' in <{}>", name, section));
    if (components_of(*array) != components)
      fail(array->line, fmt::format("the array '{}' has {} components in this piece; {} are needed",
                                    name, components_of(*array), components));
    return values(*array, count);
  }

  /// 0 where it makes no sense.
  static std::int64_t components_of(const XmlArray& array) {
    std::int64_t value = 0;
    const bool good = to_integer(attribute(array.attributes, "NumberOfComponents", "1"), value);
    return good && value > 0 && value <= most_entities ? value : 0;
  }

  VtkXml xml;

 private:
  VtkPacking packing() const {
    VtkPacking packing;
    const std::string compressor = attribute(xml.file, "compressor");
    using Compressor = VtkPacking::Compressor;
    if (compressor == "vtkZLibDataCompressor")
      packing.compressor = Compressor::zlib;
    else if (compressor == "vtkLZ4DataCompressor")
      packing.compressor = Compressor::lz4;
    else if (compressor == "vtkLZMADataCompressor")
      packing.compressor = Compressor::lzma;
    else if (!compressor.empty())
      fail(1, fmt::format("the compressor '{}' is not supported; allowed: vtkZLibDataCompressor, "
                          "vtkLZ4DataCompressor, vtkLZMADataCompressor or none",
                          shown(compressor)));
    packing.wide_header = attribute(xml.file, "header_type") == "UInt64";
    const bool big = attribute(xml.file, "byte_order") == "BigEndian";
    packing.swap = big != (std::endian::native == std::endian::big);
    return packing;
  }

  std::vector<double> values(const XmlArray& array, std::int64_t count) const {
    const std::string type = attribute(array.attributes, "type");
    const VtkNumber* const number = vtk_number(type, false);
    if (!number)
      fail(array.line, named(array) + fmt::format("numbers of the type '{}' are not supported; allowed: "
                                                  "Int8 to UInt64, Float32, Float64",
                                                  shown(type)));
    const std::string format = attribute(array.attributes, "format", "ascii");
    if (format == "ascii") return from_words(array, count);
    if (format != "binary" && format != "appended")
      fail(array.line, named(array) + fmt::format("the format '{}' is not supported; allowed: ascii, "
                                                  "binary, appended",
                                                  shown(format)));
    const bool is_appended = format == "appended";
    const bool base64 = !is_appended || attribute(xml.appended_attributes, "encoding") == "base64";
    try {
      return number->decode(unpacked(is_appended ? appended(array) : array.text, base64, packing_,
                                     static_cast<std::uint64_t>(count) * number->bytes),
                            packing_.swap);
    } catch (const std::runtime_error& error) {
      fail(array.line, named(array) + error.what());
    }
  }

  std::string_view appended(const XmlArray& array) const {
    std::int64_t offset = 0;
    if (!to_integer(attribute(array.attributes, "offset"), offset) || offset < 0 ||
        offset >= static_cast<std::int64_t>(xml.appended.size()))
      throw std::runtime_error("its data would begin behind the end of the file, which is cut off");
    return xml.appended.substr(static_cast<std::size_t>(offset));
  }

  std::vector<double> from_words(const XmlArray& array, std::int64_t count) const {
    TextCursor cursor(array.text, path_, static_cast<std::int32_t>(array.line));
    std::vector<double> values;
    while (!cursor.at_end() && static_cast<std::int64_t>(values.size()) < count)
      values.push_back(cursor.number("a number of a data array"));
    if (static_cast<std::int64_t>(values.size()) < count || !cursor.at_end())
      fail(array.line,
           named(array) + fmt::format("it has {} numbers; {} belong to its size",
                                      cursor.at_end() ? std::to_string(values.size()) : "more", count));
    return values;
  }

  static std::string named(const XmlArray& array) {
    return fmt::format("the array '{}': ", shown(attribute(array.attributes, "Name", array.section)));
  }

  std::string path_;
  VtkPacking packing_;
};

/// Without a copy where nothing is there yet.
void append(std::vector<double>&& from, std::vector<double>& to) {
  if (to.empty())
    to = std::move(from);
  else
    to.insert(to.end(), from.begin(), from.end());
}

/// The arrays of a section, which the first piece lists. `sizes`: tuples of each piece.
std::vector<VtkArray> arrays_in(const std::shared_ptr<const XmlArrays>& file, std::string_view section,
                                const std::vector<std::int64_t>& sizes) {
  std::int64_t tuples = 0;
  for (const std::int64_t size : sizes) tuples += size;
  std::vector<VtkArray> arrays;
  for (const XmlArray& array : file->xml.pieces.front().arrays) {
    if (array.section != section) continue;
    const std::string name = attribute(array.attributes, "Name");
    const std::int64_t components = XmlArrays::components_of(array);
    auto values = [file, section = std::string(section), name, components, sizes] {
      std::vector<double> all;
      for (std::size_t p = 0; p < sizes.size(); ++p)
        append(file->needed(file->xml.pieces[p], section, name, components, sizes[p] * components), all);
      return all;
    };
    arrays.push_back({name, components, tuples, std::move(values)});
  }
  return arrays;
}

/// Where the nodes of cells begin must not fall.
void check_offsets(const XmlArrays& file, const VtkXml::Piece& piece, const std::vector<double>& ends) {
  constexpr double most = 1e15;
  double before = 0.0;
  for (const double end : ends) {
    if (!(end >= before && end <= most) || end != std::floor(end))
      file.fail(piece.line,
                fmt::format("the array 'offsets' has {:g} after {:g}: it is damaged", end, before));
    before = end;
  }
}

/// The nodes of a piece's cells, by the numbers that they have in the whole grid.
std::vector<double> nodes_of(const XmlArrays& file, const VtkXml::Piece& piece, std::int64_t points,
                             std::int64_t count, std::int64_t first_point) {
  std::vector<double> nodes = file.needed(piece, "Cells", "connectivity", 1, count);
  if (file.xml.pieces.size() == 1) return nodes;
  for (double& node : nodes) {
    if (!(node >= 0.0 && node < static_cast<double>(points)))
      file.fail(
          piece.line,
          fmt::format("an element of this piece has the node {:g}, and the piece has {}", node, points));
    node += static_cast<double>(first_point);
  }
  return nodes;
}

void append_piece(const XmlArrays& file, const VtkXml::Piece& piece, VtkGrid& grid) {
  const std::int64_t points = file.count(piece, "NumberOfPoints"),
                     cells = file.count(piece, "NumberOfCells");
  append(file.needed(piece, "Points", "Points", 3, 3 * points), grid.coordinates);
  const std::vector<double> ends = file.needed(piece, "Cells", "offsets", 1, cells);
  append(file.needed(piece, "Cells", "types", 1, cells), grid.types);
  check_offsets(file, piece, ends);
  const auto nodes = static_cast<std::int64_t>(ends.empty() ? 0.0 : ends.back());
  const double first_node = grid.offsets.back();
  for (const double end : ends) grid.offsets.push_back(first_node + end);
  append(nodes_of(file, piece, points, nodes, grid.points), grid.connectivity);
  grid.points += points;
  grid.cells += cells;
}

/// Tuples of an image of this extent: of its points, or of the cells between them.
std::int64_t size_of(const XmlArrays& file, const std::array<std::int32_t, 6>& extent, bool cells) {
  std::int64_t size = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t points = std::int64_t{extent[2 * a + 1]} - extent[2 * a] + 1;
    if (points < 1 || points > most_entities / 16 / size)
      file.fail(1, "the extent of the image is empty, or it has more than 2^27 points");
    size *= cells ? std::max<std::int64_t>(1, points - 1) : points;
  }
  return size;
}

std::array<std::int32_t, 6> extent_of(const XmlArrays& file, const XmlAttributes& attributes,
                                      const char* name) {
  std::array<std::int32_t, 6> extent{};
  const std::vector<double> bounds = file.numbers(attributes, name, "", 6);
  for (std::size_t b = 0; b < 6; ++b) {
    if (bounds[b] != std::floor(bounds[b]) || std::abs(bounds[b]) > 1e9)
      file.fail(1, fmt::format("{} has the bound {:g}, which is no index", name, bounds[b]));
    extent[b] = static_cast<std::int32_t>(bounds[b]);
  }
  return extent;
}

}  // namespace

VtkGrid parse_vtu(std::string_view text, const std::string& path) {
  const auto file = std::make_shared<const XmlArrays>(text, path, "UnstructuredGrid");
  VtkGrid grid;
  grid.offsets.push_back(0.0);
  std::vector<std::int64_t> points, cells;
  for (const VtkXml::Piece& piece : file->xml.pieces) {
    append_piece(*file, piece, grid);
    points.push_back(file->count(piece, "NumberOfPoints"));
    cells.push_back(file->count(piece, "NumberOfCells"));
  }
  grid.point_arrays = arrays_in(file, "PointData", points);
  grid.cell_arrays = arrays_in(file, "CellData", cells);
  return grid;
}

VtkImage parse_vti(std::string_view text, const std::string& path) {
  const auto file = std::make_shared<const XmlArrays>(text, path, "ImageData");
  VtkImage image;
  image.extent = extent_of(*file, file->xml.data_set, "WholeExtent");
  if (file->xml.pieces.size() != 1 ||
      extent_of(*file, file->xml.pieces.front().attributes, "Extent") != image.extent)
    file->fail(
        file->xml.pieces.back().line,
        "its one piece must have the extent of the whole image, as it has in the files of VTK and "
        "ParaView");
  auto copy = [&](const char* name, const char* otherwise, auto& to) {
    const std::vector<double> from = file->numbers(file->xml.data_set, name, otherwise, to.size());
    std::copy(from.begin(), from.end(), to.begin());
  };
  copy("Origin", "0 0 0", image.origin);
  copy("Spacing", "1 1 1", image.spacing);
  copy("Direction", "1 0 0 0 1 0 0 0 1", image.direction);
  image.point_arrays = arrays_in(file, "PointData", {size_of(*file, image.extent, false)});
  image.cell_arrays = arrays_in(file, "CellData", {size_of(*file, image.extent, true)});
  return image;
}

}  // namespace myowave
