// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/step_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace myowave::surrogates {
namespace {

/// to = [to +] values
template <class To, class Real>
void put(To* to, const Real* values, bool add, std::size_t count) {
  if (add)
    for (std::size_t i = 0; i < count; ++i) to[i] += static_cast<To>(values[i]);
  else
    for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<To>(values[i]);
}

}  // namespace

template <class Real>
StepModel<Real>::StepModel(std::shared_ptr<const Surrogate> file, std::unique_ptr<ionic::CellModel> host,
                           bool guarded, ionic::InstructionSet set)
    : GuardedModel(std::move(file), std::move(host), guarded), V_(chunk) {
  for (const Input& input : surrogate().inputs) has_J_ = has_J_ || input.name == "J";
  for (const Part& part : surrogate().parts) {
    sources_.emplace_back();
    for (const int i : part.inputs)
      sources_.back().push_back(source_of(surrogate().inputs[static_cast<std::size_t>(i)], info()));
    evaluators_.emplace_back(surrogate(), part, chunk, set);
  }
}

template <class Real>
const double* StepModel<Real>::V_seen(const ionic::CellBlock& block, double dt) const {
  if (has_J_) return block.rows.V;
  for (std::size_t i = 0; i < block.count; ++i) V_[i] = block.rows.V[i] + dt * block.stimulus[i];
  return V_.data();
}

template <class Real>
void StepModel<Real>::advance(const ionic::CellBlock& block, double dt) const {
  MYOWAVE_ASSERT(std::abs(dt - surrogate().dt) < 1e-9 * dt);
  const double* const V = V_seen(block, dt);
  for (std::size_t p = 0; p < evaluators_.size(); ++p) {
    std::vector<InputRow> rows;
    for (const Source& source : sources_[p])
      rows.push_back(source.of == Source::Of::V   ? InputRow{V, false}
                     : source.of == Source::Of::J ? InputRow{block.stimulus, false}
                                                  : states().input(block.rows, source.state));
    evaluators_[p].evaluate(rows, block.count);
  }
  if (!has_J_) std::copy_n(V, block.count, block.rows.V);
  for (std::size_t p = 0; p < evaluators_.size(); ++p)
    for (std::size_t o = 0; o < surrogate().parts[p].outputs.size(); ++o) {
      const Output& output =
          surrogate().outputs[static_cast<std::size_t>(surrogate().parts[p].outputs[o])];
      const bool add = output.form == Form::increment;
      const Source to = source_of({output.name, output.unit}, info());
      const Real* const values = evaluators_[p].output(o);
      if (to.of == Source::Of::V)
        put(block.rows.V, values, add, block.count);
      else if (states().is_float(to.state))
        put(states().floats(block.rows, to.state), values, add, block.count);
      else
        put(states().doubles(block.rows, to.state), values, add, block.count);
    }
}

template <class Real>
std::vector<double> StepModel<Real>::rates(double V, std::span<const double> y, double stimulus) const {
  const double dt = surrogate().dt;
  std::vector<double> x;
  for (const Input& input : surrogate().inputs) {
    const Source source = source_of(input, info());
    x.push_back(source.of == Source::Of::V   ? V + (has_J_ ? 0.0 : dt * stimulus)
                : source.of == Source::Of::J ? stimulus
                                             : y[source.state]);
  }
  const std::vector<double> out = evaluate(surrogate(), x);
  std::vector<double> result(y.size() + 1);
  for (std::size_t o = 0; o < out.size(); ++o) {
    const Output& output = surrogate().outputs[o];
    const Source to = source_of({output.name, output.unit}, info());
    const bool is_V = to.of == Source::Of::V;
    const double old = output.form == Form::increment ? 0.0 : is_V ? V : y[to.state];
    const double pushed = is_V && !has_J_ && output.form == Form::increment ? stimulus : 0.0;
    result[is_V ? 0 : to.state + 1] = (out[o] - old) / dt + pushed;
  }
  return result;
}

template class StepModel<float>;
template class StepModel<double>;

}  // namespace myowave::surrogates
