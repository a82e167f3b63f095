// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/task.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include "base/error.hpp"

namespace myowave::learn {

std::unique_ptr<Task> make_task(const TrainingConfig& config, torch::Device device,
                                const std::string& cache) {
  using surrogates::Kind;
  switch (config.surrogate.kind) {
    case Kind::gate:
      return make_gate_task(config, device);
    case Kind::step:
      return make_step_task(config, device, cache);
    case Kind::rate:
      return make_rate_task(config, device, cache);
    case Kind::conductance:
      return make_conductance_task(config, device);
    case Kind::trajectory:
      return make_trajectory_task(config, device, cache);
    default:
      throw InternalError("a kind that is not trained here");
  }
}

torch::ScalarType type_of(Precision precision) {
  return precision == Precision::double_ ? torch::kDouble : torch::kFloat;
}

torch::Tensor tensor_of(const std::vector<double>& values, std::int64_t rows, Precision precision,
                        torch::Device device) {
  const auto columns = rows > 0 ? static_cast<std::int64_t>(values.size()) / rows : 0;
  // from_blob takes no pointer to constant data; the copy leaves it as it is.
  return torch::from_blob(const_cast<double*>(values.data()), {rows, columns}, torch::kDouble)
      .to(device, type_of(precision), false, true);
}

OutputError error_of(std::string name, std::string unit, const torch::Tensor& error) {
  const torch::Tensor off = error.detach().abs().to(torch::kDouble);
  return {std::move(name), std::move(unit), off.mean().item<double>(), off.max().item<double>(),
          off.square().mean().sqrt().item<double>()};
}

surrogates::Surrogate blank_surrogate(const TrainingConfig& config) {
  surrogates::Surrogate surrogate;
  surrogate.kind = config.surrogate.kind;
  surrogate.name = config.surrogate.name;
  surrogate.summary = config.surrogate.summary;
  surrogate.model = config.surrogate.cell.model;
  surrogate.variant = config.surrogate.cell.variant;
  surrogate.parameters = config.surrogate.cell.parameters;
  return surrogate;
}

}  // namespace myowave::learn
