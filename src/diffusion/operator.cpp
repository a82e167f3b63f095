// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/operator.hpp"

#include <algorithm>

namespace myowave {
namespace {

class StageByStage : public ExplicitStages {
 public:
  StageByStage(const DiffusionOperator& op, Stages stages)
      : operator_(op),
        stages_(std::move(stages)),
        increment_(op.mass().size()),
        inner_(op.mass().size()) {}

  void advance(double h, std::span<double> V) override {
    std::fill(inner_.begin(), inner_.end(), 0.0);
    operator_.add_rate(h, V, inner_);
    operator_.euler_step(stages_.first * h, inner_, increment_);
    for (const StagePair& pair : stages_.pairs) {
      operator_.euler_step(pair.inner * h, increment_, inner_);
      operator_.add_rate(pair.outer * h, inner_, increment_);
    }
    for (std::size_t i = 0; i < V.size(); ++i) V[i] += increment_[i];
  }

 private:
  const DiffusionOperator& operator_;
  Stages stages_;
  std::vector<double> increment_, inner_;
};

}  // namespace

std::unique_ptr<ExplicitStages> DiffusionOperator::stages(const Stages& stages, Increments) const {
  return std::make_unique<StageByStage>(*this, stages);
}

}  // namespace myowave
