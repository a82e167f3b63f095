// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/restitution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "base/units.hpp"
#include "config/keys.hpp"

namespace myowave::schema {
namespace {

/// More intervals than this are a slip of the units.
constexpr std::size_t most_intervals = 10'000;

std::string list_text(const std::vector<double>& values, const std::string& unit) {
  std::string text;
  for (const double value : values)
    text += (text.empty() ? "" : ", ") +
            (unit == "1" ? format_value(value, unit) : quoted(format_value(value, unit)));
  return text.empty() ? "" : "[" + text + "]";
}

/// { from, to, step } as the list that it stands for, `to` included.
void read_range(const Node& node, const std::string& path, std::vector<double>& values,
                const Context& context) {
  const std::size_t before = context.faults.size();
  if (!check_names(node, path, {"from", "to", "step"}, context) || context.faults.size() > before)
    return;
  double numbers[3] = {};
  const char* names[3] = {"from", "to", "step"};
  for (int k = 0; k < 3; ++k) {
    const Node* each = node.find(names[k]);
    if (!each) {
      context.fault(node, path,
                    fmt::format("'{}' is missing; write {{ from = \"600 ms\", to = \"300 ms\", step = "
                                "\"20 ms\" }} or a list",
                                names[k]));
      return;
    }
    const auto value = as_quantity(*each, path + "." + names[k], "ms", context);
    if (!value) return;
    if (const std::string wrong = check_sign(*value, Sign::positive, "ms"); !wrong.empty())
      return context.fault(*each, path + "." + names[k], each->text() + " " + wrong);
    numbers[k] = *value;
  }
  const auto [from, to, step] = numbers;
  const double count = std::abs(from - to) / step;
  if (count > static_cast<double>(most_intervals))
    return context.fault(
        node, path,
        fmt::format("these are {:.0f} intervals; at most {} are allowed", count + 1.0, most_intervals));
  const double direction = to < from ? -step : step;
  for (int k = 0; k <= static_cast<int>(count + 1e-9); ++k) values.push_back(from + k * direction);
  if (std::abs(values.back() - to) > 1e-9 * to) values.push_back(to);
}

/// A list of times, or a range of them.
void read_times(const Node& node, const std::string& path, std::vector<double>& values,
                const Context& context) {
  values.clear();
  if (node.table() && node.find("intervals") && node.table()->size() == 1)
    return read_times(*node.find("intervals"), path + ".intervals", values, context);
  if (!node.array()) return read_range(node, path, values, context);
  for (const Node& each : *node.array()) {
    const auto value = as_quantity(each, path, "ms", context);
    if (!value) return;
    if (const std::string wrong = check_sign(*value, Sign::positive, "ms"); !wrong.empty())
      return context.fault(each, path, each.text() + " " + wrong);
    values.push_back(*value);
  }
  if (values.empty()) context.fault(node, path, "the list is empty; write for example [\"400 ms\"]");
}

Key<RestitutionSettings> times(std::string name, std::vector<double> RestitutionSettings::*member,
                               std::string meaning) {
  return custom<RestitutionSettings>(
      std::move(name), "list of times, or { from, to, step }",
      R"({ from = "600 ms", to = "300 ms", step = "20 ms" })", std::move(meaning),
      [=](const Node& node, const std::string& path, RestitutionSettings& settings,
          const Context& context) { read_times(node, path, settings.*member, context); },
      [=](const RestitutionSettings& settings) { return list_text(settings.*member, "ms"); });
}

Key<RestitutionSettings> probes(std::string name, std::vector<std::string> RestitutionSettings::*member,
                                std::string meaning) {
  return custom<RestitutionSettings>(
      std::move(name), "name or list of names", "\"proximal\"", std::move(meaning),
      [=](const Node& node, const std::string& path, RestitutionSettings& settings,
          const Context& context) {
        std::vector<std::string> names;
        auto add = [&](const Node& each) {
          if (const auto text = as_string(each, path, context)) names.push_back(*text);
        };
        if (node.array())
          for (const Node& each : *node.array()) add(each);
        else
          add(node);
        settings.*member = names;
      },
      [=](const RestitutionSettings& settings) {
        std::string text;
        for (const std::string& each : settings.*member)
          text += (text.empty() ? "" : ", ") + quoted(each);
        return text.empty() ? "" : "[" + text + "]";
      });
}

/// The longest pause and the longest train of the protocol.
double longest_cycle(const RestitutionSettings& settings) {
  if (settings.protocol == RestitutionProtocol::s1s2) return settings.s1_bcl;
  return settings.bcls.empty() ? 0.0 : *std::max_element(settings.bcls.begin(), settings.bcls.end());
}

void check_probes(const Config& config, const std::vector<std::string>& wanted, const std::string& key,
                  const Context& context) {
  std::vector<std::string> names;
  for (const ProbeSettings& probe : config.probes) names.push_back(probe.name);
  for (const std::string& name : wanted)
    if (std::find(names.begin(), names.end(), name) == names.end())
      context.faults.push_back(config.fault(
          key,
          fmt::format("there is no probe '{}'{}; there are: {}", name, suggestion(name, names),
                      names.empty() ? "none; write [[probe]] name = ..., at = ..." : list_of(names))));
}

/// Every interval must be longer than the pulse.
void check_pulse(const Config& config, double pulse, const std::string& pulse_key,
                 const Context& context) {
  auto check = [&](double interval, const std::string& key) {
    if (interval > pulse) return true;
    context.faults.push_back(config.fault(
        key, fmt::format("{} is not longer than the stimulus ({}, {}): the pulses would merge",
                         format_quantity(interval, "ms"), format_quantity(pulse, "ms"), pulse_key)));
    return false;
  };
  const RestitutionSettings& settings = config.restitution;
  const bool s1s2 = settings.protocol == RestitutionProtocol::s1s2;
  if (s1s2 && !check(settings.s1_bcl, "restitution.s1.bcl")) return;
  for (const double interval : s1s2 ? settings.s2 : settings.bcls)
    if (!check(interval, s1s2 ? "restitution.s2" : "restitution.bcls")) return;
}

}  // namespace

const Keys<RestitutionSettings>& restitution_keys() {
  using S = RestitutionSettings;
  static const Keys<S> keys = {
      choice("on", &S::on, {"cell", "cable", "tissue"},
             "a single cell under [pacing]; a cable; or what [mesh] says. Tissue is paced by the first "
             "[[stimulus]], and S2 is given by the second one if there are two"),
      choice(
          "protocol", &S::protocol, {"s1s2", "dynamic"},
          "s1s2: one premature pulse after a train; dynamic: trains of other and other cycle lengths"),
      group<S>("s1", "the train before S2",
               {quantity("bcl", &S::s1_bcl, "ms", Sign::positive, "1000 ms", "cycle length"),
                integer("beats", &S::s1_beats, 1, "beats")}),
      times("s2", &S::s2, "s1s2: intervals from the last S1 to S2"),
      group<S>("erp", "search for the effective refractory period",
               {duration_or_none("resolution", static_cast<double S::*>(&S::erp_resolution), "1 ms",
                                 "s1s2: bisection to this; the ERP is the longest interval found that "
                                 "does not capture")}),
      times("bcls", &S::bcls, "dynamic: cycle lengths in the order of pacing; ends at the first block"),
      integer("beats", &S::beats, 4, "dynamic: beats at each cycle length; the last two are measured"),
      percents(
          "levels", &S::levels,
          "percent of the amplitude that V must lose, for the APDs; [90] by default. DI counts from "
          "the highest"),
      group<S>("cv", "conduction velocity between two groups of probes; on tissue",
               {probes("from", &S::from,
                       "where DI, activation and APD are measured too (means); the first [[probe]]"),
                probes("to", &S::to, "where a wave must arrive to count; the second [[probe]]")}),
      duration_or_none("window", static_cast<double S::*>(&S::window), "1000 ms",
                       "time after a pulse in which it must activate the probes and they must "
                       "repolarise; the longest cycle by default"),
      quantity("alternans", &S::alternans, "ms", Sign::positive, "2 ms",
               "dynamic: difference of the last two APDs from which they count as alternans"),
  };
  return keys;
}

void fill_in_cable(Config& config, const Node& document) {
  if (!document.find("mesh")) {
    config.mesh.kind = MeshKind::cable;
    config.mesh.size = {30.0};
    config.mesh.spacing = {0.1};
  }
  if (!document.find("tissue")) config.tissue.longitudinal = config.tissue.transverse = 0.1334;
  if (config.mesh.size.empty()) return;
  const double length = config.mesh.size.front();
  if (!document.find("stimulus")) {
    StimulusSettings stimulus;
    stimulus.name = "S1";
    constexpr double beyond = std::numeric_limits<double>::infinity();
    stimulus.where = Box{{0.0, -beyond, -beyond}, {1.0, beyond, beyond}};
    stimulus.amplitude = 60.0;
    stimulus.duration = 2.0;
    config.stimuli.push_back(stimulus);
  }
  if (!document.find("probe"))
    for (const auto& [name, at] : {std::pair{"proximal", 0.4}, std::pair{"distal", 0.6}})
      config.probes.push_back({name, {at * length, std::nan(""), std::nan("")}});
}

void resolve_restitution(Config& config, const Context& context) {
  RestitutionSettings& settings = config.restitution;
  auto fault = [&](const std::string& key, const std::string& message) {
    context.faults.push_back(config.fault(key, message));
  };
  if (settings.levels.empty()) settings.levels = {90.0};
  const bool s1s2 = settings.protocol == RestitutionProtocol::s1s2;
  if (s1s2 && settings.s2.empty() && settings.erp_resolution == 0.0)
    fault("restitution",
          "nothing to do: give the S2 intervals, s2 = { from = \"600 ms\", to = \"300 "
          "ms\", step = \"20 ms\" }, or erp = { resolution = \"1 ms\" }, or both");
  if (!s1s2 && settings.bcls.empty())
    fault("restitution",
          "the dynamic protocol needs cycle lengths: bcls = [\"1000 ms\", \"500 ms\"] or "
          "{ from, to, step }");
  if (config.start.period > 0.0)
    fault("start", "restitution starts from rest, not from a spiral wave; leave [start] out");
  if (s1s2 && settings.erp_resolution >= 0.5 * settings.s1_bcl)
    fault("restitution.erp.resolution",
          fmt::format("{} leaves nothing to halve below s1.bcl = {}; take for example \"1 ms\"",
                      format_quantity(settings.erp_resolution, "ms"),
                      format_quantity(settings.s1_bcl, "ms")));
  if (settings.window == 0.0) settings.window = longest_cycle(settings);
  if (settings.on == Preparation::cell) {
    check_pulse(config, config.pacing.duration, "pacing.duration", context);
    return;
  }
  if (settings.on == Preparation::cable && config.mesh.kind != MeshKind::cable)
    fault("mesh.kind",
          "restitution.on = \"cable\" needs a cable; for anything else, also from a file, write on = "
          "\"tissue\"");
  if (config.stimuli.empty())
    fault("restitution", "tissue needs a [[stimulus]] that says where the pulses are given");
  else
    check_pulse(config,
                std::max(config.stimuli.front().duration,
                         config.stimuli.size() > 1 ? config.stimuli[1].duration : 0.0),
                "stimulus.duration", context);
  if (config.stimuli.size() > 2)
    fault("stimulus.2",
          "restitution knows S1, the first [[stimulus]], and S2, the second; leave out "
          "the others");
  if (settings.from.empty() && !config.probes.empty()) settings.from = {config.probes[0].name};
  if (settings.to.empty() && config.probes.size() > 1) settings.to = {config.probes[1].name};
  if (settings.from.empty() || settings.to.empty())
    fault("restitution.cv",
          "two [[probe]] are needed, one where APD and activation are measured and one "
          "farther away where the wave must arrive");
  for (const std::string& name : settings.from)
    if (std::find(settings.to.begin(), settings.to.end(), name) != settings.to.end())
      fault("restitution.cv.to",
            fmt::format("'{}' stands in `from` too; a velocity needs two places", name));
  check_probes(config, settings.from, "restitution.cv.from", context);
  check_probes(config, settings.to, "restitution.cv.to", context);
  // As long as the protocol may be; `run` has it as a key, here it follows.
  const double train = s1s2 ? settings.s1_bcl * settings.s1_beats + settings.window : [&] {
    double sum = settings.window;
    for (const double bcl : settings.bcls) sum += bcl * settings.beats;
    return sum;
  }();
  if (config.time.step > 0.0) config.time.end = std::ceil(train / config.time.step) * config.time.step;
}

}  // namespace myowave::schema
