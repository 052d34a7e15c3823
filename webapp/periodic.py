"""What is done by the clock: each minute, each hour, each night. Every piece is a transaction of its own."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final

from huey import crontab
from structlog import get_logger

from sync import Caller, parked
from webapp import clock, jobs, nights, retention, settings
from webapp.backups import making
from webapp.cases.reminding import due_nudges, remind
from webapp.db import reading, writing
from webapp.host import engine
from webapp.people import chain, heads, unnamed
from webapp.places.rights import Rights
from webapp.spans import NIGHTLY, Span

RETRY_PIECE: Final = 50
NIGHT_HOUR_UTC: Final = 19  # three in the morning in Xining
log = get_logger()


@jobs.job("sync.release", when=crontab(minute="0"))
def release_anonymous() -> None:
    """Lets out what was said without a name, all of the hour together."""
    with writing() as connection:
        unnamed.let_out(connection, clock.now())


@jobs.job("sync.retry", when=crontab())
def retry_parked() -> None:
    """Tries parked commands again: for a day each minute, later nightly."""
    with reading() as connection:
        ids = parked.due(connection, clock.now())
    for start in range(0, len(ids), RETRY_PIECE):
        events: list[Any] = []
        with writing() as connection:
            parked.retry(engine, connection, ids[start : start + RETRY_PIECE], clock.now(), events)
        engine.host.committed(events)


@jobs.job("cases.remind", when=crontab())
def remind_of_cases() -> None:
    """The clock's reminders: before a limit, at it, a day after to the next level too, and five working days later."""
    with reading() as connection:
        due = due_nudges(connection, clock.now())
    for case_id, step in due:
        now = clock.now()
        nobody = Caller("", "", "", frozenset(), rights=Rights(""))
        with writing() as connection:
            occasion = str(uuid.uuid5(uuid.UUID(case_id), f"nudge:{step}:{now:%Y-%m-%d}"))
            events = engine.act(connection, occasion, nobody, {"case_id": case_id}, remind(step), now)
        engine.host.committed(events)


@jobs.job("audit.seal", when=crontab())
def seal_audit() -> None:
    """Chains the lines of the last minute."""
    chain.seal(clock.now())


@jobs.job("night.audit_head", when=crontab(hour=str(NIGHT_HOUR_UTC), minute="25"))
def keep_audit_head() -> None:
    """Where the chain stands, once a day, outside the database."""
    chain.seal(clock.now())
    with reading() as connection:
        last = chain.last_seal(connection)
    if last is not None:
        heads.keep(last, clock.now())


def nightly(span: Span) -> Callable[[], None]:
    """Lets go of one kind of thing; how much it was stands in the report and, where it was anything, in the log."""

    def run() -> None:
        if total := nights.run(span):
            log.info("night.done", kind=span.kind, count=total)

    return run


for _nth, _span in enumerate(NIGHTLY):
    jobs.job(f"night.{_span.kind}", when=crontab(hour=str(NIGHT_HOUR_UTC), minute=str(_nth)))(nightly(_span))


@jobs.job("night.unknown_files_are_deleted", when=crontab(hour=str(NIGHT_HOUR_UTC), minute=str(len(NIGHTLY))))
def delete_unknown_files() -> None:
    """Needs no write lock: files are not in the database."""
    with reading() as connection:
        retention.unknown_files_are_deleted(connection, clock.now(), settings.current().blobs)


@jobs.job("night.backup", when=crontab(hour=str(NIGHT_HOUR_UTC), minute="30"))
def back_up() -> None:
    """Where BACKUPS_KEPT asks for it. After what leaves has left."""
    if kept := settings.current().backups_kept:
        file = making.backup(keep=kept)
        log.info("night.backup", bytes=file.stat().st_size)
