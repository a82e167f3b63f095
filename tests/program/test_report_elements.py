# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave report` on meshes of elements: what stands in the page, and what a browser makes of it."""

import math
import re
import unittest

import browser
import numpy
import support
import test_elements
from report_page import SLAB, ReportTest
from support import edited

TREE = """[mesh]
kind = "file"
path = "tree"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "-1 mm", "-1 mm"], ["0.5 mm", "1 mm", "1 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "10 ms"
step = "0.05 ms"
[output]
fields = { names = ["V"], every = "5 ms" }
"""


class OnElements(ReportTest):
    def assert_is_in_the_files(self, page, folder, end, layers=slice(None)):
        """Every frame and map of the page against the files, at the nodes that are shown; returns their numbers."""
        maps = support.elements(folder / f"maps.{end}")
        places = numpy.array(list(maps["nodes"].values()))
        nodes = numpy.array([numpy.abs(places - each).sum(axis=1).argmin() for each in page.positions()])
        size = numpy.ptp(places, axis=0).max()
        self.assertLess(numpy.abs(places[nodes] - page.positions()).max(), size / 65534)
        self.assertEqual(len(set(nodes)), len(nodes))
        numbers = numpy.array(list(maps["nodes"]))[nodes]
        self.assertEqual([array["name"] for array in page.data["maps"]["arrays"]], list(maps["arrays"]))
        for array in page.data["maps"]["arrays"]:
            wanted = numpy.array([maps["arrays"][array["name"]][n] for n in numbers])
            shown = page.map(array).ravel()
            numpy.testing.assert_array_equal(numpy.isnan(shown), numpy.isnan(wanted))
            if array["min"] is not None:
                self.assertLessEqual(numpy.nanmax(abs(shown - wanted)), (array["max"] - array["min"]) * 0.501 / 65534 + 1e-4)
        files, movie = sorted((folder / "V").glob(f"*.{end}")), page.data["movie"]
        frames = page.frames()
        self.assertEqual(len(frames), len(files))
        for shown, file in zip(frames, files):
            V = support.elements(file)["arrays"]["V"]
            wanted = numpy.array([V[n] for n in numbers])
            self.assertLessEqual(abs(shown.ravel() - wanted).max(), (movie["max"] - movie["min"]) * (0.501 / 254 + 1 / 65534))
        return numbers

    def areas(self, page):
        a, b, c = numpy.moveaxis(page.positions()[page.pieces()], 1, 0)
        return numpy.linalg.norm(numpy.cross(b - a, c - a), axis=1) / 2

    def test_a_surface_in_space(self):
        for ranks, end in [(1, "vtu"), (3, "pvtu")]:
            with self.subTest(ranks=ranks):
                self.config(test_elements.sheet(test_elements.turned), "sheet.msh")
                at = ", ".join(f'"{x!r} mm"' for x in test_elements.turned((1.5, 1.0, 0.0)))
                page = self.simulated(edited(test_elements.CONFIG, ('"1.5 mm", "1 mm", "0 mm"', at)), "--force", ranks=ranks)
                self.assert_is_in_the_files(page, self.folder / "out", end)
                self.assertEqual({key: page.data["surface"][key] for key in ("nodes", "elements", "dimension", "surface_nodes", "shown", "corners")},
                                 {"nodes": 289, "elements": 512, "dimension": 2, "surface_nodes": 289, "shown": 289, "corners": 3})
                self.assertAlmostEqual(self.areas(page).sum(), 4.0, delta=1e-3)

    def test_a_volume_shows_its_boundary(self):
        page = self.simulated(SLAB + '[solver]\ndiscretisation = "fe"\n', "--set", "output.fields.every=\"2 ms\"", ranks=2)
        numbers = self.assert_is_in_the_files(page, self.folder / "out", "pvtu")
        x, y, z = numbers % 20, numbers // 20 % 11, numbers // 220
        self.assertEqual(len(numbers), 20 * 11 * 6 - 18 * 9 * 4)
        self.assertTrue(((x % 19 == 0) | (y % 10 == 0) | (z % 5 == 0)).all())
        self.assertAlmostEqual(self.areas(page).sum(), 2 * (1.9 + 1.9 * 0.5 + 0.5), delta=1e-3)

    def test_in_a_browser(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(test_elements.CONFIG)
        for width in [1200, 360]:
            with self.subTest(width=width):
                found = self.checked(width)
                for check in ["dragging V over time turns all", "a double click on Activation time, beat 1 turns all back",
                              "the direction turns all", "the slider changes the picture", "no wider than the window", "nothing is loaded"]:
                    self.assertIn(check, found)
        # What hovering tells is what the files hold.
        x, y, z, value = re.match(r"x ([\d.-]+) mm, y ([\d.-]+) mm, z ([\d.-]+) mm: (\S+) ms",
                                  found["hover over Activation time, beat 1 tells place and value"][1]).groups()
        maps = support.elements(self.folder / "out/maps.vtu")
        near = sorted((math.dist(place, (float(x), float(y), float(z))), maps["arrays"]["activation_beat1_ms"][n]) for n, place in maps["nodes"].items())[:4]
        self.assertTrue(min(t for _, t in near) - 0.05 <= float(value) <= max(t for _, t in near) + 0.05, (value, near))
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("mesh of 289 nodes and 512 elements; all 289 nodes are shown", document)

    def test_a_volume_in_a_browser(self):
        self.simulated(SLAB + '[solver]\ndiscretisation = "fe"\n', "--set", "output.fields.every=\"2 ms\"")
        found = self.checked()
        self.assertIn("dragging V over time turns all", found)
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("all 672 nodes of its surface are shown, the inside is not", document)

    def test_cables_are_lines(self):
        """A tree of three branches in space."""
        places = [(k, 0, 0) for k in range(11)] + [(10 + k, s * k, k) for s in (1, -1) for k in range(1, 11)]
        lines = [(k, k + 1) for k in range(10)] + [(10, 11)] + [(k, k + 1) for k in range(11, 20)] + [(10, 21)] + [(k, k + 1) for k in range(21, 30)]
        self.config("31\n" + "".join(f"{200 * x} {200 * y} {200 * z}\n" for x, y, z in places), "tree.pts")
        self.config("30\n" + "".join(f"Ln {a} {b} 1\n" for a, b in lines), "tree.elem")
        page = self.simulated(TREE)
        self.assert_is_in_the_files(page, self.folder / "out", "vtu")
        self.assertEqual((page.data["surface"]["corners"], len(page.pieces())), (2, 30))
        found = self.checked()
        self.assertTrue(found["V over time is to be seen"][0])

    def test_what_post_has_added(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(edited(test_elements.CONFIG, ('end = "20 ms"', 'end = "400 ms"')), "--set", "output.fields.every=\"4 ms\"")
        self.run_ok("post", "out", "--quiet", ranks=2)
        page = self.report()
        self.assertIn("dominant_frequency_Hz", [array["name"] for array in page.data["maps"]["arrays"]])

    def test_broken_files(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(test_elements.CONFIG, "--set", 'time.end="6 ms"', ranks=2)
        (self.folder / "out/report.html").unlink()
        for file in ["V/V_000001/V_000001_1.vtu", "maps/maps_0.vtu", "V/V_000001.pvtu", "maps.pvtu"]:
            file = self.folder / "out" / file
            whole = file.read_bytes()
            for part in [0, 40, len(whole) // 2, len(whole) - 30]:
                with self.subTest(file=file.name, bytes=part):
                    file.write_bytes(whole[:part])
                    done = support.run("report", "out", cwd=self.folder)
                    self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
                    self.assertIn(str(file.relative_to(self.folder)), done.stderr)
                    self.assertFalse((self.folder / "out/report.html").exists())
            file.write_bytes(whole)
        piece = self.folder / "out/V/V_000001/V_000001_1.vtu"
        piece.write_bytes((self.folder / "out/V/V_000001/V_000001_0.vtu").read_bytes())
        done = support.run("report", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("out/V/V_000001.pvtu has other nodes than the files before it", done.stderr)


if __name__ == "__main__":
    unittest.main()
