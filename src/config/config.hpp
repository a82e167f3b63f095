// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "config/dataset_settings.hpp"
#include "diffusion/settings.hpp"
#include "meshes/fibrosis.hpp"
#include "meshes/mesh.hpp"
#include "reaction/settings.hpp"
#include "record/settings.hpp"
#include "tissue/stimulus.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

struct TimeSettings {
  double end = 0.0;    ///< ms
  double step = 0.05;  ///< ms, splitting step
};

enum class Splitting { godunov, strang };

/// Pacing of a single cell, for the command `cell`.
struct PacingSettings {
  double stimulus = 52.0;  ///< uA/uF
  double duration = 1.0;   ///< ms
  double bcl = 1000.0;     ///< ms
  int beats = 1;
  double trace_every = 0.1;       ///< ms between two rows of trace.csv
  int trace_beats = 1;            ///< the last beats that trace.csv holds
  double steady_tolerance = 0.0;  ///< stop when a beat changes no state by more; 0: pace all beats
  bool reference = false;         ///< by CVODE
};

/// What is paced.
enum class Preparation { cell, cable, tissue };
enum class RestitutionProtocol { s1s2, dynamic };

/// For the command `restitution`.
struct RestitutionSettings {
  Preparation on = Preparation::cell;
  RestitutionProtocol protocol = RestitutionProtocol::s1s2;
  double s1_bcl = 1000.0;  ///< ms
  int s1_beats = 10;
  std::vector<double> s2;         ///< ms, S2 intervals, each from the last S1
  double erp_resolution = 0.0;    ///< ms; 0: no search for the ERP
  std::vector<double> bcls;       ///< ms, of the dynamic protocol, in the order of pacing
  int beats = 20;                 ///< at each of them
  std::vector<double> levels{};   ///< % of the amplitude
  std::vector<std::string> from;  ///< probes where activation and APD are measured; CV: from them ...
  std::vector<std::string> to;    ///< ... to these
  double window = 0.0;            ///< ms after a pulse in which it must act; 0: as long as the cycle
  double alternans = 2.0;         ///< ms by which APDs of successive beats differ at least in alternans
};

/// For the command `cell` with a surrogate of trajectories.
struct BatchSettings {
  std::string cases;   ///< CSV file with a column for each input of the surrogate but time
  double end = 0.0;    ///< ms; 0: not given
  double every = 0.0;  ///< ms between two times
};

/// Seen with the axis pointing to the viewer: with x to the right and y up where it is z.
enum class Rotation { clockwise, anticlockwise };

/// What a run starts from, if not from rest.
struct StartSettings {
  double period = 0.0;  ///< ms, of a spiral wave; 0: none
  Point centre{};       ///< mm; NaN where not given
  Point axis{0.0, 0.0, 1.0};
  Rotation rotation = Rotation::clockwise;
  int beats = 10;  ///< that pace the cell whose phases are used
};

/// What a command needs of the file.
enum class Purpose { tissue, cell, restitution, dataset, any };  ///< any: whichever the sections tell

/// All input of a run, read and converted once. Every number is in Myowave's units.
struct Config {
  std::string name;  ///< of the file, without folder and extension
  std::string title;
  MeshSettings mesh;
  TissueSettings tissue;
  std::vector<FibrosisSettings> fibrosis;  ///< in the order in which it is laid out
  std::vector<RegionSettings> regions;
  std::vector<StimulusSettings> stimuli;
  StartSettings start;
  TimeSettings time;
  Splitting splitting = Splitting::godunov;
  DiffusionSettings diffusion;
  ReactionSettings reaction;
  OutputSettings output;
  std::vector<ProbeSettings> probes;
  std::vector<ElectrodeSettings> electrodes;
  CheckpointSettings checkpoint;
  PacingSettings pacing;
  BatchSettings batch;
  RestitutionSettings restitution;
  DatasetSettings dataset;

  Purpose purpose = Purpose::tissue;  ///< never any
  /// Whether space is computed, so that mesh, tissue, stimuli and time are there.
  bool has_tissue() const {
    return purpose == Purpose::tissue ||
           (purpose == Purpose::restitution && restitution.on != Preparation::cell) ||
           (purpose == Purpose::dataset && dataset.source == DatasetSource::tissue);
  }

  /// Whether space is computed by finite elements.
  bool has_elements() const {
    return mesh.kind == MeshKind::file || diffusion.discretisation == Discretisation::finite_elements;
  }

  /// Where a key stands, by its path ("stimulus.0.where"); for the messages of later checks.
  std::map<std::string, std::string> places;
  /// A fault at the place of a key, with the key in front of the message.
  Fault fault(const std::string& key, const std::string& message) const;
};

/// Reads a configuration, applies the `--set` overrides, checks all that can be checked without
/// building the mesh. Throws InputError with every fault found.
Config read_config(const std::string& path, const std::vector<std::string>& overrides = {},
                   Purpose purpose = Purpose::tissue);

/// A configuration without a file, for `cell --model`.
Config config_from(const std::vector<std::string>& overrides, Purpose purpose);

/// The configuration with every default filled in, as TOML that reads back to the same settings.
std::string resolved_toml(const Config& config);

/// The page docs/settings.md, from the same table that reads the file.
std::string settings_page();

}  // namespace myowave
