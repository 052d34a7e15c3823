"""Giving somebody a further post, and ending one: asked twice, for the office of the estate and the roles it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, redirect, request, url_for
from sqlalchemy import Connection, select
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp.appointing import appoint, dismiss, withdraw
from webapp.db import reading
from webapp.desk import audit
from webapp.desk.blueprint import blueprint
from webapp.desk.care import given_by, in_care, posts_in_care, shown
from webapp.desk.crew import PostShown
from webapp.desk.door import after_expiry, page
from webapp.desk.forms import Typed, text_of
from webapp.desk.post_forms import PostTyped, cells_of, check_post, offer_for, said_beside, typed_post
from webapp.desk.times import Times
from webapp.desk.visitor import Visitor, here
from webapp.people.posts import account_table, post_table

CHANGE: Final = "post.change"
TEXTS: Final = ("estate", "role", "door", "from", "until")
YEARS: Final = range(1950, 2101)
ADD, END = "/people/accounts/<uuid:id>/posts", "/people/posts/<uuid:id>/end"
a, p = account_table.c, post_table.c


@dataclass(frozen=True)
class Asked:
    """The post in question, and whose it is."""

    account_id: str
    name: str
    post: PostShown
    begun: bool
    over: bool


@blueprint.get(ADD, endpoint="post_add")
def show(id: UUID) -> Response:
    """The posts that somebody holds here, each with its end, and a form for one more."""
    return _form(here(), str(id), PostTyped({"estate": request.args.get("estate", "")}))


@blueprint.post(ADD, endpoint="post_add_do")
def add(id: UUID) -> AnyResponse:
    visitor, typed, given = here(), typed_post(TEXTS), False
    with reading() as connection:
        in_care(connection, visitor, str(id), CHANGE)
        offer = offer_for(connection, visitor, CHANGE, typed["estate"])
    check_post(offer, typed)
    starts_at = _midnight(typed, "from", visitor.times) or visitor.times.now
    ends_at = _midnight(typed, "until", visitor.times, after=1)
    if typed.wrong:
        return _form(visitor, str(id), typed, 422)
    with said_beside(visitor, typed):
        with reading() as connection:
            cells = cells_of(connection, offer, typed)
        given = bool(appoint(account_id=str(id), organisation_id=offer.estate.value, role=typed["role"], cells=cells,
                             starts_at=starts_at, ends_at=ends_at, by=visitor.caller.account))  # fmt: skip
    if not given:
        return _form(visitor, str(id), typed, 422)
    return redirect(url_for("desk.post_add", id=id, estate=offer.estate.value, done="add"), 303)


@after_expiry("desk.post_add_do")
def expired(id: UUID) -> Response:
    """The page was open too long for its token: a new one, and what was typed."""
    return _form(here(), str(id), typed_post(TEXTS), 400, "problem.form")


@blueprint.get(END, endpoint="post_end")
def ask(id: UUID) -> Response:
    """The second question, with what follows."""
    return _ask(here(), str(id), Typed())


@blueprint.post(END, endpoint="post_end_do")
def end(id: UUID) -> AnyResponse:
    """Ended now or with its last day; one that has not begun is taken back. On record."""
    visitor, typed, done = here(), Typed({"until": text_of(request.form, "until")}), False
    with reading() as connection:
        asked = _post_in_care(connection, visitor, str(id))
    ends_at = _midnight(typed, "until", visitor.times, after=1) or visitor.times.now
    if not typed.wrong:
        with said_beside(visitor, typed):
            if asked.begun:
                dismiss(str(id), ends_at, visitor.caller.account)
            else:
                withdraw(str(id), visitor.caller.account)
            done = True
    if not done:
        return _ask(visitor, str(id), typed, 422)
    return redirect(url_for("desk.people", done="end" if asked.begun else "withdraw"), 303)


@after_expiry("desk.post_end_do")
def expired_end(id: UUID) -> Response:
    return _ask(here(), str(id), Typed({"until": text_of(request.form, "until")}), 400)


def _form(visitor: Visitor, id: str, typed: PostTyped, status: int = 200, problem: str = "") -> Response:
    with reading() as connection:
        person = in_care(connection, visitor, id, CHANGE)
        offer = offer_for(connection, visitor, CHANGE, typed["estate"])
        posts = posts_in_care(connection, visitor, id)
    audit.looked(visitor, "people", [id])
    problem = problem or ("problem.summary" if typed.wrong else "")
    return page("desk/post_add.html", status, id=id, person=person, posts=posts, offer=offer, typed=typed,
                problem=problem, done=request.args.get("done"))  # fmt: skip


def _ask(visitor: Visitor, id: str, typed: Typed, status: int = 200) -> Response:
    with reading() as connection:
        asked = _post_in_care(connection, visitor, id)
    audit.looked(visitor, "people", [asked.account_id])
    return page("desk/post_end.html", status, id=id, asked=asked, typed=typed)


def _post_in_care(connection: Connection, visitor: Visitor, id: str) -> Asked:
    """A post in an estate of this office, of a role that it gives."""
    columns = (a.name, p.account_id, p.id.label("post_id"), p.organisation_id, p.role, p.cells, p.starts_at, p.ends_at)
    query = select(*columns).join_from(post_table, account_table, a.id == p.account_id)
    row: Any = connection.execute(query.where(p.id == id)).first()
    if row is None or row.role not in given_by(visitor) or not visitor.may(CHANGE, row.organisation_id):
        raise NotFound
    now = visitor.times.now
    over = row.ends_at is not None and row.ends_at <= now
    return Asked(row.account_id, row.name, shown(connection, visitor, row), row.starts_at <= now, over)


def _midnight(typed: Typed, name: str, times: Times, after: int = 0) -> datetime | None:
    """The beginning of a day that was written, or of the day after it; None where none was."""
    if not typed[name]:
        return None
    try:
        day = date.fromisoformat(typed[name])
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        typed.wrong[name] = "problem.day"
        return None
    return times.at(day + timedelta(days=after), 0)
