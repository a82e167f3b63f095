// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave::report_page {

/// The files of postprocess/report, put into the program when it is built.
extern const char* const html;
extern const char* const style;
extern const char* const plot_style;
extern const char* const plot_script;
extern const char* const plot_licence;
extern const char* const script;

}  // namespace myowave::report_page
