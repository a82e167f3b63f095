# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What every command prints and writes."""

import json
import math
import unittest

import support
from support import CABLE, SHEET, edited

RUN_NAMES = {  # the contract of run.json, with the names that docs/output.md adds
    "": {"status", "version", "commit", "command", "config", "ranks", "precision", "instruction_set", "mesh", "time",
         "timing", "performance", "results", "diffusion"},
    "mesh": {"nodes", "tissue_nodes"},
    "time": {"steps", "reached_ms"},
    "timing": {"total_s", "setup_s", "reaction_s", "diffusion_s", "output_s"},
    "performance": {"cell_steps", "cell_steps_per_s", "reaction_ns_per_cell_step", "diffusion_ns_per_node_step"},
    "results": {"V", "activated_fraction", "last_activation_ms", "probes"},
}
STATES = ["m", "h", "j", "xr1", "xr2", "xs", "r", "s", "d", "f", "f2", "fCaSS", "Rprime", "Cai", "CaSR", "CaSS", "Nai",
          "Ki"]


class Commands(support.ProgramTest):
    # ------------------------------------------------------------------------------ commands that compute nothing
    def test_check(self):
        for name, text in [("sheet", SHEET), ("cable", CABLE)]:
            with self.subTest(name):
                self.config(text, f"{name}.toml")
                here = support.contents(self.folder)
                done = support.run("check", f"{name}.toml", "--quiet", cwd=self.folder)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertEqual(support.contents(self.folder), here)
                self.config(done.stdout, f"{name}.resolved.toml")
                again = self.run_ok("check", f"{name}.resolved.toml", "--quiet")
                self.assertEqual(again.stdout, done.stdout)

    def test_check_prints_what_a_run_uses(self):
        self.config(SHEET)
        printed = self.run_ok("check", "case.toml", "--quiet").stdout
        self.run_ok("run", "case.toml", "--output", "out", "--quiet")
        self.assertEqual(support.run_json(self.folder / "out")["config"], printed)
        self.assertEqual((self.folder / "out/config.toml").read_text(), printed)

    def test_check_names_an_output_in_use(self):
        self.config(SHEET)
        (self.folder / "out").mkdir()
        (self.folder / "out/run.json").write_text("{}")
        done = support.run("check", "case.toml", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("holds a run", done.stderr)

    def test_models(self):
        names = [line.split()[0] for line in self.run_ok("models").stdout.splitlines()]
        for name in ["ten_tusscher_2006", "mitchell_schaeffer_2003", "fitzhugh_nagumo"]:
            self.assertIn(name, names)
        for name in names:
            self.assertTrue(self.run_ok("models", name).stdout.startswith(name + ": "))
        text = self.run_ok("models", "ten_tusscher_2006").stdout
        for part in ["states", "parameters", "variants", "epi", "g_CaL", "mS/uF", "doi:10.1152/ajpheart.00109.2006",
                     *STATES]:
            self.assertIn(part, text)

    def test_settings_page_is_current(self):
        page = (support.SOURCE / "docs/settings.md").read_text()
        self.assertTrue(self.run_ok("settings").stdout == page, "docs/settings.md: write `myowave settings` to it")

    def test_version_and_help(self):
        self.assertRegex(self.run_ok("--version").stdout, r"^myowave \d+\.\d+\.\d+ \(\S+\)\n$")
        for command in ["run", "cell", "report", "check", "models", "settings"]:
            self.assertIn(f"  {command} ", self.run_ok("--help").stdout)
            self.assertIn(f"Usage: myowave {command}", self.run_ok(command, "--help").stdout)
        self.assertEqual(support.contents(self.folder), {})

    # ------------------------------------------------------------------------------------------------------- cell
    def test_cell(self):
        self.run_ok("cell", "--model", "ten_tusscher_2006", "--variant", "epi", "--bcl", "1000 ms", "--beats", "2",
                    "--stimulus", "52 uA/uF", "--stimulus-duration", "1 ms", "--output", "out")
        record = support.run_json(self.folder / "out")
        self.assertLessEqual({"status", "version", "commit", "command", "config", "ranks", "precision",
                              "instruction_set", "time", "timing", "results"}, set(record))
        self.assertEqual(record["status"], "finished")
        self.assertEqual(record["time"]["steps"], 100000)
        beats = record["results"]["beats"]
        self.assertEqual([beat["start_ms"] for beat in beats], [0, 1000])
        for beat in beats:
            self.assertEqual(set(beat), {"start_ms", "captured", "rmp_mV", "peak_mV", "apa_mV", "dvdt_max_V_per_s",
                                         "apd50_ms", "apd90_ms", "ca_peak_uM"})
            self.assertAlmostEqual(beat["apa_mV"], beat["peak_mV"] - beat["rmp_mV"], places=6)
            for name, low, high in [("rmp_mV", -88, -83), ("peak_mV", 30, 50), ("apd90_ms", 290, 320),
                                    ("dvdt_max_V_per_s", 200, 500), ("ca_peak_uM", 0.1, 2)]:
                self.assertTrue(low < beat[name] < high, f"{name} = {beat[name]}")
        trace = support.table(self.folder / "out/trace.csv")
        self.assertEqual(list(trace)[:2], ["t_ms", "V_mV"])
        self.assertEqual([name.split("_")[0] for name in list(trace)[2:]], STATES)
        self.assertEqual(list(trace)[15], "Cai_mM")
        self.assertEqual((float(trace["t_ms"][0]), float(trace["t_ms"][-1])), (1000.0, 2000.0))
        self.assertEqual(len(trace["t_ms"]), 10001)
        self.assertAlmostEqual(max(map(float, trace["V_mV"])), beats[1]["peak_mV"], delta=0.5)

    def test_cell_from_a_file(self):
        self.config('[[region]]\nname = "c"\nmodel = "mitchell_schaeffer_2003"\n[pacing]\nbcl = "500 ms"\nbeats = 3\n')
        self.run_ok("cell", "case.toml", "--beats", "1", "--quiet")
        self.assertEqual(len(support.run_json(self.folder / "out/case")["results"]["beats"]), 1)

    # -------------------------------------------------------------------------------------------------------- run
    def test_run_folder(self):
        self.config(SHEET)
        self.run_ok("run", "case.toml", "--set", "time.end=6 ms")
        out = self.folder / "out/case"  # the default
        record = support.run_json(out)
        for name, names in RUN_NAMES.items():
            self.assertEqual(set(record[name] if name else record), names)
        self.assertEqual((record["status"], record["ranks"], record["mesh"]["nodes"], record["time"]["steps"]),
                         ("finished", 1, 400, 120))
        self.assertEqual(set(record["results"]["V"]), {"min_mV", "max_mV"})
        probe = record["results"]["probes"]["P1"]
        self.assertEqual(set(probe), {"node", "position_mm", "activation_ms", "apd_ms", "V_mV"})
        self.assertEqual(probe["node"], 210)
        self.assertTrue(0 < probe["activation_ms"][0] < 6)
        self.assertEqual(probe["apd_ms"], [None])  # V is still up
        self.assertTrue(all(value > 0 for value in record["timing"].values()))
        rows = support.table(out / "probes.csv")
        self.assertEqual(list(rows), ["t_ms", "V_P1_mV"])
        self.assertEqual([float(t) for t in rows["t_ms"]], [0.5 * k for k in range(13)])
        self.assertAlmostEqual(float(rows["V_P1_mV"][-1]), probe["V_mV"], places=5)
        self.assertEqual({path.name for path in out.iterdir()},
                         {"run.json", "config.toml", "log.txt", "probes.csv", "checkpoint.h5", "V", "V.pvd", "maps.vti"})

    def test_fields(self):
        self.config(SHEET)
        for ranks, end in [(1, "vti"), (2, "pvti")]:
            with self.subTest(ranks=ranks):
                done = support.run("run", "case.toml", "--output", f"out{ranks}", "--quiet", ranks=ranks, cwd=self.folder)
                self.assertEqual(done.returncode, 0, done.stderr)
                out = self.folder / f"out{ranks}"
                self.assertEqual((out / "V.pvd").read_text().count("<DataSet "), 5)
                first, last = support.image(out / f"V/V_000000.{end}"), support.image(out / f"V/V_000004.{end}")
                maps = support.image(out / f"maps.{end}")
                for each in first, last, maps:
                    self.assertEqual(each["dimensions"], (20, 20, 1))
                    for a in 0, 1:
                        self.assertAlmostEqual(each["spacing"][a], 0.1)
                self.assertEqual(set(first["arrays"]), {"V"})
                self.assertAlmostEqual(first["arrays"]["V"][0], -85.23, places=4)
                record = support.run_json(out)
                self.assertAlmostEqual(last["arrays"]["V"][210], record["results"]["probes"]["P1"]["V_mV"], places=4)
                self.assertEqual(set(maps["arrays"]), {"activation_beat1_ms", "apd90_beat1_ms"})
                times = [t for t in maps["arrays"]["activation_beat1_ms"] if not math.isnan(t)]
                self.assertAlmostEqual(len(times) / 400, record["results"]["activated_fraction"])
                self.assertAlmostEqual(max(times), record["results"]["last_activation_ms"], places=5)

    def test_fields_are_inline_for_paraview(self):
        # ParaView 5.11 of Debian 12 cannot read appended data with the libexpat of its security updates.
        self.config(SHEET)
        self.run_ok("run", "case.toml", "--output", "out", cwd=self.folder)
        files = [self.folder / "out/maps.vti", *sorted((self.folder / "out/V").glob("*.vti"))]
        self.assertGreater(len(files), 1)
        for file in files:
            content = file.read_bytes()
            self.assertNotIn(b"<AppendedData", content)
            self.assertIn(b'format="binary"', content)

    def test_several_at_once(self):
        """Programs that run alone share nothing, not even in the launcher's folders."""
        self.config(edited(CABLE, ("[time]", '[checkpoint]\nevery = "2 ms"\n[time]')))
        for _ in range(4):
            started = [support.start("run", "case.toml", "--quiet", "--force", "--output", f"out{k}", cwd=self.folder) for k in range(6)]
            for process in started:
                self.assertEqual((*process.communicate(timeout=60), process.returncode), ("", "", 0))

    def test_quiet(self):
        self.config(SHEET)
        self.assertEqual(self.run_ok("run", "case.toml", "--output", "a", "--quiet").stdout, "")
        self.assertEqual(self.run_ok("cell", "--model", "passive", "--output", "b", "--quiet").stdout, "")
        self.assertIn("finished; results in", self.run_ok("run", "case.toml", "--output", "c").stdout)
        self.assertIn("finished", (self.folder / "a/log.txt").read_text())

    def test_set_reaches_every_section(self):
        self.config('title = "old"\n' + SHEET)
        settings = {"title": '"new"', "mesh.spacing": '"0.05 mm"', "tissue.capacitance": '"2 uF/cm^2"',
                    "tissue.conductivity.transverse": '"0.02 S/m"', "region.all.variant": '"endo"',
                    "region.0.scale": "{ g_CaL = 0.5 }", "stimulus.S1.duration": '"1 ms"', "stimulus.0.start": '"0.5 ms"',
                    "time.end": '"8 ms"', "solver.splitting": '"strang"', "reaction.step": '"0.025 ms"',
                    "output.apd.level": "80", "output.fields.every": '"2 ms"', "probe.P1.every": '"1 ms"',
                    "checkpoint.every": '"3 ms"', "pacing.beats": "7"}
        printed = self.run_ok("check", "case.toml", "--quiet",
                              *(word for each in settings.items() for word in ("--set", "=".join(each)))).stdout
        for path, value in settings.items():
            self.assertIn(f'{path.split(".")[-1]} = ', printed, path)
            self.assertIn(value, printed, path)
        bare = self.run_ok("check", "case.toml", "--quiet", "--set", "time.end=8 ms").stdout  # quotes may be left out
        self.assertIn('end = "8 ms"', bare)

    # ------------------------------------------------------------------------------------------------------ force
    def test_force_removes_only_what_a_run_writes(self):
        self.config(SHEET)
        self.run_ok("run", "case.toml", "--output", "out", "--quiet")
        out = self.folder / "out"
        mine = {"thesis.tex": "mine", "figures/V.png": "mine too", "V.xlsx": "x"}
        for name, text in mine.items():
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_text(text)
        self.run_ok("run", "case.toml", "--output", "out", "--quiet", "--force",
                    "--set", "output.fields.every=2 ms")
        for name, text in mine.items():
            self.assertEqual((out / name).read_text(), text)
        self.assertEqual(len(list((out / "V").iterdir())), 3)  # no frame of the first run
        self.assertEqual(json.loads((out / "run.json").read_text())["status"], "finished")

    def test_a_step_beyond_the_model_warns(self):
        for model, step, warned in ("grandi_2010", "0.02 ms", False), ("grandi_2010", "0.025 ms", True):
            done = self.run_ok("cell", "--model", model, "--bcl", "100 ms", "--set", f"reaction.step={step}",
                               "--output", self.folder / step[:5])
            self.assertEqual("longer than the 0.02 ms up to which grandi_2010 is known" in done.stdout + done.stderr, warned)

    def test_force_keeps_the_checkpoint_that_it_restarts_from(self):
        self.config(SHEET)
        self.run_ok("run", "case.toml", "--output", "out", "--quiet")
        for name in [], ["--output", "out"]:
            with self.subTest(name):
                self.run_ok("run", "case.toml", "--restart", "out/checkpoint.h5", *name, "--force", "--quiet",
                            "--set", f"time.end={6 + 2 * len(name)} ms")
                self.assertEqual(support.run_json(self.folder / "out")["status"], "finished")
                self.assertEqual(float(support.table(self.folder / "out/probes.csv")["t_ms"][0]), 0.0)

    def test_output_below_new_folders(self):
        self.config(edited(SHEET, ('"4 ms"', '"1 ms"')))
        self.run_ok("run", "case.toml", "--output", "deep/er/out", "--quiet")
        self.assertTrue((self.folder / "deep/er/out/run.json").exists())


if __name__ == "__main__":
    unittest.main()
