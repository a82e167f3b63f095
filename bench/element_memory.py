#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Peak memory of a run on a mesh of about a million tetrahedra with fibres, of the largest rank.

    bench/element_memory.py [--ranks 1 2] [--mass 0 1] [--cells 60 60 47]

Makes the mesh, runs 1 ms of a wave, and prints GiB and bytes an element."""

import argparse
import pathlib
import sys
import tempfile

import box_run

# Becomes the parent of the run and says what the largest of its processes held.
WATCH = ("import resource, subprocess, sys; subprocess.run(sys.argv[2:], check=True); "
         "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--myowave", default=box_run.MYOWAVE)
    parser.add_argument("--cells", type=int, nargs=3, default=[60, 60, 47], help="cubes along each axis")
    parser.add_argument("--ranks", type=int, nargs="*", default=[1])
    parser.add_argument("--mass", type=float, nargs="*", default=[0.0, 1.0])
    options = parser.parse_args()
    elements = 6 * options.cells[0] * options.cells[1] * options.cells[2]
    print("| tetrahedra | ranks | mass | GiB | bytes an element |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config = box_run.prepare(folder, options.cells, elements=True)
        for ranks in options.ranks:
            for mass in options.mass:
                box_run.run(config, ranks, settings=[f"solver.mass={mass}"], myowave=options.myowave,
                            prefix=[sys.executable, "-c", WATCH, str(folder / "peak")])
                peak = 1024 * int((folder / "peak").read_text())
                print(f"| {elements} | {ranks} | {mass:g} | {peak / 2**30:.2f} | {peak / elements:.0f} |", flush=True)


if __name__ == "__main__":
    main()
