#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What runs of the arena's sheet cost with a model and with surrogates of it, in its fastest settings: ns per cell and ms.

    bench/surrogates/whole_run.py FILE... [--end 1000] [--repeat 3] [--program build/release/myowave]

256 x 256 nodes, Rush-Larsen's method, splitting by 0.1 ms, steps of 0.02 ms and of 0.1 ms where it is quiet; a wave crosses the sheet once. Runs
alternate; the whole run is the processor time of the process from its start to its end. `arena.py FILE --only cost` has all settings, in shorter runs."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates.arena_contenders import contenders  # noqa: E402
from bench.surrogates.arena_cost import LARSEN, settings, sheet  # noqa: E402
from bench.surrogates.common import Workplace, found_program  # noqa: E402

NODES = 256
PARTS = ("reaction", "diffusion", "output", "whole run")


def measured(place, contender, end):
    """ns per cell and ms by part, and sub-steps a ms."""
    config = place.write(f"{contender.label}.toml", sheet(contender, NODES, NODES, end))
    run, _, _ = place.run("run", config, sets=[LARSEN, *settings(0.1, 0.02, True)])
    ns = 1e9 / (NODES**2 * end)
    parts = {part: run["timing"][f"{part}_s"] * ns for part in PARTS[:-1]} | {"whole run": place.processor_s * ns}
    return parts | {"sub-steps": run["performance"]["cell_steps"] / (NODES**2 * end)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="surrogates of one model")
    parser.add_argument("--end", type=float, default=1000, metavar="MS")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    options = parser.parse_args()
    place, found = Workplace(found_program(options.program)), {}
    try:
        sides = [contenders(place, file, {}) for file in options.files]
        for _ in range(options.repeat):
            for each in (sides[0][0], *(ours for _, ours, _ in sides)):
                found.setdefault(each.label, []).append(measured(place, each, options.end))
    finally:
        place.close()
    print("| | " + " | ".join(PARTS) + " | sub-steps a ms | model over it |\n" + "|---" * 7 + "|")
    model = min(row["whole run"] for row in found["model"])
    for label, rows in found.items():
        figures = [f"{min(row[part] for row in rows):.0f} to {max(row[part] for row in rows):.0f}" for part in PARTS]
        print(f"| {label} | {' | '.join(figures)} | {rows[0]['sub-steps']:.1f} | {model / min(row['whole run'] for row in rows):.2f} |")


if __name__ == "__main__":
    main()
