"""The references say what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

TOOL = Path(__file__).parents[2] / "deploy" / "reference.py"


def test_the_references_are_fresh():
    spec = importlib.util.spec_from_file_location("reference", TOOL)
    assert spec is not None and spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert reference.stale() == [], "run make docs"
