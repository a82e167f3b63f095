// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

#include "base/error.hpp"

namespace myowave {
namespace {

struct Symbol {
  std::string_view name;
  double factor;
  std::array<int, 6> power;  // mm, ms, mV, uA, mM, K
  bool prefixable = true;
};

// Factors to mm, ms, mV, uA, mM. A farad is A s/V = 1e6 uA * 1e3 ms / 1e3 mV.
constexpr Symbol symbols[] = {
    {"m", 1e3, {1, 0, 0, 0, 0, 0}},
    {"s", 1e3, {0, 1, 0, 0, 0, 0}},
    {"Hz", 1e-3, {0, -1, 0, 0, 0, 0}},
    {"V", 1e3, {0, 0, 1, 0, 0, 0}},
    {"A", 1e6, {0, 0, 0, 1, 0, 0}},
    {"S", 1e3, {0, 0, -1, 1, 0, 0}},
    {"ohm", 1e-3, {0, 0, 1, -1, 0, 0}},
    {"Ohm", 1e-3, {0, 0, 1, -1, 0, 0}},
    {"F", 1e6, {0, 1, -1, 1, 0, 0}},
    {"C", 1e9, {0, 1, 0, 1, 0, 0}},
    {"M", 1e3, {0, 0, 0, 0, 1, 0}},
    {"L", 1e6, {3, 0, 0, 0, 0, 0}},
    {"l", 1e6, {3, 0, 0, 0, 0, 0}},
    {"mol", 1e9, {3, 0, 0, 0, 1, 0}},  // mol = M L
    {"J", 1e12, {0, 1, 1, 1, 0, 0}},   // J = V A s
    {"K", 1.0, {0, 0, 0, 0, 0, 1}, false},
    {"rad", 1.0, {}, false},
    {"deg", std::numbers::pi / 180.0, {}, false},
    {"1", 1.0, {}, false},
    {"%", 0.01, {}, false},
};

struct Prefix {
  std::string_view name;
  double factor;
};

constexpr Prefix prefixes[] = {{"k", 1e3},  {"d", 1e-1}, {"c", 1e-2}, {"m", 1e-3},  {"u", 1e-6},
                               {"µ", 1e-6}, {"μ", 1e-6}, {"n", 1e-9}, {"p", 1e-12}, {"M", 1e6}};

std::optional<Unit> find_symbol(std::string_view name) {
  for (const Symbol& symbol : symbols) {
    if (name == symbol.name) return Unit{symbol.factor, {symbol.power}};
  }
  for (const Prefix& prefix : prefixes) {
    if (!name.starts_with(prefix.name)) continue;
    for (const Symbol& symbol : symbols) {
      if (symbol.prefixable && name.substr(prefix.name.size()) == symbol.name)
        return Unit{prefix.factor * symbol.factor, {symbol.power}};
    }
  }
  return std::nullopt;
}

void multiply(Unit& unit, const Unit& by, int exponent) {
  unit.factor *= std::pow(by.factor, exponent);
  for (std::size_t i = 0; i < unit.dimension.power.size(); ++i)
    unit.dimension.power[i] += exponent * by.dimension.power[i];
}

class UnitParser {
 public:
  explicit UnitParser(std::string_view text) : text_(text) {}

  Unit parse() {
    // Files of others hold units too: a text of any length could nest as deep.
    if (text_.size() > longest)
      throw InputError(fmt::format("a unit has at most {} characters", longest));
    const Unit unit = product();
    if (at_ < text_.size()) fail(text_.substr(at_));
    return unit;
  }

 private:
  static constexpr std::size_t longest = 64;
  static constexpr int largest_exponent = 9;

  Unit product() {
    Unit unit;
    int sign = 1;
    bool first = true, pending = false;  // pending: an operator waits for its right side
    for (skip_space(); at_ < text_.size() && text_[at_] != ')'; skip_space()) {
      const char c = text_[at_];
      if (c == '/' && !pending) {
        sign = -1;
        pending = true;
        ++at_;
      } else if (c == '*' && !first && !pending) {
        pending = true;
        ++at_;
      } else {
        multiply(unit, factor(), sign);
        sign = 1;
        pending = false;
      }
      first = false;
    }
    if (pending) fail("an operator without a unit after it");
    return unit;
  }

  Unit factor() {
    Unit base;
    if (text_[at_] == '(') {
      ++at_;
      base = product();
      if (at_ >= text_.size()) fail("a missing ')'");
      ++at_;
    } else {
      const std::size_t start = at_;
      while (at_ < text_.size() && std::string_view(" */()^").find(text_[at_]) == std::string_view::npos)
        ++at_;
      const std::string_view name = text_.substr(start, at_ - start);
      const std::optional<Unit> found = find_symbol(name);
      if (!found) fail(name);
      base = *found;
    }
    Unit result;
    const std::size_t start = at_;
    multiply(result, base, exponent());
    for (const int power : result.dimension.power)
      if (std::abs(power) > largest_exponent) fail(text_.substr(start));
    return result;
  }

  int exponent() {
    if (at_ >= text_.size() || text_[at_] != '^') return 1;
    ++at_;
    int value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc() || value < -largest_exponent || value > largest_exponent)
      fail(text_.substr(at_));
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  [[noreturn]] void fail(std::string_view part) const {
    throw InputError(fmt::format("'{}' in the unit '{}' is not understood", part, text_));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Unit parse_unit(std::string_view text) { return UnitParser(text).parse(); }

double parse_quantity(std::string_view text, std::string_view expected_unit) {
  const std::string_view body = trimmed(text);
  double number = 0.0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), number);
  if (error == std::errc::result_out_of_range)
    throw InputError(fmt::format("\"{}\" does not fit a double", text));
  if (error != std::errc() || !std::isfinite(number))
    throw InputError(fmt::format("\"{}\" does not start with a number; write for example \"1 {}\"", text,
                                 expected_unit));
  const Unit expected = parse_unit(expected_unit);
  const std::string_view unit_text = trimmed(std::string_view(end, body.data() + body.size()));
  if (unit_text.empty() && !expected.dimension.dimensionless())
    throw InputError(
        fmt::format("\"{0}\" has no unit; write for example \"{0} {1}\"", body, expected_unit));
  const Unit unit = parse_unit(unit_text);
  if (unit.dimension != expected.dimension)
    throw InputError(fmt::format(
        "\"{}\" has the wrong dimension: a quantity in {} is needed here", body,
        expected.dimension.dimensionless() ? "no unit (a plain number)" : std::string(expected_unit)));
  if (!std::isfinite(number * unit.factor))
    throw InputError(fmt::format("\"{}\" does not fit a double", text));
  return number * unit.factor;
}

std::string format_quantity(double value, std::string_view unit) {
  const double number = value / parse_unit(unit).factor;
  // The division can leave the last digit off (0.5 mm -> 0.49999...); prefer the shorter decimal
  // when it reads back to the same value.
  std::string digits = fmt::format("{:.15g}", number);
  double read = 0.0;
  std::from_chars(digits.data(), digits.data() + digits.size(), read);
  if (read * parse_unit(unit).factor != value) digits = fmt::format("{}", number);
  return unit == "1" ? digits : fmt::format("{} {}", digits, unit);
}

}  // namespace myowave
