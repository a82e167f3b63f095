#!/usr/bin/env pvbatch
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The usual views of a run folder, drawn by ParaView (tried with 5.11).

    pvbatch views.py RUN activation              maps: colours and isochrones on the sheet, slab or mesh of elements
    pvbatch views.py RUN V --output v.png        V over time: v.0000.png, ...; v.avi or v.ogv is a film
    pvbatch views.py RUN clip --time 40          the inside of a slab: V at that time [ms]; without --time the activation

With --state FILE.pvsm the view is saved too: open it in ParaView, choose "Search files under specified directory" and the run
folder, wherever it lies by then. Without a display: xvfb-run -a -s -noreset pvbatch ... Exit status 2: wrong input.
"""

import argparse
import math
import sys
from pathlib import Path

from paraview import simple

GREY = [0.8, 0.8, 0.8]  # nodes without a value
COLOURS = {"activation": "Viridis (matplotlib)", "V": "Plasma (matplotlib)"}
FILMS = (".avi", ".ogv")
MAPS = ("maps.vti", "maps.pvti", "maps.vtu", "maps.pvtu")


class InputError(Exception):
    """A mistake of the user, in one line that says what to do."""


# ---------------------------------------------------------------------------------------------------------- reading
def open_file(run, *names):
    """The first of these files that the run has, read."""
    file = next((run / name for name in names if (run / name).exists()), None)
    if file is None:
        there = ", ".join(sorted(path.name for path in run.iterdir())) or "no files"
        raise InputError(f"{run} has no {' or '.join(names)}; there are: {there}")
    reader = simple.OpenDataFile(str(file.resolve()))
    if reader is None:
        raise InputError(f"{file} cannot be read by ParaView; repeat the run")
    reader.UpdatePipeline()
    if sum(length > 0 for length in lengths(reader)) < 2:
        raise InputError(f"{file} is a cable, which has no picture; plot it over a line in ParaView")
    return reader


def lengths(source):
    bounds = source.GetDataInformation().GetBounds()
    return [bounds[2 * a + 1] - bounds[2 * a] for a in range(3)]


def is_slab(source):
    return min(lengths(source)) > 0


def array_range(source, name):
    """Ends of the finite values."""
    array = source.PointData.GetArray(name)
    if array is None:
        raise InputError(f"there is no array \"{name}\"; there are: {', '.join(source.PointData.keys())}")
    information = source.GetDataInformation().DataInformation.GetPointDataInformation().GetArrayInformation(name)
    low, high = information.GetComponentFiniteRange(0)
    if not low <= high:
        raise InputError(f"no node has a value in {name}; run longer, or draw another beat")
    return low, high


def times_of(reader, span):
    """The times of the frames in the span."""
    times = [t for t in reader.TimestepValues if not span or span[0] <= t <= span[1]]
    if not times:
        first, last = reader.TimestepValues[0], reader.TimestepValues[-1]
        raise InputError(f"no frame from {span[0]:g} to {span[1]:g} ms; the run has {len(reader.TimestepValues)} "
                         f"from {first:g} to {last:g} ms")
    return times


# ---------------------------------------------------------------------------------------------------------- drawing
def new_view(options):
    simple._DisableFirstRenderCameraReset()
    view = simple.CreateView("RenderView")
    view.ViewSize = options.size
    view.UseColorPaletteForBackground = 0
    view.Background = [1, 1, 1]
    view.OrientationAxesVisibility = 0
    grid = view.AxesGrid
    grid.Visibility = 1
    for axis in "XYZ":
        setattr(grid, f"{axis}Title", f"{axis.lower()} (mm)")
        for part in "Title", "Label":
            setattr(grid, f"{axis}{part}Color", [0, 0, 0])
            setattr(grid, f"{axis}{part}FontSize", 18)
    grid.GridColor = [0, 0, 0]
    grid.AxesToLabel = 7  # the edges at the lowest x, y, z
    return view


def show(source, view, name, title, limits):
    """The source coloured by an array, with its colour bar at the right."""
    shown = simple.Show(source, view)
    shown.Representation = "Surface"
    simple.ColorBy(shown, ("POINTS", name))
    table = simple.GetColorTransferFunction(name)
    table.ApplyPreset(COLOURS["V" if name == "V" else "activation"], True)
    table.RescaleTransferFunction(*limits)
    table.NanColor = GREY
    table.AutomaticRescaleRangeMode = "Never"
    shown.Ambient, shown.Diffuse = 1.0, 0.0  # no shadows: the colours are those of the bar
    shown.SetScalarBarVisibility(view, True)
    bar = simple.GetScalarBar(table, view)
    bar.Title, bar.ComponentTitle = title, ""
    bar.TitleColor = bar.LabelColor = [0, 0, 0]
    bar.AddRangeLabels = 0
    bar.TitleFontSize, bar.LabelFontSize = 20, 18
    bar.WindowLocation = "Any Location"
    bar.Position, bar.ScalarBarLength = [0.87, 0.25], 0.5
    return shown


def show_isochrones(source, view, name, limits, every):
    """Black lines on the surface."""
    step = every or nice_step(limits[1] - limits[0])
    first, last = math.ceil(limits[0] / step), math.floor(limits[1] / step)
    if last - first > 200:
        raise InputError(f"--every {step:g} would draw more than 200 lines; "
                         f"the map goes from {limits[0]:.4g} to {limits[1]:.4g} ms")
    surface = simple.ExtractSurface(Input=source)
    lines = simple.Contour(Input=surface, ContourBy=["POINTS", name], Isosurfaces=[step * k for k in range(first, last + 1)])
    shown = simple.Show(lines, view)
    simple.ColorBy(shown, None)
    shown.AmbientColor = shown.DiffuseColor = [0, 0, 0]
    shown.LineWidth = 2
    shown.Ambient, shown.Diffuse = 1.0, 0.0


def show_edges(source, view):
    """The edges of a body, black: its faces have no shadows."""
    edges = simple.FeatureEdges(Input=simple.ExtractSurface(Input=source), BoundaryEdges=0, FeatureEdges=1, FeatureAngle=45)
    shown = simple.Show(edges, view)
    simple.ColorBy(shown, None)
    shown.AmbientColor = shown.DiffuseColor = [0, 0, 0]
    shown.LineWidth = 1.5
    shown.Ambient, shown.Diffuse = 1.0, 0.0


def nice_step(span):
    """1, 2 or 5 times a power of ten, for about ten lines."""
    power = 10.0 ** math.floor(math.log10(max(span, 1e-6) / 10))
    return next(f * power for f in (1, 2, 5, 10) if span / (f * power) <= 14)


def look_at(view, source):
    """A sheet from above; a slab at its corner with the lowest x, y and the highest z."""
    bounds = source.GetDataInformation().GetBounds()
    centre = [(bounds[2 * a] + bounds[2 * a + 1]) / 2 for a in range(3)]
    view.CameraParallelProjection = 1
    view.CameraFocalPoint = centre
    slab = is_slab(source)
    away = (-0.55, -1.0, 0.8) if slab else (0, 0, 1)
    reach = 3 * max(lengths(source))
    view.CameraPosition = [c + reach * d for c, d in zip(centre, away)]
    view.CameraViewUp = (0, 0, 1) if slab else (0, 1, 0)
    simple.ResetCamera(view)
    view.CameraParallelScale *= 1.0 if slab else 0.85
    right = 0.12 * view.CameraParallelScale * view.ViewSize[0] / view.ViewSize[1]  # room for the colour bar
    across = (1.0, -0.55, 0.0) if slab else (1.0, 0.0, 0.0)
    norm = math.hypot(*across)
    for name in ("CameraFocalPoint", "CameraPosition"):
        setattr(view, name, [p + right * d / norm for p, d in zip(getattr(view, name), across)])


def label_time(view, reader):
    time = simple.AnnotateTimeFilter(Input=reader, Format="{time:.0f} ms")
    shown = simple.Show(time, view)
    shown.Color, shown.FontSize, shown.WindowLocation = [0, 0, 0], 24, "Upper Left Corner"


# ------------------------------------------------------------------------------------------------------------ views
def draw_activation(options):
    reader = open_file(options.run, *MAPS)
    name = f"activation_beat{options.beat}_ms"
    limits = array_range(reader, name)
    view = new_view(options)
    show(reader, view, name, "activation (ms)", limits)
    show_isochrones(reader, view, name, limits, options.every)
    if is_slab(reader):
        show_edges(reader, view)
    look_at(view, reader)
    save_picture(view, options)


def draw_potential(options):
    reader = open_file(options.run, "V.pvd")
    times = times_of(reader, options.span)
    view = new_view(options)
    show(reader, view, "V", "V (mV)", (-90, 40))
    if is_slab(reader):
        show_edges(reader, view)
    label_time(view, reader)
    look_at(view, reader)
    save_state(options)
    frames = list(reader.TimestepValues)
    scene = simple.GetAnimationScene()
    scene.UpdateAnimationUsingDataTimeSteps()
    scene.PlayMode = "Snap To TimeSteps"
    window = [frames.index(times[0]), frames.index(times[-1])]
    simple.SaveAnimation(str(options.output), view, scene=scene, ImageResolution=options.size, FrameWindow=window,
                         **({"FrameRate": options.rate} if options.output.suffix in FILMS else {}))
    check_written(options.output if options.output.suffix in FILMS else
                  options.output.with_suffix(f".{window[0]:04d}{options.output.suffix}"))


def draw_clip(options):
    """What lies behind a plane through the middle, across y; with --time V, otherwise the activation."""
    if options.time is None:
        reader = open_file(options.run, *MAPS)
        name, title = f"activation_beat{options.beat}_ms", "activation (ms)"
        limits = array_range(reader, name)
    else:
        reader = open_file(options.run, "V.pvd")
        frames = reader.TimestepValues
        if not frames[0] <= options.time <= frames[-1]:
            times_of(reader, (options.time, options.time))  # says which there are
        nearest = min(frames, key=lambda t: abs(t - options.time))
        simple.GetAnimationScene().AnimationTime = nearest
        name, title, limits = "V", "V (mV)", (-90, 40)
    if not is_slab(reader):
        raise InputError(f"{options.run} is a sheet, which has no inside; draw the view activation or V")
    bounds = reader.GetDataInformation().GetBounds()
    view = new_view(options)
    if options.time is not None:
        view.ViewTime = nearest
        label_time(view, reader)
    clip = simple.Clip(Input=reader, ClipType="Plane", Invert=0)
    clip.ClipType.Origin = [(bounds[2 * a] + bounds[2 * a + 1]) / 2 for a in range(3)]
    clip.ClipType.Normal = [0, 1, 0]
    show(clip, view, name, title, limits)
    if options.time is None:
        show_isochrones(clip, view, name, limits, options.every)
    show_edges(clip, view)
    outline = simple.Show(simple.Outline(Input=reader), view)
    outline.AmbientColor = outline.DiffuseColor = [0, 0, 0]
    look_at(view, reader)
    save_picture(view, options)


def save_picture(view, options):
    save_state(options)
    simple.SaveScreenshot(str(options.output), view, ImageResolution=options.size)
    check_written(options.output)


def save_state(options):
    if options.state:
        simple.SaveState(str(options.state))
        check_written(options.state)


def check_written(file):
    if not file.exists():
        raise InputError(f"{file} was not written; the folder must exist and the format be known to this ParaView")


# ---------------------------------------------------------------------------------------------------------- options
class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message):
        self.exit(2, f"views.py: {message}\n")


def numbers(count, kind=float):
    def convert(text):
        try:
            values = [kind(part) for part in text.split(",")]
        except ValueError as fault:
            raise argparse.ArgumentTypeError(f"{text} is no list of numbers") from fault
        if len(values) != count:
            raise argparse.ArgumentTypeError(f"{text}: {count} numbers with commas between them are needed")
        return values
    return convert


def read_options(arguments):
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN", help="folder of a run")
    parser.add_argument("what", choices=["activation", "V", "clip"])
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: RUN/<what>.png")
    parser.add_argument("--state", type=Path, metavar="FILE.pvsm", help="save the view for ParaView too")
    parser.add_argument("--beat", type=int, default=1, help="activation, clip: from 1")
    parser.add_argument("--every", type=float, metavar="MS", help="activation, clip: between isochrones")
    parser.add_argument("--time", type=float, metavar="MS", help="clip: V at this time")
    parser.add_argument("--span", type=numbers(2), metavar="T1,T2", help="V: frames from here to there [ms]")
    parser.add_argument("--rate", type=float, default=15, metavar="N", help="V: frames a second of a film (15)")
    parser.add_argument("--size", type=numbers(2, int), default=[1000, 700], metavar="W,H", help="pixels (1000,700)")
    options = parser.parse_args(arguments)
    if options.every is not None and not options.every > 0:
        parser.error("--every must be above 0")
    options.output = options.output or options.run / f"{options.what}.png"
    endings = (".png", *FILMS) if options.what == "V" else (".png",)
    if options.output.suffix not in endings:
        parser.error(f"{options.output} has no known format; end its name with {', '.join(endings)}")
    return options


def main(arguments):
    options = read_options(arguments)
    try:
        if not options.run.is_dir():
            raise InputError(f"{options.run} is not a folder; give the --output folder of a run")
        {"activation": draw_activation, "V": draw_potential, "clip": draw_clip}[options.what](options)
    except InputError as fault:
        print(f"views.py: {fault}", file=sys.stderr)
        return 2
    finally:
        for view in simple.GetViews():  # before the interpreter ends: OpenGL is gone by then
            simple.Delete(view)
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
