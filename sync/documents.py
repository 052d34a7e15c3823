"""The tables of documents: what they say, in which feed and for which audience they stand, and under which number."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, select

from .columns import UtcDateTime
from .ledger import metadata

Key = BigInteger().with_variant(Integer, "sqlite")  # there only an INTEGER key is the row's own place

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

document_table = Table(  # the key grows with time, so that rows are added at the end, whatever the ids look like
    "sync_document",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),
    Column("collection", String(30), nullable=False),
    Column("id", String(36), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("text", Text),  # none: gone
    Column("erased", Boolean, nullable=False),
    UniqueConstraint("collection", "id"),
)

place_table = Table(  # a feed and an audience in it, by a small number
    "sync_place",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed", String(36), nullable=False),
    Column("audience", String(80), nullable=False),
    UniqueConstraint("feed", "audience"),
)

row_table = Table(  # one row a document and place: its newest number there
    "sync_row",
    metadata,
    Column("document", Key, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    Column("born", BigInteger, nullable=False),  # the first number under which this audience could see it
    Column("gone", Boolean, nullable=False),
    Index("ix_sync_row_place_n", "place", "n"),
    sqlite_with_rowid=False,
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

# Documents with their places spelled out: one row for each audience that sees, or saw, a document.
standing = (
    select(
        document_table.c.key,
        document_table.c.collection,
        document_table.c.id,
        document_table.c.rev,
        place_table.c.feed,
        place_table.c.audience,
        row_table.c.n,
        row_table.c.born,
        row_table.c.gone,
    )
    .join_from(document_table, row_table, row_table.c.document == document_table.c.key)
    .join(place_table, place_table.c.id == row_table.c.place)
    .subquery("standing")
)
