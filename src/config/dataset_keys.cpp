// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "config/keys.hpp"

namespace myowave::schema {
namespace {

using S = DatasetSettings;

std::optional<double> as_value(const Node& node, const std::string& path, const std::string& unit,
                               const Context& context) {
  return unit == "1" ? as_number(node, path, context) : as_quantity(node, path, unit, context);
}

std::string value_text(double value, const std::string& unit) {
  return unit == "1" ? format_value(value, unit) : quoted(format_value(value, unit));
}

std::string range_text(const ValueRange& range, const std::string& unit) {
  if (!range.given()) return "";
  if (range.low == range.high) return value_text(range.low, unit);
  return fmt::format("[{}, {}]", value_text(range.low, unit), value_text(range.high, unit));
}

/// One value, or [low, high].
void read_range(const Node& node, const std::string& path, const std::string& unit, Sign sign,
                ValueRange& range, const Context& context) {
  const Node::Array* ends = node.array();
  if (ends && ends->size() != 2)
    return context.fault(node, path, node.text() + " is no range; write one value or [low, high]");
  const auto low = as_value(ends ? (*ends)[0] : node, path, unit, context);
  if (!low) return;
  const auto high = ends ? as_value((*ends)[1], path, unit, context) : low;
  if (!high) return;
  if (*low > *high) return context.fault(node, path, node.text() + ": the lower end must come first");
  if (const std::string wrong = check_sign(*low, sign, unit); !wrong.empty())
    return context.fault(node, path, node.text() + " " + wrong);
  range = {*low, *high};
}

template <class Settings>
Key<Settings> range(std::string name, ValueRange Settings::*member, std::string unit, Sign sign,
                    std::string example, std::string meaning) {
  return custom<Settings>(
      std::move(name), unit == "1" ? "number or [low, high]" : "quantity in " + unit + " or [low, high]",
      std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, Settings& settings, const Context& context) {
        read_range(node, path, unit, sign, settings.*member, context);
      },
      [=](const Settings& settings) { return range_text(settings.*member, unit); });
}

std::string written(const Node& node) { return node.string() ? *node.string() : node.text(); }

/// { name = [low, high] }; what the values mean is checked with the model.
Key<S> sampled(std::string name, std::vector<SampledQuantity> S::*member, std::string example,
               std::string meaning) {
  return custom<S>(
      std::move(name), "table of ranges", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const Context& context) {
        if (!node.table())
          return context.fault(
              node, path,
              node.text() + " is no table; write for example { V = [\"-85 mV\", \"20 mV\"] }");
        for (const auto& [key, value] : *node.table()) {
          context.places[path + "." + key] = value.where;
          const Node::Array* ends = value.array();
          if (value.table() || (ends && ends->size() != 2)) {
            context.fault(value, path + "." + key,
                          value.text() + " is no range; write one value or [low, high]");
            continue;
          }
          (settings.*member)
              .push_back({key, written(ends ? (*ends)[0] : value), written(ends ? (*ends)[1] : value)});
        }
      },
      [=](const S& settings) {
        std::string text;
        for (const SampledQuantity& each : settings.*member)
          text += fmt::format("{}{} = [{}, {}]", text.empty() ? "" : ", ", each.name, quoted(each.low),
                              quoted(each.high));
        return text.empty() ? "" : "{ " + text + " }";
      });
}

/// More potentials than this are a slip of the units.
constexpr double most_potentials = 10'000.0;

/// One potential, a list of them, or { from, to, step } with both ends.
std::optional<std::vector<double>> as_potentials(const Node& node, const std::string& path,
                                                 const Context& context) {
  std::vector<double> values;
  if (node.array()) {
    for (const Node& each : *node.array()) {
      const auto value = as_quantity(each, path, "mV", context);
      if (!value) return std::nullopt;
      values.push_back(*value);
    }
    if (values.empty()) {
      context.fault(node, path, "the list is empty; write for example [\"-40 mV\", \"0 mV\"]");
      return std::nullopt;
    }
    return values;
  }
  if (!node.table()) {
    const auto value = as_quantity(node, path, "mV", context);
    return value ? std::optional(std::vector{*value}) : std::nullopt;
  }
  if (const std::size_t before = context.faults.size();
      !check_names(node, path, {"from", "to", "step"}, context) || context.faults.size() > before)
    return std::nullopt;
  double numbers[3] = {};
  const char* names[3] = {"from", "to", "step"};
  for (int k = 0; k < 3; ++k) {
    const Node* each = node.find(names[k]);
    if (!each) {
      context.fault(node, path,
                    fmt::format("'{}' is missing; write {{ from = \"-100 mV\", to = \"40 mV\", step = "
                                "\"10 mV\" }}",
                                names[k]));
      return std::nullopt;
    }
    const auto value = as_quantity(*each, path + "." + names[k], "mV", context);
    if (!value) return std::nullopt;
    numbers[k] = *value;
  }
  const auto [from, to, step] = numbers;
  const double count = (to - from) / step;
  if (!(count >= 0.0 && count < most_potentials)) {
    context.fault(node, path,
                  fmt::format("the steps do not lead from `from` to `to` in at most {:g} potentials",
                              most_potentials));
    return std::nullopt;
  }
  for (int k = 0; k <= static_cast<int>(count + 1e-9); ++k) values.push_back(from + k * step);
  return values;
}

void read_segments(const Node& node, const std::string& path, S& settings, const Context& context) {
  const char* example =
      R"([{ V = "-80 mV", duration = "5 ms" }, )"
      R"({ V = { from = "-60 mV", to = "40 mV", step = "10 mV" }, duration = "20 ms" }])";
  if (!node.array() || node.array()->empty())
    return context.fault(node, path, fmt::format("write a list of segments: {}", example));
  for (std::size_t s = 0; s < node.array()->size(); ++s) {
    const Node& each = (*node.array())[s];
    const std::string at = fmt::format("{}.{}", path, s);
    context.places[at] = each.where;
    if (!check_names(each, at, {"V", "duration"}, context)) continue;
    const Node *V = each.find("V"), *duration = each.find("duration");
    if (!V || !duration) {
      context.fault(each, at, fmt::format("'{}' is missing; write {}", V ? "duration" : "V", example));
      continue;
    }
    const auto potentials = as_potentials(*V, at + ".V", context);
    const auto length = as_quantity(*duration, at + ".duration", "ms", context);
    if (!potentials || !length) continue;
    if (const std::string wrong = check_sign(*length, Sign::positive, "ms"); !wrong.empty()) {
      context.fault(*duration, at + ".duration", duration->text() + " " + wrong);
      continue;
    }
    settings.segments.push_back({*potentials, *length});
  }
}

std::string segments_text(const S& settings) {
  std::string text;
  for (const ClampSegment& segment : settings.segments) {
    std::string potentials;
    for (const double V : segment.V)
      potentials += (potentials.empty() ? "" : ", ") + value_text(V, "mV");
    text += fmt::format("{}{{ V = [{}], duration = {} }}", text.empty() ? "" : ", ", potentials,
                        value_text(segment.duration, "ms"));
  }
  return text.empty() ? "" : "[" + text + "]";
}

void read_nodes(const Node& node, const std::string& path, S& settings, const Context& context) {
  RecordedNodes choice;
  if (node.table()) {
    const std::size_t before = context.faults.size();
    if (!check_names(node, path, {"count", "fraction"}, context) || context.faults.size() > before)
      return;
    const Node *count = node.find("count"), *fraction = node.find("fraction");
    if (!count == !fraction)
      return context.fault(node, path, "write { count = 100 } or { fraction = 0.1 }");
    if (count) {
      const auto value = as_integer(*count, path + ".count", context);
      if (!value) return;
      if (*value < 1 || *value > 1'000'000'000)
        return context.fault(*count, path + ".count",
                             count->text() + " is not allowed; take an integer from 1");
      choice.by = RecordedNodes::By::count, choice.count = static_cast<int>(*value);
    } else {
      const auto value = as_number(*fraction, path + ".fraction", context);
      if (!value) return;
      if (!(*value > 0.0 && *value <= 1.0))
        return context.fault(*fraction, path + ".fraction",
                             fraction->text() + " is not allowed; take a number above 0 and up to 1");
      choice.by = RecordedNodes::By::fraction, choice.fraction = *value;
    }
  } else if (node.array()) {
    choice.by = RecordedNodes::By::probes;
    for (const Node& each : *node.array())
      if (const auto name = as_string(each, path, context)) choice.probes.push_back(*name);
    if (node.array()->empty())
      return context.fault(node, path, "the list is empty; write names of probes, or \"all\"");
  } else if (!node.string() || *node.string() != "all") {
    return context.fault(node, path,
                         node.text() +
                             " is not allowed; write \"all\", a list of probes [\"P1\"], { count = "
                             "100 } or { fraction = 0.1 }");
  }
  settings.nodes = choice;
}

std::string nodes_text(const S& settings) {
  const RecordedNodes& nodes = settings.nodes;
  switch (nodes.by) {
    case RecordedNodes::By::count:
      return fmt::format("{{ count = {} }}", nodes.count);
    case RecordedNodes::By::fraction:
      return fmt::format("{{ fraction = {} }}", format_value(nodes.fraction, "1"));
    case RecordedNodes::By::probes: {
      std::string text;
      for (const std::string& probe : nodes.probes) text += (text.empty() ? "" : ", ") + quoted(probe);
      return "[" + text + "]";
    }
    default:
      return quoted("all");
  }
}

void read_states(const Node& node, const std::string& path, S& settings, const Context& context) {
  if (!node.array() || node.array()->empty())
    return context.fault(node, path, node.text() + " is no list of states; write for example [\"m\"]");
  settings.states.clear();
  for (const Node& each : *node.array())
    if (const auto name = as_string(each, path, context)) settings.states.push_back(*name);
}

std::string states_text(const S& settings) {
  std::string text;
  for (const std::string& state : settings.states) text += (text.empty() ? "" : ", ") + quoted(state);
  return text.empty() ? "" : "[" + text + "]";
}

void read_windows(const Node& node, const std::string& path, S& settings, const Context& context) {
  settings.windows.clear();
  auto add = [&](const Node& window) {
    const Node::Array* ends = window.array();
    if (!ends || ends->size() != 2)
      return context.fault(
          window, path, window.text() + " is no window; write [\"0 ms\", \"10 ms\"] or a list of such");
    const auto from = as_quantity((*ends)[0], path, "ms", context);
    const auto to = as_quantity((*ends)[1], path, "ms", context);
    if (!from || !to) return;
    if (!(*from >= 0.0 && *from < *to))
      return context.fault(window, path,
                           window.text() + ": the start must be at 0 ms or later, and before the end");
    settings.windows.emplace_back(*from, *to);
  };
  const Node::Array* all = node.array();
  if (all && !all->empty() && !all->front().array()) return add(node);
  if (!all || all->empty())
    return context.fault(node, path, "write a list of windows, [[\"0 ms\", \"10 ms\"]]");
  for (const Node& window : *all) add(window);
  std::sort(settings.windows.begin(), settings.windows.end());
}

std::string windows_text(const S& settings) {
  std::string text;
  for (const auto& [from, to] : settings.windows)
    text += fmt::format("{}[{}, {}]", text.empty() ? "" : ", ", value_text(from, "ms"),
                        value_text(to, "ms"));
  return text.empty() ? "" : "[" + text + "]";
}

/// Printed only where it says something.
template <class Print>
Key<S> printed_if(Key<S> key, Print says_something) {
  key.print = [print = key.print, says_something](const S& settings) {
    return says_something(settings) ? print(settings) : std::string();
  };
  return key;
}

Keys<S> current_keys() {
  using C = CurrentSettings;
  Keys<S> keys;
  auto add = [&](const Key<C>& key) { keys.push_back(within(&S::current, key)); };
  add(choice("kind", &C::kind, {"none", "train", "steps", "noise"},
             "no current; pulses at random intervals; random levels; an Ornstein-Uhlenbeck process"));
  add(range("amplitude", &C::amplitude, "uA/uF", Sign::any, R"(["20 uA/uF", "60 uA/uF"])",
            "train: of each pulse; steps: of each level"));
  add(range("start", &C::start, "ms", Sign::not_negative, "\"0 ms\"",
            "train: of the first pulse; 0 ms by default"));
  add(range("duration", &C::duration, "ms", Sign::positive, "\"1 ms\"", "train: of each pulse"));
  add(range("interval", &C::interval, "ms", Sign::positive, R"(["250 ms", "600 ms"])",
            "train: from the start of a pulse to that of the next"));
  add(range("hold", &C::hold, "ms", Sign::positive, R"(["1 ms", "10 ms"])",
            "steps: how long a level lasts"));
  auto of_noise = [&](Key<C> key) {
    key.print = [print = key.print](const C& settings) {
      return settings.kind == CurrentKind::noise ? print(settings) : std::string();
    };
    add(key);
  };
  of_noise(quantity("mean", &C::mean, "uA/uF", Sign::any, "0 uA/uF", "noise: its mean"));
  of_noise(
      quantity("sigma", &C::sigma, "uA/uF", Sign::positive, "5 uA/uF", "noise: its standard deviation"));
  of_noise(quantity("theta", &C::relaxation, "/ms", Sign::positive, "0.1 /ms",
                    "noise: its autocorrelation is exp(-theta t)"));
  return keys;
}

Keys<S> waveform_keys() {
  using W = WaveformSettings;
  Keys<S> keys;
  for (const Key<W>& key :
       Keys<W>{text("file", &W::file, "out/cell/trace.csv",
                    "a CSV file with a column t_ms; by default V is that of the last beat of the "
                    "region's cell under "
                    "[pacing]"),
               text("column", &W::column, "V_P1_mV", "the column of V [mV]"),
               range("scale", &W::scale, "1", Sign::positive, "[0.9, 1.1]",
                     "factor on V less its first value"),
               range("shift", &W::shift, "mV", Sign::any, R"(["-5 mV", "5 mV"])", "added to V"),
               range("stretch", &W::stretch, "1", Sign::positive, "[0.8, 1.2]", "factor on time")})
    keys.push_back(within(&S::waveform, key));
  keys[1] = printed_if(keys[1], [](const S& settings) { return !settings.waveform.file.empty(); });
  return keys;
}

/// Whether the source is one of these.
auto of(std::initializer_list<DatasetSource> sources) {
  return [list = std::vector(sources)](const S& settings) {
    return std::find(list.begin(), list.end(), settings.source) != list.end();
  };
}

/// A group whose keys are printed for one source alone.
Key<S> group_of(DatasetSource source, std::string name, std::string meaning, Keys<S> children) {
  for (Key<S>& child : children) child = printed_if(child, of({source}));
  return group<S>(std::move(name), std::move(meaning), std::move(children));
}

Key<S> source_key() {
  return choice(
      "source", &S::source, {"cells", "voltage_clamp", "ap_clamp", "tissue"},
      "single cells; cells with V held in steps; cells with V following an action potential; nodes of a "
      "run of tissue",
      Presence::required);
}

Key<S> cases_key() {
  return printed_if(
      integer("cases", &S::cases, 1,
              "cells, ap_clamp: how many; those of a voltage_clamp follow from its segments"),
      [counts = of({DatasetSource::cells, DatasetSource::ap_clamp})](const S& settings) {
        return settings.cases > 0 && counts(settings);
      });
}

Key<S> holding_key() {
  return printed_if(quantity("holding", &S::holding, "mV", Sign::any, "-80 mV",
                             "voltage_clamp: V before the first segment, where the states settle"),
                    [](const S& settings) { return !std::isnan(settings.holding); });
}

}  // namespace

const Keys<DatasetSettings>& dataset_keys() {
  using enum DatasetSource;
  static const Keys<S> keys = {
      source_key(),
      cases_key(),
      integer("seed", &S::seed, 0, "of everything that is random"),
      duration_or_none("duration", static_cast<double S::*>(&S::duration), "50 ms",
                       "cells, ap_clamp: length of a case"),
      duration_or_none("every", static_cast<double S::*>(&S::every), "0.1 ms",
                       "time between two samples, a multiple of reaction.step; of tissue a multiple of "
                       "time.step, which "
                       "is its default"),
      sampled("initial", &S::initial, R"({ V = ["-85 mV", "20 mV"], v = [0, 0.12] })",
              "cells: V and states at the start, a Latin hypercube; the others as the region has them"),
      sampled("parameters", &S::parameters, R"({ g_Na = ["5 mS/uF", "15 mS/uF"] })",
              "cells and clamps: parameters that differ from case to case, in the same hypercube"),
      sampled("scale", &S::scale, "{ g_Na = [0.5, 1.5] }", "the same as factors on the region's values"),
      group_of(cells, "current", "cells: what stimulates them, constant over each interval of `every`",
               current_keys()),
      printed_if(
          boolean("reference", &S::reference,
                  "cells: integrate by CVODE (relative tolerance 1e-9) instead of by the kernels"),
          of({cells})),
      printed_if(
          boolean("ionic_current", &S::ionic_current, "cells, tissue: record I_ion too, as clamps do"),
          of({cells, tissue})),
      holding_key(),
      duration_or_none(
          "settle", static_cast<double S::*>(&S::settle), "1000 ms",
          "voltage_clamp: time at the holding potential before the first sample; 1000 ms by default"),
      custom<S>(
          "segments", "list of { V, duration }",
          R"([{ V = "-80 mV", duration = "5 ms" }, { V = { from = "-60 mV", to = "40 mV", step = "10 mV" }, duration = "20 ms" }])",
          "voltage_clamp: V one after the other; a list or { from, to, step } of V makes a family, one "
          "case "
          "for each combination",
          read_segments, segments_text),
      group_of(ap_clamp, "waveform", "ap_clamp: what V follows; ranges differ from case to case",
               waveform_keys()),
      printed_if(text("region", &S::region, "myocardium",
                      "tissue: whose nodes are recorded; its first region by default"),
                 of({tissue})),
      printed_if(
          custom<S>("nodes", "all \\| list of probes \\| { count } \\| { fraction }", "{ count = 100 }",
                    "tissue: the nodes to record; some of them are chosen at random", read_nodes,
                    nodes_text),
          of({tissue})),
      custom<S>("states", "list of states", R"(["m", "h"])",
                "tissue: the states to record, in the order of the model; all by default", read_states,
                states_text),
      custom<S>("windows", "list of [from, to]", R"([["0 ms", "10 ms"], ["50 ms", "60 ms"]])",
                "tissue: the time to record; windows of one length, each a case by itself; all of the "
                "run by default",
                read_windows, windows_text),
  };
  return keys;
}

}  // namespace myowave::schema
