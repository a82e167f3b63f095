#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Judges a surrogate against the model that it stands for, in single cells, on cables, on sheets, and by what it costs.

    bench/surrogates/arena.py FILE... [--json OUT] [--only cells cables rest sheets spiral cost] [--program build/release/myowave]

FILE is a surrogate that can be stepped; of several (seeds of one recipe) the worst is reported. Prints a section in Markdown; --json
keeps every number with the command that gave it. All but `spiral` take some ten minutes of one processor, a spiral an hour.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import arena_report
from bench.surrogates.arena_tissue import corner, costs, plane, spiral
from bench.surrogates.common import CABLE, Workplace, built, found_program, processor, read_card, say, trace

EXACT = ['reaction.precision="double"', "reaction.tables=false"]
CYCLES = (2000, 1500, 1000, 800, 700, 600, 500, 450, 400, 380, 350)
INTERVALS = (1000, 800, 600, 500, 450, 420, 400, 380, 365, 350, 335)
CELL = """[[region]]
name = "cell"
{cell}
"""
RESTITUTION = """[[region]]
name = "cell"
{cell}
[restitution]
on = "{on}"
{protocol}
"""
S1S2 = """protocol = "s1s2"
s1 = {{ bcl = "1000 ms", beats = {beats} }}
s2 = [{intervals}]
erp = {{ resolution = "1 ms" }}"""
DYNAMIC = """protocol = "dynamic"
beats = {beats}
bcls = [{cycles}]"""


class Contender:
    """A model or a surrogate in the runs of this study."""

    def __init__(self, place, label, cell, sets, file=None):
        self.place, self.label, self.cell, self.sets, self.file = place, label, cell, sets, file

    def run(self, command, name, text, sets=(), *arguments):
        config = self.place.write(f"{name}_{self.label}.toml", text)
        return self.place.run(command, config, *arguments, sets=[*self.sets, *sets])


def listed(values, unit):
    return ", ".join(f'"{value:g} {unit}"' for value in values)


# ------------------------------------------------------------------------------------------ cells


def paced_state(contender, cycle, beats):
    """A cell after some beats: the file of its state, and the last beat."""
    run, folder, command = contender.run("cell", f"paced_{cycle}", CELL.format(cell=contender.cell), (), "--beats", beats, "--bcl", f"{cycle} ms")
    return f"{folder.name}/final_state.toml", run["results"]["beats"][-1], command


def dynamic(contender, on, cycles, beats):
    text = RESTITUTION.format(cell=contender.cell, on=on, protocol=DYNAMIC.format(beats=beats, cycles=listed(cycles, "ms")))
    run, _, command = contender.run("restitution", f"dynamic_{on}", text)
    return run["results"], command


def premature(contender, on, intervals, beats):
    text = RESTITUTION.format(cell=contender.cell, on=on, protocol=S1S2.format(beats=beats, intervals=listed(intervals, "ms")))
    run, _, command = contender.run("restitution", f"s1s2_{on}", text)
    return run["results"], command


def compared(ours, base, kind):
    """APD90 and CV of the points that both have."""
    def key(point):
        return (point["s2_ms"],) if kind == "s1s2" else (point["s1_ms"], point["beat"])
    mine, points = {key(point): point for point in ours["curve"]}, []
    for point in base["curve"]:
        other = mine.get(key(point))
        row = {"at_ms": key(point)[0], "captured": [bool(other and other["captured"]), point["captured"]]}
        if all(row["captured"]):
            row["apd90_ms"] = [other["apd90_ms"], point["apd90_ms"]]
            if point.get("cv_m_per_s"):
                row["cv_m_per_s"] = [other["cv_m_per_s"], point["cv_m_per_s"]]
        points.append(row)
    return points


def cells(host, ours):
    """Restitution of a cell by pacing and by premature beats, and a hundred beats."""
    rows = {}
    for kind, of in (("dynamic", lambda each: dynamic(each, "cell", CYCLES, 40)), ("s1s2", lambda each: premature(each, "cell", INTERVALS, 20))):
        say(f"{ours.label}: {kind} in a cell")
        base, base_command = of(host)
        result, command = of(ours)
        rows[kind] = {"points": compared(result, base, kind), "commands": [command, base_command],
                      "end_ms": [result.get("erp_ms", result.get("block_bcl_ms")), base.get("erp_ms", base.get("block_bcl_ms"))]}
    say(f"{ours.label}: 100 beats")
    rows["hundred"] = []
    for cycle in 500, 1000:
        beats = [each.run("cell", f"hundred_{cycle}", CELL.format(cell=each.cell), (), "--beats", 100, "--bcl", f"{cycle} ms")[0]["results"]["beats"]
                 for each in (ours, host)]
        apd = numpy.array([[beat["apd90_ms"] for beat in of] for of in beats], dtype=float)
        rows["hundred"].append({"bcl_ms": cycle, "apd90_error_ms": {str(k + 1): float(apd[0, k] - apd[1, k]) for k in (0, 1, 4, 9, 39, 99)},
                                "largest_after_10_ms": float(abs(apd[0, 10:] - apd[1, 10:]).max())})
    return rows


# ------------------------------------------------------------------------------------------ cables


def crossing(contender, state, spacing, step, sets):
    text = CABLE.format(cell=contender.cell + f'\ninitial_state = "{state}"', spacing=spacing, step=step, start=5, end=500)
    run, _, command = contender.run("run", f"cable_{spacing}_{step}", text, sets)
    probes = run["results"]["probes"]
    cv = 10.0 / (probes["far"]["activation_ms"][0] - probes["near"]["activation_ms"][0])
    surrogate = run["results"].get("surrogate", {}).get("cable", {})
    return {"cv_m_per_s": cv, "apd90_ms": probes["far"]["apd_ms"][0], "fallbacks": surrogate.get("fallbacks", 0), "command": command}


def cables(host, ours):
    """A paced cable: CV and APD90 by spacing and outer step, both with the same; the model's own step is 0.01 ms."""
    states = [paced_state(each, 1000, 40)[0] for each in (ours, host)]
    rows = []
    for spacing, step in ((0.1, 0.02), (0.2, 0.02), (0.05, 0.02), (0.1, 0.05), (0.1, 0.1)):
        say(f"{ours.label}: cable, {spacing} mm, {step} ms")
        mine = crossing(ours, states[0], spacing, step, ())
        base = crossing(host, states[1], spacing, step, ['reaction.step="0.01 ms"'])
        rows.append({"spacing_mm": spacing, "step_ms": step, "ours": mine, "model": base, "cv_change": mine["cv_m_per_s"] / base["cv_m_per_s"] - 1.0,
                     "apd90_change_ms": mine["apd90_ms"] - base["apd90_ms"]})
    say(f"{ours.label}: restitution on a cable")
    curves = {}
    for kind, of in (("dynamic", lambda each: dynamic(each, "cable", CYCLES[2:], 10)), ("s1s2", lambda each: premature(each, "cable", INTERVALS, 8))):
        base, base_command = of(host)
        result, command = of(ours)
        curves[kind] = {"points": compared(result, base, kind), "commands": [command, base_command],
                        "end_ms": [result.get("erp_ms", result.get("block_bcl_ms")), base.get("erp_ms", base.get("block_bcl_ms"))]}
    return {"crossings": rows, "restitution": curves}


# ------------------------------------------------------------------------------------------ rest


def rest(host, ours):
    """5 s without a stimulus, and from 10 000 random states."""
    say(f"{ours.label}: rest")
    rows = {}
    for label, each in (("ours", ours), ("model", host)):
        run, folder, command = each.run("cell", "rest", CELL.format(cell=each.cell), ['pacing.trace_every="10 ms"'], "--bcl", "5000 ms", "--stimulus", "0 uA/uF")
        V = trace(folder)["V_mV"]
        rows[label] = {"start_mV": float(V[0]), "end_mV": float(V[-1]), "largest_change_mV": float(abs(V - V[0]).max()), "command": command}
    return rows | {"random": random_states(ours)}


def random_states(ours, count=10000):
    """V from -95 to 40 mV and all other states from 0 to 1."""
    say(f"{ours.label}: {count} random states")
    program = ours.place.program.parent / "bench/myowave_random_states"
    program = program if program.is_file() else built("bench/myowave_random_states")
    words = [ours.file, "--states", str(count)]
    result = subprocess.run([program, *words], cwd=ours.place.folder, text=True, capture_output=True, check=True)
    return json.loads(result.stdout) | {"command": " ".join(["myowave_random_states", *words])}


# ------------------------------------------------------------------------------------------


def judge(place, file, parts, scale, spiral_end):
    card, _ = read_card(file)
    name = place.take(file)
    variant = f'\nvariant = "{card["variant"]}"' if card.get("variant") else ""
    parameters = ", ".join(f'{name} = "{value}"' for name, value in card.get("parameters", {}).items())
    parameters = f"\nparameters = {{ {parameters} }}" if parameters else ""
    scaled = f"\nscale = {{ {', '.join(f'{name} = {factor:g}' for name, factor in scale.items())} }}" if scale else ""
    host = Contender(place, "model", f'model = "{card["model"]}"{variant}{parameters}{scaled}', EXACT)
    ours = Contender(place, Path(name).stem, f'surrogate = "{name}"{scaled}', [], name)
    result = {"file": str(file), "name": card["name"], "model": card["model"], "variant": card.get("variant"), "kind": card["kind"],
              "parameters": card.get("parameters", {}), "scale": scale, "provenance": card.get("provenance", {})}
    steps = {"cells": lambda: cells(host, ours), "cables": lambda: cables(host, ours), "rest": lambda: rest(host, ours),
             "sheets": lambda: {"plane": plane(host, ours), "corner": corner(host, ours)}, "spiral": lambda: spiral(host, ours, spiral_end),
             "cost": lambda: costs(host, ours)}
    for part in parts:
        result[part] = steps[part]()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="surrogates, seeds of one recipe")
    parser.add_argument("--json", help="file for all numbers and their commands")
    parser.add_argument("--only", nargs="+", choices=["cells", "cables", "rest", "sheets", "spiral", "cost"],
                        default=["cells", "cables", "rest", "sheets", "cost"])
    parser.add_argument("--spiral-end", type=float, default=5000, metavar="MS", help="length of the spiral's run")
    parser.add_argument("--picture", help="PNG of the restitution curves; of cells and cables")
    parser.add_argument("--scale", nargs="+", default=[], metavar="NAME=FACTOR", help="factors on parameters, of the surrogate and of the model")
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    arguments = parser.parse_args()
    results, scale = [], {name: float(factor) for name, factor in (each.split("=") for each in arguments.scale)}
    for file in arguments.files:
        place = Workplace(found_program(arguments.program))
        try:
            results.append(judge(place, file, arguments.only, scale, arguments.spiral_end))
            results[-1]["program"] = place.built | {"processor": processor(), "load": os.getloadavg()[0]}
            results[-1]["configurations"] = place.files
        finally:
            place.close()
        text = arena_report.section(results)
        if arguments.json:
            Path(arguments.json).write_text(json.dumps({"results": results, "verdicts": arena_report.verdicts(results), "markdown": text}, indent=1) + "\n")
    if arguments.picture:
        arena_report.draw(results, arguments.picture)
    print(text)
    for each in arena_report.verdicts(results):
        print(f"- {each['claim']}: {each['verdict']}")


if __name__ == "__main__":
    main()
