// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "surrogates/conductance.hpp"
#include "surrogates/network.hpp"

namespace myowave::surrogates {

/// What a network maps, which decides where it can sit.
enum class Kind {
  step,         ///< (V, states[, J]) -> V and states after a fixed dt
  rate,         ///< (V, states) -> ionic currents, steady states and time constants, or derivatives
  gate,         ///< V -> steady state and time constant of some gates of a model
  residual,     ///< (V[, one state]) -> correction of dV/dt of a model
  conductance,  ///< V, the sodium gates and latent gates -> currents
  trajectory    ///< (t, initial V and states, parameters) -> V and states at t; not for tissue
};

/// An input of the networks. They see (value - offset) / scale.
struct Input {
  std::string name;  ///< "V", a state of the model, "J" (uA/uF), "t"; for trajectories also "V.0",
                     ///< "<state>.0" and parameters of the model
  std::string unit;  ///< as the model has it
  double offset = 0.0, scale = 1.0;
  double min = 0.0, max = 0.0;  ///< the trained range, min < max; outside the model itself is taken
};

/// What an output means.
enum class Form {
  value,       ///< the variable after the step, or at t
  increment,   ///< what the step adds to the variable
  derivative,  ///< d(variable)/dt, per ms
  current,     ///< ionic current [uA/uF], outward positive; all currents are summed
  inf,         ///< steady state of the gate, 0 to 1
  tau          ///< time constant of the gate, ms, above 0
};

/// Applied to what comes out of the last layer.
enum class Transform { identity, sigmoid, softplus, exp };

/// An output: offset + scale * transform(network), for a current with a reversal potential times
/// (V - reversal).
struct Output {
  std::string name;  ///< "V" or a state; of a current any name
  std::string unit;
  Form form = Form::value;
  Transform transform = Transform::identity;
  double offset = 0.0, scale = 1.0;
  bool has_reversal = false;
  double reversal = 0.0;  ///< mV
};

/// A network and which of the surrogate's inputs and outputs it has.
struct Part {
  std::string name;          ///< its tensors are "<name>.<layer>.weight" and so on
  std::vector<int> inputs;   ///< indices in Surrogate::inputs, in the order of the network
  std::vector<int> outputs;  ///< indices in Surrogate::outputs
  Network network;
};

/// How the rates of a `rate` surrogate are integrated over a step.
enum class Integrator {
  euler,
  heun,
  rush_larsen  ///< gates with inf and tau by their exact exponential, the others by forward Euler
};

/// The content of a surrogate's file, checked.
struct Surrogate {
  Kind kind = Kind::step;
  std::string name, summary;
  std::string model, variant;  ///< the ionic model that it stands for, or whose part it replaces
  std::map<std::string, std::string> parameters;  ///< of the model in training, "0.8 /ms"
  double dt = 0.0;                                ///< ms, of a step; else 0
  Integrator integrator = Integrator::rush_larsen;
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Part> parts;
  std::optional<Conductance> conductance;         ///< of that kind, in the place of parts
  std::map<std::string, std::string> provenance;  ///< recipe, data, seed, version, trained_on, ...
  std::map<std::string, std::string> accuracy;    ///< what was measured, with units
  /// Samples that the networks must reproduce: rows of inputs [unit of each], of outputs before
  /// reversal potentials are applied.
  std::vector<std::vector<double>> check_inputs, check_outputs;
};

const char* name_of(Kind kind);
const char* name_of(Form form);
const char* name_of(Transform transform);
const char* name_of(Integrator integrator);

}  // namespace myowave::surrogates
