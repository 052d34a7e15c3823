"""Setting up the demo: rows, documents, history; at the very end the password file, which says that all is there."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, delete, update

from webapp import settings
from webapp.alerts import vapid
from webapp.db import db, writing
from webapp.demo import feeding, history, places
from webapp.demo.diary import DAYS
from webapp.demo.ids import Ids
from webapp.demo.matters import MATTERS
from webapp.demo.people import PEOPLE
from webapp.founding import publish
from webapp.keeping import keep
from webapp.people import passwords
from webapp.people.models import Account
from webapp.settings import Settings

STRONG_CHARACTERS = 12  # what a password needs where others than this machine can try it
WORDS = {"patrol.start": "rounds", "visit.record": "visits", "opinion.record": "opinions", "patrol.finding": "findings"}


class BadPassword(Exception):
    """SILIAN_DEMO_PASSWORD cannot be used; the message says why."""


def set_up(app: Flask, seed: int, now: datetime) -> dict[str, int]:
    """Fills an empty database, or one in which an earlier set-up was cut short; returns how many of what."""
    chosen: Settings = app.config["SILIAN"]
    password = _password(chosen)
    ids = Ids(seed)
    with writing() as connection:
        _empty(connection)
        estate = places.found(connection, ids, now - timedelta(days=DAYS + 15))
        connection.execute(update(Account).values(password_hash=passwords.hashed(password)))
        publish(connection, estate.id, now - timedelta(days=DAYS + 1))
        publish(connection, estate.other_id, now - timedelta(days=DAYS + 1))
    counts = feeding.feed(history.plan(seed, now, estate, ids), estate, ids, now)
    vapid.ensure(chosen.vapid_key)
    keep(_file(chosen), password)
    cases = counts["case.raise"] + sum(one.source == "finding" for one in MATTERS)
    return {"people": len(PEOPLE), **{word: counts[type] for type, word in WORDS.items()}, "matters": cases}


def announcement(chosen: Settings) -> str:
    """The logins and their password, for the terminal; nothing where this is no demo."""
    if not chosen.demo:
        return ""
    names = "  ".join(person.login for person in PEOPLE)
    password = _file(chosen).read_text(encoding="utf-8").strip()
    return f"  演示登录名 demo logins:  {names}\n  密码 password:  {password}\n"


def is_strong(chosen: Settings) -> bool:
    return len(_file(chosen).read_text(encoding="utf-8").strip()) >= STRONG_CHARACTERS


def _password(chosen: Settings) -> str:
    """From the environment, from an earlier set-up, or made."""
    given = os.environ.get("SILIAN_DEMO_PASSWORD", "").strip()
    if given and (passwords.too_short(given) or len(given) > passwords.LONGEST_CHARACTERS):
        raise BadPassword(f"SILIAN_DEMO_PASSWORD needs at least {passwords.SHORTEST_CHARACTERS} characters.")
    if not given and _file(chosen).exists():
        return _file(chosen).read_text(encoding="utf-8").strip()
    _file(chosen).unlink(missing_ok=True)
    return given or passwords.made_up(STRONG_CHARACTERS)


def _file(chosen: Settings) -> Path:
    return chosen.instance / settings.DEMO_PASSWORD_FILE


def _empty(connection: Connection) -> None:
    """Removes what an interrupted set-up left. The caller has seen that there is no real account."""
    for table in reversed(db.metadata.sorted_tables):
        connection.execute(delete(table))
