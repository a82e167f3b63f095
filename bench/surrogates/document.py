#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes docs/surrogates.md and its picture: the studies of all published surrogates.

    bench/surrogates/document.py FOLDER [--only sodium fitzhugh_nagumo hodgkin_huxley conductance ...] [--conductances] [--output docs/surrogates.md]

FOLDER keeps the trainings and the numbers of each study (<study>.json); with --only the other studies are taken from there. --conductances makes
the last part of the page alone, that of our own surrogates, and keeps what stands before it. From an empty folder it takes some eight hours
of one processor, the last part three; what was finished before a kill is not repeated. Leave the machine alone while it measures.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")
import matplotlib.pyplot as plt  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates import arena_pictures  # noqa: E402
from bench.surrogates.common import built  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
CARDS = ROOT / "surrogates" / "cards"
SEEDS = (1, 2, 3)  # of conductance surrogates
SEEDED = {"conductance": "ten_tusscher_2006_epi", "conductance_fast": "ten_tusscher_2006_epi_fast"}  # what is trained with all of them
OF_SEEDS, OF_SHIPPED = ("--only", "cells", "cables", "rest", "spiral", "--spiral-end", "5000"), ("--only", "sheets", "border", "cost")
VARIANTS = ("endo", "M")  # other cells of the same host, one seed each
HELD_BACK = ("g_Ks=0.6", "g_Kr=0.7", "g_CaL=0.8")  # factors between those that the scaled surrogate was trained on
LAST_PART = "# Conductance surrogates"

HEAD = """# Surrogates, judged against the model's own kernels

Each surrogate of a paper is trained again by its recipe, run in the cell or tissue that it stands for, and set beside the model's own
kernels at equal error. Verdicts are *reproduced*, *not reproduced* or *ill-posed*, with the reason. The last part is our own: conductance
surrogates, whose verdicts say whether they are what was asked of them. This page is made by

    /usr/bin/python3 bench/surrogates/document.py FOLDER

{summary}

![Error against cost of the surrogates and of time stepping](images/surrogates.png)

*Lower left is better. Circles: surrogates; crosses: the model's own equations. Left: problem C of the FitzHugh-Nagumo networks; middle: the atrial cell
with its own and learnt sodium gates at steps of 5 to 100 us; right: Hodgkin and Huxley's axon at 10 uA/uF.*

"""


CONDUCTANCE = LAST_PART + """

The host keeps its sodium current; the rest of the membrane is a few latent gates and a current of low rank, all functions of V from tables
([the file](surrogate_file.md#conductances), [the training](training.md#conductances)). Nai and Ki of the host are held (drift = 0): they
take minutes to settle, which no latent remembers. Both have the same outer step; the model steps by the midpoint rule in double precision without
tables, by 0.01 ms on cables and sheets, the surrogate as a user's run does (mixed precision, tables, midpoint, up to 0.05 ms). `dynamic`: 40 beats at each
cycle length in a cell, 10 on the cable; `s1s2`: after 20 and 8 beats at 1000 ms. Seeds of one recipe; the verdicts take the worst.
Shipped is seed 1 of each. Of the three of `ten_tusscher_2006_epi` it and seed 2 are within all that was asked of cells, cables and the spiral wave; seed 3 is but for a cell at an S2 of 335 ms.
Of the three of `ten_tusscher_2006_epi_fast` seed 1 is, seed 2 but for the velocity of a wave at an S2 of 335 ms; seed 3 is not.

    /usr/bin/python3 bench/surrogates/arena.py FILE... [--json OUT]

![Restitution of the model and of its conductance surrogates](images/conductance.png)

"""

COST = """
![Error against cost of whole runs](images/conductance_cost.png)

*Lower left is better. Red: the surrogate; black: the model; each line is a method at several steps.*
"""


def studies(folder):
    """Each with its command; --jobs and the like are left at what the scripts take."""
    return {
        "fitzhugh_nagumo": [HERE / "fitzhugh_nagumo.py", folder / "fitzhugh_nagumo"],
        "sodium": [HERE / "sodium.py", CARDS / "sodium_gates.safetensors"],
        "hodgkin_huxley": [HERE / "hodgkin_huxley.py", CARDS / "hodgkin_huxley.safetensors", "--trainings", folder / "hodgkin_huxley"],
        "conductance": [HERE / "arena.py", *(folder / f"conductance/epi_{seed}/surrogate.safetensors" for seed in SEEDS), *OF_SEEDS],
        "conductance_tissue": [HERE / "arena.py", CARDS / "ten_tusscher_2006_epi.safetensors", *OF_SHIPPED],
        **{f"conductance_{variant}": [HERE / "arena.py", CARDS / f"ten_tusscher_2006_{variant}.safetensors", "--only", "cells", "cables", "rest"] for variant in VARIANTS},
        **{f"conductance_{factor}": [HERE / "arena.py", CARDS / "ten_tusscher_2006_scaled.safetensors", "--only", "cells", "--scale", factor] for factor in HELD_BACK},
        "conductance_ohara": [HERE / "arena.py", CARDS / "ohara_rudy_2011_endo.safetensors", "--only", "cells", "cables", "rest"],
        "conductance_fast": [HERE / "arena.py", *(folder / f"conductance/epi_fast_{seed}/surrogate.safetensors" for seed in SEEDS), *OF_SEEDS],
        "conductance_fast_tissue": [HERE / "arena.py", CARDS / "ten_tusscher_2006_epi_fast.safetensors", *OF_SHIPPED],
        "conductance_courtemanche": [HERE / "arena.py", CARDS / "courtemanche_1998.safetensors", "--only", "cells", "cables", "rest", "sheets"],
    }


def prepare(folder, name):
    """The trainings that a study looks at and does not do itself."""
    if name == "hodgkin_huxley":
        run([HERE / "hodgkin_huxley_ablation.py", folder / "hodgkin_huxley", "--all"])
    if name in SEEDED:
        data = folder / "conductance/data"
        run([HERE / "conductance_data.py", data])
        recipe = ROOT / f"surrogates/recipes/{SEEDED[name]}.toml"
        files = [re.sub("out/conductance_epi", str(data), each) for each in re.findall(r'"out/conductance_epi/[^"]*"', recipe.read_text())]
        for seed in SEEDS:
            out = folder / f"conductance/{SEEDED[name].removeprefix('ten_tusscher_2006_')}_{seed}"
            if not (out / "surrogate.safetensors").exists():
                subprocess.run([built("myowave-learn"), "train", recipe, "--output", out, "--force", "--quiet", "--set", f"train.seed={seed}",
                                "--set", f"conductance.data=[{', '.join(files)}]"], check=True)


def run(command):
    subprocess.run([sys.executable, *map(str, command)], check=True, stdout=subprocess.DEVNULL)


def summary(results):
    lines = []
    for name, result in results.items():
        of = name.removeprefix("conductance").removeprefix("_").removesuffix("tissue").removesuffix("_")
        of = of if name.startswith("conductance") else ""
        lines += [f"- {claim(each['claim'], of)}: **{each['verdict']}**" for each in result["verdicts"] if each["verdict"] != "-"]
    return "\n".join(lines)


def claim(text, of):
    """Says which conductance surrogate, where it is not the epicardial one."""
    return text.replace("conductance, ", f"conductance, {of}, ", 1) if of else text


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
    parser.add_argument("--conductances", action="store_true", help="the last part alone")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "surrogates.md", help="the page; its picture goes to images/ beside it")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    results = {}
    for name, command in studies(arguments.folder).items():
        if arguments.conductances and not name.startswith("conductance"):
            continue
        file = arguments.folder / f"{name}.json"
        if arguments.only is None or name in arguments.only:
            prepare(arguments.folder, name)
            run([*command, "--json", file])
        if not file.exists():
            sys.exit(f"{file} is missing: do the study with --only {name}")
        results[name] = json.loads(file.read_text())
    results["conductance"]["markdown"] = CONDUCTANCE + results["conductance"]["markdown"]
    results["conductance_tissue"]["markdown"] += COST
    parts = "\n".join(result["markdown"].rstrip("\n") + "\n" for result in results.values())
    images = arguments.output.parent / "images"
    if arguments.conductances:
        page = kept_page(arguments.output.read_text(), results) + parts
    else:
        page = HEAD.format(summary=summary(results)) + parts
        draw(results, images / "surrogates.png")
    arguments.output.write_text(page)
    arena_pictures.draw(results["conductance"]["results"], images / "conductance.png")
    arena_pictures.draw_cost(results["conductance_tissue"]["results"][0], images / "conductance_cost.png")


def kept_page(page, results):
    """What stands before the last part, with the new verdicts in its summary."""
    before = page[:page.index(LAST_PART)].splitlines()
    own = [k for k, line in enumerate(before) if line.startswith("- conductance, ")]
    return "\n".join(before[:own[0]] + summary(results).splitlines() + before[own[-1] + 1:]) + "\n"


if __name__ == "__main__":
    main()
