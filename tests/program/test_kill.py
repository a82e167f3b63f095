# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""kill -9 at random moments loses nothing but the time since the last checkpoint."""

import ctypes
import os
import random
import re
import struct
import time
import unittest

import runs

KILLS, SEED = 20, 2026

# 10 000 nodes, six beats, a checkpoint and a frame every 6 ms.
CONFIG = f"""[mesh]
kind = "sheet"
size = ["20 mm", "20 mm"]
spacing = "0.2 mm"
holes = [{{ sphere = {{ centre = ["8 mm", "9 mm"], radius = "2 mm" }} }}]
[tissue]
surface_to_volume = "100 /mm"
conductivity = {{ longitudinal = "0.154 S/m", transverse = "0.05 S/m" }}
fibre = {{ angle = "20 deg" }}
[[region]]
name = "sheet"
{runs.FAST_CELL}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["1 mm", "20 mm"]] }}
amplitude = "52 uA/uF"
duration = "1 ms"
period = "120 ms"
[time]
end = "720 ms"
step = "0.1 ms"
[solver]
splitting = "strang"
[output]
fields = {{ names = ["V"], every = "6 ms" }}
activation = {{ threshold = "-40 mV" }}
[[probe]]
name = "early"
at = ["3 mm", "3 mm"]
[[probe]]
name = "late"
at = ["19 mm", "19 mm"]
every = "0.7 ms"
[checkpoint]
every = "6 ms"
"""


class Kill(runs.RunTest):
    def assert_same_results(self, a, b):
        self.assertEqual(runs.results(a), runs.results(b))
        expected = {name: digest for name, digest in runs.hashes(a).items()
                    if name.endswith(("i", ".pvd", ".csv"))}
        found = runs.hashes(b)
        self.assertEqual({name: found.get(name) for name in expected}, expected)
        # Nothing is left over but what the checkpoint keeps.
        self.assertEqual([name for name in found if name.endswith(".new")], [])
        self.assert_whole(b)

    def segment(self, config, folder, ranks=1):
        """Starts or continues; the arguments are what a user would type."""
        if (folder / "checkpoint.h5").exists():
            return runs.start("run", config, "--restart", folder / "checkpoint.h5", ranks=ranks)
        return runs.start("run", config, "--output", folder, "--force", ranks=ranks)

    def kill(self, process, ranks):
        if ranks == 1:
            process.kill()
        else:
            for pid in runs.children(process):
                os.kill(pid, 9)
        process.wait(timeout=60)

    def kill_often(self, kills, seed, ranks=1):
        print(f"\nseed {seed}", end=" ", flush=True)
        config, whole, killed = self.config(CONFIG), self.folder / "whole", self.folder / "killed"
        self.run_ok("run", config, "--output", whole, ranks=ranks)
        moments = random.Random(seed)
        done, stages = 0, []
        while done < kills:
            log = killed / "log.txt"
            before = len(re.findall("checkpoint at", log.read_text())) if log.exists() else 0
            process = self.segment(config, killed, ranks)
            if ranks == 1 and moments.random() < 0.3:  # while it starts or reads the checkpoint
                time.sleep(moments.uniform(0.05, 0.5))
            else:  # while it computes, writes frames or a checkpoint
                count = moments.randint(1, 3)
                runs.wait_for_line(process, log, "checkpoint at", before + count if before else count)
                time.sleep(moments.uniform(0.0, 0.04))
            if process.poll() is not None:
                break
            self.kill(process, ranks)
            done += 1
            if killed.exists():
                self.assert_whole(killed)
                stages.append(len(runs.frames(killed)) if (killed / "V.pvd").exists() else 0)
        print(f"{done} kills, frames after each: {stages}", end=" ", flush=True)
        self.assertEqual(done, kills, "the run ended before it was killed often enough")
        process = self.segment(config, killed, ranks)
        self.assertEqual(process.wait(timeout=300), 0)
        self.assert_same_results(whole, killed)

    def test_twenty_times_in_a_row(self):
        self.kill_often(KILLS, SEED)

    def test_all_ranks_of_two(self):
        self.kill_often(3, SEED + 1, ranks=2)


class Written:
    """What happens to the files of a folder, as the kernel reports it (inotify)."""

    MODIFY, CLOSE_WRITE, MOVED_TO = 0x2, 0x8, 0x80

    def __init__(self, *folders):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.libc.inotify_init1(os.O_NONBLOCK)
        for folder in folders:
            self.libc.inotify_add_watch(self.descriptor, str(folder).encode(),
                                        self.MODIFY | self.CLOSE_WRITE | self.MOVED_TO)
        self.in_place, self.moved = set(), set()

    def collect(self):
        while True:
            try:
                events = os.read(self.descriptor, 1 << 16)
            except BlockingIOError:
                return
            at = 0
            while at < len(events):
                _, mask, _, length = struct.unpack_from("iIII", events, at)
                name = events[at + 16:at + 16 + length].rstrip(b"\0").decode()
                (self.moved if mask & self.MOVED_TO else self.in_place).add(name)
                at += 16 + length


class FinalNames(runs.RunTest):
    """A file has its final name only when it is complete; only the two logs grow in place."""

    def check(self, ranks):
        config = self.config(CONFIG)
        part = self.folder / f"part{ranks}"
        self.run_ok("run", config, "--output", part, "--set", 'time.end="40 ms"', ranks=ranks)
        folders = [part, part / "V"] + [each for each in part.rglob("*") if each.is_dir() and each.name != "V"]
        written = Written(*folders)
        process = runs.start("run", config, "--set", 'time.end="80 ms"', "--restart", part / "checkpoint.h5",
                             ranks=ranks)
        while process.poll() is None:
            written.collect()
            time.sleep(0.005)
        written.collect()
        os.close(written.descriptor)
        self.assertEqual(process.returncode, 0)
        self.assertLessEqual({"V.pvd", "checkpoint.h5", "run.json"}, written.moved)
        # Open MPI tries locks on a file of its own for a moment, *.locktest.N.
        self.assertEqual({name for name in written.in_place
                          if not name.endswith(".new") and ".locktest." not in name}, {"log.txt", "probes.csv"})

    def test_on_one_rank_and_on_two(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                self.check(ranks)


if __name__ == "__main__":
    unittest.main()
