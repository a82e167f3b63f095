// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "surrogates/surrogate.hpp"

/// Between the card of a file and a Surrogate. Faults name the key of the card: "inputs.0.range".
namespace myowave::surrogates {

/// A surrogate without its tensors.
struct Card {
  Surrogate surrogate;
  std::vector<std::vector<bool>> layer_norm;  ///< [part][layer]
  std::vector<std::string> missing;           ///< keys that are needed and not there
};

/// Reads a card and appends what is wrong with it. If there is any fault the card is of no use but for
/// `value_faults` of what has none.
Card read_card(const std::string& text, std::vector<Fault>& faults);

/// The card of a valid surrogate.
std::string write_card(const Surrogate& surrogate);

/// Faults of single values: names, units, numbers, ranges.
std::vector<Fault> value_faults(const Surrogate& surrogate);

/// Faults of how the values fit together and of what the kind allows.
std::vector<Fault> structure_faults(const Surrogate& surrogate);

/// What is wrong with "0.8 /ms" as a quantity of any unit; "" if nothing is.
std::string quantity_fault(const std::string& text);

/// "V.increment": how a card names an output.
std::string reference_of(const Output& output);

/// The names of an enumeration whose last value is given, in its order.
template <class E>
std::vector<std::string> names_up_to(E last) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(last); ++i) names.emplace_back(name_of(static_cast<E>(i)));
  return names;
}

/// Limits that no surrogate of use comes near.
inline constexpr std::size_t most_items = 1000;  ///< inputs, outputs, networks, check pairs
inline constexpr std::size_t most_layers = 100;
inline constexpr int most_latents = 64;  ///< and terms
inline constexpr int most_knots = 10'000;

}  // namespace myowave::surrogates
