// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// ns per cell-step of every kernel and of the reaction in tissue, and ns per node-step of the diffusion,
// on a cable, a sheet and a slab:
//   myowave_bench --benchmark_filter=kernel/ten_tusscher_2006 --benchmark_format=json
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "bench/assembled.hpp"
#include "bench/networks.hpp"
#include "field/session.hpp"
#include "ionic/cell_model.hpp"
#include "ionic/registry.hpp"
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

/// Runs the benchmark's loop and reports ns of the processor per item and iteration.
template <class Body>
void measure(benchmark::State& state, const char* name, double items, Body body) {
  const double start = thread_ns();
  for (auto _ : state) body();
  state.counters[name] = (thread_ns() - start) / (items * static_cast<double>(state.iterations()));
}

/// The reaction step in a running tissue simulation.
void reaction(benchmark::State& state, MeshKind kind, const char* model,
              const ionic::Numerics& numerics) {
  Config config = tissue(kind, model, DiffusionMethod::automatic);
  config.reaction.method = numerics.method;
  config.reaction.precision = numerics.precision;
  config.reaction.tables = numerics.tables;
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

/// The kernel alone, on cells spread over the range from rest to 40 mV above, in blocks of 128 as tissue
/// calls it; beside it the bound by memory, every state read and written once at `triad` speed.
void kernel(benchmark::State& state, const ionic::ModelCode& code, const ionic::Numerics& numerics,
            ionic::InstructionSet set, std::size_t cells) {
  const auto model = ionic::make_cell_model({code.info->name, "", {}, {}, {}}, numerics, {}, set);
  if (model->uses_tables() != numerics.tables) return state.SkipWithError("the model has no tables");
  ionic::CellStates states = model->make_states(cells);
  std::vector<double> V(cells), stimulus(cells, 0.0);
  for (std::size_t i = 0; i < cells; ++i)
    V[i] = model->initial_V() + 40.0 * static_cast<double>(i) / static_cast<double>(cells);
  const double dt = std::min(0.02, code.info->step_max_ms);
  measure(state, "ns_per_cell_step", static_cast<double>(cells), [&] {
    for (std::size_t first = 0; first < cells; first += 128)
      model->step({states.rows(V.data() + first, first), 128, stimulus.data()}, dt);
  });
  state.counters["bytes_per_cell_step"] =
      2.0 *
      (static_cast<double>(states.bytes()) / static_cast<double>(states.stride()) + sizeof(double));
}

/// STREAM's triad: bytes per ns that one core moves.
void triad(benchmark::State& state) {
  std::vector<double> a(std::size_t{1} << 24), b(a.size(), 1.0), c(a.size(), 2.0);
  const auto start = std::chrono::steady_clock::now();
  for (auto _ : state) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = b[i] + 3.0 * c[i];
    benchmark::ClobberMemory();
  }
  const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
  state.counters["bytes_per_ns"] =
      24.0 * static_cast<double>(a.size()) * static_cast<double>(state.iterations()) / elapsed.count();
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
          [&] { problem.diffusion_operator->shifted(0.01, x, y); });
}

void product_assembled(benchmark::State& state) {
  const Config config = tissue(MeshKind::slab, "passive", DiffusionMethod::automatic);
  const Problem problem(config);
  AssembledProduct product(problem.mesh.grid(), *problem.diffusion_operator, problem.layout);
  measure(state, "ns_per_node_step", static_cast<double>(problem.layout.owned()),
          [&] { product.multiply(); });
}

void register_all() {
  constexpr MeshKind kinds[] = {MeshKind::cable, MeshKind::sheet, MeshKind::slab};
  const std::vector<std::pair<std::string, ionic::Numerics>> modes = {
      {"double", {ionic::Method::rush_larsen, ionic::Precision::double_, false}},
      {"double_tables", {ionic::Method::rush_larsen, ionic::Precision::double_, true}},
      {"mixed", {ionic::Method::rush_larsen, ionic::Precision::mixed, false}},
      {"mixed_tables", {ionic::Method::rush_larsen, ionic::Precision::mixed, true}},
      {"mixed_tables_midpoint", {ionic::Method::midpoint, ionic::Precision::mixed, true}}};
  for (const ionic::ModelCode* code : ionic::built_in_models())
    for (const auto& [mode, numerics] : modes) {
      if (numerics.tables && code->info->voltage_gate_count + code->info->function_count == 0) continue;
      for (const ionic::InstructionSet set : ionic::runnable_instruction_sets())
        for (const std::size_t cells : {std::size_t{1} << 14, std::size_t{1} << 20})
          benchmark::RegisterBenchmark(
              fmt::format("kernel/{}/{}/{}/{}k", code->info->name, mode, ionic::name_of(set),
                          cells >> 10)
                  .c_str(),
              [=, n = numerics](benchmark::State& state) { kernel(state, *code, n, set, cells); });
    }
  for (const char* model : {"ten_tusscher_2006", "ohara_rudy_2011", "mitchell_schaeffer_2003"})
    for (const MeshKind kind : kinds)
      for (const auto& [mode, numerics] : modes) {
        const std::string name = fmt::format("reaction/{}/{}/{}", model, mode, name_of(kind));
        benchmark::RegisterBenchmark(name.c_str(), [=, n = numerics](benchmark::State& state) {
          reaction(state, kind, model, n);
        });
      }
  for (const MeshKind kind : kinds)
    for (const auto& [method, method_name] :
         {std::pair{DiffusionMethod::explicit_polynomial, "explicit"},
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
  benchmark::RegisterBenchmark("memory/triad", triad);
  register_networks();
  register_conductances();
}

}  // namespace

int main(int argc, char** argv) {
  Session session(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::AddCustomContext("instruction_set", ionic::name_of(ionic::instruction_set()));
  register_all();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
