#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of a finished run on a sheet or a slab.

    postprocess/render.py RUN activation                  activation times and isochrones
    postprocess/render.py RUN apd                         action potential durations
    postprocess/render.py RUN frames --times 100,200,300  V at these times [ms], side by side

Without a display the slab is drawn on a virtual one (xvfb-run). Exit status 2: wrong input.
"""

import argparse
import os
import re
import shutil
import sys
import xml.etree.ElementTree
from pathlib import Path

import figures
import numpy
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkObject
from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLPImageDataReader


class InputError(Exception):
    """A mistake of the user, in one line that says what to do."""


def read_grid(file):
    """The grid in a .vti or .pvti file."""
    reader = vtkXMLPImageDataReader() if file.suffix == ".pvti" else vtkXMLImageDataReader()
    vtkObject.GlobalWarningDisplayOff()  # one line of ours says it
    reader.SetFileName(str(file))
    reader.Update()
    grid = reader.GetOutput()
    if reader.GetErrorCode() != 0 or grid.GetNumberOfPoints() == 0:
        raise InputError(f"{file} cannot be read; if the run was interrupted, repeat it")
    if sum(n > 1 for n in grid.GetDimensions()) < 2:
        raise InputError(f"{file} is a cable: there is no map to draw; plot its line in ParaView, or probes.csv")
    return grid


def read_maps(run):
    for name in ("maps.vti", "maps.pvti"):
        if (run / name).exists():
            return read_grid(run / name)
    raise InputError(f"{run} has no maps.vti or maps.pvti; finish the run with [output] activation or apd set")


def values_of(grid, name):
    """The values at the nodes, x fastest."""
    array = grid.GetPointData().GetArray(name)
    if array is None:
        raise InputError(f"there is no array \"{name}\"; there are: {', '.join(names_in(grid)) or 'none'}")
    return vtk_to_numpy(array).astype(float)


def names_in(grid):
    data = grid.GetPointData()
    return [data.GetArrayName(k) for k in range(data.GetNumberOfArrays())]


def apd_name(grid, beat):
    """'apd90_beat1_ms': the level is the run's."""
    for name in names_in(grid):
        if re.fullmatch(rf"apd[\d.]+_beat{beat}_ms", name):
            return name
    raise InputError(f"there is no APD of beat {beat} in the maps; there are: {', '.join(names_in(grid)) or 'none'}")


def read_series(run):
    """The frames of V as (time [ms], file), in order of time."""
    file = run / "V.pvd"
    if not file.exists():
        raise InputError(f"{file} is missing; repeat the run with [output] fields set")
    try:
        entries = xml.etree.ElementTree.parse(file).getroot().iter("DataSet")
        series = sorted((float(e.get("timestep")), run / e.get("file")) for e in entries)
    except (xml.etree.ElementTree.ParseError, TypeError, ValueError) as fault:
        raise InputError(f"{file} is damaged ({fault}); repeat the run") from fault
    if not series:
        raise InputError(f"{file} lists no frame; repeat the run with a shorter [output] fields.every")
    return series


def nearest_frames(series, times):
    first, last = series[0][0], series[-1][0]
    for t in times:
        if not first <= t <= last:
            raise InputError(f"no frame at {t:g} ms; the run has {len(series)} from {first:g} to {last:g} ms")
    return [min(series, key=lambda frame: abs(frame[0] - t)) for t in times]


def early_point(run, grid):
    """Where the slab is looked at from: the earliest activation, or the origin without maps."""
    try:
        times = values_of(read_maps(run), "activation_beat1_ms")
    except InputError:
        return grid.GetPoint(0)
    same_grid = times.size == grid.GetNumberOfPoints() and numpy.isfinite(times).any()
    return grid.GetPoint(int(numpy.nanargmin(times)) if same_grid else 0)


def draw_map(options, name_of, label, colours, missing, isochrones):
    grid = read_maps(options.run)
    name = name_of(grid)
    values = values_of(grid, name)
    if not numpy.isfinite(values).any():
        raise InputError(f"no node has a value in {name}; run longer, until beat {options.beat} has "
                         + ("activated the tissue" if isochrones else "repolarised"))
    scale = figures.Scale.of_map(values, label, colours, options.every, missing, isochrones)
    need_display(grid)
    figures.draw([figures.Panel(grid, name, "")], scale, early_point(options.run, grid), options.output)


def draw_activation(options):
    draw_map(options, lambda grid: f"activation_beat{options.beat}_ms", "activation time", "viridis",
             "not activated", True)


def draw_apd(options):
    level = re.match(r"apd([\d.]+)", apd_name(read_maps(options.run), options.beat))[1]
    draw_map(options, lambda grid: apd_name(grid, options.beat), f"APD$_{{{level}}}$", "viridis", "no APD", False)


def draw_frames(options):
    if not options.times:
        raise InputError("frames need --times, for example --times 100,200,300")
    frames = nearest_frames(read_series(options.run), options.times)
    for _, file in frames:
        if not file.exists():
            raise InputError(f"{file} is missing; repeat the run")
    panels = [figures.Panel(read_grid(file), "V", f"{t:g} ms") for t, file in frames]
    for panel in panels:
        values_of(panel.grid, "V")
    need_display(panels[0].grid)
    figures.draw(panels, figures.Scale.of_potential(), early_point(options.run, panels[0].grid), options.output)


def need_display(grid):
    """Starts this script again on a virtual display if it is to draw in 3-D and there is none."""
    if min(grid.GetDimensions()) == 1 or os.environ.get("DISPLAY"):
        return
    if shutil.which("xvfb-run") is None:
        raise InputError("a slab is drawn with OpenGL on a display; install xvfb and xauth")
    os.execvp("xvfb-run", ["xvfb-run", "-a", "/usr/bin/python3", os.path.abspath(__file__)] + sys.argv[1:])


def times_list(text):
    return [float(t) for t in text.split(",")]


def read_options(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished run")
    parser.add_argument("what", choices=["activation", "apd", "frames"])
    parser.add_argument("--output", type=Path, metavar="FILE.png", help="default: RUN/<what>.png")
    parser.add_argument("--times", type=times_list, metavar="T1,T2", help="frames: times in ms")
    parser.add_argument("--beat", type=int, default=1, help="maps: beat, from 1")
    parser.add_argument("--every", type=float, metavar="MS", help="activation: ms between isochrones")
    options = parser.parse_args(arguments)
    if options.every is not None and options.every <= 0:
        parser.error("--every must be above 0")
    options.output = options.output or options.run / f"{options.what}.png"
    return options


def main(arguments):
    options = read_options(arguments)
    try:
        if not options.run.is_dir():
            raise InputError(f"{options.run} is not a folder; give the --output folder of a finished run")
        {"activation": draw_activation, "apd": draw_apd, "frames": draw_frames}[options.what](options)
    except InputError as fault:
        print(f"render.py: {fault}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"render.py: cannot write {options.output}: {fault.strerror}", file=sys.stderr)
        return 2
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
