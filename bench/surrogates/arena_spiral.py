# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The arena's spiral wave on 12 x 12 cm: its period, the path of its tip, how long it lives, and what becomes of it."""

import csv

import numpy

from bench.surrogates.arena_tissue import probe
from bench.surrogates.common import say

SPIRAL = """[mesh]
kind = "sheet"
size = ["120 mm", "120 mm"]
spacing = "0.3 mm"
[tissue]
conductivity = {{ longitudinal = "0.2156 S/m", transverse = "0.2156 S/m" }}
[[region]]
name = "sheet"
{cell}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["2 mm", "120 mm"]] }}
amplitude = "52 uA/uF"
duration = "2 ms"
[[stimulus]]
name = "S2"
where = {{ box = [["0 mm", "0 mm"], ["75 mm", "60 mm"]] }}
amplitude = "52 uA/uF"
start = "{s2:g} ms"
duration = "2 ms"
[time]
end = "{end} ms"
step = "0.1 ms"
[reaction]
step = "0.05 ms"
quiet_step = "0.1 ms"
[output]
tips = {{ every = "5 ms" }}
fields = {{ names = ["V"], every = "500 ms" }}
{probes}
"""
EVERY = 5.0  # ms, between two rows of a tip
MEANDERS = 2.0  # mm that the centre of a turn moves, from which on a spiral is no longer called stable


def spiral(host, ours, end):
    """Cross-field S1-S2, both in mixed precision with tables and the same steps."""
    places = {"a": (30, 30), "b": (90, 30), "c": (30, 90), "d": (90, 90)}
    found = {"end_ms": end}
    for each, sets in ((ours, ()), (host, ["reaction.tables=true", 'reaction.precision="mixed"'])):
        say(f"{ours.label}: spiral, {each.label}")
        text = SPIRAL.format(cell=each.cell, end=end, s2=host.host.spiral, probes="".join(probe(name, *place) for name, place in places.items()))
        run, folder, command = each.run("run", "spiral", text, sets)
        period, spread, beats = late_cycles(run["results"]["probes"], end / 2)
        found["ours" if each is ours else "model"] = {
            "period_ms": period, "period_sd_ms": spread, "beats": beats, "total_s": run["timing"]["total_s"], "reaction_s": run["timing"]["reaction_s"],
            "command": command} | behaviour(read_tips(folder), period, end)  # fmt: skip
    return found | {"period_change": found["ours"]["period_ms"] / found["model"]["period_ms"] - 1.0}


def late_cycles(probes, begin):
    """Mean, standard deviation and number of the cycle lengths at all probes after `begin`."""
    late = [numpy.array([t for t in each["activation_ms"] if t > begin]) for each in probes.values()]
    cycles = numpy.concatenate([numpy.diff(times) for times in late])
    return (float(cycles.mean()), float(cycles.std()), int(cycles.size)) if cycles.size else (numpy.nan, numpy.nan, 0)


def read_tips(folder):
    """tips.csv as rows of t [ms], id, x, y [mm]."""
    with open(folder / "tips.csv", newline="") as lines:
        return numpy.array([[float(row[name]) for name in ("t_ms", "id", "x_mm", "y_mm")] for row in csv.DictReader(lines)]).reshape(-1, 4)


def behaviour(tips, period, end):
    """What becomes of the wave in the second half: ended, breaking up (more than two tips at once), meandering or stable; and its longest path."""
    late = tips[tips[:, 0] > end / 2]
    _, at_once = numpy.unique(late[:, 0], return_counts=True)
    last = float(tips[:, 0].max(initial=-numpy.inf))
    lives = last > end - 2.0 * EVERY
    found = {"last_tip_ms": last if tips.size else None, "tips_at_end": int((tips[:, 0] == last).sum()) if lives else 0,
             "largest_number_of_tips": int(at_once.max(initial=0)), "lifetime_ms": lifetime(tips)} | path(late, period)  # fmt: skip
    drifts = found["drift_mm"] is None or found["drift_mm"] > MEANDERS
    return found | {"behaviour": "ended" if not lives else "breaking up" if found["largest_number_of_tips"] > 2 else "meandering" if drifts else "stable"}


def lifetime(tips):
    """Of the tip that lived longest."""
    return max((float(numpy.ptp(tips[tips[:, 1] == each, 0])) for each in numpy.unique(tips[:, 1])), default=0.0)


def path(tips, period):
    """Of the tip with most rows: how far from its centre it goes in a turn (root mean square, the median of all turns), and how far these centres lie
    apart. None without a whole turn."""
    ids, rows = numpy.unique(tips[:, 1], return_counts=True)
    if not (ids.size and period > 0.0):
        return {"radius_mm": None, "drift_mm": None}
    t, _, *place = tips[tips[:, 1] == ids[rows.argmax()]].T
    place, turn = numpy.array(place), ((t - t[0]) // period).astype(int)
    turns = [place[:, turn == k] for k in range(int((t[-1] - t[0] + EVERY) // period))]
    if not turns:
        return {"radius_mm": None, "drift_mm": None}
    centres = numpy.array([each.mean(axis=1) for each in turns])
    radii = [float(numpy.sqrt(((each.T - centre) ** 2).sum(axis=1).mean())) for each, centre in zip(turns, centres)]
    apart = numpy.linalg.norm(centres[:, None] - centres[None], axis=2)
    return {"radius_mm": float(numpy.median(radii)), "drift_mm": float(apart.max())}
