// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include "base/aligned.hpp"
#include "field/layout.hpp"

namespace myowave {

/// The one array of V [mV], one value per owned node, allocated once. Nodes in holes hold 0 and are
/// never read with a weight. PETSc works on this very memory.
class Potential {
 public:
  explicit Potential(const Layout& layout)
      : layout_(layout), values_(static_cast<std::size_t>(layout.owned())) {}

  std::span<double> values() { return values_; }
  std::span<const double> values() const { return values_; }
  const Layout& layout() const { return layout_; }

 private:
  const Layout& layout_;
  AlignedVector<double> values_;
};

}  // namespace myowave
