#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Data for conductance surrogates: cables of a model, recorded by `myowave dataset`.

    bench/surrogates/conductance_data.py FOLDER [--model ten_tusscher_2006] [--variant epi] [--scaled]

Each of the first eight files is a sheet whose rows do not conduct to each other: eight cables of 10 mm that start as a cell paced at one
cycle length has left them, and are stimulated at random for 8 s, those of long cycles for 20 s: at the ends, in the middle, at both
ends (waves collide), too weakly, the wrong way round, early, faster until every other stimulus fails, after long pauses, and all over at once,
as single cells are. Then two spiral waves, whose cycles are shorter than any stimulus can make them: one recorded around its core, where waves turn and
fail, and one anywhere; eight cables on which restitution is measured as users do: at a cycle length for some beats, then at another; or beats before a
premature one; eight that are paced slowly and less slowly in turn; eight with a beat as early as it can be behind every few. Recorded are nodes every 0.1 ms: V, the gates
of the sodium current and the ionic current. Everything follows from --seed; what is there is kept.
"""

import argparse
import csv
import random
import subprocess
import sys
from pathlib import Path

from common import found_program

# The gates of the sodium current.
SODIUM = {"ten_tusscher_2006": ["m", "h", "j"], "ohara_rudy_2011": ["m", "hf", "hs", "j", "hsp", "jp", "mL", "hL", "hLp"], "courtemanche_1998": ["m", "h", "j"]}
# Cycle length of the cell that they start from [ms] (none: the model's initial state), diffusion coefficient [cm2/ms], length
# of the run [ms], recorded places [mm].
PLACES, FEW = (0.5, 3, 7), (0.5, 7)
FILES = [(1000, 0.00154, 20000.0, FEW), (500, 0.00100, 8000.0, PLACES), (350, 0.00154, 8000.0, PLACES), (700, 0.00070, 8000.0, PLACES), (2000, 0.00120, 20000.0, FEW),
         (420, 0.00200, 8000.0, PLACES), (300, 0.00154, 8000.0, PLACES), (None, 0.00100, 8000.0, PLACES)]
ROWS, LENGTH, SPACING = 8, 10.0, 0.1  # of a sheet; mm
# A spiral wave starts from a cell paced at this cycle length [ms], on a square with this side and spacing [mm]. With a larger D it
# would find no room. Recorded are places where its tip has passed, as far aside as is typical [mm]; of the other one, places anywhere.
SPIRAL = {"cycle": 420, "side": 72.0, "spacing": 0.3, "D": 0.00090, "end": 4000.0, "nodes": 64, "aside": 3.0}
WIDE_SPIRAL = SPIRAL | {"D": 0.00100, "end": 6000.0, "nodes": 48}
# Of a model whose waves fail on that spacing with less: of O'Hara and Rudy's at 0.0009, where 0.0012 leaves 28 cm/s.
LEAST_D = {"ohara_rudy_2011": 0.00120}
# Eight cables that are paced as restitution is measured: a cycle length for some beats, then another; or beats before a premature one.
PROTOCOLS = {"cycle": 700, "D": 0.00130, "end": 40000.0, "cycles": (340, 2000), "premature": (325, 800), "beats": (6, 14)}
# Eight that are paced at a cycle length of the first interval and at one of the second in turn: APD90 at long cycles is what long memory shapes.
SLOW_AND_LESS = {"cycle": 1000, "D": 0.00140, "end": 40000.0, "cycles": [(1200, 2300), (500, 1000)], "beats": 8}
# Eight with beats that are as early as they can be: how fast a wave is, and how long the action potential, changes most there. Intervals [ms], from
# where a cell answers on.
EARLY = {"cycle": 1000, "D": 0.00154, "end": 40000.0, "cycles": (700, 1100), "beats": (2, 4)}
EARLIEST = {("ten_tusscher_2006", "M"): (418, 478), ("ohara_rudy_2011", "endo"): (275, 400), ("courtemanche_1998", "default"): (225, 340)}
# Of a model that takes a minute to settle at a cycle length.
SLOW = {"ohara_rudy_2011": {"end": 100000.0, "beats": (6, 100)}}
CHI_CM = 1400.0 * 1.0e-3  # surface to volume [1/cm] times membrane capacitance [mF/cm2]: mF/cm3

# With them held that take minutes to settle: a surrogate has no memory of that length.
HELD = {"ten_tusscher_2006": "{ drift = 0 }", "ohara_rudy_2011": "{ drift = 0 }", "courtemanche_1998": "{ drift = 0 }"}

# With --scaled: intervals of factors. What lies between them is held back, to judge by.
SCALED = {"ten_tusscher_2006": {"g_Ks": [(0.25, 0.35), (0.95, 1.05), (1.8, 2.0)], "g_Kr": [(0.4, 0.5), (0.95, 1.05), (1.8, 2.0)],
                                "g_CaL": [(0.5, 0.6), (0.95, 1.05), (1.2, 1.25)]}}

HEAD = """title = "{start}"

[mesh]
kind = "sheet"
size = ["{length:g} mm", "{width:g} mm"]
spacing = "{spacing} mm"

[tissue]
surface_to_volume = "1400 /cm"
capacitance = "1 uF/cm^2"
conductivity = {{ longitudinal = "{sigma:.6g} S/m", transverse = "{across:.6g} S/m" }}

[[region]]
name = "tissue"
model = "{model}"
variant = "{variant}"
{held}{scale}{state}
[time]
end = "{end} ms"
step = "0.05 ms"

"""
RECORDED = """[dataset]
source = "tissue"
nodes = [{probes}]
every = "0.1 ms"
states = [{states}]
ionic_current = true
"""
TIPS = """[output]
tips = {{ every = "5 ms" }}
"""


def stimulus(name, row, low, high, amplitude, start, duration):
    y = row * SPACING
    return box(name, (low, y - 0.04), (high, y + 0.04), amplitude, start, duration)


def box(name, low, high, amplitude, start, duration):
    return f"""
[[stimulus]]
name = "{name}"
where = {{ box = [["{low[0]:g} mm", "{low[1]:.2f} mm"], ["{high[0]:g} mm", "{high[1]:.2f} mm"]] }}
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
        elif style == 1:  # faster and faster until every other one fails, then a pause
            yield fall
            fall = 480.0 if fall < 225.0 else fall - (15.0 if fall > 300.0 else 6.0)
        elif style in (2, 3):  # pairs, some after a long pause
            yield rng.uniform(500, 1200) if style == 2 else rng.uniform(1000, 2500)
            yield rng.uniform(300, 400)
        elif style == 4:  # premature beats one after the other
            yield rng.uniform(600, 1200)
            for _ in range(rng.randint(2, 4)):
                yield rng.uniform(265, 380)
        elif style in (6, 7) and slow:
            yield rng.uniform(0.6 * cycle, 1.2 * cycle)
        else:
            yield rng.uniform(*{5: (250, 420), 6: (300, 600), 7: (300, 1200)}[style])


def measured(row, protocol, rng):
    """Times between stimuli of a cable on which restitution is measured [ms], without end."""
    low, high = protocol["cycles"]
    while True:
        if row % 2:
            yield from [rng.uniform(700, 1100)] * rng.randint(4, 7)
            yield rng.uniform(*protocol["premature"])
        else:
            yield from [low * (high / low) ** rng.random()] * rng.randint(*protocol["beats"])


def slow_and_less(row, protocol, rng):
    """Times between stimuli of a cable [ms], without end."""
    while True:
        for cycles in protocol["cycles"] if row % 2 else reversed(protocol["cycles"]):
            yield from [rng.uniform(*cycles)] * protocol["beats"]


def early(row, protocol, rng):
    """Times between stimuli of a cable [ms], without end."""
    while True:
        yield from [rng.uniform(*protocol["cycles"])] * rng.randint(*protocol["beats"])
        yield rng.uniform(*protocol["premature"])


def paced_cables(options, name, start, protocol, intervals, state):
    """Half of the cables are stimulated at their end, half all over at once, as a single cell is."""
    rng = random.Random(f"{options.seed} {name}")
    text = head(options, start, LENGTH, (ROWS - 1) * SPACING, SPACING, protocol["D"], 1e-12, state, protocol["end"], probes_at(FEW))
    for row in range(ROWS):
        t, site = 10.0, (0.0, 1.0) if row < ROWS / 2 else (0.0, LENGTH)
        for count, interval in enumerate(intervals(row, protocol, rng)):
            if t > protocol["end"] - 50.0:
                break
            text += stimulus(f"r{row}_{count}", row, *site, 52, t, 2.0 if row < ROWS / 2 else 1.0)
            t += interval
    return text


def probes_at(places):
    return {f"r{row}_{place}": (place, row * SPACING) for row in range(ROWS) for place in places}


def events(row, cycle, slow, end, rng):
    """Stimuli of a cable as texts."""
    t, count, out = rng.uniform(2, 30), 0, []
    ends = [(0.0, 1.0), (LENGTH - 1.0, LENGTH), (LENGTH / 2 - 0.5, LENGTH / 2 + 0.5)]
    for interval in intervals(row, cycle, slow, rng):
        if t > end - 50.0:
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


def head(options, start, length, width, spacing, D, across, state, end, probes, output=RECORDED):
    """All but the stimuli. `probes`: {name: (x, y)} in mm; `across`: of the conductivity, over that along x."""
    sigma = D * 1e3 * CHI_CM * 0.1  # cm2/ms * mF/cm3 = S/cm / 1000 -> S/m
    scaled = scale(options.model, random.Random(f"{options.seed} {start}")) if options.scaled else ""
    text = (HEAD + output).format(start=start, length=length, width=width, spacing=spacing, sigma=sigma, across=sigma * across, model=options.model, variant=options.variant, held=held(options.model),
                       scale=scaled, state=f'initial_state = "{state}"\n' if state else "", end=end, probes=", ".join(f'"{name}"' for name in probes),
                       states=", ".join(f'"{name}"' for name in SODIUM[options.model]))
    return text + "".join(f'\n[[probe]]\nname = "{name}"\nat = ["{x:g} mm", "{y:.2f} mm"]\n' for name, (x, y) in probes.items())


def cables(options, cycle, D, end, places, state):
    slow = bool(cycle) and cycle >= 1000 and not options.scaled
    rng = random.Random(f"{options.seed} {cycle} {D}")
    start = f"cables at random from a cell paced at {cycle} ms" if cycle else "cables at random from the model's initial state"
    text = head(options, start, LENGTH, (ROWS - 1) * SPACING, SPACING, D, 1e-12, state, end, probes_at(places))
    return text + "".join("".join(events(row, cycle or 1000, slow, end, rng)) for row in range(ROWS))


def spiral(options, start, of, s2, state, places, output=RECORDED):
    """A plane wave, and before its tail has passed a second stimulus on a quarter of the sheet; recorded at `places` [mm]."""
    side, probes = of["side"], {f"p{k}": place for k, place in enumerate(places)}
    text = head(options, start, side, side, of["spacing"], of["D"], 1.0, state, of["end"], probes, output)
    return text + box("S1", (0, 0), (2, side), 52, 2, 2) + box("S2", (0, 0), (0.6 * side, 0.5 * side), 52, s2, 2)


def anywhere(options, of):
    """Places on a square [mm]."""
    rng = random.Random(f"{options.seed} wide_spiral")
    return [(rng.uniform(3, of["side"] - 3), rng.uniform(3, of["side"] - 3)) for _ in range(of["nodes"])]


def near(tips, options, of):
    """Places on a square [mm] beside which a tip has passed; `tips`: rows of t, x, y."""
    rng = random.Random(f"{options.seed} spiral")
    within = lambda x: min(max(x, 1.0), of["side"] - 1.0)  # noqa: E731
    return [(within(rng.gauss(x, of["aside"])), within(rng.gauss(y, of["aside"]))) for _, x, y in (rng.choice(tips) for _ in range(of["nodes"]))]


class Folder:
    """Data sets in a folder, and the runs that they need."""

    def __init__(self, options):
        self.options, self.folder, self.program = options, options.folder, found_program(options.program)
        self.folder.mkdir(parents=True, exist_ok=True)

    def run(self, *words):
        done = subprocess.run([self.program, *words, "--quiet"], cwd=self.folder, text=True, capture_output=True)
        if done.returncode:
            sys.exit(f"myowave {' '.join(words)} ended with {done.returncode}: {done.stderr.strip()}")

    def record(self, name, configuration):
        """What is there is kept; else `configuration()` is run."""
        if not (self.folder / name / "dataset.h5").exists():
            (self.folder / f"{name}.toml").write_text(configuration())
            self.run("dataset", f"{name}.toml", "--output", name, "--force")
            print(f"{self.folder / name / 'dataset.h5'}", flush=True)

    def paced(self, cycle):
        """The file of a paced cell's state; none: the model's initial state."""
        name, of = f"cell_{cycle}", self.options
        if cycle and not (self.folder / name / "final_state.toml").exists():
            region = f'[[region]]\nname = "cell"\nmodel = "{of.model}"\nvariant = "{of.variant}"\n{held(of.model)}'
            (self.folder / f"{name}.toml").write_text(f'{region}\n[pacing]\nbcl = "{cycle} ms"\nbeats = 40\n')
            self.run("cell", f"{name}.toml", "--output", name, "--force")
        return f"{name}/final_state.toml" if cycle else ""

    def tips(self, of, s2, end):
        """Rows of t [ms], x, y [mm] from 200 ms behind the second stimulus on; none if all tips have gone before the end."""
        (self.folder / "tips.toml").write_text(spiral(self.options, "to see its tips", of | {"end": end}, s2, self.paced(of["cycle"]), [], TIPS))
        self.run("run", "tips.toml", "--output", "tips", "--force")
        file = self.folder / "tips/tips.csv"
        if not file.exists():  # there was none at any time
            return []
        with open(file, newline="") as lines:
            rows = [tuple(float(row[name]) for name in ("t_ms", "x_mm", "y_mm")) for row in csv.DictReader(lines)]
        return [row for row in rows if row[0] > s2 + 200.0] if rows and rows[-1][0] > end - 20.0 else []

    def wave(self, of):
        """When a second stimulus leaves a spiral wave [ms], and on which square: the smallest of three on which one does."""
        first, of = self.options.s2, of | {"D": max(of["D"], LEAST_D.get(self.options.model, 0.0))}
        for larger in (1.0, 1.4, 2.0):
            square = of | {"side": larger * self.options.side}
            for s2 in (first + way for way in (0, 10, -10, 20, -20, 30, -30, 45, 60)):
                if self.tips(square, s2, s2 + 700.0):
                    return s2, square
        sys.exit(f"{self.folder}: no second stimulus around {first:g} ms leaves a spiral wave; choose another time with --s2")

    def around_its_core(self):
        s2, square = self.wave(SPIRAL)
        passed = self.tips(square, s2, square["end"])
        if not passed:
            sys.exit(f"{self.folder}: the spiral wave has gone before {square['end']:g} ms; choose another time with --s2")
        return spiral(self.options, "a spiral wave around its core", square, s2, self.paced(square["cycle"]), near(passed, self.options, square))

    def with_more_room(self):
        s2, square = self.wave(WIDE_SPIRAL)
        return spiral(self.options, "a spiral wave", square, s2, self.paced(square["cycle"]), anywhere(self.options, square))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", default="ten_tusscher_2006", choices=SODIUM)
    parser.add_argument("--variant", default="epi")
    parser.add_argument("--scaled", action="store_true", help="with conductances that differ from cable to cable")
    parser.add_argument("--s2", type=float, default=340.0, metavar="MS", help="when the spiral's second stimulus comes; others around it are tried if it leaves none")
    parser.add_argument("--side", type=float, default=SPIRAL["side"], metavar="MM", help="of the spiral waves' square; 1.4 and 2 times as much is tried if none lives on it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", help="the solver; $MYOWAVE, or the newest of build/*/myowave")
    options = parser.parse_args()
    data = Folder(options)
    for cycle, D, end, places in FILES:
        data.record(f"from_{cycle}" if cycle else "from_rest", lambda: cables(options, cycle, D, end, places, data.paced(cycle)))
    restitution = PROTOCOLS | SLOW.get(options.model, {})
    premature = EARLY | {"premature": EARLIEST.get((options.model, options.variant), (320, 380))}
    for name, start, of, intervals in [("protocols", "restitution protocols", restitution, measured), ("slow", "slow and less slow", SLOW_AND_LESS, slow_and_less),
                                       ("early", "early beats", premature, early)]:  # fmt: skip
        data.record(name, lambda: paced_cables(options, name, start, of, intervals, data.paced(of["cycle"])))
    data.record("spiral", data.around_its_core)
    data.record("wide_spiral", data.with_more_room)


if __name__ == "__main__":
    main()
