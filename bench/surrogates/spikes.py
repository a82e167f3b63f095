# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How far a train of spikes is from another one."""

from typing import NamedTuple

import numpy

LEVEL_mV = 0.0
TOLERANCE_MS = 1.0


class Spikes(NamedTuple):
    t: numpy.ndarray        # ms, of the upward crossings of the level
    peak: numpy.ndarray     # mV, after each crossing
    trough: numpy.ndarray   # mV, between two crossings: one fewer


def spikes(t, V):
    """Of samples; times by linear interpolation between two of them."""
    V = numpy.nan_to_num(V, nan=LEVEL_mV - 1.0)
    up = numpy.flatnonzero((V[:-1] < LEVEL_mV) & (V[1:] >= LEVEL_mV))
    at = t[up] + (LEVEL_mV - V[up]) / (V[up + 1] - V[up]) * (t[up + 1] - t[up])
    parts = numpy.split(V, up + 1)[1:]
    below = [numpy.flatnonzero(part < LEVEL_mV) for part in parts]
    # A spike that the samples end in has no end yet.
    peak = [part[:ends[0]].max() if ends.size else part.max() for part, ends in zip(parts, below)]
    return Spikes(at, numpy.array(peak), numpy.array([part.min() for part in parts[:-1]]))


def matched(truth, found, tolerance=TOLERANCE_MS):
    """Pairs of indices of spikes at most `tolerance` apart, each spike in one pair at most, the closest ones first."""
    distance = abs(truth[:, None] - found[None, :]) if truth.size and found.size else numpy.empty((0, 0))
    pairs, rows, columns = [], set(), set()
    for row, column in zip(*numpy.unravel_index(numpy.argsort(distance, axis=None), distance.shape)):
        if distance[row, column] <= tolerance and row not in rows and column not in columns:
            pairs.append((int(row), int(column)))
            rows.add(row)
            columns.add(column)
    return sorted(pairs)


def f1_score(expected, found, hits):
    """Harmonic mean of precision and recall; None if there is no spike in either."""
    return 2.0 * hits / (expected + found) if expected + found else None


def attainable_f1(expected):
    """All scores below 1 that one run with so many true spikes can have, with up to as many false ones, largest first."""
    scores = {f1_score(expected, hits + false, hits) for hits in range(expected + 1) for false in range(expected + 1)}
    return sorted((score for score in scores if score < 1.0), reverse=True)


def _mean(values):
    return float(numpy.mean(values)) if len(values) else None


def compared(t, truth, found):
    """Spikes of V(t), found against true ones: numbers, and None where there is nothing to compare."""
    a, b = spikes(t, truth), spikes(t, found)
    pairs = matched(a.t, b.t)
    both = min(len(a.t), len(b.t))
    result = {"spikes": len(a.t), "spikes_found": len(b.t), "f1": f1_score(len(a.t), len(b.t), len(pairs)),
              "phase_ms": _mean([abs(a.t[i] - b.t[j]) for i, j in pairs]),
              "isi_ms": _mean(abs(numpy.diff(a.t[:both]) - numpy.diff(b.t[:both]))) if both > 1 else None,
              "peak_mV": _mean([abs(a.peak[i] - b.peak[j]) for i, j in pairs])}
    result["trough_mV"], result["amplitude_percent"] = None, None
    if a.trough.size and b.trough.size:
        amplitude = [each.peak.mean() - each.trough.mean() for each in (a, b)]
        result["trough_mV"] = float(abs(a.trough.mean() - b.trough.mean()))
        result["amplitude_percent"] = float(100.0 * abs(amplitude[1] / amplitude[0] - 1.0))
    return result
