# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The sheets of the arena: plane and curved fronts, and a spiral wave."""

import csv

import numpy

from bench.surrogates.arena_contenders import FINE
from bench.surrogates.common import first, say

SHEET = """[mesh]
kind = "sheet"
size = ["{x} mm", "{y} mm"]
spacing = "{spacing} mm"
{tissue}[[region]]
name = "sheet"
{cell}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["{to_x} mm", "{to_y} mm"]] }}
amplitude = "{amplitude:g} uA/uF"
duration = "{pulse:g} ms"
[time]
end = "{end} ms"
step = "{step} ms"
"""


def probe(name, x, y):
    return f'[[probe]]\nname = "{name}"\nat = ["{x} mm", "{y} mm"]\n'


def activations(contender, name, text, sets=()):
    run, _, command = contender.run("run", name, text, sets)
    return {key: first(value["activation_ms"]) for key, value in run["results"]["probes"].items()}, command


def plane(host, ours):
    """Along and across the fibres of an anisotropic sheet, 20 x 4 mm: velocities."""
    rows = []
    for label, x, y, stimulus, places in (("along", 20, 4, (1, 4), ((5, 2), (15, 2))), ("across", 4, 12, (4, 1), ((2, 4), (2, 10)))):
        say(f"{ours.label}: plane wave {label}")
        cv, wave = {}, host.host.wave(across=0.25 * host.host.conductivity)
        for each, sets in ((ours, ()), (host, FINE)):
            text = SHEET.format(x=x, y=y, spacing=0.1, cell=each.cell, to_x=stimulus[0], to_y=stimulus[1], end=80, step=ours.nearest_step(0.02), **wave)
            text += "".join(probe(f"p{k}", *place) for k, place in enumerate(places))
            times, command = activations(each, f"plane_{label}", text, sets)
            cv["ours" if each is ours else "model"] = max(abs(places[1][0] - places[0][0]), abs(places[1][1] - places[0][1])) / (times["p1"] - times["p0"])
        rows.append({"direction": label, "cv_m_per_s": cv, "change": cv["ours"] / cv["model"] - 1.0, "command": command})
    return rows


def corner(host, ours):
    """A curved front from a corner of an isotropic sheet of 20 mm: arrival on the diagonal."""
    say(f"{ours.label}: front from a corner")
    places, found = (4, 6, 8, 10, 13, 16, 20), {}
    for each, sets in ((ours, ()), (host, FINE)):
        text = SHEET.format(x=20, y=20, spacing=0.1, cell=each.cell, to_x=1.5, to_y=1.5, end=100, step=ours.nearest_step(0.02), **host.host.wave())
        text += "".join(probe(f"d{place}", place, place) for place in places)
        found["ours" if each is ours else "model"], command = activations(each, "corner", text, sets)
    late = {place: found["ours"][f"d{place}"] - found["model"][f"d{place}"] for place in places}
    return {"arrival_ms": found, "late_ms": late, "model_last_ms": found["model"]["d20"], "command": command}


# ------------------------------------------------------------------------------------------ spiral

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


def spiral(host, ours, end):
    """Cross-field S1-S2 on 12 x 12 cm: the cycle length at four places, and the tips."""
    places = {"a": (30, 30), "b": (90, 30), "c": (30, 90), "d": (90, 90)}
    found = {"end_ms": end}
    for each, sets in ((ours, ()), (host, ["reaction.tables=true", 'reaction.precision="mixed"'])):
        say(f"{ours.label}: spiral, {each.label}")
        text = SPIRAL.format(cell=each.cell, end=end, s2=host.host.spiral, probes="".join(probe(name, *place) for name, place in places.items()))
        run, folder, command = each.run("run", "spiral", text, sets)
        late = {name: [t for t in value["activation_ms"] if t > end / 2] for name, value in run["results"]["probes"].items()}
        cycles = numpy.concatenate([numpy.diff(times) for times in late.values() if len(times) > 1] or [numpy.array([numpy.nan])])
        with open(folder / "tips.csv", newline="") as lines:
            tips = list(csv.DictReader(lines))
        times = [float(row["t_ms"]) for row in tips]
        found["ours" if each is ours else "model"] = {
            "period_ms": float(numpy.mean(cycles)), "period_sd_ms": float(numpy.std(cycles)), "beats": int(cycles.size), "last_tip_ms": max(times, default=None),
            "tips_at_end": sum(1 for t in times if t > end - 10.0), "largest_number_of_tips": max((times.count(t) for t in set(times)), default=0),
            "total_s": run["timing"]["total_s"], "reaction_s": run["timing"]["reaction_s"], "command": command}
    return found | {"period_change": found["ours"]["period_ms"] / found["model"]["period_ms"] - 1.0}
