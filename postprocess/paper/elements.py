# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Maps of meshes of elements, shaded and seen from one or several directions."""

import math

import matplotlib
import numpy
from matplotlib.cm import ScalarMappable

import grids
import panels
import scene
import surface
from inputs import InputError
from paper import maps
from paper.page import DPI, GREY, Page

SIDE, TOP, BOTTOM = 4.0, 5.5, 10.0  # margins of a panel [mm]
BAR = 14.0                          # height of a colour bar with its words [mm]


def draw(grid, shown, options):
    """A row of directions for each map, with a colour bar of its own."""
    if options.vectors:
        raise InputError("arrows are not drawn on elements; open maps.vtu in ParaView, or leave --vectors away")
    if options.layer:
        raise InputError("elements have no --layer; choose a direction with --from")
    scene.need_display()
    views = [surface.View(grid, each) for each in options.directions or [surface.usual_direction(grid)]]
    width = options.width / len(views) - 2 * SIDE
    # A tall mesh does not fill the width of a column.
    height = min(max(width * view.aspect for view in views), 1.2 * width)
    row = TOP + height + BOTTOM + BAR
    page = Page(options.width, row * len(shown))
    for k, each in enumerate(shown):
        draw_row(page, row * (len(shown) - 1 - k), (width, height), grid, views, each, options)
    return page


def draw_row(page, bottom, size, grid, views, shown, options):
    values = numpy.ma.masked_invalid(grids.values_of(grid, shown.array))
    norm = maps.colour_range(values, options.range)
    levels = maps.levels_of(norm, shown, options.every)
    scale = panels.Scale(norm.vmin, norm.vmax, "", options.colours, [], levels.values)
    for k, view in enumerate(views):
        left = options.width / len(views) * k + SIDE
        draw_panel(page, (left, bottom + BAR + BOTTOM), size, panels.Panel(grid, shown.array, "", view), scale)
        caption = [shown.caption()] * (k == 0) + [view.name] * (len(views) > 1)
        page.text(left, bottom + BAR + BOTTOM + size[1] + 1.5, ", ".join(caption))
    label = shown.label() + (f", lines every {levels.step:g} {shown.unit()}".rstrip() if levels.values else "")
    wide = min(options.width - 24.0, 90.0)
    mappable = ScalarMappable(norm, options.colours)
    bar = page.colour_bar((options.width - wide) / 2, bottom + 9.5, wide, mappable, label)
    for level in levels.values:
        bar.ax.axvline(level, color=maps.contrast(mappable, level), linewidth=0.5)
    if values.count() < values.size:
        patch = matplotlib.patches.Patch(facecolor=GREY, edgecolor="black", linewidth=0.4,
                                         label=maps.MISSING.get(shown.quantity(), "no value"))
        page.figure.legend(handles=[patch], loc="lower right", frameon=False, borderaxespad=0, borderpad=0, handlelength=1.2,
                           handleheight=1.0, bbox_to_anchor=((options.width - SIDE) / page.width,
                                                             (bottom + BAR + BOTTOM + size[1] + 1.0) / page.height))


def draw_panel(page, place, size, panel, scale):
    """As large as fits, in the middle of its place."""
    factor = min(size[0], size[1] / panel.view.aspect)
    box = (place[0] + (size[0] - factor) / 2, place[1] + (size[1] - factor * panel.view.aspect) / 2, factor, factor * panel.view.aspect)
    axis = page.axes(*box)
    scene.draw(axis, panel, scale, panel.view, math.ceil(factor / 25.4 * DPI), labels=True)
