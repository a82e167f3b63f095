// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/models/fitzhugh_nagumo.hpp"
#include "ionic/models/manufactured.hpp"
#include "ionic/models/mitchell_schaeffer_2003.hpp"
#include "ionic/models/passive.hpp"
#include "ionic/models/ten_tusscher_2006.hpp"

namespace myowave::ionic {

template <class... Models>
struct ModelList {
  static constexpr int size = sizeof...(Models);
};

/// The one table of built-in models. A new model is a header and one name here.
using BuiltInModels =
    ModelList<TenTusscher2006, MitchellSchaeffer2003, FitzHughNagumo, Passive, Manufactured>;

}  // namespace myowave::ionic
