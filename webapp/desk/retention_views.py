"""How long each kind of thing is kept, and what has left in the last nights."""

from __future__ import annotations

from flask import Response

from webapp import nights
from webapp.db import reading
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.desk.visitor import here
from webapp.spans import SPANS


@blueprint.get("/retention", endpoint="retention")
def show() -> Response:
    """The table that the nightly work runs on, with its report: kinds and counts, nobody's name."""
    with reading() as connection:
        latest = nights.latest(connection)
    times = here().times
    shown = [(span, latest.get(span.kind, [])) for span in SPANS]
    return page("desk/retention.html", shown=shown, when=times.when)
