// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace myowave::surrogates {

void Conductance::functions(double V, double* inf_out, double* rate_out, double* g_out) const {
  const double last = knots - 1;
  const double position = std::clamp((V - V_first) / (V_last - V_first) * last, 0.0, last);
  const int left = std::min(static_cast<int>(position), knots - 2);
  const double share = position - left;
  auto row = [&](const std::vector<float>& table, int k) {
    const float* const at = table.data() + static_cast<std::size_t>(k * knots + left);
    return (1.0 - share) * static_cast<double>(at[0]) + share * static_cast<double>(at[1]);
  };
  for (int k = 0; k < latents; ++k) {
    inf_out[k] = row(inf, k);
    rate_out[k] = row(rate, k);
  }
  for (int r = 0; r <= terms; ++r) g_out[r] = row(currents, r);
}

Conductance Conductance::with_factors(std::span<const double> factors_of_scaled) const {
  Conductance out = *this;
  const std::size_t size = currents.size();
  for (std::size_t p = 0; p < scaled.size(); ++p)
    for (std::size_t n = 0; n < size; ++n)
      out.currents[n] += static_cast<float>((factors_of_scaled[p] - 1.0) *
                                            static_cast<double>(sensitivities[p * size + n]));
  out.scaled.clear(), out.sensitivities.clear();
  return out;
}

void Conductance::sort_latents() {
  const auto count = static_cast<std::size_t>(latents), width = static_cast<std::size_t>(knots),
             first = initial.size() - count;  // of the latents in a state
  // By their rates on the plateau, where they differ most.
  std::vector<double> steady(count), speed(count), g(static_cast<std::size_t>(terms) + 1);
  functions(0.0, steady.data(), speed.data(), g.data());
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return speed[a] > speed[b]; });
  // Of each row that holds something for every latent, `size` numbers a latent.
  const auto sort = [&](auto& numbers, std::size_t row, std::size_t offset, std::size_t size) {
    for (std::size_t at = offset; at < numbers.size(); at += row) {
      const std::vector before(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                               numbers.begin() + static_cast<std::ptrdiff_t>(at + count * size));
      for (std::size_t k = 0; k < count; ++k)
        std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(order[k] * size), size,
                    numbers.begin() + static_cast<std::ptrdiff_t>(at + k * size));
    }
  };
  sort(inf, count * width, 0, width);
  sort(rate, count * width, 0, width);
  sort(factors, count + 1, 1, 1);
  sort(initial, first + count, first, 1);
  sort(paced, first + count, first, 1);
  sort_readouts(order);
}

namespace {

/// The products of a read-out by their three factors, of which 0 is 1.
std::vector<std::array<std::size_t, 3>> products(std::size_t latents) {
  std::vector<std::array<std::size_t, 3>> all;
  for (std::size_t k = 0; k <= latents; ++k)
    for (std::size_t l = k; l <= latents; ++l)
      for (std::size_t m = l; m <= latents; ++m) all.push_back({k, l, m});
  return all;
}

}  // namespace

void Conductance::sort_readouts(const std::vector<std::size_t>& order) {
  const auto all = products(order.size());
  for (std::size_t at = 0; at < readout_weights.size(); at += all.size()) {
    const std::vector before(readout_weights.begin() + static_cast<std::ptrdiff_t>(at),
                             readout_weights.begin() + static_cast<std::ptrdiff_t>(at + all.size()));
    for (std::size_t n = 0; n < all.size(); ++n) {
      std::array<std::size_t, 3> of = all[n];
      for (std::size_t& factor : of) factor = factor == 0 ? 0 : 1 + order[factor - 1];
      std::sort(of.begin(), of.end());
      const auto was = std::lower_bound(all.begin(), all.end(), of);
      readout_weights[at + n] = before[static_cast<std::size_t>(was - all.begin())];
    }
  }
}

std::vector<double> Conductance::readout_terms(const double* z) const {
  std::vector<double> all;
  const auto factor = [&](std::size_t k) { return k == 0 ? 1.0 : z[k - 1]; };
  for (const auto& [k, l, m] : products(static_cast<std::size_t>(latents)))
    all.push_back(factor(k) * factor(l) * factor(m));
  return all;
}

double Conductance::readout(std::size_t which, const double* z) const {
  const std::vector<double> of_z = readout_terms(z);
  double sum = 0.0;
  for (std::size_t n = 0; n < of_z.size(); ++n)
    sum += static_cast<double>(readout_weights[which * of_z.size() + n]) * of_z[n];
  return std::exp(sum);
}

double Conductance::current(const double* g, const double* z) const {
  double sum = g[0];
  const float* at = factors.data();
  for (int r = 1; r <= terms; ++r) {
    double product = g[r];
    for (int j = 0; j < 3; ++j) {
      double factor = static_cast<double>(*at++);
      for (int k = 0; k < latents; ++k) factor += static_cast<double>(*at++) * z[k];
      product *= factor;
    }
    sum += product;
  }
  return sum;
}

}  // namespace myowave::surrogates
