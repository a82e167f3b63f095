# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Lays out panels of a sheet (flat, with axes), a slab or elements (in perspective) with one colour bar."""

import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy  # noqa: E402

from panels import GREY  # noqa: E402

DPI = 200
plt.rcParams.update({"font.size": 9, "font.family": "sans-serif", "axes.linewidth": 0.6,
                     "xtick.major.width": 0.6, "ytick.major.width": 0.6})


def draw(panels, scale, output):
    columns = min(len(panels), 4)
    rows = math.ceil(len(panels) / columns)
    width = {1: 4.8, 2: 3.4, 3: 2.8, 4: 2.4}[columns]
    height = width * max(panel.view.aspect if panel.view else sheet_aspect(panel) for panel in panels)
    figure, axes = plt.subplots(rows, columns, figsize=(columns * width, rows * (height + 0.5) + 0.7),
                                squeeze=False, layout="constrained")
    for k, (axis, panel) in enumerate(zip(axes.flat, panels)):
        if panel.view:
            draw_in_space(axis, panel, scale, int(2 * DPI * width), first=k == 0)
        else:
            draw_sheet(axis, panel, scale, first=k % columns == 0)
    for axis in list(axes.flat)[len(panels):]:
        axis.axis("off")
    add_colour_bar(figure, axes, scale)
    figure.savefig(output, dpi=DPI, facecolor="white", bbox_inches="tight", pad_inches=0.08,
                   metadata={"Software": None})
    plt.close(figure)


def draw_in_space(axis, panel, scale, width, first):
    import scene  # only here: a sheet needs no OpenGL
    scene.draw(axis, panel, scale, panel.view, width, labels=first or panel.view.lit)
    if panel.caption:
        axis.text(0.5, -0.12, panel.caption, transform=axis.transAxes, ha="center", va="top")


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
