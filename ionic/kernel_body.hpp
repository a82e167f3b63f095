// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/kernel.hpp"
#include "ionic/models/list.hpp"
#include "ionic/simd.hpp"

/// The generic drivers, written once for every model and every `Real`. Included by one translation
/// unit per instruction set; all of it has internal linkage.
namespace myowave::ionic {
namespace {

template <class Real>
constexpr std::size_t width_of = sizeof(Real) / sizeof(double);

/// One cell (or one vector of cells) in registers.
template <class Model, class Real>
struct Cell {
  static constexpr int state_count = static_cast<int>(Model::info.states.size());
  static constexpr int gate_count = Model::info.gate_count;
  static constexpr int slots = state_count > 0 ? state_count : 1;

  Real V;
  Real y[slots];
};

/// Advances `cell` by dt with rates and currents taken at `at`: for the first-order step `at` is the
/// cell itself, for the midpoint step it is the half-step state.
template <class Model, class Real>
MYOWAVE_INLINE void advance(Cell<Model, Real>& cell, const Cell<Model, Real>* midpoint, const Real* p,
                            Real stimulus, double dt) {
  using C = Cell<Model, Real>;
  Real inf[C::slots], rate[C::slots], dy[C::slots];
  const C& at = midpoint ? *midpoint : cell;
  Model::gates(at.V, at.y, p, inf, rate);
  for (int g = 0; g < C::gate_count; ++g) cell.y[g] += (cell.y[g] - inf[g]) * expm1(-dt * rate[g]);
  const Real dV = Model::currents(at.V, at.y, p, stimulus, dy);
  for (int s = C::gate_count; s < C::state_count; ++s) cell.y[s] += dt * dy[s];
  cell.V += dt * dV;
}

template <class Model, class Real, bool midpoint>
void step(const CellBlock& block, const double* parameters, double dt) {
  using C = Cell<Model, Real>;
  constexpr std::size_t parameter_count = Model::info.parameters.size();
  Real p[parameter_count > 0 ? parameter_count : 1];
  for (std::size_t k = 0; k < parameter_count; ++k) p[k] = Real(parameters[k]);
  for (std::size_t i = 0; i < block.count; i += width_of<Real>) {
    C cell;
    cell.V = load(block.V + i, Real());
    for (int s = 0; s < C::state_count; ++s)
      cell.y[s] = load(block.states + s * block.stride + i, Real());
    const Real stimulus = load(block.stimulus + i, Real());
    if constexpr (midpoint) {
      C half = cell;
      advance<Model, Real>(half, nullptr, p, stimulus, 0.5 * dt);
      advance<Model, Real>(cell, &half, p, stimulus, dt);
    } else {
      advance<Model, Real>(cell, nullptr, p, stimulus, dt);
    }
    store(block.V + i, cell.V);
    for (int s = 0; s < C::state_count; ++s) store(block.states + s * block.stride + i, cell.y[s]);
  }
}

template <class Real, class... Models>
constexpr auto make_kernels(ModelList<Models...>) {
  struct Table {
    Kernel kernels[sizeof...(Models)];
  };
  return Table{{{Models::info.name, step<Models, Real, false>, step<Models, Real, true>}...}};
}

}  // namespace
}  // namespace myowave::ionic
