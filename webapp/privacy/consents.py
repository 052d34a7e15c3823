"""The register of consents: who agreed to what and when, and when it was taken back; and taking it back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, delete, insert, select, update

from sync import Batch, Document
from sync.columns import iso
from sync.feeds import publish
from sync.wire import dumps, loads
from webapp.blobs.uses import use_table
from webapp.cases.tables import case_table, reporter_table
from webapp.people.audit import note
from webapp.people.posts import home_of
from webapp.privacy.models import Erasure, Withdrawal
from webapp.privacy.subject import Subject
from webapp.records.commands import KINDS
from webapp.visits.commands import visit_table

WITHDRAW: Final = "privacy.withdraw"
withdrawal_table = cast(Table, Withdrawal.__table__)


def register_of(connection: Connection, subject: Subject) -> list[dict[str, Any]]:
    """What stands, and what was taken back, oldest first."""
    w = withdrawal_table.c
    mine = w.account_id == subject.account_id if subject.account_id else w.household_id == subject.household_id
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
        return [("visit", row.id, row.received_at) for row in connection.execute(query)]
    query = select(r.case_id, c.received_at).join_from(reporter_table, case_table, c.id == r.case_id)
    query = query.where(r.account_id == subject.account_id, r.wants_news.is_(True))
    return [("news", row.case_id, row.received_at) for row in connection.execute(query)]


def withdraw(connection: Connection, subject: Subject, by: str | None, now: datetime) -> int:
    """Takes back every consent that stands; returns how many. What was kept on their strength goes with them."""
    given = _standing(connection, subject)
    whose = {"account_id": subject.account_id, "household_id": subject.household_id}
    for purpose, source, at in given:
        row = {"id": str(uuid.uuid4()), **whose, "purpose": purpose, "source_id": source, "given_at": at}
        connection.execute(insert(Withdrawal).values(**row, withdrawn_at=now, withdrawn_by=by))
    if subject.household_id:
        _visits(connection, subject, [source for _, source, _ in given], by, now)
    else:
        mine = reporter_table.c.account_id == subject.account_id
        connection.execute(update(reporter_table).where(mine).values(wants_news=False))
    if given:
        note(connection, by, WITHDRAW, [subject.account_id or subject.household_id], now)
    return len(given)


def _visits(connection: Connection, subject: Subject, ids: list[str], by: str | None, now: datetime) -> None:
    """The visit stays, as one that was made; what was written, photographed and answered there does not."""
    documents, batch = [], Batch(connection, now, [])
    for id in ids:
        row = batch.get(visit_table, id)
        assert row is not None
        body = loads(row["body"].encode()) | {"consent": False, "note": "", "photos": [], "answers": None}
        body.pop("earlier", None)  # what it said before an amendment, too
        values = {"body": dumps(body), "consent": False, "ready": True}
        connection.execute(update(visit_table).where(visit_table.c.id == id).values(**values))
        documents.append(_shown(row | values, body, batch))
    used = use_table.c.document_id.in_(ids)
    photos = sorted(set(connection.execute(select(use_table.c.blob_id).where(used)).scalars()))
    connection.execute(delete(use_table).where(used))
    publish(connection, documents, now)
    if photos and (estate := subject.estate(connection)):
        row = {"id": str(uuid.uuid4()), "estate_id": estate, "household_id": subject.household_id, "asked_at": now}
        report = {"deleted": {"photos": len(photos)}, "stays": []}
        connection.execute(insert(Erasure).values(**row, asked_by=by, report=report, photos=photos))


def _shown(row: dict[str, Any], body: dict[str, Any], batch: Batch) -> Document:
    home = home_of(batch, row["account_id"])
    more = {"amended_at": body.pop("amended_at")} if "amended_at" in body else {}
    return KINDS["visit"].show(row, body, home, **more)
