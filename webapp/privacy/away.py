"""What was erased stays away, though a restored backup or a phone that was offline hands it in again.

The ids are in the database and, since a backup may be older than the erasure, in the file beside it (``outside``). A
command that makes or needs such a record is refused (``registry.erasures``); what is here all the same, because it came
before the ids did or because its command does more than that, is taken out within the minute (``sweeping``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, delete, insert, or_, select, update

from sync import Batch, Document
from sync.batch import CHUNK
from sync.documents import standing
from sync.feeds import publish
from webapp.alerts.telling import alert_table, delivery_table
from webapp.blobs.uses import use_table
from webapp.cases.feeds import document as case_document
from webapp.cases.tables import case_table, move_table, reporter_table
from webapp.db import registry
from webapp.opinions.commands import opinion_table
from webapp.privacy.models import ErasedRecord, Erasure
from webapp.privacy.subject import OVER
from webapp.retention import track_table
from webapp.visits.commands import visit_table

RECORDS: Final = {"visits": visit_table, "opinions": opinion_table}
TRACKS, ALERTS = "tracks", "alerts"
# Rows that stay as part of a matter's file, and have lost whom they name.
REPORTERS, MOVES, RAISED = "reporters", "moves", "raised"
BARRED: Final = (*RECORDS, TRACKS)
NOBODY: Final = {"account_id": None, "name": None, "phone": None, "wants_news": False}
Gone = dict[str, list[str]]  # kind → ids

erased_table = cast(Table, ErasedRecord.__table__)


def remember(connection: Connection, erasure_id: str, gone: Gone) -> None:
    """Notes what an erasure took away; what is noted already stays so."""
    for kind, ids in gone.items():
        known = set(_among(connection, ids))
        rows = [{"id": id, "kind": kind, "erasure_id": erasure_id} for id in dict.fromkeys(ids) if id not in known]
        if rows:
            connection.execute(insert(erased_table), rows)


# Built once: every batch runs these, and building a statement costs more than running it.
_any_erased = select(erased_table.c.id).limit(1)
_gone = select(erased_table.c.id).where(erased_table.c.id.in_(bindparam("ids", expanding=True)))
_barred = _gone.where(erased_table.c.kind.in_(BARRED))


@registry.erasures
def erased(connection: Connection, ids: list[str]) -> set[str]:
    """Which of these must not come back. Costs one look where nobody has ever asked."""
    if connection.execute(_any_erased).first() is None:
        return set()
    return set(_among(connection, ids, _barred))


def _among(connection: Connection, ids: list[str], query: Select[Any] = _gone) -> Iterable[str]:
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(query, {"ids": ids[start : start + CHUNK]}).scalars()


def is_any_here(connection: Connection) -> bool:
    """Whether there is anything to take out."""
    if connection.execute(_any_erased).first() is None:
        return False
    tables = RECORDS | {TRACKS: track_table, ALERTS: alert_table}
    rows = [select(table.c.id).where(table.c.id.in_(_ids(kind))) for kind, table in tables.items()]
    names = [select(case).where(which) for _, case, which, _ in _naming()]
    return any(connection.execute(query.limit(1)).first() is not None for query in rows + names)


def take_out(connection: Connection, now: datetime) -> None:
    """Takes out what is here again."""
    documents: list[Document] = []
    _said_there(connection)
    for collection, table in RECORDS.items():
        documents += _records(connection, collection, table)
    connection.execute(delete(track_table).where(track_table.c.id.in_(_ids(TRACKS))))
    documents += _alerts(connection)
    documents += _names(connection, now)
    publish(connection, documents, now)


def _ids(kind: str) -> Select[tuple[str]]:
    return select(erased_table.c.id).where(erased_table.c.kind == kind)


def _said_there(connection: Connection) -> None:
    """Notes what was said at a visit that is here again, too: at the erasure it may itself have been lost, by another
    restore. What a matter was raised from stays, as it does at an erasure."""
    o, v, e, c = opinion_table.c, visit_table.c, erased_table.c, case_table.c
    of_a_case = select(c.id).where(c.from_id == o.id).exists()
    visits = select(v.id, e.erasure_id).join(erased_table, e.id == v.id).subquery()
    query = select(o.id, visits.c.erasure_id).join(visits, visits.c.id == o.visit_id).where(~of_a_case)
    for id, erasure_id in connection.execute(query).all():
        remember(connection, erasure_id, {"opinions": [id]})


def _records(connection: Connection, collection: str, table: Table) -> list[Document]:
    found = dict(
        connection.execute(
            select(table.c.id, erased_table.c.erasure_id).join(erased_table, erased_table.c.id == table.c.id)
        ).all()
    )
    if not found:
        return []
    mine = use_table.c.document_id.in_(found)
    photos = connection.execute(select(use_table.c.blob_id).where(mine)).scalars().all()
    connection.execute(delete(use_table).where(mine))
    connection.execute(delete(table).where(table.c.id.in_(found)))
    if photos:  # the sweep of any one of these erasures takes them
        one = Erasure.id == min(found.values())
        connection.execute(update(Erasure).where(one).values(photos=sorted(set(photos)), swept_at=None))
    return [Document(collection, id, None, [], erased=True) for id in found]


def _alerts(connection: Connection) -> list[Document]:
    ids = connection.execute(select(alert_table.c.id).where(alert_table.c.id.in_(_ids(ALERTS)))).scalars().all()
    connection.execute(delete(delivery_table).where(delivery_table.c.alert_id.in_(ids)))
    connection.execute(delete(alert_table).where(alert_table.c.id.in_(ids)))
    return [Document("alerts", id, None, [], erased=True) for id in ids]


def _names(connection: Connection, now: datetime) -> list[Document]:
    touched: set[str] = set()
    for table, case, which, values in _naming():
        touched.update(connection.execute(select(case).where(which)).scalars())
        connection.execute(update(table).where(which).values(**values))
    return case_documents(connection, touched, now)


def _naming() -> list[tuple[Table, ColumnElement[str], ColumnElement[bool], dict[str, Any]]]:
    """Where matters that are over, or over again, name somebody. Until then it has to be known whom to ask."""
    r, m, c = reporter_table.c, move_table.c, case_table.c
    over, anybody = select(c.id).where(c.state.in_(OVER)), {"account_id": None}
    named = or_(r.account_id.is_not(None), r.name.is_not(None), r.phone.is_not(None))
    return [
        (reporter_table, r.case_id, and_(r.id.in_(_ids(REPORTERS)), named, r.case_id.in_(over)), NOBODY),
        (move_table, m.case_id, and_(m.id.in_(_ids(MOVES)), m.account_id.is_not(None), m.case_id.in_(over)), anybody),
        (case_table, c.id, and_(c.id.in_(_ids(RAISED)), c.account_id.is_not(None), c.state.in_(OVER)), anybody),
    ]


def case_documents(connection: Connection, ids: Iterable[str], now: datetime) -> list[Document]:
    """As phones are to see them; what has left phones after its time is not brought back."""
    s, wanted, batch = standing.c, sorted(ids), Batch(connection, now, [])
    query = select(s.id).where(s.collection == "cases", s.id.in_(wanted), s.gone.is_(False)).distinct()
    shown = sorted(connection.execute(query).scalars()) if wanted else []
    return [case_document(case, batch) for id in shown if (case := batch.get(case_table, id)) is not None]
