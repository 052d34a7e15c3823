"""Errors as answers: JSON ``{"code", "message"}`` for the phone's interface, a page with words for people."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from webapp.logs import place_of
from webapp.people import sign_in
from webapp.people.refusal import Refusal
from webapp.problems import PROBLEMS, words
from webapp.security import wants_json

RETRY_AFTER_SECONDS = 10  # the phone adds jitter of its own
CODES = {400: "malformed", 401: "sign_in", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_big",
         415: "media_type", 429: "slow_down", 503: "away"}  # fmt: skip
log = get_logger()


def init_app(app: Flask) -> None:
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, lambda _error: problem("form_expired"))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(PoolTimeout, _away)
    app.register_error_handler(Exception, _unexpected)


def refused(refusal: Refusal) -> Response:
    return problem(refusal.code, retry_after=refusal.retry_after)


def problem(code: str, *, status: int | None = None, retry_after: int | None = None, **more: object) -> Response:
    """The answer for a problem code, in the person's language."""
    status = status or PROBLEMS[code].status
    tongue = language()
    if wants_json():
        response = jsonify(code=code, message=words(code, tongue), **more)
    else:
        response = make_response(render_template("errors/page.html", message=words(code, tongue), language=tongue))
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def language() -> str:
    """The person's; before the sign-in what the browser asks for."""
    who = sign_in.known()
    return who.language if who else request.accept_languages.best_match(["zh", "en"], "zh")


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code >= 500 and error.code != 503:
        return _unexpected(error)
    response = problem(CODES.get(error.code, "malformed"), status=error.code)
    for name, value in error.get_response().headers:
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _away(error: Exception) -> Response:
    """The database is locked, full or out of reach: the phone keeps everything and comes again."""
    _tell("database.away", error)
    return problem("away", status=503, retry_after=RETRY_AFTER_SECONDS)


def _unexpected(error: Exception) -> Response:
    """Ours to mend. A phone is told to come again, since its queue must not suffer from it."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _away(error)
    _tell("request.failed", error)
    if wants_json():
        return problem("away", status=503, retry_after=RETRY_AFTER_SECONDS)
    return problem("failed")


def _tell(event: str, error: Exception) -> None:
    """Where it happened and what kind it was. Not the message, which may quote what somebody wrote."""
    cause = type(error.__cause__).__name__ if error.__cause__ else None
    rule = request.url_rule.rule if request.url_rule else None
    log.error(event, error=type(error).__name__, cause=cause, method=request.method, route=rule,
              where=place_of(error))  # fmt: skip
