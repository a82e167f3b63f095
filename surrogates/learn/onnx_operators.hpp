// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "surrogates/learn/onnx_graph.hpp"
#include "surrogates/learn/onnx_node.hpp"

namespace myowave::learn {

/// What a node gives; a new value is appended to `values`. `label` names the node. Throws InputError for
/// what no network of Myowave has, OnnxFollows if an earlier node had a fault.
OnnxTerm read_onnx_operator(const OnnxNode& node, const std::string& label, OnnxNames& names,
                            std::vector<OnnxValue>& values);

}  // namespace myowave::learn
