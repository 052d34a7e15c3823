"""Documents, who sees them, and the numbers that put their changes in order.

Each feed has a counter. A transaction takes the numbers it needs late, feed by feed in the order of their ids, so that
a reader never sees 12 before 11 exists and two batches never wait for each other in a ring.
"""

from __future__ import annotations

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

_put_document = (
    "ON CONFLICT (collection, id) DO UPDATE SET rev = excluded.rev, text = excluded.text, erased = excluded.erased"
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
    """Where these documents stand already, whether seen there or gone."""
    known: dict[tuple[str, str], set[tuple[str, str]]] = {}
    keys = [(document.collection, document.id) for document in documents]
    r = row_table.c
    for start in range(0, len(keys), 200):
        query = select(r.collection, r.id, r.feed, r.audience).where(
            tuple_(r.collection, r.id).in_(keys[start : start + 200])
        )
        for row in connection.execute(query):
            known.setdefault((row.collection, row.id), set()).add((row.feed, row.audience))
    return known


def _take_numbers(connection: Connection, wanted: dict[str, int]) -> dict[str, int]:
    """Advances the counters by what is wanted; returns each feed's number before that. The lock is held until the commit."""
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
    every = list(documents)
    held = [document for document in every if document.later]
    if held:
        connection.execute(_put_later, [_held_row(document) for document in held])
    out = [document for document in every if not document.later]
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
        for row in connection.execute(select(d.collection, d.id, d.text).where(tuple_(d.collection, d.id).in_(keys))):
            texts[row.collection, row.id] = row.text
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


def _held_row(document: Document) -> Row:
    places = dumps(sorted(document.places))
    return {"collection": document.collection, "id": document.id, "text": dumps(document.doc), "places": places}


def release(connection: Connection, now: datetime) -> int:
    """Publishes what was held back, in random order, so that neither time nor neighbours tell who said it."""
    rows: list[Any] = list(connection.execute(select(later_table)))
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
    connection.execute(delete(later_table))
    return len(documents)
