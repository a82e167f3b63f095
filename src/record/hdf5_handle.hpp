// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Private to src/record.
#include <hdf5.h>

#include <utility>

namespace myowave {

/// Owns an HDF5 identifier and closes it with its own function.
class Hid {
 public:
  using Close = herr_t (*)(hid_t);

  Hid() = default;
  Hid(hid_t id, Close closes_with) : id_(id), close_(closes_with) {}
  Hid(Hid&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hid& operator=(Hid&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  Hid(const Hid&) = delete;
  Hid& operator=(const Hid&) = delete;
  ~Hid() { close(); }

  /// Negative if HDF5 refused it.
  bool close() {
    if (id_ < 0) return true;
    return close_(std::exchange(id_, -1)) >= 0;
  }
  operator hid_t() const { return id_; }
  bool good() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

}  // namespace myowave
