#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Data for conductance surrogates: cables of a model, recorded by `myowave dataset`.

    bench/surrogates/conductance_data.py FOLDER [--model ten_tusscher_2006] [--variant epi] [--scaled]

Each file is a sheet whose rows do not conduct to each other: eight cables of 10 mm that start as a cell paced at one cycle length
has left them, and are stimulated at random for 8 s: at the ends, in the middle, at both ends (waves collide), too weakly, the wrong
way round, early, after long pauses, and all over at once, as single cells are. Recorded are three nodes of each cable every 0.1 ms: V, the gates of the sodium current and the
ionic current. Everything follows from --seed; what is there is kept.
"""

import argparse
import random
import subprocess
import sys
from pathlib import Path

from common import found_program

# The gates of the sodium current.
SODIUM = {"ten_tusscher_2006": ["m", "h", "j"], "ohara_rudy_2011": ["m", "hf", "hs", "j", "hsp", "jp", "mL", "hL", "hLp"], "courtemanche_1998": ["m", "h", "j"]}
# Cycle length of the cell that they start from [ms] (none: the model's initial state), and diffusion coefficient [cm2/ms].
FILES = [(1000, 0.00154), (500, 0.00100), (350, 0.00154), (700, 0.00070), (2000, 0.00120), (420, 0.00200), (300, 0.00154), (None, 0.00100)]
ROWS, LENGTH, SPACING = 8, 10.0, 0.1  # of a sheet; mm
END = 8000.0  # ms
CHI_CM = 1400.0 * 1.0e-3  # surface to volume [1/cm] times membrane capacitance [mF/cm2]: mF/cm3

# With them held that take minutes to settle: a surrogate has no memory of that length.
HELD = {"ten_tusscher_2006": "{ drift = 0 }"}

# With --scaled: intervals of factors. What lies between them is held back, to judge by.
SCALED = {"ten_tusscher_2006": {"g_Ks": [(0.25, 0.35), (0.95, 1.05), (1.8, 2.0)], "g_Kr": [(0.4, 0.5), (0.95, 1.05), (1.8, 2.0)],
                                "g_CaL": [(0.5, 0.6), (0.95, 1.05), (1.2, 1.25)]}}

HEAD = """title = "Cables at random, {start}"

[mesh]
kind = "sheet"
size = ["{length} mm", "{width:.1f} mm"]
spacing = "{spacing} mm"

[tissue]
surface_to_volume = "1400 /cm"
capacitance = "1 uF/cm^2"
conductivity = {{ longitudinal = "{sigma:.6g} S/m", transverse = "{across:.6g} S/m" }}

[[region]]
name = "cables"
model = "{model}"
variant = "{variant}"
{held}{scale}{state}
[time]
end = "{end} ms"
step = "0.05 ms"

[dataset]
source = "tissue"
nodes = [{probes}]
every = "0.1 ms"
states = [{states}]
ionic_current = true
"""


def stimulus(name, row, low, high, amplitude, start, duration):
    y = row * SPACING
    return f"""
[[stimulus]]
name = "{name}"
where = {{ box = [["{low:g} mm", "{y - 0.04:.2f} mm"], ["{high:g} mm", "{y + 0.04:.2f} mm"]] }}
amplitude = "{amplitude:.1f} uA/uF"
start = "{start:.2f} ms"
duration = "{duration:.2f} ms"
"""


def intervals(style, cycle, slow, rng):
    """Times between stimuli of a cable [ms], without end."""
    fall = 480.0
    while True:
        if style == 0:
            yield cycle
        elif style == 1:  # faster and faster, then a pause
            yield fall
            fall = fall - 15.0 if fall > 285.0 else 480.0
        elif style in (2, 3):  # pairs, some after a long pause
            yield rng.uniform(500, 1200) if style == 2 else rng.uniform(1000, 2500)
            yield rng.uniform(300, 400)
        elif style == 4:  # premature beats one after the other
            yield rng.uniform(600, 1200)
            for _ in range(rng.randint(2, 4)):
                yield rng.uniform(290, 380)
        elif style in (6, 7) and slow:
            yield rng.uniform(0.6 * cycle, 1.2 * cycle)
        else:
            yield rng.uniform(*{5: (290, 420), 6: (300, 600), 7: (300, 1200)}[style])


def events(row, cycle, slow, rng):
    """Stimuli of a cable as texts."""
    t, count, out = rng.uniform(2, 30), 0, []
    ends = [(0.0, 1.0), (LENGTH - 1.0, LENGTH), (LENGTH / 2 - 0.5, LENGTH / 2 + 0.5)]
    for interval in intervals(row, cycle, slow, rng):
        if t > END - 50.0:
            return out
        kind = rng.random() if count else 0.0
        sites = [ends[0]] if kind < 0.4 else [ends[1]] if kind < 0.55 else [ends[2]] if kind < 0.65 else ends[:2] if kind < 0.8 else [(0.0, LENGTH)]
        for site in sites:  # all of the cable at once is a cell by itself
            amplitude, duration = rng.choice([(rng.uniform(35, 60), 2.0), (rng.uniform(40, 60), 1.0), (rng.uniform(80, 100), 0.5)])
            out.append(stimulus(f"r{row}_{len(out)}", row, *site, amplitude, t, duration if site == (0.0, LENGTH) else 2.0))
        aside = rng.random()  # something that does not excite, on the way
        if aside < 0.25:
            out.append(stimulus(f"r{row}_{len(out)}", row, *rng.choice(ends), rng.uniform(3, 12), t + interval * rng.uniform(0.2, 0.9), rng.uniform(1, 8)))
        elif aside < 0.4:
            out.append(stimulus(f"r{row}_{len(out)}", row, 0.0, LENGTH, -rng.uniform(0.5, 4), t + interval * rng.uniform(0.1, 0.9), rng.uniform(5, 40)))
        t, count = t + interval, count + 1


def held(model):
    return f"parameters = {HELD[model]}\n" if model in HELD else ""


def scale(model, rng):
    """From cable to cable, each parameter within one of its intervals."""
    fields = []
    for name, intervals in SCALED[model].items():
        low, high = rng.choice(intervals)
        ends = (low, high) if rng.random() < 0.5 else (high, low)
        fields.append(f'{name} = {{ from = {ends[0]}, to = {ends[1]}, axis = "y" }}')
    return f"scale = {{ {', '.join(fields)} }}\n"


def configuration(model, variant, cycle, D, state, seed, scaled):
    slow = bool(cycle) and cycle >= 1000 and not scaled
    rng = random.Random(f"{seed} {cycle} {D}")
    probes = [(f"r{row}_{place}", place, row) for row in range(ROWS) for place in (0.5, 3, 7)]
    sigma = D * 1e3 * CHI_CM * 0.1  # cm2/ms * mF/cm3 = S/cm / 1000 -> S/m
    text = HEAD.format(start=f"from a cell paced at {cycle} ms" if cycle else "from the model's initial state", length=LENGTH, width=(ROWS - 1) * SPACING, spacing=SPACING,
                       sigma=sigma, across=sigma * 1e-12, model=model, variant=variant, held=held(model), scale=scale(model, rng) if scaled else "", state=f'initial_state = "{state}"\n' if state else "", end=END,
                       probes=", ".join(f'"{name}"' for name, _, _ in probes), states=", ".join(f'"{name}"' for name in SODIUM[model]))
    text += "".join(f'\n[[probe]]\nname = "{name}"\nat = ["{x} mm", "{row * SPACING:.1f} mm"]\n' for name, x, row in probes)
    return text + "".join("".join(events(row, cycle or 1000, slow, rng)) for row in range(ROWS))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="ten_tusscher_2006", choices=SODIUM)
    parser.add_argument("--variant", default="epi")
    parser.add_argument("--scaled", action="store_true", help="with conductances that differ from cable to cable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help="the solver; $MYOWAVE, or the newest of build/*/myowave")
    options = parser.parse_args()
    program = found_program(options.program)
    options.folder.mkdir(parents=True, exist_ok=True)

    def run(*words):
        done = subprocess.run([program, *words, "--quiet"], cwd=options.folder, text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"myowave {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")

    for cycle, D in FILES:
        name = f"from_{cycle}" if cycle else "from_rest"
        if (options.folder / name / "dataset.h5").exists():
            continue
        state = ""
        if cycle:
            (options.folder / f"cell_{cycle}.toml").write_text(
                f'[[region]]\nname = "cell"\nmodel = "{options.model}"\nvariant = "{options.variant}"\n{held(options.model)}\n[pacing]\nbcl = "{cycle} ms"\nbeats = 40\n')
            run("cell", f"cell_{cycle}.toml", "--output", f"cell_{cycle}", "--force")
            state = f"cell_{cycle}/final_state.toml"
        (options.folder / f"{name}.toml").write_text(configuration(options.model, options.variant, cycle, D, state, options.seed, options.scaled))
        run("dataset", f"{name}.toml", "--output", name, "--force")
        print(f"{options.folder / name / 'dataset.h5'}", flush=True)


if __name__ == "__main__":
    main()
