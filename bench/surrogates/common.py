# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the studies of surrogates share: runs of the program that remember their commands, surrogate files, traces, tables."""

import csv
import json
import math
import os
import resource
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy

ROOT = Path(__file__).resolve().parent.parent.parent

# A wave from the left end passes two probes. `tissue`, `amplitude` and `pulse`: Host.wave() of arena_hosts.py.
CABLE = """[mesh]
kind = "cable"
size = "20 mm"
spacing = "{spacing} mm"
{tissue}[[region]]
name = "cable"
{cell}
[[stimulus]]
name = "S1"
where = {{ box = [["0 mm"], ["1 mm"]] }}
amplitude = "{amplitude:g} uA/uF"
start = "{start:g} ms"
duration = "{pulse:g} ms"
[[probe]]
name = "near"
at = ["5 mm"]
[[probe]]
name = "far"
at = ["15 mm"]
[time]
end = "{end:g} ms"
step = "{step} ms"
"""


def built(name):
    """The newest of the builds of a program."""
    found = [path for path in ROOT.glob(f"build/*/{name}") if path.is_file()]
    if not found:
        sys.exit(f"there is no program in build/*/{name}; build it, or name it with --program")
    return max(found, key=lambda path: path.stat().st_mtime)


def found_program(given=None):
    """The program to measure: what is given, $MYOWAVE, or the newest of the builds."""
    given = given or os.environ.get("MYOWAVE")
    return Path(given).resolve() if given else built("myowave")


class RunFailed(RuntimeError):
    """The numbers of a run have failed (status 3): that is a result, where a wrong configuration is a bug of the study."""


class Workplace:
    """A scratch folder in which the program runs. Commands are remembered as they would be typed there."""

    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="myowave_study_"))
        self.files = {}  # text files that commands read, by name
        self.count = 0
        self.kept = {}  # runs that need not be repeated, by what was asked for
        self.processor_s = 0.0  # of the last run, user and system
        self.built = {}  # what the program says of itself

    def close(self):
        shutil.rmtree(self.folder)

    def write(self, name, text):
        (self.folder / name).write_text(text)
        self.files[name] = text
        return name

    def take(self, path):
        """Copies a file into the folder; its name there."""
        shutil.copy(path, self.folder)
        return Path(path).name

    def run(self, *arguments, sets=()):
        """One run of a subcommand that writes a folder: (the parsed run.json, the folder, the command)."""
        self.count += 1
        name = f"run_{self.count}"
        words = [*map(str, arguments), "--quiet", "--output", name]
        for each in sets:
            words += ["--set", each]
        text = shlex.join(["myowave", *words])
        before = _processor_s()
        result = subprocess.run([self.program, *words], cwd=self.folder, text=True, capture_output=True)
        self.processor_s = _processor_s() - before
        if result.returncode:
            raise (RunFailed if result.returncode == 3 else RuntimeError)(f"{text}\nended with {result.returncode}: {result.stderr.strip()}")
        folder = self.folder / name
        run = json.loads((folder / "run.json").read_text())
        self.built = {key: run[key] for key in ("version", "commit", "instruction_set") if key in run}
        return run, folder, text

    def ask(self, *arguments):
        """What a subcommand prints."""
        return subprocess.run([self.program, *map(str, arguments)], cwd=self.folder, text=True, capture_output=True, check=True).stdout


class Cost(NamedTuple):
    """Of one run."""

    reaction_ns: float  # of the processor, per cell-step
    whole: float  # s of the processor, of the run and
    tenth: float  # of its first tenth by itself
    share: float  # of the reaction in what comes after the start
    run: dict  # run.json
    command: str


def cost_of_run(place, config, sets, end):
    """Of what comes behind the first tenth of a run, which is run by itself and subtracted."""
    short, _, _ = place.run("run", config, sets=[*sets, f'time.end="{end / 10:g} ms"'])
    before = place.processor_s
    run, _, command = place.run("run", config, sets=sets)
    timing, rest = run["timing"], place.processor_s - before
    share = timing["reaction_s"] / (timing["reaction_s"] + timing["diffusion_s"] + timing["output_s"])
    cell_steps = [each["performance"]["cell_steps"] for each in (short, run)]
    return Cost(1e9 * share * rest / (cell_steps[1] - cell_steps[0]), before + rest, before, share, run, command)


def _processor_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def processor():
    """What /proc says of it, and how many."""
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{names[0]}, {len(names)} threads" if names else "unknown"


def say(text):
    print(time.strftime("%H:%M:%S ") + text, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------------------------ surrogate files

_types = {"F16": numpy.float16, "F32": numpy.float32, "F64": numpy.float64}


def read_card(path):
    """A surrogate file as its card (a dict) and its tensors (name to array)."""
    content = Path(path).read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header, body = json.loads(content[8:8 + length]), content[8 + length:]
    card = json.loads(header.pop("__metadata__")["card"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(body[begin:end], _types[entry["dtype"]]).reshape(entry["shape"])
    return card, tensors


def write_card(path, card, tensors):
    header, body = {}, b""
    for name, values in tensors.items():
        kind = next(kind for kind, dtype in _types.items() if values.dtype == dtype)
        header[name] = {"dtype": kind, "shape": list(values.shape), "data_offsets": [len(body), len(body) + values.nbytes]}
        body += numpy.ascontiguousarray(values).tobytes()
    metadata = {"format": "myowave-surrogate", "version": "1", "crc32": f"{zlib.crc32(body):08x}", "card": json.dumps(card)}
    text = json.dumps({"__metadata__": metadata, **header}).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + body)


def replace_card(path, card):
    """Another card on a surrogate file; all bytes after the header stay as they are, and with them the CRC-32. The file is replaced all at once."""
    path = Path(path)
    content = path.read_bytes()
    end = 8 + struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:end])
    header["__metadata__"]["card"] = json.dumps(card)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    new = path.with_name(path.name + ".new")
    new.write_bytes(struct.pack("<Q", len(text)) + text + content[end:])
    os.replace(new, path)


def reference_of(output):
    """How a network's list of outputs names one."""
    return f"{output['name']}.{output['form']}"


_activations = {
    "identity": lambda z: z,
    "tanh": numpy.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + numpy.exp(-z)),
    "softplus": lambda z: numpy.logaddexp(0.0, z),
    "silu": lambda z: z / (1.0 + numpy.exp(-z)),
    "relu": lambda z: numpy.maximum(z, 0.0),
    "leaky_relu": lambda z: numpy.where(z > 0.0, z, 0.01 * z),
    "elu": lambda z: numpy.where(z > 0.0, z, numpy.expm1(numpy.minimum(z, 0.0))),
    "gelu": lambda z: 0.5 * z * (1.0 + numpy.vectorize(math.erf)(z / math.sqrt(2.0))),
}
_transforms = {
    "identity": lambda y: y,
    "sigmoid": _activations["sigmoid"],
    "softplus": _activations["softplus"],
    "exp": numpy.exp,
}


def evaluate(card, tensors, samples):
    """All outputs {reference: [n]} at samples {input: [n]}, in double, without reversal potentials."""
    inputs = {each["name"]: each for each in card["inputs"]}
    outputs = {reference_of(each): each for each in card["outputs"]}
    values = {}
    for part in card["networks"]:
        x = numpy.stack([(numpy.asarray(samples[name], float) - inputs[name].get("offset", 0.0)) / inputs[name].get("scale", 1.0)
                         for name in part["inputs"]], axis=1)
        for k, layer in enumerate(part["layers"]):
            def tensor(what):
                return tensors[f"{part['name']}.{k}.{what}"].astype(float)
            z = x @ tensor("weight").T + tensor("bias")
            if layer.get("layer_norm"):
                z = (z - z.mean(1, keepdims=True)) / numpy.sqrt(z.var(1, keepdims=True) + 1e-5)
                z = z * tensor("norm_weight") + tensor("norm_bias")
            z = layer.get("gain", 1.0) * _activations[layer["activation"]](z)
            x = x + z if layer.get("residual") else z
        for column, name in enumerate(part["outputs"]):
            output = outputs[name]
            transform = _transforms[output.get("transform", "identity")]
            values[name] = output.get("offset", 0.0) + output.get("scale", 1.0) * transform(x[:, column])
    return values


def with_check_pairs(card, tensors):
    """The tensors with check.outputs that fit a changed card."""
    rows = tensors["check.inputs"]
    values = evaluate(card, tensors, {each["name"]: rows[:, i] for i, each in enumerate(card["inputs"])})
    outputs = numpy.stack([values[reference_of(each)] for each in card["outputs"]], axis=1)
    return {**tensors, "check.outputs": outputs}


# ------------------------------------------------------------------------------------------ traces and tables


def trace(folder):
    """trace.csv of `myowave cell` as {column: [rows]}."""
    with open(folder / "trace.csv", newline="") as lines:
        names = next(csv.reader(lines))
        values = numpy.loadtxt(lines, delimiter=",", ndmin=2)
    return dict(zip(names, values.T))


def first(values, place=0):
    """An entry of a list of beats in run.json; NaN where the beat has not come, or not ended."""
    return math.nan if len(values) <= place or values[place] is None else values[place]


def furthest(values):
    """Of differences the one of largest size; NaN, what cannot be told, is beyond all."""
    return max(values, key=lambda value: math.inf if math.isnan(value) else abs(value))


def rms(values):
    return float(numpy.sqrt(numpy.mean(numpy.square(values))))


def median(values):
    return float(numpy.median(values))


def markdown_table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows])
