# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Long steps for cells at rest and on the plateau: fewer of them, and the same wave."""

import unittest

import runs
import support
from support import edited, place

# A wave along 39 mm; 391 nodes are three blocks of 128 and a bit.
FINE = edited(support.CABLE, ('size = "3.9 mm"', 'size = "39 mm"'), ('at = ["3.9 mm"]', 'at = ["30 mm"]'),
              ('end = "10 ms"', 'end = "80 ms"'), ("mitchell_schaeffer_2003", "ten_tusscher_2006")) + """
[reaction]
step = "0.01 ms"
[checkpoint]
every = "20 ms"
[output]
fields = { names = ["V"], every = "20 ms" }
"""


def quiet(text, line='quiet_step = "0.05 ms"'):
    return edited(text, ('[reaction]\nstep = "0.01 ms"\n', f'[reaction]\nstep = "0.01 ms"\n{line}\n'))


QUIET = quiet(FINE)


class QuietSteps(support.ProgramTest):
    def run_of(self, text, name, *arguments, ranks=1):
        self.config(text, f"{name}.toml")
        self.run_ok("run", f"{name}.toml", "--quiet", "--force", "--output", name, *arguments, ranks=ranks)
        return self.folder / name

    def steps(self, folder):
        return support.run_json(folder)["performance"]["cell_steps"]

    def activation(self, folder):
        return runs.results(folder)["probes"]["end"]["activation_ms"][0]

    def test_fewer_steps_for_the_same_wave(self):
        fine, some = self.run_of(FINE, "fine"), self.run_of(QUIET, "quiet")
        coarse = self.run_of(edited(FINE, ('step = "0.01 ms"', 'step = "0.05 ms"')), "coarse")
        self.assertEqual(self.steps(fine), 391 * 1600 * 5)
        self.assertEqual(self.steps(coarse), 391 * 1600)
        print(f"\n{self.steps(some) / self.steps(fine):.2f} of the steps, activation differs by "
              f"{abs(self.activation(some) - self.activation(fine)):.1e} ms", end=" ", flush=True)
        # 0.49 was measured: the cells of the front take short steps, and so does the whole block of 128 while a node of it is stimulated.
        self.assertLess(self.steps(some), 0.6 * self.steps(fine))
        # 8e-5 ms was measured; with long steps everywhere it is 0.25 ms.
        self.assertLess(abs(self.activation(some) - self.activation(fine)), 1e-3)
        self.assertGreater(abs(self.activation(coarse) - self.activation(fine)), 0.1)

    def test_a_change_without_gradients_is_noticed(self):
        """All cells rise at once from -40 mV: only the reaction tells that they are active."""
        start = 'model = "ten_tusscher_2006"\ninitial_state = { V = "-40 mV" }\n'
        late = edited(FINE, ('model = "ten_tusscher_2006"\n', start),
                      ('duration = "2 ms"', 'duration = "1 ms"\nstart = "79 ms"'))
        fine = self.run_of(late, "fine")
        some = self.run_of(quiet(late), "quiet")
        # 2.6e-4 ms was measured (they begin slower than quiet_below); with long steps throughout it is 3.2e-3 ms.
        self.assertLess(abs(self.activation(some) - self.activation(fine)), 1e-3)
        self.assertLess(self.steps(some), 0.6 * self.steps(fine))

    def test_nothing_quiet_changes_nothing(self):
        fine = self.run_of(FINE, "fine")
        for line in 'quiet_step = "0.01 ms"', 'quiet_step = "0.05 ms"\nquiet_below = "1e-12 mV/ms"':
            with self.subTest(line):
                same = self.run_of(quiet(FINE, line), "same")
                self.assertEqual(self.steps(same), self.steps(fine))
                self.assertEqual(runs.results(same), runs.results(fine))
                self.assertEqual((same / "probes.csv").read_text(), (fine / "probes.csv").read_text())

    def test_ranks(self):
        """Blocks of 16 cells lie otherwise on other ranks, so a few cells take other steps."""
        one = self.run_of(QUIET, "one")
        for ranks in 2, 3:
            with self.subTest(ranks=ranks):
                many = self.run_of(QUIET, "many", ranks=ranks)
                difference = abs(self.activation(one) - self.activation(many))
                print(f"\n{ranks} ranks: {difference:.1e} ms", end=" ", flush=True)
                # 3e-7 ms was measured, less than a hundredth of what the long steps change.
                self.assertLess(difference, 1e-5)
                self.assertLess(abs(self.steps(many) / self.steps(one) - 1.0), 0.05)

    def test_restart_is_bitwise(self):
        # The second region has all its nodes on the first rank.
        small = QUIET.replace("[[stimulus]]", """[[region]]
name = "end"
model = "ten_tusscher_2006"
[[stimulus]]""", 1)
        first = small.index("[[region]]")
        small = small[:first] + small[first:].replace("model = ", 'where = { box = [["5 mm"], ["100 mm"]] }\nmodel = ', 1)
        for kind, text in ("one region", QUIET), ("two regions", small):
            for ranks in 1, 2:
                with self.subTest(kind, ranks=ranks):
                    whole = self.run_of(text, "whole", ranks=ranks)
                    part = self.run_of(text, "part", "--set", 'time.end="40 ms"', ranks=ranks)
                    self.run_ok("run", "part.toml", "--quiet", "--restart", part / "checkpoint.h5", ranks=ranks)
                    self.assertEqual(runs.results(part), runs.results(whole))
                    for name in ["probes.csv", "V.pvd"]:
                        self.assertEqual((part / name).read_bytes(), (whole / name).read_bytes())
                    self.assertEqual([frame.read_bytes() for _, frame in runs.frames(part)],
                                     [frame.read_bytes() for _, frame in runs.frames(whole)])
                    names = ["nodes/V", "region/0/m", "region/0/Cai", "region/0/V before"]
                    datasets = [runs.checkpoint_datasets(folder / "checkpoint.h5", names) for folder in (whole, part)]
                    if datasets[0] is not None:
                        self.assertEqual(len(datasets[0]), 4)
                        self.assertEqual(*datasets)

    def test_restart_with_and_without(self):
        """Either kind of checkpoint continues as the other kind of run."""
        for first, second in (FINE, QUIET), (QUIET, FINE):
            part = self.run_of(first, "part", "--set", 'time.end="40 ms"')
            self.config(second)
            self.run_ok("run", "case.toml", "--quiet", "--restart", part / "checkpoint.h5")
            whole = self.run_of(second, "whole")
            self.assertLess(abs(self.activation(part) - self.activation(whole)), 1e-3)  # 8e-5 ms was measured

    def test_out_of_bounds(self):
        for value, *parts in [("0.005 ms", "0.005 ms is not between reaction.step = 0.01 ms and time.step = 0.05 ms"),
                              ("0.06 ms", "0.06 ms is not between reaction.step = 0.01 ms and time.step = 0.05 ms"),
                              ("-0.05 ms", "must be above 0 ms"), ("0.05 mV", "wrong dimension"),
                              ("0.05", "has no unit")]:
            with self.subTest(value):
                text = edited(QUIET, ('quiet_step = "0.05 ms"', f'quiet_step = "{value}"'))
                self.config(text)
                done = support.run("run", "case.toml", cwd=self.folder)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                where = f"case.toml:{place(text, 'quiet_step')}"
                self.assertTrue(done.stderr.startswith(f"{where}: error: reaction.quiet_step: "), done.stderr)
                for part in parts:
                    self.assertIn(part, done.stderr)
                self.assertEqual(set(support.contents(self.folder)), {"case.toml"})


if __name__ == "__main__":
    unittest.main()
