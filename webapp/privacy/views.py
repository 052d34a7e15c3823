"""A person's own rights from the phone: see and take along, correct, withdraw, have deleted."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from webapp import clock, jobs
from webapp.db import reading, writing
from webapp.errors import language
from webapp.people.audit import note
from webapp.people.me import DEFAULT_TIME_ZONE
from webapp.people.refusal import Refusal
from webapp.people.sign_in import SignedIn, current
from webapp.people.views import json_body, texts
from webapp.privacy import homes, sweeping
from webapp.privacy.correcting import correct
from webapp.privacy.subject import Subject
from webapp.privacy.words import SECTIONS, say, teller

NAME_CHARACTERS = 60
blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")


@blueprint.get("/mine")
def mine() -> Response:
    """All that is held about whoever asks, as JSON."""
    response = jsonify(_held(_signed_in()))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/mine.html")
def mine_readable() -> Response:
    """The same as a page, to be read and printed."""
    who = _signed_in()
    page = render_template("privacy/held.html", held=_held(who), language=language(), sections=SECTIONS, say=say,
                           shown=teller(language(), DEFAULT_TIME_ZONE))  # fmt: skip
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/correct")
def put_right() -> Response:
    """The person's name."""
    who = _signed_in()
    name = texts(json_body(), name=NAME_CHARACTERS)["name"].strip()
    if not name:
        raise Refusal("invalid")
    with writing() as connection:
        correct(connection, Subject(who.account_id), {"name": name}, who.account_id, clock.now())
    return jsonify(name=name)


@blueprint.post("/withdraw")
def withdraw() -> Response:
    """Every consent that stands."""
    who = _signed_in()
    with writing() as connection:
        n = homes.withdraw_all(connection, who.account_id, clock.now())
    return jsonify(withdrawn=n)


@blueprint.post("/erase")
def have_deleted() -> Response:
    """Deletes what may go; the answer says what went, what stays, and why."""
    who = _signed_in()
    with writing() as connection:
        report = homes.erase_all(connection, who.account_id, clock.now())
    jobs.put(sweeping.JOB)
    return jsonify(_in_words(report))


def _in_words(report: dict[str, Any]) -> dict[str, Any]:
    tongue = language()
    stays = {(one["kind"], one["why"]) for one in report["stays"]}
    counted = [(kind, why, sum(one["kind"] == kind and one["why"] == why for one in report["stays"]))
               for kind, why in sorted(stays)]  # fmt: skip
    return {
        "deleted": [{"kind": say(tongue, kind), "n": n} for kind, n in report["deleted"].items()],
        "stays": [{"kind": say(tongue, kind), "n": n, "why": say(tongue, f"why.{why}")} for kind, why, n in counted],
    }


def _held(who: SignedIn) -> dict[str, Any]:
    with reading() as connection:
        found = homes.all_held(connection, who.account_id, clock.now())
    with writing() as connection:
        note(connection, who.account_id, "privacy.export", [who.account_id], clock.now())
    return found


def _signed_in() -> SignedIn:
    who = current()
    if who is None:
        raise Refusal("sign_in")
    if who.suspended:
        raise Refusal("revoked")
    return who
