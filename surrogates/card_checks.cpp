// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include "base/text.hpp"
#include "base/units.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::surrogates {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }

std::string at(const char* list, std::size_t i, const char* key) {
  return fmt::format("{}.{}.{}", list, i, key);
}

// --------------------------------------------------------------------------------- single values

/// Offsets, scales and gains are folded into floats.
constexpr double largest = 1e30;

std::string number_fault(double x) {
  if (!std::isfinite(x)) return fmt::format("{} is not finite", x);
  if (std::abs(x) > largest) return fmt::format("{:g} is too large; at most 1e30 fits the floats", x);
  return "";
}

std::string scale_fault(double scale) {
  if (scale == 0.0) return "a scale of 0 is not allowed; take the standard deviation or half the range";
  if (std::abs(scale) < 1.0 / largest)
    return fmt::format("{:g} is too small; at least 1e-30 is needed", scale);
  return number_fault(scale);
}

std::string text_fault(const std::string& text) {
  return is_plain_text(text) ? "" : "the text has control characters or is no UTF-8; leave them out";
}

/// Letters, digits and "_", not a digit first; `suffix` may stand behind.
std::string name_fault(std::string_view name, std::string_view suffix = "") {
  constexpr std::size_t longest = 64;
  const std::string given = shown(name);
  if (!suffix.empty() && name.ends_with(suffix)) name.remove_suffix(suffix.size());
  auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool good = !name.empty() && name.size() <= longest && letter(name[0]) &&
                    std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || digit(c); });
  return good ? ""
              : fmt::format("'{}' is no name; write letters, digits and '_', for example V or x_to",
                            given);
}

/// Units of a card are shorter than the parser of units allows; files may come from anywhere.
std::string unit_fault(const std::string& unit) {
  constexpr std::size_t longest = 40;
  bool good = !unit.empty() && unit.size() <= longest && std::count(unit.begin(), unit.end(), '(') <= 1;
  for (std::size_t i = 0; good && i + 2 < unit.size(); ++i) {
    const std::size_t digit = unit[i + 1] == '-' ? i + 2 : i + 1;
    good = unit[i] != '^' || digit + 1 >= unit.size() ||
           !std::isdigit(static_cast<unsigned char>(unit[digit + 1]));
  }
  if (!good)
    return fmt::format("'{}' is no unit; write for example mV, mM, /ms, mS/uF, or 1 for none",
                       shown(unit));
  try {
    const double factor = parse_unit(unit).factor;
    if (std::isfinite(factor) && factor > 0.0) return "";
    return fmt::format("the unit '{}' is out of all proportion", unit);
  } catch (const InputError& error) {
    return error.faults().front().message + "; write for example mV, mM, /ms, mS/uF, or 1 for none";
  }
}

/// `unit` must be a way to write `needed`, without a factor.
std::string same_unit_fault(const std::string& unit, const char* needed, const char* what) {
  const Unit given = parse_unit(unit), expected = parse_unit(needed);
  const bool same =
      given.dimension == expected.dimension && std::abs(given.factor / expected.factor - 1.0) < 1e-9;
  return same ? "" : fmt::format("{} is in {}, not in '{}'; convert the data", what, needed, unit);
}

class ValueChecker {
 public:
  std::vector<Fault> check(const Surrogate& s) {
    texts(s);
    if (s.kind == Kind::step && !(s.dt > 0.0 && s.dt >= shortest_step && s.dt <= longest_step))
      add("dt", fmt::format("{} ms is no step; it must be above 0 ms, from {:g} to {:g} ms", s.dt,
                            shortest_step, longest_step));
    if (s.kind != Kind::step && s.dt != 0.0) add("dt", "only a step surrogate has a dt");
    for (std::size_t i = 0; i < s.inputs.size(); ++i) input(s.inputs[i], i);
    for (std::size_t i = 0; i < s.outputs.size(); ++i) output(s.outputs[i], i);
    for (std::size_t p = 0; p < s.parts.size(); ++p) part(s.parts[p], p);
    if (s.conductance) conductance(*s.conductance);
    return std::move(faults_);
  }

 private:
  void add(std::string where, std::string message) {
    if (!message.empty()) faults_.push_back({std::move(where), std::move(message)});
  }

  static constexpr double shortest_step = 1e-6, longest_step = 1e6;

  void texts(const Surrogate& s) {
    if (s.name.empty()) add("name", "the name is empty; write what the surrogate shall be called");
    if (s.model.empty()) add("model", "the model is empty; write the ionic model that it stands for");
    add("name", text_fault(s.name));
    add("summary", text_fault(s.summary));
    add("model", text_fault(s.model));
    add("variant", text_fault(s.variant));
    for (const auto& [key, value] : s.parameters) {
      const std::string where = "parameters." + shown(key);
      const std::string wrong = name_fault(key);
      add(where, wrong.empty() ? text_fault(value) : wrong);
      if (wrong.empty() && is_plain_text(value)) add(where, quantity_fault(value));
    }
    map("provenance", s.provenance);
    map("accuracy", s.accuracy);
  }

  void map(const char* name, const std::map<std::string, std::string>& values) {
    for (const auto& [key, value] : values) {
      add(fmt::format("{}.{}", name, shown(key)), text_fault(key));
      add(fmt::format("{}.{}", name, shown(key)), text_fault(value));
    }
  }

  void input(const Input& input, std::size_t i) {
    const std::string wrong_name = name_fault(input.name, ".0"), wrong_unit = unit_fault(input.unit);
    add(at("inputs", i, "name"), wrong_name);
    add(at("inputs", i, "unit"), wrong_unit);
    if (wrong_name.empty() && wrong_unit.empty()) {
      const std::string& name = input.name;
      if (name == "V" || name == "V.0")
        add(at("inputs", i, "unit"), same_unit_fault(input.unit, "mV", "V"));
      if (name == "t") add(at("inputs", i, "unit"), same_unit_fault(input.unit, "ms", "t"));
      if (name == "J") add(at("inputs", i, "unit"), same_unit_fault(input.unit, "uA/uF", "J"));
    }
    add(at("inputs", i, "offset"), number_fault(input.offset));
    add(at("inputs", i, "scale"), scale_fault(input.scale));
    add(at("inputs", i, "range"), range_fault(input));
  }

  static std::string range_fault(const Input& input) {
    if (!number_fault(input.min).empty() || !number_fault(input.max).empty())
      return fmt::format("[{}, {}] is not a finite range", input.min, input.max);
    if (input.min < input.max) return "";
    return fmt::format("[{}, {}] has {}; write the lowest and the highest value of the training data",
                       input.min, input.max,
                       input.min == input.max ? "the width zero" : "its limits in reverse order");
  }

  void output(const Output& output, std::size_t i) {
    const std::string wrong_unit = unit_fault(output.unit);
    add(at("outputs", i, "name"), name_fault(output.name));
    add(at("outputs", i, "unit"), wrong_unit.empty() ? form_unit_fault(output) : wrong_unit);
    add(at("outputs", i, "offset"), number_fault(output.offset));
    add(at("outputs", i, "scale"), scale_fault(output.scale));
    if (output.has_reversal && output.form != Form::current)
      add(at("outputs", i, "reversal"),
          fmt::format("only a current has a reversal potential; this is {}", name_of(output.form)));
    if (output.reversal != 0.0) add(at("outputs", i, "reversal"), scale_fault(output.reversal));
    if (number_fault(output.offset).empty() && scale_fault(output.scale).empty()) {
      if (output.form == Form::inf) add(at("outputs", i, "transform"), inf_fault(output));
      if (output.form == Form::tau) add(at("outputs", i, "transform"), tau_fault(output));
    }
  }

  static std::string form_unit_fault(const Output& output) {
    const bool V = output.name == "V";
    switch (output.form) {
      case Form::value:
      case Form::increment:
        return V ? same_unit_fault(output.unit, "mV", "V") : "";
      case Form::derivative:
        return V ? same_unit_fault(output.unit, "mV/ms", "the derivative of V") : "";
      case Form::current:
        return output.has_reversal ? same_unit_fault(output.unit, "mS/uF",
                                                     "the conductance of a current with a reversal "
                                                     "potential")
                                   : same_unit_fault(output.unit, "uA/uF", "a current");
      case Form::inf:
        return same_unit_fault(output.unit, "1", "a steady state");
      case Form::tau:
        return same_unit_fault(output.unit, "ms", "a time constant");
    }
    return "";
  }

  /// 0 to 1 whatever the weights are.
  static std::string inf_fault(const Output& output) {
    constexpr double rounding = 1e-12;
    auto inside = [](double x) { return x >= -rounding && x <= 1.0 + rounding; };
    if (output.transform == Transform::sigmoid && inside(output.offset) &&
        inside(output.offset + output.scale))
      return "";
    return fmt::format(
        "a steady state must lie between 0 and 1 by construction: take the transform "
        "sigmoid with offset and offset + scale between 0 and 1 (here {}, {:g} and {:g})",
        name_of(output.transform), output.offset, output.offset + output.scale);
  }

  /// Positive whatever the weights are.
  static std::string tau_fault(const Output& output) {
    const bool grows = output.transform == Transform::softplus || output.transform == Transform::exp;
    if (grows && output.offset >= 0.0 && output.scale > 0.0) return "";
    if (output.transform == Transform::sigmoid && output.offset > 0.0 &&
        output.offset + output.scale > 0.0)
      return "";
    return fmt::format(
        "a time constant must be positive by construction: take the transform softplus or "
        "exp with offset >= 0 and scale > 0, or sigmoid between two positive values (here "
        "{}, offset {:g}, scale {:g})",
        name_of(output.transform), output.offset, output.scale);
  }

  void conductance(const Conductance& c) {
    constexpr double widest = 1000.0;  // mV
    if (!(std::abs(c.V_first) <= widest && std::abs(c.V_last) <= widest && c.V_last - c.V_first >= 1.0))
      add("conductance.V",
          fmt::format("{:g} to {:g} mV is no range of knots; write for example [-100, 60]", c.V_first,
                      c.V_last));
    if (!(std::abs(c.reversal) <= widest))
      add("conductance.reversal", fmt::format("{:g} mV is no reversal potential", c.reversal));
    constexpr double largest_factor = 100.0, longest_cycle = 1e5;
    for (const Conductance::Scaled& each : c.scaled) {
      const std::string where = "conductance.scaled." + shown(each.name);
      add(where, name_fault(each.name));
      if (!(each.low >= 0.0 && each.low <= 1.0 && each.high >= 1.0 && each.high <= largest_factor))
        add(where, fmt::format("{:g} to {:g} is no range of factors around 1, from 0 to {:g}", each.low,
                               each.high, largest_factor));
    }
    for (const Conductance::Readout& each : c.readouts) {
      const std::string where = "conductance.readouts." + shown(each.name);
      add(where, name_fault(each.name));
      add(where, unit_fault(each.unit));
    }
    for (std::size_t k = 0; k < c.cycles.size(); ++k)
      if (!(c.cycles[k] > 0.0 && c.cycles[k] <= longest_cycle) ||
          (k > 0 && !(c.cycles[k] > c.cycles[k - 1])))
        add("conductance.cycles", fmt::format("{:g} ms is out of order, or not between 0 and {:g} ms",
                                              c.cycles[k], longest_cycle));
  }

  void part(const Part& part, std::size_t p) {
    add(at("networks", p, "name"), name_fault(part.name));
    for (std::size_t l = 0; l < part.network.layers.size(); ++l)
      add(fmt::format("networks.{}.layers.{}.gain", p, l), number_fault(part.network.layers[l].gain));
  }

  std::vector<Fault> faults_;
};

// ------------------------------------------------------------------------------- how they fit together

class StructureChecker {
 public:
  explicit StructureChecker(const Surrogate& surrogate) : s_(surrogate) {}

  std::vector<Fault> check() {
    if (s_.kind == Kind::conductance) {
      interface();
      return std::move(faults_);
    }
    if (s_.conductance) add("conductance", "only a conductance surrogate has these; leave the key out");
    if (!counts()) return std::move(faults_);
    duplicates();
    usage();
    allowed_inputs();
    allowed_outputs();
    pairs_of_gates();
    return std::move(faults_);
  }

 private:
  void add(std::string where, std::string message) {
    faults_.push_back({std::move(where), std::move(message)});
  }

  /// V and the latents go in, the current and the rates of the latents come out.
  void interface() {
    if (!s_.conductance) add("conductance", "this key is missing");
    const int latents = s_.conductance ? s_.conductance->latents : 0;
    std::vector<std::string> inputs = {"V"}, outputs = {"rest.current"}, in, out;
    for (int k = 1; k <= latents; ++k) {
      inputs.push_back(fmt::format("z{}", k));
      outputs.push_back(fmt::format("z{}.derivative", k));
    }
    for (const Input& input : s_.inputs) in.push_back(input.name);
    for (const Output& output : s_.outputs) out.push_back(reference_of(output));
    if (in != inputs)
      add("inputs",
          fmt::format("with {} latents these are needed, in this order: {}", latents, list_of(inputs)));
    if (out != outputs)
      add("outputs",
          fmt::format("with {} latents these are needed, in this order: {}", latents, list_of(outputs)));
    if (!s_.parts.empty()) add("networks", "a conductance surrogate has none");
  }

  bool counts() {
    auto count = [this](const char* list, std::size_t size) {
      if (size == 0 || size > most_items)
        add(list, fmt::format("there are {}; 1 to {} are allowed", size, most_items));
    };
    count("inputs", s_.inputs.size());
    count("outputs", s_.outputs.size());
    count("networks", s_.parts.size());
    return faults_.empty();
  }

  void duplicates() {
    std::set<std::string> inputs, outputs, networks;
    for (std::size_t i = 0; i < s_.inputs.size(); ++i)
      if (!inputs.insert(s_.inputs[i].name).second)
        add(at("inputs", i, "name"), fmt::format("there are two inputs '{}'", s_.inputs[i].name));
    for (std::size_t i = 0; i < s_.outputs.size(); ++i)
      if (!outputs.insert(reference_of(s_.outputs[i])).second)
        add(at("outputs", i, "name"),
            fmt::format("there are two outputs '{}'", reference_of(s_.outputs[i])));
    for (std::size_t p = 0; p < s_.parts.size(); ++p)
      if (!networks.insert(s_.parts[p].name).second)
        add(at("networks", p, "name"), fmt::format("there are two networks '{}'", s_.parts[p].name));
  }

  /// Every input is read, every output computed once.
  void usage() {
    std::vector<int> read(s_.inputs.size()), written(s_.outputs.size());
    for (std::size_t p = 0; p < s_.parts.size(); ++p) {
      const Part& part = s_.parts[p];
      std::set<int> own;
      for (const int i : part.inputs) {
        MYOWAVE_ASSERT(i >= 0 && index(i) < read.size());
        ++read[index(i)];
        if (!own.insert(i).second)
          add(at("networks", p, "inputs"),
              fmt::format("the network has the input '{}' twice", s_.inputs[index(i)].name));
      }
      for (const int o : part.outputs) {
        MYOWAVE_ASSERT(o >= 0 && index(o) < written.size());
        ++written[index(o)];
      }
    }
    for (std::size_t i = 0; i < read.size(); ++i)
      if (read[i] == 0)
        add(fmt::format("inputs.{}", i),
            fmt::format("no network has the input '{}'; leave it out", s_.inputs[i].name));
    for (std::size_t o = 0; o < written.size(); ++o)
      if (written[o] != 1)
        add(fmt::format("outputs.{}", o),
            fmt::format("the output '{}' is computed by {}; it needs exactly one",
                        reference_of(s_.outputs[o]),
                        written[o] == 0 ? "no network" : fmt::format("networks {} times", written[o])));
  }

  bool has_input(std::string_view name) const {
    return std::any_of(s_.inputs.begin(), s_.inputs.end(),
                       [&](const Input& input) { return input.name == name; });
  }

  void allowed_inputs() {
    const bool trajectory = s_.kind == Kind::trajectory;
    for (std::size_t i = 0; i < s_.inputs.size(); ++i) {
      const std::string& name = s_.inputs[i].name;
      const bool of_trajectory = name == "t" || name.ends_with(".0");
      const bool of_step = name == "J";
      if ((of_trajectory && !trajectory) || (of_step && s_.kind != Kind::step) ||
          (trajectory && name == "V"))
        add(at("inputs", i, "name"), fmt::format("a {} surrogate has no input '{}'; it has {}",
                                                 name_of(s_.kind), name, inputs_of_kind()));
    }
    const bool good = (s_.kind != Kind::gate || (s_.inputs.size() == 1 && has_input("V"))) &&
                      (s_.kind != Kind::residual || (s_.inputs.size() <= 2 && has_input("V"))) &&
                      (!trajectory || has_input("t"));
    if (!good) add("inputs", fmt::format("a {} surrogate has {}", name_of(s_.kind), inputs_of_kind()));
  }

  const char* inputs_of_kind() const {
    switch (s_.kind) {
      case Kind::step:
        return "V, states and J";
      case Kind::rate:
        return "V and states";
      case Kind::gate:
        return "V as its only input";
      case Kind::residual:
        return "V and at most one state";
      case Kind::trajectory:
        return "t, and V.0, initial states (m.0) and parameters";
      case Kind::conductance:
        break;
    }
    return "none in this version";
  }

  std::vector<Form> forms_of_kind() const {
    switch (s_.kind) {
      case Kind::step:
        return {Form::value, Form::increment};
      case Kind::rate:
        return {Form::derivative, Form::current, Form::inf, Form::tau};
      case Kind::gate:
        return {Form::inf, Form::tau};
      case Kind::residual:
        return {Form::derivative};
      case Kind::trajectory:
        return {Form::value};
      case Kind::conductance:
        break;
    }
    return {};
  }

  void allowed_outputs() {
    const std::vector<Form> forms = forms_of_kind();
    std::vector<std::string> names;
    for (const Form form : forms) names.emplace_back(name_of(form));
    std::map<std::string, Form> form_of;
    bool current = false, derivative_of_V = false;
    for (std::size_t o = 0; o < s_.outputs.size(); ++o) {
      const Output& output = s_.outputs[o];
      if (std::find(forms.begin(), forms.end(), output.form) == forms.end())
        add(at("outputs", o, "form"),
            fmt::format("a {} surrogate has no {}; allowed: {}", name_of(s_.kind), name_of(output.form),
                        list_of(names)));
      current = current || output.form == Form::current;
      derivative_of_V = derivative_of_V || (output.form == Form::derivative && output.name == "V");
      if (output.form == Form::current) continue;
      if (output.name == "t" || output.name == "J")
        add(at("outputs", o, "name"),
            fmt::format("'{}' is no state; it cannot be computed", output.name));
      two_forms(output, o, form_of);
    }
    if (current && derivative_of_V)
      add("outputs", "there are currents and a derivative of V; V changes by one or the other");
    if (s_.kind == Kind::residual && (s_.outputs.size() != 1 || s_.outputs[0].name != "V"))
      add("outputs", "a residual surrogate has the derivative of V as its only output");
  }

  /// A variable has one form; inf and tau count as one.
  void two_forms(const Output& output, std::size_t o, std::map<std::string, Form>& form_of) {
    const Form form = output.form == Form::tau ? Form::inf : output.form;
    const auto [known, is_new] = form_of.emplace(output.name, form);
    if (!is_new && known->second != form)
      add(at("outputs", o, "form"), fmt::format("'{}' has both {} and {}; give one of them", output.name,
                                                name_of(known->second), name_of(output.form)));
  }

  void pairs_of_gates() {
    std::map<std::string, int> forms;  // 1: inf, 2: tau
    for (const Output& output : s_.outputs) {
      if (output.form == Form::inf) forms[output.name] |= 1;
      if (output.form == Form::tau) forms[output.name] |= 2;
    }
    for (const auto& [name, has] : forms) {
      if (name == "V") add("outputs", "V is no gate; it has neither inf nor tau");
      if (has != 3)
        add("outputs", fmt::format("the gate '{0}' has {0}.{1} without {0}.{2}; give both", name,
                                   has == 1 ? "inf" : "tau", has == 1 ? "tau" : "inf"));
    }
  }

  const Surrogate& s_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> value_faults(const Surrogate& surrogate) { return ValueChecker().check(surrogate); }

std::vector<Fault> structure_faults(const Surrogate& surrogate) {
  return StructureChecker(surrogate).check();
}

std::string quantity_fault(const std::string& text) {
  double number = 0.0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  std::string unit(rest, end);
  unit.erase(0, std::min(unit.find_first_not_of(' '), unit.size()));
  if (error != std::errc() || !std::isfinite(number))
    return fmt::format("\"{}\" does not start with a number; write for example \"7.8 mS/uF\"",
                       shown(text));
  return unit.empty() ? "" : unit_fault(unit);
}

}  // namespace myowave::surrogates
