// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Error against cost of all ways to the same trajectories of the FitzHugh-Nagumo cell of Werneck et al.
// 2025: networks from (t, start) to the solution, and time stepping. For each: from arrays of starts to
// V and v at t = 1, 2, .. ms of all cells, in float, on one core.
//   myowave_fhn_trajectories --problem b [--cells 32768] [--seconds 0.3] [FILE.safetensors ...]
// prints one JSON object.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/compiled_network.hpp"
#include "surrogates/surrogate_file.hpp"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR                                                     \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), \
                 optimize("O3", "fast-math")))
#else
#define FOR_EACH_PROCESSOR
#endif

namespace {

using namespace myowave;

constexpr double V_zero = -85.0, V_scale = 100.0;  // mV; u = (V - V_zero) / V_scale
constexpr double fired_above = 0.6;                // u

/// Where the cells start, in the units of the equations, and the time to their last output.
struct Problem {
  bool has_current = false;  ///< I differs from cell to cell
  int outputs = 25;          ///< at 1, 2, .. ms
  std::vector<float> u, v, I;

  std::size_t cells() const { return u.size(); }
  std::size_t values() const { return cells() * static_cast<std::size_t>(outputs); }
};

Problem make_problem(char name, std::size_t cells) {
  Problem problem;
  std::mt19937_64 random(2025);
  std::uniform_real_distribution<float> u(-0.1f, 0.81f), v(0.0f, 0.12f), k(0.0f, 1.0f);
  problem.has_current = name == 'c';
  problem.outputs = name == 'c' ? 20 : 25;
  for (std::size_t n = 0; n < cells; ++n) {
    problem.u.push_back(name == 'a' ? 0.5f : u(random));
    problem.v.push_back(name == 'a' ? 0.0f : v(random));
    problem.I.push_back(name == 'c' ? 0.08f + 0.04f * k(random) : 0.0f);
  }
  return problem;
}

/// u and v of all outputs, [output][cell].
template <class T>
struct Solution {
  std::vector<T> u, v;
  explicit Solution(const Problem& problem) : u(problem.values()), v(problem.values()) {}
};

// Some cells at a time, so that the compiler keeps them in registers. The equations are those of the
// authors' code: du/dt = 10 (u (u - 0.4) (1 - u) - v + I), dv/dt = 0.04 u - 0.16 v.

constexpr std::size_t together = 64;

template <class T>
inline void rates(T u, T v, T I, T& du, T& dv) {
  du = T(10) * (u * (u - T(0.4)) * (T(1) - u) - v + I);
  dv = T(0.04) * u - T(0.16) * v;
}

template <class T>
inline void euler_steps(T* u, T* v, const T* I, int steps, T dt) {
  for (int s = 0; s < steps; ++s)
    for (std::size_t c = 0; c < together; ++c) {
      T du, dv;
      rates(u[c], v[c], I[c], du, dv);
      u[c] += dt * du, v[c] += dt * dv;
    }
}

template <class T>
inline void runge_kutta_steps(T* u, T* v, const T* I, int steps, T dt) {
  for (int s = 0; s < steps; ++s)
    for (std::size_t c = 0; c < together; ++c) {
      T a, b, c2, d2, e, f, g, h;
      rates(u[c], v[c], I[c], a, b);
      rates(u[c] + dt / 2 * a, v[c] + dt / 2 * b, I[c], c2, d2);
      rates(u[c] + dt / 2 * c2, v[c] + dt / 2 * d2, I[c], e, f);
      rates(u[c] + dt * e, v[c] + dt * f, I[c], g, h);
      u[c] += dt / 6 * (a + 2 * c2 + 2 * e + g), v[c] += dt / 6 * (b + 2 * d2 + 2 * f + h);
    }
}

FOR_EACH_PROCESSOR void euler(const Problem& problem, int steps_per_ms, Solution<float>& out) {
  const std::size_t cells = problem.cells();
  for (std::size_t first = 0; first < cells; first += together) {
    float u[together], v[together];
    std::copy_n(problem.u.data() + first, together, u);
    std::copy_n(problem.v.data() + first, together, v);
    for (int t = 0; t < problem.outputs; ++t) {
      euler_steps(u, v, problem.I.data() + first, steps_per_ms, 1.0f / static_cast<float>(steps_per_ms));
      std::copy_n(u, together, out.u.data() + static_cast<std::size_t>(t) * cells + first);
      std::copy_n(v, together, out.v.data() + static_cast<std::size_t>(t) * cells + first);
    }
  }
}

FOR_EACH_PROCESSOR void runge_kutta(const Problem& problem, int steps_per_ms, Solution<float>& out) {
  const std::size_t cells = problem.cells();
  for (std::size_t first = 0; first < cells; first += together) {
    float u[together], v[together];
    std::copy_n(problem.u.data() + first, together, u);
    std::copy_n(problem.v.data() + first, together, v);
    for (int t = 0; t < problem.outputs; ++t) {
      runge_kutta_steps(u, v, problem.I.data() + first, steps_per_ms,
                        1.0f / static_cast<float>(steps_per_ms));
      std::copy_n(u, together, out.u.data() + static_cast<std::size_t>(t) * cells + first);
      std::copy_n(v, together, out.v.data() + static_cast<std::size_t>(t) * cells + first);
    }
  }
}

/// Runge-Kutta's in double at 0.005 ms: its error is below 1e-10.
Solution<double> exact(const Problem& problem) {
  Solution<double> out(problem);
  const std::size_t cells = problem.cells();
  for (std::size_t first = 0; first < cells; first += together) {
    double u[together], v[together], I[together];
    std::copy_n(problem.u.data() + first, together, u);
    std::copy_n(problem.v.data() + first, together, v);
    std::copy_n(problem.I.data() + first, together, I);
    for (int t = 0; t < problem.outputs; ++t) {
      runge_kutta_steps(u, v, I, 200, 0.005);
      std::copy_n(u, together, out.u.data() + static_cast<std::size_t>(t) * cells + first);
      std::copy_n(v, together, out.v.data() + static_cast<std::size_t>(t) * cells + first);
    }
  }
  return out;
}

/// Myowave's own kernel of the model, as a region would run it.
class Kernel {
 public:
  Kernel(const Problem& problem, const ionic::Numerics& numerics, int steps_per_ms)
      : problem_(problem), steps_(steps_per_ms) {
    ionic::CellSpec spec{"fitzhugh_nagumo", "werneck_code", {}, {}, {}};
    const std::vector<int> varying = problem.has_current ? std::vector<int>{4} : std::vector<int>{};
    model_ = ionic::make_cell_model(spec, numerics, varying);
    for (const float I : problem.I) I_.push_back(10.0 * I);
    states_ = model_->make_states(problem.cells());
    V_.resize(problem.cells()), none_.assign(problem.cells(), 0.0);
  }

  void operator()(Solution<float>& out) {
    const std::size_t cells = problem_.cells();
    for (std::size_t c = 0; c < cells; ++c) {
      V_[c] = V_zero + V_scale * problem_.u[c];
      states_.set(0, c, problem_.v[c]);
    }
    constexpr std::size_t block = 128;
    for (std::size_t first = 0; first < cells; first += block) {
      const ionic::Varying varying{4, I_.data() + first};
      const std::span<const ionic::Varying> all(&varying, problem_.has_current ? 1 : 0);
      for (int t = 0; t < problem_.outputs; ++t) {
        for (int s = 0; s < steps_; ++s)
          model_->step({states_.rows(V_.data() + first, first), block, none_.data() + first, all},
                       1.0 / steps_);
        const std::size_t at = static_cast<std::size_t>(t) * cells + first;
        for (std::size_t c = 0; c < block; ++c) {
          out.u[at + c] = static_cast<float>((V_[first + c] - V_zero) / V_scale);
          out.v[at + c] = static_cast<float>(states_.get(0, first + c));
        }
      }
    }
  }

 private:
  const Problem& problem_;
  int steps_;
  std::unique_ptr<ionic::CellModel> model_;
  ionic::CellStates states_;
  std::vector<double> V_, I_, none_;
};

/// A `trajectory` surrogate; V and I in its units are made before.
class Network {
 public:
  Network(const Problem& problem, const std::string& path)
      : problem_(problem),
        surrogate_(surrogates::read_surrogate(path)),
        compiled_(surrogate_, surrogate_.parts.at(0)) {
    for (const float u : problem.u) V_.push_back(static_cast<float>(V_zero + V_scale * u));
    for (const float I : problem.I) I_.push_back(10.0f * I);
    t_.resize(block);
    out_.resize(2 * block);
  }

  std::size_t products() const {
    std::size_t count = 0;
    for (const surrogates::Layer& layer : surrogate_.parts[0].network.layers)
      count += layer.weight.size();
    return count;
  }

  void operator()(Solution<float>& out) {
    const std::size_t cells = problem_.cells();
    for (std::size_t first = 0; first < cells; first += block)
      for (int t = 0; t < problem_.outputs; ++t) {
        std::fill(t_.begin(), t_.end(), static_cast<float>(t + 1));
        std::vector<surrogates::InputRow> rows;
        for (const int input : surrogate_.parts[0].inputs)
          rows.push_back({row_of(surrogate_.inputs[static_cast<std::size_t>(input)].name, first), true});
        compiled_.evaluate(rows, block, out_.data(), block);
        const std::size_t at = static_cast<std::size_t>(t) * cells + first;
        for (std::size_t c = 0; c < block; ++c)
          out.u[at + c] = (out_[c] - static_cast<float>(V_zero)) * static_cast<float>(1.0 / V_scale);
        std::copy_n(out_.data() + block, block, out.v.data() + at);
      }
  }

 private:
  static constexpr std::size_t block = 1024;

  const float* row_of(const std::string& name, std::size_t first) const {
    if (name == "t") return t_.data();
    if (name == "V.0") return V_.data() + first;
    if (name == "v.0") return problem_.v.data() + first;
    if (name == "I") return I_.data() + first;
    throw std::runtime_error("the surrogate has an input '" + name + "' that no problem has");
  }

  const Problem& problem_;
  surrogates::Surrogate surrogate_;
  surrogates::CompiledNetwork compiled_;
  std::vector<float> V_, I_, t_, out_;
};

bool fires(const float* u, std::size_t cell, const Problem& problem) {
  for (int t = 0; t < problem.outputs; ++t)
    if (u[static_cast<std::size_t>(t) * problem.cells() + cell] > static_cast<float>(fired_above))
      return true;
  return false;
}

/// Mean and largest error over all outputs of u and v, and the cells that fire where the exact ones do
/// not or the reverse.
nlohmann::json errors(const Solution<float>& found, const Solution<double>& truth,
                      const Problem& problem) {
  double sum = 0.0, largest = 0.0;
  for (std::size_t k = 0; k < truth.u.size(); ++k) {
    const double du = std::abs(found.u[k] - truth.u[k]), dv = std::abs(found.v[k] - truth.v[k]);
    sum += du + dv, largest = std::max({largest, du, dv});
  }
  const std::vector<float> exact_u(truth.u.begin(), truth.u.end());
  std::size_t flips = 0;
  for (std::size_t c = 0; c < problem.cells(); ++c)
    flips += fires(found.u.data(), c, problem) != fires(exact_u.data(), c, problem);
  return {{"mae", sum / (2.0 * static_cast<double>(truth.u.size()))},
          {"max", largest},
          {"flips", static_cast<double>(flips) / static_cast<double>(problem.cells())}};
}

/// The shortest of at least five runs, in ns per output of a cell.
double measured(const std::function<void()>& run, double seconds, const Problem& problem) {
  using Clock = std::chrono::steady_clock;
  double best = INFINITY, total = 0.0;
  for (int k = 0; k < 5 || total < seconds; ++k) {
    const auto start = Clock::now();
    run();
    const double s = std::chrono::duration<double>(Clock::now() - start).count();
    total += s, best = std::min(best, s);
  }
  return 1e9 * best / static_cast<double>(problem.values());
}

struct Measurement {
  const Problem& problem;
  const Solution<double>& truth;
  double seconds;
  nlohmann::json rows = nlohmann::json::array();

  void add(nlohmann::json row, const std::function<void(Solution<float>&)>& method) {
    Solution<float> out(problem);
    row["ns"] = measured([&] { method(out); }, seconds, problem);
    row.update(errors(out, truth, problem));
    rows.push_back(std::move(row));
  }
};

void add_time_stepping(Measurement& measurement) {
  const Problem& problem = measurement.problem;
  for (const int steps : {10, 20, 100})
    measurement.add({{"method", "Euler"}, {"step_ms", 1.0 / steps}},
                    [&](auto& out) { euler(problem, steps, out); });
  for (const int steps : {4, 5, 10})
    measurement.add({{"method", "Runge-Kutta 4"}, {"step_ms", 1.0 / steps}},
                    [&](auto& out) { runge_kutta(problem, steps, out); });
  for (const auto method : {ionic::Method::rush_larsen, ionic::Method::midpoint})
    for (const int steps : {10, 20}) {
      const std::string name = method == ionic::Method::midpoint ? "midpoint" : "Euler";
      Kernel kernel(problem, {method, ionic::Precision::mixed, false}, steps);
      measurement.add({{"method", "Myowave's kernel, " + name}, {"step_ms", 1.0 / steps}},
                      std::ref(kernel));
    }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("error against cost of trajectories of the FitzHugh-Nagumo cell");
  std::string name = "b";
  std::size_t cells = 32768;
  double seconds = 0.3;
  std::vector<std::string> files;
  app.add_option("--problem", name, "a, b or c")->check(CLI::IsMember({"a", "b", "c"}));
  app.add_option("--cells", cells, "number of cells, a multiple of 1024")->check(CLI::PositiveNumber);
  app.add_option("--seconds", seconds, "for each method, at least");
  app.add_option("files", files, "trajectory surrogates");
  CLI11_PARSE(app, argc, argv);
  cells = (cells + 1023) / 1024 * 1024;
  const Problem problem = make_problem(name[0], cells);
  const Solution<double> truth = exact(problem);
  Measurement measurement{problem, truth, seconds};
  add_time_stepping(measurement);
  for (const std::string& file : files) {
    Network network(problem, file);
    measurement.add({{"method", "network"}, {"file", file}, {"products", network.products()}},
                    std::ref(network));
  }
  const nlohmann::json result = {{"problem", name},
                                 {"cells", cells},
                                 {"outputs", problem.outputs},
                                 {"instruction_set", ionic::name_of(ionic::instruction_set())},
                                 {"methods", measurement.rows}};
  std::cout << result.dump(1) << "\n";
  return 0;
}
