// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "base/units.hpp"
#include "surrogates/card.hpp"
#include "surrogates/surrogate_file.hpp"

/// The card of a surrogate for the terminal.
namespace myowave::surrogates {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t line_width = 100;

/// Columns of a text: bytes that begin a character.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

/// Bytes of the first `count` characters.
std::size_t bytes_of_columns(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at)
    if ((text[at] & 0xc0) != 0x80 && count-- == 0) break;
  return at;
}

/// The text after `head`, in lines that are indented as far as the head reaches.
std::string wrapped(const std::string& head, std::string_view text) {
  const std::size_t indent = columns(head), width = line_width - indent;
  std::string out = head;
  while (columns(text) > width) {
    const std::size_t most = bytes_of_columns(text, width + 1);
    std::size_t cut = text.substr(0, most).rfind(' ');
    const bool at_space = cut != std::string_view::npos && cut > 0;
    if (!at_space) cut = bytes_of_columns(text, width);
    out += std::string(text.substr(0, cut)) + "\n" + std::string(indent, ' ');
    text.remove_prefix(cut + (at_space ? 1 : 0));
  }
  out += text;
  while (out.ends_with(' ')) out.pop_back();
  return out + "\n";
}

std::string row(std::string_view label, std::string_view text) {
  constexpr std::size_t longest = 13;
  if (columns(label) > longest) return wrapped("  ", fmt::format("{}: {}", label, text));
  return wrapped(fmt::format("  {:<{}} ", label, longest), text);
}

std::string entries(const char* title, const std::map<std::string, std::string>& map) {
  if (map.empty()) return "";
  std::string text = fmt::format("\n{}\n", title);
  for (const auto& [key, value] : map) text += row(key, value);
  return text;
}

/// "x - 3", "x + 3" or "x"
std::string less(const char* x, double offset) {
  if (offset == 0.0) return x;
  return fmt::format("{} {} {:g}", x, offset < 0.0 ? '+' : '-', std::abs(offset));
}

std::string input_row(const Input& input) {
  std::string seen = less("x", input.offset);
  if (input.scale != 1.0)
    seen = fmt::format("{} / {:g}", input.offset == 0.0 ? seen : "(" + seen + ")", input.scale);
  return row(input.name, fmt::format("{:g} to {:g}{}; {}", input.min, input.max,
                                     input.unit == "1" ? "" : " " + input.unit, seen));
}

std::string output_row(const Output& output) {
  std::string value =
      output.transform == Transform::identity ? "y" : fmt::format("{}(y)", name_of(output.transform));
  if (output.scale != 1.0) value = fmt::format("{:g} {}", output.scale, value);
  if (output.offset != 0.0) value = fmt::format("{:g} + {}", output.offset, value);
  std::string unit = output.unit == "1" ? "" : " [" + output.unit + "]";
  if (output.has_reversal) {
    value = fmt::format("({}) ({} mV)", value, less("V", output.reversal));
    unit = " [uA/uF]";
  }
  return row(output.name, fmt::format("{}{} = {}", name_of(output.form), unit, value));
}

/// "4-64-64-4 tanh"; activations of all layers but the last, once if they are the same.
std::string shape_text(const Network& network) {
  std::string text = fmt::format("{}", network.inputs());
  Names activations;
  bool residual = false, norm = false;
  for (const Layer& layer : network.layers) {
    text += fmt::format("-{}", layer.outputs);
    const bool last = &layer == &network.layers.back();
    if (!last || layer.activation != Activation::identity)
      if (const Names name{name_of(layer.activation)};
          activations.empty() || activations.back() != name[0])
        activations.push_back(name[0]);
    residual = residual || layer.residual;
    norm = norm || !layer.norm_weight.empty();
  }
  if (activations.empty()) activations = {"linear"};
  return fmt::format("{} {}{}{}", text, fmt::join(activations, "/"), residual ? ", residual" : "",
                     norm ? ", layer norm" : "");
}

std::size_t multiply_adds(const Network& network) {
  std::size_t count = 0;
  for (const Layer& layer : network.layers)
    count += static_cast<std::size_t>(layer.inputs) * static_cast<std::size_t>(layer.outputs);
  return count;
}

std::string networks_text(const Surrogate& surrogate) {
  std::string text = "\nnetworks\n";
  std::size_t parameters = 0, operations = 0;
  for (const Part& part : surrogate.parts) {
    Names inputs, outputs;
    for (const int i : part.inputs) inputs.push_back(surrogate.inputs[static_cast<std::size_t>(i)].name);
    for (const int o : part.outputs)
      outputs.push_back(reference_of(surrogate.outputs[static_cast<std::size_t>(o)]));
    text += row(part.name, fmt::format("{}, {} parameters; {} -> {}", shape_text(part.network),
                                       part.network.parameters(), list_of(inputs), list_of(outputs)));
    parameters += part.network.parameters();
    operations += multiply_adds(part.network);
  }
  return text +
         row("together", fmt::format("{} parameters ({:.1f} kB in float), {} multiply-adds per "
                                     "evaluation",
                                     parameters, static_cast<double>(parameters) * 4e-3, operations));
}

std::string conductance_text(const Conductance& c) {
  std::string text = "\nconductances\n";
  text +=
      row("latents", fmt::format("{} gates that relax, beside those of the sodium current", c.latents));
  text += row("terms",
              fmt::format("{} of three factors linear in the latents, and one of V alone", c.terms));
  text += row("functions", fmt::format("{} of V on {} knots from {:g} to {:g} mV",
                                       2 * c.latents + c.terms + 1, c.knots, c.V_first, c.V_last));
  text += row("sodium", fmt::format("the model's own, reversal at {:g} mV", c.reversal));
  for (const Conductance::Scaled& each : c.scaled)
    text += row(each.name, fmt::format("{:g} to {:g} times the model's", each.low, each.high));
  for (const Conductance::Readout& each : c.readouts)
    text += row(each.name, fmt::format("{}, read from the latents", each.unit));
  if (!c.cycles.empty())
    text += row("paced",
                fmt::format("states of cells at cycle lengths of {:g} ms", fmt::join(c.cycles, ", ")));
  return text;
}

}  // namespace

std::string card_text(const Surrogate& surrogate) {
  std::string text = wrapped(
      "", surrogate.summary.empty() ? surrogate.name : surrogate.name + ": " + surrogate.summary);
  text += "\n" + row("kind", name_of(surrogate.kind));
  text += row("model",
              surrogate.model + (surrogate.variant.empty() ? "" : ", variant " + surrogate.variant));
  if (surrogate.kind == Kind::step) text += row("dt", format_quantity(surrogate.dt, "ms"));
  if (surrogate.kind == Kind::rate) text += row("integrator", name_of(surrogate.integrator));
  text += entries("parameters of the model in training", surrogate.parameters);
  text += "\ninputs (trained range; how the networks see x)\n";
  for (const Input& input : surrogate.inputs) text += input_row(input);
  text += "\noutputs (y: what the networks give)\n";
  for (const Output& output : surrogate.outputs) text += output_row(output);
  text += surrogate.conductance ? conductance_text(*surrogate.conductance) : networks_text(surrogate);
  text +=
      fmt::format("\nchecked at load: {} pairs of inputs and outputs\n", surrogate.check_inputs.size());
  text += entries("provenance", surrogate.provenance);
  text += entries("accuracy", surrogate.accuracy);
  return text;
}

}  // namespace myowave::surrogates
