// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "field/layout.hpp"

namespace myowave {

/// A set of distributed nodes whose values are stored together: the owned nodes or those of a region.
/// Values are stored in rank order beside the global number of their node, so that a run may be
/// continued on any number of ranks.
struct NodeSetView {
  std::string group;                      ///< "nodes", "region/0"
  std::span<const std::int64_t> globals;  ///< global numbers of this rank's nodes
};

/// Writes a checkpoint as HDF5 with MPI-IO, to a temporary name; `commit` renames it. All calls are
/// collective and throw RunError on all ranks if one cannot write.
class CheckpointWriter {
 public:
  CheckpointWriter(const std::filesystem::path& file, const Layout& layout);
  ~CheckpointWriter();
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// Starts a node set: its group and the global numbers.
  void begin_set(const NodeSetView& set);
  /// Values of a node set, one per node of this rank.
  void write(const NodeSetView& set, const std::string& name, std::span<const double> values,
             const std::string& unit);
  /// The same on all ranks.
  void write_number(const std::string& name, double value);
  void write_list(const std::string& name, std::span<const double> values);
  void write_text(const std::string& name, const std::string& text);

  /// The owned nodes of the layout, the set "nodes"; begun by the constructor.
  NodeSetView nodes() const;

  /// Closes the file, flushes it to the disk and gives it its name.
  void commit();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Reads a checkpoint on any number of ranks. Throws InputError with the file's name if it is missing,
/// truncated or not a checkpoint.
class CheckpointReader {
 public:
  CheckpointReader(const std::filesystem::path& file, const Layout& layout);
  ~CheckpointReader();
  CheckpointReader(const CheckpointReader&) = delete;
  CheckpointReader& operator=(const CheckpointReader&) = delete;

  void read(const NodeSetView& set, const std::string& name, std::span<double> values) const;
  double number(const std::string& name) const;
  std::vector<double> list(const std::string& name) const;
  std::string text(const std::string& name) const;
  bool has(const std::string& name) const;
  NodeSetView nodes() const;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Time [ms] and resolved configuration of a checkpoint, without a layout.
struct CheckpointHead {
  double time_ms;
  std::string config;
  std::vector<std::string> datasets;  ///< full names
};
/// Whether a checkpoint that could not be written (a full disk) could not be closed either: HDF5 then
/// crashes in MPI_Finalize, which must be left out.
bool checkpoint_left_open();

CheckpointHead read_checkpoint_head(const std::filesystem::path& file);

}  // namespace myowave
