#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Every header compiles alone, and twice in one file.

    tests/headers_alone.py [HEADER...]   exit 1 if any does not

A public header gets only the include paths of the project, so that one which needs PETSc, MPI, VTK or
HDF5 does not compile; private headers (PRIVATE_HEADERS of layering.py), tests and benchmarks get all of them.
Headers of surrogates/learn are checked only where libtorch is installed. The build has compiled alone what its own source
includes before all else (in surrogates/learn behind torch/torch.h, which is precompiled for all): of such a header only the
include paths are checked, by preprocessing it, which takes a tenth of the time.
"""

import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from layering import readers_of

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["src", "meshes", "ionic", "surrogates", "postprocess", "tests", "bench"]
COMPILER = shlex.split(os.environ.get("CXX", "g++"))
FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wno-psabi", "-Wno-unused-function",
         f"-I{ROOT}/src", f"-I{ROOT}", f'-DMYOWAVE_SOURCE_DIR="{ROOT}"']

# As CMake compiles the trainer: parallel.hpp refuses a compiler that does not know OpenMP.
TORCH = ["-isystem", "/usr/include/torch/csrc/api/include", "-fopenmp"]


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"headers_alone: '{shlex.join(command)}' failed: {done.stderr.strip()}")
    return shlex.split(done.stdout)


def library_flags():
    flags = output_of("pkg-config", "--cflags", "PETSc", "hdf5-openmpi")
    flags += output_of("mpicxx", "--showme:compile")
    return flags + [f"-I{folder}" for folder in sorted(Path("/usr/include").glob("vtk-9*"))]


def needs_libraries(header):
    return readers_of(header) is not None or header.startswith(("tests/", "bench/"))


def needs_torch(header):
    return header.startswith(("surrogates/learn/", "tests/learn/"))


def compile_alone(header, libraries):
    """Empty if it compiles, else what the compiler says."""
    flags = FLAGS + (libraries if needs_libraries(header) else []) + (TORCH if needs_torch(header) else [])
    flags += ["-M"] if is_built_alone(header) else ["-fsyntax-only"]
    text = f'#include "{ROOT / header}"\n' * 2
    done = subprocess.run(COMPILER + flags + ["-x", "c++", "-"], input=text, capture_output=True,
                          text=True, cwd=ROOT)
    return f"{header} does not compile alone:\n{done.stderr}" if done.returncode != 0 else ""


def is_built_alone(header):
    """The first thing that a source of its name includes, and included once however often."""
    source, text = (ROOT / header).with_suffix(".cpp"), (ROOT / header).read_text()
    if not (source.exists() and "#pragma once" in text):
        return False
    first = re.search(r'#include ["<]([^">]*)[">]', source.read_text())
    return bool(first) and (header == first.group(1) or header.removeprefix("src/") == first.group(1))


def headers():
    found = sorted(p.relative_to(ROOT).as_posix() for f in FOLDERS for p in (ROOT / f).rglob("*.hpp"))
    found = [h for h in found if not (is_built_alone(h) and (needs_libraries(h) or needs_torch(h)))]
    if Path("/usr/include/torch").exists():
        return found
    return [h for h in found if not needs_torch(h)]


def main(arguments):
    chosen = arguments or headers()
    libraries = library_flags()
    with ThreadPoolExecutor(max_workers=2) as pool:
        faults = [f for f in pool.map(lambda h: compile_alone(h, libraries), chosen) if f]
    print("\n".join(faults) if faults else f"{len(chosen)} headers compile alone")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
