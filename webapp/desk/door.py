"""The door of the desk: who is let in, what every page knows, and what is said where something does not open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from webapp.desk import look, rail, visitor
from webapp.desk.blueprint import blueprint
from webapp.desk.words import cap, code, has, say
from webapp.people import second_step
from webapp.people.refusal import Refusal

OPEN: Final = {"desk.sign_in", "desk.enter", "desk.enter_by_passkey", "desk.leave", "desk.choose_look"}
HALFWAY: Final = {"desk.second_step", "desk.take_code", "desk.take_passkey", "desk.add_passkey", "desk.remove_passkey"}


@blueprint.before_request
def before() -> AnyResponse | None:
    """Lets in whoever holds a post that may read at the desk; sends others to the sign-in or to the phone app."""
    if request.endpoint in OPEN:
        return None
    found = visitor.look_up()
    if found is None:
        return redirect(url_for("desk.sign_in", next=onward_here()), 303)
    if found.who.suspended:
        raise Refusal("revoked")
    if not found.may("desk.read"):
        return page("desk/no_entry.html", 403)
    if second_step.owed(found.who) and request.endpoint not in HALFWAY:
        return redirect(url_for("desk.second_step", next=onward_here()), 303)
    g.visitor = found
    return None


def onward_here() -> str:
    """Where to go on when what stands in between is done."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("desk.matters")


@blueprint.context_processor
def words() -> dict[str, Any]:
    """What the templates say, and in which language."""
    here = visitor.known()
    language = here.language if here else look.language(request)
    return {
        "t": lambda key, **values: say(language, key, **values),
        "tc": lambda prefix, name, otherwise="": code(language, prefix, name, otherwise),
        "said": has,
        "cap": cap,
        "language": language,
        "elder": here.elder if here else look.elder(request),
        "visitor": here,
        "rail": rail.entries(here) if here else [],
        "rules": rail.RULES.items(),
        "path": onward_here(),
    }


def page(template: str, status: int = 200, **values: Any) -> Response:
    response = make_response(render_template(template, **values))
    response.status_code = status
    return response


@blueprint.errorhandler(NotFound)
def not_found(_error: NotFound) -> Response:
    return page("desk/problem.html", 404, message="problem.not_found")


@blueprint.errorhandler(BadRequest)
def bad_form(_error: BadRequest) -> Response:
    return page("desk/problem.html", 400, message="problem.form_lost")


Rescue = Callable[..., AnyResponse]
_rescues: dict[str, Rescue] = {}


def after_expiry(endpoint: str) -> Callable[[Rescue], Rescue]:
    """Declares what shows the form of ``endpoint`` again, as it was typed, where its token had expired."""

    def declare(rescue: Rescue) -> Rescue:
        _rescues[endpoint] = rescue
        return rescue

    return declare


@blueprint.errorhandler(CSRFError)
def expired(_error: CSRFError) -> AnyResponse:
    """The token is checked before the door: only whoever may come in sees the form again, and nothing has been done."""
    rescue = _rescues.get(request.endpoint or "")
    if rescue is None:
        return page("desk/problem.html", 400, message="problem.form_lost")
    return before() or rescue(**(request.view_args or {}))
