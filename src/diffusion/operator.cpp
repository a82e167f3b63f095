// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/operator.hpp"

namespace myowave {
namespace {

class StageByStage : public ExplicitStages {
 public:
  StageByStage(const DiffusionOperator& op, std::vector<StagePair> pairs)
      : operator_(op), pairs_(std::move(pairs)), inner_(op.mass().size()) {}

  void advance(double h, std::span<double> V) override {
    for (const StagePair& pair : pairs_) {
      operator_.euler_step(pair.inner * h, V, inner_);
      operator_.add_rate(pair.outer * h, inner_, V);
    }
  }

 private:
  const DiffusionOperator& operator_;
  std::vector<StagePair> pairs_;
  std::vector<double> inner_;
};

}  // namespace

std::unique_ptr<ExplicitStages> DiffusionOperator::stages(std::vector<StagePair> pairs) const {
  return std::make_unique<StageByStage>(*this, std::move(pairs));
}

}  // namespace myowave
