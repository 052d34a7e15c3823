"""The page of people and phones."""

from __future__ import annotations

from flask import Response, request

from webapp.db import reading
from webapp.desk import audit
from webapp.desk.blueprint import blueprint
from webapp.desk.crew import crew_of, sees_devices
from webapp.desk.door import page
from webapp.desk.visitor import here


@blueprint.get("/people", endpoint="people")
def show() -> Response:
    """Those of the organisations in which this person may read at the desk. That they were looked at is on record."""
    visitor = here()
    wanted = visitor.organisations_for("desk.read")
    places = {place.id: place for _role, place in visitor.posts if place.id in wanted}
    with reading() as connection:
        crews = [(place, crew_of(connection, visitor, id)) for id, place in places.items()]
    audit.looked(visitor, "people")
    phones = any(sees_devices(visitor, id) for id in places)
    return page("desk/people.html", crews=crews, phones=phones, done=request.args.get("done"))
