# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A wave of ten Tusscher and Panfilov's cell in a box of cubes or of tetrahedra, as a run in a folder."""

import json
import os
import pathlib
import subprocess

import box_mesh

SOURCE = pathlib.Path(__file__).resolve().parent.parent
MYOWAVE = str(SOURCE / "build/release/myowave")
SPACING_MM = 0.1
STEP_MS = 0.02
CONFIG = """title = "box"
[mesh]
{mesh}
[tissue]
conductivity = {{ longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }}
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
model = "ten_tusscher_2006"
[[stimulus]]
name = "corner"
where = {{ sphere = {{ centre = ["0 mm", "0 mm", "0 mm"], radius = "1.5 mm" }} }}
amplitude = "50 uA/uF"
duration = "1 ms"
[time]
end = "1 ms"
step = "{step} ms"
[output]
fields = {{ names = ["V"], every = "1000 ms" }}
activation = {{ threshold = "0 mV" }}
"""


def prepare(folder, cells, elements):
    """Writes the configuration, and the mesh if it is one of tetrahedra; returns the path of the former."""
    size = [f"{SPACING_MM * n:g} mm" for n in cells]
    mesh = f'kind = "slab"\nsize = {json.dumps(size)}\nspacing = "{SPACING_MM} mm"'
    if elements:
        path = folder / f"box_{'x'.join(map(str, cells))}.vtu"
        if not path.exists():
            box_mesh.write_vtu(path, *box_mesh.box(cells, SPACING_MM, "tetrahedra"), "tetrahedra")
        mesh = f'kind = "file"\npath = "{path}"'
    config = folder / f"box_{'x'.join(map(str, cells))}_{'fe' if elements else 'fd'}.toml"
    config.write_text(CONFIG.format(mesh=mesh, step=STEP_MS))
    return config


def run(config, ranks=1, steps=50, settings=(), options="", prefix=(), myowave=MYOWAVE):
    """What run.json says. `options` are PETSc's, `prefix` words stand before the command."""
    out = config.parent / "out"
    command = [myowave, "run", str(config), "--quiet", "--force", "--output", str(out), "--set",
               f"time.end={steps * STEP_MS:g} ms"]
    for each in settings:
        command += ["--set", each]
    if ranks > 1:
        command = ["mpirun", "-n", str(ranks)] + command
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PETSC_OPTIONS": options}
    subprocess.run(list(prefix) + command, check=True, env=environment)
    return json.loads((out / "run.json").read_text())
