// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>

#include "base/error.hpp"
#include "base/version.hpp"
#include "surrogates/learn/config.hpp"
#include "surrogates/learn/convert.hpp"
#include "surrogates/learn/search.hpp"
#include "surrogates/learn/training.hpp"

namespace {

namespace learn = myowave::learn;

constexpr int bug = 1, wrong_input = 2, failed_numbers = 3;

void say(const std::string& message) {
  const std::string line = message + "\n";
  if (write(STDERR_FILENO, line.data(), line.size()) < 0) std::abort();
}

void write_out(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = write(STDOUT_FILENO, text.data() + at, text.size() - at);
    if (count < 0) std::abort();
    at += static_cast<std::size_t>(count);
  }
}

struct Arguments {
  std::string config;
  std::vector<std::string> overrides;
  learn::TrainOptions options;
  int jobs = 1;
};

void add_options(CLI::App& command, Arguments& arguments) {
  command.add_option("config", arguments.config, "configuration file (TOML)")->required();
  // One value per --set, so that the file may follow it.
  command.add_option("--set", arguments.overrides, "key.path=value, repeatable; overrides the file")
      ->allow_extra_args(false);
  command.add_option("--output", arguments.options.output, "run folder; default out/<name of the file>");
  command.add_option("--device", arguments.options.device, "cpu or cuda");
  command.add_flag("--force", arguments.options.force, "overwrite the training that the folder holds");
  command.add_flag("--resume", arguments.options.resume, "continue from the folder's checkpoint");
  command.add_flag("--quiet", arguments.options.quiet, "print nothing but errors");
}

CLI::App* add_convert(CLI::App& app, learn::ConvertOptions& options) {
  CLI::App* command = app.add_subcommand("convert", "make a surrogate's file from networks in ONNX");
  command->add_option("onnx", options.onnx, "network for which the description names no file");
  command->add_option("--describe", options.description, "what ONNX lacks: kind, units, ranges (TOML)")
      ->required();
  command->add_option("--output", options.output, "file to write, NAME.safetensors")->required();
  command->add_flag("--force", options.force, "overwrite the file");
  return command;
}

/// Threads that spin while they wait take the processor from each other when it is shared; the OpenMP
/// library reads how they are to wait before main begins.
void restart_with_patient_threads(int threads, char** argv) {
  if (threads <= 1 || std::getenv("OMP_WAIT_POLICY")) return;
  setenv("OMP_WAIT_POLICY", "passive", 1);
  execv("/proc/self/exe", argv);  // if it fails, the training is slower and nothing else
}

int run(int argc, char** argv) {
  CLI::App app{"Training of Myowave's neural surrogates", "myowave-learn"};
  app.require_subcommand(1);
  app.set_version_flag("--version",
                       fmt::format("myowave-learn {} ({})", myowave::version, myowave::commit));
  Arguments arguments;
  arguments.options.command_line.assign(argv, argv + argc);
  CLI::App* train = app.add_subcommand("train", "train a surrogate; writes a run folder");
  add_options(*train, arguments);
  train->add_option("--data-cache", arguments.options.cache,
                    "file that keeps the computed data for other trainings on the same");
  CLI::App* search =
      app.add_subcommand("search", "train many shapes of network; writes a table of error and cost");
  add_options(*search, arguments);
  search->add_option("--jobs", arguments.jobs, "trainings side by side")->check(CLI::PositiveNumber);
  learn::ConvertOptions conversion;
  const CLI::App* convert = add_convert(app, conversion);
  const CLI::App* settings =
      app.add_subcommand("settings", "print all keys of a recipe (docs/recipes.md)");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wrong_input;
  }
  if (*settings) {
    write_out(learn::settings_page());
    return 0;
  }
  if (*convert) {
    say(learn::convert(conversion));
    return 0;
  }
  const learn::TrainingConfig config =
      learn::read_training_config(arguments.config, arguments.overrides);
  if (arguments.options.output.empty())
    arguments.options.output = (std::filesystem::path("out") / config.name).string();
  if (*search)
    return learn::search(config,
                         {arguments.options, arguments.config, arguments.overrides, arguments.jobs});
  restart_with_patient_threads(config.train.threads, argv);
  return learn::train(config, arguments.options);
}

int finish(int status, const std::string& message) {
  say(message);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const myowave::InputError& error) {
    return finish(wrong_input, error.what());
  } catch (const myowave::RunError& error) {
    return finish(failed_numbers, fmt::format("error: {}", error.what()));
  } catch (const std::exception& error) {
    return finish(bug, fmt::format("error: {}", error.what()));
  }
}
