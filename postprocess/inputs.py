# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""What a run folder holds as text: tables, run.json, the resolved configuration."""

import csv
import json
import math
import tomllib

import numpy


class InputError(Exception):
    """A mistake of the user, in one line that says what to do."""


def table(file, needs):
    """The columns of a CSV file as {name: numbers}, NaN where a cell is empty; `needs` says how to get the file."""
    if not file.exists():
        raise InputError(f"{file} is missing; {needs}")
    try:
        with open(file, newline="") as lines:
            rows = list(csv.reader(lines))
        width = len(rows[0])
        rows = [row for k, row in enumerate(rows) if len(row) == width or k < len(rows) - 1]  # cut off while written
        columns = {name: numpy.array([float(row[i] or math.nan) for row in rows[1:]]) for i, name in enumerate(rows[0])}
    except (OSError, ValueError, IndexError) as fault:
        raise InputError(f"{file} is no table of numbers ({fault}); repeat the run") from fault
    if len(rows) < 2:
        raise InputError(f"{file} has no row; {needs}")
    return columns


def columns_of(columns, names, file):
    """Refuses a table without one of the columns."""
    missing = [name for name in names if name not in columns]
    if missing:
        raise InputError(f"{file} has no column {missing[0]}; there are: {', '.join(columns)}")


def chosen(wanted, there, what):
    """The wanted names, all of those there if none is named."""
    for name in wanted or []:
        if name not in there:
            raise InputError(f"there is no {what} \"{name}\"; there are: {', '.join(there) or 'none'}")
    return wanted or list(there)


def results(run):
    """`results` of run.json, empty without one."""
    try:
        return json.loads((run / "run.json").read_text()).get("results", {})
    except OSError:
        return {}
    except ValueError as fault:
        raise InputError(f"{run / 'run.json'} is damaged ({fault}); repeat the run") from fault


def configuration(run):
    """The resolved configuration, empty without one."""
    try:
        return tomllib.loads((run / "config.toml").read_text())
    except OSError:
        return {}
    except ValueError as fault:
        raise InputError(f"{run / 'config.toml'} is damaged ({fault}); repeat the run") from fault


def number(text, unit):
    """'80 mm' as 80.0; the resolved configuration always has this unit."""
    value, found = text.split()
    if found != unit:
        raise InputError(f"config.toml says {text}, which is no number of {unit}; use the one that the run wrote")
    return float(value)
