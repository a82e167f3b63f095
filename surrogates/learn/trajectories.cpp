// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/trajectories.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/error.hpp"
#include "surrogates/learn/checkpoint.hpp"
#include "surrogates/learn/config.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/reference_cell.hpp"

namespace myowave::learn {
namespace {

/// Calls work(first, end) for parts of 0 .. count in threads.
void in_threads(std::int64_t count, int threads,
                const std::function<void(std::int64_t, std::int64_t)>& work) {
  constexpr std::int64_t part = 64;
  std::atomic<std::int64_t> next{0};
  auto loop = [&] {
    for (std::int64_t first; (first = next.fetch_add(part)) < count;)
      work(first, std::min(first + part, count));
  };
  std::vector<std::thread> others;
  for (int k = 1; k < threads; ++k) others.emplace_back(loop);
  loop();
  for (std::thread& each : others) each.join();
}

/// What a run starts from.
struct Start {
  std::vector<double> y, parameters;
  double J = 0.0;
};

/// Computes what [data] asks for.
class Generator {
 public:
  Generator(const TrainingConfig& config, int seed_offset)
      : data_(config.data),
        threads_(config.train.threads),
        seed_(static_cast<std::uint64_t>(config.data.seed) +
              1000003u * static_cast<std::uint64_t>(seed_offset)),
        cell_(config.surrogate.cell, config.data.tolerance),
        jumps_(config.surrogate.kind == surrogates::Kind::step &&
               config.step.current == CurrentAs::jump) {}

  /// `runs` starts, each with `times` samples.
  Trajectories compute(int runs, std::int64_t times) const;

 private:
  std::vector<Start> starts(int runs) const;
  Start start_at(const double* point) const;
  double* place(const ValueRange& range, Start& start) const;
  bool fires(const Start& start) const;
  void move_to_threshold(std::vector<Start>& starts) const;
  Start near_threshold(const std::vector<Start>& pool, Random& random) const;
  std::vector<double> currents(std::int64_t run, std::int64_t intervals) const;
  bool random_currents() const { return data_.current.low < data_.current.high; }

  const DataSettings& data_;
  int threads_;
  std::uint64_t seed_;
  ReferenceCell cell_;
  bool jumps_;  ///< currents change V at the start of an interval
};

double* Generator::place(const ValueRange& range, Start& start) const {
  if (range.name == "V") return start.y.data();
  const ionic::ModelInfo& info = cell_.info();
  for (std::size_t s = 0; s < info.states.size(); ++s)
    if (range.name == info.states[s].name) return &start.y[s + 1];
  for (std::size_t p = 0; p < info.parameters.size(); ++p)
    if (range.name == info.parameters[p].name) return &start.parameters[p];
  throw InternalError("a range of nothing");
}

Start Generator::start_at(const double* point) const {
  Start start{cell_.initial(), cell_.parameters(), 0.0};
  for (std::size_t d = 0; d < data_.ranges.size(); ++d) {
    const ValueRange& range = data_.ranges[d];
    *place(range, start) = range.low + (range.high - range.low) * point[d];
  }
  return start;
}

std::vector<Start> Generator::starts(int runs) const {
  Random random(seed_, Stream::starts);
  const auto count = static_cast<std::size_t>(runs);
  const std::size_t dimensions = data_.ranges.size();
  const std::vector<double> points = latin_hypercube(count, dimensions, random);
  const std::size_t currents = std::max<std::size_t>(1, data_.current.constant.size());
  std::vector<Start> all;
  all.reserve(count * currents);
  for (std::size_t c = 0; c < currents; ++c)
    for (std::size_t k = 0; k < count; ++k) {
      all.push_back(start_at(points.data() + k * dimensions));
      if (!data_.current.constant.empty()) all.back().J = data_.current.constant[c];
    }
  if (data_.threshold.fraction > 0.0) move_to_threshold(all);
  return all;
}

bool Generator::fires(const Start& start) const {
  std::vector<double> y = start.y;
  const double within = data_.threshold.within > 0.0 ? data_.threshold.within : data_.duration;
  const auto steps = std::max(1, static_cast<int>(std::lround(within / data_.every)));
  double step = 0.0;
  for (int k = 0; k < steps; ++k) {
    if (!cell_.advance(y.data(), start.parameters.data(), start.J, within / steps, step)) return false;
    if (y[0] > data_.threshold.level) return true;
  }
  return false;
}

/// Halves the way between a start that fires and one that does not, a random number of times: so the
/// distances to the border are spread evenly in their logarithm.
Start Generator::near_threshold(const std::vector<Start>& pool, Random& random) const {
  constexpr int tries = 1000, most_halvings = 14;
  for (int k = 0; k < tries; ++k) {
    Start a = pool[random.below(pool.size())], b = pool[random.below(pool.size())];
    if (a.J != b.J) b.J = a.J;
    const bool fires_a = fires(a);
    if (fires_a == fires(b)) continue;
    const std::size_t halvings = 2 + random.below(most_halvings - 1);
    for (std::size_t h = 0; h < halvings; ++h) {
      Start middle = a;
      for (std::size_t i = 0; i < a.y.size(); ++i) middle.y[i] = 0.5 * (a.y[i] + b.y[i]);
      for (std::size_t i = 0; i < a.parameters.size(); ++i)
        middle.parameters[i] = 0.5 * (a.parameters[i] + b.parameters[i]);
      (fires(middle) == fires_a ? a : b) = middle;
    }
    return random.uniform() < 0.5 ? a : b;
  }
  throw InputError(
      {Fault{"data.near_threshold",
             "nearly all starts fire, or nearly none: there is no border in data.ranges; look at "
             "near_threshold.level and within"}});
}

void Generator::move_to_threshold(std::vector<Start>& starts) const {
  const std::vector<Start> pool = starts;
  const double every = 1.0 / data_.threshold.fraction;
  const auto moved =
      static_cast<std::int64_t>(data_.threshold.fraction * static_cast<double>(starts.size()));
  std::vector<std::string> faults(static_cast<std::size_t>(moved));
  in_threads(moved, threads_, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t k = first; k < end; ++k) {
      Random random(seed_, Stream::threshold, static_cast<std::uint64_t>(k));
      try {
        // Spread over all starts, of which the first ones have the first current.
        starts[static_cast<std::size_t>(static_cast<double>(k) * every)] = near_threshold(pool, random);
      } catch (const InputError& error) {
        faults[static_cast<std::size_t>(k)] = error.faults().front().message;
      }
    }
  });
  for (const std::string& fault : faults)
    if (!fault.empty()) throw InputError({Fault{"data.near_threshold", fault}});
}

std::vector<double> Generator::currents(std::int64_t run, std::int64_t intervals) const {
  const CurrentSettings& settings = data_.current;
  Random random(seed_, Stream::currents, static_cast<std::uint64_t>(run));
  std::vector<double> J(static_cast<std::size_t>(intervals));
  auto draw = [&] {
    return random.uniform() < settings.zero ? 0.0 : random.uniform(settings.low, settings.high);
  };
  double now = draw();
  for (double& each : J) {
    each = now;
    if (random.uniform() < settings.change) now = draw();
  }
  return J;
}

Trajectories Generator::compute(int runs, std::int64_t times) const {
  const std::vector<Start> all = starts(runs);
  const ionic::ModelInfo& info = cell_.info();
  Trajectories out;
  out.variables.emplace_back("V"), out.units.emplace_back("mV");
  for (const ionic::Quantity& state : info.states)
    out.variables.emplace_back(state.name), out.units.emplace_back(state.unit);
  out.runs = static_cast<std::int64_t>(all.size());
  out.times = times, out.every = data_.every;
  out.values.resize(static_cast<std::size_t>(out.runs * times) * out.width());
  const std::int64_t intervals = times - 1;
  const bool has_J = random_currents() || !data_.current.constant.empty();
  if (has_J) out.J.resize(static_cast<std::size_t>(out.runs * intervals));
  if (has_J && jumps_) out.stimulus.assign(out.J.size(), 0.0);
  std::vector<const ValueRange*> drawn;
  for (const ValueRange& range : data_.ranges)
    for (const ionic::Quantity& parameter : info.parameters)
      if (range.name == parameter.name) {
        out.parameters.emplace_back(parameter.name), out.parameter_units.emplace_back(parameter.unit);
        drawn.push_back(&range);
      }
  for (const Start& start : all)
    for (const ValueRange* range : drawn) {
      Start copy = start;
      out.parameter_values.push_back(*place(*range, copy));
    }
  std::atomic<std::int64_t> failed{-1};
  in_threads(out.runs, threads_, [&](std::int64_t first, std::int64_t end) {
    for (std::int64_t run = first; run < end; ++run) {
      const Start& start = all[static_cast<std::size_t>(run)];
      std::vector<double> y = start.y;
      std::vector<double> J(static_cast<std::size_t>(intervals), start.J);
      if (random_currents()) J = currents(run, intervals);
      double* to = out.values.data() + static_cast<std::size_t>(run * times) * out.width();
      const bool jumps = !out.stimulus.empty();
      double step = 0.0;
      for (std::int64_t k = 0; k < times; ++k) {
        std::copy(y.begin(), y.end(), to + static_cast<std::size_t>(k) * out.width());
        if (k == intervals) break;
        const double now = J[static_cast<std::size_t>(k)];
        if (jumps) y[0] += out.every * now;
        if (!cell_.advance(y.data(), start.parameters.data(), jumps ? 0.0 : now, out.every, step))
          failed = run;
      }
      if (has_J) std::copy(J.begin(), J.end(), out.J.data() + run * intervals);
    }
  });
  if (failed >= 0)
    throw RunError(
        fmt::format("trajectory {} of {} leaves the finite numbers; narrow data.ranges or the currents",
                    failed.load(), info.name));
  return out;
}

torch::Tensor kept(const std::vector<double>& values) {
  return torch::from_blob(const_cast<double*>(values.data()), {static_cast<std::int64_t>(values.size())},
                          torch::kDouble);
}

std::vector<double> taken(const torch::Tensor& values) {
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

/// Computed once for all trainings that name the same cache. The names and units are not kept: a
/// trajectory of one run gives them.
Trajectories computed(const Generator& generator, int runs, std::int64_t times,
                      const std::string& cache) {
  if (cache.empty()) return generator.compute(runs, times);
  if (std::filesystem::exists(cache)) {
    Trajectories out = generator.compute(1, 1);
    const TensorsByName tensors = read_tensors(cache);
    out.runs = tensors.at("runs").item<std::int64_t>();
    out.times = times;
    out.values = taken(tensors.at("values"));
    out.J = taken(tensors.at("J"));
    out.stimulus = taken(tensors.at("stimulus"));
    out.parameter_values = taken(tensors.at("parameters"));
    return out;
  }
  Trajectories out = generator.compute(runs, times);
  write_tensors({{"runs", torch::full({}, out.runs, torch::kLong)},
                 {"values", kept(out.values)},
                 {"J", kept(out.J)},
                 {"stimulus", kept(out.stimulus)},
                 {"parameters", kept(out.parameter_values)}},
                cache);
  return out;
}

}  // namespace

Trajectories make_trajectories(const TrainingConfig& config, const std::string& cache) {
  const DataSettings& data = config.data;
  if (!data.file.empty()) return read_trajectories(data.file, config.surrogate.cell);
  const auto times = static_cast<std::int64_t>(std::lround(data.duration / data.every)) + 1;
  return computed(Generator(config, 0), data.trajectories, times, cache);
}

Trajectories make_scatter(const TrainingConfig& config, std::int64_t intervals,
                          const std::string& cache) {
  return computed(Generator(config, 1), config.data.scatter, intervals + 1,
                  cache.empty() ? cache : cache + ".scatter");
}

void fill_cache(const TrainingConfig& config, const std::string& cache) {
  if (config.surrogate.kind == surrogates::Kind::gate || !config.data.file.empty()) return;
  make_trajectories(config, cache);
  if (config.surrogate.kind != surrogates::Kind::step || config.data.scatter == 0) return;
  make_scatter(config, std::lround(config.surrogate.step / config.data.every), cache);
}

Split split_runs(std::int64_t runs, double fraction, int seed) {
  Random random(static_cast<std::uint64_t>(seed), Stream::split);
  std::vector<std::int64_t> order = random.permutation(static_cast<std::size_t>(runs));
  auto apart = static_cast<std::int64_t>(std::lround(fraction * static_cast<double>(runs)));
  if (runs < 2) apart = 0;
  if (runs >= 2 && apart == 0 && fraction > 0.0) apart = 1;
  Split split;
  split.training.assign(order.begin(), order.end() - apart);
  split.validation.assign(order.end() - apart, order.end());
  std::sort(split.training.begin(), split.training.end());
  std::sort(split.validation.begin(), split.validation.end());
  return split;
}

}  // namespace myowave::learn
