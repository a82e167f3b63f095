# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs whose numbers or whose disk fail: exit status 3, a message that helps, and never a finished run."""

import contextlib
import re
import time
import unittest

import support
from support import CABLE, SHEET, edited

BLAST = edited(SHEET, ("50 uA/uF", "5e6 uA/uF"), ('"2 ms"\n\n[time]', '"2 ms"\nstart = "1 ms"\n\n[time]'))


class FailedRun(support.ProgramTest):
    def fail(self, *arguments, ranks=1, folder="out"):
        """The one error line of a run that fails."""
        done = support.run("run", "case.toml", "--output", folder, *arguments, ranks=ranks, cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        return self.error(done.stderr)

    def error(self, stderr):
        lines = [line for line in stderr.splitlines() if "error: " in line and not line.startswith("mca_")]  # Open MPI
        self.assertEqual(len(lines), 1, stderr)
        self.assertTrue(lines[0].startswith("error: "), stderr)
        self.assertNotIn("vtk", stderr)
        return lines[0]

    def assert_blast(self, message):
        """V, time, node, position, region, causes."""
        found = re.search(r"V = (\S+) mV at t = 1\.05 ms, node (\d+) at \((\S+), (\S+), 0\) mm, region 'all' "
                          r"\(ten_tusscher_2006\)", message)
        self.assertIsNotNone(found, message)
        self.assertGreater(abs(float(found[1])), 1000)
        x, y = int(found[2]) % 20 * 0.1, int(found[2]) // 20 * 0.1
        self.assertLess(x, 0.3 + 1e-9)
        self.assertAlmostEqual(x, float(found[3]))
        self.assertAlmostEqual(y, float(found[4]))
        for cause in ["Likely causes", "reaction.step = 0.05 ms", "time.step = 0.05 ms", "stimulus is far too strong"]:
            self.assertIn(cause, message)

    def test_blow_up_without_a_checkpoint(self):
        self.config(BLAST)
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                message = self.fail("--quiet", ranks=ranks, folder=f"out{ranks}")
                self.assert_blast(message)
                self.assertIn("There is no checkpoint to go back to.", message)
                record = support.run_json(self.folder / f"out{ranks}")
                self.assertEqual(record["status"], "failed")
                self.assertEqual("error: " + record["message"], message)
                self.assertIn(record["message"], (self.folder / f"out{ranks}/log.txt").read_text())

    def test_blow_up_with_a_checkpoint(self):
        self.config(edited(BLAST, ('every = "2 ms"', 'every = "0.25 ms"')))
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                out = f"out{ranks}"
                message = self.fail(ranks=ranks, folder=out)
                self.assert_blast(message)
                self.assertIn(f"The last good checkpoint is {out}/checkpoint.h5 at t = 1 ms.", message)
                self.assertEqual(support.run_json(self.folder / out)["status"], "failed")
                # The remedy works: with a sane stimulus the run goes on from there.
                self.run_ok("run", "case.toml", "--restart", f"{out}/checkpoint.h5", "--quiet",
                            "--set", "stimulus.S1.amplitude=50 uA/uF")
                self.assertEqual(support.run_json(self.folder / out)["status"], "finished")

    def test_failed_run_is_not_overwritten(self):
        self.config(BLAST)
        self.fail()
        done = support.run("run", "case.toml", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("holds a run", done.stderr)

    def test_nan(self):
        self.config(edited(SHEET, ('"epi"\n', '"epi"\ninitial_state = { Ki = "0 mM" }\n')))
        self.assertRegex(self.fail(), r"V = -?nan mV at t = 0\.05 ms, node \d+ at ")
        self.assertEqual(support.run_json(self.folder / "out")["status"], "failed")

    def test_cell(self):
        done = support.run("cell", "--model", "ten_tusscher_2006", "--stimulus", "5e6 uA/uF", "--output", "out",
                           cwd=self.folder)
        self.assertEqual(done.returncode, 3)
        self.assertRegex(self.error(done.stderr), r"V out of range at t = 0\.02 ms \(ten_tusscher_2006, V = \S+ mV\)\. "
                                                  r"Likely causes: reaction\.step = 0\.02 ms")
        self.assertEqual(support.run_json(self.folder / "out")["status"], "failed")

    def test_linear_solver(self):
        """Far more nodes than iterations, all coupled as good as infinitely strongly."""
        self.config(CABLE.replace("3.9 mm", "500 mm").replace("0.1334 S/m", "1e9 S/m") +
                    '[solver]\ndiffusion = "crank_nicolson"\n')
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                message = self.fail("--quiet", ranks=ranks, folder=f"out{ranks}")
                for part in ["did not converge", "500 iterations", "t = 0.1 ms", "Likely causes", "time.step = 0.05 ms",
                             "There is no checkpoint"]:
                    self.assertIn(part, message)
                self.assertEqual(support.run_json(self.folder / f"out{ranks}")["status"], "failed")

    # ------------------------------------------------------------------------------------------ the disk fills up
    def fill_disk(self, config, ranks, wait_for):
        """Starts a run on a disk of its own and fills that disk once `wait_for` is there; the error line."""
        self.config(config)
        with support.small_disk(self.folder / f"disk{ranks}", "40m") as disk:
            process = support.start("run", "case.toml", "--output", disk / "out", "--quiet", ranks=ranks,
                                    cwd=self.folder)
            try:
                deadline = time.monotonic() + 120
                while not (disk / "out" / wait_for).exists():
                    self.assertIsNone(process.poll(), "the run ended too early")
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.005)
                with open(disk / "filler", "wb", buffering=0) as filler:
                    for size in 1 << 16, 1 << 12:
                        with contextlib.suppress(OSError):
                            while True:
                                filler.write(bytes(size))
                stderr = process.communicate(timeout=120)[1]
            finally:
                process.terminate()  # mpiexec ends its ranks
                process.communicate()
            self.assertEqual(process.returncode, 3, stderr)
            message = self.error(stderr)
            self.assertRegex(message, "cannot be written(: No space left on device|; is the disk full)")
            if (disk / "out/run.json").exists():
                self.assertNotEqual(support.run_json(disk / "out")["status"], "finished")
            (disk / "filler").unlink()
            self.check_left(disk / "out")
        return message

    def check_left(self, out):
        """With room again, an earlier checkpoint still serves."""
        if (out / "checkpoint.h5").exists():
            text = (self.folder / "case.toml").read_text()
            end = '"' + re.search(r'end = "(\d+) ms"', text)[1] + ' ms"'
            self.config(edited(text, (end, '"1 ms"')), "short.toml")
            done = support.run("run", "short.toml", "--restart", out / "checkpoint.h5", cwd=self.folder)
            self.assertIn("raise time.end", done.stderr)  # it was read, and is later than 1 ms

    def test_disk_fills_up_with_frames(self):
        large = edited(SHEET.replace('"1.9 mm"', '"6.3 mm"'), ('"4 ms"', '"50 ms"'), ('every = "1 ms"', 'every = "0.05 ms"'),
                       ('every = "2 ms"', 'every = "1000 ms"'))
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                self.assertIn("/out/V", self.fill_disk(large, ranks, "V.pvd"))

    def test_disk_fills_up_with_probes(self):
        small = CABLE.replace('end = "10 ms"', 'end = "20000 ms"').replace('at = ["3.9 mm"]', 'at = ["3.9 mm"]\nevery = "0.05 ms"')
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                self.assertIn("/probes.csv", self.fill_disk(small, ranks, "probes.csv"))

    def test_disk_fills_up_with_checkpoints(self):
        # A long way between checkpoints, so that the disk is full before the second begins.
        small = CABLE[:CABLE.index("[[probe]]")].replace('"10 ms"', '"80000 ms"') + '[checkpoint]\nevery = "4000 ms"\n'
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                self.assertIn("/checkpoint.h5", self.fill_disk(small, ranks, "checkpoint.h5"))


if __name__ == "__main__":
    unittest.main()
