# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Tissue structure: holes and walls, fibrosis, conductivities of regions and elements, gradients, fibres by a rule."""

import unittest

import numpy
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkDoubleArray
from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader, vtkXMLUnstructuredGridReader, vtkXMLUnstructuredGridWriter

import support
from support import edited

SHEET = edited(support.SHEET, ('at = ["1 mm", "1 mm"]', 'at = ["0.4 mm", "1 mm"]'))

FE = ("--set", 'solver.discretisation="fe"')
FAR = ('at = ["0.4 mm", "1 mm"]', 'at = ["1.9 mm", "0 mm"]')
END = ("--set", 'time.end="12 ms"')
ANYWHERE = '[[fibrosis]]\nname = "patches"\ndensity = 0.3\nlength = "0.3 mm"\n'
PATCHES = ANYWHERE + 'where = { box = [["0.5 mm"], ["1.9 mm"]] }\n'  # not where it starts
WALL = 'holes = [{ wall = { points = [["1 mm", "0 mm"], ["1 mm", "1.5 mm"]], width = "0.2 mm" } }]\n'


def read_grid(file):
    reader = vtkXMLPUnstructuredGridReader() if file.suffix == ".pvtu" else vtkXMLUnstructuredGridReader()
    reader.SetFileName(str(file))
    reader.Update()
    return reader.GetOutput()


def by_place(file, name):
    """Values of a point array in the order of the places."""
    grid = read_grid(file)
    points = vtk_to_numpy(grid.GetPoints().GetData())
    values = vtk_to_numpy(grid.GetPointData().GetArray(name))
    order = numpy.lexsort(points.T)
    places, first = numpy.unique(points[order], axis=0, return_index=True)
    return places, values[order][first]


def regions(file):
    """Centre of each element and its tag, in the order of the centres."""
    grid = read_grid(file)
    points = vtk_to_numpy(grid.GetPoints().GetData())
    tags = vtk_to_numpy(grid.GetCellData().GetArray("region"))
    cells = vtk_to_numpy(grid.GetCells().GetConnectivityArray()).reshape(len(tags), -1)
    centres = points[cells].mean(axis=1).round(9)
    order = numpy.lexsort(centres.T)
    return centres[order], tags[order]


class Structure(support.ProgramTest):
    def run_case(self, text, *options, output="out", ranks=1):
        self.config(text)
        self.run_ok("run", "case.toml", "--output", output, "--quiet", "--force", *options, ranks=ranks)
        return support.run_json(self.folder / output)["results"]

    def log(self, output="out"):
        return (self.folder / output / "log.txt").read_text()

    def refuse(self, text, *parts, options=(), mark=None):
        self.config(text)
        done = support.run("run", "case.toml", *options, cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        if mark:
            self.assertTrue(done.stderr.startswith(f"case.toml:{support.place(text, mark)}: "), done.stderr)
        self.assertFalse((self.folder / "out").exists())

    def file_mesh(self, name="sheet.vtu", factors=None, tags=None):
        """The sheet of SHEET in triangles, from a run's own frame, with cell arrays of one's own."""
        self.config(SHEET, "plain.toml")
        self.run_ok("run", "plain.toml", "--output", "plain", "--quiet", "--force", *FE)
        grid = read_grid(self.folder / "plain/V/V_000000.vtu")
        points = vtk_to_numpy(grid.GetPoints().GetData())
        cells = vtk_to_numpy(grid.GetCells().GetConnectivityArray()).reshape(-1, 4)
        centres = points[cells].mean(axis=1)
        for label, values in ("region", tags), ("conductivity_factor", factors):
            if values is None:
                continue
            array = vtkDoubleArray()
            array.SetName(label)
            for centre in centres:
                array.InsertNextValue(values(centre))
            grid.GetCellData().RemoveArray(label)
            grid.GetCellData().AddArray(array)
        writer = vtkXMLUnstructuredGridWriter()
        writer.SetFileName(str(self.folder / name))
        writer.SetInputData(grid)
        writer.Write()
        start = SHEET.index("[tissue]")
        return f'[mesh]\nkind = "file"\npath = "{name}"\n\n' + SHEET[start:]

    # ------------------------------------------------------------------------------------ holes and walls
    def test_a_wall_turns_the_wave_on_stencils_and_elements_alike(self):
        text = edited(SHEET, ('spacing = "0.1 mm"\n', 'spacing = "0.1 mm"\n' + WALL), FAR)
        free = self.run_case(edited(SHEET, FAR), *END)
        times = []
        for options in (), FE:
            results = self.run_case(text, *END, *options)
            times.append(results["probes"]["P1"]["activation_ms"][0])
            self.assertEqual(results["activated_fraction"], 1.0)
            self.assertNotIn("parts", self.log())
            self.assertNotIn("warning", self.log())
        self.assertGreater(times[0], free["probes"]["P1"]["activation_ms"][0] + 2)
        self.assertAlmostEqual(times[0], times[1], delta=0.2)
        V = read_grid(self.folder / "out/V/V_000000.vtu")
        self.assertLess(V.GetNumberOfCells(), 19 * 19)

    def test_a_wall_without_a_gap_stops_it(self):
        text = edited(SHEET, ('spacing = "0.1 mm"\n', 'spacing = "0.1 mm"\n' + WALL.replace("1.5 mm", "1.9 mm")),
                      FAR)
        for options in (), FE:
            results = self.run_case(text, *END, *options)
            self.assertEqual(results["probes"]["P1"]["activation_ms"], [])
            self.assertRegex(self.log(), r"warning: the tissue falls into 2 parts that no current connects; 180 of its "
                                         r"380 nodes lie in parts without a stimulus")

    def test_a_wall_that_is_too_thin_is_told(self):
        self.run_case(edited(SHEET, ('spacing = "0.1 mm"\n', 'spacing = "0.1 mm"\n' + WALL.replace("0.2 mm", "0.05 mm"))))
        self.assertIn("the wall of hole 1 is 0.05 mm wide, and only from 0.141 mm on", self.log())

    def test_scar_of_a_mesh_from_a_file_is_a_hole(self):
        text = self.file_mesh(tags=lambda p: 4 if abs(p[0] - 1) < 0.3 and p[1] < 1.5 else 1)
        whole = self.run_case(edited(text, FAR), *END)
        holes = edited(text, ('path = "sheet.vtu"\n', 'path = "sheet.vtu"\nholes = [{ tag = 4 }, { box = [["1.7 mm", "1.7 mm"], ["2 mm", "2 mm"]] }]\n'),
                       FAR)
        one = self.run_case(holes, *END, output="one")
        self.assertGreater(one["probes"]["P1"]["activation_ms"][0], whole["probes"]["P1"]["activation_ms"][0] + 2)
        centres, tags = regions(self.folder / "one/V/V_000000.vtu")
        self.assertEqual(len(tags), 19 * 19 - 6 * 15 - 4)
        self.assertEqual(set(tags), {1})
        self.assertFalse(((centres[:, 0] > 1.7) & (centres[:, 1] > 1.7)).any())
        one = self.run_case(holes, output="one")
        for ranks in 2, 3:
            many = self.run_case(holes, output="many", ranks=ranks)
            self.assertAlmostEqual(one["last_activation_ms"], many["last_activation_ms"], delta=1e-6)
            for a, b in zip(by_place(self.folder / "one/V/V_000004.vtu", "V"), by_place(self.folder / "many/V/V_000004.pvtu", "V")):
                numpy.testing.assert_allclose(a, b, rtol=0, atol=1e-3)

    def test_holes_that_are_refused(self):
        text = self.file_mesh(tags=lambda p: 1 + (p[0] > 1))
        for hole, *parts in [("{ tag = 4 }", "mesh.holes: hole 1 holds no element: the elements of the mesh have the tags 1, 2"),
                             ('{ sphere = { centre = ["9 mm", "9 mm"], radius = "1 mm" } }', "hole 1 holds no element: no centre of one"),
                             ("{ tag = [1, 2] }", "mesh.holes: nothing is left of the mesh")]:
            with self.subTest(hole):
                self.refuse(edited(text, ('path = "sheet.vtu"\n', f'path = "sheet.vtu"\nholes = [{hole}]\n')), *parts, mark="holes")

    # ---------------------------------------------------------------------------------------------- fibrosis
    def test_fibrosis_is_the_same_on_stencils_elements_and_all_ranks(self):
        one = self.run_case(SHEET + PATCHES, output="fd")
        self.assertIn("fibrosis patches: 80 of 266 cells are holes\n", self.log("fd"))
        for ranks in 2, 3:
            self.assertEqual(str(one), str(self.run_case(SHEET + PATCHES, ranks=ranks)))
        fe = self.run_case(SHEET + PATCHES, *FE, output="fe")
        self.assertIn("fibrosis patches: 80 of 266 elements are holes\n", self.log("fe"))
        self.assertAlmostEqual(one["last_activation_ms"], fe["last_activation_ms"], delta=0.2)
        places, _ = by_place(self.folder / "fe/V/V_000000.vtu", "V")
        image = support.image(self.folder / "fd/V/V_000000.vti")
        tissue = numpy.isfinite(image["arrays"]["V"]).reshape(20, 20)
        self.assertEqual({(round(x / 0.1), round(y / 0.1)) for x, y, _ in places},
                         {(i, j) for j, i in zip(*numpy.nonzero(tissue))})
        first = regions(self.folder / "fe/V/V_000000.vtu")
        for ranks in 2, 3:
            many = self.run_case(SHEET + PATCHES, *FE, output="many", ranks=ranks)
            self.assertAlmostEqual(fe["last_activation_ms"], many["last_activation_ms"], delta=1e-6)
            for a, b in zip(first, regions(self.folder / "many/V/V_000000.pvtu")):
                numpy.testing.assert_array_equal(a, b)
        self.run_case(SHEET + PATCHES, "--set", "fibrosis.patches.seed=2", *FE, output="other")
        self.assertNotEqual(first[0].tolist(), regions(self.folder / "other/V/V_000000.vtu")[0].tolist())

    def test_fibrosis_gives_a_tag_that_regions_take(self):
        fibrotic = edited(SHEET + PATCHES, ('length = "0.3 mm"\n', 'length = "0.3 mm"\ntag = 9\n'),
                          ('[[region]]\nname = "all"\n', '[[region]]\nname = "fibrotic"\nmodel = "passive"\nwhere = { tag = 9 }\n'
                           'conductivity = { longitudinal = "0.02 S/m", transverse = "0.002 S/m" }\n[[region]]\nname = "all"\n'))
        results = self.run_case(fibrotic, *END, *FE)
        self.assertIn("fibrosis patches: 80 of 266 elements have the tag 9\n", self.log())
        tags = regions(self.folder / "out/V/V_000000.vtu")[1]
        self.assertEqual(sorted(tags.tolist()), [0] * 281 + [9] * 80)
        self.assertLess(results["activated_fraction"], 1.0)
        plain = self.run_case(SHEET, *END, *FE, output="plain")
        self.assertGreater(results["last_activation_ms"], plain["last_activation_ms"])
        # In a mesh from a file it chooses among the elements of a tag.
        text = self.file_mesh(tags=lambda p: 1 + (p[0] > 1.0))
        self.run_case(text + ANYWHERE + "where = { tag = 2 }\ntag = 9\n")
        self.assertIn("fibrosis patches: 51 of 171 elements have the tag 9\n", self.log())
        centres, tags = regions(self.folder / "out/V/V_000000.vtu")
        self.assertEqual((tags == 9).sum(), 51)
        self.assertGreater(centres[tags == 9][:, 0].min(), 1.0)

    def test_fibrosis_that_is_refused(self):
        self.refuse(SHEET + ANYWHERE + 'where = { box = [["5 mm"], ["6 mm"]] }\n', "fibrosis 'patches' has no cells to choose from",
                    mark="[[fibrosis]]")
        self.refuse(SHEET + ANYWHERE + "where = { tag = 3 }\n", "fibrosis 'patches' has no elements to choose from: the elements of the "
                    "mesh have the tags 0", options=FE)
        self.refuse(SHEET + ANYWHERE.replace("0.3\n", "1.0\n"), "nothing is left of the mesh")

    def test_islands_are_told(self):
        self.run_case(SHEET + PATCHES.replace("0.3\n", "0.55\n").replace('length = "0.3 mm"\n', ""))
        self.assertRegex(self.log(), r"the tissue falls into \d+ parts that no current connects; \d+ of its \d+ nodes lie in parts "
                                     r"without a stimulus")

    def test_post_knows_the_holes(self):
        text = SHEET.replace("[output]\n", '[output]\nmaps = ["activation", "velocity"]\n') + PATCHES
        self.run_case(text, *END)
        self.run_ok("post", "out", "--quiet")
        maps = [support.image(file)["arrays"] for file in sorted((self.folder / "out").rglob("maps.vti"))]
        self.assertEqual(len(maps), 2)
        name = next(each for each in maps[0] if each.startswith("velocity_status") or each.startswith("velocity"))
        numpy.testing.assert_allclose(maps[0][name], maps[1][name], atol=1e-4)  # of frames in float

    def test_a_restart_keeps_the_structure(self):
        for options, mark in ((), "V_000004.vti"), (FE, "V_000004.vtu"):
            whole = self.run_case(SHEET + PATCHES, *options, output="whole")
            part = self.folder / "part"
            self.run_case(SHEET + PATCHES, *options, "--set", 'time.end="3 ms"', output="part")
            for setting, old in (("fibrosis.patches.seed=2", "seed = 1"), ("fibrosis.patches.density=0.4", "density = 0.3"),
                                 ('fibrosis.patches.length="0.4 mm"', 'length = ["0.3 mm"]'),
                                 ('mesh.holes=[{ box = [["1.8 mm", "1.8 mm"], ["1.9 mm", "1.9 mm"]] }]', "nothing")):
                done = support.run("run", "case.toml", "--restart", part / "checkpoint.h5", *options, "--set", setting, cwd=self.folder)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("the checkpoint belongs to another run: it has '", done.stderr)
            self.run_ok("run", "case.toml", "--quiet", "--restart", part / "checkpoint.h5", *options)
            self.assertEqual(str(support.run_json(part)["results"]), str(whole))
            self.assertEqual((part / "V" / mark).read_bytes(), (self.folder / "whole/V" / mark).read_bytes())
            # What is printed resolved is the same run.
            self.run_ok("run", "whole/config.toml", "--quiet", "--output", "again", "--force")
            self.assertEqual(str(support.run_json(self.folder / "again")["results"]), str(whole))

    # ---------------------------------------------------------------------------------------- conductivities
    SLOW = 'conductivity = { longitudinal = "0.05 S/m", transverse = "0.0176 S/m" }\n'

    def with_region(self, line, text=SHEET):
        return edited(text, ('name = "all"\n', f'name = "all"\n{line}'))

    def test_conductivity_of_a_region_is_that_of_the_tissue_with_it(self):
        own = self.run_case(self.with_region(self.SLOW), *END, *FE)
        whole = self.run_case(SHEET.replace("0.1334", "0.05"), *END, *FE, output="whole")
        self.assertEqual(str(own), str(whole))
        graded = self.run_case(self.with_region('conductivity = { longitudinal = { from = "0.05 S/m", to = "0.05 S/m", axis = "x" }, '
                                                'transverse = "0.0176 S/m" }\n'), *END, *FE, output="graded")
        self.assertEqual(str(graded), str(whole))

    def test_heterogeneous_conductivity_needs_elements(self):
        self.refuse(self.with_region(self.SLOW), "region.0.conductivity: finite differences have one conductivity for the whole grid; "
                    'set solver.discretisation = "fe"', mark='conductivity = { longitudinal = "0.05')
        self.refuse(edited(SHEET, ('kind = "sheet"\nsize = ["1.9 mm", "1.9 mm"]', 'kind = "slab"\nsize = ["1.9 mm", "1.9 mm", "1 mm"]'),
                           ("fibre = [1.0, 0.0]", 'fibre = { axis = "z", from = "60 deg", to = "-60 deg" }')),
                    "tissue.fibre: finite differences have one fibre direction for the whole grid; set solver.discretisation", mark="fibre =")
        self.refuse(self.with_region(self.SLOW.replace('"0.05 S/m"', '{ from = "0.1 S/m", to = "0.2 S/m", axis = "z" }')),
                    "region.0.conductivity.longitudinal: the mesh has no axis z", options=FE)

    def test_factors_of_the_mesh_scale_conductivities(self):
        half = self.run_case(self.file_mesh(factors=lambda p: 0.25), *END, output="factor")
        text = self.file_mesh()
        quarter = self.run_case(edited(text, ("0.1334", "0.03335"), ("0.0176", "0.0044")), *END, output="quarter")
        whole = self.run_case(text, *END)
        self.assertAlmostEqual(half["last_activation_ms"], quarter["last_activation_ms"], delta=1e-9)
        self.assertGreater(half["last_activation_ms"], whole["last_activation_ms"] + 1)
        # A wall of elements that do not conduct, across all of the sheet.
        text = self.file_mesh(factors=lambda p: 0.0 if 0.9 < p[0] < 1.2 else 1.0)
        for options in (), ("--set", "solver.mass=1"):
            wall = self.run_case(text, *END, *options, output="wall")
            self.assertIn("the tissue falls into 2 parts that no current connects", self.log("wall"))
            places, activation = by_place(self.folder / "wall/maps.vtu", "activation_beat1_ms")
            numpy.testing.assert_array_equal(numpy.isfinite(activation), places[:, 0] < 0.95)

    def test_tissue_that_does_not_conduct_at_all_reacts_alone(self):
        line = 'conductivity = { longitudinal = "0 S/m", transverse = "0 S/m" }\n'
        for method in "explicit", "crank_nicolson":
            self.run_case(self.with_region(line), *FE, "--set", f'solver.diffusion="{method}"')
            places, V = by_place(self.folder / "out/V/V_000004.vtu", "V")
            inside = places[:, 0] < 0.31
            self.assertGreater(V[inside].min(), 0.0)
            self.assertLess(numpy.ptp(V[inside]), 1e-3)
            self.assertLess(numpy.abs(V[~inside] + 85.23).max(), 0.5)

    def test_factors_in_files_of_meshes(self):
        self.file_mesh(factors=lambda p: p[0])
        self.assertIn("conductivity     times 0.05 to 1.85, mean 0.95\n", self.run_ok("mesh", "info", "sheet.vtu").stdout)
        for name in "again.vtu", "again.vtk":
            self.assertNotIn("note:", self.run_ok("mesh", "convert", "sheet.vtu", name).stdout)
            self.assertIn("conductivity     times 0.05 to 1.85", self.run_ok("mesh", "info", name).stdout)
        for name, whose in ("again.msh", "Gmsh's"), ("again", "CARP's"):
            self.assertIn(f"note: the factors on the conductivity of the elements are lost: {whose} files do not hold them; write a .vtu\n",
                          self.run_ok("mesh", "convert", "sheet.vtu", name).stdout)
        for value, text in (-1.0, "is -1: it must be"), (float("nan"), "is nan: it must be"):
            self.file_mesh(factors=lambda p, value=value: value if p[0] > 1.8 else 1.0)
            done = support.run("mesh", "info", "sheet.vtu", cwd=self.folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn(f"sheet.vtu: error: the factor on the conductivity of element 18 {text} a finite number and not negative", done.stderr)
            self.assertIn("(and 14 more such elements)", done.stderr)

    # ------------------------------------------------------------------------------------ gradients and fibres
    def test_a_gradient_between_points_along_an_axis_is_that_of_the_axis(self):
        lines = ['parameters = { g_Na = { from = "5 mS/uF", to = "20 mS/uF", axis = "x", between = ["0.5 mm", "1.5 mm"] } }\n',
                 'parameters = { g_Na = { from = "5 mS/uF", to = "20 mS/uF", between = [["0.5 mm"], ["1.5 mm"]] } }\n',
                 'parameters = { g_Na = { from = "5 mS/uF", to = "20 mS/uF", between = [["0.5 mm", "1 mm"], ["1.5 mm", "1 mm"]] } }\n']
        for options in (), FE:
            results = [str(self.run_case(self.with_region(line), *END, *options)) for line in lines]
            self.assertEqual(results[0], results[1])
            self.assertEqual(results[0], results[2])
            smooth = self.run_case(self.with_region(lines[2].replace("]] }", "]], smooth = true }")), *END, *options)
            self.assertNotEqual(str(smooth), results[0])

    def test_a_gradient_needs_its_axes(self):
        line = 'parameters = { g_Na = { from = "5 mS/uF", to = "20 mS/uF", between = [["0 mm", "0 mm", "0 mm"], ["1 mm", "1 mm", "0 mm"]] } }\n'
        for options in (), FE:
            self.refuse(self.with_region(line), "region.0.parameters.g_Na: the mesh has no axis z", options=options, mark="g_Na")

    SLAB = edited(SHEET, ('kind = "sheet"\nsize = ["1.9 mm", "1.9 mm"]\nspacing = "0.1 mm"',
                          'kind = "slab"\nsize = ["3 mm", "3 mm", "1.2 mm"]\nspacing = ["0.2 mm", "0.2 mm", "0.1 mm"]'),
                  ("fibre = [1.0, 0.0]", 'fibre = { axis = "z", from = "%s deg", to = "%s deg" }'),
                  ('["0 mm", "0 mm"], ["0.3 mm", "1.9 mm"]', '["1.4 mm", "1.4 mm", "0 mm"], ["1.6 mm", "1.6 mm", "2 mm"]'))

    def test_a_constant_rule_is_a_constant_fibre(self):
        rule = self.run_case(self.SLAB % (30, 30), *FE, output="rule")
        same = self.run_case(edited(self.SLAB, ('axis = "z", from = "%s deg", to = "%s deg"', 'angle = "30 deg"')), *FE)
        self.assertEqual(str(rule), str(same))

    def test_a_rule_turns_the_wave_through_the_slab(self):
        """At both faces the wave, started through the whole slab, is longest along the fibres there."""
        self.run_case(self.SLAB % (60, -60), *FE, "--set", 'time.end="6 ms"', "--set", 'tissue.conductivity={ longitudinal = "0.1334 S/m", '
                      'transverse = "0.004 S/m", normal = "0.0176 S/m" }', "--set",
                      'stimulus.S1.where={ box = [["1.1 mm", "1.1 mm", "0 mm"], ["1.9 mm", "1.9 mm", "2 mm"]] }')
        places, activation = by_place(self.folder / "out/maps.vtu", "activation_beat1_ms")
        for z, angle in (0.0, 55), (1.2, -55):
            here = (numpy.abs(places[:, 2] - z) < 1e-6) & numpy.isfinite(activation)
            early = here & (activation < numpy.quantile(activation[here], 0.4))
            x, y = (places[early][:, :2] - 1.5).T
            axis = 0.5 * numpy.degrees(numpy.arctan2(2 * (x * y).mean(), (x * x).mean() - (y * y).mean()))
            self.assertAlmostEqual(axis, angle, delta=15)
            self.assertGreater(here.sum(), 100)


if __name__ == "__main__":
    unittest.main()
