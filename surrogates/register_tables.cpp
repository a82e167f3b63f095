// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/register_tables.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "ionic/tables.hpp"

namespace myowave::surrogates {
namespace {

/// Beyond it a run has failed [mV].
constexpr double widest = 200.0;

}  // namespace

RegisterTables::RegisterTables(const Conductance& surrogate, std::span<const double> conductances,
                               double dt, int gates, const SodiumGates& sodium_gates) {
  MYOWAVE_ASSERT(surrogate.knots <= most_register_knots);
  fill_functions(surrogate, dt);
  fill_sodium(dt, gates, sodium_gates);
  factors_.assign(surrogate.factors.begin(), surrogate.factors.end());
  const double per_mV = (surrogate.knots - 1) / (surrogate.V_last - surrogate.V_first);
  view_ = {surrogate.knots,
           static_cast<float>(surrogate.V_first),
           static_cast<float>(per_mV),
           functions_.data(),
           factors_.data(),
           {static_cast<float>(conductances.front()), static_cast<float>(conductances.back())},
           static_cast<float>(surrogate.reversal),
           sodium_.data(),
           static_cast<float>(-widest),
           static_cast<float>(1.0 / ionic::table_spacing),
           static_cast<int>(std::lround(2.0 * widest / ionic::table_spacing)) + 1};
}

void RegisterTables::fill_functions(const Conductance& c, double dt) {
  const auto knots = static_cast<std::size_t>(c.knots), latents = static_cast<std::size_t>(c.latents),
             count = 2 * latents + static_cast<std::size_t>(c.terms) + 1;
  constexpr std::size_t width = most_register_knots;
  functions_.assign(2 * width * count, 0.0f);
  const auto fill = [&](std::size_t function, const float* values, double factor) {
    float* const to = functions_.data() + 2 * width * function;
    for (std::size_t v = 0; v < knots; ++v)
      to[v] = static_cast<float>(factor * static_cast<double>(values[v]));
    for (std::size_t v = 0; v + 1 < knots; ++v) to[width + v] = to[v + 1] - to[v];
  };
  for (std::size_t k = 0; k < latents; ++k) {
    fill(k, c.inf.data() + k * knots, 1.0);
    fill(latents + k, c.rate.data() + k * knots, dt);
  }
  for (std::size_t r = 0; r <= static_cast<std::size_t>(c.terms); ++r)
    fill(2 * latents + r, c.currents.data() + r * knots, 1.0);
}

void RegisterTables::fill_sodium(double dt, int gates, const SodiumGates& sodium_gates) {
  const auto rows = static_cast<std::size_t>(std::lround(2.0 * widest / ionic::table_spacing)) + 1;
  const auto columns = static_cast<std::size_t>(sodium_columns(gates)),
             count = static_cast<std::size_t>(gates);
  sodium_.assign(rows * 2 * columns, 0.0f);
  std::vector<double> inf(count), rate(count);
  for (std::size_t r = 0; r < rows; ++r) {
    float* const row = sodium_.data() + r * 2 * columns;
    sodium_gates(-widest + static_cast<double>(r) * ionic::table_spacing, inf.data(), rate.data());
    for (std::size_t g = 0; g < count; ++g) {
      row[g] = static_cast<float>(inf[g]);
      row[count + g] = static_cast<float>(-std::expm1(-dt * rate[g]));
    }
    if (r == 0) continue;
    float* const before = row - 2 * columns;
    for (std::size_t c = 0; c < 2 * count; ++c) before[columns + c] = row[c] - before[c];
  }
}

}  // namespace myowave::surrogates
