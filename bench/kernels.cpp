// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// ns per cell-step of the reaction and ns per node-step of the diffusion, on a cable, a sheet and a
// slab:
//   myowave_bench --benchmark_format=json
#include <benchmark/benchmark.h>

#include <chrono>

#include "bench/assembled.hpp"
#include "field/session.hpp"
#include "ionic/cell_model.hpp"
#include "simulation/problem.hpp"

namespace {

using namespace myowave;

Config tissue(MeshKind kind, const char* model, DiffusionMethod diffusion) {
  Config config;
  config.mesh.kind = kind;
  if (kind == MeshKind::cable) config.mesh.size = {1638.4};
  if (kind == MeshKind::sheet) config.mesh.size = {51.2, 51.2};
  if (kind == MeshKind::slab) config.mesh.size = {12.8, 6.4, 3.2};
  config.mesh.spacing = {0.1};
  config.tissue.longitudinal = 0.1334;
  config.tissue.transverse = 0.0176;
  config.regions = {{"all", Everywhere{}, {model, "", {}, {}, {}}}};
  config.stimuli = {{"corner", Box{{0, 0, 0}, {1.5, 1.5, 1.5}}, "", 50.0, 0.0, 2.0, 0.0, 1}};
  config.time = {1e6, 0.02};
  config.diffusion.method = diffusion;
  config.reaction.step = 0.02;
  return config;
}

const char* name_of(MeshKind kind) {
  return kind == MeshKind::cable ? "cable" : kind == MeshKind::sheet ? "sheet" : "slab";
}

/// Runs 2 ms first, so that a wavefront and the stimulus' cells are in the tissue.
struct Started {
  explicit Started(const Config& config) : problem(config), V(problem.layout) {
    problem.reaction->rest(V);
    for (int n = 0; n < 100; ++n) {
      problem.diffusion->advance(V, config.time.step);
      problem.reaction->advance(V, n * config.time.step, config.time.step);
    }
  }
  Problem problem;
  Potential V;
};

/// Runs the benchmark's loop and reports ns per item and iteration.
template <class Body>
void measure(benchmark::State& state, const char* name, double items, Body body) {
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) body();
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  state.counters[name] = elapsed.count() / (items * static_cast<double>(state.iterations()));
}

void reaction(benchmark::State& state, MeshKind kind, const char* model, ionic::Method method) {
  Config config = tissue(kind, model, DiffusionMethod::automatic);
  config.reaction.method = method;
  Started run(config);
  measure(state, "ns_per_cell_step", static_cast<double>(run.problem.cell_count()),
          [&] { run.problem.reaction->advance(run.V, 2.0, config.time.step); });
}

void diffusion(benchmark::State& state, MeshKind kind, DiffusionMethod method, bool rotated) {
  Config config = tissue(kind, "mitchell_schaeffer_2003", method);
  if (rotated) config.tissue.fibre = {0.6, 0.8, 0.0};
  Started run(config);
  const long before = run.problem.diffusion->iterations();
  measure(state, "ns_per_node_step", static_cast<double>(run.problem.layout.global_size()),
          [&] { run.problem.diffusion->advance(run.V, config.time.step); });
  state.counters["iterations"] = static_cast<double>(run.problem.diffusion->iterations() - before) /
                                 static_cast<double>(state.iterations());
}

/// The bound by memory: V read and written once.
void copy(benchmark::State& state) {
  std::vector<double> from(std::size_t{1} << 24, 1.0), to(from.size());
  measure(state, "ns_per_node_step", static_cast<double>(from.size()), [&] {
    std::copy(from.begin(), from.end(), to.begin());
    benchmark::ClobberMemory();
  });
}

/// One matrix-vector product of the implicit step on a slab: our stencil against PETSc's assembled
/// matrix.
void product_matrix_free(benchmark::State& state) {
  const Config config = tissue(MeshKind::slab, "passive", DiffusionMethod::automatic);
  const Problem problem(config);
  std::vector<double> x(static_cast<std::size_t>(problem.layout.owned()), 1.0), y(x.size());
  measure(state, "ns_per_node_step", static_cast<double>(x.size()),
          [&] { problem.diffusion_operator.shifted(0.01, x, y); });
}

void product_assembled(benchmark::State& state) {
  const Config config = tissue(MeshKind::slab, "passive", DiffusionMethod::automatic);
  const Problem problem(config);
  AssembledProduct product(problem.mesh.grid(), problem.diffusion_operator, problem.layout);
  measure(state, "ns_per_node_step", static_cast<double>(problem.layout.owned()),
          [&] { product.multiply(); });
}

void register_all() {
  constexpr MeshKind kinds[] = {MeshKind::cable, MeshKind::sheet, MeshKind::slab};
  for (const char* model : {"ten_tusscher_2006", "mitchell_schaeffer_2003", "fitzhugh_nagumo"})
    for (const MeshKind kind : kinds)
      for (const auto& [method, method_name] : {std::pair{ionic::Method::rush_larsen, "rush_larsen"},
                                                std::pair{ionic::Method::midpoint, "midpoint"}})
        benchmark::RegisterBenchmark(
            (std::string("reaction/") + model + "/" + method_name + "/" + name_of(kind)).c_str(),
            [=, m = method](benchmark::State& state) { reaction(state, kind, model, m); });
  for (const MeshKind kind : kinds)
    for (const auto& [method, method_name] :
         {std::pair{DiffusionMethod::explicit_midpoint, "explicit"},
          std::pair{DiffusionMethod::crank_nicolson, "crank_nicolson"},
          std::pair{DiffusionMethod::backward_euler, "backward_euler"}})
      for (const bool rotated : {false, true}) {
        if (rotated && kind == MeshKind::cable) continue;
        benchmark::RegisterBenchmark(
            (std::string("diffusion/") + method_name + (rotated ? "/rotated/" : "/straight/") +
             name_of(kind))
                .c_str(),
            [=, m = method](benchmark::State& state) { diffusion(state, kind, m, rotated); });
      }
  benchmark::RegisterBenchmark("product/matrix_free/slab", product_matrix_free);
  benchmark::RegisterBenchmark("product/assembled/slab", product_assembled);
  benchmark::RegisterBenchmark("memory/copy", copy);
}

}  // namespace

int main(int argc, char** argv) {
  Session session(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("instruction_set", ionic::kernels().instruction_set);
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
