#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Checks who includes whom, and a few rules that a compiler does not know.

    tests/layering.py [ROOT]       one line for each violation, exit 1 if there is any
    tests/layering.py --self-test  proves on small synthetic trees that each check can fail
"""

import bisect
import os
import re
import sys
import tempfile
from pathlib import Path

# Folder -> the folders it may include. Longest match wins: src/base is "base", a file directly in
# src/ counts as cli. "X/settings.hpp" allows that one header of X.
MAY_INCLUDE = {
    "base": [],
    "meshes": ["base"],
    "meshes/files": ["meshes", "base"],
    "ionic": ["base"],
    "surrogates": ["ionic", "base"],
    "postprocess": ["base"],
    "surrogates/learn": ["surrogates", "ionic", "postprocess", "config/document.hpp", "config/schema.hpp", "base"],
    "tissue": ["meshes", "base"],
    "field": ["meshes", "base"],
    "diffusion": ["field", "tissue", "meshes", "base"],
    "reaction": ["ionic", "surrogates", "tissue", "field", "meshes", "base"],
    "record": ["postprocess", "field", "reaction", "tissue", "meshes", "ionic", "base"],
    "config": ["diffusion/settings.hpp", "reaction/settings.hpp", "record/settings.hpp", "tissue",
               "meshes", "surrogates", "ionic", "base"],
}
MAY_INCLUDE["simulation"] = [f for f in MAY_INCLUDE if f != "surrogates/learn"]
MAY_INCLUDE["protocols"] = MAY_INCLUDE["simulation"] + ["simulation"]
MAY_INCLUDE["cli"] = MAY_INCLUDE["protocols"] + ["protocols"]
SRC_FOLDERS = {"base", "tissue", "field", "diffusion", "reaction", "record", "config", "simulation",
               "protocols", "cli"}
FREE_FOLDERS = {"tests", "bench"}  # may include everything
INNER_FOLDERS = ("surrogates/learn", "meshes/files")  # targets of their own below another folder

# Headers that may name a library's types: pattern -> the folders whose .cpp files may include them.
PETSC_FOLDERS = ("field", "diffusion")
PRIVATE_HEADERS = {r".*petsc\.hpp$": PETSC_FOLDERS, r"(.*/)?record/hdf5_handle\.hpp$": ("record",)}
# Third-party headers: (library, pattern, folders, where in them).
THIRD_PARTY = [
    ("PETSc", r"petsc\w*\.h(pp)?$", PETSC_FOLDERS, "private"),
    ("MPI", r"mpi(-ext)?\.h$", PETSC_FOLDERS + ("record",), "private"),
    ("VTK", r"vtk\w*\.h(xx)?$", ("record", "meshes/files"), "cpp"),
    ("HDF5", r"(hdf5|H5\w*)\.h$", ("record", "surrogates/learn"), "private"),
    ("toml++", r"toml(\+\+|plusplus)?(/|\.h)", ("config",), "cpp"),
    ("CLI11", r"CLI/", ("cli", "surrogates/learn"), "any"),
    ("libtorch", r"(torch|ATen|c10)/", ("surrogates/learn",), "any"),
    ("nlohmann-json", r"nlohmann/", None, "cpp"),
    ("spdlog", r"spdlog/", None, "cpp"),
]
WHERE_TEXT = {"private": ".cpp files and private headers (*petsc.hpp, hdf5_handle.hpp)", "cpp": ".cpp files",
              "any": "any file"}
TERMINAL = re.compile(r"\bstd::(cout|cerr|clog)\b|\b(v?printf|puts|putchar)\s*\("
                      r"|\bf(printf|puts)\s*\(\s*std(out|err)\b|\bfmt::print\s*\(\s*(std(out|err)\b|\")")
MAX_LINES = 600
SPDX = ("SPDX-FileCopyrightText: 2026 The Myowave authors", "SPDX-License-Identifier: BSD-3-Clause")

TOP_FOLDERS = ["src", "meshes", "ionic", "surrogates", "postprocess", "tests", "bench", "examples"]
CXX = {".cpp", ".hpp"}
SIZED = CXX | {".py", ".sh", ".cmake"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.M)
TOKENS = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\s"\\]*)\(.*?\)(?P=tag)"'
                    r'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.S)


def without_comments(text):
    """The text with comments replaced by blanks, line numbers kept."""
    def blank(match):
        token = match.group()
        return re.sub(r"[^\n]", " ", token) if token.startswith(("//", "/*")) else token
    return TOKENS.sub(blank, text)


class Source:
    """One C++ file: its folder, and its include lines as (line number, ours, other)."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.code = without_comments(text)
        self.starts = [m.start() for m in re.finditer(r"^", text, re.M)]
        self.folder = folder_of(path)
        self.free = path.split("/")[0] in FREE_FOLDERS | {"examples"}
        self.includes = [(self.line(m.start()), m[1], m[2]) for m in INCLUDE.finditer(self.code)]

    def line(self, offset):
        return bisect.bisect(self.starts, offset)

    @property
    def is_header(self):
        return self.path.endswith(".hpp")


def folder_of(path):
    """'src/field/layout.hpp' and 'field/layout.hpp' -> 'field'; the folder of the rules above."""
    parts = path.split("/")
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else "cli"
    return next((f for f in INNER_FOLDERS if path.startswith(f + "/")), parts[0])


def readers_of(path):
    """The folders that may include a private header; None for any other file."""
    return next((f for pattern, f in PRIVATE_HEADERS.items() if re.match(pattern, path)), None)


def include_form_of(path):
    return path[len("src/"):] if path.startswith("src/") else path


def own_include_faults(source):
    for line, ours, _ in source.includes:
        if ours is None:
            continue
        target = folder_of(ours)
        if "/" not in ours or ".." in ours or target not in set(MAY_INCLUDE) | FREE_FOLDERS:
            yield line, f'"{ours}" is not of the form "folder/file.hpp" from src/ or the root'
        elif target in FREE_FOLDERS and not source.free:
            yield line, f'"{ours}": {source.folder} must not include tests or benchmarks'
        elif source.free or target == source.folder:
            continue
        elif source.folder not in MAY_INCLUDE:
            yield line, f"the folder {source.folder} has no rule in tests/layering.py"
        elif target not in MAY_INCLUDE[source.folder] and ours not in MAY_INCLUDE[source.folder]:
            allowed = ", ".join(MAY_INCLUDE[source.folder]) or "nothing of ours"
            yield line, f'{source.folder} must not include "{ours}"; it may include {allowed}'


def private_header_faults(source):
    for line, ours, _ in source.includes:
        readers = readers_of(ours) if ours and not source.free else None
        if readers is None:
            continue
        if source.is_header and readers_of(source.path) is None:
            yield line, f'a public header must not include the private header "{ours}"'
        elif source.folder not in readers:
            yield line, f'"{ours}" is private to {" and ".join(readers)}'


def third_party_faults(source):
    if source.free:
        return
    for line, ours, other in source.includes:
        for library, pattern, folders, where in THIRD_PARTY:
            if not re.match(pattern, other or ours):
                continue
            private = readers_of(source.path) is not None
            placed = where == "any" or not source.is_header or (where == "private" and private)
            if not placed or (folders is not None and source.folder not in folders):
                places = " and ".join(folders) if folders else "all folders"
                yield line, (f"{library} header <{other or ours}> belongs in {WHERE_TEXT[where]}"
                             f" of {places} only")


def terminal_faults(source):
    if source.free or source.folder == "cli":
        return
    for match in TERMINAL.finditer(source.code):
        yield source.line(match.start()), "only cli writes to the terminal; throw, log or return text"


def spdx_faults(source):
    lines = source.text.split("\n", 2)
    for number, words in enumerate(SPDX):
        if len(lines) <= number or lines[number] != "// " + words:
            yield number + 1, f'line {number + 1} of a source file is "// {words}"'


def cycle_faults(sources):
    """Each cycle of includes once, at the line that closes it."""
    by_name = {include_form_of(s.path): s for s in sources}
    state = {}  # absent: new; 1: on the current path; 2: done

    def visit(source, trail):
        state[source.path] = 1
        for line, ours, _ in source.includes:
            target = by_name.get(ours)
            if target is None or state.get(target.path) == 2:
                continue
            if state.get(target.path) == 1:
                loop = trail[trail.index(target.path):] + [target.path]
                yield source.path, line, "include cycle: " + " -> ".join(loop)
            else:
                yield from visit(target, trail + [target.path])
        state[source.path] = 2

    for source in sources:
        if source.path not in state:
            yield from visit(source, [source.path])


def files_in(root):
    for top in TOP_FOLDERS:
        for folder, folders, names in os.walk(root / top):
            folders[:] = sorted(f for f in folders if f != "__pycache__")
            if Path(folder) == root / "tests" / "data":
                folders.clear()
                continue
            for name in sorted(names):
                if Path(name).suffix in SIZED or name == "CMakeLists.txt":
                    yield Path(folder) / name


def faults_in(root):
    """All violations below `root` as (path, line, rule)."""
    sources = []
    for file in files_in(root):
        path = file.relative_to(root).as_posix()
        text = file.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MAX_LINES:
            yield path, MAX_LINES + 1, f"{lines} lines; a file has at most {MAX_LINES}"
        if file.suffix in CXX:
            sources.append(Source(path, text))
    checks = [spdx_faults, own_include_faults, private_header_faults, third_party_faults,
              terminal_faults]
    for source in sources:
        for check in checks:
            for line, rule in check(source):
                yield source.path, line, rule
    yield from cycle_faults([s for s in sources if s.is_header])


# ---- self-test -------------------------------------------------------------------------------

HEAD = "".join(f"// {words}\n" for words in SPDX)
SOUND = {
    "src/base/error.hpp": "#include <string>\n",
    "meshes/mesh.hpp": '#include "base/error.hpp"\n',
    "src/field/petsc.hpp": "#include <petscsys.h>\n",
    "src/field/layout.hpp": '#include "meshes/mesh.hpp"\n',
    "src/field/layout_petsc.hpp": '#include <mpi.h>\n#include "field/layout.hpp"\n',
    "src/diffusion/settings.hpp": "",
    "src/diffusion/fd.hpp": '#include "field/layout.hpp"\n// #include <petscksp.h>\n',
    "src/diffusion/fd.cpp": '#include "field/petsc.hpp"\n#include <petscksp.h>\n',
    "src/config/config.hpp": '#include "diffusion/settings.hpp"\n',
    "src/config/config.cpp": "#include <toml++/toml.h>\n// std::cout << 1; printf(\"x\");\n",
    "src/record/vtk.cpp": "#include <vtkImageData.h>\n#include <hdf5.h>\n#include <mpi.h>\n"
                          "#include <nlohmann/json.hpp>\nint n = snprintf(b, 9, \"1\");\n",
    "src/cli/main.cpp": '#include <CLI/CLI.hpp>\n#include "protocols/pacing.hpp"\nint c = puts("");\n',
    "tests/test_fd.cpp": '#include <mpi.h>\n#include "diffusion/fd.hpp"\nint p = printf("");\n',
}
# (name, the file that breaks the rule, the line with the fault, words of the message)
BROKEN = [
    ("base includes upwards", "src/base/a.hpp", '#include "meshes/mesh.hpp"', "nothing of ours"),
    ("meshes include field", "meshes/a.cpp", '#include "field/layout.hpp"', "meshes must not"),
    ("meshes include their files", "meshes/a.cpp", '#include "meshes/files/a.hpp"', "meshes must not"),
    ("files of meshes include field", "meshes/files/a.cpp", '#include "field/layout.hpp"', "meshes/files must"),
    ("VTK in the geometry", "meshes/a.cpp", "#include <vtkNew.h>", "VTK header"),
    ("ionic includes meshes", "ionic/a.hpp", '#include "meshes/mesh.hpp"', "ionic must not"),
    ("diffusion includes ionic", "src/diffusion/a.cpp", '#include "ionic/a.hpp"', "diffusion must not"),
    ("reaction includes diffusion", "src/reaction/a.cpp", '#include "diffusion/fd.hpp"', "reaction must"),
    ("config includes more than settings", "src/config/a.cpp", '#include "diffusion/fd.hpp"', "config must"),
    ("simulation includes cli", "src/simulation/a.cpp", '#include "cli/a.hpp"', "simulation must not"),
    ("ionic includes surrogates", "ionic/a.cpp", '#include "surrogates/a.hpp"', "ionic must not"),
    ("solver includes learn", "src/cli/a.cpp", '#include "surrogates/learn/a.hpp"', "cli must not"),
    ("product includes tests", "src/cli/a.cpp", '#include "tests/a.hpp"', "tests or benchmarks"),
    ("include without folder", "src/field/a.cpp", '#include "layout.hpp"', "is not of the form"),
    ("relative include", "src/field/a.cpp", '#include "../base/error.hpp"', "is not of the form"),
    ("unknown folder", "src/nowhere/a.cpp", '#include "base/error.hpp"', "no rule"),
    ("public header includes private", "src/field/a.hpp", '#include "field/petsc.hpp"', "public header"),
    ("private header elsewhere", "src/reaction/a.cpp", '#include "field/layout_petsc.hpp"', "private to"),
    ("PETSc in a public header", "src/diffusion/a.hpp", "#include <petscvec.h>", "PETSc header"),
    ("PETSc elsewhere", "src/record/a.cpp", "#include <petscsys.h>", "PETSc header"),
    ("MPI elsewhere", "src/simulation/a.cpp", "#include <mpi.h>", "MPI header"),
    ("VTK elsewhere", "postprocess/a.cpp", "#include <vtkNew.h>", "VTK header"),
    ("VTK in a header", "src/record/a.hpp", "#include <vtkNew.h>", "VTK header"),
    ("HDF5 elsewhere", "meshes/a.cpp", "#include <hdf5.h>", "HDF5 header"),
    ("toml++ in a header", "src/config/a.hpp", "#include <toml++/toml.h>", "toml++ header"),
    ("CLI11 elsewhere", "src/config/a.cpp", "#include <CLI/App.hpp>", "CLI11 header"),
    ("nlohmann in a header", "src/record/a.hpp", "#include <nlohmann/json.hpp>", "nlohmann-json"),
    ("spdlog in a header", "src/cli/a.hpp", "#include <spdlog/spdlog.h>", "spdlog header"),
    ("libtorch in the solver", "surrogates/a.cpp", "#include <torch/torch.h>", "libtorch header"),
    ("std::cout", "ionic/a.cpp", 'void f() { std::cout << "a"; }', "terminal"),
    ("printf", "src/field/a.cpp", 'void f() { printf("a"); }', "terminal"),
    ("fmt::print", "src/record/a.cpp", 'void f() { fmt::print("a"); }', "terminal"),
    ("cycle", "src/base/error.hpp", '#include "base/error.hpp"', "include cycle"),
    ("long cycle", "src/field/layout.hpp", '#include "field/layout_petsc.hpp"', "include cycle"),
    ("long file", "bench/a.cpp", "\n" * 600, "at most 600"),
]


def faults_with(files):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return list(faults_in(Path(folder)))


def self_test():
    sound = {path: HEAD + body for path, body in SOUND.items()}
    wrong = [f"a sound tree is refused: {fault}" for fault in faults_with(sound)]
    cases = [(name, path, HEAD + line + "\n", 3, words) for name, path, line, words in BROKEN]
    cases += [("no SPDX", "meshes/a.cpp", "int a;\n", 1, "SPDX-FileCopyrightText"),
              ("half an SPDX", "meshes/a.hpp", f"// {SPDX[0]}\n#pragma once\n", 2, "License"),
              ("after a comment", "meshes/a.cpp", HEAD + "/* a\n b */\n#include <hdf5.h>\n", 5, "HDF5")]
    for name, path, text, line, words in cases:
        found = faults_with(sound | {path: text})
        line = MAX_LINES + 1 if name == "long file" else line
        if name == "long cycle":  # closed by whichever of its files is read second
            found = [(path, line, rule) for _, _, rule in found]
        if not any(f[0] == path and f[1] == line and words in f[2] for f in found):
            wrong.append(f"'{name}' is not found at {path}:{line}; found {found}")
    for message in wrong:
        print(f"self-test: {message}")
    if not wrong:
        print(f"self-test: {len(cases)} violations found, a sound tree passes")
    return 1 if wrong else 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    faults = sorted(faults_in(root))
    for path, line, rule in faults:
        print(f"{path}:{line}: {rule}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
