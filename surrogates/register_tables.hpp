// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <span>
#include <utility>

#include "base/aligned.hpp"
#include "surrogates/conductance.hpp"
#include "surrogates/conductance_knots.hpp"

namespace myowave::surrogates {

/// The numbers of a KnotTables, for one surrogate and one dt [ms].
class RegisterTables {
 public:
  /// Steady states and rates [1/ms] of the sodium gates at V [mV].
  using SodiumGates = std::function<void(double V, double* inf, double* rate)>;

  /// `surrogate` has at most most_register_knots knots; `conductances`: of the sodium current [mS/uF];
  /// `trained`: lowest and highest V that it was trained on [mV].
  RegisterTables(const Conductance& surrogate, std::span<const double> conductances,
                 std::pair<double, double> trained, double dt, const SodiumColumns& columns,
                 const SodiumGates& sodium_gates);

  const KnotTables& view() const { return view_; }

 private:
  void fill_functions(const Conductance& surrogate, double dt);
  void fill_sodium(double dt, const SodiumColumns& columns, const SodiumGates& sodium_gates);

  AlignedVector<float> functions_, factors_, sodium_;
  KnotTables view_;
};

}  // namespace myowave::surrogates
