// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/gate_model.hpp"

#include <fmt/format.h>

#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave::surrogates {
namespace {

int index_of_state(const ionic::ModelInfo& info, const std::string& name) {
  return static_cast<int>(source_of({name, "1"}, info).state);
}

}  // namespace

GateModel::GateModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
                     bool guarded)
    : surrogate_(std::move(surrogate)),
      host_(std::move(host)),
      guarded_(guarded),
      guard_(*surrogate_, host_->info(), host_->precision()) {}

void GateModel::step(const ionic::CellBlock& block, double dt) const {
  if (guarded_ && block.fallbacks)
    for (const std::uint32_t cell :
         guard_.outside(block.rows, block.rows.V, block.stimulus, block.count))
      ++block.fallbacks[cell];
  host_->step(block, dt);
}

std::shared_ptr<const ionic::LearntGates> learnt_gates(const Surrogate& surrogate,
                                                       const ionic::ModelInfo& info) {
  auto learnt = std::make_shared<ionic::LearntGates>();
  learnt->V_min = surrogate.inputs.front().min;
  learnt->V_max = surrogate.inputs.front().max;
  std::vector<std::size_t> inf, tau;  // outputs of each gate
  for (std::size_t o = 0; o < surrogate.outputs.size(); ++o) {
    if (surrogate.outputs[o].form != Form::inf) continue;
    learnt->gates.push_back(index_of_state(info, surrogate.outputs[o].name));
    inf.push_back(o);
    for (std::size_t other = 0; other < surrogate.outputs.size(); ++other)
      if (surrogate.outputs[other].form == Form::tau &&
          surrogate.outputs[other].name == surrogate.outputs[o].name)
        tau.push_back(other);
  }
  learnt->evaluate = [surrogate, inf, tau](double V, double* inf_out, double* tau_out) {
    const double x[] = {V};
    const std::vector<double> y = evaluate(surrogate, x);
    for (std::size_t g = 0; g < inf.size(); ++g) inf_out[g] = y[inf[g]], tau_out[g] = y[tau[g]];
  };
  return learnt;
}

}  // namespace myowave::surrogates
