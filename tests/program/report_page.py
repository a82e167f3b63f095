# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A report as Python can read it, and the test that makes one."""

import base64
import json
import math
import re
import zlib

import browser
import numpy
import support
from support import SHEET, edited

SLAB = edited(SHEET, ('"sheet"', '"slab"'), ('["1.9 mm", "1.9 mm"]', '["1.9 mm", "1 mm", "0.5 mm"]'),
              ("fibre = [1.0, 0.0]", "fibre = [1.0, 0.0, 0.0]"),
              ('[["0 mm", "0 mm"], ["0.3 mm", "1.9 mm"]]', '[["0 mm", "0 mm", "0 mm"], ["0.3 mm", "0.3 mm", "0.2 mm"]]'),
              ('at = ["1 mm", "1 mm"]', 'at = ["1 mm", "1 mm", "0 mm"]'))


class Page:
    """A report, read as Python can: its data block, and its packed arrays."""

    def __init__(self, file):
        self.text = file.read_text(encoding="utf-8")
        self.data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', self.text, re.S)[1])

    def bytes(self, blob):
        packed = re.search(rf'<script type="text/plain" id="blob{blob}">(.*?)</script>', self.text)[1]
        return numpy.frombuffer(zlib.decompress(base64.b64decode(packed, validate=True)), dtype=numpy.uint8)

    def doubles(self, blob):
        planes = self.bytes(blob)
        return numpy.ascontiguousarray(planes.reshape(8, -1).T).view("<f8").ravel()

    @staticmethod
    def sums(differences):
        return differences.cumsum(axis=-1).cumsum(axis=-2)

    @staticmethod
    def values(codes, field, steps):
        low, high = (math.nan if field[name] is None else field[name] for name in ("min", "max"))
        return numpy.where(codes == 0, numpy.nan, low + (high - low) * (codes - 1.0) / steps)

    def shown(self, field):
        """Nodes along x, y, z; those of a surface in a row."""
        return (self.data["surface"]["shown"], 1, 1) if field.get("on_surface") else field["shown"]

    def positions(self):
        """Of the nodes of the surface, a row for each [mm]."""
        axes = []
        for axis in self.data["surface"]["positions_mm"]:
            planes = self.bytes(axis["blob"]).reshape(2, -1).astype(int)
            axes.append(self.values((planes[0] + 256 * planes[1]).cumsum() % 65536, axis, 65534))
        return numpy.stack(axes, axis=1)

    def pieces(self):
        """Corners of the pieces of the surface, a row for each."""
        surface = self.data["surface"]
        planes = self.bytes(surface["pieces"]).reshape(4, -1).astype(numpy.int64)
        return (sum(planes[b] << 8 * b for b in range(4)).cumsum() % 2**32).reshape(-1, surface["corners"])

    def map(self, array):
        planes = self.bytes(array["blob"]).reshape(2, -1).astype(int)
        nx, ny, nz = self.shown(self.data["maps"])
        return self.values(self.sums((planes[0] + 256 * planes[1]).reshape(nz, ny, nx)) % 65536, array, 65534)

    def frames(self):
        movie = self.data["movie"]
        nx, ny, nz = self.shown(movie)
        frames = []
        for blob in movie["blobs"]:
            for frame in self.bytes(blob).astype(int).reshape(-1, nx * ny * nz + 1):
                values = frame[1:].reshape(nz, ny, nx)
                frames.append((self.sums(values) if frame[0] == 0 else values + frames[-1]) % 256)
        return [self.values(codes, movie, 254) for codes in frames]


class ReportTest(support.ProgramTest):
    def report(self, *arguments):
        """The page of the run in `out`."""
        self.run_ok("report", "out", "--quiet", *arguments)
        return Page(self.folder / "out/report.html")

    def simulated(self, config, *arguments, ranks=1):
        self.config(config)
        done = support.run("run", "case.toml", "--output", "out", "--quiet", *arguments, ranks=ranks, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.report()

    def checked(self, width=1200):
        """The page passes its own checks in a browser."""
        found = browser.self_test(self.folder / "out/report.html", width)
        for name, (good, detail) in found.items():
            self.assertTrue(good, f"{name}: {detail}")
        return found

    def written_run(self, **record):
        """A run folder with a run.json of these entries."""
        out = self.folder / "out"
        out.mkdir(exist_ok=True)
        (out / "run.json").write_text(json.dumps({"status": "finished", "version": "1", "commit": "c", **record}))
        return out
