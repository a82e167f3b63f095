# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave report`: what stands in the page, what a browser makes of it, and wrong input."""

import base64
import json
import math
import re
import subprocess
import unittest
import zlib

import browser
import numpy
import support
import surrogate_files
import test_elements
from support import CABLE, SHEET, edited

SLAB = edited(SHEET, ('"sheet"', '"slab"'), ('["1.9 mm", "1.9 mm"]', '["1.9 mm", "1 mm", "0.5 mm"]'),
              ("fibre = [1.0, 0.0]", "fibre = [1.0, 0.0, 0.0]"),
              ('[["0 mm", "0 mm"], ["0.3 mm", "1.9 mm"]]', '[["0 mm", "0 mm", "0 mm"], ["0.3 mm", "0.3 mm", "0.2 mm"]]'),
              ('at = ["1 mm", "1 mm"]', 'at = ["1 mm", "1 mm", "0 mm"]'))
FRAMES = '\n[output]\nfields = { names = ["V"], every = "1 ms" }\n'
CURVE = """s1_ms,s2_ms,beat,di_ms,captured,activation_ms,apd50_ms,apd90_ms,cv_m_per_s
600,400,,118.5,1,1.2,220.5,250.25,0.61
600,350,,68.5,1,1.3,210.5,240.25,0.55
600,300,,18.5,1,1.9,190.5,,0.42
600,280,,,0,,,,
"""

TREE = """[mesh]
kind = "file"
path = "tree"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
fibre = [1.0, 0.0, 0.0]
[[region]]
name = "all"
model = "mitchell_schaeffer_2003"
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "-1 mm", "-1 mm"], ["0.5 mm", "1 mm", "1 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "10 ms"
step = "0.05 ms"
[output]
fields = { names = ["V"], every = "5 ms" }
"""


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


def grid_of(image, name):
    nx, ny, nz = image["dimensions"]
    return numpy.array(image["arrays"][name]).reshape(nz, ny, nx)


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


class Content(ReportTest):
    def assert_same(self, shown, wanted, step):
        numpy.testing.assert_array_equal(numpy.isnan(shown), numpy.isnan(wanted))
        if numpy.isfinite(wanted).any():
            self.assertLessEqual(numpy.nanmax(numpy.abs(shown - wanted)), step)

    def compare_with_files(self, page, end, layers):
        """Every frame and every map against the files, within half a step of the stored numbers."""
        out, movie = self.folder / "out", page.data["movie"]
        files = sorted((out / "V").glob(f"*.{end}"))
        frames = page.frames()
        self.assertEqual((len(frames), movie["frames"], movie["every"]), (len(files), len(files), 1))
        self.assertEqual(movie["times_ms"], [float(k) for k in range(len(files))])
        step = (movie["max"] - movie["min"]) * (0.501 / 254 + 1 / 65534)
        for shown, file in zip(frames, files):
            self.assert_same(shown, grid_of(support.image(file), "V")[layers], step)
        image = support.image(out / f"maps.{end}")
        self.assertEqual([array["name"] for array in page.data["maps"]["arrays"]], list(image["arrays"]))
        for array in page.data["maps"]["arrays"]:
            self.assert_same(page.map(array), grid_of(image, array["name"]),
                             0 if array["min"] is None else (array["max"] - array["min"]) * 0.501 / 65534 + 1e-4)

    def test_sheet(self):
        for ranks, end in [(1, "vti"), (2, "pvti")]:
            with self.subTest(ranks=ranks):
                page = self.simulated(SHEET, "--force", ranks=ranks)
                self.compare_with_files(page, end, [0])
        table = support.table(self.folder / "out/probes.csv")
        t, V = page.data["traces"][0]["columns"]
        self.assertEqual((t["name"], V["name"]), ("t_ms", "V_P1_mV"))
        numpy.testing.assert_array_equal(page.doubles(V["blob"]), [float(v) for v in table["V_P1_mV"]])
        self.assertEqual(page.data["run"], support.run_json(self.folder / "out"))
        again = (self.folder / "out/report.html").read_bytes()
        self.report()  # overwrites itself
        self.assertEqual((self.folder / "out/report.html").read_bytes(), again)

    def test_sheet_in_a_browser(self):
        self.simulated(SHEET)
        for width in [1200, 360]:
            with self.subTest(width=width):
                found = self.checked(width)
                for check in ["the slider changes the picture", "the slider changes the time", "it plays", "it pauses",
                              "plot of P1 zooms", "no wider than the window", "nothing is loaded", "no error"]:
                    self.assertIn(check, found)
        # What hovering tells is what the files hold.
        for title, file, array in [("V over time", "V/V_000004.vti", "V"),
                                   ("Activation time, beat 1", "maps.vti", "activation_beat1_ms")]:
            x, y, value = re.match(r"x ([\d.]+) mm, y ([\d.]+) mm: (\S+) m",
                                   found[f"hover over {title} tells place and value"][1]).groups()
            wanted = grid_of(support.image(self.folder / "out" / file), array)[0, round(float(y) * 10), round(float(x) * 10)]
            self.assertAlmostEqual(float(value), wanted, delta=0.5 if array == "V" else 0.01)

    def test_all_maps(self):
        for ranks, end in [(1, "vti"), (2, "pvti")]:
            with self.subTest(ranks=ranks):
                page = self.simulated(SHEET, "--force", "--set", 'output.maps=["activation", "velocity", "extremes"]', ranks=ranks)
                image = support.image(self.folder / f"out/maps.{end}")
                names = [array["name"] for array in page.data["maps"]["arrays"]]
                self.assertIn("cv_beat1_m_per_s", names)
                self.assertNotIn("velocity_beat1_m_per_s", names)  # a vector
                for array in page.data["maps"]["arrays"]:
                    self.assert_same(page.map(array), grid_of(image, array["name"]), (array["max"] - array["min"]) * 1e-4)
        found = self.checked()
        self.assertRegex(found["hover over Conduction velocity, beat 1 tells place and value"][1], r"m/s$|no value$")

    def test_waves_and_what_post_has_added(self):
        text = SHEET.replace("[output]\n", """[output]
tips = { every = "1 ms" }
""") + """[[electrode]]
name = "above"
at = ["1 mm", "1 mm", "5 mm"]
"""
        self.simulated(text)
        out = self.folder / "out"
        support.run("post", "out", "--quiet", cwd=self.folder)
        # A tip, as a longer run would have it.
        record = support.run_json(out)
        record["results"]["singularities"] = {"most_at_once": 2, "trajectories": [
            {"id": 1, "layer": 0, "charge": 1, "birth_ms": 1.0, "death_ms": None, "lifetime_ms": 3.0},
            {"id": 2, "layer": 0, "charge": -1, "birth_ms": 1.0, "death_ms": 2.0, "lifetime_ms": 1.0}]}
        (out / "run.json").write_text(json.dumps(record))
        page = self.report()
        self.assertEqual([trace["file"] for trace in page.data["traces"]], ["probes.csv", "ecg.csv"])
        self.assertEqual([column["name"] for column in page.data["traces"][1]["columns"]], ["t_ms", "phi_above_mV"])
        names = [array["name"] for array in page.data["maps"]["arrays"]]
        self.assertEqual(names[:2], ["activation_beat1_ms", "apd90_beat1_ms"])
        self.assertIn("cv_beat1_m_per_s", names)
        self.assertEqual(len(names), len(set(names)))
        document, console = browser.opened(out / "report.html")
        self.assertEqual(console, [])
        for words in "Pseudo-ECG", "2 phase singularities, at most 2 at once", "anticlockwise", "alive":
            self.assertIn(words, document)

    def test_slab(self):
        page = self.simulated(SLAB)
        self.compare_with_files(page, "vti", [3, 5])
        self.assertEqual(page.data["movie"]["layers"], [3, 5])
        found = self.checked()
        for check in ["the layer changes the picture", *(f"the slider across {axis} changes Activation time, beat 1"
                                                         for axis in "xyz")]:
            self.assertIn(check, found)

    def test_nodes_without_tissue(self):
        hole = '"0.1 mm"\nholes = [{ box = [["0.8 mm", "0.8 mm"], ["1.2 mm", "1.2 mm"]] }]\n'
        page = self.simulated(edited(SHEET, ('at = ["1 mm", "1 mm"]', 'at = ["1.5 mm", "1 mm"]'), ('"0.1 mm"\n', hole)))
        self.assertTrue(numpy.isnan(page.frames()[-1]).any())
        self.compare_with_files(page, "vti", [0])
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("Grey: no tissue, or not activated.", document)

    def test_cable(self):
        page = self.simulated(CABLE + FRAMES)
        self.compare_with_files(page, "vti", [0])
        found = self.checked()
        for check in ["the slider changes the picture", "plot of Activation time, beat 1 has numbers", "plot of end zooms"]:
            self.assertIn(check, found)

    def test_without_frames(self):
        page = self.simulated(CABLE)
        self.assertNotIn("movie", page.data)
        self.checked()
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("There is no animation: the run folder holds no frames of V.", document)

    def test_cell(self):
        self.run_ok("cell", "--model", "ten_tusscher_2006", "--bcl", "400 ms", "--beats", "2", "--output", "out", "--quiet",
                    "--set", "pacing.trace_beats=2")
        page = self.report()
        table = support.table(self.folder / "out/trace.csv")
        columns = page.data["traces"][0]["columns"]
        self.assertEqual([column["name"] for column in columns], ["t_ms", "V_mV", "Cai_mM"])
        for column in columns:
            numpy.testing.assert_array_equal(page.doubles(column["blob"]), [float(v) for v in table[column["name"]]])
        found = self.checked(500)
        for name in ["V", "Cai"]:
            self.assertIn(f"plot of {name} has numbers", found)
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("apd90 (ms)", document)
        self.assertNotIn("There is no animation", document)

    def test_restitution(self):
        out = self.written_run(results={"erp_ms": 281.5, "max_slope": 1.25})
        (out / "restitution.csv").write_text(CURVE)
        page = self.report()
        self.assertEqual(page.data["restitution"]["apd90_ms"], [250.25, 240.25, None, None])
        found = self.checked()
        self.assertIn("plot of APD50 has numbers", found)
        self.assertEqual(found["plot of CV has numbers"][0], True)
        document, _ = browser.opened(out / "report.html")
        for words in ["APD over DI", "CV over DI", "No capture at S2 of 280 ms.", "281.5 ms"]:
            self.assertIn(words, document)

    def test_large_fields_are_thinned(self):
        out = self.written_run()
        (out / "V").mkdir()
        x, y = numpy.meshgrid(numpy.arange(600.0), numpy.arange(30.0))
        self.write_image(out / "V/a.vti", "V", x - 90)
        self.write_image(out / "V/b.vti", "V", y)
        (out / "V.pvd").write_text('<VTKFile type="Collection"><Collection><DataSet timestep="5" file="V/b.vti"/>'
                                   '<DataSet timestep="0" file="V/a.vti"/></Collection></VTKFile>')
        self.write_image(out / "maps.vti", "activation_beat1_ms", x + y)
        page = self.report()
        self.assertEqual((page.data["movie"]["shown"], page.data["movie"]["stride"]), ([200, 30, 1], [3, 1]))
        self.assertEqual(page.data["movie"]["times_ms"], [0, 5])
        self.assertAlmostEqual(page.frames()[0][0, 7, 100], 300 - 90, delta=1.5)
        self.assertEqual((page.data["maps"]["shown"], page.data["maps"]["stride"]), ([300, 30, 1], [2, 1]))
        self.assertAlmostEqual(page.map(page.data["maps"]["arrays"][0])[0, 7, 100], 207, delta=0.01)
        document, _ = browser.opened(out / "report.html")
        self.assertIn("mesh of 600 × 30 nodes; every third along x and one along y is shown", document)

    @staticmethod
    def write_image(file, name, values):
        from vtkmodules.util.numpy_support import numpy_to_vtk
        from vtkmodules.vtkCommonDataModel import vtkImageData
        from vtkmodules.vtkIOXML import vtkXMLImageDataWriter
        image = vtkImageData()
        image.SetDimensions(values.shape[1], values.shape[0], 1)
        array = numpy_to_vtk(values.astype(numpy.float32).ravel(), deep=True)
        array.SetName(name)
        image.GetPointData().AddArray(array)
        writer = vtkXMLImageDataWriter()
        writer.SetFileName(str(file))
        writer.SetInputData(image)
        writer.SetDataModeToBinary()
        writer.Write()

    def test_status_warnings_and_counters(self):
        out = self.written_run(status="failed", message="V out of range at node 7", warnings=["a long step"],
                               results={"surrogate": {"myocardium": {"evaluations": 1000, "fallbacks": 25,
                                                                     "fallback_fraction": 0.025}}})
        (out / "log.txt").write_text("2026-01-01 00:00:00  warning: a long step\n2026-01-01 00:00:00  warning: thin cable\n"
                                     "2026-01-01 00:00:00  no warning: here\n")
        page = self.report()
        self.assertEqual(page.data["warnings"], ["a long step", "thin cable"])
        self.checked()
        document, _ = browser.opened(out / "report.html")
        for words in ["V out of range at node 7", "Warning: thin cable", "myocardium", "fallback fraction", "0.025",
                      '<span class="badge failed">failed</span>']:
            self.assertIn(words, document)

    GATES = edited(SHEET, ('model = "ten_tusscher_2006"\nvariant = "epi"', 'surrogate = "net.safetensors"\nfallback_limit = 1.0'),
                   ('"50 uA/uF"', '"300 uA/uF"'))

    def surrogate_file(self, **accuracy):
        """A passive membrane's step that is left where the stimulus lifts V above -60 mV."""
        def spoil(card, _):
            card["accuracy"] = accuracy
        return surrogate_files.passive_step(self.folder / "net.safetensors", high=-60.0, spoil=spoil)

    def test_a_region_with_a_surrogate(self):
        """What run.json tells of it stands in the page: what it is, its trained range, its verdicts, and where it was left."""
        self.surrogate_file(**{"V": "mean absolute error 0 mV", "verdict": "myowave 1.2.3", "verdict.rest": "rest within 0.5 mV: not reproduced, +0.600 mV",
                               "verdict.cable": "CV within 1 %: reproduced, -0.20 %"})
        page = self.simulated(self.GATES)
        told = page.data["run"]["results"]["surrogate"]["all"]
        self.assertEqual({key: told[key] for key in ("name", "kind", "model", "guarded")},
                         {"name": "passive_step", "kind": "step", "model": "passive", "guarded": True})
        self.assertEqual(told["inputs"], [{"name": "V", "unit": "mV", "range": [-120.0, -60.0]}])
        self.assertGreater(told["fallbacks"], 0)
        self.checked()
        document, console = browser.opened(self.folder / "out/report.html")
        self.assertEqual(console, [])
        section = re.search(r"<h2>Surrogates</h2>.*?</section>", document, re.S)[0]
        for words in ["all: passive_step", "V -120 to -60 mV", "net.safetensors", "Judged: myowave 1.2.3",
                      '<span class="badge failed">not reproduced</span> +0.600 mV (rest within 0.5 mV)',
                      '<span class="badge finished">reproduced</span> -0.20 % (CV within 1 %)', "Accuracy found in training", "Fallbacks of surrogates",
                      f"<td>{told['fallbacks']:,}</td>".replace(",", " ")]:  # fmt: skip
            self.assertIn(words, section)
        self.assertEqual(document.count("Fallbacks of surrogates</h3>"), 1)

    def test_a_surrogate_that_was_never_left(self):
        self.surrogate_file()
        self.simulated(edited(self.GATES, ('"300 uA/uF"', '"1 uA/uF"')))
        self.checked()
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("all: passive_step", document)
        for words in ["Fallbacks of surrogates", "Verdicts", "Accuracy found in training"]:
            self.assertNotIn(words, document)

    def test_a_cell_of_conductances_that_may_be_scaled(self):
        self.run_ok("cell", "--model", support.SOURCE / "surrogates/cards/ten_tusscher_2006_scaled.safetensors", "--bcl", "20 ms", "--output", "out", "--quiet")
        page = self.report()
        told, = page.data["run"]["results"]["surrogate"].values()
        self.assertEqual((told["kind"], told["variant"]), ("conductance", "epi"))
        self.assertIn("random_states_stuck", told["accuracy"])
        self.assertGreater(len(told["scaled"]), 0)
        document, _ = browser.opened(self.folder / "out/report.html")
        for each in told["scaled"]:
            low, high = each["factors"]
            self.assertLess(low, high)
            self.assertIn(f"{each['name']} {low:g} to {high:g} times the model's", document)

    def test_a_failed_run(self):
        self.config(edited(SHEET, ('"50 uA/uF"', '"90000 uA/uF"')))
        done = support.run("run", "case.toml", "--output", "out", "--quiet", cwd=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        page = self.report()
        self.assertEqual(page.data["run"]["status"], "failed")
        self.checked()

    def test_a_row_that_a_killed_run_has_left(self):
        page = self.simulated(SHEET)
        rows = page.data["traces"][0]["rows"]
        with open(self.folder / "out/probes.csv", "a", encoding="ascii") as file:
            file.write("4.5,-8")
        page = self.report()
        self.assertEqual(page.data["notes"], ["The last row of probes.csv has no end and is left out."])
        self.assertEqual(page.data["traces"][0]["rows"], rows)

    def test_texts_are_no_markup(self):
        evil = "</script><script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">"
        self.written_run(config=f"title = {json.dumps(evil)}\n", message=evil, warnings=[evil], command=evil,
                         results={"surrogate": {evil: {evil: 1}}})
        self.report()
        self.checked()
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertNotIn("<title>taken", document)
        self.assertNotIn("<img", document)

    def test_nothing_is_loaded(self):
        text = self.simulated(SHEET).text
        for pattern in [r"<(link|script|img|iframe)[^>]*(src|href)=\"(?!data:)", r"@import", r"url\((?!data:)", r"\bfetch\(",
                        r"XMLHttpRequest", r"\bimport\("]:
            self.assertIsNone(re.search(pattern, text), pattern)
        self.assertIn("default-src 'none'", text)

    def test_benchmark(self):
        for options in [], ["--elements"]:
            done = subprocess.run([support.SOURCE / "bench/report_size.py", "--program", support.MYOWAVE, "--nodes", "64",
                                   "--layers", "4", "--frames", "30", *options], env=support.ENVIRONMENT, text=True,
                                  capture_output=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("slider moved to 30 places", done.stdout)

    def test_the_checks_of_the_page_can_fail(self):
        page = self.simulated(SHEET)
        blob = page.data["maps"]["arrays"][0]["blob"]
        text = re.sub(rf'(id="blob{blob}">)[^<]*', r"\1AAAA", page.text)
        (self.folder / "out/report.html").write_text(text, encoding="utf-8")
        self.assertFalse(browser.self_test(self.folder / "out/report.html")["no error"][0])
        self.assertIn("This page is damaged", browser.opened(self.folder / "out/report.html")[0])


class OnElements(ReportTest):
    def assert_is_in_the_files(self, page, folder, end, layers=slice(None)):
        """Every frame and map of the page against the files, at the nodes that are shown; returns their numbers."""
        maps = support.elements(folder / f"maps.{end}")
        places = numpy.array(list(maps["nodes"].values()))
        nodes = numpy.array([numpy.abs(places - each).sum(axis=1).argmin() for each in page.positions()])
        size = numpy.ptp(places, axis=0).max()
        self.assertLess(numpy.abs(places[nodes] - page.positions()).max(), size / 65534)
        self.assertEqual(len(set(nodes)), len(nodes))
        numbers = numpy.array(list(maps["nodes"]))[nodes]
        self.assertEqual([array["name"] for array in page.data["maps"]["arrays"]], list(maps["arrays"]))
        for array in page.data["maps"]["arrays"]:
            wanted = numpy.array([maps["arrays"][array["name"]][n] for n in numbers])
            shown = page.map(array).ravel()
            numpy.testing.assert_array_equal(numpy.isnan(shown), numpy.isnan(wanted))
            if array["min"] is not None:
                self.assertLessEqual(numpy.nanmax(abs(shown - wanted)), (array["max"] - array["min"]) * 0.501 / 65534 + 1e-4)
        files, movie = sorted((folder / "V").glob(f"*.{end}")), page.data["movie"]
        frames = page.frames()
        self.assertEqual(len(frames), len(files))
        for shown, file in zip(frames, files):
            V = support.elements(file)["arrays"]["V"]
            wanted = numpy.array([V[n] for n in numbers])
            self.assertLessEqual(abs(shown.ravel() - wanted).max(), (movie["max"] - movie["min"]) * (0.501 / 254 + 1 / 65534))
        return numbers

    def areas(self, page):
        a, b, c = numpy.moveaxis(page.positions()[page.pieces()], 1, 0)
        return numpy.linalg.norm(numpy.cross(b - a, c - a), axis=1) / 2

    def test_a_surface_in_space(self):
        for ranks, end in [(1, "vtu"), (3, "pvtu")]:
            with self.subTest(ranks=ranks):
                self.config(test_elements.sheet(test_elements.turned), "sheet.msh")
                at = ", ".join(f'"{x!r} mm"' for x in test_elements.turned((1.5, 1.0, 0.0)))
                page = self.simulated(edited(test_elements.CONFIG, ('"1.5 mm", "1 mm", "0 mm"', at)), "--force", ranks=ranks)
                self.assert_is_in_the_files(page, self.folder / "out", end)
                self.assertEqual({key: page.data["surface"][key] for key in ("nodes", "elements", "dimension", "surface_nodes", "shown", "corners")},
                                 {"nodes": 289, "elements": 512, "dimension": 2, "surface_nodes": 289, "shown": 289, "corners": 3})
                self.assertAlmostEqual(self.areas(page).sum(), 4.0, delta=1e-3)

    def test_a_volume_shows_its_boundary(self):
        page = self.simulated(SLAB + '[solver]\ndiscretisation = "fe"\n', "--set", "output.fields.every=\"2 ms\"", ranks=2)
        numbers = self.assert_is_in_the_files(page, self.folder / "out", "pvtu")
        x, y, z = numbers % 20, numbers // 20 % 11, numbers // 220
        self.assertEqual(len(numbers), 20 * 11 * 6 - 18 * 9 * 4)
        self.assertTrue(((x % 19 == 0) | (y % 10 == 0) | (z % 5 == 0)).all())
        self.assertAlmostEqual(self.areas(page).sum(), 2 * (1.9 + 1.9 * 0.5 + 0.5), delta=1e-3)

    def test_in_a_browser(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(test_elements.CONFIG)
        for width in [1200, 360]:
            with self.subTest(width=width):
                found = self.checked(width)
                for check in ["dragging V over time turns all", "a double click on Activation time, beat 1 turns all back",
                              "the direction turns all", "the slider changes the picture", "no wider than the window", "nothing is loaded"]:
                    self.assertIn(check, found)
        # What hovering tells is what the files hold.
        x, y, z, value = re.match(r"x ([\d.-]+) mm, y ([\d.-]+) mm, z ([\d.-]+) mm: (\S+) ms",
                                  found["hover over Activation time, beat 1 tells place and value"][1]).groups()
        maps = support.elements(self.folder / "out/maps.vtu")
        near = sorted((math.dist(place, (float(x), float(y), float(z))), maps["arrays"]["activation_beat1_ms"][n]) for n, place in maps["nodes"].items())[:4]
        self.assertTrue(min(t for _, t in near) - 0.05 <= float(value) <= max(t for _, t in near) + 0.05, (value, near))
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("mesh of 289 nodes and 512 elements; all 289 nodes are shown", document)

    def test_a_volume_in_a_browser(self):
        self.simulated(SLAB + '[solver]\ndiscretisation = "fe"\n', "--set", "output.fields.every=\"2 ms\"")
        found = self.checked()
        self.assertIn("dragging V over time turns all", found)
        document, _ = browser.opened(self.folder / "out/report.html")
        self.assertIn("all 672 nodes of its surface are shown, the inside is not", document)

    def test_cables_are_lines(self):
        """A tree of three branches in space."""
        places = [(k, 0, 0) for k in range(11)] + [(10 + k, s * k, k) for s in (1, -1) for k in range(1, 11)]
        lines = [(k, k + 1) for k in range(10)] + [(10, 11)] + [(k, k + 1) for k in range(11, 20)] + [(10, 21)] + [(k, k + 1) for k in range(21, 30)]
        self.config("31\n" + "".join(f"{200 * x} {200 * y} {200 * z}\n" for x, y, z in places), "tree.pts")
        self.config("30\n" + "".join(f"Ln {a} {b} 1\n" for a, b in lines), "tree.elem")
        page = self.simulated(TREE)
        self.assert_is_in_the_files(page, self.folder / "out", "vtu")
        self.assertEqual((page.data["surface"]["corners"], len(page.pieces())), (2, 30))
        found = self.checked()
        self.assertTrue(found["V over time is to be seen"][0])

    def test_what_post_has_added(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(edited(test_elements.CONFIG, ('end = "20 ms"', 'end = "400 ms"')), "--set", "output.fields.every=\"4 ms\"")
        self.run_ok("post", "out", "--quiet", ranks=2)
        page = self.report()
        self.assertIn("dominant_frequency_Hz", [array["name"] for array in page.data["maps"]["arrays"]])

    def test_broken_files(self):
        self.config(test_elements.sheet(), "sheet.msh")
        self.simulated(test_elements.CONFIG, "--set", 'time.end="6 ms"', ranks=2)
        (self.folder / "out/report.html").unlink()
        for file in ["V/V_000001/V_000001_1.vtu", "maps/maps_0.vtu", "V/V_000001.pvtu", "maps.pvtu"]:
            file = self.folder / "out" / file
            whole = file.read_bytes()
            for part in [0, 40, len(whole) // 2, len(whole) - 30]:
                with self.subTest(file=file.name, bytes=part):
                    file.write_bytes(whole[:part])
                    done = support.run("report", "out", cwd=self.folder)
                    self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
                    self.assertIn(str(file.relative_to(self.folder)), done.stderr)
                    self.assertFalse((self.folder / "out/report.html").exists())
            file.write_bytes(whole)
        piece = self.folder / "out/V/V_000001/V_000001_1.vtu"
        piece.write_bytes((self.folder / "out/V/V_000001/V_000001_0.vtu").read_bytes())
        done = support.run("report", "out", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("out/V/V_000001.pvtu has other nodes than the files before it", done.stderr)


class WrongInput(ReportTest):
    def refuse(self, *parts, arguments=("out",), status=2):
        here = support.contents(self.folder)
        done = support.run("report", *arguments, cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertEqual(support.contents(self.folder), here)

    def test_folders(self):
        self.refuse("there is no folder out")
        (self.folder / "out").write_text("")
        self.refuse("out is no folder")
        (self.folder / "out").unlink()
        (self.folder / "out").mkdir()
        self.refuse("out has no run.json", "name the folder")
        (self.folder / "out/config.toml").write_text("# Resolved by Myowave\n")
        self.refuse("the run has not ended")
        for text, words in [("{", "out/run.json is no JSON"), ("[1]", "is no record of a run"), ("\xff", "is no JSON")]:
            (self.folder / "out/run.json").write_text(text, encoding="latin-1")
            self.refuse(words)

    def test_output(self):
        self.written_run()
        (self.folder / "thesis.html").write_text("<!doctype html>\n<html lang=\"en\">mine")
        self.refuse("--output", "thesis.html exists and is no report", arguments=("out", "--output", "thesis.html"))
        self.refuse("--output", "there is no folder", arguments=("out", "--output", "nowhere/a.html"))
        self.refuse("--output", "out is a folder", arguments=("out", "--output", "out"))
        self.run_ok("report", "out", "--output", "mine.html")
        self.run_ok("report", "out", "--output", "mine.html")
        self.assertEqual(Page(self.folder / "mine.html").data["folder"], "out")

    def test_broken_images(self):
        self.simulated(SHEET, ranks=2)
        (self.folder / "out/report.html").unlink()
        frame, index = self.folder / "out/V/V_000002/V_000002_1.vti", self.folder / "out/V/V_000002.pvti"
        if not frame.exists():
            frame = next((self.folder / "out/V").rglob("V_000002_1.vti"))
        for file in [frame, self.folder / "out/maps/maps_0.vti", index, self.folder / "out/V.pvd", self.folder / "out/maps.pvti"]:
            whole = file.read_bytes()
            for part in [0, 40, len(whole) // 2, len(whole) - 30]:
                with self.subTest(file=file.name, bytes=part):
                    file.write_bytes(whole[:part])
                    self.refuse(str(file.relative_to(self.folder)))
            file.unlink()
            with self.subTest(file=file.name, bytes=None):
                if file.name not in ("V.pvd", "maps.pvti"):  # then there is no animation, no map
                    self.refuse(str(file.relative_to(self.folder)), "is missing")
            file.write_bytes(whole)
        self.report()

    def test_broken_tables(self):
        out = self.written_run()
        for text, words in [("t_ms,V_a_mV\n0,1\n1\n", "out/probes.csv:3: 1 cells, the header has 2"),
                            ("t_ms,V_a_mV\n0,x\n", "out/probes.csv:2: 'x' is no number"), ("", "out/probes.csv cannot be read")]:
            (out / "probes.csv").write_text(text)
            self.refuse(words)

    def test_one_rank(self):
        self.written_run()
        done = support.run("report", "out", ranks=2, cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn("runs on one rank", done.stderr)


if __name__ == "__main__":
    unittest.main()
