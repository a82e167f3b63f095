#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a box of tetrahedra (six around the diagonal of each cube) or hexahedra with fibres along x as a .vtu file.

    bench/box_mesh.py FILE --cells 100 35 15 --spacing 0.2 [--kind hexahedra] [--shuffle]

--shuffle numbers nodes and elements at random, as files of mesh generators and of merged parts may have them."""

import argparse
import struct

import numpy

# Of the corners 0 to 7 of a cube in the order of VTK's hexahedron.
CUBE = {"hexahedra": [[0, 1, 2, 3, 4, 5, 6, 7]],
        "tetrahedra": [[0, x, y, 6] for x, y in [(1, 2), (2, 3), (3, 7), (7, 4), (4, 5), (5, 1)]]}
TYPE = {"hexahedra": 12, "tetrahedra": 10}


def box(cells, spacing, kind):
    """Nodes [n, 3] in mm and elements [n, 4 or 8] of a box with a corner at 0."""
    nx, ny, nz = (n + 1 for n in cells)
    k, j, i = numpy.meshgrid(numpy.arange(nz), numpy.arange(ny), numpy.arange(nx), indexing="ij")
    nodes = spacing * numpy.stack([i.ravel(), j.ravel(), k.ravel()], axis=1)
    first = (i + nx * (j + ny * k))[:-1, :-1, :-1].ravel()
    right, back, up = 1, nx, nx * ny
    corners = first[:, None] + numpy.array([0, right, right + back, back, up, up + right, up + right + back, up + back])
    return nodes, corners[:, CUBE[kind]].reshape(-1, len(CUBE[kind][0]))


def shuffled(nodes, elements, seed=1):
    """The same mesh with its nodes and elements in a random order."""
    random = numpy.random.default_rng(seed)
    place = random.permutation(len(nodes))
    mixed = numpy.empty_like(nodes)
    mixed[place] = nodes
    return mixed, random.permutation(place[elements])


def write_vtu(path, nodes, elements, kind, fibres=True):
    """A file with region 1 and, if asked for, fibres along x, its arrays appended as they are in memory."""
    count = len(elements)
    arrays = {
        "Points": [("Points", "Float64", 3, nodes.astype("<f8"))],
        "Cells": [("connectivity", "Int32", 1, elements.astype("<i4")),
                  ("offsets", "Int32", 1, (numpy.arange(1, count + 1) * elements.shape[1]).astype("<i4")),
                  ("types", "UInt8", 1, numpy.full(count, TYPE[kind], "u1"))],
        "CellData": [("region", "Int32", 1, numpy.ones(count, "<i4"))]}
    if fibres:
        arrays["CellData"].append(("fibre", "Float64", 3, numpy.tile([1.0, 0.0, 0.0], (count, 1)).astype("<f8")))
    head = ['<VTKFile type="UnstructuredGrid" version="1.0" byte_order="LittleEndian" header_type="UInt64">',
            f'<UnstructuredGrid><Piece NumberOfPoints="{len(nodes)}" NumberOfCells="{count}">']
    offset = 0
    for section, members in arrays.items():
        head.append(f"<{section}>")
        for name, kind_of_number, components, values in members:
            head.append(f'<DataArray type="{kind_of_number}" Name="{name}" NumberOfComponents="{components}" '
                        f'format="appended" offset="{offset}"/>')
            offset += 8 + values.nbytes
        head.append(f"</{section}>")
    head.append('</Piece></UnstructuredGrid>\n<AppendedData encoding="raw">\n_')
    with open(path, "wb") as file:
        file.write("\n".join(head).encode())
        for members in arrays.values():
            for _, _, _, values in members:
                file.write(struct.pack("<Q", values.nbytes))
                file.write(values.tobytes())
        file.write(b"\n</AppendedData></VTKFile>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--cells", type=int, nargs=3, required=True, help="cubes along each axis")
    parser.add_argument("--spacing", type=float, required=True, help="mm")
    parser.add_argument("--kind", default="tetrahedra", choices=sorted(CUBE))
    parser.add_argument("--shuffle", action="store_true")
    options = parser.parse_args()
    nodes, elements = box(options.cells, options.spacing, options.kind)
    if options.shuffle:
        nodes, elements = shuffled(nodes, elements)
    write_vtu(options.file, nodes, elements, options.kind)
    print(f"{options.file}: {len(nodes)} nodes, {len(elements)} {options.kind}")


if __name__ == "__main__":
    main()
