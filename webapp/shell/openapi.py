"""/openapi.json: the HTTP interface, for whoever writes a second client. PROTOCOL.md says what it means."""

from __future__ import annotations

import functools
from typing import Any

from apispec import APISpec

from webapp.shell import openapi_shapes as shapes

VERSION = "1.0.0"
JSON = "application/json"
UUID = {"type": "string", "format": "uuid"}
DEVICE_HEADER = {"name": "X-Silian-Device", "in": "header", "required": True, "schema": UUID}
DIGEST = {"name": "digest", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"}}
RETRY = {"Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}}}
SIGNED_IN: list[dict[str, list[str]]] = [{"session": []}]
BLOB_KINDS = ["image/jpeg", "image/png", "image/webp", "audio/ogg", "audio/webm", "audio/mp4", "application/pdf"]


@functools.cache
def describe() -> dict[str, Any]:
    """The whole document. It does not depend on who asks."""
    about = {"description": "Offline records of a residential estate: the exchange protocol, version 1."}
    spec = APISpec(title="Silian", version=VERSION, openapi_version="3.1.0", info=about)
    spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-silian"})
    for name, schema in shapes.ALL.items():
        spec.components.schema(name, schema)
    for path, operations in {**_auth(), **_sync(), **_blobs(), **_rest()}.items():
        spec.path(path=path, operations=operations)
    return spec.to_dict()


def _ref(name: str) -> dict[str, Any]:
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _body(name: str) -> dict[str, Any]:
    return {"required": True, "content": _ref(name)}


def _answers(*problems: int, **good: Any) -> dict[str, Any]:
    """Responses: the good ones as ``_200={…}``, the problems by their status."""
    found = {status.lstrip("_"): {"description": "done", **answer} for status, answer in good.items()}
    for status in problems:
        headers = {"headers": RETRY} if status in (429, 503) else {}
        found[str(status)] = {"description": "a problem", "content": _ref("Problem"), **headers}
    return found


def _auth() -> dict[str, Any]:
    cookie = {"Set-Cookie": {"description": "the session, 90 days rolling", "schema": {"type": "string"}}}
    signed_in = {"content": _ref("Me"), "headers": cookie}
    enter = {"parameters": [DEVICE_HEADER], "tags": ["auth"]}
    return {
        "/auth/sign-in": {
            "post": {**enter, "summary": "Sign in on a device", "requestBody": _body("SignIn"),
                     "responses": _answers(400, 401, 403, 413, 415, 429, 503, _200=signed_in)}
        },
        "/auth/activate": {
            "post": {**enter, "summary": "Use an invitation and set a password or a PIN",
                     "requestBody": _body("Activate"),
                     "responses": _answers(400, 403, 410, 413, 415, 422, 429, 503, _200=signed_in)}
        },
        "/auth/pin": {
            "post": {**enter, "summary": "Sign in by the PIN that was set on this phone",
                     "requestBody": _body("ByPin"),
                     "responses": _answers(400, 401, 403, 413, 415, 429, 503, _200=signed_in)}
        },
        "/auth/passkey": {
            "post": {**enter, "summary": "Sign in by a passkey", "requestBody": _body("Credential"),
                     "responses": _answers(400, 401, 403, 410, 413, 415, 429, 503, _200=signed_in)}
        },
        "/auth/passkey/ask": {
            "post": {"tags": ["auth"], "summary": "Options with which a browser has a passkey sign",
                     "responses": _answers(400, 413, 415, 429, 503, _200={"content": {JSON: {}}})}
        },
        "/auth/passkey/offer": {
            "post": {"tags": ["auth"], "summary": "Options with which a browser makes a passkey",
                     "responses": _answers(400, 401, 403, 409, 410, 413, 415, 429, 503, _200={"content": {JSON: {}}})}
        },
        "/auth/passkey/keep": {
            "post": {"tags": ["auth"], "summary": "Keep a new passkey", "security": SIGNED_IN,
                     "requestBody": _body("Credential"),
                     "responses": _answers(400, 401, 403, 410, 413, 415, 503, _204={})}
        },
        "/auth/passkey/remove": {
            "post": {"tags": ["auth"], "summary": "Take away one of one's own passkeys, but for the last way in",
                     "security": SIGNED_IN, "requestBody": _body("PasskeyHandle"),
                     "responses": _answers(400, 401, 403, 404, 409, 413, 415, 503, _204={})}
        },
        "/auth/devices": {
            "get": {"tags": ["auth"], "summary": "One's own devices", "security": SIGNED_IN,
                    "responses": _answers(401, 403, 503, _200={"content": {JSON: {}}})}
        },
        "/auth/me": {
            "get": {"tags": ["auth"], "summary": "Who is signed in", "security": SIGNED_IN,
                    "responses": _answers(401, 503, _200={"content": _ref("Me")})}
        },
        "/auth/sign-out": {
            "post": {"tags": ["auth"], "summary": "End the session", "responses": _answers(403, 503, _204={})}
        },
    }  # fmt: skip


def _sync() -> dict[str, Any]:
    packed = {"name": "Content-Encoding", "in": "header", "schema": {"type": "string", "enum": ["gzip"]}}
    ask = {"name": "X-Silian-Ask", "in": "header", "schema": {"type": "string", "maxLength": 64},
           "description": "what the phone calls this question; the answer repeats it"}
    send = {"tags": ["sync"], "security": SIGNED_IN, "parameters": [DEVICE_HEADER, packed, ask]}
    send["requestBody"] = _body("Exchange")
    return {
        "/sync/exchange": {
            "post": {**send, "summary": "Hand over commands, bring back outcomes and changes",
                     "responses": _answers(400, 401, 403, 413, 415, 429, 503, _200={"content": _ref("Answer")},
                                           _409={"description": "a number is missing", "content": _ref("Gap")})}
        },
        "/sync/urgent": {
            "post": {**send, "summary": "A copy of one urgent command, ahead of its queue",
                     "responses": _answers(400, 401, 403, 413, 415, 429, 503, _202={},
                                           _422={"description": "it is invalid", "content": _ref("Outcome")})}
        },
        "/sync/schema": {
            "get": {"tags": ["sync"], "summary": "JSON Schema of every command and collection",
                    "responses": _answers(503, _200={"content": {JSON: {"schema": {"type": "object"}}}})}
        },
    }  # fmt: skip


def _blobs() -> dict[str, Any]:
    bytes_of = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in BLOB_KINDS}
    mine = {"tags": ["blobs"], "security": SIGNED_IN}
    return {
        "/sync/blobs/{digest}": {
            "put": {**mine, "summary": "Send a photo or recording under its digest",
                    "parameters": [DIGEST, DEVICE_HEADER], "requestBody": {"required": True, "content": bytes_of},
                    "responses": _answers(401, 403, 413, 415, 422, 429, 503, _200={"description": "sent before"},
                                          _201={"description": "stored"})},
            "head": {**mine, "summary": "Whether this account has sent it", "parameters": [DIGEST, DEVICE_HEADER],
                     "responses": _answers(401, 403, 404, 503, _200={})},
        },
        "/blobs/{digest}": {
            "get": {**mine, "summary": "Read it, where a document shows it", "parameters": [DIGEST],
                    "responses": _answers(401, 403, 404, 503, _200={"content": bytes_of})}
        },
    }  # fmt: skip


def _rest() -> dict[str, Any]:
    alert = {"name": "id", "in": "path", "required": True, "schema": UUID}
    health = {"content": {JSON: {"schema": {"type": "object", "properties": {"status": {"const": "ok"}}}}}}
    return {
        "/alerts/{id}/seen": {
            "post": {"tags": ["alerts"], "summary": "A receipt from the service worker, without a session",
                     "parameters": [alert], "requestBody": _body("Seen"),
                     "responses": _answers(400, 404, 413, 415, 503, _204={})}
        },
        "/healthz": {
            "get": {"tags": ["server"], "summary": "Whether the server is up", "responses": _answers(503, _200=health)}
        },
    }  # fmt: skip
