# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a panel of a picture shows, and the scale that its colours stand for."""

import math
from dataclasses import dataclass

import numpy
from vtkmodules.util.numpy_support import vtk_to_numpy

GREY = (0.8, 0.8, 0.8)  # nodes without a value


@dataclass
class Panel:
    grid: object         # vtkImageData or vtkUnstructuredGrid, positions in mm
    name: str            # of the array
    caption: str
    view: object = None  # of what is drawn in perspective

    def values(self):
        return vtk_to_numpy(self.grid.GetPointData().GetArray(self.name)).astype(float)

    def bounds(self):
        """The ends (low, high) along x, y, z."""
        bounds = self.grid.GetBounds()
        return [(bounds[2 * k], bounds[2 * k + 1]) for k in range(3)]

    def size(self):
        return [high - low for low, high in self.bounds()]


@dataclass
class Scale:
    low: float
    high: float
    label: str
    colours: str
    ticks: list
    lines: list        # isochrones
    missing: str = ""  # what grey means, empty if there is none

    @staticmethod
    def of_map(values, label, colours, every, missing, isochrones):
        finite = values[numpy.isfinite(values)]
        low, high = float(finite.min()), float(finite.max())
        if high - low < 1e-6:
            low, high = low - 0.5, high + 0.5
        step = every or nice_step(high - low)
        lines = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
        text = f"{label} [ms]" + (f", isochrones every {step:g} ms" if isochrones else "")
        wide = step * max(1, math.ceil(len(lines) / 9))
        ticks = [level for level in lines if abs(level / wide - round(level / wide)) < 1e-6]
        return Scale(low, high, text, colours, ticks, lines if isochrones else [],
                     missing if finite.size < values.size else "")

    @staticmethod
    def of_potential():
        return Scale(-90.0, 40.0, "V [mV]", "plasma", [-90, -60, -30, 0, 30], [])


def nice_step(span):
    """1, 2 or 5 times a power of ten, for about ten steps in the span."""
    power = 10.0 ** math.floor(math.log10(span / 10))
    return next(f * power for f in (1, 2, 5, 10) if span / (f * power) <= 14)
