// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/filaments.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

namespace myowave {
namespace {

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// A passage through a facet; a facet of charge 2 has two.
struct Passage {
  Point at;
  int cells = 0, outer_charge = 0;  ///< cells that have it; its charge seen from the last of them
  int next = -1;
  bool has_previous = false, told = false;
};

/// Passages by facet and copy, and what each cell joins.
class Passages {
 public:
  explicit Passages(std::span<const Crossing> crossings) {
    for (const Crossing& each : crossings)
      for (int copy = 0; copy < std::abs(each.charge); ++copy) number_.emplace(Key{each.facet, copy}, 0);
    for (auto& [key, number] : number_) number = static_cast<int>(count_++);
    passages.resize(count_);
    for (const Crossing& each : crossings) add(each);
    for (const auto& [cell, ends] : cells_) join(ends.in, ends.out);
  }

  std::vector<Passage> passages;  ///< by facet

 private:
  using Key = std::pair<std::array<std::int32_t, 4>, int>;
  struct Ends {
    std::vector<int> in, out;
  };

  void add(const Crossing& crossing) {
    Ends& ends = cells_[crossing.cell];
    for (int copy = 0; copy < std::abs(crossing.charge); ++copy) {
      const int number = number_.at({crossing.facet, copy});
      Passage& passage = passages[static_cast<std::size_t>(number)];
      passage.at = crossing.at;
      ++passage.cells;
      passage.outer_charge = crossing.charge > 0 ? 1 : -1;
      (crossing.charge < 0 ? ends.in : ends.out).push_back(number);
    }
  }

  void join(std::vector<int> in, std::vector<int> out) {
    std::sort(in.begin(), in.end());
    std::sort(out.begin(), out.end());
    for (const int from : in) {
      if (out.empty()) return;
      Passage& first = passages[static_cast<std::size_t>(from)];
      const auto nearest = std::min_element(out.begin(), out.end(), [&](int a, int b) {
        return distance(passages[static_cast<std::size_t>(a)].at, first.at) <
               distance(passages[static_cast<std::size_t>(b)].at, first.at);
      });
      first.next = *nearest;
      passages[static_cast<std::size_t>(*nearest)].has_previous = true;
      out.erase(nearest);
    }
  }

  std::map<Key, int> number_;
  std::size_t count_ = 0;
  std::map<std::int32_t, Ends> cells_;
};

Filament follow(std::vector<Passage>& passages, std::size_t start) {
  Filament filament;
  int at = static_cast<int>(start);
  while (at >= 0 && !passages[static_cast<std::size_t>(at)].told) {
    Passage& passage = passages[static_cast<std::size_t>(at)];
    passage.told = true;
    filament.points.push_back(passage.at);
    at = passage.next;
  }
  filament.closed = at >= 0;
  if (filament.closed) filament.points.push_back(filament.points.front());
  return filament;
}

}  // namespace

double Filament::length() const {
  double sum = 0.0;
  for (std::size_t k = 1; k < points.size(); ++k) sum += distance(points[k - 1], points[k]);
  return sum;
}

FilamentSet chain_filaments(std::span<const Crossing> crossings) {
  std::vector<Passage> passages = Passages(crossings).passages;
  FilamentSet set;
  for (const Passage& each : passages)
    if (each.cells == 1) set.ends.push_back({each.at[0], each.at[1], 0, each.outer_charge, each.at[2]});
  // Open ones from where they begin; what is left is closed.
  for (const bool open : {true, false})
    for (std::size_t start = 0; start < passages.size(); ++start)
      if (!passages[start].told && (!open || !passages[start].has_previous))
        set.filaments.push_back(follow(passages, start));
  std::erase_if(set.filaments, [](const Filament& each) { return each.points.size() < 2; });
  std::stable_sort(set.filaments.begin(), set.filaments.end(),
                   [](const Filament& a, const Filament& b) { return a.length() > b.length(); });
  return set;
}

}  // namespace myowave
