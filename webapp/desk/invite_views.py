"""Inviting somebody new, and somebody who is here once more. The way in is shown once, in the answer to the form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp import settings
from webapp.db import reading, writing
from webapp.desk.blueprint import blueprint
from webapp.desk.care import given_by, in_care
from webapp.desk.door import after_expiry, page
from webapp.desk.forms import Stamp, stamp_of
from webapp.desk.post_forms import (
    DOOR_CHARACTERS,
    PostTyped,
    cells_of,
    check_post,
    offer_for,
    said_beside,
    typed_post,
)
from webapp.desk.qr import drawn
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import say
from webapp.inviting import INVITE, NAME_CHARACTERS, Invited, invite_again, invite_new
from webapp.people import invitations
from webapp.people.entry import LOGIN_CHARACTERS

TEXTS: Final = ("estate", "name", "role", "door", "login")
LONGEST: Final = {"name": NAME_CHARACTERS, "login": LOGIN_CHARACTERS, "door": DOOR_CHARACTERS}


@dataclass(frozen=True)
class Asked:
    """Who is to have a new invitation; ``beyond``: this person's posts are not all of this office's to give."""

    name: str
    beyond: bool


@blueprint.get("/people/invite", endpoint="invite")
def show() -> Response:
    """An empty form."""
    visitor = here()
    return _form(visitor, PostTyped({"estate": request.args.get("estate", "")}), Stamp.new(visitor.times.now))


@blueprint.post("/people/invite", endpoint="invite_do")
def do() -> AnyResponse:
    """Account, post and invitation in one transaction; sent twice, the second makes nothing and shows no code."""
    visitor, stamp, typed = here(), stamp_of(request.form), typed_post(TEXTS)
    with reading() as connection:
        offer = offer_for(connection, visitor, INVITE, typed["estate"])
    check_post(offer, typed)
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            typed.wrong[name] = "problem.long"
    if not typed["name"]:
        typed.wrong["name"] = "problem.required"
    if typed.wrong:
        return _form(visitor, typed, stamp, 422)
    id, invited = stamp.derived("invitation").command_id, None
    try:
        with said_beside(visitor, typed), writing() as connection:
            if invitations.made(connection, id):
                return _once()
            invited = invite_new(
                connection, name=typed["name"], role=typed["role"], organisation_id=offer.estate.value,
                cells=cells_of(connection, offer, typed), login=typed["login"] or None, language=visitor.language,
                now=visitor.times.now, by=visitor.caller.account, id=id,
            )  # fmt: skip
    except IntegrityError:  # at the same moment: the same form, or the same login
        return _beaten(visitor, typed, stamp, id)
    return _shown(visitor, invited) if invited else _form(visitor, typed, stamp, 422)


@after_expiry("desk.invite_do")
def expired() -> Response:
    """The page was open too long for its token: a new one, and every word that was typed."""
    visitor = here()
    return _form(visitor, typed_post(TEXTS), Stamp.new(visitor.times.now), 400, "problem.form")


@blueprint.get("/people/accounts/<uuid:id>/invite", endpoint="invite_again")
def ask(id: UUID) -> Response:
    """The second question: earlier invitations are good no more."""
    visitor = here()
    with reading() as connection:
        asked = _asked(connection, visitor, str(id))
    return page("desk/invite_again.html", asked=asked, id=id, made=Stamp.new(visitor.times.now))


@blueprint.post("/people/accounts/<uuid:id>/invite", endpoint="invite_again_do")
def again(id: UUID) -> AnyResponse:
    visitor, made = here(), stamp_of(request.form).derived(f"again {id}").command_id
    try:
        with writing() as connection:
            if _asked(connection, visitor, str(id)).beyond:
                raise NotFound
            if invitations.made(connection, made):
                return _once()
            invited = invite_again(connection, str(id), visitor.times.now, visitor.caller.account, made)
    except IntegrityError:
        return _once()
    return _shown(visitor, invited)


def _asked(connection: Connection, visitor: Visitor, id: str) -> Asked:
    """An invitation opens everything that its person may do: whoever may do more than this office gives stays out."""
    person = in_care(connection, visitor, id, INVITE)
    within = person.places <= set(visitor.organisations_for(INVITE)) and person.roles <= set(given_by(visitor))
    return Asked(person.name, not within)


def _form(visitor: Visitor, typed: PostTyped, stamp: Stamp, status: int = 200, problem: str = "") -> Response:
    with reading() as connection:
        offer = offer_for(connection, visitor, INVITE, typed["estate"])
    problem = problem or ("problem.summary" if typed.wrong else "")
    return page("desk/invite.html", status, offer=offer, typed=typed, made=stamp, longest=LONGEST,
                hours=settings.current().invitation_hours, problem=problem)  # fmt: skip


def _shown(visitor: Visitor, invited: Invited) -> Response:
    """The one time that the code is seen; nothing on the way may keep this page."""
    chosen = settings.current()
    link = invitations.link(chosen.public_url or request.url_root, invited.code)
    answer = page("desk/invited.html", invited=invited, link=link, qr=drawn(link), hours=chosen.invitation_hours)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _once() -> Response:
    return page("desk/problem.html", 409, message="invited.once")


def _beaten(visitor: Visitor, typed: PostTyped, stamp: Stamp, id: str) -> Response:
    """Another request was first by a moment."""
    with reading() as connection:
        if invitations.made(connection, id):
            return _once()
    typed.wrong["login"] = say(visitor.language, "amiss.taken", what=typed["login"])
    return _form(visitor, typed, stamp, 422)
