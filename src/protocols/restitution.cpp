// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/restitution.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop_signal.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "protocols/preparation.hpp"
#include "protocols/restitution_curve.hpp"
#include "record/run_folder.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;

class RestitutionRun {
 public:
  RestitutionRun(const Config& config, const RunOptions& options, Log& log,
                 const std::function<int()>& signal)
      : config_(config),
        settings_(config.restitution),
        options_(options),
        log_(log),
        preparation_(settings_.on == Preparation::cell ? make_cell_preparation(config, signal)
                                                       : make_tissue_preparation(config, signal, log)) {}

  /// Checks and makes the run folder.
  void open() {
    const std::string fault = folder_fault(options_.output, options_.force, false);
    parallel::barrier();  // no rank makes the folder while another still looks at it
    if (!fault.empty()) throw InputError({{"--output", fault}});
    on_first_rank([&] {
      prepare_folder(options_.output, options_.force);
      write_atomically(options_.output / "config.toml", resolved_toml(config_));
      log_.open(options_.output / "log.txt", false);
    });
    log_.info(fmt::format("Myowave {} ({}), {} rank{}, {} kernels", version, commit, parallel::size(),
                          parallel::size() > 1 ? "s" : "", ionic::name_of(ionic::instruction_set())));
    for (const std::string& line : preparation_->description()) log_.info(line);
    for (const RegionSettings& region : config_.regions)
      for (const std::string& warning : cell_warnings(region, config_.reaction)) warn(warning);
  }

  int run() {
    timing_.emplace(total_);
    try {
      if (settings_.protocol == RestitutionProtocol::s1s2)
        s1s2();
      else
        dynamic();
    } catch (const Stopped& stopped) {
      record("stopped", "");
      log_.info("stopped; the points so far are in " + (options_.output / "restitution.csv").string());
      return stopped.signal;
    } catch (const RunError& error) {
      log_.info(fmt::format("failed: {}", error.what()));
      record("failed", error.what());
      throw;
    }
    record("finished", "");
    log_.info(fmt::format("{} points{}{}; results in {}", curve_.size(),
                          std::isnan(erp_) ? "" : fmt::format(", ERP {:g} ms", erp_),
                          std::isnan(steepest_slope(curve_))
                              ? ""
                              : fmt::format(", largest slope {:.3g}", steepest_slope(curve_)),
                          (options_.output / "run.json").string()));
    return 0;
  }

 private:
  void s1s2() {
    const std::vector<Response> train = preparation_->pace(settings_.s1_bcl, settings_.s1_beats);
    for (std::size_t b = 0; b < train.size(); ++b) must_capture(train[b], b, settings_.s1_bcl);
    s1_ = train.back();
    log_.info(fmt::format(
        "S1: {} beats at {:g} ms, APD{:g} {:.2f} ms{}", train.size(), settings_.s1_bcl,
        settings_.levels.back(), s1_.apd_ms.back(),
        preparation_->in_tissue() ? fmt::format(", CV {:.4f} m/s", s1_.cv_m_per_s) : std::string()));
    if (std::isnan(s1_.repolarisation_ms))
      throw RunError(fmt::format(
          "the last S1 does not repolarise to {:g} % within {:g} ms, so that no DI can be told; take a "
          "longer s1.bcl or a lower level",
          settings_.levels.back(), settings_.s1_bcl));
    warn_of_wavelength();
    // Some at a time, so that a signal or a failure leaves the points before it.
    const std::size_t some = preparation_->in_tissue() ? preparation_->width() : settings_.s2.size();
    std::vector<double> intervals = settings_.s2;
    std::sort(intervals.begin(), intervals.end());
    for (std::size_t i = 0; i < intervals.size(); i += some)
      for (const CurvePoint& point : points(
               {intervals.begin() + static_cast<std::ptrdiff_t>(i),
                intervals.begin() + static_cast<std::ptrdiff_t>(std::min(i + some, intervals.size()))}))
        add(point);
    if (settings_.erp_resolution > 0.0) find_erp();
  }

  void find_erp() {
    std::vector<CurvePoint> latest;
    const double shortest =
        settings_.on == Preparation::cell ? config_.pacing.duration : config_.stimuli.front().duration;
    const Bracket found = bisect(
        bracket(curve_, shortest, settings_.s1_bcl), settings_.erp_resolution, preparation_->width(),
        [&](const std::vector<double>& intervals) {
          latest = points(intervals);
          std::vector<bool> captured;
          for (const CurvePoint& point : latest) captured.push_back(point.response.captured);
          return captured;
        },
        [&](double interval) {
          for (CurvePoint point : latest)
            if (point.s2_ms == interval) {
              point.of_search = true;
              add(point);
            }
        });
    erp_ = found.blocked;
    if (erp_ < preparation_->shortest_interval()) {
      erp_ = std::nan("");
      warn(fmt::format(
          "S2 captures at {:g} ms, and before {:.1f} ms the wave of S1 has not reached all probes: "
          "there is "
          "no ERP to be found so far from the stimulus; place the probes of restitution.cv nearer to it",
          found.captured, preparation_->shortest_interval()));
    } else if (erp_ <= shortest) {
      erp_ = std::nan("");
      warn(
          fmt::format("every S2 from {:g} ms on captures: there is no ERP to be found", found.captured));
    }
  }

  std::vector<CurvePoint> points(const std::vector<double>& intervals) {
    const std::vector<Response> responses = preparation_->premature(intervals);
    std::vector<CurvePoint> result;
    for (std::size_t i = 0; i < intervals.size(); ++i)
      result.push_back({settings_.s1_bcl, intervals[i], 0,
                        diastolic_interval(intervals[i], s1_, responses[i], preparation_->in_tissue()),
                        responses[i]});
    return result;
  }

  void dynamic() {
    for (const double bcl : settings_.bcls) {
      const std::vector<Response> train = preparation_->pace(bcl, settings_.beats);
      if (curve_.empty()) must_capture(train.front(), 0, bcl);
      const std::size_t last = train.size() - 1;
      for (const std::size_t b : {last - 1, last})
        add({bcl, std::nan(""), static_cast<int>(b) + 1,
             diastolic_interval(bcl, train[b - 1], train[b], preparation_->in_tissue()), train[b]});
      const double difference = std::abs(train[last].apd_ms.back() - train[last - 1].apd_ms.back());
      if (difference >= settings_.alternans) alternans_.push_back({bcl, difference});
      const bool blocked =
          std::any_of(train.end() - 2, train.end(), [](const Response& r) { return !r.captured; });
      if (!blocked) continue;
      block_bcl_ = bcl;
      log_.info(fmt::format("block at {:g} ms; shorter cycles are left out", bcl));
      return;
    }
  }

  void must_capture(const Response& response, std::size_t beat, double bcl) const {
    if (response.captured) return;
    throw RunError(
        preparation_->in_tissue()
            ? fmt::format("the wave of pulse {} at {:g} ms does not reach all probes of restitution.cv; "
                          "raise the stimulus' amplitude or extent, take a longer cycle or window, or "
                          "look for block on the "
                          "way to {}",
                          beat + 1, bcl, fmt::join(settings_.to, ", "))
            : fmt::format("pulse {} at {:g} ms does not excite the cell; raise pacing.stimulus = {:g} "
                          "uA/uF or pacing.duration = {:g} ms",
                          beat + 1, bcl, config_.pacing.stimulus, config_.pacing.duration));
  }

  /// A cable shorter than the wave sees its ends.
  void warn_of_wavelength() {
    if (settings_.on != Preparation::cable) return;
    const double wavelength = s1_.cv_m_per_s * s1_.apd_ms.back(), length = config_.mesh.size.front();
    if (length < wavelength)
      log_.info(fmt::format(
          "the cable ({:g} mm) is shorter than the wave ({:.0f} mm): all of it is excited at once, and "
          "its ends, which no current leaves, shorten or lengthen the APD near them",
          length, wavelength));
  }

  void add(const CurvePoint& point) {
    curve_.push_back(point);
    const Response& r = point.response;
    const std::string pulse = point.beat ? fmt::format("{:g} ms, beat {}", point.s1_ms, point.beat)
                                         : fmt::format("S2 {:g} ms", point.s2_ms);
    auto text = [](const std::string& what, double value) {
      return fmt::format("{} {}", what, std::isnan(value) ? "-" : fmt::format("{:.2f} ms", value));
    };
    if (r.captured && point.beat == 0 && std::isnan(r.apd_ms.back()) && !told_of_window_) {
      told_of_window_ = true;
      warn(fmt::format(
          "S2 at {:g} ms captures and does not repolarise within {:g} ms: it has no APD; raise "
          "restitution.window",
          point.s2_ms, settings_.window));
    }
    if (!r.captured) return log_.info(pulse + ": no capture");
    log_.info(
        fmt::format("{}: {}, {}{}", pulse, text("DI", point.di_ms),
                    text(fmt::format("APD{:g}", settings_.levels.back()), r.apd_ms.back()),
                    preparation_->in_tissue() ? fmt::format(", CV {:.4f} m/s", r.cv_m_per_s) : ""));
  }

  void warn(const std::string& text) {
    log_.warning(text);
    warnings_.push_back(text);
  }

  /// NaN becomes null, as JSON has it.
  Json response_json(const Response& response) const {
    Json json = {{"captured", response.captured}, {"activation_ms", response.activation_ms}};
    for (std::size_t l = 0; l < settings_.levels.size(); ++l)
      json[fmt::format("apd{:g}_ms", settings_.levels[l])] = response.apd_ms[l];
    json["cv_m_per_s"] = response.cv_m_per_s;
    return json;
  }

  Json results() const {
    Json curve = Json::array();
    for (const CurvePoint& point : curve_) {
      Json each = {{"protocol", point.beat ? "dynamic" : "s1s2"},
                   {"s1_ms", point.s1_ms},
                   {"s2_ms", point.s2_ms},
                   {"di_ms", point.di_ms}};
      if (point.beat) each["beat"] = point.beat;
      each.update(response_json(point.response));
      curve.push_back(each);
    }
    Json json = {{"curve", curve}, {"max_slope", steepest_slope(curve_)}};
    if (settings_.protocol == RestitutionProtocol::s1s2) {
      json["erp_ms"] = erp_;
      if (!s1_.apd_ms.empty()) json["s1"] = response_json(s1_);
    } else {
      Json alternans = Json::array();
      for (const auto& [bcl, difference] : alternans_)
        alternans.push_back({{"bcl_ms", bcl}, {"apd_difference_ms", difference}});
      json["alternans"] = alternans;
      json["block_bcl_ms"] = block_bcl_;
    }
    return json;
  }

  void record(const std::string& status, const std::string& message) {
    Json json;
    json["status"] = status;
    if (!message.empty()) json["message"] = message;
    json["version"] = version;
    json["commit"] = commit;
    json["command"] = options_.command;
    json["ranks"] = parallel::size();
    json["instruction_set"] = ionic::name_of(ionic::instruction_set());
    timing_.reset();
    json["timing"] = {{"total_s", total_.seconds()}};
    json["performance"] = {{"simulated_ms", preparation_->simulated_ms()},
                           {"cell_steps", preparation_->cell_steps()}};
    json["results"] = results();
    if (const std::vector<SurrogateUse> uses = preparation_->surrogate_uses(); !uses.empty())
      json["results"]["surrogate"] = Json::parse(surrogate_results(uses));
    json["warnings"] = warnings_;
    json["config"] = resolved_toml(config_);
    const auto write = [&] {
      write_atomically(options_.output / "restitution.csv", curve_csv(curve_, settings_.levels));
      write_atomically(options_.output / "run.json", json.dump(2) + "\n");
    };
    on_first_rank(write);
  }

  const Config& config_;
  const RestitutionSettings& settings_;
  const RunOptions& options_;
  Log& log_;
  Timer total_;
  std::optional<Timer::Scope> timing_;
  std::unique_ptr<ExcitablePreparation> preparation_;
  Response s1_{};
  std::vector<CurvePoint> curve_;
  double erp_ = std::nan(""), block_bcl_ = std::nan("");
  std::vector<std::pair<double, double>> alternans_;
  std::vector<std::string> warnings_;
  bool told_of_window_ = false;
};

}  // namespace

int run_restitution(const Config& config, const RunOptions& options, Log& log) {
  const StopSignal signal;
  RestitutionRun run(config, options, log, [&] { return signal.received(); });
  run.open();
  return run.run();
}

}  // namespace myowave
