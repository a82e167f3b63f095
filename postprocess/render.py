#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of a finished run.

    postprocess/render.py RUN activation                  sheet, slab or elements in perspective: activation and isochrones
    postprocess/render.py RUN apd                         ... action potential durations
    postprocess/render.py RUN frames --times 100,200,300  ... V at these times [ms], side by side

and figures for papers, as .png, .svg or .pdf, of a width in mm:

    postprocess/render.py RUN isochrones --beat 1,2       a map of a sheet or layer, of elements, or along a cable; --map cv
    postprocess/render.py RUN traces                      probes, cell and its states, pseudo-ECG over time
    postprocess/render.py RUN restitution --with RUN2     APD and CV over DI, APD over cycle length
    postprocess/render.py RUN tips                        ways and number of phase singularities

`render.py RUN FIGURE --help` lists the options of a figure. Exit status 2: wrong input.
Without a display slabs and elements are drawn on a virtual one (xvfb-run).
"""

import argparse
import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy

from inputs import InputError


# -------------------------------------------------------------------------------- pictures of sheets, slabs, elements
def early_point(run, grid):
    """Where the slab is looked at from: the earliest activation, or the origin without maps."""
    import grids
    try:
        times = grids.values_of(grids.read_maps(run), "activation_beat1_ms")
    except InputError:
        return grid.GetPoint(0)
    same_grid = times.size == grid.GetNumberOfPoints() and numpy.isfinite(times).any()
    return grid.GetPoint(int(numpy.nanargmin(times)) if same_grid else 0)


def panels_of(options, shown):
    """The panels with the views of what is drawn in perspective; of elements one for each direction."""
    import grids
    grid = shown[0].grid
    if options.directions and not grids.has_elements(grid):
        raise InputError("--from is for meshes of elements; a sheet is seen from above and a slab from its corner")
    if not grids.in_space(grid):
        return shown
    import scene
    scene.need_display()
    if not grids.has_elements(grid):
        import slab
        view = slab.View(shown[0], early_point(options.run, grid))
        return [replace(panel, view=view) for panel in shown]
    import surface
    directions = options.directions or [surface.usual_direction(grid)]
    views = [surface.View(grid, each) for each in directions]
    return [replace(panel, view=view, caption=", ".join(filter(None, [panel.caption, view.name if len(views) > 1 else ""])))
            for panel in shown for view in views]


def apd_name(grid, beat):
    """'apd90_beat1_ms': the level is the run's."""
    import grids
    names = grids.names_in(grid)
    for name in names:
        if re.fullmatch(rf"apd[\d.]+_beat{beat}_ms", name):
            return name
    raise InputError(f"there is no APD of beat {beat} in the maps; there are: {', '.join(names) or 'none'}")


def draw_map(options, name_of, label_of, missing, isochrones):
    import figures
    import grids
    import panels
    grid = grids.not_a_cable(grids.read_maps(options.run), options.run)
    name = name_of(grid)
    values = grids.values_of(grid, name)
    if not numpy.isfinite(values).any():
        raise InputError(f"no node has a value in {name}; run longer, until beat {options.beat} has "
                         + ("activated the tissue" if isochrones else "repolarised"))
    scale = panels.Scale.of_map(values, label_of(name), "viridis", options.every, missing, isochrones)
    figures.draw(panels_of(options, [panels.Panel(grid, name, "")]), scale, options.output)


def draw_activation(options):
    draw_map(options, lambda grid: f"activation_beat{options.beat}_ms", lambda name: "activation time", "not activated",
             True)


def draw_apd(options):
    def label_of(name):
        return f"APD$_{{{re.match(r'apd([0-9.]+)', name)[1]}}}$"

    draw_map(options, lambda grid: apd_name(grid, options.beat), label_of, "no APD", False)


def nearest_frames(series, times):
    first, last = series[0][0], series[-1][0]
    for t in times:
        if not first <= t <= last:
            raise InputError(f"no frame at {t:g} ms; the run has {len(series)} from {first:g} to {last:g} ms")
    return [min(series, key=lambda frame: abs(frame[0] - t)) for t in times]


def draw_frames(options):
    import figures
    import grids
    import panels
    if not options.times:
        raise InputError("frames need --times, for example --times 100,200,300")
    frames = nearest_frames(grids.read_series(options.run), options.times)
    for _, file in frames:
        if not file.exists():
            raise InputError(f"{file} is missing; repeat the run")
    shown = [panels.Panel(grids.not_a_cable(grids.read_grid(file), options.run), "V", f"{t:g} ms") for t, file in frames]
    for panel in shown:
        grids.values_of(panel.grid, "V")
    figures.draw(panels_of(options, shown), panels.Scale.of_potential(), options.output)


# -------------------------------------------------------------------------------------------------- figures for papers
def draw_for_paper(options):
    from paper import maps, page, restitution, tips, traces
    output = page.checked_output(options.output)
    drawn = {"isochrones": maps, "traces": traces, "restitution": restitution, "tips": tips}[options.what].draw(options)
    drawn.save(output)


# ------------------------------------------------------------------------------------------------------------- options
class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        self.exit(2, f"render.py: {message} (render.py --help has an overview)\n")


def list_of(kind):
    """Converts 'a,b' to a list."""
    def convert(text):
        try:
            return [kind(part.strip()) for part in text.split(",")]
        except ValueError as fault:
            raise argparse.ArgumentTypeError(f"{text} is no list of numbers; separate them by commas") from fault
    return convert


def beat_number(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no beat; beats are numbered from 1")
    return int(text)


def number(text):
    try:
        return float(text)
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{text} is no number") from fault


def positive(text):
    value = number(text)
    if not (value > 0 and math.isfinite(value)):
        raise argparse.ArgumentTypeError(f"{text} must be above 0")
    return value


def paper_width(text):
    value = number(text)
    if not 60 <= value <= 400:
        raise argparse.ArgumentTypeError(f"{text} mm is no width of a figure; give 60 to 400, usually 85 or 170")
    return value


def span(text):
    ends = list_of(float)(text)
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise argparse.ArgumentTypeError(f"{text} is no range; give LOW,HIGH")
    return tuple(ends)


def directions_of(text):
    import surface
    return [surface.direction(part.strip()) for part in text.split(",")]


def add_direction(figure):
    figure.add_argument("--from", dest="directions", type=directions_of, metavar="D1,D2",
                        help="elements: seen from oblique, front, back, left, right, top, bottom or AZIMUTH:ELEVATION in "
                             "degrees; several: one panel each")


def add_pictures(figures):
    for what, words in (("activation", "activation times and isochrones"), ("apd", "action potential durations"),
                        ("frames", "V at some times, side by side")):
        figure = figures.add_parser(what, help=words, description=words)
        figure.set_defaults(draw={"activation": draw_activation, "apd": draw_apd, "frames": draw_frames}[what])
        figure.add_argument("--output", type=Path, metavar="FILE.png", help=f"default: RUN/{what}.png")
        add_direction(figure)
        if what == "frames":
            figure.add_argument("--times", type=list_of(float), metavar="T1,T2", help="ms; the frames nearest to them")
        else:
            figure.add_argument("--beat", type=beat_number, default=1, help="from 1")
            figure.add_argument("--every", type=positive, metavar="MS", help="between isochrones or ticks")


def paper_figure(figures, what, words):
    figure = figures.add_parser(what, help=words, description=words)
    figure.set_defaults(draw=draw_for_paper)
    figure.add_argument("--output", type=Path, metavar="FILE", help=f".png, .svg or .pdf; default: RUN/{what}.png")
    figure.add_argument("--width", type=paper_width, default=85.0, metavar="MM", help="of the figure: 85 (default) or 170")
    return figure


def add_map_options(figure):
    figure.add_argument("--layer", type=int, default=0, help="of a slab, from 0, the lowest z")
    figure.add_argument("--colours", choices=["viridis", "cividis"], default="viridis", help="default: viridis")


def add_paper_figures(figures):
    figure = paper_figure(figures, "isochrones", "a map of a sheet, of a layer of a slab or of elements; of a cable a curve")
    figure.add_argument("--map", default="activation", metavar="NAME",
                        help="activation (default), apd90, repolarisation, cv, dvdt_max, ... or an array of maps.vti")
    figure.add_argument("--beat", type=list_of(beat_number), default=[1], metavar="N1,N2",
                        help="from 1; several: one panel each")
    figure.add_argument("--every", type=positive, metavar="STEP", help="between lines, in the unit of the map")
    figure.add_argument("--range", type=span, metavar="LOW,HIGH", help="of the colours; the same for all panels")
    figure.add_argument("--vectors", action="store_true", help="arrows of the conduction velocity")
    add_direction(figure)
    add_map_options(figure)
    figure = paper_figure(figures, "traces", "signals over time, all that the run has unless some are chosen")
    figure.add_argument("--of", type=list_of(str), metavar="KIND", help="probes, cell, ecg")
    figure.add_argument("--probes", type=list_of(str), metavar="NAMES", help="some of probes.csv")
    figure.add_argument("--states", type=list_of(str), metavar="NAMES", help="some columns of trace.csv besides V")
    figure.add_argument("--electrodes", type=list_of(str), metavar="NAMES", help="some of ecg.csv")
    figure.add_argument("--span", type=span, metavar="T1,T2", help="ms")
    figure = paper_figure(figures, "restitution", "curves of restitution.csv")
    figure.add_argument("--with", dest="more", type=list_of(Path), metavar="RUN2,RUN3", help="more runs in the same figure")
    figure.add_argument("--labels", type=list_of(str), metavar="A,B", help="of the runs; default: names of their folders")
    figure.add_argument("--level", type=positive, metavar="PERCENT", help="of the APD; default: the highest there is")
    figure.add_argument("--over", choices=["di", "s2"], default="di",
                        help="what APD and CV of S1S2 are drawn over; default: di")
    add_map_options(paper_figure(figures, "tips", "ways and number of phase singularities"))


def read_options(arguments):
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a finished run")
    figures = parser.add_subparsers(dest="what", metavar="FIGURE", required=True)
    add_pictures(figures)
    add_paper_figures(figures)
    options = parser.parse_args(arguments)
    if options.what == "traces" and set(options.of or []) - {"probes", "cell", "ecg"}:
        parser.error(f"--of {','.join(options.of)}: there are probes, cell and ecg")
    options.output = options.output or options.run / f"{options.what}.png"
    return options


def main(arguments):
    options = read_options(arguments)
    try:
        if not options.run.is_dir():
            raise InputError(f"{options.run} is not a folder; give the --output folder of a finished run")
        options.draw(options)
    except InputError as fault:
        print(f"render.py: {fault}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"render.py: cannot write {options.output}: {fault.strerror}", file=sys.stderr)
        return 2
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
