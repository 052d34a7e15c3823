"""Registering a matter for somebody who came to the office, or rang."""

from __future__ import annotations

import uuid
from typing import Any, Final

from flask import Response, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from sync import Batch
from webapp.cases.schemas import TITLE_MOST
from webapp.db import reading
from webapp.desk.blueprint import blueprint
from webapp.desk.choices import categories_for, estates_for, places_for
from webapp.desk.door import after_expiry, page
from webapp.desk.forms import Stamp, Typed, stamp_of, typed_of
from webapp.desk.running import Result, run
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import say

TEXTS: Final = ("estate", "title", "category", "place", "text", "urgent", "name", "phone")
LONGEST: Final = {"title": TITLE_MOST, "text": 200, "name": 60, "phone": 30}  # those of the commands' schemas
NEEDED: Final = {"title": "problem.required", "category": "problem.pick"}


@blueprint.get("/raise", endpoint="raise_case")
def show() -> Response:
    """An empty form."""
    estate = request.args.get("estate", "")
    return _form(here(), Typed({"estate": estate}), Stamp.new(here().times.now))


@blueprint.post("/raise")
def register() -> AnyResponse:
    """``case.raise`` from a call, and, where somebody left a name or a number, ``case.join`` with it."""
    visitor, stamp, typed = here(), stamp_of(request.form), typed_of(request.form, TEXTS)
    _check(typed, place_needed(visitor))
    if typed.wrong:
        return _form(visitor, typed, stamp, Result("invalid", 422, say(visitor.language, "problem.summary")))
    case_id = str(uuid.uuid5(uuid.UUID(stamp.command_id), "case"))
    result = run(visitor, "case.raise", _raise_payload(case_id, typed), stamp)
    if not result.done:
        return _form(visitor, typed, stamp if result.same_stamp else Stamp.new(visitor.times.now), result)
    if typed["name"] or typed["phone"]:
        reporter = stamp.derived(f"reporter {typed['name']} {typed['phone']}")
        result = run(visitor, "case.join", _join_payload(case_id, typed), reporter)
        if not result.done:  # under the same stamp the matter is found raised, and only its reporter is added
            return _form(visitor, typed, stamp, result)
    return redirect(url_for("desk.matter", case_id=case_id, done="raise"), 303)


@after_expiry("desk.register")
def expired() -> Response:
    """The page was open too long for its token: a new one, and every word that was typed."""
    message = say(here().language, "problem.form")
    typed = typed_of(request.form, TEXTS)
    return _form(here(), typed, Stamp.new(here().times.now), Result("form_expired", 400, message))


def _form(visitor: Visitor, typed: Typed, stamp: Stamp, result: Result | None = None) -> Response:
    if not visitor.may("case.raise"):
        raise NotFound
    with reading() as connection:
        estates = estates_for(connection, visitor, "case.raise")
        estate = next((one for one in estates if one.value == typed["estate"]), next(iter(estates), None))
        batch = Batch(connection, visitor.times.now, [])
        categories = categories_for(batch, estate.value, visitor.language) if estate else []
        groups = places_for(connection, visitor, estate.value) if estate else []
    if result is not None:
        typed.wrong |= {field: words for field, words in result.fields.items() if field not in typed.wrong}
    return page(
        "desk/raise.html",
        result.status if result else 200,
        typed=typed,
        made=stamp,
        estates=estates,
        estate=estate,
        categories=categories,
        groups=groups,
        place_needed=place_needed(visitor),
        longest=LONGEST,
        problem=result.message if result else "",
    )


def place_needed(visitor: Visitor) -> bool:
    """Whether the place alone says which estate is meant."""
    with reading() as connection:
        estates = [one.value for one in estates_for(connection, visitor, "case.raise")]
    return estates != visitor.organisations_for("case.raise")


def _check(typed: Typed, with_place: bool) -> None:
    for name, words in (NEEDED | ({"place": "problem.pick"} if with_place else {})).items():
        if not typed[name]:
            typed.wrong[name] = words
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            typed.wrong[name] = "problem.long"


def _raise_payload(case_id: str, typed: Typed) -> dict[str, Any]:
    place = {"grid_code": typed["place"] or None, "position": None, "text": typed["text"] or None}
    return {
        "case_id": case_id,
        "from": {"kind": "call", "id": None},
        "title": typed["title"],
        "category": typed["category"],
        "place": place if typed["place"] or typed["text"] else None,
        "urgent": typed["urgent"] == "yes",
    }


def _join_payload(case_id: str, typed: Typed) -> dict[str, Any]:
    reporter = {"name": typed["name"] or None, "phone": typed["phone"] or None, "account_id": None, "wants_news": False}
    return {"case_id": case_id, "reporter": reporter}
