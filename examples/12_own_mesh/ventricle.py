#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Writes a mesh of an idealised left ventricle in Gmsh's format: a stand-in for one's own.

    examples/12_own_mesh/ventricle.py FILE.msh [SPACING]        spacing in mm, 0.5 by default

Half an ellipsoid of the size of a rabbit's, cut at the base, in tetrahedra. Fibres turn from 60 degrees at the endocardium to -60
degrees at the epicardium against the circumference; sheets lie across the wall. Physical groups: endo, mid, epi, scar.
"""

import math
import sys

INNER, LENGTH, WALL = 5.0, 12.0, 3.5  # mm: radius and height of the cavity, thickness of the wall
BASE = math.radians(100)              # latitude of the base, from the apex
GROUPS = {1: "endo", 2: "mid", 3: "epi", 4: "scar"}
SCAR, SCAR_RADIUS = (0.0, -(INNER + 0.5 * WALL), -4.0), 3.0


def position(t, u, v):
    """t from 0 (endocardium) to 1 through the wall, u the latitude from the apex, v around."""
    radius, height = INNER + t * WALL, LENGTH + t * WALL
    return (radius * math.sin(u) * math.cos(v), radius * math.sin(u) * math.sin(v), -height * math.cos(u))


def minus(a, b):
    return tuple(x - y for x, y in zip(a, b))


def dot(a, b):
    return sum(x * y for x, y in zip(a, b))


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def unit(a):
    return tuple(x / math.sqrt(dot(a, a)) for x in a)


def directions(t, u, v):
    """Fibre and sheet at a place."""
    u, step = max(u, 0.05), 1e-6
    around = unit((-math.sin(v), math.cos(v), 0.0))
    up = unit(minus(position(t, u + step, v), position(t, u - step, v)))
    helix = math.radians(60 - 120 * t)
    fibre = tuple(math.cos(helix) * a + math.sin(helix) * b for a, b in zip(around, up))
    return fibre, unit(cross(around, up))


def mesh(spacing):
    """Nodes, and tetrahedra as (group, nodes, fibre, sheet)."""
    through = max(3, round(WALL / spacing))
    along = max(8, round(BASE * (LENGTH + WALL) * 0.8 / spacing))
    around = max(12, round(2 * math.pi * (INNER + 0.5 * WALL) / spacing))
    nodes, number = [], {}

    def node(i, j, k):
        key = (i, j, k % around if j > 0 else 0)  # one node at the apex of each layer
        if key not in number:
            number[key] = len(nodes)
            nodes.append(position(i / through, BASE * j / along, 2 * math.pi * key[2] / around))
        return number[key]

    cells = []
    for i in range(through):
        for j in range(along):
            for k in range(around):
                at = ((i + 0.5) / through, BASE * (j + 0.5) / along, 2 * math.pi * (k + 0.5) / around)
                a, b, c, d, e, f, g, h = [node(i + x, j + y, k + z) for z in (0, 1)
                                          for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
                near_scar = math.dist(position(*at), SCAR) < SCAR_RADIUS
                group = 4 if near_scar else 1 if at[0] < 1 / 3 else 2 if at[0] < 2 / 3 else 3
                for x, y in ((b, c), (c, d), (d, h), (h, e), (e, f), (f, b)):
                    if len({a, x, y, g}) < 4:  # has collapsed at the apex
                        continue
                    p, q, r = (minus(nodes[n], nodes[a]) for n in (x, y, g))
                    inside_out = dot(cross(p, q), r) < 0
                    cells.append((group, (a, y, x, g) if inside_out else (a, x, y, g), *directions(*at)))
    return nodes, cells


def write(file, nodes, cells):
    def data(name, vectors):
        file.write(f'$ElementData\n1\n"{name}"\n1\n0\n3\n0\n3\n{len(vectors)}\n')
        file.writelines(f"{n} {x!r} {y!r} {z!r}\n" for n, (x, y, z) in enumerate(vectors, 1))
        file.write("$EndElementData\n")

    file.write(f"$MeshFormat\n2.2 0 8\n$EndMeshFormat\n$PhysicalNames\n{len(GROUPS)}\n")
    file.writelines(f'3 {tag} "{name}"\n' for tag, name in GROUPS.items())
    file.write(f"$EndPhysicalNames\n$Nodes\n{len(nodes)}\n")
    file.writelines(f"{n} {x!r} {y!r} {z!r}\n" for n, (x, y, z) in enumerate(nodes, 1))
    file.write(f"$EndNodes\n$Elements\n{len(cells)}\n")
    for n, (group, its, _, _) in enumerate(cells, 1):
        file.write(f"{n} 4 2 {group} {group} {' '.join(str(node + 1) for node in its)}\n")
    file.write("$EndElements\n")
    data("fibre", [cell[2] for cell in cells])
    data("sheet", [cell[3] for cell in cells])


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    try:
        with open(sys.argv[1], "w") as out:
            write(out, *mesh(float(sys.argv[2]) if len(sys.argv) == 3 else 0.5))
    except OSError as error:
        sys.exit(f"{sys.argv[1]} cannot be written: {error.strerror}")
