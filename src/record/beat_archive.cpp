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
  put_number(prefix + "beats", static_cast<double>(beats));
  put(prefix + "V_previous", state.V_previous);
  put(prefix + "extreme", state.extreme);
  put(prefix + "rest", state.rest);
  put(prefix + "phase", state.phase);
  put(prefix + "count", state.count);
  const std::vector<double> none(maps.points(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t b = 0; b < beats; ++b) {
    const bool stored = b < maps.beats();
    put(fmt::format("{}activation_{}", prefix, b),
        stored ? maps.activation(b) : std::span<const double>(none));
    put(fmt::format("{}apd_{}", prefix, b), stored ? maps.apd(b) : std::span<const double>(none));
  }
}

template <class Get>
void restore(Get get, double t_previous, double beat_count, const std::string& prefix, BeatMaps& maps) {
  const BeatMaps::State state{t_previous,           get(prefix + "V_previous"), get(prefix + "extreme"),
                              get(prefix + "rest"), get(prefix + "phase"),      get(prefix + "count")};
  std::vector<std::vector<double>> activation, apd;
  for (int b = 0; b < static_cast<int>(beat_count); ++b) {
    activation.push_back(get(fmt::format("{}activation_{}", prefix, b)));
    apd.push_back(get(fmt::format("{}apd_{}", prefix, b)));
  }
  maps.restore(state, std::move(activation), std::move(apd));
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
  restore(get, in.number(prefix + "t_previous"), in.number(prefix + "beats"), prefix, maps);
}

void save_beats(CheckpointWriter& out, const std::string& prefix, const BeatMaps& maps) {
  save([&](const std::string& name, std::span<const double> values) { out.write_list(name, values); },
       [&](const std::string& name, double value) { out.write_number(name, value); }, prefix, maps,
       maps.beats());
}

void restore_beats(const CheckpointReader& in, const std::string& prefix, BeatMaps& maps) {
  restore([&](const std::string& name) { return in.list(name); }, in.number(prefix + "t_previous"),
          in.number(prefix + "beats"), prefix, maps);
}

}  // namespace myowave
