// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "postprocess/beat_maps.hpp"
#include "record/observer.hpp"
#include "record/settings.hpp"
#include "record/vtk_field.hpp"

namespace myowave {

/// V frames at fixed intervals, with the collection that ParaView opens: V.pvd, V/V_000000.vti, …
class FieldSeries : public Observer {
 public:
  FieldSeries(const FieldWriter& writer, std::filesystem::path folder, double every);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;

 private:
  const FieldWriter& writer_;
  std::filesystem::path folder_;
  Schedule schedule_;
  Collection collection_;
  std::vector<double> times_;
};

/// What the maps and the probes look for in each beat.
BeatSettings beat_settings(const OutputSettings& settings, std::size_t max_beats);

/// The maps of every node that the settings ask for, written as maps.vti at the end.
class MapObserver : public Observer {
 public:
  MapObserver(const Mesh& mesh, const Layout& layout, const FieldWriter& writer,
              std::filesystem::path folder, const OutputSettings& settings,
              std::vector<std::int32_t> tissue_nodes);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;
  void finish() override;

  /// Share of the tissue nodes that were activated, and the last first activation [ms]. Collective.
  double activated_fraction() const;
  double last_activation() const;
  /// Beats, kept or not, of the node with the most. Collective.
  std::size_t most_beats() const;

 private:
  /// Stored beats of the node with the most, over all ranks.
  std::size_t all_beats() const;
  /// Appends the maps of one beat; `made` holds their values.
  void add_beat(std::size_t beat, std::vector<NamedField>& fields,
                std::vector<std::vector<double>>& made) const;

  const Mesh& mesh_;
  const Layout& layout_;
  const FieldWriter& writer_;
  std::filesystem::path folder_;
  OutputSettings settings_;
  std::vector<std::int32_t> tissue_nodes_;
  BeatMaps maps_;
  std::vector<double> lowest_, highest_;  ///< [owned] mV, if the extremes are asked for
};

/// A probe placed on its node.
struct PlacedProbe {
  ProbeSettings settings;
  std::int64_t node;  ///< global
  Point position;     ///< of the node
};

/// V at the probes: probes.csv, and their beats for run.json.
class ProbeObserver : public Observer {
 public:
  ProbeObserver(const Layout& layout, std::vector<PlacedProbe> probes,
                const std::filesystem::path& folder, const OutputSettings& settings);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;
  void finish() override;

  const std::vector<PlacedProbe>& probes() const { return probes_; }
  const BeatMaps& beats() const { return beats_; }
  /// V at the last step, by probe.
  const std::vector<double>& values() const { return values_; }

 private:
  void open(const char* mode);
  void truncate(double t) const;
  [[noreturn]] void fail_to_write() const;
  std::string header() const;

  std::vector<PlacedProbe> probes_;
  std::vector<std::int32_t> local_;  ///< local node or -1
  std::filesystem::path file_;
  std::vector<Schedule> schedules_;
  std::vector<double> values_;
  BeatMaps beats_;
  bool write_failed_ = false;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> out_;
};

/// Extremes of V over tissue and time.
class ExtremesObserver : public Observer {
 public:
  explicit ExtremesObserver(std::vector<std::int32_t> tissue_nodes);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;

  double lowest() const;   ///< collective
  double highest() const;  ///< collective

 private:
  std::vector<std::int32_t> tissue_nodes_;
  double lowest_, highest_;
};

}  // namespace myowave
