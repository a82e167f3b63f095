# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""States of cells, and what is read from a surrogate's, in the frames of a run and in the trace of a cell."""

import math
import unittest

import support
from support import SHEET, edited
from surrogate_files import leak_with_delay
from test_elements import CONFIG, sheet

CELL = """[[region]]
name = "cell"
surrogate = "readable.safetensors"
[pacing]
bcl = "1000 ms"
beats = 1
trace_every = "1 ms"
"""


class CellFields(support.ProgramTest):
    def test_states_are_written_beside_V(self):
        self.config(edited(SHEET, ('names = ["V"]', 'names = ["Cai", "V", "m"]')))
        for ranks, end in (1, "vti"), (2, "pvti"):
            with self.subTest(ranks=ranks):
                self.run_ok("run", "case.toml", "--output", f"out{ranks}", "--quiet", ranks=ranks)
                frames = [support.image(self.folder / f"out{ranks}/V/V_00000{k}.{end}")["arrays"] for k in (0, 1)]
                self.assertEqual([list(each) for each in frames], [["V", "Cai", "m"]] * 2)
                for name, value in ("Cai", 0.000126), ("m", 0.00172):  # the model's own start
                    for each in frames[0][name]:
                        self.assertAlmostEqual(each / value, 1.0, places=5)
                self.assertGreater(max(frames[1]["m"]), 0.5)  # of cells in their upstroke
                self.assertLess(min(frames[1]["m"]), 0.1)

    def test_nodes_of_other_models_have_no_number(self):
        (self.folder / "sheet.msh").write_text(sheet())
        self.config(edited(CONFIG, ('names = ["V"]', 'names = ["V", "Cai", "h"]')))
        self.run_ok("run", "case.toml", "--output", "out", "--quiet")
        arrays = support.elements(self.folder / "out/V/V_000001.vtu")["arrays"]
        with_Cai = {node for node, value in arrays["Cai"].items() if not math.isnan(value)}
        self.assertTrue(0 < len(with_Cai) < len(arrays["V"]))
        self.assertFalse(any(math.isnan(value) for value in arrays["h"].values()))  # both models have one

    def test_a_surrogate_says_what_can_be_read_from_it(self):
        def readable(card, tensors):
            card["conductance"]["readouts"] = [{"name": "Cai", "unit": "mM"}]
            # 1, z1 .. z4, and their 30 products
            tensors["conductance.readouts"] = ("F32", [1, 35], [math.log(2e-4), 1.5] + [0.0] * 33)
        leak_with_delay(self.folder / "readable.safetensors", readable)
        self.config(CELL)
        self.run_ok("cell", "case.toml", "--output", "cell", "--quiet")
        trace = support.table(self.folder / "cell/trace.csv")
        self.assertEqual(list(trace)[-1], "Cai_mM")
        for z, Cai in zip(trace["z1"], trace["Cai_mM"]):
            self.assertAlmostEqual(float(Cai) / (2e-4 * math.exp(1.5 * float(z))), 1.0, places=5)
        model = 'model = "ten_tusscher_2006"\nvariant = "epi"'
        self.config(edited(SHEET, (model, 'surrogate = "readable.safetensors"'), ('names = ["V"]', 'names = ["V", "z1", "Cai"]')), "sheet.toml")
        self.run_ok("run", "sheet.toml", "--output", "out", "--quiet")
        arrays = support.image(self.folder / "out/V/V_000004.vti")["arrays"]
        for z, Cai in zip(arrays["z1"], arrays["Cai"]):
            self.assertAlmostEqual(Cai / (2e-4 * math.exp(1.5 * z)), 1.0, places=4)
        leak_with_delay(self.folder / "mute.safetensors")
        self.refused(edited(SHEET, (model, 'surrogate = "mute.safetensors"'), ('names = ["V"]', 'names = ["V", "Cai"]')),
                     "no region has cells with a state 'Cai'")

    def refused(self, text, *parts):
        self.config(text)
        done = support.run("run", "case.toml", "--output", "none", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        for part in parts:
            self.assertIn(part, done.stderr)
        self.assertEqual(done.stderr.count("error:"), 1, done.stderr)
        self.assertFalse((self.folder / "none").exists())

    def test_wrong_names_are_refused(self):
        with_names = lambda names: edited(SHEET, ('names = ["V"]', f"names = {names}"))  # noqa: E731
        self.refused(with_names('["V", "Cia"]'), "output.fields.names",
                     "no region has cells with a state 'Cia' (did you mean 'Cai'?); there are: V, m, h, j,")
        self.refused(with_names('["Cai"]'), "output.fields.names", 'V is always written; name it, as in ["V", "Cai"]')
        self.refused(with_names('["V", "Cai", "Cai"]'), "'Cai' occurs twice")
        self.refused(with_names('"V"'), "is no list")
        self.refused(with_names('["V", 3]'), "output.fields.names")


if __name__ == "__main__":
    unittest.main()
