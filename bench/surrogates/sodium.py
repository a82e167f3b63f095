#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Learnt gates of the sodium current in a human atrial cell, judged by the claims of Sanchez and Loewe (CinC 2025).

    bench/surrogates/sodium.py CARD [--json OUT] [--quick] [--program build/release/myowave]

CARD is a `gate` surrogate of m, h1, h2 of koivumaki_2011_skibsbye. Prints a section in Markdown; --json keeps every number
with the command that gave it. It takes some 15 minutes of one processor; --quick (10 beats and little of the rest) takes 2.
Costs are processor time, which other work on the machine disturbs least.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import inlined, sodium_report
from bench.surrogates.arena_hosts import host_of
from bench.surrogates.common import (CABLE, Workplace, cost_of_run, evaluate, found_program, median, processor, read_card, rms, say, trace, with_check_pairs,
                                     write_card)

HOST, HOST_STRUCT = "koivumaki_2011_skibsbye", "Koivumaki2011Skibsbye"
GATES = ("m", "h1", "h2")
LARSEN, MIDPOINT = 'reaction.method="rush_larsen"', 'reaction.method="midpoint"'
PLAIN = ['reaction.precision="double"', "reaction.tables=false"]
NO_TABLES = ["reaction.tables=false"]
STEPS_US = (5, 10, 20, 50, 100)


def step_of(us):
    return f'reaction.step="{us / 1000:g} ms"'


# ------------------------------------------------------------------------------------------ the gates themselves


def exact_gates(V):
    """Steady states and time constants [ms] of Skibsbye et al. 2016 at V [mV]: {"m.inf": ...}."""
    def rising(x):
        return 1.0 / (1.0 + numpy.exp(-x))
    h = rising(-(V + 67.0) / 5.6)
    peak = 1.0 / (1.0 + numpy.exp((V + 41.0) / 5.5) + numpy.exp(-(V + 41.0) / 14.0))
    plateau = rising((V + 79.0) / 14.0)
    return {
        "m.inf": rising((V + 36.3) / 7.8), "h1.inf": h, "h2.inf": h,
        "m.tau": 0.13 * numpy.exp(-((V + 48.0) / 15.0) ** 2) + 0.045 * rising((V + 42.0) / 5.0) + 0.01,
        "h1.tau": 34.0 * peak + 0.2 * plateau + 0.07,
        "h2.tau": 150.0 * peak + 2.0 * plateau + 0.7}  # fmt: skip


def gate_errors(card, tensors):
    """Of the network in double against the formulas, between and beyond the samples that it has seen."""
    low, high = card["inputs"][0]["range"]
    V = numpy.linspace(low, high, 20011)
    learnt, exact = evaluate(card, tensors, {"V": V}), exact_gates(V)
    errors = {}
    for gate in GATES:
        inf = learnt[f"{gate}.inf"] - exact[f"{gate}.inf"]
        tau = learnt[f"{gate}.tau"] / exact[f"{gate}.tau"] - 1.0
        errors[gate] = {"inf_max": float(abs(inf).max()), "inf_rms": rms(inf), "tau_relative_max": float(abs(tau).max()),
                        "tau_relative_rms": rms(tau)}
    near_rest = (V > -85.0) & (V < -60.0)
    relative = (learnt["m.inf"] / exact["m.inf"] - 1.0)[near_rest]
    errors["m_inf_relative_max_-85_to_-60_mV"] = float(abs(relative).max())
    return errors


def window_current(gates):
    """Of the printed equation, G m^3 h1 h2 (V - E) with all gates at their steady state: minimum, and what 0 would score."""
    conductance, E = 576.0, 1e3 * 8.314462618 * 310.15 / 96485.33212 * numpy.log(130.0 / 7.7869)  # nS, mV

    def current(V):
        at = gates(V)
        return conductance * at["m.inf"] ** 3 * at["h1.inf"] * at["h2.inf"] * (V - E)
    V = numpy.linspace(-100.0, 40.0, 140001)
    samples = current(numpy.linspace(-100.0, 100.0, 1000))
    i = current(V)
    return {"minimum_pA": float(i.min()), "at_mV": float(V[i.argmin()]), "E_Na_mV": float(E), "mean_square_pA2": float(numpy.mean(samples**2))}


def sodium_current(rows):
    """I_Na [pA] of a trace, with the temperature of the cell."""
    E = 8.314 * 306.15 / 96.487 * numpy.log(130.0 / rows["Nass_mM"])
    return 576.0 * rows["m"] ** 3 * rows["h1"] * rows["h2"] * (rows["V_mV"] - E)


def instantaneous(card, tensors, gates, path):
    """The card with the time constants of some gates a millionth: they are at their steady state after every step."""
    changed = json.loads(json.dumps(card))
    for output in changed["outputs"]:
        if output["form"] == "tau" and output["name"] in gates:
            output["scale"] = 1e-6 * output.get("scale", 1.0)
            output["offset"] = 1e-6 * output.get("offset", 0.0)
    write_card(path, changed, with_check_pairs(changed, tensors))


def cell_line(model):
    return f'surrogate = "{model}"' if model.endswith(".safetensors") else f'model = "{model}"'


def cell_config(place, model):
    name = Path(model).name.split(".")[0]
    return place.write(f"cell_{name}.toml", f'[[region]]\nname = "cell"\n{cell_line(model)}\n')


def static_map(place, card, tensors, name):
    """One beat with gates that depend on V alone, beside the cell without I_Na; 1.3 and 2.2 times the threshold."""
    instantaneous(card, tensors, GATES, place.folder / "static.safetensors")
    instantaneous(card, tensors, ("m",), place.folder / "static_m.safetensors")
    cases = [("model", HOST, []), ("network", name, []), ("V -> (m, h1, h2)", "static.safetensors", []),
             ("V -> m, dynamic h1 and h2", "static_m.safetensors", []), ("without I_Na", HOST, ['region.cell.parameters.g_Na="0 nS"'])]
    rows = []
    for stimulus in 30, 52:
        for label, model, sets in cases:
            run, folder, command = place.run("cell", cell_config(place, model), "--stimulus", f"{stimulus} uA/uF",
                                             sets=[LARSEN, step_of(10), 'pacing.trace_every="0.01 ms"', *sets])
            beat, rows_of_trace = run["results"]["beats"][0], trace(folder)
            rows.append({"stimulus_uA_per_uF": stimulus, "case": label, "peak_mV": beat["peak_mV"], "apd90_ms": beat["apd90_ms"],
                         "dvdt_max_V_per_s": beat["dvdt_max_V_per_s"],
                         "I_Na_minimum_pA": 0.0 if sets else float(sodium_current(rows_of_trace).min()), "command": command})
    return {"window_current": window_current(exact_gates), "window_current_of_network": window_current(lambda V: evaluate(card, tensors, {"V": V})),
            "one_beat": rows}


# ------------------------------------------------------------------------------------------ one cell


def paced(place, model, sets, beats):
    run, folder, command = place.run("cell", cell_config(place, model), "--beats", beats, sets=sets)
    rows = trace(folder)
    return {"beat": run["results"]["beats"][-1], "t": rows["t_ms"] - rows["t_ms"][0], "V": rows["V_mV"], "command": command}


def reference(place, beats):
    """By CVODE: all beats but the last one with few samples, which the solver need not stop at."""
    run, folder, first = place.run("cell", cell_config(place, HOST), "--reference", "--beats", beats - 1, sets=[step_of(100)])
    state = f'region.cell.initial_state="{folder.name}/final_state.toml"'
    last = paced(place, HOST, [step_of(10), "pacing.reference=true", state], 1)
    last["command"] = f"{first}; {last['command']}"
    return last


def metrics(cell, truth, same_step=None):
    beat, error = cell["beat"], cell["V"] - truth["V"]
    end = truth["beat"]["apd90_ms"]
    repolarising = (truth["t"] >= 10.0) & (truth["t"] <= end)
    row = {key: beat[key] for key in ("apd90_ms", "rmp_mV", "apa_mV", "dvdt_max_V_per_s")}
    row |= {"rmse_mV": rms(error), "rmse_repolarisation_mV": rms(error[repolarising]), "apd90_error_ms": beat["apd90_ms"] - end,
            "command": cell["command"]}
    if same_step:
        row["rmse_to_model_mV"] = rms(cell["V"] - same_step["V"])
        row["apd90_to_model_ms"] = beat["apd90_ms"] - same_step["beat"]["apd90_ms"]
    return row


def comparison(place, card_name, direct, beats, steps):
    """The last of some beats at 1 Hz, by method and step, against CVODE."""
    say(f"reference, {beats} beats")
    truth = reference(place, beats)
    methods = [("Rush-Larsen, double", HOST, [LARSEN, *PLAIN], steps), ("Rush-Larsen, tables", HOST, [LARSEN], steps),
               ("network, evaluated", direct, [LARSEN, *PLAIN], steps), ("network, table", card_name, [LARSEN], steps),
               ("midpoint, tables", HOST, [MIDPOINT], [us for us in steps if us >= 50]),
               ("network, table, midpoint", card_name, [MIDPOINT], [us for us in steps if us >= 50])]
    rows = [{"method": "CVODE", "step_us": None} | metrics(truth, truth)]
    models = {}  # what a row is compared with at its own step
    for label, model, sets, of_steps in methods:
        for us in of_steps if model else ():
            say(f"{label}, {us} us")
            cell = paced(place, model, [*sets, step_of(us)], beats)
            method = sets[0]
            models.setdefault((method, us), cell)
            rows.append({"method": label, "step_us": us} | metrics(cell, truth, models[method, us]))
    return rows


# ------------------------------------------------------------------------------------------ cost

SHEET = """[mesh]
kind = "sheet"
size = ["{size} mm", "{size} mm"]
spacing = "0.1 mm"
[tissue]
conductivity = {{ longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }}
[[region]]
name = "sheet"
{cell}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["1 mm", "{size} mm"]] }}
amplitude = "52 uA/uF"
duration = "2 ms"
[time]
end = "{end} ms"
step = "0.02 ms"
[reaction]
step = "0.02 ms"
method = "rush_larsen"
"""


def cost(place, card_name, direct, nodes, end, repeats):
    """Of the reaction on a sheet with a wave on it, all variants one after the other, some times over; medians."""
    for file, model in (("model", HOST), ("direct", direct), ("table", card_name)):
        if model:
            place.write(f"sheet_{file}.toml", SHEET.format(size=f"{(nodes - 1) / 10:g}", end=end, cell=cell_line(model)))
    quiet = ['time.step="0.1 ms"', 'reaction.quiet_step="0.1 ms"']
    variants = [("Rush-Larsen, double", "model", PLAIN), ("Rush-Larsen, mixed", "model", NO_TABLES), ("Rush-Larsen, tables", "model", []),
                ("network, evaluated, double", "direct", PLAIN), ("network, evaluated, mixed", "direct", NO_TABLES),
                ("network, table", "table", []), ("network, table, unguarded", "table", ["region.sheet.guard=false"]),
                ("midpoint, tables", "model", [MIDPOINT]), ("network, table, midpoint", "table", [MIDPOINT]),
                ("Rush-Larsen, tables, quiet steps", "model", quiet), ("network, table, quiet steps", "table", quiet)]
    variants = [each for each in variants if direct or each[1] != "direct"]
    rows = [{"method": label, "ns_per_cell_step_each": [], "wall_ns_per_cell_step_each": []} for label, _, _ in variants]
    for repeat in range(repeats):
        say(f"cost, {repeat + 1} of {repeats}; load {os.getloadavg()[0]:.1f}")
        for row, (_, file, sets) in zip(rows, variants):
            cost = cost_of_run(place, f"sheet_{file}.toml", sets, end)
            run, row["command"] = cost.run, cost.command
            row["ns_per_cell_step_each"].append(cost.reaction_ns)
            row["wall_ns_per_cell_step_each"].append(run["performance"]["reaction_ns_per_cell_step"])
            row["cell_steps_per_cell_ms"] = run["performance"]["cell_steps"] / nodes**2 / end
    for row in rows:
        row["ns_per_cell_step"] = median(row["ns_per_cell_step_each"])
        row["wall_ns_per_cell_step"] = median(row["wall_ns_per_cell_step_each"])
    return rows


def ratio(rows, slow, fast):
    """Of two variants' costs: the median of the repeats, and all of them; None where one was not measured."""
    of = {row["method"]: row["ns_per_cell_step_each"] for row in rows}
    if slow not in of or fast not in of:
        return None
    each = [a / b for a, b in zip(of[slow], of[fast])]
    return {"of": slow, "over": fast, "ratio": median(each), "each": each}


# ------------------------------------------------------------------------------------------ restitution

RESTITUTION = """[[region]]
name = "cell"
{cell}
[reaction]
step = "{step} ms"
method = "rush_larsen"
[restitution]
on = "cell"
{protocol}
"""
S1S2 = """protocol = "s1s2"
s1 = {{ bcl = "1000 ms", beats = {beats} }}
s2 = {{ from = "{first} ms", to = "260 ms", step = "20 ms" }}
erp = {{ resolution = "1 ms" }}"""
DYNAMIC = """protocol = "dynamic"
beats = {beats}
bcls = [{bcls}]"""


def curve(place, file, protocol, model, us, sets):
    config = place.write(f"{file}_{us}.toml", RESTITUTION.format(cell=cell_line(model), step=us / 1000, protocol=protocol))
    run, _, command = place.run("restitution", config, sets=sets)
    return run["results"], command


def curve_difference(ours, base, kind, tested):
    """|dAPD90| at the points that both have, by the interval of S2 or the cycle length."""
    key = (lambda point: (point["s2_ms"],)) if kind == "s1s2" else (lambda point: (point["s1_ms"], point["beat"]))
    mine = {key(point): point for point in ours["curve"]}
    pairs = []
    for point in base["curve"]:
        other = mine.get(key(point))
        if other and point["captured"] and other["captured"] and (kind == "dynamic" or point["s2_ms"] in tested):
            pairs.append((key(point)[0], abs(other["apd90_ms"] - point["apd90_ms"])))
    slow = [pair for pair in pairs if pair[0] >= 400.0]
    worst, worst_slow = max(pairs, key=lambda pair: pair[1]), max(slow, key=lambda pair: pair[1])
    return {"points": len(pairs), "largest_ms": worst[1], "at_ms": worst[0], "shortest_ms": min(pairs)[0],
            "largest_to_2.5_Hz_ms": worst_slow[1], "at_to_2.5_Hz_ms": worst_slow[0]}


def restitution(place, card_name, quick):
    intervals = range(260, 501 if quick else 701, 20)
    cycles = (1000, 500, 400) if quick else (1000, 800, 700, 600, 500, 450, 400, 380, 360, 340, 320, 300, 280, 260)
    protocols = {"s1s2": S1S2.format(beats=2 if quick else 10, first=intervals[-1]),
                 "dynamic": DYNAMIC.format(beats=4 if quick else 20, bcls=", ".join(f'"{each} ms"' for each in cycles))}
    rows, end_of = [], {"s1s2": "erp_ms", "dynamic": "block_bcl_ms"}
    for kind, protocol in protocols.items():
        say(f"restitution, {kind}")
        base, command = curve(place, f"{kind}_model", protocol, HOST, 10, PLAIN)
        rows.append({"protocol": kind, "method": "Rush-Larsen, double", "step_us": 10, end_of[kind]: base[end_of[kind]], "command": command,
                     "curve": base["curve"]})
        for label, file, model, us in (("network, table", "table", card_name, 10), ("Rush-Larsen, tables", "model", HOST, 100),
                                       ("network, table", "table", card_name, 100)):
            if quick and us == 100:
                continue
            ours, command = curve(place, f"{kind}_{file}", protocol, model, us, [])
            rows.append({"protocol": kind, "method": label, "step_us": us, end_of[kind]: ours[end_of[kind]], "command": command,
                         "curve": ours["curve"]} | curve_difference(ours, base, kind, intervals))
    return rows


# ------------------------------------------------------------------------------------------ cable

REACTION = """[reaction]
step = "{step} ms"
method = "rush_larsen"
"""


def cable(place, card_name, quick):
    """CV between 5 and 15 mm, and APD90 at 15 mm."""
    rows, end = [], 60 if quick else 450
    cases = [(0.2, 10)] if quick else [(0.2, 10), (0.1, 10), (0.05, 10), (0.1, 50), (0.1, 100)]
    for spacing, us in cases:
        say(f"cable, {spacing} mm, {us} us")
        found = []
        for label, file, model, sets in (("Rush-Larsen, double", "model", HOST, PLAIN), ("network, table", "table", card_name, [])):
            config = place.write(f"cable_{file}_{spacing}_{us}.toml",
                                 (CABLE + REACTION).format(spacing=spacing, step=us / 1000, start=0, end=end, cell=cell_line(model), **host_of(HOST).wave()))
            run, _, command = place.run("run", config, sets=sets)
            probes = run["results"]["probes"]
            cv = 10.0 / (probes["far"]["activation_ms"][0] - probes["near"]["activation_ms"][0])
            found.append({"method": label, "spacing_mm": spacing, "step_us": us, "cv_m_per_s": cv, "apd90_ms": probes["far"]["apd_ms"][0],
                          "command": command})
        base, ours = found
        ours["cv_change"] = ours["cv_m_per_s"] / base["cv_m_per_s"] - 1.0
        if not quick:
            ours["apd90_change_ms"] = ours["apd90_ms"] - base["apd90_ms"]
        rows += found
    return rows


# ------------------------------------------------------------------------------------------


def study(place, arguments):
    card, tensors = read_card(arguments.card)
    if card["kind"] != "gate" or card["model"] != HOST or {each["name"] for each in card["outputs"]} != set(GATES):
        sys.exit(f"{arguments.card} is no gate surrogate of {', '.join(GATES)} of {HOST}")
    name = place.take(arguments.card)
    quick = arguments.quick
    direct = None
    if not quick:
        say("compiling the model with the network in its kernel")
        direct = inlined.compiled(place, card, tensors, HOST, HOST_STRUCT)
    result = {"card": card["name"], "provenance": card.get("provenance", {}), "card_text": place.ask("models", name), "quick": quick,
              "beats": 10 if quick else 100, "gates": gate_errors(card, tensors)}
    say("static map")
    result["static"] = static_map(place, card, tensors, name)
    result["comparison"] = comparison(place, name, direct, result["beats"], (10, 50, 100) if quick else STEPS_US)
    result["restitution"] = restitution(place, name, quick)
    result["cable"] = cable(place, name, quick)
    result["cost"] = cost(place, name, direct, *((64, 10, 1) if quick else (128, 20, 3)))
    ratios = [ratio(result["cost"], *pair) for pair in (
        ("Rush-Larsen, double", "network, table"), ("Rush-Larsen, tables", "network, table"),
        ("Rush-Larsen, double", "network, evaluated, double"), ("Rush-Larsen, mixed", "network, evaluated, mixed"),
        ("Rush-Larsen, double", "Rush-Larsen, tables"))]  # fmt: skip
    result["ratios"] = [each for each in ratios if each]
    return result | {"program": place.built | {"processor": processor(), "load": os.getloadavg()[0]}, "files": place.files}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", help="the surrogate's file")
    parser.add_argument("--json", help="file for all numbers and their commands")
    parser.add_argument("--quick", action="store_true", help="10 beats, fewer steps, no repeats: for tests")
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    arguments = parser.parse_args()
    place = Workplace(found_program(arguments.program))
    try:
        result = study(place, arguments)
    finally:
        place.close()
    result["verdicts"] = sodium_report.verdicts(result)
    result["markdown"] = sodium_report.section(result)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n")
    print(result["markdown"])


if __name__ == "__main__":
    main()
