// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "base/error.hpp"
#include "base/files.hpp"
#include "protocols/report_data.hpp"
#include "protocols/report_page.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

/// How a report begins; no other file is overwritten.
constexpr const char* mark = "<!doctype html>\n<html lang=\"en\" data-made-by=\"myowave report\">";

bool is_report(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string begin(std::string(mark).size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return in && begin == mark;
}

std::string output_fault(const fs::path& output) {
  const fs::path folder = fs::absolute(output).parent_path();
  if (!fs::is_directory(folder)) return fmt::format("there is no folder {}", folder.string());
  if (fs::is_directory(output)) return fmt::format("{} is a folder; name a file", output.string());
  if (fs::exists(output) && !is_report(output))
    return fmt::format("{} exists and is no report; choose another name", output.string());
  return "";
}

/// '<' may end the element that the text stands in; in JSON it occurs in strings only.
std::string without_markup(const std::string& json) {
  std::string text;
  for (const char c : json) {
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  }
  return text;
}

/// The page with `words` in the place of "{{name}}".
void fill(std::string& page, const std::string& name, const std::string& words) {
  const std::string place = "{{" + name + "}}";
  const std::size_t at = page.find(place);
  MYOWAVE_ASSERT(at != std::string::npos);
  page.replace(at, place.size(), words);
}

std::string page_of(const ReportData& data) {
  std::string page = report_page::html;
  MYOWAVE_ASSERT(page.starts_with(mark));
  fill(page, "style",
       fmt::format("<style>\n{}\n{}</style>", report_page::plot_style, report_page::style));
  // The data come last: nothing is looked for in them.
  std::string end = fmt::format("<script type=\"application/json\" id=\"data\">{}</script>\n",
                                without_markup(data.json));
  for (std::size_t b = 0; b < data.blobs.size(); ++b)
    end += fmt::format("<script type=\"text/plain\" id=\"blob{}\">{}</script>\n", b, data.blobs[b]);
  end += fmt::format("<script>\n/*\n{}*/\n{}</script>\n<script>\n{}</script>\n",
                     report_page::plot_licence, report_page::plot_script, report_page::script);
  fill(page, "end", end);
  return page;
}

}  // namespace

fs::path write_report(const fs::path& run, const fs::path& output) {
  if (!output.empty())
    if (const std::string fault = output_fault(output); !fault.empty())
      throw InputError({{"--output", fault}});
  const ReportData data = read_report_data(run);
  const fs::path file = output.empty() ? run / "report.html" : output;
  if (const std::string fault = output_fault(file); !fault.empty()) throw InputError(fault);
  write_atomically(file, page_of(data));
  return file;
}

}  // namespace myowave
