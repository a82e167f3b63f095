# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""postprocess/paraview/views.py with the pvbatch of $MYOWAVE_PVBATCH or PATH; skipped where there is none."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import numpy
from matplotlib.image import imread

import support
import test_elements
from support import edited
from test_maps import SHEET

VIEWS = support.SOURCE / "postprocess" / "paraview" / "views.py"
PVBATCH = os.environ.get("MYOWAVE_PVBATCH") or shutil.which("pvbatch")
# Nodes that are not activated, and frames.
SMALL = edited(SHEET, ('"380 ms"', '"35 ms"'), ("[output]\n", '[output]\nfields = { names = ["V"], every = "5 ms" }\n'))
SLAB = edited(SMALL, ('"sheet"', '"slab"'), ('["10 mm", "6 mm"]', '["5 mm", "3 mm", "1 mm"]'),
              ('["1 mm", "1 mm"]', '["1 mm", "1 mm", "0.5 mm"]'),
              ('holes = [{ sphere = { centre = ["6 mm", "3 mm"], radius = "1 mm" } }]\n', ""),
              ('["9 mm", "1 mm"]', '["4 mm", "1 mm", "0 mm"]'), ('["5 mm", "5 mm"]', '["3 mm", "2 mm", "0 mm"]'))
# Opens a saved view with the data of another folder.
OPEN = """import sys
from paraview import simple
simple.LoadState(sys.argv[1], data_directory=sys.argv[2], restrict_to_data_directory=True)
simple.SaveScreenshot(sys.argv[3], simple.GetActiveViewOrCreate("RenderView"), ImageResolution=[400, 280])
for view in simple.GetViews():
    simple.Delete(view)
"""


def display():
    """A virtual screen of its own, on a number that the server finds free; ended with the tests. It must not start anew when
    its last client goes: pvbatch comes twice."""
    server = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    unittest.addModuleCleanup(server.wait)
    unittest.addModuleCleanup(server.terminate)
    unittest.addModuleCleanup(server.stdout.close)
    return ":" + server.stdout.readline().strip()


def setUpModule():
    if PVBATCH is None:
        print("skipped: no pvbatch in PATH or $MYOWAVE_PVBATCH", flush=True)
        raise unittest.SkipTest("no pvbatch in PATH or $MYOWAVE_PVBATCH")
    if not os.environ.get("DISPLAY"):
        os.environ["DISPLAY"] = display()


class ParaView(support.ProgramTest):
    @classmethod
    def setUpClass(cls):
        cls.runs = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        cls.addClassCleanup(shutil.rmtree, cls.runs, ignore_errors=True)
        (cls.runs / "sheet.msh").write_text(test_elements.sheet(test_elements.turned))
        elements = test_elements.CONFIG.split("[[probe]]")[0]
        for name, text in ("sheet", SMALL), ("slab", SLAB), ("cable", support.CABLE), ("elements", elements):
            (cls.runs / f"{name}.toml").write_text(text)
            done = support.run("run", cls.runs / f"{name}.toml", "--quiet", "--output", cls.runs / name)
            if done.returncode != 0:
                raise AssertionError(done.stderr)

    def batch(self, *arguments):
        return subprocess.run([PVBATCH, *map(str, arguments)], cwd=self.folder, text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=300)

    def views(self, run, *arguments):
        return self.batch(VIEWS, self.runs / run, *arguments, "--size", "400,280")

    def draw(self, run, *arguments):
        done = self.views(run, *arguments, "--output", "view.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def picture(self, file="view.png"):
        picture = imread(self.folder / file)[..., :3]
        self.assertEqual(picture.shape, (280, 400, 3))
        return picture

    def share(self, picture, low, high):
        """Of the pixels whose colour lies between two."""
        return float(((picture >= numpy.array(low)) & (picture <= numpy.array(high))).all(axis=2).mean())

    def test_activation_of_a_sheet(self):
        self.draw("sheet", "activation", "--every", "10")
        few = self.picture()
        self.assertGreater(self.share(few, [0.2, 0.0, 0.2], [0.3, 0.2, 0.45]), 0.005)  # viridis, early
        self.assertGreater(self.share(few, [0.79, 0.79, 0.79], [0.81, 0.81, 0.81]), 0.01)  # the hole is grey
        self.draw("sheet", "activation", "--every", "2")
        self.assertGreater(self.share(self.picture(), [0, 0, 0], [0.1, 0.1, 0.1]),
                           1.5 * self.share(few, [0, 0, 0], [0.1, 0.1, 0.1]))  # more lines

    def test_elements(self):
        """A surface in space: its activation, and V over time."""
        self.draw("elements", "activation", "--every", "0.5")
        self.assertGreater(self.share(self.picture(), [0.2, 0.0, 0.2], [0.3, 0.2, 0.45]), 0.005)  # viridis, early
        done = self.views("elements", "V", "--span", "4,16", "--output", "v.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(list(self.folder.glob("v.*.png"))), 3)

    def test_frames_of_V(self):
        done = self.views("sheet", "V", "--span", "4,16", "--output", "v.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        frames = sorted(path.name for path in self.folder.glob("v.*.png"))
        self.assertEqual(frames, ["v.0001.png", "v.0002.png", "v.0003.png"])  # 5, 10 and 15 ms
        pictures = [self.picture(name) for name in frames]
        up = [self.share(picture, [0.9, 0.4, 0.0], [1, 1, 0.45]) for picture in pictures]  # plasma, depolarised
        self.assertLess(up[0], up[1])
        self.assertLess(up[1], up[2])

    def test_film_of_V(self):
        done = self.views("sheet", "V", "--span", "0,20", "--output", "v.ogv")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual((self.folder / "v.ogv").read_bytes()[:4], b"OggS")

    def test_a_clipped_slab_is_open(self):
        self.draw("slab", "activation")
        whole = self.picture()
        self.draw("slab", "clip")
        white = [self.share(picture, [1, 1, 1], [1, 1, 1]) for picture in (whole, self.picture())]
        self.assertGreater(white[1], white[0] + 0.02)
        # The wave started in the half that is gone: y below the middle.
        early = [self.share(picture, [0.2, 0.0, 0.25], [0.3, 0.15, 0.45]) for picture in (whole, self.picture())]
        self.assertLess(early[1], 0.5 * early[0])
        self.draw("slab", "clip", "--time", "20")
        self.assertGreater(abs(self.picture() - whole).max(), 0.3)

    def test_a_saved_view_opens_with_the_folder_moved(self):
        self.draw("slab", "activation", "--state", "view.pvsm")
        (self.folder / "open.py").write_text(OPEN)
        shutil.copytree(self.runs / "slab", self.folder / "moved")
        done = self.batch("open.py", "view.pvsm", self.folder / "moved", "again.png")
        self.assertEqual(done.returncode, 0, done.stderr)
        numpy.testing.assert_array_equal(self.picture(), self.picture("again.png"))
        (self.folder / "moved" / "maps.vti").unlink()
        (self.folder / "again.png").unlink()
        self.batch("open.py", "view.pvsm", self.folder / "moved", "again.png")
        there = self.folder / "again.png"
        self.assertFalse(there.exists() and numpy.array_equal(self.picture(), imread(there)[..., :3]))  # it was the moved file

    def test_wrong_input(self):
        for run, arguments, words in (
                ("nowhere", ["V"], "is not a folder"),
                ("slab", ["V", "--span", "90,99"], "no frame from 90 to 99 ms; the run has 8 from 0 to 35 ms"),
                ("slab", ["clip", "--time", "99"], "no frame from 99 to 99 ms"),
                ("slab", ["activation", "--beat", "4"], 'no array "activation_beat4_ms"; there are: activation_beat1_ms'),
                ("sheet", ["activation", "--every", "0.01"], "more than 200 lines"),
                ("sheet", ["activation", "--output", "x.jpg"], "no known format"),
                ("sheet", ["clip"], "is a sheet, which has no inside"),
                ("cable", ["activation"], "is a cable"),
                ("cable", ["V"], "has no V.pvd; there are: config.toml"),
                ("sheet", ["film"], "invalid choice")):
            with self.subTest(arguments=arguments):
                done = self.views(run, *arguments)
                said = [line for line in done.stderr.splitlines() if line.startswith("views.py: ")]
                self.assertEqual((done.returncode, len(said)), (2, 1), done.stderr)
                self.assertIn(words, said[0])


if __name__ == "__main__":
    unittest.main()
