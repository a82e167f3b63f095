# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Many trainings side by side: what is finished is not repeated, what was interrupted goes on."""

import concurrent.futures
import json
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from bench.surrogates.common import ROOT, say

RECIPES = ROOT / "surrogates" / "recipes"


class Training(NamedTuple):
    folder: Path
    recipe: str  # by its name in surrogates/recipes
    sets: tuple = ()


def record_of(folder):
    """run.json of a finished training; None if there is none."""
    try:
        record = json.loads((Path(folder) / "run.json").read_text())
        return record if record["status"] == "finished" else None
    except (OSError, ValueError, KeyError):
        return None


def error_of(folder, output, figure="mae"):
    """A validation error of an output, in its unit; of a figure if there is no such output."""
    found = record_of(folder)["results"]["validation"]
    return found["outputs"][output][figure] if output in found["outputs"] else found["figures"][output]["value"]


def train(program, training):
    """One training; what went wrong, "" if nothing."""
    folder = training.folder
    if record_of(folder):
        return ""
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [program, "train", RECIPES / f"{training.recipe}.toml", "--output", folder, "--quiet"]
    command += ["--resume" if (folder / "checkpoint.pt").exists() else "--force"]
    for each in training.sets:
        command += ["--set", each]
    # One thread each: the processes share the processors.
    result = subprocess.run(list(map(str, command)), text=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    fault = "" if result.returncode == 0 else result.stderr.strip() or f"ended with {result.returncode}"
    say(f"{folder}: {fault or 'done'}")
    return fault


def train_all(program, trainings, jobs):
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        faults = list(pool.map(lambda each: train(program, each), trainings))
    if any(faults):
        raise RuntimeError("\n".join(filter(None, faults)))


def search(program, folder, recipe, sets, jobs):
    """A search over shapes, continued if it has begun."""
    command = [program, "search", RECIPES / f"{recipe}.toml", "--output", folder, "--jobs", jobs, "--quiet"]
    command += ["--resume"] if (folder / "config.toml").exists() else []
    for each in sets:
        command += ["--set", each]
    subprocess.run(list(map(str, command)), check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
