# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Starts, stops and compares runs; used by test_restart, test_kill, test_ranks and test_examples."""

import csv
import ctypes
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

import numpy
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLPImageDataReader

MYOWAVE = os.environ["MYOWAVE"]
SOURCE = pathlib.Path(os.environ["MYOWAVE_SOURCE"])
MPIEXEC = os.environ.get("MPIEXEC", "mpiexec")
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                   OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
                   OMPI_MCA_mpi_yield_when_idle="1", OMPI_MCA_hwloc_base_binding_policy="none")


class RunTest(unittest.TestCase):
    """A test in a scratch folder of its own, `self.folder`."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def config(self, text, name="run.toml"):
        file = self.folder / name
        file.write_text(text)
        return file

    def run_ok(self, *arguments, ranks=1, cwd=None):
        done = run(*arguments, ranks=ranks, cwd=cwd)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def assert_whole(self, folder):
        """No file with a final name is broken, and V.pvd lists only what is there."""
        self.assertEqual(faults(folder), [])


def command(*arguments, ranks=1):
    words = [MYOWAVE, *map(str, arguments)]
    return words if ranks == 1 else [MPIEXEC, "-n", str(ranks), *words]


def run(*arguments, ranks=1, cwd=None):
    return subprocess.run(command(*arguments, ranks=ranks), cwd=cwd, env=ENVIRONMENT, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


def start(*arguments, ranks=1):
    return subprocess.Popen(command(*arguments, ranks=ranks), env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_line(process, log, pattern, count=1, seconds=60.0):
    """Waits until the log has `count` lines with the pattern; False if the run ends before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if log.exists() and len(re.findall(pattern, log.read_text(errors="replace"))) >= count:
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.002)
    raise AssertionError(f"{log} has no '{pattern}' after {seconds} s")


def children(process):
    """Process numbers of the ranks that mpiexec has started."""
    return [int(pid) for pid in
            pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


# ------------------------------------------------------------------------------------ what a run has written
def results(folder):
    return json.loads((folder / "run.json").read_text())["results"]


def hashes(folder):
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(folder.rglob("*")) if file.is_file()}


def collection(file):
    """(time, file) of every frame that a .pvd lists."""
    tree = xml.etree.ElementTree.parse(file)
    return [(float(each.get("timestep")), file.parent / each.get("file")) for each in tree.iter("DataSet")]


def frames(folder):
    return collection(folder / "V.pvd")


def read_image(file):
    """Arrays of a .vti or .pvti by name, indexed [z, y, x] and, of vectors, [z, y, x, component]; raises if VTK reports an error."""
    reader = vtkXMLPImageDataReader() if file.suffix == ".pvti" else vtkXMLImageDataReader()
    errors = []
    reader.AddObserver("ErrorEvent", lambda *_: errors.append("error"))
    reader.SetFileName(str(file))
    reader.Update()
    image = reader.GetOutput()
    if errors or not file.exists() or reader.GetErrorCode() or image.GetPointData().GetNumberOfArrays() == 0:
        raise OSError(f"VTK cannot read {file}")
    x, y, z = image.GetDimensions()
    data = image.GetPointData()
    values = {data.GetArrayName(i): vtk_to_numpy(data.GetArray(i)) for i in range(data.GetNumberOfArrays())}
    return {name: each.reshape(z, y, x, *each.shape[1:]).copy() for name, each in values.items()}


def maps(folder):
    files = [folder / name for name in ("maps.vti", "maps.pvti") if (folder / name).exists()]
    if len(files) != 1:
        raise AssertionError(f"{folder} has {len(files)} map files")
    return read_image(files[0])


def probe_rows(folder):
    with open(folder / "probes.csv", newline="") as file:
        return list(csv.reader(file))


def hdf5_is_whole(file):
    """The file is as long as its superblock says: HDF5 writes the end of the file there when it closes it."""
    head = file.read_bytes()[:48]
    return len(head) == 48 and head[:8] == b"\x89HDF\r\n\x1a\n" and \
        struct.unpack_from("<Q", head, 40)[0] == file.stat().st_size


def faults(folder):
    """What is broken among the files with a final name."""
    found = []

    def attempt(file, function):
        try:
            if function(file) is False:
                found.append(f"{file} is broken")
        except Exception as error:  # whatever a reader makes of half a file
            found.append(f"{file}: {error!r}")

    for file in folder.rglob("*"):
        if file.suffix in (".vti", ".pvti"):
            attempt(file, read_image)
        elif file.suffix == ".h5":
            attempt(file, hdf5_is_whole)
        elif file.suffix == ".json":
            attempt(file, lambda f: json.loads(f.read_text()))
        elif file.suffix == ".pvd":
            attempt(file, lambda _: all(frame.exists() for _, frame in frames(folder)))
    return found


# ---------------------------------------------------------------------- every dataset of a checkpoint, as bytes
def checkpoint_datasets(file, names):
    """{name: bytes} by libhdf5 itself, as h5py is no dependency; None where the library is not found."""
    try:
        hdf5 = ctypes.CDLL("libhdf5_openmpi.so.103")
    except OSError:
        return None
    for function in ("H5Fopen", "H5Dopen2", "H5Dget_space", "H5Dget_type"):
        getattr(hdf5, function).restype = ctypes.c_int64
    hdf5.H5Sget_simple_extent_npoints.restype = ctypes.c_int64
    hdf5.H5Tget_size.restype = ctypes.c_size_t
    as_id = ctypes.c_int64
    hdf5.H5open()
    hdf5.H5Eset_auto2(as_id(0), None, None)
    opened = hdf5.H5Fopen(str(file).encode(), ctypes.c_uint(0), as_id(0))
    datasets = {}
    for name in names:
        dataset = hdf5.H5Dopen2(as_id(opened), name.encode(), as_id(0))
        if dataset < 0:
            continue
        kind = hdf5.H5Dget_type(as_id(dataset))
        space = hdf5.H5Dget_space(as_id(dataset))
        size = hdf5.H5Sget_simple_extent_npoints(as_id(space)) * hdf5.H5Tget_size(as_id(kind))
        values = ctypes.create_string_buffer(max(size, 1))
        if hdf5.H5Dread(as_id(dataset), as_id(kind), as_id(0), as_id(0), as_id(0), values) < 0:
            raise OSError(f"{file}: {name} cannot be read")
        datasets[name] = values.raw[:size]
    hdf5.H5Fclose(as_id(opened))
    return datasets


def largest_difference(a, b):
    """Over two arrays whose NaN (holes, nodes never activated) must lie alike."""
    if not numpy.array_equal(numpy.isnan(a), numpy.isnan(b)):
        return float("inf")
    with numpy.errstate(invalid="ignore"):
        return float(numpy.nanmax(numpy.abs(a - b), initial=0.0))


# ------------------------------------------------------------------------------------------- configurations
FAST_CELL = 'model = "mitchell_schaeffer_2003"\nparameters = { tau_close = "20 ms", tau_open = "15 ms" }'
SHAPES = {
    "cable": ('kind = "cable"\nsize = ["12 mm"]\nspacing = "0.2 mm"', '[["0 mm"], ["1 mm"]]',
              '[["6 mm"], ["12 mm"]]', ('["3 mm"]', '["9 mm"]')),
    "sheet": ('kind = "sheet"\nsize = ["8 mm", "6 mm"]\nspacing = "0.25 mm"\n'
              'holes = [{ sphere = { centre = ["3 mm", "3 mm"], radius = "1 mm" } }]',
              '[["0 mm", "0 mm"], ["1 mm", "6 mm"]]', '[["5 mm", "0 mm"], ["8 mm", "6 mm"]]',
              ('["1.5 mm", "3 mm"]', '["7 mm", "5 mm"]')),
    "slab": ('kind = "slab"\nsize = ["5 mm", "4 mm", "2 mm"]\nspacing = "0.25 mm"',
             '[["0 mm", "0 mm", "0 mm"], ["1 mm", "1 mm", "2 mm"]]',
             '[["4 mm", "0 mm", "0 mm"], ["5 mm", "4 mm", "2 mm"]]',
             ('["2 mm", "2 mm", "1 mm"]', '["5 mm", "4 mm", "2 mm"]')),
}


def tissue_config(shape, end, train, diffusion="explicit", splitting="godunov", angle=0, checkpoint="25 ms",
                  frames_every="7 ms", second_model='model = "ten_tusscher_2006"', tolerance=1e-8):
    """Tissue with two regions of different models, a train of stimuli, probes at two intervals."""
    mesh, stimulated, right, (near, far) = SHAPES[shape]
    fibre = f'fibre = {{ angle = "{angle} deg" }}' if shape != "cable" else ""
    return f"""[mesh]
{mesh}
[tissue]
surface_to_volume = "100 /mm"
conductivity = {{ longitudinal = "0.154 S/m", transverse = "0.05 S/m" }}
{fibre}
[[region]]
name = "right"
{second_model}
where = {{ box = {right} }}
[[region]]
name = "left"
{FAST_CELL}
[[stimulus]]
name = "S1"
where = {{ box = {stimulated} }}
amplitude = "52 uA/uF"
duration = "1 ms"
period = "{train}"
[time]
end = "{end}"
step = "0.1 ms"
[solver]
splitting = "{splitting}"
diffusion = "{diffusion}"
tolerance = {tolerance}
[output]
fields = {{ names = ["V"], every = "{frames_every}" }}
activation = {{ threshold = "-40 mV" }}
[[probe]]
name = "near"
at = {near}
every = "0.7 ms"
[[probe]]
name = "far"
at = {far}
[checkpoint]
every = "{checkpoint}"
"""
