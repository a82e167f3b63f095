#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How large `myowave report` becomes, how long it takes, and how fast a browser opens it.

    bench/report_size.py [--program build/release/myowave] [--nodes 512] [--layers 1] [--frames 300] [--elements] [--folder DIR]

Writes a run folder with rotating waves on a sheet (or slab, or the wall of a tube of hexahedra), as a run would, makes its report, opens it in headless
Chromium and moves the time slider. Fails above 15 MB or 3 s. The waves break up into six centres that drift, so that hardly a node is at rest.
"""
import argparse
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import VTK_HEXAHEDRON, VTK_QUAD, vtkCellArray, vtkImageData, vtkUnstructuredGrid
from vtkmodules.vtkIOXML import vtkXMLImageDataWriter, vtkXMLUnstructuredGridWriter

ROOT = Path(__file__).resolve().parent.parent
SPACING = 0.25  # mm
EVERY = 5.0  # ms between frames
LIMIT_MB, LIMIT_MS = 15, 3000
CENTRES = [(0.2, 0.3, 1), (0.7, 0.25, -1), (0.45, 0.6, 1), (0.8, 0.75, -1), (0.15, 0.8, 1), (0.55, 0.9, -1)]


def write_image(file, arrays):
    """As the program writes frames: float32, inline, lz4."""
    nz, ny, nx = next(iter(arrays.values())).shape
    image = vtkImageData()
    image.SetDimensions(nx, ny, nz)
    image.SetSpacing(SPACING, SPACING, SPACING)
    for name, values in arrays.items():
        array = numpy_to_vtk(numpy.ascontiguousarray(values, dtype=numpy.float32).ravel(), deep=True)
        array.SetName(name)
        image.GetPointData().AddArray(array)
    writer = vtkXMLImageDataWriter()
    writer.SetFileName(str(file))
    writer.SetInputData(image)
    writer.SetDataModeToBinary()
    writer.SetCompressorTypeToLZ4()
    writer.Write()


def tube(nodes, layers):
    """The sheet or slab rolled up to a wall, of hexahedra or quadrilaterals: (points, cells)."""
    z, y, x = numpy.meshgrid(numpy.arange(layers), numpy.arange(nodes), numpy.arange(nodes), indexing="ij")
    angle, radius = 2 * numpy.pi * x / nodes, SPACING * (nodes / (2 * numpy.pi) + z)
    points = numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle), SPACING * y], axis=-1).reshape(-1, 3)
    number = numpy.arange(layers * nodes * nodes).reshape(layers, nodes, nodes)
    next_x = numpy.roll(number, -1, axis=2)
    around = numpy.stack([number[:, :-1], next_x[:, :-1], next_x[:, 1:], number[:, 1:]], axis=-1)
    cells = around[0] if layers == 1 else numpy.concatenate([around[:-1], around[1:]], axis=-1)
    return points, cells.reshape(-1, 4 if layers == 1 else 8)


def write_elements(file, arrays):
    """As the program writes frames of elements."""
    layers, nodes, _ = next(iter(arrays.values())).shape
    points, cells = tube(nodes, layers)
    grid, places, parts = vtkUnstructuredGrid(), vtkPoints(), vtkCellArray()
    places.SetData(numpy_to_vtk(points, deep=True))
    grid.SetPoints(places)
    corners = cells.shape[1]
    parts.SetData(corners, numpy_to_vtkIdTypeArray(cells.astype(numpy.int64).ravel(), deep=True))
    grid.SetCells(VTK_QUAD if corners == 4 else VTK_HEXAHEDRON, parts)
    for name, values in {**arrays, "node": numpy.arange(len(points))}.items():
        kind = numpy.int32 if name == "node" else numpy.float32
        array = numpy_to_vtk(numpy.ascontiguousarray(values, dtype=kind).ravel(), deep=True)
        array.SetName(name)
        grid.GetPointData().AddArray(array)
    writer = vtkXMLUnstructuredGridWriter()
    writer.SetFileName(str(file))
    writer.SetInputData(grid)
    writer.SetDataModeToBinary()
    writer.SetCompressorTypeToLZ4()
    writer.Write()


def voltage(t, nodes, layers):
    """Rotating waves: a phase that winds around drifting centres, and an action potential over the phase."""
    z, y, x = numpy.meshgrid(numpy.arange(layers), numpy.arange(nodes), numpy.arange(nodes), indexing="ij")
    phase = -2 * numpy.pi * t / 140 + 0.05 * z
    for cx, cy, sign in CENTRES:
        dx = x - nodes * (cx + 0.03 * numpy.cos(t / 300 + 9 * cx))
        dy = y - nodes * (cy + 0.03 * numpy.sin(t / 400 + 9 * cy))
        phase = phase + sign * numpy.arctan2(dy, dx) + 0.02 * numpy.hypot(dx, dy)
    s = (phase / (2 * numpy.pi)) % 1
    return -85 + 110 / (1 + numpy.exp(-(s - 0.03) / 0.006)) / (1 + numpy.exp((s - 0.6 + 0.1 * s) / 0.05)) - 8 * s


def write_run(folder, nodes, layers, frames, elements):
    write, ending = (write_elements, "vtu") if elements else (write_image, "vti")
    (folder / "V").mkdir(parents=True)
    entries = []
    for k in range(frames):
        write(folder / f"V/V_{k:06}.{ending}", {"V": voltage(EVERY * k, nodes, layers)})
        entries.append(f'    <DataSet timestep="{EVERY * k:.15g}" part="0" file="V/V_{k:06}.{ending}"/>\n')
    (folder / "V.pvd").write_text('<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1">\n  <Collection>\n'
                                  + "".join(entries) + "  </Collection>\n</VTKFile>\n")
    z, y, x = numpy.meshgrid(numpy.arange(layers), numpy.arange(nodes), numpy.arange(nodes), indexing="ij")
    maps = {}
    for beat in range(1, 5):
        r = numpy.hypot(x - nodes * 0.2 * beat, y - nodes * 0.4) + z
        maps[f"activation_beat{beat}_ms"] = 140 * beat + 0.4 * r + 3 * numpy.sin(r / 20)
        maps[f"apd90_beat{beat}_ms"] = numpy.where(r > 0.9 * nodes, numpy.nan, 90 + 10 * numpy.cos(r / 50))
    write(folder / f"maps.{ending}", maps)
    end = EVERY * (frames - 1)
    with open(folder / "probes.csv", "w", encoding="ascii") as out:
        out.write("t_ms," + ",".join(f"V_P{p}_mV" for p in range(9)) + "\n")
        for t in numpy.arange(0, end, 0.1):
            out.write(f"{t:.10g}," + ",".join(f"{50 * numpy.sin(t / 30 + p):.6f}" for p in range(9)) + "\n")
    record = {"status": "finished", "version": "0", "commit": "0", "command": "bench/report_size.py", "ranks": 1,
              "mesh": {"nodes": nodes * nodes * layers, "tissue_nodes": nodes * nodes * layers},
              "time": {"steps": 1, "reached_ms": end}, "timing": {"total_s": 1.0},
              "results": {"V": {"min_mV": -93.0, "max_mV": 25.0}}, "config": 'title = "size of a report"\n'}
    (folder / "run.json").write_text(json.dumps(record))


class Browser:
    """Headless Chromium, spoken to over a pipe (the DevTools protocol)."""

    def __init__(self, profile):
        program = next((found for name in ("chromium-headless-shell", "chromium", "google-chrome")
                        if (found := shutil.which(name))), None)
        if program is None:
            raise SystemExit("no Chromium found; ./setup.sh --install-only installs chromium-headless-shell")
        to_browser, self.to = os.pipe()
        self.answers, from_browser = os.pipe()
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}', program, "--headless", "--no-sandbox",
             "--disable-gpu", f"--user-data-dir={profile}", "--remote-debugging-pipe", "--window-size=1200,900",
             "about:blank"], pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL)
        self.numbers, self.buffer, self.session = itertools.count(1), b"", None
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def ask(self, method, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.buffer:
                self.buffer += os.read(self.answers, 1 << 20)
            one, self.buffer = self.buffer.split(b"\0", 1)
            answer = json.loads(one)
            if answer.get("id") == number:
                return answer["result"]

    def value(self, expression):
        result = self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"the page failed: {result['exceptionDetails']}")
        return result["result"].get("value")

    def close(self):
        self.process.terminate()
        self.process.wait()


SCRUB = """(async () => {
  const places = [], times = [], end = movie.times.length - 1;
  for (let k = 0; k < 30; ++k) places.push((k * 7919 + 13) % (end + 1));
  for (const k of places) {
    const start = performance.now();
    movie.slider.value = k;
    movie.slider.dispatchEvent(new Event('input'));
    while (movie.drawn !== k) await new Promise(done => setTimeout(done, 0));
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return [times[15], times[29]];
})()"""


def open_page(page):
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(profile)
        try:
            start = time.monotonic()
            browser.ask("Page.navigate", url=page.as_uri())
            while not browser.value("document.documentElement && document.documentElement.dataset.doneMs"):
                time.sleep(0.01)
            passed = 1000 * (time.monotonic() - start)
            print(f"opened in headless Chromium: first frame after {browser.value('document.documentElement.dataset.readyMs')}"
                  f" ms, everything drawn after {browser.value('document.documentElement.dataset.doneMs')} ms "
                  f"({passed:.0f} ms from outside)")
            if passed > LIMIT_MS:
                raise SystemExit(f"opening takes more than {LIMIT_MS} ms")
            median, worst = browser.value(SCRUB)
            print(f"slider moved to 30 places: {median:.0f} ms in the median, {worst:.0f} ms at worst (a chunk is unpacked)")
        finally:
            browser.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/myowave"))
    parser.add_argument("--nodes", type=int, default=512, help="along x and y")
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--elements", action="store_true", help="of a tube")
    parser.add_argument("--folder", type=Path, help="keeps the run here, and takes it if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch) / "run"
        if not folder.exists():
            write_run(folder, options.nodes, options.layers, options.frames, options.elements)
        size = sum(file.stat().st_size for file in folder.rglob("*.vt[iu]"))
        nodes = json.loads((folder / "run.json").read_text())["mesh"]["nodes"]
        print(f"{nodes} nodes, {(folder / 'V.pvd').read_text().count('<DataSet ')} frames: {size / 1e6:.0f} MB of files")
        start = time.monotonic()
        process = subprocess.Popen([options.program, "report", str(folder), "--quiet"])
        _, status, usage = os.wait4(process.pid, 0)
        if status != 0:
            raise SystemExit("myowave report failed")
        page = folder / "report.html"
        print(f"report: {page.stat().st_size / 1e6:.1f} MB, made in {time.monotonic() - start:.1f} s, "
              f"{usage.ru_maxrss / 1024:.0f} MB of memory at most")
        if page.stat().st_size > 1e6 * LIMIT_MB:
            raise SystemExit(f"the report has more than {LIMIT_MB} MB")
        open_page(page.resolve())


if __name__ == "__main__":
    main()
