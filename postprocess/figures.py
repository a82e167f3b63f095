# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Lays out panels of a sheet (flat, with axes) or a slab (in perspective) with one colour bar."""

import math
from dataclasses import dataclass

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402
from vtkmodules.util.numpy_support import vtk_to_numpy  # noqa: E402

GREY = (0.8, 0.8, 0.8)  # nodes without a value
DPI = 200
plt.rcParams.update({"font.size": 9, "font.family": "sans-serif", "axes.linewidth": 0.6,
                     "xtick.major.width": 0.6, "ytick.major.width": 0.6})


@dataclass
class Panel:
    grid: object  # vtkImageData, positions in mm
    name: str     # of the array
    caption: str

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


def draw(panels, scale, early_point, output):
    view = None
    if min(panels[0].grid.GetDimensions()) > 1:
        import slab  # only here: a sheet needs no OpenGL
        view = slab.View(panels[0], early_point)
    columns = min(len(panels), 4)
    rows = math.ceil(len(panels) / columns)
    width = {1: 4.8, 2: 3.4, 3: 2.8, 4: 2.4}[columns]
    height = width * (view.aspect if view else sheet_aspect(panels[0]))
    figure, axes = plt.subplots(rows, columns, figsize=(columns * width, rows * (height + 0.5) + 0.7),
                                squeeze=False, layout="constrained")
    for k, (axis, panel) in enumerate(zip(axes.flat, panels)):
        if view:
            slab.draw(axis, panel, scale, view, int(2 * DPI * width), labels=k == 0)
        else:
            draw_sheet(axis, panel, scale, first=k % columns == 0)
    for axis in list(axes.flat)[len(panels):]:
        axis.axis("off")
    add_colour_bar(figure, axes, scale)
    figure.savefig(output, dpi=DPI, facecolor="white", bbox_inches="tight", pad_inches=0.08,
                   metadata={"Software": None})
    plt.close(figure)


def add_colour_bar(figure, axes, scale):
    norm = matplotlib.colors.Normalize(scale.low, scale.high)
    mappable = matplotlib.cm.ScalarMappable(norm, scale.colours)
    bar = figure.colorbar(mappable, ax=axes, location="bottom", shrink=0.65 if axes.size == 1 else 0.4,
                          aspect=36, pad=0.04, ticks=scale.ticks)
    bar.set_label(scale.label)
    bar.outline.set_linewidth(0.6)
    if scale.missing:
        patch = matplotlib.patches.Patch(facecolor=GREY, edgecolor="black", linewidth=0.4, label=scale.missing)
        bar.ax.legend(handles=[patch], loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False,
                      handlelength=1.2, handleheight=1.0)
    for level in scale.lines:
        bar.ax.axvline(level, color="black", linewidth=0.5)


def sheet_axes(panel):
    """The two axes in which the sheet extends."""
    flat = max(k for k in range(3) if panel.grid.GetDimensions()[k] == 1)
    return [k for k in range(3) if k != flat]


def sheet_aspect(panel):
    across, up = (panel.size()[k] for k in sheet_axes(panel))
    return min(max(up / across, 0.25), 1.6)


def draw_sheet(axis, panel, scale, first):
    across, up = sheet_axes(panel)
    dimensions, spacing = panel.grid.GetDimensions(), panel.grid.GetSpacing()
    values = numpy.ma.masked_invalid(panel.values().reshape(dimensions[up], dimensions[across]))
    x, y = (numpy.linspace(*panel.bounds()[k], dimensions[k]) for k in (across, up))
    extent = [x[0] - spacing[across] / 2, x[-1] + spacing[across] / 2,
              y[0] - spacing[up] / 2, y[-1] + spacing[up] / 2]
    axis.set_facecolor(GREY)
    axis.imshow(values, origin="lower", extent=extent, cmap=scale.colours, vmin=scale.low, vmax=scale.high,
                interpolation="nearest")
    if scale.lines:
        axis.contour(x, y, values, levels=scale.lines, colors="black", linewidths=0.5)
    axis.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), aspect="equal")
    axis.set_xlabel(f"{'xyz'[across]} [mm]" + (f"\n{panel.caption}" if panel.caption else ""))
    if first:
        axis.set_ylabel(f"{'xyz'[up]} [mm]")
