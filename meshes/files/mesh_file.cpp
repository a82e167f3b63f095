// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/mesh_file.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "meshes/files/carp.hpp"
#include "meshes/files/gmsh.hpp"
#include "meshes/files/vtk.hpp"
#include "meshes/repair.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

enum class Format { carp, gmsh, vtu, vtk, vti };

constexpr const char* allowed_endings = ".vtu, .vtk, .msh, or .pts, .elem, .lon or no ending for CARP";

Format format_of(const fs::path& file) {
  const std::string ending = file.extension().string();
  if (ending.empty() || ending == ".pts" || ending == ".elem" || ending == ".lon") return Format::carp;
  if (ending == ".msh") return Format::gmsh;
  if (ending == ".vtu") return Format::vtu;
  if (ending == ".vtk") return Format::vtk;
  if (ending == ".vti") return Format::vti;
  throw InputError(
      {Fault{file.string(), fmt::format("the ending '{}' is that of no mesh; allowed: {}, and "
                                        ".vti to read",
                                        ending, allowed_endings)}});
}

/// CARP's file with this ending.
fs::path with_ending(const fs::path& file, const char* ending) {
  return file.extension().empty() ? fs::path(file.string() + ending)
                                  : fs::path(file).replace_extension(ending);
}

std::string text_of(const fs::path& file) {
  if (!fs::is_regular_file(file))
    throw InputError(
        {Fault{file.string(), fs::exists(file) ? "this is no file" : "there is no such file"}});
  try {
    return read_file(file);
  } catch (const RunError&) {
    throw InputError({Fault{file.string(), "the file cannot be read; check its permissions"}});
  }
}

MeshParts read_carp(const fs::path& file, double unit, std::vector<std::string>& remarks) {
  const fs::path points = with_ending(file, ".pts"), elements = with_ending(file, ".elem"),
                 fibres = with_ending(file, ".lon");
  const std::string points_text = text_of(points), elements_text = text_of(elements);
  const std::string fibres_text = fs::exists(fibres) ? text_of(fibres) : "";
  CarpTexts texts{{points.string(), points_text}, {elements.string(), elements_text}, std::nullopt};
  if (fs::exists(fibres)) texts.fibres = {fibres.string(), fibres_text};
  return parse_carp(texts, unit, remarks);
}

MeshParts read_parts(const fs::path& file, double unit, std::vector<std::string>& remarks) {
  constexpr double um = 1e-3;  // in mm
  const Format format = format_of(file);
  if (format == Format::carp) return read_carp(file, unit > 0.0 ? unit : um, remarks);
  if (unit == 0.0) unit = 1.0;
  if (format == Format::gmsh) return parse_gmsh(text_of(file), file.string(), unit, remarks);
  return parse_vtk(text_of(file), file, unit, remarks);
}

void check_dimension(const ElementMesh& mesh, int dimension, const fs::path& file) {
  if (dimension == 0 || mesh.dimension() == dimension) return;
  throw InputError({Fault{
      file.string(), fmt::format("the mesh has dimension {} (its elements are {}), and {} is asked for",
                                 mesh.dimension(), name_of(mesh.kind(0), true), dimension)}});
}

}  // namespace

MeshFromFile read_mesh(const fs::path& file, const MeshReadSettings& settings) {
  std::vector<std::string> remarks;
  MeshParts parts = without_lower_cells(read_parts(file, settings.unit, remarks), remarks);
  if (settings.repair) parts = repaired(std::move(parts), remarks);
  ElementMesh mesh(std::move(parts));
  check_dimension(mesh, settings.dimension, file);
  return {std::move(mesh), std::move(remarks)};
}

std::vector<fs::path> files_of_mesh(const fs::path& file) {
  const Format format = format_of(file);
  if (format == Format::vti)
    throw InputError(
        {Fault{file.string(),
               fmt::format("a mesh cannot be written as an image; allowed: {}", allowed_endings)}});
  if (format != Format::carp) return {file};
  return {with_ending(file, ".pts"), with_ending(file, ".elem"), with_ending(file, ".lon")};
}

std::vector<std::string> losses_of(const ElementMesh& mesh, const fs::path& file) {
  const Format format = format_of(file);
  if (!mesh.has_conductivity_factors() || format == Format::vtu || format == Format::vtk) return {};
  return {
      fmt::format("the factors on the conductivity of the elements are lost: {} files do not hold them; "
                  "write a .vtu",
                  format == Format::carp ? "CARP's" : "Gmsh's")};
}

void write_mesh(const ElementMesh& mesh, const fs::path& file) {
  const std::vector<fs::path> files = files_of_mesh(file);
  const Format format = format_of(file);
  if (format == Format::gmsh) return write_atomically(file, gmsh_text(mesh));
  if (format != Format::carp) return write_atomically(file, vtk_bytes(mesh, format == Format::vtk));
  const CarpFiles texts = carp_text(mesh);
  std::error_code ignored;
  try {
    write_atomically(files[0], texts.points);
    write_atomically(files[1], texts.elements);
    // That of another mesh must not stay beside it.
    if (mesh.has_fibres())
      write_atomically(files[2], texts.fibres);
    else
      fs::remove(files[2], ignored);
  } catch (const RunError&) {
    for (const fs::path& each : files) fs::remove(each, ignored);
    throw;
  }
}

}  // namespace myowave
