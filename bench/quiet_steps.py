#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What quiet steps save and cost: the Niederer slab and a ten Tusscher-Panfilov spiral wave, each with and without.

    bench/quiet_steps.py [--program build/release/myowave] [--case slab|spiral]

Prints one Markdown row a run: sub-steps per cell-ms, wall time, and the largest change of an activation
time and of an APD90 at the probes against the run in which every cell takes the small step.
"""
import argparse
import json
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SPIRAL = """
[mesh]
kind = "sheet"
size = ["80 mm", "80 mm"]
spacing = "0.25 mm"
[tissue]
surface_to_volume = "140 /mm"
capacitance = "1 uF/cm^2"
conductivity = { longitudinal = "0.04 S/m", transverse = "0.04 S/m" }
[[region]]
name = "sheet"
model = "ten_tusscher_2006"
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm"], ["2 mm", "80 mm"]] }
amplitude = "52 uA/uF"
duration = "2 ms"
[[stimulus]]
name = "S2"
where = { box = [["0 mm", "0 mm"], ["50 mm", "40 mm"]] }
amplitude = "52 uA/uF"
start = "420 ms"
duration = "2 ms"
[time]
end = "1200 ms"
[output]
map_beats = 8
"""
PROBES = [(20, 20), (60, 20), (20, 60), (60, 60), (40, 60)]


def run(program, config, step, small, quiet, bound, folder):
    settings = [f'time.step="{step} ms"', f'reaction.step="{small} ms"', 'reaction.method="rush_larsen"']
    if quiet:
        settings += [f'reaction.quiet_step="{quiet} ms"', f'reaction.quiet_below="{bound} mV/ms"']
    command = [program, "run", str(config), "--output", str(folder), "--force", "--quiet"]
    for each in settings:
        command += ["--set", each]
    subprocess.run(command, check=True)
    return json.loads((folder / "run.json").read_text())


def largest(a, b, what):
    pairs = [(x, y) for name in a for x, y in zip(a[name][what], b[name][what]) if x is not None and y is not None]
    return max((abs(x - y) for x, y in pairs), default=float("nan"))


def case(program, name, config, runs, folder):
    print(f"\n{name}\n\n| time.step | step | quiet_step | quiet_below | sub-steps per cell-ms | wall s | activation, "
          "largest change ms | APD90, largest change ms | beats at the probes |\n|---|---|---|---|---|---|---|---|---|")
    for step, small, quiets in runs:
        base = None
        for quiet, bound in [(None, None)] + quiets:
            result = run(program, config, step, small, quiet, bound, folder)
            probes = result["results"]["probes"]
            base = base or probes
            cells, end = result["mesh"]["tissue_nodes"], result["time"]["reached_ms"]
            beats = "/".join(str(len(probe["activation_ms"])) for probe in probes.values())
            print(f"| {step} | {small} | {quiet or ''} | {bound or ''} | "
                  f"{result['performance']['cell_steps'] / cells / end:.1f} | {result['timing']['total_s']:.1f} | "
                  f"{largest(base, probes, 'activation_ms'):.4f} | {largest(base, probes, 'apd_ms'):.4f} | {beats} |",
                  flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/myowave"))
    parser.add_argument("--case", choices=["slab", "spiral"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "run"
        if options.case != "spiral":
            case(options.program, "Niederer slab, h = 0.2 mm", ROOT / "examples/04_niederer_slab/niederer.toml",
                 [("0.05", "0.01", [("0.05", "2"), ("0.05", "5"), ("0.05", "10")]),
                  ("0.1", "0.02", [("0.1", "2"), ("0.1", "5"), ("0.1", "10")])], folder)
        if options.case != "slab":
            config = Path(scratch) / "spiral.toml"
            config.write_text(SPIRAL + "".join(
                f'[[probe]]\nname = "x{x}_y{y}"\nat = ["{x} mm", "{y} mm"]\nevery = "1 ms"\n' for x, y in PROBES))
            case(options.program, "TT2006 spiral, 80 x 80 mm, h = 0.25 mm", config,
                 [("0.1", "0.02", [("0.1", "5"), ("0.1", "10")])], folder)


if __name__ == "__main__":
    main()
