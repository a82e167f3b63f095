// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/exponential.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "base/error.hpp"

namespace myowave {
namespace {

constexpr int points = 200;
constexpr double order_two[] = {1.0, -1.0, 0.5};

double chebyshev_point(int k, double last) {
  return 0.5 * last * (1.0 - std::cos(std::numbers::pi * (k + 0.5) / points));
}

/// (exp(-z) - 1 + z - z^2/2) / z^3 without cancellation.
double tail(double z) {
  if (z > 0.5) return (std::exp(-z) - 1.0 + z - 0.5 * z * z) / (z * z * z);
  double sum = 0.0, term = -1.0 / 6.0;
  for (int k = 4; std::abs(term) > 1e-18; ++k) {
    sum += term;
    term *= -z / k;
  }
  return sum;
}

/// Coefficients in z/decay: 1, .., those of z^3 and higher fitted.
std::vector<double> coefficients(int degree, double decay) {
  std::vector<double> all;
  for (int k = 0; k <= 2; ++k) all.push_back(order_two[k] * std::pow(decay, k));
  const int free = degree - 2;
  if (free == 0) return all;
  Eigen::MatrixXd powers(points, free);
  Eigen::VectorXd wanted(points);
  for (int i = 0; i < points; ++i) {
    const double z = chebyshev_point(i, decay), x = z / decay;
    wanted[i] = z * z * tail(z);  // of the error over z
    for (int k = 0; k < free; ++k) powers(i, k) = std::pow(x, k + 3) / z;
  }
  const Eigen::VectorXd fitted = powers.colPivHouseholderQr().solve(wanted);
  all.insert(all.end(), fitted.begin(), fitted.end());
  return all;
}

/// Of sum c[k] x^k: eigenvalues of the companion matrix.
std::vector<std::complex<double>> roots(const std::vector<double>& c) {
  const auto n = static_cast<Eigen::Index>(c.size()) - 1;
  Eigen::MatrixXd companion = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index k = 0; k + 1 < n; ++k) companion(k + 1, k) = 1.0;
  for (Eigen::Index k = 0; k < n; ++k)
    companion(k, n - 1) = -c[static_cast<std::size_t>(k)] / c[static_cast<std::size_t>(n)];
  const Eigen::VectorXcd values = companion.eigenvalues();
  return {values.begin(), values.end()};
}

}  // namespace

ExponentialStep::ExponentialStep(int degree, double decay) {
  MYOWAVE_ASSERT(degree >= 2 && degree <= largest_degree && degree % 2 == 0 && decay > 0.0);
  // 1 - p(z) = z q(z), with q in powers of x = z/decay.
  const std::vector<double> p = coefficients(degree, decay);
  std::vector<double> q;
  for (std::size_t k = 1; k < p.size(); ++k) q.push_back(-p[k] / decay);
  std::vector<double> real;
  // (1 - x/r)(1 - x/s)
  const auto add = [&](double sum_of_inverses, double product_of_inverses) {
    stages_.pairs.push_back({product_of_inverses / sum_of_inverses / decay, sum_of_inverses / decay});
  };
  for (const std::complex<double>& root : roots(q))
    if (root.imag() > 0.0)
      add(2.0 * root.real() / std::norm(root), 1.0 / std::norm(root));
    else if (root.imag() == 0.0)
      real.push_back(root.real());
  // Of an odd number one is alone.
  std::sort(real.begin(), real.end());
  stages_.first = 1.0 / real.front() / decay;
  for (std::size_t k = 1; k + 1 < real.size(); k += 2)
    add(1.0 / real[k] + 1.0 / real[k + 1], 1.0 / (real[k] * real[k + 1]));
  // Those that damp most first: in between no mode grows more than it must.
  std::sort(stages_.pairs.begin(), stages_.pairs.end(),
            [](const StagePair& a, const StagePair& b) { return a.outer > b.outer; });

  constexpr double rounding = 1e-9, slow = 0.25;
  stable_ = true;
  for (int k = 0; k < points; ++k) {
    const double z = chebyshev_point(k, decay), exact = std::exp(-z);
    stable_ = stable_ && std::abs(at(z)) <= 1.0 + rounding;
    if (z <= slow * decay) error_ = std::max(error_, std::abs(at(z) - exact) / -std::expm1(-z));
  }
}

double ExponentialStep::at(double z) const {
  double q = 1.0 - stages_.first * z;
  for (const StagePair& pair : stages_.pairs) q *= 1.0 - pair.outer * z * (1.0 - pair.inner * z);
  return 1.0 - z * q;
}

}  // namespace myowave
