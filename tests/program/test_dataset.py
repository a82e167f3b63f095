# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave dataset`: what it writes, against equations solved here, other commands, and other numbers of ranks."""

import signal
import subprocess
import unittest

import numpy

import hdf5_file
import support
from support import edited, place

EXACT = '[reaction]\nstep = "{}"\nmethod = "rush_larsen"\nprecision = "double"\ntables = false\n'
FHN_CELLS = """[[region]]
name = "cell"
model = "fitzhugh_nagumo"
""" + EXACT.format("0.05 ms") + """[dataset]
source = "cells"
cases = 300
seed = 7
duration = "20 ms"
every = "0.1 ms"
initial = { V = ["-110 mV", "10 mV"], v = [-0.7, 1.1] }
parameters = { I = ["0 /ms", "0.8 /ms"] }
scale = { epsilon = [0.5, 2] }
current = { kind = "steps", amplitude = ["-10 uA/uF", "20 uA/uF"], hold = ["0.25 ms", "3 ms"] }
"""
HH_CLAMP = """[[region]]
name = "cell"
model = "hodgkin_huxley_1952"
""" + EXACT.format("0.025 ms") + """[dataset]
source = "voltage_clamp"
every = "0.05 ms"
holding = "-60 mV"
settle = "500 ms"
segments = [{ V = "-60 mV", duration = "1 ms" },
            { V = { from = "-100 mV", to = "60 mV", step = "20 mV" }, duration = "6 ms" },
            { V = ["-60 mV", "-85 mV"], duration = "3 ms" }]
"""
CABLE = """[mesh]
kind = "cable"
size = "4 mm"
spacing = "0.1 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[region]]
name = "all"
model = "hodgkin_huxley_1952"
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["0.5 mm"]] }
amplitude = "60 uA/uF"
start = "0.2 ms"
duration = "1 ms"
[time]
end = "10 ms"
step = "0.02 ms"
[[probe]]
name = "near"
at = ["1 mm"]
every = "0.02 ms"
[[probe]]
name = "far"
at = ["3 mm"]
every = "0.02 ms"
""" + EXACT.format("0.01 ms") + """[dataset]
source = "tissue"
nodes = "all"
"""


# ---------------------------------------------------------------------------- the models, written once more
def fhn_step(V, v, J, dt, I=0.0, epsilon=0.08):
    u = (V + 49.0) / 30.0
    dV = 30.0 * (u * (u + numpy.sqrt(3)) * (numpy.sqrt(3) - u) / 3.0 - v + I) + J
    return V + dt * dV, v + dt * epsilon * (0.7 + u - 0.8 * v)


def hh_rates(V):
    """Opening and closing rates of m, h, n."""
    u = numpy.asarray(V) + 60.0
    with numpy.errstate(invalid="ignore", divide="ignore"):
        linear = lambda x: numpy.where(abs(x) < 1e-8, 1.0, x / numpy.expm1(x))
        return ((linear(2.5 - 0.1 * u), 4.0 * numpy.exp(-u / 18.0)), (0.07 * numpy.exp(-u / 20.0), 1.0 / (1.0 + numpy.exp(3.0 - 0.1 * u))),
                (0.1 * linear(1.0 - 0.1 * u), 0.125 * numpy.exp(-u / 80.0)))


def hh_gates(V, gates, dt):
    """Exact at a constant V."""
    after = []
    for x, (opening, closing) in zip(gates, hh_rates(V)):
        inf = opening / (opening + closing)
        after.append(inf + (x - inf) * numpy.exp(-dt * (opening + closing)))
    return after


def hh_current(V, m, h, n):
    return 120.0 * m**3 * h * (V - 55.0) + 36.0 * n**4 * (V + 72.0) + 0.3 * (V + 49.387)


def hh_step(V, gates, stimulus, dt):
    gates = hh_gates(V, gates, dt)
    return V + dt * (stimulus - hh_current(V, *gates)), gates


class Dataset(support.ProgramTest):
    def make(self, text, name="case", *arguments, **options):
        self.config(text, f"{name}.toml")
        self.run_ok("dataset", f"{name}.toml", "--quiet", "--force", "--output", name, *arguments, **options)
        return self.folder / name

    def arrays(self, text, *names, name="case", **options):
        with hdf5_file.File(self.make(text, name, **options) / "dataset.h5") as file:
            return [file.array(each) for each in names]

    # -------------------------------------------------------------------------------------------- the file
    def test_what_the_file_says(self):
        folder = self.make(FHN_CELLS)
        with hdf5_file.File(folder / "dataset.h5") as file:
            head = {name: file.attribute(name) for name in ("format", "version", "source", "model", "variant", "dt_ms", "seed", "config")}
            self.assertEqual(head, {"format": "myowave-dataset", "version": 1, "source": "cells", "model": "fitzhugh_nagumo",
                                    "variant": "classic", "dt_ms": 0.1, "seed": 7, "config": (folder / "config.toml").read_text()})
            self.assertRegex(file.attribute("program"), r"^myowave \d+\.\d+\.\d+ \(\S+\)$")
            self.assertEqual((file.array("names"), file.array("units")), (["V", "v"], ["mV", "1"]))
            self.assertEqual([file.attribute("unit", name) for name in ("t", "J", "parameters/I", "parameters/epsilon")],
                             ["ms", "uA/uF", "1/ms", "1/ms"])
            numpy.testing.assert_array_equal(file.array("t"), 0.1 * numpy.arange(201))
            values, J = file.array("values"), file.array("J")
            self.assertEqual((values.shape, J.shape, file.filters("values"), file.filters("J")), ((300, 201, 2), (300, 201), 2, 2))
        report = support.run_json(folder)
        self.assertEqual((report["status"], report["ranks"], report["precision"]), ("finished", 1, "double"))
        results = report["results"]
        self.assertEqual((results["cases"], results["times"], results["dt_ms"]), (300, 201, 0.1))
        self.assertEqual(results["bytes"], (folder / "dataset.h5").stat().st_size)
        for name, numbers in [("V", values[:, :, 0]), ("v", values[:, :, 1]), ("J", J)]:
            self.assertEqual((results["variables"][name]["min"], results["variables"][name]["max"]), (numbers.min(), numbers.max()))
        self.assertEqual(report["performance"]["cell_steps"], 300 * 200 * 2)
        self.assertEqual(sorted(each.name for each in folder.iterdir()), ["config.toml", "dataset.h5", "log.txt", "run.json"])

    def test_a_seed_decides_all(self):
        one, J = self.arrays(FHN_CELLS, "values", "J")
        again, J_again = self.arrays(FHN_CELLS, "values", "J", name="again")
        self.assertEqual((one.tobytes(), J.tobytes()), (again.tobytes(), J_again.tobytes()))
        other, J_other = self.arrays(edited(FHN_CELLS, ("seed = 7", "seed = 8")), "values", "J", name="other")
        self.assertFalse(numpy.any(one[:, 0] == other[:, 0]))
        self.assertFalse(numpy.any(J[:, 0] == J_other[:, 0]))

    # ------------------------------------------------------------------------------------------------- cells
    def test_cells_follow_their_equations(self):
        """Every interval, from the recorded V, v, J and parameters."""
        values, J, I, epsilon = self.arrays(FHN_CELLS, "values", "J", "parameters/I", "parameters/epsilon")
        V, v = values[:, :, 0], values[:, :, 1]
        after = V[:, :-1], v[:, :-1]
        for _ in range(2):
            after = fhn_step(*after, J[:, :-1], 0.05, I[:, None], epsilon[:, None])
        self.assertLess(abs(after[0] - V[:, 1:]).max(), 1e-10)
        self.assertLess(abs(after[1] - v[:, 1:]).max(), 1e-12)

    def test_cells_start_in_a_latin_hypercube(self):
        values, I, epsilon = self.arrays(FHN_CELLS, "values", "parameters/I", "parameters/epsilon")
        for numbers, low, high in [(values[:, 0, 0], -110, 10), (values[:, 0, 1], -0.7, 1.1), (I, 0, 0.8), (epsilon, 0.04, 0.16)]:
            intervals = numpy.floor((numbers - low) / (high - low) * 300).astype(int)
            self.assertEqual(sorted(intervals), list(range(300)))

    def test_currents(self):
        for kind, check in [
            ('{ kind = "none" }', lambda J: self.assertEqual((J.min(), J.max()), (0, 0))),
            ('{ kind = "train", amplitude = "40 uA/uF", start = "2 ms", duration = "0.5 ms", interval = "5 ms" }',
             lambda J: numpy.testing.assert_allclose(J, numpy.broadcast_to(numpy.where(
                 (numpy.arange(201) >= 20) & ((numpy.arange(201) - 20) % 50 < 5), 40.0, 0.0), J.shape), atol=1e-6)),
            ('{ kind = "noise", mean = "5 uA/uF", sigma = "2 uA/uF", theta = "0.5 /ms" }',
             lambda J: (self.assertAlmostEqual(J.mean(), 5, delta=0.15), self.assertAlmostEqual(J.std(), 2, delta=0.1),
                        self.assertAlmostEqual(numpy.corrcoef(J[:, :-1].ravel(), J[:, 1:].ravel())[0, 1], numpy.exp(-0.05), delta=0.01))),
        ]:
            with self.subTest(kind):
                check(self.arrays(edited(FHN_CELLS, ('{ kind = "steps", amplitude = ["-10 uA/uF", "20 uA/uF"], hold = ["0.25 ms", "3 ms"] }',
                                                     kind)), "J")[0])

    def test_the_same_by_the_reference(self):
        small = edited(FHN_CELLS, ("cases = 300", "cases = 3"), ('step = "0.05 ms"', 'step = "0.001 ms"'),
                       ('method = "rush_larsen"', 'method = "midpoint"'))
        kernels, J, I = self.arrays(small + "ionic_current = true\n", "values", "J", "parameters/I")
        reference, J_reference, I_reference = self.arrays(small + "ionic_current = true\nreference = true\n", "values", "J", "parameters/I",
                                                          name="reference")
        self.assertEqual((J.tobytes(), I.tobytes()), (J_reference.tobytes(), I_reference.tobytes()))
        self.assertEqual(kernels.shape, (3, 201, 3))
        self.assertLess(abs(kernels - reference).max(), 2e-4)
        self.assertLess(abs(kernels[:, 0] - reference[:, 0]).max(), 1e-12)
        # I_ion is what remains of dV/dt without J.
        u, v = (reference[:, :, 0] + 49.0) / 30.0, reference[:, :, 1]
        I_ion = -30.0 * (u * (u + numpy.sqrt(3)) * (numpy.sqrt(3) - u) / 3.0 - v + I[:, None])
        self.assertLess(abs(I_ion - reference[:, :, 2]).max(), 1e-9)
        self.assertEqual(support.run_json(self.folder / "reference")["precision"], "CVODE")

    def test_production_kernels_start_from_a_state_file(self):
        self.run_ok("cell", "--model", "ten_tusscher_2006", "--beats", "1", "--output", "paced", "--quiet")
        text = """[[region]]
name = "cell"
model = "ten_tusscher_2006"
initial_state = "paced/final_state.toml"
[dataset]
source = "cells"
cases = 20
duration = "40 ms"
every = "1 ms"
initial = { V = ["-86 mV", "-84 mV"] }
scale = { g_Na = [0.8, 1.2] }
current = { kind = "train", amplitude = ["40 uA/uF", "60 uA/uF"], start = "1 ms", duration = "1 ms", interval = "500 ms" }
"""
        folder = self.make(text)
        with hdf5_file.File(folder / "dataset.h5") as file:
            values, g_Na, names = file.array("values"), file.array("parameters/g_Na"), file.array("names")
        final = support.run_json(self.folder / "paced")["results"]["final_state"]
        for k, name in enumerate(names):
            if name != "V":
                numpy.testing.assert_allclose(values[:, 0, k], final[name], rtol=1e-6)
        self.assertTrue(numpy.all(values[:, :, 0].max(axis=1) > 20))
        # More sodium current, a higher peak.
        peaks = values[:, :, 0].max(axis=1)
        self.assertGreater(numpy.corrcoef(g_Na, peaks)[0, 1], 0.7)
        self.assertEqual(support.run_json(folder)["precision"], "mixed")

    # ------------------------------------------------------------------------------------------------ clamps
    def test_voltage_clamp_against_the_closed_form(self):
        values, J, segments, t, names = self.arrays(HH_CLAMP, "values", "J", "segments", "t", "names")
        self.assertEqual((values.shape, names), ((18, 201, 5), ["V", "m", "h", "n", "I_ion"]))
        numpy.testing.assert_allclose(segments[:, 0], -60)
        numpy.testing.assert_allclose(segments[:, 1], numpy.repeat(numpy.arange(-100, 61, 20), 2))
        numpy.testing.assert_allclose(segments[:, 2], [-60, -85] * 9)
        settled = [opening / (opening + closing) for opening, closing in hh_rates(-60.0)]
        for each in range(18):
            gates, expected = [float(x) for x in settled], []
            for V, from_, to in zip(segments[each], (0, 1, 7), (1, 7, 10)):
                # At the very end V is still that of the last segment.
                inside = [time for time in t if from_ - 1e-9 <= time < to - 1e-9 or (to == 10 and time >= from_ - 1e-9)]
                for time in inside:
                    now = hh_gates(V, gates, time - from_)
                    expected.append([V, *now, hh_current(V, *now)])
                gates = hh_gates(V, gates, to - from_)
            expected = numpy.array(expected)
            self.assertLess(abs(values[each, :, :4] - expected[:, :4]).max(), 1e-6)
            self.assertLess(abs(values[each, :, 4] - expected[:, 4]).max(), 1e-6 * abs(expected[:, 4]).max() + 1e-9)
        # The electrode gives what the membrane lets through, and the charge of the steps.
        dV = numpy.diff(values[:, :, 0], axis=1, append=values[:, -1:, 0])
        numpy.testing.assert_allclose(J, values[:, :, 4] + dV / 0.05, atol=1e-9)

    def test_parameters_of_a_clamp_differ_from_case_to_case(self):
        values, g_K = self.arrays(HH_CLAMP + 'parameters = { g_K = ["20 mS/uF", "40 mS/uF"] }\n', "values", "parameters/g_K")
        self.assertEqual(sorted(numpy.floor((g_K - 20.0) / 20.0 * 18).astype(int)), list(range(18)))
        V, m, h, n, I_ion = numpy.moveaxis(values, 2, 0)
        expected = hh_current(V, m, h, n) + (g_K[:, None] - 36.0) * n**4 * (V + 72.0)
        self.assertLess(abs(I_ion - expected).max(), 1e-9 * abs(expected).max())

    AP_CLAMP = """[[region]]
name = "cell"
model = "hodgkin_huxley_1952"
""" + EXACT.format("0.01 ms") + """[pacing]
bcl = "20 ms"
stimulus = "40 uA/uF"
trace_every = "0.01 ms"
[dataset]
source = "ap_clamp"
cases = 6
duration = "15 ms"
every = "0.05 ms"
waveform = { %s }
"""

    def test_ap_clamp_with_the_paced_cell(self):
        """V is that of the paced cell, and the gates follow it: exact over each step with V of its middle."""
        text = self.AP_CLAMP % ""
        values, names = self.arrays(text, "values", "names")
        self.run_ok("cell", "case.toml", "--quiet", "--output", "cell")
        trace = support.table(self.folder / "cell/trace.csv")
        V = numpy.array([float(x) for x in trace["V_mV"]])[:1501]
        self.assertLess(abs(values[:, :, 0] - V[::5]).max(), 1e-6)
        gates = [float(trace[name][0]) for name in ("m", "h", "n")]
        expected = [gates]
        for middle in (V[1:] + V[:-1]) / 2:
            gates = hh_gates(middle, gates, 0.01)
            expected.append(gates)
        self.assertLess(abs(values[:, :, 1:4] - numpy.array(expected)[::5]).max(), 1e-7)
        self.assertGreater(values[:, :, 0].max(), 30)

    def test_ap_clamp_with_a_file_and_jitter(self):
        self.config(self.AP_CLAMP % "", "cell.toml")
        self.run_ok("cell", "cell.toml", "--quiet", "--output", "cell")
        jitter = 'file = "cell/trace.csv", scale = [0.8, 1.1], shift = ["-4 mV", "4 mV"], stretch = [0.7, 1.3]'
        V = self.arrays(self.AP_CLAMP % jitter, "values")[0][:, :, 0]
        trace = support.table(self.folder / "cell/trace.csv")
        t, wave = (numpy.array([float(x) for x in trace[name]]) for name in ("t_ms", "V_mV"))
        peak, base = wave.max() - wave[0], wave[0]
        shift = V[:, 0] - base
        scale = (V.max(axis=1) - V[:, 0]) / peak
        stretch = 0.05 * V.argmax(axis=1) / t[wave.argmax()]
        for numbers, low, high, interval in [(shift, -4, 4, 6), (scale, 0.8, 1.1, 3), (stretch, 0.7, 1.3, 3)]:
            self.assertTrue(numpy.all((numbers > low - 0.02) & (numbers < high + 0.02)), numbers)
            self.assertEqual(len(set(numpy.floor((numbers - low) / (high - low) * interval))), interval)
        for each in range(6):
            best = numpy.interp(0.05 * numpy.arange(301) / stretch[each], t, wave)
            self.assertLess(numpy.median(abs(V[each] - (base + shift[each] + scale[each] * (best - base)))), 1.0)

    def test_ap_clamp_with_a_probe_of_a_run(self):
        run = CABLE[:CABLE.index("[dataset]")]
        self.config(run, "cable.toml")
        self.run_ok("run", "cable.toml", "--quiet", "--output", "cable")
        text = edited(self.AP_CLAMP % 'file = "cable/probes.csv", column = "V_far_mV"', ('duration = "15 ms"', 'duration = "10 ms"'),
                      ('every = "0.05 ms"', 'every = "0.02 ms"'))
        V = self.arrays(text, "values")[0][:, :, 0]
        probes = support.table(self.folder / "cable/probes.csv")
        expected = numpy.array([float(x) for x in probes["V_far_mV"]])
        self.assertLess(abs(V - expected).max(), 1e-9)

    # ------------------------------------------------------------------------------------------------ tissue
    def test_tissue_is_that_of_a_run(self):
        folder = self.make(edited(CABLE, ('nodes = "all"', 'nodes = ["far", "near"]')))
        with hdf5_file.File(folder / "dataset.h5") as file:
            values, after, node, position, t = (file.array(name) for name in ("values", "V_after", "node", "position_mm", "t"))
        self.run_ok("run", "case.toml", "--quiet", "--output", "run", "--set", "dataset.seed=1")
        probes = support.table(self.folder / "run/probes.csv")
        for column, k in (("V_far_mV", 0), ("V_near_mV", 1)):
            expected = numpy.array([float(x) for x in probes[column]])
            self.assertLess(abs(values[k, :, 0] - expected[:-1]).max(), 1e-6)
            self.assertLess(abs(after[k] - expected[1:]).max(), 1e-6)
        self.assertEqual((list(node), position.tolist()), ([30, 10], [[3, 0, 0], [1, 0, 0]]))
        numpy.testing.assert_allclose(t, 0.02 * numpy.arange(500))

    def test_tissue_at_some_times(self):
        """Every fifth step, of some states, with the ionic current: the same numbers, and means of what acts."""
        values, J, stimulus, after = self.arrays(CABLE, "values", "J", "stimulus", "V_after")
        some = edited(CABLE, ('nodes = "all"', 'nodes = "all"\nevery = "0.1 ms"\nstates = ["n", "h"]\nionic_current = true'))
        folder = self.make(some)
        with hdf5_file.File(folder / "dataset.h5") as file:
            names = file.array("names")
            coarse, J_mean, stimulus_mean, V_after, t = (file.array(name) for name in ("values", "J", "stimulus", "V_after", "t"))
        self.assertEqual(names, ["V", "h", "n", "I_ion"])
        numpy.testing.assert_allclose(t, 0.1 * numpy.arange(100))
        numpy.testing.assert_array_equal(coarse[:, :, :3], values[:, ::5][:, :, [0, 2, 3]])
        numpy.testing.assert_array_equal(V_after, after[:, 4::5])
        numpy.testing.assert_allclose(J_mean, J.reshape(41, 100, 5).mean(axis=2), atol=1e-12)
        numpy.testing.assert_allclose(stimulus_mean, stimulus.reshape(41, 100, 5).mean(axis=2), atol=1e-12)
        V, m, h, n = (values[:, ::5, k] for k in range(4))
        current = 120 * m**3 * h * (V + 60 - 115) + 36 * n**4 * (V + 60 + 12) + 0.3 * (V + 60 - 10.613)
        numpy.testing.assert_allclose(coarse[:, :, 3], current, atol=1e-9)

    def test_tissue_is_reproduced_by_the_equations(self):
        """From V, the gates, J and the stimulus, by the equations written here."""
        values, J, stimulus, after, node = self.arrays(CABLE, "values", "J", "stimulus", "V_after", "node")
        self.assertEqual(list(node), list(range(41)))
        V, gates = values[:, :, 0] + 0.02 * (J - stimulus), [values[:, :, k] for k in (1, 2, 3)]
        for _ in range(2):
            V, gates = hh_step(V, gates, stimulus, 0.01)
        self.assertLess(abs(V - after).max(), 1e-9)
        self.assertEqual(abs(after[:, :-1] - values[:, 1:, 0]).max(), 0)
        for k, gate in enumerate(gates):
            self.assertLess(abs(gate[:, :-1] - values[:, 1:, k + 1]).max(), 1e-12)
        self.assertGreater(after[40].max(), 20)   # the wave has passed
        expected = numpy.zeros((41, 500))
        expected[:6, 10:60] = 60.0
        numpy.testing.assert_allclose(stimulus, expected, atol=1e-9)

    def test_ranks(self):
        text = edited(CABLE, ('nodes = "all"', 'nodes = { fraction = 0.3 }\nwindows = [["0 ms", "2 ms"], ["4 ms", "6 ms"]]'))
        names = ("values", "J", "stimulus", "V_after", "node", "position_mm", "start_ms")
        one = self.arrays(text, *names)
        self.assertEqual(one[0].shape, (24, 100, 4))
        self.assertEqual(len(set(one[4])), 12)
        self.assertEqual(list(one[4][:12]), sorted(one[4][:12]))
        self.assertEqual(list(one[6]), [0.0] * 12 + [4.0] * 12)
        for ranks in 2, 3:
            for name, here, there in zip(names, one, self.arrays(text, *names, name=f"ranks{ranks}", ranks=ranks)):
                self.assertEqual(here.tobytes(), there.tobytes(), f"{name} on {ranks} ranks")
        self.assertNotEqual(list(self.arrays(text + "seed = 2\n", "node", name="other")[0]), list(one[4]))

    def test_parameters_that_differ_from_node_to_node(self):
        text = edited(CABLE, ('model = "hodgkin_huxley_1952"\n',
                              'model = "hodgkin_huxley_1952"\nparameters = { g_K = { from = "30 mS/uF", to = "40 mS/uF", axis = "x" } }\n'),
                      ('nodes = "all"', 'nodes = { count = 9 }\nwindows = [["0 ms", "1 ms"], ["1 ms", "2 ms"]]'))
        for ranks in 1, 2:
            g_K, position = self.arrays(text, "parameters/g_K", "position_mm", ranks=ranks)
            numpy.testing.assert_allclose(g_K, 30.0 + 10.0 * position[:, 0] / 4.0, rtol=1e-12)

    def test_a_region_of_several(self):
        text = edited(CABLE, ("[[region]]\n", '[[region]]\nname = "scar"\nmodel = "passive"\nwhere = { box = [["2 mm"], ["4 mm"]] }\n[[region]]\n'),
                      ('nodes = "all"', 'nodes = "all"\nregion = "all"'))
        node, names = self.arrays(text, "node", "names")
        self.assertEqual((list(node), names), (list(range(20)), ["V", "m", "h", "n"]))
        node, names = self.arrays(edited(text, ('region = "all"', 'region = "scar"')), "node", "names")
        self.assertEqual((list(node), names), (list(range(20, 41)), ["V"]))

    # -------------------------------------------------------------------------------------- what goes wrong
    def refused(self, text, *parts, status=2, ranks=1):
        self.config(text, "wrong.toml")
        before = support.contents(self.folder)
        done = support.run("dataset", "wrong.toml", "--quiet", cwd=self.folder, ranks=ranks)
        self.assertEqual(done.returncode, status, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        if status == 2:
            self.assertEqual(support.contents(self.folder), before)
        return done

    def test_wrong_input(self):
        for text, where, *parts in [
            (edited(FHN_CELLS, ("cases = 300", "cases = -1")), "cases", "dataset.cases: -1 is not allowed"),
            (edited(FHN_CELLS, ('every = "0.1 ms"', "every = 0.1")), "every", "dataset.every: 0.1 has no unit"),
            (edited(FHN_CELLS, ('kind = "steps"', 'kind = "step"')), "kind", '"step" is not known (did you mean \'steps\'?)'),
            (edited(FHN_CELLS, ('v = [-0.7, 1.1]', 'w = [-0.7, 1.1]')), "w = [", "fitzhugh_nagumo has no state 'w'"),
            (edited(FHN_CELLS, ("cases = 300", "cases = 20000000")), "cases", "at most 1e+07 are allowed"),
            (CABLE + 'every = "0.05 ms"\n', 'every = "0.05 ms"', "0.05 ms is no multiple of time.step = 0.02 ms; take 0.06 ms"),
            (CABLE + 'states = ["m", "k"]\n', "states", "hodgkin_huxley_1952 has no state 'k' (did you mean 'm'?); it has: m, h, n"),
            (CABLE + 'states = ["m", "m"]\n', "states", "'m' stands there twice"),
            (CABLE + 'states = "m"\n', "states", "\"m\" is no list of states; write for example [\"m\"]"),
            (CABLE + 'every = "0.1 ms"\nwindows = [["0 ms", "0.52 ms"]]\n', "windows", "0.52 ms is no multiple of dataset.every = 0.1 ms; take 0.6 ms"),
            (FHN_CELLS + 'nodes = "all"\n', "nodes", "it belongs to source = \"tissue\"; with source = \"cells\" leave it out"),
            (edited(HH_CLAMP, ('V = "-60 mV", ', "")), '{ duration = "1 ms" }', "'V' is missing"),
            (edited(CABLE, ('nodes = "all"', 'nodes = { count = 100 }')), "nodes", "100 nodes are asked for, region 'all' has 41"),
            (edited(CABLE, ('nodes = "all"', 'nodes = ["middle"]')), "nodes", "there is no probe 'middle'", "near, far"),
            (edited(CABLE, ('nodes = "all"', 'nodes = ["far"]\nregion = "left"'),
                    ("[[region]]\n", '[[region]]\nname = "left"\nmodel = "passive"\nwhere = { box = [["0 mm"], ["2 mm"]] }\n[[region]]\n')),
             "nodes", "probe 'far' lies outside of region 'left'"),
        ]:
            with self.subTest(parts[0]):
                done = self.refused(text, *parts)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
                self.assertTrue(done.stderr.startswith(f"wrong.toml:{place(text, where)}: error: "), done.stderr)

    def test_waveforms_that_are_none(self):
        self.config("t_ms,V_mV\n0,-80\n", "short.csv")
        self.config("t_ms,V_mV\n0,-80\n1,-70\n1,-60\n", "back.csv")
        self.config("t_ms,V_mV\n0,-80\n1,900\n", "high.csv")
        self.config("time,V_mV\n0,-80\n1,90\n", "timeless.csv")
        for waveform, *parts in [
            ('file = "none.csv"', "dataset.waveform.file", "none.csv cannot be read"),
            ('file = "short.csv"', "fewer than two rows"),
            ('file = "back.csv"', "back.csv:4: t_ms does not increase"),
            ('file = "high.csv"', "is out of range for hodgkin_huxley_1952; allowed: -200 to 200 mV"),
            ('file = "timeless.csv"', "has no column t_ms; its columns: time, V_mV"),
            ('file = "short.csv", column = "V_P1_mV"', "has no column 'V_P1_mV'", "its columns: t_ms, V_mV"),
            ('column = "V_P1_mV"', "it names a column of waveform.file, which is missing"),
            ('shift = "400 mV"', "is out of range for hodgkin_huxley_1952"),
        ]:
            with self.subTest(waveform):
                self.refused(self.AP_CLAMP % waveform, *parts)

    def test_single_cells_take_one_rank(self):
        self.refused(FHN_CELLS, "single cells are computed on one rank", ranks=2)

    def test_a_dataset_that_does_not_fit_the_disk(self):
        self.refused(edited(FHN_CELLS, ("cases = 300", "cases = 9000000"), ('duration = "20 ms"', 'duration = "90 s"'),
                            ("initial = ", "# initial = "), ("parameters = ", "# parameters = "), ("scale = ", "# scale = ")),
                     "--output", "the output needs up to", "MB free")

    def test_numbers_that_fail_leave_no_dataset(self):
        wild = edited(FHN_CELLS, ('"20 uA/uF"]', '"1e7 uA/uF"]'))
        self.refused(wild, "the computation failed: V = ", "of case ", "under J = ", "allows -1000 to 1000 mV", status=3)
        folder = self.folder / "out/wrong"
        self.assertEqual(sorted(each.name for each in folder.iterdir()), ["config.toml", "log.txt", "run.json"])
        report = support.run_json(folder)
        self.assertEqual(report["status"], "failed")
        self.assertIn("the computation failed", report["message"])
        self.assertNotIn("results", report)
        strong = edited(CABLE, ('"60 uA/uF"', '"1e7 uA/uF"'))
        for ranks in 1, 2:
            self.config(strong, "strong.toml")
            done = support.run("dataset", "strong.toml", "--quiet", "--force", cwd=self.folder, ranks=ranks)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertRegex(done.stderr, r"the computation failed: V = .*, node [0-5] at \(.*\) mm, region 'all'")
            self.assertFalse((self.folder / "out/strong/dataset.h5").exists())
            self.assertFalse((self.folder / "out/strong/dataset.h5.new").exists())

    def test_a_full_disk_leaves_no_dataset(self):
        """The disk fills while the dataset is written: what is told at the start was right then."""
        with support.small_disk(self.folder / "disk", "24m"):
            self.config(edited(FHN_CELLS, ("cases = 300", "cases = 4000")), "big.toml")
            filler = self.folder / "disk/filler"
            process = support.start("dataset", self.folder / "big.toml", "--output", self.folder / "disk/out")
            while not (self.folder / "disk/out/dataset.h5.new").exists() and process.poll() is None:
                pass
            with open(filler, "wb") as file:
                try:
                    while file.write(bytes(65536)):
                        file.flush()
                except OSError:
                    pass
            _, errors = process.communicate(timeout=60)
            if process.returncode == 0:
                self.skipTest("the dataset was written before the disk was full")
            self.assertEqual(process.returncode, 3, errors)
            self.assertIn("cannot be written", errors)
            self.assertFalse((self.folder / "disk/out/dataset.h5").exists())
            self.assertFalse((self.folder / "disk/out/dataset.h5.new").exists())

    def test_a_signal_leaves_no_dataset(self):
        long = edited(FHN_CELLS, ("cases = 300", "cases = 2000"), ('duration = "20 ms"', 'duration = "500 ms"'))
        tissue = edited(CABLE, ('size = "4 mm"', 'size = "40 mm"'), ('end = "10 ms"', 'end = "1000 ms"'), ('nodes = "all"', 'nodes = ["near"]'))
        for name, text, ranks, number in [("long", long, 1, signal.SIGTERM), ("tissue", tissue, 2, signal.SIGUSR1)]:
            with self.subTest(name):
                self.config(text, f"{name}.toml")
                process = subprocess.Popen(support.command("dataset", f"{name}.toml", ranks=ranks), cwd=self.folder, env=support.ENVIRONMENT,
                                           stdout=subprocess.PIPE, text=True)
                for line in process.stdout:
                    if "%" in line:
                        break
                process.send_signal(number)
                with process.stdout:
                    process.stdout.read()
                process.wait(60)
                folder = self.folder / "out" / name
                self.assertEqual(support.run_json(folder)["status"], "stopped")
                self.assertEqual(sorted(each.name for each in folder.iterdir()), ["config.toml", "log.txt", "run.json"])
                if ranks == 1:
                    self.assertEqual(process.returncode, 128 + number)

    def test_a_finished_dataset_is_not_overwritten(self):
        folder = self.make(HH_CLAMP)
        before = support.contents(folder)
        done = support.run("dataset", "case.toml", "--output", "case", cwd=self.folder)
        self.assertEqual((done.returncode, "--force" in done.stderr), (2, True), done.stderr)
        self.assertEqual(support.contents(folder), before)
        self.make(HH_CLAMP)  # with --force

    def test_check(self):
        for name, text in [("cells", FHN_CELLS), ("clamp", HH_CLAMP), ("tissue", CABLE), ("ap", self.AP_CLAMP % "")]:
            with self.subTest(name):
                self.config(text, f"{name}.toml")
                here = support.contents(self.folder)
                done = self.run_ok("check", f"{name}.toml")
                self.assertIn("# dataset: ", done.stdout)
                self.assertEqual(support.contents(self.folder), here)
                self.config(done.stdout, f"{name}.resolved.toml")
                again = self.run_ok("check", f"{name}.resolved.toml")
                self.assertEqual(again.stdout, done.stdout)
                # And computes the same.
                one, other = (self.arrays(each, "values", name=f"{name}{k}")[0] for k, each in enumerate((text, done.stdout)))
                self.assertEqual(one.tobytes(), other.tobytes())


if __name__ == "__main__":
    unittest.main()
