// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstring>
#include <span>

#include "meshes/files/vtk_data.hpp"

namespace myowave {
namespace {

template <class Number>
std::vector<double> decode(std::string_view sequence, bool swap) {
  std::vector<double> values(sequence.size() / sizeof(Number));
  for (double& value : values) {
    std::array<char, sizeof(Number)> bytes;
    std::memcpy(bytes.data(), sequence.data(), bytes.size());
    sequence.remove_prefix(bytes.size());
    if (swap) std::reverse(bytes.begin(), bytes.end());
    Number number;
    std::memcpy(&number, bytes.data(), bytes.size());
    value = static_cast<double>(number);
  }
  return values;
}

template <class Number>
constexpr VtkNumber number(std::string_view name) {
  return {name, sizeof(Number), &decode<Number>};
}

constexpr VtkNumber of_xml[] = {number<std::int8_t>("Int8"),   number<std::uint8_t>("UInt8"),
                                number<std::int16_t>("Int16"), number<std::uint16_t>("UInt16"),
                                number<std::int32_t>("Int32"), number<std::uint32_t>("UInt32"),
                                number<std::int64_t>("Int64"), number<std::uint64_t>("UInt64"),
                                number<float>("Float32"),      number<double>("Float64")};

constexpr VtkNumber of_legacy[] = {number<std::int8_t>("char"),
                                   number<std::int8_t>("signed_char"),
                                   number<std::uint8_t>("unsigned_char"),
                                   number<std::int16_t>("short"),
                                   number<std::uint16_t>("unsigned_short"),
                                   number<std::int32_t>("int"),
                                   number<std::uint32_t>("unsigned_int"),
                                   number<std::int64_t>("long"),
                                   number<std::uint64_t>("unsigned_long"),
                                   number<std::int64_t>("vtktypeint64"),
                                   number<std::uint64_t>("vtktypeuint64"),
                                   number<std::int32_t>("vtkidtype"),  // written as an int
                                   number<float>("float"),
                                   number<double>("double")};

}  // namespace

const VtkNumber* vtk_number(std::string_view name, bool legacy) {
  const std::span<const VtkNumber> all =
      legacy ? std::span<const VtkNumber>(of_legacy) : std::span<const VtkNumber>(of_xml);
  const auto found = std::find_if(all.begin(), all.end(), [&](auto& each) { return each.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace myowave
