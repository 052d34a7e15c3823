"""The chosen matter: its facts, its steps, what may be done, and the form that is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from sync import Batch
from webapp.cases.ladder import is_office
from webapp.cases.stages import INSIDE
from webapp.cases.tables import move_table, reporter_table
from webapp.desk import matters
from webapp.desk.choices import Units, category_words, units_for
from webapp.desk.forms import Stamp, Typed
from webapp.desk.moves import Move, Moves, moves_of
from webapp.desk.places import beside_plate
from webapp.desk.shown import Line, line_of, unit_words
from webapp.desk.timeline import Step, steps_of
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say


@dataclass
class Detail:
    line: Line
    number: str
    facts: list[tuple[str, str]]
    steps: list[Step]
    moves: Moves
    expects: dict[str, str]
    seen: int  # how many moves the page has shown: what comes after them is news
    stamp: Stamp
    move: Move | None = None  # the one whose form is open
    typed: Typed = field(default_factory=Typed)
    units: Units | None = None
    news: list[Step] = field(default_factory=list)
    problem: str = ""


def detail_of(connection: Connection, visitor: Visitor, row: dict[str, Any], do: str | None = None) -> Detail:
    """``do`` names the move whose form is to be open."""
    batch = Batch(connection, visitor.times.now, [])
    moves = batch.children(move_table, "case_id", row["id"])
    reporters = batch.children(reporter_table, "case_id", row["id"])
    units = {unit for unit in (row["lead"], *row["assisting"]) if unit}
    names = matters.names_of(connection, units)
    allowed = moves_of(batch, visitor, row)
    chosen = allowed.named(do)
    chosen = None if chosen is None or chosen.at_once else chosen
    return Detail(
        line=line_of(row, len(reporters), names, visitor),
        number=f"{row['number'][:3]} {row['number'][3:]}",
        facts=_facts(batch, visitor, row, moves, reporters, names),
        steps=steps_of(row, moves, names, visitor),
        moves=allowed,
        expects={"state": row["state"], "level": row["level"]},
        seen=len(moves),
        stamp=Stamp.new(visitor.times.now),
        move=chosen,
        units=units_for(connection, batch, row, visitor) if chosen and "lead" in chosen.fields else None,
    )


def news_since(seen: int, detail: Detail) -> list[Step]:
    """The steps that came after those the person has read, newest first."""
    return detail.steps[: max(0, detail.seen - seen)]


Rows = list[dict[str, Any]]


def _facts(
    batch: Batch, visitor: Visitor, row: dict[str, Any], moves: Rows, reporters: Rows, names: dict[str, str]
) -> list[tuple[str, str]]:
    said = visitor.language
    comma = say(said, "list.comma")
    assisting = comma.join(unit_words(unit, names, said) for unit in row["assisting"]) if row["lead"] else ""
    facts = [
        ("fact.lead", unit_words(row["lead"], names, said)),
        ("fact.assisting", assisting),
        ("fact.level", code(said, "level", row["level"]) if row["level"] not in INSIDE else ""),
        ("fact.place", beside_plate(row["place"])),
        ("fact.reporters", _reporters(row, moves, reporters, said)),
        ("fact.contact", _contacts(visitor, row, reporters)),
        ("fact.category", category_words(batch, row["estate_id"], row["category"], said)),
        ("fact.refer_to", row["refer_to"] or ""),
        ("fact.verdict", _verdict(row, said)),
    ]
    return [(label, cap(text)) for label, text in facts if text]


def _reporters(row: dict[str, Any], moves: Rows, reporters: Rows, language: str) -> str:
    """Who raised it, by role, and how many residents are behind it."""
    raised = moves[0]["role"] if moves else None
    parts = [code(language, "role", raised)] if raised and raised != "resident" else []
    if reporters:
        parts.append(say(language, "reporters.count", n=len(reporters)))
    if row["anonymous"]:
        parts.append(say(language, "reporters.anonymous"))
    return say(language, "comma").join(part for part in parts if part)


def _contacts(visitor: Visitor, row: dict[str, Any], reporters: Rows) -> str:
    """Names and numbers to call back, for the office that has the matter and for nobody else."""
    if not is_office(visitor.rights.now, row):
        return ""
    said = visitor.language
    nameless = say(said, "contact.nameless")
    named = [(one["name"] or nameless, one["phone"] or "") for one in reporters if one["phone"] or one["name"]]
    return say(said, "list.comma").join(f"{name} {phone}".strip() for name, phone in named)


def _verdict(row: dict[str, Any], language: str) -> str:
    if row["state"] != "closed":
        return ""
    if row["settled"] is None:
        return say(language, "verdict.none")
    parts = [say(language, "verdict.settled" if row["settled"] else "verdict.unsettled")]
    if row["satisfied"] is not None:
        parts.append(say(language, "verdict.satisfied" if row["satisfied"] else "verdict.unsatisfied"))
    return say(language, "comma").join(parts)
