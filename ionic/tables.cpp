// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace myowave::ionic {
namespace {

/// Evaluates the columns of a row.
class Columns {
 public:
  Columns(const ModelCode& code, std::span<const double> parameters, double dt,
          const LearntGates* learnt = nullptr)
      : code_(code),
        learnt_(learnt),
        parameters_(parameters),
        dt_(dt),
        gates_(static_cast<std::size_t>(code.info->voltage_gate_count)),
        functions_(static_cast<std::size_t>(code.info->function_count)),
        inf_(gates_ + 1),
        rate_(gates_ + 1),
        f_(functions_ + 1),
        row_(2 * gates_ + functions_) {}

  std::size_t count() const { return row_.size(); }

  const std::vector<double>& at(double V) {
    code_.voltage(V, parameters_.data(), inf_.data(), rate_.data(), f_.data());
    if (learnt_) replace_gates(*learnt_, V, inf_, rate_);
    for (std::size_t g = 0; g < gates_; ++g) {
      row_[g] = inf_[g];
      row_[gates_ + g] = -std::expm1(-dt_ * rate_[g]);
    }
    std::copy_n(f_.begin(), functions_, row_.begin() + static_cast<std::ptrdiff_t>(2 * gates_));
    return row_;
  }

  std::string name(std::size_t column) const {
    const auto states = code_.info->states;
    if (column < gates_) return fmt::format("{}_inf", states[column].name);
    if (column < 2 * gates_) return fmt::format("{} 1-exp(-dt/tau)", states[column - gates_].name);
    return fmt::format("function {}", column - 2 * gates_ + 1);
  }

 private:
  const ModelCode& code_;
  const LearntGates* learnt_;
  std::span<const double> parameters_;
  double dt_;
  std::size_t gates_, functions_;
  std::vector<double> inf_, rate_, f_, row_;
};

double V_of_row(double row) { return table_V_first + row * table_spacing; }

}  // namespace

void replace_gates(const LearntGates& learnt, double V, std::span<double> inf, std::span<double> rate) {
  if (!(V >= learnt.V_min && V <= learnt.V_max)) return;
  std::vector<double> values(2 * learnt.gates.size());
  double* const tau = values.data() + learnt.gates.size();
  learnt.evaluate(V, values.data(), tau);
  for (std::size_t g = 0; g < learnt.gates.size(); ++g) {
    const auto gate = static_cast<std::size_t>(learnt.gates[g]);
    inf[gate] = values[g];
    rate[gate] = 1.0 / tau[g];
  }
}

LearntTableError table_error(const LearntGates& learnt, double dt) {
  const std::size_t count = learnt.gates.size();
  auto at = [&](double row) {
    std::vector<double> values(2 * count);
    learnt.evaluate(V_of_row(row), values.data(), values.data() + count);
    for (std::size_t g = 0; g < count; ++g) values[count + g] = -std::expm1(-dt / values[count + g]);
    return values;
  };
  LearntTableError error;
  for (int r = 0; r < table_intervals; ++r) {
    if (V_of_row(r) < learnt.V_min || V_of_row(r + 1) > learnt.V_max) continue;
    const std::vector<double> low = at(r), middle = at(r + 0.5), high = at(r + 1);
    for (std::size_t c = 0; c < 2 * count; ++c) {
      double& worst = c < count ? error.inf : error.share;
      worst = std::max(worst, std::abs(0.5 * (low[c] + high[c]) - middle[c]));
    }
  }
  return error;
}

Tables::Tables(const ModelCode& code, std::span<const double> parameters, Precision precision, double dt,
               const LearntGates* learnt)
    : dt_(dt) {
  Columns columns(code, parameters, dt, learnt);
  const std::size_t length = (columns.count() + lane_padding - 1) / lane_padding * lane_padding;
  doubles_.resize(length * (table_intervals + 1));
  for (std::size_t r = 0; r <= table_intervals; ++r) {
    const std::vector<double>& row = columns.at(V_of_row(static_cast<double>(r)));
    std::copy(row.begin(), row.end(), doubles_.begin() + static_cast<std::ptrdiff_t>(r * length));
  }
  view_ = {doubles_.data(), length, table_V_first, 1.0 / table_spacing, table_intervals};
  if (precision == Precision::mixed) {
    floats_.assign(doubles_.begin(), doubles_.end());
    doubles_ = {};
    view_.rows = floats_.data();
  }
}

std::vector<TableError> table_errors(const ModelCode& code, std::span<const double> parameters,
                                     double dt) {
  Columns columns(code, parameters, dt);
  const std::size_t count = columns.count();
  std::vector<std::vector<double>> errors(count);
  std::vector<double> largest(count, 0.0);
  std::vector<double> previous = columns.at(V_of_row(0.0));
  for (int r = 0; r < table_intervals; ++r) {
    const std::vector<double> middle = columns.at(V_of_row(r + 0.5));
    const std::vector<double> next = columns.at(V_of_row(r + 1.0));
    for (std::size_t c = 0; c < count; ++c) {
      const double error = std::abs(0.5 * (previous[c] + next[c]) - middle[c]);
      // No number in a row or between two: no table.
      errors[c].push_back(std::isfinite(error) ? error : std::numeric_limits<double>::infinity());
      if (std::isfinite(middle[c])) largest[c] = std::max(largest[c], std::abs(middle[c]));
    }
    previous = next;
  }
  std::vector<TableError> result;
  for (std::size_t c = 0; c < count; ++c) {
    std::sort(errors[c].begin(), errors[c].end());
    const double scale = largest[c] > 0.0 ? largest[c] : 1.0;
    result.push_back({columns.name(c), errors[c].back() / scale,
                      errors[c][static_cast<std::size_t>(0.99 * table_intervals)] / scale});
  }
  return result;
}

bool is_tabulated(const ModelCode& code, std::span<const double> parameters, int parameter) {
  std::vector<double> changed(parameters.begin(), parameters.end());
  double& value = changed[static_cast<std::size_t>(parameter)];
  const double original = value;
  for (const double other : {1.1 * original + 1e-3, original + 5.0}) {
    value = other;
    Columns before(code, parameters, 0.02), after(code, changed, 0.02);
    for (double V = -119.0; V < 80.0; V += 1.7)
      if (before.at(V) != after.at(V)) return true;
  }
  return false;
}

}  // namespace myowave::ionic
