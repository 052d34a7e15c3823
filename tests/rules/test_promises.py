"""Every promise has its test, and no defence that can be switched off has moved away from under its switch."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.promises.page import everything, proofs

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = sorted({proof.off for proof in proofs() if proof.off}, key=lambda one: (one.file, one.old))


@pytest.mark.parametrize("proof", proofs(), ids=lambda proof: proof.test)
def test_the_test_is_there(proof):
    text = (ROOT / proof.file).read_text(encoding="utf-8")
    if proof.kind == "simulation":
        assert "SEEDS" in text and proof.title
    elif proof.kind == "field":
        assert f'"{proof.title}"' in text or f"`{proof.title}" in text
    else:
        names = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        assert proof.title in names


@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: f"{switch.file}: {switch.old.strip()[:50]}")
def test_the_defence_stands_where_it_is_switched_off(switch):
    assert (ROOT / switch.file).read_text(encoding="utf-8").count(switch.old) == 1
    assert switch.old != switch.new


@pytest.mark.parametrize("promise", everything(), ids=lambda promise: promise.said[:50])
def test_every_promise_is_proved(promise):
    assert promise.proofs
