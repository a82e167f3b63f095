// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/rate_function.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>

#include "base/error.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

std::string per_ms(const std::string& unit) { return unit == "1" ? "/ms" : unit + "/ms"; }

std::vector<int> whole(const std::vector<std::int64_t>& columns) {
  return {columns.begin(), columns.end()};
}

}  // namespace

RateFunction::RateFunction(const TrainingConfig& config, std::vector<std::string> names,
                           std::vector<std::string> units, Scaling scaling,
                           std::vector<double> derivatives, double t_end, torch::Device device)
    : config_(config),
      names_(std::move(names)),
      units_(std::move(units)),
      scaling_(std::move(scaling)),
      derivatives_(std::move(derivatives)),
      t_end_(t_end) {
  const Precision precision = config.train.precision;
  std::vector<double> ratio, per_V(names_.size(), 0.0), slope, shift;
  for (std::size_t k = 0; k < names_.size(); ++k) {
    ratio.push_back(derivatives_[k] / scaling_.scale[k]);
    if (k == 0) continue;
    slope.push_back(1.0 / scaling_.scale[k]);
    shift.push_back(-scaling_.offset[k] / scaling_.scale[k]);
  }
  per_V[0] = 1.0 / scaling_.scale[0];
  auto row = [&](const std::vector<double>& values) {
    return tensor_of(values, 1, precision, device).view({-1});
  };
  ratio_ = row(ratio), per_V_ = row(per_V);
  if (!structured()) return;
  gate_slope_ = row(slope), gate_shift_ = row(shift);
  group_currents(device);
}

void RateFunction::group_currents(torch::Device device) {
  const std::vector<CurrentOfRate>& currents = config_.rate.currents;
  for (std::size_t c = 0; c < currents.size(); ++c) {
    std::vector<std::int64_t> inputs;
    for (std::size_t k = 0; k < names_.size(); ++k) {
      const auto& given = currents[c].inputs;
      if (given.empty() || std::find(given.begin(), given.end(), names_[k]) != given.end())
        inputs.push_back(static_cast<std::int64_t>(k));
    }
    auto same = std::find_if(conductances_.begin(), conductances_.end(),
                             [&](const Conductances& each) { return each.inputs == inputs; });
    if (same == conductances_.end()) same = conductances_.insert(same, {inputs, {}, {}, {}});
    same->currents.push_back(c);
  }
  for (Conductances& each : conductances_) {
    std::vector<double> reversals;
    for (const std::size_t c : each.currents) reversals.push_back(currents[c].reversal);
    each.reversals = tensor_of(reversals, 1, config_.train.precision, device);
    if (each.inputs.size() < names_.size())
      each.columns = torch::tensor(each.inputs, torch::kLong).to(device);
  }
}

std::vector<PerceptronShape> RateFunction::shapes() const {
  const auto count = static_cast<int>(names_.size());
  if (!structured())
    return {shape_of(config_.network, count + (config_.rate.time_input ? 1 : 0), count)};
  NetworkSettings gates = config_.network;
  gates.layers = config_.rate.gate_layers;
  gates.activations.resize(1);
  std::vector<PerceptronShape> shapes = {shape_of(gates, 1, 2 * (count - 1))};
  for (const Conductances& each : conductances_)
    shapes.push_back(shape_of(config_.network, static_cast<int>(each.inputs.size()),
                              static_cast<int>(each.currents.size())));
  return shapes;
}

Tensor RateFunction::printed_rate(const Networks& networks, const Tensor& z, const Tensor& t) const {
  if (!config_.rate.time_input) return networks[0].forward(z) * ratio_;
  // t in -1 .. 1
  const Tensor time = t * (2.0 / t_end_) - 1.0;
  return networks[0].forward(torch::cat({z, time}, 1)) * ratio_;
}

Tensor RateFunction::structured_rate(const Networks& networks, const Tensor& z) const {
  const auto gates = static_cast<std::int64_t>(names_.size()) - 1;
  const Tensor V = z.narrow(1, 0, 1);
  const Tensor out = networks[0].forward(V);
  const Tensor inf = torch::sigmoid(out.narrow(1, 0, gates));
  const Tensor rate = torch::exp(-out.narrow(1, gates, gates));
  const Tensor dgates = (torch::addcmul(gate_shift_, inf, gate_slope_) - z.narrow(1, 1, gates)) * rate;
  const Tensor V_mV = V * scaling_.scale[0] + scaling_.offset[0];
  Tensor current;
  for (std::size_t k = 0; k < conductances_.size(); ++k) {
    const Conductances& each = conductances_[k];
    const Tensor seen = each.columns.defined() ? z.index_select(1, each.columns) : z;
    Tensor part = torch::exp(networks[k + 1].forward(seen)) * (V_mV - each.reversals);
    if (each.currents.size() > 1) part = part.sum(1, true);
    current = current.defined() ? current + part : part;
  }
  return torch::cat({current * (-1.0 / scaling_.scale[0]), dgates}, 1);
}

Tensor RateFunction::operator()(const Networks& networks, const Tensor& z, const Tensor& t,
                                const Tensor& J) const {
  const Tensor rate = structured() ? structured_rate(networks, z) : printed_rate(networks, z, t);
  if (!J.defined() || config_.rate.current_inside) return rate;
  return rate + (J.dim() == 0 ? J : J.unsqueeze(1)) * per_V_;
}

Tensor RateFunction::heun(const Networks& networks, Tensor z, Tensor t, const Tensor& J, double dt,
                          std::int64_t steps) const {
  std::vector<Tensor> states;
  for (std::int64_t k = 0; k < steps; ++k) {
    const Tensor now = J.defined() && J.dim() > 0 ? J.select(0, k) : J;
    const Tensor first = (*this)(networks, z, t, now);
    if (t.defined()) t = t + dt;
    const Tensor second = (*this)(networks, torch::add(z, first, dt), t, now);
    z = torch::add(z, first + second, 0.5 * dt);
    states.push_back(z);
  }
  return torch::stack(states);
}

void RateFunction::add_printed(surrogates::Surrogate& surrogate, const Networks& networks) const {
  using namespace surrogates;
  Part part{"rates", {}, {}, networks[0].exported()};
  for (std::size_t k = 0; k < names_.size(); ++k) {
    part.inputs.push_back(static_cast<int>(k));
    part.outputs.push_back(static_cast<int>(k));
    Output output;
    output.name = names_[k], output.unit = per_ms(units_[k]);
    output.form = Form::derivative;
    output.scale = derivatives_[k];
    surrogate.outputs.push_back(std::move(output));
  }
  surrogate.parts.push_back(std::move(part));
  surrogate.integrator = Integrator::heun;
}

void RateFunction::add_structured(surrogates::Surrogate& surrogate, const Networks& networks) const {
  using namespace surrogates;
  Part gates{"gates", {0}, {}, networks[0].exported()};
  auto add = [&](Part& part, Output output) {
    part.outputs.push_back(static_cast<int>(surrogate.outputs.size()));
    surrogate.outputs.push_back(std::move(output));
  };
  for (const Form form : {Form::inf, Form::tau})
    for (std::size_t k = 1; k < names_.size(); ++k) {
      Output output;
      output.name = names_[k], output.unit = form == Form::inf ? "1" : "ms";
      output.form = form;
      output.transform = form == Form::inf ? Transform::sigmoid : Transform::exp;
      add(gates, std::move(output));
    }
  surrogate.parts.push_back(std::move(gates));
  for (std::size_t k = 0; k < conductances_.size(); ++k) {
    const Conductances& each = conductances_[k];
    Part part{fmt::format("conductances_{}", k), whole(each.inputs), {}, networks[k + 1].exported()};
    for (const std::size_t c : each.currents) {
      Output output;
      output.name = config_.rate.currents[c].name, output.unit = "mS/uF";
      output.form = Form::current;
      output.transform = Transform::exp;
      output.has_reversal = true;
      output.reversal = config_.rate.currents[c].reversal;
      add(part, std::move(output));
    }
    surrogate.parts.push_back(std::move(part));
  }
  surrogate.integrator = Integrator::rush_larsen;
}

void RateFunction::add_to(surrogates::Surrogate& surrogate, const Networks& networks) const {
  for (std::size_t k = 0; k < names_.size(); ++k)
    surrogate.inputs.push_back(input_of(scaling_, k, names_[k], units_[k]));
  if (structured())
    add_structured(surrogate, networks);
  else
    add_printed(surrogate, networks);
}

}  // namespace myowave::learn
