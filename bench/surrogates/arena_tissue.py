# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The sheets of the arena: plane and curved fronts."""

from bench.surrogates.arena_contenders import FINE
from bench.surrogates.common import first, say

SHEET = """[mesh]
kind = "sheet"
size = ["{x} mm", "{y} mm"]
spacing = "{spacing} mm"
{holes}{tissue}[[region]]
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


CHANNEL = """holes = [{ box = [["0 mm", "0 mm"], ["8 mm", "5.5 mm"]] }, { box = [["0 mm", "6.5 mm"], ["8 mm", "12 mm"]] }]
"""


def corner(host, ours):
    """A front from a corner of an isotropic sheet of 20 mm, which loses its curvature on the way along the diagonal."""
    return curved(host, ours, "corner", (20, 20), {f"d{place}": (place, place) for place in (4, 6, 8, 10, 13, 16, 20)}, (1.5, 1.5))


def channel(host, ours):
    """A front out of a channel of 1 mm, where it has to excite much more tissue at once than on a plane: straight on and to the sides."""
    places = {f"x{x}": (x, 6) for x in (2, 7, 9, 10, 12, 16, 20)} | {"side": (9, 10), "behind": (8.5, 1)}
    return curved(host, ours, "channel", (20, 12), places, (1, 12), CHANNEL)


def curved(host, ours, name, size, places, stimulus, holes=""):
    """Arrival of a front at some places of an isotropic sheet, and where it comes latest."""
    say(f"{ours.label}: front, {name}")
    found, (x, y), (to_x, to_y) = {}, size, stimulus
    for each, sets in ((ours, ()), (host, FINE)):
        text = SHEET.format(x=x, y=y, spacing=0.1, cell=each.cell, to_x=to_x, to_y=to_y, end=100, step=ours.nearest_step(0.02), **host.host.wave(holes=holes))
        text += "".join(probe(label, *place) for label, place in places.items())
        found["ours" if each is ours else "model"], command = activations(each, name, text, sets)
    late = {label: found["ours"][label] - found["model"][label] for label in places}
    return {"arrival_ms": found, "late_ms": late, "model_last_ms": max(found["model"].values()), "command": command}
