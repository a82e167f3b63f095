#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The nine runs of the N-version benchmark (Niederer et al. 2011): h = 0.5, 0.2, 0.1 mm and dt = 0.05, 0.01, 0.005 ms.

    bench/niederer.py [--ranks 2] [--spacing 0.5] [--set KEY=VALUE ...]

Prints the activation times of P1 to P9 as a Markdown table and writes them to niederer.json in the output folder."""

import argparse
import json
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
POINTS = [f"P{i}" for i in range(1, 10)]
# Long enough for the last point at this spacing: coarse grids conduct too slowly.
END_MS = {0.5: 140, 0.2: 65, 0.1: 50}


def run(options, spacing, step):
    folder = pathlib.Path(options.output) / f"h{spacing}_dt{step}"
    command = [options.myowave, "run", str(SOURCE / "examples/04_niederer_slab/niederer.toml"), "--quiet", "--force",
               "--output", str(folder), "--set", f"mesh.spacing={spacing} mm", "--set", f"time.step={step} ms",
               "--set", f"time.end={END_MS[spacing]} ms", "--set", "output.fields.every=1000 ms"]
    for assignment in options.set:
        command += ["--set", assignment]
    if options.ranks > 1:
        command = ["mpirun", "-n", str(options.ranks)] + command
    subprocess.run(command, check=True)
    return json.loads((folder / "run.json").read_text())


def row(spacing, step, result):
    times = []
    for point in POINTS:
        activation = result["results"]["probes"][point]["activation_ms"]
        times.append(f"{activation[0]:.2f}" if activation else "none")
    performance = result["performance"]
    return (f"| {spacing} | {step} | " + " | ".join(times) + f" | {result['timing']['total_s']:.0f} | "
            f"{performance['reaction_ns_per_cell_step']:.0f} | {performance['diffusion_ns_per_node_step']:.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--myowave", default=str(SOURCE / "build/release/myowave"))
    parser.add_argument("--output", default=str(SOURCE / "out/niederer_grid"))
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--spacing", type=float, nargs="*", default=[0.5, 0.2, 0.1], choices=sorted(END_MS))
    parser.add_argument("--step", type=float, nargs="*", default=[0.05, 0.01, 0.005])
    parser.add_argument("--set", action="append", default=[], help="passed to myowave")
    options = parser.parse_args()
    pathlib.Path(options.output).mkdir(parents=True, exist_ok=True)
    print("| h mm | dt ms | " + " | ".join(POINTS) + " | wall s | reaction ns | diffusion ns |")
    print("|---" * (len(POINTS) + 5) + "|")
    collected = []
    for spacing in options.spacing:
        for step in options.step:
            result = run(options, spacing, step)
            collected.append({"h_mm": spacing, "dt_ms": step, "probes": result["results"]["probes"],
                              "timing": result["timing"], "performance": result["performance"]})
            print(row(spacing, step, result), flush=True)
    (pathlib.Path(options.output) / "niederer.json").write_text(json.dumps(collected, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
