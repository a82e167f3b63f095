// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/checkpoint.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "base/error.hpp"
#include "field/session.hpp"
#include "record/hdf5_handle.hpp"

namespace myowave {
namespace {

constexpr int format_version = 1;

std::vector<std::int64_t> owned_globals(const Layout& layout) {
  std::vector<std::int64_t> globals(static_cast<std::size_t>(layout.owned()));
  for (std::int32_t i = 0; i < layout.owned(); ++i)
    globals[static_cast<std::size_t>(i)] = layout.global_node(i);
  return globals;
}

Hid parallel_access() {
  Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
  return access;
}

Hid link_creation() {
  Hid creation(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(creation, 1);
  return creation;
}

hsize_t dataset_size(hid_t dataset) {
  const Hid space(H5Dget_space(dataset), H5Sclose);
  return static_cast<hsize_t>(H5Sget_simple_extent_npoints(space));
}

}  // namespace

struct CheckpointWriter::File {
  std::filesystem::path path, temporary;
  const Layout& layout;
  std::vector<std::int64_t> globals;
  Hid id;

  /// Throws on all ranks if the call failed on any.
  void require(bool good) const {
    if (!parallel::any(!good)) return;
    throw RunError(
        fmt::format("the checkpoint {} cannot be written; is the disk full?", temporary.string()));
  }

  /// A dataset over all ranks, this rank's part at its place.
  Hid write(const std::string& name, hid_t type, const void* values, std::size_t count) {
    const auto mine = static_cast<hsize_t>(count);
    const auto offset = static_cast<hsize_t>(parallel::sum_before(static_cast<std::int64_t>(count)));
    const auto total = static_cast<hsize_t>(parallel::sum(static_cast<std::int64_t>(count)));
    const Hid space(H5Screate_simple(1, &total, nullptr), H5Sclose);
    const Hid links = link_creation();
    Hid dataset(H5Dcreate2(id, name.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT), H5Dclose);
    require(dataset.good());
    if (total == 0) return dataset;
    const Hid memory(H5Screate_simple(1, &mine, nullptr), H5Sclose);
    if (mine > 0)
      H5Sselect_hyperslab(space, H5S_SELECT_SET, &offset, nullptr, &mine, nullptr);
    else {
      H5Sselect_none(space);
      H5Sselect_none(memory);
    }
    const Hid transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
    H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
    require(H5Dwrite(dataset, type, memory, space, transfer, values) >= 0);
    return dataset;
  }

  /// A value that is the same on all ranks: rank 0 contributes it all.
  void write_same(const std::string& name, hid_t type, const void* values, std::size_t count) {
    write(name, type, values, parallel::rank() == 0 ? count : 0);
  }
};

CheckpointWriter::CheckpointWriter(const std::filesystem::path& file, const Layout& layout)
    : file_(new File{file, file.string() + ".new", layout, owned_globals(layout), {}}) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // our messages, not a dump of HDF5's stack
  const Hid access = parallel_access();
  file_->id = Hid(H5Fcreate(file_->temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
  file_->require(file_->id.good());
  write_number("format_version", format_version);
  begin_set(nodes());
}

CheckpointWriter::~CheckpointWriter() {
  if (!file_->id.good()) return;
  // Not committed. On a full disk there is room for HDF5's last words once the file is cut.
  std::error_code ignored;
  if (parallel::rank() == 0) std::filesystem::resize_file(file_->temporary, 0, ignored);
  parallel::barrier();
  file_->id.close();
  if (parallel::rank() == 0) std::filesystem::remove(file_->temporary, ignored);
}

NodeSetView CheckpointWriter::nodes() const { return {"nodes", file_->globals}; }

void CheckpointWriter::begin_set(const NodeSetView& set) {
  file_->write(set.group + "/global", H5T_NATIVE_INT64, set.globals.data(), set.globals.size());
}

void CheckpointWriter::write(const NodeSetView& set, const std::string& name,
                             std::span<const double> values, const std::string& unit) {
  MYOWAVE_ASSERT(values.size() == set.globals.size());
  const Hid dataset =
      file_->write(set.group + "/" + name, H5T_NATIVE_DOUBLE, values.data(), values.size());
  const Hid space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, unit.size() + 1);
  const Hid attribute(H5Acreate2(dataset, "unit", type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  file_->require(H5Awrite(attribute, type, unit.c_str()) >= 0);
}

void CheckpointWriter::write_number(const std::string& name, double value) {
  write_list(name, {&value, 1});
}

void CheckpointWriter::write_list(const std::string& name, std::span<const double> values) {
  file_->write_same(name, H5T_NATIVE_DOUBLE, values.data(), values.size());
}

void CheckpointWriter::write_text(const std::string& name, const std::string& text) {
  file_->write_same(name, H5T_NATIVE_CHAR, text.data(), text.size());
}

void CheckpointWriter::commit() {
  file_->require(H5Fflush(file_->id, H5F_SCOPE_GLOBAL) >= 0);
  file_->require(file_->id.close());
  bool good = true;
  if (parallel::rank() == 0) {
    // On the disk before it takes the place of the last good one.
    const int descriptor = open(file_->temporary.c_str(), O_RDONLY | O_CLOEXEC);
    good = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0) close(descriptor);
    good = good && rename(file_->temporary.c_str(), file_->path.c_str()) == 0;
  }
  file_->require(good);
}

// ---------------------------------------------------------------------------------------------- reader
struct CheckpointReader::File {
  std::filesystem::path path;
  std::vector<std::int64_t> globals;
  Hid id;
  std::map<std::string, std::vector<std::size_t>> positions;  ///< by group, see positions_of

  /// Where this rank's nodes of a set lie in the file, for a file of another number of ranks; the
  /// largest number for a node that it lacks.
  const std::vector<std::size_t>& positions_of(const NodeSetView& set) {
    const auto known = positions.find(set.group);
    if (known != positions.end()) return known->second;
    const auto stored = all<std::int64_t>(set.group + "/global", H5T_NATIVE_INT64);
    std::unordered_map<std::int64_t, std::size_t> place;
    for (std::size_t i = 0; i < stored.size(); ++i) place[stored[i]] = i;
    std::vector<std::size_t>& mine = positions[set.group];
    for (const std::int64_t global : set.globals) {
      const auto found = place.find(global);
      mine.push_back(found == place.end() ? std::numeric_limits<std::size_t>::max() : found->second);
    }
    return mine;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(fmt::format("checkpoint {}: {}", path.string(), what));
  }

  Hid open(const std::string& name) const {
    Hid dataset(H5Dopen2(id, name.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset.good())
      fail(fmt::format("has no '{}'; it was written by another version or for another configuration",
                       name));
    return dataset;
  }

  template <class T>
  std::vector<T> all(const std::string& name, hid_t type) const {
    const Hid dataset = open(name);
    std::vector<T> values(dataset_size(dataset));
    if (!values.empty() && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
      fail(fmt::format("'{}' cannot be read; the file is damaged", name));
    return values;
  }

  /// This rank's part, if the file has one rank's nodes in one place.
  template <class T>
  std::vector<T> part(const std::string& name, hid_t type, hsize_t offset, hsize_t count) const {
    const Hid dataset = open(name);
    std::vector<T> values(count);
    if (count == 0 || offset + count > dataset_size(dataset)) return {};
    const Hid space(H5Dget_space(dataset), H5Sclose);
    const Hid memory(H5Screate_simple(1, &count, nullptr), H5Sclose);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &offset, nullptr, &count, nullptr);
    if (H5Dread(dataset, type, memory, space, H5P_DEFAULT, values.data()) < 0)
      fail(fmt::format("'{}' cannot be read; the file is damaged", name));
    return values;
  }
};

CheckpointReader::CheckpointReader(const std::filesystem::path& file, const Layout& layout)
    : file_(new File{file, owned_globals(layout), {}, {}}) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const Hid access = parallel_access();
  file_->id = Hid(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access), H5Fclose);
  if (!file_->id.good()) file_->fail("cannot be opened; it is missing or no HDF5 file");
  if (number("format_version") != format_version) file_->fail("has another format version");
}

CheckpointReader::~CheckpointReader() = default;

NodeSetView CheckpointReader::nodes() const { return {"nodes", file_->globals}; }

void CheckpointReader::read(const NodeSetView& set, const std::string& name,
                            std::span<double> values) const {
  const auto count = static_cast<hsize_t>(set.globals.size());
  const auto offset = static_cast<hsize_t>(parallel::sum_before(static_cast<std::int64_t>(count)));
  const std::string path = set.group + "/" + name;
  // Same distribution as when written: this rank's values lie together.
  const auto here = file_->part<std::int64_t>(set.group + "/global", H5T_NATIVE_INT64, offset, count);
  const bool same = std::equal(here.begin(), here.end(), set.globals.begin(), set.globals.end());
  if (!parallel::any(!same)) {
    const auto mine = file_->part<double>(path, H5T_NATIVE_DOUBLE, offset, count);
    if (mine.size() != values.size())
      file_->fail(fmt::format("'{}' has another size than this run", path));
    std::copy(mine.begin(), mine.end(), values.begin());
    return;
  }
  const std::vector<std::size_t>& positions = file_->positions_of(set);
  const auto stored = file_->all<double>(path, H5T_NATIVE_DOUBLE);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (positions[i] >= stored.size())
      file_->fail(
          fmt::format("'{}' has no value for node {}; mesh or regions differ from this configuration",
                      path, set.globals[i]));
    values[i] = stored[positions[i]];
  }
}

double CheckpointReader::number(const std::string& name) const {
  const std::vector<double> values = list(name);
  if (values.size() != 1) file_->fail(fmt::format("'{}' is no number", name));
  return values.front();
}

std::vector<double> CheckpointReader::list(const std::string& name) const {
  return file_->all<double>(name, H5T_NATIVE_DOUBLE);
}

std::string CheckpointReader::text(const std::string& name) const {
  const std::vector<char> characters = file_->all<char>(name, H5T_NATIVE_CHAR);
  return {characters.begin(), characters.end()};
}

bool CheckpointReader::has(const std::string& name) const {
  for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
    if (H5Lexists(file_->id, name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  return H5Lexists(file_->id, name.c_str(), H5P_DEFAULT) > 0;
}

bool checkpoint_left_open() { return H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_FILE) > 0; }

CheckpointHead read_checkpoint_head(const std::filesystem::path& path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  CheckpointHead head{};
  const Hid file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.good())
    throw InputError(
        fmt::format("checkpoint {}: cannot be opened; it is missing or no HDF5 file", path.string()));
  const Hid time(H5Dopen2(file, "time_ms", H5P_DEFAULT), H5Dclose);
  const Hid config(H5Dopen2(file, "config", H5P_DEFAULT), H5Dclose);
  if (!time.good() || !config.good() || dataset_size(time) != 1)
    throw InputError(fmt::format("checkpoint {}: is not a checkpoint of Myowave", path.string()));
  head.config.resize(dataset_size(config));
  if (H5Dread(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, &head.time_ms) < 0 ||
      H5Dread(config, H5T_NATIVE_CHAR, H5S_ALL, H5S_ALL, H5P_DEFAULT, head.config.data()) < 0)
    throw InputError(fmt::format("checkpoint {}: is damaged", path.string()));
  auto collect = [](hid_t, const char* name, const H5O_info_t* info, void* names) -> herr_t {
    if (info->type == H5O_TYPE_DATASET)
      static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
  };
  if (H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_NATIVE, collect, &head.datasets, H5O_INFO_BASIC) < 0)
    throw InputError(fmt::format("checkpoint {}: is damaged", path.string()));
  return head;
}

}  // namespace myowave
