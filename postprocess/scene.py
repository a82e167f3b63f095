# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Draws node values of a slab or of elements in perspective, with VTK. Needs a display."""

import os
import shutil
import sys

import matplotlib
import numpy
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (the drawing backend registers itself)
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkCommonDataModel import vtkDataObject
from vtkmodules.vtkFiltersCore import vtkContourFilter, vtkPolyDataNormals, vtkThreshold
from vtkmodules.vtkFiltersGeometry import vtkGeometryFilter
from vtkmodules.vtkRenderingCore import (vtkActor, vtkCamera, vtkLight, vtkPolyDataMapper, vtkRenderer,
                                         vtkRenderWindow, vtkWindowToImageFilter)

from inputs import InputError
from panels import GREY

MARGIN = 1.03  # white around what is drawn


def need_display():
    """Starts the program again on a virtual display if there is none."""
    if os.environ.get("DISPLAY"):
        return
    if shutil.which("xvfb-run") is None:
        raise InputError("slabs and elements are drawn with OpenGL on a display; install xvfb and xauth")
    os.execvp("xvfb-run", ["xvfb-run", "-a", "/usr/bin/python3", os.path.abspath(sys.argv[0])] + sys.argv[1:])


class View:
    """Looks at points from a position; the window just holds them."""

    lit = False  # without light, colours are those of the colour bar

    def __init__(self, position, centre, up, points):
        self.position, self.centre, self.up = position, centre, up
        flat = self.tangents(points)
        low, high = flat.min(axis=0), flat.max(axis=0)
        self.middle, self.half = (low + high) / 2, MARGIN * (high - low) / 2
        self.half = numpy.maximum(self.half, 0.02 * self.half.max())
        self.aspect = self.half[1] / self.half[0]

    def axes(self):
        """Unit vectors forward, to the right and up."""
        forward = (self.centre - self.position) / numpy.linalg.norm(self.centre - self.position)
        right = numpy.cross(forward, self.up)
        right /= numpy.linalg.norm(right)
        return forward, right, numpy.cross(right, forward)

    def tangents(self, points):
        """Of view angles to the right and up, a row for each point."""
        forward, right, upright = self.axes()
        offset = numpy.asarray(points) - self.position
        return numpy.stack([offset @ right, offset @ upright], axis=-1) / (offset @ forward)[..., None]

    def pixel(self, point, pixels):
        """Column and row, from the upper left, in a picture of pixels[0] x pixels[1]."""
        x, y = (self.tangents(point) - self.middle) / self.half
        return numpy.array([(1 + x) / 2 * pixels[0], (1 - y) / 2 * pixels[1]])

    def camera(self):
        camera = vtkCamera()
        camera.SetPosition(*self.position)
        camera.SetFocalPoint(*self.centre)
        camera.SetViewUp(*self.up)
        camera.SetViewAngle(2 * numpy.degrees(numpy.arctan(self.half[1])))
        camera.SetWindowCenter(*(self.middle / self.half))
        return camera

    def more_actors(self, grid):
        """What is drawn besides the values."""
        return []

    def label(self, axis, panel, pixels):
        """Words around the picture."""


def draw(axis, panel, scale, view, width, labels):
    pixels = (width, max(1, round(width * view.aspect)))
    actors = scene(panel, scale, view.lit, max(2.0, width / 450) if view.lit else 2.0) + view.more_actors(panel.grid)
    axis.imshow(rendered(actors, view, pixels), interpolation="antialiased")
    axis.axis("off")
    if labels:
        view.label(axis, panel, pixels)


def scene(panel, scale, lit, line_width):
    """Nodes with a value coloured, the others grey, isochrones; on a lit surface those in the dark are white."""
    grid = marked(panel)
    coloured = with_values(grid, True)
    actors = [surface_actor(with_values(grid, False), lit), surface_actor(coloured, lit, panel.name, scale)]
    dark = [level for level in scale.lines if lit and is_dark(scale, level)]
    for levels, colour in ([level for level in scale.lines if level not in dark], (0, 0, 0)), (dark, (1, 1, 1)):
        if levels:
            actors.append(line_actor(isochrones(coloured, panel.name, levels), line_width, colour))
    return actors


def is_dark(scale, level):
    red, green, blue, _ = matplotlib.colormaps[scale.colours]((level - scale.low) / (scale.high - scale.low))
    return 0.299 * red + 0.587 * green + 0.114 * blue <= 0.45


def marked(panel):
    """A copy of the grid with an array that says where the values are finite."""
    grid = panel.grid.NewInstance()
    grid.ShallowCopy(panel.grid)
    finite = numpy_to_vtk(numpy.isfinite(panel.values()).astype(numpy.uint8), deep=True)
    finite.SetName("finite")
    grid.GetPointData().AddArray(finite)
    return grid


def with_values(grid, wanted):
    """Surface of the cells whose nodes all have values, or of the other cells."""
    threshold = vtkThreshold()
    threshold.SetInputData(grid)
    threshold.SetInputArrayToProcess(0, 0, 0, vtkDataObject.FIELD_ASSOCIATION_POINTS, "finite")
    threshold.SetThresholdFunction(vtkThreshold.THRESHOLD_UPPER)
    threshold.SetUpperThreshold(0.5)
    threshold.AllScalarsOn()
    threshold.SetInvert(not wanted)
    surface = vtkGeometryFilter()
    surface.SetInputConnection(threshold.GetOutputPort())
    surface.Update()
    return surface.GetOutput()


def surface_actor(surface, lit, name="", scale=None):
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(with_normals(surface) if lit else surface)
    mapper.SetScalarVisibility(scale is not None)
    if scale is not None:
        mapper.SelectColorArray(name)
        mapper.SetScalarModeToUsePointFieldData()
        mapper.SetLookupTable(lookup_table(scale))
        mapper.UseLookupTableScalarRangeOn()
        mapper.InterpolateScalarsBeforeMappingOn()
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*GREY)
    actor.GetProperty().SetLineWidth(4.0)  # of cables
    if lit:
        actor.GetProperty().SetAmbient(0.6)
        actor.GetProperty().SetDiffuse(0.45)
    else:
        actor.GetProperty().LightingOff()
    return actor


def with_normals(surface):
    """Smooth but for edges; no node is moved."""
    normals = vtkPolyDataNormals()
    normals.SetInputData(surface)
    normals.SetFeatureAngle(45)
    normals.Update()
    return normals.GetOutput()


def lookup_table(scale):
    table = vtkLookupTable()
    table.SetNumberOfTableValues(256)
    for k, colour in enumerate(matplotlib.colormaps[scale.colours](numpy.linspace(0, 1, 256))):
        table.SetTableValue(k, *colour)
    table.SetTableRange(scale.low, scale.high)
    return table


def isochrones(surface, name, levels):
    contour = vtkContourFilter()
    contour.SetInputData(surface)
    contour.SetInputArrayToProcess(0, 0, 0, vtkDataObject.FIELD_ASSOCIATION_POINTS, name)
    for k, level in enumerate(levels):
        contour.SetValue(k, level)
    contour.Update()
    return contour.GetOutput()


def line_actor(lines, width, colour=(0, 0, 0)):
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(lines)
    mapper.ScalarVisibilityOff()
    mapper.SetResolveCoincidentTopologyToPolygonOffset()
    mapper.SetRelativeCoincidentTopologyLineOffsetParameters(-1, -8)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(*colour)
    actor.GetProperty().SetLineWidth(width)
    actor.GetProperty().LightingOff()
    return actor


def headlight(view):
    """A light at the viewer's upper left."""
    forward, right, upright = view.axes()
    light = vtkLight()
    light.SetPositional(False)
    light.SetFocalPoint(*view.centre)
    light.SetPosition(*(view.centre - 10 * (forward + 0.35 * right - 0.5 * upright)))
    return light


def rendered(actors, view, pixels):
    """The picture as rows of RGB, the uppermost first."""
    renderer = vtkRenderer()
    renderer.SetBackground(1, 1, 1)
    for actor in actors:
        renderer.AddActor(actor)
    renderer.SetActiveCamera(view.camera())
    if view.lit:
        renderer.AutomaticLightCreationOff()
        renderer.AddLight(headlight(view))
    renderer.ResetCameraClippingRange()
    window = vtkRenderWindow()
    window.SetOffScreenRendering(1)
    window.SetMultiSamples(8)
    window.SetSize(*pixels)
    window.AddRenderer(renderer)
    window.Render()
    grab = vtkWindowToImageFilter()
    grab.SetInput(window)
    grab.ReadFrontBufferOff()
    grab.Update()
    image = grab.GetOutput()
    width, height, _ = image.GetDimensions()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(height, width, 3)[::-1]
