# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The arena's border between two kinds of cells: the surrogate beside another cell, which the model computes."""

import numpy

from bench.surrogates.arena_contenders import Contender, model_lines, paced_state
from bench.surrogates.arena_tissue import SHEET, probe
from bench.surrogates.common import first, say

SIZE, BORDER = (20, 8), 10  # mm; the other cell lies left of the border, and the waves begin in its lower corner
LINES = (1, 7)  # mm, along x: straight across and, with the front turned, near the upper edge
ACROSS = (7, 13)  # mm, between which the velocity is taken
HALVES = """{neighbour}
where = {{ box = [["0 mm", "0 mm"], ["{border} mm", "{y} mm"]] }}
[[region]]
name = "judged"
{judged}"""
S2 = """[[stimulus]]
name = "S2"
where = {{ box = [["0 mm", "0 mm"], ["1.5 mm", "1.5 mm"]] }}
amplitude = "{amplitude:g} uA/uF"
start = "{start:g} ms"
duration = "{pulse:g} ms"
"""


def border(host, ours, scale):
    """S1 and a premature S2 across the border, with the surrogate behind it and with the model there. The other half and all settings are the same."""
    name, factor = host.host.neighbour
    neighbour = Contender(host.place, "neighbour", model_lines(ours.card, scale | {name: factor * scale.get(name, 1.0)}), host.sets, host.host)
    neighbour_state = paced_state(neighbour, host.host.s1, 20)[0]
    found = {}
    for each in ours, host:
        say(f"{ours.label}: border, {each.label}")
        halves = HALVES.format(neighbour=neighbour.started(neighbour_state), border=BORDER, y=SIZE[1], judged=each.started(paced_state(each, host.host.s1, 20)[0]))
        found["ours" if each is ours else "model"] = crossed(each, halves, ours.nearest_step(0.02))
    return compared(found["ours"], found["model"]) | {"neighbour": f"{name} times {factor:g}", "s2_ms": host.host.premature,
                                                      "commands": [found[key]["command"] for key in ("ours", "model")]}


def crossed(contender, halves, step):
    """Activation times and APD90 at probes across the border, [line][beat][place], both halves in mixed precision with the same steps."""
    host, places = contender.host, range(1, SIZE[0])
    text = SHEET.format(x=SIZE[0], y=SIZE[1], spacing=0.1, cell=halves, to_x=1.5, to_y=1.5, end=host.premature + host.end, step=step, **host.wave())
    text += S2.format(start=host.premature, amplitude=host.amplitude, pulse=host.pulse)
    text += "".join(probe(f"p{y}_{x}", x, y) for y in LINES for x in places)
    config = contender.place.write(f"border_{contender.label}.toml", text)
    run, _, command = contender.place.run("run", config, sets=[f'reaction.step="{step:g} ms"'])
    probes = run["results"]["probes"]
    return {"x_mm": list(places), "command": command} | {
        key: [[[first(probes[f"p{y}_{x}"][name], beat) for x in places] for beat in (0, 1)] for y in LINES]
        for key, name in (("activation_ms", "activation_ms"), ("apd90_ms", "apd_ms"))}


def velocity(side, beat):
    """Across the border along the first line, m/s."""
    times = dict(zip(side["x_mm"], side["activation_ms"][0][beat]))
    return (ACROSS[1] - ACROSS[0]) / (times[ACROSS[1]] - times[ACROSS[0]])


def compared(ours, model):
    """By beat: the differences with the places where they are largest, and the steepest gradient of APD90 along the first line of both."""
    beats = []
    for beat in (0, 1):
        row = {"captured": [is_whole(side, beat) for side in (ours, model)]}
        if all(row["captured"]):
            cv = [velocity(side, beat) for side in (ours, model)]
            gradient = [float(abs(numpy.gradient(side["apd90_ms"][0][beat], side["x_mm"])).max()) for side in (ours, model)]
            row |= {"cv_m_per_s": cv, "cv_change": cv[0] / cv[1] - 1.0, "apd90_gradient_ms_per_mm": gradient}
            for key in "activation_ms", "apd90_ms":
                row[key] = largest_difference(ours, model, key, beat)
        beats.append(row)
    return {"beats": beats, "x_mm": ours["x_mm"], "y_mm": list(LINES), "ours": ours, "model": model}


def is_whole(side, beat):
    """Whether a beat has come to all probes, and has ended there."""
    return all(numpy.isfinite(line[beat]).all() for key in ("activation_ms", "apd90_ms") for line in side[key])


def largest_difference(ours, model, key, beat):
    change = numpy.array([numpy.subtract(a[beat], b[beat]) for a, b in zip(ours[key], model[key])])
    line, place = numpy.unravel_index(numpy.argmax(abs(change)), change.shape)
    return {"change": float(change[line, place]), "at_mm": [ours["x_mm"][place], LINES[line]]}
