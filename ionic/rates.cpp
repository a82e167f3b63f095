// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/rates.hpp"

#include <string>

#include "base/error.hpp"
#include "ionic/models/list.hpp"
#include "ionic/simd.hpp"

namespace myowave::ionic {
namespace {

template <class Model>
std::vector<double> rates(double V, std::span<const double> states, const double* p) {
  const std::size_t count = Model::info.states.size();
  const std::size_t gates = static_cast<std::size_t>(Model::info.gate_count);
  std::vector<double> inf(count + 1), rate(count + 1), dydt(count + 1);
  Model::gates(V, states.data(), p, inf.data(), rate.data());
  double* dy = dydt.data() + 1;
  dydt[0] = Model::currents(V, states.data(), p, 0.0, dy);
  for (std::size_t g = 0; g < gates; ++g) dy[g] = (inf[g] - states[g]) * rate[g];
  return dydt;
}

template <class... Models>
std::vector<double> dispatch(ModelList<Models...>, std::string_view model, double V,
                             std::span<const double> states, std::span<const double> p) {
  std::vector<double> result;
  ((model == Models::info.name ? (result = rates<Models>(V, states, p.data()), true) : false) || ...);
  if (result.empty()) throw InternalError("no model " + std::string(model));
  return result;
}

}  // namespace

std::vector<double> rates_of(std::string_view model, double V, std::span<const double> states,
                             std::span<const double> parameters) {
  return dispatch(BuiltInModels{}, model, V, states, parameters);
}

}  // namespace myowave::ionic
