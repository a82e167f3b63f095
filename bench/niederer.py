#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The runs of the N-version benchmark (Niederer et al. 2011): h = 0.5, 0.2, 0.1 mm and dt = 0.05, 0.01, 0.005 ms.

    bench/niederer.py [--ranks 2] [--spacing 0.5] [--set KEY=VALUE ...]
    bench/niederer.py --elements tetrahedra hexahedra --mass 0 1 --spacing 0.2 0.1 --step 0.005

On the grid by finite differences, or by linear elements: the cubes of the grid, or six tetrahedra around the diagonal of
each, with a lumped (0) or consistent (1) mass or a part of it. Prints the activation times of P1 to P9 as a Markdown
table and appends each run to niederer.jsonl in the output folder, from which richardson.py extrapolates."""

import argparse
import json
import pathlib
import re
import subprocess
import sys

import box_mesh

SOURCE = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = SOURCE / "examples/04_niederer_slab/niederer.toml"
SIZE_MM = (20.0, 7.0, 3.0)
POINTS = [f"P{i}" for i in range(1, 10)]
# Long enough for the last point at this spacing: coarse grids conduct too slowly.
END_MS = {0.5: 140, 0.2: 65, 0.1: 50, 0.0625: 46, 0.05: 46, 0.025: 44}


def tetrahedra(folder, spacing):
    """The example's configuration for a mesh of tetrahedra, which is made beside it."""
    mesh = folder / f"h{spacing}.vtu"
    cells = [round(size / spacing) for size in SIZE_MM]
    box_mesh.write_vtu(mesh, *box_mesh.box(cells, spacing, "tetrahedra"), "tetrahedra", fibres=False)
    text = re.sub(r"\[mesh\].*?\n\n", f'[mesh]\nkind = "file"\npath = "{mesh}"\n\n', EXAMPLE.read_text(), flags=re.S)
    config = folder / f"tetrahedra_h{spacing}.toml"
    config.write_text(text)
    return config, mesh


def settings(options, elements, mass, spacing, step):
    """What `myowave run` is asked for besides the configuration."""
    chosen = [f"time.step={step} ms", f"time.end={END_MS[spacing]} ms", "output.fields.every=1000 ms"]
    if elements != "tetrahedra":
        chosen.append(f"mesh.spacing={spacing} mm")
    if elements != "grid":
        chosen += ["solver.discretisation=fe", f"solver.mass={mass}"]
    return chosen + options.set


def run(options, elements, mass, spacing, step):
    base = pathlib.Path(options.output)
    folder = base / f"{elements}_{mass}_h{spacing}_dt{step}"
    config, mesh = tetrahedra(base, spacing) if elements == "tetrahedra" else (EXAMPLE, None)
    command = [options.myowave, "run", str(config), "--quiet", "--force", "--output", str(folder)]
    for assignment in settings(options, elements, mass, spacing, step):
        command += ["--set", assignment]
    if options.ranks > 1:
        command = ["mpirun", "-n", str(options.ranks)] + command
    subprocess.run(command, check=True)
    if mesh:
        mesh.unlink()
    return json.loads((folder / "run.json").read_text())


def row(record):
    times = [f"{record['activation_ms'][point]:.2f}" if record["activation_ms"][point] else "none" for point in POINTS]
    performance = record["performance"]
    return (f"| {record['elements']}, {record['mass']} | {record['h_mm']} | {record['dt_ms']} | " + " | ".join(times) +
            f" | {record['timing']['total_s']:.0f} | {performance['reaction_ns_per_cell_step']:.0f} | "
            f"{performance['diffusion_ns_per_node_step']:.1f} |")


def record_of(result, elements, mass, spacing, step, assignments):
    probes = result["results"]["probes"]
    first = {point: (probes[point]["activation_ms"] or [None])[0] for point in POINTS}
    return {"elements": elements, "mass": mass, "h_mm": spacing, "dt_ms": step, "set": assignments,
            "activation_ms": first, "timing": result["timing"], "performance": result["performance"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--myowave", default=str(SOURCE / "build/release/myowave"))
    parser.add_argument("--output", default=str(SOURCE / "out/niederer_grid"))
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--elements", nargs="*", default=["grid"], choices=["grid", "tetrahedra", "hexahedra"])
    parser.add_argument("--mass", type=float, nargs="*", default=[0.0], help="share of the consistent mass")
    parser.add_argument("--spacing", type=float, nargs="*", default=[0.5, 0.2, 0.1], choices=sorted(END_MS))
    parser.add_argument("--step", type=float, nargs="*", default=[0.05, 0.01, 0.005])
    parser.add_argument("--set", action="append", default=[], help="passed to myowave")
    options = parser.parse_args()
    base = pathlib.Path(options.output)
    base.mkdir(parents=True, exist_ok=True)
    print("| elements, mass | h mm | dt ms | " + " | ".join(POINTS) + " | wall s | reaction ns | diffusion ns |")
    print("|---" * (len(POINTS) + 6) + "|")
    for elements in options.elements:
        for mass in options.mass if elements != "grid" else [0.0]:
            for spacing in options.spacing:
                for step in options.step:
                    result = run(options, elements, mass, spacing, step)
                    record = record_of(result, elements, mass, spacing, step, options.set)
                    with (base / "niederer.jsonl").open("a") as file:
                        file.write(json.dumps(record) + "\n")
                    print(row(record), flush=True)


if __name__ == "__main__":
    sys.exit(main())
