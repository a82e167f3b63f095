#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What runs on a sheet of 256 x 256 nodes cost with a model and with surrogates of it, in its fastest settings: ns per cell and ms.

    bench/surrogates/whole_run.py FILE... [--end 1000] [--repeat 3] [--program build/release/myowave] [--pin]

Rush-Larsen's method, splitting by 0.1 ms, steps of 0.02 ms and of 0.1 ms where it is quiet; a wave crosses the sheet once. Runs alternate; the whole
run is the processor time of the process from its start to its end. --pin raises the priority of the runs, for machines that are shared."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates.common import found_program, read_card  # noqa: E402

NODES = 256
SHEET = """[mesh]
kind = "sheet"
size = ["25.5 mm", "25.5 mm"]
spacing = "0.1 mm"
[tissue]
conductivity = {{ longitudinal = "0.2156 S/m", transverse = "0.2156 S/m" }}
[[region]]
name = "sheet"
{cell}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["1 mm", "25.5 mm"]] }}
amplitude = "52 uA/uF"
duration = "2 ms"
[time]
end = "{end:g} ms"
step = "0.1 ms"
[reaction]
method = "rush_larsen"
step = "0.02 ms"
quiet_step = "0.1 ms"
"""
PIN = ["setsid", "-w", "bash", "-c", 'echo -18 > /proc/self/autogroup; exec "$@"', "pin"]


def cells(files):
    """Lines of a region by what is compared: the model as the first surrogate was trained on it, then the surrogates."""
    card, _ = read_card(files[0])
    held = ", ".join(f'{name} = "{value}"' for name, value in card.get("parameters", {}).items())
    variant = f'variant = "{card["variant"]}"\n' if card.get("variant") else ""
    yield card["model"], f'model = "{card["model"]}"\n{variant}parameters = {{ {held} }}'
    for file in files:
        yield Path(file).stem, f'surrogate = "{Path(file).resolve()}"'


def run(program, folder, cell, end, prefix):
    """run.json, and the processor time of the process [s]."""
    (folder / "sheet.toml").write_text(SHEET.format(cell=cell, end=end))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*prefix, program, "run", "sheet.toml", "--quiet", "--force", "--output", "out"], cwd=folder, check=True, env=dict(os.environ, OMP_NUM_THREADS="1"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return json.loads((folder / "out/run.json").read_text()), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--end", type=float, default=1000, metavar="MS")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--program", help="the program; the newest of build/*/myowave")
    parser.add_argument("--pin", action="store_true")
    options = parser.parse_args()
    program, found = found_program(options.program), {}
    with tempfile.TemporaryDirectory() as name:
        for _ in range(options.repeat):
            for label, cell in cells(options.files):
                record, seconds = run(program, Path(name), cell, options.end, PIN if options.pin else [])
                ns = 1e9 / (NODES**2 * options.end)
                found.setdefault(label, []).append({"whole run": seconds * ns, "sub-steps a ms": record["performance"]["cell_steps"] * 1e-9 * ns}
                                                   | {part: record["timing"][f"{part}_s"] * ns for part in ("reaction", "diffusion", "output")})  # fmt: skip
    print("| | reaction | diffusion | output | whole run | sub-steps a ms | host over it |\n" + "|---" * 7 + "|")
    host = min(row["whole run"] for row in next(iter(found.values())))
    for label, rows in found.items():
        figures = [f"{min(row[part] for row in rows):.0f} to {max(row[part] for row in rows):.0f}" for part in ("reaction", "diffusion", "output", "whole run")]
        print(f"| {label} | {' | '.join(figures)} | {rows[0]['sub-steps a ms']:.1f} | {host / min(row['whole run'] for row in rows):.2f} |")


if __name__ == "__main__":
    main()
