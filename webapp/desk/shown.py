"""A matter as the pages show it: a row of the list, its chain, who is in charge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from webapp.cases.ladder import is_office
from webapp.cases.stages import STEP_OF
from webapp.desk.due import Due, due_of
from webapp.desk.places import plate_words
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.people.permissions import ROLES

LINKS: Final = ("raise", "discuss", "handle", "appraise")


@dataclass(frozen=True)
class Link:
    name: str
    where: str  # past, now, later


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    id: str
    title: str
    plate: str
    remark: str
    urgent: bool
    step: str
    chain: list[Link]
    who: str
    due: Due


def waits_up(row: dict[str, Any], visitor: Visitor) -> bool:
    """It waits for an answer from somewhere else than this person's office: ``scope.passed_up`` for a row at hand."""
    return row["state"] == "escalated" and not is_office(visitor.rights.now, row)


def chain_of(state: str) -> list[Link]:
    at = LINKS.index(STEP_OF[state])
    over = state == "closed"
    return [
        Link(name, "past" if over or i < at else "now" if i == at else "later") for i, name in enumerate(LINKS)
    ]


def unit_words(unit: str | None, names: dict[str, str], language: str) -> str:
    """A lead or helper: a role by its word, a person by the name that the office knows."""
    if unit is None:
        return ""
    return code(language, "role", unit) if unit in ROLES else names.get(unit, say(language, "role.none"))


def line_of(row: dict[str, Any], reporters: int, names: dict[str, str], visitor: Visitor) -> Line:
    said = visitor.language
    up = waits_up(row, visitor)
    return Line(
        id=row["id"],
        title=row["title"],
        plate=plate_words(row["place"], said),
        remark=_remark(row, reporters, up, said),
        urgent=row["urgent"],
        step=say(said, f"chain.{STEP_OF[row['state']]}"),
        chain=chain_of(row["state"]),
        who=cap(_who(row, names, up, said)),
        due=due_of(row, up, visitor.times),
    )


def _remark(row: dict[str, Any], reporters: int, up: bool, language: str) -> str:
    if up:
        return say(language, "remark.up", level=code(language, "level", row["level"]))
    if row["anonymous"]:
        return say(language, "remark.anonymous")
    if reporters > 1 or (reporters and row["from_kind"] not in ("finding", "visit")):
        return say(language, "remark.reporters", n=reporters)
    return code(language, "remark", row["from_kind"])


def _who(row: dict[str, Any], names: dict[str, str], up: bool, language: str) -> str:
    """Who is in charge right now; before anybody is, what it waits for."""
    if up or row["state"] == "escalated":
        return code(language, "level", row["level"])
    if row["state"] in ("assigned", "handling"):
        return unit_words(row["lead"], names, language)
    return code(language, "who", row["state"])
