# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Surrogates in regions: numbers, guard and fallback, ranks, restart, and what is refused."""

import math
import unittest

import numpy

import surrogate_files
import support
from support import edited, place

# Diffusion on a passive membrane; V starts at -85 mV and is pushed up at one end.
CASE = """[mesh]
kind = "cable"
size = "3.9 mm"
spacing = "0.1 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[region]]
name = "all"
surrogate = "net.safetensors"
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["0.3 mm"]] }
amplitude = "100 uA/uF"
duration = "1 ms"
[time]
end = "4 ms"
step = "0.05 ms"
[[probe]]
name = "P"
at = ["0.5 mm"]
every = "0.05 ms"
[checkpoint]
every = "2 ms"
"""
MODEL = 'model = "passive"'
NET = 'surrogate = "net.safetensors"'


class Surrogate(support.ProgramTest):
    def go(self, text, *arguments, ranks=1, out="out"):
        self.config(text)
        self.run_ok("run", "case.toml", "--quiet", "--force", "--output", out, *arguments, ranks=ranks)
        return support.run_json(self.folder / out), support.table(self.folder / out / "probes.csv")

    def V(self, rows):
        return numpy.array(rows["P_mV" if "P_mV" in rows else list(rows)[1]], dtype=float)

    def test_step_equals_the_model(self):
        surrogate_files.passive_step(self.folder / "net.safetensors")
        run, rows = self.go(CASE)
        _, model = self.go(edited(CASE, (NET, MODEL)), "--set", 'reaction.step="0.005 ms"')
        self.assertGreater(numpy.ptp(self.V(rows)), 20.0)
        # The stimulus of a step acts at its beginning: 0.25 % of a push of about 30 mV.
        self.assertLess(numpy.abs(self.V(rows) - self.V(model)).max(), 0.1)
        told = run["results"]["surrogate"]["all"]
        self.assertEqual(told["evaluations"], 40 * 80)
        self.assertEqual((told["fallbacks"], told["fallback_fraction"], told["kind"]), (0, 0.0, "step"))

    def test_double_and_mixed_agree(self):
        surrogate_files.passive_step(self.folder / "net.safetensors")
        _, mixed = self.go(CASE)
        _, double = self.go(CASE, "--set", 'reaction.precision="double"')
        difference = numpy.abs(self.V(mixed) - self.V(double)).max()
        self.assertLess(difference, 1e-4)
        self.assertGreater(difference, 0.0)

    def test_guard_counts_maps_and_equals_the_model_where_it_falls_back(self):
        # Trained below -70 mV only, and with a wrong share: what the stimulus lifts above is the model's.
        surrogate_files.passive_step(self.folder / "net.safetensors", share=0.0, low=-90.0, high=-84.99)
        text = edited(CASE, (NET, NET + "\nfallback_limit = 1.0"))
        run, rows = self.go(text)
        told = run["results"]["surrogate"]["all"]
        field = support.image(self.folder / "out/maps.vti")["arrays"]["surrogate_fallbacks"]
        self.assertEqual(sum(field), told["fallbacks"])
        self.assertGreater(field[0], 70)
        self.assertLess(field[-1], field[0])
        self.assertAlmostEqual(told["fallback_fraction"], told["fallbacks"] / told["evaluations"])
        _, model = self.go(edited(CASE, (NET, MODEL)))
        self.assertLess(numpy.abs(self.V(rows) - self.V(model)).max(), 0.01)

    def test_guard_off(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", share=0.0, low=-90.0, high=-84.99)
        run, rows = self.go(edited(CASE, (NET, NET + "\nguard = false")))
        self.assertEqual(run["results"]["surrogate"]["all"]["guarded"], False)
        self.assertEqual(run["results"]["surrogate"]["all"]["fallbacks"], 0)
        # Without a leak nothing decays: the mean of V stays after the stimulus.
        self.assertGreater(self.V(rows)[-1], -85.0 + 3.0)

    def test_too_many_fallbacks_end_the_run(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", low=-90.0, high=-84.99)
        self.config(CASE)
        done = support.run("run", "case.toml", "--quiet", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        for part in ("region 'all'", "net.safetensors", "left to passive", "fallback_limit = 0.01",
                     "V -90 to -84.99 mV"):
            self.assertIn(part, done.stderr)
        self.assertEqual(support.run_json(self.folder / "out")["status"], "failed")

    def test_ranks_agree_to_the_last_bit(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", low=-90.0, high=-80.0)
        text = edited(CASE, (NET, NET + "\nfallback_limit = 1.0"), ('step = "0.05 ms"', 'step = "0.05 ms"\n[solver]\n'
                                                                  'diffusion = "explicit"'))
        runs = {ranks: self.go(text, ranks=ranks, out=f"out{ranks}") for ranks in (1, 2, 3)}
        self.assertGreater(runs[1][0]["results"]["surrogate"]["all"]["fallbacks"], 100)
        for ranks in (2, 3):
            self.assertEqual(runs[ranks][1], runs[1][1])
            self.assertEqual(runs[ranks][0]["results"]["surrogate"], runs[1][0]["results"]["surrogate"])

    def test_restart_keeps_numbers_and_counts(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", low=-90.0, high=-80.0)
        text = edited(CASE, (NET, NET + "\nfallback_limit = 1.0"))
        whole, rows = self.go(text)
        self.go(text, "--set", 'time.end="2 ms"', out="part")
        for ranks in (1, 2):
            self.config(text)
            self.run_ok("run", "case.toml", "--quiet", "--restart", "part/checkpoint.h5", "--output",
                        f"on{ranks}", ranks=ranks)
            continued = support.run_json(self.folder / f"on{ranks}")
            self.assertEqual(continued["results"]["surrogate"], whole["results"]["surrogate"])
            self.assertEqual(support.table(self.folder / f"on{ranks}/probes.csv")["t_ms"][-1], rows["t_ms"][-1])
            self.assertEqual(continued["results"]["probes"]["P"]["V_mV"], whole["results"]["probes"]["P"]["V_mV"])

    def test_resolved_configuration_reads_back(self):
        surrogate_files.two_gates(self.folder / "net.safetensors")
        text = edited(CASE, (NET, NET + '\nguard = false\nparameters = { g_Na = "100 mS/uF" }'))
        self.config(text)
        printed = self.run_ok("check", "case.toml", "--quiet").stdout
        self.assertIn("guard = false", printed)
        self.config(printed, "again.toml")
        self.assertEqual(self.run_ok("check", "again.toml", "--quiet").stdout, printed)

    def test_region_beside_a_model(self):
        surrogate_files.two_gates(self.folder / "net.safetensors")
        text = edited(CASE, (NET, NET + '\nwhere = { box = [["0 mm"], ["2 mm"]] }\n[[region]]\nname = "other"\n'
                                        'model = "hodgkin_huxley_1952"'))
        run, _ = self.go(text)
        self.assertEqual(list(run["results"]["surrogate"]), ["all"])
        self.assertGreater(run["results"]["surrogate"]["all"]["evaluations"], 0)

    def test_cell_takes_a_file(self):
        surrogate_files.two_gates(self.folder / "net.safetensors")
        self.run_ok("cell", "--model", "net.safetensors", "--bcl", "50 ms", "--stimulus", "20 uA/uF", "--output", "out")
        reference = self.run_ok("cell", "--model", "net.safetensors", "--bcl", "50 ms", "--stimulus", "20 uA/uF",
                                "--reference", "--output", "reference")
        self.assertEqual(reference.returncode, 0)
        a, b = (numpy.array(support.table(self.folder / name / "trace.csv")["V_mV"], dtype=float)
                for name in ("out", "reference"))
        self.assertLess(numpy.abs(a - b).max(), 0.05)

    def test_trajectories_of_many_cases(self):
        surrogate_files.passive_trajectory(self.folder / "net.safetensors")
        starts = [-120.0 + 0.5 * k for k in range(300)]
        (self.folder / "cases.csv").write_text("V.0_mV\n" + "".join(f"{V}\n" for V in starts))
        self.config('[[region]]\nname = "cell"\nsurrogate = "net.safetensors"\n[batch]\ncases = "cases.csv"\n'
                    'end = "10 ms"\nevery = "2.5 ms"\n')
        self.run_ok("cell", "case.toml", "--quiet", "--output", "batch")
        run, rows = support.run_json(self.folder / "batch"), support.table(self.folder / "batch/trajectories.csv")
        inside = [V for V in starts if -100.0 <= V <= 20.0]
        self.assertEqual(run["results"]["outside_trained_range"], len(starts) - len(inside))
        self.assertEqual(len(rows["V_mV"]), 5 * len(inside))
        for case, t, V in zip(rows["case"], rows["t_ms"], rows["V_mV"]):
            self.assertAlmostEqual(float(V), starts[int(case)] - 2.0 * float(t), places=3)
        # In tissue there is nothing that it could do.
        self.refused(CASE, "kind trajectory cannot be stepped")

    def test_batch_that_does_not_fit(self):
        surrogate_files.passive_trajectory(self.folder / "net.safetensors")
        batch = ('[[region]]\nname = "cell"\nsurrogate = "net.safetensors"\n[batch]\ncases = "cases.csv"\n'
                 'end = "10 ms"\nevery = "2.5 ms"\n')
        for cases, edit, told in (("V_mV\n-80\n", None, "the surrogate needs V.0_mV"),
                                  ("V.0_mV\n-80\nx\n", None, "cases.csv:3: 'x' is no number"),
                                  ("V.0_mV\n-80\n", ('end = "10 ms"', 'end = "30 ms"'), "up to which the surrogate")):
            (self.folder / "cases.csv").write_text(cases)
            self.config(edited(batch, edit) if edit else batch)
            done = support.run("cell", "case.toml", "--output", "out", cwd=self.folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(told, done.stderr)
            self.assertFalse((self.folder / "out").exists())

    # ------------------------------------------------------------------------------ conductances
    def test_conductances_as_by_cvode(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        apd = {}
        for name, options in (("kernel", []), ("cvode", ["--reference"])):
            self.run_ok("cell", "--model", "net.safetensors", "--bcl", "300 ms", "--beats", "2", "--stimulus", "52 uA/uF", "--quiet",
                        "--output", name, *options)
            results = support.run_json(self.folder / name)["results"]
            apd[name] = results["beats"][-1]["apd90_ms"]
        self.assertGreater(apd["cvode"], 20.0)
        self.assertAlmostEqual(apd["kernel"], apd["cvode"], delta=0.03)
        self.assertEqual(list(results["final_state"]), ["V_mV", "m", "h", "j", "z1", "z2", "z3", "z4"])
        self.assertEqual(results["surrogate"]["cell"]["kind"], "conductance")

    CONDUCTANCES = edited(CASE, ('amplitude = "100 uA/uF"', 'amplitude = "80 uA/uF"'), ('end = "4 ms"', 'end = "12 ms"'),
                          ('every = "2 ms"', 'every = "6 ms"'), ('step = "0.05 ms"', 'step = "0.02 ms"\n[solver]\ndiffusion = "explicit"'))

    def test_conductances_on_ranks_and_over_a_restart(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        runs = {ranks: self.go(self.CONDUCTANCES, ranks=ranks, out=f"out{ranks}") for ranks in (1, 2, 3)}
        self.assertEqual(runs[1][0]["results"]["activated_fraction"], 1.0)
        for ranks in (2, 3):
            self.assertEqual(runs[ranks][1], runs[1][1])
        self.go(self.CONDUCTANCES, "--set", 'time.end="6 ms"', out="part")
        self.config(self.CONDUCTANCES)
        self.run_ok("run", "case.toml", "--quiet", "--restart", "part/checkpoint.h5", "--output", "on", ranks=2)
        continued, whole = support.run_json(self.folder / "on")["results"], runs[1][0]["results"]
        self.assertEqual(continued["probes"]["P"]["V_mV"], whole["probes"]["P"]["V_mV"])
        self.assertEqual(continued["surrogate"], whole["surrogate"])

    def test_conductances_with_V_beyond_the_tables(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        strong = edited(self.CONDUCTANCES, ('amplitude = "80 uA/uF"', 'amplitude = "300 uA/uF"'))
        self.config(strong)
        done = support.run("run", "case.toml", "--quiet", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        for part in ("region 'all'", "fallback_limit = 0.01", "V -95 to 55 mV"):
            self.assertIn(part, done.stderr)
        run, _ = self.go(edited(strong, (NET, NET + "\nfallback_limit = 1.0"), ('amplitude = "300 uA/uF"', 'amplitude = "150 uA/uF"')))
        self.assertGreater(run["results"]["surrogate"]["all"]["fallbacks"], 0)

    def test_conductances_start_from_the_states_of_a_paced_cell(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        self.run_ok("cell", "--model", "net.safetensors", "--bcl", "300 ms", "--beats", "2", "--stimulus", "52 uA/uF", "--quiet",
                    "--output", "paced")
        run, rows = self.go(edited(self.CONDUCTANCES, (NET, NET + '\ninitial_state = "paced/final_state.toml"')))
        self.assertAlmostEqual(self.V(rows)[0], support.run_json(self.folder / "paced")["results"]["final_state"]["V_mV"], places=4)

    def test_conductances_have_the_sodium_conductance_alone(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        run, slow = self.go(edited(self.CONDUCTANCES, (NET, NET + '\nscale = { g_Na = 0.5 }')), out="half")
        run, rows = self.go(self.CONDUCTANCES)
        self.assertGreater(numpy.argmax(self.V(slow)), numpy.argmax(self.V(rows)))

    def test_conductances_have_no_other_parameter(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        self.refused(edited(CASE, (NET, NET + '\nparameters = { g_Ks = "0.1 mS/uF" }')), "leak_with_delay has no parameter 'g_Ks'", "g_Na",
                     mark='g_Ks')

    @staticmethod
    def scalable(card, tensors):
        """With g_Ks to scale, whose part of the current is 0.1 (V + 80 mV), and two paced states."""
        card["conductance"] |= {"scaled": [{"name": "g_Ks", "factors": [0.5, 2]}], "cycles": [400, 1000]}
        V = [-100.0 + 10.0 * k for k in range(17)]
        tensors["conductance.sensitivities"] = ("F32", [4, 17], [0.1 * (v + 80.0) for v in V] + [0.0] * 51)
        initial = tensors["conductance.initial"][2]
        tensors["conductance.paced"] = ("F64", [2, len(initial)], [-84.0, *initial[1:], -80.0, *initial[1:]])

    def test_conductances_with_a_scaled_parameter(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors", spoil=self.scalable)
        runs = {factor: self.go(edited(self.CONDUCTANCES, (NET, NET + f"\nscale = {{ g_Ks = {factor} }}")), out=f"out{factor}") for factor in (0.5, 1, 2)}
        plain, _ = self.go(self.CONDUCTANCES, out="plain")
        ends = {factor: run["results"]["probes"]["P"]["V_mV"] for factor, (run, _) in runs.items()}
        self.assertEqual(ends[1], plain["results"]["probes"]["P"]["V_mV"])
        self.assertGreater(ends[0.5], ends[1] + 1.0)    # less outward current, later repolarisation
        self.assertGreater(ends[1], ends[2] + 1.0)
        self.assertIn("0.5 to 2 times the model's", self.run_ok("models", "net.safetensors").stdout)

    def test_conductances_leave_what_is_outside_of_the_trained_factors_to_the_model(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors", spoil=self.scalable)
        beyond = edited(self.CONDUCTANCES, (NET, NET + "\nscale = { g_Ks = 3 }"))
        run, rows = self.go(beyond, out="beyond")
        warning, = (each for each in (self.folder / "beyond/log.txt").read_text().splitlines() if "itself" in each)
        self.assertIn("region 'all' is computed by ten_tusscher_2006 itself: g_Ks is 3 times that of ten_tusscher_2006, and leak_with_delay was trained on 0.5 to 2 times",
                      warning)
        self.assertNotIn("surrogate", run["results"])
        _, mechanistic = self.go(edited(self.CONDUCTANCES, (NET, 'model = "ten_tusscher_2006"\nscale = { g_Ks = 3 }')), out="model")
        self.assertEqual(rows, mechanistic)
        self.refused(edited(beyond, (NET, NET + "\nguard = false")), "g_Ks is 3 times that of")

    def test_conductances_start_from_the_paced_states_of_the_file(self):
        surrogate_files.leak_with_delay(self.folder / "net.safetensors", spoil=self.scalable)
        _, rows = self.go(edited(self.CONDUCTANCES, (NET, NET + '\ninitial_state = { bcl = "700 ms" }')), out="paced")
        self.assertAlmostEqual(self.V(rows)[0], -82.0, places=6)
        self.refused(edited(self.CONDUCTANCES, (NET, NET + '\ninitial_state = { bcl = "300 ms" }')),
                     "300 ms is not within the cycle lengths of the file, 400 to 1000 ms", mark="bcl")
        surrogate_files.leak_with_delay(self.folder / "net.safetensors")
        self.refused(edited(self.CONDUCTANCES, (NET, NET + '\ninitial_state = { bcl = "700 ms" }')), "holds no states of paced cells", mark="bcl")

    def test_conductances_that_cannot_be(self):
        def latents(card, _):
            card["conductance"]["latents"] = 5
        def table(_, tensors):
            tensors["conductance.inf"][2][3] = math.nan
        def initial(_, tensors):
            tensors["conductance.initial"] = ("F64", [2], [-86.0, 0.0])
        def host(card, _):
            card["model"] = "ten_tusscher_2007"
        def factors(card, tensors):
            self.scalable(card, tensors)
            card["conductance"]["scaled"][0]["factors"] = [1.5, 2]
        def parameter(card, tensors):
            self.scalable(card, tensors)
            card["conductance"]["scaled"][0]["name"] = "g_Kz"
        def cycles(card, tensors):
            self.scalable(card, tensors)
            card["conductance"]["cycles"] = [1000, 400]
        def sensitivities(card, tensors):
            self.scalable(card, tensors)
            card["conductance"]["scaled"] *= 2
        for spoil, parts in ((factors, ("conductance.scaled.g_Ks: 1.5 to 2 is no range of factors around 1",)),
                             (parameter, ("conductance.scaled.g_Kz: ten_tusscher_2006 has no such parameter beside g_Na",)),
                             (cycles, ("conductance.cycles: 400 ms is out of order",)), (sensitivities, ("[4, 17]; [8, 17] needed",)),
                             (latents, ("[4, 17]; [5, 17] needed",)), (table, ("'conductance.inf' has nan as its number 3",)),
                             (initial, ("conductance.initial has 2 numbers; 8 are needed",)), (host, ("ten_tusscher_2007", "ten_tusscher_2006"))):
            surrogate_files.leak_with_delay(self.folder / "net.safetensors", spoil=spoil)
            self.refused(CASE, *parts)

    def test_card(self):
        surrogate_files.two_gates(self.folder / "net.safetensors")
        card = self.run_ok("models", "net.safetensors").stdout
        for part in ("gate", "hodgkin_huxley_1952", "modern", "-100", "60", "tables of 0.05 mV"):
            self.assertIn(part, card)

    # ------------------------------------------------------------------------------------ what is refused
    def refused(self, text, *parts, mark=NET):
        self.config(text)
        done = support.run("run", "case.toml", "--output", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertFalse((self.folder / "out").exists())
        for part in (f"case.toml:{place(text, mark)[:place(text, mark).index(':')]}:", *parts):
            self.assertIn(part, done.stderr)

    def test_neither_model_nor_surrogate(self):
        text = edited(CASE, (NET, ""))
        self.refused(text, "the key 'model' is missing", 'surrogate = "file.safetensors"', mark="[[region]]")

    def test_missing_file(self):
        self.refused(CASE, "region.0.surrogate", "net.safetensors")

    def test_step_that_does_not_fit(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", dt=0.08)
        self.refused(CASE, "it takes steps of 0.08 ms", "take time.step = 0.08 ms")
        surrogate_files.passive_step(self.folder / "net.safetensors", dt=0.05)
        self.refused(CASE + '[solver]\nsplitting = "strang"\n', "half of the splitting step", "time.step = 0.1 ms")

    def test_step_inside_the_splitting_step(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", dt=0.025)
        run, _ = self.go(CASE)
        self.assertEqual(run["results"]["surrogate"]["all"]["evaluations"], 40 * 160)

    def test_wrong_unit(self):
        def spoil(card, _):
            card["inputs"][0]["unit"] = "V"
        surrogate_files.passive_step(self.folder / "net.safetensors", spoil=spoil)
        self.refused(CASE, "inputs.0.unit", "V is in mV, not in 'V'")

    def test_not_a_number_in_the_weights(self):
        def spoil(_, tensors):
            tensors["net.0.weight"] = ("F32", [1, 1], [float("nan")])
        surrogate_files.passive_step(self.folder / "net.safetensors", spoil=spoil)
        self.refused(CASE, "net.0.weight")

    def test_range_of_no_width(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", low=-85.0, high=-85.0)
        self.refused(CASE, "range")

    def test_newer_version(self):
        surrogate_files.passive_step(self.folder / "net.safetensors", version="2")
        self.refused(CASE, "version 2")

    def test_no_model_to_fall_back_to(self):
        def spoil(card, _):
            del card["model"]
        surrogate_files.passive_step(self.folder / "net.safetensors", spoil=spoil)
        self.refused(CASE, "model")

    def test_order_of_variables(self):
        def spoil(card, tensors):
            pairs = tensors["check.outputs"][2]
            tensors["check.outputs"] = ("F64", [4, 1], pairs[::-1])
        surrogate_files.passive_step(self.folder / "net.safetensors", spoil=spoil)
        self.refused(CASE, "do not reproduce their samples", "the order of inputs")

    def test_parameters_of_another_training(self):
        surrogate_files.passive_step(self.folder / "net.safetensors")
        text = edited(CASE, (NET, NET + '\nparameters = { g_leak = "0.2 mS/uF" }'))
        self.refused(text, "parameters that it was trained with", mark="parameters")

    def test_another_model_named_beside_it(self):
        surrogate_files.passive_step(self.folder / "net.safetensors")
        text = edited(CASE, (NET, NET + '\nmodel = "ten_tusscher_2006"'))
        self.refused(text, "stands for passive, not for ten_tusscher_2006", mark="model =")

    def test_trainer_absent(self):
        """Where myowave-learn is not built, the command says how to build it."""
        import os
        import shutil
        shutil.copy(support.MYOWAVE, self.folder / "myowave")
        done = support.subprocess.run([self.folder / "myowave", "train", "x.toml"], text=True, capture_output=True,
                                      env=os.environ, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("MYOWAVE_LEARN=ON", done.stderr)


if __name__ == "__main__":
    unittest.main()
