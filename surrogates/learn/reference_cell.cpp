// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/reference_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/error.hpp"
#include "ionic/registry.hpp"

namespace myowave::learn {
namespace {

constexpr int stages = 7;
// Dormand and Prince, J Comput Appl Math 6:19-26, 1980. The last row is the result of order 5.
constexpr double coefficients[stages - 1][stages - 1] = {
    {1.0 / 5.0},
    {3.0 / 40.0, 9.0 / 40.0},
    {44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0},
    {19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0},
    {9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0},
    {35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0}};
constexpr double error_weights[stages] = {
    71.0 / 57600.0, 0.0, -71.0 / 16695.0, 71.0 / 1920.0, -17253.0 / 339200.0, 22.0 / 525.0, -1.0 / 40.0};

/// Solves A x = b in place by elimination with pivots; A [n][n]. False if A is singular.
bool solve(std::vector<double>& A, std::vector<double>& b) {
  const std::size_t n = b.size();
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t r = k + 1; r < n; ++r)
      if (std::abs(A[r * n + k]) > std::abs(A[pivot * n + k])) pivot = r;
    if (!(std::abs(A[pivot * n + k]) > 0.0)) return false;
    for (std::size_t c = 0; c < n; ++c) std::swap(A[k * n + c], A[pivot * n + c]);
    std::swap(b[k], b[pivot]);
    for (std::size_t r = k + 1; r < n; ++r) {
      const double factor = A[r * n + k] / A[k * n + k];
      for (std::size_t c = k; c < n; ++c) A[r * n + c] -= factor * A[k * n + c];
      b[r] -= factor * b[k];
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t c = k + 1; c < n; ++c) b[k] -= A[k * n + c] * b[c];
    b[k] /= A[k * n + k];
  }
  return true;
}

}  // namespace

ReferenceCell::ReferenceCell(const ionic::CellSpec& spec, double tolerance)
    : code_(ionic::find_model(spec.model)), tolerance_(tolerance) {
  const auto model = ionic::make_cell_model(spec, {});
  initial_.push_back(model->initial_V());
  initial_.insert(initial_.end(), model->initial_states().begin(), model->initial_states().end());
  parameters_ = model->parameters();
  floor_.push_back(1.0);
  for (std::size_t s = 0; s < model->initial_states().size(); ++s) {
    const bool plain = std::string_view(code_.info->states[s].unit) == "1";
    const double value = std::abs(initial_[s + 1]);
    floor_.push_back(plain || value == 0.0 ? 1e-2 : value);
  }
}

void ReferenceCell::rates(const double* y, const double* parameters, double J, double* dydt) const {
  dydt[0] = code_.rates(y[0], y + 1, parameters, J, dydt + 1);
}

double ReferenceCell::error(const double* y, const double* next, const double* difference) const {
  double worst = 0.0;
  for (std::size_t k = 0; k < initial_.size(); ++k) {
    const double size = std::max({std::abs(y[k]), std::abs(next[k]), floor_[k]});
    const double ratio = std::abs(difference[k]) / (tolerance_ * size);
    if (!(ratio <= worst)) worst = ratio;  // a NaN stays one
  }
  return worst;
}

bool ReferenceCell::advance(double* y, const double* parameters, double J, double dt,
                            double& step) const {
  const std::size_t n = initial_.size();
  // A model may use one more place as room.
  std::vector<double> slopes(stages * (n + 1)), at(n), difference(n);
  auto slope = [&](int stage) { return slopes.data() + static_cast<std::size_t>(stage) * (n + 1); };
  if (step <= 0.0) step = 0.01 * dt;
  rates(y, parameters, J, slope(0));
  for (double t = 0.0; t < dt;) {
    const bool last = t + step * (1.0 + 1e-9) >= dt;
    const double h = last ? dt - t : step;
    for (int s = 1; s < stages; ++s) {
      for (std::size_t k = 0; k < n; ++k) {
        double sum = 0.0;
        for (int earlier = 0; earlier < s; ++earlier)
          sum += coefficients[s - 1][earlier] * slope(earlier)[k];
        at[k] = y[k] + h * sum;
      }
      rates(at.data(), parameters, J, slope(s));
    }
    for (std::size_t k = 0; k < n; ++k) {
      difference[k] = 0.0;
      for (int s = 0; s < stages; ++s) difference[k] += h * error_weights[s] * slope(s)[k];
    }
    const double ratio = error(y, at.data(), difference.data());
    const double smallest = 1e-12 * dt;
    if (ratio <= 1.0 || h <= smallest) {
      if (!std::isfinite(ratio)) return false;
      t = last ? dt : t + h;
      std::copy(at.begin(), at.end(), y);
      std::copy_n(slope(stages - 1), n, slope(0));  // the last stage is the first of the next step
    }
    // A step that the end has cut short says little about the next one.
    const double factor = std::isfinite(ratio) ? std::clamp(0.9 * std::pow(ratio, -0.2), 0.2, 5.0) : 0.1;
    if (!(last && ratio <= 1.0 && h * factor < step)) step = std::max(h * factor, smallest);
  }
  return true;
}

std::vector<double> ReferenceCell::rest() const {
  const std::size_t n = initial_.size();
  std::vector<double> y = initial_, f(n + 1), shifted(n + 1);
  double step = 0.0;
  // Towards the rest by time first, so that Newton's method begins near it.
  constexpr double settling = 2000.0;
  bool good = advance(y.data(), parameters_.data(), 0.0, settling, step);
  double change = 1.0;
  for (int iteration = 0; good && iteration < 50 && change > 1e-13; ++iteration) {
    rates(y.data(), parameters_.data(), 0.0, f.data());
    std::vector<double> jacobian(n * n), move(f.begin(), f.begin() + static_cast<std::ptrdiff_t>(n));
    for (std::size_t c = 0; c < n; ++c) {
      const double h = 1e-6 * std::max(std::abs(y[c]), floor_[c]), before = y[c];
      y[c] = before + h;
      rates(y.data(), parameters_.data(), 0.0, shifted.data());
      y[c] = before;
      for (std::size_t r = 0; r < n; ++r) jacobian[r * n + c] = (shifted[r] - f[r]) / h;
    }
    good = solve(jacobian, move);
    change = 0.0;
    for (std::size_t k = 0; good && k < n; ++k) {
      y[k] -= move[k];
      change = std::max(change, std::abs(move[k]) / std::max(std::abs(y[k]), floor_[k]));
    }
    good = good && std::isfinite(change);
  }
  double distance = 0.0;
  for (std::size_t k = 0; k < n; ++k)
    distance =
        std::max(distance, std::abs(y[k] - initial_[k]) / std::max(std::abs(initial_[k]), floor_[k]));
  if (!good || change > 1e-9 || distance > 0.5)
    throw InputError({Fault{
        "step.rest", fmt::format("{} has no resting state near its initial one; write step.rest = false",
                                 code_.info->name)}});
  return y;
}

}  // namespace myowave::learn
