// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/learn.hpp"
#include "field/session.hpp"

namespace {

constexpr int wrong_input = 2;

/// Options of all commands that read a configuration.
void add_common(CLI::App& command, myowave::Arguments& arguments, bool config_required) {
  auto* config = command.add_option("config", arguments.config, "configuration file (TOML)");
  if (config_required) config->required();
  // One value per --set, so that the file may follow it.
  command.add_option("--set", arguments.overrides, "key.path=value, repeatable; overrides the file")
      ->allow_extra_args(false);
  command.add_option("--output", arguments.output, "run folder; default out/<name of the file>");
  command.add_flag("--force", arguments.force, "overwrite the run that the folder holds");
  command.add_flag("--quiet", arguments.quiet, "print nothing but errors");
}

/// Options of all commands that read a mesh.
void add_mesh_options(CLI::App& command, myowave::Arguments& arguments) {
  command.add_option("--unit", arguments.unit,
                     "unit of the coordinates in the file; default um for CARP, else mm");
  command
      .add_option("--dimension", arguments.dimension, "refuse a mesh of another dimension: 1, 2 or 3")
      ->check(CLI::Range(1, 3));
  command.add_flag("--repair", arguments.repair,
                   "leave out nodes of no element, turn inverted elements, make fibres unit vectors");
}

/// `mesh` and its commands.
CLI::App* add_mesh(CLI::App& app, myowave::Arguments& arguments) {
  CLI::App* mesh = app.add_subcommand("mesh", "look at or convert a mesh of CARP, VTK or Gmsh");
  mesh->require_subcommand(1);
  CLI::App* info = mesh->add_subcommand("info", "counts, volumes, quality, regions, fibres of a mesh");
  info->add_option("file", arguments.mesh, ".vtu, .vtk, .vti, .msh, or CARP's files")->required();
  add_mesh_options(*info, arguments);
  CLI::App* convert = mesh->add_subcommand("convert", "write a mesh in another format, by the ending");
  convert->add_option("from", arguments.mesh, ".vtu, .vtk, .vti, .msh, or CARP's files")->required();
  convert
      ->add_option("to", arguments.converted_mesh, ".vtu, .vtk, .msh, or a name without ending (CARP)")
      ->required();
  add_mesh_options(*convert, arguments);
  convert->add_flag("--force", arguments.force, "overwrite files that are there");
  convert->add_flag("--quiet", arguments.quiet, "print nothing but errors");
  return mesh;
}

int run(int argc, char** argv, const myowave::Session& session) {
  CLI::App app{"Myowave: tissue-scale simulation of the heart's electrical waves", "myowave"};
  app.require_subcommand(1);
  app.set_version_flag("--version", myowave::version_text());
  myowave::Arguments arguments;
  arguments.command_line.assign(argv, argv + argc);

  CLI::App* run = app.add_subcommand("run", "simulate a cable, a sheet or a slab; writes a run folder");
  add_common(*run, arguments, true);
  run->add_option("--restart", arguments.restart, "continue from this checkpoint");

  CLI::App* cell = app.add_subcommand("cell", "pace a single cell");
  add_common(*cell, arguments, false);
  cell->add_option("--model", arguments.model,
                   "model or surrogate file, instead of a configuration file");
  cell->add_option("--variant", arguments.variant, "parameter set of the model");
  cell->add_option("--bcl", arguments.bcl, "basic cycle length, \"1000 ms\"");
  cell->add_option("--beats", arguments.beats, "number of beats");
  cell->add_option("--stimulus", arguments.stimulus, "\"52 uA/uF\", positive depolarises");
  cell->add_option("--stimulus-duration", arguments.stimulus_duration, "\"1 ms\"");
  cell->add_flag("--reference", arguments.reference, "integrate by CVODE instead of the kernels");

  CLI::App* restitution = app.add_subcommand(
      "restitution", "S1S2 or dynamic pacing of a cell, a cable or tissue: APD, CV, ERP");
  add_common(*restitution, arguments, true);

  CLI::App* dataset = app.add_subcommand(
      "dataset", "data to train surrogates on: cells, voltage and AP clamps, nodes of tissue");
  add_common(*dataset, arguments, true);

  CLI::App* post = app.add_subcommand(
      "post", "velocity, dominant frequency, tips and pseudo-ECG from a finished run");
  post->add_option("run", arguments.folder, "folder of a run")->required();
  post->add_option("--set", arguments.overrides, "key.path=value, repeatable; over the run's settings")
      ->allow_extra_args(false);
  post->add_option("--output", arguments.output,
                   "folder of the results; default post in that of the run");
  post->add_flag("--quiet", arguments.quiet, "print nothing but errors");

  CLI::App* report = app.add_subcommand("report", "one HTML page with all that a run folder holds");
  report->add_option("run", arguments.folder, "folder of a run")->required();
  report->add_option("--output", arguments.output, "the page; default report.html in the folder");
  report->add_flag("--quiet", arguments.quiet, "print nothing but errors");

  CLI::App* check =
      app.add_subcommand("check", "validate a configuration and print it resolved; runs nothing");
  check->add_option("config", arguments.config, "configuration file (TOML)")->required();
  check->add_option("--set", arguments.overrides, "key.path=value, repeatable; overrides the file")
      ->allow_extra_args(false);
  check->add_option("--output", arguments.output, "run folder to check too");
  check->add_flag("--quiet", arguments.quiet, "print the configuration only");

  CLI::App* models = app.add_subcommand(
      "models", "ionic models: states, parameters, variants, citation; surrogates: their card");
  models->add_option("name", arguments.model, "show this model, or this file of a surrogate, in full");

  CLI::App* settings =
      app.add_subcommand("settings", "print the reference of all configuration keys (Markdown)");

  const CLI::App* mesh = add_mesh(app, arguments);

  app.add_subcommand("train", "train a surrogate (myowave-learn)");
  app.add_subcommand("convert", "make a surrogate's file from networks in ONNX (myowave-learn)");
  app.add_subcommand("search", "train a list of architectures into one table (myowave-learn)");

  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (argc > 1 && argv[1][0] != '-' && std::find(names.begin(), names.end(), argv[1]) == names.end())
    throw myowave::InputError(fmt::format("'{}' is not a command{}; there are: {}. See myowave --help",
                                          argv[1], myowave::suggestion(argv[1], names),
                                          myowave::list_of(names)));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = session.first() ? app.exit(error) : static_cast<int>(error.get_exit_code());
    return code == 0 ? 0 : wrong_input;
  }
  if (*run) return myowave::command_run(arguments);
  if (*cell) return myowave::command_cell(arguments);
  if (*restitution) return myowave::command_restitution(arguments);
  if (*dataset) return myowave::command_dataset(arguments);
  if (*post) return myowave::command_post(arguments);
  if (*report) return myowave::command_report(arguments);
  if (*check) return myowave::command_check(arguments);
  if (*models) return myowave::command_models(arguments);
  if (*settings) return myowave::command_settings();
  if (*mesh && mesh->got_subcommand("info")) return myowave::command_mesh_info(arguments);
  if (*mesh) return myowave::command_mesh_convert(arguments);
  return wrong_input;
}

}  // namespace

int main(int argc, char** argv) {
  // Replaces this process, so it comes before MPI.
  if (argc > 1 && myowave::is_learn_command(argv[1])) return myowave::run_learn(argv);
  const myowave::Session session(argc, argv);
  return myowave::guarded([&] { return run(argc, argv, session); });
}
