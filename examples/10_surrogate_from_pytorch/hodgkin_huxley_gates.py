#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Trains a network for the gates of Hodgkin and Huxley and writes it as a surrogate; docs/surrogate_file.md has the format.

    /usr/bin/python3 examples/10_surrogate_from_pytorch/hodgkin_huxley_gates.py hh_gates.safetensors      (half a minute)
    build/release/myowave models hh_gates.safetensors

In a region, `surrogate = "hh_gates.safetensors"` takes the place of `model`.
"""
import json, struct, sys, zlib
import torch

torch.manual_seed(1)
V = torch.linspace(-120, 80, 2001).unsqueeze(1)
u = V.double() + 60 + 1e-9                                                # from rest, depolarisation positive
rates = {"m": ((2.5 - 0.1 * u) / torch.expm1(2.5 - 0.1 * u), 4 * torch.exp(-u / 18)),
         "h": (0.07 * torch.exp(-u / 20), torch.sigmoid(0.1 * u - 3)),
         "n": (0.1 * (1 - 0.1 * u) / torch.expm1(1 - 0.1 * u), 0.125 * torch.exp(-u / 80))}
exact = torch.cat([column for a, b in rates.values() for column in (a / (a + b), 1 / (a + b))], 1).float()

net = torch.nn.Sequential(torch.nn.Linear(1, 24), torch.nn.Tanh(), torch.nn.Linear(24, 24), torch.nn.Tanh(), torch.nn.Linear(24, 6))
def gates(V):                                                             # a sigmoid and an exponential: in bounds by construction
    return torch.stack([torch.exp(y) if i % 2 else torch.sigmoid(y) for i, y in enumerate(net((V + 20) / 50).unbind(1))], 1)
def closure():                                                            # time constants span decades: their logarithms count
    net.zero_grad()
    loss = ((gates(V) - exact)[:, ::2] ** 2).mean() + ((gates(V) / exact)[:, 1::2].log() ** 2).mean()
    loss.backward()
    return loss
torch.optim.LBFGS(net.parameters(), max_iter=3000, history_size=50, line_search_fn="strong_wolfe", tolerance_change=0).step(closure)
worst = (gates(V) - exact)[:, ::2].abs().max().item()

card = {"kind": "gate", "name": "hh_gates", "summary": "all gates of Hodgkin and Huxley by one network",
        "model": "hodgkin_huxley_1952", "variant": "modern",
        "inputs": [{"name": "V", "unit": "mV", "offset": -20, "scale": 50, "range": [-120, 80]}],
        "outputs": [output for x in rates for output in ({"name": x, "unit": "1", "form": "inf", "transform": "sigmoid"},
                                                         {"name": x, "unit": "ms", "form": "tau", "transform": "exp"})],
        "networks": [{"name": "gates", "inputs": ["V"], "outputs": [f"{x}.{form}" for x in rates for form in ("inf", "tau")],
                      "layers": [{"activation": "tanh"}, {"activation": "tanh"}, {"activation": "identity"}]}],
        "provenance": {"recipe": "examples/10_surrogate_from_pytorch", "seed": "1", "torch": torch.__version__},
        "accuracy": {"steady states": f"within {worst:.1e}"}}
tensors = {f"gates.{i // 2}.{kind}": value for i, layer in enumerate(net) for kind, value in layer.named_parameters()}
tensors |= {"check.inputs": V[::100], "check.outputs": gates(V[::100])}    # what the networks must reproduce when they are read
header, body = {}, b""
for name, tensor in tensors.items():
    numbers = tensor.flatten().tolist()
    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + 4 * len(numbers)]}
    body += struct.pack(f"<{len(numbers)}f", *numbers)
header["__metadata__"] = {"format": "myowave-surrogate", "version": "1", "crc32": f"{zlib.crc32(body):08x}", "card": json.dumps(card)}
text = json.dumps(header).encode()
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + body)
print(f"{sys.argv[1]}: steady states within {worst:.1e}")
