# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A user's own model as a shared object: compiled by the script, run, refused where it is wrong."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

import own_models
import support
from own_models import BUILT_IN, COMPILER, TIME_BOMB, compiled, script
from support import CABLE, SHEET, edited, place

MODEL = 'model = "mitchell_schaeffer_2003"\n'


class Shared(support.ProgramTest):
    """Models that several tests use, compiled once."""

    @classmethod
    def setUpClass(cls):
        cls.models = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        cls.addClassCleanup(shutil.rmtree, cls.models, ignore_errors=True)
        compiled(cls.models / "ms.so", BUILT_IN.format("mitchell_schaeffer_2003", "MitchellSchaeffer2003"))

    def refuse(self, text, where, *parts):
        """`text` is refused with one fault at `where`, and nothing is written."""
        self.config(text)
        here = support.contents(self.folder)
        done = support.run("run", "case.toml", cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith(f"case.toml:{place(text, where)}: error: "), lines[0])
        for part in parts:
            self.assertIn(part, lines[0])
        self.assertEqual(support.contents(self.folder), here)


class CompileModel(support.ProgramTest):
    def test_example(self):
        """As its first lines say, from another folder."""
        example = self.folder / "example"
        shutil.copytree(support.SOURCE / "examples/05_own_model", example, ignore=shutil.ignore_patterns("*.so"))
        start = time.monotonic()
        done = script("example/my_model.cpp", cwd=self.folder)
        print(f"\ncompiled in {time.monotonic() - start:.1f} s", end=" ", flush=True)
        self.assertLess(time.monotonic() - start, 30.0)  # 3.3 s were measured on two cores
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.startswith("example/my_model.so: scalar"), done.stdout)
        self.assertEqual({file.name for file in example.iterdir()},
                         {"my_model.cpp", "my_model.so", "own_model.toml"})
        described = self.run_ok("models", "example/my_model.so").stdout
        for part in ["my_model: two-variable", "Karma", "Re ", "short", "tables: 3 functions"]:
            self.assertIn(part, described)
        shown = self.run_ok("run", "example/own_model.toml", "--output", "out").stdout
        self.assertIn("region cable: my_model, 201 nodes, mixed precision, tables", shown)
        probes = support.run_json(self.folder / "out")["results"]["probes"]
        # An action potential lasts Re tau_n = 200 ms from n = 0, and V takes some time to fall from there.
        for name in "x10", "x30":
            first, second = probes[name]["apd_ms"]
            self.assertTrue(205.0 < first < 220.0, probes)  # 214.2 ms
            self.assertTrue(100.0 < second < 130.0, probes)  # 116.7 and 119.5 ms
        velocity = 20.0 / (probes["x30"]["activation_ms"][0] - probes["x10"]["activation_ms"][0])
        self.assertAlmostEqual(velocity, 0.306, delta=0.006)

    def test_only_two_symbols_are_exported(self):
        shared = compiled(self.folder / "bomb.so", TIME_BOMB)
        done = subprocess.run(["nm", "-D", "--defined-only", str(shared)], capture_output=True, text=True, check=True)
        self.assertEqual(sorted(line.split()[-1] for line in done.stdout.splitlines()),
                         ["myowave_model_abi", "myowave_model_code"])

    def test_output_and_compiler(self):
        source = self.folder / "my bomb.cpp"  # with a space in its name
        source.write_text(TIME_BOMB)
        (self.folder / "out").mkdir()
        done = script(source, "-o", "out/other.so", cwd=self.folder,
                      environment={"CXX": " ".join([*COMPILER, "-DNOTHING"])})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual([file.name for file in (self.folder / "out").iterdir()], ["other.so"])
        self.run_ok("models", "out/other.so")

    def test_refused(self):
        """A sentence that helps, and no file."""
        good = self.folder / "good.cpp"
        good.write_text(TIME_BOMB)
        without = edited(TIME_BOMB, ("MYOWAVE_MODEL(TimeBomb)", "// MYOWAVE_MODEL(TimeBomb)"))
        wrong = edited(TIME_BOMB, ("dy[clock]", "dy[clack]"))
        branch = edited(TIME_BOMB, ("dy[clock] = Real(1.0);", "dy[clock] = Real(1.0); if (V > 0.0) dy[x] = V;"))
        for text, arguments, status, parts in [
                (without, ["bad.cpp"], 2, ["'bad.cpp' has no line MYOWAVE_MODEL(MyModel)"]),
                (wrong, ["bad.cpp"], 1, ["clack", "'bad.cpp' does not compile; the messages above say where"]),
                (branch, ["bad.cpp"], 1, ["for numbers but not for vectors", "select(condition, a, b) instead of if"]),
                ("", ["none.cpp"], 2, ["there is no file 'none.cpp'"]),
                ("", [], 2, ["no file; usage: compile_model.sh"]),
                ("", ["good.cpp", "bad.cpp"], 2, ["one file at a time"]),
                ("", ["good.cpp", "-O2"], 2, ["'-O2' is no option"]),
                ("", ["good.cpp", "-o"], 2, ["-o needs the name of a file"]),
                ("", ["good.cpp", "-o", "model.dll"], 2, ["'model.dll' must end in .so"]),
                ("", ["good.cpp", "-o", "nowhere/model.so"], 2, ["folder of 'nowhere/model.so' cannot be written"])]:
            with self.subTest(arguments=arguments, parts=parts):
                (self.folder / "bad.cpp").write_text(text)
                done = script(*arguments, cwd=self.folder)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertEqual(done.stdout, "")
                self.assertEqual(done.stderr.count("compile_model.sh: error: "), 1, done.stderr)
                for part in parts:
                    self.assertIn(part, done.stderr)
                self.assertEqual(set(support.contents(self.folder)), {"good.cpp", "bad.cpp"})
        done = script(good, environment={"CXX": "no-such-compiler"})
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no compiler 'no-such-compiler'; set CXX", done.stderr)


class SameAsBuiltIn(Shared):
    @unittest.skipUnless(own_models.OPTIMISED, "the program is not optimised")
    def test_bit_by_bit(self):
        """A built-in model compiled as a shared object: one without and one with tables."""
        compiled(self.models / "hh.so", BUILT_IN.format("hodgkin_huxley_1952", "HodgkinHuxley1952"))
        modes = [f'reaction.precision="{precision}" reaction.tables={tables} reaction.method="{method}"'.split()
                 for precision, tables, method in [("double", "false", "midpoint"), ("double", "true", "rush_larsen"),
                                                   ("mixed", "false", "midpoint"), ("mixed", "true", "midpoint")]]
        traces = set()
        for name, file in ("mitchell_schaeffer_2003", "ms.so"), ("hodgkin_huxley_1952", "hh.so"):
            for mode in modes:
                for isa in own_models.instruction_sets():
                    with self.subTest(model=name, mode=mode, isa=isa):
                        one, other = (self.trace(model, mode, isa) for model in (name, str(self.models / file)))
                        self.assertEqual(one, other)
                        traces.add(one)
        # The modes do differ: four of them, and three where the model has no functions to tabulate.
        self.assertGreaterEqual(len(traces), 7)

    def trace(self, model, mode, isa):
        """V at every 0.1 ms of the run, and the results, as they were written."""
        self.config(edited(CABLE, ('"mitchell_schaeffer_2003"', f'"{model}"')))
        words = [word for setting in mode for word in ("--set", setting)]
        self.run_ok("run", "case.toml", "--quiet", "--force", *words, environment={"MYOWAVE_ISA": isa})
        rows = (self.folder / "out/case/probes.csv").read_text()
        self.assertGreater(len(set(rows.splitlines())), 50)
        return rows, str(support.run_json(self.folder / "out/case")["results"])


class Refused(Shared):
    def test_file(self):
        def library(name, text):
            source = self.folder / f"{name}.cc"
            source.write_text(text)
            words = [*COMPILER, "-shared", "-fPIC", str(source), "-o", str(source.with_suffix(".so"))]
            subprocess.run(words, check=True)

        abi = 'extern "C" {{ extern const int myowave_model_abi; const int myowave_model_abi = {}; }}\n'
        library("foreign", 'extern "C" int answer() { return 42; }\n')
        library("later", abi.format(999))
        own = int(re.search(r"kernel_abi = (\d+)", (support.SOURCE / "ionic/kernel.hpp").read_text())[1])
        library("half", abi.format(own))
        library("unresolved", 'extern "C" int nowhere(); extern "C" int answer() { return nowhere(); }\n')
        (self.folder / "text.so").write_text("no shared object at all\n")
        (self.folder / "empty.so").write_text("")
        (self.folder / "folder.so").mkdir()
        remedy = "build it with ionic/compile_model.sh of this version of Myowave"
        for name, parts in [
                ("./none.so", ["there is no file '", "/none.so'"]),
                ("./none", ["there is no file '", "/none'"]),
                ("./text.so", ["text.so' cannot be loaded as a shared object", remedy]),
                ("./empty.so", ["empty.so' cannot be loaded as a shared object", remedy]),
                ("./folder.so", ["folder.so' cannot be loaded as a shared object", remedy]),
                ("./unresolved.so", ["cannot be loaded", "nowhere", remedy]),
                ("foreign.so", ["foreign.so' is a shared object but no Myowave model", "myowave_model_abi", remedy]),
                ("./later.so", [f"was built for model interface 999, this Myowave has {own}", remedy]),
                ("./half.so", ["has no symbol myowave_model_code", remedy])]:
            with self.subTest(name):
                self.refuse(edited(SHEET, ("ten_tusscher_2006", name), ('variant = "epi"\n', "")), "model", *parts)

    def test_names(self):
        text = edited(CABLE, (MODEL, f'model = "{self.models}/ms.so"\n'))
        for addition, where, *parts in [
                ('parameters = { tau_clos = "1 ms" }', "tau_clos", "has no parameter 'tau_clos'", "mean 'tau_close'?"),
                ("scale = { tau_opn = 2.0 }", "tau_opn", "has no parameter 'tau_opn'", "did you mean 'tau_open'?"),
                ('parameters = { tau_close = "1 mV" }', "tau_close", "wrong dimension", "ms"),
                ('initial_state = { hh = "1" }', "hh", "has no state 'hh'", "did you mean 'h'?"),
                ('initial_state = { h = "1.01" }', "h = ", "1.01 is out of range", "a gate lies in 0 to 1"),
                ('initial_state = { V = "-1001 mV" }', "V = ", "-1001 mV is out of range", "-1000 to 1000 mV"),
                ('variant = "defualt"', "variant", "has no variant 'defualt'", "did you mean 'default'?")]:
            with self.subTest(addition):
                self.refuse(edited(text, ('ms.so"\n', f'ms.so"\n{addition}\n')), where, *parts)

    def test_cell_command(self):
        """A path on the command line is relative to where one stands."""
        shutil.copy(self.models / "ms.so", self.folder)
        traces = []
        for model in "./ms.so", "mitchell_schaeffer_2003":
            self.run_ok("cell", "--model", model, "--bcl", "300 ms", "--beats", "1", "--quiet", "--force")
            traces.append((self.folder / "out/cell/trace.csv").read_bytes())
        if own_models.OPTIMISED:
            self.assertEqual(*traces)
        done = support.run("cell", "--model", "./sm.so", "--output", "new", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"--model ./sm\.so: error: .*there is no file '.*/sm\.so'")
        self.assertFalse((self.folder / "new").exists())


class InitialStates(Shared):
    STATE = 'model = "mitchell_schaeffer_2003"\n[state]\nV = "-60 mV"\nh = "0.4"\n'

    def with_file(self, name="state.toml"):
        return edited(CABLE, (MODEL, MODEL + f'initial_state = "{name}"\n'))

    def test_file_is_the_same_as_a_table(self):
        (self.folder / "runs").mkdir()
        (self.folder / "runs/state.toml").write_text(self.STATE)
        found = []
        # For the built-in model and a shared object of the same name; the path is relative to the configuration.
        for model, line in [(MODEL, 'initial_state = { V = "-60 mV", h = 0.4 }\n'),
                            (MODEL, 'initial_state = "state.toml"\n'),
                            (f'model = "{self.models}/ms.so"\n', 'initial_state = "state.toml"\n')]:
            self.config(edited(CABLE, (MODEL, model + line)), "runs/case.toml")
            self.run_ok("run", "runs/case.toml", "--quiet", "--force")
            found.append((self.folder / "out/case/probes.csv").read_text())
        self.assertEqual(found[0].splitlines()[1].split(",")[1], "-60.000000")
        self.assertEqual(found[0], found[1])
        if own_models.OPTIMISED:
            self.assertEqual(found[0], found[2])
        # What the run folder keeps needs no state file any more.
        (self.folder / "runs/state.toml").unlink()
        self.run_ok("run", "out/case/config.toml", "--quiet", "--output", "again")
        self.assertEqual((self.folder / "again/probes.csv").read_text(), found[2])

    def test_refused(self):
        text = self.with_file()
        for content, *parts in [
                (None, "state.toml: ", "cannot be read"),
                ("[state\n", "state.toml: ", "this is not TOML"),
                ("V = 1\n", "this is no state file; write one with `myowave cell`"),
                (edited(self.STATE, ("mitchell_schaeffer_2003", "passive")),
                 "these are states of passive, the region has mitchell_schaeffer_2003"),
                (edited(self.STATE, ('h = "0.4"\n', "")), "the state 'h' is missing"),
                (edited(self.STATE, ('h = "0.4"\n', 'h = "0.4"\nm = "0"\n')), "has no state 'm'"),
                (edited(self.STATE, ('"-60 mV"', '"-60"')), "has no unit"),
                (edited(self.STATE, ('"-60 mV"', '"nan mV"')), "nan mV"),
                (edited(self.STATE, ('"0.4"', '"1.4"')), "1.4 is out of range", "a gate lies in 0 to 1")]:
            with self.subTest(content=content):
                if content is not None:
                    (self.folder / "state.toml").write_text(content)
                self.refuse(text, "initial_state", "region.0.initial_state: ", *parts)
        self.refuse(edited(text, ('"state.toml"', "3")), "initial_state", "is neither a table", "nor the name of a")


class StateThatFails(support.ProgramTest):
    """V is fine all the time: the states are looked at wherever something is written."""

    @classmethod
    def setUpClass(cls):
        cls.models = pathlib.Path(tempfile.mkdtemp(prefix="myowave_"))
        cls.addClassCleanup(shutil.rmtree, cls.models, ignore_errors=True)
        compiled(cls.models / "bomb.so", TIME_BOMB)

    # In the last row, nodes from x = 1.2 mm on fail within the run.
    REGIONS = """name = "rest"
model = "{0}"
parameters = {{ t_fail = "1e9 ms" }}
where = {{ box = [["0 mm", "0 mm"], ["1.9 mm", "1.85 mm"]] }}
[[region]]
name = "last row"
model = "{0}"
parameters = {{ t_fail = {{ from = "1e9 ms", to = "4.5 ms", axis = "x", between = ["1.05 mm", "1.15 mm"] }} }}
"""

    def config_of(self, *edits):
        self.config(edited(SHEET, ('name = "all"\nmodel = "ten_tusscher_2006"\nvariant = "epi"\n',
                                   self.REGIONS.format(self.models / "bomb.so")), ('"4 ms"', '"8 ms"'), *edits))

    def fail(self, ranks):
        done = support.run("run", "case.toml", "--quiet", "--output", f"out{ranks}", ranks=ranks, cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        lines = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        record = support.run_json(self.folder / f"out{ranks}")
        self.assertEqual((record["status"], "error: " + record["message"]), ("failed", lines[0]))
        return lines[0]

    def test_noticed_at_the_next_frame(self):
        self.config_of()
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                message = self.fail(ranks)
                self.assertRegex(message, r"state x = -?nan at t = 5 ms, node 392 at \(1\.2, 1\.9, 0\) mm, "
                                          r"region 'last row' \(time_bomb\)")
                self.assertIn("The last good checkpoint is", message)
                self.assertIn("at t = 4 ms.", message)
                # The frame of 5 ms was not written.
                frames = (self.folder / f"out{ranks}/V.pvd").read_text()
                self.assertIn('timestep="4"', frames)
                self.assertNotIn('timestep="5"', frames)

    def test_noticed_before_the_next_checkpoint(self):
        self.config_of(('fields = { names = ["V"], every = "1 ms" }', ""))
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                self.assertRegex(self.fail(ranks), r"state x = -?nan at t = 6 ms, node 392 .*checkpoint.h5 at t = 4 ms")

    def test_noticed_at_the_end(self):
        self.config_of(('fields = { names = ["V"], every = "1 ms" }', ""), ('[checkpoint]\nevery = "2 ms"\n', ""))
        self.assertRegex(self.fail(1), r"state x = -?nan at t = 8 ms, node 392 .*There is no checkpoint")

    def test_cell(self):
        done = support.run("cell", "--model", self.models / "bomb.so", "--bcl", "20 ms", "--beats", "1", "--output",
                           "out", "--quiet", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertRegex(done.stderr, r"state x is no finite number at t = 4\.5[0-9]* ms \(time_bomb")
        self.assertEqual(support.run_json(self.folder / "out")["status"], "failed")


class ModelsPage(support.ProgramTest):
    def test_every_model_is_on_it(self):
        """Name, number of variables (V too) and variants, as `myowave models NAME` prints them."""
        page = (support.SOURCE / "docs/models.md").read_text()
        names = [line.split()[0] for line in self.run_ok("models").stdout.splitlines()]
        listed = re.findall(r"^\| `([a-z0-9_]+)` \|", page.split("## How")[0], re.MULTILINE)
        self.assertEqual(sorted(listed), sorted(names))
        for name in names:
            with self.subTest(name):
                shown = self.run_ok("models", name).stdout
                blocks = {block.split("\n")[0]: block.split("\n")[1:] for block in shown.split("\n\n")}
                variants = [line.split()[0] for line in blocks["variants"] if line[:3].strip()]
                row = [cell.strip() for cell in re.search(rf"^\| `{name}` \|.*$", page, re.MULTILINE)[0].split("|")]
                self.assertEqual(row[3], str(1 + len(blocks.get("states (initial value)", []))))
                self.assertEqual(row[4], ", ".join(variants))
                self.assertIn(re.search(r"doi:(\S+?)(;|$)", shown, re.MULTILINE)[1], row[5])


if __name__ == "__main__":
    unittest.main()
