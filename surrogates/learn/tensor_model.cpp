// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/tensor_model.hpp"

#include <fmt/format.h>

#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ionic/models/aliev_panfilov_1996.hpp"
#include "ionic/models/fitzhugh_nagumo.hpp"
#include "ionic/models/hodgkin_huxley_1952.hpp"
#include "ionic/models/luo_rudy_1991.hpp"
#include "ionic/models/mitchell_schaeffer_2003.hpp"
#include "surrogates/learn/tensor_real.hpp"

namespace myowave::learn {
namespace {

/// A plain number where the tensor holds one that needs no gradient: it then stays one in the equations.
TensorReal real_of(const torch::Tensor& tensor) {
  if (tensor.dim() == 0 && !tensor.requires_grad()) return tensor.item<double>();
  return tensor;
}

template <class Model>
torch::Tensor rates_of(const torch::Tensor& y, const std::vector<torch::Tensor>& parameters,
                       const torch::Tensor& J) {
  constexpr std::size_t states = Model::info.states.size(), gates = Model::info.gate_count;
  // A place more than there are, since an array holds at least one.
  std::array<TensorReal, states + 1> at, slopes;
  std::array<TensorReal, gates + 1> inf, rate;
  std::array<TensorReal, Model::info.function_count + 1> functions;
  std::vector<TensorReal> p;
  for (const torch::Tensor& each : parameters) p.push_back(real_of(each));
  const TensorReal V = y.select(1, 0);
  for (std::size_t s = 0; s < states; ++s) at[s] = y.select(1, static_cast<std::int64_t>(s) + 1);
  Model::voltage(V, p.data(), inf.data(), rate.data(), functions.data());
  Model::gates(V, at.data(), p.data(), functions.data(), inf.data(), rate.data());
  const TensorReal dV =
      Model::currents(V, at.data(), p.data(), functions.data(), real_of(J), slopes.data());
  for (std::size_t g = 0; g < gates; ++g) slopes[g] = (inf[g] - at[g]) * rate[g];
  const std::int64_t samples = y.size(0);
  std::vector<torch::Tensor> columns = {dV.as_tensor(y.options()).expand({samples})};
  for (std::size_t s = 0; s < states; ++s)
    columns.push_back(slopes[s].as_tensor(y.options()).expand({samples}));
  return torch::stack(columns, 1);
}

template <class Model>
constexpr TensorModel entry() {
  return {Model::info.name, rates_of<Model>};
}

/// To add a model, include its header and give it a line.
constexpr TensorModel models[] = {
    entry<ionic::FitzHughNagumo>(),        entry<ionic::HodgkinHuxley1952>(),
    entry<ionic::MitchellSchaeffer2003>(), entry<ionic::AlievPanfilov1996>(),
    entry<ionic::LuoRudy1991>(),
};

}  // namespace

std::vector<std::string> tensor_model_names() {
  std::vector<std::string> names;
  for (const TensorModel& model : models) names.emplace_back(model.name);
  return names;
}

const TensorModel& find_tensor_model(const std::string& name) {
  for (const TensorModel& model : models)
    if (name == model.name) return model;
  const std::vector<std::string> names = tensor_model_names();
  throw InputError(
      {Fault{"surrogate.model",
             fmt::format("the term 'physics' of the loss needs the equations of '{}' on tensors{}; "
                         "there are those of: {}. Set train.weights.physics = 0 to do without",
                         name, suggestion(name, names), list_of(names))}});
}

}  // namespace myowave::learn
