"""Lighthouse on what a signed-out person first sees, as it comes: a middling phone on a slow network.

``python -m bench lighthouse``. Its packages are installed beside this file when they are first wanted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import chromium
from tests.browser.served import ROOT, Silian

HERE = Path(__file__).parent
RUNS, GOAL = 5, 100
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def rows() -> list[tuple[str, str, str, bool]]:
    """A row for each category: the goal, and the median of some runs."""
    if not (HERE / "node_modules").exists():
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(install, cwd=HERE, stdout=sys.stderr, check=True)
    with tempfile.TemporaryDirectory() as work:
        silian = Silian(Path(work) / "instance")
        silian.cli("upgrade")
        silian.cli("demo")
        silian.start()
        try:
            reports = [_look(f"{silian.url}/", Path(work) / "report.json") for _ in range(RUNS)]
        finally:
            silian.stop()
    _tell_what_costs(reports[-1])
    return [_row(name, [report["categories"][name]["score"] * 100 for report in reports]) for name in CATEGORIES]


def _look(url: str, out: Path) -> dict[str, Any]:
    node = ROOT / ".venv/bin/node"
    cli = HERE / "node_modules/lighthouse/cli/index.js"
    argv = [node, cli, url, "--quiet", "--output=json", f"--output-path={out}"]
    argv += [f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={' '.join(chromium.FLAGS)}"]
    environment = {**os.environ, "CHROME_PATH": str(chromium.find())}
    subprocess.run(argv, env=environment, stdout=sys.stderr, check=True)
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _row(name: str, scores: list[float]) -> tuple[str, str, str, bool]:
    median = statistics.median(scores)
    load = os.getloadavg()[0]
    said = f"{median:.0f} ({', '.join(f'{score:.0f}' for score in scores)}; load {load:.1f})"
    return f"Lighthouse, signed out, {name}, median of {len(scores)}", str(GOAL), said, median >= GOAL


def _tell_what_costs(report: dict[str, Any]) -> None:
    """What takes a point, for whoever mends it."""
    for name in CATEGORIES:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"{name}: {audit['title']}: {audit.get('displayValue', '')}", file=sys.stderr)
