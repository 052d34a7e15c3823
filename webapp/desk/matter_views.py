"""Matters: the list with the chosen one beside it, and the moves."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp.db import reading
from webapp.desk import audit, matters, running
from webapp.desk.blueprint import blueprint
from webapp.desk.board import Board, board_of, wanted_here
from webapp.desk.choices import units_of_case
from webapp.desk.detail import news_since
from webapp.desk.door import after_expiry, page
from webapp.desk.forms import Stamp, Typed, check, stamp_of, steps_of, typed_of
from webapp.desk.moves import FIELDS, Move
from webapp.desk.running import Result
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import has, say

TEXTS = ("note", "refer_to", "lead", "due", "settled", "satisfied")


@blueprint.get("/")
def home() -> AnyResponse:
    """The desk opens on its matters."""
    return redirect(url_for("desk.matters"))


@blueprint.get("/matters", endpoint="matters")
def show_list() -> Response:
    """The list, with its first matter beside it."""
    return _show(board_of(here(), None))


@blueprint.get("/matters/<uuid:case_id>", endpoint="matter")
def show_one(case_id: UUID) -> Response:
    """The list, with this matter beside it; ``do`` opens the form of a move."""
    return _show(board_of(here(), str(case_id), request.args.get("do")))


@blueprint.get("/matters/<uuid:case_id>/<name>", endpoint="move_again")
def reopen(case_id: UUID, name: str) -> AnyResponse:
    """The address of a form that came back, asked for once more: the form, empty."""
    return redirect(url_for("desk.matter", case_id=case_id, do=name, **wanted_here().args()))


@blueprint.post("/matters/<uuid:case_id>/<name>", endpoint="move")
def make_move(case_id: UUID, name: str) -> AnyResponse:
    """One move. Where it cannot be made, the form comes back as it was typed, with the reason."""
    if name not in FIELDS:
        raise NotFound
    visitor, stamp, id = here(), stamp_of(request.form), str(case_id)
    move, typed = Move(name, request.form.get("to")), typed_of(request.form, TEXTS)
    with reading() as connection:
        row = matters.one(connection, visitor, id)
        if row is None:
            return _gone(visitor, stamp, name)
        check(move, typed, visitor.times, units_of_case(connection, row, visitor) if name == "assign" else None)
    if typed.wrong:
        return _again(id, name, typed, Result("invalid", 422, say(visitor.language, "problem.summary")))
    for step in steps_of(move, id, request.form, typed, visitor.times):
        result = running.run(visitor, step.type, step.payload, step.stamp)
        if not result.done:
            return _again(id, name, typed, result, stamp)
    return _after(visitor, id, name)


def _show(board: Board) -> Response:
    key, times = f"done.{request.args.get('done', '')}", here().times
    board.said = say(here().language, key, at=times.clock(times.now)) if has(key) else ""
    if board.detail:
        audit.looked(here(), "case", [board.detail.line.id])
    return page("desk/matters.html", board=board)


def _after(visitor: Visitor, case_id: str, name: str) -> AnyResponse:
    """To the matter; to the list where it has left this person's sight."""
    args = wanted_here().args() | {"done": name}
    with reading() as connection:
        if matters.one(connection, visitor, case_id) is None:
            return redirect(url_for("desk.matters", **args), 303)
    return redirect(url_for("desk.matter", case_id=case_id, **args), 303)


def _gone(visitor: Visitor, stamp: Stamp, name: str) -> AnyResponse:
    """Out of sight: by this very move, clicked twice; or never seen."""
    if not running.applied(visitor, stamp):
        raise NotFound
    return redirect(url_for("desk.matters", done=name), 303)


def _again(case_id: str, name: str, typed: Typed, result: Result, stamp: Stamp | None = None) -> Response:
    """The matter as it is now, with the form as it was typed and what has changed since it was read."""
    board = board_of(here(), case_id, name)
    assert board.detail is not None
    typed.wrong |= {field: words for field, words in result.fields.items() if field not in typed.wrong}
    board.detail.typed, board.detail.problem = typed, result.message
    if result.same_stamp and stamp:
        board.detail.stamp = stamp
    if result.code == "stale":
        seen = request.form.get("seen", "")
        board.detail.news = news_since(int(seen) if seen.isascii() and seen.isdigit() else 0, board.detail)
    return page("desk/matters.html", result.status, board=board)


@after_expiry("desk.move")
def _expired(case_id: UUID, name: str) -> Response:
    """The page was open too long for its token: a new one, and every word that was typed."""
    if name not in FIELDS:
        raise NotFound
    message = say(here().language, "problem.form")
    return _again(str(case_id), name, typed_of(request.form, TEXTS), Result("form_expired", 400, message))
