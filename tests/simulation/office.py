"""What happens at the server without phones: posts begin and end, people are suspended, the desk decides, jobs run."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Connection, insert, select, update

from sync import device_table, parked, register_device
from sync.ledger import command_table
from webapp import clock, jobs
from webapp.cases.models import Case
from webapp.db import reading, writing
from webapp.founding import publish
from webapp.host import engine
from webapp.patrols.models import Checkpoint, Route
from webapp.people.models import Account, Post
from webapp.places.models import Cell, Household, Organisation
from webapp.places.rights import read_callers
from webapp.privacy.erasing import erase
from webapp.privacy.subject import Subject


def facts() -> dict[str, Any]:
    """What people in the estate know, and phones at their first start do not."""
    with reading() as c:
        accounts = dict(c.execute(select(Account.login, Account.id)).all())
        posts = c.execute(select(Account.login, Post.role, Post.organisation_id, Post.cells).join(Account)).all()
        cells = c.execute(select(Cell.grid_code, Cell.kind, Cell.estate_id).order_by(Cell.grid_code)).all()
        doors = c.execute(select(Household.id, Household.grid_code).order_by(Household.id)).all()
        routes = c.execute(select(Route.id, Route.checkpoint_ids).order_by(Route.id)).all()
        points = c.execute(select(Checkpoint.id).order_by(Checkpoint.id)).scalars().all()
        organisations = dict(c.execute(select(Organisation.id, Organisation.kind)).all())
    return {
        "accounts": accounts,
        "posts": [{"login": p.login, "role": p.role, "at": p.organisation_id, "cells": p.cells} for p in posts],
        "units": [code for code, kind, _ in cells if kind == "unit"],
        "doors": [list(door) for door in doors],
        "routes": [list(route) for route in routes],
        "checkpoints": list(points),
        "organisations": organisations,
    }


class Office:
    """Each method is one thing that somebody does; all are written as the product itself would write them."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    # people

    def appoint(self, login: str, role: str, cells: list[str], at: str, until_ms: float | None = None) -> None:
        """A post begins; with ``until_ms`` it ends by itself."""
        ends = None if until_ms is None else datetime.fromtimestamp(until_ms / 1000, clock.now().tzinfo)
        with writing() as c:
            row = {"id": str(uuid.uuid4()), "organisation_id": at, "role": role, "cells": cells, "ends_at": ends}
            c.execute(insert(Post).values(**row, account_id=_account(c, login), starts_at=clock.now()))
            self._published(c)

    def dismiss(self, login: str, role: str) -> None:
        """Somebody's post of this role ends."""
        with writing() as c:
            mine = (Post.account_id == _account(c, login)) & (Post.role == role) & (Post.ends_at.is_(None))
            c.execute(update(Post).where(mine).values(ends_at=clock.now()))
            self._published(c)

    def put_off(self) -> None:
        """No post ends while phones and books are being compared."""
        now = clock.now()
        with writing() as c:
            tonight = (Post.ends_at > now) & (Post.ends_at < now + timedelta(days=1))
            c.execute(update(Post).where(tonight).values(ends_at=now + timedelta(days=2)))

    def suspend(self, login: str) -> None:
        with writing() as c:
            c.execute(update(Account).where(Account.login == login).values(suspended_at=clock.now()))

    def suspend_phone(self, nth: int) -> None:
        """A phone was lost."""
        d = device_table.c
        with writing() as c:
            query = select(d.id).where(d.kind == "phone", d.suspended_at.is_(None)).order_by(d.registered_at, d.id)
            if phones := c.execute(query).scalars().all():
                lost = d.id == phones[nth % len(phones)]
                c.execute(update(device_table).where(lost).values(suspended_at=clock.now()))

    def reinstate(self, logins: list[str]) -> None:
        with writing() as c:
            c.execute(update(Account).where(Account.login.in_(logins)).values(suspended_at=None))

    def move_household(self, door: str, to: str) -> None:
        """It is found behind other doors than was thought."""
        with writing() as c:
            other = Household.door + "+" + door[:4]
            c.execute(update(Household).where(Household.id == door).values(grid_code=to, door=other))
            self._published(c)

    def erase(self, door: str | None = None, login: str | None = None) -> None:
        """Somebody asks to have deleted what is held about them."""
        with writing() as c:
            subject = Subject(None if login is None else _account(c, login), door)
            erase(c, subject, None, clock.now())

    def republish(self) -> None:
        """What the desk does after any change of posts; some end by the clock."""
        with writing() as c:
            self._published(c)

    def _published(self, c: Connection) -> None:
        for estate in c.execute(select(Organisation.id).where(Organisation.kind == "estate")).scalars().all():
            publish(c, estate, clock.now())

    # the desk

    def parked(self) -> list[str]:
        """What waits for a person, oldest first."""
        c = command_table.c
        with reading() as connection:
            query = select(c.id).where(c.status == "parked").order_by(c.parked_at, c.id)
            return list(connection.execute(query).scalars())

    def decide(self, command: str, apply: bool, by: str) -> None:
        events: list[Any] = []
        with writing() as c:
            who = _account(c, by)
            if apply:
                parked.retry(engine, c, [command], clock.now(), events, overrule=who)
            else:
                parked.decline(engine, c, command, who, "not here", clock.now())
        engine.host.committed(events)

    def cases(self) -> list[dict[str, Any]]:
        with reading() as c:
            rows = c.execute(select(Case.id, Case.state, Case.level, Case.estate_id).order_by(Case.id)).mappings()
            return [dict(row) for row in rows]

    def submit(self, login: str, type: str, payload: dict[str, Any], id: str) -> str:
        """A form on the desk; its outcome's status."""
        with writing() as c:
            account = _account(c, login)
            device = str(uuid.uuid5(uuid.UUID(account), "desk"))
            register_device(c, device, account, "desk", clock.now())
        with reading() as c:
            caller = replace(read_callers(c, [account], clock.now())[account], device=device)
        made_at = clock.now().isoformat(timespec="milliseconds")
        return str(engine.submit(caller, type, payload, id, made_at, clock.now())["status"])

    # the clock

    def run(self, names: list[str]) -> None:
        """Jobs, as the worker runs them. ``night`` is all of a night's but its backup, which has its own hours."""
        every = jobs.declared()
        night = [name for name in every if name.startswith("night.") and name != "night.backup"]
        assert night, "no job of the night is declared"
        for name in (one for named in names for one in (night if named == "night" else [named])):
            every[name].run()


def _account(c: Connection, login: str) -> str:
    return str(c.execute(select(Account.id).where(Account.login == login)).scalar_one())


