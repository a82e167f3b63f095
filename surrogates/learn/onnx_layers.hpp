// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "surrogates/learn/onnx_graph.hpp"
#include "surrogates/network.hpp"

namespace myowave::learn {

/// Takes a graph apart into layers y = [x +] gain * activation(norm(weight x + bias)). Throws InputError
/// that names the node which does not fit.
surrogates::Network layers_of(const OnnxGraph& graph);

}  // namespace myowave::learn
