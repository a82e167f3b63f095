#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Writes network_reference.json beside itself: small networks of all activations, evaluated by PyTorch in double.

    tests/data/network_reference.py

Weights are multiples of 1/256, so that float holds them exactly and the text stays short."""

import json
import pathlib

import torch

ACTIVATIONS = {
    "identity": torch.nn.Identity(), "tanh": torch.nn.Tanh(), "sigmoid": torch.nn.Sigmoid(),
    "softplus": torch.nn.Softplus(), "silu": torch.nn.SiLU(), "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(), "elu": torch.nn.ELU(), "gelu": torch.nn.GELU()}  # fmt: skip


def rounded(tensor):
    return torch.round(tensor * 256) / 256


class Layer(torch.nn.Module):
    """y = [x +] gain * activation(norm(weight x + bias))"""

    def __init__(self, inputs, outputs, activation, gain=1.0, residual=False, norm=False):
        super().__init__()
        self.linear = torch.nn.Linear(inputs, outputs)
        self.norm = torch.nn.LayerNorm(outputs) if norm else torch.nn.Identity()
        self.activation, self.gain, self.residual = activation, gain, residual
        with torch.no_grad():
            self.linear.weight.copy_(rounded(2.0 * torch.randn(outputs, inputs) / inputs**0.5))
            self.linear.bias.copy_(rounded(torch.randn(outputs)))
            if norm:
                self.norm.weight.copy_(rounded(1.0 + 0.3 * torch.randn(outputs)))
                self.norm.bias.copy_(rounded(0.3 * torch.randn(outputs)))

    def forward(self, x):
        change = self.gain * ACTIVATIONS[self.activation](self.norm(self.linear(x)))
        return x + change if self.residual else change

    def content(self):
        norm = self.norm if isinstance(self.norm, torch.nn.LayerNorm) else None
        return {
            "activation": self.activation, "gain": self.gain, "residual": self.residual,
            "weight": self.linear.weight.tolist(), "bias": self.linear.bias.tolist(),
            "norm_weight": norm.weight.tolist() if norm else [],
            "norm_bias": norm.bias.tolist() if norm else []}  # fmt: skip


def networks():
    for activation in ACTIVATIONS:
        yield activation, [Layer(3, 7, activation), Layer(7, 4, activation), Layer(4, 2, "identity")]
    yield "residual", [Layer(3, 6, "tanh"), Layer(6, 6, "tanh", gain=0.5, residual=True), Layer(6, 2, "identity")]
    yield "norm", [Layer(3, 9, "silu", norm=True), Layer(9, 5, "tanh", gain=2.0), Layer(5, 1, "sigmoid")]
    yield "all", [
        Layer(4, 11, "gelu", norm=True),
        Layer(11, 11, "elu", gain=0.25, residual=True, norm=True),
        Layer(11, 3, "softplus", gain=1.5)]  # fmt: skip


def main():
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    cases = []
    for name, layers in networks():
        inputs = rounded(2.0 * torch.randn(6, layers[0].linear.in_features))
        with torch.no_grad():
            outputs = torch.nn.Sequential(*layers)(inputs)
        cases.append({
            "name": name, "layers": [layer.content() for layer in layers],
            "inputs": inputs.tolist(), "outputs": outputs.tolist()})  # fmt: skip
    lines = ",\n".join(json.dumps(case) for case in cases)
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(f'{{"torch": "{torch.__version__}", "networks": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
