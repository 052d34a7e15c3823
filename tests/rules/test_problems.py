"""Every code that can be told has its words in both languages, and no words lie about for codes that nobody tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.errors import CODES
from webapp.problems import FIELDS, PROBLEMS, field_words, words

ROOT = Path(__file__).parents[2]
HAN = re.compile("[\u4e00-\u9fff]")
RAISED = {"Refusal": 0, "Rejected": 0, "problem": 0, "words": 0, "Outcome": 1, "host.say": 0}  # argument


def calls() -> Iterator[tuple[Path, ast.AST]]:
    for folder in ("webapp", "sync"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield path.relative_to(ROOT), node


def texts(node: ast.AST | None) -> Iterator[str]:
    """The constants that an expression may come to: ``"a" if x else "b"`` has two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def codes_of(node: ast.AST) -> Iterator[str]:
    """Codes that a piece of code tells."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        name = "host.say" if ast.unparse(node.func).endswith("host.say") else name
        position = RAISED.get(name)
        if position is not None and len(node.args) > position:
            yield from texts(node.args[position])
        for keyword in node.keywords:
            if keyword.arg == "code" and name in ("jsonify", *RAISED):
                yield from texts(keyword.value)
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "code":
                yield from texts(value)


def fields_of(node: ast.AST) -> Iterator[str]:
    """Codes of single fields: ``{"name": ["code"]}``, ``ValidationError("code")``, ``error="code"``, their table."""
    if isinstance(node, ast.List) and len(node.elts) == 1:
        yield from texts(node.elts[0])
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "ValidationError" and node.args:
        yield from texts(node.args[0])
    if isinstance(node, ast.keyword) and node.arg in ("error", "code"):
        yield from texts(node.value)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.IfExp):
        yield from texts(getattr(node, "value", node))
    if isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from texts(one)
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from texts(value)


TOLD = {code: path for path, node in calls() for code in codes_of(node)} | dict.fromkeys(CODES.values(), Path("errors"))


def test_every_code_that_is_told_has_words():
    assert not {code: str(path) for code, path in TOLD.items() if code not in PROBLEMS}


def test_no_words_for_codes_that_nobody_tells():
    assert not PROBLEMS.keys() - TOLD.keys()


def test_no_words_for_field_codes_that_nobody_tells():
    told = {code for path, node in calls() for code in fields_of(node) if path.name != "problems.py"}
    assert not FIELDS.keys() - told


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_a_problem_has_a_status_and_words_in_both_languages(code):
    assert 400 <= PROBLEMS[code].status <= 599
    assert HAN.search(words(code, "zh"))
    assert words(code, "en")
    assert not HAN.search(words(code, "en"))


@pytest.mark.parametrize("code", sorted(FIELDS))
def test_a_field_has_words_in_both_languages(code):
    assert HAN.search(field_words(code, "zh"))
    assert field_words(code, "en")
    assert not HAN.search(field_words(code, "en"))


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_no_code_word_is_shown_to_a_person(code):
    """What happened, then what to do; never the code itself."""
    for language in ("zh", "en"):
        assert "_" not in words(code, language)
        assert not words(code, language).endswith((".", "。"))  # a sentence's end is the screen's
