// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <hdf5.h>

#include <string>
#include <vector>

#include "ionic/cell_model.hpp"
#include "ionic/registry.hpp"

namespace myowave::learn {

/// Writes data sets as `myowave dataset` does.
class DataSet {
 public:
  explicit DataSet(const std::string& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {
    H5Gclose(H5Gcreate2(file_, "/parameters", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  }
  ~DataSet() { H5Fclose(file_); }
  DataSet(const DataSet&) = delete;
  DataSet& operator=(const DataSet&) = delete;

  void text(const char* name, const std::string& value) {
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, value.size());
    const hid_t attribute = H5Acreate2(file_, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, value.data());
    H5Aclose(attribute), H5Sclose(space), H5Tclose(type);
  }
  void number(const char* name, double value) {
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file_, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value);
    H5Aclose(attribute), H5Sclose(space);
  }
  void array(const char* name, std::vector<hsize_t> sizes, const std::vector<double>& values) {
    const hid_t space = H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr);
    const hid_t set =
        H5Dcreate2(file_, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(set), H5Sclose(space);
  }
  void names(const std::vector<std::string>& all) {
    constexpr std::size_t length = 8;
    std::string bytes;
    for (const std::string& name : all) bytes += name + std::string(length - name.size(), '\0');
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_strpad(type, H5T_STR_NULLPAD), H5Tset_size(type, length);
    const hsize_t count = all.size();
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t set = H5Dcreate2(file_, "names", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data());
    H5Dclose(set), H5Sclose(space), H5Tclose(type);
  }
  /// Two runs of three samples of a model with one state.
  void fill(const std::string& model = "fitzhugh_nagumo", double version = 1.0,
            const std::string& letters = "Vv") {
    text("format", "myowave-dataset"), text("model", model), text("source", "cells");
    number("version", version), number("dt_ms", 0.5);
    std::vector<std::string> all;
    for (const char letter : letters) all.emplace_back(1, letter);
    names(all);
  }
  void fill_values() { array("/values", {2, 3, 2}, {-80, 1, -70, 2, -60, 3, -50, 4, -40, 5, -30, 6}); }

 private:
  hid_t file_;
};

/// Cells of ten_tusscher_2006 under two pulses, the second one at another time in each, as nodes of a
/// tissue.
inline void record_cells(const std::string& path, int cells, double duration) {
  ionic::CellSpec spec;
  spec.model = "ten_tusscher_2006";
  const auto model =
      ionic::make_cell_model(spec, {ionic::Method::rush_larsen, ionic::Precision::double_, true});
  ionic::CellStates states = model->make_states(static_cast<std::size_t>(cells));
  const std::size_t padded = states.stride();
  std::vector<double> V(padded, model->initial_V()), stimulus(padded, 0.0), values;
  constexpr double dt = 0.02, every = 0.1;
  const auto times = static_cast<std::size_t>(duration / every);
  values.resize(static_cast<std::size_t>(cells) * times * 5);
  for (std::size_t n = 0; n < times; ++n) {
    for (std::size_t c = 0; c < static_cast<std::size_t>(cells); ++c) {
      std::vector<double> y;
      for (std::size_t s = 0; s < states.state_count(); ++s) y.push_back(states.get(s, c));
      const double sample[] = {V[c], y[0], y[1], y[2], -model->rates(V[c], y)[0]};
      std::copy(std::begin(sample), std::end(sample),
                values.begin() + static_cast<std::ptrdiff_t>((c * times + n) * 5));
      const double t = every * static_cast<double>(n), second = 350.0 + 20.0 * static_cast<double>(c);
      stimulus[c] = (t >= 5.0 && t < 7.0) || (t >= second && t < second + 2.0) ? 52.0 : 0.0;
    }
    for (int k = 0; k < 5; ++k) model->step({states.rows(V.data(), 0), padded, stimulus.data()}, dt);
  }
  DataSet set(path);
  set.text("format", "myowave-dataset"), set.text("model", spec.model), set.text("source", "tissue");
  set.number("version", 1.0), set.number("dt_ms", every);
  set.names({"V", "m", "h", "j", "I_ion"});
  set.array("/values", {static_cast<hsize_t>(cells), times, 5}, values);
}

}  // namespace myowave::learn
