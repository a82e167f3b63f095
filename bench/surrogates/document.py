#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes docs/surrogates.md and its picture: the studies of all published surrogates.

    bench/surrogates/document.py FOLDER [--only sodium fitzhugh_nagumo hodgkin_huxley] [--output docs/surrogates.md]

FOLDER keeps the trainings and the numbers of each study (<study>.json); with --only the other studies are taken from there.
From an empty folder it takes some three hours of one processor; what was finished before a kill is not repeated. Leave the
machine alone while it measures.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")
import matplotlib.pyplot as plt  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
CARDS = ROOT / "surrogates" / "cards"

HEAD = """# Published surrogates, judged against the model's own kernels

Each surrogate of a paper is trained again by its recipe, run in the cell or tissue that it stands for, and set beside the model's own
kernels at equal error. Verdicts are *reproduced*, *not reproduced* or *ill-posed*, with the reason. This page is made by

    /usr/bin/python3 bench/surrogates/document.py FOLDER

{summary}

![Error against cost of the surrogates and of time stepping](images/surrogates.png)

*Lower left is better. Circles: surrogates; crosses: the model's own equations. Left: problem C of the FitzHugh-Nagumo networks; middle: the atrial cell
with its own and learnt sodium gates at steps of 5 to 100 us; right: Hodgkin and Huxley's axon at 10 uA/uF.*

"""


def studies(folder):
    """Each with its command; --jobs and the like are left at what the scripts take."""
    return {
        "fitzhugh_nagumo": [HERE / "fitzhugh_nagumo.py", folder / "fitzhugh_nagumo"],
        "sodium": [HERE / "sodium.py", CARDS / "sodium_gates.safetensors"],
        "hodgkin_huxley": [HERE / "hodgkin_huxley.py", CARDS / "hodgkin_huxley.safetensors", "--trainings", folder / "hodgkin_huxley"],
    }


def prepare(folder, name):
    """The trainings that a study looks at and does not do itself."""
    if name == "hodgkin_huxley":
        run([HERE / "hodgkin_huxley_ablation.py", folder / "hodgkin_huxley"])


def run(command):
    subprocess.run([sys.executable, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def summary(results):
    lines = []
    for result in results.values():
        lines += [f"- {each['claim']}: **{each['verdict']}**" for each in result["verdicts"] if each["verdict"] != "-"]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------ the picture


def points(axes, rows, marker, label, colour):
    rows = [(cost, error) for cost, error in rows if cost and error]
    axes.scatter([cost for cost, _ in rows], [error for _, error in rows], marker=marker, label=label, c=colour, s=26, linewidths=1.2)


def draw_fitzhugh_nagumo(axes, result):
    rows = result["frontier"]["c"]["methods"]
    def those(which):
        return [(row["ns"], row["mae"]) for row in rows if which(row)]
    points(axes, those(lambda row: row.get("kind") == "zoo"), "o", "zoo of networks", "tab:orange")
    points(axes, those(lambda row: row.get("kind") == "best"), "o", "shipped network", "tab:red")
    points(axes, those(lambda row: row["method"] == "Euler"), "x", "Euler", "tab:blue")
    points(axes, those(lambda row: row["method"].startswith("Runge")), "x", "Runge-Kutta 4", "tab:green")
    points(axes, those(lambda row: row["method"].startswith("Myowave")), "x", "Myowave's kernel", "black")
    axes.set(title="FitzHugh-Nagumo, problem C", xlabel="ns per output", ylabel="mean absolute error")


def draw_sodium(axes, result):
    costs = {row["method"]: row["ns_per_cell_step"] for row in result["cost"]}
    styles = {"Rush-Larsen, double": ("x", "tab:blue"), "Rush-Larsen, tables": ("x", "black"), "midpoint, tables": ("x", "tab:green"),
              "network, evaluated": ("o", "tab:orange"), "network, table": ("o", "tab:red")}  # fmt: skip
    for method, (marker, colour) in styles.items():
        cost = costs.get(method) or costs.get(method + ", double")
        rows = [(cost * 1000.0 / row["step_us"], row["rmse_mV"]) for row in result["comparison"] if row["method"] == method and cost]
        points(axes, rows, marker, method, colour)
    axes.set(title="sodium gates of an atrial cell", xlabel="ns per cell-ms", ylabel="RMSE of V, mV")


def draw_hodgkin_huxley(axes, result):
    costs = {(row["method"], row["step_ms"]): row["ns_per_cell_ms"] for row in result["cost"]}
    for surrogate, marker, label, colour in ((True, "o", "surrogate", "tab:red"), (False, "x", "the equations", "black")):
        rows = [(costs.get((row["method"], row["step_ms"])), row["V_rmse_mV"]) for row in result["trained"]
                if row["method"].startswith("surrogate") == surrogate]  # fmt: skip
        points(axes, rows, marker, label, colour)
    axes.set(title="Hodgkin and Huxley's axon", xlabel="ns per cell-ms", ylabel="RMSE of V, mV")


def draw(results, path):
    figure, all_axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
    for axes, (name, draw_one) in zip(all_axes, (("fitzhugh_nagumo", draw_fitzhugh_nagumo), ("sodium", draw_sodium), ("hodgkin_huxley", draw_hodgkin_huxley))):
        draw_one(axes, results[name])
        axes.set(xscale="log", yscale="log")
        axes.grid(alpha=0.3)
        axes.legend(fontsize="x-small")
    figure.savefig(path, dpi=110)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where trainings and numbers are kept")
    parser.add_argument("--only", nargs="*", choices=studies(Path()), help="studies to do (again); all without it, none with nothing after it")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "surrogates.md", help="the page; its picture goes to images/ beside it")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    results = {}
    for name, command in studies(arguments.folder).items():
        file = arguments.folder / f"{name}.json"
        if arguments.only is None or name in arguments.only:
            prepare(arguments.folder, name)
            run([*command, "--json", file])
        if not file.exists():
            sys.exit(f"{file} is missing: do the study with --only {name}")
        results[name] = json.loads(file.read_text())
    page = HEAD.format(summary=summary(results)) + "\n".join(result["markdown"].rstrip("\n") + "\n" for result in results.values())
    arguments.output.write_text(page)
    draw(results, arguments.output.parent / "images" / "surrogates.png")


if __name__ == "__main__":
    main()
