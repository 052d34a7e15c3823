"""What residents have claimed at the door: what waits for the office, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Connection, Table, func, select, update

from sync.feeds import publish
from webapp.people.audit import note
from webapp.people.posts import account_table
from webapp.places.feeds import household_table
from webapp.privacy.feeds import document
from webapp.privacy.models import Claim

SETTLE: Final = "claim.settle"
claim_table = cast(Table, Claim.__table__)
c = claim_table.c


def waiting(connection: Connection, estates: list[str], household_id: str | None = None) -> list[Any]:
    """Open ones, longest waiting first, with the door and who took it."""
    h, a = household_table.c, account_table.c
    query = select(claim_table, h.grid_code, h.door, a.name).join_from(
        claim_table, household_table, h.id == c.household_id
    )
    query = query.join(account_table, a.id == c.account_id).where(c.estate_id.in_(estates), c.state == "open")
    if household_id is not None:
        query = query.where(c.household_id == household_id)
    return list(connection.execute(query.order_by(c.received_at, c.id)).all())


def count(connection: Connection, estates: list[str]) -> int:
    query = select(func.count()).select_from(claim_table).where(c.estate_id.in_(estates), c.state == "open")
    return int(connection.execute(query).scalar_one())


def door_of(connection: Connection, id: str, estates: list[str]) -> str | None:
    """Whose claim it is; None where there is none in these estates."""
    found = connection.execute(select(c.household_id).where(c.id == id, c.estate_id.in_(estates))).scalar()
    return None if found is None else str(found)


def settle(connection: Connection, ids: list[str], state: str, answer: str, by: str | None, now: datetime) -> int:
    """Done, or declined with a reason; the worker's phone hears of it. What is settled already stays as it is."""
    change = update(claim_table).where(c.id.in_(ids), c.state == "open")
    told = connection.execute(change.values(state=state, answer=answer, settled_at=now, settled_by=by).returning(c.id))
    settled = sorted(told.scalars())
    _publish(connection, settled, now)
    if settled:
        note(connection, by, SETTLE, settled, now, state)
    return len(settled)


def carried_out(connection: Connection, household_id: str, right: str, by: str | None, now: datetime,
                since: datetime | None = None, until: datetime | None = None) -> None:  # fmt: skip
    """What was claimed at this door has been done."""
    ids = connection.execute(select(c.id).where(_at_door(household_id, since, until), c.right == right)).scalars()
    settle(connection, list(ids), "done", "", by, now)


def forget(connection: Connection, household_id: str, now: datetime, since: datetime | None = None,
           until: datetime | None = None) -> int:  # fmt: skip
    """What was said leaves; that something was claimed, and what became of it, is kept."""
    said = _at_door(household_id, since, until) & (c.state != "open") & ((c.words != "") | (c.answer != ""))
    change = update(claim_table).where(said).values(words="", answer="").returning(c.id)
    ids = sorted(connection.execute(change).scalars())
    _publish(connection, ids, now)
    return len(ids)


def _at_door(household_id: str, since: datetime | None, until: datetime | None = None) -> ColumnElement[bool]:
    here = c.household_id == household_id
    if since is not None:
        here &= c.received_at >= since
    return here if until is None else here & (c.received_at <= until)


def _publish(connection: Connection, ids: list[str], now: datetime) -> None:
    h, a = household_table.c, account_table.c
    query = select(claim_table, h.grid_code, a.home_id).join_from(
        claim_table, household_table, h.id == c.household_id
    )
    rows = connection.execute(query.join(account_table, a.id == c.account_id).where(c.id.in_(ids))).mappings()
    publish(connection, [document(dict(row), row["grid_code"], row["home_id"]) for row in rows], now)
