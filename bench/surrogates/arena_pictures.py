# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The pictures of the arena: restitution curves, and error against cost."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def draw(results, path):
    """Restitution of the model and of all surrogates: cells by pacing and by premature beats, and velocities on the cable."""
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
            axes.plot(x, [factor * point[1] for point in points], "o", markersize=4, fillstyle="none",
                      label=f"surrogate, seed {result['provenance'].get('seed', '?')}")
        axes.set(title=title, xlabel="cycle length, ms" if kind == "dynamic" else "S2, ms", ylabel=label)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="x-small")
    figure.savefig(path, dpi=110)


MARKERS = {"Rush-Larsen, double": "x", "Rush-Larsen, mixed": "+", "Rush-Larsen, tables": "o", "midpoint, tables": "s", "Rush-Larsen, adaptive": "v",
           "midpoint, adaptive": "^", "its own step": "D"}  # fmt: skip


def draw_cost(result, path):
    """Whole runs of the model and of the surrogate: the error of CV over the cost, a line for each method over its steps."""
    figure, axes = plt.subplots(figsize=(6.4, 4.6), layout="constrained")
    least = result["cost"]["reference"]["uncertainty"]
    for side, name, colour in (("host", result["model"], "black"), ("surrogate", "surrogate", "tab:red")):
        for method, marker in MARKERS.items():
            rows = [row for row in result["cost"]["rows"] if (row["side"], row["method"]) == (side, method)]
            if rows:
                axes.plot([row["total_ns_per_cell_ms"] for row in rows], [100 * max(abs(row["cv_error"]), least) for row in rows], marker=marker, color=colour,
                          linewidth=0.6, markersize=5, fillstyle="none", label=f"{name}, {method}")  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="whole run, ns per cell and ms", ylabel="error of CV, %")
    axes.grid(alpha=0.3, which="both")
    axes.legend(fontsize="x-small")
    figure.savefig(path, dpi=110)
    plt.close(figure)
