# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""postprocess/render.py: figures for papers, and pictures, of small runs and of tables written here."""

import csv
import math
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree

import numpy
from matplotlib.image import imread

import runs
import support
import test_elements
from support import edited
from test_maps import SHEET

RENDER = support.SOURCE / "postprocess" / "render.py"
SLAB = edited(SHEET, ('"sheet"', '"slab"'), ('["10 mm", "6 mm"]', '["5 mm", "3 mm", "0.5 mm"]'),
              ('[["0 mm", "0 mm"], ["1 mm", "1 mm"]]', '[["0 mm", "0 mm", "0 mm"], ["1 mm", "1 mm", "0.1 mm"]]'),
              ('"380 ms"', '"30 ms"'),
              ('holes = [{ sphere = { centre = ["6 mm", "3 mm"], radius = "1 mm" } }]\n', ""),
              ('["9 mm", "1 mm"]', '["4 mm", "1 mm", "0 mm"]'), ('["5 mm", "5 mm"]', '["3 mm", "2 mm", "0 mm"]'))
S1S2 = """[[region]]
name = "cell"
model = "mitchell_schaeffer_2003"
[pacing]
stimulus = "30 uA/uF"
duration = "2 ms"
[restitution]
on = "cell"
s1 = { bcl = "600 ms", beats = 2 }
s2 = { from = "500 ms", to = "250 ms", step = "50 ms" }
erp = { resolution = "5 ms" }
levels = [50, 90]
"""
DYNAMIC = """s1_ms,s2_ms,beat,di_ms,captured,activation_ms,apd90_ms,cv_m_per_s
400,,9,140,1,1,260,0.6
400,,10,140,1,1,260,0.6
300,,9,80,1,1,220,0.5
300,,10,78,1,1,219,0.49
250,,9,70,1,1,210,0.45
250,,10,40,1,1,180,0.4
220,,9,,1,1,,
220,,10,,0,,,
"""
ECG = "t_ms,phi_V1_mV,phi_V2_mV\n" + "".join(f"{t},{math.sin(t / 9):.9g},{math.cos(t / 9):.9g}\n" for t in range(101))
# Two tips that begin together; one goes at 130 ms, comes back as a third at 150 ms. Nothing at 140 and 145 ms.
TIPS = "t_ms,id,x_mm,y_mm,layer,charge\n" + "".join(
    f"{t},1,{5 + t / 100},{4},0,1\n{t},2,{12 - t / 100},{4},0,-1\n" for t in range(100, 136, 5)) + "".join(
    f"{t},3,{6},{2 + t / 100},0,1\n" for t in range(150, 201, 5))


def make(name, command, text, *arguments, ranks=1):
    """A run folder of its own for a configuration, once for all tests."""
    folder = Figures.runs / name
    if not folder.exists():
        config = Figures.runs / f"{name}.toml"
        config.write_text(text)
        done = support.run(command, config, "--quiet", "--output", folder, *arguments, ranks=ranks)
        if done.returncode != 0:
            raise AssertionError(done.stderr)
    return folder


def sheet():
    return make("sheet", "run", SHEET, "--set", 'output.fields.every="100 ms"', "--set", 'output.fields.names=["V"]')


def s1s2():
    return make("s1s2", "restitution", S1S2)


def elements(ranks=1, end=400):
    """A run on triangles, 2 x 2 mm, tilted by 45 degrees around y; the wave runs along x."""
    (Figures.runs / "sheet.msh").write_text(test_elements.sheet(lambda p: (p[0] * 0.5**0.5, p[1], p[0] * 0.5**0.5), fibre=(1.0, 0.0, 0.0)))
    return make(f"elements{ranks}_{end}", "run", edited(test_elements.CONFIG, ('at = ["1.5 mm", "1 mm", "0 mm"]', 'at = ["1 mm", "1 mm", "1 mm"]')),
                "--set", f'time.end="{end} ms"', ranks=ranks)


class Svg:
    """The text of a figure and its named groups."""

    def __init__(self, file):
        root = xml.etree.ElementTree.parse(file).getroot()
        self.size = root.get("width")
        self.texts = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
        self.groups = {each.get("id"): each for each in root.iter("{http://www.w3.org/2000/svg}g") if each.get("id")}
        names = [each.get("id") for each in root.iter() if each.get("id")]
        if len(names) != len(set(names)):
            raise AssertionError("an id occurs twice")

    def named(self, beginning):
        return sorted(name for name in self.groups if name.startswith(beginning))

    def count(self, name, tag):
        """Paths, or markers ('use'), of a group."""
        return len(list(self.groups[name].iter("{http://www.w3.org/2000/svg}" + tag)))

    def lines(self, name):
        """Straight pieces of the paths of a group."""
        return sum(path.get("d").count("L") for path in self.groups[name].iter("{http://www.w3.org/2000/svg}path"))

    def styles(self, name):
        return " ".join(each.get("style", "") for each in self.groups[name].iter())

    def points(self, name):
        """Vertices of the paths of a group [mm], from the upper left."""
        found = []
        for path in self.groups[name].iter("{http://www.w3.org/2000/svg}path"):
            found += re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path.get("d"))
        return numpy.array(found, dtype=float) * 25.4 / 72


class Figures(support.ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        cls.addClassCleanup(shutil.rmtree, cls.runs, ignore_errors=True)

    def render(self, run, *arguments, output=None):
        words = ["/usr/bin/python3", RENDER, run, *arguments] + (["--output", output] if output else [])
        return subprocess.run([str(word) for word in words], cwd=self.folder, text=True, capture_output=True, timeout=120,
                              env=dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))

    def draw(self, run, *arguments, output="figure.svg"):
        done = self.render(run, *arguments, output=output)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.folder / output

    def svg(self, run, *arguments):
        return Svg(self.draw(run, *arguments))

    def assert_png(self, width, run, *arguments):
        """Drawn at 600 dots an inch, white with something on it."""
        picture = imread(self.draw(run, *arguments, output="figure.png"))[..., :3]
        self.assertEqual(picture.shape[1], int(width / 25.4 * 600))
        ink = (picture < 0.99).any(axis=2)
        self.assertTrue(0.005 < ink.mean() < 0.8, ink.mean())
        return picture

    def table(self, name, files):
        folder = self.folder / name
        folder.mkdir()
        for file, text in files.items():
            (folder / file).write_text(text)
        return folder

    def tips(self):
        return self.table("tips", {"tips.csv": TIPS, "config.toml": '[mesh]\nsize = ["16 mm", "8 mm"]\n[output]\n'
                                                                    'tips = { every = "5 ms" }\n'})

    # -------------------------------------------------------------------------------------------------------- maps
    def test_isochrones_lie_where_the_map_has_their_times(self):
        figure = self.svg(sheet(), "isochrones", "--every", "5")
        values = runs.maps(sheet())["activation_beat1_ms"][0]
        levels = [t for t in range(5, 100, 5) if numpy.nanmin(values) < t < numpy.nanmax(values)]
        self.assertEqual(set(figure.named("isochrone")), {f"isochrone-{t}" for t in levels})
        for words in "activation (ms), lines every 5 ms", "x (mm)", "y (mm)", "beat 1", "not activated", *map(str, levels):
            self.assertIn(words, figure.texts)
        self.assertEqual(figure.size, f"{85 / 25.4 * 72:.6f}pt")
        # 10 mm of tissue are 70 mm on paper.
        for t in levels:
            at = (figure.points(f"isochrone-{t}") - [11, 5.5]) / 7
            i, j = at[:, 0] / 0.25, (6 - at[:, 1]) / 0.25
            i0, j0 = numpy.minimum(i.astype(int), 39), numpy.minimum(j.astype(int), 23)
            a, b = i - i0, j - j0
            found = ((1 - b) * ((1 - a) * values[j0, i0] + a * values[j0, i0 + 1])
                     + b * ((1 - a) * values[j0 + 1, i0] + a * values[j0 + 1, i0 + 1]))
            self.assertGreater(numpy.isfinite(found).mean(), 0.8)
            self.assertLess(numpy.nanmax(abs(found - t)), 0.3)

    def test_nodes_without_a_value_are_grey(self):
        self.assertIn("fill: #cccccc", self.draw(sheet(), "isochrones").read_text())
        grey = (self.assert_png(85, sheet(), "isochrones") == numpy.float32(0.8)).all(axis=2)
        one_node = (0.25 * 7 / 25.4 * 600)**2  # pixels
        self.assertAlmostEqual(grey.sum() / one_node, 37, delta=2)  # and the legend

    def test_beats_stand_side_by_side(self):
        figure = self.svg(sheet(), "isochrones", "--beat", "1,2", "--width", "170", "--every", "10")
        self.assertLessEqual({"beat 1", "beat 2"}, set(figure.texts))
        self.assertEqual(figure.texts.count("activation (ms), lines every 10 ms"), 2)
        self.assertLessEqual({"isochrone-20", "isochrone-220"}, set(figure.groups))
        self.assert_png(170, sheet(), "isochrones", "--beat", "1,2", "--width", "170")

    def test_other_maps_have_their_names_and_units(self):
        for name, words in (("apd50", "APD50 (ms)"), ("cv", "conduction velocity (m/s)"), ("V_min", "lowest V (mV)"),
                            ("dvdt_max_beat2_V_per_s", "max. dV/dt (V/s)")):
            figure = self.svg(sheet(), "isochrones", "--map", name, "--colours", "cividis")
            self.assertIn(words, figure.texts)
            self.assertEqual(figure.named("isochrone"), [])
        self.assertIn("repolarisation (ms), lines every 10 ms",
                      self.svg(sheet(), "isochrones", "--map", "repolarisation", "--beat", "2", "--every", "10").texts)

    def test_velocities_are_thinned_arrows(self):
        figure = self.svg(sheet(), "isochrones", "--vectors")
        velocity = runs.maps(sheet())["velocity_beat1_m_per_s"][0][1::3, 1::3]  # 4.5 mm on paper are 3 nodes
        there = velocity[numpy.hypot(*velocity[..., :2].T).T > 0][:, :2]
        self.assertEqual(figure.count("velocity", "path"), len(there))
        # Seven corners an arrow and the first again: the fourth is its tip, the tail lies between the first and the seventh.
        arrows = figure.points("velocity").reshape(len(there), 8, 2)
        way = (arrows[:, 3] - (arrows[:, 0] + arrows[:, 6]) / 2) * [1, -1]
        cosine = (way * there).sum(axis=1) / numpy.hypot(*way.T) / numpy.hypot(*there.T)
        self.assertGreater(cosine.min(), 0.999)
        self.assertTrue(any(re.fullmatch(r"0\.\d m/s", text) for text in figure.texts), figure.texts)

    def test_layers_of_a_slab(self):
        run = make("slab", "run", SLAB)
        found = []
        for layer, z in (0, "0"), (2, "0.5"):
            figure = self.svg(run, "isochrones", "--layer", layer, "--vectors", "--every", "0.2")
            self.assertIn(f"beat 1, z = {z} mm", figure.texts)
            values = runs.maps(run)["activation_beat1_ms"][layer]
            levels = [f"{0.2 * k:g}" for k in range(200) if numpy.nanmin(values) < 0.2 * k < numpy.nanmax(values)]
            self.assertEqual(set(figure.named("isochrone")), {f"isochrone-{t}" for t in levels})
            found.append(levels)
        self.assertNotEqual(*found)
        self.assert_png(85, run, "isochrones", "--layer", "1", "--map", "dvdt_max")

    def test_a_cable_is_a_curve(self):
        run = make("cable", "run", support.CABLE)
        figure = self.svg(run, "isochrones")
        self.assertLessEqual({"x (mm)", "activation (ms)", "beat 1"}, set(figure.texts))
        x = figure.points("beat-1")[:, 0]
        last = 0.1 * numpy.isfinite(runs.maps(run)["activation_beat1_ms"][0, 0]).nonzero()[0].max()
        self.assertAlmostEqual(x.min(), 13, delta=0.01)
        self.assertAlmostEqual(x.max(), 13 + 68 * last / 3.9, delta=0.01)
        self.assert_png(85, run, "isochrones")

    # ------------------------------------------------------------------------------------------------------ traces
    def test_probes(self):
        figure = self.svg(sheet(), "traces")
        self.assertEqual(figure.named("trace"), ["trace-a", "trace-b"])
        self.assertLessEqual({"V (mV)", "time (ms)", "a", "b"}, set(figure.texts))
        self.assertIn("#0072b2", figure.styles("trace-a").lower())
        self.assertIn("#d55e00", figure.styles("trace-b").lower())
        figure = self.svg(sheet(), "traces", "--probes", "b", "--span", "200,300")
        self.assertEqual(figure.named("trace"), ["trace-b"])
        self.assertIn("300", figure.texts)
        self.assertNotIn("350", figure.texts)
        self.assert_png(170, sheet(), "traces", "--width", "170")

    def test_a_cell_and_its_states(self):
        run = make("cell", "cell", '[[region]]\nname = "c"\nmodel = "ten_tusscher_2006"\n[pacing]\nbcl = "300 ms"\n')
        self.assertEqual(self.svg(run, "traces").named("trace"), ["trace-V"])
        figure = self.svg(run, "traces", "--states", "m,Cai_mM,h")
        self.assertEqual(figure.named("trace"), ["trace-Cai", "trace-V", "trace-h", "trace-m"])
        self.assertLessEqual({"V (mV)", "Cai (mM)", "state", "m", "h"}, set(figure.texts))
        self.assert_png(85, run, "traces", "--states", "Cai_mM")

    def test_pseudo_ecg_below_the_probes(self):
        run = self.table("both", {"ecg.csv": ECG, "probes.csv": "t_ms,V_p_mV,V_q_mV\n0,-80,-81\n1,20,\n2,30,-75\n"})
        figure = self.svg(run, "traces")
        self.assertEqual(figure.named("trace"), ["trace-V1", "trace-V2", "trace-p", "trace-q"])
        self.assertLessEqual({"pseudo-ECG (mV)", "V (mV)", "V1", "V2"}, set(figure.texts))
        self.assertEqual(figure.lines("trace-q"), 1)  # goes on over the empty cell
        self.assertEqual(self.svg(run, "traces", "--of", "ecg").named("trace"), ["trace-V1", "trace-V2"])
        self.assertEqual(self.svg(run, "traces", "--electrodes", "V2").named("trace"), ["trace-V2"])
        self.assert_png(85, run, "traces", "--of", "ecg")

    # ------------------------------------------------------------------------------------------------- restitution
    def test_restitution_marks_every_point_of_the_table(self):
        with open(s1s2() / "restitution.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        captured = [row for row in rows if row["captured"] == "1"]
        erp = support.run_json(s1s2())["results"]["erp_ms"]
        for options, quantity, axis in ((), "APD90 (ms)", "DI"), (("--level", "50", "--over", "s2"), "APD50 (ms)", "S2"):
            figure = self.svg(s1s2(), "restitution", *options)
            place = {"DI": "DI (ms)", "S2": "interval S2 (ms)"}[axis]
            self.assertLessEqual({quantity, place, f"ERP {erp:g} ms", "not captured", "s1s2"}, set(figure.texts))
            self.assertEqual(figure.count("apd-points-of-s1s2", "use"), len(captured))
            self.assertEqual(figure.count(f"{axis}-apd-not-captured-of-s1s2", "use"), len(rows) - len(captured))
            self.assertIn("apd-ERP-of-s1s2", figure.groups)
            self.assertNotIn("CV (m/s)", figure.texts)  # a cell conducts nothing
        self.assertGreater(len(rows), len(captured))
        self.assert_png(85, s1s2(), "restitution")

    def test_alternans_are_two_branches(self):
        run = self.table("train", {"restitution.csv": DYNAMIC})
        figure = self.svg(run, "restitution", "--width", "170")
        self.assertLessEqual({"cycle length (ms)", "DI (ms)", "CV (m/s)", "APD90 (ms)", "last beat", "last beat but one"},
                             set(figure.texts))
        for name in ("branch-last-beat-of-train", "branch-last-beat-but-one-of-train", "apd-last-beat-of-train",
                     "cv-last-beat-but-one-of-train"):
            self.assertEqual(figure.count(name, "use"), 3, name)
        self.assertEqual(figure.count("cycle-apd-not-captured-of-train", "use"), 1)
        self.assert_png(170, run, "restitution", "--width", "170")

    def test_runs_lie_over_each_other(self):
        run = self.table("train", {"restitution.csv": DYNAMIC})
        figure = self.svg(s1s2(), "restitution", "--with", run, "--labels", "one cell,a train")
        self.assertLessEqual({"one cell", "a train"}, set(figure.texts))
        self.assertIn("#0072b2", figure.styles("apd-points-of-one-cell").lower())
        self.assertIn("#d55e00", figure.styles("apd-last-beat-of-a-train").lower())

    # -------------------------------------------------------------------------------------------------------- tips
    def test_ways_and_number_of_tips(self):
        figure = self.svg(self.tips(), "tips")
        self.assertEqual(figure.named("way"), ["way-1", "way-2", "way-3"])
        self.assertEqual([figure.count(name, "path") for name in figure.named("way")], [7, 7, 10])  # a piece from look to look
        self.assertEqual(figure.named("start"), ["start-1", "start-2", "start-3"])
        self.assertLessEqual({"x (mm)", "y (mm)", "time (ms)", "phase singularities", "start, charge +1", "start, charge −1",
                              "all"}, set(figure.texts))
        # 16 mm are 69 mm on paper.
        start = figure.points("way-1")[0]
        self.assertAlmostEqual(start[0], 12 + 6 * 69 / 16, delta=0.02)
        # Two, then none for two looks, then one.
        at = figure.points("number-all")
        zero, one, two = sorted(set(numpy.round(at[:, 1], 3)), reverse=True)
        self.assertAlmostEqual(zero - one, one - two, delta=0.01)
        steps = 100 + (at[:, 0] - 12) / 69 * 105  # ms; the last look counts for 5 ms more
        self.assertAlmostEqual(steps.max(), 205, delta=0.1)
        none = steps[numpy.isclose(at[:, 1], zero, atol=1e-2)]
        numpy.testing.assert_allclose([none.min(), none.max()], [140, 150], atol=0.1)
        self.assert_png(170, self.folder / "tips", "tips", "--width", "170")

    # ---------------------------------------------------------------------------------------------------- all kinds
    def test_the_same_run_gives_the_same_bytes(self):
        tables = self.table("tables", {"ecg.csv": ECG, "restitution.csv": DYNAMIC})
        kinds = [(sheet(), "isochrones", "--vectors"), (tables, "traces"), (tables, "restitution"), (self.tips(), "tips")]
        for run, *arguments in kinds:
            for ending in "svg", "png", "pdf":
                with self.subTest(arguments=arguments, ending=ending):
                    first = self.draw(run, *arguments, output=f"first.{ending}").read_bytes()
                    self.assertTrue(first.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[ending]))
                    self.assertEqual(first, self.draw(run, *arguments, output=f"second.{ending}").read_bytes())

    def test_pictures(self):
        for arguments in ("activation", "--every", "10"), ("apd", "--beat", "2"), ("frames", "--times", "0,100"):
            picture = imread(self.draw(sheet(), *arguments, output="picture.png"))[..., :3]
            self.assertTrue(0.05 < (picture < 0.99).any(axis=2).mean() < 0.95)

    # ---------------------------------------------------------------------------------------------------- elements
    def assert_wave_from_the_left(self, picture):
        """Colours go from viridis' dark blue to its yellow, from left to right; shade keeps their order."""
        body = picture[:, :, :3].min(axis=2) < 0.95
        columns = numpy.nonzero(body.mean(axis=0) > 0.5)[0]
        row = numpy.nonzero(body[:, columns[len(columns) // 2]])[0]
        middle = picture[row[len(row) // 2]]
        early, late = middle[columns[len(columns) // 10]], middle[columns[-len(columns) // 10]]
        self.assertGreater(early[2], early[1])  # blue
        self.assertGreater(late[1], 2 * late[2])  # yellow

    def test_maps_of_elements(self):
        for arguments in ("activation", "--from", "0:45"), ("isochrones", "--from", "0:45", "--every", "0.5", "--width", "170"):
            with self.subTest(arguments=arguments):
                self.assert_wave_from_the_left(imread(self.draw(elements(), *arguments, output="picture.png"))[..., :3])
        # From below, x points to the left when y points up.
        self.draw(elements(), "activation", "--from", "180:-45", output="picture.png")
        self.assert_wave_from_the_left(imread(self.folder / "picture.png")[:, ::-1, :3])
        figure = self.svg(elements(), "isochrones", "--map", "apd90", "--from", "front,200:30", "--width", "170")
        self.assertLessEqual({"beat 1, front", "200:30", "APD90 (ms)", "x", "y", "z"}, set(figure.texts))
        self.assertTrue(any(re.fullmatch(r"[\d.]+ mm", text) for text in figure.texts))

    def test_pictures_of_elements(self):
        for arguments in ("apd", "--from", "top,back,left"), ("frames", "--times", "0,5,100,400"):
            picture = imread(self.draw(elements(), *arguments, output="picture.png"))[..., :3]
            self.assertTrue(0.02 < (picture < 0.99).any(axis=2).mean() < 0.95)

    def test_pieces_of_ranks_make_one_picture(self):
        one = imread(self.draw(elements(1, 20), "activation", output="one.png"))[..., :3]
        many = imread(self.draw(elements(3, 20), "activation", output="many.png"))[..., :3]
        self.assertEqual(one.shape, many.shape)
        self.assertLess((abs(one - many) > 0.02).any(axis=2).mean(), 2e-3)

    def test_wrong_input(self):
        tips, train = self.tips(), self.table("train", {"restitution.csv": DYNAMIC})
        damaged = self.table("damaged", {"probes.csv": "t_ms,V_a_mV\n0,x\n1,2\n", "restitution.csv": "a,b\n1,2\n"})
        cable = make("cable", "run", support.CABLE)
        slab = make("slab", "run", SLAB)
        for run, arguments, words in (
                ("nowhere", ["tips"], "nowhere is not a folder"),
                (sheet(), ["isochrones", "--map", "heat"], 'no map "heat" of beat 1; there are: activation, apd30, apd50'),
                (sheet(), ["isochrones", "--map", "apd"], "several APDs; name one: apd30, apd50, apd90"),
                (sheet(), ["isochrones", "--map", "velocity"], "isochrones --vectors"),
                (sheet(), ["isochrones", "--beat", "3"], 'no map "activation" of beat 3; there are:'),
                (sheet(), ["isochrones", "--beat", "0"], "beats are numbered from 1"),
                (sheet(), ["isochrones", "--every", "0"], "must be above 0"),
                (sheet(), ["isochrones", "--every", "0.01"], "more than 200 lines"),
                (sheet(), ["isochrones", "--range", "9,1"], "LOW,HIGH"),
                (sheet(), ["isochrones", "--layer", "1"], "a sheet has layer 0 only"),
                (slab, ["isochrones", "--layer", "3"], "there are 0 to 2"),
                (slab, ["isochrones", "--width", "2"], "2 mm is no width"),
                (cable, ["isochrones", "--vectors"], "--map cv"),
                (cable, ["isochrones", "--vectors", "--map", "x"], 'no map "x"'),
                (cable, ["activation"], "is a cable"),
                (train, ["isochrones"], "has no maps.vti"),
                (train, ["traces"], "no traces; there should be one of: probes.csv, trace.csv, ecg.csv"),
                (train, ["traces", "--of", "ecg"], "ecg.csv is missing"),
                (train, ["traces", "--of", "noise"], "there are probes, cell and ecg"),
                (sheet(), ["traces", "--probes", "a,z"], 'no probe "z"; there are: a, b'),
                (sheet(), ["traces", "--span", "500,600"], "no values from 500 to 600 ms"),
                (damaged, ["traces"], "probes.csv is no table of numbers"),
                (damaged, ["restitution"], "has no column s1_ms; there are: a, b"),
                (sheet(), ["restitution"], "restitution.csv is missing; it is written by"),
                (train, ["restitution", "--with", "gone"], "gone is not a folder"),
                (train, ["restitution", "--level", "50"], "no APD at level 50; there are: 90"),
                (train, ["restitution", "--over", "s2"], "no interval S2"),
                (train, ["restitution", "--labels", "a,b"], "2 --labels for 1 runs"),
                (train, ["tips"], "tips.csv is missing"),
                (tips, ["tips", "--layer", "1"], "no tip in layer 1; there are some in: 0"),
                (sheet(), ["frames", "--times", "900"], "no frame at 900 ms"),
                (sheet(), ["drawing"], "invalid choice: 'drawing'"),
                (sheet(), ["activation", "--from", "front"], "--from is for meshes of elements"),
                (sheet(), ["isochrones", "--from", "front"], "--from is for meshes of elements"),
                (elements(), ["activation", "--from", "sideways"], "sideways is no direction; give oblique, front"),
                (elements(), ["activation", "--from", "0:91"], "0:91 is no direction"),
                (elements(), ["isochrones", "--vectors"], "arrows are not drawn on elements"),
                (elements(), ["isochrones", "--layer", "1"], "elements have no --layer"),
                (elements(), ["isochrones", "--map", "heat"], 'no map "heat" of beat 1; there are: activation, apd90 (beat 1)'),
                (sheet(), [], "required: FIGURE")):
            with self.subTest(arguments=arguments):
                done = self.render(run, *arguments, output="wrong.svg" if arguments else None)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertTrue(done.stderr.startswith("render.py: "))
                self.assertFalse((self.folder / "wrong.svg").exists())
        done = self.render(sheet(), "isochrones", output="figure.jpg")
        self.assertEqual(done.returncode, 2)
        self.assertIn(".png, .svg, .pdf", done.stderr)
        done = self.render(sheet(), "isochrones", output="no/figure.svg")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, "render.py: cannot write no/figure.svg: No such file or directory\n")


if __name__ == "__main__":
    unittest.main()
