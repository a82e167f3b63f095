# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Phase singularities and the pseudo-ECG of a run: against values computed from its frames, on ranks, through a restart."""

import csv
import math
import unittest

import numpy

import runs

# Cross-field S1S2 with a fast cell: the wave of S2 can go up only behind S1, and turns around one tip.
SPIRAL = """[mesh]
kind = "sheet"
size = ["30 mm", "30 mm"]
spacing = "0.5 mm"
[tissue]
conductivity = { longitudinal = "0.01 S/m", transverse = "0.01 S/m" }
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
parameters = { tau_close = "60 ms", tau_open = "60 ms" }
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm"], ["1.5 mm", "30 mm"]] }
amplitude = "40 uA/uF"
duration = "3 ms"
[[stimulus]]
name = "S2"
where = { box = [["0 mm", "0 mm"], ["30 mm", "15 mm"]] }
amplitude = "40 uA/uF"
start = "220 ms"
duration = "3 ms"
[time]
end = "900 ms"
step = "0.1 ms"
[output]
fields = { names = ["V"], every = "10 ms" }
tips = { every = "5 ms" }
ecg = { every = "10 ms", bath_conductivity = "1 S/m" }
[[electrode]]
name = "above"
at = ["15 mm", "15 mm", "10 mm"]
[[electrode]]
name = "beside"
at = ["-5 mm", "20 mm"]
[checkpoint]
every = "450 ms"
"""


def rows(file):
    with open(file, newline="") as text:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(text)]


class TipsAndEcg(runs.RunTest):
    def run_of(self, text, name="out", *arguments, ranks=1):
        self.config(text, f"{name}.toml")
        self.run_ok("run", self.folder / f"{name}.toml", "--quiet", "--force", "--output", self.folder / name, *arguments, ranks=ranks)
        return self.folder / name

    def test_a_spiral_has_one_tip_that_lives_on(self):
        folder = self.run_of(SPIRAL)
        tips = rows(folder / "tips.csv")
        found = runs.results(folder)["singularities"]
        last = [each for each in found["trajectories"] if each["death_ms"] is None]
        self.assertEqual(len(last), 1)
        self.assertEqual(last[0]["birth_ms"], 225)
        self.assertAlmostEqual(last[0]["lifetime_ms"], 900 - last[0]["birth_ms"])
        way = [row for row in tips if row["id"] == last[0]["id"]]
        self.assertEqual(len(way), round(last[0]["lifetime_ms"] / 5) + 1)
        # The wave goes up on the left, where S1 came first, then right and down: clockwise.
        self.assertEqual({row["charge"] for row in way}, {1})
        self.assertTrue(all(2 < row["x_mm"] < 28 and 2 < row["y_mm"] < 28 for row in way))
        for before, after in zip(way, way[1:]):
            self.assertLess(math.hypot(after["x_mm"] - before["x_mm"], after["y_mm"] - before["y_mm"]), 5)
        # The tip lies where V crosses the centre within the front: near it V takes values far above and below.
        for t, file in runs.frames(folder)[-20::6]:
            V = runs.read_image(file)["V"][0]
            x, y = next((row["x_mm"], row["y_mm"]) for row in way if row["t_ms"] == t)
            i, j = round(x / 0.5), round(y / 0.5)
            near = V[max(j - 6, 0):j + 7, max(i - 6, 0):i + 7]
            self.assertLess(near.min(), -60)
            self.assertGreater(near.max(), -15)

    def test_start_from_phases(self):
        """A spiral wave at once, of either sense, where it was asked for, on any ranks and through a restart."""
        begin, rest = SPIRAL.split("[[stimulus]]", 1)
        text = begin + """[start]
spiral = { centre = ["12 mm", "18 mm"], period = "150 ms", rotation = "clockwise" }
[pacing]
stimulus = "40 uA/uF"
duration = "3 ms"
[time]""" + rest.split("[time]", 1)[1]
        for rotation, charge in ("clockwise", 1), ("anticlockwise", -1):
            folder = self.run_of(text.replace('"clockwise"', f'"{rotation}"'), rotation, "--set", 'time.end="450 ms"')
            trajectories = runs.results(folder)["singularities"]["trajectories"]
            # At the first look the coarse centre may hold a pair more.
            self.assertEqual([(each["charge"], each["birth_ms"], each["death_ms"]) for each in trajectories if each["lifetime_ms"] > 5],
                             [(charge, 5, None)])
            alive = next(each["id"] for each in trajectories if each["death_ms"] is None)
            tip = next(row for row in rows(folder / "tips.csv") if row["id"] == alive)
            self.assertLess(math.hypot(tip["x_mm"] - 12, tip["y_mm"] - 18), 5)
        one = self.run_of(text, "one", "--set", 'time.end="900 ms"')
        other = self.run_of(text, "two", "--set", 'time.end="450 ms"', ranks=2)
        self.run_ok("run", self.folder / "two.toml", "--quiet", "--restart", other / "checkpoint.h5", "--output", other, ranks=2)
        a, b = rows(one / "tips.csv"), rows(other / "tips.csv")
        self.assertEqual(len(a), len(b))
        for before, after in zip(a, b):
            for key, value in before.items():
                self.assertAlmostEqual(value, after[key], delta=1e-4)
        # What cannot be.
        for change, status, words in [
            (('centre = ["12 mm", "18 mm"]', 'centre = ["12 mm", "38 mm"]'), 2, "start.spiral.centre: it lies outside the mesh"),
            (('period = "150 ms", ', ""), 2, "'period' is missing"),
            (('period = "150 ms"', 'period = "2 ms"'), 2, "is not longer than the pulse"),
            (('stimulus = "40 uA/uF"', 'stimulus = "1 uA/uF"'), 3, "does not follow pulses every 150 ms"),
        ]:
            with self.subTest(words):
                self.config(text.replace(*change), "wrong.toml")
                done = runs.run("run", self.folder / "wrong.toml", "--force", "--output", self.folder / "wrong")
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertIn(words, done.stderr)

    def test_a_plane_wave_has_none(self):
        folder = self.run_of(SPIRAL.replace('start = "220 ms"', 'start = "2000 ms"'), "plane", "--set", 'time.end="300 ms"')
        self.assertEqual(runs.results(folder)["singularities"], {"most_at_once": 0, "trajectories": []})
        self.assertFalse((folder / "tips.csv").exists())

    def test_ecg_is_the_sum_over_the_nodes(self):
        """sigma div grad V / (4 pi sigma_e r) from the frames, by differences with mirrored borders."""
        folder = self.run_of(SPIRAL, "ecg", "--set", 'time.end="500 ms"')
        samples = {row["t_ms"]: row for row in rows(folder / "ecg.csv")}
        x, y = numpy.meshgrid(numpy.arange(61) * 0.5, numpy.arange(61) * 0.5)
        area = numpy.full((61, 61), 0.25)
        for edge in (0, slice(None)), (60, slice(None)), (slice(None), 0), (slice(None), 60):
            area[edge] /= 2
        largest = 0
        for t, file in runs.frames(folder)[1:]:
            V = numpy.pad(runs.read_image(file)["V"][0].astype(float), 1, mode="reflect")
            source = 0.01 * (V[:-2, 1:-1] + V[2:, 1:-1] + V[1:-1, :-2] + V[1:-1, 2:] - 4 * V[1:-1, 1:-1]) / 0.25 * area
            self.assertLess(abs(source.sum()), 1e-3)  # no current leaves through the borders
            for name, at in ("above", (15, 15, 10)), ("beside", (-5, 20, 0)):
                distance = numpy.sqrt((x - at[0]) ** 2 + (y - at[1]) ** 2 + at[2] ** 2)
                expected = (source / distance).sum() / (4 * math.pi * 1.0)
                largest = max(largest, abs(expected))
                self.assertAlmostEqual(samples[t][f"phi_{name}_mV"], expected, delta=2e-6)  # frames are float32
        self.assertGreater(largest, 0.005)

    def test_ranks_and_restart_agree(self):
        one = self.run_of(SPIRAL)
        part = self.run_of(SPIRAL, "part", "--set", 'time.end="450 ms"')
        self.run_ok("run", self.folder / "out.toml", "--quiet", "--restart", part / "checkpoint.h5", "--output", part)
        self.assertEqual((part / "tips.csv").read_bytes(), (one / "tips.csv").read_bytes())
        self.assertEqual((part / "ecg.csv").read_bytes(), (one / "ecg.csv").read_bytes())
        self.assertEqual(runs.results(part)["singularities"], runs.results(one)["singularities"])
        for ranks in 2, 3:
            other = self.run_of(SPIRAL, f"ranks{ranks}", ranks=ranks)
            for file in "tips.csv", "ecg.csv":
                a, b = rows(one / file), rows(other / file)
                self.assertEqual(len(a), len(b))
                for before, after in zip(a, b):
                    for key, value in before.items():
                        self.assertAlmostEqual(value, after[key], delta=1e-5)

    def test_wrong_input(self):
        def refused(text, *parts):
            self.config(text, "wrong.toml")
            for ranks in 1, 2:
                done = runs.run("run", self.folder / "wrong.toml", "--output", self.folder / "wrong", ranks=ranks)
                self.assertEqual(done.returncode, 2, done.stderr)
                for part in parts:
                    self.assertIn(part, done.stderr)
                self.assertFalse((self.folder / "wrong").exists())

        refused(SPIRAL.replace('["-5 mm", "20 mm"]', '["5 mm", "20.1 mm"]'), "electrode", "beside")
        refused(SPIRAL.replace('name = "beside"', 'name = "above"'), "the name 'above' is taken")
        refused(SPIRAL.replace('name = "beside"', 'name = "a,b"'), "heads a column of ecg.csv")
        cable = SPIRAL.replace('"sheet"', '"cable"').replace('["30 mm", "30 mm"]', '"30 mm"')
        refused(cable, "output.tips", "waves do not turn on a cable")


if __name__ == "__main__":
    unittest.main()
