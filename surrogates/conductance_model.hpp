// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "ionic/cell_model.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/register_tables.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// What a conductance surrogate is as an ionic model: the sodium gates of its host and latent gates; of
/// the host's parameters that of the sodium current and those that it was trained to scale. Owns the
/// names.
class ConductanceInfo {
 public:
  explicit ConductanceInfo(const Surrogate& surrogate);
  ConductanceInfo(const ConductanceInfo&) = delete;
  ConductanceInfo& operator=(const ConductanceInfo&) = delete;

  const ionic::ModelInfo& info() const { return info_; }

 private:
  std::vector<std::string> names_;
  std::vector<ionic::Quantity> states_, parameters_;
  ionic::Variant variant_;
  ionic::ModelInfo info_;
};

/// Kind `conductance` (its equations are in conductance.hpp), stepped by Rush-Larsen of order 1 or 2
/// with all functions of V from tables. A cell with V outside the trained range takes the functions at
/// its end and counts as a fallback: its latents have no counterpart in the host to fall back to.
class ConductanceModel : public ionic::CellModel {
 public:
  /// The spec was checked by `conductance_faults`.
  ConductanceModel(std::shared_ptr<const Surrogate> surrogate, const ionic::CellSpec& spec,
                   const ionic::Numerics& numerics, bool guarded, ionic::InstructionSet set);

  const ionic::ModelInfo& info() const override { return names_.info(); }
  ionic::Precision precision() const override { return numerics_.precision; }
  double initial_V() const override { return values_.V; }
  const std::vector<double>& initial_states() const override { return values_.states; }
  const std::vector<double>& parameters() const override { return values_.parameters; }
  bool uses_tables() const override { return true; }
  bool is_guarded() const override { return guarded_; }
  void step(const ionic::CellBlock& block, double dt) const override;
  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override;
  std::vector<ionic::Readout> readouts() const override;
  double readout(std::size_t which, std::span<const double> states) const override;

 private:
  /// Of all functions of V, for one dt.
  struct Table {
    double dt;
    AlignedVector<double> doubles;
    AlignedVector<float> floats;
    ionic::TableRows rows;
    std::unique_ptr<RegisterTables> registers;  ///< nullptr: the rows are used
  };

  const Table& table(double dt) const;
  std::unique_ptr<Table> make_table(double dt) const;
  void fill_rows(Table& made) const;
  bool fits_registers(double dt) const;
  void sodium_gates(double V, double* inf, double* rate) const;
  std::span<const double> sodium_conductances() const {
    return {values_.parameters.data(), compiled_.conductances.size()};
  }
  /// `outside`: where cells out of the trained range are counted, or nullptr.
  void first_order(const ionic::Stage& stage, const Table& table, std::uint32_t* outside) const;
  void corrector(const ionic::Stage& stage, const Table& table) const;
  void count_outside(const double* V, std::size_t count, std::uint32_t* outside) const;
  void midpoint(const ionic::CellBlock& block, double dt, std::uint32_t* outside) const;

  static constexpr std::size_t chunk = 64;  ///< cells whose half-step states stay in the nearest cache

  std::shared_ptr<const Surrogate> surrogate_;
  ConductanceInfo names_;
  ionic::CellValues values_;
  ionic::Numerics numerics_;
  bool guarded_;
  Conductance conductance_;  ///< with the factors of this region
  const ionic::ModelCode& host_;
  std::vector<double> host_parameters_;
  const ConductanceKernel& compiled_;
  const ionic::Kernel& kernel_;
  const KnotKernel* knot_kernel_;   ///< nullptr: this precision, instruction set or size has none
  std::vector<double> parameters_;  ///< of the kernel
  mutable std::vector<std::unique_ptr<Table>> tables_;
  mutable ionic::CellStates half_step_;
  mutable std::vector<double> half_V_;
};

/// What is wrong with a surrogate and what a region says of it: (the key at fault; the message).
std::vector<std::pair<std::string, std::string>> conductance_faults(const Surrogate& surrogate,
                                                                    const ionic::CellSpec& spec);

/// Scaled parameters of a user's spec that are outside of the trained factors: "g_Ks = 1.2 mS/uF is 3
/// times that of ..."; empty if there are none.
std::string outside_of_factors(const Surrogate& surrogate, const ionic::CellSpec& spec);

/// Puts the file's state of a cell paced at `initial_state = { bcl = "500 ms" }` in the place of that
/// key, linear between the cycle lengths of the file. Returns what is wrong, "" if nothing is.
std::string expand_paced_state(const Surrogate& surrogate, ionic::CellSpec& spec);

}  // namespace myowave::surrogates
