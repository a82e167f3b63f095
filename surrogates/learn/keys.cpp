// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/keys.hpp"

#include <fmt/format.h>

#include "surrogates/learn/key_lists.hpp"

namespace myowave::learn {
namespace {

using namespace schema;

/// { name = number }
template <class S, class T>
Key<S> numbers_by_name(std::string name, std::map<std::string, T> S::*member, double low, double high,
                       std::string example, std::string meaning) {
  return custom<S>(
      std::move(name), "table of numbers", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const Context& context) {
        if (!node.table())
          return context.fault(node, path, node.text() + " is no table; write for example " + example);
        for (const auto& [key, value] : *node.table()) {
          context.places[path + "." + key] = value.where;
          const auto number = as_number(value, path + "." + key, context);
          if (number && !(*number >= low && *number <= high))
            context.fault(
                value, path + "." + key,
                fmt::format("{} is not allowed; take a number from {} to {}", value.text(), low, high));
          else if (number)
            (settings.*member)[key] = static_cast<T>(*number);
        }
      },
      [=](const S& settings) {
        std::string text;
        for (const auto& [key, value] : settings.*member)
          text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key, value);
        return text.empty() ? text : "{ " + text + " }";
      });
}

const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = {"step", "rate", "gate", "conductance", "trajectory"};
  return names;
}

Key<SurrogateSettings> kind() {
  return custom<SurrogateSettings>(
      "kind", choice_type(kind_names()), "\"step\"", "what the networks map",
      [](const Node& node, const std::string& path, SurrogateSettings& settings,
         const Context& context) {
        using surrogates::Kind;
        constexpr Kind kinds[] = {Kind::step, Kind::rate, Kind::gate, Kind::conductance,
                                  Kind::trajectory};
        if (const auto index = as_choice(node, path, kind_names(), context))
          settings.kind = kinds[*index];
      },
      [](const SurrogateSettings& settings) { return quoted(name_of(settings.kind)); },
      Presence::required);
}

Key<SurrogateSettings> cell_text(std::string name, std::string ionic::CellSpec::*member,
                                 std::string example, std::string meaning, Presence presence) {
  return custom<SurrogateSettings>(
      std::move(name), "text", quoted(example), std::move(meaning),
      [=](const Node& node, const std::string& path, SurrogateSettings& settings,
          const Context& context) {
        if (const auto value = as_string(node, path, context)) settings.cell.*member = *value;
      },
      [=](const SurrogateSettings& settings) {
        return (settings.cell.*member).empty() ? std::string() : quoted(settings.cell.*member);
      },
      presence);
}

/// { name = "1 mV" }
Key<SurrogateSettings> cell_values(std::string name,
                                   std::map<std::string, std::string> ionic::CellSpec::*member,
                                   std::string example, std::string meaning) {
  return custom<SurrogateSettings>(
      std::move(name), "table of quantities", example, std::move(meaning),
      [=](const Node& node, const std::string& path, SurrogateSettings& settings,
          const Context& context) {
        if (!node.table())
          return context.fault(node, path, node.text() + " is no table; write for example " + example);
        for (const auto& [key, value] : *node.table()) {
          context.places[path + "." + key] = value.where;
          (settings.cell.*member)[key] = value.string() ? *value.string() : value.text();
        }
      },
      [=](const SurrogateSettings& settings) {
        std::string text;
        for (const auto& [key, value] : settings.cell.*member)
          text += (text.empty() ? "" : ", ") + key + " = " + quoted(value);
        return text.empty() ? text : "{ " + text + " }";
      });
}

/// { V = ["-95 mV", "40 mV"], v = ["0", "0.12"] }; converted once the model is known.
Key<DataSettings> ranges() {
  return custom<DataSettings>(
      "ranges", "table of intervals", R"({ V = ["-95 mV", "40 mV"] })",
      "initial V and states, and parameters of the model, that are drawn from an interval (Latin "
      "hypercube); all others are the model's own",
      [](const Node& node, const std::string& path, DataSettings& settings, const Context& context) {
        if (!node.table())
          return context.fault(node, path,
                               node.text() + R"( is no table; write { V = ["-95 mV", "40 mV"] })");
        for (const auto& [key, value] : *node.table()) {
          context.places[path + "." + key] = value.where;
          const Node::Array* ends = value.array();
          if (!ends || ends->size() != 2) {
            context.fault(value, path + "." + key,
                          value.text() + R"( is no interval; write for example ["-95 mV", "40 mV"])");
            continue;
          }
          auto text = [](const Node& end) { return end.string() ? *end.string() : end.text(); };
          settings.ranges.push_back({key, text((*ends)[0]), text((*ends)[1]), 0.0, 0.0});
        }
      },
      [](const DataSettings& settings) {
        std::string text;
        for (const ValueRange& range : settings.ranges)
          text += fmt::format("{}{} = [{}, {}]", text.empty() ? "" : ", ", range.name,
                              quoted(range.low_text), quoted(range.high_text));
        return text.empty() ? text : "{ " + text + " }";
      });
}

/// The keys of a part of the settings, as a table of its own.
template <class Outer, class Inner>
Key<Outer> part(std::string name, Inner Outer::*member, std::string meaning, const Keys<Inner>& keys) {
  Keys<Outer> children;
  for (const Key<Inner>& key : keys) children.push_back(within(member, key));
  return group<Outer>(std::move(name), std::move(meaning), std::move(children));
}

const Keys<ThresholdSettings>& threshold_keys() {
  using S = ThresholdSettings;
  static const Keys<S> keys = {
      number_in("fraction", &S::fraction, 0.0, 0.95, "of the trajectories, that start there"),
      quantity("level", &S::level, "mV", Sign::any, "-40 mV",
               "a trajectory that passes it upwards has fired"),
      duration_or_none("within", &S::within, "20 ms",
                       "time that it has for that; the duration of the data by default"),
  };
  return keys;
}

const Keys<CurrentSettings>& current_keys() {
  using S = CurrentSettings;
  static const Keys<S> keys = {
      quantities("constant", &S::constant, "uA/uF", "[\"10 uA/uF\"]",
                 "every start is taken with each of these currents"),
      interval("random", &S::low, &S::high, "uA/uF", R"(["-100 uA/uF", "100 uA/uF"])",
               "or currents out of here, constant over each interval of the samples"),
      number_in("change", &S::change, 0.0, 1.0, "probability of another value at an interval"),
      number_in("zero", &S::zero, 0.0, 1.0, "probability that the new value is 0"),
  };
  return keys;
}

const Keys<NoiseSettings>& noise_keys() {
  using S = NoiseSettings;
  static const Keys<S> keys = {
      quantity("theta", &S::theta, "1/ms", Sign::positive, "5 1/ms", "rate of forgetting"),
      number_in("sigma", &S::sigma, 0.0, 100.0,
                "strength, in standard deviations of each variable per square root of a ms"),
      integer("seed", &S::seed, 0, "seed"),
  };
  return keys;
}

const Keys<ClampSettings>& clamp_keys() {
  using S = ClampSettings;
  static const Keys<S> keys = {
      numbers_by_name("powers", &S::powers, 1.0, 9.0, "{ m = 3, h = 1 }",
                      "powers of the gates in the current whose traces are compared"),
      quantity("reversal", &S::reversal, "mV", Sign::any, "60 mV", "reversal potential of the current"),
      interval("from", &S::from_low, &S::from_high, "mV", R"(["-120 mV", "-60 mV"])",
               "V before the step"),
      interval("to", &S::to_low, &S::to_high, "mV", R"(["-80 mV", "60 mV"])", "V after the step"),
      integer("levels", &S::levels, 2, "number of V before and after"),
      quantity("duration", &S::duration, "ms", Sign::positive, "20 ms", "time after the step"),
      integer("samples", &S::samples, 2, "times, evenly spaced in their logarithm"),
  };
  return keys;
}

Key<RateSettings> currents() {
  return custom<RateSettings>(
      "currents", "list of { name, reversal, inputs }",
      R"([{ name = "I_Na", reversal = "55 mV", inputs = ["m", "h"] }])",
      "structured: each current is a learnt conductance times (V - reversal); inputs: V or states that "
      "the conductance depends on, all by default",
      [](const Node& node, const std::string& path, RateSettings& settings, const Context& context) {
        using S = CurrentOfRate;
        static const Keys<S> keys = {
            text("name", &S::name, "I_Na", "name of the current", Presence::required),
            quantity("reversal", &S::reversal, "mV", Sign::any, "55 mV", "reversal potential",
                     Presence::required),
            texts("inputs", &S::inputs, R"(["m", "h"])", "V or states that the conductance depends on"),
        };
        if (!node.array())
          return context.fault(node, path,
                               node.text() + " is no list of tables; write " +
                                   R"([{ name = "I_Na", reversal = "55 mV" }])");
        settings.currents.clear();
        for (const Node& entry : *node.array()) {
          S current;
          read_keys(entry, fmt::format("{}.{}", path, settings.currents.size()), keys, current, context);
          settings.currents.push_back(std::move(current));
        }
      },
      [](const RateSettings& settings) {
        return list_text(settings.currents, [](const CurrentOfRate& each) {
          const std::string inputs = list_text(each.inputs, quoted);
          return fmt::format("{{ name = {}, reversal = {}{} }}", quoted(each.name),
                             quoted(format_value(each.reversal, "mV")),
                             inputs.empty() ? "" : ", inputs = " + inputs);
        });
      });
}

}  // namespace

const Keys<SurrogateSettings>& surrogate_keys() {
  using S = SurrogateSettings;
  static const Keys<S> keys = {
      kind(),
      text("name", &S::name, "fhn_step", "name; that of the file by default"),
      text("summary", &S::summary, "one step of 1 ms", "a line on what it is"),
      cell_text("model", &ionic::CellSpec::model, "fitzhugh_nagumo",
                "ionic model that it stands for, or whose part it replaces", Presence::required),
      cell_text("variant", &ionic::CellSpec::variant, "classic",
                "parameter set of the model; its first by default", Presence::optional),
      cell_values("parameters", &ionic::CellSpec::parameters, R"({ g_Na = "23 mS/uF" })",
                  "parameters of the model"),
      cell_values("initial_state", &ionic::CellSpec::initial_state, R"({ V = "-85 mV" })",
                  "where trajectories start, and the rest is looked for"),
      duration_or_none("step", &S::step, "1 ms", "kind step: the time step"),
  };
  return keys;
}

const Keys<NetworkSettings>& network_keys() {
  using S = NetworkSettings;
  static const Keys<S> keys = {
      integers("layers", &S::layers, 1, "[64, 64]", "widths of the hidden layers"),
      activations("activation", &S::activations, "of all hidden layers, or one for each"),
      boolean("residual", &S::residual,
              "a hidden layer as wide as the one before adds its input to its output"),
      boolean("layer_norm", &S::layer_norm, "layer norm in the hidden layers"),
  };
  return keys;
}

const Keys<DataSettings>& data_keys() {
  using S = DataSettings;
  static const Keys<S> keys = {
      text("file", &S::file, "tissue.h5", "data set; or else trajectories of the model are computed"),
      ranges(),
      integer("trajectories", &S::trajectories, 1, "number of starts"),
      duration_or_none("duration", &S::duration, "25 ms", "length of a trajectory"),
      duration_or_none("every", &S::every, "0.1 ms", "interval of its samples"),
      integer("scatter", &S::scatter, 0, "kind step: single steps from the ranges besides"),
      part("near_threshold", &S::threshold, "starts on either side of the border of firing",
           threshold_keys()),
      part("current", &S::current, "current through the membrane", current_keys()),
      number("tolerance", &S::tolerance, 0.0, 1e-2, "relative error of the integration of a step"),
      integer("seed", &S::seed, 0, "seed of the starts and currents"),
      number_in("validation", &S::validation, 0.0, 0.9,
                "fraction of the trajectories that is kept for validation"),
      integer("limit", &S::limit, 0, "samples to train on at most; 0: all"),
      part("noise", &S::noise, "kind rate: Ornstein-Uhlenbeck noise on the data", noise_keys()),
  };
  return keys;
}

const Keys<TrainSettings>& train_keys() {
  using S = TrainSettings;
  static const Keys<S> keys = {
      numbers_by_name("weights", &S::weights, 0.0, 1e12, "{ data = 1 }",
                      "weights of the terms of the loss; 1 by default"),
      choice("loss", &S::distance, {"squared", "euclidean"},
             "of a sample: mean square over the outputs, or the length of the error"),
      choice("optimiser", &S::optimiser, {"adam", "adamw"}, "optimiser"),
      number("learning_rate", &S::learning_rate, 0.0, 10.0, "learning rate at the start"),
      number_in("weight_decay", &S::weight_decay, 0.0, 1.0, "weight decay"),
      number_in("clip", &S::clip, 0.0, 1e12, "largest norm of the gradient; 0: any"),
      choice("schedule", &S::schedule, {"constant", "cosine", "exponential", "plateau"},
             "how the learning rate falls"),
      number_in("final_rate", &S::final_rate, 0.0, 1.0,
                "learning rate at the end (plateau: the least) over that at the start"),
      integer("warm_up", &S::warm_up, 0, "iterations over which the learning rate rises from 0"),
      integer("patience", &S::patience, 1, "plateau: validations without gain before it is halved"),
      integer("iterations", &S::iterations, 1, "steps of the optimiser"),
      integer("polish", &S::polish, 0,
              "all kinds but step: iterations of L-BFGS on all samples at once after those"),
      integer("batch", &S::batch, 1, "samples in a step"),
      integer("physics_batch", &S::physics_batch, 1, "points in a step where residuals are taken"),
      integers("rollout", &S::rollout, 1, "[5, 20, 50]",
               "lengths of rollouts in steps, each for an equal share of the iterations; kind rate: "
               "steps of a window"),
      number_in(
          "rollout_start", &S::rollout_start, 0.0, 1.0,
          "kind step: fraction of the iterations after which they begin; kind conductance: after which "
          "V is free"),
      integer("rollout_batch", &S::rollout_batch, 1, "rollouts, or windows, in a step"),
      number_in("noise", &S::noise, 0.0, 1.0,
                "noise on what the networks get in rollouts, in standard deviations"),
      integer("seed", &S::seed, 0, "seed of weights, batches and noise"),
      integer("validate_every", &S::validate_every, 1, "iterations between two validations"),
      number_in("rewind", &S::rewind, 0.0, 1e12,
                "four validations in a row of more than so many times the best one take the training "
                "back to its weights, with half of the learning rate; 0: never"),
      integer("early_stopping", &S::early_stopping, 0,
              "validations without gain after which it ends; 0: never"),
      choice("keep", &S::keep, {"best", "last"}, "the weights that are written"),
      quantity("checkpoint_every", &S::checkpoint_every, "s", Sign::positive, "60 s",
               "wall time between two checkpoints"),
      integer("threads", &S::threads, 1, "threads"),
      choice("precision", &S::precision, {"float", "double"}, "numbers of the training"),
  };
  return keys;
}

const Keys<GateSettings>& gate_keys() {
  using S = GateSettings;
  static const Keys<S> keys = {
      texts("gates", &S::gates, R"(["m", "h"])", "gates of the model whose rates depend on V alone"),
      interval("V", &S::V_low, &S::V_high, "mV", R"(["-120 mV", "80 mV"])", "range of V"),
      integer("points", &S::points, 10, "values of V"),
      part("clamp", &S::clamp, "traces of a current under steps of V", clamp_keys()),
  };
  return keys;
}

const Keys<StepSettings>& step_keys() {
  static const Keys<StepSettings> keys = {
      boolean("rest", &StepSettings::rest, "the rest of the model is made an exact equilibrium"),
      choice("current", &StepSettings::current, {"input", "jump"},
             "input: the network gets the stimulus, which acts over the step; jump: it has changed V "
             "before "
             "the step, as diffusion does"),
  };
  return keys;
}

const Keys<RateSettings>& rate_keys() {
  using S = RateSettings;
  static const Keys<S> keys = {
      choice("form", &S::form, {"printed", "structured"},
             "printed: one network from V and states to all derivatives; structured: inf and tau of "
             "the gates from V, and conductances"),
      boolean("time_input", &S::time_input, "printed: t is an input too"),
      boolean("current_inside", &S::current_inside,
              "printed: dV/dt holds the current of the data; else the current is added outside"),
      boolean("scale_aware", &S::scale_aware,
              "residuals are divided by the standard deviation s of each derivative"),
      number_in(
          "scale_floor", &S::scale_floor, 0.0, 1e3,
          "above 0: residuals are divided by the root of (scale_floor s)^2 + (the derivative there)^2"),
      choice("physics_points", &S::physics, {"data", "box"},
             "where residuals are taken: at the data, or at as many points in the box around them too, "
             "gates from 0 to 1 and the others a tenth of their range beyond it"),
      number_in(
          "jitter", &S::jitter, 0.0, 10.0,
          "above 0: and at copies of the data, moved by so many standard deviations of each variable"),
      integers("gate_layers", &S::gate_layers, 1, "[16, 16]",
               "structured: hidden layers of the network of inf and tau"),
      currents(),
      duration_or_none("validate_until", &S::validate_until, "100 ms",
                       "a run from the first state is compared from the end of the data to there"),
      quantity("spike_level", &S::spike_level, "mV", Sign::any, "0 mV",
               "V passes it upwards in a spike"),
      quantity("spike_tolerance", &S::spike_tolerance, "ms", Sign::positive, "1 ms",
               "spikes that differ by less are the same"),
  };
  return keys;
}

const Keys<TrajectorySettings>& trajectory_keys() {
  static const Keys<TrajectorySettings> keys = {
      duration_or_none("physics_until", &TrajectorySettings::physics_until, "25 ms",
                       "residuals are taken up to there; the duration of the data by default"),
      boolean("scale_aware", &TrajectorySettings::scale_aware,
              "residuals are divided by the standard deviation of each derivative"),
  };
  return keys;
}

const Keys<ConductanceSettings>& conductance_keys() {
  using S = ConductanceSettings;
  static const Keys<S> keys = {
      texts(
          "data", &S::data, R"(["out/dataset/dataset.h5"])",
          "data sets of tissue with the gates of the sodium current and I_ion; the cells of each start "
          "from one state, those of the first from the initial state of the model"),
      quantities(
          "cycles", &S::cycles, "ms", R"(["300 ms", "1000 ms"])",
          "the cells of the data sets behind the first start from one that was paced at these cycle "
          "lengths, ascending: paced states for the surrogate's file"),
      texts(
          "latents", &S::latents, R"(["f", "xr1", "xs", "20 ms", "600 ms"])",
          "for each latent what it starts from: a gate of the model whose rates depend on V alone, or a "
          "time constant"),
      texts("scaled", &S::scaled, R"(["g_Ks", "g_Kr"])",
            "parameters of the model that differ from cell to cell in the data, and that regions may "
            "scale"),
      texts("readouts", &S::readouts, R"(["Cai"])",
            "states of the model, always positive, that are read from the latents when they are asked "
            "for"),
      integer("terms", &S::terms, 1, "number of products of latents in the current"),
      interval("V", &S::V_low, &S::V_high, "mV", R"(["-100 mV", "80 mV"])", "first and last knot"),
      integer("knots", &S::knots, 3, "of each function of V"),
      quantity("reversal", &S::reversal, "mV", Sign::any, "60 mV",
               "reversal potential of the sodium current"),
      quantity("free_after", &S::free_after, "ms", Sign::positive, "3 ms",
               "V follows the surrogate from so long after the upstroke"),
      quantity("free_until", &S::free_until, "mV", Sign::any, "-80 mV",
               "where an action potential ends: in diastole V is free too, and its errors count more"),
      quantity("V_step", &S::V_step, "mV", Sign::positive, "0.25 mV",
               "by which V changes in a step of the training at most"),
      quantity("longest_step", &S::longest_step, "ms", Sign::positive, "4 ms",
               "step of the training at rest"),
      quantity("slowest", &S::slowest, "ms", Sign::positive, "5 s",
               "largest time constant of a latent: slower ones need longer data"),
      quantity("V_scale", &S::V_scale, "mV", Sign::positive, "1 mV", "error of V that counts as 1"),
      quantity("current_scale", &S::current_scale, "uA/uF", Sign::positive, "0.05 uA/uF",
               "error of the current that counts as 1, with a tenth of the current itself"),
      quantity(
          "rest_margin", &S::rest_margin, "uA/uF", Sign::positive, "0.05 uA/uF",
          "the steady current is to drive V back to rest by at least this, 5 mV from it and beyond"),
  };
  return keys;
}

const Keys<SearchSettings>& search_keys() {
  using S = SearchSettings;
  static const Keys<S> keys = {
      integer("members", &S::members, 1, "networks to train"),
      texts("shapes", &S::shapes, R"(["rectangle", "funnel"])", "how the widths run",
            {"rectangle", "funnel", "bottleneck", "bowtie", "diamond"}),
      integers("depths", &S::depths, 1, "[2, 3]", "numbers of hidden layers"),
      integers("widths", &S::widths, 1, "[16, 32, 64, 128]", "widths"),
      integer("neurons", &S::neurons, 1, "in all hidden layers together, at most"),
      activations("activations", &S::activations, "drawn for each layer"),
      integer("seed", &S::seed, 0, "seed of the draw"),
  };
  return keys;
}

}  // namespace myowave::learn
