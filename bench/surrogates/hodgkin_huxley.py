#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A learnt right-hand side of Hodgkin and Huxley's axon, judged by the claims of Kainth et al. (arXiv 2511.11734).

    bench/surrogates/hodgkin_huxley.py CARD [--trainings FOLDER] [--json OUT] [--output SECTION.md] [--measured OUT] [--quick]
                                       [--program build/release/myowave]

CARD is a `rate` surrogate of hodgkin_huxley_1952 in the convention with the rest at -65 mV. FOLDER is what
hodgkin_huxley_ablation.py has trained; without it nothing is said of seeds and of parts of the loss. Its trainings of the
shipped recipe are run on the cable too. Prints a section in Markdown, or writes it to SECTION.md; --json keeps every number
with the command that gave it, and --measured takes them from there, to put new trainings into the section. It takes some four minutes of one processor; --quick takes one. Costs are processor time,
which other work on the machine disturbs least.
"""

import argparse
import json
import math
import os
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import hodgkin_huxley_ablation, hodgkin_huxley_report
from bench.surrogates.common import Workplace, cost_of_run, found_program, median, processor, read_card, rms, say, trace
from bench.surrogates.hodgkin_huxley_report import END_ms, TRAINED_ms
from bench.surrogates.spikes import LEVEL_mV, TOLERANCE_MS, attainable_f1, compared

MODEL = "hodgkin_huxley_1952"
PARAMETERS = {"V_rest": -65.0, "E_Na": 50.0, "E_K": -77.0, "E_L": -54.387}  # mV
STATES = ("m", "h", "n")
START = {"V": -65.0, "m": 0.0529550868130081, "h": 0.5959941247398639, "n": 0.3177323997608658}
CURRENT = 10.0
REST_mV = -64.9963793
LARSEN, MIDPOINT = 'reaction.method="rush_larsen"', 'reaction.method="midpoint"'
PLAIN = ['reaction.precision="double"', "reaction.tables=false"]
NO_TABLES = ["reaction.tables=false"]
QUIET = ['time.step="0.05 ms"', 'reaction.quiet_step="0.05 ms"']
# (title, current in uA/uF, duration and cycle length in ms)
CONSTANT = [(f"{I:g}", I, END_ms, END_ms) for I in (CURRENT, 2.0, 6.5, 20.0)]
PULSES = [("20 for 1 ms every 20 ms", 20.0, 1.0, 20.0), ("40 for 0.5 ms every 10 ms", 40.0, 0.5, 10.0), ("8 for 0.5 ms every 20 ms", 8.0, 0.5, 20.0)]


def step_of(ms):
    return f'reaction.step="{ms:g} ms"'


# ------------------------------------------------------------------------------------------ traces


def cell_lines(model, *, guard=False):
    """A region's model or surrogate."""
    if model.endswith(".safetensors"):
        return f'surrogate = "{model}"\nguard = {str(guard).lower()}\nfallback_limit = 1\n'
    values = ", ".join(f'{name} = "{value:g} mV"' for name, value in PARAMETERS.items())
    return f'model = "{model}"\nparameters = {{ {values} }}\n'


def cell_config(place, model):
    name = "cell_" + Path(model).name.split(".")[0] + ".toml"
    return place.write(name, f'[[region]]\nname = "cell"\n{cell_lines(model)}initial_state = {{ V = "{START["V"]:g} mV" }}\n')


def pacing(current, duration, cycle, end, every):
    return [f'pacing.stimulus="{current:g} uA/uF"', f'pacing.duration="{duration:g} ms"', f'pacing.bcl="{cycle:g} ms"',
            f"pacing.beats={round(end / cycle)}", f"pacing.trace_beats={round(end / cycle)}", f'pacing.trace_every="{every:g} ms"']


def cell(place, model, sets, drive, *, end=END_ms, step=0.01, options=()):
    """V and states of a run [times, 4], its times [ms], and the command."""
    title, current, duration, cycle = drive
    if cycle == END_ms:  # a constant current
        duration = cycle = end
    _, folder, command = place.run("cell", cell_config(place, model), *options,
                                   sets=[*sets, step_of(step), *pacing(current, duration, cycle, end, step)])
    rows = trace(folder)
    return rows["t_ms"], numpy.stack([rows["V_mV"], *(rows[name] for name in STATES)], axis=1), command


def truth_of(place, drive, end=END_ms, step=0.01):
    return cell(place, MODEL, [], drive, end=end, step=step, options=["--reference"])


def metrics(t, truth, found, start):
    """From `start` [ms] on; a run that ends in no number counts as one that stays at 1000 mV."""
    inside = t >= start - 1e-9
    off = numpy.nan_to_num(found[inside] - truth[inside], nan=1e3, posinf=1e3, neginf=-1e3)
    result = {"V_rmse_mV": rms(off[:, 0])} | {f"{name}_rmse": rms(off[:, k + 1]) for k, name in enumerate(STATES)}
    return result | compared(t[inside], truth[inside, 0], found[inside, 0])


# ------------------------------------------------------------------------------------------ the equations, in Python


def _x_over_1_minus_exp(x):
    return 1.0 + 0.5 * x if abs(x) < 1e-6 else x / -math.expm1(-x)


def rates(y, current):
    """d(V, m, h, n)/dt per ms."""
    V, m, h, n = y
    u = V - PARAMETERS["V_rest"]
    m_open, m_close = _x_over_1_minus_exp(0.1 * u - 2.5), 4.0 * math.exp(-u / 18.0)
    h_open, h_close = 0.07 * math.exp(-u / 20.0), 1.0 / (1.0 + math.exp(3.0 - 0.1 * u))
    n_open, n_close = 0.1 * _x_over_1_minus_exp(0.1 * u - 1.0), 0.125 * math.exp(-u / 80.0)
    I = 120.0 * m**3 * h * (V - PARAMETERS["E_Na"]) + 36.0 * n**4 * (V - PARAMETERS["E_K"]) + 0.3 * (V - PARAMETERS["E_L"])
    return (current - I, m_open * (1.0 - m) - m_close * m, h_open * (1.0 - h) - h_close * h, n_open * (1.0 - n) - n_close * n)


def integrated(order, step, current, end=END_ms):
    """Forward Euler (1) or Heun (2) from the start: [times, 4]; the rest is NaN once V leaves -500 to 500 mV."""
    states = numpy.full((round(end / step) + 1, 4), numpy.nan)
    y = tuple(START.values())
    states[0] = y
    for k in range(1, len(states)):
        first = rates(y, current)
        if order == 2:
            second = rates([a + step * b for a, b in zip(y, first)], current)
            first = [0.5 * (a + b) for a, b in zip(first, second)]
        y = [a + step * b for a, b in zip(y, first)]
        if not abs(y[0]) < 500.0:
            break
        states[k] = y
    return states


# ------------------------------------------------------------------------------------------ what is measured


def trained_current(place, name, steps):
    """The surrogate, our kernels, and explicit methods on the true equations, against CVODE after the time of the training."""
    drive, rows, truths = CONSTANT[0], [], {}
    for step in steps:
        t, truths[step], command = truth_of(place, drive, step=step)
        rows.append({"method": "CVODE", "step_ms": step, "command": command} | metrics(t, truths[step], truths[step], TRAINED_ms))
    integrator = read_card(place.folder / name)[0].get("integrator", "rush_larsen")
    runs = [("surrogate, Rush-Larsen", name, [LARSEN]), ("surrogate, midpoint", name, [MIDPOINT]), ("surrogate, midpoint, double", name, [MIDPOINT, *PLAIN])]
    if integrator != "rush_larsen":
        runs = [(f"surrogate, {integrator.capitalize()}", name, []), (f"surrogate, {integrator.capitalize()}, double", name, PLAIN)]
    runs += [("kernel, Rush-Larsen, double", MODEL, [LARSEN, *PLAIN]), ("kernel, Rush-Larsen, mixed", MODEL, [LARSEN, *NO_TABLES]),
             ("kernel, Rush-Larsen", MODEL, [LARSEN]), ("kernel, midpoint", MODEL, [MIDPOINT])]
    for method, model, sets in runs:
        for step in steps:
            t, found, command = cell(place, model, sets, drive, step=step)
            rows.append({"method": method, "step_ms": step, "command": command} | metrics(t, truths[step], found, TRAINED_ms))
    for label, model in (("kernel", MODEL), ("surrogate", name)):
        rows.append({"method": f"{label}, Rush-Larsen, quiet steps", "step_ms": 0.01} | with_quiet_steps(place, model, truths[0.01]))
    for method, order in (("equations, Euler", 1), ("equations, Heun", 2)):
        for step in steps:
            t = numpy.arange(len(truths[step])) * step
            rows.append({"method": method, "step_ms": step} | metrics(t, truths[step], integrated(order, step, CURRENT), TRAINED_ms))
    return rows


def with_quiet_steps(place, model, truth):
    """They are for tissue only: a node of a small sheet, all of which has the current. Of V alone, every 0.05 ms."""
    text = SHEET.format(size="0.3", end=END_ms, cell=cell_lines(model)) + '[[probe]]\nname = "p"\nat = ["0.1 mm", "0.1 mm"]\nevery = "0.05 ms"\n'
    _, folder, command = place.run("run", place.write(f"quiet_{Path(model).stem}.toml", text), sets=[LARSEN, *QUIET])
    t, V = numpy.loadtxt(folder / "probes.csv", delimiter=",", skiprows=1).T
    inside = t >= TRAINED_ms
    return {"V_rmse_mV": rms(V[inside] - truth[::5, 0][inside]), "command": command} | compared(t[inside], truth[::5, 0][inside], V[inside])


def out_of_range(card, found):
    """The fraction of the samples at which an input lies outside of its trained range."""
    column = {"V": 0} | {name: k + 1 for k, name in enumerate(STATES)}
    outside = numpy.zeros(len(found), bool)
    for each in card["inputs"]:
        values, (low, high) = found[:, column[each["name"]]], each["range"]
        outside |= ~((values >= low) & (values <= high))
    return float(outside.mean())


def other_currents(place, name, drives):
    """Currents that are not the trained one, from rest, over the whole run, by the midpoint method; without and with the guard."""
    card, _ = read_card(place.folder / name)
    rows = []
    for drive in drives:
        t, truth, command = truth_of(place, drive)
        row = {"current_uA_per_uF": drive[0], "reference": command, "V_max_mV": float(truth[:, 0].max()), "out_of_range": out_of_range(card, truth)}
        for guard in False, True:
            _, found, row["command"] = cell(place, name, [MIDPOINT, f"region.cell.guard={str(guard).lower()}"], drive)
            row["guarded" if guard else "surrogate"] = metrics(t, truth, found, 0.0)
        _, kernel, _ = cell(place, MODEL, [MIDPOINT], drive)
        row["kernel"] = metrics(t, truth, kernel, 0.0)
        rows.append(row)
    return rows


def long_run(place, name, end):
    t, truth, _ = truth_of(place, CONSTANT[0], end)
    _, found, command = cell(place, name, [MIDPOINT], CONSTANT[0], end=end)
    return {"from_ms": END_ms, "to_ms": end, "command": command} | metrics(t, truth, found, END_ms)


def shifts(t, truth):
    """How V compares with itself at another time, which is all that an error of phase alone does to it."""
    inside = t >= TRAINED_ms

    def error(shift):
        return rms(numpy.interp(t[inside] - shift, t, truth[:, 0]) - truth[inside, 0])
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if error(middle) < 3.12 else (low, middle)
    V = truth[inside, 0]
    spikes = compared(t[inside], V, V)["spikes"]
    return {"rmse_of_0.27_ms_mV": error(0.27), "shift_of_3.12_mV_ms": low, "rmse_of_the_mean_mV": rms(V - V.mean()), "spikes": spikes,
            "attainable_f1": attainable_f1(spikes)[:3]}


# ------------------------------------------------------------------------------------------ cost

SHEET = """[mesh]
kind = "sheet"
size = ["{size} mm", "{size} mm"]
spacing = "0.1 mm"
[tissue]
conductivity = {{ longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }}
[[region]]
name = "sheet"
{cell}initial_state = {{ V = "-65 mV" }}
[[stimulus]]
name = "all"
where = {{ box = [["0 mm", "0 mm"], ["{size} mm", "{size} mm"]] }}
amplitude = "10 uA/uF"
duration = "{end} ms"
[time]
end = "{end} ms"
step = "0.01 ms"
[reaction]
step = "0.01 ms"
"""


def cost(place, name, nodes, end, repeats):
    """Of the reaction, every node under the trained current, one variant after the other, some times over; medians.

    With quiet steps a node is advanced by 0.05 ms where its V hardly changes, else by 0.01 ms.
    """
    for file, model in (("model", MODEL), ("surrogate", name)):
        place.write(f"sheet_{file}.toml", SHEET.format(size=f"{(nodes - 1) / 10:g}", end=end, cell=cell_lines(model, guard=True)))
    coarse = ['time.step="0.05 ms"', step_of(0.05)]
    variants = [("kernel, Rush-Larsen, double", "model", [LARSEN, *PLAIN], 0.01), ("kernel, Rush-Larsen, mixed", "model", [LARSEN, *NO_TABLES], 0.01),
                ("kernel, Rush-Larsen", "model", [LARSEN], 0.01), ("kernel, midpoint", "model", [MIDPOINT], 0.01),
                ("kernel, Rush-Larsen, quiet steps", "model", [LARSEN, *QUIET], 0.01), ("surrogate, Rush-Larsen", "surrogate", [LARSEN], 0.01),
                ("surrogate, midpoint", "surrogate", [MIDPOINT], 0.01),
                ("surrogate, unguarded, Rush-Larsen", "surrogate", [LARSEN, "region.sheet.guard=false"], 0.01),
                ("surrogate, Rush-Larsen, quiet steps", "surrogate", [LARSEN, *QUIET], 0.01),
                ("kernel, Rush-Larsen, double", "model", [LARSEN, *PLAIN, *coarse], 0.05),
                ("kernel, Rush-Larsen", "model", [LARSEN, *coarse], 0.05), ("kernel, midpoint", "model", [MIDPOINT, *coarse], 0.05),
                ("surrogate, Rush-Larsen", "surrogate", [LARSEN, *coarse], 0.05), ("surrogate, midpoint", "surrogate", [MIDPOINT, *coarse], 0.05)]
    rows = [{"method": method, "step_ms": step, "ns_per_cell_step_each": [], "wall_ns_per_cell_step_each": []} for method, _, _, step in variants]
    for repeat in range(repeats):
        say(f"cost, {repeat + 1} of {repeats}; load {os.getloadavg()[0]:.1f}")
        for row, (_, file, sets, _) in zip(rows, variants):
            cost = cost_of_run(place, f"sheet_{file}.toml", sets, end)
            run, row["command"] = cost.run, cost.command
            row["ns_per_cell_step_each"].append(cost.reaction_ns)
            row["wall_ns_per_cell_step_each"].append(run["performance"]["reaction_ns_per_cell_step"])
            row["cell_steps_per_cell_ms"] = run["performance"]["cell_steps"] / nodes**2 / end
            left = run["results"].get("surrogate", {}).get("sheet", {})
            row["fallback_fraction"] = left.get("fallback_fraction")
    for row in rows:
        row["ns_per_cell_step"] = median(row["ns_per_cell_step_each"])
        row["wall_ns_per_cell_step"] = median(row["wall_ns_per_cell_step_each"])
        row["ns_per_cell_ms"] = row["ns_per_cell_step"] * row["cell_steps_per_cell_ms"]
    return rows


# ------------------------------------------------------------------------------------------ cable

# D = 0.286 mm^2/ms; the front is some 0.25 mm long (D over CV).
CABLE = """[mesh]
kind = "cable"
size = "30 mm"
spacing = "{spacing} mm"
[tissue]
conductivity = {{ longitudinal = "0.4 S/m", transverse = "0.4 S/m" }}
[[region]]
name = "cell"
{cell}initial_state = {{ V = "{rest} mV" }}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm"], ["{edge} mm"]] }}
amplitude = "60 uA/uF"
duration = "1 ms"
[output]
activation = {{ threshold = "-20 mV" }}
[[probe]]
name = "near"
at = ["{near} mm"]
[[probe]]
name = "far"
at = ["{far} mm"]
[time]
end = "40 ms"
step = "{step} ms"
[reaction]
step = "{step} ms"
"""
RESTITUTION = """[restitution]
on = "cable"
s1 = {{ bcl = "60 ms", beats = 3 }}
s2 = {{ from = "40 ms", to = "8 ms", step = "2 ms" }}
erp = {{ resolution = "0.1 ms" }}
cv = {{ from = ["near"], to = ["far"] }}
"""


def waves(place, model, spacing, step, sets):
    """CV between 10 and 25 mm, APD90 at 25 mm."""
    config = place.write(f"cable_{Path(model).stem}_{spacing}_{step:g}.toml",
                         CABLE.format(spacing=spacing, step=step, cell=cell_lines(model, guard=True), rest=REST_mV, edge=2, near=10, far=25))
    run, _, command = place.run("run", config, sets=sets)
    probes = run["results"]["probes"]
    row = {"spacing_mm": spacing, "step_ms": step, "activation_ms": probes["far"]["activation_ms"][0],
           "cv_m_per_s": 15.0 / (probes["far"]["activation_ms"][0] - probes["near"]["activation_ms"][0]), "apd90_ms": probes["far"]["apd_ms"][0],
           "command": command}
    told = run["results"].get("surrogate", {}).get("cell")
    return row | ({"fallbacks": told["fallbacks"], "evaluations": told["evaluations"]} if told else {})


def against(ours, base):
    return ours | {"cv_change": ours["cv_m_per_s"] / base["cv_m_per_s"] - 1.0, "apd90_change_ms": ours["apd90_ms"] - base["apd90_ms"],
                   "activation_change_ms": ours["activation_ms"] - base["activation_ms"]}


def cable(place, name, quick):
    """Each surrogate against the model at the same spacing and step."""
    rows = []
    for spacing, step in [(0.2, 0.01)] if quick else [(0.2, 0.01), (0.1, 0.01), (0.05, 0.01), (0.1, 0.05)]:
        base = waves(place, MODEL, spacing, step, [LARSEN, *PLAIN])
        rows += [{"method": "kernel, Rush-Larsen, double"} | base, {"method": "surrogate"} | against(waves(place, name, spacing, step, [LARSEN]), base)]
    return rows


def restitution(place, name):
    """S1S2 on the cable; CV between 3 and 6 mm, where S2 may follow soon."""
    curves = {}
    for label, model, sets in (("model", MODEL, [LARSEN, *PLAIN]), ("surrogate", name, [LARSEN])):
        config = place.write(f"restitution_{label}.toml", CABLE.format(spacing=0.1, step=0.02, cell=cell_lines(model, guard=True), rest=REST_mV, edge=1,
                                                                       near=3, far=6) + RESTITUTION.format())  # fmt: skip
        run, _, command = place.run("restitution", config, sets=sets)
        curves[label] = {"erp_ms": run["results"]["erp_ms"], "curve": run["results"]["curve"], "command": command}
    ours = {point["s2_ms"]: point for point in curves["surrogate"]["curve"]}
    pairs = [(point, ours[point["s2_ms"]]) for point in curves["model"]["curve"] if point["s2_ms"] in ours]
    both = [(a, b) for a, b in pairs if a["captured"] and b["captured"]]
    return curves | {"points": len(both), "captured_alike": all(a["captured"] == b["captured"] for a, b in pairs), "from_ms": min(a["s2_ms"] for a, _ in both),
                     "to_ms": max(a["s2_ms"] for a, _ in both), "cv_change": max(abs(b["cv_m_per_s"] / a["cv_m_per_s"] - 1.0) for a, b in both),
                     "apd90_change_ms": max(abs(b["apd90_ms"] - a["apd90_ms"]) for a, b in both),
                     "cv_range": [f([a["cv_m_per_s"] for a, _ in both]) for f in (min, max)]}


def drift(place, name, end=5000.0):
    """Of V from the model's rest, without a current."""
    config = place.write("rest.toml", f'[[region]]\nname = "cell"\n{cell_lines(name, guard=True)}initial_state = {{ V = "{REST_mV} mV" }}\n')
    _, folder, command = place.run("cell", config, sets=pacing(0.0, 1.0, end, end, 1.0))
    V = trace(folder)["V_mV"]
    return {"end_ms": end, "largest_mV": float(abs(V - V[0]).max()), "at_end_mV": float(V[-1] - V[0]), "command": command}


def of_seeds(place, folder, base):
    """The cable and the rest with each training of a folder."""
    rows = []
    for path in sorted(Path(folder).glob("*/surrogate.safetensors"), key=lambda each: int(each.parent.name)):
        copy = place.folder / f"seed_{path.parent.name}.safetensors"
        copy.write_bytes(path.read_bytes())
        row = against(waves(place, copy.name, base["spacing_mm"], base["step_ms"], [LARSEN]), base)
        rows.append({"seed": int(path.parent.name)} | row | {"rest": drift(place, copy.name)})
    return rows


# ------------------------------------------------------------------------------------------


def study(place, arguments):
    card, _ = read_card(arguments.card)
    if card["kind"] != "rate" or card["model"] != MODEL:
        sys.exit(f"{arguments.card} is no rate surrogate of {MODEL}")
    name, quick = place.take(arguments.card), arguments.quick
    result = {"card": card["name"], "provenance": card.get("provenance", {}), "card_text": place.ask("models", name), "quick": quick,
              "level_mV": LEVEL_mV, "tolerance_ms": TOLERANCE_MS, "window_ms": [TRAINED_ms, END_ms]}
    say("the trained current")
    result["trained"] = trained_current(place, name, (0.01,) if quick else (0.01, 0.05))
    t, truth, _ = truth_of(place, CONSTANT[0])
    result["shifts"] = shifts(t, truth)
    say("other currents")
    result["others"] = other_currents(place, name, CONSTANT[1:2] if quick else CONSTANT[1:] + PULSES)
    result["long"] = None if quick else long_run(place, name, 1000.0)
    say("cable")
    result["cable"] = cable(place, name, quick)
    result["rest"] = drift(place, name, 100.0 if quick else 5000.0)
    result["restitution"] = None if quick else restitution(place, name)
    if arguments.trainings:
        result["cable_of_seeds"] = of_seeds(place, arguments.trainings / "structured", result["cable"][0 if quick else 2])
    result["cost"] = cost(place, name, *((32, 10, 1) if quick else (128, 20, 3)))
    return result | {"program": place.built | {"processor": processor(), "load": os.getloadavg()[0]}, "files": place.files}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("card", help="the surrogate's file")
    parser.add_argument("--trainings", type=Path, help="folder of hodgkin_huxley_ablation.py, for what is said of seeds and of parts of the loss")
    parser.add_argument("--json", help="file for all numbers and their commands")
    parser.add_argument("--output", help="file for the section, instead of standard output")
    parser.add_argument("--measured", type=Path, help="a file of --json: measure nothing again")
    parser.add_argument("--quick", action="store_true", help="one step, one other current, no repeats: for tests")
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    arguments = parser.parse_args()
    if arguments.measured:
        result = json.loads(arguments.measured.read_text())
    else:
        place = Workplace(found_program(arguments.program))
        try:
            result = study(place, arguments)
        finally:
            place.close()
    if arguments.trainings:
        result["ablation"] = hodgkin_huxley_ablation.table_of(arguments.trainings, hodgkin_huxley_ablation.VARIANTS, range(1, 11))
    result["verdicts"] = hodgkin_huxley_report.verdicts(result)
    result["markdown"] = hodgkin_huxley_report.section(result)
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n")
    if arguments.output:
        Path(arguments.output).write_text(result["markdown"])
    else:
        print(result["markdown"])


if __name__ == "__main__":
    main()
