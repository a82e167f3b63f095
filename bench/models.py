#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Every cell model with reference data (tests/data/cells) against it, through the program.

    bench/models.py [--program build/release/myowave] [--quick] [--jobs 2] [--only NAME] [--write]

Prints Markdown tables and with --write puts them into docs/verification.md; the exit status is 1 if a bound is exceeded. In
double precision and with CVODE a last beat starts from the reference's state before it, which shows the error of one beat; in
the production modes all beats are computed from the initial state. --quick starts every last beat from the reference's state, at
two cycle lengths only, and leaves the drift out; --all-beats starts none of them there. Some seven minutes on one core, a minute
with --quick."""

import argparse
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import typing

import numpy

SOURCE = pathlib.Path(__file__).resolve().parent.parent
DATA = SOURCE / "tests/data/cells"
PAGE = SOURCE / "docs/verification.md"
BEGIN, END = "<!-- bench/models.py -->", "<!-- end of bench/models.py -->"
# V is compared outside the upstroke: where the reference is steeper than this, a shift in time of a single step of
# 0.005 ms is already half the bound on V.
STEEP_mV_PER_MS = 10.0


class Mode(typing.NamedTuple):
    """A way to compute, and the bounds wanted for it; None: reported only."""
    title: str
    settings: dict
    apd_ms: float
    V_mV: float
    all_beats: bool = False
    everywhere: bool = False  # V in the upstroke too
    options: tuple = ()


def numerics(precision, tables, method, step):
    return {"reaction.precision": precision, "reaction.tables": tables, "reaction.method": method,
            "reaction.step": f"{step} ms"}


MODES = {
    "rush_larsen": Mode("double, no tables, Rush-Larsen at 0.005 ms",
                        numerics("double", "false", "rush_larsen", 0.005), 0.05, 0.1),
    "midpoint": Mode("double, no tables, midpoint at 0.005 ms", numerics("double", "false", "midpoint", 0.005), 0.05, 0.1),
    "fast_rush_larsen": Mode("production (mixed precision, tables), Rush-Larsen at 0.02 ms",
                             numerics("mixed", "true", "rush_larsen", 0.02), 0.15, None, True),
    "fast_midpoint": Mode("production (mixed precision, tables), midpoint at 0.02 ms",
                          numerics("mixed", "true", "midpoint", 0.02), 0.15, None, True),
    "cvode": Mode("CVODE (`cell --reference`)", {}, 0.05, 1e-3, everywhere=True, options=("--reference",)),
}
DRIFT_BEATS, DRIFT_BOUND = 60, 1e-3


class Case:
    """A reference: initial state, stimulus, V(t) of some beats, markers."""

    def __init__(self, file):
        self.name = file.stem
        self.data = json.loads(file.read_text())
        with open(file.with_suffix(".csv"), newline="") as lines:
            head, *rows = csv.reader(lines)
        self.traces = {}
        for column, name in enumerate(head[1:], 1):
            self.traces[name] = numpy.array([[float(row[0]), float(row[column])] for row in rows if row[column]]).T
        self.paced = "last_beat" in self.data

    def beats(self):
        """(name, cycle length, markers) of beat 1 and of the last beats."""
        if not self.paced:
            return [("beat1", self.data["end_ms"], None)]
        return [("beat1", 1000, self.data["beat1"])] + \
            [(f"bcl{bcl}", int(bcl), markers) for bcl, markers in self.data["last_beat"].items()]


class Run(typing.NamedTuple):
    beat: dict          # the last one's markers
    trace: numpy.array  # t from the start of that beat, V
    final: dict
    concentrations: list


def compute(program, case, settings, bcl, beats=1, state=None, options=()):
    """`myowave cell`, from `state` or from the reference's initial state."""
    state = state or case.data["initial_state"]
    entries = ", ".join(f"{name} = {json.dumps(value)}" for name, value in state.items())
    assignments = {**settings, "region.0.initial_state": f"{{ {entries} }}", "pacing.trace_every": "0.1 ms"}
    with tempfile.TemporaryDirectory() as folder:
        command = [str(program), "cell", "--model", case.data["model"], "--variant", case.data["variant"], "--quiet",
                   "--force", "--output", folder, "--bcl", f"{bcl} ms", "--beats", str(beats),
                   "--stimulus", f"{case.data['stimulus_uA_per_uF']} uA/uF",
                   "--stimulus-duration", f"{case.data['stimulus_duration_ms']} ms", *options]
        for key, value in assignments.items():
            command += ["--set", f"{key}={value}"]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        results = json.loads((pathlib.Path(folder) / "run.json").read_text())["results"]
        with open(pathlib.Path(folder) / "trace.csv", newline="") as lines:
            head, *rows = csv.reader(lines)
    trace = numpy.array([[float(row[0]), float(row[1])] for row in rows]).T
    trace[0] -= bcl * (beats - 1)
    return Run(results["beats"][-1], trace, results["final_state"], [name[:-3] for name in head if name.endswith("_mM")])


def gentle(trace):
    """Which samples of a reference lie outside its steep parts, with one sample to either side left out as well."""
    t, V = trace
    steep = numpy.abs(numpy.diff(V)) > STEEP_mV_PER_MS * numpy.diff(t)
    steep = numpy.concatenate(([False], steep, [False]))
    beside = steep[:-1] | steep[1:]  # a sample has an interval before and one after it
    wide = beside.copy()
    wide[1:] |= beside[:-1]
    wide[:-1] |= beside[1:]
    return ~wide


def largest_V_error(reference, trace, everywhere=False):
    at = numpy.searchsorted(trace[0], reference[0] - 1e-6)
    if not numpy.allclose(trace[0][at], reference[0], atol=1e-6):
        raise ValueError("trace.csv lacks times of the reference")
    error = numpy.abs(trace[1][at] - reference[1])
    return float(error.max() if everywhere else error[gentle(reference)].max())


def crossing_times(trace, level):
    t, V = trace
    up = numpy.flatnonzero((V[:-1] < level) & (V[1:] >= level))
    return t[up] + (level - V[up]) / (V[up + 1] - V[up]) * (t[up + 1] - t[up])


def largest_spike_shift(reference, trace):
    """Of the upward crossings of mid-amplitude, sampled at the reference's times; inf if their numbers differ."""
    sampled = numpy.array([reference[0], numpy.interp(reference[0], *trace)])
    level = 0.5 * (reference[1].min() + reference[1].max())
    ours, theirs = crossing_times(sampled, level), crossing_times(reference, level)
    return float(numpy.abs(ours - theirs).max()) if len(ours) == len(theirs) else float("inf")


class Difference(typing.NamedTuple):
    beat: str
    apd_ms: float  # ours - reference; None where the reference has none (no capture, or longer than the cycle)
    V_mV: float    # None where the reference has no trace


def compare(program, case, mode, name, bcl, markers, from_start):
    """One beat of the reference, computed."""
    beats, state = 1, None
    if name != "beat1":
        beats, state = (case.data["beats"], None) if from_start else (1, markers["state_before"])
    run = compute(program, case, mode.settings, bcl, beats, state, mode.options)
    reference = case.traces.get(name)
    V = None if reference is None else largest_V_error(reference, run.trace, mode.everywhere)
    if not case.paced:
        return Difference(name, largest_spike_shift(reference, run.trace), V)
    apd, wanted = run.beat["apd90_ms"], markers["apd90_ms"]
    if (apd is None) != (wanted is None):
        return Difference(name, float("inf"), V)
    return Difference(name, None if apd is None else apd - wanted, V)


def exceeded(mode, differences):
    """The beats where a bound is not kept."""
    return [each.beat for each in differences
            if (each.apd_ms is not None and not abs(each.apd_ms) <= mode.apd_ms)
            or (mode.V_mV is not None and each.V_mV is not None and not each.V_mV <= mode.V_mV)]


def drift(program, case, method):
    """(largest relative difference of a concentration, its name, difference of V in mV) of production against double, all
    else being equal, after many beats."""
    runs = [compute(program, case, numerics(precision, tables, method, 0.02), 1000, DRIFT_BEATS)
            for precision, tables in [("mixed", "true"), ("double", "false")]]
    fast, double = (run.final for run in runs)
    worst = max((abs(fast[name] / double[name] - 1.0), name) for name in runs[0].concentrations)
    return *worst, fast["V_mV"] - double["V_mV"]


# ------------------------------------------------------------------------------------------------------------- tables
def text(value, digits="+.4f"):
    if value is None:
        return "-"
    return "differs" if value == float("inf") else format(value, digits)


def beat_table(mode, rows):
    """Of one mode; rows: (case, differences)."""
    bounds = [f"APD90 within {mode.apd_ms:g} ms"] + ([f"V within {mode.V_mV:g} mV"] if mode.V_mV else [])
    lines = [f"**{mode.title}**; wanted: {', '.join(bounds)}", "",
             "| model | APD90 beat 1 | BCL 1000 | 500 | 400 | 300 | V beat 1 | BCL 1000 | 500 | 400 | 300 | |",
             "|---" * 12 + "|"]
    for case, differences in rows:
        found = {each.beat: each for each in differences}
        cells = [found.get(beat) for beat in ["beat1", "bcl1000", "bcl500", "bcl400", "bcl300"]]
        misses = exceeded(mode, differences)
        lines.append(f"| {case.name} | " + " | ".join(text(each and each.apd_ms) for each in cells) + " | " +
                     " | ".join(text(each and each.V_mV, ".2g") for each in cells) +
                     f" | {'exceeds: ' + ', '.join(misses) if misses else 'ok'} |")
    return lines + [""]


def drift_table(rows):
    lines = [f"**Drift**: production against double without tables, both at 0.02 ms, after {DRIFT_BEATS} beats at 1000 ms; "
             f"wanted: every concentration within {DRIFT_BOUND:g}", "",
             "| model | method | largest relative difference | V mV | |", "|---|---|---|---|---|"]
    for name, method, (worst, state, V) in rows:
        verdict = "ok" if worst <= DRIFT_BOUND else "exceeds"
        lines.append(f"| {name} | {method} | {worst:.1e} ({state}) | {V:.1e} | {verdict} |")
    return lines + [""]


def write_page(lines):
    page = PAGE.read_text()
    if page.count(BEGIN) != 1 or page.count(END) != 1:
        raise SystemExit(f"{PAGE} must hold '{BEGIN}' and '{END}' once each")
    before, rest = page.split(BEGIN)
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END)[1])


def cases(only=""):
    return [case for case in map(Case, sorted(DATA.glob("*.json"))) if only in case.name]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(SOURCE / "build/release/myowave"))
    parser.add_argument("--quick", action="store_true", help="a subset")
    parser.add_argument("--all-beats", action="store_true", help="every last beat from the initial state")
    parser.add_argument("--mode", choices=MODES, nargs="*", default=list(MODES))
    parser.add_argument("--only", default="", help="models whose name contains this")
    parser.add_argument("--jobs", type=int, default=1, help="cells at a time")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/verification.md")
    return parser.parse_args()


def measured(options, pool):
    """The tables, each as its lines, as soon as they are there."""
    selected = cases(options.only)
    work = []
    for mode in map(MODES.get, options.mode):
        from_start = not options.quick and (mode.all_beats or options.all_beats)
        work.append((mode, [(case, [pool.submit(compare, options.program, case, mode, *beat, from_start)
                                    for beat in case.beats() if not options.quick or beat[0] not in ("bcl500", "bcl400")])
                            for case in selected]))
    drifts = [(case.name, method, pool.submit(drift, options.program, case, method))
              for case in selected for method in ("rush_larsen", "midpoint")
              if not options.quick and any(str(value).endswith(" mM") for value in case.data["initial_state"].values())]
    for mode, rows in work:
        yield beat_table(mode, [(case, [each.result() for each in differences]) for case, differences in rows])
    if drifts:
        yield drift_table([(name, method, each.result()) for name, method, each in drifts])


def main():
    options = arguments()
    lines = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for table in measured(options, pool):
            print("\n".join(table), flush=True)
            lines += table
    if options.write:
        write_page(lines)
    return 1 if any("exceeds" in line for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
