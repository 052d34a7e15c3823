"""Residents' rights at the office: look, correct, take out, withdraw, delete, for a person or a door."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sync.wire import dumps
from webapp import jobs
from webapp.db import reading, writing
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.find import tidy
from webapp.desk.forms import text_of
from webapp.desk.privacy import found_by, last_erasure, told
from webapp.desk.visitor import Visitor, here
from webapp.people.audit import note
from webapp.privacy import claims, consents, sweeping
from webapp.privacy.correcting import correct
from webapp.privacy.erasing import erase
from webapp.privacy.held import held
from webapp.privacy.schemas import ANSWER_MOST
from webapp.privacy.subject import Subject
from webapp.privacy.words import SECTIONS, say, teller

ACTION = "privacy.serve"
HOLDER_CHARACTERS, PHONE_CHARACTERS = 60, 30


@blueprint.get("/privacy", endpoint="privacy")
def search() -> Response:
    """Finds a door or a person of the estates that this office looks after; lists what was asked for at doors."""
    visitor, q = here(), tidy(request.args.get("q", ""))
    estates = _mine(visitor)
    with reading() as connection:
        found = found_by(connection, estates, q) if q else []
        waiting = told(visitor, claims.waiting(connection, estates))
    return page("desk/privacy.html", q=q, found=found, waiting=waiting, done=request.args.get("done"))


@blueprint.get("/privacy/<any(person, door):kind>/<uuid:id>", endpoint="privacy_one")
def show(kind: str, id: UUID) -> Response:
    """All that is held; ``do`` asks once more before it is deleted."""
    return _one(here(), kind, id)


def _one(visitor: Visitor, kind: str, id: UUID, status: int = 200, wrong: str | None = None) -> Response:
    """``wrong`` is the claim whose reason is missing."""
    with reading() as connection:
        subject = _subject(connection, visitor, kind, id)
        shown, last = held(connection, subject, visitor.times.now), last_erasure(connection, subject, visitor.language)
        open_ones = claims.waiting(connection, _mine(visitor), str(id)) if kind == "door" else []
    _note(visitor, "privacy.view", subject)
    return page("desk/privacy_one.html", status, kind=kind, id=str(id), held=shown, sections=SECTIONS, say=say,
                last=last, shown=teller(visitor.language, str(visitor.times.zone)), wrong=wrong,
                waiting=told(visitor, open_ones), do=request.args.get("do"), done=request.args.get("done"))  # fmt: skip


@blueprint.get("/privacy/<any(person, door):kind>/<uuid:id>.json", endpoint="privacy_export")
def take_out(kind: str, id: UUID) -> Response:
    """The same as a file."""
    visitor = here()
    with reading() as connection:
        subject = _subject(connection, visitor, kind, id)
        text = dumps(held(connection, subject, visitor.times.now))
    _note(visitor, "privacy.export", subject)
    headers = {"Content-Disposition": f'attachment; filename="{kind}.json"', "Cache-Control": "no-store"}
    return Response(text, headers=headers, content_type="application/json")


@blueprint.post("/privacy/<any(person, door):kind>/<uuid:id>/<any(correct, withdraw, erase):what>",
                endpoint="privacy_do")  # fmt: skip
def carry_out(kind: str, id: UUID, what: str) -> AnyResponse:
    """Done twice, it is done once: there is nothing left to do the second time."""
    visitor = here()
    by, now = visitor.caller.account, visitor.times.now
    with writing() as connection:
        subject = _subject(connection, visitor, kind, id)
        if what == "correct":
            correct(connection, subject, _values(kind), by, now)
        elif what == "withdraw":
            consents.withdraw(connection, subject, by, now)
        else:
            erase(connection, subject, by, now)
    jobs.put(sweeping.JOB)
    done = {"correct": "corrected", "withdraw": "withdrawn", "erase": "erased"}[what]
    return redirect(url_for("desk.privacy_one", kind=kind, id=id, done=done), 303)


@blueprint.get("/privacy/<any(person, door):kind>/<uuid:id>/<any(correct, withdraw, erase):what>",
               endpoint="privacy_again")  # fmt: skip
def reopen(kind: str, id: UUID, what: str) -> AnyResponse:
    """The address of a form that came back, asked for once more."""
    return redirect(url_for("desk.privacy_one", kind=kind, id=id))


@blueprint.post("/privacy/claims/<uuid:id>/<any(done, declined):state>", endpoint="claim_settle")
def settle(id: UUID, state: str) -> AnyResponse:
    """What became of a request made at a door. Settled twice, the first word stands; a refusal needs its reason."""
    visitor, answer = here(), text_of(request.form, "answer")[:ANSWER_MOST]
    with writing() as connection:
        door = claims.door_of(connection, str(id), _mine(visitor))
        if door is not None and (answer or state == "done"):
            claims.settle(connection, [str(id)], state, answer, visitor.caller.account, visitor.times.now)
    if door is None:
        raise NotFound
    if state == "declined" and not answer:
        return _one(visitor, "door", UUID(door), 422, wrong=str(id))
    return redirect(url_for("desk.privacy", done=state), 303)


@blueprint.get("/privacy/claims/<uuid:id>/<any(done, declined):state>", endpoint="claim_again")
def reopen_claim(id: UUID, state: str) -> AnyResponse:
    """The address of a form that came back, asked for once more."""
    with reading() as connection:
        door = claims.door_of(connection, str(id), _mine(here()))
    if door is None:
        raise NotFound
    return redirect(url_for("desk.privacy_one", kind="door", id=door))


def _values(kind: str) -> dict[str, Any]:
    """What was typed; a name must not be empty, at a door nothing has to be known."""
    if kind == "person":
        name = text_of(request.form, "name")[:HOLDER_CHARACTERS]
        if not name:
            raise NotFound
        return {"name": name}
    return {"holder": text_of(request.form, "holder")[:HOLDER_CHARACTERS] or None,
            "phone": text_of(request.form, "phone")[:PHONE_CHARACTERS] or None}  # fmt: skip


def _mine(visitor: Visitor) -> list[str]:
    if not visitor.may(ACTION):
        raise NotFound
    return visitor.organisations_for(ACTION)


def _subject(connection: Any, visitor: Visitor, kind: str, id: UUID) -> Subject:
    estates = _mine(visitor)
    subject = Subject(account_id=str(id)) if kind == "person" else Subject(household_id=str(id))
    if subject.estate(connection) not in estates:
        raise NotFound
    return subject


def _note(visitor: Visitor, action: str, subject: Subject) -> None:
    with writing() as connection:
        named = [subject.account_id or subject.household_id]
        note(connection, visitor.caller.account, action, named, visitor.times.now)
