#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Strong and weak scaling of finite differences and of elements, and what a step sends.

    bench/scaling.py [--ranks 1 2] [--repeat 3] [--pin]

Strong: a box of 200 x 70 x 30 cubes on all numbers of ranks. Weak: 100 x 70 x 30 cubes a rank. Runs alternate, and the
fastest counts. Messages, bytes and reductions a step are those of PETSc's log (its -log_view), of the largest rank, as
the difference of a long and a short run. --pin raises the run's priority, for machines that are shared."""

import argparse
import pathlib
import re
import tempfile

import box_run

CUBES = (100, 70, 30)
CASES = {"fd, explicit": (False, ["solver.diffusion=explicit"]),
         "fd, Crank-Nicolson": (False, ["solver.diffusion=crank_nicolson"]),
         "fe, lumped, explicit": (True, ["solver.mass=0"]),
         "fe, consistent, Crank-Nicolson": (True, ["solver.mass=1"])}
PIN = ["setsid", "-w", "bash", "-c", 'echo -18 > /proc/self/autogroup; exec "$@"', "pin"]
LOGGED = {"messages": r"MPI Msg Count:\s+(\S+)", "bytes": r"MPI Msg Len \(bytes\):\s+(\S+)",
          "reductions": r"MPI Reductions:\s+(\S+)"}


def logged(config, ranks, settings, folder):
    """Messages, bytes and reductions of a step, from the log of two runs."""
    def counts(steps):
        log = folder / "log"
        box_run.run(config, ranks, steps, settings, options=f"-log_view :{log}")
        text = log.read_text()
        found = {}
        for name, pattern in LOGGED.items():
            match = re.search(pattern, text)
            found[name] = float(match.group(1)) if match else 0.0
        return found
    short, long = counts(20), counts(60)
    return {name: (long[name] - short[name]) / 40 for name in LOGGED}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ranks", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--pin", action="store_true")
    parser.add_argument("--case", nargs="*", default=list(CASES), choices=list(CASES))
    options = parser.parse_args()
    prefix = PIN if options.pin else []
    print("| | box | ranks | nodes | s a 1000 steps | reaction | diffusion, ns a node-step | iterations | messages | "
          "KiB | reductions |\n" + "|---" * 11 + "|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for case in options.case:
            elements, settings = CASES[case]
            runs = {}
            for box in sorted({1, *options.ranks, max(options.ranks)}):
                config = box_run.prepare(folder, (CUBES[0] * box, *CUBES[1:]), elements)
                for ranks in options.ranks:
                    if box in (ranks, max(options.ranks)):
                        runs[box, ranks] = (config, [])
            for _ in range(options.repeat):
                for (box, ranks), (config, results) in runs.items():
                    results.append(box_run.run(config, ranks, options.steps, settings, prefix=prefix))
            for (box, ranks), (config, results) in runs.items():
                print(row(case, box, ranks, results, logged(config, ranks, settings, folder)), flush=True)


def row(case, box, ranks, results, sent):
    """Seconds are those that a rank spends on reaction and diffusion; ns are processor time, summed over the ranks."""
    def fastest(name):
        return min(result["performance"][name] for result in results)
    nodes = (CUBES[0] * box + 1) * (CUBES[1] + 1) * (CUBES[2] + 1)
    steps = results[0]["time"]["steps"]
    elapsed = min(result["timing"]["reaction_s"] + result["timing"]["diffusion_s"] for result in results) / steps
    iterations = results[0]["diffusion"].get("iterations", 0) / steps
    return (f"| {case} | {CUBES[0] * box} | {ranks} | {nodes} | {1e3 * elapsed:.1f} | "
            f"{fastest('reaction_ns_per_cell_step'):.1f} | {fastest('diffusion_ns_per_node_step'):.1f} | {iterations:.1f} | "
            f"{sent['messages']:.1f} | {sent['bytes'] / 1024:.1f} | {sent['reductions']:.1f} |")


if __name__ == "__main__":
    main()
