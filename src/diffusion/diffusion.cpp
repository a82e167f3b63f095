// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/diffusion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/units.hpp"
#include "diffusion/exponential.hpp"

namespace myowave {
namespace {

class ExplicitDiffusion : public Diffusion {
 public:
  ExplicitDiffusion(const DiffusionOperator& op, const ExponentialStep& step, int substeps,
                    Increments increments)
      : substeps_(substeps),
        stage_count_(step.stages().count()),
        stages_(op.stages(step.stages(), increments)) {}

  void advance(Potential& V, double dt) override {
    for (int s = 0; s < substeps_; ++s) stages_->advance(dt / substeps_, V.values());
  }
  std::string description() const override {
    return fmt::format("explicit, {} sub-step{} of {} stages", substeps_, substeps_ > 1 ? "s" : "",
                       stage_count_);
  }

 private:
  int substeps_;
  std::size_t stage_count_;
  std::unique_ptr<ExplicitStages> stages_;
};

}  // namespace

std::unique_ptr<Diffusion> make_explicit(const DiffusionOperator& op, double dt, int max_pairs,
                                         Increments increments) {
  // On a TT2006 cable at 0.1 mm this error of the slow modes' rate slows the wave by less than 0.1 %.
  constexpr double target = 3e-3;
  // Where nothing conducts any polynomial will do.
  const double rate = op.largest_rate() > 0.0 ? op.largest_rate() : 1.0 / dt;
  std::optional<ExponentialStep> best;
  int best_substeps = 1, best_pairs = 0;
  for (int substeps = 1; substeps <= max_pairs; ++substeps)
    for (int pairs = 1; pairs <= std::min(ExponentialStep::largest_degree / 2, max_pairs / substeps);
         ++pairs) {
      const ExponentialStep step(2 * pairs, dt / substeps * rate);
      if (!step.stable()) continue;
      const bool good = step.error() <= target, best_is_good = best && best->error() <= target;
      const bool better = !best || (good ? !best_is_good || substeps * pairs < best_pairs
                                         : !best_is_good && step.error() < best->error());
      if (better) best = step, best_substeps = substeps, best_pairs = substeps * pairs;
    }
  MYOWAVE_ASSERT(best);
  return std::make_unique<ExplicitDiffusion>(op, *best, best_substeps, increments);
}

double explicit_limit(const DiffusionOperator& op) { return 2.0 / op.largest_rate(); }

int explicit_substeps(const DiffusionOperator& op, double dt) {
  return std::max(1, static_cast<int>(std::ceil(std::min(1e9, dt / explicit_limit(op) - 1e-9))));
}

std::unique_ptr<Diffusion> make_diffusion(const DiffusionOperator& op, const DiffusionSettings& settings,
                                          double dt) {
  const int needed = explicit_substeps(op, dt);
  const bool stable = needed <= settings.max_substeps && op.has_diagonal_mass();
  switch (settings.method) {
    case DiffusionMethod::explicit_polynomial:
      if (!op.has_diagonal_mass())
        throw InputError(
            "explicit diffusion needs a lumped mass; set solver.mass = 0 or solver.diffusion = "
            "\"crank_nicolson\"");
      if (!stable)
        throw InputError(
            fmt::format("explicit diffusion is stable here up to steps of {:.4g} ms, so time.step = {} "
                        "needs {} sub-steps and "
                        "solver.max_substeps allows {}; take a step of at most {:.4g} ms, raise "
                        "solver.max_substeps or set "
                        "solver.diffusion = \"crank_nicolson\"",
                        explicit_limit(op), format_quantity(dt, "ms"), needed, settings.max_substeps,
                        explicit_limit(op) * settings.max_substeps));
      return make_explicit(op, dt, settings.max_substeps, settings.increments);
    case DiffusionMethod::crank_nicolson:
      return make_implicit(op, 0.5, settings.tolerance);
    case DiffusionMethod::backward_euler:
      return make_implicit(op, 1.0, settings.tolerance);
    case DiffusionMethod::automatic:
      break;
  }
  if (stable) return make_explicit(op, dt, settings.max_substeps, settings.increments);
  return make_implicit(op, 0.5, settings.tolerance);
}

}  // namespace myowave
