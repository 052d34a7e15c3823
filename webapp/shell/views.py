"""The shell of the phone app and what stands beside it: worker, manifest, health, the interface's description."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, render_template, request, send_file
from sqlalchemy import text
from werkzeug.exceptions import NotFound, ServiceUnavailable

from webapp import settings
from webapp.db import reading
from webapp.shell import statics
from webapp.shell.openapi import describe as describe_interface

blueprint = Blueprint("shell", __name__)


def _asked_again(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/")
def shell() -> Response:
    """The page the app lives in: the same for everybody but for the first words, so that a phone may keep it."""
    names = current_app.extensions["assets"].names()
    if "field.js" not in names:
        raise ServiceUnavailable  # no build yet: `make setup` makes one
    banner = settings.demo_banner(current_app)
    language = request.accept_languages.best_match(("zh", "en"), "zh")
    said = banner and f"{banner['zh']}。{banner['en']}."
    response = Response(render_template("shell/index.html", assets=names, banner=said, language=language))
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return _asked_again(response)


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker, from the root, since its scope is where it lies."""
    folder = _built()
    if not (folder / "sw.js").is_file():
        raise NotFound
    response = statics.send_packed(folder, "sw.js")
    response.mimetype = "text/javascript"
    return _asked_again(response)


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the phone needs to install the app."""
    page = render_template("shell/manifest.webmanifest.json")
    return _asked_again(Response(page, mimetype="application/manifest+json"))


@blueprint.get("/healthz")
def health() -> Response:
    """200 when the database answers."""
    with reading() as connection:
        connection.execute(text("SELECT 1 FROM organisation LIMIT 1"))
    return jsonify(status="ok")


@blueprint.get("/openapi.json")
def describe() -> Response:
    """The HTTP interface in OpenAPI 3.1."""
    return _asked_again(jsonify(describe_interface()))


@blueprint.get("/ca.crt")
def authority() -> Response:
    """The certificate that a phone on the same Wi-Fi installs, where `make phone` has made one."""
    path = settings.current().instance / "phone-ca.crt"
    if not path.is_file():
        raise NotFound
    return send_file(path, mimetype="application/x-x509-ca-cert", download_name="ca.crt", as_attachment=True, max_age=0)


def _built() -> Path:
    return Path(current_app.static_folder or "")
