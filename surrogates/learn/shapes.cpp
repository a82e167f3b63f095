// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/search.hpp"

namespace myowave::learn {
namespace {

/// Widths of a shape: rectangle w w w; funnel, falling; bottleneck, rising; bowtie, wide ends around
/// a narrow middle; diamond, narrow ends around a wide middle. Empty if the widths cannot make it.
std::vector<int> draw_widths(const std::string& shape, int depth, const std::vector<int>& widths,
                             Random& random) {
  const auto count = static_cast<std::size_t>(depth);
  if (shape == "rectangle") return std::vector<int>(count, widths[random.below(widths.size())]);
  const bool symmetric = shape == "bowtie" || shape == "diamond";
  const std::size_t distinct = symmetric ? (count + 1) / 2 : count;
  if ((symmetric && count < 3) || distinct > widths.size() || distinct < 2) return {};
  std::vector<int> chosen;
  for (const std::int64_t k : random.permutation(widths.size())) {
    if (chosen.size() == distinct) break;
    chosen.push_back(widths[static_cast<std::size_t>(k)]);
  }
  std::sort(chosen.begin(), chosen.end());
  if (shape == "funnel" || shape == "bowtie") std::reverse(chosen.begin(), chosen.end());
  for (std::size_t k = chosen.size(); symmetric && k < count; ++k)
    chosen.push_back(chosen[count - 1 - k]);
  return chosen;
}

}  // namespace

std::vector<Member> draw_members(const SearchSettings& settings) {
  Random random(static_cast<std::uint64_t>(settings.seed), Stream::shapes);
  std::vector<int> widths = settings.widths;
  std::sort(widths.begin(), widths.end());
  widths.erase(std::unique(widths.begin(), widths.end()), widths.end());
  std::vector<Member> members;
  std::set<std::pair<std::vector<int>, std::vector<Activation>>> known;
  const int tries = 200 * settings.members;
  for (int k = 0; k < tries && members.size() < static_cast<std::size_t>(settings.members); ++k) {
    Member member;
    member.shape = settings.shapes[members.size() % settings.shapes.size()];
    // Where a shape is exhausted or cannot be made, others take its place.
    if (k % 20 == 19) member.shape = settings.shapes[random.below(settings.shapes.size())];
    member.layers =
        draw_widths(member.shape, settings.depths[random.below(settings.depths.size())], widths, random);
    if (member.layers.empty() ||
        std::accumulate(member.layers.begin(), member.layers.end(), 0) > settings.neurons)
      continue;
    for (std::size_t layer = 0; layer < member.layers.size(); ++layer)
      member.activations.push_back(settings.activations[random.below(settings.activations.size())]);
    if (known.insert({member.layers, member.activations}).second) members.push_back(std::move(member));
  }
  if (members.empty())
    throw InputError({Fault{"search",
                            "no network fits: look at shapes, depths (bowtie and diamond need 3), "
                            "widths and neurons"}});
  return members;
}

}  // namespace myowave::learn
