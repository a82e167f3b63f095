#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Extrapolates the activation time of a point of the N-version benchmark to dt = 0 and h = 0.

    bench/richardson.py out/niederer_grid/niederer.jsonl [--point P8]

Reads what niederer.py has appended, Strang splitting alone, and assumes

    t(h, dt) = t(h) + c(h) dt^2         c by two steps at this h; where there is one, that of the next larger h
    t(h) = t(0) + a h^2 [+ b h^4]       a, b of each series: elements and mass

Fits with as many numbers as runs leave no rest to judge them by, so that several are printed: of each series its two
finest grids (a) and its three finest (a, b), and of all series of the same elements together with one t(0)."""

import argparse
import collections
import json

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


def without_step(by_h):
    """{h: ms at dt = 0}, and of which h the dependence on dt was taken from a coarser grid."""
    times, borrowed, c = {}, [], None
    for h in sorted(by_h, reverse=True):
        steps = sorted(by_h[h])
        if len(steps) > 1:
            c = (by_h[h][steps[1]] - by_h[h][steps[0]]) / (steps[1] ** 2 - steps[0] ** 2)
        else:
            borrowed.append(h)
        if c is not None:
            times[h] = by_h[h][steps[0]] - c * steps[0] ** 2
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
    series = {}
    print("| series | h mm: ms at dt = 0 |\n|---|---|")
    for key, by_h in series_of(options.runs, options.point).items():
        series[key], borrowed = without_step(by_h)
        print(f"| {key[0]}, {key[1]:g} | " + ", ".join(
            f"{h:g}: {time:.2f}{'*' if h in borrowed else ''}" for h, time in sorted(series[key].items())) + " |")
    print("\n* its dependence on dt is that of the next larger h\n\n| fit | ms at h = 0 | largest rest |\n|---|---|---|")
    for key, times in series.items():
        show(f"{key[0]}, {key[1]:g}, two finest, h^2", fit([finest(times, 2)], 1) if len(times) > 1 else None)
        show(f"{key[0]}, {key[1]:g}, three finest, h^2 and h^4", fit([finest(times, 3)], 2) if len(times) > 2 else None)
    for elements in sorted({key[0] for key in series}):
        same = [times for key, times in series.items() if key[0] == elements]
        if len(same) > 1:
            show(f"{elements}, all masses, two finest, h^2", fit([finest(times, 2) for times in same], 1))
            show(f"{elements}, all masses, three finest, h^2 and h^4", fit([finest(times, 3) for times in same], 2))


if __name__ == "__main__":
    main()
