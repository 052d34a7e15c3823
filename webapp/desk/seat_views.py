"""The chart of who sits where."""

from __future__ import annotations

from flask import Response

from webapp.db import reading
from webapp.desk import audit
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.seats import PARTIES, seats_of
from webapp.desk.visitor import here


@blueprint.get("/seats", endpoint="seats")
def show() -> Response:
    """Of each estate in which this person may read at the desk. That people were looked at is on record."""
    visitor = here()
    wanted = visitor.organisations_for("desk.read")
    estates = {place.id: place for _role, place in visitor.posts if place.id in wanted and place.kind == "estate"}
    with reading() as connection:
        charts = [(place, seats_of(connection, visitor, id)) for id, place in estates.items()]
    audit.looked(visitor, "people")
    return page("desk/seats.html", charts=charts, parties=tuple(PARTIES))
