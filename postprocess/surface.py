# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How a mesh of elements is looked at: from a direction, with the axes and a length."""

import argparse
import math

import numpy
from vtkmodules.util.numpy_support import vtk_to_numpy

import scene

# Degrees: around z from -y, and above the plane of x and y.
DIRECTIONS = {"oblique": (-30, 25), "front": (0, 0), "right": (90, 0), "back": (180, 0), "left": (-90, 0),
              "top": (0, 90), "bottom": (0, -90)}


def direction(text):
    """'front' or 'AZIMUTH:ELEVATION' as (name, azimuth, elevation)."""
    if text in DIRECTIONS:
        return (text, *DIRECTIONS[text])
    try:
        azimuth, elevation = (float(part) for part in text.split(":"))
        if not (math.isfinite(azimuth) and -90 <= elevation <= 90):
            raise ValueError
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text} is no direction; give {', '.join(DIRECTIONS)} or AZIMUTH:ELEVATION "
                                         "in degrees, around z from -y and from -90 to 90") from fault
    return (f"{azimuth:g}:{elevation:g}", azimuth, elevation)


def usual_direction(grid):
    """That from which a flat mesh is seen whole, else oblique."""
    bounds = grid.GetBounds()
    size = [bounds[2 * a + 1] - bounds[2 * a] for a in range(3)]
    for axis, name in ((2, "top"), (1, "front"), (0, "right")):
        if size[axis] < 1e-3 * max(size):
            return direction(name)
    return direction("oblique")


class View(scene.View):
    """From a direction, with light; z points up, seen from above or below y does."""

    lit = True

    def __init__(self, grid, towards):
        self.name, azimuth, elevation = towards
        a, e = math.radians(azimuth), math.radians(elevation)
        away = numpy.array([math.cos(e) * math.sin(a), -math.cos(e) * math.cos(a), math.sin(e)])
        up = numpy.array([-math.sin(e) * math.sin(a), math.sin(e) * math.cos(a), math.cos(e)])
        points = vtk_to_numpy(grid.GetPoints().GetData()).astype(float)
        low, high = points.min(axis=0), points.max(axis=0)
        centre = (low + high) / 2
        self.size = numpy.linalg.norm(high - low)
        super().__init__(centre + 20 * self.size * away, centre, up, points)

    def label(self, axis, panel, pixels):
        """Where x, y and z point at the lower left, a length at the lower right."""
        _, right, up = self.axes()
        unit = 0.05 * pixels[0]
        start = numpy.array([1.2 * unit, pixels[1] + 1.4 * unit])
        for k in range(3):
            tip = unit * numpy.array([right[k], -up[k]])
            if numpy.hypot(*tip) < 0.15 * unit:
                continue
            axis.annotate("", start + tip, start, annotation_clip=False,
                          arrowprops={"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0})
            axis.text(*(start + 1.45 * tip), "xyz"[k], ha="center", va="center", fontsize=7)
        per_mm = pixels[0] / (2 * self.half[0] * 20 * self.size)
        length = nice_length(0.3 * pixels[0] / per_mm)
        end, height = pixels[0] - 0.3 * unit, pixels[1] + 1.4 * unit
        axis.plot([end - length * per_mm, end], [height, height], color="black", linewidth=1.5, clip_on=False, solid_capstyle="butt")
        axis.text(end - length * per_mm / 2, height - 0.25 * unit, f"{length:g} mm", ha="center", va="bottom", fontsize=7)
        axis.set(xlim=(0, pixels[0]), ylim=(pixels[1], 0))


def nice_length(most):
    """1, 2 or 5 times a power of ten, at most so long."""
    power = 10.0 ** math.floor(math.log10(most))
    return max(f * power for f in (1, 2, 5) if f * power <= most * (1 + 1e-9))
