# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Surrogate files of one linear layer, written byte by byte, whose numbers are known in closed form."""

import json
import math
import struct
import zlib


def safetensors(card, tensors, version="1"):
    """The bytes of a file; `tensors` is {name: (dtype, shape, values)} in order."""
    formats = {"F32": "f", "F64": "d"}
    data, table = b"", {}
    for name, (dtype, shape, values) in tensors.items():
        raw = struct.pack(f"<{len(values)}{formats[dtype]}", *values)
        table[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    metadata = {"format": "myowave-surrogate", "version": version, "crc32": f"{zlib.crc32(data):08x}",
                "card": json.dumps(card)}
    header = json.dumps({"__metadata__": metadata, **table}).encode()
    return struct.pack("<Q", len(header)) + header + data


TRANSFORMS = {"identity": lambda z: z, "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "exp": math.exp}


def linear_file(path, card, weight, bias, version="1", spoil=None):
    """One layer over all inputs and outputs; the check pairs are computed here, independently of the program."""
    inputs, outputs = card["inputs"], card["outputs"]
    card = {**card, "networks": [{
        "name": "net", "inputs": [i["name"] for i in inputs],
        "outputs": [f"{o['name']}.{o['form']}" for o in outputs],
        "layers": [{"activation": "identity"}]}]}
    pairs_in, pairs_out = [], []
    for k in range(4):
        x = [i["range"][0] + (i["range"][1] - i["range"][0]) * (0.1 + 0.8 * ((k + n) % 4) / 3) for n, i in enumerate(inputs)]
        pairs_in += x
        scaled = [(v - i["offset"]) / i["scale"] for v, i in zip(x, inputs)]
        for row, b, o in zip(weight, bias, outputs):
            z = sum(w * v for w, v in zip(row, scaled)) + b
            pairs_out.append(o["offset"] + o["scale"] * TRANSFORMS[o["transform"]](z))
    tensors = {"net.0.weight": ("F32", [len(outputs), len(inputs)], [w for row in weight for w in row]),
               "net.0.bias": ("F32", [len(outputs)], bias),
               "check.inputs": ("F64", [4, len(inputs)], pairs_in),
               "check.outputs": ("F64", [4, len(outputs)], pairs_out)}
    if spoil:
        spoil(card, tensors)
    path.write_bytes(safetensors(card, tensors, version))
    return path


def variable(name, unit, low, high, offset=0.0, scale=1.0):
    return {"name": name, "unit": unit, "offset": offset, "scale": scale, "range": [low, high]}


def output(name, unit, form, transform="identity", scale=1.0):
    return {"name": name, "unit": unit, "form": form, "transform": transform, "offset": 0.0, "scale": scale}


def passive_step(path, share=None, dt=0.05, low=-120.0, high=40.0, **changes):
    """A step of `dt` ms of the passive membrane, 0.1 /ms towards -85 mV; a `share` of its own tells the
    surrogate from the model."""
    share = -math.expm1(-0.1 * dt) if share is None else share
    card = {"kind": "step", "name": "passive_step", "summary": "exact", "model": "passive", "dt": f"{dt:g} ms",
            "inputs": [variable("V", "mV", low, high, -85.0, 100.0)],
            "outputs": [output("V", "mV", "increment", scale=100.0)], "provenance": {"recipe": "closed form"}}
    return linear_file(path, card, [[-share]], [0.0], **changes)


def passive_trajectory(path, **changes):
    """V falls from V.0 by 2 mV/ms, for 20 ms: no membrane does that, but the numbers are known."""
    card = {"kind": "trajectory", "name": "falls", "summary": "closed form", "model": "passive",
            "inputs": [variable("t", "ms", 0.0, 20.0), variable("V.0", "mV", -100.0, 20.0)],
            "outputs": [output("V", "mV", "value")]}
    return linear_file(path, card, [[-2.0, 1.0]], [0.0], **changes)


def two_gates(path, **changes):
    """Gates m and h of Hodgkin and Huxley as sigmoids of V with constant time constants, 2 and 5 ms."""
    card = {"kind": "gate", "name": "two_gates", "summary": "closed form", "model": "hodgkin_huxley_1952",
            "variant": "modern", "inputs": [variable("V", "mV", -100.0, 60.0, -40.0, 10.0)],
            "outputs": [output("m", "1", "inf", "sigmoid"), output("m", "ms", "tau", "exp", 2.0),
                        output("h", "1", "inf", "sigmoid"), output("h", "ms", "tau", "exp", 5.0)]}
    return linear_file(path, card, [[1.0], [0.0], [-1.25], [0.0]], [0.0, 0.0, -2.5, 0.0], **changes)


def leak_with_delay(path, spoil=None, **changes):
    """The sodium current of ten Tusscher 2006 with a leak, and an outward current that comes with a latent gate: of
    no cell, but all of its functions are straight lines."""
    first, last, knots, latents, terms = -100.0, 60.0, 17, 4, 3
    V = [first + (last - first) * k / (knots - 1) for k in range(knots)]
    inf = [[(v - first) / (last - first) for v in V], [0.5] * knots, [0.25] * knots, [0.0] * knots]
    rate = [[1.0 / (30.0 * (n + 1))] * knots for n in range(latents)]
    currents = [[0.02 * (v + 86.0) for v in V], [0.3 * (v + 90.0) for v in V], [0.0] * knots, [0.0] * knots]
    one, z1 = [1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 0.0]
    factors = [z1, z1, one] + [one] * 6
    initial = [-86.0, 0.00172, 0.7444, 0.7045, 0.0875, 0.5, 0.25, 0.0]
    card = {"kind": "conductance", "name": "leak_with_delay", "summary": "closed form", "model": "ten_tusscher_2006", "variant": "epi",
            "inputs": [variable("V", "mV", -95.0, 55.0)] + [variable(f"z{k}", "1", 0.0, 1.0) for k in range(1, latents + 1)],
            "outputs": [output("rest", "uA/uF", "current")] + [output(f"z{k}", "1/ms", "derivative") for k in range(1, latents + 1)],
            "conductance": {"latents": latents, "terms": terms, "V": [first, last], "reversal": "60 mV"}, **changes}
    pairs = [[-86.0, 0.1, 0.5, 0.25, 0.0], [-40.0, 0.3, 0.2, 0.9, 0.1], [0.0, 0.8, 0.1, 0.4, 0.6], [33.0, 0.5, 0.6, 0.7, 0.8]]
    out = []
    for v, *z in pairs:
        out.append(0.02 * (v + 86.0) + 0.3 * (v + 90.0) * z[0] ** 2)
        steady = [(v - first) / (last - first), 0.5, 0.25, 0.0]
        out += [(s - x) / (30.0 * (n + 1)) for n, (s, x) in enumerate(zip(steady, z))]
    def flat(rows):
        return [x for row in rows for x in row]
    tensors = {"check.inputs": ("F64", [4, 1 + latents], flat(pairs)), "check.outputs": ("F64", [4, 1 + latents], out),
               "conductance.inf": ("F32", [latents, knots], flat(inf)), "conductance.rate": ("F32", [latents, knots], flat(rate)),
               "conductance.currents": ("F32", [terms + 1, knots], flat(currents)),
               "conductance.factors": ("F32", [3 * terms, 1 + latents], flat(factors)),
               "conductance.initial": ("F64", [len(initial)], initial)}  # fmt: skip
    if spoil:
        spoil(card, tensors)
    path.write_bytes(safetensors(card, tensors))
    return path
