// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace myowave {

/// A recorded variable: V, a state, J.
struct DatasetVariable {
  std::string name, unit;
};

/// How many samples are held before they are written, and the chunks of the file: they divide the
/// former, so that a chunk is compressed once.
struct DatasetBlocks {
  std::size_t cases, times;              ///< held, at most
  std::size_t chunk_cases, chunk_times;  ///< of the file
};
/// `together`: the cases that are computed side by side; the blocks are that wide.
DatasetBlocks dataset_blocks(std::size_t together, std::size_t times, std::size_t variables);

/// What a dataset consists of.
struct DatasetHead {
  std::string source, model, variant;
  std::string config;  ///< resolved TOML
  double dt = 0.0;     ///< ms
  std::int64_t seed = 0;
  std::size_t cases = 0, times = 0;
  std::vector<DatasetVariable> variables;  ///< of /values: V, the states, perhaps I_ion
  std::vector<DatasetVariable> series;     ///< one number a case and time: J, V_after
  DatasetBlocks blocks{};
};

/// Cases [first_case, first_case + cases) at times [first_time, first_time + times).
struct DatasetPart {
  std::size_t first_case, cases, first_time, times;
  std::size_t count() const { return cases * times; }
};

/// Smallest and largest number of a variable.
struct Extremes {
  double low, high;
};

/// Writes a dataset as HDF5, see docs/datasets.md, to a temporary name; `commit` gives it its own, and
/// without that nothing is left. Of one rank. Everything throws RunError where the file cannot be
/// written, or where a number is not finite.
class DatasetFile {
 public:
  DatasetFile(const std::filesystem::path& file, const DatasetHead& head);
  ~DatasetFile();
  DatasetFile(const DatasetFile&) = delete;
  DatasetFile& operator=(const DatasetFile&) = delete;

  /// Values [part.cases][part.times][variables].
  void write_values(const DatasetPart& part, std::span<const double> values);
  /// Numbers [part.cases][part.times] of head.series[index].
  void write_series(std::size_t index, const DatasetPart& part, std::span<const double> numbers);
  /// A dataset by itself, [cases] or, with a width, [cases][width]. Groups in the name are made.
  void write_by_case(const std::string& name, std::span<const double> numbers, std::size_t width,
                     const std::string& unit);
  void write_by_case(const std::string& name, std::span<const std::int64_t> numbers);

  /// Extremes so far, of head.variables and then of head.series.
  std::span<const Extremes> extremes() const;
  /// Closes the file, flushes it to the disk and gives it its name; its size in bytes.
  std::uintmax_t commit();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

}  // namespace myowave
