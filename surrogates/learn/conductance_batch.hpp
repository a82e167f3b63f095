// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "surrogates/learn/conductance_rollout.hpp"

namespace myowave::learn {

/// The parameters of a conductance surrogate whose functions g depend on scaled parameters of its model:
/// those of ConductanceShape, then for each scaled one what the g gain by a factor of 1 + 1
/// [1 + terms][knots], then others that a rollout does not know.
struct ScaledShape {
  ConductanceShape shape;
  std::size_t scaled = 0;

  std::size_t size_of_g() const { return ConductanceShape::size((shape.terms + 1) * shape.knots); }
  std::size_t sensitivity_of(std::size_t parameter) const {
    return shape.count() + parameter * size_of_g();
  }
  std::size_t count() const { return sensitivity_of(scaled); }
};

/// A rollout for the factors on the scaled parameters of one cell, with its buffers.
template <class T>
class ScaledRollout {
 public:
  explicit ScaledRollout(const ScaledShape& shape);

  /// Takes `numbers` [shape.count()]; what came before is gone, the gradients are zero.
  void set(const T* numbers, std::span<const double> factors);
  /// Adds to the gradient by those numbers what following the cell has left.
  void collect(std::span<const double> factors, std::span<T> gradient);

  ConductanceRollout<T> rollout;
  typename ConductanceRollout<T>::Work work;

 private:
  ScaledShape shape_;
  std::vector<T> effective_;  ///< numbers with the g of the factors; its gradient
};

/// Many cells on all threads, and the gradient of their mean loss. Each cell has a gradient of its own:
/// the sum does not depend on the number of threads.
template <class T>
class ConductanceBatch {
 public:
  /// Numbers of one surrogate: `all` of them.
  ConductanceBatch(const ScaledShape& shape, std::size_t all) : shape_(shape), all_(all) {}

  struct Run {
    std::span<const RecordedStep> steps;
    std::span<const T> z;             ///< latents at the start, before the sigmoid
    std::size_t z_at = nowhere;       ///< which numbers they are
    std::span<const double> factors;  ///< on the scaled parameters
  };
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  /// The mean loss. `gradient` [all] is overwritten; `losses` takes those of the runs, if it is not
  /// empty.
  double follow(std::span<const Run> runs, const T* numbers, std::span<T> gradient,
                std::span<double> losses);

 private:
  struct Lane {
    explicit Lane(const ScaledShape& shape) : cell(shape) {}

    ScaledRollout<T> cell;
    std::vector<T> gradient, z_gradient;
  };
  void follow_group(std::span<const Run> runs, std::span<const std::size_t> which, const T* numbers);

  ScaledShape shape_;
  std::size_t all_;
  std::vector<Lane> lanes_;  ///< of each run; kept, as their buffers are large
};

}  // namespace myowave::learn
