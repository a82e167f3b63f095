# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""On meshes of elements what runs on grids: velocity maps, tips, spiral waves, parameters from files, restitution."""

import csv
import math
import struct
import unittest

import numpy
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import VTK_TRIANGLE, vtkImageData, vtkUnstructuredGrid
from vtkmodules.vtkIOXML import (vtkXMLImageDataWriter, vtkXMLPUnstructuredGridReader, vtkXMLUnstructuredGridReader,
                                 vtkXMLUnstructuredGridWriter)

import support
import surrogate_files
from support import edited

FAST = 'model = "mitchell_schaeffer_2003"\nparameters = { tau_close = "60 ms", tau_open = "60 ms" }\n'
SPIRAL = f"""[mesh]
MESH
[tissue]
conductivity = {{ longitudinal = "0.01 S/m", transverse = "0.01 S/m" }}
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
{FAST}
[start]
spiral = {{ centre = ["12 mm", "18 mm"], period = "150 ms", rotation = "clockwise" }}
[pacing]
stimulus = "40 uA/uF"
duration = "3 ms"
[time]
end = "200 ms"
step = "0.1 ms"
[output]
tips = {{ every = "5 ms" }}
[checkpoint]
every = "100 ms"
"""
GRID = 'kind = "sheet"\nsize = ["30 mm", "30 mm"]\nspacing = "0.5 mm"'
FILE = 'kind = "file"\npath = "mesh"'


def triangles(nx, ny, h, to=lambda x, y: (x, y, 0.0)):
    """Points and triangles of a sheet of nx by ny squares, cut along diagonals that take turns."""
    points = [to(i * h, j * h) for j in range(ny + 1) for i in range(nx + 1)]
    cells = []
    for j in range(ny):
        for i in range(nx):
            a = j * (nx + 1) + i
            b, c, d = a + 1, a + nx + 2, a + nx + 1
            # Every other one goes around the other way.
            cells += [(a, b, c), (a, d, c)] if (i + j) % 2 == 0 else [(a, d, b), (b, c, d)]
    return points, cells


def write_carp(folder, points, cells, fibre=(1.0, 0.0, 0.0)):
    """mesh.pts, .elem and .lon, in um."""
    kind = {2: "Ln", 3: "Tr", 4: "Tt"}[len(cells[0])]
    (folder / "mesh.pts").write_text("\n".join([str(len(points)), *(" ".join(repr(1e3 * x) for x in p) for p in points), ""]))
    (folder / "mesh.elem").write_text("\n".join([str(len(cells)), *(f"{kind} {' '.join(map(str, c))} 1" for c in cells), ""]))
    (folder / "mesh.lon").write_text("\n".join(["1", *[" ".join(map(str, fibre))] * len(cells), ""]))


def rows(file):
    with open(file, newline="") as text:
        return [{key: float(value) if value else None for key, value in row.items()} for row in csv.DictReader(text)]


def grid_of(file):
    """The unstructured grid of a .vtu or .pvtu."""
    reader = vtkXMLPUnstructuredGridReader() if file.suffix == ".pvtu" else vtkXMLUnstructuredGridReader()
    reader.SetFileName(str(file))
    reader.Update()
    return reader.GetOutput()


def maps(folder):
    """Arrays by name, in the order of the positions; and the positions."""
    file = next(folder / name for name in ("maps.vtu", "maps.pvtu") if (folder / name).exists())
    grid = grid_of(file)
    points = vtk_to_numpy(grid.GetPoints().GetData())
    # Pieces of ranks share the nodes between them.
    points, first = numpy.unique(numpy.round(points, 9), axis=0, return_index=True)
    data = grid.GetPointData()
    return points, {data.GetArrayName(k): vtk_to_numpy(data.GetArray(k))[first] for k in range(data.GetNumberOfArrays())}


def write_image(file, values, spacing, origin=(0.0, 0.0, 0.0)):
    """A .vti of the array `a`, [z, y, x]."""
    image = vtkImageData()
    image.SetDimensions(*values.shape[::-1])
    image.SetSpacing(*spacing)
    image.SetOrigin(*origin)
    array = numpy_to_vtk(values.ravel().astype(float), deep=True)
    array.SetName("a")
    image.GetPointData().AddArray(array)
    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(file))
    writer.SetInputData(image)
    writer.Write()


def write_grid(file, points, cells, of_points=None, of_cells=None):
    """A .vtu of triangles with the array `a` of points or cells."""
    grid, places = vtkUnstructuredGrid(), vtkPoints()
    places.SetDataTypeToDouble()
    for p in points:
        places.InsertNextPoint(*p)
    grid.SetPoints(places)
    for cell in cells:
        grid.InsertNextCell(VTK_TRIANGLE, 3, cell)
    for values, data in (of_points, grid.GetPointData()), (of_cells, grid.GetCellData()):
        if values is not None:
            array = numpy_to_vtk(numpy.asarray(values, dtype=float), deep=True)
            array.SetName("a")
            data.AddArray(array)
    writer = vtkXMLUnstructuredGridWriter()
    writer.SetFileName(str(file))
    writer.SetInputData(grid)
    writer.Write()


class Case(support.ProgramTest):
    def go(self, text, name="out", *arguments, ranks=1, command="run"):
        self.config(text, f"{name}.toml")
        self.run_ok(command, f"{name}.toml", "--quiet", "--force", "--output", name, *arguments, ranks=ranks)
        return self.folder / name

    def refuse(self, text, *parts, ranks=1):
        self.config(text, "wrong.toml")
        done = support.run("run", "wrong.toml", "--output", "wrong", cwd=self.folder, ranks=ranks)
        self.assertEqual(done.returncode, 2, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertFalse((self.folder / "wrong").exists())

    def assert_same_rows(self, one, other, delta):
        a, b = rows(one), rows(other)
        self.assertEqual(len(a), len(b))
        self.assertGreater(len(a), 0)
        for before, after in zip(a, b):
            self.assertEqual(list(before), list(after))
            for key, value in before.items():
                self.assertAlmostEqual(value, after[key], delta=delta)


class Waves(Case):
    def longest(self, folder):
        """The rows of the trajectory that lives on."""
        found = support.run_json(folder)["results"]["singularities"]["trajectories"]
        alive = [each for each in found if each["death_ms"] is None]
        self.assertEqual(len(alive), 1)
        return [row for row in rows(folder / "tips.csv") if row["id"] == alive[0]["id"]]

    def test_a_spiral_on_triangles_has_the_tip_of_the_grid(self):
        write_carp(self.folder, *triangles(60, 60, 0.5))
        on_grid = self.longest(self.go(SPIRAL.replace("MESH", GRID), "grid"))
        self.assertGreaterEqual(len(on_grid), 39)
        quads = self.go(SPIRAL.replace("MESH", GRID), "quads", "--set", 'solver.discretisation="fe"')
        for folder in quads, self.go(SPIRAL.replace("MESH", FILE), "file"):
            self.assertEqual({(row["charge"], row["layer"], row["z_mm"]) for row in self.longest(folder)}, {(1, 0, 0)})
            found = rows(folder / "tips.csv")
            for there in on_grid[1:]:  # at the first look phases are still as they were laid out
                same = [math.hypot(row["x_mm"] - there["x_mm"], row["y_mm"] - there["y_mm"]) for row in found
                        if (row["t_ms"], row["charge"]) == (there["t_ms"], 1)]
                self.assertLess(min(same), 0.5)  # a spacing

    def test_tips_on_ranks_and_through_a_restart(self):
        write_carp(self.folder, *triangles(60, 60, 0.5))
        text = SPIRAL.replace("MESH", FILE)
        one = self.go(text, "one")
        for ranks in 2, 3:
            many = self.go(text, f"ranks{ranks}", ranks=ranks)
            self.assert_same_rows(one / "tips.csv", many / "tips.csv", 1e-4)
        half = self.go(text, "half", "--set", 'time.end="100 ms"')
        self.run_ok("run", "half.toml", "--quiet", "--restart", half / "checkpoint.h5", "--output", "half")
        self.assertEqual((half / "tips.csv").read_bytes(), (one / "tips.csv").read_bytes())
        self.assertEqual(support.run_json(half)["results"], support.run_json(one)["results"])

    def test_a_spiral_on_an_upright_sheet_turns_about_its_own_axis(self):
        write_carp(self.folder, *triangles(60, 60, 0.5))
        flat = self.longest(self.go(SPIRAL.replace("MESH", FILE), "flat"))
        # x stays, y goes up along z: seen against -y, x goes to the right and z up.
        write_carp(self.folder, *triangles(60, 60, 0.5, lambda x, y: (x, 3.0, y)))
        text = SPIRAL.replace("MESH", FILE).replace(
            'centre = ["12 mm", "18 mm"]', 'centre = ["12 mm", "3 mm", "18 mm"], axis = [0, -2, 0]')
        upright = self.longest(self.go(text, "upright"))
        self.assertEqual(len(flat), len(upright))
        for here, there in zip(upright, flat):
            # Looked at from where y grows, it turns the other way round.
            self.assertEqual((here["charge"], here["y_mm"]), (-there["charge"], 3))
            self.assertAlmostEqual(here["x_mm"], there["x_mm"], delta=1e-3)
            self.assertAlmostEqual(here["z_mm"], there["y_mm"], delta=1e-3)
        self.refuse(text.replace('"12 mm", "3 mm", "18 mm"', '"12 mm", "3 mm"'), "start.spiral.centre", "along z")
        self.refuse(text.replace("[0, -2, 0]", "[0, 0, 0]"), "start.spiral.axis", "is no direction")

    def test_a_scroll_in_a_volume_has_a_filament_from_end_to_end(self):
        slab = 'kind = "slab"\nsize = ["18 mm", "18 mm", "1.5 mm"]\nspacing = "0.5 mm"'
        text = edited(SPIRAL, ("MESH", slab), ('"12 mm", "18 mm"', '"8.2 mm", "9.4 mm"'), ('"200 ms"', '"60 ms"'),
                      ("[checkpoint]\nevery = \"100 ms\"\n", '[solver]\ndiscretisation = "fe"\n[checkpoint]\nevery = "30 ms"\n'))
        one = self.go(text, "one")
        results = support.run_json(one)["results"]["singularities"]
        self.assertGreaterEqual(results["filaments"]["longest_mm"], 1.5)
        self.assertEqual(2 * results["filaments"]["most_at_once"], results["most_at_once"])
        tips, points = rows(one / "tips.csv"), rows(one / "filaments.csv")
        for t in range(10, 61, 5):
            ends = sorted((row["z_mm"], row["charge"], row["x_mm"], row["y_mm"]) for row in tips if row["t_ms"] == t)
            self.assertEqual([end[:2] for end in ends], [(0, -1), (1.5, 1)])  # clockwise, and seen from outside
            line = [row for row in points if row["t_ms"] == t]
            self.assertGreaterEqual(len(line), 4)
            for row, end in (line[0], ends[0]), (line[-1], ends[1]):
                self.assertEqual((row["z_mm"], row["x_mm"], row["y_mm"]), (end[0], end[2], end[3]))
            self.assertEqual({row["filament"] for row in line}, {1})
        for ranks in 2, 3:
            many = self.go(text, f"ranks{ranks}", ranks=ranks)
            for file in "tips.csv", "filaments.csv":
                self.assert_same_rows(one / file, many / file, 1e-4)
        half = self.go(text, "half", "--set", 'time.end="30 ms"')
        self.run_ok("run", "half.toml", "--quiet", "--restart", half / "checkpoint.h5", "--output", "half")
        for file in "tips.csv", "filaments.csv":
            self.assertEqual((half / file).read_bytes(), (one / file).read_bytes())
        self.assertEqual(support.run_json(half)["results"], support.run_json(one)["results"])
        # By finite differences there are layers, and the same place.
        fd = self.go(text, "fd", "--set", 'solver.discretisation="fd"')
        self.assertFalse((fd / "filaments.csv").exists())
        self.assertNotIn("filaments", support.run_json(fd)["results"]["singularities"])
        for row in rows(fd / "tips.csv"):
            self.assertEqual(row["z_mm"], 0.5 * row["layer"])
            if row["t_ms"] < 10:
                continue  # phases are still as they were laid out
            line = [each for each in points if (each["t_ms"], each["z_mm"]) == (row["t_ms"], row["z_mm"])]
            self.assertEqual(len(line), 1)
            self.assertLess(math.hypot(row["x_mm"] - line[0]["x_mm"], row["y_mm"] - line[0]["y_mm"]), 0.5)

    def test_nothing_turns_on_a_cable(self):
        write_carp(self.folder, [(0.1 * k, 0, 0) for k in range(101)], [(k, k + 1) for k in range(100)])
        text = SPIRAL.replace("MESH", FILE)
        self.refuse(text, "output.tips: waves do not turn on a cable", "start.spiral: waves do not turn on a cable")
        write_carp(self.folder, *triangles(10, 10, 0.5))
        self.refuse(text, "start.spiral.centre: it lies outside the mesh", "reaches from (0, 0) mm to (5, 5) mm")


VELOCITY = """[mesh]
MESH
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0667 S/m" }
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "-9 mm", "-9 mm"], ["0.8 mm", "9 mm", "9 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "30 ms"
step = "0.02 ms"
[output]
maps = ["activation", "velocity"]
"""
STRIP = 'kind = "sheet"\nsize = ["10 mm", "3 mm"]\nspacing = "0.2 mm"'


class Velocity(Case):
    def test_of_a_grid_is_the_same_by_elements(self):
        text = VELOCITY.replace("MESH", STRIP)
        fd = support.image(self.go(text, "fd") / "maps.vti")["arrays"]
        points, fe = maps(self.go(text, "fe", "--set", 'solver.discretisation="fe"'))
        write_carp(self.folder, *triangles(50, 15, 0.2))
        places, on_triangles = maps(self.go(VELOCITY.replace("MESH", FILE), "file"))
        i, j = numpy.rint(points[:, 0] / 0.2).astype(int), numpy.rint(points[:, 1] / 0.2).astype(int)
        numpy.testing.assert_allclose(points, places, atol=1e-6)
        away = (points[:, 0] > 2.5) & (points[:, 0] < 8.5)
        grid = {name: numpy.array(fd[name])[51 * j + i] for name in ("cv_beat1_m_per_s", "cv_status_beat1")}
        inside = away & (points[:, 1] > 0.5) & (points[:, 1] < 2.5)
        for found, within in (fe, 2e-4), (on_triangles, 5e-3):
            self.assertTrue((found["cv_status_beat1"][away] == 0).all())
            numpy.testing.assert_allclose(found["cv_beat1_m_per_s"][inside], grid["cv_beat1_m_per_s"][inside], rtol=within)
            # The windows at the border are of another shape.
            numpy.testing.assert_allclose(found["cv_beat1_m_per_s"][away], grid["cv_beat1_m_per_s"][away], rtol=0.01)
            vector = found["velocity_beat1_m_per_s"][away]
            numpy.testing.assert_allclose(vector[:, 0], found["cv_beat1_m_per_s"][away], rtol=1e-3)
            self.assertTrue((vector[:, 2] == 0).all())
            self.assertTrue((found["cv_quality_beat1"][away] > 0.9).all())
        same = (fe["cv_status_beat1"] == grid["cv_status_beat1"]).mean()
        self.assertGreater(same, 0.95)

    def test_on_ranks_and_a_bent_surface(self):
        # The strip rolled up to a part of a tube: the wave is that of the flat one, and its velocity lies in the surface.
        radius = 4.0
        write_carp(self.folder, *triangles(50, 15, 0.2))
        text = VELOCITY.replace("MESH", FILE)
        _, flat = maps(self.go(text, "flat"))
        write_carp(self.folder, *triangles(50, 15, 0.2, lambda x, y: (x, radius * math.sin(y / radius), radius * math.cos(y / radius))))
        points, one = maps(self.go(text, "one"))
        self.assertTrue((one["cv_status_beat1"] == 0).mean() > 0.7)
        ok = (one["cv_status_beat1"] == 0) & (points[:, 0] > 2.5) & (points[:, 0] < 8.5)
        numpy.testing.assert_allclose(one["cv_beat1_m_per_s"][ok], numpy.median(flat["cv_beat1_m_per_s"][(points[:, 0] > 2.5) & (points[:, 0] < 8.5)]),
                                      rtol=0.02)
        outwards = (one["velocity_beat1_m_per_s"][ok] * points[ok] * [0, 1 / radius, 1 / radius]).sum(axis=1)
        self.assertLess(abs(outwards).max(), 0.01)
        for ranks in 2, 3:
            places, many = maps(self.go(text, f"ranks{ranks}", ranks=ranks))
            numpy.testing.assert_array_equal(places, points)
            for name in one:
                numpy.testing.assert_allclose(many[name], one[name], atol=1e-5, err_msg=name)
        text += '[checkpoint]\nevery = "12 ms"\n'
        half = self.go(text, "half", "--set", 'time.end="12 ms"')
        self.run_ok("run", "half.toml", "--quiet", "--restart", half / "checkpoint.h5", "--output", "half")
        _, rest = maps(half)
        for name in one:
            numpy.testing.assert_array_equal(rest[name], one[name], name)

    def test_of_a_tree_of_cables_is_along_its_branches(self):
        h, steps = 0.1, [(1.0, 0.0, 0.0)] * 60 + [(0.6, 0.8, 0.0)] * 40
        points, cells = [(0.0, 0.0, 0.0)], []
        for step in steps:
            cells.append((len(points) - 1, len(points)))
            points.append(tuple(a + h * b for a, b in zip(points[-1], step)))
        before = 60
        for _ in range(40):  # the other branch, downwards in space
            cells.append((before, len(points)))
            points.append(tuple(a + h * b for a, b in zip(points[before], (0.6, 0.0, -0.8))))
            before = len(points) - 1
        write_carp(self.folder, points, cells)
        text = edited(VELOCITY, ("MESH", FILE), ("fibre = [1.0, 0.0, 0.0]\n", ""))
        where, found = maps(self.go(text))
        speed, vector = found["cv_beat1_m_per_s"], found["velocity_beat1_m_per_s"]
        branching = numpy.abs(where - [6, 0, 0]).max(axis=1) < 1e-6
        self.assertEqual(branching.sum(), 1)
        self.assertEqual(found["cv_status_beat1"][branching], [2])
        for direction, own in ((1, 0, 0), (where[:, 0] > 2) & (where[:, 0] < 5)), ((0.6, 0.8, 0), (where[:, 1] > 0.8) & (where[:, 1] < 2.4)), \
                ((0.6, 0, -0.8), (where[:, 2] < -0.8) & (where[:, 2] > -2.4)):
            self.assertGreater(own.sum(), 15)
            numpy.testing.assert_allclose(vector[own], numpy.outer(speed[own], direction), atol=1e-5)
            numpy.testing.assert_allclose(speed[own], numpy.median(speed[own]), rtol=0.02)


FIELDS = edited(VELOCITY, ("MESH", FILE), ('["activation", "velocity"]', '["activation", "dvdt_max"]'), ('"30 ms"', '"20 ms"'),
                ('model = "mitchell_schaeffer_2003"\n', 'model = "mitchell_schaeffer_2003"\nFIELD\n'))


class Parameters(Case):
    def setUp(self):
        super().setUp()
        self.points, self.cells = triangles(20, 10, 0.2)
        write_carp(self.folder, self.points, self.cells)
        self.values = numpy.array([0.5 + 0.1 * x + 0.05 * y for x, y, _ in self.points])

    def field(self, file):
        return FIELDS.replace("FIELD", f'scale = {{ tau_in = {{ file = "{file}", array = "a" }} }}')

    def result(self, text, name="out", **options):
        self.go(text, name, **options)
        where, found = maps(self.folder / name)
        return found

    def test_an_image_or_a_grid_on_the_nodes_are_the_same(self):
        write_image(self.folder / "a.vti", self.values.reshape(1, 11, 21), (0.2, 0.2, 1.0))
        write_grid(self.folder / "a.vtu", self.points, self.cells, of_points=self.values)
        # The same points in another order, as a file of a run on elements has them, and one more.
        order = numpy.random.default_rng(1).permutation(len(self.points))
        write_grid(self.folder / "mixed.vtu", [self.points[k] for k in order] + [(9, 9, 9)], [], of_points=numpy.append(self.values[order], 5))
        # What is constant over the cells is so at the nodes.
        write_grid(self.folder / "cells.vtu", self.points, self.cells, of_cells=numpy.full(len(self.cells), 0.7))
        write_image(self.folder / "coarse.vti", numpy.full((1, 3, 5), 0.7), (1.0, 1.0, 1.0))
        image = self.result(self.field("a.vti"))
        self.assertGreater(numpy.ptp(image["dvdt_max_beat1_V_per_s"]), 1.0)
        for file in "a.vtu", "mixed.vtu":
            numpy.testing.assert_array_equal(self.result(self.field(file))["dvdt_max_beat1_V_per_s"], image["dvdt_max_beat1_V_per_s"])
        for ranks in 2, 3:
            many = self.result(self.field("mixed.vtu"), ranks=ranks)
            numpy.testing.assert_allclose(many["dvdt_max_beat1_V_per_s"], image["dvdt_max_beat1_V_per_s"], atol=1e-4)
        uniform = self.result(FIELDS.replace("FIELD", "scale = { tau_in = 0.7 }"))
        for file in "cells.vtu", "coarse.vti":
            numpy.testing.assert_allclose(self.result(self.field(file))["dvdt_max_beat1_V_per_s"], uniform["dvdt_max_beat1_V_per_s"], atol=1e-4)

    def test_cell_values_are_means_around_a_node(self):
        # 1 on one side and 2 on the other: 1.5, or something between, on the nodes in the middle.
        of_cells = [1.0 if max(self.points[n][0] for n in cell) <= 2.0 + 1e-9 else 2.0 for cell in self.cells]
        write_grid(self.folder / "cells.vtu", self.points, self.cells, of_cells=of_cells)
        mean = numpy.zeros(len(self.points))
        count = numpy.zeros(len(self.points))
        for cell, value in zip(self.cells, of_cells):
            for node in cell:
                mean[node] += value
                count[node] += 1
        write_grid(self.folder / "points.vtu", self.points, self.cells, of_points=mean / count)
        for name in self.result(self.field("cells.vtu")):
            numpy.testing.assert_array_equal(self.result(self.field("cells.vtu"), "a")[name], self.result(self.field("points.vtu"), "b")[name])

    def test_the_unit_of_the_mesh_is_that_of_the_file(self):
        write_grid(self.folder / "a.vtu", self.points, self.cells, of_points=self.values)
        expected = self.result(self.field("a.vtu"))["dvdt_max_beat1_V_per_s"]
        write_grid(self.folder / "cm.vtu", [[x / 10 for x in p] for p in self.points], self.cells, of_points=self.values)
        text = edited(self.field("cm.vtu"), ('path = "mesh"', 'path = "cm.vtu"\nunit = "1 cm"'))
        numpy.testing.assert_allclose(self.result(text)["dvdt_max_beat1_V_per_s"], expected, rtol=1e-5)

    def test_what_is_refused(self):
        write_grid(self.folder / "moved.vtu", [(x + 0.1, y, z) for x, y, z in self.points], self.cells, of_points=self.values)
        write_grid(self.folder / "good.vtu", self.points, self.cells, of_points=self.values)
        broken = self.values.copy()
        broken[7] = math.nan
        write_grid(self.folder / "nan.vtu", self.points, self.cells, of_points=broken)
        write_image(self.folder / "small.vti", numpy.ones((1, 11, 10)), (0.2, 0.2, 1.0))
        (self.folder / "text.vtu").write_text("no XML\n")
        for file, *parts in [
                ("moved.vtu", "has no point at node ", " of the mesh, (0, ", ", 0) mm: the nearest is 0.1 mm away"),  # any node of x = 0
                ("nan.vtu", "value 7 of 'a' is no finite number"), ("text.vtu", "is no VTK unstructured grid (.vtu), or a broken one"),
                ("none.vtu", "there is no file"),
                ("small.vti", " of the mesh at (2, ", ", 0) mm lies outside the image", "from 0 to 1.8 mm along x")]:
            for ranks in (1, 2) if file in ("moved.vtu", "nan.vtu") else (1,):
                with self.subTest(file, ranks=ranks):
                    if ranks == 1:
                        self.refuse(self.field(file), "region.0.scale.tau_in: ", *parts)
                    else:
                        self.refuse(self.field(file), "region.0.scale.tau_in: ", ranks=ranks)
        self.refuse(self.field("good.vtu").replace('array = "a"', 'array = "b"'), "has no point or cell array 'b' of one component", "it has: a")
        grid = edited(self.field("good.vtu"), (FILE, 'kind = "sheet"\nsize = ["4 mm", "2 mm"]\nspacing = "0.2 mm"'))
        self.refuse(grid, "a grid takes its values from a .vti")
        self.assertGreater(len(self.result(grid + '[solver]\ndiscretisation = "fe"\n')), 0)


CABLE = """[mesh]
MESH
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.1334 S/m" }
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
parameters = { tau_close = "40 ms", tau_open = "40 ms" }
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["1 mm"]] }
amplitude = "60 uA/uF"
duration = "2 ms"
[[probe]]
name = "near"
at = ["4 mm", "0 mm"]
[[probe]]
name = "far"
at = ["6.4 mm", "0 mm"]
[time]
step = "0.05 ms"
[restitution]
on = "tissue"
s1 = { bcl = "300 ms", beats = 2 }
s2 = ["250 ms", "180 ms"]
"""


class Restitution(Case):
    def curve(self, text, name, **options):
        return rows(self.go(text, name, command="restitution", **options) / "restitution.csv")

    def compare(self, text, grid, tolerance):
        on_grid, on_file = self.curve(text.replace("MESH", grid), "grid"), self.curve(text.replace("MESH", FILE), "file")
        self.assertEqual(len(on_file), 2)
        for here, there in zip(on_file, on_grid):
            self.assertEqual((here["captured"], there["captured"]), (1, 1))
            for key in "activation_ms", "apd90_ms", "di_ms", "cv_m_per_s":
                self.assertLess(abs(here[key] - there[key]), tolerance * abs(there[key]) + 1e-9, key)
        early, late = sorted(on_file, key=lambda row: row["s2_ms"])
        self.assertLess(early["apd90_ms"], late["apd90_ms"])
        for each, other in zip(on_file, self.curve(text.replace("MESH", FILE), "ranks", ranks=2)):
            for key in each:
                self.assertAlmostEqual(each[key] or 0.0, other[key] or 0.0, delta=1e-5)

    def test_s1s2_of_a_cable_is_that_of_the_grid(self):
        write_carp(self.folder, [(0.2 * k, 0, 0) for k in range(51)], [(k, k + 1) for k in range(50)])
        text = edited(CABLE, ('"4 mm", "0 mm"', '"4 mm"'), ('"6.4 mm", "0 mm"', '"6.4 mm"'))
        self.compare(text, 'kind = "cable"\nsize = "10 mm"\nspacing = "0.2 mm"', 1e-5)  # the same matrices

    def test_s1s2_of_a_sheet_is_that_of_the_grid(self):
        write_carp(self.folder, *triangles(50, 5, 0.2))
        self.compare(CABLE, 'kind = "sheet"\nsize = ["10 mm", "1 mm"]\nspacing = "0.2 mm"', 0.01)

    def test_a_cable_from_a_file_is_tissue(self):
        self.config(CABLE.replace("MESH", FILE).replace('"tissue"', '"cable"'))
        done = support.run("restitution", "case.toml", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn('mesh.kind: restitution.on = "cable" needs a cable; for anything else, also from a file, write on = "tissue"', done.stderr)


class Ecg(Case):
    def test_of_a_surface_in_space_is_that_of_the_flat_one(self):
        """On a plane that stands upright, with the electrode moved along, and by finite differences."""
        electrode = '[[electrode]]\nname = "E"\nat = ["12 mm", "1 mm", "2 mm"]\n'
        text = edited(VELOCITY, ('maps = ["activation", "velocity"]\n', 'ecg = { every = "0.5 ms" }\n')) + electrode
        write_carp(self.folder, *triangles(50, 15, 0.2))
        places = {"grid": text.replace("MESH", STRIP), "flat": text.replace("MESH", FILE)}
        found = {name: [row["phi_E_mV"] for row in rows(self.go(each, name) / "ecg.csv")] for name, each in places.items()}
        write_carp(self.folder, *triangles(50, 15, 0.2, lambda x, y: (x, -2.0, y)))
        upright = edited(places["flat"], ('"12 mm", "1 mm", "2 mm"', '"12 mm", "0 mm", "1 mm"'))
        for ranks in 1, 2:
            many = [row["phi_E_mV"] for row in rows(self.go(upright, f"ranks{ranks}", ranks=ranks) / "ecg.csv")]
            numpy.testing.assert_allclose(many, found["flat"], atol=1e-7)
        largest = numpy.abs(found["grid"]).max()
        self.assertGreater(largest, 1e-3)
        numpy.testing.assert_allclose(found["flat"], found["grid"], atol=0.05 * largest)


class Surrogates(Case):
    def test_fall_back_and_are_mapped(self):
        write_carp(self.folder, *triangles(20, 10, 0.2))
        surrogate_files.passive_step(self.folder / "net.safetensors", share=0.0, low=-90.0, high=-84.99)
        text = edited(FIELDS, ('model = "mitchell_schaeffer_2003"\nFIELD', 'surrogate = "net.safetensors"\nfallback_limit = 1.0'),
                      ('["activation", "dvdt_max"]', '["activation"]'), ('"20 ms"', '"4 ms"'),
                      ('"0.02 ms"', '"0.05 ms"'))
        for ranks in 1, 2:
            folder = self.go(text, f"ranks{ranks}", ranks=ranks)
            told = support.run_json(folder)["results"]["surrogate"]["all"]
            where, found = maps(folder)
            self.assertEqual(found["surrogate_fallbacks"].sum(), told["fallbacks"])
            self.assertGreater(found["surrogate_fallbacks"][where[:, 0] < 0.5].min(), found["surrogate_fallbacks"][where[:, 0] > 3.5].max())


if __name__ == "__main__":
    unittest.main()
