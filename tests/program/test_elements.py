# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs on meshes from files: finite elements, regions by tag, ranks, restart, frames, what is refused."""

import math
import unittest

import support
from support import SHEET, edited

CONFIG = """[mesh]
kind = "file"
path = "sheet.msh"

[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }

[[region]]
name = "left"
model = "ten_tusscher_2006"
variant = "epi"
where = { tag = 1 }

[[region]]
name = "right"
model = "mitchell_schaeffer_2003"
where = { tag = [2, 3] }

[[stimulus]]
name = "S1"
where = { region = "left" }
amplitude = "50 uA/uF"
duration = "2 ms"

[time]
end = "20 ms"
step = "0.05 ms"

[output]
fields = { names = ["V"], every = "5 ms" }

[[probe]]
name = "P1"
at = ["1.5 mm", "1 mm", "0 mm"]

[checkpoint]
every = "10 ms"
"""
CELLS = 16  # along each axis of the sheet of 2 x 2 mm


def sheet(to=lambda p: p, fibre=(0.8, 0.6, 0.0), order=lambda nodes: nodes):
    """Triangles of a sheet in Gmsh's format, a quarter with tag 1 and the others 2 and 3, moved by `to`."""
    line = [2.0 * i / CELLS for i in range(CELLS + 1)]
    nodes = [to((x, y, 0.0)) for y in line for x in line]
    triangles = []
    for j in range(CELLS):
        for i in range(CELLS):
            a = j * (CELLS + 1) + i + 1
            b, c, d = a + 1, a + CELLS + 2, a + CELLS + 1
            tag = 1 if i < CELLS // 4 else 2 if j < CELLS // 2 else 3
            triangles += [(tag, order((a, b, c))), (tag, order((a, c, d)))]
    f = to(fibre)
    text = ["$MeshFormat", "2.2 0 8", "$EndMeshFormat", "$Nodes", str(len(nodes))]
    text += [f"{n} {x!r} {y!r} {z!r}" for n, (x, y, z) in enumerate(nodes, 1)]
    text += ["$EndNodes", "$Elements", str(len(triangles))]
    text += [f"{n} 2 2 {tag} {tag} {a} {b} {c}" for n, (tag, (a, b, c)) in enumerate(triangles, 1)]
    text += ["$EndElements", "$ElementData", "1", '"fibre"', "1", "0.0", "3", "0", "3", str(len(triangles))]
    text += [f"{n} {f[0]!r} {f[1]!r} {f[2]!r}" for n in range(1, len(triangles) + 1)]
    return "\n".join(text + ["$EndElementData", ""])


def turned(p):
    """Around an oblique axis."""
    x, y, z = p
    c, s = math.cos(0.7), math.sin(0.7)
    x, y = c * x - s * y, s * x + c * y
    return (x, c * y - s * z, s * y + c * z)


def grid(file):
    """What VTK finds in a .vtu or .pvtu: points and V, in the order of the positions."""
    from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader, vtkXMLUnstructuredGridReader
    reader = vtkXMLPUnstructuredGridReader() if file.suffix == ".pvtu" else vtkXMLUnstructuredGridReader()
    reader.SetFileName(str(file))
    reader.Update()
    out = reader.GetOutput()
    V = out.GetPointData().GetArray("V")
    values = {out.GetPoint(n): V.GetValue(n) for n in range(out.GetNumberOfPoints())}
    return out.GetNumberOfCells(), dict(sorted(values.items()))


class Elements(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.config(sheet(), "sheet.msh")
        self.config(CONFIG)

    def results(self, output, *options, config="case.toml", ranks=1):
        self.run_ok("run", config, "--output", output, "--quiet", *options, ranks=ranks)
        return support.run_json(self.folder / output)["results"]

    def refuse(self, text, place, parts, arguments=("check", "case.toml")):
        self.config(text)
        done = support.run(*arguments, cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        where = "" if place is None else f"case.toml:{support.place(text, place)}: "
        self.assertTrue(lines[0].startswith(where), done.stderr)
        for part in parts:
            self.assertIn(part, lines[0])

    # ------------------------------------------------------------------------------------------ what a run gives
    def test_same_on_all_ranks(self):
        for options in [[], ["--set", 'solver.diffusion="crank_nicolson"', "--set", "solver.mass=1"]]:
            name = "consistent" if options else "lumped"
            one = self.results(f"{name}1", *options)
            self.assertEqual(one["activated_fraction"], 1.0)
            for ranks in (2, 3):
                with self.subTest(name=name, ranks=ranks):
                    many = self.results(f"{name}{ranks}", *options, ranks=ranks)
                    self.assertAlmostEqual(one["last_activation_ms"], many["last_activation_ms"], delta=1e-6)
                    self.assertAlmostEqual(one["probes"]["P1"]["activation_ms"][0],
                                           many["probes"]["P1"]["activation_ms"][0], delta=1e-6)
                    self.compare_frames(f"{name}1", f"{name}{ranks}")

    def compare_frames(self, one, many):
        for frame in range(5):
            cells, single = grid(self.folder / one / "V" / f"V_{frame:06}.vtu")
            all_cells, joined = grid(self.folder / many / "V" / f"V_{frame:06}.pvtu")
            self.assertEqual((cells, all_cells), (2 * CELLS**2, 2 * CELLS**2))
            self.assertEqual(list(single), list(joined))
            for a, b in zip(single.values(), joined.values()):
                self.assertAlmostEqual(a, b, delta=1e-5)

    def test_regions_are_those_of_the_tags(self):
        text = self.run_ok("run", "case.toml", "--output", "out").stdout
        # Nodes between two tags belong to the region that comes first.
        left, all_nodes = (CELLS // 4 + 1) * (CELLS + 1), (CELLS + 1)**2
        self.assertIn(f"region left: ten_tusscher_2006, {left} nodes", text)
        self.assertIn(f"region right: mitchell_schaeffer_2003, {all_nodes - left} nodes", text)
        self.assertIn(f"stimulus S1: {left} nodes", text)
        self.assertIn(f"mesh: {all_nodes} nodes, {2 * CELLS**2} elements of 2 dimensions", text)

    def test_restart_goes_on_bit_for_bit(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                whole = self.results(f"whole{ranks}", ranks=ranks)
                self.results(f"half{ranks}", "--set", 'time.end="10 ms"', ranks=ranks)
                rest = self.results(f"rest{ranks}", "--restart", f"half{ranks}/checkpoint.h5", ranks=ranks)
                self.assertEqual(whole["V"], rest["V"])
                self.assertEqual(whole["probes"], rest["probes"])

    def test_a_turned_surface_gives_the_turned_solution(self):
        flat = self.results("flat")
        self.config(sheet(turned), "turned.msh")
        at = ", ".join(f'"{x!r} mm"' for x in turned((1.5, 1.0, 0.0)))
        self.config(edited(CONFIG, ("sheet.msh", "turned.msh"), ('"1.5 mm", "1 mm", "0 mm"', at)), "turned.toml")
        oblique = self.results("turned", config="turned.toml")
        self.assertAlmostEqual(flat["last_activation_ms"], oblique["last_activation_ms"], delta=1e-8)
        self.assertAlmostEqual(flat["probes"]["P1"]["V_mV"], oblique["probes"]["P1"]["V_mV"], delta=1e-6)

    def test_a_given_fibre_stands_for_those_of_the_mesh(self):
        own = self.results("own")
        given = self.results("given", "--set", "tissue.fibre=[0.8, 0.6, 0]")
        other = self.results("other", "--set", "tissue.fibre=[0.6, -0.8, 0]")
        self.assertAlmostEqual(own["last_activation_ms"], given["last_activation_ms"], delta=1e-9)
        self.assertGreater(abs(own["last_activation_ms"] - other["last_activation_ms"]), 0.1)

    def test_elements_on_a_grid_are_near_its_finite_differences(self):
        self.config(SHEET, "grid.toml")
        fd = self.results("fd", config="grid.toml")
        fe = self.results("fe", "--set", 'solver.discretisation="fe"', config="grid.toml")
        self.assertAlmostEqual(fd["probes"]["P1"]["activation_ms"][0], fe["probes"]["P1"]["activation_ms"][0], delta=0.02)

    def test_the_pseudo_ecg_is_that_of_finite_differences(self):
        electrode = '[[electrode]]\nname = "E"\nat = ["3 mm", "1 mm", "1 mm"]\n'
        self.config(SHEET + electrode, "grid.toml")
        columns = []
        for method in ("fd", "fe"):
            self.results(method, "--set", f'solver.discretisation="{method}"', config="grid.toml")
            columns.append([float(x) for x in support.table(self.folder / method / "ecg.csv")["phi_E_mV"]])
        largest = max(abs(x) for x in columns[0])
        self.assertGreater(largest, 0.0)
        for a, b in zip(*columns):
            self.assertAlmostEqual(a, b, delta=0.05 * largest)

    def test_check_prints_what_it_reads(self):
        printed = self.run_ok("check", "case.toml", "--quiet").stdout
        for line in ['kind = "file"', 'discretisation = "fe"', "mass = 0", "where = { tag = [2, 3] }"]:
            self.assertIn(line, printed)
        self.assertNotIn("fibre =", printed)
        self.config(printed, "again.toml")
        self.assertEqual(self.run_ok("check", "again.toml", "--quiet").stdout, printed)

    def test_what_comes_after_a_run(self):
        self.results("out")
        self.run_ok("report", "out", "--quiet")
        self.assertIn('"on_surface":true', (self.folder / "out/report.html").read_text())
        self.run_ok("post", "out", "--quiet")
        self.assertTrue((self.folder / "out/post/post.json").exists())

    def test_files_say_which_node_of_the_mesh_a_point_is(self):
        lines = sheet().split("$Nodes\n")[1].split("\n$EndNodes")[0].split("\n")[1:]
        places = {int(n) - 1: tuple(map(float, place)) for n, *place in map(str.split, lines)}
        for ranks, end in ((1, "vtu"), (3, "pvtu")):
            self.results(f"out{ranks}", "--set", 'time.end="1 ms"', ranks=ranks)
            found = support.elements(self.folder / f"out{ranks}" / f"maps.{end}")
            self.assertEqual(found["nodes"], places)
            self.assertEqual(len(found["cells"]), 2 * CELLS**2)

    # --------------------------------------------------------------------------------------------- what is refused
    def test_wrong_settings(self):
        cases = [
            ("no path", CONFIG.replace('path = "sheet.msh"\n', ""), "mesh]", ["the key 'path' is missing"]),
            ("size of a file", CONFIG.replace('"sheet.msh"\n', '"sheet.msh"\nsize = "1 mm"\n'), "size",
             ["mesh.size: unknown key", "kind, path, unit"]),
            ("unit of no length", CONFIG.replace('"sheet.msh"\n', '"sheet.msh"\nunit = "1 ms"\n'), "unit",
             ["has the wrong dimension"]),
            ("no such tag", edited(CONFIG, ("tag = 1", "tag = 8"), ("[2, 3]", "[1, 2, 3]"),
                                   ('{ region = "left" }', "{ tag = 1 }")), '[[region]]\nname = "left"',
             ["'left' has no node: no element has its tag", "have the tags 1, 2, 3"]),
            ("tag without a cell model", CONFIG.replace("[2, 3]", "2"), '[[region]]\nname = "right"',
             ["tissue nodes lie in no region, one of them at"]),
            ("tag of text", CONFIG.replace("tag = 1", 'tag = "left"'), 'tag = "left"', ["is no integer"]),
            ("no tag", CONFIG.replace("tag = 1", "tag = []"), "tag = []", ["the list of tags is empty"]),
            ("finite differences", CONFIG + '[solver]\ndiscretisation = "fd"\n', "discretisation",
             ["finite differences need a grid"]),
            ("mass above 1", CONFIG + "[solver]\nmass = 1.5\n", "mass", ["take a number from 0 to 1"]),
            ("explicit with a consistent mass", CONFIG + '[solver]\nmass = 0.5\ndiffusion = "explicit"\n', "step =",
             ["explicit diffusion needs a lumped mass"]),
            ("no sheets", CONFIG.replace('"0.0176 S/m" }', '"0.0176 S/m", normal = "0.01 S/m" }'), "normal",
             ["has no sheets"]),
            ("no file of values", CONFIG.replace('variant = "epi"\n', 'variant = "epi"\nscale = { g_CaL = { file = '
                                                 '"a.vti", array = "a" } }\n'), "g_CaL", ["there is no file '"]),
        ]
        for name, text, place, parts in cases:
            with self.subTest(name):
                self.refuse(text, place, parts)

    def test_tags_and_mass_need_elements(self):
        where = '{ box = [["0 mm", "0 mm"], ["0.3 mm", "1.9 mm"]] }'
        self.refuse(edited(SHEET, (where, "{ tag = 1 }")), "where", ["only elements have tags"])
        self.refuse(SHEET + "[solver]\nmass = 1\n", "mass", ["finite differences have no mass to choose"])

    def test_a_mesh_that_is_refused(self):
        self.config(sheet(order=lambda nodes: (nodes[0], nodes[0], nodes[2])), "sheet.msh")
        done = support.run("run", "case.toml", "--output", "out", cwd=self.folder, ranks=2)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("sheet.msh:", done.stderr)
        self.assertIn(f"has a node twice (and {2 * CELLS**2 - 5} more such elements)", done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def test_a_mesh_without_fibres(self):
        self.config(sheet().split("$ElementData")[0], "sheet.msh")
        self.refuse(CONFIG, "tissue]", ["has no fibres; give one direction for all"])
        self.assertEqual(self.results("out", "--set", "tissue.fibre=[1, 0, 0]")["activated_fraction"], 1.0)

    def test_more_ranks_than_nodes(self):
        self.config("3\n0 0 0\n1000 0 0\n2000 0 0\n", "cable.pts")
        self.config("2\nLn 0 1 1\nLn 1 2 2\n", "cable.elem")
        text = edited(CONFIG, ('"sheet.msh"', '"cable"'), ("[2, 3]", "2"), ('"1.5 mm", "1 mm", "0 mm"', '"1 mm"'),
                      ('"0.0176 S/m" }\n', '"0.0176 S/m" }\nfibre = [1.0]\n'))
        self.config(text, "cable.toml")
        self.assertGreater(self.results("one", config="cable.toml")["V"]["max_mV"], 0.0)
        done = support.run("run", "cable.toml", "--output", "two", cwd=self.folder, ranks=2)
        self.assertEqual(done.returncode, 2)
        self.assertIn("2 ranks are too many for a mesh of 3 nodes; start fewer", done.stderr)


if __name__ == "__main__":
    unittest.main()
