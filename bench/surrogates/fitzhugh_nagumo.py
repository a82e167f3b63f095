#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Networks for the FitzHugh-Nagumo cell, judged by the claims of Werneck, Martins and Weber (SBCAS 2025).

    bench/surrogates/fitzhugh_nagumo.py FOLDER [--json OUT] [--jobs 2] [--members 100] [--seeds 5] [--pairs 20]
                                        [--only zoo best few itnn] [--measure]

Trains in FOLDER what is not there yet: a zoo of shapes for the problems A, B and C, the shipped recipes with some seeds,
pairs of networks with and without the equations at 10, 100 and 1000 points, and the iterated network. All of it takes some
75 minutes of one processor; the same command goes on after a kill. Then measures error and cost of all of them and of time
stepping in one run, and prints a section in Markdown; with --json everything goes there. --measure trains nothing.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import fitzhugh_nagumo_report, fitzhugh_nagumo_tissue
from bench.surrogates.common import built, evaluate, median, processor, read_card, say
from bench.surrogates.trainings import Training, error_of, record_of, search, train_all

PROBLEMS = ("a", "b", "c")
POINTS = (10, 100, 1000)
# What a member of the zoo is given: the authors' were given 51 000 iterations of 8 samples (A) and 500 000 of 256 (B and C).
ZOO = {"a": ("train.polish=500",), "b": ("train.iterations=8000", "train.batch=512"), "c": ("train.iterations=4000", "train.batch=512")}
FEW = ("train.polish=1500", "network.layers=[32, 32]")
# Without the equations, with them, and without them for about as long.
KINDS = {"ddnn": (), "pinn": ("train.weights.physics=0.1", "train.weights.boundary=1", "train.physics_batch=512"),
         "ddnn_long": ("train.iterations=10000", "train.polish=6000")}  # fmt: skip
V_ZERO, V_SCALE = -85.0, 100.0  # mV; u = (V - V_ZERO) / V_SCALE


# ------------------------------------------------------------------------------------------ trainings


def best_folders(base, problem, seeds):
    return [base / f"best_{problem}" / str(seed) for seed in range(1, seeds + 1)]


def few_folders(base, points, kind, pairs):
    return [base / "few" / str(points) / kind / str(seed) for seed in range(1, pairs + 1)]


def itnn_folders(base, seeds):
    return [base / "itnn" / str(seed) for seed in range(1, seeds + 1)]


def seeded(folders, recipe, sets=()):
    return [Training(folder, recipe, (*sets, f"train.seed={folder.name}")) for folder in folders]


def few(base, pairs):
    """With and without the equations, the same points and first weights."""
    result = []
    for points in POINTS:
        for kind, sets in KINDS.items():
            result += seeded(few_folders(base, points, kind, pairs), "fhn_a", (*FEW, f"data.limit={points}", *sets))
    return result


def train(arguments):
    program = arguments.program or built("myowave-learn")
    only = arguments.only or ("few", "best", "itnn", "zoo")
    for part in only:
        say(f"trainings: {part}")
        if part == "few":
            train_all(program, few(arguments.folder, arguments.pairs), arguments.jobs)
        elif part == "itnn":
            train_all(program, seeded(itnn_folders(arguments.folder, arguments.seeds), "fhn_itnn"), arguments.jobs)
        elif part == "best":
            work = [each for problem in PROBLEMS for each in seeded(best_folders(arguments.folder, problem, arguments.seeds), f"fhn_{problem}")]
            train_all(program, work, arguments.jobs)
        else:
            for problem in PROBLEMS:
                sets = (f"search.members={arguments.members}", *ZOO[problem])
                search(program, arguments.folder / f"zoo_{problem}", f"fhn_{problem}", sets, arguments.jobs)


# ------------------------------------------------------------------------------------------ measurements


def in_u(folder):
    """Mean absolute error over both variables, in the units of the equations, where the authors take it."""
    return 0.5 * (error_of(folder, "V") / V_SCALE + error_of(folder, "v"))


def spread(values):
    return {"least": float(min(values)), "median": median(values), "largest": float(max(values)), "count": len(values)}


def of_seeds(folders):
    done = [folder for folder in folders if record_of(folder)]
    result = {"mae": spread([in_u(folder) for folder in done]), "each": {folder.name: in_u(folder) for folder in done},
              "training_s": spread([record_of(folder)["timing"]["training_s"] for folder in done])}  # fmt: skip
    if "threshold_flips" in record_of(done[0])["results"]["validation"]["figures"]:
        result["flips"] = spread([error_of(folder, "threshold_flips") for folder in done])
    return result


def frontier(program, problem, base, seeds):
    """Error and cost of time stepping, of the zoo and of the best, in one run."""
    zoo = [path for path in sorted((base / f"zoo_{problem}" / "members").glob("*")) if record_of(path)]
    best = [folder for folder in best_folders(base, problem, seeds) if record_of(folder)]
    files = [str(folder / "surrogate.safetensors") for folder in (*zoo, *best)]
    result = json.loads(subprocess.run([program, "--problem", problem, *files], capture_output=True, text=True, check=True).stdout)
    for row in result["methods"]:
        if row["method"] == "network":
            folder = Path(row["file"]).parent
            settings = read_card(row.pop("file"))[0]["networks"][0]["layers"]
            row["kind"] = "zoo" if folder in zoo else "best"
            row["name"] = folder.name
            row["activations"] = [layer["activation"] for layer in settings[:-1]]
            row["widths"] = widths_of(folder)
            row["mae_validation"] = in_u(folder)
    return result


def widths_of(folder):
    return [tensor.shape[0] for name, tensor in sorted(read_card(folder / "surrogate.safetensors")[1].items()) if name.endswith(".weight")][:-1]


def exact(u, v, steps, current=0.08, every=200):
    """The equations of the authors' code by Runge-Kutta's method, 0.005 ms: u and v at every ms."""
    def rates(u, v):
        return 10.0 * (u * (u - 0.4) * (1.0 - u) - v + current), 0.04 * u - 0.16 * v
    out, h = [(u, v)], 1.0 / every
    for _ in range(steps):
        for _ in range(every):
            a = rates(u, v)
            b = rates(u + 0.5 * h * a[0], v + 0.5 * h * a[1])
            c = rates(u + 0.5 * h * b[0], v + 0.5 * h * b[1])
            d = rates(u + h * c[0], v + h * c[1])
            u, v = (x + h / 6.0 * (k + 2.0 * l + 2.0 * m + n) for x, k, l, m, n in zip((u, v), a, b, c, d))
        out.append((u, v))
    return numpy.array(out)


def stepped(surrogate, u, v, steps):
    card, tensors = surrogate
    out, V = [(u, v)], V_ZERO + V_SCALE * u
    for _ in range(steps):
        change = evaluate(card, tensors, {"V": V, "v": v})
        V, v = V + change["V.increment"], v + change["v.increment"]
        out.append(((V - V_ZERO) / V_SCALE, v))
    return numpy.array(out)


def period(u):
    """Mean time between upward crossings of u = 0.5, ms, of samples at every ms; None without two of them."""
    rises = numpy.flatnonzero((u[:-1] < 0.5) & (u[1:] >= 0.5))
    times = rises + (0.5 - u[rises]) / (u[rises + 1] - u[rises])
    return float((times[-1] - times[0]) / (len(times) - 1)) if len(times) > 2 else None


def rollouts(folders):
    """50 steps from 2000 starts of the authors' box, and the rhythm of 2000 steps on the limit cycle."""
    random = numpy.random.default_rng(2025)
    u, v = random.uniform(-0.1, 1.0, 2000), random.uniform(0.0, 0.2, 2000)
    truth, rows = exact(u, v, 50), []
    rhythm = exact(numpy.array([0.9]), numpy.array([0.1]), 2000)[:, 0, 0]
    for folder in folders:
        surrogate = read_card(folder / "surrogate.safetensors")
        off = numpy.abs(stepped(surrogate, u, v, 50) - truth)
        long = stepped(surrogate, numpy.array([0.9]), numpy.array([0.1]), 2000)[:, 0, 0]
        rows.append({"seed": folder.name, "one_step": float(off[1].mean()), "rollout": float(off[1:].mean()), "largest": float(off.max()),
                     "period_ms": period(long), "training_s": record_of(folder)["timing"]["training_s"]})  # fmt: skip
    return {"period_ms": period(rhythm), "rows": rows}


def compared(base, pairs):
    """With and without the equations: errors by points, and Student's t of the differences to the networks with them."""
    rows = []
    for points in POINTS:
        errors, times = {}, {}
        for kind in KINDS:
            folders = [folder for folder in few_folders(base, points, kind, pairs) if record_of(folder)]
            errors[kind] = numpy.array([in_u(folder) for folder in folders])
            times[kind] = median([record_of(folder)["timing"]["training_s"] for folder in folders])
        row = {"points": points, "pairs": len(errors["pinn"]), "seconds": times}
        for kind, values in errors.items():
            row[kind] = {**spread(values), "mean": float(values.mean())}
            if kind != "pinn":
                difference = values - errors["pinn"]
                row[kind]["t"] = float(difference.mean() / (difference.std(ddof=1) / numpy.sqrt(len(difference))))
        rows.append(row)
    return rows


def measure(arguments):
    program = built("bench/myowave_fhn_trajectories")
    result = {"processor": processor(), "frontier": {}, "seeds": {}, "members": arguments.members}
    for problem in PROBLEMS:
        say(f"errors and costs: {problem}")
        result["frontier"][problem] = frontier(program, problem, arguments.folder, arguments.seeds)
        result["seeds"][problem] = of_seeds(best_folders(arguments.folder, problem, arguments.seeds))
    result["itnn"] = rollouts([folder for folder in itnn_folders(arguments.folder, arguments.seeds) if record_of(folder)])
    result["tissue"] = fitzhugh_nagumo_tissue.measured(built("myowave"))
    result["few"] = compared(arguments.folder, arguments.pairs)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the trainings are, or will be")
    parser.add_argument("--json", type=Path, help="file for every number and the section")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time")
    parser.add_argument("--members", type=int, default=100, help="of the zoo, for each problem")
    parser.add_argument("--seeds", type=int, default=5, help="of the shipped recipes")
    parser.add_argument("--pairs", type=int, default=20, help="seeds of networks with and without the equations")
    parser.add_argument("--only", nargs="+", choices=("zoo", "best", "few", "itnn"), help="train these alone and measure nothing")
    parser.add_argument("--measure", action="store_true", help="train nothing")
    parser.add_argument("--program", help="the trainer; the newest of build/*/myowave-learn")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    if not arguments.measure:
        train(arguments)
    if arguments.only:
        return
    result = measure(arguments)
    result["verdicts"] = fitzhugh_nagumo_report.verdicts(result)
    result["markdown"] = fitzhugh_nagumo_report.section(result)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")
    else:
        print(result["markdown"], end="")


if __name__ == "__main__":
    main()
