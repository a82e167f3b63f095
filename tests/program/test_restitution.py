# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave restitution` against reference data, a closed form, runs that repeat the whole train, and wrong input."""

import csv
import math
import signal
import subprocess
import time
import unittest

import runs
import support
from support import edited

REFERENCE = support.SOURCE / "tests" / "data" / "s1s2_ten_tusscher_2006_epi.csv"

CELL = """[[region]]
name = "cell"
model = "ten_tusscher_2006"
variant = "epi"
[pacing]
stimulus = "52 uA/uF"
duration = "1 ms"
[restitution]
on = "cell"
s1 = { bcl = "1000 ms", beats = 10 }
s2 = ["400 ms", "600 ms"]
erp = { resolution = "1 ms" }
"""
# Short beats and a fast cell: the tests look at the protocol, not at the cell.
CABLE = """[mesh]
kind = "cable"
size = "12 mm"
spacing = "0.2 mm"
[[region]]
name = "cable"
model = "mitchell_schaeffer_2003"
parameters = { tau_close = "40 ms", tau_open = "40 ms" }
[time]
step = "0.05 ms"
[restitution]
on = "cable"
s1 = { bcl = "300 ms", beats = 3 }
s2 = { from = "250 ms", to = "130 ms", step = "40 ms" }
erp = { resolution = "1 ms" }
levels = [50, 90]
"""
# The same as CABLE for `myowave run`, with S2 at its own place in time.
NAIVE = """[mesh]
kind = "cable"
size = "12 mm"
spacing = "0.2 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }
[[region]]
name = "cable"
model = "mitchell_schaeffer_2003"
parameters = { tau_close = "40 ms", tau_open = "40 ms" }
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["1 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
period = "300 ms"
count = 3
[[stimulus]]
name = "S2"
where = { box = [["0 mm"], ["1 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
start = "START ms"
[time]
end = "1000 ms"
step = "0.05 ms"
[[probe]]
name = "proximal"
at = ["4.8 mm"]
[[probe]]
name = "distal"
at = ["7.2 mm"]
"""


def curve(folder):
    with open(folder / "restitution.csv", newline="") as file:
        rows = [{key: float(value) if value else math.nan for key, value in row.items()} for row in csv.DictReader(file)]
    return rows


class Restitution(support.ProgramTest):
    def run_of(self, text, name="out", *arguments, ranks=1):
        self.config(text, f"{name}.toml")
        self.run_ok("restitution", f"{name}.toml", "--quiet", "--force", "--output", name, *arguments, ranks=ranks)
        return self.folder / name

    # ------------------------------------------------------------------------------------------------ cell
    def test_s1s2_of_a_cell_follows_the_reference(self):
        with open(REFERENCE, newline="") as file:
            reference = {float(row["s2_ms"]): row for row in csv.DictReader(file)}
        intervals = "[" + ", ".join(f'"{each:g} ms"' for each in reference) + "]"
        folder = self.run_of(edited(CELL, ('["400 ms", "600 ms"]', intervals)))
        points = {row["s2_ms"]: row for row in curve(folder)}
        worst = 0.0
        for interval, row in reference.items():
            point = points[interval]
            with self.subTest(interval):
                self.assertEqual(point["captured"], float(row["captured"]))
                if row["apd90_ms"]:
                    worst = max(worst, abs(point["apd90_ms"] - float(row["apd90_ms"])))
        print(f"\n{len(reference)} intervals, APD90 within {worst:.3f} ms", end=" ", flush=True)
        self.assertLess(worst, 0.05)  # 0.025 was measured, at the interval next to block
        results = support.run_json(folder)["results"]
        # The reference is blocked at 316 ms and captured at 320 ms.
        self.assertGreaterEqual(results["erp_ms"], 316)
        self.assertLess(results["erp_ms"], 320)

    def test_capture_is_bracketed_by_the_erp(self):
        for resolution in 4, 0.25:
            folder = self.run_of(edited(CELL, ('"1 ms" }', f'"{resolution} ms" }}')))
            points = sorted((row["s2_ms"], row["captured"]) for row in curve(folder))
            erp = support.run_json(folder)["results"]["erp_ms"]
            self.assertEqual([s2 for s2, captured in points if captured][0], erp + resolution)
            self.assertEqual([s2 for s2, captured in points if not captured][-1], erp)
            self.assertTrue(316 - resolution <= erp < 320, erp)

    def test_mitchell_schaeffer_tends_to_its_closed_form(self):
        """APD = tau_close ln((1 - (1 - h) exp(-DI / tau_open)) / h), h = 4 tau_in / tau_out, holds for upstroke and
        repolarisation much faster than the gate; the way there goes with the power 2/3 of their times."""
        off = []
        for fast in 0.1, 0.01:
            text = f"""[[region]]
name = "cell"
model = "mitchell_schaeffer_2003"
parameters = {{ tau_in = "{0.3 * fast} ms", tau_out = "{6 * fast} ms" }}
[reaction]
precision = "double"
step = "{0.02 * min(1, 2 * fast)} ms"
[pacing]
stimulus = "{40 / math.sqrt(fast)} uA/uF"
duration = "{math.sqrt(fast)} ms"
[restitution]
on = "cell"
s1 = {{ bcl = "1500 ms", beats = 2 }}
s2 = ["330 ms", "400 ms", "500 ms", "700 ms", "1000 ms"]
levels = [87]
"""
            points = curve(self.run_of(text))
            self.assertTrue(all(point["captured"] for point in points))
            off.append([point["apd87_ms"] - 150 * math.log((1 - 0.8 * math.exp(
                -(point["di_ms"] + point["activation_ms"]) / 120)) / 0.2) for point in points])
        for slow, fast in zip(*off):
            self.assertLess(fast, 2.0)  # 1.99 at long DI, of 241 ms
            order = math.log10(slow / fast)
            self.assertAlmostEqual(order, 2 / 3, delta=0.02)
            # What is left once that term is taken off.
            self.assertLess(abs(fast - (slow - fast) / (10 ** (2 / 3) - 1)), 0.1)

    def test_dynamic_pacing_finds_alternans_and_block(self):
        text = edited(CELL, ('s1 = { bcl = "1000 ms", beats = 10 }\ns2 = ["400 ms", "600 ms"]\nerp = { resolution = "1 ms" }',
                             'protocol = "dynamic"\nbcls = ["400 ms", "300 ms", "240 ms", "220 ms", "200 ms"]\nbeats = 20'))
        folder = self.run_of(text)
        points, results = curve(folder), support.run_json(folder)["results"]
        self.assertEqual([(row["s1_ms"], row["beat"]) for row in points],
                         [(bcl, beat) for bcl in (400, 300, 240, 220) for beat in (19, 20)])
        self.assertEqual(results["block_bcl_ms"], 220)  # every second pulse; 200 ms is left out
        self.assertEqual([each["bcl_ms"] for each in results["alternans"]], [240])
        for bcl in 400, 300:
            first, second = (row for row in points if row["s1_ms"] == bcl)
            self.assertLess(abs(first["apd90_ms"] - second["apd90_ms"]), 2)
            self.assertAlmostEqual(second["di_ms"], bcl - first["apd90_ms"] - first["activation_ms"], delta=1e-6)
        # `cell` paces the same beats.
        self.config(edited(text, ("protocol", "# protocol")), "cell.toml")
        self.run_ok("cell", "cell.toml", "--quiet", "--bcl", "400 ms", "--beats", "20", "--output", "beats",
                    "--set", "pacing.trace_beats=1")
        beats = support.run_json(self.folder / "beats")["results"]["beats"]
        self.assertAlmostEqual(beats[19]["apd90_ms"], points[1]["apd90_ms"], delta=0.01)

    # ---------------------------------------------------------------------------------------------- tissue
    def test_restart_after_S1_gives_what_repetition_gives(self):
        """The same wave as in a run of the whole train; S2 within a step and off it."""
        text = edited(CABLE, ('{ from = "250 ms", to = "130 ms", step = "40 ms" }', '["250 ms", "170.02 ms", "90 ms"]'))
        folder = self.run_of(text)
        points = {row["s2_ms"]: row for row in curve(folder)}
        self.assertEqual([points[s2]["captured"] for s2 in (250, 170.02, 90)], [1, 1, 0])
        for interval in 250, 170.02, 90:
            self.config(NAIVE.replace("START", str(600 + interval)), "naive.toml")
            self.run_ok("run", "naive.toml", "--quiet", "--force", "--output", "naive")
            probes = runs.results(self.folder / "naive")["probes"]
            proximal, distal = probes["proximal"], probes["distal"]
            with self.subTest(interval):
                if interval == 90:
                    self.assertEqual(len(distal["activation_ms"]), 3)
                    continue
                self.assertEqual(len(distal["activation_ms"]), 4)
                self.assertAlmostEqual(points[interval]["activation_ms"], proximal["activation_ms"][3] - 600 - interval,
                                       delta=1e-6)
                self.assertAlmostEqual(points[interval]["cv_m_per_s"],
                                       2.4 / (distal["activation_ms"][3] - proximal["activation_ms"][3]), delta=1e-6)
                # `run` takes the lowest V before the beat as rest, `restitution` V at the last S1.
                self.assertAlmostEqual(points[interval]["apd90_ms"], proximal["apd_ms"][3], delta=0.3)
                self.assertAlmostEqual(points[interval]["di_ms"], proximal["activation_ms"][3] - proximal["activation_ms"][2]
                                       - proximal["apd_ms"][2], delta=0.3)

    def test_velocity_and_duration_fall_with_the_interval(self):
        folder = self.run_of(CABLE)
        points = sorted((row for row in curve(folder) if row["s2_ms"] in (130, 170, 210, 250)), key=lambda row: row["s2_ms"])
        self.assertEqual(len(points), 4)
        for shorter, longer in zip(points, points[1:]):
            self.assertLess(shorter["cv_m_per_s"], longer["cv_m_per_s"])
            self.assertLess(shorter["apd90_ms"], longer["apd90_ms"])
            self.assertLess(shorter["apd50_ms"], shorter["apd90_ms"])
        results = support.run_json(folder)["results"]
        self.assertGreater(results["max_slope"], 0.1)
        self.assertAlmostEqual(results["s1"]["cv_m_per_s"], points[-1]["cv_m_per_s"], delta=0.02)

    def test_ranks_agree(self):
        """Cables side by side, one a rank, bit for bit; a sheet over the ranks to rounding."""
        one = curve(self.run_of(CABLE, "one"))
        for ranks in 2, 3:
            self.assertEqual(str(curve(self.run_of(CABLE, f"ranks{ranks}", ranks=ranks))), str(one))
        sheet = edited(CABLE, ('kind = "cable"', 'kind = "sheet"'), ('"12 mm"', '["6 mm", "1 mm"]'), ('"cable"\ns1', '"tissue"\ns1'),
                       ("[time]", """[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm"], ["1 mm", "1 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[[probe]]
name = "a1"
at = ["2 mm", "0 mm"]
[[probe]]
name = "a2"
at = ["2 mm", "1 mm"]
[[probe]]
name = "b"
at = ["5 mm", "0.5 mm"]
[time]"""), ("levels", 'cv = { from = ["a1", "a2"], to = "b" }\nlevels'))
        one = curve(self.run_of(sheet, "sheet1"))
        self.assertTrue(all(0.2 < row["cv_m_per_s"] < 1 for row in one if row["captured"]))
        for ranks in 2, 3:
            other = curve(self.run_of(sheet, f"sheet{ranks}", ranks=ranks))
            self.assertEqual(len(other), len(one))
            for a, b in zip(one, other):
                for key, value in a.items():
                    if not (math.isnan(value) and math.isnan(b[key])):
                        self.assertAlmostEqual(value, b[key], delta=1e-6)

    def test_a_line_may_lie_beyond_a_second_site(self):
        """S2 from the other end of the cable: its wave passes the probes the other way."""
        far = CABLE.replace("[time]", """[[stimulus]]
name = "left"
where = { box = [["0 mm"], ["1 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[[stimulus]]
name = "right"
where = { box = [["11 mm"], ["12 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[time]""")
        points = curve(self.run_of(edited(far, ('erp = { resolution = "1 ms" }\n', ""))))
        self.assertTrue(all(row["cv_m_per_s"] < -0.2 for row in points if row["captured"]))
        self.assertEqual(len(points), 4)

    def test_rest_is_that_before_the_upstroke(self):
        """Where a wave comes late in the cycle, V of a probe at the pulse is no rest: near and far probes see the same APD."""
        def apd(near):
            text = edited(CABLE, ('"12 mm"', '"30 mm"'), ('s1 = { bcl = "300 ms", beats = 3 }\ns2 = { from = "250 ms", to = "130 ms", step = "40 ms" }\n'
                          'erp = { resolution = "1 ms" }', 'protocol = "dynamic"\nbcls = ["300 ms", "140 ms"]\nbeats = 12'))
            if near:
                text = text.replace("[time]", '[[probe]]\nname = "a"\nat = ["3 mm"]\n[[probe]]\nname = "b"\nat = ["6 mm"]\n[time]')
            points = curve(self.run_of(text))
            return [row["apd90_ms"] for row in points]

        for near, far in zip(apd(True), apd(False)):
            self.assertAlmostEqual(near, far, delta=1.5)

    # -------------------------------------------------------------------------------------- what goes wrong
    def test_probes_too_far_from_the_stimulus(self):
        long = edited(CABLE, ('"12 mm"', '"60 mm"'), ('s1 = { bcl = "300 ms", beats = 3 }\ns2 = { from = "250 ms", to = "130 ms", step = "40 ms" }\n'
                      'erp = { resolution = "1 ms" }', 'protocol = "dynamic"\nbcls = ["130 ms"]\nbeats = 8'))
        self.refused(long, "a wave takes", "to the farthest probe", "place the probes nearer", status=3)
        self.config(edited(CABLE, ('"12 mm"', '"100 mm"')), "far.toml")
        done = self.run_ok("restitution", "far.toml", "--output", "far")
        self.assertIn("there is no ERP to be found so far from the stimulus", done.stdout + done.stderr)
        self.assertIsNone(support.run_json(self.folder / "far")["results"]["erp_ms"])

    def test_a_pulse_into_the_action_potential_excites_no_cell(self):
        points = curve(self.run_of(edited(CELL, ('["400 ms", "600 ms"]', '["1.2 ms", "2 ms", "100 ms", "400 ms"]'))))
        self.assertEqual([row["captured"] for row in points if row["s2_ms"] in (1.2, 2, 100, 400)], [0, 0, 0, 1])

    def test_a_window_that_is_too_short_is_told(self):
        self.config(edited(CABLE, ("levels", 'window = "40 ms"\nlevels')), "short.toml")
        done = self.run_ok("restitution", "short.toml", "--output", "short")
        self.assertIn("it has no APD; raise restitution.window", done.stdout + done.stderr)

    def refused(self, text, *parts, status=2):
        self.config(text, "wrong.toml")
        done = support.run("restitution", "wrong.toml", "--quiet", cwd=self.folder)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_wrong_input(self):
        for parts, *changes in [
            (["S2", "2 ms", "not longer than the stimulus"], ('s2 = { from = "250 ms", to = "130 ms", step = "40 ms" }', 's2 = ["2 ms"]')),
            (["nothing to do", "s2 = "], ('s2 = { from = "250 ms", to = "130 ms", step = "40 ms" }\nerp = { resolution = "1 ms" }\n', "")),
            (["needs cycle lengths", "bcls"], ("levels", 'protocol = "dynamic"\nlevels')),
            (["no probe 'distel'", "did you mean 'distal'?"], ("levels", 'cv = { from = "proximal", to = "distel" }\nlevels')),
            (["'step' is missing"], (', step = "40 ms"', "")),
            (["120 is not allowed", "between 0 and 100"], ("[50, 90]", "[120]")),
            (["intervals; at most"], ('step = "40 ms"', 'step = "1 us"')),
            (["unknown key", "did you mean 'protocol'?"], ("levels", 'protocoll = "s1s2"\nlevels')),
            (["'proximal' stands in `from` too"], ("levels", 'cv = { from = "proximal", to = "proximal" }\nlevels')),
            (["leaves nothing to halve"], ('resolution = "1 ms"', 'resolution = "290 ms"')),
            (["restitution starts from rest"], ("[time]", '[start]\nspiral = { centre = ["5 mm"], period = "200 ms" }\n[time]')),
            (["needs a cable", 'on = "tissue"'], ('kind = "cable"', 'kind = "sheet"'), ('"12 mm"', '["12 mm", "1 mm"]')),
        ]:
            if parts[0] == "S2":
                parts = ["restitution.s2", *parts[1:]]
            with self.subTest(parts[0]):
                self.refused(edited(CABLE, *changes), *parts)
        self.assertEqual({each.name for each in self.folder.iterdir()}, {"wrong.toml"})

    def test_tissue_needs_stimulus_and_probes(self):
        tissue = edited(CABLE, ('on = "cable"', 'on = "tissue"'),
                        ("[time]", '[tissue]\nconductivity = { longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }\n[time]'))
        self.config(tissue, "wrong.toml")
        done = support.run("restitution", "wrong.toml", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("tissue needs a [[stimulus]]", done.stderr)
        self.assertIn("two [[probe]] are needed", done.stderr)

    def test_a_train_that_does_not_excite(self):
        self.refused(edited(CELL, ('"52 uA/uF"', '"5 uA/uF"')), "pulse 1 at 1000 ms does not excite the cell", "raise pacing.stimulus",
                     status=3)
        self.assertEqual(support.run_json(self.folder / "out" / "wrong")["status"], "failed")
        weak = CABLE.replace("[time]", """[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["1 mm"]] }
amplitude = "1 uA/uF"
duration = "2 ms"
[time]""")
        self.config(weak, "weak.toml")
        done = support.run("restitution", "weak.toml", "--quiet", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn("the wave of pulse 1 at 300 ms does not reach all probes", done.stderr)

    def test_numbers_that_fail_are_placed(self):
        strong = CABLE.replace("[time]", """[[stimulus]]
name = "S1"
where = { box = [["2 mm"], ["3 mm"]] }
amplitude = "1e7 uA/uF"
duration = "2 ms"
[time]""")
        self.config(strong, "strong.toml")
        for ranks in 1, 2:
            done = support.run("restitution", "strong.toml", "--quiet", "--force", "--output", "strong", ranks=ranks, cwd=self.folder)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertRegex(done.stderr, r"the computation failed: V = .* at t = .* ms, node 1[0-5] at \([23][.0-9]*, 0, 0\) mm, region 'cable'")
            self.assertEqual(support.run_json(self.folder / "strong")["status"], "failed")

    def test_a_cable_shorter_than_the_wave_is_told(self):
        self.config(CABLE, "told.toml")
        done = self.run_ok("restitution", "told.toml", "--output", "told")
        self.assertRegex(done.stdout, r"the cable \(12 mm\) is shorter than the wave \([0-9]+ mm\)")

    def test_a_finished_run_is_not_overwritten(self):
        folder = self.run_of(CELL, "mine")
        before = support.contents(folder)
        done = support.run("restitution", "mine.toml", "--output", "mine", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--force", done.stderr)
        self.assertEqual(support.contents(folder), before)

    def test_a_signal_leaves_the_points_so_far(self):
        long = edited(CABLE, ('spacing = "0.2 mm"', 'spacing = "0.02 mm"'), ('step = "40 ms"', 'step = "1 ms"'))
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                self.config(long, "long.toml")
                words = runs.command("restitution", "long.toml", "--force", "--output", "stop", ranks=ranks)
                process = subprocess.Popen(words, cwd=self.folder, env=support.ENVIRONMENT, stdout=subprocess.PIPE, text=True)
                for line in process.stdout:
                    if line.startswith("S2 "):
                        break
                process.send_signal(signal.SIGTERM if ranks == 1 else signal.SIGUSR1)
                with process.stdout:
                    process.stdout.read()
                process.wait(60)
                report = support.run_json(self.folder / "stop")
                self.assertEqual(report["status"], "stopped")
                self.assertGreaterEqual(len(report["results"]["curve"]), 1)
                self.assertLess(len(report["results"]["curve"]), 100)
                self.assertEqual(len(curve(self.folder / "stop")), len(report["results"]["curve"]))
                if ranks == 1:
                    self.assertEqual(process.returncode, 128 + signal.SIGTERM)


class OfSurrogates(support.ProgramTest):
    CASE = f"""[[region]]
name = "cell"
surrogate = "{support.SOURCE / "surrogates" / "cards" / "fhn_step.safetensors"}"
[pacing]
stimulus = "50 uA/uF"
duration = "1 ms"
[reaction]
step = "0.1 ms"
[restitution]
on = "cell"
s1 = {{ bcl = "40 ms", beats = 3 }}
s2 = ["30 ms", "35 ms"]
window = "30 ms"
"""

    def test_evaluations_are_counted(self):
        self.config(self.CASE)
        self.run_ok("restitution", "case.toml", "--quiet", "--output", "out")
        told = support.run_json(self.folder / "out")["results"]["surrogate"]["cell"]
        # Three beats, and two copies up to the end of the later window.
        self.assertEqual((told["evaluations"], told["fallbacks"]), (3 * 400 + 2 * 650, 0))

    def test_too_strong_a_stimulus_ends_it(self):
        self.config(edited(self.CASE, ("50 uA", "2000 uA")))
        done = support.run("restitution", "case.toml", "--quiet", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        for part in ("region 'cell'", "fhn_step", "left to fitzhugh_nagumo", "fallback_limit = 0.01", "milder stimulus"):
            self.assertIn(part, done.stderr)
        self.assertEqual(support.run_json(self.folder / "out")["status"], "failed")


if __name__ == "__main__":
    unittest.main()
