# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""`myowave report`: what stands in the page, what a browser makes of it, and wrong input."""

import json
import re
import subprocess
import unittest

import browser
import numpy
import support
import surrogate_files
from report_page import SLAB, Page, ReportTest
from support import CABLE, SHEET, edited

FRAMES = '\n[output]\nfields = { names = ["V"], every = "1 ms" }\n'
CURVE = """s1_ms,s2_ms,beat,di_ms,captured,activation_ms,apd50_ms,apd90_ms,cv_m_per_s
600,400,,118.5,1,1.2,220.5,250.25,0.61
600,350,,68.5,1,1.3,210.5,240.25,0.55
600,300,,18.5,1,1.9,190.5,,0.42
600,280,,,0,,,,
"""


def grid_of(image, name):
    nx, ny, nz = image["dimensions"]
    return numpy.array(image["arrays"][name]).reshape(nz, ny, nx)


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
