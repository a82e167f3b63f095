# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""bench/surrogates/conductance_data.py: what it asks the program for, and that a spiral wave is one."""

import argparse
import sys
import unittest
from unittest import mock

import support

sys.path.insert(0, str(support.SOURCE / "bench/surrogates"))

import conductance_data as data  # noqa: E402

COARSE = {"spacing": 0.6}  # mm


def options(folder, **changed):
    return argparse.Namespace(**{"folder": folder, "model": "ten_tusscher_2006", "variant": "epi", "scaled": False, "s2": 340.0, "side": 72.0, "seed": 1,
                                 "program": support.MYOWAVE} | changed)


class Configurations(support.ProgramTest):
    def accepted(self, text):
        self.config(text, "data.toml")
        self.run_ok("check", "data.toml", "--quiet")

    def test_the_program_accepts_them(self):
        for model, variant in ("ten_tusscher_2006", "M"), ("ohara_rudy_2011", "endo"), ("courtemanche_1998", "default"):
            of = options(self.folder, model=model, variant=variant)
            with self.subTest(model):
                for cycle, D, end, places in data.FILES:
                    self.accepted(data.cables(of, cycle, D, end, places, ""))
                self.accepted(data.paced_cables(of, "protocols", "measured", data.PROTOCOLS, data.measured, ""))
                self.accepted(data.paced_cables(of, "slow", "slow", data.SLOW_AND_LESS, data.slow_and_less, ""))
                self.accepted(data.paced_cables(of, "early", "early", data.EARLY | {"premature": (320, 380)}, data.early, ""))
                self.accepted(data.spiral(of, "wide", data.WIDE_SPIRAL, 340.0, "", data.anywhere(of, data.WIDE_SPIRAL)))
        self.accepted(data.cables(options(self.folder, scaled=True), *data.FILES[0], ""))

    def test_the_same_seed_gives_the_same_stimuli(self):
        texts = [data.cables(options(self.folder, seed=seed), *data.FILES[0], "") for seed in (1, 1, 2)]
        self.assertEqual(texts[0], texts[1])
        self.assertNotEqual(texts[0], texts[2])


class SpiralWaves(support.ProgramTest):
    def test_places_lie_beside_the_tips_and_on_the_sheet(self):
        corner, middle = (600.0, 0.5, 71.5), (700.0, 36.0, 30.0)
        places = data.near([corner, middle], options(self.folder), data.SPIRAL)
        self.assertEqual(len(places), data.SPIRAL["nodes"])
        for x, y in places:
            self.assertTrue(1.0 <= x <= 71.0 and 1.0 <= y <= 71.0, (x, y))
            self.assertTrue(min((x - 0.5) ** 2 + (y - 71.5) ** 2, (x - 36.0) ** 2 + (y - 30.0) ** 2) < 20.0**2, (x, y))
        self.assertGreater(len({round(x) for x, _ in places}), 5)

    def test_a_wave_that_is_gone_is_no_spiral_wave(self):
        with mock.patch.object(data, "SPIRAL", data.SPIRAL | COARSE), self.assertRaises(SystemExit) as ended:
            data.Folder(options(self.folder, side=6.0)).around_its_core()  # no spiral wave finds room
        self.assertEqual(str(ended.exception), f"{self.folder}: no second stimulus around 340 ms leaves a spiral wave; choose another time with --s2")
        self.assertIn('size = ["12 mm", "12 mm"]', (self.folder / "tips.toml").read_text())  # it has tried twice the side
        self.assertFalse((self.folder / "spiral").exists())


if __name__ == "__main__":
    unittest.main()
