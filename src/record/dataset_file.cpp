// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/dataset_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "base/version.hpp"
#include "record/hdf5_handle.hpp"

namespace myowave {
namespace {

constexpr int format_version = 1;
/// Numbers of a chunk (256 KB) and of what is held before it is written (64 MB).
constexpr std::size_t chunk_numbers = 32'768, held_numbers = 8'388'608;
constexpr unsigned deflate_level = 1;

Hid text_type(std::size_t length) {
  Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, std::max<std::size_t>(length, 1));
  H5Tset_cset(type, H5T_CSET_UTF8);
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  return type;
}

}  // namespace

DatasetBlocks dataset_blocks(std::size_t together, std::size_t times, std::size_t variables) {
  const std::size_t row = std::max<std::size_t>(variables, 1);
  const std::size_t most_times = std::max<std::size_t>(1, held_numbers / (together * row));
  const std::size_t chunk_times =
      std::min({times, most_times, std::max<std::size_t>(1, chunk_numbers / row)});
  DatasetBlocks blocks;
  blocks.cases = together;
  blocks.times = std::min(times, most_times / chunk_times * chunk_times);
  // A power of two: blocks of as many cases as lanes, or more, are whole chunks.
  blocks.chunk_cases =
      std::bit_floor(std::max<std::size_t>(1, std::min(together, chunk_numbers / (chunk_times * row))));
  blocks.chunk_times = chunk_times;
  return blocks;
}

struct DatasetFile::File {
  std::filesystem::path path, temporary;
  DatasetHead head;
  Hid id, values;
  std::vector<Hid> series;
  std::vector<Extremes> extremes;

  File(std::filesystem::path file, DatasetHead what)
      : path(std::move(file)), temporary(path.string() + ".new"), head(std::move(what)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (!id.good()) return;
    // Not committed. On a full disk there is room for HDF5's last words once the file is cut.
    std::error_code ignored;
    std::filesystem::resize_file(temporary, 0, ignored);
    close();
    id.close();
    std::filesystem::remove(temporary, ignored);
  }

  void require(bool good) const {
    if (!good)
      throw RunError(
          fmt::format("the dataset {} cannot be written; is the disk full?", temporary.string()));
  }

  void text_attribute(hid_t of, const std::string& name, const std::string& text) const {
    const Hid space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hid type = text_type(text.size());
    const Hid attribute(H5Acreate2(of, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    // An empty text has one byte, that of the padding.
    require(attribute.good() && H5Awrite(attribute, type, text.empty() ? "" : text.data()) >= 0);
  }
  template <class T>
  void number_attribute(const std::string& name, hid_t type, T value) const {
    const Hid space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hid attribute(H5Acreate2(id, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    require(attribute.good() && H5Awrite(attribute, type, &value) >= 0);
  }

  Hid create(const std::string& name, hid_t type, const std::vector<hsize_t>& size,
             const std::vector<hsize_t>& chunk) const {
    const Hid space(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose);
    const Hid links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links, 1);
    const Hid creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    if (!chunk.empty()) {
      H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
      H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
      H5Pset_shuffle(creation);
      H5Pset_deflate(creation, deflate_level);
    }
    Hid dataset(H5Dcreate2(id, name.c_str(), type, space, links, creation, H5P_DEFAULT), H5Dclose);
    require(dataset.good());
    return dataset;
  }

  /// A whole dataset at once.
  void write(const std::string& name, hid_t type, const std::vector<hsize_t>& size, const void* numbers,
             const std::string& unit) const {
    const Hid dataset = create(name, type, size, {});
    require(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) >= 0);
    if (!unit.empty()) text_attribute(dataset, "unit", unit);
  }

  void write_texts(const std::string& name, const std::vector<DatasetVariable>& variables,
                   std::string DatasetVariable::*member) const {
    std::size_t length = 1;
    for (const DatasetVariable& each : variables) length = std::max(length, (each.*member).size());
    std::vector<char> texts(length * variables.size(), '\0');
    for (std::size_t k = 0; k < variables.size(); ++k)
      std::copy((variables[k].*member).begin(), (variables[k].*member).end(),
                texts.begin() + static_cast<std::ptrdiff_t>(k * length));
    write(name, text_type(length), {variables.size()}, texts.data(), "");
  }

  /// A hyperslab over the cases and times of the part, and all of a third axis if there is one.
  void write_part(hid_t dataset, const DatasetPart& part, std::size_t width,
                  const double* numbers) const {
    MYOWAVE_ASSERT(part.first_case + part.cases <= head.cases &&
                   part.first_time + part.times <= head.times);
    const std::vector<hsize_t> start = {part.first_case, part.first_time, 0};
    const std::vector<hsize_t> count = {part.cases, part.times, width};
    const int rank = width > 0 ? 3 : 2;
    const Hid space(H5Dget_space(dataset), H5Sclose);
    const Hid memory(H5Screate_simple(rank, count.data(), nullptr), H5Sclose);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    require(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, memory, space, H5P_DEFAULT, numbers) >= 0);
  }

  /// Numbers [part.cases][part.times][variables], those of `first` on in `extremes`.
  void look_at(const DatasetPart& part, std::span<const double> numbers, std::size_t first,
               std::span<const DatasetVariable> variables) {
    const std::size_t width = variables.size();
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double x = numbers[i];
      Extremes& extreme = extremes[first + i % width];
      extreme.low = std::min(extreme.low, x);
      extreme.high = std::max(extreme.high, x);
      if (std::isfinite(x)) continue;
      const std::size_t sample = i / width;
      throw RunError(
          fmt::format("{} of case {} is no finite number at t = {:g} ms; likely causes: reaction.step "
                      "is too large for "
                      "the model, or a current or a range is far too wide",
                      variables[i % width].name, part.first_case + sample / part.times,
                      static_cast<double>(part.first_time + sample % part.times) * head.dt));
    }
  }

  void open() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // our messages, not a dump of HDF5's stack
    const Hid access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    // Attributes above 64 KB need the newer layout.
    H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18);
    id = Hid(H5Fcreate(temporary.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
    require(id.good());
    text_attribute(id, "format", "myowave-dataset");
    number_attribute("version", H5T_NATIVE_INT, format_version);
    text_attribute(id, "source", head.source);
    text_attribute(id, "model", head.model);
    text_attribute(id, "variant", head.variant);
    number_attribute("dt_ms", H5T_NATIVE_DOUBLE, head.dt);
    number_attribute("seed", H5T_NATIVE_INT64, head.seed);
    text_attribute(id, "program", fmt::format("myowave {} ({})", version, myowave::commit));
    text_attribute(id, "config", head.config);
    std::vector<double> t(head.times);
    for (std::size_t i = 0; i < t.size(); ++i) t[i] = static_cast<double>(i) * head.dt;
    write("t", H5T_NATIVE_DOUBLE, {head.times}, t.data(), "ms");
    write_texts("names", head.variables, &DatasetVariable::name);
    write_texts("units", head.variables, &DatasetVariable::unit);
    const DatasetBlocks& blocks = head.blocks;
    values = create("values", H5T_NATIVE_DOUBLE, {head.cases, head.times, head.variables.size()},
                    {blocks.chunk_cases, blocks.chunk_times, head.variables.size()});
    for (const DatasetVariable& each : head.series) {
      series.push_back(create(each.name, H5T_NATIVE_DOUBLE, {head.cases, head.times},
                              {blocks.chunk_cases, blocks.chunk_times}));
      text_attribute(series.back(), "unit", each.unit);
    }
  }

  void close() {
    values.close();
    series.clear();
  }
};

DatasetFile::DatasetFile(const std::filesystem::path& file, const DatasetHead& head)
    : file_(std::make_unique<File>(file, head)) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  file_->extremes.assign(head.variables.size() + head.series.size(), {infinity, -infinity});
  file_->open();
}

DatasetFile::~DatasetFile() = default;

void DatasetFile::write_values(const DatasetPart& part, std::span<const double> numbers) {
  const std::size_t width = file_->head.variables.size();
  MYOWAVE_ASSERT(numbers.size() == part.count() * width);
  file_->look_at(part, numbers, 0, file_->head.variables);
  file_->write_part(file_->values, part, width, numbers.data());
}

void DatasetFile::write_series(std::size_t index, const DatasetPart& part,
                               std::span<const double> numbers) {
  MYOWAVE_ASSERT(numbers.size() == part.count());
  file_->look_at(part, numbers, file_->head.variables.size() + index, {&file_->head.series[index], 1});
  file_->write_part(file_->series[index], part, 0, numbers.data());
}

void DatasetFile::write_by_case(const std::string& name, std::span<const double> numbers,
                                std::size_t width, const std::string& unit) {
  MYOWAVE_ASSERT(numbers.size() == file_->head.cases * std::max<std::size_t>(width, 1));
  std::vector<hsize_t> size = {file_->head.cases};
  if (width > 0) size.push_back(width);
  file_->write(name, H5T_NATIVE_DOUBLE, size, numbers.data(), unit);
}

void DatasetFile::write_by_case(const std::string& name, std::span<const std::int64_t> numbers) {
  MYOWAVE_ASSERT(numbers.size() == file_->head.cases);
  file_->write(name, H5T_NATIVE_INT64, {file_->head.cases}, numbers.data(), "");
}

std::span<const Extremes> DatasetFile::extremes() const { return file_->extremes; }

std::uintmax_t DatasetFile::commit() {
  File& file = *file_;
  file.require(H5Fflush(file.id, H5F_SCOPE_GLOBAL) >= 0);
  file.close();
  file.require(file.id.close());
  const int descriptor = open(file.temporary.c_str(), O_RDONLY | O_CLOEXEC);
  bool good = descriptor >= 0 && fsync(descriptor) == 0;
  if (descriptor >= 0) close(descriptor);
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file.temporary, error);
  good = good && !error && rename(file.temporary.c_str(), file.path.c_str()) == 0;
  if (!good) std::filesystem::remove(file.temporary, error);
  file.require(good);
  return size;
}

}  // namespace myowave
