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
                               std::pair<double, double> trained, double dt,
                               const SodiumColumns& columns, const SodiumGates& sodium_gates) {
  MYOWAVE_ASSERT(surrogate.knots <= most_register_knots);
  fill_functions(surrogate, dt);
  fill_sodium(dt, columns, sodium_gates);
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
           static_cast<int>(std::lround(2.0 * widest / ionic::table_spacing)) + 1,
           static_cast<float>(trained.first),
           static_cast<float>(trained.second)};
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

void RegisterTables::fill_sodium(double dt, const SodiumColumns& columns,
                                 const SodiumGates& sodium_gates) {
  const auto rows = static_cast<std::size_t>(std::lround(2.0 * widest / ionic::table_spacing)) + 1;
  constexpr auto block = static_cast<std::size_t>(sodium_block);
  const std::size_t length = 2 * block * static_cast<std::size_t>(columns.blocks());
  const auto place = [&](int column) {
    const auto c = static_cast<std::size_t>(column);
    return c / block * 2 * block + c % block;
  };
  sodium_.assign(rows * length, 0.0f);
  std::vector<double> inf(columns.steady.size()), rate(inf.size());
  for (std::size_t r = 0; r < rows; ++r) {
    float* const row = sodium_.data() + r * length;
    sodium_gates(-widest + static_cast<double>(r) * ionic::table_spacing, inf.data(), rate.data());
    for (std::size_t g = 0; g < inf.size(); ++g) {
      row[place(columns.steady[g])] = static_cast<float>(inf[g]);
      row[place(columns.rate[g])] = static_cast<float>(-std::expm1(-dt * rate[g]));
    }
    if (r == 0) continue;
    float* const before = row - length;
    for (std::size_t b = 0; b < length; b += 2 * block)
      for (std::size_t c = b; c < b + block; ++c) before[block + c] = row[c] - before[c];
  }
}

}  // namespace myowave::surrogates
