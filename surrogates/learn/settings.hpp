// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/surrogate.hpp"

/// What a training is told. Times in ms, potentials in mV, currents in uA/uF unless a name says
/// otherwise.
namespace myowave::learn {

using surrogates::Activation;

struct SurrogateSettings {
  surrogates::Kind kind = surrogates::Kind::step;
  std::string name, summary;
  ionic::CellSpec cell;  ///< model, variant and parameters that it stands for
  double step = 0.0;     ///< of the kind step
};

struct NetworkSettings {
  std::vector<int> layers = {64, 64};                     ///< widths of the hidden layers
  std::vector<Activation> activations{Activation::tanh};  ///< one for all of them, or one for each
  bool residual = false;    ///< a hidden layer as wide as the one before adds what it gets
  bool layer_norm = false;  ///< in the hidden layers
};

/// Values of V ("V"), a state or a parameter of the model, in the unit that the model has.
struct ValueRange {
  std::string name;
  std::string low_text, high_text;  ///< as the user wrote them
  double low = 0.0, high = 0.0;
};

/// Starts near the border between those that fire and those that do not.
struct ThresholdSettings {
  double fraction = 0.0;  ///< of the trajectories
  double level = 0.0;     ///< mV; a trajectory that passes it upwards has fired
  double within = 0.0;    ///< ms
};

/// The current J of a trajectory, constant over each interval of the samples.
struct CurrentSettings {
  std::vector<double> constant;  ///< uA/uF; every start is taken with each of them
  double low = 0.0, high = 0.0;  ///< uA/uF, of random ones; both 0: none
  double change = 0.1;           ///< probability of another value at an interval
  double zero = 0.5;             ///< probability that the new value is 0
};

/// Ornstein-Uhlenbeck noise added to the data of a rate.
struct NoiseSettings {
  double theta = 1.0;  ///< 1/ms
  double sigma = 0.0;  ///< in standard deviations of each variable per sqrt(ms); 0: none
  int seed = 1;
};

struct DataSettings {
  std::string file;                ///< a data set, instead of all that follows up to `tolerance`
  std::vector<ValueRange> ranges;  ///< what is not here starts from the model's initial state
  int trajectories = 1000;
  double duration = 0.0, every = 0.0;
  int scatter = 0;  ///< single steps from the ranges, besides the trajectories
  ThresholdSettings threshold;
  CurrentSettings current;
  double tolerance = 1e-9;  ///< of the integration, relative
  int seed = 1;
  double validation = 0.05;  ///< fraction of the trajectories
  int limit = 0;             ///< samples to train on at most; 0: all
  NoiseSettings noise;
};

enum class Optimiser { adam, adamw };
enum class Schedule { constant, cosine, exponential, plateau };
enum class Precision { float_, double_ };
enum class Distance { squared, euclidean };  ///< mean square, or mean length of the error of a sample
enum class Keep { best, last };

struct TrainSettings {
  std::map<std::string, double> weights;  ///< of the terms of the loss; 1 where not given
  Distance distance = Distance::squared;
  Optimiser optimiser = Optimiser::adam;
  double learning_rate = 1e-3;
  double weight_decay = 0.0;
  double clip = 0.0;  ///< largest norm of the gradient; 0: any
  Schedule schedule = Schedule::cosine;
  double final_rate =
      0.01;           ///< learning rate at the end, or the least on a plateau, over that at the start
  int polish = 0;     ///< iterations of L-BFGS on all samples after all others
  int warm_up = 0;    ///< iterations with a rising learning rate
  int patience = 10;  ///< plateau: validations without gain before the rate is halved
  int iterations = 10000;
  int batch = 1024;
  int physics_batch = 256;
  std::vector<int> rollout;    ///< lengths in steps, in equal shares of the iterations; empty: none
  double rollout_start = 0.3;  ///< fraction of the iterations after which they begin
  int rollout_batch = 256;
  double noise = 0.0;  ///< added to inputs, in their standard deviations
  int seed = 1;
  int validate_every = 500;
  double rewind = 0.0;     ///< times the best validation, from where a training is lost; 0: never
  int early_stopping = 0;  ///< validations without gain after which the training ends; 0: never
  Keep keep = Keep::best;
  double checkpoint_every = 60000.0;  ///< ms of wall time
  int threads = 1;
  Precision precision = Precision::float_;
};

/// Currents through some gates under steps of V: products of powers of gates times (V - reversal).
struct ClampSettings {
  std::map<std::string, int> powers;
  double reversal = 0.0;
  double from_low = -120.0, from_high = -60.0, to_low = -80.0, to_high = 60.0;  ///< mV
  int levels = 24;         ///< of V before and after the step
  double duration = 20.0;  ///< ms after the step
  int samples = 40;        ///< spaced evenly in the logarithm of the time
};

struct GateSettings {
  std::vector<std::string> gates;
  double V_low = -120.0, V_high = 80.0;
  int points = 2001;
  ClampSettings clamp;
};

enum class CurrentAs { input, jump };

struct StepSettings {
  bool rest = true;                     ///< the rest of the model is made an exact equilibrium
  CurrentAs current = CurrentAs::jump;  ///< J is an input, or has changed V before the step
};

/// A current of a rate surrogate: conductance times (V - reversal).
struct CurrentOfRate {
  std::string name;
  double reversal = 0.0;
  std::vector<std::string> inputs;  ///< of its network; empty: V and all states
};

enum class RateForm { printed, structured };
enum class PhysicsPoints { data, box };

struct RateSettings {
  RateForm form = RateForm::structured;
  bool time_input = false;      ///< t is an input too
  bool current_inside = false;  ///< dV/dt holds the current of the data
  bool scale_aware = true;      ///< residuals over the standard deviation of each derivative
  double scale_floor = 0.0;  ///< of it, with the derivative itself as the rest of the scale; 0: it alone
  PhysicsPoints physics = PhysicsPoints::data;
  double jitter = 0.0;  ///< standard deviations by which copies of the data are moved; 0: no copies
  std::vector<int> gate_layers = {16, 16};  ///< structured: hidden layers of inf and tau
  std::vector<CurrentOfRate> currents;
  double validate_until = 0.0;   ///< ms; a long run is compared from the end of the data to there
  double spike_level = 0.0;      ///< mV
  double spike_tolerance = 1.0;  ///< ms
};

struct TrajectorySettings {
  double physics_until = 0.0;  ///< ms; residuals are taken up to there; 0: the duration of the data
  bool scale_aware = true;     ///< residuals over the standard deviation of each derivative
};

/// A conductance surrogate: tables of functions of V, learnt along recorded cells.
struct ConductanceSettings {
  /// Data sets of tissue. The cells of each start alike, those of the first as cells of the surrogate
  /// do.
  std::vector<std::string> data;
  std::vector<double>
      cycles;  ///< ms, of the paced cells that those of the files behind the first start from
  std::vector<std::string> latents;   ///< of each what it starts from: a gate of the model, or a time
  std::vector<std::string> scaled;    ///< parameters of the model that the data scale
  std::vector<std::string> readouts;  ///< states of the model that are read from the latents
  int terms = 4;
  double V_low = -100.0, V_high = 80.0;  ///< mV
  int knots = 73;
  double reversal = 60.0;       ///< mV, of the sodium current
  double free_after = 3.0;      ///< ms after the upstroke, from where V follows the surrogate
  double free_until = -80.0;    ///< mV, to where it does
  double V_step = 0.25;         ///< mV by which V changes at most in a step of the training
  double longest_step = 4.0;    ///< ms
  double slowest = 5000.0;      ///< ms
  double V_scale = 1.0;         ///< mV, error of V that weighs like one of the current by its scale
  double current_scale = 0.05;  ///< uA/uF, error of a small current; of large ones a tenth
  double rest_margin = 0.05;    ///< uA/uF, of the steady current away from rest
};

struct SearchSettings {
  int members = 100;
  std::vector<std::string> shapes = {"rectangle", "funnel", "bottleneck", "bowtie", "diamond"};
  std::vector<int> depths = {2, 3};
  std::vector<int> widths = {16, 32, 64, 128};
  int neurons = 256;  ///< in all hidden layers together, at most
  std::vector<Activation> activations = {Activation::tanh};
  int seed = 1;
};

/// All input of a training, read and converted once.
struct TrainingConfig {
  std::string name;  ///< of the file, without folder and extension
  std::string title;
  SurrogateSettings surrogate;
  NetworkSettings network;
  DataSettings data;
  TrainSettings train;
  GateSettings gate;
  StepSettings step;
  RateSettings rate;
  TrajectorySettings trajectory;
  ConductanceSettings conductance;
  SearchSettings search;
};

}  // namespace myowave::learn
