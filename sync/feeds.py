"""Documents, who sees them, and the numbers that put their changes in order.

Each feed has a counter. A transaction takes the numbers it needs late, feed by feed in the order of their ids, so that
a reader never sees 12 before 11 exists and two batches never wait for each other in a ring.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql import text

from .bulk import insert_rows
from .columns import Row, UtcDateTime
from .ledger import metadata
from .registry import Document
from .wire import dumps, loads

feed_table = Table(
    "sync_feed",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("counter", BigInteger, nullable=False),
)

transaction_table = Table(  # one row a transaction and feed; the random tag tells a restored past from the one that was
    "sync_transaction",
    metadata,
    Column("feed", String(36), primary_key=True),
    Column("last", BigInteger, primary_key=True),
    Column("tag", String(16), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

document_table = Table(
    "sync_document",
    metadata,
    Column("collection", String(30), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("text", Text),  # none: gone
    Column("erased", Boolean, nullable=False),
)

row_table = Table(  # one row a document, feed and audience: its newest number there
    "sync_row",
    metadata,
    Column("collection", String(30), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("feed", String(36), primary_key=True),
    Column("audience", String(80), primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("born", BigInteger, nullable=False),  # the first number under which this audience could see it
    Column("gone", Boolean, nullable=False),
    Index("ix_sync_row_feed_audience_n", "feed", "audience", "n"),
)

later_table = Table(  # documents held back until the hourly release
    "sync_later",
    metadata,
    Column("collection", String(30), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("text", Text, nullable=False),
    Column("places", Text, nullable=False),
)

audience_table = Table(  # the audience sets that cursors were made for, by digest
    "sync_audience",
    metadata,
    Column("digest", String(32), primary_key=True),
    Column("members", Text, nullable=False),
)

_PLAIN = re.compile(r"[0-9A-Za-z:._-]{1,36}\Z")
_put_document = (  # numbers of several feeds: a rev must differ from the one before, which may be of another feed
    "ON CONFLICT (collection, id) DO UPDATE SET text = excluded.text, erased = excluded.erased, "
    "rev = CASE WHEN excluded.rev > sync_document.rev THEN excluded.rev ELSE sync_document.rev + 1 END"
)
_put_row = "ON CONFLICT (collection, id, feed, audience) DO UPDATE SET n = excluded.n, gone = excluded.gone"
_put_later = text(
    "INSERT INTO sync_later (collection, id, text, places) VALUES (:collection, :id, :text, :places) "
    "ON CONFLICT (collection, id) DO UPDATE SET text = excluded.text, places = excluded.places"
)


def published(connection: Connection, collection: str, id: str) -> bool:
    """Whether this document has been published already, or is still held back."""
    d = document_table.c
    return connection.execute(select(d.rev).where(d.collection == collection, d.id == id)).first() is not None


def _places_known(connection: Connection, documents: list[Document]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Where these documents are seen now. Where one is gone, only its erasure is told still."""
    known: dict[tuple[str, str], set[tuple[str, str]]] = {}
    keys = [(document.collection, document.id) for document in documents]
    erased = {(document.collection, document.id) for document in documents if document.erased}
    r = row_table.c
    for start in range(0, len(keys), 200):
        query = select(r.collection, r.id, r.feed, r.audience, r.gone)
        for row in connection.execute(query.where(tuple_(r.collection, r.id).in_(keys[start : start + 200]))):
            if not row.gone or (row.collection, row.id) in erased:
                known.setdefault((row.collection, row.id), set()).add((row.feed, row.audience))
    return known


def _take_numbers(connection: Connection, wanted: dict[str, int]) -> dict[str, int]:
    """Advances the counters by what is wanted; returns each feed's number before. The lock is held until the commit."""
    before: dict[str, int] = {}
    for feed in sorted(wanted):
        n = wanted[feed]
        statement = update(feed_table).where(feed_table.c.id == feed).values(counter=feed_table.c.counter + n)
        counter = connection.execute(statement.returning(feed_table.c.counter)).scalar()
        if counter is None:
            made = text("INSERT INTO sync_feed (id, counter) VALUES (:id, 0) ON CONFLICT (id) DO NOTHING")
            connection.execute(made, {"id": feed})
            counter = connection.execute(statement.returning(feed_table.c.counter)).scalar_one()
        before[feed] = counter - n
    return before


def publish(connection: Connection, documents: Iterable[Document], now: datetime) -> None:
    """Writes the documents and numbers their changes in every feed and for every audience that sees or saw them."""
    out = _hold_back(connection, list(documents))
    if not out:
        return
    known = _places_known(connection, [document for document in out if not document.new])
    seen: list[tuple[Document, set[tuple[str, str]], set[tuple[str, str]]]] = []
    wanted: dict[str, int] = {}
    for document in out:
        places = set(document.places) if document.doc is not None else set()
        all_places = places | known.get((document.collection, document.id), set())
        seen.append((document, places, all_places))
        for feed in {feed for feed, _ in all_places}:
            wanted[feed] = wanted.get(feed, 0) + 1
    numbers = _take_numbers(connection, wanted)
    tag = secrets.token_hex(8)
    last = {feed: numbers[feed] + wanted[feed] for feed in wanted}
    rows: list[Row] = []
    texts: list[Row] = []
    for document, places, all_places in seen:
        given: dict[str, int] = {}
        for feed, audience in sorted(all_places):
            if feed not in given:
                numbers[feed] += 1
                given[feed] = numbers[feed]
            rows.append(
                {
                    "collection": document.collection,
                    "id": document.id,
                    "feed": feed,
                    "audience": audience,
                    "n": given[feed],
                    "born": given[feed],
                    "gone": (feed, audience) not in places,
                }
            )
        rev = max(given.values(), default=0)
        body = None if document.doc is None else dumps(document.doc)
        texts.append(
            {"collection": document.collection, "id": document.id, "rev": rev, "text": body, "erased": document.erased}
        )
    insert_rows(connection, document_table, texts, _put_document)
    if rows:
        insert_rows(connection, row_table, rows, _put_row)
        connection.execute(
            insert(transaction_table), [{"feed": feed, "last": n, "tag": tag, "at": now} for feed, n in last.items()]
        )


def publish_changed(connection: Connection, documents: Iterable[Document], now: datetime) -> int:
    """Publishes those whose text or audiences differ from what is published; returns how many."""
    every = list(documents)
    d, r = document_table.c, row_table.c
    texts: dict[tuple[str, str], str | None] = {}
    places: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for start in range(0, len(every), 200):
        keys = [(one.collection, one.id) for one in every[start : start + 200]]
        found = connection.execute(select(d.collection, d.id, d.text).where(tuple_(d.collection, d.id).in_(keys)))
        texts.update(((row.collection, row.id), row.text) for row in found)
        query = select(r.collection, r.id, r.feed, r.audience).where(
            tuple_(r.collection, r.id).in_(keys), r.gone.is_(False)
        )
        for row in connection.execute(query):
            places.setdefault((row.collection, row.id), set()).add((row.feed, row.audience))
    changed = []
    for one in every:
        key, body = (one.collection, one.id), None if one.doc is None else dumps(one.doc)
        one.places = set(one.places) | (places.get(key, set()) if one.adds else set())
        if texts.get(key, "") != body or places.get(key, set()) != one.places:
            changed.append(one)
    publish(connection, changed, now)
    return len(changed)


def _hold_back(connection: Connection, documents: list[Document]) -> list[Document]:
    """Keeps for the release what is to come later, and what changes before its release; returns the others."""
    for document in documents:
        if not _PLAIN.match(document.id):  # it goes into answers as it is
            raise ValueError(f"an id that may break an answer, in {document.collection}")
    held = {(document.collection, document.id) for document in documents if document.later}
    keys = [(document.collection, document.id) for document in documents if not document.later and not document.new]
    h = later_table.c
    for start in range(0, len(keys), 200):
        query = select(h.collection, h.id).where(tuple_(h.collection, h.id).in_(keys[start : start + 200]))
        held.update((row.collection, row.id) for row in connection.execute(query.with_for_update()))
    if not held:
        return documents
    kept = [document for document in documents if (document.collection, document.id) in held]
    if rows := [_held_row(document) for document in kept if document.doc is not None]:
        connection.execute(_put_later, rows)
    for document in kept:
        if document.doc is None:
            connection.execute(delete(later_table).where(h.collection == document.collection, h.id == document.id))
    return [document for document in documents if (document.collection, document.id) not in held]


def _held_row(document: Document) -> Row:
    places = dumps(sorted(document.places))
    return {"collection": document.collection, "id": document.id, "text": dumps(document.doc), "places": places}


def release(connection: Connection, now: datetime) -> int:
    """Publishes what was held back, in random order, so that neither time nor neighbours tell who said it."""
    # In one statement: what another transaction holds back meanwhile must not be deleted unread.
    rows: list[Any] = list(connection.execute(delete(later_table).returning(*later_table.c)))
    secrets.SystemRandom().shuffle(rows)
    documents = [
        Document(
            row.collection,
            row.id,
            loads(row.text.encode()),
            [(feed, audience) for feed, audience in loads(row.places.encode())],
        )
        for row in rows
    ]
    publish(connection, documents, now)
    return len(documents)
