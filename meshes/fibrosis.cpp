// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/fibrosis.hpp"

#include <algorithm>
#include <cmath>

namespace myowave {
namespace {

/// Bits that look random, from the one before and a number: the finaliser of SplitMix64 (Steele, Lea,
/// Flood, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t bits, std::int64_t number) {
  std::uint64_t z = bits + 0x9e3779b97f4a7c15u * (static_cast<std::uint64_t>(number) + 1u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// A sum of four uniform numbers, of mean 0 and variance 1.
double noise(std::uint64_t bits) {
  const std::uint64_t sum =
      (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
  return (static_cast<double>(sum) - 2.0 * 65535.0) / 65536.0 * std::sqrt(3.0);
}

/// Lattice points along an axis that count at a place: those nearer than four standard deviations of the
/// Gaussian, which is one spacing wide.
struct Window {
  static constexpr int size = 8;
  std::int64_t first = 0;
  int count = 1;
  std::array<double, size> weight{1.0};

  Window(double x, double spacing) {
    if (spacing == 0.0) return;
    const double at = x / spacing, below = std::floor(at);
    first = static_cast<std::int64_t>(below) - (size / 2 - 1);
    count = size;
    for (int n = 0; n < size; ++n) {
      const double distance = at - below + (size / 2 - 1) - n;
      weight[static_cast<std::size_t>(n)] = std::exp(-0.5 * distance * distance);
    }
  }
};

}  // namespace

RandomField::RandomField(const Point& lengths, int seed) : seed_(seed), norm_(1.0) {
  // Gaussians of this width, convolved with themselves, are of width `length`. Lattice points as far
  // apart as they are wide change the variance from place to place by 1e-4.
  for (std::size_t a = 0; a < 3; ++a) {
    lattice_[a] = lengths[a] * std::sqrt(0.5);
    if (lattice_[a] > 0.0) norm_ *= std::pow(M_PI, -0.25);  // of the sum of exp(-n^2)
  }
}

double RandomField::at(const Point& point) const {
  const Window x(point[0], lattice_[0]), y(point[1], lattice_[1]), z(point[2], lattice_[2]);
  const std::uint64_t seed = mixed(0, seed_);
  double sum = 0.0;
  for (int k = 0; k < z.count; ++k) {
    const std::uint64_t layer = mixed(seed, z.first + k);
    double of_layer = 0.0;
    for (int j = 0; j < y.count; ++j) {
      const std::uint64_t row = mixed(layer, y.first + j);
      double of_row = 0.0;
      for (int i = 0; i < x.count; ++i)
        of_row += x.weight[static_cast<std::size_t>(i)] * noise(mixed(row, x.first + i));
      of_layer += y.weight[static_cast<std::size_t>(j)] * of_row;
    }
    sum += z.weight[static_cast<std::size_t>(k)] * of_layer;
  }
  return norm_ * sum;
}

std::vector<std::size_t> fibrotic_cells(const Cells& cells, const FibrosisSettings& settings,
                                        std::size_t& candidates) {
  Point lengths{};
  for (std::size_t a = 0; a < 3 && !settings.lengths.empty(); ++a)
    if (cells.size[a] > 0.0)
      lengths[a] = settings.lengths.size() == 1  ? settings.lengths[0]
                   : a < settings.lengths.size() ? settings.lengths[a]
                                                 : 0.0;
  const RandomField field(lengths, settings.seed);
  const std::uint64_t single = mixed(1, settings.seed);
  std::vector<std::pair<double, std::size_t>> values;
  for (std::size_t cell = 0; cell < cells.count(); ++cell)
    if (cells.in(settings.where, cell))
      values.emplace_back(settings.lengths.empty()
                              ? static_cast<double>(mixed(single, static_cast<std::int64_t>(cell)))
                              : field.at(cells.centre(cell)),
                          cell);
  candidates = values.size();
  const auto count = std::llround(settings.density * static_cast<double>(candidates));
  std::nth_element(values.begin(), values.begin() + count, values.end(), std::greater<>());
  std::vector<std::size_t> chosen;
  for (auto each = values.begin(); each != values.begin() + count; ++each)
    chosen.push_back(each->second);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace myowave
