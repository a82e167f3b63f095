#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Judges a surrogate against the model that it stands for, in single cells, on cables, on sheets, and by what it costs.

    bench/surrogates/arena.py FILE... [--json OUT] [--only cells cables rest sheets border spiral cost] [--write] [--program build/release/myowave]

FILE is a surrogate of any kind that can be stepped; of several (seeds of one recipe) the worst is reported. Prints a section in Markdown, in
which what does not apply to a kind or a model is left out with the reason; --json keeps every number with the command that gave it, --write puts
the verdicts on the card of the first file. All but `spiral` take some twenty minutes of one processor, a spiral
an hour, most of it the model's; what the model has done for one file it does not do again for the next.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import arena_card, arena_pictures, arena_report
from bench.surrogates.arena_border import border
from bench.surrogates.arena_contenders import CELL, FINE, contenders, paced_state, settled_state, unstimulated
from bench.surrogates.arena_cost import costs
from bench.surrogates.arena_spiral import spiral
from bench.surrogates.arena_tissue import channel, corner, plane
from bench.surrogates.common import CABLE, RunFailed, Workplace, built, first, found_program, processor, read_card, say

PARTS = ("cells", "cables", "rest", "sheets", "border", "spiral", "cost")
RESTITUTION = """{tissue}[[region]]
name = "cell"
{cell}
[restitution]
on = "{on}"
{protocol}
"""
S1S2 = """protocol = "s1s2"
s1 = {{ bcl = "{s1:g} ms", beats = {beats} }}
s2 = [{intervals}]
erp = {{ resolution = "{resolution:g} ms" }}"""
DYNAMIC = """protocol = "dynamic"
beats = {beats}
bcls = [{cycles}]"""


def listed(values, unit):
    return ", ".join(f'"{value:g} {unit}"' for value in values)


# ------------------------------------------------------------------------------------------ restitution


def restitution(contender, name, protocol, outer):
    """The results of a protocol in a cell or, with an outer step, on a cable; and the command."""
    tissue, sets = (contender.host.tissue() + contender.host.cable(), [f'time.step="{outer:g} ms"']) if outer else ("", [])
    text = RESTITUTION.format(tissue=tissue, cell=contender.cell, on="cable" if outer else "cell", protocol=protocol)
    run, _, command = contender.run("restitution", name + ("_cable" if outer else "_cell"), text, sets)
    return run["results"], command


def dynamic(contender, cycles, beats, outer=None):
    return restitution(contender, "dynamic", DYNAMIC.format(beats=beats, cycles=listed(cycles, "ms")), outer)


def premature(contender, beats, outer=None):
    host = contender.host
    protocol = S1S2.format(s1=host.s1, beats=beats, intervals=listed(host.intervals, "ms"), resolution=host.resolution)
    return restitution(contender, "s1s2", protocol, outer)


def compared(ours, base, kind):
    """APD90 and CV of the points that both have; a beat that does not repolarise in time has no APD90."""
    def place(point):
        return (point["s2_ms"],) if kind == "s1s2" else (point["s1_ms"], point["beat"])
    mine, points = {place(point): point for point in ours["curve"]}, []
    for point in base["curve"]:
        other = mine.get(place(point))
        row = {"at_ms": place(point)[0], "captured": [bool(other and other["captured"]), point["captured"]]}
        if all(row["captured"]):
            for key in "apd90_ms", "cv_m_per_s":
                if point.get(key) and other.get(key):
                    row[key] = [other[key], point[key]]
            ends = [bool(each["apd90_ms"]) for each in (other, point)]
            row["captured"] = ends if any(ends) else row["captured"]  # a beat that ends in one of both alone is not the other's
        points.append(row)
    return points


def curve(host, ours, kind, of):
    """A restitution curve of both; `of` does it for one."""
    (base, base_command), (result, command) = of(host), of(ours)
    return {"points": compared(result, base, kind), "commands": [command, base_command],
            "end_ms": [result.get("erp_ms", result.get("block_bcl_ms")), base.get("erp_ms", base.get("block_bcl_ms"))]}


# ------------------------------------------------------------------------------------------ cells


def cells(host, ours):
    """Restitution of a cell by pacing and by premature beats, and a hundred beats."""
    rows = {}
    for kind, of in (("dynamic", lambda each: dynamic(each, host.host.cycles, 40)), ("s1s2", lambda each: premature(each, 20))):
        say(f"{ours.label}: {kind} in a cell")
        rows[kind] = curve(host, ours, kind, of)
    say(f"{ours.label}: 100 beats")
    return rows | {"hundred": [hundred(host, ours, cycle) for cycle in host.host.hundred]}


def hundred(host, ours, cycle):
    """APD90 of a hundred beats from rest: the difference at some of them, and the largest once the first ten are over."""
    beats = [each.run("cell", f"hundred_{cycle}", CELL.format(cell=each.cell), (), "--beats", 100, "--bcl", f"{cycle} ms")[0]["results"]["beats"]
             for each in (ours, host)]
    apd = numpy.array([[beat["apd90_ms"] for beat in of] for of in beats], dtype=float)
    return {"bcl_ms": cycle, "apd90_error_ms": {str(k + 1): float(apd[0, k] - apd[1, k]) for k in (0, 1, 4, 9, 39, 99)},
            "largest_after_10_ms": float(abs(apd[0, 10:] - apd[1, 10:]).max())}


# ------------------------------------------------------------------------------------------ cables


def crossing(contender, state, spacing, step, sets):
    host = contender.host
    text = CABLE.format(cell=contender.started(state), spacing=spacing, step=step, start=5, end=host.end, **host.wave())
    run, _, command = contender.run("run", f"cable_{spacing}_{step}", text, sets)
    probes = run["results"]["probes"]
    cv = 10.0 / (first(probes["far"]["activation_ms"]) - first(probes["near"]["activation_ms"]))
    surrogate = run["results"].get("surrogate", {}).get("cable", {})
    return {"cv_m_per_s": cv, "apd90_ms": first(probes["far"]["apd_ms"]), "fallbacks": surrogate.get("fallbacks", 0), "command": command}


def crossings(host, ours, skipped):
    """A paced cable: CV and APD90 by spacing and outer step, both with the same; the model's own step is 0.01 ms."""
    cycle, rows = host.host.s1, []
    states = [paced_state(each, cycle, 40)[0] for each in (ours, host)]
    grid = [(0.1, 0.02), (0.2, 0.02), (0.05, 0.02), (0.1, 0.05), (0.1, 0.1)]
    if not ours.takes(0.02):
        step = ours.nearest_step(0.02)
        skipped.append({"part": "cables, other outer steps", "reason": f"the surrogate is a step of {step:g} ms"})
        grid = [(spacing, step) for spacing in (0.1, 0.2, 0.05)]
    for spacing, step in grid:
        say(f"{ours.label}: cable, {spacing} mm, {step} ms")
        mine, base = crossing(ours, states[0], spacing, step, ()), crossing(host, states[1], spacing, step, FINE)
        rows.append({"spacing_mm": spacing, "step_ms": step, "ours": mine, "model": base, "cv_change": mine["cv_m_per_s"] / base["cv_m_per_s"] - 1.0,
                     "apd90_change_ms": mine["apd90_ms"] - base["apd90_ms"]})
    return rows


def cables(host, ours, skipped):
    rows = crossings(host, ours, skipped)
    say(f"{ours.label}: restitution on a cable")
    outer = ours.nearest_step(0.05)
    protocols = {"dynamic": lambda each: dynamic(each, host.host.cable_cycles, 10, outer), "s1s2": lambda each: premature(each, 8, outer)}
    return {"crossings": rows, "restitution": {kind: curve(host, ours, kind, of) for kind, of in protocols.items()}}


# ------------------------------------------------------------------------------------------ rest


def rest(host, ours, skipped):
    """5 s without a stimulus, and from 10 000 random states."""
    say(f"{ours.label}: rest")
    rows, state = {}, settled_state(host)
    for label, each in (("ours", ours), ("model", host)):
        V, _, command = unstimulated(each, 5000, state)
        rows[label] = {"start_mV": float(V[0]), "end_mV": float(V[-1]), "largest_change_mV": float(abs(V - V[0]).max()), "command": command}
    if ours.card["kind"] != "conductance":
        skipped.append({"part": "random states", "reason": "only latent gates may have a rest of their own; the states here are the model's"})
        return rows
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
    host, ours, card = contenders(place, file, scale)
    result = {"file": str(file), "name": card["name"], "model": card["model"], "variant": card.get("variant"), "kind": card["kind"],
              "parameters": card.get("parameters", {}), "scale": scale, "provenance": card.get("provenance", {}), "skipped": [], "failed": {}}
    skipped = result["skipped"]
    steps = {"cells": lambda: cells(host, ours), "cables": lambda: cables(host, ours, skipped), "rest": lambda: rest(host, ours, skipped),
             "sheets": lambda: {"plane": plane(host, ours), "corner": corner(host, ours), "channel": channel(host, ours)}, "border": lambda: border(host, ours, scale),
             "spiral": lambda: spiral(host, ours, spiral_end), "cost": lambda: costs(host, ours, skipped)}
    cannot = {"border": None if host.host.neighbour else "no other cell is known for its model",
              "spiral": None if host.host.spiral else "no spiral wave is known of its model on 12 x 12 cm"}
    for part in parts:
        if cannot.get(part):
            skipped.append({"part": part, "reason": cannot[part]})
            continue
        try:
            result[part] = steps[part]()
        except RunFailed as failure:
            say(f"{ours.label}: {part} failed: {failure}")
            result["failed"][part] = str(failure)
    for each in skipped:
        say(f"{ours.label}: left out: {each['part']}: {each['reason']}")
    return result


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="surrogates, seeds of one recipe")
    parser.add_argument("--json", help="file for all numbers and their commands")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=[part for part in PARTS if part != "spiral"])
    parser.add_argument("--spiral-end", type=float, default=5000, metavar="MS", help="length of the spiral's run")
    parser.add_argument("--picture", help="PNG of the restitution curves; of cells and cables")
    parser.add_argument("--cost-picture", help="PNG of error against cost")
    parser.add_argument("--write", action="store_true", help="put verdicts and figures on the card of the first file")
    parser.add_argument("--scale", nargs="+", default=[], metavar="NAME=FACTOR", help="factors on parameters, of the surrogate and of the model")
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    return parser.parse_args()


def main():
    arguments = options()
    results, scale = [], {name: float(factor) for name, factor in (each.split("=") for each in arguments.scale)}
    if len({(card["kind"], card["model"]) for card, _ in map(read_card, arguments.files)}) > 1:
        sys.exit("the files are of several kinds or models; give seeds of one recipe")
    place = Workplace(found_program(arguments.program))
    try:
        for file in arguments.files:
            results.append(judge(place, file, arguments.only, scale, arguments.spiral_end))
            results[-1]["program"] = place.built | {"processor": processor(), "load": os.getloadavg()[0]}
            results[-1]["configurations"] = dict(place.files)
            text = arena_report.section(results)
            if arguments.json:
                Path(arguments.json).write_text(json.dumps({"results": results, "verdicts": arena_report.verdicts(results), "markdown": text}, indent=1) + "\n")
    finally:
        place.close()
    if arguments.picture:
        arena_pictures.draw(results, arguments.picture)
    if arguments.cost_picture:
        arena_pictures.draw_cost(results[0], arguments.cost_picture)
    if arguments.write:
        arena_card.write(arguments.files[0], results)
    print(text)
    for each in arena_report.verdicts(results):
        print(f"- {each['claim']}: {each['verdict']}")


if __name__ == "__main__":
    main()
