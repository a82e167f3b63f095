#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a surrogate of O'Hara and Rudy's cell loses if it keeps some of the sodium gates only: the model itself without them, and nothing learnt.

    bench/surrogates/sodium_gates_kept.py [--program build/release/myowave]

Compiles the model with each reduced sodium current as a user's own, and prints CV and APD90 of its second beat on a cable and of a cell beside those of the
model. Two minutes on one core.
"""

import argparse
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from bench.surrogates.arena_contenders import CELL
from bench.surrogates.arena_hosts import host_of
from bench.surrogates.common import CABLE, Workplace, first, found_program, say

ROOT = Path(__file__).resolve().parent.parent.parent
HEADER = ROOT / "ionic/models/ohara_rudy_2011.hpp"
WHOLE = "return g[0] * cube(y[m]) * open + g[1] * y[mL] * mixed(phos, y[hL], y[hLp]);"
# What is left of it.
REDUCED = {
    "without the late current": "return g[0] * cube(y[m]) * open;",
    "without phosphorylated gates": "return g[0] * cube(y[m]) * h_ * y[j] + g[1] * y[mL] * y[hL];",
    "without slow and phosphorylated gates": "return g[0] * cube(y[m]) * y[hf] * y[j] + g[1] * y[mL] * y[hL];",
    "m, hf and j alone": "return g[0] * cube(y[m]) * y[hf] * y[j];",
}
BEATS, CYCLE = 20, 1000


def compiled(place, number, current):
    """The model with another sodium current, as a shared object."""
    text = HEADER.read_text()
    if text.count(WHOLE) != 1:
        sys.exit(f"{HEADER} has no line '{WHOLE}'; bring this script up to date")
    text = text.replace("#pragma once\n", "").replace(WHOLE, f"static_cast<void>(open), static_cast<void>(hp), static_cast<void>(h_), static_cast<void>(phos);\n    {current}")
    text = text.replace("OHaraRudy2011", "FewerSodiumGates").replace('.name = "ohara_rudy_2011"', f'.name = "reduced_{number}"')
    place.write(f"reduced_{number}.cpp", '#include "ionic/model.hpp"\n' + text + "\nMYOWAVE_MODEL(FewerSodiumGates)\n")
    done = subprocess.run(["sh", ROOT / "ionic/compile_model.sh", f"reduced_{number}.cpp"], cwd=place.folder, text=True, capture_output=True)
    if done.returncode:
        sys.exit(done.stderr)
    return f"./reduced_{number}.so"


def measured(place, name, model):
    """Of a cell paced long enough: APD90, V of rest and dV/dt; of a cable that starts from it CV."""
    host = host_of("ohara_rudy_2011")
    cell = f'model = "{model}"\nvariant = "endo"\nparameters = {{ drift = 0 }}'
    place.write(f"{name}.toml", CELL.format(cell=cell))
    paced, folder, _ = place.run("cell", f"{name}.toml", "--beats", BEATS, "--bcl", f"{CYCLE} ms")
    (place.folder / f"{name}_state.toml").write_text((folder / "final_state.toml").read_text())
    place.write(f"{name}_cable.toml", CABLE.format(cell=cell + f'\ninitial_state = "{name}_state.toml"', spacing=0.1, step=0.01, start=5, end=60, **host.wave()))
    run, _, _ = place.run("run", f"{name}_cable.toml", sets=['reaction.step="0.01 ms"'])
    probes = run["results"]["probes"]
    return {"apd90_ms": paced["results"]["beats"][-1]["apd90_ms"], "cv_m_per_s": 10.0 / (first(probes["far"]["activation_ms"]) - first(probes["near"]["activation_ms"]))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", help="the solver; $MYOWAVE, or the newest of build/*/myowave")
    place = Workplace(found_program(parser.parse_args().program))
    whole = measured(place, "whole", "ohara_rudy_2011")
    print("| sodium current | CV | APD90 |\n|---|---|---|")
    print(f"| whole | {100 * whole['cv_m_per_s']:.2f} cm/s | {whole['apd90_ms']:.1f} ms |")
    for number, (label, current) in enumerate(REDUCED.items()):
        say(label)
        other = measured(place, f"reduced_{number}", compiled(place, number, current))
        print(f"| {label} | {100 * (other['cv_m_per_s'] / whole['cv_m_per_s'] - 1):+.2f} % | {other['apd90_ms'] - whole['apd90_ms']:+.1f} ms |", flush=True)
    place.close()


if __name__ == "__main__":
    main()
