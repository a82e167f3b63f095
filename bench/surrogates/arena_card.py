# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""The verdicts of the arena on the card of a surrogate, where `myowave models FILE` and `myowave report` show them."""

from bench.surrogates.arena_report import verdicts
from bench.surrogates.common import read_card, replace_card


def entries(results):
    """Texts by name for the card's accuracy: what was judged, by which program, and each verdict with its figures."""
    program = results[0]["program"]
    scale = ", ".join(f"{name} times {factor:g}" for name, factor in results[0]["scale"].items())
    of = f"of {len(results)} files the worst; " if len(results) > 1 else ""
    found = {f"verdict.{each['key']}" + (f" ({scale})" if scale else ""): f"{each['asked']}: {each['verdict']}, {each['found']}" for each in verdicts(results)}
    return {"verdict": f"{of}myowave {program['version']} ({program['commit']}), bench/surrogates/arena.py"} | found


def write(file, results):
    """Puts the verdicts on the card of a file. Those of parts that were not judged now stay."""
    card, _ = read_card(file)
    card["accuracy"] = card.get("accuracy", {}) | entries(results)
    replace_card(file, card)
