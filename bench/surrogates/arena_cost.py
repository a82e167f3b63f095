# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What runs of the arena cost, and time to solution at equal error: what the host needs in its fastest settings that are no less accurate."""

import math

from bench.surrogates.arena_contenders import EXACT
from bench.surrogates.arena_tissue import SHEET, probe
from bench.surrogates.common import cost_of_run, first, median, say

LARSEN = 'reaction.method="rush_larsen"'
# (label, outer step, step [ms], whether quiet cells take the outer step, settings)
HOST_ONLY = (("Rush-Larsen, double", 0.01, 0.01, False, [LARSEN, *EXACT]), ("Rush-Larsen, mixed", 0.01, 0.01, False, [LARSEN, "reaction.tables=false"]))
OF_BOTH = (
    ("Rush-Larsen, tables", 0.01, 0.01, False, [LARSEN]),
    ("Rush-Larsen, tables", 0.02, 0.02, False, [LARSEN]),
    ("Rush-Larsen, tables", 0.05, 0.05, False, [LARSEN]),
    ("midpoint, tables", 0.01, 0.01, False, []),
    ("midpoint, tables", 0.02, 0.02, False, []),
    ("midpoint, tables", 0.05, 0.05, False, []),
    ("midpoint, tables", 0.1, 0.1, False, []),
    ("Rush-Larsen, adaptive", 0.05, 0.01, True, [LARSEN]),
    ("Rush-Larsen, adaptive", 0.1, 0.02, True, [LARSEN]),
    ("midpoint, adaptive", 0.02, 0.01, True, []),
    ("midpoint, adaptive", 0.05, 0.025, True, []),
    ("midpoint, adaptive", 0.1, 0.05, True, []),
)
REFERENCE_STEPS = (0.005, 0.0025, 0.00125)  # ms


def variants_of(ours, skipped):
    """What the surrogate is run with; its own step is all that a step surrogate has."""
    if ours.card["kind"] != "step":
        return OF_BOTH
    dt = ours.nearest_step(0.0)
    skipped.append({"part": "cost, other settings", "reason": f"the surrogate is a step of {dt:g} ms"})
    return (("its own step", dt, dt, False, []),)


def costs(host, ours, skipped, nodes=256, end=40.0, rounds=15, enough=8.0):
    """One core, a sheet with a wave on it: the reaction and the whole run, all variants in turn, with the error of CV at the same settings. Three rounds
    for all, more for those whose runs have not taken `enough` s together; the least counts, as others on the machine can but slow a run down."""
    runs = [(host, *variant) for variant in HOST_ONLY + OF_BOTH] + [(ours, *variant) for variant in variants_of(ours, skipped)]
    reference = converged(host, nodes, end)
    for each in host, ours:
        each.place.write(f"cost_{each.label}.toml", sheet(each, nodes, nodes, end))
    rows = [{"side": "surrogate" if each is ours else "host", "variant": f"{label}, {outer:g} ms" if outer == step else f"{label}, {outer:g} / {step:g} ms",
             "method": label, "whole_s": [], "tenth_s": [], "share": []} for each, label, outer, step, _, _ in runs]  # fmt: skip
    for count in range(rounds):
        say(f"cost, round {count + 1}")
        for row, (each, _, *steps, sets) in zip(rows, runs):
            if count < 3 or sum(row["whole_s"]) < enough:
                measure(row, each, [*settings(*steps), *sets], end)
    for row in rows:
        seconds = (min(row["whole_s"]) - min(row["tenth_s"])) / 0.9  # of the processor, without the start
        row["total_ns_per_cell_ms"] = 1e9 * seconds / nodes**2 / end
        row["reaction_ns_per_cell_ms"] = row["total_ns_per_cell_ms"] * median(row["share"])
        row["start_s"] = min(row["tenth_s"]) - seconds / 10
        row["cv_error"] = row["cv_m_per_s"] / reference["cv_m_per_s"] - 1.0
    start = {side: median([row["start_s"] for row in rows if row["side"] == side]) for side in ("host", "surrogate")}
    return {"rows": rows, "start_s": start, "reference": reference, "equal_error": at_equal_error(rows, reference["uncertainty"])}


def sheet(contender, nodes_x, nodes_y, end):
    """A plane wave along x passes two probes."""
    x, y = (nodes_x - 1) / 10, (nodes_y - 1) / 10
    text = SHEET.format(x=f"{x:g}", y=f"{y:g}", spacing=0.1, cell=contender.cell, to_x=1, to_y=f"{y:g}", end=end, step=0.02, **contender.host.wave())
    return text + probe("p0", 5, 0) + probe("p1", 15, 0)


def settings(outer, step, quiet=False):
    return [f'time.step="{outer:g} ms"', f'reaction.step="{step:g} ms"', *([f'reaction.quiet_step="{outer:g} ms"'] if quiet else [])]


def velocity(run):
    times = [first(run["results"]["probes"][name]["activation_ms"]) for name in ("p0", "p1")]
    return 10.0 / (times[1] - times[0])


def measure(row, contender, sets, end):
    """Adds one repeat to a row."""
    cost = cost_of_run(contender.place, f"cost_{contender.label}.toml", sets, end)
    row["command"], row["cv_m_per_s"] = cost.command, velocity(cost.run)
    for key, value in (("whole_s", cost.whole), ("tenth_s", cost.tenth), ("share", cost.share)):
        row[key].append(value)


def converged(host, nodes, end):
    """CV of the model in double on the same grid, for steps that go to 0; a plane wave needs no more than a strip of the sheet. Splitting is of
    order 1: two steps are extrapolated, and how far that differs from the two before is what is uncertain."""
    say("cost, the reference")
    config = host.place.write("cost_reference.toml", sheet(host, nodes, 3, end))
    runs = [host.place.run("run", config, sets=[*settings(step, step), *EXACT]) for step in REFERENCE_STEPS]
    cv = [velocity(run) for run, _, _ in runs]
    before, last = (2.0 * fine - coarse for coarse, fine in zip(cv, cv[1:]))
    return {"cv_m_per_s": last, "uncertainty": abs(before / last - 1.0), "steps_ms": REFERENCE_STEPS, "cv_of_steps_m_per_s": cv, "command": runs[-1][2]}


# ------------------------------------------------------------------------------------------ equal error


def frontier(points):
    """Of (error, cost) those that no other point beats in both, by increasing error."""
    best, out = math.inf, []
    for error, cost in sorted(points):
        if cost < best:
            out.append((error, cost))
            best = cost
    return out


def cost_at(front, error):
    """What a frontier costs at an error, on straight lines between its points in logarithms; None below its least error."""
    if error < front[0][0]:
        return None
    for (e0, c0), (e1, c1) in zip(front, front[1:]):
        if error < e1:
            share = math.log(error / e0) / math.log(e1 / e0)
            return c0 * (c1 / c0) ** share
    return front[-1][1]


def at_equal_error(rows, floor):
    """For each setting of the surrogate what the host costs with no larger error: as measured, and on its frontier between what was measured. Errors
    below `floor` cannot be told apart."""
    def error(row):
        return max(abs(row["cv_error"]), floor)
    def cost(row):
        return row["total_ns_per_cell_ms"]
    hosts, out = [row for row in rows if row["side"] == "host"], []
    front = frontier([(error(row), cost(row)) for row in hosts])
    for row in (row for row in rows if row["side"] == "surrogate"):
        fastest = min((each for each in hosts if error(each) <= error(row)), key=cost, default=None)
        between = cost_at(front, error(row))
        out.append({"variant": row["variant"], "cv_error": row["cv_error"], "total_ns_per_cell_ms": cost(row), "host": fastest["variant"] if fastest else None,
                    "ratio": cost(fastest) / cost(row) if fastest else None, "ratio_between": between / cost(row) if between else None})
    return out
