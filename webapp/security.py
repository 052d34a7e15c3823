"""What holds for every request and answer: where a request may come from, and what a browser may do with a page."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.sessions import SecureCookieSessionInterface

from webapp.people.refusal import Refusal

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that, browsers send "Origin: null" with the desk's own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=()",
}
STRICT_TRANSPORT_SECONDS = 365 * 86400
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OPEN_IN_CLEAR = {"/healthz", "/ca.crt"}
# What a phone calls its question. The answer repeats it, so that the phone knows an answer to an earlier one, which
# something on the way hands out again.
ASK, ASK_MOST_CHARS = "X-Silian-Ask", 64
JSON_PATHS = ("/sync/", "/auth/", "/alerts/", "/blobs/", "/openapi.json", "/healthz")
NOT_IN_CLEAR = {
    "zh": "这里没有加密，手机不让四联离线存东西，请用 https 开头的地址打开",
    "en": "This address is not encrypted, so the browser will not let Silian keep records offline: "
    "please open it with https",
}


class FormCookie(SecureCookieSessionInterface):
    """Flask's own cookie, which holds the desk's form token and nothing else; as strict as the sign-in's over https."""

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-silian-form" if request.is_secure else "silian-form"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def init_app(app: Flask) -> None:
    app.session_interface = FormCookie()
    app.before_request(refuse_in_clear)
    app.before_request(refuse_foreign_origin)
    app.after_request(add_headers)


def wants_json() -> bool:
    """Whether this part of the interface speaks JSON, in its errors too."""
    return request.path.startswith(JSON_PATHS)


def refuse_in_clear() -> Response | None:
    """Plain http off this machine: one sentence why not, and no form to type a password into."""
    if request.is_secure or request.path in OPEN_IN_CLEAR or is_this_machine(request.host):
        return None
    if wants_json():
        response = jsonify(code="origin", message=f"{NOT_IN_CLEAR['zh']}。 {NOT_IN_CLEAR['en']}.")
    else:
        response = make_response(render_template("errors/clear.html", words=NOT_IN_CLEAR))
    response.status_code = 403
    return response


def refuse_foreign_origin() -> None:
    """What another site's page makes a browser send carries that site's Origin. An absent one is fine."""
    origin = request.headers.get("Origin")
    if request.method in SAFE_METHODS or origin is None:
        return
    if origin != f"{request.scheme}://{request.host}":
        raise Refusal("origin")


def is_this_machine(host: str) -> bool:
    """Whether a browser takes this host for its own machine, and so for a safe place without https."""
    name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"  # personal until a view says otherwise
    if ask := request.headers.get(ASK, "")[:ASK_MOST_CHARS]:
        response.headers[ASK] = ask
    # On localhost the promise of https would lock the browser out of everything else that runs there in the clear.
    if request.is_secure and not is_this_machine(request.host):
        response.headers["Strict-Transport-Security"] = f"max-age={STRICT_TRANSPORT_SECONDS}"
    return response
