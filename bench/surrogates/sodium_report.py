# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What the numbers of sodium.py say: verdicts on the published claims, and the section in Markdown."""

from bench.surrogates.common import markdown_table

REPRODUCED, NOT_REPRODUCED, ILL_POSED = "reproduced", "not reproduced", "ill-posed"


def _row(rows, **wanted):
    return next((row for row in rows if all(row.get(key) == value for key, value in wanted.items())), None)


def _ratio(result, of, over):
    row = _row(result["ratios"], of=of, over=over)
    return row["ratio"] if row else None


def _static(result):
    at = {row["case"]: row for row in result["static"]["one_beat"] if row["stimulus_uA_per_uF"] == 30}
    window = result["static"]["window_current"]
    map_, passive, m_only, model = at["V -> (m, h1, h2)"], at["without I_Na"], at["V -> m, dynamic h1 and h2"], at["model"]
    fails = map_["dvdt_max_V_per_s"] < 0.2 * model["dvdt_max_V_per_s"]
    return {
        "claim": "001, the map V -> (m, h1, h2) as printed", "paper": "dV/dt_max 213.4 V/s, APA 103 mV",
        "ours": f"I_Na at most {-window['minimum_pA']:.3f} pA (at {window['at_mV']:.1f} mV) where the cell needs {-model['I_Na_minimum_pA']:.0f} pA; "
                f"dV/dt_max {map_['dvdt_max_V_per_s']:.1f} V/s, without I_Na {passive['dvdt_max_V_per_s']:.1f}; "
                f"with m alone as a map {m_only['dvdt_max_V_per_s']:.0f} instead of {model['dvdt_max_V_per_s']:.0f} V/s",
        "verdict": ILL_POSED if fails else NOT_REPRODUCED,
        "reason": "the printed current is the window current, which no upstroke can come from; a result of 213 V/s needs gates with a memory. "
                  "All that follows is of learnt steady states and time constants with the exact exponential step"}  # fmt: skip


def _speed(result):
    table, tables = _ratio(result, "Rush-Larsen, double", "network, table"), _ratio(result, "Rush-Larsen, tables", "network, table")
    plain, mixed = (_ratio(result, f"Rush-Larsen, {kind}", f"network, evaluated, {kind}") for kind in ("double", "mixed"))
    evaluated = f"evaluated {plain:.2f}x (double), {mixed:.2f}x (mixed); " if plain else ""
    return {
        "claim": "001-1, speed-up of the cell", "paper": "2.1x at 10 us (2.5x in the abstract)",
        "ours": f"{evaluated}as table {table:.1f}x over Rush-Larsen in double, "
                f"{tables:.2f}x over Rush-Larsen with tables",
        "verdict": REPRODUCED if (plain or 0.0) >= 2.0 or tables >= 2.0 else NOT_REPRODUCED,
        "reason": "at equal step, precision and instruction set a network costs more than the seven exponentials that it replaces; compiled into a "
                  "table it costs what the table of the formulas costs"}  # fmt: skip


def _fidelity(result):
    row = _row(result["comparison"], method="network, table", step_us=10)
    plain = _row(result["comparison"], method="Rush-Larsen, double", step_us=10)
    good = row["rmse_mV"] <= 0.18 and abs(row["apd90_error_ms"]) <= 0.6
    return {
        "claim": "001-2, action potential at 10 us", "paper": "RMSE 0.18 mV; APD90 +0.6 ms (6.6 in the text); dV/dt_max -4.1 V/s",
        "ours": f"RMSE {row['rmse_mV']:.3f} mV, APD90 {row['apd90_error_ms']:+.3f} ms against CVODE (Rush-Larsen {plain['rmse_mV']:.3f} mV, "
                f"{plain['apd90_error_ms']:+.3f} ms); against Rush-Larsen RMSE {row['rmse_to_model_mV']:.4f} mV, APD90 {row['apd90_to_model_ms']:+.4f} ms, "
                f"dV/dt_max {row['dvdt_max_V_per_s'] - plain['dvdt_max_V_per_s']:+.2f} V/s",
        "verdict": REPRODUCED if good else NOT_REPRODUCED,
        "reason": "with learnt x_inf and tau, not with the printed map; nearly all of the error is that of the time step"}  # fmt: skip


def _large_step(result):
    row = _row(result["comparison"], method="network, table", step_us=100)
    plain = _row(result["comparison"], method="Rush-Larsen, double", step_us=100)
    better = _row(result["comparison"], method="network, table, midpoint", step_us=100)
    within = row["rmse_repolarisation_mV"] < 0.25
    coarse = _row(result["cable"], method="network, table", step_us=100)
    text = (f"stable; repolarisation {row['rmse_repolarisation_mV']:.3f} mV (Rush-Larsen {plain['rmse_repolarisation_mV']:.3f}), full trace "
            f"{row['rmse_mV']:.3f} mV ({plain['rmse_mV']:.3f}), APD90 {row['apd90_error_ms']:+.1f} ms ({plain['apd90_error_ms']:+.1f}), "
            f"dV/dt_max {row['dvdt_max_V_per_s']:.0f} V/s; midpoint {better['rmse_repolarisation_mV']:.3f} and {better['rmse_mV']:.3f} mV")
    if coarse:
        fine = _row(result["cable"], method="Rush-Larsen, double", step_us=10, spacing_mm=coarse["spacing_mm"])
        text += f"; but CV {100 * (coarse['cv_m_per_s'] / fine['cv_m_per_s'] - 1):+.1f} % of that at 10 us"
    return {"claim": "001-3, steps of 100 us", "paper": "stable over 100 beats, < 0.25 mV in repolarisation", "ours": text,
            "verdict": REPRODUCED if within else NOT_REPRODUCED,
            "reason": "the tenfold step is a property of Rush-Larsen, which takes it just as well without a network"}  # fmt: skip


def _restitution(result):
    rows = [row for row in result["restitution"] if row["method"] == "network, table" and row["step_us"] == 10]
    worst = max(row["largest_to_2.5_Hz_ms"] for row in rows)
    return {
        "claim": "001-4, restitution", "paper": "<= 25 ms below 2.5 Hz",
        "ours": "; ".join(f"{row['protocol']} {row['largest_to_2.5_Hz_ms']:.3f} ms below 2.5 Hz, {row['largest_ms']:.3f} ms at "
                          f"{row['at_ms']:g} ms over all of {row['points']} points down to {row['shortest_ms']:g} ms" for row in rows),
        "verdict": REPRODUCED if worst <= 25.0 else NOT_REPRODUCED,
        "reason": "dynamic and S1S2 pacing of one cell, same step for both"}  # fmt: skip


def verdicts(result):
    return [_static(result), _speed(result), _fidelity(result), _large_step(result), _restitution(result)]


# ------------------------------------------------------------------------------------------ Markdown


def _number(value, digits):
    return "" if value is None else f"{value:.{digits}f}"


def _gates(result):
    rows = [(gate, f"{e['inf_max']:.1e}", f"{e['inf_rms']:.1e}", f"{e['tau_relative_max']:.1e}", f"{e['tau_relative_rms']:.1e}")
            for gate, e in result["gates"].items() if isinstance(e, dict)]
    return markdown_table(["gate", "x_inf, largest error", "RMS", "tau, largest relative error", "RMS"], rows)


def _one_beat(result):
    rows = [(row["stimulus_uA_per_uF"], row["case"], f"{row['I_Na_minimum_pA']:.2f}", f"{row['dvdt_max_V_per_s']:.1f}", f"{row['peak_mV']:.1f}",
             _number(row["apd90_ms"], 2)) for row in result["static"]["one_beat"]]
    return markdown_table(["stimulus, uA/uF", "I_Na by", "I_Na, pA", "dV/dt_max, V/s", "peak, mV", "APD90, ms"], rows)


_cost_of = {"Rush-Larsen, double": "Rush-Larsen, double", "network, evaluated": "network, evaluated, double"}


def _comparison(result):
    rows = []
    for row in result["comparison"]:
        cost = _row(result["cost"], method=_cost_of.get(row["method"], row["method"]))
        per_step = cost["ns_per_cell_step"] if cost else None
        per_ms = per_step * 1e3 / row["step_us"] if cost else None
        rows.append((row["method"], row["step_us"] or "", _number(row["rmse_mV"], 4), _number(row["rmse_repolarisation_mV"], 4),
                     _number(row.get("rmse_to_model_mV"), 4), _number(row["apd90_ms"], 3), _number(row["rmp_mV"], 3), _number(row["apa_mV"], 2),
                     _number(row["dvdt_max_V_per_s"], 1), _number(per_ms, 0)))
    return markdown_table(["method", "step, us", "RMSE, mV", "in repolarisation", "to the model at this step", "APD90, ms", "RMP, mV", "APA, mV",
                           "dV/dt_max, V/s", "ns per cell-ms"], rows)


def _cost(result):
    rows = [(row["method"], f"{row['ns_per_cell_step']:.1f}", f"{min(row['ns_per_cell_step_each']):.1f}", f"{row['cell_steps_per_cell_ms']:.1f}",
             f"{row['ns_per_cell_step'] * row['cell_steps_per_cell_ms']:.0f}") for row in result["cost"]]
    return markdown_table(["variant", "ns per cell-step, median", "least", "steps per cell-ms", "ns per cell-ms"], rows)


def _restitution_table(result):
    rows = []
    for row in result["restitution"]:
        end = row.get("erp_ms", row.get("block_bcl_ms"))
        rows.append((row["protocol"], row["method"], row["step_us"], _number(row.get("largest_to_2.5_Hz_ms"), 3), _number(row.get("largest_ms"), 3),
                     _number(row.get("at_ms"), 0), "none" if end is None else f"{end:g}"))
    return markdown_table(["protocol", "method", "step, us", "largest change of APD90 below 2.5 Hz, ms", "of all, ms", "at, ms", "ERP or block, ms"], rows)


def _cable(result):
    rows = [(row["spacing_mm"], row["step_us"], row["method"], f"{row['cv_m_per_s']:.4f}",
             f"{100 * row['cv_change']:+.3f} %" if "cv_change" in row else "", _number(row["apd90_ms"], 3)) for row in result["cable"]]
    return markdown_table(["spacing, mm", "step, us", "method", "CV, m/s", "change", "APD90 at 15 mm, ms"], rows)


def section(result):
    window = result["static"]["window_current"]
    judged = markdown_table(["claim", "paper", "ours", "verdict", "why"],
                            [tuple(v[key] for key in ("claim", "paper", "ours", "verdict", "reason")) for v in result["verdicts"]])
    quick = "**A quick run, to see that everything works: no number of it is to be quoted.**\n\n" if result["quick"] else ""
    return f"""## Sodium gates of a human atrial cell (Sanchez and Loewe, CinC 2025)

{quick}The cell is `koivumaki_2011_skibsbye`: Koivumaki 2011 with the I_Na of Skibsbye 2016 and g_Na = 576 nS; the publication's own cell is not
available, so its APD90 of 283.8 ms is not ours. Pacing 1 Hz, 52 uA/uF for 1 ms (2.2 times threshold). The surrogate `{result['card']}` gives
steady states and time constants of m, h1 and h2 from V; the step is x_inf + (x - x_inf) exp(-dt / tau).

{judged}

**What the network has learnt**, -120 to 80 mV; m_inf from -85 to -60 mV within {result['gates']['m_inf_relative_max_-85_to_-60_mV']:.1e} of its value:

{_gates(result)}

**The printed map.** With all gates at their steady state I_Na is never stronger than {window['minimum_pA']:.3f} pA (at {window['at_mV']:.1f} mV, E_Na =
{window['E_Na_mV']:.1f} mV). Its mean square over the 1000 samples of the training is {window['mean_square_pA2']:.3f} pA^2, so that a network that says 0 everywhere
has nearly reached the published loss. One beat from rest, Rush-Larsen, 10 us; "V -> (m, h1, h2)" is the network with its time constants
divided by a million. At 52 uA/uF the pulse alone takes the cell to where its calcium current answers, with or without I_Na:

{_one_beat(result)}

**One cell**, beat {result['beats']}, against CVODE; RMSE of V over the whole beat at 0.1 ms, and from 10 ms after the pulse until APD90. "Evaluated" computes
the network in double for every cell and step, in a model written for this purpose; "table" is what a region with the surrogate does. dV/dt_max is
sampled at the steps. The last column is the processor time of the reaction, from the table below.

{_comparison(result)}

**Cost** on a sheet with a front on it, processor time of the reaction on one core, median of {len(result['cost'][0]['ns_per_cell_step_each'])}:

{_cost(result)}

**Restitution** of the cell, against Rush-Larsen in double at 10 us:

{_restitution_table(result)}

**A cable** of 20 mm, D = 0.0953 mm^2/ms, CV between 5 and 15 mm; each network against the model at the same spacing and step:

{_cable(result)}
"""
