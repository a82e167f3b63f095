#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What each part of the training of a Hodgkin-Huxley surrogate is good for: variants of two recipes, each with some seeds.

    bench/surrogates/hodgkin_huxley_ablation.py FOLDER [--json TABLE.json] [--seeds 10] [--all] [--jobs 2] [--only NAME ...] [--list] [--table]

Trains every variant with every seed in FOLDER/<variant>/<seed> and prints one table in Markdown. A training that is finished
is not repeated and one that was interrupted goes on where it was, so that the same command continues after a kill; --table
trains nothing. All of it takes some one and a half hours of one processor, with --all two and a half. hodgkin_huxley.py
--trainings reads the folder.
"""

import argparse
import concurrent.futures
import csv
import json
import math
import re
import sys
from pathlib import Path
from typing import NamedTuple

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from bench.surrogates import hodgkin_huxley_report
from bench.surrogates.common import built, processor
from bench.surrogates.spikes import compared
from bench.surrogates.trainings import Training, record_of, train


class Variant(NamedTuple):
    name: str
    recipe: str
    paper_mV: float | None  # the published RMSE of V of what comes nearest to it
    sets: tuple = ()
    most_seeds: int = 10


# What the paper varies, and its RMSE.
CHANGES = [("", 3.12, ()), (", lambda 0 (no physics term)", 22.40, ("train.weights.physics=0",)), (", lambda 0.5", 15.51, ("train.weights.physics=0.5",)),
           (", lambda 2.5", 12.88, ("train.weights.physics=2.5",)), (", no scale factors", None, ("rate.scale_aware=false",)),
           (", no noise", 11.31, ("data.noise.sigma=0",))]  # fmt: skip


def _variants():
    """Of the recipe that is shipped ("structured"), of it with the loss of the paper, and of the one as the paper has it ("printed").

    The last two are cut short: 2000 iterations of L-BFGS for 8000, and 3000 of Adam for 5000 with a quarter of the points in each.
    """
    shipped, printed = "hodgkin_huxley", "hodgkin_huxley_printed"
    result = [Variant("structured", shipped, None),
              Variant("structured, scale factors s_j as printed", shipped, None, ("rate.scale_floor=0",), 5),
              Variant("structured, no scale factors", shipped, None, ("rate.scale_aware=false",), 5),
              Variant("structured, residuals at the data alone", shipped, None, ('rate.physics_points="data"', "rate.jitter=0"), 5),
              Variant("structured, Adam alone", shipped, None, ("train.polish=0", "train.iterations=30000"), 5),
              Variant("one network of as many weights, trained alike", printed, None,
                      ("network.layers=[32,32]", "network.layer_norm=false", "train.weights.data=0", "train.weights.physics=1", "train.iterations=1000",
                       "train.learning_rate=0.01", 'train.schedule="cosine"', "train.final_rate=0.05", "train.physics_batch=512", "train.polish=8000",
                       'train.precision="double"', 'train.keep="last"', "rate.time_input=false", "rate.current_inside=false", 'rate.physics_points="box"',
                       "rate.jitter=0.1", "rate.scale_floor=0.1"), 5)]  # fmt: skip
    with_data = ("train.weights.data=1", "train.weights.physics=1.5", "train.rollout=[5]", "train.rollout_batch=64", "train.polish=2000")
    result += [Variant("structured with data" + (change or ", lambda 1.5"), shipped, None, (*with_data, *sets), 5 if change else 10)
               for change, _, sets in CHANGES]  # fmt: skip
    # A quarter of the points in each iteration.
    short = ("train.iterations=3000", "train.rollout_batch=36", "train.physics_batch=367")
    result += [Variant("printed" + (change or ", lambda 1.5"), printed, paper, (*short, *sets), 10 if paper == 3.12 or paper == 22.40 else 5)
               for change, paper, sets in CHANGES]  # fmt: skip
    result.append(Variant("printed, lambda 1.5, without t", printed, None, (*short, "rate.time_input=false")))
    result.append(Variant("printed, lambda 1.5, without t, then L-BFGS", printed, None, (*short, "rate.time_input=false", "train.polish=1000"), 5))
    result.append(Variant("printed, lambda 1.5, all 5000 iterations", printed, 3.12, (), 2))
    return result


VARIANTS = _variants()


def folder_of(base, variant, seed):
    return base / re.sub(r"[^a-z0-9.]+", "_", variant.name.lower()) / str(seed)


def status_of(folder):
    try:
        return json.loads((folder / "run.json").read_text())["status"]
    except (OSError, ValueError, KeyError):
        return ""


def training_of(base, variant, seed, extra):
    return Training(folder_of(base, variant, seed), variant.recipe, (*variant.sets, f"train.seed={seed}", *extra))


def _finite(value):
    return value if value is not None and math.isfinite(value) else None


def figures_of(folder):
    """RMSE, spikes and cost of a finished training; None stands for numbers that are none."""
    run = json.loads((folder / "run.json").read_text())
    found = run["results"]["validation"]["figures"]
    result = {f"{name}_rmse" + ("_mV" if name == "V" else ""): _finite(found[f"long.{name}.rmse"]["value"]) for name in ("V", "n", "m", "h")}
    with open(folder / "trace.csv", newline="") as lines:
        names = next(csv.reader(lines))
        rows = dict(zip(names, numpy.genfromtxt(lines, delimiter=",").T))
    inside = rows["t_ms"] >= hodgkin_huxley_report.TRAINED_ms
    result |= compared(rows["t_ms"][inside], rows["V_model"][inside], rows["V"][inside])
    return result | {"minutes": run["timing"]["training_s"] / 60.0, "iterations": run["results"]["iterations"], "parameters": run["results"]["parameters"]}


def spread(values):
    """Median, least and largest; what is None counts as infinite, and is None again."""
    numbers = sorted(math.inf if value is None else value for value in values)
    return {"median": _finite(float(numpy.median(numbers))), "least": _finite(numbers[0]), "largest": _finite(numbers[-1])}


def row_of(base, variant, seeds, failures):
    done = {seed: figures_of(folder_of(base, variant, seed)) for seed in seeds if record_of(folder_of(base, variant, seed))}
    failed = [seed for seed in seeds if (variant.name, seed) in failures or status_of(folder_of(base, variant, seed)) == "failed"]
    if not done:
        return None
    reached = sum(each["V_rmse_mV"] is not None and each["phase_ms"] is not None and hodgkin_huxley_report.reaches(each) for each in done.values())
    row = {"variant": variant.name, "recipe": variant.recipe, "sets": variant.sets, "paper": variant.paper_mV, "seeds": len(done) + len(failed),
           "failed": failed, "reached": reached}
    for key in ("V_rmse_mV", "phase_ms", "isi_ms", "peak_mV", "amplitude_percent", "f1", "n_rmse", "m_rmse", "h_rmse", "minutes"):
        row[key] = spread([each[key] for each in done.values()])
    return row | {"each": done}


def table_of(base, variants, seeds, failures=(), settings=()):
    rows = [row for row in (row_of(base, each, seeds, failures) for each in variants) if row]
    return {"rows": rows, "processor": processor(), "settings": settings}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the trainings are, or will be")
    parser.add_argument("--json", type=Path, help="file for the table")
    parser.add_argument("--seeds", type=int, default=10, help="seeds 1 to this")
    parser.add_argument("--all", action="store_true", help="this many for the variants too that otherwise have five or two")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at a time")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these variants, by their full names")
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="settings for all trainings")
    parser.add_argument("--list", action="store_true", help="print the variants")
    parser.add_argument("--table", action="store_true", help="train nothing, print the table of what is finished")
    parser.add_argument("--program", help="the trainer; the newest of build/*/myowave-learn")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(f"{each.name}: {each.recipe}.toml {' '.join(each.sets)}" for each in VARIANTS))
        return
    unknown = set(arguments.only or ()) - {each.name for each in VARIANTS}
    if unknown:
        sys.exit(f"no such variant: {', '.join(sorted(unknown))}; --list prints them")
    variants = [each for each in VARIANTS if not arguments.only or each.name in arguments.only]
    seeds = range(1, arguments.seeds + 1)
    failures = {}
    if not arguments.table:
        program = arguments.program or built("myowave-learn")
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            # The first seeds of all variants first: a table that is cut short still compares them.
            work = {(each.name, seed): pool.submit(train, program, training_of(arguments.folder, each, seed, arguments.set))
                    for seed in seeds for each in variants if arguments.all or seed <= each.most_seeds}  # fmt: skip
            failures = {key: future.result() for key, future in work.items() if future.result()}
    table = table_of(arguments.folder, variants, seeds, failures, arguments.set)
    table["failures"] = [f"{name}, seed {seed}: {text}" for (name, seed), text in failures.items()]
    if arguments.json:
        arguments.json.write_text(json.dumps(table, indent=1) + "\n")
    print(hodgkin_huxley_report.ablation_section(table))


if __name__ == "__main__":
    main()
