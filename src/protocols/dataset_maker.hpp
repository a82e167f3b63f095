// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "record/dataset_file.hpp"
#include "record/log.hpp"

namespace myowave {

/// Computes the cases of one source and writes them. All calls are collective.
class DatasetMaker {
 public:
  virtual ~DatasetMaker() = default;

  virtual const DatasetHead& head() const = 0;
  /// What the user should know of it.
  virtual std::vector<std::string> description() const = 0;
  virtual std::vector<std::string> warnings() const { return {}; }
  /// For run.json: "mixed", "double" or "CVODE".
  virtual std::string precision() const = 0;
  /// Computes all; `file` is that of the first rank, nullptr on the others. Throws RunError where the
  /// numbers fail and Stopped when a signal asks for it.
  virtual void make(DatasetFile* file) = 0;
  /// Simulated time, over all cases or of the tissue [ms].
  virtual double simulated_ms() const = 0;
  /// Steps of cells so far, over all ranks.
  virtual double cell_steps() const = 0;
};

/// A signal that has come, 0 if none has.
using Signal = std::function<int()>;

// Each throws InputError where the configuration cannot be computed.
std::unique_ptr<DatasetMaker> make_cells_dataset(const Config& config, Signal signal, Log& log);
std::unique_ptr<DatasetMaker> make_clamp_dataset(const Config& config, Signal signal, Log& log);
std::unique_ptr<DatasetMaker> make_tissue_dataset(const Config& config, Signal signal, Log& log);

}  // namespace myowave
