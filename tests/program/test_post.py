# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave post` gives from the frames what the run itself has written, on any number of ranks."""

import json
import signal
import unittest

import numpy

import runs
import support
from support import edited
from test_elements import CONFIG, sheet
from test_tips_ecg import SPIRAL, rows

# Looks at the tips and the ECG at the frames only, so that `post` sees the same V, as float32.
RUN = SPIRAL.replace('every = "10 ms" }\ntips', 'every = "5 ms" }\nmaps = ["activation", "apd", "velocity"]\ntips').replace(
    'ecg = { every = "10 ms"', 'ecg = { every = "5 ms"')


class Post(runs.RunTest):
    def run_of(self, name="out", *arguments, text=RUN, ranks=1):
        self.config(text, f"{name}.toml")
        self.run_ok("run", self.folder / f"{name}.toml", "--quiet", "--output", self.folder / name, *arguments, ranks=ranks)
        return self.folder / name

    def assert_close(self, a, b, tolerances):
        self.assertEqual(len(a), len(b))
        for before, after in zip(a, b):
            for key, value in before.items():
                self.assertAlmostEqual(value, after[key], delta=tolerances.get(key, 0))

    def test_equals_what_the_run_wrote(self):
        folder = self.run_of()
        self.run_ok("post", folder, "--quiet")
        post = folder / "post"
        # V of the frames is rounded to float32, 4e-6 mV.
        self.assert_close(rows(folder / "ecg.csv"), rows(post / "ecg.csv"), {"phi_above_mV": 2e-6, "phi_beside_mV": 2e-6})
        self.assert_close(rows(folder / "tips.csv"), rows(post / "tips.csv"), {"x_mm": 1e-3, "y_mm": 1e-3})
        summary = json.loads((post / "post.json").read_text())
        self.assertEqual(summary["results"]["singularities"], runs.results(folder)["singularities"])
        self.assertEqual(summary["frames"], 181)
        mine, theirs = runs.maps(folder), runs.maps(post)
        for name in mine:
            if name.startswith(("cv", "velocity")):
                numpy.testing.assert_array_equal(numpy.isnan(mine[name]), numpy.isnan(theirs[name]), name)
                numpy.testing.assert_allclose(mine[name], theirs[name], rtol=1e-3, atol=2e-3, equal_nan=True, err_msg=name)
        # The phase takes all values around a tip, and V of two frames gives it.
        phases = dict(runs.collection(post / "phase.pvd"))
        self.assertEqual(sorted(phases), [5.0 * k for k in range(1, 181)])
        V = {t: runs.read_image(file)["V"].astype(float) for t, file in runs.frames(folder) if t in (595, 600)}
        phase = runs.read_image(phases[600])["phase_rad"]
        numpy.testing.assert_allclose(phase, numpy.arctan2(V[595] + 40, V[600] + 40), atol=1e-5)
        tip = next(row for row in rows(post / "tips.csv") if row["t_ms"] == 600)
        i, j = round(tip["x_mm"] / 0.5), round(tip["y_mm"] / 0.5)
        around = phase[0, j - 3:j + 4, i - 3:i + 4]
        self.assertTrue(all(((around > low) & (around < low + 1.6)).any() for low in (-3.2, -1.6, 0, 1.6)))

    def test_dominant_frequency_is_that_of_the_spiral(self):
        begin, rest = RUN.split("[[stimulus]]", 1)
        text = begin + """[start]
spiral = { centre = ["15 mm", "15 mm"], period = "150 ms" }
[pacing]
stimulus = "40 uA/uF"
duration = "3 ms"
[time]""" + rest.split("[time]", 1)[1].replace('end = "900 ms"', 'end = "2000 ms"').replace('"velocity"', '"rest"')
        folder = self.run_of("long", "--set", "output.map_beats=30", text=text)
        self.run_ok("post", folder, "--quiet")
        maps, frequency = runs.maps(folder), runs.maps(folder / "post")["dominant_frequency_Hz"]
        activations = [maps[name] for name in maps if name.startswith("activation")]
        periods = [numpy.nanmedian(after - before) for before, after in zip(activations, activations[1:])]
        print(f"\nperiods {min(periods):.0f} to {max(periods):.0f} ms, frequency {numpy.nanmedian(frequency):.2f} Hz", end=" ", flush=True)
        self.assertAlmostEqual(numpy.nanmedian(frequency), 1000 / numpy.median(periods), delta=0.3)

    def test_ranks_agree(self):
        folder = self.run_of(ranks=2)
        for ranks in 1, 2, 3:
            self.run_ok("post", folder, "--quiet", "--output", self.folder / f"post{ranks}", ranks=ranks)
        one = runs.maps(self.folder / "post1")
        for ranks in 2, 3:
            other = runs.maps(self.folder / f"post{ranks}")
            self.assertEqual(list(one), list(other))
            for name, values in one.items():
                numpy.testing.assert_array_equal(values, other[name], name)
            self.assert_close(rows(self.folder / "post1" / "ecg.csv"), rows(self.folder / f"post{ranks}" / "ecg.csv"),
                              {"phi_above_mV": 1e-9, "phi_beside_mV": 1e-9})
            self.assertEqual(rows(self.folder / "post1" / "tips.csv"), rows(self.folder / f"post{ranks}" / "tips.csv"))

    def test_other_settings_and_a_second_call(self):
        folder = self.run_of()
        self.run_ok("post", folder, "--quiet")
        self.run_ok("post", folder, "--quiet", "--set", 'output.tips={ every = "10 ms", centre = "-50 mV" }',
                    "--set", 'electrode=[{ name = "far", at = ["50 mm", "15 mm"] }]')
        self.assertEqual(list(rows(folder / "post" / "ecg.csv")[0]), ["t_ms", "phi_far_mV"])
        self.assertTrue(all(row["t_ms"] % 10 == 0 for row in rows(folder / "post" / "tips.csv")))
        self.assertIn("-50 mV", json.loads((folder / "post" / "post.json").read_text())["config"])

    # -------------------------------------------------------------------------------------- what goes wrong
    def refused(self, *words, parts):
        for ranks in 1, 2:
            done = runs.run("post", *words, ranks=ranks)
            self.assertEqual(done.returncode, 2, done.stderr)
            for part in parts:
                self.assertIn(part, done.stderr)

    def test_wrong_input(self):
        self.refused(self.folder / "nowhere", parts=["nowhere", "no folder of a run"])
        self.config('[[region]]\nname = "c"\nmodel = "mitchell_schaeffer_2003"\n[pacing]\nstimulus = "10 uA/uF"\n', "cell.toml")
        self.run_ok("cell", self.folder / "cell.toml", "--quiet", "--output", self.folder / "cell")
        self.refused(self.folder / "cell", parts=["works on runs of tissue"])
        folder = self.run_of("short", "--set", 'time.end="20 ms"')
        self.refused(folder, "--output", folder, parts=["is the folder of a run"])
        mine = self.folder / "mine"
        (mine / "maps").mkdir(parents=True)
        (mine / "maps" / "thesis.txt").write_text("years")
        self.refused(folder, "--output", mine, parts=["holds other things"])
        self.assertEqual((mine / "maps" / "thesis.txt").read_text(), "years")
        self.refused(folder, "--set", "output.tip=1", parts=["unknown key", "did you mean 'tips'?"])
        frame = folder / "V" / "V_000002.vti"
        frame.write_bytes(frame.read_bytes()[:frame.stat().st_size // 2])
        self.refused(folder, parts=["V_000002.vti"])
        frame.unlink()
        self.refused(folder, parts=["V_000002.vti", "missing"])
        (folder / "run.json").write_text("{")
        self.refused(folder, parts=["run.json"])

    def test_a_run_without_frames(self):
        """Velocities come from the maps; without those either there is nothing to do."""
        text = RUN.replace('fields = { names = ["V"], every = "5 ms" }\n', "")
        folder = self.run_of("none", "--set", 'time.end="60 ms"', text=text)
        self.run_ok("post", folder, "--quiet")
        self.assertEqual([name for name in runs.maps(folder / "post") if name.startswith("dominant")], [])
        self.assertIn("cv_beat1_m_per_s", runs.maps(folder / "post"))
        (folder / "maps.vti").unlink()
        self.refused(folder, parts=["neither frames nor maps", "output.fields"])

    def test_an_interrupted_run(self):
        self.config(RUN, "cut.toml")
        process = runs.start("run", self.folder / "cut.toml", "--output", self.folder / "cut")
        self.assertTrue(runs.wait_for_line(process, self.folder / "cut" / "log.txt", "checkpoint at"))
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        done = self.run_ok("post", self.folder / "cut")
        self.assertIn("the run has not finished (stopped)", done.stdout + done.stderr)
        self.assertGreater(len(rows(self.folder / "cut" / "post" / "ecg.csv")), 80)


ELEMENTS = edited(CONFIG, ('model = "mitchell_schaeffer_2003"', runs.FAST_CELL),
                  ('model = "ten_tusscher_2006"\nvariant = "epi"', runs.FAST_CELL), ('duration = "2 ms"', 'duration = "2 ms"\nperiod = "100 ms"'), ('end = "20 ms"\nstep = "0.05 ms"', 'end = "600 ms"\nstep = "0.1 ms"'),
                  ('every = "5 ms" }\n', 'every = "5 ms" }\necg = { every = "5 ms" }\n'), ('[checkpoint]\nevery = "10 ms"\n', """[[electrode]]
name = "above"
at = ["1 mm", "1 mm", "4 mm"]
"""))


class PostOnElements(support.ProgramTest):
    """On a sheet of triangles, whose files do not have the order of the mesh."""

    def setUp(self):
        super().setUp()
        self.config(sheet(), "sheet.msh")
        self.config(ELEMENTS)

    def run_of(self, name, *options, ranks=1):
        self.run_ok("run", "case.toml", "--output", name, "--quiet", *options, ranks=ranks)
        return self.folder / name

    def potentials(self, folder):
        return [(row["t_ms"], row["phi_above_mV"]) for row in rows(folder / "ecg.csv")]

    def test_equals_what_the_run_wrote_on_any_ranks(self):
        for of_run in 1, 2, 3:
            folder = self.run_of(f"out{of_run}", ranks=of_run)
            wanted = self.potentials(folder)
            self.assertEqual(len(wanted), 121)
            self.assertGreater(max(abs(phi) for _, phi in wanted), 1e-3)
            for ranks in 1, 2, 3:
                with self.subTest(of_run=of_run, ranks=ranks):
                    self.run_ok("post", folder, "--quiet", "--output", folder / f"post{ranks}", ranks=ranks)
                    found = self.potentials(folder / f"post{ranks}")
                    self.assertEqual([t for t, _ in found], [t for t, _ in wanted])
                    # V of the frames is rounded to float32.
                    self.assertLess(max(abs(a - b) for (_, a), (_, b) in zip(found, wanted)), 2e-6)

    def test_frequency_of_every_node(self):
        folder = self.run_of("out", ranks=2)
        found = []
        for ranks, end in (1, "vtu"), (2, "pvtu"), (3, "pvtu"):
            self.run_ok("post", folder, "--quiet", "--output", f"post{ranks}", ranks=ranks)
            found.append(support.elements(self.folder / f"post{ranks}" / f"maps.{end}"))
            self.assertEqual(found[-1]["nodes"], found[0]["nodes"])
            self.assertEqual(found[-1]["arrays"].keys(), found[0]["arrays"].keys())
            for name, values in found[-1]["arrays"].items():
                nodes = sorted(values)
                self.assertEqual(nodes, sorted(found[0]["arrays"][name]))
                # Windows are summed in the order of the local numbers.
                numpy.testing.assert_allclose([values[n] for n in nodes], [found[0]["arrays"][name][n] for n in nodes], rtol=1e-5, atol=1e-5)
        self.assertIn("cv_beat1_m_per_s", found[0]["arrays"])
        frequency = found[0]["arrays"]["dominant_frequency_Hz"]
        self.assertEqual(len(frequency), 289)
        for value in frequency.values():
            self.assertAlmostEqual(value, 10, delta=0.5)

    def test_other_electrodes_and_elements_of_a_grid(self):
        self.config(edited(support.SHEET, ('end = "4 ms"', 'end = "8 ms"')) + '[[electrode]]\nname = "above"\nat = ["1 mm", "1 mm", "4 mm"]\n'
                    '[solver]\ndiscretisation = "fe"\n')
        folder = self.run_of("grid", "--set", 'output.ecg.every="1 ms"')
        self.run_ok("post", folder, "--quiet", "--set", 'electrode=[{ name = "above", at = ["1 mm", "1 mm", "4 mm"] }, '
                    '{ name = "far", at = ["9 mm", "1 mm", "0 mm"] }]', ranks=2)
        self.assertEqual(list(rows(folder / "post" / "ecg.csv")[0]), ["t_ms", "phi_above_mV", "phi_far_mV"])
        for a, b in zip(self.potentials(folder), self.potentials(folder / "post")):
            self.assertAlmostEqual(a[1], b[1], delta=2e-6)

    def refused(self, folder, *parts):
        for ranks in 1, 2:
            done = support.run("post", folder, ranks=ranks)
            self.assertEqual((done.returncode, done.stderr.count("error: ")), (2, 1), done.stderr)
            for part in parts:
                self.assertIn(part, done.stderr)
        self.assertFalse((folder / "post").exists())

    def test_wrong_input(self):
        folder = self.run_of("out", "--set", 'time.end="20 ms"', ranks=2)
        mesh = self.folder / "sheet.msh"
        for other in sheet(lambda p: (p[0] + 0.1 * (p[0] > 1.9), p[1], p[2])), sheet().split("$ElementData")[0]:
            mesh.write_text(other)
            self.refused(folder, "V_000000.pvtu does not belong to the mesh" if "fibre" in other else "has no fibres")
        mesh.unlink()
        self.refused(folder, "sheet.msh")
        mesh.write_text(sheet())
        piece = folder / "V" / "V_000000" / "V_000000_1.vtu"
        whole = piece.read_bytes()
        for part in 0, 40, len(whole) // 2, len(whole) - 30:
            piece.write_bytes(whole[:part])
            self.refused(folder, "V_000000_1.vtu", "repeat the run")
        piece.unlink()
        self.refused(folder, "V_000000_1.vtu is missing")
        piece.write_bytes(whole.replace(b'Name="node"', b'Name="nodes"'))
        self.refused(folder, "V_000000_1.vtu has no whole array 'node'")
        piece.write_bytes((folder / "V" / "V_000000" / "V_000000_0.vtu").read_bytes())
        self.refused(folder, "V_000000.pvtu lacks nodes of the mesh")


if __name__ == "__main__":
    unittest.main()
