// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/document.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <charconv>
#include <fstream>
#include <sstream>

#include "base/text.hpp"

namespace myowave {
namespace {

std::string place(const std::string& file, const toml::source_region& source) {
  return fmt::format("{}:{}:{}", file, source.begin.line, source.begin.column);
}

Node convert(const toml::node& from, const std::string& file, const std::string& fixed_place) {
  Node node;
  node.where = fixed_place.empty() ? place(file, from.source()) : fixed_place;
  if (const auto* table = from.as_table()) {
    Node::Table entries;
    for (const auto& [key, value] : *table) {
      Node child = convert(value, file, fixed_place);
      // A fault points at the key, which the eye looks for, rather than at the value.
      if (fixed_place.empty() && key.source().begin) child.where = place(file, key.source());
      entries.emplace_back(std::string(key.str()), std::move(child));
    }
    node.value = std::move(entries);
  } else if (const auto* array = from.as_array()) {
    Node::Array entries;
    for (const auto& value : *array) entries.push_back(convert(value, file, fixed_place));
    node.value = std::move(entries);
  } else if (const auto text = from.value_exact<std::string>()) {
    node.value = *text;
  } else if (const auto flag = from.value_exact<bool>()) {
    node.value = *flag;
  } else if (const auto integer = from.value_exact<std::int64_t>()) {
    node.value = *integer;
  } else if (const auto number = from.value_exact<double>()) {
    node.value = *number;
  } else {
    throw InputError({{node.where, "dates and times have no meaning here; a time is written \"5 ms\""}});
  }
  return node;
}

Node parse(const std::string& text, const std::string& file, const std::string& fixed_place) {
  try {
    const toml::table table = toml::parse(text, file);
    return convert(table, file, fixed_place);
  } catch (const toml::parse_error& error) {
    throw InputError({{fixed_place.empty() ? place(file, error.source()) : fixed_place,
                       fmt::format("this is not TOML: {}", error.description())}});
  }
}

Node* find_in(Node& node, const std::string& key) {
  if (auto* table = std::get_if<Node::Table>(&node.value)) {
    for (auto& [name, child] : *table)
      if (name == key) return &child;
    return nullptr;
  }
  auto* array = std::get_if<Node::Array>(&node.value);
  if (!array) return nullptr;
  for (Node& entry : *array) {
    const Node* name = entry.find("name");
    if (name && name->string() && *name->string() == key) return &entry;
  }
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error == std::errc() && end == key.data() + key.size() && index < array->size())
    return &(*array)[index];
  return nullptr;
}

std::vector<std::string> entry_names(const Node& array) {
  std::vector<std::string> names;
  for (const Node& entry : *array.array()) {
    const Node* name = entry.find("name");
    names.push_back(name && name->string() ? *name->string() : std::to_string(names.size()));
  }
  return names;
}

/// The value of an assignment: TOML if it parses, else the bare text as a string.
Node override_value(const std::string& text, const std::string& where) {
  try {
    Node document = parse("value = " + text, "", where);
    return std::move(std::get<Node::Table>(document.value).front().second);
  } catch (const InputError&) {
    return Node{text, where};
  }
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  if (const Table* entries = table())
    for (const auto& [name, child] : *entries)
      if (name == key) return &child;
  return nullptr;
}

std::string Node::text() const {
  struct {
    std::string operator()(std::monostate) const { return ""; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return '"' + text + '"'; }
    std::string operator()(const Array& array) const {
      std::string text;
      for (const Node& entry : array) text += (text.empty() ? "" : ", ") + entry.text();
      return "[" + text + "]";
    }
    std::string operator()(const Table& table) const {
      std::string text;
      for (const auto& [key, entry] : table)
        text += (text.empty() ? "" : ", ") + key + " = " + entry.text();
      return "{ " + text + " }";
    }
  } const writer;
  return std::visit(writer, value);
}

Node read_document(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  // A folder opens as a stream but cannot be read; an empty file can, though nothing comes.
  const bool empty = file && file.peek() == std::ifstream::traits_type::eof() && !file.bad();
  if (file && !empty) text << file.rdbuf();
  if (!empty && (!file || text.fail()))
    throw InputError(
        {{path, "the configuration file cannot be read; check the path and the permissions"}});
  return parse(text.str(), path, "");
}

void apply_override(Node& document, const std::string& assignment, std::vector<Fault>& faults) {
  const std::string where = "--set " + assignment;
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    faults.push_back({where, "write --set key.path=value, for example --set time.end=\"20 ms\""});
    return;
  }
  std::vector<std::string> keys;
  std::stringstream path(assignment.substr(0, equals));
  for (std::string key; std::getline(path, key, '.');) keys.push_back(key);
  Node* node = &document;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    Node* next = find_in(*node, keys[i]);
    if (!next && node->array()) {
      const std::vector<std::string> names = entry_names(*node);
      faults.push_back({where, fmt::format("there is no '{}' here{}; there are: {}", keys[i],
                                           suggestion(keys[i], names), list_of(names))});
      return;
    }
    if (!next) {
      auto* table = std::get_if<Node::Table>(&node->value);
      if (!table) {
        faults.push_back(
            {where, fmt::format("'{}' is a value, it has no key '{}'", keys[i - 1], keys[i])});
        return;
      }
      table->emplace_back(keys[i], Node{Node::Table{}, where});
      next = &table->back().second;
    }
    node = next;
  }
  *node = override_value(assignment.substr(equals + 1), where);
}

}  // namespace myowave
