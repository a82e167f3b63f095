# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a run folder holds as VTK files: the maps and the frames of V."""

import xml.etree.ElementTree

from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkObject
from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLPImageDataReader

from inputs import InputError


def read_grid(file):
    """The grid in a .vti or .pvti file."""
    reader = vtkXMLPImageDataReader() if file.suffix == ".pvti" else vtkXMLImageDataReader()
    vtkObject.GlobalWarningDisplayOff()  # one line of ours says it
    reader.SetFileName(str(file))
    reader.Update()
    grid = reader.GetOutput()
    if reader.GetErrorCode() != 0 or grid.GetNumberOfPoints() == 0:
        raise InputError(f"{file} cannot be read; if the run was interrupted, repeat it")
    return grid


def not_a_cable(grid, run):
    """The grid, if it extends along two axes at least."""
    if is_cable(grid):
        raise InputError(f"{run} is a cable, which has no picture; `isochrones` and `traces` draw it as curves")
    return grid


def is_cable(grid):
    return sum(n > 1 for n in grid.GetDimensions()) < 2


def read_maps(run):
    for name in ("maps.vti", "maps.pvti"):
        if (run / name).exists():
            return read_grid(run / name)
    raise InputError(f"{run} has no maps.vti or maps.pvti; finish the run with [output] activation or apd set")


def values_of(grid, name):
    """The values at the nodes, x fastest; of a vector one row a node."""
    array = grid.GetPointData().GetArray(name)
    if array is None:
        raise InputError(f"there is no array \"{name}\"; there are: {', '.join(names_in(grid)) or 'none'}")
    return vtk_to_numpy(array).astype(float)


def names_in(grid):
    data = grid.GetPointData()
    return [data.GetArrayName(k) for k in range(data.GetNumberOfArrays())]


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
