# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""A model of one's own whose gates come from a network that is evaluated in the kernel itself.

The product compiles gates that depend on V alone into tables. To know what that loses, and what it saves, a study needs the
same network evaluated for every cell in every step: C++ with the weights in it, for ionic/compile_model.sh.
"""

import subprocess

from bench.surrogates.common import ROOT, reference_of

_HEAD = """#include "ionic/model.hpp"
#include "ionic/models/{host}.hpp"

namespace myowave::ionic {{

constexpr int block = 8;  // outputs that are summed side by side

/// A weight in every lane. (It is not added to 0, which costs an instruction where the number is not known in advance.)
template <class Real>
MYOWAVE_INLINE Real spread(float x) {{
  if constexpr (requires {{ typename Real::Lanes; }})
    return Real(static_cast<typename Real::Element>(x) - typename Real::Lanes{{}});
  else
    return Real(static_cast<double>(x));
}}

/// y[o] = bias[o] + sum of weight[i][o] x[i]; `outputs` is a multiple of the block.
template <class Real, int inputs, int outputs>
MYOWAVE_INLINE void affine(const float (&weight)[inputs][outputs], const float (&bias)[outputs], const Real* x, Real* y) {{
  for (int first = 0; first < outputs; first += block) {{
    Real sum[block];
    for (int o = 0; o < block; ++o) sum[o] = spread<Real>(bias[first + o]);
    for (int i = 0; i < inputs; ++i)
      for (int o = 0; o < block; ++o) sum[o] += spread<Real>(weight[i][first + o]) * x[i];
    for (int o = 0; o < block; ++o) y[first + o] = sum[o];
  }}
}}

"""

_MODEL = """struct Inlined : {struct} {{
  static constexpr ModelInfo info = [] {{
    ModelInfo result = {struct}::info;
    result.name = "inlined";
    result.summary = "{host} with gates by a network, evaluated in the kernel";
    return result;
  }}();

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {{
    {struct}::voltage(V, p, inf, rate, f_of_V);  // what is replaced below falls away
    Real x0[1] = {{(V - {offset!r}) * {per_scale!r}}};
{layers}{gates}  }}
}};

}}  // namespace myowave::ionic

MYOWAVE_MODEL(Inlined)
"""

_FUNCTIONS = {
    "tanh": "tanh({z})",
    "sigmoid": "sigmoid(-{z})",
    "silu": "{z} * sigmoid(-{z})",
    "softplus": "log(1.0 + exp({z}))",
}


def _number(value):
    text = f"{float(value):.9g}"
    return text + ("" if any(c in text for c in ".e") else ".0") + "f"


def _arrays(k, weight, bias):
    """Weights [inputs][outputs] and bias, with outputs filled up to a multiple of 8 by zeros."""
    outputs, inputs = weight.shape
    padded = -(-outputs // 8) * 8
    fill = ["0.0f"] * (padded - outputs)
    rows = ["{" + ", ".join([_number(w) for w in weight[:, i]] + fill) + "}" for i in range(inputs)]
    return padded, (f"constexpr float weight{k}[{inputs}][{padded}] = {{\n    " + ",\n    ".join(rows) + "};\n"
                    f"constexpr float bias{k}[{padded}] = {{" + ", ".join([_number(b) for b in bias] + fill) + "};\n")


def source(card, tensors, host, struct):
    """The C++ of a `gate` surrogate with one network of plain layers; `host` is the header of its model, `struct` its name."""
    part, = card["networks"]
    outputs = {reference_of(each): each for each in card["outputs"]}
    arrays, layers = "", ""
    for k, layer in enumerate(part["layers"]):
        if layer.get("residual") or layer.get("layer_norm") or layer.get("gain", 1.0) != 1.0:
            raise ValueError("the network has residual connections, layer norm or gains, which are not written out here")
        padded, text = _arrays(k, tensors[f"{part['name']}.{k}.weight"], tensors[f"{part['name']}.{k}.bias"])
        arrays += text
        layers += f"    Real x{k + 1}[{padded}];\n    affine(weight{k}, bias{k}, x{k}, x{k + 1});\n"
        if layer["activation"] != "identity":
            z = f"x{k + 1}[o]"
            layers += f"    for (int o = 0; o < {padded}; ++o) {z} = {_FUNCTIONS[layer['activation']].format(z=z)};\n"
    y, gates = f"x{len(part['layers'])}", ""
    for o, name in enumerate(part["outputs"]):
        output = outputs[name]
        scale, offset = float(output.get("scale", 1.0)), float(output.get("offset", 0.0))
        if output["form"] == "inf" and (output.get("transform"), scale, offset) == ("sigmoid", 1.0, 0.0):
            gates += f"    inf[{struct}::{output['name']}] = sigmoid(-{y}[{o}]);\n"
        elif output["form"] == "tau" and output.get("transform") == "exp":
            gates += f"    rate[{struct}::{output['name']}] = 1.0 / ({offset!r} + {scale!r} * exp({y}[{o}]));\n"
        else:
            raise ValueError(f"output {name}: only inf as a sigmoid and tau as an exponential are written out here")
    first = card["inputs"][0]
    model = _MODEL.format(struct=struct, host=host, layers=layers, gates=gates, offset=float(first.get("offset", 0.0)),
                          per_scale=1.0 / float(first.get("scale", 1.0)))
    return _HEAD.format(host=host) + arrays + "\n" + model


def compiled(place, card, tensors, host, struct):
    """The model compiled into the workplace; the name of its shared object there."""
    place.write("inlined.cpp", source(card, tensors, host, struct))
    subprocess.run([ROOT / "ionic" / "compile_model.sh", "inlined.cpp"], cwd=place.folder, check=True, capture_output=True, text=True)
    return "./inlined.so"
