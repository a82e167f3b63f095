// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string_view>

#include "base/text.hpp"
#include "base/units.hpp"
#include "ionic/registry.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/learn/keys.hpp"

namespace myowave::learn {
namespace {

using surrogates::Kind;

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names = {"title",      "surrogate",   "network", "data",
                                                 "train",      "gate",        "step",    "rate",
                                                 "trajectory", "conductance", "search"};
  return names;
}

template <class S>
void read_section(const Node& document, const std::string& name, const schema::Keys<S>& keys,
                  S& settings, const schema::Context& context) {
  if (const Node* section = document.find(name)) {
    context.places[name] = section->where;
    schema::read_keys(*section, name, keys, settings, context);
  }
}

/// Faults at the place of a key, or of the nearest table above it.
class Checker {
 public:
  Checker(const TrainingConfig& config, const schema::Context& context)
      : config_(config), context_(context) {}

  void fault(std::string key, const std::string& message) const {
    const std::string full = key;
    while (!key.empty() && !context_.places.contains(key)) {
      const std::size_t dot = key.rfind('.');
      key = dot == std::string::npos ? "" : key.substr(0, dot);
    }
    context_.faults.push_back({context_.places[key], full + ": " + message});
  }

  void network() const;
  void clamp(const std::vector<std::string>& gates) const;
  void gate(const ionic::ModelInfo& info) const;
  void times() const;
  void step() const;
  void currents() const;
  void rate(const ionic::ModelInfo& info) const;
  void conductance(const ionic::ModelInfo& info) const;
  void weights() const;
  void schedule() const;

 private:
  const TrainingConfig& config_;
  const schema::Context& context_;
};

void Checker::network() const {
  const NetworkSettings& network = config_.network;
  if (network.activations.size() != 1 && network.activations.size() != network.layers.size())
    fault("network.activation",
          fmt::format("{} activations for {} hidden layers; give one for all or one for each",
                      network.activations.size(), network.layers.size()));
}

void Checker::weights() const {
  const std::vector<std::string> terms = loss_terms(config_.surrogate.kind);
  double sum = 0.0;
  for (const auto& [name, weight] : config_.train.weights) sum += weight;
  if (!(sum > 0.0)) fault("train.weights", "all terms have the weight 0; there is nothing to learn");
  for (const auto& [name, weight] : config_.train.weights)
    if (std::find(terms.begin(), terms.end(), name) == terms.end())
      fault("train.weights." + name,
            fmt::format("the kind '{}' has no such term{}; it has: {}", name_of(config_.surrogate.kind),
                        suggestion(name, terms), list_of(terms)));
}

void Checker::schedule() const {
  const TrainSettings& train = config_.train;
  if (train.schedule == Schedule::exponential && train.final_rate == 0.0)
    fault("train.final_rate", "must be above 0 for the schedule 'exponential'; take for example 0.01");
  if (train.polish > 0 && config_.surrogate.kind == Kind::step)
    fault("train.polish", "is for the other kinds, whose loss can be taken over all samples");
  if (train.warm_up >= train.iterations)
    fault("train.warm_up", fmt::format("{} iterations are all there are (train.iterations = {})",
                                       train.warm_up, train.iterations));
}

void Checker::clamp(const std::vector<std::string>& gates) const {
  for (const auto& [name, power] : config_.gate.clamp.powers)
    if (std::find(gates.begin(), gates.end(), name) == gates.end())
      fault("gate.clamp.powers." + name, fmt::format("'{}' is none of the learnt gates{}; they are: {}",
                                                     name, suggestion(name, gates), list_of(gates)));
}

void Checker::gate(const ionic::ModelInfo& info) const {
  std::vector<std::string> allowed;
  for (int g = 0; g < info.voltage_gate_count; ++g)
    allowed.emplace_back(info.states[static_cast<std::size_t>(g)].name);
  if (config_.gate.gates.empty())
    fault("gate.gates", fmt::format("which gates? {} has these whose rates depend on V alone: {}",
                                    info.name, allowed.empty() ? "none" : list_of(allowed)));
  for (const std::string& name : config_.gate.gates)
    if (std::find(allowed.begin(), allowed.end(), name) == allowed.end())
      fault("gate.gates",
            fmt::format("{} has no gate '{}' whose rates depend on V alone{}; it has: {}", info.name,
                        name, suggestion(name, allowed), allowed.empty() ? "none" : list_of(allowed)));
  clamp(config_.gate.gates);
}

bool is_multiple(double whole, double part) {
  const double count = whole / part;
  return count > 0.5 && std::abs(count - std::round(count)) < 1e-6 * count;
}

void Checker::times() const {
  const DataSettings& data = config_.data;
  if (!data.file.empty()) return;
  if (data.every <= 0.0 || data.duration <= 0.0)
    return fault("data",
                 "without a file, trajectories are computed: give 'duration' and 'every', for example "
                 "duration = \"25 ms\", every = \"0.1 ms\"");
  if (!is_multiple(data.duration, data.every))
    fault("data.duration",
          fmt::format("{} is no multiple of data.every = {}", format_quantity(data.duration, "ms"),
                      format_quantity(data.every, "ms")));
  constexpr double most = 2e9;
  const double currents = std::max<double>(1.0, static_cast<double>(data.current.constant.size()));
  if (data.duration / data.every * data.trajectories * currents > most)
    fault("data.trajectories", "these are more than 2e9 samples; take fewer or larger intervals");
  if (data.threshold.fraction > 0.0 && data.ranges.empty())
    fault("data.near_threshold", "needs data.ranges from which the starts are drawn");
  if (!data.current.constant.empty() && data.current.low < data.current.high)
    fault("data.current", "give either constant currents or random ones");
}

void Checker::step() const {
  const double step = config_.surrogate.step;
  if (step <= 0.0)
    return fault("surrogate.step", "a surrogate of the kind 'step' has a time step, step = \"1 ms\"");
  if (config_.data.file.empty() && config_.data.every > 0.0 && !is_multiple(step, config_.data.every))
    fault("surrogate.step",
          fmt::format("{} is no multiple of data.every = {}", format_quantity(step, "ms"),
                      format_quantity(config_.data.every, "ms")));
}

void Checker::currents() const {
  if (config_.rate.currents.empty())
    fault(
        "rate.currents",
        "the structured form needs the currents, for example currents = [{ name = \"I_Na\", reversal = "
        "\"55 mV\", inputs = [\"m\", \"h\"] }]");
}

void Checker::rate(const ionic::ModelInfo& info) const {
  if (config_.rate.form == RateForm::printed) {
    if (!config_.rate.currents.empty()) fault("rate.currents", "belongs to form = \"structured\"");
    return;
  }
  if (config_.rate.time_input) fault("rate.time_input", "belongs to form = \"printed\"");
  if (config_.rate.current_inside) fault("rate.current_inside", "belongs to form = \"printed\"");
  currents();
  std::vector<std::string> names = {"V"};
  for (const ionic::Quantity& state : info.states) names.emplace_back(state.name);
  for (std::size_t k = 0; k < config_.rate.currents.size(); ++k)
    for (const std::string& name : config_.rate.currents[k].inputs)
      if (std::find(names.begin(), names.end(), name) == names.end())
        fault(fmt::format("rate.currents.{}.inputs", k),
              fmt::format("{} has no state '{}'{}; it has: {}", info.name, name, suggestion(name, names),
                          list_of(names)));
  if (info.gate_count != static_cast<int>(info.states.size()) ||
      info.voltage_gate_count != info.gate_count)
    fault("rate.form", fmt::format("{} has states that are no gates of V alone; the structured form "
                                   "cannot hold them, take form = \"printed\"",
                                   info.name));
}

void Checker::conductance(const ionic::ModelInfo& info) const {
  const ConductanceSettings& settings = config_.conductance;
  if (settings.data.empty())
    fault("conductance.data", "there is nothing to learn from; name the files of `myowave dataset`");
  const auto latents = static_cast<int>(settings.latents.size());
  if (!surrogates::find_conductance_kernel(info.name, latents, settings.terms,
                                           ionic::InstructionSet::scalar)) {
    std::vector<std::string> sizes;
    for (const auto& each : surrogates::conductance_kernels(ionic::InstructionSet::scalar))
      sizes.push_back(fmt::format("{} with {} and {}", each.host, each.latents, each.terms));
    fault("conductance.latents",
          fmt::format("{} latents and {} terms of {} cannot be run; there are: {}", latents,
                      settings.terms, info.name, list_of(sizes)));
  }
  std::vector<std::string> gates;
  for (int g = 0; g < info.voltage_gate_count; ++g)
    gates.emplace_back(info.states[static_cast<std::size_t>(g)].name);
  for (const std::string& name : settings.latents)
    if (std::find(gates.begin(), gates.end(), name) == gates.end()) try {
        const double tau = parse_quantity(name, "ms");
        if (!(tau > 0.0))
          fault("conductance.latents", fmt::format("{}: a time constant must be above 0", name));
        if (tau > settings.slowest)
          fault("conductance.latents",
                fmt::format("{}: none is slower than conductance.slowest = {:g} ms", name,
                            settings.slowest));
      } catch (const InputError&) {
        fault(
            "conductance.latents",
            fmt::format("'{}' is neither a time nor a gate of {} whose rates depend on V alone{}; these "
                        "are: {}",
                        name, info.name, suggestion(name, gates), list_of(gates)));
      }
  std::vector<std::string> parameters;
  for (const ionic::Quantity& each : info.parameters) parameters.emplace_back(each.name);
  for (const std::string& name : settings.scaled)
    if (std::find(parameters.begin(), parameters.end(), name) == parameters.end())
      fault("conductance.scaled", fmt::format("{} has no parameter '{}'{}; it has: {}", info.name, name,
                                              suggestion(name, parameters), list_of(parameters)));
  std::vector<std::string> concentrations;
  for (const ionic::Quantity& state : info.states)
    if (std::string(state.unit) != "1") concentrations.emplace_back(state.name);
  for (const std::string& name : settings.readouts)
    if (std::find(concentrations.begin(), concentrations.end(), name) == concentrations.end())
      fault("conductance.readouts",
            fmt::format("{} has no concentration '{}'{}; it has: {}", info.name, name,
                        suggestion(name, concentrations), list_of(concentrations)));
  if (!settings.cycles.empty() && settings.cycles.size() + 1 > settings.data.size())
    fault(
        "conductance.cycles",
        fmt::format("{} cycle lengths for {} data sets; they belong to those behind the first, one each",
                    settings.cycles.size(), settings.data.size()));
  if (!std::is_sorted(settings.cycles.begin(), settings.cycles.end(), std::less_equal<>()))
    fault("conductance.cycles", "they must ascend, with their data sets");
  if (config_.train.rollout_start >= 1.0)
    fault("train.rollout_start", "V would never be free; take for example 0.3");
}

/// The unit of V, a state or a parameter; nullptr if the model has none of that name.
const char* unit_of(const ionic::ModelInfo& info, const std::string& name) {
  if (name == "V") return "mV";
  for (const ionic::Quantity& state : info.states)
    if (name == state.name) return state.unit;
  for (const ionic::Quantity& parameter : info.parameters)
    if (name == parameter.name) return parameter.unit;
  return nullptr;
}

std::vector<std::string> names_to_draw(const ionic::ModelInfo& info) {
  std::vector<std::string> names = {"V"};
  for (const ionic::Quantity& state : info.states) names.emplace_back(state.name);
  for (const ionic::Quantity& parameter : info.parameters) names.emplace_back(parameter.name);
  return names;
}

void convert_ranges(TrainingConfig& config, const ionic::ModelInfo& info, const Checker& check) {
  for (ValueRange& range : config.data.ranges) {
    const std::string key = "data.ranges." + range.name;
    const char* unit = unit_of(info, range.name);
    if (!unit) {
      const std::vector<std::string> names = names_to_draw(info);
      check.fault(key, fmt::format("{} has no state or parameter of that name{}; it has: {}", info.name,
                                   suggestion(range.name, names), list_of(names)));
      continue;
    }
    try {
      const double factor = parse_unit(unit).factor;
      range.low = parse_quantity(range.low_text, unit) / factor;
      range.high = parse_quantity(range.high_text, unit) / factor;
      if (!(range.low < range.high))
        check.fault(key, "the interval is empty; write the lower end, then the higher");
    } catch (const InputError& error) {
      check.fault(key, error.faults().front().message);
    }
  }
}

void check_all(TrainingConfig& config, const schema::Context& context) {
  const Checker check(config, context);
  check.network();
  check.weights();
  check.schedule();
  const auto faults = ionic::check_cell_spec(config.surrogate.cell);
  for (const auto& [key, message] : faults) check.fault("surrogate." + key, message);
  if (!faults.empty()) return;
  const ionic::ModelInfo& info = *ionic::find_model(config.surrogate.cell.model).info;
  if (config.surrogate.kind == Kind::gate) return check.gate(info);
  if (config.surrogate.kind == Kind::conductance) return check.conductance(info);
  convert_ranges(config, info, check);
  check.times();
  if (config.surrogate.kind == Kind::step) check.step();
  if (config.surrogate.kind == Kind::rate) check.rate(info);
}

void read_all(const Node& document, TrainingConfig& config, const schema::Context& context) {
  schema::check_names(document, "", section_names(), context);
  if (const Node* title = document.find("title"))
    if (const auto text = schema::as_string(*title, "title", context)) config.title = *text;
  if (!document.find("surrogate") && !schema::is_misspelt(document, "surrogate", section_names()))
    context.faults.push_back(
        {document.where, "the section [surrogate] is missing; it names the kind and the model"});
  read_section(document, "surrogate", surrogate_keys(), config.surrogate, context);
  read_section(document, "network", network_keys(), config.network, context);
  read_section(document, "data", data_keys(), config.data, context);
  read_section(document, "train", train_keys(), config.train, context);
  read_section(document, "gate", gate_keys(), config.gate, context);
  read_section(document, "step", step_keys(), config.step, context);
  read_section(document, "rate", rate_keys(), config.rate, context);
  read_section(document, "trajectory", trajectory_keys(), config.trajectory, context);
  read_section(document, "conductance", conductance_keys(), config.conductance, context);
  read_section(document, "search", search_keys(), config.search, context);
}

template <class S>
std::string section_text(const std::string& name, const schema::Keys<S>& keys, const S& settings) {
  return fmt::format("\n[{}]\n{}", name, schema::print_keys(keys, settings));
}

}  // namespace

TrainingConfig read_training_config(const std::string& path, std::span<const std::string> overrides) {
  Node document = read_document(path);
  std::vector<Fault> faults;
  for (const std::string& each : overrides) apply_override(document, each, faults);
  std::map<std::string, std::string> places;
  const schema::Context context{faults, places};
  TrainingConfig config;
  config.name = std::filesystem::path(path).stem().string();
  read_all(document, config, context);
  if (config.surrogate.name.empty()) config.surrogate.name = config.name;
  for (const std::string& term : loss_terms(config.surrogate.kind)) {
    // A trajectory is learnt from data alone unless the equations are asked for.
    const bool extra = config.surrogate.kind == Kind::trajectory && term != "data";
    config.train.weights.emplace(term, extra ? 0.0 : 1.0);
  }
  // What follows from keys that could not be read would only repeat their faults.
  if (faults.empty()) check_all(config, context);
  if (!faults.empty()) throw InputError(std::move(faults));
  return config;
}

std::string resolved_text(const TrainingConfig& config, bool exact) {
  TrainSettings train = config.train;
  if (exact) {
    const TrainSettings standard;
    if (train.polish == 0) train.iterations = standard.iterations;
    train.threads = standard.threads;
    train.checkpoint_every = standard.checkpoint_every;
    train.early_stopping = standard.early_stopping;
  }
  const Kind kind = config.surrogate.kind;
  std::string text = config.title.empty() ? "" : "title = " + schema::quoted(config.title) + "\n";
  text += section_text("surrogate", surrogate_keys(), config.surrogate);
  text += section_text("network", network_keys(), config.network);
  if (kind != Kind::gate) text += section_text("data", data_keys(), config.data);
  text += section_text("train", train_keys(), train);
  if (kind == Kind::gate) text += section_text("gate", gate_keys(), config.gate);
  if (kind == Kind::step) text += section_text("step", step_keys(), config.step);
  if (kind == Kind::rate) text += section_text("rate", rate_keys(), config.rate);
  if (kind == Kind::conductance)
    text += section_text("conductance", conductance_keys(), config.conductance);
  if (kind == Kind::trajectory) text += section_text("trajectory", trajectory_keys(), config.trajectory);
  return text;
}

std::string search_text(const TrainingConfig& config) {
  return section_text("search", search_keys(), config.search);
}

std::vector<std::string> loss_terms(Kind kind) {
  switch (kind) {
    case Kind::gate:
      return {"data", "clamp"};
    case Kind::step:
      return {"data", "rollout"};
    case Kind::rate:
      return {"data", "physics"};
    case Kind::conductance:
      return {"data", "smooth", "rest"};
    case Kind::trajectory:
      return {"data", "physics", "boundary"};
    default:
      return {};
  }
}

}  // namespace myowave::learn
