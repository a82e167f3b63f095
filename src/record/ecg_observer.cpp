// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/error.hpp"
#include "field/session.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"

namespace myowave {
namespace {

std::string header(const std::vector<ElectrodeSettings>& electrodes) {
  std::string text = "t_ms";
  for (const ElectrodeSettings& each : electrodes) text += fmt::format(",phi_{}_mV", each.name);
  return text;
}

PseudoEcg weights(const Mesh& mesh, const Layout& layout, const EcgSettings& settings,
                  const std::vector<ElectrodeSettings>& places) {
  std::vector<Point> positions(static_cast<std::size_t>(layout.owned()));
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] = mesh.position(layout.global_node(static_cast<std::int32_t>(i)));
  // The source is the current of each node, not a density: every volume counts once.
  const std::vector<double> volumes(positions.size(), 1.0);
  std::vector<Electrode> electrodes;
  for (const ElectrodeSettings& each : places) electrodes.push_back({each.name, each.at});
  return {positions, volumes, mesh.resolution(), electrodes, settings.bath_conductivity};
}

}  // namespace

EcgObserver::EcgObserver(const Mesh& mesh, const Layout& layout, Source source,
                         const EcgSettings& settings, const std::vector<ElectrodeSettings>& electrodes,
                         const std::filesystem::path& folder)
    : source_(std::move(source)),
      schedule_(electrodes.empty() ? 0.0 : settings.every),
      table_(folder / "ecg.csv", header(electrodes)) {
  if (electrodes.empty()) return;
  std::string fault;
  try {
    ecg_ = weights(mesh, layout, settings, electrodes);
  } catch (const InputError& error) {
    fault = error.faults().front().message;
  }
  // Each rank knows its own nodes.
  fault = parallel::first_text(fault);
  if (!fault.empty()) throw InputError({{"", fault}});
  current_.resize(static_cast<std::size_t>(layout.owned()));
}

void EcgObserver::observe(double t, const Potential& V) {
  if (!schedule_.due(t)) return;
  source_(V.values(), current_);
  std::vector<double> mine(ecg_->electrodes() + 1, 0.0), all(mine.size());
  ecg_->sample(current_, std::span(mine).first(ecg_->electrodes()));
  mine.back() = table_.failed() ? 1.0 : 0.0;
  parallel::sum(mine, all);
  if (all.back() > 0.0) table_.fail_to_write();
  std::string row = fmt::format("{:.15g}", t);
  for (std::size_t e = 0; e < ecg_->electrodes(); ++e) row += fmt::format(",{:.9g}", all[e]);
  table_.append(row);
}

void EcgObserver::save(CheckpointWriter&) const { table_.flush(); }

void EcgObserver::restore(const CheckpointReader& in) {
  if (!ecg_) return;
  const double t = in.number("time_ms");
  schedule_.skip_to(t);
  table_.resume(t);
}

void EcgObserver::finish() { table_.finish(); }

}  // namespace myowave
