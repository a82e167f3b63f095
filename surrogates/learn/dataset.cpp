// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "ionic/registry.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {
namespace {

constexpr const char* format_name = "myowave-dataset";
constexpr int newest_version = 1;

/// An identifier of the library, closed at the end.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }
  bool good() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

struct Array {
  std::vector<double> values;
  std::vector<std::int64_t> shape;

  std::string shape_text() const { return fmt::format("{}", fmt::join(shape, " x ")); }
};

class DataFile {
 public:
  explicit DataFile(const std::string& path)
      : path_(path), file_(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
    if (!file_.good()) fail("is no HDF5 file that can be read; make one with `myowave dataset`");
  }

  [[noreturn]] void fail(const std::string& message) const { throw InputError({Fault{path_, message}}); }

  bool has(const std::string& name) const {
    const std::size_t slash = name.rfind('/');
    if (slash != 0 && slash != std::string::npos && !has(name.substr(0, slash))) return false;
    return H5Lexists(file_, name.c_str(), H5P_DEFAULT) > 0;
  }

  std::string text_attribute(const char* name) const;
  double number_attribute(const char* name) const;
  /// Finite numbers of `rank` dimensions.
  Array read(const std::string& name, int rank) const;
  std::vector<std::string> read_texts(const std::string& name) const;

 private:
  std::string path_;
  Handle file_;
};

std::string DataFile::text_attribute(const char* name) const {
  if (H5Aexists(file_, name) <= 0) return "";
  const Handle attribute(H5Aopen(file_, name, H5P_DEFAULT), H5Aclose);
  const Handle type(H5Aget_type(attribute), H5Tclose);
  if (H5Tget_class(type) != H5T_STRING) fail(fmt::format("the attribute '{}' is no text", name));
  if (H5Tis_variable_str(type) > 0) {
    char* text = nullptr;
    if (H5Aread(attribute, type, &text) < 0 || !text) return "";
    std::string copy = text;
    H5free_memory(text);
    return copy;
  }
  std::string text(H5Tget_size(type), '\0');
  if (H5Aread(attribute, type, text.data()) < 0) return "";
  return text.c_str();
}

double DataFile::number_attribute(const char* name) const {
  double value = 0.0;
  if (H5Aexists(file_, name) <= 0) fail(fmt::format("the attribute '{}' is missing", name));
  const Handle attribute(H5Aopen(file_, name, H5P_DEFAULT), H5Aclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (H5Sget_simple_extent_npoints(space) != 1 || H5Aread(attribute, H5T_NATIVE_DOUBLE, &value) < 0)
    fail(fmt::format("the attribute '{}' is no number", name));
  return value;
}

Array DataFile::read(const std::string& name, int rank) const {
  if (!has(name)) fail(fmt::format("'{}' is missing", name));
  const Handle set(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!set.good()) fail(fmt::format("'{}' is no array", name));
  const Handle space(H5Dget_space(set), H5Sclose);
  const int found = H5Sget_simple_extent_ndims(space);
  if (found != rank) fail(fmt::format("'{}' has {} dimensions, not {}", name, found, rank));
  std::vector<hsize_t> sizes(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  constexpr hsize_t most = 1ull << 33;
  Array array;
  hsize_t count = 1;
  for (const hsize_t size : sizes) {
    if (size == 0 || size > most / count)
      fail(fmt::format("'{}' is empty or has more than 2^33 values", name));
    count *= size;
    array.shape.push_back(static_cast<std::int64_t>(size));
  }
  array.values.resize(count);
  if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
    fail(fmt::format("'{}' cannot be read as numbers", name));
  for (const double value : array.values)
    if (!std::isfinite(value)) fail(fmt::format("'{}' holds values that are not finite", name));
  return array;
}

std::vector<std::string> DataFile::read_texts(const std::string& name) const {
  if (!has(name)) fail(fmt::format("'{}' is missing", name));
  const Handle set(H5Dopen2(file_, name.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(set.good() ? H5Dget_type(set) : -1, H5Tclose);
  if (!type.good() || H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
    fail(fmt::format("'{}' is no list of texts of one length", name));
  const Handle space(H5Dget_space(set), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  const std::size_t length = H5Tget_size(type);
  constexpr hssize_t most = 10000;
  if (count < 1 || count > most || length > most) fail(fmt::format("'{}' is empty or too long", name));
  std::string bytes(static_cast<std::size_t>(count) * length, '\0');
  if (H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
    fail(fmt::format("'{}' cannot be read", name));
  std::vector<std::string> texts;
  for (std::size_t k = 0; k < bytes.size(); k += length)
    texts.emplace_back(bytes.substr(k, length).c_str());
  return texts;
}

void check_header(const DataFile& file, const ionic::CellSpec& cell) {
  if (file.text_attribute("format") != format_name)
    file.fail("is no data set of Myowave (attribute format); make one with `myowave dataset`");
  if (const double version = file.number_attribute("version"); version > newest_version)
    file.fail(fmt::format("has version {}, made by a newer Myowave; this one reads up to {}", version,
                          newest_version));
  if (const std::string model = file.text_attribute("model"); model != cell.model)
    file.fail(
        fmt::format("holds data of the model '{}', but surrogate.model is '{}'", model, cell.model));
}

/// V and the states, in the order of the model; clamps hold what is not free.
void read_values(const DataFile& file, const ionic::ModelInfo& info, Trajectories& out) {
  if (const std::string source = file.text_attribute("source"); source.ends_with("clamp"))
    file.fail(
        fmt::format("holds clamped cells (source {}), whose V is not free; trajectories are of the "
                    "sources cells and tissue",
                    source));
  out.variables.emplace_back("V"), out.units.emplace_back("mV");
  for (const ionic::Quantity& state : info.states)
    out.variables.emplace_back(state.name), out.units.emplace_back(state.unit);
  const std::vector<std::string> names = file.read_texts("/names");
  if (names != out.variables)
    file.fail(fmt::format("holds the variables {}; {} has {}", list_of(names), info.name,
                          list_of(out.variables)));
  Array values = file.read("/values", 3);
  if (values.shape[2] != static_cast<std::int64_t>(out.width()))
    file.fail(fmt::format("'/values' is {}, but there are {} names", values.shape_text(), out.width()));
  out.runs = values.shape[0], out.times = values.shape[1];
  if (out.times < 2) file.fail("has fewer than two samples in a run");
  out.values = std::move(values.values);
}

/// A number for each interval from one for each time.
std::vector<double> read_series(const DataFile& file, const std::string& name, const Trajectories& out) {
  const Array array = file.read(name, 2);
  if (array.shape[0] != out.runs || array.shape[1] != out.times)
    file.fail(fmt::format("'{}' is {}, but there are {} runs of {} samples", name, array.shape_text(),
                          out.runs, out.times));
  std::vector<double> series;
  for (std::int64_t run = 0; run < out.runs; ++run) {
    const double* row = array.values.data() + run * out.times;
    series.insert(series.end(), row, row + out.times - 1);
  }
  return series;
}

void read_currents(const DataFile& file, Trajectories& out) {
  if (!file.has("/J")) return;
  out.J = read_series(file, "/J", out);
  if (!file.has("/stimulus")) return;
  // In tissue, diffusion has changed V before the cell takes its step.
  out.stimulus = read_series(file, "/stimulus", out);
}

void read_parameters(const DataFile& file, const ionic::ModelInfo& info, Trajectories& out) {
  std::vector<Array> columns;
  for (const ionic::Quantity& parameter : info.parameters) {
    const std::string name = std::string("/parameters/") + parameter.name;
    if (!file.has(name)) continue;
    columns.push_back(file.read(name, 1));
    if (columns.back().shape[0] != out.runs)
      file.fail(fmt::format("'{}' has {} values for {} runs", name, columns.back().shape[0], out.runs));
    out.parameters.emplace_back(parameter.name);
    out.parameter_units.emplace_back(parameter.unit);
  }
  for (std::size_t run = 0; run < static_cast<std::size_t>(out.runs); ++run)
    for (const Array& column : columns) out.parameter_values.push_back(column.values[run]);
}

}  // namespace

Trajectories read_trajectories(const std::string& path, const ionic::CellSpec& cell) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // the messages are ours
  const DataFile file(path);
  check_header(file, cell);
  const ionic::ModelInfo& info = *ionic::find_model(cell.model).info;
  Trajectories out;
  out.every = file.number_attribute("dt_ms");
  if (!(out.every > 0.0)) file.fail("the attribute 'dt_ms' must be above 0");
  read_values(file, info, out);
  read_currents(file, out);
  if (file.has("/parameters")) read_parameters(file, info, out);
  return out;
}

RecordedCells read_recorded_cells(const std::string& path, const ionic::CellSpec& cell,
                                  const std::vector<std::string>& gates,
                                  const std::vector<std::string>& parameters) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  const DataFile file(path);
  check_header(file, cell);
  if (const std::string source = file.text_attribute("source"); source != "tissue")
    file.fail(fmt::format("is of the source {}; a conductance surrogate learns from tissue", source));
  RecordedCells out;
  out.every = file.number_attribute("dt_ms");
  if (!(out.every > 0.0)) file.fail("the attribute 'dt_ms' must be above 0");
  const std::vector<std::string> names = file.read_texts("/names");
  std::vector<std::size_t> columns;
  std::vector<std::string> wanted = {"V", "I_ion"};
  wanted.insert(wanted.end(), gates.begin(), gates.end());
  for (const std::string& name : wanted) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      file.fail(fmt::format(
          "does not hold {}, but {}; make it with states = [\"{}\"] and ionic_current = true", name,
          list_of(names), fmt::join(gates, "\", \"")));
    columns.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  const Array values = file.read("/values", 3);
  if (values.shape[2] != static_cast<std::int64_t>(names.size()))
    file.fail(fmt::format("'/values' is {}, but there are {} names", values.shape_text(), names.size()));
  out.cells = values.shape[0], out.times = values.shape[1];
  if (out.times < 2) file.fail("has fewer than two samples of a node");
  const auto samples = static_cast<std::size_t>(out.cells * out.times);
  for (std::size_t n = 0; n < samples; ++n) {
    const double* const at = values.values.data() + n * names.size();
    out.V.push_back(at[columns[0]]);
    out.I_ion.push_back(at[columns[1]]);
    for (std::size_t g = 0; g < gates.size(); ++g) out.gates.push_back(at[columns[2 + g]]);
  }
  const auto columns_of_cells = static_cast<std::size_t>(out.cells);
  out.parameters.assign(columns_of_cells * parameters.size(), std::nan(""));
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    const std::string name = "/parameters/" + parameters[p];
    if (!file.has("/parameters") || !file.has(name)) continue;
    const Array numbers = file.read(name, 1);
    if (numbers.shape[0] != out.cells)
      file.fail(fmt::format("'{}' has {} values for {} nodes", name, numbers.shape[0], out.cells));
    for (std::size_t c = 0; c < columns_of_cells; ++c)
      out.parameters[c * parameters.size() + p] = numbers.values[c];
  }
  return out;
}

}  // namespace myowave::learn
