# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the arena prints of its results."""

from bench.surrogates.common import markdown_table


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


def rows_of(result):
    """(what, value, where) for one surrogate."""
    rows = []
    if "cells" in result:
        for kind in "dynamic", "s1s2":
            s = curve_summary(result["cells"][kind])
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
            s = curve_summary(curve)
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
        rows.append(("spiral, 12 x 12 cm, 5 s: period", f"{100 * s['period_change']:+.2f} %", f"{s['ours']['period_ms']:.1f} +- {s['ours']['period_sd_ms']:.1f}, model "
                     f"{s['model']['period_ms']:.1f} +- {s['model']['period_sd_ms']:.1f} ms; tips at the end {s['ours']['tips_at_end']}, {s['model']['tips_at_end']}"))
    return rows


def section(results):
    out = []
    for result in results:
        out.append(f"{result['name']} ({result['file']}), {result['kind']} of {result['model']} {result['variant'] or ''}, seed {result['provenance'].get('seed', '?')}\n")
        out.append(markdown_table(("what", "surrogate against model", "where"), rows_of(result)) + "\n")
        if "cost" in result:
            heads = ("settings", "reaction, ns per cell and ms", "whole run, ns per cell and ms", "CV against the first row")
            out.append(markdown_table(heads, [(row["variant"], f"{row['reaction_ns_per_cell_ms']:.0f}", f"{row['total_ns_per_cell_ms']:.0f}",
                                               f"{100 * row['cv_change']:+.2f} %") for row in result["cost"]]) + "\n")
    return "\n".join(out)
