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

/// A tip that is not found at two looks has gone.
double largest_gap(const TipSettings& settings) { return 1.5 * settings.every; }

/// Numbers of one singularity when ranks tell each other.
constexpr std::size_t numbers = 4;

bool before(const Singularity& a, const Singularity& b) {
  return std::tie(a.layer, a.y, a.x) < std::tie(b.layer, b.y, b.x);
}

}  // namespace

TipObserver::TipObserver(const Mesh& mesh, const Layout& layout, const TipSettings& settings,
                         const std::filesystem::path& folder)
    : mesh_(mesh),
      layout_(layout),
      settings_(settings),
      schedule_(settings.every),
      tracker_(settings.largest_step, largest_gap(settings)),
      table_(folder / "tips.csv", "t_ms,id,x_mm,y_mm,layer,charge") {}

std::vector<Singularity> TipObserver::find(std::span<const double> V) const {
  // The cells of this rank: those whose first corner it owns.
  const NodeBox& owned = layout_.owned_box();
  const NodeBox& ghosted = layout_.ghosted_box();
  const Grid& grid = mesh_.grid();
  std::vector<double> now(static_cast<std::size_t>(ghosted.size())), then(now.size());
  layout_.exchange(V, now);
  layout_.exchange(V_delayed_, then);
  GridShape shape{owned.count, grid.spacing};
  for (std::size_t a = 0; a < 2; ++a)
    if (owned.start[a] + owned.count[a] < grid.nodes[a]) ++shape.nodes[a];
  std::vector<double> V_here, V_then;
  std::vector<std::uint8_t> tissue;
  for (int k = 0; k < shape.nodes[2]; ++k)
    for (int j = 0; j < shape.nodes[1]; ++j)
      for (int i = 0; i < shape.nodes[0]; ++i) {
        const std::array<int, 3> at = {owned.start[0] + i, owned.start[1] + j, owned.start[2] + k};
        const auto index = static_cast<std::size_t>(
            at[0] - ghosted.start[0] +
            ghosted.count[0] * ((at[1] - ghosted.start[1]) +
                                std::ptrdiff_t{ghosted.count[1]} * (at[2] - ghosted.start[2])));
        V_here.push_back(now[index]);
        V_then.push_back(then[index]);
        tissue.push_back(mesh_.cell_mask(at[0], at[1], at[2]) != 0);
      }
  std::vector<double> mine;
  for (const Singularity& each : find_singularities(shape, V_here, V_then, settings_.centre, tissue)) {
    mine.push_back(each.x + owned.start[0] * grid.spacing[0]);
    mine.push_back(each.y + owned.start[1] * grid.spacing[1]);
    mine.push_back(each.layer + owned.start[2]);
    mine.push_back(each.charge);
  }
  const std::vector<double> all = parallel::gather(mine);
  std::vector<Singularity> found;
  for (std::size_t i = 0; i + numbers <= all.size(); i += numbers)
    found.push_back({all[i], all[i + 1], static_cast<int>(all[i + 2]), static_cast<int>(all[i + 3])});
  // In an order that does not depend on the ranks.
  std::sort(found.begin(), found.end(), before);
  return found;
}

void TipObserver::observe(double t, const Potential& V) {
  if (!schedule_.due(t)) return;
  if (parallel::any(table_.failed())) table_.fail_to_write();
  if (!V_delayed_.empty()) {
    const std::vector<Singularity> found = find(V.values());
    tracker_.update(t, found);
    most_ = std::max(most_, found.size());
    const std::vector<Trajectory>& all = tracker_.trajectories();
    for (std::size_t id = 0; id < all.size(); ++id)
      if (all[id].t.back() == t)
        table_.append(fmt::format("{:.15g},{},{:.6f},{:.6f},{},{}", t, id + 1, all[id].x.back(),
                                  all[id].y.back(), all[id].layer, all[id].charge));
  }
  V_delayed_.assign(V.values().begin(), V.values().end());
}

void TipObserver::save(CheckpointWriter& out) const {
  if (settings_.every <= 0.0) return;
  table_.flush();
  out.write(out.nodes(), delayed, V_delayed_, "mV");
  std::vector<double> list = {static_cast<double>(most_)};
  for (const Trajectory& each : tracker_.trajectories()) {
    list.insert(list.end(), {static_cast<double>(each.layer), static_cast<double>(each.charge),
                             each.alive ? 1.0 : 0.0, static_cast<double>(each.t.size())});
    for (const auto* values : {&each.t, &each.x, &each.y})
      list.insert(list.end(), values->begin(), values->end());
  }
  out.write_list("tips", list);
}

void TipObserver::restore(const CheckpointReader& in) {
  if (settings_.every <= 0.0) return;
  V_delayed_.resize(static_cast<std::size_t>(layout_.owned()));
  in.read(in.nodes(), delayed, V_delayed_);
  const std::vector<double> list = in.list("tips");
  most_ = static_cast<std::size_t>(list.front());
  std::vector<Trajectory> trajectories;
  for (std::size_t at = 1; at < list.size();) {
    Trajectory each{static_cast<int>(list[at]), static_cast<int>(list[at + 1]), {}, {}, {},
                    list[at + 2] > 0.5};
    const auto count = static_cast<std::size_t>(list[at + 3]);
    at += 4;
    for (auto* values : {&each.t, &each.x, &each.y}) {
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
}

void TipObserver::finish() { table_.finish(); }

}  // namespace myowave
