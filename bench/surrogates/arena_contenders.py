# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The two sides of the arena: a surrogate and the model that it stands for, in runs of the program."""

import sys
from pathlib import Path

from bench.surrogates.arena_hosts import host_of
from bench.surrogates.common import read_card, trace

EXACT = ['reaction.precision="double"', "reaction.tables=false"]
FINE = ['reaction.step="0.01 ms"']  # of the model in tissue, whatever the outer step is
CELL = """[[region]]
name = "cell"
{cell}
"""


class Contender:
    """A model or a surrogate in the runs of the arena."""

    def __init__(self, place, label, cell, sets, host, file=None, card=None):
        self.place, self.label, self.cell, self.sets, self.host, self.file, self.card = place, label, cell, sets, host, file, card or {}

    def run(self, command, name, text, sets=(), *arguments):
        """What the model has done for one surrogate it does not do again for the next."""
        sets, key = [*self.sets, *sets], (command, text, *sets, *arguments)
        if self.card or key not in self.place.kept:
            config = self.place.write(f"{name}_{self.label}.toml", text)
            self.place.kept[key] = self.place.run(command, config, *arguments, sets=sets)
        return self.place.kept[key]

    def started(self, state):
        """Its lines of a region that starts from the file of a state; without one from the model's own."""
        return self.cell + (f'\ninitial_state = "{state}"' if state else "")

    def takes(self, step):
        """Whether an outer step [ms] is a multiple of what the surrogate is the step of."""
        dt = float(self.card.get("dt", "0 ms").split()[0])
        return dt == 0.0 or abs(step / dt - round(step / dt)) < 1e-9 and step > 0.5 * dt

    def nearest_step(self, step):
        """An outer step [ms] that it takes."""
        return step if self.takes(step) else float(self.card["dt"].split()[0])


def table(entries):
    return ", ".join(f"{name} = {value}" for name, value in entries.items())


def model_lines(card, scale):
    """The region's lines of the model that a card stands for, with factors on its parameters."""
    lines = [f'model = "{card["model"]}"']
    if card.get("variant"):
        lines.append(f'variant = "{card["variant"]}"')
    if card.get("parameters"):
        lines.append("parameters = { " + table({name: f'"{value}"' for name, value in card["parameters"].items()}) + " }")
    if scale:
        lines.append("scale = { " + table({name: f"{factor:g}" for name, factor in scale.items()}) + " }")
    return "\n".join(lines)


def contenders(place, file, scale):
    """The model, the surrogate, and the surrogate's card."""
    card, _ = read_card(file)
    if card["kind"] == "trajectory":
        sys.exit(f"{file} is a trajectory, which has no step: it cannot be run in cells that are paced, or in tissue")
    host, name = host_of(card["model"]), place.take(file)
    lines = f'surrogate = "{name}"' + ("\nscale = { " + table({key: f"{factor:g}" for key, factor in scale.items()}) + " }" if scale else "")
    sets = [f'reaction.step="{host.step:g} ms"'] if host.step else []
    return (Contender(place, "model", model_lines(card, scale), [*EXACT, *sets], host),
            Contender(place, Path(name).stem, lines, sets if card["kind"] != "step" else [], host, name, card), card)


def paced_state(contender, cycle, beats):
    """A cell after some beats: the file of its state, and the last beat."""
    run, folder, command = contender.run("cell", f"paced_{cycle:g}", CELL.format(cell=contender.cell), (), "--beats", beats, "--bcl", f"{cycle:g} ms")
    return f"{folder.name}/final_state.toml", run["results"]["beats"][-1], command


def unstimulated(contender, duration, state=None):
    """A cell by itself, from the model's initial state or from a file: V, the file of its last state, the command."""
    text = CELL.format(cell=contender.started(state))
    _, folder, command = contender.run("cell", "rest", text, ['pacing.trace_every="10 ms"'], "--bcl", f"{duration:g} ms", "--stimulus", "0 uA/uF")
    return trace(folder)["V_mV"], f"{folder.name}/final_state.toml", command


def settled_state(host):
    """The model at rest, where what it starts from is not; else None."""
    return unstimulated(host, host.host.settles)[1] if host.host.settles else None
