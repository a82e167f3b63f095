// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Conductance surrogates (surrogates/conductance.hpp) along recorded cells, and the gradient of their
/// loss by back-propagation through all steps. By hand: a step has so few operations that a library's
/// graph of them costs a hundred times their arithmetic.
namespace myowave::learn {

/// Sizes, and where the parameters lie in one array: inf [latents][knots] before the sigmoid, log_tau
/// [latents][knots], g [1 + terms][knots], factors [terms][3][1 + latents].
struct ConductanceShape {
  static constexpr int most_latents = 8, most_terms = 7;

  int latents, terms, knots;
  double V_first, V_last;  ///< mV

  std::size_t inf() const { return 0; }
  std::size_t log_tau() const { return inf() + size(latents * knots); }
  std::size_t g() const { return log_tau() + size(latents * knots); }
  std::size_t factors() const { return g() + size((terms + 1) * knots); }
  std::size_t count() const { return factors() + size(3 * terms * (latents + 1)); }
  static std::size_t size(int n) { return static_cast<std::size_t>(n); }
};

/// A step of a recorded cell.
struct RecordedStep {
  float dt;      ///< ms
  float V;       ///< mV, where a step that is not free takes the functions of V
  float target;  ///< free: V [mV] at the end of the step; else I_rest [uA/uF]
  float jump;    ///< free: mV, what everything but I_rest adds to V
  float weight;  ///< of the square of the error
  /// V follows the surrogate; the first of several such steps begins at `V`. How errors count: see
  /// bounded and unbounded.
  std::uint32_t free;
};

/// Values of RecordedStep::free. However large a bounded error e of V is, it counts no more than the
/// square of far_off: e^2 / (1 + (e/far_off)^2). One action potential that does not end, or does not
/// begin, must not decide over a step of the training. So it has no slope where it is large: what must
/// come back from anywhere takes unbounded errors, which grow linearly beyond far_off.
inline constexpr std::uint32_t bounded = 1, unbounded = 2;
inline constexpr double far_off = 6.0;  // mV

template <class T>
struct RolloutCall;

/// Cells that are followed at once.
inline constexpr std::size_t side_by_side = 4;

/// Latents relax at the V of a step, then I_rest is taken, then V changes.
template <class T>
class ConductanceRollout {
 public:
  /// What grows without bound on the way back (a cell that is about to fire by itself) is cut off: the
  /// derivative of the loss by V stays within `steepest` per mV.
  explicit ConductanceRollout(const ConductanceShape& shape, double steepest = 1e30);

  /// Takes the parameters [shape.count()].
  void set(std::span<const T> parameters);

  /// Buffers of one thread.
  struct Work {
    std::vector<T> z;           ///< [steps + 1][row], or more
    std::vector<T> V, error;    ///< [steps] or more: V that a step has begun at; its error
    std::vector<T> derivative;  ///< likewise: of the loss by what that is an error of
    std::vector<T> tables, factors;
    double loss = 0.0;
  };
  /// With zero gradients.
  Work work() const;

  /// Adds the sum of weight error^2 (of V see bounded) to work.loss. `z`: latents at the start
  /// [latents], before the sigmoid. With `z_gradient`, to which it adds, the gradients in `work` are
  /// added to as well.
  void run(std::span<const RecordedStep> steps, const T* z, T* z_gradient, Work& work) const;

  /// The arguments of run.
  struct Cell {
    const ConductanceRollout* rollout = nullptr;
    std::span<const RecordedStep> steps;
    const T* z = nullptr;
    T* z_gradient = nullptr;
    Work* work = nullptr;
  };
  /// As run for each; side_by_side of them take less time than one after the other, the less the more
  /// equal their lengths are. All have one shape, gradients or none, and a `work` of their own.
  static void run(std::span<const Cell> cells);

  /// Adds the gradients of `work` to those of the parameters.
  void collect(const Work& work, std::span<T> gradient) const;

 private:
  RolloutCall<T> call(const Cell& cell, T* of_start) const;

  ConductanceShape shape_;
  double steepest_;
  std::vector<T> tables_;   ///< [knots][3][row]: inf, rate, g
  std::vector<T> factors_;  ///< [3][1 + latents][row], in a row the terms; its first is g_0's: 1, 0, ..
  std::vector<T> transposed_;  ///< [3][row][row]: of each term its row over latents
};

}  // namespace myowave::learn
