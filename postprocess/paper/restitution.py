# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Restitution curves of one or several runs: APD and CV over DI (or the interval S2), APD over cycle length."""

import re
from dataclasses import dataclass

import numpy
from matplotlib.lines import Line2D

import inputs
from inputs import InputError
from paper.page import LINES, Page, legend_above, legend_height, legend_rows, limits, name_in_svg

LEFT, RIGHT, BELOW, ABOVE = 14.0, 3.0, 9.5, 2.5  # margins of a panel [mm]
WHERE = {"di_ms": "DI", "s2_ms": "S2", "s1_ms": "cycle"}
COLUMNS = ["s1_ms", "s2_ms", "beat", "di_ms", "captured", "cv_m_per_s"]


@dataclass
class Curve:
    """One run: its table, the level of its APD, the ERP as an interval S2 [ms] or None."""
    label: str
    colour: str
    rows: dict
    apd: str
    erp: float

    def dynamic(self):
        return bool(numpy.isnan(self.rows["s2_ms"]).all())

    def points(self, x, y):
        """The captured points with both values, in order of x."""
        a, b = self.rows[x], self.rows[y]
        there = (self.rows["captured"] == 1) & numpy.isfinite(a) & numpy.isfinite(b)
        order = numpy.argsort(a[there], kind="stable")
        return a[there][order], b[there][order]

    def blocked(self, x):
        """Where a pulse was not captured."""
        there = (self.rows["captured"] == 0) & numpy.isfinite(self.rows[x])
        return numpy.unique(self.rows[x][there])

    def erp_place(self, x):
        """The ERP on this axis: the row whose interval it is tells its DI."""
        if self.erp is None or x == "s1_ms":
            return None
        row = numpy.flatnonzero(self.rows["s2_ms"] == self.erp)
        return float(self.rows[x][row[0]]) if row.size and numpy.isfinite(self.rows[x][row[0]]) else None


def read_curve(run, label, colour, level):
    if not run.is_dir():
        raise InputError(f"{run} is not a folder; give the --output folder of `myowave restitution`")
    file = run / "restitution.csv"
    rows = inputs.table(file, "it is written by `myowave restitution`")
    inputs.columns_of(rows, COLUMNS, file)
    levels = [float(found[1]) for found in (re.fullmatch(r"apd([\d.]+)_ms", name) for name in rows) if found]
    wanted = level if level is not None else max(levels, default=90.0)
    if wanted not in levels:
        raise InputError(f"{file} has no APD at level {wanted:g}; "
                         f"there are: {', '.join(f'{each:g}' for each in levels) or 'none'}")
    return Curve(label, colour, rows, f"apd{wanted:g}_ms", inputs.results(run).get("erp_ms"))


def read_curves(options):
    runs = [options.run] + (options.more or [])
    labels = options.labels or [run.resolve().name for run in runs]
    if len(labels) != len(runs):
        raise InputError(f"{len(labels)} --labels for {len(runs)} runs; give one for each")
    if len(runs) > len(LINES):
        raise InputError(f"{len(runs)} runs are too many for one figure; give at most {len(LINES)}")
    return [read_curve(run, label, LINES[k], options.level) for k, (run, label) in enumerate(zip(runs, labels))]


def draw(options):
    curves = read_curves(options)
    panels = panels_of(curves, options.over)
    handles = legend_of(curves, panels)
    across = len(panels) if options.width >= 120 else 1
    down = -(-len(panels) // across)
    panel = options.width / across
    width, height = panel - LEFT - RIGHT, min(0.7 * (panel - LEFT - RIGHT), 50.0)
    columns, rows = legend_rows([handle.get_label() for handle in handles], options.width - LEFT - RIGHT)
    page = Page(options.width, down * (BELOW + height + ABOVE) + legend_height(rows))
    for k, (curves_here, x, y) in enumerate(panels):
        bottom = (down - 1 - k // across) * (BELOW + height + ABOVE) + BELOW
        axis = page.bare_axes((k % across) * panel + LEFT, bottom, width, height)
        draw_panel(axis, curves_here, x, y)
        if k == 0:
            legend_above(axis, handles, columns)
    return page


def panels_of(curves, over):
    """(curves, column of x, quantity) of each panel; CV only where it was measured."""
    x = {"di": "di_ms", "s2": "s2_ms"}[over]
    single = curves if over == "di" else [curve for curve in curves if not curve.dynamic()]
    dynamic = [curve for curve in curves if curve.dynamic()]
    if not single:
        raise InputError("dynamic pacing has no interval S2; leave --over s2 away")
    with_cv = [curve for curve in single if curve.points(x, "cv_m_per_s")[0].size]
    panels = [(dynamic, "s1_ms", "apd")] if dynamic else []
    panels.append((single, x, "apd"))
    if with_cv:
        panels.append((with_cv, x, "cv"))
    if not any(curve.points(*column_names(curve, x, y))[0].size for here, x, y in panels for curve in here):
        raise InputError("no point was captured, so there is no curve; look at restitution.csv")
    return panels


def column_names(curve, x, y):
    return x, curve.apd if y == "apd" else "cv_m_per_s"


def draw_panel(axis, curves, x, y):
    everything = [curve.points(*column_names(curve, x, y)) for curve in curves]
    for curve in curves:
        if x == "s1_ms":
            draw_branches(axis, curve)
        else:
            draw_points(axis, curve, x, y)
        place = curve.erp_place(x)
        if place is not None:
            axis.axvline(place, color=curve.colour, linestyle=":", linewidth=0.8,
                         gid=name_in_svg(f"{y} ERP of {curve.label}"))
    levels = sorted({curve.apd.removeprefix("apd").removesuffix("_ms") for curve in curves})
    axis.set_xlabel({"di_ms": "DI (ms)", "s2_ms": "interval S2 (ms)", "s1_ms": "cycle length (ms)"}[x])
    axis.set_ylabel("CV (m/s)" if y == "cv" else f"APD{levels[0] if len(levels) == 1 else ''} (ms)")
    axis.set_xlim(*limits(numpy.concatenate([a for a, _ in everything] + [curve.blocked(x) for curve in curves])))
    axis.set_ylim(*limits(numpy.concatenate([b for _, b in everything]), 0.08))
    for curve in curves:
        blocked = curve.blocked(x)
        if blocked.size:
            axis.plot(blocked, numpy.zeros(blocked.size), "x", color=curve.colour, markersize=4, markeredgewidth=1.0,
                      clip_on=False, zorder=4, transform=axis.get_xaxis_transform(),
                      gid=name_in_svg(f"{WHERE[x]} {y} not captured of {curve.label}"))


def draw_points(axis, curve, x, y):
    """S1S2: points joined by a line. Dynamic: the two beats of a cycle by their markers."""
    if not curve.dynamic():
        axis.plot(*curve.points(*column_names(curve, x, y)), "o-", color=curve.colour, markersize=2.6, linewidth=0.9,
                  gid=name_in_svg(f"{y} points of {curve.label}"))
        return
    for branch, marks in zip(branches(curve), MARKS):
        axis.plot(*branch.points(*column_names(curve, x, y)), linestyle="", color=curve.colour, markersize=3.2,
                  gid=name_in_svg(f"{y} {marks['words']} of {curve.label}"), **marks["style"])


MARKS = [{"words": "last beat but one", "style": {"marker": "o"}},
         {"words": "last beat", "style": {"marker": "s", "markerfacecolor": "white"}}]


def branches(curve):
    """The run's last beat but one at each cycle length, and its last beat."""
    last = numpy.nanmax(curve.rows["beat"])
    return [Curve(curve.label, curve.colour, {name: values[curve.rows["beat"] == beat] for name, values in curve.rows.items()},
                  curve.apd, curve.erp) for beat in (last - 1, last)]


def draw_branches(axis, curve):
    for branch, marks in zip(branches(curve), MARKS):
        axis.plot(*branch.points("s1_ms", curve.apd), linestyle="-", linewidth=0.7, color=curve.colour, markersize=3.2,
                  gid=name_in_svg(f"branch, {marks['words']} of {curve.label}"), **marks["style"])


def has_erp(curve, panels):
    return any(curve is each and curve.erp_place(x) is not None for here, x, _ in panels for each in here)


def legend_of(curves, panels):
    """What the colours, markers and lines mean."""
    shown = [curve for here, _, _ in panels for curve in here]
    handles = [Line2D([], [], color=curve.colour, marker="" if curve.dynamic() else "o", markersize=2.6, label=curve.label)
               for curve in curves if any(curve is each for each in shown)]
    if any(curve.dynamic() for curve in shown):
        handles += [Line2D([], [], color="black", linestyle="", label=marks["words"], **marks["style"]) for marks in MARKS]
    for curve in curves:
        if curve.erp is not None and has_erp(curve, panels):
            handles.append(Line2D([], [], color=curve.colour, linestyle=":", linewidth=0.8,
                                  label=f"ERP {curve.erp:g} ms" + (f", {curve.label}" if len(curves) > 1 else "")))
    if any(curve.blocked(x).size for here, x, _ in panels for curve in here):
        handles.append(Line2D([], [], color="black", marker="x", linestyle="", markersize=4, label="not captured"))
    return handles
