# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
"""Opens a page in headless Chromium and brings back what became of it."""

import html
import json
import os
import re
import shutil
import subprocess
import tempfile

PROGRAM = next((found for name in ("chromium-headless-shell", "chromium", "google-chrome")
                if (found := shutil.which(name))), None)


def opened(page, fragment="", width=1200):
    """(the document after its scripts, without them and the styles; the lines that it wrote to the console)."""
    if PROGRAM is None:
        raise FileNotFoundError("no Chromium found; ./setup.sh --install-only installs chromium-headless-shell")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="myowave_") as profile:
        done = subprocess.run([PROGRAM, "--headless", *sandbox, "--disable-gpu", "--disable-dev-shm-usage",
                               f"--user-data-dir={profile}", f"--window-size={width},900", "--enable-logging=stderr",
                               "--virtual-time-budget=60000", "--dump-dom", page.resolve().as_uri() + fragment],
                              capture_output=True, text=True, errors="replace", timeout=120, check=True)
    document = re.sub(r"<(script|style)\b.*?</\1>", "", done.stdout, flags=re.S)
    return document, [line for line in done.stderr.splitlines() if ":CONSOLE" in line]


def self_test(page, width=1200):
    """What the page finds in itself as {check: (good, detail)}; a line on the console is a fault too."""
    document, console = opened(page, "#selftest", width)
    found = re.findall(r'<pre id="selftest">(.*?)</pre>', document, re.S)
    if not found:
        raise AssertionError(f"the page has not come to the end of its checks: {console}")
    lines = [json.loads(line) for line in html.unescape(found[-1]).splitlines()]
    result = {line["check"]: (line["good"], line["detail"]) for line in lines}
    result["no line on the console"] = (not console, "; ".join(console))
    return result
