"""The desk's blueprint; its views register themselves in the modules that ``views`` names."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
