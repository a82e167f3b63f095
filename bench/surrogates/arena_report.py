# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the arena prints of its results, and its verdicts."""

import math

from bench.surrogates.arena_hosts import host_of
from bench.surrogates.common import furthest, markdown_table


def curve_summary(curve):
    """The largest differences along a restitution curve, NaN where no point has any; what only one of both has captured."""
    both = [point for point in curve["points"] if all(point["captured"])]
    out = {"points": len(both), "shortest_ms": min((point["at_ms"] for point in both), default=math.nan), "end_ms": curve["end_ms"],
           "one_only": [point["at_ms"] for point in curve["points"] if any(point["captured"]) and not all(point["captured"])]}
    apd90 = [(point["apd90_ms"][0] - point["apd90_ms"][1], point["at_ms"]) for point in both if "apd90_ms" in point]
    cv = [(point["cv_m_per_s"][0] / point["cv_m_per_s"][1] - 1.0, point["at_ms"]) for point in both if "cv_m_per_s" in point]
    out["apd90_ms"], out["at_ms"] = max(apd90, key=lambda pair: abs(pair[0]), default=(math.nan, math.nan))
    out["cv_change"], out["cv_at_ms"] = max(cv, key=lambda pair: abs(pair[0]), default=(math.nan, math.nan))
    return out


def within(curve, shortest):
    """A restitution curve from an interval or cycle length on."""
    return {**curve, "points": [point for point in curve["points"] if point["at_ms"] >= shortest]}


# ------------------------------------------------------------------------------------------ rows of (what, value, where)


def rows_of_cells(result):
    rows = []
    for kind, shortest in host_of(result["model"]).shortest.items():
        s = curve_summary(within(result["cells"][kind], shortest))
        rows.append((f"cell, {kind}: APD90, {s['shortest_ms']:g} ms and longer", f"{s['apd90_ms']:+.2f} ms", f"at {s['at_ms']:g} ms"))
        if kind == "s1s2" and None not in s["end_ms"]:
            rows.append(("cell: effective refractory period", f"{s['end_ms'][0] - s['end_ms'][1]:+.1f} ms", f"of {s['end_ms'][1]:g} ms"))
    for each in result["cells"]["hundred"]:
        errors = ", ".join(f"{beat}: {error:+.1f}" for beat, error in each["apd90_error_ms"].items())
        rows.append((f"cell, 100 beats from its rest, {each['bcl_ms']} ms: APD90", f"{each['largest_after_10_ms']:.2f} ms after 10 beats", f"beat {errors} ms"))
    return rows


def rows_of_cables(result):
    rows = []
    for each in result["cables"]["crossings"]:
        rows.append((f"cable, {each['spacing_mm']} mm, {each['step_ms']} ms", f"CV {100 * each['cv_change']:+.2f} %, APD90 {each['apd90_change_ms']:+.2f} ms",
                     f"model: {100 * each['model']['cv_m_per_s']:.2f} cm/s, {each['model']['apd90_ms']:.1f} ms"))
    for kind, curve in result["cables"]["restitution"].items():
        s = curve_summary(within(curve, host_of(result["model"]).shortest[kind]))
        rows.append((f"cable, {kind}, {s['shortest_ms']:g} ms and longer", f"APD90 {signed(s['apd90_ms'], 'ms')}, CV {signed(100 * s['cv_change'], '%')}",
                     f"at {s['at_ms']:g} and {s['cv_at_ms']:g} ms"))
    return rows


def signed(value, unit):
    return "unknown" if math.isnan(value) else f"{value:+.2f} {unit}"


def rows_of_rest(result):
    ours, random = result["rest"]["ours"], result["rest"].get("random")
    rows = [("5 s of rest", f"{ours['largest_change_mV']:.3f} mV", f"ends at {ours['end_mV']:.2f} mV (model {result['rest']['model']['end_mV']:.2f})")]
    if random:
        rows.append((f"{random['states']} random states back at rest within 2 mV after {random['after_ms'] / 1000:g} s", f"{random['returned']}",
                     f"furthest {random['furthest_mV']:.2f} mV"))
    return rows


def rows_of_sheets(result):
    rows = [(f"plane wave {each['direction']} the fibres: CV", f"{100 * each['change']:+.2f} %", f"model: {100 * each['cv_m_per_s']['model']:.2f} cm/s")
            for each in result["sheets"]["plane"]]
    for name, words in (("corner", "from a corner"), ("channel", "out of a channel of 1 mm")):
        front = result["sheets"][name]
        rows.append((f"front {words}: arrival", f"{furthest(front['late_ms'].values()):+.2f} ms", f"model at the far end: {front['model_last_ms']:.1f} ms"))
    return rows


def rows_of_border(result):
    border, rows = result["border"], []
    for label, beat in zip(("S1", f"S2 after {border['s2_ms']:g} ms"), border["beats"]):
        what = f"border to cells with {border['neighbour']}, {label}"
        if not all(beat["captured"]):
            without = [name for name, crossed in zip(("the surrogate", "the model"), beat["captured"]) if not crossed]
            rows.append((what, "not crossed by " + " and ".join(without), ""))
            continue
        apd, late, steep = beat["apd90_ms"], beat["activation_ms"], beat["apd90_gradient_ms_per_mm"]
        rows.append((what, f"CV {100 * beat['cv_change']:+.2f} %, APD90 {apd['change']:+.2f} ms, activation {late['change']:+.2f} ms",
                     f"APD90 at ({apd['at_mm'][0]}, {apd['at_mm'][1]}) mm, activation at ({late['at_mm'][0]}, {late['at_mm'][1]}) mm; steepest gradient of APD90 "
                     f"{steep[0]:.2f}, model {steep[1]:.2f} ms/mm"))
    return rows


def rows_of_spiral(result):
    s = result["spiral"]
    return [(f"spiral, 12 x 12 cm, {s['end_ms'] / 1000:g} s: period", f"{100 * s['period_change']:+.2f} %",
             f"{s['ours']['period_ms']:.1f} +- {s['ours']['period_sd_ms']:.1f}, model {s['model']['period_ms']:.1f} +- {s['model']['period_sd_ms']:.1f} ms; "
             f"tips at the end {s['ours']['tips_at_end']}, {s['model']['tips_at_end']}"),
            ("spiral, in the second half", f"{s['ours']['behaviour']}, model {s['model']['behaviour']}", f"tip {tip_text(s['ours'])}, model {tip_text(s['model'])}")]


def tip_text(side):
    """The path and the life of the longest of the tips."""
    if side["radius_mm"] is None:
        return f"without a whole turn, lives {side['lifetime_ms']:.0f} ms"
    return f"{side['radius_mm']:.1f} mm from its centre, which moves {side['drift_mm']:.1f} mm, lives {side['lifetime_ms']:.0f} ms"


def rows_of(result):
    """(what, value, where) for one surrogate."""
    parts = {"cells": rows_of_cells, "cables": rows_of_cables, "rest": rows_of_rest, "sheets": rows_of_sheets, "border": rows_of_border, "spiral": rows_of_spiral}
    return [row for part, rows in parts.items() if part in result for row in rows(result)]


# ------------------------------------------------------------------------------------------ verdicts


def verdicts_of_cells(results, host):
    for kind, shortest in host.shortest.items():
        summaries = [curve_summary(within(result["cells"][kind], shortest)) for result in results]
        yield (f"cell.{kind}", f"cell, {kind} from {shortest:g} ms, APD90 within {host.apd90:g} ms", *curve_verdict(summaries, host))


def verdicts_of_cables(results, host):
    worst = furthest(row["cv_change"] for result in results for row in result["cables"]["crossings"])
    yield "cable", f"cable, CV within {100 * host.cv:g} % at all spacings and steps", abs(worst) / host.cv, f"{100 * worst:+.2f} %"
    for kind, shortest in host.shortest.items():
        summaries = [curve_summary(within(result["cables"]["restitution"][kind], shortest)) for result in results]
        yield (f"cable.{kind}", f"cable, {kind} from {shortest:g} ms, APD90 within {host.apd90:g} ms, CV within {100 * host.cv:g} %",
               *curve_verdict(summaries, host))  # fmt: skip


def curve_verdict(summaries, host):
    """Size against the limits, and the text, of the worst of some curves. A beat that only one of both captures is beyond any limit; what no beat of
    either has (CV in a cell, an APD90 of cells that do not come back to their rest in time) is not judged."""
    size, text = [], []
    for key, limit, factor, unit in (("apd90_ms", host.apd90, 1.0, "ms"), ("cv_change", host.cv, 100.0, "%")):
        known = [each[key] for each in summaries if not math.isnan(each[key])]
        if known:
            size.append(abs(furthest(known)) / limit)
            text.append(signed(factor * furthest(known), unit))
        elif key == "apd90_ms":
            text.append("no APD90 of either")
    if not all(each["points"] for each in summaries):
        return math.inf, "no beat is captured by both"
    lost = sum(len(each["one_only"]) for each in summaries)
    return (math.inf if lost else max(size, default=math.inf), ", ".join(text + ([f"{lost} captured by one of both alone"] if lost else [])))


def verdicts_of_rest(results, host):
    drift = furthest(result["rest"]["ours"]["end_mV"] - result["rest"]["model"]["end_mV"] for result in results)
    yield "rest", f"after 5 s of rest within {host.rest:g} mV of the model", abs(drift) / host.rest, f"{drift:+.3f} mV"
    if all("random" in result["rest"] for result in results):
        stuck = max(result["rest"]["random"]["states"] - result["rest"]["random"]["returned"] for result in results)
        yield "random_states", "10 000 random states come to rest", math.inf if stuck else 0.0, str(10000 - stuck)


def verdicts_of_sheets(results, host):
    cv = furthest(row["change"] for result in results for row in result["sheets"]["plane"])
    yield "sheets.plane", f"sheet, plane waves, CV within {100 * host.cv:g} %", abs(cv) / host.cv, f"{100 * cv:+.2f} %"
    fronts = [result["sheets"][name] for result in results for name in ("corner", "channel")]
    late = furthest(late / front["model_last_ms"] for front in fronts for late in front["late_ms"].values())
    yield "sheets.curved", f"sheet, curved fronts, arrival within {100 * host.cv:g} % of the whole way's", abs(late) / host.cv, f"{100 * late:+.2f} %"


def verdicts_of_border(results, host):
    beats = [beat for result in results for beat in result["border"]["beats"]]
    claim = f"border to another cell, two beats, CV within {100 * host.cv:g} %, APD90 within {host.apd90:g} ms"
    if not all(all(beat["captured"]) for beat in beats):
        yield "border", claim, math.inf, "not crossed"
        return
    cv, apd = furthest(beat["cv_change"] for beat in beats), furthest(beat["apd90_ms"]["change"] for beat in beats)
    yield "border", claim, max(abs(cv) / host.cv, abs(apd) / host.apd90), f"{100 * cv:+.2f} %, {apd:+.2f} ms"


def verdicts_of_spiral(results, _):
    worst = furthest(result["spiral"]["period_change"] for result in results)
    yield "spiral", "spiral, period within 2 %", abs(worst) / 0.02, f"{100 * worst:+.2f} %"
    pairs = [[result["spiral"][side]["behaviour"] for side in ("ours", "model")] for result in results]
    ours, model = next((pair for pair in pairs if pair[0] != pair[1]), pairs[0])
    yield "spiral.behaviour", "spiral, the same behaviour as the model's", 0.0 if ours == model else math.inf, f"{ours}, model {model}"


def verdicts_of_cost(results, host):
    """The worst file by its best setting."""
    ratios = min(([row["ratio_between"] for row in result["cost"]["equal_error"] if row["ratio_between"]] for result in results),
                 key=lambda ratios: max(ratios, default=0.0))
    text = f"{min(ratios):.2f} to {max(ratios):.2f} times" if ratios else "none of the host's settings is as accurate"
    yield "cost", f"whole run at equal error of CV at least {host.speed_up:g} times less than the host", host.speed_up / max(ratios) if ratios else 0.0, text


def verdicts(results):
    """By what was asked of surrogates of this model; of several files the worst. `key` names a verdict on a card."""
    parts = {"cells": verdicts_of_cells, "cables": verdicts_of_cables, "rest": verdicts_of_rest, "sheets": verdicts_of_sheets, "border": verdicts_of_border,
             "spiral": verdicts_of_spiral, "cost": verdicts_of_cost}
    found, host = [], host_of(results[0]["model"])
    for part, of in parts.items():
        if any(part in result.get("failed", {}) for result in results):
            found.append((part, f"{part}, without a failed run", math.inf, "a run has failed"))
        elif all(part in result for result in results):
            found += of(results, host)
    return [{"key": key, "claim": f"{results[0]['kind']}, {claim}: {text}", "asked": claim, "found": text,
             "verdict": "reproduced" if size <= 1.0 else "not reproduced"} for key, claim, size, text in found]  # fmt: skip


# ------------------------------------------------------------------------------------------ the section


def cost_tables(cost):
    reference = cost["reference"]
    start = "Whole runs are without their start, {host:.2f} s of the host and {surrogate:.2f} s of the surrogate however long they are.".format_map(cost["start_s"])
    heads = ("settings", "reaction, ns per cell and ms", "whole run, ns per cell and ms (processor time)", "error of CV")
    every = markdown_table(heads, [(("" if row["side"] == "host" else "surrogate, ") + row["variant"], f"{row['reaction_ns_per_cell_ms']:.0f}",
                                    f"{row['total_ns_per_cell_ms']:.0f}", f"{100 * row['cv_error']:+.2f} %") for row in cost["rows"]])
    def times(value):
        return f"{value:.2f}" if value else "-"
    heads = ("surrogate", "error of CV", "the host's fastest with no larger error", "host over surrogate", "between its settings")
    equal = markdown_table(heads, [(row["variant"], f"{100 * row['cv_error']:+.2f} %", row["host"] or "none", times(row["ratio"]), times(row["ratio_between"]))
                                   for row in cost["equal_error"]])
    return (f"{every}\n\nErrors are against the model in double for steps that go to 0, {100 * reference['cv_m_per_s']:.2f} cm/s on the same grid (uncertain by "
            f"{100 * reference['uncertainty']:.3f} %). Too long a step makes waves fast with Rush-Larsen's method and splitting makes them slow: where an error is small both "
            f"may cancel. {start}\n\nTime to solution at equal error, whole runs. The last column takes what the host costs at the same error from "
            f"straight lines in logarithms between its settings that are best in both:\n\n{equal}\n")


def section(results):
    out = []
    for result in results:
        out.append(f"## {result['name']}, seed {result['provenance'].get('seed', '?')}\n\n`{result['kind']}` of {result['model']} {result['variant'] or ''}"
                   + (f", {', '.join(f'{name} times {factor:g}' for name, factor in result['scale'].items())}," if result.get("scale") else "")
                   + (f" with {', '.join(f'{name} = {value}' for name, value in result['parameters'].items())}" if result.get("parameters") else "") + "\n")
        if rows_of(result):
            out.append(markdown_table(("what", "surrogate against model", "where"), rows_of(result)) + "\n")
        if "cost" in result:
            out.append(cost_tables(result["cost"]))
        out += [f"Failed: {part}. {text}\n" for part, text in result.get("failed", {}).items()]
        if result.get("skipped"):
            out.append("Left out: " + "; ".join(f"{each['part']} ({each['reason']})" for each in result["skipped"]) + ".\n")
    return "\n".join(out)
