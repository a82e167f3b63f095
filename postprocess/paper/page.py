# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A figure measured in mm, with the fonts, lines and colours of all figures for papers."""

import math
import pathlib
import re

import matplotlib

matplotlib.use("Agg")
import numpy  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import MaxNLocator  # noqa: E402

from inputs import InputError  # noqa: E402

DPI = 600
GREY = "#cccccc"  # nodes without a value
# Okabe and Ito's colours, which colour-blind readers tell apart; without the yellow, too pale for lines.
LINES = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
DASHES = ["-", "--", ":", "-."]
FORMATS = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None},
           ".pdf": {"CreationDate": None, "Creator": None, "Producer": None}}
LETTER = 1.45  # width of a letter of the text [mm]
matplotlib.rcParams.update({
    "font.family": "sans-serif", "font.sans-serif": ["DejaVu Sans"], "font.size": 7, "axes.labelsize": 7.5,
    "xtick.labelsize": 7, "ytick.labelsize": 7, "legend.fontsize": 7, "legend.frameon": False, "axes.linewidth": 0.6,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.major.size": 2.5, "ytick.major.size": 2.5,
    "axes.labelpad": 2.5, "lines.linewidth": 1.0, "lines.markersize": 3.5, "svg.fonttype": "none",
    "svg.hashsalt": "myowave", "pdf.fonttype": 42, "axes.unicode_minus": True})


class Page:
    """A white page; positions and sizes are in mm from the lower left."""

    def __init__(self, width, height):
        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 25.4, height / 25.4), facecolor="white")

    def axes(self, left, bottom, width, height):
        axis = self.figure.add_axes([left / self.width, bottom / self.height, width / self.width, height / self.height])
        axis.xaxis.set_major_locator(ticks(width / 8))
        axis.yaxis.set_major_locator(ticks(height / 6))
        return axis

    def bare_axes(self, left, bottom, width, height):
        """Axes with the upper and right line left off, for curves."""
        axis = self.axes(left, bottom, width, height)
        axis.spines[["top", "right"]].set_visible(False)
        return axis

    def text(self, x, y, words, **options):
        self.figure.text(x / self.width, y / self.height, words, **options)

    def colour_bar(self, left, bottom, width, mappable, label):
        """A horizontal bar, 2.5 mm high, with its label below."""
        axis = self.axes(left, bottom, width, 2.5)
        bar = self.figure.colorbar(mappable, cax=axis, orientation="horizontal", ticks=ticks(width / 8))
        bar.set_label(label)
        bar.outline.set_linewidth(0.6)
        return bar

    def save(self, output):
        """The same figure gives the same bytes: neither dates nor random names are written."""
        self.figure.savefig(output, dpi=DPI, facecolor="white", metadata=FORMATS[output.suffix])


def ticks(count):
    return MaxNLocator(nbins=int(max(2, min(count, 8))), steps=[1, 2, 5, 10])


def checked_output(name):
    """A file name whose format can be written."""
    output = pathlib.Path(name)
    if output.suffix not in FORMATS:
        raise InputError(f"{output} has no known format; end its name with {', '.join(FORMATS)}")
    return output


def name_in_svg(words):
    """'trace P1' as trace-P1: the id by which a drawing program finds the line."""
    return re.sub(r"[^\w.-]+", "-", words)


def line_style(k):
    """Colour and dashes of line k, different for the first 28."""
    return {"color": LINES[k % len(LINES)], "linestyle": DASHES[k // len(LINES) % len(DASHES)]}


def nice_step(span, count=8):
    """1, 2 or 5 times a power of ten, for at most `count` steps in the span."""
    power = 10.0 ** math.floor(math.log10(span / count))
    return next(f * power for f in (1, 2, 5, 10) if span / (f * power) <= count)


def legend_rows(labels, width):
    """Columns and rows of a legend above axes of this width [mm]."""
    columns = max(1, min(len(labels), int(width / (9 + LETTER * max(map(len, labels))))))
    return columns, math.ceil(len(labels) / columns)


def legend_above(axis, handles, columns):
    axis.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncol=columns, borderaxespad=0.2,
                handlelength=2.0, columnspacing=1.2, handletextpad=0.5, labelspacing=0.3, borderpad=0.1)


def legend_height(rows):
    return 3.5 * rows + 1.5


def limits(values, share=0.05):
    """Ends of an axis that holds the finite values with some room."""
    values = numpy.asarray(values, dtype=float)
    values = values[numpy.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    room = share * (high - low) or 0.5 * max(abs(high), 1e-3)
    return low - room, high + room
