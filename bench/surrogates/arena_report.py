# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the arena prints of its results."""

from bench.surrogates.common import markdown_table


# From where on restitution is judged [ms]; what is shorter is near the refractory period, where a millisecond decides.
SHORTEST = {"dynamic": 350, "s1s2": 335}


def change(row, key):
    return row[key][0] - row[key][1]


def curve_summary(curve):
    """The largest differences along a restitution curve; what only one of both has captured."""
    both = [point for point in curve["points"] if all(point["captured"])]
    worst = max(both, key=lambda point: abs(change(point, "apd90_ms")))
    out = {"points": len(both), "apd90_ms": change(worst, "apd90_ms"), "at_ms": worst["at_ms"], "shortest_ms": min(point["at_ms"] for point in both),
           "one_only": [point["at_ms"] for point in curve["points"] if any(point["captured"]) and not all(point["captured"])], "end_ms": curve["end_ms"]}
    with_cv = [point for point in both if "cv_m_per_s" in point]
    if with_cv:
        relative = [(point["cv_m_per_s"][0] / point["cv_m_per_s"][1] - 1.0, point["at_ms"]) for point in with_cv]
        out["cv_change"], out["cv_at_ms"] = max(relative, key=lambda pair: abs(pair[0]))
    return out


def within(curve, shortest):
    """A restitution curve from an interval or cycle length on."""
    return {**curve, "points": [point for point in curve["points"] if point["at_ms"] >= shortest]}


def rows_of(result):
    """(what, value, where) for one surrogate."""
    rows = []
    if "cells" in result:
        for kind in "dynamic", "s1s2":
            s = curve_summary(within(result["cells"][kind], SHORTEST[kind]))
            rows.append((f"cell, {kind}: APD90, {s['shortest_ms']:g} ms and longer", f"{s['apd90_ms']:+.2f} ms", f"at {s['at_ms']:g} ms"))
            if kind == "s1s2":
                rows.append(("cell: effective refractory period", f"{s['end_ms'][0] - s['end_ms'][1]:+.1f} ms", f"of {s['end_ms'][1]:g} ms"))
        for each in result["cells"]["hundred"]:
            errors = ", ".join(f"{beat}: {error:+.1f}" for beat, error in each["apd90_error_ms"].items())
            rows.append((f"cell, 100 beats from its rest, {each['bcl_ms']} ms: APD90", f"{each['largest_after_10_ms']:.2f} ms after 10 beats", f"beat {errors} ms"))
    if "cables" in result:
        for each in result["cables"]["crossings"]:
            rows.append((f"cable, {each['spacing_mm']} mm, {each['step_ms']} ms", f"CV {100 * each['cv_change']:+.2f} %, APD90 {each['apd90_change_ms']:+.2f} ms",
                         f"model: {100 * each['model']['cv_m_per_s']:.2f} cm/s, {each['model']['apd90_ms']:.1f} ms"))
        for kind, curve in result["cables"]["restitution"].items():
            s = curve_summary(within(curve, SHORTEST[kind]))
            rows.append((f"cable, {kind}, {s['shortest_ms']:g} ms and longer", f"APD90 {s['apd90_ms']:+.2f} ms, CV {100 * s['cv_change']:+.2f} %",
                         f"at {s['at_ms']:g} and {s['cv_at_ms']:g} ms"))
    if "rest" in result:
        ours, random = result["rest"]["ours"], result["rest"]["random"]
        rows.append(("5 s of rest", f"{ours['largest_change_mV']:.3f} mV", f"ends at {ours['end_mV']:.2f} mV (model {result['rest']['model']['end_mV']:.2f})"))
        rows.append((f"{random['states']} random states back at rest within 2 mV after {random['after_ms'] / 1000:g} s", f"{random['returned']}",
                     f"furthest {random['furthest_mV']:.2f} mV"))
    if "sheets" in result:
        for each in result["sheets"]["plane"]:
            rows.append((f"plane wave {each['direction']} the fibres: CV", f"{100 * each['change']:+.2f} %", f"model: {100 * each['cv_m_per_s']['model']:.2f} cm/s"))
        corner = result["sheets"]["corner"]
        worst = max(corner["late_ms"].values(), key=abs)
        rows.append(("front from a corner: arrival", f"{worst:+.2f} ms", f"model at the far end: {corner['model_last_ms']:.1f} ms"))
    if "spiral" in result:
        s = result["spiral"]
        rows.append((f"spiral, 12 x 12 cm, {s['end_ms'] / 1000:g} s: period", f"{100 * s['period_change']:+.2f} %", f"{s['ours']['period_ms']:.1f} +- {s['ours']['period_sd_ms']:.1f}, model "
                     f"{s['model']['period_ms']:.1f} +- {s['model']['period_sd_ms']:.1f} ms; tips at the end {s['ours']['tips_at_end']}, {s['model']['tips_at_end']}"))
    return rows


def largest(results, value):
    """Over all files, the one of largest size."""
    return max((value(result) for result in results), key=abs)


def judged(claim, size, limit, text):
    return {"claim": f"{claim}: {text}", "verdict": "reproduced" if size <= limit else "not reproduced"}


def verdicts(results):
    """By what was asked of it: CV within 1 %, APD90 within 2 ms over cycle lengths from 350 ms and S2 from 335 ms, and so on; the worst file."""
    out = []
    if all("cells" in result for result in results):
        for kind, shortest in SHORTEST.items():
            worst = largest(results, lambda result: curve_summary(within(result["cells"][kind], shortest))["apd90_ms"])
            out.append(judged(f"conductance, cell, {kind} from {shortest} ms, APD90 within 2 ms", abs(worst), 2.0, f"{worst:+.2f} ms"))
    if all("cables" in result for result in results):
        worst = largest(results, lambda result: max((row["cv_change"] for row in result["cables"]["crossings"]), key=abs))
        out.append(judged("conductance, cable, CV within 1 % at all spacings and steps", abs(worst), 0.01, f"{100 * worst:+.2f} %"))
        for kind, shortest in SHORTEST.items():
            summaries = [curve_summary(within(result["cables"]["restitution"][kind], shortest)) for result in results]
            apd, cv = (max((each[key] for each in summaries), key=abs) for key in ("apd90_ms", "cv_change"))
            out.append(judged(f"conductance, cable, {kind} from {shortest} ms, APD90 within 2 ms, CV within 1 %", max(abs(apd) / 2.0, abs(cv) / 0.01), 1.0,
                              f"{apd:+.2f} ms, {100 * cv:+.2f} %"))
    if all("rest" in result for result in results):
        returned = min(result["rest"]["random"]["returned"] for result in results)
        out.append(judged("conductance, 10 000 random states come to rest", 10000 - returned, 0, str(returned)))
    if all("spiral" in result for result in results):
        change = largest(results, lambda result: result["spiral"]["period_change"])
        out.append(judged("conductance, spiral, period within 2 %", abs(change), 0.02, f"{100 * change:+.2f} %"))
    return out


def section(results):
    out = []
    for result in results:
        out.append(f"## {result['name']}, seed {result['provenance'].get('seed', '?')}\n\n`{result['kind']}` of {result['model']} {result['variant'] or ''}"
                   + (f", {', '.join(f'{name} times {factor:g}' for name, factor in result['scale'].items())}," if result.get("scale") else "")
                   + (f" with {', '.join(f'{name} = {value}' for name, value in result['parameters'].items())}" if result.get("parameters") else "") + "\n")
        if rows_of(result):
            out.append(markdown_table(("what", "surrogate against model", "where"), rows_of(result)) + "\n")
        if "cost" in result:
            heads = ("settings", "reaction, ns per cell and ms", "whole run, ns per cell and ms (processor time)", "CV against the first row")
            out.append(markdown_table(heads, [(row["variant"], f"{row['reaction_ns_per_cell_ms']:.0f}", f"{row['total_ns_per_cell_ms']:.0f}",
                                               f"{100 * row['cv_change']:+.2f} %") for row in result["cost"]]) + "\n")
    return "\n".join(out)


# ------------------------------------------------------------------------------------------ the picture


def draw(results, path):
    """Restitution of the model and of all surrogates: cells by pacing and by premature beats, and velocities on the cable."""
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    panels = [("cells", "dynamic", "apd90_ms", 1.0, "cell, paced", "APD90, ms"), ("cables", "s1s2", "apd90_ms", 1.0, "cable, premature beats", "APD90, ms"),
              ("cables", "s1s2", "cv_m_per_s", 100.0, "cable, premature beats", "CV, cm/s")]  # fmt: skip
    figure, all_axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
    for axes, (part, kind, key, factor, title, label) in zip(all_axes, panels):
        for number, result in enumerate(results):
            curve = result[part][kind] if part == "cells" else result[part]["restitution"][kind]
            points = sorted((point["at_ms"], *point[key]) for point in curve["points"] if key in point)
            x = [point[0] for point in points]
            if number == 0:
                axes.plot(x, [factor * point[2] for point in points], "k-", label=result["model"])
            axes.plot(x, [factor * point[1] for point in points], "o", markersize=4, fillstyle="none", label=f"surrogate, seed {result['provenance'].get('seed', '?')}")
        axes.set(title=title, xlabel="cycle length, ms" if kind == "dynamic" else "S2, ms", ylabel=label)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="x-small")
    figure.savefig(path, dpi=110)
