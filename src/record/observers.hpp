// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "meshes/mesh.hpp"
#include "postprocess/beat_maps.hpp"
#include "postprocess/pseudo_ecg.hpp"
#include "postprocess/singularity_tracker.hpp"
#include "record/observer.hpp"
#include "record/sample_table.hpp"
#include "record/settings.hpp"
#include "record/tip_finder.hpp"
#include "record/vtk_field.hpp"

namespace myowave {

/// Frames of V and of other fields at fixed intervals, with the collection that ParaView opens: V.pvd,
/// V/V_000000.vti, …
class FieldSeries : public Observer {
 public:
  FieldSeries(const FieldWriter& writer, std::filesystem::path folder, double every);

  /// A field beside V: its values [owned] are asked for at each frame.
  void add(std::string name, std::function<std::vector<double>()> values) {
    others_.emplace_back(std::move(name), std::move(values));
  }

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;

 private:
  const FieldWriter& writer_;
  std::filesystem::path folder_;
  Schedule schedule_;
  Collection collection_;
  std::vector<double> times_;
  std::vector<std::pair<std::string, std::function<std::vector<double>()>>> others_;
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

  /// A map of the whole run that others make: its values [owned] are asked for at the end.
  void add_run_map(std::string name, std::function<std::vector<double>()> values) {
    run_maps_.emplace_back(std::move(name), std::move(values));
  }

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
  std::vector<std::pair<std::string, std::function<std::vector<double>()>>> run_maps_;
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
  std::vector<PlacedProbe> probes_;
  std::vector<std::int32_t> local_;  ///< local node or -1
  std::vector<Schedule> schedules_;
  std::vector<double> values_;
  BeatMaps beats_;
  SampleTable table_;
};

/// Potential of electrodes around the tissue: ecg.csv. See postprocess/pseudo_ecg.hpp.
class EcgObserver : public Observer {
 public:
  /// div(sigma grad V) of each owned node, a sheet counted as 1 mm thick and a cable as 1 mm^2 wide: of
  /// V [owned] the current [owned] in uA.
  using Source = std::function<void(std::span<const double> V, std::span<double> current)>;
  /// Collective. Throws InputError on all ranks if an electrode lies in the tissue.
  EcgObserver(const Mesh& mesh, const Layout& layout, Source source, const EcgSettings& settings,
              const std::vector<ElectrodeSettings>& electrodes, const std::filesystem::path& folder);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;
  void finish() override;

 private:
  Source source_;
  Schedule schedule_;
  std::optional<PseudoEcg> ecg_;
  std::vector<double> current_;
  SampleTable table_;
};

/// Phase singularities, the tips of spiral waves, and their trajectories: tips.csv; in volumes of
/// elements the filaments at each look too: filaments.csv. See postprocess/phase.hpp,
/// postprocess/singularity_tracker.hpp and record/tip_finder.hpp.
class TipObserver : public Observer {
 public:
  TipObserver(const Mesh& mesh, const Layout& layout, const TipSettings& settings,
              const std::filesystem::path& folder);

  void observe(double t, const Potential& V) override;
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;
  void finish() override;

  const std::vector<Trajectory>& trajectories() const { return tracker_.trajectories(); }
  /// Of one look.
  std::size_t most_at_once() const { return most_; }
  bool has_filaments() const { return has_filaments_; }
  std::size_t most_filaments() const { return most_filaments_; }
  double longest_filament() const { return longest_filament_; }  ///< [mm]

 private:
  void write(double t);
  void write(double t, const std::vector<Filament>& filaments);

  const Layout& layout_;
  TipSettings settings_;
  Schedule schedule_;
  std::unique_ptr<TipFinder> finder_;  ///< null if tips are not looked for
  std::vector<double> V_delayed_;      ///< [owned] at the last sample; empty before the first
  SingularityTracker tracker_;
  std::size_t most_ = 0;
  bool has_filaments_;
  std::size_t most_filaments_ = 0;
  double longest_filament_ = 0.0;
  SampleTable table_, filament_table_;
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
