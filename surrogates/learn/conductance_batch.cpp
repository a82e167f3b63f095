// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_batch.hpp"

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "surrogates/learn/parallel.hpp"

namespace myowave::learn {
namespace {

/// Derivative of a loss of about 1 by V [1/mV].
constexpr double steepest = 1.0;

}  // namespace

template <class T>
ScaledRollout<T>::ScaledRollout(const ScaledShape& shape)
    : rollout(shape.shape, steepest), work(rollout.work()), shape_(shape) {}

template <class T>
void ScaledRollout<T>::set(const T* numbers, std::span<const double> factors) {
  effective_.assign(numbers, numbers + shape_.shape.count());
  for (std::size_t p = 0; p < factors.size(); ++p)
    for (std::size_t n = 0; n < shape_.size_of_g(); ++n)
      effective_[shape_.shape.g() + n] +=
          static_cast<T>(factors[p] - 1.0) * numbers[shape_.sensitivity_of(p) + n];
  rollout.set(effective_);
  work.loss = 0.0;
  std::fill(work.tables.begin(), work.tables.end(), T(0));
  std::fill(work.factors.begin(), work.factors.end(), T(0));
}

template <class T>
void ScaledRollout<T>::collect(std::span<const double> factors, std::span<T> gradient) {
  effective_.assign(shape_.shape.count(), T(0));
  rollout.collect(work, effective_);
  for (std::size_t k = 0; k < effective_.size(); ++k) gradient[k] += effective_[k];
  for (std::size_t p = 0; p < factors.size(); ++p)
    for (std::size_t n = 0; n < shape_.size_of_g(); ++n)
      gradient[shape_.sensitivity_of(p) + n] +=
          static_cast<T>(factors[p] - 1.0) * effective_[shape_.shape.g() + n];
}

template <class T>
void ConductanceBatch<T>::follow_group(std::span<const Run> runs, std::span<const std::size_t> which,
                                       const T* numbers) {
  std::vector<typename ConductanceRollout<T>::Cell> cells;
  for (const std::size_t k : which) {
    Lane& lane = lanes_[k];
    lane.cell.set(numbers, runs[k].factors);
    lane.gradient.assign(all_, T(0));
    lane.z_gradient.assign(runs[k].z.size(), T(0));
    cells.push_back(
        {&lane.cell.rollout, runs[k].steps, runs[k].z.data(), lane.z_gradient.data(), &lane.cell.work});
  }
  ConductanceRollout<T>::run(cells);
  for (const std::size_t k : which) {
    Lane& lane = lanes_[k];
    lane.cell.collect(runs[k].factors, lane.gradient);
    if (runs[k].z_at != nowhere)
      std::copy(lane.z_gradient.begin(), lane.z_gradient.end(),
                lane.gradient.begin() + static_cast<std::ptrdiff_t>(runs[k].z_at));
  }
}

template <class T>
double ConductanceBatch<T>::follow(std::span<const Run> runs, const T* numbers, std::span<T> gradient,
                                   std::span<double> losses) {
  MYOWAVE_ASSERT(gradient.size() == all_ && !runs.empty());
  while (lanes_.size() < runs.size()) lanes_.emplace_back(shape_);
  // Those of one group should be equally long.
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return runs[a].steps.size() > runs[b].steps.size();
  });
  const std::size_t groups = (runs.size() + side_by_side - 1) / side_by_side;
  share_out(groups, [&](std::size_t group) {
    const std::size_t first = group * side_by_side;
    follow_group(runs, std::span(order).subspan(first, std::min(side_by_side, runs.size() - first)),
                 numbers);
  });
  const T share = static_cast<T>(1.0 / static_cast<double>(runs.size()));
  double loss = 0.0;
  std::fill(gradient.begin(), gradient.end(), T(0));
  for (std::size_t k = 0; k < runs.size(); ++k) {
    const Lane& lane = lanes_[k];
    loss += lane.cell.work.loss / static_cast<double>(runs.size());
    if (!losses.empty()) losses[k] = lane.cell.work.loss;
    for (std::size_t n = 0; n < all_; ++n) gradient[n] += share * lane.gradient[n];
  }
  return loss;
}

template class ScaledRollout<float>;
template class ScaledRollout<double>;
template class ConductanceBatch<float>;
template class ConductanceBatch<double>;

}  // namespace myowave::learn
