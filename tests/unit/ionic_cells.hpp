// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ionic/cell_model.hpp"
#include "ionic/registry.hpp"

/// Runs of cells with random states, and every way in which a model can be computed.
namespace myowave::ionic {

/// `count` cells that are stepped, and `lane_padding` behind them that must not be.
struct Cells {
  static constexpr double untouched = 0.123;

  Cells(const CellModel& model, std::size_t cell_count)
      : count(cell_count),
        V(cell_count + lane_padding, model.initial_V()),
        stimulus(cell_count, 0.0),
        states(model.make_states(cell_count + lane_padding)) {
    for (std::size_t i = count; i < count + lane_padding; ++i) {
      V[i] = untouched;
      for (std::size_t s = 0; s < states.state_count(); ++s) states.set(s, i, untouched);
    }
  }

  CellBlock block() { return {states.rows(V.data(), 0), count, stimulus.data()}; }
  /// V for s = -1.
  double get(int s, std::size_t i) const {
    return s < 0 ? V[i] : states.get(static_cast<std::size_t>(s), i);
  }

  void set(int s, std::size_t i, double value) {
    if (s < 0)
      V[i] = value;
    else
      states.set(static_cast<std::size_t>(s), i, value);
  }

  std::size_t count;
  std::vector<double> V, stimulus;
  CellStates states;
};

/// Where a state that is no gate is drawn from, relative to where it starts. Free calcium is a total
/// less what is bound in the models of Grandi, and must stay positive.
inline std::pair<double, double> range_of(std::string_view state) {
  if (state.ends_with("_all")) return {1.0, 1.02};
  if (state == "SLL_jn" || state == "SLL_sl" || state == "csqn") return {0.98, 1.0};
  return {0.8, 1.25};
}

/// V anywhere between -100 and 60 mV, gates anywhere between 0 and 1, the other states within a quarter
/// of where they start.
inline Cells random_cells(const CellModel& model, std::size_t count) {
  const ModelInfo& info = model.info();
  std::mt19937_64 random(20260103);
  auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  Cells cells(model, count);
  for (std::size_t i = 0; i < count; ++i) {
    cells.V[i] = uniform(-100.0, 60.0);
    cells.stimulus[i] = i % 3 == 0 ? uniform(-10.0, 60.0) : 0.0;
    for (std::size_t s = 0; s < info.states.size(); ++s) {
      const auto [low, high] = range_of(info.states[s].name);
      const bool gate = s < static_cast<std::size_t>(info.gate_count) && high > 1.0 &&
                        std::string_view(info.states[s].unit) == "1";
      const double start = model.initial_states()[s];
      cells.states.set(s, i, gate || start == 0.0 ? uniform(0.0, 1.0) : start * uniform(low, high));
    }
  }
  return cells;
}

/// Largest |a - b| of V (s = -1) or a state, relative to the larger of |b| and what b was before the
/// step.
inline double difference(int s, const Cells& a, const Cells& b, const Cells& before) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const double scale = std::max(
        {std::abs(b.get(s, i)), std::abs(before.get(s, i)), std::numeric_limits<double>::min()});
    const double relative = std::abs(a.get(s, i) - b.get(s, i)) / scale;
    if (std::isnan(relative)) return relative;
    worst = std::max(worst, relative);
  }
  return worst;
}

/// A model's variant as it is computed.
struct Way {
  CellSpec spec;
  Numerics numerics;
  std::string name;

  std::unique_ptr<CellModel> model(InstructionSet set) const {
    return make_cell_model(spec, numerics, {}, set);
  }
  double dt() const { return std::min(0.02, find_model(spec.model).info->step_max_ms); }
};

/// What a failed test prints.
inline void PrintTo(const Way& way, std::ostream* out) { *out << way.name; }
inline void PrintTo(const CellSpec& spec, std::ostream* out) {
  *out << spec.model << ' ' << spec.variant;
}

inline std::vector<Numerics> every_numerics() {
  std::vector<Numerics> all;
  for (const Method method : {Method::rush_larsen, Method::midpoint})
    for (const Precision precision : {Precision::double_, Precision::mixed})
      for (const bool tables : {false, true}) all.push_back({method, precision, tables});
  return all;
}

inline std::string name_of(const Numerics& numerics) {
  return std::string(numerics.method == Method::midpoint ? "midpoint" : "rush_larsen") +
         (numerics.precision == Precision::mixed ? "_mixed" : "_double") +
         (numerics.tables ? "_tables" : "");
}

/// The name as a test may have it.
inline std::string test_name(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

/// Every model, every variant (or the default ones only).
inline std::vector<CellSpec> every_spec(bool default_variants_only = false) {
  std::vector<CellSpec> all;
  for (const ModelCode* code : built_in_models())
    for (const Variant& variant : code->info->variants) {
      all.push_back({code->info->name, variant.name, {}, {}, {}});
      if (default_variants_only) break;
    }
  return all;
}

inline std::vector<Way> every_way() {
  std::vector<Way> all;
  for (const CellSpec& spec : every_spec())
    for (const Numerics& numerics : every_numerics())
      all.push_back(
          {spec, numerics, test_name(spec.model + "_" + spec.variant + "_" + name_of(numerics))});
  return all;
}

}  // namespace myowave::ionic
