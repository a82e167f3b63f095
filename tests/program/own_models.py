# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Shared objects made by ionic/compile_model.sh, and the instruction sets that run here."""

import functools
import os
import pathlib
import re
import subprocess
import tempfile

import support

SCRIPT = support.SOURCE / "ionic/compile_model.sh"
COMPILER = os.environ.get("CXX", "c++").split()
# Unoptimised kernels of the program round otherwise than the optimised ones of a shared object.
OPTIMISED = os.environ.get("MYOWAVE_BUILD", "Release") == "Release"

BUILT_IN = """#include "ionic/model.hpp"
#include "ionic/models/{}.hpp"
MYOWAVE_MODEL({})
"""

# State x is 0 until t_fail and no number after; V knows nothing of it.
TIME_BOMB = """#include "ionic/model.hpp"
namespace myowave::ionic {
struct TimeBomb {
  enum State { clock, x };
  enum Parameter { t_fail };
  static constexpr Quantity states[] = {{"clock", "ms", 0.0, "time"}, {"x", "1", 0.0, "the victim"}};
  static constexpr Quantity parameters[] = {{"t_fail", "ms", 4.5, "when x becomes NaN"}};
  static constexpr Variant variants[] = {{"default", "the only one", {}, {}}};
  static constexpr ModelInfo info = {.name = "time_bomb", .summary = "fails", .citation = "none",
                                     .V_initial_mV = -85.0, .states = states, .parameters = parameters,
                                     .variants = variants, .V_min_mV = -200.0, .V_max_mV = 200.0};
  template <class Real>
  static void voltage(Real, const Real*, Real*, Real*, Real*) {}
  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}
  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real*, Real stimulus, Real* dy) {
    dy[clock] = Real(1.0);
    dy[x] = select(y[clock] < p[t_fail], Real(0.0), log(Real(-1.0)));
    return stimulus - 0.1 * (V + 85.0);
  }
};
}  // namespace myowave::ionic
MYOWAVE_MODEL(TimeBomb)
"""


def script(*arguments, cwd=None, environment=None):
    """Runs compile_model.sh to its end."""
    return subprocess.run([str(SCRIPT), *map(str, arguments)], cwd=cwd, text=True, capture_output=True, timeout=300,
                          env={**os.environ, **(environment or {})})


@functools.cache
def object_code(text):
    """What compile_model.sh makes of a source: seconds each, so that one test's object serves the next."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "model.cpp"
        source.write_text(text)
        done = script(source)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"this does not compile without a word:\n{text}\n{done.stderr}")
        return source.with_suffix(".so").read_bytes()


def compiled(shared, text):
    """Writes the shared object of a source."""
    shared.write_bytes(object_code(text))
    return shared


def instruction_sets():
    """Those that this processor runs, as the program says when asked for one that it does not know."""
    with tempfile.TemporaryDirectory() as folder:
        done = support.run("cell", "--model", "passive", cwd=folder, environment={"MYOWAVE_ISA": "none"})
    return re.search(r"it runs: ([^.;]*)", done.stderr)[1].split(", ")
