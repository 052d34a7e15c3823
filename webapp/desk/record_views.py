"""The records page."""

from __future__ import annotations

from flask import Response, request, url_for

from webapp.db import reading
from webapp.desk import audit, records
from webapp.desk.blueprint import blueprint
from webapp.desk.board import page_number
from webapp.desk.door import page
from webapp.desk.record_words import Teller
from webapp.desk.visitor import here


@blueprint.get("/records", endpoint="records")
def show() -> Response:
    """The latest visits, opinions, findings and rounds of what this person may see. Which were shown is on record."""
    visitor, kind = here(), request.args.get("kind", "")
    kinds = (kind,) if kind in records.TABLES else tuple(records.TABLES)
    with reading() as connection:
        found, total = records.page_of(connection, visitor.caller, kinds, page_number())
        rows = records.rows_of(connection, found)
        teller = Teller(connection, visitor, rows)
        shown = [teller.tell(one, rows[id]) for one, id in found]
    audit.looked(visitor, "record", [one.id for one in shown])
    pages = max(1, -(-total // records.PAGE))
    kind = kind if kind in records.TABLES else ""
    return page(
        "desk/records.html",
        shown=shown,
        kind=kind,
        kinds=tuple(records.TABLES),
        at=page_number(),
        last=pages,
        page_url=lambda number: url_for("desk.records", kind=kind or None, page=number),
    )
