// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

namespace myowave {

/// What the text of a VTK file says of its size that its bytes do not bear out; empty if all is well.
/// VTK allocates what a header says before it reads on, so this comes first. `ending` is .vtu, .vtk or
/// .vti.
std::string vtk_size_fault(std::string_view text, std::string_view ending);

}  // namespace myowave
