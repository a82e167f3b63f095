# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Maps of a sheet, of a layer of a slab or of elements with isochrones and velocities; of a cable, the value along it."""

import math
import re
from dataclasses import dataclass

import matplotlib
import numpy

import grids
from inputs import InputError
from paper.page import GREY, LETTER, Page, legend_above, legend_height, legend_rows, limits, line_style, name_in_svg, nice_step

UNITS = {"_ms": "ms", "_mV": "mV", "_V_per_s": "V/s", "_m_per_s": "m/s", "_Hz": "Hz"}
WORDS = {"cv": "conduction velocity", "dvdt_max": "max. dV/dt", "peak": "peak V", "rest": "resting V",
         "V_min": "lowest V", "V_max": "highest V"}
TIMES = ("activation", "repolarisation")  # have isochrones unless told otherwise
MISSING = {"activation": "not activated", "repolarisation": "not repolarised"}
LEFT, RIGHT, TOP, BOTTOM = 11.0, 4.0, 5.5, 23.0  # margins of a panel [mm]
ARROWS = 4.5  # mm on paper from arrow to arrow


@dataclass
class Map:
    array: str
    beat: int  # 0: of the whole run

    def unit_mark(self):
        return next((mark for mark in sorted(UNITS, key=len, reverse=True) if self.array.endswith(mark)), "")

    def quantity(self):
        """'apd90' of 'apd90_beat2_ms'."""
        return re.sub(r"_beat\d+$", "", self.array.removesuffix(self.unit_mark()))

    def unit(self):
        return UNITS.get(self.unit_mark(), "")

    def label(self):
        name = self.quantity()
        words = WORDS.get(name, name.replace("apd", "APD").replace("_", " "))
        return f"{words} ({self.unit()})" if self.unit() else words

    def caption(self):
        return f"beat {self.beat}" if self.beat else "whole run"


@dataclass
class Plane:
    """The nodes that are drawn: two axes of the grid and, of a slab, the layer."""
    across: int
    up: int
    layer: int
    dimensions: tuple
    places: list   # of the nodes along x, y, z [mm]
    spacing: tuple

    def cut(self, values):
        """Values of the plane, indexed [up, across] and, of vectors, the component."""
        x, y, z = self.dimensions
        shape = values.reshape(z, y, x, *values.shape[1:])
        flat = 3 - self.across - self.up
        return numpy.take(shape, self.layer, axis=2 - flat)

    def size(self, axis):
        return self.places[axis][-1] - self.places[axis][0]

    def caption(self):
        flat = 3 - self.across - self.up
        return f", {'xyz'[flat]} = {self.places[flat][self.layer]:g} mm" if self.dimensions[flat] > 1 else ""


def plane_of(grid, layer):
    dimensions, origin, spacing = grid.GetDimensions(), grid.GetOrigin(), grid.GetSpacing()
    start = [grid.GetExtent()[2 * a] for a in range(3)]
    places = [origin[a] + spacing[a] * (start[a] + numpy.arange(dimensions[a])) for a in range(3)]
    flat = next((a for a in (2, 1, 0) if dimensions[a] == 1), 2)
    if not 0 <= layer < dimensions[flat]:
        there = f"there are 0 to {dimensions[flat] - 1}" if dimensions[flat] > 1 else "a sheet has layer 0 only"
        raise InputError(f"there is no layer {layer}; {there}")
    across, up = (a for a in range(3) if a != flat)
    return Plane(across, up, layer, dimensions, places, spacing)


def find_map(grid, wanted, beat):
    """The map with this name, in full or without beat and unit; 'apd' is enough if there is one level."""
    names = grids.names_in(grid)
    if wanted in names:
        found = re.search(r"_beat(\d+)", wanted)
        return Map(wanted, int(found[1]) if found else 0)
    here = [Map(name, beat) for name in names if re.search(rf"_beat{beat}(_|$)", name)]
    exact = [each for each in here if each.quantity() == wanted]
    levels = [each for each in here if wanted == "apd" and re.fullmatch(r"apd[\d.]+", each.quantity())]
    whole = [Map(name, 0) for name in names if "_beat" not in name and Map(name, 0).quantity() == wanted]
    if len(exact or levels or whole) == 1:
        return (exact or levels or whole)[0]
    if levels:
        raise InputError(f"there are several APDs; name one: {', '.join(each.quantity() for each in levels)}")
    raise InputError(f"there is no map \"{wanted}\" of beat {beat}; there are: {inventory(names)}")


def inventory(names):
    """'activation, apd90 (beats 1 to 2), V_min'."""
    beats = sorted({int(found[1]) for found in (re.search(r"_beat(\d+)", name) for name in names) if found})
    of_beats = list(dict.fromkeys(Map(name, 0).quantity() for name in names if "_beat" in name))
    of_run = [Map(name, 0).quantity() for name in names if "_beat" not in name]
    if of_beats:
        span = f"beat {beats[0]}" if len(beats) == 1 else f"beats {beats[0]} to {beats[-1]}"
        of_beats[-1] += f" ({span})"
    return ", ".join(of_beats + of_run) or "none"


def draw(options):
    grid = grids.read_maps(options.run)
    shown = [find_map(grid, options.map, beat) for beat in options.beat]
    shown = list({each.array: each for each in shown}.values())
    for each in shown:
        values = grids.values_of(grid, each.array)
        if values.ndim > 1:
            raise InputError(f"{each.array} holds vectors; draw them over another map: isochrones --vectors")
        if not numpy.isfinite(values).any():
            raise InputError(f"no node has a value in {each.array}; run longer, or draw another beat")
    if grids.has_elements(grid):
        from paper import elements
        return elements.draw(grid, shown, options)
    if options.directions:
        raise InputError("--from is for meshes of elements; a sheet and a layer are seen from above")
    if grids.is_cable(grid):
        if options.vectors:
            raise InputError("a cable has no --vectors; draw the velocity along it: isochrones --map cv")
        return draw_cable(grid, shown, options)
    return draw_planes(grid, shown, options)


# ---------------------------------------------------------------------------------------------- sheets and layers
def draw_planes(grid, shown, options):
    plane = plane_of(grid, options.layer)
    columns = min(len(shown), max(1, round(options.width / 57)))
    rows = math.ceil(len(shown) / columns)
    panel = options.width / columns
    aspect = plane.size(plane.up) / plane.size(plane.across)
    width = min(panel - LEFT - RIGHT, 1.3 * (panel - LEFT - RIGHT) / aspect)
    height = width * aspect
    page = Page(options.width, rows * (TOP + height + BOTTOM))
    for k, each in enumerate(shown):
        left = (k % columns) * panel + LEFT + (panel - LEFT - RIGHT - width) / 2
        bottom = (rows - 1 - k // columns) * (TOP + height + BOTTOM) + BOTTOM
        axis = page.axes(left, bottom, width, height)
        draw_plane(page, axis, (left, bottom, width, height), grid, plane, each, options)
    return page


def draw_plane(page, axis, box, grid, plane, shown, options):
    values = numpy.ma.masked_invalid(plane.cut(grids.values_of(grid, shown.array)))
    if values.count() == 0:
        raise InputError(f"no node of layer {plane.layer} has a value in {shown.array}; draw another --layer")
    left, bottom, width, height = box
    x, y = plane.places[plane.across], plane.places[plane.up]
    half = [plane.spacing[a] / 2 for a in (plane.across, plane.up)]
    norm = colour_range(values, options.range)
    axis.set_facecolor(GREY)
    image = axis.imshow(values, origin="lower", cmap=options.colours, norm=norm, interpolation="none",
                        extent=[x[0] - half[0], x[-1] + half[0], y[0] - half[1], y[-1] + half[1]])
    levels = levels_of(norm, shown, options.every)
    draw_lines(axis, x, y, values, levels, image)
    axis.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=f"{'xyz'[plane.across]} (mm)", ylabel=f"{'xyz'[plane.up]} (mm)")
    label = shown.label() + (f", lines every {levels.step:g} {shown.unit()}".rstrip() if levels.values else "")
    bar = page.colour_bar(left, bottom - 14.0, width, image, label)
    for level in levels.values:
        bar.ax.axvline(level, color=contrast(image, level), linewidth=0.5)
    caption = shown.caption() + plane.caption()
    page.text(left, bottom + height + 1.5, caption)
    if values.count() < values.size:
        patch = matplotlib.patches.Patch(facecolor=GREY, edgecolor="black", linewidth=0.4,
                                         label=MISSING.get(shown.quantity(), "no value"))
        axis.legend(handles=[patch], loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.3, borderpad=0,
                    handlelength=1.2, handleheight=1.0)
    if options.vectors:
        draw_vectors(page, axis, (left + LETTER * len(caption) + 6.0, bottom + height + 2.4), grid, plane, shown.beat, width)


@dataclass
class Levels:
    step: float
    values: list


def levels_of(norm, shown, every):
    """Where lines are drawn: in maps of times, and wherever --every is given."""
    if every is None and shown.quantity() not in TIMES:
        return Levels(0.0, [])
    step = every or nice_step(norm.vmax - norm.vmin)
    if (norm.vmax - norm.vmin) / step > 200:
        raise InputError(f"--every {step:g} would draw more than 200 lines; "
                         f"the map goes from {norm.vmin:.4g} to {norm.vmax:.4g}")
    return Levels(step, [step * k for k in range(math.ceil(norm.vmin / step), math.floor(norm.vmax / step) + 1)])


def colour_range(values, wanted):
    low, high = wanted or (float(values.min()), float(values.max()))
    if high - low < 1e-6:
        low, high = low - 0.5, high + 0.5
    return matplotlib.colors.Normalize(low, high)


def contrast(image, level):
    """Black on light colours, white on dark ones."""
    red, green, blue, _ = image.cmap(image.norm(level))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.45 else "white"


def draw_lines(axis, x, y, values, levels, image):
    """One line a level, found in an SVG by its name; at most ten of them are labelled."""
    inside = [level for level in levels.values if values.min() < level < values.max()]
    if not inside:
        return
    lines = axis.contour(x, y, values, levels=inside, colors=[contrast(image, level) for level in inside], linewidths=0.6)
    for level, line in zip(inside, lines.collections):
        line.set_gid(name_in_svg(f"isochrone {level:g}"))
    stride = math.ceil(len(inside) / 10)
    labelled = [level for level in inside if round(level / levels.step) % stride == 0]
    axis.clabel(lines, labelled, fmt="%g", fontsize=6, inline_spacing=2)


def draw_vectors(page, axis, key_place, grid, plane, beat, width):
    name = f"velocity_beat{beat}_m_per_s"
    if name not in grids.names_in(grid):
        raise InputError(f"there are no velocities of beat {beat} for --vectors; repeat the run with \"velocity\" in "
                         f"[output] maps; there are: {inventory(grids.names_in(grid))}")
    gap = plane.size(plane.across) * ARROWS / width  # mm of tissue from arrow to arrow
    picked = [numpy.arange(stride // 2, plane.dimensions[a], stride) for a in (plane.across, plane.up)
              for stride in [max(1, round(gap / plane.spacing[a]))]]
    arrows = plane.cut(grids.values_of(grid, name))[numpy.ix_(picked[1], picked[0])]
    u, v = arrows[..., plane.across], arrows[..., plane.up]
    x, y = numpy.meshgrid(plane.places[plane.across][picked[0]], plane.places[plane.up][picked[1]])
    there = numpy.hypot(u, v) > 0  # neither NaN nor at rest
    if not there.any():
        raise InputError(f"no arrow of {name} has a value; leave --vectors away")
    fast = float(numpy.percentile(numpy.hypot(u[there], v[there]), 95)) or 1.0
    quiver = axis.quiver(x[there], y[there], u[there], v[there], angles="xy", scale_units="xy", scale=fast / (0.9 * gap),
                         width=0.5 / width, headwidth=3.0, headlength=3.2, headaxislength=2.9, pivot="mid",
                         facecolor="white", edgecolor="black", linewidth=0.3, zorder=3)
    quiver.set_gid("velocity")
    speed = float(f"{fast:.1g}")
    axis.quiverkey(quiver, key_place[0] / page.width, key_place[1] / page.height, speed, f"{speed:g} m/s",
                   coordinates="figure", labelpos="E", labelsep=0.04)


# ------------------------------------------------------------------------------------------------------------ cables
def draw_cable(grid, shown, options):
    along = max(range(3), key=lambda a: grid.GetDimensions()[a])
    x = numpy.array([grid.GetPoint(k)[along] for k in range(grid.GetNumberOfPoints())])
    labels = [each.caption() for each in shown]
    width = options.width - 13.0 - 4.0
    height = min(0.62 * width, 60.0)
    columns, rows = legend_rows(labels, width)
    page = Page(options.width, 10.0 + height + legend_height(rows))
    axis = page.bare_axes(13.0, 10.0, width, height)
    lines = []
    for k, (each, label) in enumerate(zip(shown, labels)):
        lines += axis.plot(x, grids.values_of(grid, each.array), label=label, gid=name_in_svg(label), **line_style(k))
    axis.set(xlabel=f"{'xyz'[along]} (mm)", ylabel=shown[0].label(), xlim=(x[0], x[-1]))
    axis.set_ylim(*(options.range or limits(numpy.concatenate([grids.values_of(grid, each.array) for each in shown]))))
    legend_above(axis, lines, columns)
    return page
