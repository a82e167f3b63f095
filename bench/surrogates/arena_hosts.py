# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""How the models are paced in the arena, and what is asked of surrogates of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Host:
    """A model's pacing, times in ms, and the limits of what counts as its like."""

    cycles: tuple = (2000, 1500, 1000, 800, 700, 600, 500, 450, 400, 380, 350)  # of a paced cell
    cable_cycles: tuple = (1000, 800, 700, 600, 500, 450, 400, 380, 350)
    s1: float = 1000  # the cycle length before S2, and of cells that tissue starts from
    intervals: tuple = (1000, 800, 600, 500, 450, 420, 400, 380, 365, 350, 335)  # of S2
    # From where on restitution is judged; what is shorter is near the refractory period, where a millisecond decides.
    shortest: dict = field(default_factory=lambda: {"dynamic": 350, "s1s2": 335})
    hundred: tuple = (500, 1000)  # cycle lengths of a hundred beats
    resolution: float = 1.0  # of the ERP
    end: float = 500  # by then a beat is over, on a cable and on a sheet
    amplitude: float = 52  # uA/uF, of a stimulus in tissue, and its length
    pulse: float = 2
    conductivity: float = 0.1334  # S/m, on cables and sheets
    threshold: float = 0.0  # mV, of activation
    probes: tuple = ()  # mm, on a cable whose waves must not run into each other; as `restitution` has them if empty
    step: float | None = None  # of both, where what a run takes by itself does not resolve the model
    settles: float = 0  # what a cell takes to its rest from the state that it starts with, where that is none
    neighbour: tuple | None = None  # the other cell at a border: a parameter and the factor on it
    premature: float = 420  # S2 at a border
    spiral: float | None = None  # when S2 breaks the wave on 12 x 12 cm; None: no spiral wave is known
    cv: float = 0.01  # limits: of CV (as a fraction), of APD90 in ms, of V at rest in mV, and how many times less work is asked for
    apd90: float = 2.0
    rest: float = 0.5
    speed_up: float = 2.0

    def tissue(self, across=None):
        """The lines of a configuration that are the same on all meshes."""
        along = self.conductivity
        return (f'[tissue]\nconductivity = {{ longitudinal = "{along:g} S/m", transverse = "{along if across is None else across:g} S/m" }}\n'
                f'[output]\nactivation = {{ threshold = "{self.threshold:g} mV" }}\n')

    def wave(self, across=None, holes=""):
        """What the texts of cables and sheets leave open of mesh, tissue and stimulus."""
        return {"holes": holes, "tissue": self.tissue(across), "amplitude": self.amplitude, "pulse": self.pulse}

    def cable(self):
        """Stimulus and probes on the cable of a restitution protocol, where what the program takes does not fit."""
        if not self.probes:
            return ""
        return (f'[[stimulus]]\nname = "S1"\nwhere = {{ box = [["0 mm"], ["1 mm"]] }}\namplitude = "{self.amplitude:g} uA/uF"\nduration = "{self.pulse:g} ms"\n'
                + "".join(f'[[probe]]\nname = "{name}"\nat = ["{x} mm"]\n' for name, x in zip(("proximal", "distal"), self.probes)))


HOSTS = {
    "ten_tusscher_2006": Host(spiral=370, neighbour=("g_Ks", 0.5)),
    "ohara_rudy_2011": Host(cycles=(1000, 800, 700, 600, 500, 450, 400, 380, 350), intervals=(1000, 800, 600, 500, 450, 420, 400, 380, 365),
                            shortest={"dynamic": 350, "s1s2": 365}, neighbour=("g_Kr", 0.8), apd90=3.0, speed_up=4.0),
    "courtemanche_1998": Host(neighbour=("g_Kr", 0.5), threshold=-40.0),  # a front that leaves a channel does not reach 0 mV
    "koivumaki_2011_skibsbye": Host(cycles=(1000, 800, 700, 600, 500, 400, 350, 300), cable_cycles=(1000, 700, 500, 400, 300),
                                    intervals=(1000, 800, 600, 500, 400, 350, 300, 260), shortest={"dynamic": 300, "s1s2": 260}, neighbour=("g_Kr", 0.5)),
    "hodgkin_huxley_1952": Host(cycles=(60, 50, 40, 30, 25, 20), cable_cycles=(60, 40, 25), s1=60, intervals=(60, 40, 30, 25, 20, 16, 12, 10, 8),
                                shortest={"dynamic": 20, "s1s2": 8}, hundred=(25, 60), resolution=0.1, end=60, pulse=1, amplitude=60, conductivity=0.4,
                                threshold=-20.0, probes=(3, 6), step=0.01, settles=1000, neighbour=("g_K", 0.9), premature=30, apd90=0.02),
    "fitzhugh_nagumo": Host(cycles=(80, 70, 60, 50, 40), cable_cycles=(100, 80, 60), s1=100, intervals=(100, 80, 60, 50, 40, 30, 25, 20),
                            shortest={"dynamic": 40, "s1s2": 20}, hundred=(50, 80), resolution=0.2, end=100, threshold=-35.0, probes=(3, 6),
                            neighbour=("epsilon", 0.9), premature=40, apd90=0.5),
}  # fmt: skip


def host_of(model):
    """What is known of a model; others are taken for ventricular cells."""
    return HOSTS.get(model, Host())
