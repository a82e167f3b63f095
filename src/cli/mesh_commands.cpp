// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/error.hpp"
#include "base/units.hpp"
#include "cli/commands.hpp"
#include "field/session.hpp"
#include "meshes/files/mesh_file.hpp"
#include "meshes/mesh_summary.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

/// A length of one unit in mm; 0 if none is given.
double unit_of(const Arguments& arguments) {
  if (arguments.unit.empty()) return 0.0;
  try {
    return parse_quantity("1 " + arguments.unit, "mm");
  } catch (const InputError& error) {
    throw InputError({Fault{"--unit " + arguments.unit,
                            error.faults().front().message + "; give a length such as um, mm or cm"}});
  }
}

MeshFromFile read(const Arguments& arguments) {
  if (parallel::size() > 1) throw InputError("`myowave mesh` runs on one rank");
  return read_mesh(arguments.mesh, {unit_of(arguments), arguments.repair, arguments.dimension});
}

void print_remarks(const std::vector<std::string>& remarks) {
  for (const std::string& remark : remarks) fmt::print("note: {}\n", remark);
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

void check_target(const Arguments& arguments) {
  const fs::path folder = fs::path(arguments.converted_mesh).parent_path();
  if (!folder.empty() && !fs::is_directory(folder))
    throw InputError(
        {Fault{arguments.converted_mesh, fmt::format("there is no folder {}", folder.string())}});
  for (const fs::path& file : files_of_mesh(arguments.converted_mesh))
    if (is_there(file) && !arguments.force)
      throw InputError({Fault{file.string(), "the file is there already; --force overwrites it"}});
}

}  // namespace

int command_mesh_info(const Arguments& arguments) {
  const MeshFromFile mesh = read(arguments);
  fmt::print("{}", summary_text(summary_of(mesh.mesh)));
  print_remarks(mesh.remarks);
  return 0;
}

int command_mesh_convert(const Arguments& arguments) {
  check_target(arguments);
  const MeshFromFile mesh = read(arguments);
  write_mesh(mesh.mesh, arguments.converted_mesh);
  if (arguments.quiet) return 0;
  print_remarks(mesh.remarks);
  print_remarks(losses_of(mesh.mesh, arguments.converted_mesh));
  fmt::print("{}: {} nodes, {} elements\n", arguments.converted_mesh, mesh.mesh.node_count(),
             mesh.mesh.cell_count());
  return 0;
}

}  // namespace myowave
