"""A kept command in words: what it is, whose, why it is kept, since when, and what was written in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sync import Batch
from webapp.cases.tables import case_table
from webapp.desk.parked import payload_of
from webapp.desk.places import plate_words
from webapp.desk.times import moment
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.payloads import grid_code_of
from webapp.people.posts import account_table, post_table
from webapp.privacy.words import say as right_words

TEXTS = ("title", "text", "note", "reason", "refer_to", "words")


@dataclass(frozen=True)
class Kept:
    id: str
    what: str
    plate: str
    whose: str
    name: str
    why: str
    since: str
    made: str
    texts: list[str]
    status: str
    reason: str


def kept_of(connection: Connection, visitor: Visitor, rows: list[dict[str, Any]]) -> list[Kept]:
    whose = _authors(connection, visitor, {row["account"] for row in rows})
    batch = Batch(connection, visitor.times.now, [])
    batch.fetch(case_table, {id for row in rows if isinstance(id := payload_of(row).get("case_id"), str)})
    return [_kept(batch, visitor, row, *whose[row["account"]]) for row in rows]


def _kept(batch: Batch, visitor: Visitor, row: dict[str, Any], name: str, roles: str) -> Kept:
    said, times = visitor.language, visitor.times
    payload = payload_of(row)
    case = batch.get(case_table, case_id) if isinstance(case_id := payload.get("case_id"), str) else None
    place = payload.get("place") if isinstance(payload.get("place"), dict) else {"grid_code": grid_code_of(payload)}
    where = case["place"] if case else place if any((place or {}).values()) else None
    made = moment(row["made_at"])
    return Kept(
        id=row["id"],
        what=code(said, "type", row["type"], say(said, "type.other")),
        plate=plate_words(where, said) if where else "",
        whose=say(said, "parked.whose", name=name, role=roles) if roles else name,
        name=name,
        why=code(said, "why", row["code"], say(said, "why.failed")),
        since=cap(times.when(row["parked_at"])),
        made=say(said, "parked.made", when=times.when(made)) if made else "",
        texts=([case["title"]] if case else []) + _right(payload, said) + _texts(payload),
        status=row["status"],
        reason=row["reason"] or "",
    )


def _right(payload: dict[str, Any], said: str) -> list[str]:
    """What a resident asks for at the door."""
    return [cap(right_words(said, f"right.{payload['right']}"))] if isinstance(payload.get("right"), str) else []


def _texts(payload: dict[str, Any]) -> list[str]:
    """The words that a person wrote; an amendment has them one level down."""
    within = payload.get("changes")
    parts = [payload, within] if isinstance(within, dict) else [payload]
    return [part[name] for part in parts for name in TEXTS if isinstance(part.get(name), str) and part[name].strip()]


def _authors(connection: Connection, visitor: Visitor, accounts: set[str]) -> dict[str, tuple[str, str]]:
    """Name and roles; the roles once held too, since a post that ended is why it is kept."""
    a, p = account_table.c, post_table.c
    found = {row.id: (row.name, "") for row in connection.execute(select(a.id, a.name).where(a.id.in_(accounts)))}
    roles: dict[str, list[str]] = {}
    for row in connection.execute(select(p.account_id, p.role).where(p.account_id.in_(accounts)).order_by(p.starts_at)):
        roles.setdefault(row.account_id, []).append(code(visitor.language, "role", row.role))
    comma = say(visitor.language, "list.comma")
    return {id: (name, comma.join(dict.fromkeys(roles.get(id, [])))) for id, (name, _) in found.items()}
