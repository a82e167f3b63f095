# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The arena for surrogates: equal error, the border, kinds that it leaves parts out for, and verdicts on a card."""

import json
import math
import shutil
import subprocess
import sys
import unittest

import numpy

import support
from support import MYOWAVE, SOURCE

sys.path.insert(0, str(SOURCE))

from bench.surrogates import arena, arena_border, arena_card, arena_contenders, arena_cost, arena_report, arena_spiral  # noqa: E402
from bench.surrogates.common import read_card, replace_card  # noqa: E402

CARDS = SOURCE / "surrogates/cards"
PROGRAM = {"version": "1.2.3", "commit": "abc"}


def run_of(side, variant, error, cost):
    return {"side": side, "variant": variant, "method": variant, "cv_error": error, "total_ns_per_cell_ms": cost}


class EqualError(unittest.TestCase):
    HOST = [run_of("host", "fine", 0.001, 1000.0), run_of("host", "coarse", -0.01, 100.0), run_of("host", "poor", 0.05, 200.0)]

    def compared(self, error, cost, floor=1e-6):
        return arena_cost.at_equal_error([*self.HOST, run_of("surrogate", "ours", error, cost)], floor)[0]

    def test_the_frontier_has_what_nothing_beats_in_both(self):
        self.assertEqual(arena_cost.frontier([(0.05, 200.0), (0.01, 100.0), (0.001, 1000.0), (0.001, 1200.0)]), [(0.001, 1000.0), (0.01, 100.0)])

    def test_the_hosts_fastest_with_no_larger_error(self):
        row = self.compared(-0.02, 50.0)
        self.assertEqual((row["host"], row["ratio"], row["ratio_between"]), ("coarse", 2.0, 2.0))

    def test_between_two_settings(self):
        row = self.compared(math.sqrt(0.001 * 0.01), 100.0)
        self.assertEqual((row["host"], row["ratio"]), ("fine", 10.0))
        self.assertAlmostEqual(row["ratio_between"], math.sqrt(10.0))

    def test_more_accurate_than_any_of_the_hosts(self):
        row = self.compared(0.0005, 100.0)
        self.assertEqual((row["host"], row["ratio"], row["ratio_between"]), (None, None, None))

    def test_errors_below_the_floor_are_equal(self):
        self.assertEqual(self.compared(0.0, 100.0, floor=0.001)["host"], "fine")


class Runs(unittest.TestCase):
    class Place:
        """Counts what it is asked for."""

        def __init__(self):
            self.kept, self.asked = {}, []

        def write(self, name, text):
            return name

        def run(self, *arguments, sets=()):
            self.asked.append((*arguments, *sets))
            return len(self.asked)

    def test_the_model_runs_once_for_all_seeds(self):
        place = self.Place()
        model = arena_contenders.Contender(place, "model", "", ["exact"], None)
        seeds = [arena_contenders.Contender(place, "seed", "", [], None, "a.safetensors", {"kind": "rate"}) for _ in range(2)]
        self.assertEqual([model.run("cell", "rest", "text"), model.run("cell", "rest", "text")], [1, 1])
        self.assertEqual([model.run("cell", "rest", "other"), model.run("cell", "rest", "text", ["more"])], [2, 3])
        self.assertEqual([each.run("cell", "rest", "text") for each in seeds], [4, 5])
        self.assertEqual(place.asked[0], ("cell", "rest_model.toml", "exact"))


class Border(unittest.TestCase):
    @staticmethod
    def side(velocity, slope, shift=0.0):
        """A wave along x, and an APD that falls along x."""
        places = list(range(1, 20))
        times = [[[x / velocity for x in places], [400.0 + x / velocity for x in places]]] * 2
        return {"x_mm": places, "activation_ms": times, "apd90_ms": [[[300.0 - slope * x + shift for x in places]] * 2] * 2, "command": ""}

    def test_differences(self):
        found = arena_border.compared(self.side(0.606, 2.0, 0.5), self.side(0.6, 2.1))
        for beat in found["beats"]:
            self.assertAlmostEqual(beat["cv_change"], 0.01)
            self.assertAlmostEqual(beat["apd90_ms"]["change"], 0.5 + 0.1 * 19)
            self.assertEqual(beat["apd90_ms"]["at_mm"], [19, 1])
            self.assertAlmostEqual(beat["apd90_gradient_ms_per_mm"][0], 2.0)
            self.assertAlmostEqual(beat["apd90_gradient_ms_per_mm"][1], 2.1)

    def test_a_beat_that_does_not_cross_fails(self):
        ours = self.side(0.6, 2.0)
        ours["activation_ms"] = [[ours["activation_ms"][0][0], [math.nan] * 19]] * 2
        found = arena_border.compared(ours, self.side(0.6, 2.0))
        self.assertEqual([beat["captured"] for beat in found["beats"]], [[True, True], [False, True]])
        results = [{"kind": "gate", "model": "ten_tusscher_2006", "border": found | {"neighbour": "g_Ks times 0.5", "s2_ms": 420}}]
        verdict, = arena_report.verdicts(results)
        self.assertEqual((verdict["key"], verdict["verdict"]), ("border", "not reproduced"))
        self.assertIn("not crossed by the surrogate", str(arena_report.rows_of(results[0])))


class Spiral(unittest.TestCase):
    @staticmethod
    def turning(begin, end, drift=0.0, number=1, period=200.0, radius=3.0):
        """Rows of a tip on a circle whose centre moves by `drift` mm in every turn."""
        t = numpy.arange(begin, end + 1.0, 5.0)
        angle = 2.0 * numpy.pi * t / period
        return numpy.column_stack([t, numpy.full(t.size, float(number)), 60.0 + drift * t / period + radius * numpy.cos(angle), 60.0 + radius * numpy.sin(angle)])

    def behaviour(self, *tips):
        return arena_spiral.behaviour(numpy.vstack(tips), 200.0, 2000.0)

    def test_a_circle_is_stable(self):
        found = self.behaviour(self.turning(400, 2000))
        self.assertEqual((found["behaviour"], found["tips_at_end"], found["largest_number_of_tips"], found["lifetime_ms"]), ("stable", 1, 1, 1600.0))
        self.assertAlmostEqual(found["radius_mm"], 3.0)
        self.assertAlmostEqual(found["drift_mm"], 0.0)

    def test_a_centre_that_moves_meanders(self):
        found = self.behaviour(self.turning(400, 2000, drift=1.0))
        self.assertEqual(found["behaviour"], "meandering")
        self.assertAlmostEqual(found["drift_mm"], 4.0)  # from the first to the last of five whole turns

    def test_many_tips_break_up(self):
        found = self.behaviour(*(self.turning(400, 2000, number=number) for number in (1, 2, 3)))
        self.assertEqual((found["behaviour"], found["tips_at_end"]), ("breaking up", 3))

    def test_a_wave_that_has_left_has_ended(self):
        found = self.behaviour(self.turning(400, 1500))
        self.assertEqual((found["behaviour"], found["tips_at_end"], found["last_tip_ms"]), ("ended", 0, 1500.0))
        self.assertEqual(self.behaviour(numpy.empty((0, 4)))["behaviour"], "ended")

    def test_another_behaviour_fails(self):
        sides = {side: {"behaviour": kind} for side, kind in (("ours", "stable"), ("model", "meandering"))}
        found = arena_report.verdicts([{"kind": "rate", "model": "ten_tusscher_2006", "spiral": sides | {"period_change": 0.01}}])
        self.assertEqual([(each["key"], each["verdict"]) for each in found], [("spiral", "reproduced"), ("spiral.behaviour", "not reproduced")])


class Curves(unittest.TestCase):
    @staticmethod
    def point(at, ours, model, cv=1.0):
        return {"at_ms": at, "captured": [True, True], "apd90_ms": [ours, model], "cv_m_per_s": [cv, 1.0]}

    def verdict(self, *points):
        curve = {"points": list(points), "end_ms": [300, 300]}
        cables = {"crossings": [{"cv_change": 0.001}], "restitution": {"dynamic": curve, "s1s2": curve}}
        return {each["key"]: each for each in arena_report.verdicts([{"kind": "rate", "model": "ten_tusscher_2006", "cables": cables}])}

    def test_what_is_shorter_is_not_judged(self):
        found = self.verdict(self.point(400, 251.0, 250.0, 1.005), self.point(300, 260.0, 250.0))
        self.assertEqual((found["cable.s1s2"]["found"], found["cable.s1s2"]["verdict"]), ("+1.00 ms, +0.50 %", "reproduced"))

    def test_either_limit_fails(self):
        self.assertEqual(self.verdict(self.point(400, 253.0, 250.0))["cable.dynamic"]["verdict"], "not reproduced")
        self.assertEqual(self.verdict(self.point(400, 250.0, 250.0, 0.98))["cable.dynamic"]["verdict"], "not reproduced")

    def test_a_beat_that_one_of_both_has_alone_fails(self):
        found = self.verdict(self.point(400, 250.0, 250.0), {"at_ms": 350, "captured": [False, True]})
        self.assertEqual(found["cable.s1s2"]["verdict"], "not reproduced")
        self.assertIn("1 captured by one of both alone", found["cable.s1s2"]["found"])

    def test_a_beat_that_ends_in_one_of_both_alone_fails(self):
        def side(*apd90):
            return {"curve": [{"s2_ms": 400.0 + k, "captured": True, "apd90_ms": each, "cv_m_per_s": 0.5} for k, each in enumerate(apd90)]}
        self.assertEqual([point["captured"] for point in arena.compared(side(250.0, None), side(251.0, 252.0), "s1s2")], [[True, True], [False, True]])
        without = arena.compared(side(None, None), side(None, None), "s1s2")
        self.assertEqual([point["captured"] for point in without], [[True, True]] * 2)
        found = self.verdict(*without)["cable.s1s2"]  # then the velocity alone is judged
        self.assertEqual((found["found"], found["verdict"]), ("no APD90 of either, +0.00 %", "reproduced"))

    def test_no_beat_fails(self):
        self.assertEqual(self.verdict()["cable.s1s2"]["verdict"], "not reproduced")


class Verdicts(support.ProgramTest):
    def results(self, end, returned):
        return {"kind": "conductance", "model": "ohara_rudy_2011", "scale": {}, "program": PROGRAM,
                "rest": {"ours": {"end_mV": end, "largest_change_mV": 1.0}, "model": {"end_mV": -88.0}, "random": {"states": 10000, "returned": returned}}}

    def test_the_worst_file_decides(self):
        found = arena_report.verdicts([self.results(-88.1, 10000), self.results(-87.4, 9999), self.results(-88.0, 10000)])
        self.assertEqual([(each["key"], each["found"], each["verdict"]) for each in found],
                         [("rest", "+0.600 mV", "not reproduced"), ("random_states", "9999", "not reproduced")])
        self.assertEqual({each["verdict"] for each in arena_report.verdicts([self.results(-88.1, 10000)])}, {"reproduced"})
        self.assertTrue(found[0]["claim"].startswith("conductance, after 5 s of rest within 0.5 mV"))

    def test_a_card_takes_them(self):
        """The program prints them; all else of the file, and its numbers byte for byte, stay."""
        file = self.folder / "net.safetensors"
        shutil.copy(CARDS / "ten_tusscher_2006_epi.safetensors", file)
        before, (card, tensors) = file.read_bytes(), read_card(file)
        arena_card.write(file, [self.results(-88.1, 10000)])
        arena_card.write(file, [self.results(-87.4, 10000)])
        after, (new, same) = file.read_bytes(), read_card(file)
        self.assertEqual(body(after), body(before))
        self.assertEqual({name: values.tobytes() for name, values in same.items()}, {name: values.tobytes() for name, values in tensors.items()})
        written = {key: new["accuracy"].pop(key) for key in ("verdict", "verdict.rest", "verdict.random_states")}
        for key in written:    # the card's own, if it has been judged before
            card["accuracy"].pop(key, None)
        self.assertEqual(new, card)
        self.assertEqual(written["verdict.rest"], "after 5 s of rest within 0.5 mV of the model: not reproduced, +0.600 mV")
        printed = " ".join(self.run_ok("models", file).stdout.split())
        for text in written.values():
            self.assertIn(text, printed)
        self.run_ok("cell", "--model", file, "--bcl", "20 ms", "--output", "out", "--quiet")
        self.assertEqual([path.name for path in self.folder.glob("net*")], ["net.safetensors"])


def body(content):
    """What comes after the header of a surrogate file."""
    return content[8 + int.from_bytes(content[:8], "little"):]


class Kinds(support.ProgramTest):
    def arena(self, card, *arguments):
        return subprocess.run([sys.executable, SOURCE / "bench/surrogates/arena.py", CARDS / card, "--program", MYOWAVE, *arguments],
                              env=support.ENVIRONMENT, cwd=self.folder, text=True, capture_output=True, timeout=300)

    def judged(self, card, *arguments):
        done = self.arena(card, "--json", "out.json", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done, json.loads((self.folder / "out.json").read_text())

    def test_a_rate(self):
        done, found = self.judged("hodgkin_huxley.safetensors", "--only", "rest", "spiral")
        self.assertLess(abs(found["results"][0]["rest"]["ours"]["largest_change_mV"]), 0.05)
        self.assertEqual([each["part"] for each in found["results"][0]["skipped"]], ["random states", "spiral"])
        self.assertIn("Left out: random states (", done.stdout)
        self.assertIn("- rate, after 5 s of rest", done.stdout)

    def test_a_step_beside_another_cell(self):
        _, found = self.judged("fhn_step.safetensors", "--only", "border")
        verdict, = found["verdicts"]
        self.assertEqual((verdict["key"], verdict["verdict"]), ("border", "reproduced"))
        for beat in found["results"][0]["border"]["beats"]:
            self.assertLess(abs(beat["cv_change"]), 0.005)
            self.assertGreater(beat["apd90_gradient_ms_per_mm"][1], 0.1)

    def test_a_run_that_fails_is_a_verdict(self):
        """Trained on next to nothing: the guard leaves more to the model than is allowed, and the run ends with status 3."""
        file = self.folder / "narrow.safetensors"
        shutil.copy(CARDS / "fhn_step.safetensors", file)
        card, _ = read_card(file)
        card["inputs"][0]["range"] = [-95.0, -80.0]
        replace_card(file, card)
        done, found = self.judged(file, "--only", "border")
        verdict, = found["verdicts"]
        self.assertEqual((verdict["key"], verdict["verdict"]), ("border", "not reproduced"))
        self.assertIn("fallback_limit", found["results"][0]["failed"]["border"])
        self.assertIn("Failed: border.", done.stdout)

    def test_a_trajectory_is_refused(self):
        done = self.arena("fhn_a.safetensors", "--only", "rest")
        self.assertEqual(done.returncode, 1)
        self.assertIn("is a trajectory, which has no step", done.stderr)


if __name__ == "__main__":
    unittest.main()
