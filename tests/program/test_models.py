# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Every cell model with reference data (tests/data/cells) follows it through the program; bench/models.py has all beats."""

import sys
import typing
import unittest

import support

sys.path.insert(0, str(support.SOURCE / "bench"))
import models  # noqa: E402


class Bound(typing.NamedTuple):
    """Largest allowed differences of a mode, with those measured over all models (largest first) in the comment."""
    apd_ms: float  # of APD90; of a spike's time in the models that are not paced
    V_mV: float    # outside the upstroke


# Rush-Larsen is of order one: at a quarter of the step its figures are a quarter. Its largest error of V lies just behind
# the upstroke.
BEAT1 = {
    "cvode": Bound(0.002, 1e-3),           # 0.0007 (O'Hara-Rudy); 3.3e-4 everywhere (Hodgkin-Huxley)
    "rush_larsen": Bound(0.15, 0.7),       # 0.112 (Courtemanche); 0.58 (Hodgkin-Huxley), 0.29 (Luo-Rudy)
    "fast_rush_larsen": Bound(0.5, 3.2),   # 0.411 (Courtemanche); 2.9 (Hodgkin-Huxley), 1.2 (Luo-Rudy)
    "fast_midpoint": Bound(0.1, 0.17),     # 0.084 (Koivumaki); 0.14 (Luo-Rudy)
}
LAST_BEAT = {
    "midpoint": Bound(0.015, 0.03),        # 0.0070 (Fenton-Karma BR); 0.019 (the same)
    "fast_midpoint": Bound(0.1, 0.17),     # 0.084 (Koivumaki); 0.14 (Luo-Rudy)
}


class Models(unittest.TestCase):
    def check(self, case, key, bound, beat):
        name, bcl, markers = next(each for each in case.beats() if each[0] == beat)
        with self.subTest(model=case.name, mode=key, beat=beat):
            difference = models.compare(support.MYOWAVE, case, models.MODES[key], name, bcl, markers, from_start=False)
            self.assertIsNotNone(difference.apd_ms)  # all of these beats are captured and end within the cycle
            self.assertLessEqual(abs(difference.apd_ms), bound.apd_ms)
            self.assertLessEqual(difference.V_mV, bound.V_mV)

    def test_there_are_fifteen_references(self):
        cases = models.cases()
        self.assertEqual(len(cases), 15)
        self.assertEqual(sum(case.paced for case in cases), 11)
        self.assertEqual(len({case.data["model"] for case in cases}), 11)

    def test_first_beat_follows_the_reference(self):
        for case in models.cases():
            for key, bound in BEAT1.items():
                self.check(case, key, bound, "beat1")

    def test_last_beat_follows_the_reference_from_its_state(self):
        for case in models.cases():
            for key, bound in LAST_BEAT.items() if case.paced else []:
                self.check(case, key, bound, "bcl1000")

    def test_mixed_precision_and_tables_move_V_by_less_than_a_microvolt(self):
        for case in filter(lambda each: each.paced, models.cases()):
            with self.subTest(model=case.name):
                fast, double = (models.compute(support.MYOWAVE, case, settings, 1000).trace for settings in (
                    models.MODES["fast_midpoint"].settings, models.numerics("double", "false", "midpoint", 0.02)))
                self.assertGreater(len(fast[0]), 9000)
                # Of every sample; 4.0e-4 (ten Tusscher endo), 3.3e-4 (Luo-Rudy, upstroke).
                self.assertLessEqual(abs(fast[1] - double[1]).max(), 1e-3)

    def test_a_conductance_wrong_by_two_per_mille_is_noticed(self):  # it moves APD90 by 0.13 ms
        case = models.cases("ten_tusscher_2006_epi")[0]
        mode = models.MODES["fast_midpoint"]
        wrong = mode._replace(settings={**mode.settings, "region.0.scale": "{ g_Ks = 1.002 }"})
        difference = models.compare(support.MYOWAVE, case, wrong, "beat1", 1000, case.data["beat1"], from_start=False)
        self.assertGreater(abs(difference.apd_ms), BEAT1["fast_midpoint"].apd_ms)


if __name__ == "__main__":
    unittest.main()
