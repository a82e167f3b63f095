# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a run folder holds as VTK files: the maps and the frames of V, of a grid or of a mesh of elements."""

import xml.etree.ElementTree

import numpy
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkObject, vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkUnstructuredGrid
from vtkmodules.vtkIOXML import (vtkXMLImageDataReader, vtkXMLPImageDataReader, vtkXMLPUnstructuredGridReader,
                                 vtkXMLUnstructuredGridReader)

from inputs import InputError

READERS = {".vti": vtkXMLImageDataReader, ".pvti": vtkXMLPImageDataReader, ".vtu": vtkXMLUnstructuredGridReader,
           ".pvtu": vtkXMLPUnstructuredGridReader}
MAPS = ("maps.vti", "maps.pvti", "maps.vtu", "maps.pvtu")
NODE = "node"  # the array with the numbers of the nodes


def read_grid(file):
    """What is in a .vti, .pvti, .vtu or .pvtu file; nodes that pieces of elements share are there once."""
    reader = READERS[file.suffix]()
    vtkObject.GlobalWarningDisplayOff()  # one line of ours says it
    reader.SetFileName(str(file))
    reader.Update()
    grid = reader.GetOutput()
    if reader.GetErrorCode() != 0 or grid.GetNumberOfPoints() == 0:
        raise InputError(f"{file} cannot be read; if the run was interrupted, repeat it")
    return grid if file.suffix != ".pvtu" else joined(grid, file)


def joined(grid, file):
    """The mesh without the doubles of nodes at which pieces meet, which would be sides of its surface."""
    numbers = grid.GetPointData().GetArray(NODE)
    if numbers is None:
        raise InputError(f"{file} has no array \"{NODE}\"; repeat the run")
    _, first, place = numpy.unique(vtk_to_numpy(numbers), return_index=True, return_inverse=True)
    points = vtkPoints()
    points.SetData(numpy_to_vtk(vtk_to_numpy(grid.GetPoints().GetData())[first], deep=True))
    old = grid.GetCells()
    cells = vtkCellArray()
    cells.SetData(numpy_to_vtkIdTypeArray(vtk_to_numpy(old.GetOffsetsArray()).astype(numpy.int64), deep=True),
                  numpy_to_vtkIdTypeArray(place[vtk_to_numpy(old.GetConnectivityArray())].astype(numpy.int64), deep=True))
    result = vtkUnstructuredGrid()
    result.SetPoints(points)
    result.SetCells(grid.GetCellTypesArray(), cells)
    result.GetCellData().ShallowCopy(grid.GetCellData())
    for name in names_in(grid):
        array = numpy_to_vtk(vtk_to_numpy(grid.GetPointData().GetArray(name))[first], deep=True)
        array.SetName(name)
        result.GetPointData().AddArray(array)
    return result


def has_elements(grid):
    return not isinstance(grid, vtkImageData)


def in_space(grid):
    """Whether it is drawn in perspective: a slab, or elements."""
    return has_elements(grid) or min(grid.GetDimensions()) > 1


def not_a_cable(grid, run):
    """The grid, if it extends along two axes at least."""
    if is_cable(grid):
        raise InputError(f"{run} is a cable, which has no picture; `isochrones` and `traces` draw it as curves")
    return grid


def is_cable(grid):
    return not has_elements(grid) and sum(n > 1 for n in grid.GetDimensions()) < 2


def read_maps(run):
    for name in MAPS:
        if (run / name).exists():
            return read_grid(run / name)
    raise InputError(f"{run} has no maps.vti, maps.pvti, maps.vtu or maps.pvtu; finish the run with [output] activation or apd set")


def values_of(grid, name):
    """The values at the nodes, of a grid x fastest; of a vector one row a node."""
    array = grid.GetPointData().GetArray(name)
    if array is None:
        raise InputError(f"there is no array \"{name}\"; there are: {', '.join(names_in(grid)) or 'none'}")
    return vtk_to_numpy(array).astype(float)


def names_in(grid):
    """The arrays of the nodes but their numbers."""
    data = grid.GetPointData()
    return [name for name in (data.GetArrayName(k) for k in range(data.GetNumberOfArrays())) if name != NODE]


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
