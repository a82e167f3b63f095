// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace myowave {

/// A value of the configuration as the user wrote it, with the place where it stands.
struct Node {
  using Array = std::vector<Node>;
  using Table = std::vector<std::pair<std::string, Node>>;

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Table> value;
  std::string where;  ///< "file:line:column" or "--set key.path"

  const Array* array() const { return std::get_if<Array>(&value); }
  const Table* table() const { return std::get_if<Table>(&value); }
  const std::string* string() const { return std::get_if<std::string>(&value); }
  /// The entry of a table, or nullptr.
  const Node* find(std::string_view key) const;
  /// The value as the user would write it.
  std::string text() const;
};

/// Reads a TOML file. Throws InputError with file:line:column if it cannot be read or parsed.
Node read_document(const std::string& path);

/// Applies "key.path=value" to a document: the value is TOML, or a string if it is no TOML. An entry of
/// an array of tables is named by its `name` or its number from 0: "stimulus.S1.amplitude=...".
/// Appends a fault if the path cannot be followed.
void apply_override(Node& document, const std::string& assignment, std::vector<Fault>& faults);

}  // namespace myowave
