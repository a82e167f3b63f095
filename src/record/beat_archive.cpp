// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/beat_archive.hpp"

#include <fmt/format.h>

#include <limits>

namespace myowave {
namespace {

/// One code for both kinds of storage: `put(name, values)` and `get(name)`.
template <class Put, class PutNumber>
void save(Put put, PutNumber put_number, const std::string& prefix, const BeatMaps& maps,
          std::size_t beats) {
  const BeatMaps::State state = maps.state();
  put_number(prefix + "t_previous", state.t_previous);
  put_number(prefix + "updates", state.updates);
  put_number(prefix + "beats", static_cast<double>(beats));
  for (const auto& [name, values] : state.arrays) put(prefix + name, values);
  const std::vector<double> none(maps.points(), std::numeric_limits<double>::quiet_NaN());
  for (const BeatMaps::Quantity& each : maps.quantities())
    for (std::size_t b = 0; b < beats; ++b)
      put(fmt::format("{}{}_{}", prefix, each.name, b), b < each.beats.size() ? each.beats[b] : none);
}

template <class Get, class GetNumber>
void restore(Get get, GetNumber number, const std::string& prefix, BeatMaps& maps) {
  BeatMaps::State state{number(prefix + "t_previous"), number(prefix + "updates"), {}};
  for (const std::string& name : BeatMaps::state_names())
    state.arrays.emplace_back(name, get(prefix + name));
  std::vector<BeatMaps::Quantity> quantities = maps.quantities();
  const int beats = static_cast<int>(number(prefix + "beats"));
  for (BeatMaps::Quantity& each : quantities) {
    each.beats.clear();
    for (int b = 0; b < beats; ++b)
      each.beats.push_back(get(fmt::format("{}{}_{}", prefix, each.name, b)));
  }
  maps.restore(state, std::move(quantities));
}

}  // namespace

void save_beats(CheckpointWriter& out, const NodeSetView& set, const std::string& prefix,
                const BeatMaps& maps, std::size_t beats) {
  save([&](const std::string& name,
           std::span<const double> values) { out.write(set, name, values, "mV or ms"); },
       [&](const std::string& name, double value) { out.write_number(name, value); }, prefix, maps,
       beats);
}

void restore_beats(const CheckpointReader& in, const NodeSetView& set, const std::string& prefix,
                   BeatMaps& maps) {
  auto get = [&](const std::string& name) {
    std::vector<double> values(set.globals.size());
    in.read(set, name, values);
    return values;
  };
  restore(
      get, [&](const std::string& name) { return in.number(name); }, prefix, maps);
}

void save_beats(CheckpointWriter& out, const std::string& prefix, const BeatMaps& maps) {
  save([&](const std::string& name, std::span<const double> values) { out.write_list(name, values); },
       [&](const std::string& name, double value) { out.write_number(name, value); }, prefix, maps,
       maps.beats());
}

void restore_beats(const CheckpointReader& in, const std::string& prefix, BeatMaps& maps) {
  restore([&](const std::string& name) { return in.list(name); },
          [&](const std::string& name) { return in.number(name); }, prefix, maps);
}

}  // namespace myowave
