// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace myowave {

using XmlAttributes = std::map<std::string, std::string, std::less<>>;

/// A data array of an XML file of VTK, not decoded.
struct XmlArray {
  std::string section;  ///< Points, Cells, PointData or CellData
  XmlAttributes attributes;
  std::int64_t line = 1;  ///< where it stands in the file
  std::string_view text;  ///< between its tags
};

/// The structure of an XML file of VTK. Views are of the text.
struct VtkXml {
  struct Piece {
    XmlAttributes attributes;
    std::int64_t line = 1;
    std::vector<XmlArray> arrays;
  };
  XmlAttributes file;      ///< of VTKFile
  XmlAttributes data_set;  ///< of UnstructuredGrid or ImageData
  std::vector<Piece> pieces;
  std::string_view appended;  ///< behind the underscore; to the end of the file
  XmlAttributes appended_attributes;
};

/// Reads the structure of a file that holds a data set of this kind, "UnstructuredGrid" or "ImageData".
/// Throws InputError with the line; `path` is for messages.
VtkXml parse_vtk_xml(std::string_view text, const std::string& path, std::string_view kind);

/// The value of an attribute, or `otherwise`.
std::string attribute(const XmlAttributes& attributes, std::string_view name,
                      const std::string& otherwise = "");

}  // namespace myowave
