"""Suspending somebody's device, and lifting that: asked twice, for whoever looks after the phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, redirect, url_for
from sqlalchemy import Connection, or_, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sync.ledger import device_table
from webapp.db import reading, writing
from webapp.desk.blueprint import blueprint
from webapp.desk.crew import sees_devices
from webapp.desk.door import page
from webapp.desk.visitor import Visitor, here
from webapp.people import suspending
from webapp.people.posts import account_table, post_table

DOINGS: Final = {"suspend": suspending.suspend, "lift": suspending.lift}
PATH: Final = "/people/devices/<string(maxlength=36):id>/<any(suspend, lift):do>"
a, d, p = account_table.c, device_table.c, post_table.c


@dataclass(frozen=True)
class Asked:
    """The device in question."""

    name: str
    kind: str
    waiting: int


@blueprint.get(PATH, endpoint="device_ask")
def ask(id: str, do: str) -> Response:
    """The second question, with what becomes of what waits there."""
    with reading() as connection:
        found = _in_care(connection, here(), id)
    return page("desk/device.html", device=found, id=id, do=do)


@blueprint.post(PATH, endpoint="device_do")
def do(id: str, do: str) -> AnyResponse:
    """Done, and on record; pressed twice it is done once."""
    visitor = here()
    with writing() as connection:
        _in_care(connection, visitor, id)
        DOINGS[do](connection, id, visitor.caller.account, visitor.times.now)
    return redirect(url_for("desk.people"), 303)


def _in_care(connection: Connection, visitor: Visitor, id: str) -> Asked:
    """The device of somebody who holds a post where this visitor looks after the phones; not the one at hand."""
    query = select(a.name, d.kind, d.waiting, d.account).join_from(device_table, account_table, a.id == d.account)
    row = connection.execute(query.where(d.id == id)).first()
    if row is None or id == visitor.who.device_id:
        raise NotFound
    now = visitor.times.now
    held = select(p.organisation_id).where(p.account_id == row.account, p.role != "resident", p.starts_at <= now)
    places = connection.execute(held.where(or_(p.ends_at.is_(None), p.ends_at > now))).scalars()
    if not any(sees_devices(visitor, place) for place in places):
        raise NotFound
    return Asked(row.name, row.kind, row.waiting)
