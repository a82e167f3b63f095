// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "base/error.hpp"
#include "base/units.hpp"
#include "ionic/flush_denormals.hpp"
#include "ionic/registry.hpp"
#include "ionic/tables.hpp"
#include "surrogates/guarded_model.hpp"

namespace myowave::surrogates {
namespace {

const ConductanceKernel& kernel_of(const Surrogate& surrogate, ionic::InstructionSet set) {
  const Conductance& c = *surrogate.conductance;
  const ConductanceKernel* const found =
      find_conductance_kernel(surrogate.model, c.latents, c.terms, set);
  MYOWAVE_ASSERT(found);
  return *found;
}

const KnotKernel* knot_kernel_of(const ConductanceKernel& kernel, int knots,
                                 ionic::Precision precision) {
  if (precision != ionic::Precision::mixed || knots > most_register_knots) return nullptr;
  return knots <= most_register_knots / 2 ? kernel.few_knots : kernel.many_knots;
}

MYOWAVE_CLONES bool any_out(const double* V, double low, double high, std::size_t count) {
  return any_outside(V, low, high, count);
}

std::size_t sodium_gate_count(const ConductanceKernel& kernel) {
  return kernel.layout->states.size() - static_cast<std::size_t>(kernel.latents);
}

std::vector<double> values_of_host(const Surrogate& surrogate) {
  const ionic::CellSpec spec{surrogate.model, surrogate.variant, surrogate.parameters, {}, {}};
  return ionic::cell_values(*ionic::find_model(surrogate.model).info, spec).parameters;
}

/// Index of a parameter of the host; as many as there are if it has none of that name.
std::size_t host_parameter(const Surrogate& surrogate, const std::string& name) {
  const auto& all = ionic::find_model(surrogate.model).info->parameters;
  std::size_t at = 0;
  while (at < all.size() && name != all[at].name) ++at;
  return at;
}

/// Of each scaled parameter, from the values of the surrogate's own parameters.
std::vector<double> factors_of(const Surrogate& surrogate, const std::vector<double>& values) {
  std::vector<double> factors;
  const std::vector<double> of_host = values_of_host(surrogate);
  const std::size_t first = kernel_of(surrogate, ionic::InstructionSet::scalar).conductances.size();
  for (std::size_t k = 0; k < surrogate.conductance->scaled.size(); ++k)
    factors.push_back(values[first + k] /
                      of_host[host_parameter(surrogate, surrogate.conductance->scaled[k].name)]);
  return factors;
}

/// What the region's keys say of the surrogate itself: its parameters are those of sodium alone, and it
/// has no variants.
ionic::CellSpec own_spec(const Surrogate& surrogate, const ionic::CellSpec& spec) {
  ionic::CellSpec own = spec;
  own.model = surrogate.name, own.variant.clear();
  for (const auto& [name, value] : surrogate.parameters) {
    const auto found = own.parameters.find(name);
    if (found != own.parameters.end() && found->second == value) own.parameters.erase(found);
  }
  return own;
}

}  // namespace

ConductanceInfo::ConductanceInfo(const Surrogate& surrogate) {
  const Conductance& c = *surrogate.conductance;
  const ConductanceKernel& kernel = kernel_of(surrogate, ionic::InstructionSet::scalar);
  const ionic::ModelInfo& host = *ionic::find_model(surrogate.model).info;
  const std::size_t gates = sodium_gate_count(kernel);
  for (int k = 1; k <= c.latents; ++k) names_.push_back(fmt::format("z{}", k));
  for (std::size_t s = 0; s < gates; ++s) {
    states_.push_back(host.states[s]);
    states_.back().value = c.initial[1 + s];
  }
  for (std::size_t k = 0; k < names_.size(); ++k)
    states_.push_back({names_[k].c_str(), "1", c.initial[1 + gates + k], "latent gate",
                       kernel.layout->states[gates + k].slow});
  std::vector<std::size_t> of_host(kernel.conductances.begin(), kernel.conductances.end());
  for (const Conductance::Scaled& each : c.scaled)
    of_host.push_back(host_parameter(surrogate, each.name));
  for (const std::size_t at : of_host) {
    parameters_.push_back(host.parameters[at]);
    parameters_.back().value = values_of_host(surrogate)[at];
  }
  variant_ = {"trained", "as in the file", {}, {}};
  info_ = *kernel.layout;
  info_.name = surrogate.name.c_str();
  info_.summary = surrogate.summary.c_str();
  info_.citation = host.citation;
  info_.V_initial_mV = c.initial[0];
  info_.states = states_;
  info_.parameters = parameters_;
  info_.variants = {&variant_, 1};
  info_.V_min_mV = host.V_min_mV, info_.V_max_mV = host.V_max_mV;
  info_.step_max_ms = host.step_max_ms;
}

ConductanceModel::ConductanceModel(std::shared_ptr<const Surrogate> surrogate,
                                   const ionic::CellSpec& spec, const ionic::Numerics& numerics,
                                   bool guarded, ionic::InstructionSet set)
    : surrogate_(std::move(surrogate)),
      names_(*surrogate_),
      values_(ionic::cell_values(names_.info(), own_spec(*surrogate_, spec))),
      numerics_(numerics),
      guarded_(guarded),
      conductance_(surrogate_->conductance->with_factors(factors_of(*surrogate_, values_.parameters))),
      host_(ionic::find_model(surrogate_->model)),
      host_parameters_(values_of_host(*surrogate_)),
      compiled_(kernel_of(*surrogate_, set)),
      kernel_(compiled_.kernels->of(numerics.precision)),
      knot_kernel_(knot_kernel_of(compiled_, conductance_.knots, numerics.precision)),
      parameters_(kernel_parameters(conductance_, sodium_conductances())),
      half_step_(names_.info(), numerics.precision, chunk),
      half_V_(chunk) {}

/// The host gives all of its gates; those of sodium are the first.
void ConductanceModel::sodium_gates(double V, double* inf, double* rate) const {
  const ionic::ModelInfo& host = *host_.info;
  const auto gates = static_cast<std::size_t>(host.voltage_gate_count) + 1;
  std::vector<double> all_inf(gates), all_rate(gates);
  std::vector<double> functions(static_cast<std::size_t>(host.function_count) + 1);
  host_.voltage(V, host_parameters_.data(), all_inf.data(), all_rate.data(), functions.data());
  std::copy_n(all_inf.begin(), sodium_gate_count(compiled_), inf);
  std::copy_n(all_rate.begin(), sodium_gate_count(compiled_), rate);
}

bool ConductanceModel::fits_registers(double dt) const {
  const std::vector<float>& rate = conductance_.rate;
  return knot_kernel_ &&
         dt * static_cast<double>(*std::max_element(rate.begin(), rate.end())) <= largest_register_share;
}

std::unique_ptr<ConductanceModel::Table> ConductanceModel::make_table(double dt) const {
  auto made = std::make_unique<Table>();
  made->dt = dt;
  if (fits_registers(dt))
    made->registers = std::make_unique<RegisterTables>(
        conductance_, sodium_conductances(),
        std::pair(surrogate_->inputs.front().min, surrogate_->inputs.front().max), dt,
        compiled_.sodium_columns,
        [this](double V, double* inf, double* rate) { sodium_gates(V, inf, rate); });
  else
    fill_rows(*made);
  return made;
}

void ConductanceModel::fill_rows(Table& made) const {
  const Conductance& c = conductance_;
  const double dt = made.dt;
  const std::size_t gates = sodium_gate_count(compiled_), latents = static_cast<std::size_t>(c.latents);
  const std::size_t states = gates + latents,
                    columns = 2 * states + static_cast<std::size_t>(c.terms) + 1;
  const std::size_t length =
      (columns + ionic::lane_padding - 1) / ionic::lane_padding * ionic::lane_padding;
  const double first = std::min(ionic::table_V_first, c.V_first);
  const double last =
      std::max(ionic::table_V_first + ionic::table_spacing * ionic::table_intervals, c.V_last);
  const auto intervals = static_cast<int>(std::ceil((last - first) / ionic::table_spacing - 1e-9));
  made.doubles.resize(length * static_cast<std::size_t>(intervals + 1));
  std::vector<double> rate(states);
  for (int r = 0; r <= intervals; ++r) {
    const double V = first + static_cast<double>(r) * ionic::table_spacing;
    double* const row = made.doubles.data() + static_cast<std::size_t>(r) * length;
    sodium_gates(V, row, rate.data());
    c.functions(V, row + gates, rate.data() + gates, row + 2 * states);
    for (std::size_t s = 0; s < states; ++s) row[states + s] = -std::expm1(-dt * rate[s]);
  }
  made.rows = {made.doubles.data(), length, first, 1.0 / ionic::table_spacing, intervals};
  if (numerics_.precision == ionic::Precision::mixed) {
    made.floats.assign(made.doubles.begin(), made.doubles.end());
    made.doubles = {};
    made.rows.rows = made.floats.data();
  }
}

const ConductanceModel::Table& ConductanceModel::table(double dt) const {
  for (const auto& made : tables_)
    if (made->dt == dt) return *made;
  tables_.push_back(make_table(dt));
  return *tables_.back();
}

void ConductanceModel::count_outside(const double* V, std::size_t count, std::uint32_t* outside) const {
  const double low = surrogate_->inputs.front().min, high = surrogate_->inputs.front().max;
  if (!any_out(V, low, high, count)) return;
  for (std::size_t i = 0; i < count; ++i) outside[i] += !(V[i] >= low && V[i] <= high);
}

void ConductanceModel::midpoint(const ionic::CellBlock& block, double dt, std::uint32_t* outside) const {
  const Table &half = table(0.5 * dt), &whole = table(dt);
  for (std::size_t first = 0; first < block.count; first += chunk) {
    const ionic::CellRows at = {block.rows.V + first, block.rows.doubles + first,
                                block.rows.floats ? block.rows.floats + first : nullptr,
                                block.rows.stride};
    const std::size_t count = std::min(chunk, block.count - first);
    const ionic::CellRows middle = half_step_.rows(half_V_.data(), 0);
    first_order(
        {at, middle, block.stimulus + first, count, 0.5 * dt, parameters_.data(), {}, &half.rows}, half,
        outside ? outside + first : nullptr);
    corrector({middle, at, block.stimulus + first, count, dt, parameters_.data(), {}, &whole.rows},
              whole);
  }
}

void ConductanceModel::first_order(const ionic::Stage& stage, const Table& table,
                                   std::uint32_t* outside) const {
  if (table.registers) return knot_kernel_->first_order(stage, table.registers->view(), outside);
  if (outside) count_outside(stage.at.V, stage.count, outside);
  kernel_.first_order(stage);
}

void ConductanceModel::corrector(const ionic::Stage& stage, const Table& table) const {
  if (table.registers) return knot_kernel_->corrector(stage, table.registers->view());
  kernel_.corrector(stage);
}

void ConductanceModel::step(const ionic::CellBlock& block, double dt) const {
  const ionic::FlushDenormals flush;
  std::uint32_t* const outside = guarded_ ? block.fallbacks : nullptr;
  if (numerics_.method == ionic::Method::midpoint) return midpoint(block, dt, outside);
  const Table& whole = table(dt);
  first_order(
      {block.rows, block.rows, block.stimulus, block.count, dt, parameters_.data(), {}, &whole.rows},
      whole, outside);
}

std::vector<double> ConductanceModel::rates(double V, std::span<const double> states,
                                            double stimulus) const {
  const Conductance& c = conductance_;
  const std::size_t gates = sodium_gate_count(compiled_), latents = static_cast<std::size_t>(c.latents);
  std::vector<double> inf(gates + latents), rate(gates + latents);
  std::vector<double> g(static_cast<std::size_t>(c.terms) + 1), result(1 + gates + latents);
  sodium_gates(V, inf.data(), rate.data());
  c.functions(V, inf.data() + gates, rate.data() + gates, g.data());
  for (std::size_t s = 0; s < gates + latents; ++s) result[1 + s] = (inf[s] - states[s]) * rate[s];
  result[0] = stimulus - compiled_.sodium(states.data(), sodium_conductances().data(), V - c.reversal) -
              c.current(g.data(), states.data() + gates);
  return result;
}

std::vector<ionic::Readout> ConductanceModel::readouts() const {
  std::vector<ionic::Readout> all;
  for (const Conductance::Readout& each : conductance_.readouts) all.push_back({each.name, each.unit});
  return all;
}

double ConductanceModel::readout(std::size_t which, std::span<const double> states) const {
  return conductance_.readout(which, states.data() + sodium_gate_count(compiled_));
}

std::vector<std::pair<std::string, std::string>> conductance_faults(const Surrogate& surrogate,
                                                                    const ionic::CellSpec& spec) {
  const Conductance& c = *surrogate.conductance;
  const ConductanceKernel* const kernel =
      find_conductance_kernel(surrogate.model, c.latents, c.terms, ionic::InstructionSet::scalar);
  if (!kernel) {
    std::string sizes;
    for (const ConductanceKernel& each : conductance_kernels(ionic::InstructionSet::scalar))
      sizes += fmt::format("{}{} with {} latents and {} terms", sizes.empty() ? "" : ", ", each.host,
                           each.latents, each.terms);
    return {{"surrogate",
             fmt::format("{} latent gates and {} terms for {} are not compiled into this program; there "
                         "are: {}",
                         c.latents, c.terms, surrogate.model, sizes)}};
  }
  if (c.initial.size() != 1 + kernel->layout->states.size())
    return {{"surrogate",
             fmt::format("conductance.initial has {} numbers; {} are needed: V, the sodium gates of {} "
                         "and the latents",
                         c.initial.size(), 1 + kernel->layout->states.size(), surrogate.model)}};
  const ionic::CellSpec host = {surrogate.model, surrogate.variant, surrogate.parameters, {}, {}};
  std::vector<std::pair<std::string, std::string>> faults;
  for (const auto& [key, message] : ionic::check_cell_spec(host))
    faults.emplace_back("surrogate", fmt::format("its {}: {}", key, message));
  if (!faults.empty()) return faults;
  const ionic::ModelInfo& info = *ionic::find_model(surrogate.model).info;
  for (const Conductance::Scaled& each : c.scaled) {
    const std::size_t at = host_parameter(surrogate, each.name);
    const bool is_sodium = std::find(kernel->conductances.begin(), kernel->conductances.end(),
                                     static_cast<int>(at)) != kernel->conductances.end();
    if (at == info.parameters.size() || is_sodium)
      faults.emplace_back(
          "surrogate",
          fmt::format("conductance.scaled.{}: {} has no such parameter beside {}", each.name,
                      surrogate.model,
                      info.parameters[static_cast<std::size_t>(kernel->conductances.front())].name));
    else if (values_of_host(surrogate)[at] == 0.0)
      faults.emplace_back("surrogate",
                          fmt::format("conductance.scaled.{}: it is 0 in {}, and no factor changes that",
                                      each.name, surrogate.model));
  }
  for (const Conductance::Readout& each : c.readouts) {
    const auto of_host = std::find_if(info.states.begin(), info.states.end(), [&](const auto& state) {
      return each.name == state.name && each.unit == state.unit;
    });
    const auto at = static_cast<std::size_t>(of_host - info.states.begin());
    if (at == info.states.size() || at < sodium_gate_count(*kernel))
      faults.emplace_back("surrogate",
                          fmt::format("conductance.readouts.{}: {} has no state of that name and of the "
                                      "unit {} beside the gates of the sodium current",
                                      each.name, surrogate.model, each.unit));
  }
  if (!faults.empty()) return faults;
  if (!spec.model.empty() && spec.model != surrogate.model)
    faults.emplace_back("model",
                        fmt::format("the surrogate stands for {}, not for {}; leave the key out",
                                    surrogate.model, spec.model));
  if (!spec.variant.empty() && spec.variant != surrogate.variant)
    faults.emplace_back("variant",
                        fmt::format("the surrogate was trained on variant {}, not on {}; leave "
                                    "the key out",
                                    surrogate.variant, spec.variant));
  for (auto& fault :
       ionic::cell_values(ConductanceInfo(surrogate).info(), own_spec(surrogate, spec)).faults)
    faults.push_back(std::move(fault));
  if (faults.empty())
    if (const std::string outside = outside_of_factors(surrogate, spec); !outside.empty())
      faults.emplace_back("surrogate", outside);
  return faults;
}

std::string outside_of_factors(const Surrogate& surrogate, const ionic::CellSpec& spec) {
  const ConductanceInfo own(surrogate);
  const ionic::CellValues values = ionic::cell_values(own.info(), own_spec(surrogate, spec));
  if (!values.faults.empty()) return "";
  const std::vector<double> factors = factors_of(surrogate, values.parameters);
  for (std::size_t k = 0; k < factors.size(); ++k) {
    const Conductance::Scaled& range = surrogate.conductance->scaled[k];
    constexpr double rounding = 1e-9;
    if (factors[k] >= range.low - rounding && factors[k] <= range.high + rounding) continue;
    return fmt::format("{} is {:g} times that of {}, and {} was trained on {:g} to {:g} times",
                       range.name, factors[k], surrogate.model, surrogate.name, range.low, range.high);
  }
  return "";
}

std::string expand_paced_state(const Surrogate& surrogate, ionic::CellSpec& spec) {
  const auto key = spec.initial_state.find("bcl");
  if (key == spec.initial_state.end()) return "";
  const Conductance& c = *surrogate.conductance;
  if (c.cycles.empty())
    return "the surrogate's file holds no states of paced cells; pace one with `myowave cell`";
  double cycle = 0.0;
  try {
    cycle = parse_quantity(key->second, "ms");
  } catch (const InputError& error) {
    return error.faults().front().message;
  }
  if (!(cycle >= c.cycles.front() && cycle <= c.cycles.back()))
    return fmt::format("{:g} ms is not within the cycle lengths of the file, {:g} to {:g} ms", cycle,
                       c.cycles.front(), c.cycles.back());
  spec.initial_state.erase(key);
  const auto above = std::lower_bound(c.cycles.begin(), c.cycles.end(), cycle);
  const auto right = static_cast<std::size_t>(above - c.cycles.begin());
  const std::size_t left = right > 0 ? right - 1 : 0;
  const double share =
      right > left ? (cycle - c.cycles[left]) / (c.cycles[right] - c.cycles[left]) : 0.0;
  const ConductanceInfo own(surrogate);
  const std::size_t width = c.initial.size();
  for (std::size_t s = 0; s < width; ++s) {
    const double value = (1.0 - share) * c.paced[left * width + s] + share * c.paced[right * width + s];
    const std::string name = s == 0 ? "V" : own.info().states[s - 1].name;
    spec.initial_state.emplace(name, fmt::format("{:.17g}{}", value, s == 0 ? " mV" : ""));
  }
  return "";
}

}  // namespace myowave::surrogates
