// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/tensor_model.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"
#include "ionic/cell_model.hpp"
#include "surrogates/learn/random.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

std::unique_ptr<ionic::CellModel> model_named(const std::string& name, const std::string& variant = "") {
  ionic::CellSpec spec;
  spec.model = name, spec.variant = variant;
  return ionic::make_cell_model(spec, {});
}

std::vector<Tensor> numbers(const std::vector<double>& values) {
  std::vector<Tensor> tensors;
  for (const double value : values) tensors.push_back(torch::full({}, value, torch::kDouble));
  return tensors;
}

/// States around the initial ones, V over the range of an action potential.
Tensor states_around(const ionic::CellModel& model, std::int64_t count) {
  Random random(5, Stream::probes);
  const auto width = static_cast<std::int64_t>(model.initial_states().size()) + 1;
  Tensor y = torch::empty({count, width}, torch::kDouble);
  for (std::int64_t k = 0; k < count; ++k) {
    y[k][0] = random.uniform(-95.0, 45.0);
    for (std::int64_t s = 1; s < width; ++s) {
      const double value = model.initial_states()[static_cast<std::size_t>(s - 1)];
      const bool gate = s <= model.info().gate_count;
      y[k][s] = gate ? random.uniform(0.01, 0.99) : value * random.uniform(0.5, 1.5) + 1e-3;
    }
  }
  return y;
}

class TensorModels : public testing::TestWithParam<std::string> {};

TEST_P(TensorModels, GiveTheRatesOfTheCellModel) {
  const auto model = model_named(GetParam());
  const Tensor y = states_around(*model, 50);
  const Tensor rates = find_tensor_model(GetParam())
                           .rates(y, numbers(model->parameters()), torch::full({}, 3.0, torch::kDouble));
  ASSERT_EQ(rates.sizes(), y.sizes());
  for (std::int64_t k = 0; k < y.size(0); ++k) {
    const double* row = y.data_ptr<double>() + k * y.size(1);
    const std::vector<double> truth =
        model->rates(row[0], {row + 1, static_cast<std::size_t>(y.size(1) - 1)}, 3.0);
    for (std::int64_t v = 0; v < y.size(1); ++v) {
      const double expected = truth[static_cast<std::size_t>(v)];
      EXPECT_NEAR(rates[k][v].item<double>(), expected, 1e-12 * std::max(1.0, std::abs(expected)))
          << "sample " << k << " variable " << v << " V " << row[0];
    }
  }
}

TEST_P(TensorModels, HaveTheDerivativesOfFiniteDifferences) {
  const auto model = model_named(GetParam());
  const auto parameters = numbers(model->parameters());
  const TensorModel& equations = find_tensor_model(GetParam());
  const Tensor none = torch::zeros({}, torch::kDouble);
  Tensor y = states_around(*model, 8).set_requires_grad(true);
  const Tensor weights = torch::arange(1, y.size(1) + 1, torch::kDouble);
  (equations.rates(y, parameters, none) * weights).sum().backward();
  const torch::NoGradGuard no_gradient;
  for (std::int64_t v = 0; v < y.size(1); ++v) {
    const double h = 1e-6 * std::max(1.0, y.select(1, v).abs().max().item<double>());
    Tensor up = y.detach().clone(), down = y.detach().clone();
    up.select(1, v) += h, down.select(1, v) -= h;
    const Tensor slope =
        ((equations.rates(up, parameters, none) - equations.rates(down, parameters, none)) * weights)
            .sum(1) /
        (2.0 * h);
    const Tensor off = (y.grad().select(1, v) - slope).abs() / (1.0 + slope.abs());
    EXPECT_LT(off.max().item<double>(), 2e-5) << "variable " << v;
  }
}

INSTANTIATE_TEST_SUITE_P(All, TensorModels, testing::ValuesIn(tensor_model_names()),
                         [](const auto& each) { return each.param; });

TEST(TensorModel, TakesAParameterForEachSample) {
  const std::string name = "fitzhugh_nagumo";
  const auto model = model_named(name, "werneck_code");
  auto parameters = numbers(model->parameters());
  const int I = 4;
  ASSERT_STREQ(model->info().parameters[I].name, "I");
  const Tensor y = torch::zeros({3, 2}, torch::kDouble);
  const Tensor before = find_tensor_model(name).rates(y, parameters, torch::zeros({}, torch::kDouble));
  parameters[I] = torch::tensor({0.0, 0.5, 1.0}, torch::kDouble);
  const Tensor after = find_tensor_model(name).rates(y, parameters, torch::zeros({}, torch::kDouble));
  const Tensor difference = (after - before).select(1, 0);
  EXPECT_NEAR(difference[0].item<double>(), 0.0, 1e-9);
  EXPECT_NEAR(difference[1].item<double>(), 50.0, 1e-9);  // 100 mV per unit
  EXPECT_NEAR(difference[2].item<double>(), 100.0, 1e-9);
}

TEST(TensorModel, ThatIsNotThereIsAnErrorThatNamesTheOthers) {
  try {
    find_tensor_model("hodgkin_huxley_1953");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'hodgkin_huxley_1952'?"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace myowave::learn
