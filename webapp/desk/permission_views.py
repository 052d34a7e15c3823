"""The table of who may do what, as the code runs on it."""

from __future__ import annotations

from flask import Response

from webapp.desk.blueprint import blueprint
from webapp.desk.door import page
from webapp.people.permissions import GIVES, PERMISSIONS, ROLES

SCOPES = ("cells", "estate", "own", "level", "table")


@blueprint.get("/permissions", endpoint="permissions")
def show() -> Response:
    """Role × action × scope; nobody's name is on it."""
    return page("desk/permissions.html", table=PERMISSIONS, roles=ROLES, scopes=SCOPES, gives=GIVES)
