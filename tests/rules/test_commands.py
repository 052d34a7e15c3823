"""Every command is documented, permitted to somebody, tested and known by one name everywhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sync.registry import CommandType
from webapp import load_domains
from webapp.db import registry
from webapp.people.permissions import PERMISSIONS, ROLES
from webapp.people.unnamed import SAID

ROOT = Path(__file__).parents[2]
load_domains()
NAMES = sorted({name for name, _ in registry.commands})
# PROTOCOL, Core commands, version 1
CORE = {
    "patrol.start", "patrol.scan", "patrol.track", "patrol.finding", "patrol.finish", "visit.record", "opinion.record",
    "case.raise", "case.join", "case.escalate", "case.advance", "record.amend", "alert.subscribe", "alert.unsubscribe",
}  # fmt: skip
BEYOND = {
    "case.extend": "DOMAIN, a case's life: an extension with reason and approver",
    "case.nudge": "DOMAIN, reminders: a person nudges",
    "claim.record": "PIPL 50: a channel for requests, at the door too",
    "alert.test": "whether a push arrives",
}
NOT_ON_PHONES = {
    "patrol.track": "no screen records a track in this version",
}
OF_A_LATER_RELEASE = {"help.raise"}  # PROTOCOL, POST /sync/urgent: the phone knows it already


def test_the_core_commands_are_all_there_and_the_others_have_a_reason():
    assert set(NAMES) == CORE | BEYOND.keys()


@pytest.mark.parametrize("name", NAMES)
def test_its_name_is_a_noun_and_a_verb(name):
    assert re.fullmatch(r"[a-z]+\.[a-z]+", name)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_does(name):
    said = " ".join(registry.commands[name, 1].help.split())
    assert len(said) > 20
    assert said.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_somebody_may(name):
    """And whoever may is a role that there is."""
    assert PERMISSIONS[name]
    assert PERMISSIONS[name].keys() <= set(ROLES)


def naming(name: str) -> list[Path]:
    quoted = f'"{name}"'
    here = Path(__file__).parent
    return [
        path
        for path in (ROOT / "tests").rglob("test_*.py")
        if here not in path.parents and quoted in path.read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_tested_by_its_name(name):
    assert naming(name)


def words_of_the_phone() -> set[str]:
    """``"noun.verb"`` in the phone's sources, but for the keys of its words."""
    books = [ROOT / "static/i18n" / folder / "zh.json" for folder in (".", "later")]
    keys = {key for book in books for key in json.loads(book.read_text(encoding="utf-8"))}
    nouns = {name.split(".")[0] for name in NAMES} | {name.split(".")[0] for name in OF_A_LATER_RELEASE}
    sources = [path for ending in ("ts", "tsx") for path in (ROOT / "static/field").rglob(f"*.{ending}")]
    assert sources
    found: set[str] = set()
    for path in sources:
        found.update(re.findall(r"""["']([a-z]+\.[a-z]+)["']""", path.read_text(encoding="utf-8")))
    return {word for word in found if word.split(".")[0] in nouns and (word not in keys or word in NAMES)}


def test_the_phone_and_the_server_say_the_same_names():
    said = words_of_the_phone()
    assert said - OF_A_LATER_RELEASE - set(NAMES) == set(), "the server does not know these"
    assert set(NAMES) - said == NOT_ON_PHONES.keys(), "the phone never says these"


def test_what_is_said_without_a_name_is_what_comes_out_with_the_hour():
    """The lines that come with the hour are all of this command (webapp/people/unnamed.py)."""
    never = CommandType.__dataclass_fields__["traceless"].default
    assert {name for (name, _), kind in registry.commands.items() if kind.traceless is not never} == {SAID}
