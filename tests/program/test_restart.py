# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A run that was stopped and continued ends as if nothing had happened, to the last bit."""

import os
import random
import shutil
import signal
import time
import unittest

import numpy

import runs

STATES = ("m h j xr1 xr2 xs r s d f f2 fCaSS Rprime Cai CaSR CaSS Nai Ki").split()
DATASETS = (["time_ms", "step", "config", "extremes_mV", "nodes/global", "nodes/V", "series/times"]
            + [f"region/0/{state}" for state in STATES] + ["region/1/h", "region/1/global"]
            + [f"{place}{name}" for place in ("probes/", "nodes/map_")
               for name in ("V_previous", "extreme", "rest", "phase", "count", "activation_0",
                            "activation_1", "apd_0", "apd_1")])


class Compared(runs.RunTest):
    def assert_same_end(self, whole, continued, datasets=True):
        """Bit by bit; float32 frames are compared as files, V and the ionic states in double through the checkpoint."""
        self.assertEqual(runs.results(whole), runs.results(continued))
        written = {name: digest for name, digest in runs.hashes(whole).items()
                   if name.endswith(("i", ".pvd", ".csv"))}
        again = runs.hashes(continued)
        self.assertGreater(len(written), 3)
        self.assertEqual({name: again.get(name) for name in written}, written)
        a = runs.checkpoint_datasets(whole / "checkpoint.h5", DATASETS) if datasets else None
        if a is not None:
            b = runs.checkpoint_datasets(continued / "checkpoint.h5", DATASETS)
            self.assertGreater(len(a), 40)
            self.assertEqual([name for name in a if a[name] != b.get(name)], [])
        self.assert_whole(continued)

    def interrupt(self, config, folder, at_percent, number, ranks=1, target="run"):
        """Stops a run by a signal some time after it has reached a percentage; returns its exit status."""
        process = runs.start("run", config, "--output", folder, ranks=ranks)
        reached = runs.wait_for_line(process, folder / "log.txt", rf" {at_percent} %  ETA")
        self.assertTrue(reached, "the run ended before it could be stopped")
        time.sleep(self.random.uniform(0.0, 0.02))
        os.kill(process.pid if target == "run" else runs.children(process)[0], number)
        return process.wait(timeout=60)

    def setUp(self):
        super().setUp()
        self.random = random.Random(20)


class SameToTheLastBit(Compared):
    def check(self, shape, ranks, diffusion, splitting):
        config = self.config(runs.tissue_config(shape, "150 ms", "75 ms", diffusion, splitting, angle=30))
        self.run_ok("run", config, "--output", self.folder / "whole", ranks=ranks)
        self.assertTrue(numpy.isfinite(runs.maps(self.folder / "whole")["activation_beat2_ms"]).any())
        # Ends at 86 ms, its last checkpoint is at 75 ms: the next stimulus, frames at 77 and 84 ms lie between.
        self.run_ok("run", config, "--output", self.folder / "part", "--set", 'time.end="86 ms"', ranks=ranks)
        self.run_ok("run", config, "--restart", self.folder / "part/checkpoint.h5", ranks=ranks)
        self.assert_same_end(self.folder / "whole", self.folder / "part")

    def test_on_one_rank(self):
        self.check("cable", 1, "crank_nicolson", "strang")
        self.check_next("sheet", 1, "explicit", "strang")
        self.check_next("slab", 1, "explicit", "godunov")

    def test_on_two_ranks(self):
        self.check("sheet", 2, "crank_nicolson", "godunov")
        self.check_next("slab", 2, "crank_nicolson", "strang")
        self.check_next("cable", 2, "explicit", "strang")

    def test_on_three_ranks(self):
        self.check("slab", 3, "explicit", "strang")
        self.check_next("cable", 3, "explicit", "godunov")
        self.check_next("sheet", 3, "crank_nicolson", "strang")

    def check_next(self, *case):
        for folder in ("whole", "part"):
            shutil.rmtree(self.folder / folder)
        with self.subTest(case=case):
            self.check(*case)


class Signals(Compared):
    """12 513 nodes and 2000 steps, so that there is time to stop it."""

    def long_config(self):
        text = runs.tissue_config("sheet", "200 ms", "75 ms", frames_every="20 ms", checkpoint="50 ms",
                                  second_model=runs.FAST_CELL)
        return self.config(text.replace('spacing = "0.25 mm"', 'spacing = "0.0625 mm"')
                           .replace('"0.154 S/m"', '"0.0154 S/m"').replace('"0.05 S/m"', '"0.005 S/m"'))

    def test_both_signals_stop_it_and_it_continues(self):
        config = self.long_config()
        self.run_ok("run", config, "--output", self.folder / "whole")
        for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(status=status):
                part = self.folder / f"part{status}"
                self.assertEqual(self.interrupt(config, part, self.random.choice((15, 35, 60, 85)), number), status)
                self.assertIn('"stopped"', (part / "run.json").read_text())
                self.assertFalse((part / "checkpoint.h5.new").exists())
                self.assert_whole(part)
                self.run_ok("run", config, "--restart", part / "checkpoint.h5")
                self.assert_same_end(self.folder / "whole", part, datasets=False)

    def test_one_rank_of_two_gets_it_or_mpiexec(self):
        # mpiexec itself turns SIGINT and SIGTERM into SIGTERM for the ranks, kills them one second later
        # (--mca odls_base_sigkill_timeout) and exits with 1; a signal to a rank keeps the status.
        config = self.long_config()
        self.run_ok("run", config, "--output", self.folder / "whole", ranks=2)
        for target, number, status in (("rank", signal.SIGINT, 130), ("rank", signal.SIGTERM, 143),
                                       ("run", signal.SIGTERM, None)):
            with self.subTest(target=target, number=number):
                part = self.folder / f"{target}{number}"
                code = self.interrupt(config, part, 35, number, ranks=2, target=target)
                self.assertNotEqual(code, 0)
                if status:
                    self.assertEqual(code, status)
                self.assert_whole(part)
                # mpiexec may take longer to pass the signal on than the ranks to finish.
                record = part / "run.json"
                if status or not record.exists() or '"finished"' not in record.read_text():
                    self.run_ok("run", config, "--restart", part / "checkpoint.h5", ranks=2)
                self.assert_same_end(self.folder / "whole", part, datasets=False)


class Elsewhere(Compared):
    def prepared(self, ranks=1, **settings):
        """A configuration, its whole run and a part that ends at 86 ms."""
        settings = {"shape": "sheet", "end": "150 ms", "train": "75 ms", "angle": 30, **settings}
        config = self.config(runs.tissue_config(**settings))
        self.run_ok("run", config, "--output", self.folder / "whole", ranks=ranks)
        self.run_ok("run", config, "--output", self.folder / "part", "--set", 'time.end="86 ms"', ranks=ranks)
        return config

    def test_on_another_number_of_ranks(self):
        config = self.prepared(ranks=2)
        whole = self.folder / "whole"
        for ranks in (1, 3):
            with self.subTest(ranks=ranks):
                part = self.folder / f"part{ranks}"
                shutil.copytree(self.folder / "part", part)
                self.run_ok("run", config, "--restart", part / "checkpoint.h5", ranks=ranks)
                for name, expected in runs.maps(whole).items():
                    self.assertLess(runs.largest_difference(runs.maps(part)[name], expected), 1e-6, name)
                for name, probe in runs.results(whole)["probes"].items():
                    numpy.testing.assert_allclose(runs.results(part)["probes"][name]["activation_ms"],
                                                  probe["activation_ms"], rtol=0, atol=1e-6)
                self.assertEqual((part / "probes.csv").read_text(), (whole / "probes.csv").read_text())
                self.assert_whole(part)
                self.assertEqual([t for t, _ in runs.frames(part)], [t for t, _ in runs.frames(whole)])
                for (_, a), (_, b) in zip(runs.frames(part), runs.frames(whole)):
                    self.assertLess(runs.largest_difference(runs.read_image(a)["V"], runs.read_image(b)["V"]), 1e-4)

    def test_into_another_folder(self):
        config = self.prepared()
        before = runs.hashes(self.folder / "part")
        whole, other = self.folder / "whole", self.folder / "other"
        self.run_ok("run", config, "--restart", self.folder / "part/checkpoint.h5", "--output", other)
        self.assertEqual(runs.hashes(self.folder / "part"), before)
        self.assertEqual(runs.results(other), runs.results(whole))
        self.assertEqual((other / "maps.vti").read_bytes(), (whole / "maps.vti").read_bytes())
        self.assert_whole(other)
        self.assertEqual([t for t, _ in runs.frames(other)], [t for t, _ in runs.frames(whole) if t > 86.0])
        for t, frame in runs.frames(other):
            self.assertEqual(frame.read_bytes(), dict(runs.frames(whole))[t].read_bytes())
        rows = runs.probe_rows(whole)
        self.assertEqual(runs.probe_rows(other), rows[:1] + [row for row in rows[1:] if float(row[0]) > 86.0])

    def test_from_within_the_run_folder(self):
        config = self.prepared(shape="cable")
        self.run_ok("run", config, "--restart", "checkpoint.h5", cwd=self.folder / "part")
        self.assert_same_end(self.folder / "whole", self.folder / "part")

    def test_force_does_not_remove_the_checkpoint_it_starts_from(self):
        config = self.prepared(shape="cable")
        self.run_ok("run", config, "--restart", self.folder / "part/checkpoint.h5", "--force")
        self.assert_same_end(self.folder / "whole", self.folder / "part")

    def test_an_unfinished_restart_is_not_taken_for_finished(self):
        config = self.prepared(shape="cable")
        process = runs.start("run", config, "--restart", self.folder / "part/checkpoint.h5", "--set",
                             'time.end="100000 ms"')
        self.assertTrue(runs.wait_for_line(process, self.folder / "part/log.txt", "checkpoint at t = 100 ms"))
        process.kill()
        process.wait()
        self.assertFalse((self.folder / "part/run.json").exists())

    def test_refused(self):
        config = self.prepared(shape="cable")
        before = runs.hashes(self.folder / "whole")
        done = runs.run("run", config, "--output", self.folder / "whole")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--force", done.stderr)
        self.assertEqual(runs.run("run", config, "--output", self.folder / "whole", ranks=2).returncode, 2)
        self.assertEqual(runs.hashes(self.folder / "whole"), before)
        # What does not belong to the checkpoint.
        checkpoint = self.folder / "part/checkpoint.h5"
        before = runs.hashes(self.folder / "part")
        more = self.config(config.read_text() + '[[probe]]\nname = "extra"\nat = ["6 mm"]\n', "more.toml")
        for case in ([more], [config, "--set", 'mesh.size=["13 mm"]'], [config, "--set", 'time.step="0.05 ms"'],
                     [config, "--set", 'region.right.model="passive"'], [config, "--set", 'probe.far.at=["10 mm"]'],
                     [config, "--set", 'time.end="75 ms"']):
            done = runs.run("run", *case, "--restart", checkpoint)
            self.assertEqual(done.returncode, 2, (case[1:], done.stderr))
            self.assertIn("checkpoint", done.stderr)
        damaged = self.folder / "damaged.h5"
        damaged.write_bytes(checkpoint.read_bytes()[:5000])
        done = runs.run("run", config, "--restart", damaged, "--output", self.folder / "other")
        self.assertEqual(done.returncode, 2)
        self.assertFalse((self.folder / "other").exists())
        self.assertEqual(runs.hashes(self.folder / "part"), before)


if __name__ == "__main__":
    unittest.main()
