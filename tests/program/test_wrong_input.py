# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Every kind of wrong input: exit status 2, one sentence that helps, its place, and nothing written."""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import support
from support import CABLE, SHEET, edited, place
from wrong_input_cases import FILE_CASES, SET_CASES, before

class WrongInput(support.ProgramTest):
    def refuse(self, done, where, parts):
        """One fault with its place."""
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith(f"{where}: error: " if where else "error: "), f"{where}\n{lines[0]}")
        for part in parts:
            self.assertIn(part, lines[0])

    def check(self, cases, start, where_of):
        """start(case, folder) -> the ended program; every case in a folder of its own that must not change."""
        def one(case):
            folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
            (folder / "case.toml").write_text(SHEET)
            return start(case, folder), support.contents(folder)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:  # a start is mostly waiting
            for case, (done, left) in zip(cases, pool.map(one, cases)):
                with self.subTest(case[0]):
                    self.refuse(done, where_of(case, done), case[-1])
                    self.assertEqual(set(left), {"case.toml"})

    def test_files(self):
        def start(case, folder):
            (folder / "case.toml").write_text(edited(SHEET, *case[1]))
            return support.run("run", "case.toml", cwd=folder)

        def where(case, done):
            if case[2] is None:  # wherever the TOML parser gives up
                return re.match(r"case.toml:[0-9]+:[0-9]+", done.stderr)[0]
            return f"case.toml:{place(edited(SHEET, *case[1]), case[2])}"

        self.check(FILE_CASES, start, where)

    def test_set(self):
        self.check(SET_CASES, lambda case, folder: support.run("run", "--set", case[1], "case.toml", cwd=folder),
                   lambda case, _: "--set " + case[1])

    # ------------------------------------------------------------------------------- the file and the command line
    def test_file_that_cannot_be_read(self):
        (self.folder / "folder").mkdir()
        secret = self.config(SHEET, "secret.toml")
        secret.chmod(0)  # root may read it all the same
        secret = [] if os.access(secret, os.R_OK) else ["secret.toml"]
        for path in ["missing.toml", "folder", "/proc/self/mem", *secret]:
            with self.subTest(path):
                done = support.run("run", path, cwd=self.folder)
                self.refuse(done, path, ["cannot be read; check the path and the permissions"])
        for content in [b"\xff\xfe\x00mesh", b"a = 1\n\x00\x01\n", b"\x89HDF\r\n\x1a\n" + bytes(100)]:
            with self.subTest(content=content):
                (self.folder / "case.toml").write_bytes(content)
                done = support.run("run", "case.toml", cwd=self.folder)
                self.refuse(done, re.match("case.toml:[0-9]+:[0-9]+", done.stderr)[0], ["this is not TOML"])

    def test_empty_file(self):
        self.config("", "empty.toml")
        done = support.run("run", "empty.toml", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        for missing in ["the section [mesh] is missing", "[tissue]", "[time]", "no [[region]]"]:
            self.assertEqual(done.stderr.count(missing), 1, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 4)
        self.assertTrue(all(line.startswith("empty.toml:") for line in done.stderr.splitlines()), done.stderr)

    def test_command_line(self):
        self.config(SHEET)
        cell = ["cell", "--model", "passive", "--output", "new"]
        cases = [
            ([], ["subcommand is required"]),
            (["rum", "case.toml"], ["'rum' is not a command", "did you mean 'run'?"]),
            (["run"], ["config is required"]),
            (["run", "case.toml", "--outptu", "new"], ["--outptu", "--help"]),
            (["run", "case.toml", "more.toml"], ["more.toml"]),
            (["models", "ten_tuscher_2006"], ["'ten_tuscher_2006' is not a model", "did you mean 'ten_tusscher_2006'?"]),
            (["cell"], ["needs a configuration file or --model NAME", "myowave models"]),
            (["cell", "--model", "pasive"], ["'pasive' is not a model", "did you mean 'passive'?"]),
            ([*cell, "--bcl", "1000.01 ms"], ["1000.01 ms is no multiple of the step 0.02 ms"]),
            ([*cell, "--bcl", "1000"], ["--bcl", "has no unit"]),
            ([*cell, "--beats", "many"], ["--beats", "is no integer"]),
            ([*cell, "--beats", "0"], ["--beats", "take an integer from 1"]),
            ([*cell, "--stimulus", "52 mV"], ["--stimulus", "wrong dimension", "uA/uF"]),
            ([*cell, "--set", "pacing.blc=1 ms"], ["--set pacing.blc=1 ms", "did you mean 'bcl'?"]),
        ]
        for arguments, parts in cases:
            with self.subTest(arguments=arguments):
                done = support.run(*arguments, cwd=self.folder)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertLessEqual(len(done.stderr.strip().splitlines()), 2, done.stderr)
                for part in parts:
                    self.assertIn(part, done.stderr)
                self.assertEqual(set(support.contents(self.folder)), {"case.toml"})

    def test_instruction_set(self):
        self.config(SHEET)
        for command in ["run", "cell"]:
            done = support.run(command, "case.toml", cwd=self.folder, environment={"MYOWAVE_ISA": "avx1024"})
            self.refuse(done, "", ["MYOWAVE_ISA = 'avx1024' cannot be used", "it runs: scalar", "Unset"])
            self.assertEqual(set(support.contents(self.folder)), {"case.toml"})

    def test_all_faults_at_once_in_the_order_of_the_file(self):
        text = edited(SHEET, ("[[probe]]\nname = \"P1\"\nat = [\"1 mm\", \"1 mm\"]\nevery = \"0.5 ms\"\n", ""),
                      ('"50 uA/uF"', "50"), ('end = "4 ms"', 'end = "-4 ms"'), ('"epi"', '"epy"'), ("longi", "lingi"),
                      ('every = "2 ms"', "every = 2"),
                      before("[mesh]", '[[probe]]\nname = "P1"\nat = ["1 mV"]\n\n'))
        self.config(text)
        done = support.run("run", "case.toml", "--set", "solver.splitting=none", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        lines = done.stderr.splitlines()
        marks = ['"1 mV"', "lingitudinal", "variant", "amplitude", "end = ", "every = 2"]
        self.assertEqual([line.split(": error")[0] for line in lines],
                         [f"case.toml:{place(text, mark)}" for mark in marks] + ["--set solver.splitting=none"])
        self.assertEqual(set(support.contents(self.folder)), {"case.toml"})

    # --------------------------------------------------------------------------------------------------- output
    def refuse_output(self, output, parts, *arguments):
        """A run into `output` is refused and changes nothing."""
        here = support.contents(self.folder)
        done = support.run("run", "case.toml", "--output", output, *arguments, cwd=self.folder)
        self.refuse(done, "--output", parts)
        self.assertEqual(support.contents(self.folder), here)

    def test_output_in_use(self):
        self.config(SHEET)
        for name, file, parts in [
                ("finished", "run.json", ["output folder finished holds a run", "--force to overwrite"]),
                ("unfinished", "checkpoint.h5", ["holds an unfinished run", "--restart unfinished/checkpoint.h5"]),
                ("mine", "thesis.tex", ["output folder mine is in use", "choose another with --output"])]:
            with self.subTest(name):
                (self.folder / name).mkdir()
                (self.folder / name / file).write_text("{}")
                self.refuse_output(name, parts)

    def test_output_cannot_be_made(self):
        self.config(SHEET)
        (self.folder / "file").write_text("")
        self.refuse_output("file", ["file is a file, not a folder"])
        self.refuse_output("file/below", ["cannot be made", "file is not a folder"])
        with support.small_disk(self.folder / "read_only", "8m,ro"):
            self.refuse_output("read_only", ["read_only is not writable"])
            self.refuse_output("read_only/below", ["below cannot be made", "read_only is not writable"])

    def test_disk_too_small(self):
        self.config(SHEET)
        with support.small_disk(self.folder / "disk", "1m"):
            parts = ["the output needs up to", "has 1.0 MB free", "write fewer frames", "another disk"]
            self.refuse_output("disk/run", parts)
            self.refuse_output("disk", parts)

    # -------------------------------------------------------------------------------------------------- restart
    def test_restart(self):
        self.config(SHEET)
        self.run_ok("run", "case.toml", "--quiet", "--output", "old")
        good = (self.folder / "old/checkpoint.h5").read_bytes()
        for name, content in [("half.h5", good[:len(good) // 2]), ("head.h5", good[:100]), ("empty.h5", b""),
                              ("text.h5", SHEET.encode())]:
            (self.folder / name).write_bytes(content)
        foreign_hdf5(self.folder / "foreign.h5", {"pressure": 3})
        foreign_hdf5(self.folder / "alike.h5", {"time_ms": 100000, "config": 1})
        unreadable = ["cannot be opened; it is missing or no HDF5 file"]
        foreign = ["is not a checkpoint of Myowave"]
        here = support.contents(self.folder)
        for file, parts in [("none.h5", unreadable), ("half.h5", unreadable), ("head.h5", unreadable),
                            ("empty.h5", unreadable), ("text.h5", unreadable), ("old", unreadable),
                            ("foreign.h5", foreign), ("alike.h5", foreign)]:
            with self.subTest(file):
                done = support.run("run", "case.toml", "--restart", file, "--output", "new", cwd=self.folder)
                self.refuse(done, "", [f"checkpoint {file}: ", *parts])
                self.assertEqual(support.contents(self.folder), here)
        other = "the checkpoint belongs to another run: it has"
        for setting, parts in [("mesh.spacing=0.05 mm", [other, "spacing", "must not change in a restart"]),
                               ("time.step=0.1 ms", [other, 'step = "0.05 ms"', 'step = "0.1 ms"']),
                               ("region.all.model=passive", [other, "ten_tusscher_2006"]),
                               ("time.end=4 ms", ["is at t = 4 ms", "ends at 4 ms", "raise time.end"]),
                               ("time.end=1 ms", ["is at t = 4 ms", "ends at 1 ms", "raise time.end"])]:
            with self.subTest(setting):
                change = ["--set", "time.end=8 ms", "--set", setting]
                change += ["--set", "region.all.variant=default"] if "model" in setting else []
                done = support.run("run", "case.toml", *change, "--restart", "old/checkpoint.h5", "--output", "new",
                                   cwd=self.folder)
                self.refuse(done, "old/checkpoint.h5", parts)
                self.assertEqual(support.contents(self.folder), here)

    # ----------------------------------------------------------------------------------------------- many ranks
    def test_on_ranks(self):
        """One message, whatever the number of ranks, and no waiting for a rank that has left."""
        self.config(SHEET)
        self.config(CABLE.replace("3.9 mm", "0.1 mm"), "two_nodes.toml")
        (self.folder / "used").mkdir()
        (self.folder / "used/run.json").write_text("{}")
        here = support.contents(self.folder)
        for ranks, arguments, message in [
                (2, ["run", "none.toml"], "none.toml: error: the configuration file cannot be read"),
                (2, ["run", "case.toml", "--set", "time.end=4"], "time.end: 4 has no unit"),
                (2, ["run", "case.toml", "--set", 'probe.P1.at=["9 mm", "0 mm"]'], "lies outside the mesh"),
                (2, ["run", "case.toml", "--output", "used"], "holds a run"),
                (2, ["run", "case.toml", "--restart", "case.toml"], "no HDF5 file"),
                (2, ["rum"], "'rum' is not a command"),
                (2, ["cell", "--model", "passive"], "computes one cell and runs on one rank"),
                (3, ["run", "two_nodes.toml"], "3 ranks are too many for a mesh of 2 x 1 x 1 nodes; start fewer")]:
            with self.subTest(arguments=arguments):
                start = time.monotonic()
                done = support.run(*arguments, ranks=ranks, cwd=self.folder)
                self.assertLess(time.monotonic() - start, 20)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stderr.count(message), 1, done.stderr)
                self.assertEqual(sum("error:" in line for line in done.stderr.splitlines()), 1, done.stderr)
                self.assertEqual(support.contents(self.folder), here)


def foreign_hdf5(file, datasets):
    """An HDF5 file with datasets of zeros, {name: length}; made in a process of its own, as MPI comes with it."""
    script = """
import ctypes, sys
h = ctypes.CDLL("libhdf5_openmpi.so.103")
i, u = ctypes.c_int64, ctypes.c_uint
for f in ("H5Fcreate", "H5Screate_simple", "H5Dcreate2"):
    getattr(h, f).restype = i
h.H5open()
double = i.in_dll(h, "H5T_NATIVE_DOUBLE_g")
out = h.H5Fcreate(sys.argv[1].encode(), u(2), i(0), i(0))
for name, size in zip(sys.argv[2::2], sys.argv[3::2]):
    space = h.H5Screate_simple(1, ctypes.byref(ctypes.c_uint64(int(size))), None)
    assert h.H5Dcreate2(i(out), name.encode(), double, i(space), i(0), i(0), i(0)) >= 0
assert h.H5Fclose(i(out)) >= 0
h.H5close()
"""
    words = [str(word) for pair in datasets.items() for word in pair]
    subprocess.run([sys.executable, "-c", script, str(file), *words], check=True)


if __name__ == "__main__":
    unittest.main()
