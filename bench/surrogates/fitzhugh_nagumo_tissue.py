# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The shipped step surrogate of FitzHugh-Nagumo on a cable and under premature pulses, beside the model."""

from bench.surrogates.common import ROOT, Workplace, say

CARD = ROOT / "surrogates" / "cards" / "fhn_step.safetensors"
MODEL = 'model = "fitzhugh_nagumo"\nvariant = "werneck_code"\nparameters = { alpha = "0.1" }'
CABLE = """[mesh]
kind = "cable"
size = "40 mm"
spacing = "SPACING mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }
[[region]]
name = "all"
CELL
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["2 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[time]
end = "80 ms"
step = "0.1 ms"
[output]
activation = { threshold = "-35 mV" }
[[probe]]
name = "near"
at = ["15 mm"]
[[probe]]
name = "far"
at = ["25 mm"]
"""
CELL = """[[region]]
name = "cell"
CELL
[pacing]
stimulus = "60 uA/uF"
duration = "1 ms"
[reaction]
step = "STEP ms"
[restitution]
on = "cell"
s1 = { bcl = "60 ms", beats = 10 }
s2 = { from = "55 ms", to = "20 ms", step = "2.5 ms" }
window = "40 ms"
erp = { resolution = "0.1 ms" }
"""
# (name, cell, step of the reaction in ms, further settings)
METHODS = (("midpoint, 10 us", MODEL, 0.01, ('reaction.method="midpoint"',)), ("midpoint, 100 us", MODEL, 0.1, ('reaction.method="midpoint"',)),
           ("Euler, 100 us", MODEL, 0.1, ('reaction.method="rush_larsen"',)), ("surrogate, 100 us", f'surrogate = "{CARD}"', 0.1, ()))  # fmt: skip


def waves(place):
    rows = []
    for spacing in (0.2, 0.1):
        for name, cell, step, sets in METHODS:
            say(f"cable of {spacing} mm: {name}")
            config = place.write("cable.toml", CABLE.replace("SPACING", str(spacing)).replace("CELL", cell))
            runs = [place.run("run", config, sets=(f'reaction.step="{step} ms"', *sets)) for _ in range(5)]
            run, _, command = min(runs, key=lambda each: each[0]["performance"]["reaction_ns_per_cell_step"])
            probes = run["results"]["probes"]
            rows.append({"spacing_mm": spacing, "method": name, "command": command,
                         "cv_m_per_s": 10.0 / (probes["far"]["activation_ms"][0] - probes["near"]["activation_ms"][0]),
                         "apd90_ms": probes["far"]["apd_ms"][0],
                         "ns_per_cell_ms": run["performance"]["reaction_ns_per_cell_step"] / step,
                         "fallbacks": run["results"].get("surrogate", {}).get("all", {}).get("fallbacks")})  # fmt: skip
    return rows


def restitution(place):
    rows, exact = [], None
    for name, cell, step, sets in METHODS:
        config = place.write("cell.toml", CELL.replace("CELL", cell).replace("STEP", str(step)))
        run, _, command = place.run("restitution", config, sets=sets)
        curve = {point["s2_ms"]: point["apd90_ms"] for point in run["results"]["curve"] if point["captured"] and not point.get("of_search")}
        exact = exact or curve
        both = [s2 for s2 in curve if s2 in exact and curve[s2] is not None and exact[s2] is not None]
        rows.append({"method": name, "command": command, "points": len(both), "apd90_change_ms": max(abs(curve[s2] - exact[s2]) for s2 in both),
                     "erp_ms": run["results"]["erp_ms"]})  # fmt: skip
    return rows


def measured(program):
    place = Workplace(program)
    try:
        return {"waves": waves(place), "restitution": restitution(place)}
    finally:
        place.close()
