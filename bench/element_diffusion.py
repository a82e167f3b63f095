#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a step of diffusion costs on tetrahedra and on the same nodes by finite differences, beside what it must read.

    bench/element_diffusion.py [--repeat 3] [--pin]

ns a node-step on one rank, the fastest of alternating runs, and the least bytes that a step moves for each node: of an
explicit stage the matrix (12 bytes an entry), its vectors and the mass; of an iteration of conjugate gradients the
matrix, the preconditioner's half of it twice, and ten passes over a vector. By finite differences V is copied and
read, and the result written."""

import argparse
import pathlib
import re
import tempfile

import box_run
from scaling import CASES, PIN

BOXES = [(25, 18, 8), (100, 35, 15), (200, 70, 30)]
ENTRY_BYTES, VECTOR_BYTES = 12, 8


def entries_a_row(cells):
    """Of the tetrahedra: a node, and twice the edges: along the axes, across faces and through the cube."""
    nx, ny, nz = cells
    edges = (nx * (ny + 1) * (nz + 1) + (nx + 1) * ny * (nz + 1) + (nx + 1) * (ny + 1) * nz + nx * ny * (nz + 1) +
             nx * (ny + 1) * nz + (nx + 1) * ny * nz + nx * ny * nz)
    return 1 + 2 * edges / ((nx + 1) * (ny + 1) * (nz + 1))


def bytes_a_step(case, cells, result):
    matrix = ENTRY_BYTES * entries_a_row(cells) if case.startswith("fe") else 0
    if "explicit" in case:
        substeps, stages = map(int, re.search(r"(\d+) sub-steps? of (\d+) stages", result["diffusion"]["method"]).groups())
        return substeps * stages * (matrix + (6 if matrix else 5) * VECTOR_BYTES)
    iterations = result["diffusion"]["iterations"] / result["time"]["steps"]
    preconditioner = matrix if "consistent" in case else 0
    return matrix + (iterations + 1) * (matrix + preconditioner + 10 * VECTOR_BYTES)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--pin", action="store_true")
    options = parser.parse_args()
    prefix = PIN if options.pin else []
    cases = {**CASES, "fe, lumped, Crank-Nicolson": (True, ["solver.mass=0", "solver.diffusion=crank_nicolson"])}
    print("| | nodes | ns a node-step | iterations | bytes a node-step | bytes a ns |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for cells in BOXES:
            nodes = (cells[0] + 1) * (cells[1] + 1) * (cells[2] + 1)
            steps = max(20, 10_000_000 // nodes)
            results = {case: [] for case in cases}
            for _ in range(options.repeat):
                for case, (elements, settings) in cases.items():
                    config = box_run.prepare(folder, cells, elements)
                    results[case].append(box_run.run(config, 1, steps, settings, prefix=prefix))
            for case, runs in results.items():
                ns = min(run["performance"]["diffusion_ns_per_node_step"] for run in runs)
                moved = bytes_a_step(case, cells, runs[0])
                iterations = runs[0]["diffusion"].get("iterations", 0) / steps
                print(f"| {case} | {nodes} | {ns:.1f} | {iterations:.1f} | {moved:.0f} | {moved / ns:.1f} |", flush=True)


if __name__ == "__main__":
    main()
