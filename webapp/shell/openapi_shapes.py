"""The JSON bodies that /openapi.json refers to. Payloads and documents are described at /sync/schema."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string"}
WHOLE: Shape = {"type": "integer", "minimum": 0, "maximum": 2**53}
UUID: Shape = {"type": "string", "format": "uuid"}
TIME: Shape = {"type": "string", "format": "date-time"}
NO_OR: Shape = {"type": "null"}


def _or_null(shape: Shape) -> Shape:
    return {"anyOf": [shape, NO_OR]}


def _ref(name: str) -> Shape:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str, **properties: Shape) -> Shape:
    return {"type": "object", "required": required.split(), "properties": properties}


def _list(of: Shape, **more: int) -> Shape:
    return {"type": "array", "items": of, **more}


POST = _object("role organisation cells", role=TEXT, organisation=UUID, cells=_list(TEXT))
ACCOUNT = _object("id name language posts", id=UUID, name=TEXT, login=_or_null(TEXT), posts=_list(POST),
                  language={"enum": ["zh", "en"]})  # fmt: skip

CODE: Shape = {**TEXT, "maxLength": 100}
PIN: Shape = {**TEXT, "pattern": "^[0-9]{6}$"}
CREDENTIAL: Shape = {**TEXT, "maxLength": 12_000, "description": "WebAuthn's PublicKeyCredential as a text of JSON"}
SECRET: Shape = {**TEXT, "minLength": 32, "maxLength": 100, "description": "random, minted and kept on the phone"}

ALL: dict[str, Shape] = {
    "Problem": _object("code message", code=TEXT, message={**TEXT, "description": "in the person's language"}),
    "SignIn": _object("login password", login={**TEXT, "maxLength": 60}, password={**TEXT, "maxLength": 256}),
    "Activate": {"anyOf": [
        _object("code password", code=CODE, password={**TEXT, "maxLength": 256, "minLength": 8}),
        _object("code pin secret", code=CODE, pin=PIN, secret=SECRET),
        _object("code credential", code=CODE, credential=CREDENTIAL),
    ]},
    "Credential": _object("credential", credential=CREDENTIAL),
    "PasskeyHandle": _object("key", key={**TEXT, "maxLength": 16, "description": "its id in /auth/devices"}),
    "ByPin": _object("pin secret", pin=PIN, secret=SECRET),
    "Me": _object(
        "account csrf push limits time_zone suspended",
        account=ACCOUNT,
        device=UUID,
        suspended={"type": "boolean"},
        csrf=TEXT,
        push=_object("public_key", public_key=_or_null(TEXT)),
        limits={"type": "object", "additionalProperties": WHOLE},
        time_zone=TEXT,
    ),
    "Command": _object(
        "id seq type v made_at payload",
        id=UUID,
        seq={**WHOLE, "minimum": 1},
        type=TEXT,
        v=WHOLE,
        made_at=TIME,
        supersedes=_or_null(UUID),
        was={"enum": ["applied", "parked", "rejected"], "description": "after a restore: the status the phone holds"},
        payload={"type": "object"},
    ),
    "Exchange": _object(
        "device account commands",
        device=UUID,
        account=UUID,
        app=TEXT,
        now=TIME,
        acked=WHOLE,
        oldest=WHOLE,
        waiting=WHOLE,
        cursor=_or_null(TEXT),
        limit={"type": "integer", "minimum": 0, "maximum": 2000, "default": 500},
        commands=_list(_ref("Command"), maxItems=500),
    ),
    "Outcome": _object(
        "id seq status",
        id=UUID,
        seq=WHOLE,
        status={"enum": ["applied", "rejected", "parked"]},
        code=TEXT,
        message=TEXT,
        fields={"type": "object", "additionalProperties": _list(TEXT)},
    ),
    "Change": _object("collection id rev doc", collection=TEXT, id=UUID, rev=WHOLE, doc=_or_null({"type": "object"}),
                      erased={"type": "boolean"}),
    "Answer": _object(
        "outcomes last_seq changes cursor more reset revoked now",
        outcomes=_list(_ref("Outcome")),
        last_seq=WHOLE,
        changes=_list(_ref("Change")),
        cursor=_or_null(TEXT),
        more={"type": "boolean"},
        reset={"enum": [False, "sweep", "wipe"]},
        revoked={"type": "boolean"},
        now=TIME,
    ),
    "Gap": _object("code expected", code={"const": "gap"}, message=TEXT, expected=WHOLE),
    "Seen": _object("token what at", token=TEXT, what={"enum": ["shown", "opened"]}, at=TIME),
}  # fmt: skip
