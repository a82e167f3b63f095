# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Maps of beats and velocities: against probes, exact laws, on ranks, through a restart."""

import unittest

import numpy

import runs

EVERYTHING = ["activation", "apd", "repolarisation", "velocity", "dvdt_max", "peak", "rest", "extremes"]

# Two beats of a fast cell on a small sheet with a hole.
SHEET = f"""[mesh]
kind = "sheet"
size = ["10 mm", "6 mm"]
spacing = "0.25 mm"
holes = [{{ sphere = {{ centre = ["6 mm", "3 mm"], radius = "1 mm" }} }}]
[tissue]
conductivity = {{ longitudinal = "0.1334 S/m", transverse = "0.0334 S/m" }}
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
parameters = {{ tau_close = "40 ms", tau_open = "40 ms" }}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm", "0 mm"], ["1 mm", "1 mm"]] }}
amplitude = "50 uA/uF"
duration = "2 ms"
period = "200 ms"
[time]
end = "380 ms"
step = "0.05 ms"
[output]
maps = {EVERYTHING}
apd = {{ level = [30, 50, 90] }}
[[probe]]
name = "a"
at = ["5 mm", "5 mm"]
[[probe]]
name = "b"
at = ["9 mm", "1 mm"]
""".replace("'", '"')


def wave(spacing, stimulus, size, end, step="0.02 ms"):
    """One wave in a sheet whose conductivities are 4 : 1."""
    return f"""[mesh]
kind = "sheet"
size = {size}
spacing = {spacing}
[tissue]
conductivity = {{ longitudinal = "0.1334 S/m", transverse = "0.03335 S/m" }}
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
[[stimulus]]
name = "S1"
where = {stimulus}
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "{end} ms"
step = "{step}"
[output]
maps = ["activation", "velocity"]
[[probe]]
name = "a"
at = ["6 mm", "4 mm"]
[[probe]]
name = "b"
at = ["12 mm", "4 mm"]
"""


class Maps(runs.RunTest):
    def maps_of(self, text, name="out", *arguments, ranks=1):
        self.config(text, f"{name}.toml")
        self.run_ok("run", self.folder / f"{name}.toml", "--quiet", "--force", "--output", self.folder / name, *arguments, ranks=ranks)
        return self.maps(name)

    def maps(self, name):
        """By name, indexed [y, x] or [y, x, component]."""
        return {name: values[0] for name, values in runs.maps(self.folder / name).items()}

    def assert_same(self, a, b):
        self.assertEqual(list(a), list(b))
        for name in a:
            numpy.testing.assert_array_equal(a[name], b[name], name)

    def test_all_maps(self):
        maps = self.maps_of(SHEET)
        self.assertEqual(list(maps), [
            *(f"{name.format(beat)}" for beat in (1, 2) for name in (
                "activation_beat{}_ms", "apd30_beat{}_ms", "apd50_beat{}_ms", "apd90_beat{}_ms", "dvdt_max_beat{}_V_per_s",
                "peak_beat{}_mV", "rest_beat{}_mV", "repolarisation_beat{}_ms", "cv_beat{}_m_per_s", "cv_quality_beat{}",
                "cv_status_beat{}", "velocity_beat{}_m_per_s")), "V_min_mV", "V_max_mV"])
        hole = numpy.isnan(maps["V_max_mV"])
        self.assertEqual(hole.sum(), 37)
        for name, values in maps.items():
            middle = values[12, 24]  # of the hole
            self.assertTrue((middle == 0).all() if name.startswith("velocity") else numpy.isnan(middle), name)
        tissue = {name: values[~hole] for name, values in maps.items()}
        for beat in 1, 2:
            def of(name):
                return tissue[name.format(beat)]
            self.assertTrue((of("apd30_beat{}_ms") < of("apd50_beat{}_ms")).all())
            self.assertTrue((of("apd50_beat{}_ms") < of("apd90_beat{}_ms")).all())
            numpy.testing.assert_allclose(of("repolarisation_beat{}_ms"), of("activation_beat{}_ms") + of("apd90_beat{}_ms"), atol=1e-4)
            self.assertTrue((of("peak_beat{}_mV") <= tissue["V_max_mV"] + 1e-4).all())
            self.assertTrue((of("rest_beat{}_mV") >= tissue["V_min_mV"] - 1e-4).all())
            self.assertTrue(((of("dvdt_max_beat{}_V_per_s") > 10) & (of("dvdt_max_beat{}_V_per_s") < 200)).all())
            ok = of("cv_status_beat{}") == 0
            self.assertGreater(ok.mean(), 0.5)
            numpy.testing.assert_array_equal(ok, ~numpy.isnan(of("cv_beat{}_m_per_s")))
            self.assertTrue(((of("cv_beat{}_m_per_s")[ok] > 0.1) & (of("cv_beat{}_m_per_s")[ok] < 2)).all())
            numpy.testing.assert_allclose(numpy.linalg.norm(of("velocity_beat{}_m_per_s")[ok], axis=-1),
                                          of("cv_beat{}_m_per_s")[ok], rtol=1e-5)
        # The probes tell the same, in double.
        probes = runs.results(self.folder / "out")["probes"]
        for probe, node in (("a", (20, 20)), ("b", (4, 36))):
            self.assertEqual(probes[probe]["node"], 41 * node[0] + node[1])
            for beat in 0, 1:
                for key, name in (("activation_ms", "activation_beat{}_ms"), ("apd_ms", "apd90_beat{}_ms"), ("apd50_ms", "apd50_beat{}_ms")):
                    self.assertAlmostEqual(probes[probe][key][beat], maps[name.format(beat + 1)][node], delta=2e-5)

    def test_ranks_agree(self):
        one = self.maps_of(SHEET)
        for ranks in 2, 3:
            self.assert_same(one, self.maps_of(SHEET, f"ranks{ranks}", ranks=ranks))

    def test_restart_agrees(self):
        one = self.maps_of(SHEET + '[checkpoint]\nevery = "107.35 ms"\n')
        self.maps_of(SHEET + '[checkpoint]\nevery = "107.35 ms"\n', "part", "--set", 'time.end="214.7 ms"')
        # In the middle of the second wave, and on another number of ranks.
        for ranks in 1, 2:
            self.run_ok("run", self.folder / "out.toml", "--quiet", "--force", "--restart", self.folder / "part" / "checkpoint.h5",
                        "--output", self.folder / f"rest{ranks}", ranks=ranks)
            self.assert_same(one, self.maps(f"rest{ranks}"))

    def test_default_maps(self):
        maps = self.maps_of(SHEET.split("[output]")[0])
        self.assertEqual(list(maps), [f"{name}_beat{beat}_ms" for beat in (1, 2) for name in ("activation", "apd90")])

    def test_velocity_of_a_plane_wave(self):
        maps = self.maps_of(wave('"0.2 mm"', '{ box = [["0 mm", "0 mm"], ["1 mm", "8 mm"]] }', '["18 mm", "8 mm"]', 50))
        probes = runs.results(self.folder / "out")["probes"]
        velocity = 6 / (probes["b"]["activation_ms"][0] - probes["a"]["activation_ms"][0])
        speed = maps["cv_beat1_m_per_s"][:, 20:80]
        self.assertFalse(numpy.isnan(speed).any())
        worst = abs(speed / velocity - 1).max()
        print(f"\nplane wave within {100 * worst:.2g} %", end=" ", flush=True)
        self.assertLess(worst, 0.005)
        direction = maps["velocity_beat1_m_per_s"][:, 20:80]
        self.assertLess(abs(direction[..., 1:]).max(), 1e-3 * velocity)
        self.assertGreater(direction[..., 0].min(), 0)

    def test_ellipse_has_the_ratio_of_the_conductivities(self):
        """Stretched by the root of the ratio the problem is isotropic: with spacings in that ratio the speeds have it too, to
        the accuracy of the fit. With equal spacings the slow direction is resolved worse and slower than the law."""
        off = {}
        for name, (dx, dy) in {"scaled": (0.2, 0.1), "equal": (0.1, 0.1), "coarse": (0.2, 0.2)}.items():
            maps = self.maps_of(wave(f'["{dx} mm", "{dy} mm"]', '{ box = [["0 mm", "0 mm"], ["1.2 mm", "0.6 mm"]] }', '["18 mm", "9 mm"]', 60),
                                name)
            speed = maps["cv_beat1_m_per_s"]
            along, across = speed[0, round(9 / dx):round(14 / dx)], speed[round(4.5 / dy):round(7 / dy), 0]
            self.assertFalse(numpy.isnan(along).any() or numpy.isnan(across).any())
            off[name] = along.mean() / across.mean() / 2 - 1
        print("\nratio of speeds over the root of the ratio of conductivities - 1:",
              ", ".join(f"{name} {100 * value:.2f} %" for name, value in off.items()), end=" ", flush=True)
        self.assertLess(abs(off["scaled"]), 0.001)
        self.assertLess(abs(off["equal"]), 0.01)
        self.assertGreater(off["coarse"], off["equal"])


if __name__ == "__main__":
    unittest.main()
