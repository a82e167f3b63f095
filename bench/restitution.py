#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How restitution and ERP of a cable depend on spacing, step and resolution, and what an ERP costs.

    bench/restitution.py [--program build/release/myowave] [--model ten_tusscher_2006 ohara_rudy_2011] [--cost]

Prints Markdown: APD90 and CV at three S2 intervals and the ERP for each spacing, step and resolution; with --cost the
wall time of the search for an ERP by restart after S1 and by repeating the train for each S2.
"""
import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INTERVALS = (350, 400, 600)

CONFIG = """
[mesh]
kind = "cable"
size = "20 mm"
spacing = "{spacing} mm"
[[region]]
name = "cable"
model = "{model}"
[time]
step = "{step} ms"
[restitution]
on = "cable"
s1 = {{ bcl = "1000 ms", beats = {beats} }}
s2 = [{intervals}]
erp = {{ resolution = "{resolution} ms" }}
"""


def compute(program, folder, overrides=(), intervals=INTERVALS, **settings):
    values = dict(spacing=0.1, step=0.02, resolution=1, beats=3) | settings
    config = folder / "case.toml"
    config.write_text(CONFIG.format(intervals=", ".join(f'"{each} ms"' for each in intervals), **values))
    command = [program, "restitution", str(config), "--force", "--quiet", "--output", str(folder / "out")]
    for each in overrides:
        command += ["--set", each]
    start = time.perf_counter()
    subprocess.run(command, check=True)
    return json.loads((folder / "out" / "run.json").read_text())["results"], time.perf_counter() - start


def convergence(program, folder, model):
    print(f"\n`{model}`, cable of 20 mm, D = 0.0953 mm^2/ms, 3 S1 at 1000 ms:\n")
    heads = [f"APD90 / CV at S2 {each} ms" for each in INTERVALS]
    print("| spacing, mm | step, ms | resolution, ms | " + " | ".join(heads) + " | ERP, ms |\n|" + "---|" * 7)
    for spacing, step, resolution in [(0.2, 0.02, 1), (0.1, 0.02, 1), (0.05, 0.02, 1), (0.1, 0.05, 1), (0.1, 0.01, 1),
                                      (0.1, 0.005, 1), (0.1, 0.02, 4), (0.1, 0.02, 0.25)]:
        results, _ = compute(program, folder, model=model, spacing=spacing, step=step, resolution=resolution)
        points = {point["s2_ms"]: point for point in results["curve"]}
        cells = [f"{points[each]['apd90_ms']:.2f} / {points[each]['cv_m_per_s']:.4f}" if points[each]["captured"] else "block"
                 for each in INTERVALS]
        print(f"| {spacing} | {step} | {resolution} | " + " | ".join(cells) + f" | {results['erp_ms']:g} |", flush=True)


def cost(program, folder, model, beats):
    """Bisection by restart, then the same S2 intervals one program each, that is with the whole train repeated."""
    results, restarted = compute(program, folder, model=model, beats=beats, intervals=[600])
    tested = [point["s2_ms"] for point in results["curve"]]
    repeated = 0.0
    for interval in tested:
        repeated += compute(program, folder, ["restitution.erp={}"], model=model, beats=beats, intervals=[interval])[1]
    print(f"| `{model}` | {beats} | {len(tested)} | {restarted:.1f} | {repeated:.1f} | {repeated / restarted:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build" / "release" / "myowave"))
    parser.add_argument("--model", nargs="+", default=["ten_tusscher_2006", "ohara_rudy_2011"])
    parser.add_argument("--cost", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if arguments.cost:
            print("| model | S1 beats | S2 intervals | restart, s | repetition, s | ratio |\n|" + "---|" * 6)
        for model in arguments.model:
            if arguments.cost:
                for beats in 3, 10:
                    cost(arguments.program, Path(name), model, beats)
            else:
                convergence(arguments.program, Path(name), model)


if __name__ == "__main__":
    main()
