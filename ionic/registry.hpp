// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>

#include "ionic/kernel.hpp"

namespace myowave::ionic {

/// The built-in models, in the order of the table in ionic/CMakeLists.txt.
std::span<const ModelCode* const> built_in_models();

/// Whether the name is a path to a shared object ("./my_model.so") rather than a built-in model.
bool is_shared_object(const std::string& name);

/// A built-in model by name, or the one in a shared object, which is loaded once and stays loaded.
/// Throws InputError that says what is there or what is wrong with the file.
const ModelCode& find_model(const std::string& name);

}  // namespace myowave::ionic
