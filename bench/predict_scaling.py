#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a model of the communication predicts for larger machines, as a Markdown table.

    bench/predict_scaling.py [--latency 1.5] [--bandwidth 5] [--ranks 16 128 1024]

A step of N nodes on p ranks takes

    c N/p  +  r ((s + l - 1)^3 - s^3)  +  exchanges (6 latency + 8 bytes ((s + 2 l)^3 - s^3) / bandwidth)  +  reductions latency log2(p)

ns, s^3 = N/p: c as scaling.py and element_diffusion.py measure it on one rank, six neighbours for each rank with l layers of
a cube, an exchange for each product or, of the explicit stages on grids, one for all with a layer for each, in which nodes
are computed twice at r ns each; and reductions as PETSc's log counts them. It leaves out what waits: uneven parts, and ranks of
a node that share its memory."""

import argparse
import math

# ns a node-step on one rank; exchanges and their layers, ns of diffusion where layers are computed twice, reductions a step
# (h = 0.1 mm, dt = 0.02 ms).
CASES = {"fd, explicit": (45.0, 1, 4, 6.0, 1), "fe, lumped, explicit": (123.0, 4, 1, 0.0, 1),
         "fe, consistent, Crank-Nicolson": (340.0, 7, 1, 0.0, 20)}
NODES = {"0.1 mm": 442401, "0.05 mm": 401 * 141 * 61}


def step_ns(nodes, ranks, cost, exchanges, layers, twice, reductions, options):
    own = nodes / ranks
    side = own ** (1 / 3)
    halo = 6 * options.latency * 1e3 + 8 * ((side + 2 * layers) ** 3 - own) / options.bandwidth
    again = twice * ((side + layers - 1) ** 3 - own)
    return cost * own, again + exchanges * halo + reductions * options.latency * 1e3 * math.log2(ranks)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=1.5, help="of a message, us")
    parser.add_argument("--bandwidth", type=float, default=5.0, help="of a rank, bytes a ns")
    parser.add_argument("--ranks", type=int, nargs="*", default=[16, 128, 1024])
    options = parser.parse_args()
    print("| | slab, h | " + " | ".join(f"{ranks} ranks" for ranks in options.ranks) + " |")
    print("|---" * (2 + len(options.ranks)) + "|")
    for name, case in CASES.items():
        for spacing, nodes in NODES.items():
            cells = []
            for ranks in options.ranks:
                computing, sending = step_ns(nodes, ranks, *case, options)
                cells.append(f"{(computing + sending) / 1e3:.0f} us, {100 * computing / (computing + sending):.0f} %")
            print(f"| {name} | {spacing} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
