# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How a slab is looked at: from its corner, its edges with their lengths."""

import itertools

import numpy
from vtkmodules.vtkFiltersModeling import vtkOutlineFilter

import scene


class View(scene.View):
    """Looks at the corner nearest to a point: the longest edge across, the shortest one upright."""

    def __init__(self, panel, point):
        bounds, size = panel.bounds(), panel.size()
        centre = numpy.array([(low + high) / 2 for low, high in bounds])
        side = [1 if point[k] > centre[k] else -1 for k in range(3)]
        self.near = numpy.array([high if s > 0 else low for (low, high), s in zip(bounds, side)])
        self.far = 2 * centre - self.near
        short, middle, long = sorted(range(3), key=lambda k: (round(size[k], 6), -k))  # of a cube: z, y, x
        towards = numpy.zeros(3)
        towards[[long, middle, short]] = [0.5 * side[long], side[middle], 0.7 * side[short]]
        up = numpy.zeros(3)
        up[short] = side[short]
        position = centre + 7 * numpy.linalg.norm(size) * towards / numpy.linalg.norm(towards)
        super().__init__(position, centre, up, numpy.array(list(itertools.product(*zip(self.near, self.far)))))

    def more_actors(self, grid):
        """The edges, which tell the faces apart without light."""
        box = vtkOutlineFilter()
        box.SetInputData(grid)
        box.Update()
        return [scene.line_actor(box.GetOutput(), 2.5)]

    def label(self, axis, panel, pixels):
        """Name and length beside one edge of the silhouette along each axis."""
        centre = self.pixel(self.centre, pixels)
        for k in range(3):
            a, b = max(self.silhouette_edges(k, pixels), key=lambda edge: edge[0][1] + edge[1][1])
            middle = (a + b) / 2
            normal = numpy.array([-(b - a)[1], (b - a)[0]])
            normal *= numpy.sign(normal @ (middle - centre)) / max(numpy.hypot(*normal), 1e-9)
            sideways = "center" if abs(normal[0]) < 0.15 else "left" if normal[0] > 0 else "right"
            upright = "center" if abs(normal[1]) < 0.5 else "top" if normal[1] > 0 else "bottom"
            axis.text(*(middle + 0.015 * pixels[0] * normal), f"{'xyz'[k]}: {panel.size()[k]:g} mm", fontsize=8,
                      ha=sideways, va=upright)

    def silhouette_edges(self, k, pixels):
        """The two edges along axis k that bound the three visible faces."""
        for other in ((k + 1) % 3, (k + 2) % 3):
            start = self.near.copy()
            start[other] = self.far[other]
            end = start.copy()
            end[k] = self.far[k]
            yield self.pixel(start, pixels), self.pixel(end, pixels)
