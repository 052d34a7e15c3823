"""A running Silian with the demo estate: a real server on a free port, and the hands that an operator would have."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, func, insert, select, update
from werkzeug.serving import WSGIRequestHandler, make_server

from sync import parked, register_device
from webapp import create_app
from webapp.alerts import vapid
from webapp.db import db, writing
from webapp.demo.people import GRID1, GRID2, OTHER_GRID, PEOPLE
from webapp.founding import Names, add_person, found_estate
from webapp.host import engine
from webapp.people import invitations, passwords
from webapp.people.models import Account, Post, SignIn
from webapp.people.unnamed import let_out
from webapp.places.models import Household, Organisation

from .. import databases
from . import demo
from .client import Phone
from .web import Web

PASSWORD = "demo-demo-demo"
LOGINS = tuple(person.login for person in PEOPLE)
BEFORE, ENDED = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
ESTATE_CODE, OTHER_ESTATE_CODE = f"{GRID1[:12]}-1", f"{OTHER_GRID[:12]}-1"
HOUSE = f"{GRID1}-03"  # building_head's
STAIRS = f"{HOUSE}-2"
YARD = f"{GRID2}-07"  # in grid2's cells
ELSEWHERE = f"{OTHER_GRID}-01-1"


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept, as gunicorn's threads keep them

    def log_request(self, *_: object) -> None:
        """Tests read answers, not logs."""


@dataclass
class Server:
    """``url`` for clients; the rest is what stands at the server's terminal, or lies on its disk."""

    app: Flask
    folder: Path
    url: str = ""
    places: dict[str, str] = field(default_factory=dict)  # district, street, community, estate, other → organisation id

    def phone(self, login: str) -> Phone:
        """A new phone on which this person has signed in: its session is written straight into the database."""
        phone, token, now = self.browser(), secrets.token_urlsafe(32), datetime.now(UTC)
        with self.writes() as connection:
            account = connection.execute(select(Account.id, Account.language).where(Account.login == login)).one()
            register_device(connection, phone.device, account.id, "phone", now)
            row = {"account_id": account.id, "device_id": phone.device, "created_at": now, "used_at": now}
            connection.execute(insert(SignIn).values(id=hashlib.sha256(token.encode()).hexdigest(), **row))
        phone.web.cookies["silian"] = token
        phone.me = {"account": {"id": account.id, "language": account.language}}
        return phone

    def sign_in(self, login: str, password: str = PASSWORD, device: str | None = None) -> Phone:
        """A phone, new unless a device is named, on which this person signs in now."""
        phone = self.browser(device)
        answer = phone.sign_in(login, password)
        assert answer.status == 200, answer.body
        return phone

    def browser(self, device: str | None = None) -> Phone:
        """A phone on which nobody has signed in yet."""
        return Phone(Web(self.url), **({"device": device} if device else {}))

    # people

    def hire(self, role: str, at: str = "estate", cells: tuple[str, ...] = (), language: str = "zh") -> str:
        """Somebody new with a post; the login. ``at`` is a word of ``places``, or an organisation's id."""
        login = f"{role}-{uuid.uuid4().hex[:8]}"
        home = self.places.get(at, at)
        with self.writes() as connection:
            id = add_person(
                connection, login=login, name=f"name of {login}", role=role, organisation_id=home, home_id=home,
                cells=list(cells), language=language, now=BEFORE,
            )  # fmt: skip
            connection.execute(update(Account).where(Account.id == id).values(password_hash=passwords.hashed(PASSWORD)))
        return login

    def appoint(self, login: str, role: str, at: str = "estate", cells: tuple[str, ...] = ()) -> None:
        """One more post for somebody."""
        row = {"id": str(uuid.uuid4()), "account_id": self.account(login), "role": role, "cells": list(cells)}
        with self.writes() as connection:
            connection.execute(insert(Post).values(**row, organisation_id=self.places.get(at, at), starts_at=BEFORE))

    def dismiss(self, login: str, role: str | None = None) -> None:
        """Ends somebody's posts, or those of one role."""
        mine = (Post.account_id == self.account(login)) & (Post.ends_at.is_(None))
        mine &= Post.role == role if role else True
        with self.writes() as connection:
            connection.execute(update(Post).where(mine).values(ends_at=ENDED))

    def suspend(self, login: str, back: bool = False) -> None:
        at = None if back else ENDED
        with self.writes() as connection:
            connection.execute(update(Account).where(Account.login == login).values(suspended_at=at))

    def invite(self, login: str) -> str:
        """The code of a new invitation."""
        with self.writes() as connection:
            return invitations.invite(connection, self.account(login), 24, datetime.now(UTC))

    def found(self, name: str, community_code: str) -> str:
        """A new estate with organisations of its own above it, in which nobody holds a post yet; its id."""
        with self.writes() as connection:
            return found_estate(connection, name, community_code, Names(), BEFORE)

    def account(self, login: str) -> str:
        with self.app.app_context(), db.engine.connect() as connection:
            return str(connection.execute(select(Account.id).where(Account.login == login)).scalar_one())

    def door(self, grid_code: str) -> str:
        """A household behind this stairwell's doors."""
        with self.app.app_context(), db.engine.connect() as connection:
            query = select(func.min(Household.id)).where(Household.grid_code == grid_code)
            return str(connection.execute(query).scalar_one())

    # the disk

    @contextmanager
    def writes(self) -> Iterator[Connection]:
        with self.app.app_context(), writing() as connection:
            yield connection

    def release(self) -> int:
        """What the hourly job does: documents that waited go out."""
        with self.writes() as connection:
            return let_out(connection, datetime.now(UTC))

    def try_again(self, command: str) -> None:
        """What the minute's job does with a parked command that is due; the other tests' are left to lie."""
        now, events = datetime.now(UTC), list[Any]()
        with self.writes() as connection:
            assert command in parked.due(connection, now)
            parked.retry(engine, connection, [command], now, events)

    def decide(self, command: str, apply: bool, by: str, reason: str = "") -> str:
        """What a person at the desk does with a parked command; how it ended."""
        now, events = datetime.now(UTC), list[Any]()
        with self.writes() as connection:
            if not apply:
                return "declined" if parked.decline(engine, connection, command, by, reason, now) else "gone"
            return parked.retry(engine, connection, [command], now, events, overrule=by)[command].status

    def rows(self, table: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of a table in which these columns hold these values."""
        kept = db.metadata.tables[table]
        where = [kept.c[name].is_not_distinct_from(value) for name, value in values.items()]
        with self.app.app_context(), db.engine.connect() as connection:
            return [dict(row) for row in connection.execute(select(kept).where(*where)).mappings()]

    def change(self, table: str, where: dict[str, Any], **values: Any) -> None:
        """Writes these values into the rows of a table in which its columns hold what ``where`` says."""
        kept = db.metadata.tables[table]
        with self.writes() as connection:
            connection.execute(update(kept).where(*(kept.c[n] == value for n, value in where.items())).values(**values))

    def mentions(self, text: str) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table in which this text stands, by table."""
        found = {
            table: [row for row in self.rows(table) if text in json.dumps(row, default=str, ensure_ascii=False)]
            for table in db.metadata.tables
        }
        return {table: rows for table, rows in found.items() if rows}

    def backup(self) -> databases.Copy:
        self.forget_connections()
        return databases.copy(self.url_of_database)

    def forget_connections(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Every statement fails meanwhile, as on a full disk."""

        with self.app.app_context():
            watched = db.engine

        def fail(*_: object) -> None:
            raise watched.dialect.dbapi.OperationalError("database or disk is full")

        event.listen(watched, "before_cursor_execute", fail)
        try:
            yield
        finally:
            event.remove(watched, "before_cursor_execute", fail)

    def restore(self, backup: databases.Copy) -> None:
        """The database as it was; a restored server starts anew and remembers nothing else."""
        self.forget_connections()
        backup.put(self.url_of_database)
        engine.forget()

    @property
    def url_of_database(self) -> str:
        return str(self.app.config["SILIAN"].database_url)


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Sets the demo up in an empty folder and serves it until the end."""
    vapid.ensure(folder / "vapid.pem")
    url, jobs = databases.fresh(folder), databases.fresh_queue()
    app = create_app(instance=folder, database_url=url, redis_url=jobs, log_level="critical")
    server = Server(app, folder)
    demo.lay(app, PASSWORD)
    with app.app_context():
        databases.hurry(db.engine)
        with db.engine.connect() as connection:
            codes = dict(connection.execute(select(Organisation.code, Organisation.id)).all())
    names = {"district": GRID1[:6], "street": GRID1[:9], "community": GRID1[:12]}
    names |= {"estate": ESTATE_CODE, "other": OTHER_ESTATE_CODE}
    server.places = {name: codes[code] for name, code in names.items()}
    http = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.url = f"http://127.0.0.1:{http.port}"
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    http.shutdown()
    http.server_close()
    with app.app_context():
        db.engine.dispose()

