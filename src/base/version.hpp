// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave {

/// "0.1.0"
extern const char* const version;
/// Short hash of the commit that was built, with "+" if the tree had changes; "unknown" outside git.
extern const char* const commit;

}  // namespace myowave
