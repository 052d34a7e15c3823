"""Commands kept for their authors: look, and then apply or decline, which asks once more."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp.db import reading
from webapp.desk import audit, parked
from webapp.desk.blueprint import blueprint
from webapp.desk.door import after_expiry, page
from webapp.desk.forms import text_of
from webapp.desk.kept_words import Kept, kept_of
from webapp.desk.visitor import here
from webapp.desk.words import say
from webapp.problems import words

REASON_MOST = 400


@blueprint.get("/parked", endpoint="parked")
def show_list() -> Response:
    """What is kept, longest first."""
    _may()
    with reading() as connection:
        rows, more = parked.listed(connection, here())
        kept = kept_of(connection, here(), rows)
    audit.looked(here(), "parked", [one.id for one in kept])
    return page("desk/parked.html", kept=kept, more=more, most=parked.LISTED_MOST, done=_done())


@blueprint.get("/parked/<uuid:command_id>", endpoint="parked_one")
def show_one(command_id: UUID) -> Response:
    """One of them whole; ``do`` asks once more before it is settled."""
    kept = _kept(command_id)
    audit.looked(here(), "parked", [kept.id])
    return page("desk/parked_one.html", kept=kept, do=request.args.get("do"), reason="", problem="")


@blueprint.get("/parked/<uuid:command_id>/<any(apply, decline):what>", endpoint="parked_again")
def reopen(command_id: UUID, what: str) -> AnyResponse:
    """The address of a form that came back, asked for once more."""
    return redirect(url_for("desk.parked_one", command_id=command_id, do=what))


@blueprint.post("/parked/<uuid:command_id>/apply", endpoint="parked_apply")
def apply(command_id: UUID) -> AnyResponse:
    """It is done as it was written. A second click finds it settled."""
    kept, language = _kept(command_id), here().language
    settled = parked.apply(here(), kept.id) if kept.status == "parked" else None
    if settled is None:
        return _settled(command_id)
    if settled.status == "applied":
        return redirect(url_for("desk.parked", done="applied"), 303)
    message = words(settled.code or "failed", language)
    key = "parked.refused" if settled.status == "declined" else "parked.still"
    return page("desk/parked_one.html", 409, kept=_kept(command_id), do=None, reason="",
                problem=say(language, key, message=message))  # fmt: skip


@blueprint.post("/parked/<uuid:command_id>/decline", endpoint="parked_decline")
def decline(command_id: UUID) -> AnyResponse:
    """It is not done, and its author reads why. A second click finds it settled."""
    kept, reason = _kept(command_id), text_of(request.form, "reason")
    if not reason or len(reason) > REASON_MOST:
        return _ask_again(command_id, reason, "problem.long" if reason else "problem.required", 422)
    if kept.status == "parked":
        parked.decline(here(), kept.id, reason)
    return _settled(command_id)


def _settled(command_id: UUID) -> AnyResponse:
    """Back to the list with what became of it, which somebody else may have decided meanwhile."""
    return redirect(url_for("desk.parked", done=_kept(command_id).status), 303)


@after_expiry("desk.parked_decline")
def _expired(command_id: UUID) -> Response:
    return _ask_again(command_id, text_of(request.form, "reason"), "problem.form", 400)


def _ask_again(command_id: UUID, reason: str, key: str, status: int) -> Response:
    problem = say(here().language, key)
    return page("desk/parked_one.html", status, kept=_kept(command_id), do="decline", reason=reason, problem=problem)


def _may() -> None:
    if not here().may("parked.settle"):
        raise NotFound


def _kept(command_id: UUID) -> Kept:
    _may()
    with reading() as connection:
        row = parked.one(connection, here(), str(command_id))
        if row is None:
            raise NotFound
        return kept_of(connection, here(), [row])[0]


def _done() -> str:
    done = request.args.get("done")
    if done not in ("applied", "declined"):
        return ""
    return say(here().language, f"parked.{done}", at=here().times.clock(here().times.now))
