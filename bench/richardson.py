#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Extrapolates the activation time of a point of the N-version benchmark to dt = 0 and h = 0.

    bench/richardson.py out/niederer_grid/niederer.jsonl [--point P8]

Reads what niederer.py has appended, Strang splitting alone, and assumes

    t(h, dt) = t(h) + c(h) dt^2         c by the two smallest steps at this h; of a series with one step there, that of
                                        another series at this h, or else of the next larger h
    t(h) = t(0) + a h^2 [+ b h^4]       a, b of each series: elements and mass

Fits with as many numbers as runs leave no rest to judge them by, so that several are printed: of each series its two
finest grids (a) and its three finest (a, b), and of the series of the same elements, and of all, with one t(0). Of three grids of which each is half
as wide as the one before also t(h) = t(0) + a h^p, whose order p shows how far they are from order two."""

import argparse
import collections
import json
import math

import numpy


def series_of(path, point):
    """{(elements, mass): {h: {dt: ms}}} of the runs with Strang splitting."""
    series = collections.defaultdict(lambda: collections.defaultdict(dict))
    for line in open(path):
        record = json.loads(line)
        time = record["activation_ms"][point]
        if time and "solver.splitting=strang" in record["set"]:
            series[record["elements"], record["mass"]][record["h_mm"]][record["dt_ms"]] = time
    return series


def step_error(by_h, h):
    """c(h) of a series, None if it has one step at this h."""
    steps = sorted(by_h.get(h, {}))
    if len(steps) < 2:
        return None
    return (by_h[h][steps[1]] - by_h[h][steps[0]]) / (steps[1] ** 2 - steps[0] ** 2)


def without_step(series):
    """{key: {h: ms at dt = 0}}, and which of them took c from elsewhere."""
    spacings = sorted({h for by_h in series.values() for h in by_h}, reverse=True)
    known = {}
    for h in spacings:
        found = [c for c in (step_error(by_h, h) for by_h in series.values()) if c is not None]
        known[h] = sum(found) / len(found) if found else known.get(min((s for s in spacings if s > h), default=h))
    times, borrowed = collections.defaultdict(dict), set()
    for key, by_h in series.items():
        for h, by_step in by_h.items():
            c = step_error(by_h, h)
            if c is None:
                c = known[h]
                borrowed.add((key, h))
            if c is not None:
                step = min(by_step)
                times[key][h] = by_step[step] - c * step ** 2
    return times, borrowed


def fit(groups, terms):
    """The common t(0) of series {h: ms} with `terms` even powers of h each, and the largest rest."""
    rows, right = [], []
    for k, times in enumerate(groups):
        for h, time in times.items():
            row = numpy.zeros(1 + terms * len(groups))
            row[0] = 1.0
            row[1 + terms * k:1 + terms * (k + 1)] = [h ** (2 * p) for p in range(1, terms + 1)]
            rows.append(row)
            right.append(time)
    if len(rows) < 1 + terms * len(groups):
        return None
    solution = numpy.linalg.lstsq(numpy.array(rows), numpy.array(right), rcond=None)[0]
    return solution[0], float(numpy.max(numpy.abs(numpy.array(rows) @ solution - right)))


def free_order(times):
    """t(0) and p of the three finest grids, None unless each is half of the one before and they converge."""
    spacings = sorted(times)[:3]
    if len(spacings) < 3 or any(abs(coarse / fine - 2.0) > 1e-6 for fine, coarse in zip(spacings, spacings[1:])):
        return None
    fine, middle, coarse = (times[h] for h in spacings)
    ratio = (coarse - middle) / (middle - fine)
    return (fine - (middle - fine) / (ratio - 1.0), math.log2(ratio)) if ratio > 1.0 else None


def finest(times, count):
    return {h: times[h] for h in sorted(times)[:count]}


def show(name, result):
    if result:
        print(f"| {name} | {result[0]:.2f} | {result[1]:.3f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs")
    parser.add_argument("--point", default="P8")
    options = parser.parse_args()
    series, borrowed = without_step(series_of(options.runs, options.point))
    print("| series | h mm: ms at dt = 0 |\n|---|---|")
    for key, times in series.items():
        print(f"| {key[0]}, {key[1]:g} | " + ", ".join(
            f"{h:g}: {time:.2f}{'*' if (key, h) in borrowed else ''}" for h, time in sorted(times.items())) + " |")
    print("\n* its dependence on dt is that of another series, or of a larger h\n\n| fit | ms at h = 0 | largest rest |\n|---|---|---|")
    for key, times in series.items():
        show(f"{key[0]}, {key[1]:g}, two finest, h^2", fit([finest(times, 2)], 1) if len(times) > 1 else None)
        if found := free_order(times):
            print(f"| {key[0]}, {key[1]:g}, three finest, h^{found[1]:.2f} | {found[0]:.2f} | |")
        show(f"{key[0]}, {key[1]:g}, three finest, h^2 and h^4", fit([finest(times, 3)], 2) if len(times) > 2 else None)
    groups = {elements: [times for key, times in series.items() if key[0] == elements]
              for elements in ("tetrahedra", "hexahedra")}
    groups["all series"] = list(series.values())
    for name, same in groups.items():
        show(f"{name}, one t(0), two finest, h^2", fit([finest(times, 2) for times in same], 1))
        show(f"{name}, one t(0), three finest, h^2 and h^4", fit([finest(times, 3) for times in same], 2))


if __name__ == "__main__":
    main()
