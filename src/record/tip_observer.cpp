// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>

#include "field/session.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"

namespace myowave {
namespace {

constexpr const char* delayed = "tips_V_delayed";
/// "tips" was the list without z.
constexpr const char* trajectory_list = "tips_in_space";

/// A tip that is not found at two looks has gone.
double largest_gap(const TipSettings& settings) { return 1.5 * settings.every; }

/// What the numbers of a trajectory in a checkpoint begin with: layer, charge, alive, sightings.
constexpr std::size_t head = 4;

}  // namespace

TipObserver::TipObserver(const Mesh& mesh, const Layout& layout, const TipSettings& settings,
                         const std::filesystem::path& folder)
    : layout_(layout),
      settings_(settings),
      schedule_(settings.every),
      finder_(settings.every > 0.0 ? make_tip_finder(mesh, layout) : nullptr),
      tracker_(settings.largest_step, largest_gap(settings)),
      has_filaments_(!mesh.is_grid() && mesh.dimension() == 3),
      table_(folder / "tips.csv", "t_ms,id,x_mm,y_mm,layer,charge,z_mm"),
      filament_table_(folder / "filaments.csv", "t_ms,filament,x_mm,y_mm,z_mm") {}

void TipObserver::observe(double t, const Potential& V) {
  if (!schedule_.due(t)) return;
  if (parallel::any(table_.failed())) table_.fail_to_write();
  if (parallel::any(filament_table_.failed())) filament_table_.fail_to_write();
  if (!V_delayed_.empty()) {
    const Tips tips = finder_->find(V.values(), V_delayed_, settings_.centre);
    tracker_.update(t, tips.singularities);
    most_ = std::max(most_, tips.singularities.size());
    write(t);
    write(t, tips.filaments);
  }
  V_delayed_.assign(V.values().begin(), V.values().end());
}

void TipObserver::write(double t) {
  const std::vector<Trajectory>& all = tracker_.trajectories();
  for (std::size_t id = 0; id < all.size(); ++id)
    if (all[id].t.back() == t)
      table_.append(fmt::format("{:.15g},{},{:.6f},{:.6f},{},{},{:.6f}", t, id + 1, all[id].x.back(),
                                all[id].y.back(), all[id].layer, all[id].charge, all[id].z.back()));
}

void TipObserver::write(double t, const std::vector<Filament>& filaments) {
  most_filaments_ = std::max(most_filaments_, filaments.size());
  for (std::size_t number = 0; number < filaments.size(); ++number) {
    longest_filament_ = std::max(longest_filament_, filaments[number].length());
    for (const Point& at : filaments[number].points)
      filament_table_.append(
          fmt::format("{:.15g},{},{:.6f},{:.6f},{:.6f}", t, number + 1, at[0], at[1], at[2]));
  }
}

void TipObserver::save(CheckpointWriter& out) const {
  if (settings_.every <= 0.0) return;
  table_.flush();
  filament_table_.flush();
  out.write(out.nodes(), delayed, V_delayed_, "mV");
  std::vector<double> list = {static_cast<double>(most_), static_cast<double>(most_filaments_),
                              longest_filament_};
  for (const Trajectory& each : tracker_.trajectories()) {
    list.insert(list.end(), {static_cast<double>(each.layer), static_cast<double>(each.charge),
                             each.alive ? 1.0 : 0.0, static_cast<double>(each.t.size())});
    for (const auto* values : {&each.t, &each.x, &each.y, &each.z})
      list.insert(list.end(), values->begin(), values->end());
  }
  out.write_list(trajectory_list, list);
}

void TipObserver::restore(const CheckpointReader& in) {
  if (settings_.every <= 0.0) return;
  V_delayed_.resize(static_cast<std::size_t>(layout_.owned()));
  in.read(in.nodes(), delayed, V_delayed_);
  const std::vector<double> list = in.list(trajectory_list);
  most_ = static_cast<std::size_t>(list[0]);
  most_filaments_ = static_cast<std::size_t>(list[1]);
  longest_filament_ = list[2];
  std::vector<Trajectory> trajectories;
  for (std::size_t at = 3; at < list.size();) {
    Trajectory each{static_cast<int>(list[at]), static_cast<int>(list[at + 1]), {}, {}, {}, {},
                    list[at + 2] > 0.5};
    const auto count = static_cast<std::size_t>(list[at + 3]);
    at += head;
    for (auto* values : {&each.t, &each.x, &each.y, &each.z}) {
      values->assign(list.begin() + static_cast<std::ptrdiff_t>(at),
                     list.begin() + static_cast<std::ptrdiff_t>(at + count));
      at += count;
    }
    trajectories.push_back(std::move(each));
  }
  tracker_.restore(std::move(trajectories));
  const double t = in.number("time_ms");
  schedule_.skip_to(t);
  table_.resume(t);
  filament_table_.resume(t);
}

void TipObserver::finish() {
  table_.finish();
  filament_table_.finish();
}

}  // namespace myowave
