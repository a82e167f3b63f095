# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""V over time at probes and of a cell, states of the cell, the pseudo-ECG: one panel below the other."""

import re
from dataclasses import dataclass, field

import numpy

import inputs
from inputs import InputError
from paper.page import Page, legend_above, legend_height, legend_rows, limits, line_style, name_in_svg

LEFT, RIGHT, BELOW, LAST, GAP = 14.0, 4.0, 3.0, 9.5, 1.0  # margins [mm]
UNIT = re.compile(r"(.+)_(mM|uM|nM|mV|ms|uA|nA|pA|mS|nS)")


@dataclass
class Panel:
    label: str                                   # of the axis, with the unit
    lines: list = field(default_factory=list)    # (name, times, values)


def probe_panels(run, options):
    columns = inputs.table(run / "probes.csv", "give the run a [[probe]]")
    there = {re.fullmatch(r"V_(.+)_mV", name)[1]: name for name in columns if re.fullmatch(r"V_(.+)_mV", name)}
    return [Panel("V (mV)", lines_of(columns, inputs.chosen(options.probes, there, "probe"), there))]


def ecg_panels(run, options):
    columns = inputs.table(run / "ecg.csv", "give the run an [[electrode]]")
    there = {re.fullmatch(r"phi_(.+)_mV", name)[1]: name for name in columns if re.fullmatch(r"phi_(.+)_mV", name)}
    return [Panel("pseudo-ECG (mV)", lines_of(columns, inputs.chosen(options.electrodes, there, "electrode"), there))]


def cell_panels(run, options):
    """V, then each chosen state with a unit by itself, then those without one together: they lie between 0 and 1."""
    columns = inputs.table(run / "trace.csv", "it is written by `myowave cell`")
    inputs.columns_of(columns, ["t_ms", "V_mV"], run / "trace.csv")
    states = [name for name in columns if name not in ("t_ms", "V_mV")]
    panels = [Panel("V (mV)", [("V", columns["t_ms"], columns["V_mV"])])]
    gates = Panel("state")
    for state in inputs.chosen(options.states, states, "state") if options.states else []:
        unit = UNIT.fullmatch(state)
        line = (unit[1] if unit else state, columns["t_ms"], columns[state])
        if unit:
            panels.append(Panel(f"{unit[1]} ({unit[2]})", [line]))
        else:
            gates.lines.append(line)
    return panels + ([gates] if gates.lines else [])


SOURCES = {"probes": ("probes.csv", probe_panels), "cell": ("trace.csv", cell_panels), "ecg": ("ecg.csv", ecg_panels)}
CHOICES = {"probes": "probes", "states": "cell", "electrodes": "ecg"}  # an option shows its source


def lines_of(columns, chosen, names):
    inputs.columns_of(columns, ["t_ms"], "the table")
    return [(name, columns["t_ms"], columns[names[name]]) for name in chosen]


def sources_of(options):
    """Those asked for, or all that the run has."""
    asked = options.of or [CHOICES[name] for name in CHOICES if getattr(options, name)]
    there = [name for name, (file, _) in SOURCES.items() if (options.run / file).exists()]
    if not asked and not there:
        raise InputError(f"{options.run} has no traces; there should be one of: "
                         + ", ".join(file for file, _ in SOURCES.values()))
    return asked or there


def draw(options):
    panels = [panel for source in sources_of(options) for panel in SOURCES[source][1](options.run, options)]
    for panel in panels:
        panel.lines = [cut(line, options.span) for line in panel.lines]
    width = options.width - LEFT - RIGHT
    height = min(0.45 * width, 42.0) if len(panels) == 1 else min(0.36 * width, 32.0)
    legends = [legend_rows([name for name, _, _ in panel.lines], width) for panel in panels]
    tops = [legend_height(rows) if len(panel.lines) > 1 else 2.5 for panel, (_, rows) in zip(panels, legends)]
    page = Page(options.width, LAST + sum(tops) + len(panels) * height + (len(panels) - 1) * BELOW)
    upper = page.height
    times = numpy.concatenate([t for panel in panels for _, t, _ in panel.lines])
    for k, (panel, (columns, _), top) in enumerate(zip(panels, legends, tops)):
        axis = page.bare_axes(LEFT, upper - top - height, width, height)
        upper -= top + height + BELOW
        draw_panel(axis, panel, columns)
        axis.set_xlim(*(options.span or (times.min(), times.max())))
        if k < len(panels) - 1:
            axis.tick_params(labelbottom=False)
        else:
            axis.set_xlabel("time (ms)")
    return page


def cut(line, span):
    """The rows with a value in the span of time, and one beyond each end so that the line reaches them."""
    name, t, values = line
    there = numpy.isfinite(values)
    t, values = t[there], values[there]
    if span:
        first, last = numpy.searchsorted(t, span[0], "left"), numpy.searchsorted(t, span[1], "right")
        t, values = (each[max(first - 1, 0):last + 1] for each in (t, values))
    if t.size < 2 or (span and (t[-1] < span[0] or t[0] > span[1])):
        raise InputError(f"{name} has no values" + (f" from {span[0]:g} to {span[1]:g} ms" if span else "")
                         + "; choose another --span or another signal")
    return name, t, values


def draw_panel(axis, panel, columns):
    lines = []
    for k, (name, t, values) in enumerate(panel.lines):
        lines += axis.plot(t, values, label=name, gid=name_in_svg(f"trace {name}"), **line_style(k))
    axis.set_ylabel(panel.label)
    axis.set_ylim(*limits(numpy.concatenate([values for _, _, values in panel.lines])))
    axis.ticklabel_format(axis="y", scilimits=(-3, 4), useMathText=True)
    axis.yaxis.get_offset_text().set_fontsize(6)
    if len(lines) > 1:
        legend_above(axis, lines, columns)
