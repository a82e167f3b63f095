# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Where the phase singularities of a sheet or of a layer of a slab went, and how many there were."""

import numpy
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.lines import Line2D

import inputs
from inputs import InputError
from paper.page import LINES, Page, legend_above, legend_height

COLUMNS = ["t_ms", "id", "x_mm", "y_mm", "layer", "charge"]
LEFT, RIGHT, TOP, BOTTOM = 12.0, 4.0, 5.5, 23.0  # margins of the sheet [mm]
BESIDE = 120.0                                   # from this width on the two panels stand side by side [mm]


def sheet_size(run):
    """(x, y) [mm], as the configuration says; of what `myowave post` wrote, that of the run around it."""
    for folder in (run, run.resolve().parent):
        size = inputs.configuration(folder).get("mesh", {}).get("size", [])
        if len(size) > 1:
            return [inputs.number(each, "mm") for each in size[:2]]
    raise InputError(f"{run} has no config.toml with the size of a sheet or slab; tips.csv alone does not tell its outline")


def look_interval(run, times):
    """Time between two looks [ms]: tips.csv has no rows for looks that found nothing."""
    said = inputs.configuration(run).get("output", {}).get("tips", {}).get("every")
    if said:
        return inputs.number(said, "ms")
    return float(numpy.diff(times).min()) if times.size > 1 else 1.0


def looks(run, t):
    """All times [ms] from the first to the last row, with those at which nothing was found."""
    found = numpy.unique(t)
    every = look_interval(run, found)
    return found[0] + every * numpy.arange(round((found[-1] - found[0]) / every) + 1), every


def draw(options):
    file = options.run / "tips.csv"
    rows = inputs.table(file, "run a sheet or slab with [output] tips = { every = \"5 ms\" }; "
                              "it is not written if no tip was ever there")
    inputs.columns_of(rows, COLUMNS, file)
    layers = numpy.unique(rows["layer"]).astype(int)
    if options.layer not in layers:
        raise InputError(f"{file} has no tip in layer {options.layer}; "
                         f"there are some in: {', '.join(map(str, layers))}")
    times, every = looks(options.run, rows["t_ms"])
    rows = {name: values[rows["layer"] == options.layer] for name, values in rows.items()}
    size = sheet_size(options.run)
    beside = options.width >= BESIDE
    panel = options.width / 2 if beside else options.width
    width = panel - LEFT - RIGHT
    height = min(width * size[1] / size[0], 1.3 * width)
    width = height * size[0] / size[1]
    curve = min(max(height, 25.0), 40.0) if beside else 26.0
    page = Page(options.width, BOTTOM + height + TOP + (0.0 if beside else 10.0 + curve + legend_height(1)))
    bottom = BOTTOM + (0.0 if beside else 10.0 + curve + legend_height(1))
    draw_ways(page, (LEFT, bottom, width, height), rows, size, options)
    left, lower = (panel + LEFT, BOTTOM + height - curve) if beside else (LEFT, 10.0)
    draw_numbers(page.bare_axes(left, lower, panel - LEFT - RIGHT, curve), rows, times, every)
    return page


def draw_ways(page, box, rows, size, options):
    left, bottom, width, height = box
    axis = page.axes(*box)
    norm = Normalize(*ends(rows["t_ms"]))
    for number in numpy.unique(rows["id"]).astype(int):
        mine = rows["id"] == number
        order = numpy.argsort(rows["t_ms"][mine], kind="stable")
        t, x, y, charge = (rows[name][mine][order] for name in ("t_ms", "x_mm", "y_mm", "charge"))
        way = numpy.stack([x, y], axis=1)
        if t.size > 1:
            pieces = numpy.stack([way[:-1], way[1:]], axis=1)
            axis.add_collection(LineCollection(pieces, array=(t[:-1] + t[1:]) / 2, norm=norm, cmap=options.colours,
                                               linewidths=1.1, capstyle="round", gid=f"way-{number}"))
        axis.plot(x[:1], y[:1], linestyle="", **CHARGES[charge[0] > 0], gid=f"start-{number}")
    axis.set(xlim=(0, size[0]), ylim=(0, size[1]), xlabel="x (mm)", ylabel="y (mm)")
    page.colour_bar(left, bottom - 14.0, width, ScalarMappable(norm, options.colours), "time (ms)")
    handles = [Line2D([], [], linestyle="", label=label, **CHARGES[sign]) for sign, label in
               ((True, "start, charge +1"), (False, "start, charge −1")) if ((rows["charge"] > 0) == sign).any()]
    legend_above(axis, handles, 2)


CHARGES = {True: {"marker": "o", "markersize": 3.2, "color": "black", "markerfacecolor": "white", "markeredgewidth": 0.8},
           False: {"marker": "s", "markersize": 3.2, "color": "black", "markerfacecolor": "black", "markeredgewidth": 0.8}}


def ends(t):
    return (t.min(), t.max()) if t.max() > t.min() else (t.min() - 0.5, t.max() + 0.5)


def draw_numbers(axis, rows, times, every):
    """How many there are at each look: of each charge that occurs, and of both together."""
    look = numpy.clip(numpy.rint((rows["t_ms"] - times[0]) / every).astype(int), 0, times.size - 1)
    kinds = [("charge +1", rows["charge"] > 0, {"color": LINES[0], "gid": "number-positive"}),
             ("charge −1", rows["charge"] < 0, {"color": LINES[1], "linestyle": "--", "gid": "number-negative"})]
    kinds = [kind for kind in kinds if kind[1].any()]
    if len(kinds) == 2:
        kinds.insert(0, ("all", numpy.ones(look.size, bool), {"color": "black", "linewidth": 1.2, "gid": "number-all"}))
    lines = []
    for label, mine, style in kinds:
        count = numpy.bincount(look[mine], minlength=times.size)
        lines += axis.step(numpy.append(times, times[-1] + every), numpy.append(count, count[-1]), where="post",
                           label=label, **style)
    most = numpy.bincount(look).max()
    axis.set(xlabel="time (ms)", ylabel="phase singularities", xlim=(times[0], times[-1] + every), ylim=(0, 1.08 * most))
    axis.yaxis.get_major_locator().set_params(integer=True)
    legend_above(axis, lines, 3)
