"""Commands that are kept for their authors: which ones a person may settle, and settling them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, exists, func, or_, select

from sync import parked
from sync.ledger import command_table
from sync.wire import loads
from webapp import clock
from webapp.cases.tables import case_table
from webapp.db import writing
from webapp.desk import audit
from webapp.desk.visitor import Visitor
from webapp.host import engine
from webapp.opinions.commands import opinion_table
from webapp.patrols.commands import finding_table, patrol_table
from webapp.payloads import grid_code_of
from webapp.people.posts import account_table, post_table
from webapp.places.rights import cell_table
from webapp.visits.commands import visit_table

LISTED_MOST: Final = 200
# Where a payload names something that stands in an estate, that estate decides whose it is to settle.
REFERS: Final = (("case_id", case_table), ("patrol_id", patrol_table))
KINDS: Final = {"visit": visit_table, "opinion": opinion_table, "finding": finding_table}
c = command_table.c


@dataclass(frozen=True)
class Settled:
    """What became of a command: applied, declined or parked, with the code that says why."""

    status: str
    code: str | None


def _mine(estates: list[str]) -> Any:
    """Authors who are at home in these estates, or held a post there."""
    a, p = account_table.c, post_table.c
    home = exists().where(a.id == c.account, a.home_id.in_(estates))
    post = exists().where(p.account_id == c.account, p.organisation_id.in_(estates))
    return or_(home, post)


def count(connection: Connection, visitor: Visitor) -> int:
    """For the rail: how many wait. Those of a person with posts in two estates count in both."""
    estates = visitor.organisations_for("parked.settle")
    if not estates:
        return 0
    query = select(func.count()).select_from(command_table).where(c.status == "parked", _mine(estates))
    return int(connection.execute(query).scalar_one())


def listed(connection: Connection, visitor: Visitor) -> tuple[list[dict[str, Any]], bool]:
    """Those that this person may settle, longest kept first, and whether there are more."""
    estates = visitor.organisations_for("parked.settle")
    query = select(command_table).where(c.status == "parked", _mine(estates)).order_by(c.parked_at, c.id)
    rows = [dict(row) for row in connection.execute(query.limit(LISTED_MOST + 1)).mappings()]
    fit = [row for row in rows[:LISTED_MOST] if is_mine(connection, row, estates)]
    return fit, len(rows) > LISTED_MOST


def one(connection: Connection, visitor: Visitor, command_id: str) -> dict[str, Any] | None:
    """A kept command, or one that has been settled, if it is this person's to settle."""
    estates = visitor.organisations_for("parked.settle")
    query = select(command_table).where(c.id == command_id, c.parked_at.is_not(None), _mine(estates))
    row = connection.execute(query).mappings().first()
    return dict(row) if row and is_mine(connection, dict(row), estates) else None


def is_mine(connection: Connection, row: dict[str, Any], estates: list[str]) -> bool:
    """By the estate that the command is about; where it names none, its author's home."""
    estate = _estate_of(connection, payload_of(row))
    if estate is None:
        home = select(account_table.c.home_id).where(account_table.c.id == row["account"])
        estate = connection.execute(home).scalar()
    return estate in estates


def _estate_of(connection: Connection, payload: dict[str, Any]) -> str | None:
    if code := grid_code_of(payload):
        found = connection.execute(select(cell_table.c.estate_id).where(cell_table.c.grid_code == code)).scalar()
        return str(found) if found else None
    refers: list[tuple[Table | None, Any]] = [(table, payload.get(name)) for name, table in REFERS]
    refers.append((KINDS.get(str(payload.get("kind"))), payload.get("id")))
    for table, id in refers:
        if table is not None and isinstance(id, str):
            found = connection.execute(select(table.c.estate_id).where(table.c.id == id)).scalar()
            if found:
                return str(found)
    return None


def payload_of(row: dict[str, Any]) -> dict[str, Any]:
    body = loads(row["body"].encode()) if row["body"] else {}
    return body if isinstance(body, dict) else {}


def apply(visitor: Visitor, command_id: str) -> Settled | None:
    """Runs it as it was written, in its author's name, by this person's decision. None where it is settled already."""
    now, events = clock.now(), []  # type: ignore[var-annotated]
    with writing() as connection:
        done = parked.retry(engine, connection, [command_id], now, events, overrule=visitor.caller.account)
        outcome = done.get(command_id)
        if outcome is None:
            return None
        audit.note(connection, visitor, "parked.apply", [command_id], outcome.status)
    engine.host.committed(events)
    return Settled("declined" if outcome.status == "rejected" else outcome.status, outcome.code)


def decline(visitor: Visitor, command_id: str, reason: str) -> bool:
    """Says no, with a word that its author reads on the record. False where it is settled already."""
    with writing() as connection:
        if not parked.decline(engine, connection, command_id, visitor.caller.account, reason, clock.now()):
            return False
        audit.note(connection, visitor, "parked.decline", [command_id], "declined")
    return True
