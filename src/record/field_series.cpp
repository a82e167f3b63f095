// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "field/session.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"
#include "record/run_folder.hpp"

namespace myowave {

FieldSeries::FieldSeries(const FieldWriter& writer, std::filesystem::path folder, double every)
    : writer_(writer), folder_(std::move(folder)), schedule_(every), collection_(folder_ / "V.pvd") {}

void FieldSeries::observe(double t, const Potential& V) {
  if (!schedule_.due(t)) return;
  std::vector<NamedField> fields = {{"V", V.values()}};
  std::vector<std::vector<double>> made;
  made.reserve(others_.size());
  for (const auto& [name, values] : others_) fields.push_back({name, made.emplace_back(values())});
  const std::string name = writer_.write(folder_ / "V" / fmt::format("V_{:06}", times_.size()), fields);
  collection_.add(t, "V/" + name);
  times_.push_back(t);
  on_first_rank([&] { collection_.write(); });
}

void FieldSeries::save(CheckpointWriter& out) const { out.write_list("series/times", times_); }

void FieldSeries::restore(const CheckpointReader& in) {
  schedule_.skip_to(in.number("time_ms"));
  if (!in.has("series/times")) return;
  for (const double t : in.list("series/times")) {
    // The frame may be one of another number of ranks, or lie in the folder that the run began in.
    const std::string name = fmt::format("V/V_{:06}", times_.size());
    for (const char* extension : {".vti", ".pvti", ".vtu", ".pvtu"})
      if (std::filesystem::exists(folder_ / (name + extension))) {
        collection_.add(t, name + extension);
        break;
      }
    times_.push_back(t);
  }
  // Frames after the checkpoint will be written again and leave the list until then.
  on_first_rank([&] {
    if (std::filesystem::exists(folder_ / "V.pvd")) collection_.write();
  });
}

}  // namespace myowave
