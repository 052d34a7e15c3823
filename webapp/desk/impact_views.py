"""The impact assessment, made from the data model itself."""

from __future__ import annotations

from flask import Response

from webapp.db import db
from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.privacy.impact import HOLDS, MARKS, PERSONAL
from webapp.spans import SPANS


@blueprint.get("/impact", endpoint="impact")
def show() -> Response:
    """Every table that stands in the database: what for, which columns say something of whom, and how long."""
    days = {span.kind: span.days for span in SPANS}
    names = sorted(MARKS.keys() & db.metadata.tables.keys(), key=lambda name: (not MARKS[name].personal, name))
    tables = [(name, MARKS[name]) for name in names]
    return page("desk/impact.html", tables=tables, days=days, holds=HOLDS, personal=PERSONAL)
