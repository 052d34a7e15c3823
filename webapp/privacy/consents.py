"""The register of consents: who agreed to what and when, and when it was taken back; and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, insert, select, update

from sync import Batch, Document, Effect
from sync.columns import iso
from sync.feeds import publish
from sync.ledger import remove_rows, write_changes, write_rows
from sync.wire import dumps, loads
from webapp import clock
from webapp.blobs.uses import use_table
from webapp.cases.tables import case_table, reporter_table
from webapp.host import after_commit
from webapp.people.audit import note
from webapp.people.posts import home_of
from webapp.privacy import outside
from webapp.privacy.models import Erasure, Withdrawal
from webapp.privacy.outside import Line
from webapp.privacy.subject import Subject
from webapp.records.commands import KINDS
from webapp.visits.commands import visit_table

WITHDRAW: Final = "privacy.withdraw"
withdrawal_table, erasure_table = cast(Table, Withdrawal.__table__), cast(Table, Erasure.__table__)


def register_of(connection: Connection, subject: Subject) -> list[dict[str, Any]]:
    """What stands, and what was taken back, oldest first."""
    w = withdrawal_table.c
    mine = w.account_id == subject.account_id if subject.account_id else w.household_id == subject.household_id
    if subject.since is not None:
        mine = mine & (w.given_at >= subject.since)
    back = [
        {"purpose": row.purpose, "source": row.source_id, "given_at": iso(row.given_at),
         "withdrawn_at": iso(row.withdrawn_at)}
        for row in connection.execute(select(withdrawal_table).where(mine))
    ]  # fmt: skip
    given = [
        {"purpose": purpose, "source": id, "given_at": iso(at), "withdrawn_at": None}
        for purpose, id, at in _standing(connection, subject)
    ]
    return sorted(back + given, key=lambda one: (one["given_at"] or "", one["source"]))


def _standing(connection: Connection, subject: Subject) -> list[tuple[str, str, datetime]]:
    v, r, c = visit_table.c, reporter_table.c, case_table.c
    if subject.household_id:
        query = select(v.id, v.received_at).where(v.household_id == subject.household_id, v.consent.is_(True))
        query = query if subject.since is None else query.where(v.received_at >= subject.since)
        return [("visit", row.id, row.received_at) for row in connection.execute(query)]
    query = select(r.case_id, c.received_at).join_from(reporter_table, case_table, c.id == r.case_id)
    query = query.where(r.account_id == subject.account_id, r.wants_news.is_(True))
    return [("news", row.case_id, row.received_at) for row in connection.execute(query)]


def withdraw(connection: Connection, subject: Subject, by: str | None, now: datetime) -> int:
    """Takes back every consent that stands; returns how many. What was kept on their strength goes with them."""
    sources = [source for _, source, _ in _standing(connection, subject)]
    if sources:
        _withdraw(connection, subject, sources, by, now)
        outside.keep(str(uuid.uuid4()), subject, {}, now, sources)
    return len(sources)


def brought_back(connection: Connection, lines: Iterable[Line]) -> list[tuple[Subject, list[str]]]:
    """Consents that stand though they were taken back: a restore brought them, or a phone has sent the visit again.

    Where the database knows of the withdrawal, whatever stands was agreed to since.
    """
    withdrawn = [line for line in lines if line.taken_back]
    known = set(connection.execute(select(withdrawal_table.c.source_id)).scalars()) if withdrawn else set()
    found = []
    for line in withdrawn:
        if lost := set(line.taken_back) - known:
            found.append((line.subject, [id for _, id, _ in _standing(connection, line.subject) if id in lost]))
    return [(subject, sources) for subject, sources in found if sources]


def withdraw_again(connection: Connection, lines: Iterable[Line], now: datetime) -> None:
    for subject, sources in brought_back(connection, lines):
        _withdraw(connection, subject, sources, None, now)


def _withdraw(connection: Connection, subject: Subject, sources: list[str], by: str | None, now: datetime) -> None:
    if subject.household_id:
        estate = subject.estate(connection)
        batch = Batch(connection, now, [])
        batch.stage(taken_back(batch, subject.household_id, str(estate), by, sources))
        write_rows(connection, batch.inserts.values())
        write_changes(connection, batch.updates)
        remove_rows(connection, batch.removals)
        publish(connection, list(batch.documents.values()), now)
    else:
        _no_more_news(connection, subject, sources, by, now)
    note(connection, by, WITHDRAW, [subject.account_id or subject.household_id], now)


def _no_more_news(connection: Connection, subject: Subject, sources: list[str], by: str | None, now: datetime) -> None:
    given = [(purpose, id, at) for purpose, id, at in _standing(connection, subject) if id in sources]
    rows = [_withdrawn(purpose, source, at, now, by, account_id=subject.account_id) for purpose, source, at in given]
    connection.execute(insert(withdrawal_table), rows)
    mine = (reporter_table.c.account_id == subject.account_id) & reporter_table.c.case_id.in_(sources)
    connection.execute(update(reporter_table).where(mine).values(wants_news=False))


@dataclass(frozen=True)
class TakenBack:
    """Consent was withdrawn by a command; the visits for which it had been given."""

    household_id: str
    visits: tuple[str, ...]


def keep_after_commit(events: list[Any]) -> None:
    """The command comes again after a restore; a visit that comes after it would be agreed to once more."""
    for event in events:
        if isinstance(event, TakenBack):
            outside.keep(str(uuid.uuid4()), Subject(household_id=event.household_id), {}, clock.now(), event.visits)


after_commit.append(keep_after_commit)


def taken_back(batch: Batch, household_id: str, estate_id: str, by: str | None,
               visits: list[str] | None = None) -> Effect:  # fmt: skip
    """The consents given at a door, or at these visits there, also in this very batch. The visits stay, as ones that
    were made; what was written, photographed and answered there does not."""
    effect, photos = Effect(), set()
    here = [row for row in batch.children(visit_table, "household_id", household_id) if row["consent"]]
    for visit in [row for row in here if visits is None or row["id"] in visits]:
        used = batch.children(use_table, "document_id", visit["id"])
        photos |= {one["blob_id"] for one in used}
        effect.removals += [(use_table, one["id"]) for one in used]
        body = loads(visit["body"].encode()) | {"consent": False, "note": "", "photos": [], "answers": None}
        body.pop("earlier", None)  # what it said before an amendment, too
        values = {"body": dumps(body), "consent": False, "ready": True}
        effect.changes.append((visit_table, visit["id"], values))
        effect.documents.append(_shown(visit | values, body, batch))
        row = _withdrawn("visit", visit["id"], visit["received_at"], batch.now, by, household_id=household_id)
        effect.rows.append((withdrawal_table, row))
    if effect.rows:
        effect.events.append(TakenBack(household_id, tuple(row["source_id"] for _, row in effect.rows)))
    if photos:
        row = {"id": str(uuid.uuid4()), "estate_id": estate_id, "account_id": None, "household_id": household_id}
        row |= {"asked_at": batch.now, "asked_by": by, "photos": sorted(photos), "swept_at": None}
        effect.rows.append((erasure_table, row | {"report": {"deleted": {"photos": len(photos)}, "stays": []}}))
    return effect


def _withdrawn(purpose: str, source: str, given_at: datetime, now: datetime, by: str | None,
               account_id: str | None = None, household_id: str | None = None) -> dict[str, Any]:  # fmt: skip
    row = {"id": str(uuid.uuid4()), "account_id": account_id, "household_id": household_id, "purpose": purpose}
    return row | {"source_id": source, "given_at": given_at, "withdrawn_at": now, "withdrawn_by": by}


def _shown(row: dict[str, Any], body: dict[str, Any], batch: Batch) -> Document:
    home = home_of(batch, row["account_id"])
    more = {"amended_at": body.pop("amended_at")} if "amended_at" in body else {}
    return KINDS["visit"].show(row, body, home, **more)
