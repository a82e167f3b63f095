#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Whole-process comparison of the diffusion methods on the Niederer slab: wall time, median of alternating runs, and the
activation time of P8.

    bench/compare_diffusion.py [--repeat 3] [--spacing 0.2] [--step 0.05]"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parent.parent
METHODS = ["explicit", "crank_nicolson", "backward_euler"]


def run(options, method, folder):
    command = [options.myowave, "run", str(SOURCE / "examples/04_niederer_slab/niederer.toml"), "--quiet", "--force",
               "--output", str(folder), "--set", f"mesh.spacing={options.spacing} mm",
               "--set", f"time.step={options.step} ms", "--set", f"solver.diffusion={method}"]
    start = time.perf_counter()
    subprocess.run(command, check=True)
    wall = time.perf_counter() - start
    return wall, json.loads((folder / "run.json").read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--myowave", default=str(SOURCE / "build/release/myowave"))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--spacing", type=float, default=0.2)
    parser.add_argument("--step", type=float, default=0.05)
    options = parser.parse_args()
    walls = {method: [] for method in METHODS}
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.repeat):
            for method in METHODS:  # in turn, so that a drift of the machine meets all of them
                wall, results[method] = run(options, method, pathlib.Path(folder) / method)
                walls[method].append(wall)
    print("| method | wall s (median) | ratio to explicit | diffusion ns per node-step | iterations a step | P8 ms |")
    print("|---|---|---|---|---|---|")
    base = statistics.median(walls["explicit"])
    for method in METHODS:
        result = results[method]
        median = statistics.median(walls[method])
        iterations = result["diffusion"]["iterations"] / result["time"]["steps"]
        print(f"| {result['diffusion']['method']} | {median:.1f} | {median / base:.2f} | "
              f"{result['performance']['diffusion_ns_per_node_step']:.1f} | {iterations:.1f} | "
              f"{result['results']['probes']['P8']['activation_ms'][0]:.2f} |")


if __name__ == "__main__":
    sys.exit(main())
