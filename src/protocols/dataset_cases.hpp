// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "reaction/lane_cells.hpp"
#include "record/dataset_file.hpp"

namespace myowave {

/// What differs from case to case of single cells: places in a Latin hypercube over the initial state,
/// the parameters, and further ranges.
class CaseSampler {
 public:
  /// `further` ranges are asked for by their number.
  CaseSampler(const Config& config, std::vector<ValueRange> further = {});

  /// The model of all cases; what differs is handed to its steps.
  const ionic::CellModel& model() const { return *model_; }
  std::size_t cases() const { return cases_; }
  double further(std::size_t number, std::size_t each) const;

  /// Cells [first, first + count) at their initial states.
  LaneCells cells(std::size_t first, std::size_t count) const;
  /// The cell of one case, as a region has it, with its parameters and its initial state.
  ionic::CellSpec spec(std::size_t each) const;
  /// A model for the right-hand side of one case: that of all where no parameter differs.
  std::shared_ptr<const ionic::CellModel> rates_model(std::size_t each) const;
  /// Adds "parameters/<name>" of those that differ, [cases].
  void write_parameters(DatasetFile& file) const;

 private:
  /// Where a sampled number goes.
  struct Axis {
    enum class To { V, state, parameter, further } to;
    std::size_t index;  ///< of the state, the parameter or the further range
    ValueRange range;
  };
  double value(std::size_t each, std::size_t axis) const;
  std::size_t state_index(const std::string& name) const;
  std::size_t parameter_index(const std::string& name) const;

  ionic::CellSpec spec_;
  std::shared_ptr<const ionic::CellModel> model_;
  std::size_t cases_;
  std::vector<Axis> axes_;
  std::vector<double> shares_;  ///< [cases][axes]
};

/// V and states of a model as variables of a dataset, perhaps with its ionic current.
std::vector<DatasetVariable> variables_of(const ionic::ModelInfo& info, bool ionic_current);

/// The head of a dataset of single cells, `together` of which are computed side by side.
DatasetHead head_of_cells(const Config& config, const ionic::ModelInfo& info, std::size_t times,
                          bool ionic_current, std::size_t together);

/// I_ion [uA/uF], outward positive.
double ionic_current(const ionic::CellModel& model, double V, std::span<const double> states);

/// Samples of some cases over a block of times, in the order of the file.
class SampleBlock {
 public:
  SampleBlock(const DatasetHead& head, std::size_t first_case, std::size_t cases);

  /// The numbers of a case at the time that is being sampled: [variables].
  double* values(std::size_t each);
  double& series(std::size_t index, std::size_t each);
  /// The samples of a time are complete; writes the block when it is full or ends the cases.
  void next(DatasetFile& file);

 private:
  const DatasetHead& head_;
  DatasetPart part_;
  std::size_t at_ = 0;  ///< of the block
  std::vector<double> values_;
  std::vector<std::vector<double>> series_;
};

}  // namespace myowave
