// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/rate_model.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "base/error.hpp"

namespace myowave::surrogates {
namespace {

/// The parts in the order of evaluation.
std::vector<std::size_t> order_of(const Surrogate& surrogate) {
  std::vector<std::size_t> order(surrogate.parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto gates_only = [&](std::size_t p) {
    const std::vector<int>& outputs = surrogate.parts[p].outputs;
    return std::all_of(outputs.begin(), outputs.end(), [&](int o) {
      const Form form = surrogate.outputs[static_cast<std::size_t>(o)].form;
      return form == Form::inf || form == Form::tau;
    });
  };
  std::stable_partition(order.begin(), order.end(), gates_only);
  return order;
}

}  // namespace

template <class Real>
RateModel<Real>::RateModel(std::shared_ptr<const Surrogate> file, std::unique_ptr<ionic::CellModel> host,
                           bool guarded, ionic::Method method, ionic::InstructionSet set)
    : GuardedModel(std::move(file), std::move(host), guarded),
      midpoint_(method == ionic::Method::midpoint),
      relaxation_(relaxation(set)),
      other_(info(), precision(), chunk),
      other_V_(chunk),
      dV_(chunk) {
  for (const std::size_t p : order_of(surrogate())) {
    const Part& part = surrogate().parts[p];
    Unit unit;
    for (const int i : part.inputs)
      unit.inputs.push_back(source_of(surrogate().inputs[static_cast<std::size_t>(i)], info()));
    for (const int o : part.outputs) {
      const Output& output = surrogate().outputs[static_cast<std::size_t>(o)];
      Role role{output.form, {Source::Of::V}, 0, output.has_reversal, output.reversal};
      if (output.form != Form::current) role.to = source_of({output.name, output.unit}, info());
      if (output.form == Form::inf)
        for (std::size_t k = 0; k < part.outputs.size(); ++k) {
          const Output& other = surrogate().outputs[static_cast<std::size_t>(part.outputs[k])];
          if (other.form == Form::tau && other.name == output.name) role.tau = k;
        }
      unit.roles.push_back(role);
    }
    units_.push_back(std::move(unit));
    evaluators_.emplace_back(surrogate(), part, chunk, set);
  }
}

template <class Real>
void RateModel<Real>::evaluate(std::size_t unit, const ionic::CellRows& at, std::size_t count) const {
  std::vector<InputRow> rows;
  for (const Source& source : units_[unit].inputs)
    rows.push_back(source.of == Source::Of::V ? InputRow{at.V, false}
                                              : states().input(at, source.state));
  evaluators_[unit].evaluate(rows, count);
}

template <class Real>
void RateModel<Real>::add_to_dV(const Role& role, const Real* values, const double* V, std::size_t count,
                                double* dV) const {
  if (role.form == Form::derivative)
    for (std::size_t i = 0; i < count; ++i) dV[i] += static_cast<double>(values[i]);
  else if (role.has_reversal)
    for (std::size_t i = 0; i < count; ++i)
      dV[i] -= static_cast<double>(values[i]) * (V[i] - role.reversal);
  else
    for (std::size_t i = 0; i < count; ++i) dV[i] -= static_cast<double>(values[i]);
}

template <class Real>
void RateModel<Real>::apply(std::size_t unit, const ionic::CellRows& to, std::size_t count,
                            double dt) const {
  const std::vector<Role>& roles = units_[unit].roles;
  for (std::size_t o = 0; o < roles.size(); ++o) {
    const Role& role = roles[o];
    if (role.to.of == Source::Of::V || role.form == Form::tau) continue;
    const Real* const values = evaluators_[unit].output(o);
    const std::size_t s = role.to.state;
    if (role.form == Form::derivative) {
      for (std::size_t i = 0; i < count; ++i)
        states().set(to, s, i, states().get(to, s, i) + dt * static_cast<double>(values[i]));
      continue;
    }
    const Real* const tau = evaluators_[unit].output(role.tau);
    if constexpr (std::is_same_v<Real, float>) {
      if (states().is_float(s))
        relaxation_.floats(states().floats(to, s), values, tau, dt, count);
      else
        relaxation_.mixed(states().doubles(to, s), values, tau, dt, count);
    } else {
      relaxation_.doubles(states().doubles(to, s), values, tau, dt, count);
    }
  }
}

template <class Real>
void RateModel<Real>::stage(const ionic::CellRows& at, const ionic::CellRows& to, const double* stimulus,
                            std::size_t count, double dt) const {
  std::copy_n(stimulus, count, dV_.begin());
  for (std::size_t u = 0; u < units_.size(); ++u) {
    evaluate(u, at, count);
    for (std::size_t o = 0; o < units_[u].roles.size(); ++o) {
      const Role& role = units_[u].roles[o];
      if (role.to.of == Source::Of::V)
        add_to_dV(role, evaluators_[u].output(o), at.V, count, dV_.data());
    }
    apply(u, to, count, dt);
  }
  for (std::size_t i = 0; i < count; ++i) to.V[i] += dt * dV_[i];
}

template <class Real>
void RateModel<Real>::copy(const ionic::CellRows& from, const ionic::CellRows& to,
                           std::size_t count) const {
  std::copy_n(from.V, count, to.V);
  for (std::size_t s = 0; s < states().count(); ++s) {
    if (states().is_float(s))
      std::copy_n(states().floats(from, s), count, states().floats(to, s));
    else
      std::copy_n(states().doubles(from, s), count, states().doubles(to, s));
  }
}

template <class Real>
void RateModel<Real>::derivatives(const ionic::CellRows& at, const double* stimulus, std::size_t count,
                                  std::vector<double>& dydt) const {
  dydt.assign((states().count() + 1) * chunk, 0.0);
  std::copy_n(stimulus, count, dydt.begin());
  for (std::size_t u = 0; u < units_.size(); ++u) {
    evaluate(u, at, count);
    for (std::size_t o = 0; o < units_[u].roles.size(); ++o) {
      const Role& role = units_[u].roles[o];
      const Real* const values = evaluators_[u].output(o);
      if (role.form == Form::tau) continue;
      if (role.to.of == Source::Of::V) {
        add_to_dV(role, values, at.V, count, dydt.data());
        continue;
      }
      double* const dy = dydt.data() + (role.to.state + 1) * chunk;
      for (std::size_t i = 0; i < count; ++i) {
        const double value = static_cast<double>(values[i]);
        dy[i] += role.form == Form::derivative
                     ? value
                     : (value - states().get(at, role.to.state, i)) /
                           static_cast<double>(evaluators_[u].output(role.tau)[i]);
      }
    }
  }
}

template <class Real>
void RateModel<Real>::add(const ionic::CellRows& rows, std::size_t count, double factor,
                          const std::vector<double>& dydt) const {
  for (std::size_t i = 0; i < count; ++i) rows.V[i] += factor * dydt[i];
  for (std::size_t s = 0; s < states().count(); ++s)
    for (std::size_t i = 0; i < count; ++i)
      states().set(rows, s, i, states().get(rows, s, i) + factor * dydt[(s + 1) * chunk + i]);
}

template <class Real>
void RateModel<Real>::heun(const ionic::CellBlock& block, double dt) const {
  const ionic::CellRows other = other_.rows(other_V_.data(), 0);
  derivatives(block.rows, block.stimulus, block.count, first_);
  copy(block.rows, other, block.count);
  add(other, block.count, dt, first_);
  derivatives(other, block.stimulus, block.count, second_);
  add(block.rows, block.count, 0.5 * dt, first_);
  add(block.rows, block.count, 0.5 * dt, second_);
}

template <class Real>
void RateModel<Real>::advance(const ionic::CellBlock& block, double dt) const {
  switch (surrogate().integrator) {
    case Integrator::euler:
      derivatives(block.rows, block.stimulus, block.count, first_);
      return add(block.rows, block.count, dt, first_);
    case Integrator::heun:
      return heun(block, dt);
    case Integrator::rush_larsen:
      break;
  }
  if (!midpoint_) return stage(block.rows, block.rows, block.stimulus, block.count, dt);
  const ionic::CellRows other = other_.rows(other_V_.data(), 0);
  copy(block.rows, other, block.count);
  stage(other, other, block.stimulus, block.count, 0.5 * dt);
  stage(other, block.rows, block.stimulus, block.count, dt);
}

template <class Real>
std::vector<double> RateModel<Real>::rates(double V, std::span<const double> y, double stimulus) const {
  std::vector<double> x;
  for (const Input& input : surrogate().inputs) {
    const Source source = source_of(input, info());
    x.push_back(source.of == Source::Of::V ? V : y[source.state]);
  }
  const std::vector<double> out = surrogates::evaluate(surrogate(), x);
  std::vector<double> result(y.size() + 1), inf(y.size()), tau(y.size());
  result[0] = stimulus;
  for (std::size_t o = 0; o < out.size(); ++o) {
    const Output& output = surrogate().outputs[o];
    if (output.form == Form::current) {
      result[0] -= out[o] * (output.has_reversal ? V - output.reversal : 1.0);
      continue;
    }
    const Source to = source_of({output.name, output.unit}, info());
    if (output.form == Form::derivative)
      result[to.of == Source::Of::V ? 0 : to.state + 1] += out[o];
    else
      (output.form == Form::inf ? inf : tau)[to.state] = out[o];
  }
  for (std::size_t s = 0; s < y.size(); ++s)
    if (tau[s] > 0.0) result[s + 1] = (inf[s] - y[s]) / tau[s];
  return result;
}

template class RateModel<float>;
template class RateModel<double>;

}  // namespace myowave::surrogates
