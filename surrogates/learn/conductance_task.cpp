// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/units.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

const surrogates::ConductanceKernel& kernel_of(const TrainingConfig& config) {
  const auto* kernel = surrogates::find_conductance_kernel(
      config.surrogate.cell.model, static_cast<int>(config.conductance.latents.size()),
      config.conductance.terms, ionic::InstructionSet::scalar);
  MYOWAVE_ASSERT(kernel);  // the configuration was checked
  return *kernel;
}

}  // namespace

ConductanceTask::ConductanceTask(const TrainingConfig& config, torch::Device device)
    : config_(config),
      code_(ionic::find_model(config.surrogate.cell.model)),
      kernel_(kernel_of(config)),
      shape_{static_cast<int>(config.conductance.latents.size()), config.conductance.terms,
             config.conductance.knots, config.conductance.V_low, config.conductance.V_high},
      batches_{{scaled_shape(), parameters()}, {scaled_shape(), parameters()}},
      paced_(config.surrogate.cell),
      traces_(config.surrogate.cell, config.conductance.readouts) {
  if (!device.is_cpu())
    throw InputError({Fault{"--device", "the kind 'conductance' is trained on the CPU; leave it out"}});
  const auto model = ionic::make_cell_model(config.surrogate.cell, {});
  host_parameters_ = model->parameters();
  V_rest_ = model->initial_V();
  steps_to_rest_ = steps_to_rest(V_rest_);
  read();
  weigh_phases(training_, validation_);
  constexpr double near = 5.0;
  std::vector<double> sodium, away;
  std::vector<double> inf(static_cast<std::size_t>(code_.info->gate_count) + 1), rate(inf.size()),
      functions(static_cast<std::size_t>(code_.info->function_count) + 1);
  for (int n = 0; n < 2 * shape_.knots - 1; ++n) {  // knots and what lies in the middle between them
    const double V = 0.5 * (V_of(n / 2) + V_of((n + 1) / 2));
    code_.voltage(V, host_parameters_.data(), inf.data(), rate.data(), functions.data());
    sodium.push_back(
        kernel_.sodium(inf.data(), sodium_conductances().data(), V - config.conductance.reversal));
    away.push_back(std::clamp((V - V_rest_) / near, -1.0, 1.0));
  }
  steady_sodium_ = tensor_of(sodium, 1, config.train.precision, torch::kCPU).view({-1});
  away_ = tensor_of(away, 1, config.train.precision, torch::kCPU).view({-1});
}

std::vector<double> ConductanceTask::sodium_conductances() const {
  std::vector<double> all;
  for (const int k : kernel_.conductances) all.push_back(host_parameters_[static_cast<std::size_t>(k)]);
  return all;
}

void ConductanceTask::read() {
  const ConductanceSettings& settings = config_.conductance;
  std::vector<std::string> gates;
  for (int g = 0; g < kernel_.layout->gate_count - shape_.latents; ++g)
    gates.emplace_back(code_.info->states[static_cast<std::size_t>(g)].name);
  const SodiumCurrent sodium = [&, g = sodium_conductances()](const double* of, double V) {
    return kernel_.sodium(of, g.data(), V - settings.reversal);
  };
  Cells all;
  for (std::size_t group = 0; group < settings.data.size(); ++group) {
    const RecordedCells data =
        read_recorded_cells(settings.data[group], config_.surrogate.cell, gates, settings.scaled);
    const auto [lowest, highest] = std::minmax_element(data.V.begin(), data.V.end());
    V_lowest_ = std::min(V_lowest_, *lowest), V_highest_ = std::max(V_highest_, *highest);
    starts_.push_back({data.V.front()});
    starts_.back().insert(starts_.back().end(), data.gates.begin(),
                          data.gates.begin() + static_cast<std::ptrdiff_t>(gates.size()));
    std::vector<RecordedCell> cells =
        recorded_cells(data, settings, sodium, gates.size(), static_cast<int>(group));
    for (std::size_t c = 0; c < cells.size(); ++c) {
      cells[c].factors = factors_of(data.parameters.data() + c * settings.scaled.size());
      all.push_back(std::move(cells[c]));
    }
  }
  const Split split =
      split_runs(static_cast<std::int64_t>(all.size()), config_.data.validation, config_.data.seed);
  for (const std::int64_t c : split.training)
    training_.push_back(std::move(all[static_cast<std::size_t>(c)]));
  for (const std::int64_t c : split.validation)
    validation_.push_back(std::move(all[static_cast<std::size_t>(c)]));
  for (const RecordedCell& cell : training_) steps_ += cell.free.size();
}

/// On the scaled parameters, from their values; widens the trained range.
std::vector<double> ConductanceTask::factors_of(const double* values) {
  const auto& scaled = config_.conductance.scaled;
  range_of_factors_.resize(scaled.size(), {1.0, 1.0});
  std::vector<double> factors;
  for (std::size_t p = 0; p < scaled.size(); ++p) {
    std::size_t at = 0;
    while (scaled[p] != code_.info->parameters[at].name) ++at;
    const double factor = std::isnan(values[p]) ? 1.0 : values[p] / host_parameters_[at];
    auto& [low, high] = range_of_factors_[p];
    low = std::min(low, factor), high = std::max(high, factor);
    factors.push_back(factor);
  }
  return factors;
}

std::pair<double, double> ConductanceTask::start_of(const std::string& latent, double V) const {
  for (int g = 0; g < code_.info->voltage_gate_count; ++g) {
    if (latent != code_.info->states[static_cast<std::size_t>(g)].name) continue;
    std::vector<double> inf(static_cast<std::size_t>(code_.info->gate_count) + 1), rate(inf.size()),
        functions(static_cast<std::size_t>(code_.info->function_count) + 1);
    code_.voltage(V, host_parameters_.data(), inf.data(), rate.data(), functions.data());
    return {inf[static_cast<std::size_t>(g)], -std::log(rate[static_cast<std::size_t>(g)])};
  }
  return {1.0 / (1.0 + std::exp(-(V + 40.0) / 8.0)), std::log(parse_quantity(latent, "ms"))};
}

/// Of I_rest by knot, over all training cells.
std::vector<double> ConductanceTask::mean_current() const {
  const auto knots = static_cast<std::size_t>(shape_.knots);
  std::vector<double> sum(knots, 0.0), count(knots, 0.0);
  for (const RecordedCell& cell : training_)
    for (const RecordedStep& step : cell.clamped) {
      const double place =
          (static_cast<double>(step.V) - shape_.V_first) / (shape_.V_last - shape_.V_first);
      const auto knot = static_cast<std::size_t>(std::clamp(std::round(place * (shape_.knots - 1)), 0.0,
                                                            static_cast<double>(shape_.knots - 1)));
      sum[knot] += static_cast<double>(step.dt * step.target),
          count[knot] += static_cast<double>(step.dt);
    }
  // Where no cell has been, as at the next knot where one has.
  std::vector<double> mean(knots, 0.0);
  for (std::size_t v = 0; v < knots; ++v)
    for (std::size_t far = 0; far < knots && mean[v] == 0.0; ++far)
      for (const std::size_t near : {v + far, v - far})
        if (near < knots && count[near] > 0.0) mean[v] = sum[near] / count[near];
  return mean;
}

std::vector<double> ConductanceTask::others() const {
  const ConductanceSettings& settings = config_.conductance;
  std::vector<double> all(parameters(), 0.0);
  static constexpr double most_logit = 8.0;
  const auto logit = [](double p) {
    return std::clamp(std::log(p / (1.0 - p)), -most_logit, most_logit);
  };
  const auto knots = static_cast<std::size_t>(shape_.knots);
  for (std::size_t k = 0; k < settings.latents.size(); ++k) {
    for (std::size_t v = 0; v < knots; ++v) {
      const auto [inf, log_tau] = start_of(settings.latents[k], V_of(static_cast<int>(v)));
      all[shape_.inf() + k * knots + v] = logit(inf);
      all[shape_.log_tau() + k * knots + v] =
          std::clamp(log_tau, std::log(fastest_latent), std::log(settings.slowest));
    }
    for (int group = 0; group < static_cast<int>(settings.data.size()); ++group)
      all[z_of(group) + k] = logit(start_of(settings.latents[k], V_rest_).first);
  }
  Random random(static_cast<std::uint64_t>(config_.train.seed), Stream::weights);
  const std::vector<double> mean = mean_current();
  for (std::size_t v = 0; v < knots; ++v) all[shape_.g() + v] = mean[v];
  for (std::size_t r = 1; r <= static_cast<std::size_t>(shape_.terms); ++r) {
    const double slope = random.uniform(-0.02, 0.02);
    for (std::size_t v = 0; v < knots; ++v)
      all[shape_.g() + r * knots + v] = slope * (V_of(static_cast<int>(v)) - V_rest_);
  }
  std::size_t at = shape_.factors();
  for (int f = 0; f < 3 * shape_.terms; ++f) {
    all[at++] = random.uniform(0.2, 0.8);
    for (int k = 0; k < shape_.latents; ++k) all[at++] = random.uniform(-0.7, 0.7);
  }
  return all;
}

Tensor ConductanceTask::part(const Tensor& values, std::size_t from,
                             std::vector<std::int64_t> sizes) const {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return values.narrow(0, static_cast<std::int64_t>(from), count).view(sizes);
}
// ---------------------------------------------------------------------------------------------- export
surrogates::Conductance ConductanceTask::conductance(const Networks& networks) const {
  const Tensor values = networks.others().detach().to(torch::kDouble);
  const auto floats = [&](std::size_t from, std::int64_t count, bool sigmoid) {
    Tensor of = part(values, from, {count});
    if (sigmoid) of = torch::sigmoid(of);
    of = of.to(torch::kFloat).contiguous();
    return std::vector<float>(of.data_ptr<float>(), of.data_ptr<float>() + count);
  };
  surrogates::Conductance out;
  out.latents = shape_.latents, out.terms = shape_.terms, out.knots = shape_.knots;
  out.V_first = shape_.V_first, out.V_last = shape_.V_last;
  out.reversal = config_.conductance.reversal;
  const std::int64_t functions = shape_.latents * shape_.knots;
  out.inf = floats(shape_.inf(), functions, true);
  out.rate = floats(shape_.log_tau(), functions, false);
  for (float& each : out.rate) each = std::exp(-each);
  out.currents = floats(shape_.g(), (shape_.terms + 1) * shape_.knots, false);
  out.factors = floats(shape_.factors(), 3 * shape_.terms * (shape_.latents + 1), false);

  // What cells start from: V and the sodium gates as the model has them, the latents as they were
  // learnt.
  const auto gates = static_cast<std::ptrdiff_t>(kernel_.layout->gate_count - shape_.latents);
  const auto latents = [&](std::size_t group, std::vector<double>& to) {
    const Tensor z =
        torch::sigmoid(part(values, z_of(static_cast<int>(group)), {shape_.latents})).contiguous();
    to.insert(to.end(), z.data_ptr<double>(), z.data_ptr<double>() + shape_.latents);
  };
  for (std::size_t group = 0; group < starts_.size(); ++group) {
    if (group > config_.conductance.cycles.size()) break;
    std::vector<double>& to = group == 0 ? out.initial : out.paced;
    to.insert(to.end(), starts_[group].begin(), starts_[group].begin() + 1 + gates);
    latents(group, to);
  }
  out.cycles = config_.conductance.cycles;
  for (std::size_t p = 0; p < range_of_factors_.size(); ++p) {
    out.scaled.push_back(
        {config_.conductance.scaled[p], range_of_factors_[p].first, range_of_factors_[p].second});
    const std::vector<float> of = floats(scaled_shape().sensitivity_of(p),
                                         static_cast<std::int64_t>(scaled_shape().size_of_g()), false);
    out.sensitivities.insert(out.sensitivities.end(), of.begin(), of.end());
  }
  out.sort_latents();
  return out;
}

surrogates::Surrogate ConductanceTask::exported(const Networks& networks) {
  surrogates::Surrogate surrogate = stepped(networks);
  traces_.fit(*surrogate.conductance);
  return surrogate;
}

surrogates::Surrogate ConductanceTask::stepped(const Networks& networks) const {
  using namespace surrogates;
  Surrogate surrogate = blank_surrogate(config_);
  surrogate.inputs = {{"V", "mV", 0.0, 1.0, std::floor(V_lowest_), std::ceil(V_highest_)}};
  surrogate.outputs = {{"rest", "uA/uF", Form::current}};
  for (int k = 1; k <= shape_.latents; ++k) {
    const std::string name = fmt::format("z{}", k);
    surrogate.inputs.push_back({name, "1", 0.0, 1.0, 0.0, 1.0});
    surrogate.outputs.push_back({name, "1/ms", Form::derivative});
  }
  surrogate.conductance = conductance(networks);
  return surrogate;
}

std::unique_ptr<Task> make_conductance_task(const TrainingConfig& config, torch::Device device) {
  return std::make_unique<ConductanceTask>(config, device);
}

}  // namespace myowave::learn
