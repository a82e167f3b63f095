# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The shipped surrogates in tissue, against the models they stand for."""

import unittest

import numpy

import support
from support import SOURCE, edited

CARDS = SOURCE / "surrogates/cards"
CABLE = """[mesh]
kind = "cable"
size = "20 mm"
spacing = "0.2 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }
[[region]]
name = "all"
CELL
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["2 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[time]
end = "60 ms"
step = "0.1 ms"
[[probe]]
name = "a"
at = ["5 mm"]
[[probe]]
name = "b"
at = ["15 mm"]
"""


class Cards(support.ProgramTest):
    def results(self, text, out, *arguments, ranks=1):
        self.config(text)
        self.run_ok("run", "case.toml", "--quiet", "--output", out, *arguments, ranks=ranks, timeout=200)
        return support.run_json(self.folder / out)["results"]

    def velocity(self, results, beat=0):
        a, b = (results["probes"][name]["activation_ms"][beat] for name in "ab")
        return 10.0 / (b - a)

    def assert_same_waves(self, card, model, text, *arguments, cv=0.01, apd=1.0):
        """CV within 1 % and APD90 within 1 ms of the model."""
        surrogate = self.results(edited(text, ("CELL", f'surrogate = "{CARDS / card}"')), "surrogate", *arguments)
        mechanistic = self.results(edited(text, ("CELL", model)), "model", *arguments)
        self.assertEqual(surrogate["activated_fraction"], 1.0)
        self.assertAlmostEqual(self.velocity(surrogate) / self.velocity(mechanistic), 1.0, delta=cv)
        for name in "ab":
            x, y = (r["probes"][name]["apd_ms"][0] for r in (surrogate, mechanistic))
            self.assertLess(abs(x - y), apd)
        told = surrogate["surrogate"]["all"]
        self.assertEqual(told["fallbacks"], 0)
        return surrogate, mechanistic

    def assert_rests(self, card, *arguments):
        """No drift of the resting state over 5 s."""
        self.run_ok("cell", "--model", CARDS / card, "--bcl", "5000 ms", "--stimulus", "0 uA/uF", "--output", "rest",
                    *arguments)
        V = numpy.array(support.table(self.folder / "rest/trace.csv")["V_mV"], dtype=float)
        self.assertGreater(len(V), 1000)
        self.assertLess(numpy.abs(V - V[0]).max(), 0.05)

    def test_each_has_a_card_and_a_recipe(self):
        files = sorted(CARDS.glob("*.safetensors"))
        self.assertGreaterEqual(len(files), 1)
        for file in files:
            self.assertLess(file.stat().st_size, 1_000_000)
            card = self.run_ok("models", file).stdout
            for part in ("provenance", "recipe", "accuracy", "trained range"):
                self.assertIn(part, card)
            self.assertTrue((SOURCE / "surrogates/recipes" / (file.stem + ".toml")).exists(), file.stem)

    # ------------------------------------------------------------------------------ FitzHugh-Nagumo step
    FHN_MODEL = 'model = "fitzhugh_nagumo"\nvariant = "werneck_code"\nparameters = { alpha = 0.1 }'
    FHN_CABLE = CABLE + '[output]\nactivation = { threshold = "-35 mV" }\n[reaction]\nstep = "0.01 ms"\n'

    def test_fhn_step_on_a_cable(self):
        self.assert_same_waves("fhn_step.safetensors", self.FHN_MODEL, self.FHN_CABLE)

    def test_fhn_step_rests(self):
        self.assert_rests("fhn_step.safetensors")

    def test_guard_catches_what_makes_the_unguarded_run_fail(self):
        """A stimulus that lifts V far out of the trained range within one step."""
        text = edited(self.FHN_CABLE, ('amplitude = "60 uA/uF"', 'amplitude = "1500 uA/uF"'))
        cell = f'surrogate = "{CARDS / "fhn_step.safetensors"}"\n'
        self.config(edited(text, ("CELL", cell + "guard = false")))
        bare = support.run("run", "case.toml", "--quiet", "--output", "bare", cwd=self.folder)
        guarded = self.results(edited(text, ("CELL", cell + "fallback_limit = 0.05")), "guarded")
        model = self.results(edited(text, ("CELL", self.FHN_MODEL)), "model")
        self.assertGreater(guarded["surrogate"]["all"]["fallbacks"], 100)
        self.assertAlmostEqual(self.velocity(guarded) / self.velocity(model), 1.0, delta=0.01)
        self.assertEqual(bare.returncode, 3, "the unguarded run did not fail")
        self.assertIn("the computation failed", bare.stderr)

    def test_fhn_step_on_ranks(self):
        text = edited(self.FHN_CABLE, ("CELL", f'surrogate = "{CARDS / "fhn_step.safetensors"}"'))
        one = self.results(text, "one")
        for ranks in (2, 3):
            some = self.results(text, f"on{ranks}", ranks=ranks)
            for name in "ab":
                self.assertAlmostEqual(some["probes"][name]["activation_ms"][0], one["probes"][name]["activation_ms"][0],
                                       places=6)
            self.assertEqual(some["surrogate"], one["surrogate"])

    # ------------------------------------------------------------------------------ FitzHugh-Nagumo trajectories
    @staticmethod
    def fhn_exact(u, v, current, times):
        """Runge-Kutta's method at 0.005 ms on the equations of Werneck et al. 2025: u and v at every ms, [times, 2, n]."""
        def rates(u, v):
            return 10.0 * (u * (u - 0.4) * (1.0 - u) - v + current), 0.04 * u - 0.16 * v
        out, h = [], 0.005
        for _ in range(times):
            for _ in range(200):
                a = rates(u, v)
                b = rates(u + 0.5 * h * a[0], v + 0.5 * h * a[1])
                c = rates(u + 0.5 * h * b[0], v + 0.5 * h * b[1])
                d = rates(u + h * c[0], v + h * c[1])
                u, v = (x + h / 6.0 * (k + 2.0 * l + 2.0 * m + n) for x, k, l, m, n in zip((u, v), a, b, c, d))
            out.append((u, v))
        return numpy.array(out)

    def fhn_errors(self, card, columns, u, v, current, times):
        """Mean error over u and v, in their units, of a batch from all starts."""
        cases = ""
        if columns:
            rows = [",".join(columns)] + [",".join(f"{column[k]:.9g}" for column in columns.values()) for k in range(len(u))]
            (self.folder / "cases.csv").write_text("\n".join(rows) + "\n")
            cases = 'cases = "cases.csv"\n'
        self.config(f'[[region]]\nname = "cell"\nsurrogate = "{CARDS / card}"\n[batch]\n{cases}end = "{times} ms"\nevery = "1 ms"\n')
        self.run_ok("cell", "case.toml", "--quiet", "--output", card)
        table = support.table(self.folder / card / "trajectories.csv")
        found_u = (numpy.array(table["V_mV"], dtype=float).reshape(len(u), times + 1) + 85.0) / 100.0
        found_v = numpy.array(table["v"], dtype=float).reshape(len(u), times + 1)
        exact = self.fhn_exact(u, v, current, times)
        return 0.5 * (numpy.abs(found_u[:, 1:].T - exact[:, 0]).mean() + numpy.abs(found_v[:, 1:].T - exact[:, 1]).mean())

    def test_fhn_trajectories(self):
        """Each nearer to the equations than the best of the authors' 800 networks."""
        random = numpy.random.default_rng(7)
        u, v, k = random.uniform(-0.1, 0.81, 400), random.uniform(0.0, 0.12, 400), random.uniform(0.0, 1.0, 400)
        starts = {"V.0_mV": 100.0 * u - 85.0, "v.0": v}
        one = numpy.ones(1)
        self.assertLess(self.fhn_errors("fhn_a.safetensors", {}, 0.5 * one, 0.0 * one, 0.0, 25), 3.3e-4)
        self.assertLess(self.fhn_errors("fhn_b.safetensors", starts, u, v, 0.0, 25), 2.8e-3)
        self.assertLess(self.fhn_errors("fhn_c.safetensors", {**starts, "I_1/ms": 0.8 + 0.4 * k}, u, v, 0.08 + 0.04 * k, 20), 3.4e-3)

    def test_fhn_iterated(self):
        """50 steps on the limit cycle, within the rollout error of the authors' best network."""
        self.config(f'[[region]]\nname = "cell"\nsurrogate = "{CARDS / "fhn_itnn.safetensors"}"\n'
                    'initial_state = { V = "5 mV", v = "0.1" }\n'
                    '[pacing]\nbcl = "50 ms"\nbeats = 1\nstimulus = "0 uA/uF"\n[reaction]\nstep = "1 ms"\n')
        self.run_ok("cell", "case.toml", "--quiet", "--output", "itnn")
        trace = support.table(self.folder / "itnn/trace.csv")
        V, v = (numpy.array(trace[name], dtype=float)[1:] for name in ("V_mV", "v"))
        exact = self.fhn_exact(0.9 * numpy.ones(1), 0.1 * numpy.ones(1), 0.08, 50)[:, :, 0]
        self.assertEqual(len(V), 50)
        self.assertLess(0.5 * (numpy.abs((V + 85.0) / 100.0 - exact[:, 0]).mean() + numpy.abs(v - exact[:, 1]).mean()), 0.027)

    # ------------------------------------------------------------------------------ sodium gates of an atrial cell
    ATRIUM = edited(CABLE, ('kind = "cable"\nsize = "20 mm"', 'kind = "sheet"\nsize = ["20 mm", "2 mm"]'),
                    ('transverse = "0.1334 S/m"', 'transverse = "0.0334 S/m"'),
                    ('box = [["0 mm"], ["2 mm"]]', 'box = [["0 mm", "0 mm"], ["2 mm", "2 mm"]]'),
                    ('at = ["5 mm"]', 'at = ["5 mm", "1 mm"]'), ('at = ["15 mm"]', 'at = ["15 mm", "1 mm"]'),
                    ('amplitude = "60 uA/uF"', 'amplitude = "30 uA/uF"'), ('end = "60 ms"', 'end = "550 ms"'), ('step = "0.1 ms"', 'step = "0.05 ms"'))

    def test_sodium_gates_on_an_atrial_sheet(self):
        surrogate, model = self.assert_same_waves("sodium_gates.safetensors", 'model = "koivumaki_2011_skibsbye"',
                                                  self.ATRIUM)
        for name in "ab":
            x, y = (r["probes"][name]["activation_ms"][0] for r in (surrogate, model))
            self.assertLess(abs(x - y), 0.05)

    def test_sodium_gates_rest(self):
        """The model's own drift apart: concentrations go on after the beats at 1 Hz that it starts from."""
        drift = {}
        for name, option in (("card", CARDS / "sodium_gates.safetensors"), ("model", "koivumaki_2011_skibsbye")):
            self.run_ok("cell", "--model", option, "--bcl", "5000 ms", "--stimulus", "0 uA/uF", "--output", name)
            drift[name] = numpy.array(support.table(self.folder / name / "trace.csv")["V_mV"], dtype=float)
        self.assertLess(numpy.abs(drift["card"] - drift["model"]).max(), 0.05)

    # ------------------------------------------------------------------------------ Hodgkin and Huxley's axon
    HH_REST = 'initial_state = { V = "-64.9963793 mV" }'
    HH_MODEL = ('model = "hodgkin_huxley_1952"\nparameters = { V_rest = "-65 mV", E_Na = "50 mV", E_K = "-77 mV", '
                'E_L = "-54.387 mV" }\n' + HH_REST)
    HH_CARD = f'surrogate = "{CARDS / "hodgkin_huxley.safetensors"}"\n' + HH_REST
    # The front is 0.25 mm long.
    HH_CABLE = edited(CABLE, ('spacing = "0.2 mm"', 'spacing = "0.1 mm"'), ('longitudinal = "0.1334 S/m"', 'longitudinal = "0.4 S/m"'),
                      ('duration = "2 ms"', 'duration = "1 ms"'), ('end = "60 ms"', 'end = "25 ms"'),
                      ('step = "0.1 ms"', 'step = "0.02 ms"')) + '[output]\nactivation = { threshold = "-20 mV" }\n[reaction]\nstep = "0.02 ms"\n'  # fmt: skip

    def test_hodgkin_huxley_on_a_cable(self):
        """Measured: CV -0.01 %, APD90 within 0.001 ms, activations within 0.0012 ms."""
        surrogate = self.results(edited(self.HH_CABLE, ("CELL", self.HH_CARD)), "surrogate")
        model = self.results(edited(self.HH_CABLE, ("CELL", self.HH_MODEL)), "model")
        self.assertEqual(surrogate["activated_fraction"], 1.0)
        self.assertAlmostEqual(self.velocity(surrogate) / self.velocity(model), 1.0, delta=0.002)
        for name in "ab":
            x, y = (r["probes"][name] for r in (surrogate, model))
            self.assertLess(abs(x["apd_ms"][0] - y["apd_ms"][0]), 0.005)
            self.assertLess(abs(x["activation_ms"][0] - y["activation_ms"][0]), 0.02)
        self.assertEqual(surrogate["surrogate"]["all"]["fallbacks"], 0)

    def test_hodgkin_huxley_restitution(self):
        """S1S2 on the cable. Measured: the same ERP of 6.6 ms, CV within 0.03 %, APD90 within 0.0011 ms at all intervals."""
        protocol = ('[restitution]\non = "cable"\ns1 = { bcl = "60 ms", beats = 2 }\ns2 = { from = "40 ms", to = "8 ms", '
                    'step = "4 ms" }\nerp = { resolution = "0.1 ms" }\n')
        text = edited(self.HH_CABLE, ('at = ["5 mm"]', 'at = ["3 mm"]'), ('at = ["15 mm"]', 'at = ["6 mm"]')) + protocol
        found = []
        for cell in self.HH_CARD, self.HH_MODEL:
            self.config(edited(text, ("CELL", cell)))
            self.run_ok("restitution", "case.toml", "--quiet", "--force", "--output", "out", timeout=200)
            found.append(support.run_json(self.folder / "out")["results"])
        surrogate, model = found
        self.assertAlmostEqual(surrogate["erp_ms"], model["erp_ms"], delta=0.15)
        pairs = [(x, y) for x, y in zip(surrogate["curve"], model["curve"]) if y["s2_ms"] >= 8.0]
        self.assertEqual(len(pairs), 9)
        for x, y in pairs:
            self.assertEqual(x["s2_ms"], y["s2_ms"])
            self.assertTrue(x["captured"] and y["captured"])
            self.assertAlmostEqual(x["cv_m_per_s"] / y["cv_m_per_s"], 1.0, delta=0.002)
            self.assertLess(abs(x["apd90_ms"] - y["apd90_ms"]), 0.005)

    def test_hodgkin_huxley_rests(self):
        """Measured: 0.003 mV."""
        self.config(f'[[region]]\nname = "cell"\n{self.HH_CARD}\n[reaction]\nstep = "0.05 ms"\n')
        self.run_ok("cell", "case.toml", "--bcl", "5000 ms", "--stimulus", "0 uA/uF", "--output", "rest")
        V = numpy.array(support.table(self.folder / "rest/trace.csv")["V_mV"], dtype=float)
        self.assertGreater(len(V), 1000)
        self.assertLess(numpy.abs(V - V[0]).max(), 0.05)

    def test_hodgkin_huxley_on_ranks(self):
        text = edited(self.HH_CABLE, ("CELL", self.HH_CARD))
        one = self.results(text, "one")
        for ranks in (2, 3):
            some = self.results(text, f"on{ranks}", ranks=ranks)
            for name in "ab":
                self.assertAlmostEqual(some["probes"][name]["activation_ms"][0], one["probes"][name]["activation_ms"][0],
                                       places=6)
            self.assertEqual(some["surrogate"], one["surrogate"])

    def test_hodgkin_huxley_fires_at_other_currents(self):
        """The paper's trained current and two others, 100 ms: as many spikes as the equations, the last within 0.1 ms; measured 0.02 ms."""
        for current, spikes in ((2, 0), (10, 7), (20, 9)):
            last = []
            for cell in self.HH_CARD, self.HH_MODEL:
                self.config(f'[[region]]\nname = "cell"\n{cell}\n[reaction]\nmethod = "midpoint"\nstep = "0.01 ms"\n')
                self.run_ok("cell", "case.toml", "--bcl", "100 ms", "--stimulus", f"{current} uA/uF", "--output", "out", "--force",
                            "--set", 'pacing.duration="100 ms"', "--set", 'pacing.trace_every="0.01 ms"')  # fmt: skip
                rows = support.table(self.folder / "out/trace.csv")
                V = numpy.array(rows["V_mV"], dtype=float)
                up = numpy.flatnonzero((V[:-1] < 0.0) & (V[1:] >= 0.0))
                self.assertEqual(len(up), spikes, current)
                if spikes:
                    last.append(float(rows["t_ms"][up[-1]]))
            if spikes:
                self.assertLess(abs(last[0] - last[1]), 0.1, current)

    # ------------------------------------------------------------------------------ ten Tusscher's ventricle, conductances
    TT_CABLE = edited(CABLE, ('spacing = "0.2 mm"', 'spacing = "0.1 mm"'), ('end = "60 ms"', 'end = "550 ms"'), ('step = "0.1 ms"', 'step = "0.05 ms"'))

    def assert_same_beat(self, card, model, cv, apd, beats=10):
        """A beat of paced cells on a cable, both with the same step."""
        self.run_ok("cell", "--model", card, "--bcl", "1000 ms", "--beats", "10", "--quiet", "--output", "paced_card", "--force")
        has_states = "paced" in self.run_ok("models", card).stdout
        start = '\ninitial_state = { bcl = "1000 ms" }' if has_states else '\ninitial_state = "paced_card/final_state.toml"'
        surrogate = self.results(edited(self.TT_CABLE, ("CELL", f'surrogate = "{card}"{start}')), "surrogate", "--force")
        self.run_ok("cell", "--bcl", "1000 ms", "--beats", str(beats), "--quiet", "--output", "paced", "--force", *self.cell_file(model))
        mechanistic = self.results(edited(self.TT_CABLE, ("CELL", model + '\ninitial_state = "paced/final_state.toml"')), "model", "--force")
        self.assertEqual(surrogate["activated_fraction"], 1.0)
        self.assertAlmostEqual(self.velocity(surrogate) / self.velocity(mechanistic), 1.0, delta=cv)
        for name in "ab":
            x, y = (r["probes"][name]["apd_ms"][0] for r in (surrogate, mechanistic))
            self.assertLess(abs(x - y), apd)
        self.assertEqual(surrogate["surrogate"]["all"]["fallbacks"], 0)

    def cell_file(self, model):
        (self.folder / "cell.toml").write_text(f'[[region]]\nname = "cell"\n{model}\n')
        return ["cell.toml"]

    TT_MODEL = 'model = "ten_tusscher_2006"\nvariant = "VARIANT"\nparameters = { drift = 0 }'

    def test_ten_tusscher_on_a_cable(self):
        for card in sorted(CARDS.glob("ten_tusscher_2006_*.safetensors")):
            with self.subTest(card.name):
                variant = card.stem.split("_")[-1]
                self.assert_same_beat(card, self.TT_MODEL.replace("VARIANT", "epi" if variant in ("scaled", "fast") else variant), 0.01, 3.0)

    def test_calcium_follows_from_the_latents(self):
        card = CARDS / "ten_tusscher_2006_epi_fast.safetensors"
        traces = []
        for name, cell in (("ours", f'surrogate = "{card}"'), ("model", self.TT_MODEL.replace("VARIANT", "epi"))):
            self.run_ok("cell", *self.cell_file(cell), "--bcl", "700 ms", "--beats", "20", "--quiet", "--output", name)
            traces.append(numpy.array(support.table(self.folder / name / "trace.csv")["Cai_mM"], dtype=float))
        # Of the last beat: its peak (-8 %), its mean (-1 %), what it begins with (-1 %).
        for figure, tolerance in (numpy.max, 0.1), (numpy.mean, 0.05), (lambda Cai: Cai[0], 0.05):
            self.assertLess(abs(figure(traces[0]) / figure(traces[1]) - 1.0), tolerance)

    def test_ohara_rudy_on_a_cable(self):
        self.assert_same_beat(CARDS / "ohara_rudy_2011_endo.safetensors", 'model = "ohara_rudy_2011"\nvariant = "endo"\nparameters = { drift = 0 }', 0.01, 5.0,
                              beats=40)    # as many as the state in the file

    def test_courtemanche_on_a_cable(self):
        self.assert_same_beat(CARDS / "courtemanche_1998.safetensors", 'model = "courtemanche_1998"\nparameters = { drift = 0 }', 0.01, 4.0, beats=40)

    def test_ten_tusscher_with_conductances_that_were_held_back(self):
        card = f'surrogate = "{CARDS / "ten_tusscher_2006_scaled.safetensors"}"'
        for scale in "g_Ks = 0.6", "g_Kr = 0.7":
            found = []
            for name, cell in (("ours", card), ("model", self.TT_MODEL.replace("VARIANT", "epi"))):
                self.run_ok("cell", *self.cell_file(cell + f"\nscale = {{ {scale} }}"), "--bcl", "600 ms", "--beats", "10", "--quiet", "--force", "--output", name)
                found.append(support.run_json(self.folder / name)["results"]["beats"][-1]["apd90_ms"])
            self.assertLess(abs(found[0] - found[1]), 4.0)
            self.assertGreater(found[1], 305.0)    # the factor is felt: 296 ms without

    def test_ten_tusscher_rests(self):
        """It goes from the model's initial state to its rest, as the model does, and stays there."""
        for card in sorted(CARDS.glob("ten_tusscher_2006_*.safetensors")):
            self.run_ok("cell", "--model", card, "--bcl", "20000 ms", "--stimulus", "0 uA/uF", "--output", "rest", "--force",
                        "--set", 'pacing.trace_every="10 ms"')  # fmt: skip
            V = numpy.array(support.table(self.folder / "rest/trace.csv")["V_mV"], dtype=float)
            self.assertLess(numpy.abs(V + 85.5).max(), 1.0)
            of = card.stem.removeprefix("ten_tusscher_2006_")
            # The slowest latents take 5 s: of M 0.113 mV is left after 5 s, of epi 0.108; of epi 0.059 after 10 s, of epi_fast 0.052.
            self.assertLess(numpy.abs(V[1500 if of in ("epi", "epi_fast") else 1000:] - V[-1]).max(), 0.05)
            moved = [numpy.abs(V[at:at + 501] - V[at + 500]).max() for at in (500, 1000, 1500)]    # in five seconds each
            self.assertLess(moved[0], 0.15 if of in ("M", "epi") else 0.1)
            for before, after in zip(moved, moved[1:]):    # by a time constant of 5 s what is left falls to 37 %
                self.assertLess(after, 0.5 * before + 0.005)


if __name__ == "__main__":
    unittest.main()
