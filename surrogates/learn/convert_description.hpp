// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::learn {

/// Where a network comes from.
struct NetworkSource {
  std::string name = "network";
  std::string file;                          ///< ONNX; empty: the one of the command line
  std::vector<std::string> inputs, outputs;  ///< as in the card; empty: all, in their order
  bool transform_included = false;           ///< it ends with the transform of its outputs
};

/// What a description says. Its names are those of a surrogate's card.
struct Description {
  surrogates::Surrogate surrogate;  ///< without networks
  std::vector<NetworkSource> networks;
  std::map<std::string, std::string> places;  ///< of the keys, "file:line:column"

  /// A fault at the place of a key, or of the nearest table above it.
  Fault fault(const std::string& key, const std::string& message) const;
};

/// Throws InputError with all faults of the keys; how the values fit together is not looked at.
Description read_description(const std::string& path);

}  // namespace myowave::learn
