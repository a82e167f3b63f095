# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The examples run as they stand, or coarser, and show what their first lines say."""

import csv
import json
import subprocess
import sys
import unittest

import numpy

import runs

EXAMPLES = runs.SOURCE / "examples"


class Examples(runs.RunTest):
    def example(self, path, *overrides, what="run"):
        words = [word for setting in overrides for word in ("--set", setting)]
        out = self.folder / "out"
        self.run_ok(what, EXAMPLES / path, "--force", "--output", out, *words)
        self.assertEqual(json.loads((out / "run.json").read_text())["status"], "finished")
        return out

    def test_every_example_is_valid_and_tested(self):
        files = sorted(str(file.relative_to(EXAMPLES)) for file in EXAMPLES.rglob("*.toml"))
        self.assertEqual(files, ["01_single_cell/cell.toml", "02_cable/cable.toml", "03_spiral_wave/spiral.toml",
                                 "04_niederer_slab/niederer.toml", "05_own_model/own_model.toml",
                                 "06_heterogeneous_sheet/heterogeneous.toml", "06_heterogeneous_sheet/paced_cell.toml",
                                 "07_restitution/cable.toml", "07_restitution/cell.toml", "07_restitution/dynamic.toml",
                                 "08_spiral_tips/spiral_tips.toml", "09_transmural_wedge/wedge.toml",
                                 "11_dataset/ap_clamp.toml", "11_dataset/cells.toml", "11_dataset/tissue.toml",
                                 "11_dataset/voltage_clamp.toml", "12_own_mesh/ventricle.toml",
                                 "13_fibrotic_sheet/fibrotic_sheet.toml"])
        # The first is a cell, 05 needs a compiler and runs in test_own_model, paced_cell holds the states of 06, 12 needs
        # its mesh.
        for file in [*files[1:4], files[5], *files[7:-2], files[-1]]:
            self.run_ok("check", EXAMPLES / file)

    def test_own_mesh(self):
        mesh = self.folder / "ventricle.msh"
        subprocess.run([sys.executable, EXAMPLES / "12_own_mesh/ventricle.py", mesh, "1.2"], check=True)
        info = self.run_ok("mesh", "info", mesh).stdout
        for part in ["connected parts  1", "tag 4 'scar'", "fibres           norm 1 to 1", "sheets           norm 1 to 1"]:
            self.assertIn(part, info)
        results = runs.results(self.example("12_own_mesh/ventricle.toml", f'mesh.path="{mesh}"', 'time.end="20 ms"'))
        self.assertTrue(2 < results["probes"]["apex"]["activation_ms"][0] < 15, results)
        self.assertEqual(results["probes"]["scar"]["activation_ms"], [])

    def test_fibrotic_sheet(self):
        out = self.example("13_fibrotic_sheet/fibrotic_sheet.toml")
        at = {name: probe["activation_ms"] for name, probe in runs.results(out)["probes"].items()}
        # Without the line the wave would be beside it, 17 mm from the stimulus, before it is through the isthmus and back.
        self.assertTrue(10 < at["isthmus"][0] < 40, at)
        self.assertGreater(at["beside"][0], at["isthmus"][0] + 20, at)
        activation = runs.maps(out)["activation_beat1_ms"][0]
        self.assertTrue(numpy.isnan(activation[10, 48]) or numpy.isnan(activation[10, 49]))  # in the line
        # Slower through the patches than beside them: what is straight behind comes late.
        free = runs.maps(self.example("13_fibrotic_sheet/fibrotic_sheet.toml", "fibrosis.patches.density=0"))["activation_beat1_ms"][0]
        self.assertGreater(activation[60, 156], free[60, 156] + 5)

    def test_restitution(self):
        cell = runs.results(self.example("07_restitution/cell.toml", what="restitution"))
        self.assertEqual(cell["erp_ms"], 317)
        self.assertEqual(len(cell["curve"]), 35 + 8)
        dynamic = runs.results(self.example("07_restitution/dynamic.toml", "restitution.beats=20", what="restitution"))
        self.assertEqual([each["bcl_ms"] for each in dynamic["alternans"]], [260, 240])
        self.assertEqual(dynamic["block_bcl_ms"], 220)
        cable = runs.results(self.example("07_restitution/cable.toml", "restitution.s1.beats=1", "mesh.kind=cable",
                                          'mesh.size="20 mm"', 'mesh.spacing="0.2 mm"', "restitution.s2=[\"600 ms\", \"400 ms\"]",
                                          what="restitution"))
        self.assertTrue(0.4 < cable["curve"][0]["cv_m_per_s"] < cable["curve"][1]["cv_m_per_s"] < 0.6)
        self.assertTrue(300 < cable["erp_ms"] < 340)

    def test_dataset(self):
        def dataset(name, *overrides):
            return runs.results(self.example(f"11_dataset/{name}.toml", *overrides, what="dataset"))

        cells = dataset("cells")
        self.assertEqual((cells["cases"], cells["times"]), (1000, 501))
        self.assertTrue(cells["variables"]["V"]["max"] > 0 and cells["variables"]["J"]["min"] > -10.01, cells["variables"])
        self.assertEqual(dataset("voltage_clamp")["cases"], 30)
        atrium = dataset("ap_clamp", "dataset.cases=4", "pacing.beats=1")["variables"]
        self.assertTrue(10 < atrium["V"]["max"] < 60 and atrium["I_ion"]["min"] < -50, atrium)
        tissue = dataset("tissue", 'mesh.spacing="0.25 mm"', 'time.step="0.1 ms"', 'dataset.windows=[["0 ms", "25 ms"]]')
        self.assertEqual((tissue["cases"], tissue["times"]), (200, 250))
        self.assertGreater(tissue["variables"]["V_after"]["max"], 20)

    def test_spiral_tips(self):
        # A quarter of the sheet, coarse, and the first turn.
        small = self.example("08_spiral_tips/spiral_tips.toml", 'mesh.spacing="0.5 mm"', 'mesh.size=["60 mm", "60 mm"]', 'time.end="420 ms"',
                             'stimulus.S1.where={ box = [["0 mm", "0 mm"], ["2 mm", "60 mm"]] }',
                             'stimulus.S2.where={ box = [["0 mm", "0 mm"], ["40 mm", "30 mm"]] }', 'electrode.above.at=["30 mm", "30 mm", "20 mm"]',
                             'probe.corner.at=["55 mm", "55 mm"]', 'checkpoint.every="1000 ms"', 'time.step="0.1 ms"', 'reaction.step="0.05 ms"')
        tips = runs.results(small)["singularities"]["trajectories"]
        self.assertTrue(any(each["charge"] == 1 and each["lifetime_ms"] >= 20 for each in tips), tips)

    def test_wedge(self):
        out = self.example("09_transmural_wedge/wedge.toml")
        with open(out / "ecg.csv", newline="") as file:
            ecg = {float(row["t_ms"]): float(row["phi_precordial_mV"]) for row in csv.DictReader(file)}
        probes = runs.results(out)["probes"]
        end = {name: each["activation_ms"][0] + each["apd_ms"][0] for name, each in probes.items()}
        self.assertLess(end["epi"], end["endo"])
        self.assertLess(end["endo"], end["M"])
        self.assertGreater(max(value for t, value in ecg.items() if t < 60), 0.04)                   # R
        self.assertLess(max(abs(value) for t, value in ecg.items() if 80 < t < 250), 0.001)          # ST
        T = max((value, t) for t, value in ecg.items() if t > 250)
        self.assertTrue(0.006 < T[0] < 0.012 and end["epi"] - 20 < T[1] < end["M"], T)               # T, upright
        self.assertGreater(min(value for t, value in ecg.items() if t > 280), -1e-4)

    def test_single_cell(self):
        # ten Tusscher-Panfilov 2006, epicardial, 1 Hz: about 300 ms and -85 mV.
        beats = runs.results(self.example("01_single_cell/cell.toml", what="cell"))["beats"]
        self.assertEqual(len(beats), 3)
        self.assertTrue(280.0 < beats[0]["apd90_ms"] < 300.0, beats[0])
        self.assertTrue(300.0 < beats[2]["apd90_ms"] < 312.0, beats[2])
        self.assertTrue(-86.5 < beats[2]["rmp_mV"] < -84.5, beats[2])
        self.assertTrue(33.0 < beats[2]["peak_mV"] < 43.0, beats[2])
        self.assertTrue(250.0 < beats[2]["dvdt_max_V_per_s"] < 400.0, beats[2])

    def test_cable(self):
        probes = runs.results(self.example("02_cable/cable.toml"))["probes"]
        at = {name: probe["activation_ms"] for name, probe in probes.items()}
        self.assertTrue(all(len(times) == 1 for times in at.values()), at)
        velocity = 10.0 / (at["x15"][0] - at["x5"][0])
        print(f"\nconduction velocity {velocity:.4f} m/s", end=" ", flush=True)
        self.assertLess(abs(velocity / 0.76 - 1.0), 0.02)
        # Half-way probe: the wave does not speed up or slow down.
        self.assertAlmostEqual(at["x10"][0], 0.5 * (at["x5"][0] + at["x15"][0]), delta=0.05)
        for probe in probes.values():
            self.assertTrue(280.0 < probe["apd_ms"][0] < 305.0, probe)

    def test_spiral_wave(self):
        # Twice as coarse and cut at 700 ms. S1 and S2 alone would be over at 500 ms (80 mm at about 0.5 m/s,
        # then an APD); a node that is activated a third time is activated by the spiral.
        out = self.example("03_spiral_wave/spiral.toml", 'mesh.spacing="0.5 mm"', 'time.end="700 ms"',
                           'output.fields.every="50 ms"')
        maps = runs.maps(out)
        first, third = maps["activation_beat1_ms"], maps["activation_beat3_ms"]
        share = float(numpy.mean(numpy.isfinite(third)))
        print(f"\nthird activation at {100 * share:.0f} % of the nodes, from {numpy.nanmin(third):.0f} ms",
              end=" ", flush=True)
        self.assertEqual(numpy.mean(numpy.isfinite(first)), 1.0)
        self.assertGreater(share, 0.5)
        self.assertGreater(float(numpy.nanmin(third)), 300.0)
        last = runs.read_image(runs.frames(out)[-1][1])["V"]
        self.assertGreater(float(last.max()), -20.0)
        self.assertLess(float(last.min()), -75.0)

    def test_niederer_slab(self):
        # 0.5 mm. P1 lies in the stimulus: published codes have 1.2 to 1.3 ms at every spacing.
        results = runs.results(self.example("04_niederer_slab/niederer.toml", 'mesh.spacing="0.5 mm"',
                                            'time.end="60 ms"'))
        at = {name: (probe["activation_ms"] + [float("inf")])[0] for name, probe in results["probes"].items()}
        print(f"\nP1 {at['P1']:.4f} ms, P3 {at['P3']:.2f} ms", end=" ", flush=True)
        self.assertTrue(1.20 <= at["P1"] <= 1.26, at)
        # 3 mm through the thickness, 20 mm along the fibres, both; 7 mm across takes longer than the run.
        self.assertTrue(at["P1"] < at["P5"] < at["P3"] < at["P7"] < at["P8"], at)
        self.assertTrue(30.0 < at["P3"] < 60.0, at)

    def test_heterogeneous_sheet(self):
        out = self.example("06_heterogeneous_sheet/heterogeneous.toml")
        probes = runs.results(out)["probes"]
        apd = {name: probe["apd_ms"][0] for name, probe in probes.items()}
        # From left to right 333.4, 304.2, 282.0 ms were measured, from bottom to top 309.3, 304.2, 299.1 ms.
        self.assertGreater(apd["left"], apd["middle"] + 20.0, apd)
        self.assertGreater(apd["middle"], apd["right"] + 15.0, apd)
        self.assertGreater(apd["bottom"], apd["middle"] + 3.0, apd)
        self.assertGreater(apd["middle"], apd["top"] + 3.0, apd)
        # All start from the file's state: what is far from the stimulus stays there at first.
        first = runs.probe_rows(out)[1]
        self.assertEqual(first, ["0"] + ["-85.463838"] * 5)
        # The same at every node: no step, and monotonic along x.
        apds = runs.maps(out)["apd90_beat1_ms"][0]
        self.assertTrue((numpy.diff(apds[:, 8:73], axis=1) < 0.0).all())
        # A file of the state of a cell serves as it is written: the one in the folder is that of 100 beats.
        cell = self.folder / "cell"
        self.run_ok("cell", "--model", "ten_tusscher_2006", "--variant", "epi", "--beats", "1", "--output", cell, "--quiet")
        self.run_ok("check", EXAMPLES / "06_heterogeneous_sheet/heterogeneous.toml", "--set",
                    f'region.sheet.initial_state="{cell / "final_state.toml"}"')
        names = [[line.split(" = ")[0] for line in file.read_text().splitlines() if " = " in line]
                 for file in (cell / "final_state.toml", EXAMPLES / "06_heterogeneous_sheet/paced_cell.toml")]
        self.assertEqual(*names)


if __name__ == "__main__":
    unittest.main()
