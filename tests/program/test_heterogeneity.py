# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Parameters that differ from node to node: the same numbers as uniform ones, however they are given."""

import struct
import unittest

import numpy
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter, vtkXMLPolyDataWriter

import own_models
import runs
import support
from support import edited, place

SPACING = 1.9 / 19  # mm, as the mesh divides its size
# 20 x 20 nodes from 0 to 1.9 mm; the reference precision, in which all must agree to the last bit.
REGION = 'variant = "epi"\n'
FIELD = '{ from = "1 mS/uF", to = "2 mS/uF", axis = "x" }'
SHEET = edited(support.SHEET, ('[reaction]\nstep = "0.05 ms"', '[reaction]\nstep = "0.05 ms"\nprecision = "double"\n'
                               'tables = false'))


def with_region(line, text=SHEET):
    return edited(text, (REGION, f"{REGION}{line}\n"))


def write_image(file, arrays, dimensions=(20, 20, 1), spacing=0.1, origin=0.0):
    """A .vti with arrays {name: values, x fastest}."""
    image = vtkImageData()
    image.SetDimensions(*dimensions)
    image.SetSpacing(spacing, spacing, spacing)
    image.SetOrigin(origin, 0.0, 0.0)
    for name, values in arrays.items():
        array = numpy_to_vtk(numpy.ascontiguousarray(values, dtype=numpy.float64), deep=True)
        array.SetName(name)
        image.GetPointData().AddArray(array)
    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(file))
    writer.SetInputData(image)
    writer.SetDataModeToBinary()
    writer.Write()


def gradient(first, last, begin, end):
    """Linear along x and constant beyond, at the nodes of the sheet, by the program's operations."""
    x = numpy.arange(20) * SPACING
    share = numpy.clip((x - begin) / (end - begin), 0.0, 1.0)
    return numpy.tile(first + share * (last - first), 20)


class Heterogeneity(support.ProgramTest):
    def result(self, text, *arguments, ranks=1, isa=None):
        """Results, probe rows and the last frame of a run, in full."""
        self.config(text)
        self.run_ok("run", "case.toml", "--quiet", "--force", *arguments, ranks=ranks,
                    environment={"MYOWAVE_ISA": isa} if isa else None)
        out = self.folder / "out/case"
        frames = runs.frames(out)
        self.assertEqual([t for t, _ in frames], [0.0, 1.0, 2.0, 3.0, 4.0])
        return (str(runs.results(out)), (out / "probes.csv").read_text(), runs.read_image(frames[-1][1])["V"].tobytes(),
                runs.maps(out)["activation_beat1_ms"].tobytes())

    @unittest.skipUnless(own_models.OPTIMISED, "the program is not optimised")
    def test_constant_field_is_the_uniform_parameter(self):
        write_image(self.folder / "g.vti", {"g": numpy.full(400, 10.0), "half": numpy.full(400, 0.5)})
        plain = self.result(SHEET)
        for isa in own_models.instruction_sets():
            with self.subTest(isa=isa):
                uniform = self.result(with_region('parameters = { g_Na = "10 mS/uF" }'), isa=isa)
                self.assertNotEqual(uniform, plain)
                for line in ['parameters = { g_Na = { from = "10 mS/uF", to = "10 mS/uF", axis = "y" } }',
                             'parameters = { g_Na = { file = "g.vti", array = "g", unit = "mS/uF" } }',
                             'parameters = { g_Na = { file = "g.vti", array = "g", unit = "S/mF" } }']:
                    self.assertEqual(self.result(with_region(line), isa=isa), uniform, line)
                halved = self.result(with_region('parameters = { g_Na = "10 mS/uF" }\nscale = { g_Na = 0.5 }'),
                                     isa=isa)
                self.assertNotEqual(halved, uniform)
                constant = '{ from = "10 mS/uF", to = "10 mS/uF", axis = "x" }'
                for line in ['parameters = { g_Na = "10 mS/uF" }\n'
                             'scale = { g_Na = { from = 0.5, to = 0.5, axis = "x" } }',
                             f'parameters = {{ g_Na = {constant} }}\nscale = {{ g_Na = 0.5 }}',
                             f'parameters = {{ g_Na = {constant} }}\n'
                             'scale = { g_Na = { file = "g.vti", array = "half" } }']:
                    self.assertEqual(self.result(with_region(line), isa=isa), halved, line)

    def test_gradient_is_the_array_of_its_values(self):
        arrays = {"whole": gradient(5.0, 20.0, 0.0, 19 * SPACING), "part": gradient(5.0, 20.0, 0.5, 1.0),
                  "factor": gradient(0.5, 2.0, 0.5, 1.0)}
        write_image(self.folder / "g.vti", arrays)
        between = 'between = ["0.5 mm", "1 mm"]'
        found = set()
        for table, field, array in [
                ("parameters", '{ from = "5 mS/uF", to = "20 mS/uF", axis = "x" }', '"whole", unit = "mS/uF"'),
                ("parameters", f'{{ from = "5 mS/uF", to = "20 mS/uF", axis = "x", {between} }}',
                 '"part", unit = "mS/uF"'),
                ("scale", f'{{ from = 0.5, to = 2.0, axis = "x", {between} }}', '"factor"')]:
            for text in SHEET, support.SHEET:  # the default precision too
                with self.subTest(field=field, reference=text == SHEET):
                    one = self.result(with_region(f"{table} = {{ g_Na = {field} }}", text))
                    line = f'{table} = {{ g_Na = {{ file = "g.vti", array = {array} }} }}'
                    other = self.result(with_region(line, text))
                    self.assertEqual(one, other)
                    found.add(one)
        self.assertEqual(len(found), 6)

    def test_order_of_a_node_among_nodes(self):
        """One odd node in the second region, with a hole: the parameter acts there and nowhere else."""
        values = numpy.full(400, 0.1)
        values[17 * 20 + 4] = 5.0  # mS/uF, a strong leak at (0.4, 1.7) mm
        write_image(self.folder / "g.vti", {"g": values})
        text = edited(with_region('parameters = { g_leak = { file = "g.vti", array = "g", unit = "mS/uF" } }\n'
                                  'initial_state = { V = "-75 mV" }'),
                      ("ten_tusscher_2006", "passive"), ('variant = "epi"\n', ""), ("0.1334 S/m", "1e-9 S/m"),
                      ("0.0176 S/m", "1e-9 S/m"), ("50 uA/uF", "1e-9 uA/uF"),
                      ('[[region]]', '[[region]]\nname = "first"\nmodel = "passive"\n'
                                     'where = { box = [["0 mm", "0 mm"], ["1.9 mm", "0.55 mm"]] }\n[[region]]'),
                      ('spacing = "0.1 mm"', 'spacing = "0.1 mm"\nholes = [{ box = [["1 mm", "0.8 mm"], '
                                             '["1.4 mm", "1.2 mm"]] }]'))
        for ranks in 1, 2, 3:
            with self.subTest(ranks=ranks):
                self.config(text)
                self.run_ok("run", "case.toml", "--quiet", "--force", ranks=ranks)
                V = runs.read_image(runs.frames(self.folder / "out/case")[1][1])["V"][0]
                self.assertAlmostEqual(V[17, 4], -85.0 + 10.0 * numpy.exp(-5.0), delta=0.01)
                others = numpy.delete(V[6:].ravel(), 11 * 20 + 4)
                others = others[numpy.isfinite(others)]
                self.assertEqual(others.size, 14 * 20 - 1 - 9)  # 3 x 3 nodes lie inside the hole
                self.assertLess(numpy.abs(others - (-85.0 + 10.0 * numpy.exp(-0.1))).max(), 0.01)
                self.assertLess(numpy.abs(V[:6] + 85.0).max(), 1e-3)

    FIELDS = ('parameters = { g_Ks = { from = "0.1 mS/uF", to = "0.6 mS/uF", axis = "y" } }\n'
              'scale = { g_Na = { from = 0.4, to = 1.5, axis = "x", between = ["0.5 mm", "1.5 mm"] } }')

    def test_ranks(self):
        for text in SHEET, support.SHEET:
            one = self.result(with_region(self.FIELDS, text))
            self.assertNotEqual(one, self.result(text))
            for ranks in 2, 3:
                with self.subTest(ranks=ranks, reference=text == SHEET):
                    many = self.result(with_region(self.FIELDS, text), ranks=ranks)
                    self.assertEqual(one[1:], many[1:])  # the results name the places of nodes alike, too
                    self.assertEqual(one[0], many[0])

    def test_restart_is_bitwise(self):
        write_image(self.folder / "g.vti", {"g": gradient(0.5, 2.0, 0.5, 1.0)})
        line = self.FIELDS.replace("scale = { ", 'scale = { g_CaL = { file = "g.vti", array = "g" }, ')
        text = with_region(line, support.SHEET)
        for ranks in 1, 2:
            with self.subTest(ranks=ranks):
                whole = self.result(text, ranks=ranks)
                part = self.folder / f"part{ranks}"
                self.run_ok("run", "case.toml", "--quiet", "--output", part, "--set", 'time.end="3 ms"', ranks=ranks)
                self.run_ok("run", "case.toml", "--quiet", "--restart", part / "checkpoint.h5", ranks=ranks)
                self.assertEqual(str(runs.results(part)), whole[0])
                self.assertEqual((part / "probes.csv").read_text(), whole[1])
                self.assertEqual(runs.read_image(runs.frames(part)[-1][1])["V"].tobytes(), whole[2])
        # The resolved configuration reads back to the same run.
        whole = self.result(text)
        self.run_ok("run", "out/case/config.toml", "--quiet", "--output", "again")
        self.assertEqual(str(runs.results(self.folder / "again")), whole[0])

    def test_tables_only_where_a_parameter_does_not_enter_them(self):
        for line, end in [('parameters = { g_Na = { from = "100 mS/uF", to = "120 mS/uF", axis = "x" } }', ", tables"),
                          ('scale = { phi = { from = 1.0, to = 1.5, axis = "x" } }', "")]:
            text = edited(support.SHEET, ('model = "ten_tusscher_2006"\nvariant = "epi"\n',
                                          f'model = "hodgkin_huxley_1952"\n{line}\n'))
            self.config(text)
            shown = self.run_ok("check", "case.toml").stdout
            self.assertIn(f"region all: hodgkin_huxley_1952, 400 nodes, mixed precision{end}\n", shown)


class WrongFields(support.ProgramTest):
    def refuse(self, line, where, parts, ranks=1):
        text = with_region(line, support.SHEET)
        self.config(text)
        here = support.contents(self.folder)
        done = support.run("run", "case.toml", ranks=ranks, cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        # Open MPI has its own words on a program that ends with an error.
        lines = [line for line in done.stderr.splitlines() if ranks == 1 or "error: " in line]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertTrue(lines[0].startswith(f"case.toml:{place(text, where)}: error: "), f"{where}: {lines[0]}")
        for part in parts:
            self.assertIn(part, lines[0])
        self.assertEqual(support.contents(self.folder), here)

    def test_what_is_written(self):
        def field(*edits):
            return f"parameters = {{ g_Na = {edited(FIELD, *edits)} }}"

        def between(text):
            return field((" }", f", between = {text} }}"))

        for line, where, *parts in [
                (f"parameters = {{ g_Nb = {FIELD} }}", "g_Nb", "has no parameter 'g_Nb'", "did you mean 'g_Na'?"),
                ('scale = { g_Nb = { from = 1, to = 2, axis = "x" } }', "g_Nb", "has no parameter 'g_Nb'"),
                (field(("1 mS/uF", "1 mV")), "g_Na", "wrong dimension", "mS/uF"),
                (field(("2 mS/uF", "2")), "g_Na", "has no unit", "mS/uF"),
                (field(("2 mS/uF", "nan mS/uF")), "g_Na", "nan mS/uF"),
                (f"scale = {{ g_Na = {FIELD} }}", "g_Na", "wrong dimension"),
                (field((', axis = "x"', "")), "g_Na", "'axis' is missing", "write { from = "),
                (field((', to = "2 mS/uF"', "")), "g_Na", "'to' is missing"),
                ('parameters = { g_Na = { file = "g.vti" } }', "g_Na", "'array' is missing"),
                (field(("to =", "too =")), "too", "unknown key", "did you mean 'to'?"),
                ('parameters = { g_Na = { file = "g.vti", array = "g", axis = "x" } }', "axis", "unknown key",
                 "file, array, unit"),
                (field(('"x"', '"r"')), "axis", '"r" is not known', "x, y, z"),
                (field(('"x"', '"z"')), "g_Na", "the mesh has no axis z"),
                (between('["1 mm", "0.5 mm"]'), "between", "the first position must be below the second"),
                (between('["1 mm", "1 mm"]'), "between", "the first position must be below the second"),
                (between('["1 mm"]'), "between", "write two positions"),
                (between('[0, "1 mm"]'), '0, "1', "0 has no unit"),
                (between('["0 ms", "1 mm"]'), '"0 ms"', "wrong dimension")]:
            with self.subTest(line):
                self.refuse(line, where, parts)

    def test_files(self):
        values = numpy.linspace(1.0, 2.0, 400)
        write_image(self.folder / "good.vti", {"g_Na": values, "other": values})
        write_image(self.folder / "small.vti", {"g_Na": values[:380]}, (20, 19, 1))
        write_image(self.folder / "deep.vti", {"g_Na": numpy.ones(800)}, (20, 20, 2))
        write_image(self.folder / "vectors.vti", {"g_Na": numpy.ones((400, 3))})
        write_image(self.folder / "none.vti", {})
        write_image(self.folder / "um.vti", {"g_Na": values}, spacing=100.0)
        write_image(self.folder / "shifted.vti", {"g_Na": values}, origin=0.05)
        for name, bad in ("nan", numpy.nan), ("inf", numpy.inf):
            wrong = values.copy()
            wrong[123] = bad
            write_image(self.folder / f"{name}.vti", {"g_Na": wrong})
        (self.folder / "text.vti").write_text("not XML\n")
        (self.folder / "binary.vti").write_bytes(struct.pack("<4d", 1, 2, 3, 4))
        (self.folder / "cut.vti").write_bytes((self.folder / "good.vti").read_bytes()[:2000])
        (self.folder / "empty.vti").write_text("")
        (self.folder / "folder.vti").mkdir()
        writer = vtkXMLPolyDataWriter()
        writer.SetFileName(str(self.folder / "poly.vti"))
        writer.SetInputData(vtkPolyData())
        writer.Write()
        no_image = "is no VTK image (.vti), or a broken one"
        for name, *parts in [
                ("missing", "there is no file '"), ("text", no_image), ("binary", no_image), ("empty", no_image),
                ("folder", no_image), ("poly", no_image), ("cut", no_image),
                ("small", "has 20 x 19 x 1 points, the mesh has 20 x 20 x 1 nodes"), ("deep", "has 20 x 20 x 2 points"),
                ("vectors", "has no point array 'g_Na' of one component"),
                ("none", "has no point array", "it has: none"),
                ("um", "has its points at 0 + k 100 along x, the mesh its nodes at k 0.1 (mm)"),
                ("shifted", "has its points at 0.05 + k 0.1 along x"),
                ("nan", "value 123 of 'g_Na' is no finite number"),
                ("inf", "value 123 of 'g_Na' is no finite number")]:
            for ranks in (1, 2) if name in ("missing", "nan") else (1,):
                with self.subTest(name, ranks=ranks):
                    field = f'file = "{name}.vti", array = "g_Na", unit = "mS/uF"'
                    self.refuse(f"parameters = {{ g_Na = {{ {field} }} }}", "g_Na",
                                ["region.0.parameters.g_Na: ", f"/{name}.vti'", *parts], ranks)
        for field, *parts in [
                ('file = "good.vti", array = "g_Ma", unit = "mS/uF"', "no point array 'g_Ma'", "did you mean 'g_Na'?",
                 "it has: g_Na, other"),
                ('file = "good.vti", array = "g_Na", unit = "mV"', "wrong dimension", "mS/uF"),
                ('file = "good.vti", array = "g_Na"', "has no unit")]:
            with self.subTest(field):
                self.refuse(f"parameters = {{ g_Na = {{ {field} }} }}", "g_Na", parts)


if __name__ == "__main__":
    unittest.main()
