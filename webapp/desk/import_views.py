"""Doors and grids: a list of doors handed in, looked through, taken over; templates; the list taken out again."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final
from uuid import UUID

from flask import Response, redirect, request, send_file, url_for
from werkzeug.exceptions import NotFound, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from webapp import clock, jobs
from webapp.db import reading, writing
from webapp.desk import import_pages
from webapp.desk.blueprint import blueprint
from webapp.desk.board import page_number
from webapp.desk.choices import Option, estates_for
from webapp.desk.door import after_expiry, before, page
from webapp.desk.forms import UNFIT, Stamp, stamp_of
from webapp.desk.visitor import Visitor, here
from webapp.desk.words import say
from webapp.places import exporting, import_runs, importing, template
from webapp.places.import_words import Told
from webapp.places.spreadsheet import MB, PACKED_MOST_MB, ROWS_MOST, in_mb

ACTION: Final = "places.import"
SENT_MOST_BYTES: Final = 8 * MB  # more than is taken, so that a file that is too large is told in words
NAME_MOST: Final = 120
AGAIN_SECONDS: Final = 1
MIME: Final = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


@blueprint.url_value_preprocessor
def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: here it may hold a spreadsheet."""
    if endpoint == "desk.doors_upload":
        request.max_content_length = SENT_MOST_BYTES


@blueprint.get("/import", endpoint="doors")
def show() -> Response:
    """Where doors come in and go out, what was handed in lately, and the grids' cards."""
    return _start()


@blueprint.post("/import", endpoint="doors_upload")
def upload() -> AnyResponse:
    """Keeps the file for a worker. A second click finds it there."""
    visitor, stamp = here(), stamp_of(request.form)
    estate_id = _estate(visitor, request.form.get("estate", "")).value
    sent = request.files.get("file")
    content = sent.read(SENT_MOST_BYTES) if sent else b""
    if sent is None or not content:
        return _start(422, say(visitor.language, "doors.file.missing"), estate_id)
    if len(content) > PACKED_MOST_MB * MB:
        return _too_large(len(content), estate_id)
    name = UNFIT.sub("", sent.filename or "").strip()[-NAME_MOST:] or "?"
    with writing() as connection:
        import_runs.hand_in(connection, id=stamp.command_id, estate_id=estate_id, content=content, file_name=name,
                            account_id=visitor.caller.account, now=clock.now())  # fmt: skip
    jobs.put(import_runs.JOB)
    return redirect(url_for("desk.doors_run", run_id=stamp.command_id), 303)


@blueprint.get("/import/<uuid:run_id>", endpoint="doors_run")
def show_run(run_id: UUID) -> Response:
    """How far it is, or what came of it. As long as a worker is at it, the page renews itself."""
    visitor = here()
    with reading() as connection:
        run = import_pages.run_of(connection, visitor, _mine(visitor), str(run_id), page_number())
    if run is None:
        raise NotFound
    response = page("desk/import_run.html", run=run)
    if run.running:
        response.headers["Refresh"] = str(AGAIN_SECONDS)
    return response


@blueprint.post("/import/<uuid:run_id>/<any(take, drop):what>", endpoint="doors_settle")
def settle(run_id: UUID, what: str) -> AnyResponse:
    """Takes a list over, or lets go of it. A second click finds it settled."""
    visitor = here()
    with writing() as connection:
        if import_pages.row_of(connection, _mine(visitor), str(run_id)) is None:
            raise NotFound
        if what == "take":
            import_runs.accept(connection, str(run_id))
        else:
            import_runs.drop(connection, str(run_id), clock.now())
    jobs.put(import_runs.JOB)
    return redirect(url_for("desk.doors_run", run_id=run_id), 303)


@blueprint.get("/import/<uuid:run_id>/<any(take, drop):what>", endpoint="doors_again")
def reopen(run_id: UUID, what: str) -> AnyResponse:
    """The address of a form that came back, asked for once more."""
    return redirect(url_for("desk.doors_run", run_id=run_id))


@blueprint.get("/import/template.<any(xlsx, csv):kind>", endpoint="doors_template")
def empty_list(kind: str) -> Response:
    """An empty list to fill in, with this estate's grids."""
    visitor = here()
    estate = _estate(visitor, request.args.get("estate", ""))
    with reading() as connection:
        grids = importing.standing(connection, estate.value).grids
    return _file(template.make(kind, visitor.language, grids), say(visitor.language, "doors.template"), kind)


@blueprint.get("/import/households.<any(xlsx, csv):kind>", endpoint="doors_export")
def take_out(kind: str) -> Response:
    """The estate's list with householders and telephones; one line in the audit for each."""
    visitor = here()
    estate = _estate(visitor, request.args.get("estate", ""), exporting.EXPORT)
    with writing() as connection:
        content = exporting.export(connection, estate.value, kind, visitor.language, people=True,
                                   now=clock.now(), by=visitor.caller.account)  # fmt: skip
    return _file(content, f"{estate.words}-{say(visitor.language, 'doors.name')}-{visitor.times.today}", kind)


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> AnyResponse:
    """Told before the door, like an expired form: only whoever may come in sees the page again."""
    if request.endpoint != "desk.doors_upload":
        return page("desk/problem.html", 413, message="problem.long")
    return before() or _too_large(request.content_length or SENT_MOST_BYTES)


@after_expiry("desk.doors_upload")
def _expired() -> Response:
    return _start(400, say(here().language, "problem.form"))


def _too_large(size: int, estate_id: str = "") -> Response:
    told = Told("", "too_large", {"mb": in_mb(size), "most": PACKED_MOST_MB})
    return _start(413, told.say(here().language), estate_id)


def _mine(visitor: Visitor) -> list[str]:
    """The estates whose doors this person brings in; for others there is no such page."""
    if not visitor.may(ACTION):
        raise NotFound
    return visitor.organisations_for(ACTION)


def _estate(visitor: Visitor, wanted: str, action: str = ACTION) -> Option:
    """The estate that was asked for, or the only one."""
    with reading() as connection:
        estates = estates_for(connection, visitor, action)
    for estate in estates:
        if estate.value == wanted or (len(estates) == 1 and not wanted):
            return estate
    raise NotFound


def _start(status: int = 200, problem: str = "", estate_id: str = "") -> Response:
    visitor = here()
    mine = _mine(visitor)
    wanted = estate_id or request.args.get("estate", "")
    with reading() as connection:
        estates = estates_for(connection, visitor, ACTION)
        estate = next((one for one in estates if one.value == wanted), estates[0])
        shown = import_pages.overview(connection, visitor, mine, estate.value)
    limits = {"mb": PACKED_MOST_MB, "rows": ROWS_MOST}
    return page("desk/import.html", status, estates=estates, estate=estate, shown=shown, limits=limits,
                problem=problem, made=Stamp.new(visitor.times.now))  # fmt: skip


def _file(content: bytes, name: str, kind: str) -> Response:
    response = send_file(BytesIO(content), MIME[kind], as_attachment=True, download_name=f"{name}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response
