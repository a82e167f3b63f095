# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Scratch folders, small configurations, and the program as a user starts it."""

import contextlib
import csv
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

MYOWAVE = os.environ["MYOWAVE"]
SOURCE = pathlib.Path(os.environ["MYOWAVE_SOURCE"])
MPIEXEC = os.environ.get("MPIEXEC", "mpiexec")
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                   OMPI_MCA_mpi_yield_when_idle="1", OMPI_MCA_hwloc_base_binding_policy="none")
ENVIRONMENT.pop("MYOWAVE_ISA", None)

# Both finish in well under a second.
SHEET = """[mesh]
kind = "sheet"
size = ["1.9 mm", "1.9 mm"]
spacing = "0.1 mm"

[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
fibre = [1.0, 0.0]

[[region]]
name = "all"
model = "ten_tusscher_2006"
variant = "epi"

[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm"], ["0.3 mm", "1.9 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"

[time]
end = "4 ms"
step = "0.05 ms"

[reaction]
step = "0.05 ms"

[output]
fields = { names = ["V"], every = "1 ms" }

[[probe]]
name = "P1"
at = ["1 mm", "1 mm"]
every = "0.5 ms"

[checkpoint]
every = "2 ms"
"""
CABLE = """[mesh]
kind = "cable"
size = "3.9 mm"
spacing = "0.1 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["0.3 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "10 ms"
step = "0.05 ms"
[[probe]]
name = "end"
at = ["3.9 mm"]
"""


def edited(text, *edits):
    """`text` with every (old, new) replaced; each `old` must occur exactly once."""
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"'{old}' occurs {text.count(old)} times")
        text = text.replace(old, new)
    return text


def place(text, mark):
    """line:column of the first occurrence of `mark`."""
    before = text[:text.index(mark)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def command(*arguments, ranks=1):
    words = [MYOWAVE, *map(str, arguments)]
    return words if ranks == 1 else [MPIEXEC, "-n", str(ranks), *words]


def run(*arguments, ranks=1, cwd=None, environment=None, timeout=60):
    """Runs the program to its end; the result has returncode, stdout and stderr."""
    return subprocess.run(command(*arguments, ranks=ranks), cwd=cwd, env={**ENVIRONMENT, **(environment or {})},
                          text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout)


def start(*arguments, ranks=1, cwd=None):
    return subprocess.Popen(command(*arguments, ranks=ranks), cwd=cwd, env=ENVIRONMENT, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run_json(folder):
    return json.loads((folder / "run.json").read_text())


def table(file):
    """A CSV file as {column: [text]}, columns in order."""
    with open(file, newline="") as lines:
        rows = list(csv.reader(lines))
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError(f"{file} has rows of different length")
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def image(file):
    """What VTK finds in a .vti or .pvti file: dimensions, spacing, arrays {name: [values, of vectors the first]}."""
    from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLPImageDataReader
    reader = vtkXMLPImageDataReader() if file.suffix == ".pvti" else vtkXMLImageDataReader()
    errors = []
    reader.AddObserver("ErrorEvent", lambda *_: errors.append(file))
    reader.SetFileName(str(file))
    reader.Update()
    if errors or not file.exists():
        raise OSError(f"VTK cannot read {file}")
    out = reader.GetOutput()
    data = out.GetPointData()
    arrays = {data.GetArrayName(i): [data.GetArray(i).GetComponent(k, 0) for k in range(data.GetArray(i).GetNumberOfTuples())]
              for i in range(data.GetNumberOfArrays())}
    return {"dimensions": out.GetDimensions(), "spacing": out.GetSpacing(), "arrays": arrays}


def elements(file):
    """What VTK finds in a .vtu or .pvtu file: nodes in the order of their numbers {number: position}, cells as lists of
    these, arrays {name: {number: value, of vectors the first}}."""
    from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader, vtkXMLUnstructuredGridReader
    reader = vtkXMLPUnstructuredGridReader() if file.suffix == ".pvtu" else vtkXMLUnstructuredGridReader()
    errors = []
    reader.AddObserver("ErrorEvent", lambda *_: errors.append(file))
    reader.SetFileName(str(file))
    reader.Update()
    if errors or not file.exists():
        raise OSError(f"VTK cannot read {file}")
    out = reader.GetOutput()
    data, count = out.GetPointData(), out.GetNumberOfPoints()
    number = [int(data.GetArray("node").GetValue(n)) for n in range(count)]
    arrays = {data.GetArrayName(i): {number[n]: data.GetArray(i).GetComponent(n, 0) for n in sorted(range(count), key=number.__getitem__)}
              for i in range(data.GetNumberOfArrays()) if data.GetArrayName(i) != "node"}
    cells = [[number[out.GetCell(c).GetPointId(k)] for k in range(out.GetCell(c).GetNumberOfPoints())]
             for c in range(out.GetNumberOfCells())]
    return {"nodes": {number[n]: out.GetPoint(n) for n in sorted(range(count), key=number.__getitem__)}, "cells": cells,
            "arrays": arrays}


def contents(folder):
    """{path: bytes} of everything below a folder, None for a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(folder.rglob("*"))}


@contextlib.contextmanager
def small_disk(folder, size):
    """A file system of its own in a new folder; skips the test where mounting is not permitted."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True,
                          text=True)
    if done.returncode != 0:
        print(f"skipped: no tmpfs can be mounted: {done.stderr.strip()}")
        raise unittest.SkipTest("no tmpfs can be mounted")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


class ProgramTest(unittest.TestCase):
    """A test in a scratch folder of its own, `self.folder`."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def config(self, text, name="case.toml"):
        file = self.folder / name
        file.write_text(text)
        return file

    def run_ok(self, *arguments, **options):
        done = run(*arguments, **{"cwd": self.folder, **options})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr, "")
        return done
