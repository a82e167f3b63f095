// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "base/units.hpp"
#include "ionic/registry.hpp"

namespace myowave::schema {
namespace {

using enum DatasetSource;

const std::vector<std::string> source_names = {"cells", "voltage_clamp", "ap_clamp", "tissue"};
const std::vector<std::string> kind_names = {"none", "train", "steps", "noise"};

/// More cases than this are a slip of the keyboard.
constexpr double most_cases = 1e7;

/// Which choices a key belongs to, and which of them cannot do without it.
template <class Choice>
struct Belongs {
  const char* key;
  std::vector<Choice> to;
  std::vector<Choice> needed;
  const char* example;
};

const std::vector<Belongs<DatasetSource>>& keys_of_sources() {
  static const std::vector<Belongs<DatasetSource>> keys = {
      {"cases", {cells, ap_clamp}, {cells, ap_clamp}, "cases = 100"},
      {"duration", {cells, ap_clamp}, {cells, ap_clamp}, "duration = \"50 ms\""},
      {"every",
       {cells, voltage_clamp, ap_clamp, tissue},
       {cells, voltage_clamp, ap_clamp},
       "every = \"0.1 ms\""},
      {"initial", {cells}, {}, ""},
      {"parameters", {cells, voltage_clamp, ap_clamp}, {}, ""},
      {"scale", {cells, voltage_clamp, ap_clamp}, {}, ""},
      {"current", {cells}, {}, ""},
      {"reference", {cells}, {}, ""},
      {"ionic_current", {cells, tissue}, {}, ""},
      {"holding", {voltage_clamp}, {}, ""},
      {"settle", {voltage_clamp}, {}, ""},
      {"segments",
       {voltage_clamp},
       {voltage_clamp},
       "segments = [{ V = { from = \"-60 mV\", to = \"40 mV\", step = \"10 mV\" }, duration = \"20 ms\" "
       "}]"},
      {"waveform", {ap_clamp}, {}, ""},
      {"region", {tissue}, {}, ""},
      {"nodes", {tissue}, {}, ""},
      {"states", {tissue}, {}, ""},
      {"windows", {tissue}, {}, ""},
  };
  return keys;
}

const std::vector<Belongs<CurrentKind>>& keys_of_currents() {
  using enum CurrentKind;
  static const std::vector<Belongs<CurrentKind>> keys = {
      {"amplitude", {train, steps}, {train, steps}, "amplitude = [\"20 uA/uF\", \"60 uA/uF\"]"},
      {"start", {train}, {}, ""},
      {"duration", {train}, {train}, "duration = \"1 ms\""},
      {"interval", {train}, {train}, "interval = [\"250 ms\", \"600 ms\"]"},
      {"hold", {steps}, {steps}, "hold = [\"1 ms\", \"10 ms\"]"},
      {"mean", {noise}, {}, ""},
      {"sigma", {noise}, {noise}, "sigma = \"5 uA/uF\""},
      {"theta", {noise}, {noise}, "theta = \"0.1 /ms\""},
  };
  return keys;
}

template <class T>
bool is_in(const T& value, const std::vector<T>& list) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

class Resolver {
 public:
  Resolver(Config& config, const Context& context)
      : config_(config), settings_(config.dataset), context_(context) {}

  void run(const std::filesystem::path& folder) {
    check_keys(keys_of_sources(), settings_.source, source_names, "source", "");
    if (settings_.source == cells)
      check_keys(keys_of_currents(), settings_.current.kind, kind_names, "kind", "current.");
    check_regions();
    if (settings_.source == tissue) return resolve_tissue();
    if (settings_.cases > most_cases)
      fault("cases",
            fmt::format("{} cases are asked for; at most {:g} are allowed: start several programs with "
                        "different seeds",
                        settings_.cases, most_cases));
    resolve_steps();
    resolve_quantities();
    if (settings_.source == cells) resolve_current();
    if (settings_.source == voltage_clamp) resolve_segments();
    if (settings_.source == ap_clamp) resolve_waveform(folder);
    if (settings_.source != cells) resolve_method();
  }

 private:
  void fault(const std::string& key, const std::string& message) {
    context_.faults.push_back(config_.fault("dataset" + (key.empty() ? "" : "." + key), message));
  }
  bool given(const std::string& key) const { return config_.places.count("dataset." + key) > 0; }

  template <class Choice>
  void check_keys(const std::vector<Belongs<Choice>>& keys, Choice choice,
                  const std::vector<std::string>& names, const char* chosen_by,
                  const std::string& prefix) {
    const std::string& name = names[static_cast<std::size_t>(choice)];
    for (const Belongs<Choice>& each : keys) {
      const std::string key = prefix + each.key;
      if (given(key) && !is_in(choice, each.to)) {
        std::vector<std::string> owners;
        for (const Choice owner : each.to) owners.push_back(names[static_cast<std::size_t>(owner)]);
        fault(key, fmt::format("it belongs to {} = \"{}\"; with {} = \"{}\" leave it out", chosen_by,
                               fmt::join(owners, "\" or \""), chosen_by, name));
      }
      if (!given(key) && is_in(choice, each.needed))
        fault(prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1),
              fmt::format("{} = \"{}\" needs the key '{}'; write for example {}", chosen_by, name,
                          each.key, each.example));
    }
  }

  /// Every case has the states of one model, which computes them.
  void check_regions() {
    for (std::size_t r = 0; r < config_.regions.size(); ++r)
      if (!config_.regions[r].surrogate.path.empty())
        context_.faults.push_back(
            config_.fault(fmt::format("region.{}.surrogate", r),
                          "a dataset is computed by the model itself; leave the surrogate out"));
    if (settings_.source != tissue && config_.regions.size() > 1)
      context_.faults.push_back(config_.fault(
          "region.1", fmt::format("source = \"{}\" takes the cell of one region; leave the others out",
                                  source_names[static_cast<std::size_t>(settings_.source)])));
    if (settings_.region.empty()) return;
    std::vector<std::string> names;
    for (const RegionSettings& region : config_.regions) names.push_back(region.name);
    if (!is_in(settings_.region, names))
      fault("region", fmt::format("there is no region '{}'{}; there are: {}", settings_.region,
                                  suggestion(settings_.region, names), list_of(names)));
  }

  void must_be_multiple(const std::string& key, double value, double of, const std::string& of_what) {
    const double count = value / of;
    if (std::abs(count - std::round(count)) <= 1e-6 * std::max(1.0, count / 1e6)) return;
    fault(key, fmt::format("{} is no multiple of {} = {}; take {:.10g} ms", format_quantity(value, "ms"),
                           of_what, format_quantity(of, "ms"), std::ceil(count) * of));
  }

  /// The step of the cells divides the time between two samples.
  void resolve_steps() {
    if (settings_.every == 0.0) return;
    ReactionSettings& reaction = config_.reaction;
    const double largest = std::min(0.02, ionic::find_model(cell().model).info->step_max_ms);
    const double preset = settings_.every / std::ceil(settings_.every / largest - 1e-9);
    if (reaction.step == 0.0) reaction.step = preset;
    const double ratio = settings_.every / reaction.step;
    if (ratio < 1.0 - 1e-9 || std::abs(ratio - std::round(ratio)) > 1e-6)
      context_.faults.push_back(config_.fault(
          "reaction.step",
          fmt::format("{} does not divide dataset.every = {}; take {} or {} divided by an integer",
                      format_quantity(reaction.step, "ms"), format_quantity(settings_.every, "ms"),
                      format_quantity(preset, "ms"), format_quantity(settings_.every, "ms"))));
    if (settings_.duration > 0.0)
      must_be_multiple("duration", settings_.duration, settings_.every, "dataset.every");
  }

  /// V must stay over a step, and the first stage of the midpoint method moves it.
  void resolve_method() {
    ReactionSettings& reaction = config_.reaction;
    if (config_.places.count("reaction.method") && reaction.method == ionic::Method::midpoint)
      context_.faults.push_back(config_.fault("reaction.method",
                                              "midpoint moves V within a step, which a clamp holds; "
                                              "leave the key out or take \"rush_larsen\", "
                                              "whose gates are exact at a constant V"));
    reaction.method = ionic::Method::rush_larsen;
  }

  const ionic::CellSpec& cell() const { return config_.regions.front().cell; }

  /// What the region's cell says of one end of a range; the faults of the spec as such are known.
  std::string end_fault(const std::string& table, const std::string& name,
                        const std::string& text) const {
    ionic::CellSpec spec = cell();
    (table == "initial" ? spec.initial_state : spec.parameters)[name] = text;
    const std::string key = (table == "initial" ? "initial_state." : "parameters.") + name;
    for (const auto& [at, message] : ionic::check_cell_spec(spec))
      if (at == key) return message;
    return "";
  }

  const ionic::Quantity* find(const std::string& table, const std::string& name) const {
    const ionic::ModelInfo& info = *ionic::find_model(cell().model).info;
    for (const ionic::Quantity& each : table == "initial" ? info.states : info.parameters)
      if (name == each.name) return &each;
    return nullptr;
  }

  void resolve_quantity(const std::string& table, SampledQuantity& quantity) {
    const std::string key = table + "." + quantity.name;
    const bool factor = table == "scale";
    for (const std::string* text : {&quantity.low, &quantity.high}) {
      const std::string wrong = end_fault(table, quantity.name,
                                          factor && find(table, quantity.name)
                                              ? "1 " + std::string(find(table, quantity.name)->unit)
                                              : *text);
      if (!wrong.empty()) return fault(key, wrong);
    }
    const ionic::Quantity* of = find(table, quantity.name);
    const std::string unit = factor ? "1" : of ? of->unit : "mV";
    try {
      const double to_published = parse_unit(unit).factor;
      quantity.range = {parse_quantity(quantity.low, unit) / to_published,
                        parse_quantity(quantity.high, unit) / to_published};
    } catch (const InputError& error) {
      return fault(key, error.faults().front().message);
    }
    if (quantity.range.low > quantity.range.high)
      fault(key, fmt::format("[{}, {}]: the lower end must come first", quantity.low, quantity.high));
  }

  void resolve_quantities() {
    for (SampledQuantity& each : settings_.initial) resolve_quantity("initial", each);
    for (SampledQuantity& each : settings_.parameters) resolve_quantity("parameters", each);
    for (SampledQuantity& each : settings_.scale) {
      resolve_quantity("scale", each);
      for (const SampledQuantity& other : settings_.parameters)
        if (other.name == each.name)
          fault("scale." + each.name, "it stands in dataset.parameters too; keep one of them");
    }
  }

  void resolve_current() {
    CurrentSettings& current = settings_.current;
    if (current.kind != CurrentKind::train) return;
    if (!current.start.given()) current.start = {0.0, 0.0};
    if (current.duration.given() && current.interval.given() &&
        !(current.interval.low > current.duration.high))
      fault("current.interval",
            fmt::format("{} is not longer than the pulse ({}, current.duration): the pulses would merge",
                        format_quantity(current.interval.low, "ms"),
                        format_quantity(current.duration.high, "ms")));
  }

  void resolve_segments() {
    double count = 1.0;
    for (std::size_t s = 0; s < settings_.segments.size(); ++s) {
      const ClampSegment& segment = settings_.segments[s];
      count *= static_cast<double>(segment.V.size());
      if (settings_.every > 0.0)
        must_be_multiple(fmt::format("segments.{}.duration", s), segment.duration, settings_.every,
                         "dataset.every");
      for (const double V : segment.V) check_potential(fmt::format("segments.{}.V", s), V);
    }
    if (count > most_cases)
      fault("segments",
            fmt::format("these are {:g} cases; at most {:g} are allowed", count, most_cases));
    else if (!settings_.segments.empty())
      settings_.cases = static_cast<int>(count);
    if (!std::isnan(settings_.holding)) check_potential("holding", settings_.holding);
    if (!std::isnan(settings_.holding) && settings_.settle == 0.0) settings_.settle = 1000.0;
    if (settings_.settle > 0.0 && std::isnan(settings_.holding))
      fault("settle", "there is no V to settle at; write for example holding = \"-80 mV\"");
  }

  void check_potential(const std::string& key, double V) {
    const ionic::ModelInfo& info = *ionic::find_model(cell().model).info;
    if (!(V > info.V_min_mV && V < info.V_max_mV))
      fault(key, fmt::format("{} is out of range for {}; allowed: {:g} to {:g} mV",
                             format_quantity(V, "mV"), info.name, info.V_min_mV, info.V_max_mV));
  }

  void resolve_waveform(const std::filesystem::path& folder) {
    WaveformSettings& waveform = settings_.waveform;
    if (waveform.file.empty()) {
      if (given("waveform.column"))
        fault("waveform.column", "it names a column of waveform.file, which is missing");
      return;
    }
    waveform.file = std::filesystem::absolute(folder / waveform.file).lexically_normal().string();
  }

  void resolve_tissue() {
    if (settings_.region.empty()) settings_.region = config_.regions.front().name;
    check_probes();
    check_states();
    if (settings_.every == 0.0) settings_.every = config_.time.step;
    must_be_multiple("every", settings_.every, config_.time.step, "time.step");
    if (config_.splitting == Splitting::strang)
      context_.faults.push_back(config_.fault("solver.splitting",
                                              "a step of strang reacts before and after diffusion, so "
                                              "that no single J leads from one V to the next; "
                                              "take \"godunov\""));
    if (config_.reaction.quiet_step > 0.0)
      context_.faults.push_back(config_.fault(
          "reaction.quiet_step",
          "quiet cells would be recorded less exactly than the others; leave the key out"));
    if (config_.time.end > 0.0) resolve_windows();
  }

  void check_probes() {
    std::vector<std::string> names;
    for (const ProbeSettings& probe : config_.probes) names.push_back(probe.name);
    for (const std::string& name : settings_.nodes.probes)
      if (!is_in(name, names))
        fault(
            "nodes",
            fmt::format("there is no probe '{}'{}; there are: {}", name, suggestion(name, names),
                        names.empty() ? "none; write [[probe]] name = ..., at = ..." : list_of(names)));
  }

  void check_states() {
    std::string model;
    for (const RegionSettings& region : config_.regions)
      if (region.name == settings_.region) model = region.cell.model;
    if (model.empty()) return;
    std::vector<std::string> names, seen;
    for (const ionic::Quantity& state : ionic::find_model(model).info->states)
      names.emplace_back(state.name);
    for (const std::string& name : settings_.states) {
      if (!is_in(name, names))
        fault("states", fmt::format("{} has no state '{}'{}; it has: {}", model, name,
                                    suggestion(name, names), list_of(names)));
      if (is_in(name, seen)) fault("states", fmt::format("'{}' stands there twice", name));
      seen.push_back(name);
    }
  }

  void resolve_windows() {
    auto& windows = settings_.windows;
    if (windows.empty()) windows.emplace_back(0.0, config_.time.end);
    const auto text = [](const std::pair<double, double>& window) {
      return fmt::format("[{}, {}]", format_quantity(window.first, "ms"),
                         format_quantity(window.second, "ms"));
    };
    for (std::size_t w = 0; w < windows.size(); ++w) {
      const auto& [from, to] = windows[w];
      const char* const every = given("every") ? "dataset.every" : "time.step";
      must_be_multiple("windows", from, settings_.every, every);
      must_be_multiple("windows", to, settings_.every, every);
      if (to > config_.time.end * (1.0 + 1e-9))
        fault("windows", fmt::format("{} ends after the run (time.end = {})", text(windows[w]),
                                     format_quantity(config_.time.end, "ms")));
      if (std::abs((to - from) - (windows[0].second - windows[0].first)) > 1e-6 * config_.time.step)
        fault("windows", fmt::format("{} and {} differ in length; all cases have the same times",
                                     text(windows[0]), text(windows[w])));
      if (w > 0 && from < windows[w - 1].second - 1e-9)
        fault("windows",
              fmt::format("{} and {} overlap; take them apart", text(windows[w - 1]), text(windows[w])));
    }
  }

  Config& config_;
  DatasetSettings& settings_;
  const Context& context_;
};

}  // namespace

void resolve_dataset(Config& config, const std::filesystem::path& folder, const Context& context) {
  Resolver(config, context).run(folder);
}

}  // namespace myowave::schema
