"""Closing somebody's account: asked twice, for the office of the estate in which that person is, and there alone."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Response, redirect, request, url_for
from sqlalchemy import Connection, func, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sync.ledger import device_table
from webapp import closing
from webapp.db import reading
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.visitor import Visitor, here
from webapp.people.posts import account_table

PATH = "/people/accounts/<uuid:id>/close"
a, d = account_table.c, device_table.c


@dataclass(frozen=True)
class Asked:
    """The account in question; ``elsewhere``: another office has its person too."""

    name: str
    posts: int
    phones: int
    waiting: int
    elsewhere: bool
    closed: bool


@blueprint.get(PATH, endpoint="account_ask")
def ask_to_close(id: UUID) -> Response:
    """The second question, with what follows from it."""
    with reading() as connection:
        asked = _in_care(connection, here(), str(id))
    return page("desk/account.html", account=asked, id=id, done=request.args.get("done"))


@blueprint.post(PATH, endpoint="account_close")
def close(id: UUID) -> AnyResponse:
    """Done, and on record; pressed twice it is done once."""
    visitor = here()
    with reading() as connection:
        asked = _in_care(connection, visitor, str(id))
    if asked.elsewhere:
        raise NotFound
    closing.close(str(id), visitor.caller.account)
    return redirect(url_for("desk.account_ask", id=id, done="closed"), 303)


def _in_care(connection: Connection, visitor: Visitor, id: str) -> Asked:
    """Somebody at home in an estate of this office, or with a post there; not oneself."""
    row = connection.execute(select(a.name, a.home_id, a.suspended_at).where(a.id == id)).first()
    estates = set(visitor.organisations_for("account.close"))
    if row is None or id == visitor.caller.account:
        raise NotFound
    held = closing.held_at(connection, id, visitor.times.now)
    if not estates & {row.home_id, *held}:
        raise NotFound
    phones = select(func.count(), func.coalesce(func.sum(d.waiting), 0)).where(d.account == id, d.kind == "phone")
    count, waiting = connection.execute(phones).one()
    return Asked(row.name, len(held), count, waiting, not {row.home_id, *held} <= estates, row.suspended_at is not None)
