// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// Version of the metadata; docs/surrogate_file.md describes it.
inline constexpr int file_version = 1;

/// Whether a name is that of a surrogate's file ("x.safetensors").
bool is_surrogate_file(const std::string& name);

/// Reads and checks a file: structure, version, names, units' text, shapes, finite weights, ranges, hash
/// and check pairs. Does not look at the ionic model. Throws InputError with one fault per mistake, each
/// beginning with the path.
Surrogate read_surrogate(const std::string& path);

/// The same from memory; `path` is for the messages.
Surrogate parse_surrogate(std::span<const std::byte> bytes, const std::string& path);

/// Writes a file that read_surrogate accepts; makes the check pairs if there are none. The folder is
/// there. Throws InputError if the surrogate is not valid, RunError if the file cannot be written.
void write_surrogate(Surrogate surrogate, const std::string& path);

/// Outputs of one sample in physical units, by plain evaluation in double; no reversal potentials.
std::vector<double> evaluate(const Surrogate& surrogate, std::span<const double> inputs);

/// The same of one part: its inputs in physical units to its outputs.
std::vector<double> evaluate(const Surrogate& surrogate, const Part& part,
                             std::span<const double> inputs);

/// What `myowave models FILE` prints.
std::string card_text(const Surrogate& surrogate);

}  // namespace myowave::surrogates
