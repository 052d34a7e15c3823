"""What follows a deletion: its photos go, rows and files; and what a restored backup brings back goes again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from huey import crontab
from sqlalchemy import Connection, delete, select, update

from webapp import clock, jobs, settings
from webapp.blobs.uses import blob_table, sender_table, use_table
from webapp.db import reading, writing
from webapp.privacy import away, consents, outside
from webapp.privacy.erasing import repeat
from webapp.privacy.models import Erasure

JOB: Final = "privacy.sweep"
AGAIN: Final = "privacy.erase_again"


@jobs.job(JOB, when=crontab())
def sweep() -> None:
    """Each erasure whose photos are still here. The row is marked last: a crash in between is done over."""
    with reading() as connection:
        waiting = connection.execute(select(Erasure.id, Erasure.photos).where(Erasure.swept_at.is_(None))).all()
    for id, photos in waiting:
        with writing() as connection:
            gone = _forget(connection, photos)
        for digest in gone:
            path_of(digest).unlink(missing_ok=True)
        with writing() as connection:
            _swept(connection, id, clock.now())


@jobs.job(AGAIN, when=crontab())
def erase_again() -> None:
    """What a restored backup has brought back though it had been deleted, and what it shows as agreed to once more."""
    lines = outside.read()
    with reading() as connection:
        known = _known(connection)
    for line in lines:
        if line.id in known or line.taken_back:
            continue
        with writing() as connection:
            away.remember(connection, line.id, line.gone)
            # Asked again: the first time may be on its way to its commit.
            if line.id not in _known(connection):
                repeat(connection, line, clock.now())
    with reading() as connection:
        again, agreed = away.is_any_here(connection), consents.brought_back(connection, lines)
    if again:
        with writing() as connection:
            away.take_out(connection, clock.now())
    if agreed:
        with writing() as connection:
            consents.withdraw_again(connection, lines, clock.now())


def _known(connection: Connection) -> set[str]:
    return set(connection.execute(select(Erasure.id)).scalars())


def path_of(digest: str) -> Path:
    return settings.current().blobs / digest[:2] / digest


def _forget(connection: Connection, digests: list[str]) -> list[str]:
    """The rows of those that no record shows any more."""
    used = set(connection.execute(select(use_table.c.blob_id).where(use_table.c.blob_id.in_(digests))).scalars())
    gone = sorted(set(digests) - used)
    connection.execute(delete(sender_table).where(sender_table.c.blob_id.in_(gone)))
    connection.execute(delete(blob_table).where(blob_table.c.id.in_(gone)))
    return gone


def _swept(connection: Connection, id: str, now: datetime) -> None:
    connection.execute(update(Erasure).where(Erasure.id == id).values(swept_at=now, photos=[]))
