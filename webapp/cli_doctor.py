"""``silian doctor``: what this installation runs on, and what is wrong with it."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Iterator

import click
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from sync import device_table
from webapp import clock, settings, upgrade, working
from webapp.backups import making
from webapp.cli import in_app
from webapp.db import db, reading
from webapp.people.models import Account
from webapp.settings import Settings

BACKUP_WITHIN_HOURS = 48
FREE_LEAST_BYTES = 512 * 1024**2
Finding = tuple[bool, str, str]  # well or not, what, how it is


@click.command()
@in_app
def doctor() -> None:
    """Show the settings and look at disk, database, keys and worker; ends with 1 where something needs a hand."""
    chosen = settings.current()
    ill = 0
    for well, what, how in _findings(chosen):
        ill += not well
        click.echo(f"{'ok' if well else '!!'}  {what:<16} {how}")
    sys.exit(1 if ill else 0)


def _findings(chosen: Settings) -> Iterator[Finding]:
    for part in (_settings, _disk, _database, _backups, _worker):
        yield from part(chosen)


def _settings(chosen: Settings) -> Iterator[Finding]:
    yield True, "instance", str(chosen.instance)
    yield True, "database", make_url(chosen.database_url).render_as_string(hide_password=True)
    yield True, "address", f"{chosen.host}:{chosen.port}, {chosen.web_workers} x {chosen.web_threads} threads"
    yield True, "proxies", f"{chosen.trust_proxy} trusted"
    yield True, "demo", "yes" if chosen.demo else "no"
    usual = chosen.vapid_subject == Settings.vapid_subject
    nobody = f"{chosen.vapid_subject} reaches nobody: set it to mailto: an address that is read" if usual else ""
    yield not usual or chosen.demo, "VAPID_SUBJECT", nobody or chosen.vapid_subject
    allow = ", ".join(chosen.push_allow)
    yield not allow or chosen.demo, "SILIAN_PUSH_ALLOW", allow or "empty: known push services only"
    for what, path in (("secret key", chosen.instance / "secret-key"), ("push key", chosen.vapid_key)):
        if not path.exists():
            given = what == "secret key"  # its file is only missing where the environment has one
            yield given, what, "from the environment" if given else "missing: `silian init` or `silian demo` makes it"
        else:
            private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            yield private, what, f"{path}{'' if private else ' is readable by others: chmod 600'}"


def _disk(chosen: Settings) -> Iterator[Finding]:
    free = shutil.disk_usage(chosen.instance).free
    yield free >= FREE_LEAST_BYTES, "disk", f"{free // 1024**2} MB free"


def _backups(chosen: Settings) -> Iterator[Finding]:
    newest = making.newest()
    nightly = f"nightly, {chosen.backups_kept} kept" if chosen.backups_kept else "not nightly: see BACKUPS_KEPT"
    if newest is None:
        yield not chosen.backups_kept, "backup", f"none here; {nightly}"
        return
    hours = int((clock.now().timestamp() - newest.stat().st_mtime) // 3600)
    fresh = hours <= BACKUP_WITHIN_HOURS or not chosen.backups_kept
    yield fresh, "backup", f"{newest.name}, {hours} hours old; {nightly}"


def _database(chosen: Settings) -> Iterator[Finding]:
    try:
        if upgrade.is_pending():
            yield False, "revision", "older than this version: run `silian upgrade`"
            return
        yield True, "revision", "up to date"
        with reading() as connection:
            people = connection.execute(select(func.count()).select_from(Account)).scalar_one()
            phones = connection.execute(select(func.count()).select_from(device_table)).scalar_one()
            yield True, "people", f"{people} accounts, {phones} devices"
            if db.engine.dialect.name == "sqlite":
                found = str(connection.execute(text("PRAGMA quick_check(1)")).scalar_one())
                yield found == "ok", "file", found
                mode = str(connection.execute(text("PRAGMA journal_mode")).scalar_one())
                yield mode == "wal", "journal", mode
    except SQLAlchemyError as error:
        yield False, "database", f"does not answer ({type(error).__name__})"


def _worker(chosen: Settings) -> Iterator[Finding]:
    if not working.has_jobs():
        yield True, "worker", "nothing to do in this version"
    elif working.is_alive(chosen):
        yield True, "worker", "running"
    else:
        yield False, "worker", "not running on this machine: `silian run` or `silian worker` starts one"


COMMANDS = (doctor,)
