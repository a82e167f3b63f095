# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave mesh info` and `mesh convert`."""

import unittest

import support

GMSH = """$MeshFormat
2.2 0 8
$EndMeshFormat
$PhysicalNames
2
3 4 "wall"
3 5 "scar"
$EndPhysicalNames
$Nodes
5
1 0 0 0
2 1 0 0
3 0 1 0
4 0 0 1
5 1 1 1
$EndNodes
$Elements
3
1 2 2 9 1 1 3 2
2 4 2 4 1 1 2 3 4
3 4 2 5 2 2 3 4 5
$EndElements
"""
INFO = """nodes            5
elements         2 tetrahedra
bounding box     (0, 0, 0) to (1, 1, 1) mm
volume           0.5 mm^3; of an element 0.1667 to 0.3333, mean 0.25
edges            1 to 1.414 mm, mean 1.311
quality          0.840 (element 0), mean 0.920; mean ratio: 1 regular, 0 flat
connected parts  1
boundary         6 faces
regions          2
  tag 4 'wall': 1 elements, 0.166667 mm^3
  tag 5 'scar': 1 elements, 0.333333 mm^3
fibres           none
note: left out 1 triangle of lower dimension than the mesh
"""


class Mesh(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.config(GMSH, "heart.msh")

    def refuse(self, arguments, text, status=2):
        before = support.contents(self.folder)
        done = support.run("mesh", *arguments, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertIn(text, done.stderr)
        self.assertEqual(support.contents(self.folder), before)

    def test_info(self):
        self.assertEqual(self.run_ok("mesh", "info", "heart.msh").stdout, INFO)

    def test_info_of_a_cable_and_a_surface(self):
        self.config("3\n0 0 0\n1000 0 0\n1000 0 2000\n", "cable.pts")
        self.config("2\nLn 0 1 1\nLn 1 2 1\n", "cable.elem")
        self.config("2\n1 0 0 0 1 0\n0 0 1 1 0 0\n", "cable.lon")
        text = self.run_ok("mesh", "info", "cable").stdout
        for part in ["2 segments", "length           3 mm", "boundary         2 ends", "fibres           norm 1 to 1",
                     "sheets           norm 1 to 1, |fibre . sheet| up to 0"]:
            self.assertIn(part, text)

    def test_convert_through_all_formats(self):
        names = ["heart.msh", "a.vtu", "b.vtk", "c", "d.msh"]
        for old, new in zip(names, names[1:]):
            text = self.run_ok("mesh", "convert", old, new).stdout
            self.assertTrue(text.endswith(f"{new}: 5 nodes, 2 elements\n"), text)
        end = self.run_ok("mesh", "info", "d.msh").stdout
        self.assertEqual(end, INFO.replace(" 'wall'", "").replace(" 'scar'", "").split("note")[0])
        self.assertEqual(set(support.contents(self.folder)),
                         {"heart.msh", "a.vtu", "b.vtk", "c.pts", "c.elem", "d.msh"})

    def test_vtk_reads_what_convert_writes(self):
        from vtkmodules.vtkIOXML import vtkXMLUnstructuredGridReader
        self.run_ok("mesh", "convert", "heart.msh", "a.vtu", "--quiet")
        reader = vtkXMLUnstructuredGridReader()
        reader.SetFileName(str(self.folder / "a.vtu"))
        reader.Update()
        grid = reader.GetOutput()
        self.assertEqual((grid.GetNumberOfPoints(), grid.GetNumberOfCells(), grid.GetCellType(1)), (5, 2, 10))
        self.assertEqual([grid.GetCellData().GetArray("region").GetValue(i) for i in range(2)], [4, 5])

    def test_unit(self):
        self.run_ok("mesh", "convert", "heart.msh", "big", "--unit", "cm", "--quiet")
        self.assertEqual((self.folder / "big.pts").read_text().splitlines()[-1], "10000 10000 10000")
        self.assertIn("to (10, 10, 10) mm", self.run_ok("mesh", "info", "big").stdout)
        self.assertIn("to (10000, 10000, 10000) mm", self.run_ok("mesh", "info", "big", "--unit", "mm").stdout)

    def test_repair(self):
        self.config(GMSH.replace("1 1 2 3 4\n", "1 2 1 3 4\n").replace("$Nodes\n5", "$Nodes\n6\n77 9 9 9"), "bad.msh")
        self.refuse(["info", "bad.msh"], "bad.msh:11: error: node 0 at (9, 9, 9) mm belongs to no element")
        self.refuse(["info", "bad.msh"], "bad.msh:21: error: element 0 (tetrahedron of nodes 2, 1, 3, 4) is inverted")
        text = self.run_ok("mesh", "convert", "bad.msh", "good.vtu", "--repair").stdout
        self.assertIn("note: left out 1 nodes that belong to no element\nnote: turned 1 inverted elements\n", text)
        self.assertIn("volume           0.5 mm^3", self.run_ok("mesh", "info", "good.vtu").stdout)

    def test_force(self):
        self.config("old", "a.elem")
        self.refuse(["convert", "heart.msh", "a"], "a.elem: error: the file is there already; --force overwrites it")
        self.run_ok("mesh", "convert", "heart.msh", "a", "--force")
        self.assertEqual((self.folder / "a.elem").read_text(), "2\nTt 0 1 2 3 4\nTt 1 2 3 4 5\n")

    def test_wrong_input(self):
        (self.folder / "cut.msh").write_text(GMSH[:-40])
        cases = [
            (["info", "none.vtu"], "none.vtu: error: there is no such file"),
            (["info", "heart.stl"], "the ending '.stl' is that of no mesh; allowed: .vtu, .vtk, .msh"),
            (["info", "cut.msh"], "cut.msh:20: error: the file ends where"),
            (["info", "heart.msh", "--dimension", "2"], "the mesh has dimension 3 (its elements are tetrahedra)"),
            (["info", "heart.msh", "--dimension", "4"], "--dimension"),
            (["info", "heart.msh", "--unit", "ms"], "--unit ms: error: "),
            (["info", "heart.msh", "--unit", "parsec"], "give a length such as um, mm or cm"),
            (["convert", "heart.msh", "a.vti"], "a mesh cannot be written as an image; allowed: .vtu, .vtk, .msh"),
            (["convert", "heart.msh", "none/a.vtu"], "none/a.vtu: error: there is no folder none"),
            (["convert", "heart.msh"], "to is required"),
            ([], "subcommand is required"),
        ]
        for arguments, text in cases:
            with self.subTest(arguments=arguments):
                self.refuse(arguments, text)

    def test_one_rank(self):
        done = support.run("mesh", "info", "heart.msh", ranks=2, cwd=self.folder)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("`myowave mesh` runs on one rank", done.stderr)

    def test_full_disk(self):
        with support.small_disk(self.folder / "disk", "4k") as disk:
            nodes = "\n".join(f"{n} {n} {n % 7} 0" for n in range(1, 2001))
            cells = "\n".join(f"{n} 1 2 1 1 {n} {n + 1}" for n in range(1, 2000))
            self.config(f"$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$Nodes\n2000\n{nodes}\n$EndNodes\n"
                        f"$Elements\n1999\n{cells}\n$EndElements\n", "long.msh")
            for name in ["a.vtu", "a.msh", "a"]:
                done = support.run("mesh", "convert", "long.msh", disk / name, cwd=self.folder)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn("No space left on device", done.stderr)
                self.assertEqual(list(disk.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
