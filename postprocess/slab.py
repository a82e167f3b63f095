# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Draws the node values of a slab in perspective, its edges with their lengths. Needs a display."""

import itertools

import matplotlib
import numpy
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (the drawing backend registers itself)
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkLookupTable
from vtkmodules.vtkCommonDataModel import vtkDataObject
from vtkmodules.vtkFiltersCore import vtkContourFilter, vtkThreshold
from vtkmodules.vtkFiltersGeometry import vtkGeometryFilter
from vtkmodules.vtkFiltersModeling import vtkOutlineFilter
from vtkmodules.vtkRenderingCore import (vtkActor, vtkCamera, vtkPolyDataMapper, vtkRenderer,
                                         vtkRenderWindow, vtkWindowToImageFilter)

from figures import GREY

MARGIN = 1.03  # white around the slab


class View:
    """Looks at the corner nearest to a point: the longest edge across, the shortest one upright."""

    def __init__(self, panel, point):
        bounds, size = panel.bounds(), panel.size()
        self.centre = numpy.array([(low + high) / 2 for low, high in bounds])
        side = [1 if point[k] > self.centre[k] else -1 for k in range(3)]
        self.near = numpy.array([high if s > 0 else low for (low, high), s in zip(bounds, side)])
        self.far = 2 * self.centre - self.near
        short, middle, long = sorted(range(3), key=lambda k: (round(size[k], 6), -k))  # of a cube: z, y, x
        towards = numpy.zeros(3)
        towards[[long, middle, short]] = [0.5 * side[long], side[middle], 0.7 * side[short]]
        self.up = numpy.zeros(3)
        self.up[short] = side[short]
        self.position = self.centre + 7 * numpy.linalg.norm(size) * towards / numpy.linalg.norm(towards)
        self.fit()

    def fit(self):
        """The window, as tangents of view angles, that just holds the slab."""
        corners = numpy.array(list(itertools.product(*zip(self.near, self.far))))
        flat = numpy.array([self.tangents(c) for c in corners])
        low, high = flat.min(axis=0), flat.max(axis=0)
        self.middle, self.half = (low + high) / 2, MARGIN * (high - low) / 2
        self.aspect = self.half[1] / self.half[0]

    def tangents(self, point):
        forward = (self.centre - self.position) / numpy.linalg.norm(self.centre - self.position)
        right = numpy.cross(forward, self.up)
        right /= numpy.linalg.norm(right)
        offset = numpy.asarray(point) - self.position
        return numpy.array([offset @ right, offset @ numpy.cross(right, forward)]) / (offset @ forward)

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


def draw(axis, panel, scale, view, width, labels):
    pixels = (width, round(width * view.aspect))
    axis.imshow(rendered(scene(panel, scale), view, pixels), interpolation="antialiased")
    axis.axis("off")
    if labels:
        label_edges(axis, panel, view, pixels)
    if panel.caption:
        axis.text(0.5, -0.12, panel.caption, transform=axis.transAxes, ha="center", va="top")


def scene(panel, scale):
    """What is drawn: nodes with a value coloured, the others grey, isochrones, edges."""
    grid = marked(panel)
    coloured = with_values(grid, True)
    actors = [surface_actor(with_values(grid, False)), surface_actor(coloured, panel.name, scale),
              line_actor(outline(panel.grid), 2.5)]
    if scale.lines:
        actors.append(line_actor(isochrones(coloured, panel.name, scale.lines), 2.0))
    return actors


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


def surface_actor(surface, name="", scale=None):
    """Without light, so that the colours are those of the colour bar; the edges tell the faces apart."""
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(surface)
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
    actor.GetProperty().LightingOff()
    return actor


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


def outline(grid):
    box = vtkOutlineFilter()
    box.SetInputData(grid)
    box.Update()
    return box.GetOutput()


def line_actor(lines, width):
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(lines)
    mapper.ScalarVisibilityOff()
    mapper.SetResolveCoincidentTopologyToPolygonOffset()
    mapper.SetRelativeCoincidentTopologyLineOffsetParameters(-1, -8)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(0, 0, 0)
    actor.GetProperty().SetLineWidth(width)
    actor.GetProperty().LightingOff()
    return actor


def rendered(actors, view, pixels):
    """The picture as rows of RGB, the uppermost first."""
    renderer = vtkRenderer()
    renderer.SetBackground(1, 1, 1)
    for actor in actors:
        renderer.AddActor(actor)
    renderer.SetActiveCamera(view.camera())
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


def label_edges(axis, panel, view, pixels):
    """Name and length beside one edge of the silhouette along each axis."""
    centre = view.pixel(view.centre, pixels)
    for k in range(3):
        a, b = max(silhouette_edges(view, k, pixels), key=lambda edge: edge[0][1] + edge[1][1])
        middle = (a + b) / 2
        normal = numpy.array([-(b - a)[1], (b - a)[0]])
        normal *= numpy.sign(normal @ (middle - centre)) / max(numpy.hypot(*normal), 1e-9)
        sideways = "center" if abs(normal[0]) < 0.15 else "left" if normal[0] > 0 else "right"
        upright = "center" if abs(normal[1]) < 0.5 else "top" if normal[1] > 0 else "bottom"
        axis.text(*(middle + 0.015 * pixels[0] * normal), f"{'xyz'[k]}: {panel.size()[k]:g} mm", fontsize=8,
                  ha=sideways, va=upright)


def silhouette_edges(view, k, pixels):
    """The two edges along axis k that bound the three visible faces."""
    for other in ((k + 1) % 3, (k + 2) % 3):
        start = view.near.copy()
        start[other] = view.far[other]
        end = start.copy()
        end[k] = view.far[k]
        yield view.pixel(start, pixels), view.pixel(end, pixels)
