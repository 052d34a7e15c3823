"""Forms of moves: what was typed, what is still missing, and the payload of the command that it makes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from sync.columns import iso
from webapp.cases.clocks import END_OF_WORK_HOUR
from webapp.cases.schemas import ASSISTING_MOST, REFER_MOST
from webapp.cases.stages import LEVELS
from webapp.desk.choices import Units
from webapp.desk.moves import Move
from webapp.desk.times import Times, moment
from webapp.payloads import TEXT_MOST, UUID

LONGEST: Final = {"note": TEXT_MOST, "refer_to": REFER_MOST, "lead": 40}
UNFIT: Final = re.compile("[\x00\ud800-\udfff]")
ANSWERS: Final = {"yes": True, "no": False}


@dataclass
class Typed:
    """What a form holds: its texts as typed, and words beside those that need a change."""

    texts: Mapping[str, str] = field(default_factory=dict)
    assisting: tuple[str, ...] = ()
    wrong: dict[str, str] = field(default_factory=dict)  # field → key of the words beside it, or words as they are

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")


@dataclass(frozen=True)
class Stamp:
    """What makes a second click harmless: the command's id and time, made when the form was."""

    command_id: str
    made_at: str

    @staticmethod
    def new(now: datetime) -> Stamp:
        return Stamp(str(uuid.uuid4()), iso(now) or "")

    def derived(self, name: str) -> Stamp:
        """For a second command of the same form."""
        return Stamp(str(uuid.uuid5(uuid.UUID(self.command_id), name)), self.made_at)


def stamp_of(form: MultiDict[str, str]) -> Stamp:
    """The stamp that came back with a form; a form without one is not ours."""
    id, made_at = form.get("command", ""), form.get("made_at", "")
    if not UUID.match(id) or moment(made_at) is None or len(made_at) > 40:
        raise BadRequest
    return Stamp(id.lower(), made_at)


def text_of(form: MultiDict[str, str], name: str) -> str:
    """A text without what no database takes, with the line ends of here."""
    return UNFIT.sub("", form.get(name, "")).replace("\r\n", "\n").strip()


def typed_of(form: MultiDict[str, str], names: tuple[str, ...]) -> Typed:
    texts = {name: text_of(form, name) for name in names}
    assisting = tuple(UNFIT.sub("", one) for one in form.getlist("assisting"))[: ASSISTING_MOST + 1]
    return Typed(texts, assisting)


def check(move: Move, typed: Typed, times: Times, units: Units | None = None) -> None:
    """Notes in ``typed.wrong`` what the desk itself can tell; the command's own rules have the last word."""
    chosen = {typed["lead"], *typed.assisting}
    if units is not None and not chosen <= units.values():
        typed.wrong["lead"] = "problem.pick"
    for name in move.needed:
        if not typed[name]:
            typed.wrong[name] = "problem.pick" if name in ("lead", "settled", "due") else "problem.required"
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            typed.wrong[name] = "problem.long"
    if "due" in move.fields and typed["due"]:
        day = _day(typed["due"])
        if day is None or day < times.today:
            typed.wrong["due"] = "problem.date"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None  # said beside the field


@dataclass(frozen=True)
class Step:
    """One command of a form."""

    type: str
    payload: dict[str, Any]
    stamp: Stamp


def steps_of(move: Move, case_id: str, form: MultiDict[str, str], typed: Typed, times: Times) -> list[Step]:
    """The commands of a move, made from the form alone, so that a second click makes the same ones."""
    stamp, state = stamp_of(form), form.get("state", "")
    if move.name == "nudge":
        return [Step("case.nudge", {"case_id": case_id, "note": typed["note"]}, stamp)]
    if move.name == "extend":
        day = _day(typed["due"])
        due = iso(times.at(day, END_OF_WORK_HOUR)) if day else None
        expects = {"state": state, "level": form.get("level", "")}
        payload = {"case_id": case_id, "expects": expects, "due_at": due, "reason": typed["note"]}
        return [Step("case.extend", payload, stamp)]
    if move.name != "escalate":
        expects = {"state": state, "level": form.get("level", "")}
        return [Step("case.advance", _payload(move, case_id, expects, typed, times), stamp)]
    steps = []
    for nth, level in enumerate(form.getlist("hop")[: len(LEVELS)]):
        expects = {"state": "escalated" if nth else state, "level": level}
        payload = {"case_id": case_id, "expects": expects, "reason": typed["note"]}
        steps.append(Step("case.escalate", payload, stamp.derived(f"hop {nth}") if nth else stamp))
    if not steps:
        raise BadRequest
    return steps


def _payload(move: Move, case_id: str, expects: dict[str, str], typed: Typed, times: Times) -> dict[str, Any]:
    payload: dict[str, Any] = {"case_id": case_id, "expects": expects, "to": move.to, "note": typed["note"]}
    if move.name == "decline":
        payload["refer_to"] = typed["refer_to"]
    elif move.name == "assign":
        payload["lead"] = typed["lead"]
        payload["assisting"] = [unit for unit in typed.assisting if unit != typed["lead"]]
        day = _day(typed["due"])
        payload["due_at"] = iso(times.at(day, END_OF_WORK_HOUR)) if day else None
    elif move.name in ("close", "conclude"):
        payload["settled"] = ANSWERS.get(typed["settled"])
        payload["satisfied"] = ANSWERS.get(typed["satisfied"])
    return payload
