// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_rollout.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "ionic/kernel.hpp"
#include "surrogates/learn/conductance_rollout_kernel.hpp"

namespace myowave::learn {

#if defined(__x86_64__)
#define MYOWAVE_DECLARE(isa)                               \
  extern const RolloutKernels<float> rollout_floats_##isa; \
  extern const RolloutKernels<double> rollout_doubles_##isa;
MYOWAVE_DECLARE(x86_64_v2)
MYOWAVE_DECLARE(x86_64_v3)
MYOWAVE_DECLARE(x86_64_v4)
#undef MYOWAVE_DECLARE
#endif
extern const RolloutKernels<float> rollout_floats_scalar;
extern const RolloutKernels<double> rollout_doubles_scalar;

namespace {

std::size_t size(int n) { return static_cast<std::size_t>(n); }

template <class T>
T sigmoid(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

}  // namespace

template <>
const RolloutKernels<float>& rollout_kernels() {
#if defined(__x86_64__)
  static const RolloutKernels<float>* const all[ionic::instruction_set_count] = {
      &rollout_floats_scalar, &rollout_floats_x86_64_v2, &rollout_floats_x86_64_v3,
      &rollout_floats_x86_64_v4};
  return *all[static_cast<int>(ionic::instruction_set())];
#else
  return rollout_floats_scalar;
#endif
}

template <>
const RolloutKernels<double>& rollout_kernels() {
#if defined(__x86_64__)
  static const RolloutKernels<double>* const all[ionic::instruction_set_count] = {
      &rollout_doubles_scalar, &rollout_doubles_x86_64_v2, &rollout_doubles_x86_64_v3,
      &rollout_doubles_x86_64_v4};
  return *all[static_cast<int>(ionic::instruction_set())];
#else
  return rollout_doubles_scalar;
#endif
}

template <class T>
ConductanceRollout<T>::ConductanceRollout(const ConductanceShape& shape, double steepest)
    : shape_(shape),
      steepest_(steepest),
      tables_(size(shape.knots) * 3 * row),
      factors_(3 * (1 + size(shape.latents)) * row),
      transposed_(3 * row * row) {
  MYOWAVE_ASSERT(shape.latents >= 1 && shape.latents <= ConductanceShape::most_latents);
  MYOWAVE_ASSERT(shape.terms >= 1 && shape.terms <= ConductanceShape::most_terms && shape.knots >= 2);
}

template <class T>
void ConductanceRollout<T>::set(std::span<const T> parameters) {
  MYOWAVE_ASSERT(parameters.size() == shape_.count());
  const std::size_t knots = size(shape_.knots), latents = size(shape_.latents);
  for (std::size_t v = 0; v < knots; ++v) {
    T* const at = tables_.data() + v * 3 * row;
    for (std::size_t k = 0; k < latents; ++k) {
      at[k] = sigmoid(parameters[shape_.inf() + k * knots + v]);
      at[row + k] = std::exp(-parameters[shape_.log_tau() + k * knots + v]);
    }
    for (std::size_t r = 0; r <= size(shape_.terms); ++r)
      at[2 * row + r] = parameters[shape_.g() + r * knots + v];
  }
  const T* from = parameters.data() + shape_.factors();
  for (std::size_t r = 0; r <= size(shape_.terms); ++r)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k <= latents; ++k) {
        const T value = r > 0 ? *from++ : k == 0 ? T(1) : T(0);
        factors_[(j * (1 + latents) + k) * row + r] = value;
        if (k > 0) transposed_[(j * row + r) * row + k - 1] = value;
      }
}

template <class T>
typename ConductanceRollout<T>::Work ConductanceRollout<T>::work() const {
  Work work;
  work.tables.assign(tables_.size(), T(0));
  work.factors.assign(factors_.size(), T(0));
  return work;
}

template <class T>
RolloutCall<T> ConductanceRollout<T>::call(const Cell& cell, T* of_start) const {
  Work& work = *cell.work;
  const auto make_room = [](std::vector<T>& in, std::size_t count) {
    if (in.size() < count) in.resize(count);
  };
  make_room(work.z, (cell.steps.size() + 1) * row);
  make_room(work.V, cell.steps.size());
  make_room(work.error, cell.steps.size());
  if (cell.z_gradient) make_room(work.derivative, cell.steps.size());
  std::fill_n(work.z.begin(), row, T(0));
  for (std::size_t k = 0; k < size(shape_.latents); ++k) work.z[k] = sigmoid(cell.z[k]);
  return {shape_.latents,
          shape_.terms,
          shape_.knots,
          static_cast<T>(shape_.V_first),
          static_cast<T>((shape_.knots - 1) / (shape_.V_last - shape_.V_first)),
          static_cast<T>(steepest_),
          tables_.data(),
          factors_.data(),
          transposed_.data(),
          cell.steps.data(),
          cell.steps.size(),
          work.z.data(),
          work.V.data(),
          work.error.data(),
          work.derivative.data(),
          cell.z_gradient ? work.tables.data() : nullptr,
          work.factors.data(),
          of_start};
}

template <class T>
void ConductanceRollout<T>::run(std::span<const RecordedStep> steps, const T* z, T* z_gradient,
                                Work& work) const {
  const Cell cell{this, steps, z, z_gradient, &work};
  run(std::span(&cell, 1));
}

template <class T>
void ConductanceRollout<T>::run(std::span<const Cell> cells) {
  MYOWAVE_ASSERT(cells.size() <= side_by_side);
  T of_start[side_by_side][row];
  double losses[side_by_side];
  RolloutCall<T> calls[side_by_side];
  for (std::size_t c = 0; c < cells.size(); ++c)
    calls[c] = cells[c].rollout->call(cells[c], of_start[c]);
  if (cells.size() == side_by_side)
    rollout_kernels<T>().several(calls, losses);
  else
    for (std::size_t c = 0; c < cells.size(); ++c) rollout_kernels<T>().one(&calls[c], &losses[c]);
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const Cell& cell = cells[c];
    cell.work->loss += losses[c];
    if (!cell.z_gradient) continue;
    for (std::size_t k = 0; k < size(cell.rollout->shape_.latents); ++k)
      cell.z_gradient[k] += of_start[c][k] * cell.work->z[k] * (T(1) - cell.work->z[k]);
  }
}

template <class T>
void ConductanceRollout<T>::collect(const Work& work, std::span<T> gradient) const {
  MYOWAVE_ASSERT(gradient.size() == shape_.count());
  const std::size_t knots = size(shape_.knots), latents = size(shape_.latents);
  for (std::size_t v = 0; v < knots; ++v) {
    const T* const at = work.tables.data() + v * 3 * row;
    for (std::size_t k = 0; k < latents; ++k) {
      const T inf = tables_[v * 3 * row + k];
      gradient[shape_.inf() + k * knots + v] += at[k] * inf * (T(1) - inf);
      gradient[shape_.log_tau() + k * knots + v] -= at[row + k] * tables_[(v * 3 + 1) * row + k];
    }
    for (std::size_t r = 0; r <= size(shape_.terms); ++r)
      gradient[shape_.g() + r * knots + v] += at[2 * row + r];
  }
  T* to = gradient.data() + shape_.factors();
  for (std::size_t r = 1; r <= size(shape_.terms); ++r)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k <= latents; ++k)
        *to++ += work.factors[(j * (1 + latents) + k) * row + r];
}

template class ConductanceRollout<float>;
template class ConductanceRollout<double>;

}  // namespace myowave::learn
