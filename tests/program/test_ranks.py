# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Results do not depend on the number of ranks: activation maps, frames, probes.

Explicit diffusion does the same sums on every rank: 1e-6 ms is asked for, 0 was measured. Crank-Nicolson sums
its inner products in another order and stops at 1e-8 of a step's increment: 7e-15 ms was measured, 1e-6 ms is
asked for, as one iteration more or less may be taken.
"""

import unittest
import xml.etree.ElementTree

import numpy

import runs

TOLERANCE_MS = 1e-6


def extent(text):
    return [int(word) for word in text.split()]


class SameOnAllRanks(runs.RunTest):
    def check(self, shape, diffusion, angle=35):
        config = self.config(runs.tissue_config(shape, "40 ms", "75 ms", diffusion, "godunov", angle,
                                                frames_every="8 ms", second_model=runs.FAST_CELL))
        one = self.folder / f"{shape}_{diffusion}_1"
        self.run_ok("run", config, "--output", one)
        self.assertEqual(runs.results(one)["activated_fraction"], 1.0)
        worst = 0.0
        for ranks in (2, 3):
            with self.subTest(shape=shape, diffusion=diffusion, ranks=ranks):
                many = self.folder / f"{shape}_{diffusion}_{ranks}"
                self.run_ok("run", config, "--output", many, ranks=ranks)
                worst = max(worst, self.compare(one, many, exact=diffusion == "explicit"))
        print(f"\n{shape} {diffusion}: largest difference of an activation time {worst:.2g} ms", end=" ", flush=True)

    def compare(self, one, many, exact):
        self.assert_whole(many)
        a, b = runs.results(one), runs.results(many)
        worst = abs(a["last_activation_ms"] - b["last_activation_ms"])
        for name, probe in a["probes"].items():
            self.assertEqual(len(probe["activation_ms"]), 1)
            worst = max(worst, abs(probe["activation_ms"][0] - b["probes"][name]["activation_ms"][0]))
        expected, found = runs.maps(one), runs.maps(many)
        self.assertEqual(list(expected), list(found))
        # Maps and frames are float32, 4e-6 ms apart at 40 ms: equal or neighbours.
        self.assertLess(runs.largest_difference(expected["activation_beat1_ms"], found["activation_beat1_ms"]),
                        TOLERANCE_MS + (0.0 if exact else 4e-6))
        self.assertLess(worst, TOLERANCE_MS)
        self.compare_frames(one, many, exact)
        return worst

    def compare_frames(self, one, many, exact):
        self.assertEqual([t for t, _ in runs.frames(one)], [0.0, 8.0, 16.0, 24.0, 32.0, 40.0])
        self.assertEqual([t for t, _ in runs.frames(many)], [0.0, 8.0, 16.0, 24.0, 32.0, 40.0])
        for (_, single), (_, index) in zip(runs.frames(one), runs.frames(many)):
            whole = runs.read_image(single)["V"]
            joined = runs.read_image(index)["V"]
            self.assertEqual(whole.shape, joined.shape)
            self.assertLess(runs.largest_difference(whole, joined), 1e-30 if exact else 1e-4)
            self.check_pieces(index, joined)

    def check_pieces(self, index, joined):
        """Pieces cover every cell once, and hold at shared nodes what their neighbour holds."""
        tree = xml.etree.ElementTree.parse(index).getroot()[0]
        whole = extent(tree.get("WholeExtent"))
        # An axis without cells counts as one, so that cables and sheets are covered in the same way.
        covered = numpy.zeros([max(whole[2 * a + 1], 1) for a in (2, 1, 0)], dtype=int)
        pieces = list(tree.iter("Piece"))
        self.assertIn(len(pieces), (2, 3))
        for piece in pieces:
            x0, x1, y0, y1, z0, z1 = extent(piece.get("Extent"))
            covered[z0:max(z1, 1), y0:max(y1, 1), x0:max(x1, 1)] += 1
            values = runs.read_image(index.parent / piece.get("Source"))["V"]
            numpy.testing.assert_array_equal(values, joined[z0:z1 + 1, y0:y1 + 1, x0:x1 + 1])
        self.assertEqual((covered.min(), covered.max()), (1, 1), "gap or overlap between pieces")

    def test_cable(self):
        self.check("cable", "explicit")
        self.check("cable", "crank_nicolson")

    def test_sheet_with_a_hole_and_rotated_fibres(self):
        self.check("sheet", "explicit")
        self.check("sheet", "crank_nicolson")

    def test_slab_with_rotated_fibres(self):
        self.check("slab", "explicit")
        self.check("slab", "crank_nicolson")


if __name__ == "__main__":
    unittest.main()
