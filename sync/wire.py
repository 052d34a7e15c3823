"""What goes over the wire: the envelope read and checked, a command's form and digest, the answer put together."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import dataclass
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any, NamedTuple

from .registry import Command, Outcome

BATCH_MOST = 500  # commands in one exchange (PROTOCOL, Commands)
LIMIT_MOST, LIMIT_USUAL = 2000, 500
CONTENT_MOST_BYTES = 128 * 1024
WHOLE_MOST = 2**53
NESTING_MOST = 32
UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\Z")
LONG_DIGITS = 20
_DIGITS = bytes(ord("0") if chr(byte).isdigit() and byte < 128 else byte for byte in range(256))
_FIELDS = {"id", "seq", "type", "v", "made_at", "supersedes", "payload", "was"}
_SUSPECT = re.compile("[\x00\ud800-\udfff]")


class Malformed(Exception):
    """400: not JSON, or not an envelope of this protocol. Nothing was registered or applied."""


class Gap(Exception):
    """409: ``expected`` is the first number that is missing."""

    def __init__(self, expected: int) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass
class Envelope:
    device: str
    account: str
    app: str
    now: str
    acked: int
    oldest: int
    waiting: int
    cursor: str | None
    limit: int
    commands: list[dict[str, Any]]


def _integer(digits: str) -> int:
    """Python refuses to read numbers of 4,300 digits; here such a one is only too large, and its command invalid."""
    return int(digits) if len(digits) < LONG_DIGITS else WHOLE_MOST * 2


def loads(body: bytes) -> Any:
    """JSON as RFC 8259 has it: NaN and Infinity are not, and neither is a body that is not UTF-8."""

    def refuse(word: str) -> Any:
        raise Malformed(word)

    try:
        # Bytes given to json.loads may be UTF-16 as well, and lone surrogates may hide in what looks like UTF-8.
        long = b"0" * LONG_DIGITS in body.translate(_DIGITS)  # a slower road, for hardly anybody
        return json.loads(body.decode(), parse_constant=refuse, parse_int=_integer if long else None)
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _whole(value: Any, least: int) -> bool:
    return type(value) is int and least <= value <= WHOLE_MOST


def read_envelope(body: bytes) -> Envelope:
    """The envelope of an exchange; raises ``Malformed``. Unknown fields are ignored, commands are looked at later."""
    it = loads(body)
    if not isinstance(it, dict):
        raise Malformed("not an object")
    commands = it.get("commands", [])
    cursor, limit = it.get("cursor"), it.get("limit", LIMIT_USUAL)
    texts = [it.get("device"), it.get("account"), it.get("app", ""), it.get("now", "")]
    if not all(isinstance(text, str) and sound(text) for text in texts) or not UUID.match(texts[0]):
        raise Malformed("device, account, app or now")
    if not isinstance(commands, list) or len(commands) > BATCH_MOST:
        raise Malformed("commands")
    if not (cursor is None or isinstance(cursor, str)) or not _whole(limit, 0) or limit > LIMIT_MOST:
        raise Malformed("cursor or limit")
    acked, oldest, waiting = it.get("acked", 0), it.get("oldest", 1), it.get("waiting", 0)
    if not (_whole(acked, 0) and _whole(oldest, 1) and _whole(waiting, 0)):
        raise Malformed("acked, oldest or waiting")
    last = 0
    for one in commands:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str) or not UUID.match(one["id"]):
            raise Malformed("a command without an id")
        if not _whole(one.get("seq"), 1) or one["seq"] <= last:
            raise Malformed("a command's seq")
        last = one["seq"]
    if commands and oldest > commands[0]["seq"]:
        raise Malformed("oldest")
    device, account, app, now = texts
    return Envelope(device.lower(), account, app[:40], now, acked, oldest, waiting, cursor, limit, commands)


def sound(value: Any, depth: int = 1) -> bool:
    """Whether a value may be kept: no U+0000, no lone surrogate, finite numbers within ±2⁵³, nesting of at most 32."""
    kind = type(value)
    if kind is str:
        return _SUSPECT.search(value) is None
    if kind is int:
        return bool(-WHOLE_MOST <= value <= WHOLE_MOST)
    if kind is float:
        return math.isfinite(value) and -WHOLE_MOST <= value <= WHOLE_MOST
    if kind is dict:
        return depth <= NESTING_MOST and all(sound(k) and sound(v, depth + 1) for k, v in value.items())
    if kind is list:
        return depth <= NESTING_MOST and all(sound(v, depth + 1) for v in value)
    return True


_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
# The encoder below json's own, built once: that one is built anew for every value. What came as JSON has no circles.
_pieces = c_make_encoder(None, _encoder.default, encode_basestring, None, ":", ",", True, False, True)


def _canonical(value: Any) -> str:
    return "".join(_pieces(value, 0))


def _is_doubtful(text: str, raw: bytes) -> bool:
    """Whether JSON text may hold a value that is unsound: a quick look that spares most payloads the slow one."""
    if "\\u0000" in text or "Infinity" in text or "NaN" in text or "e+" in text:
        return True
    return text.count("{") + text.count("[") > NESTING_MOST or b"0" * 16 in raw.translate(_DIGITS)


def _small(value: Any) -> str:
    """What ``_canonical`` says, by a shorter road for what it nearly always is: a text, nothing, or a 1."""
    if type(value) is str:
        return encode_basestring(value)
    return "null" if value is None else "1" if value == 1 and type(value) is int else _canonical(value)


def _canonical_texts(it: dict[str, Any]) -> tuple[str, str]:
    """The payload's text and the whole content's, compact, with sorted keys; the payload is encoded once for both."""
    body = _canonical(it.get("payload"))
    return body, (
        f'{{"made_at":{_small(it.get("made_at"))},"payload":{body},"supersedes":{_small(it.get("supersedes"))},'
        f'"type":{_small(it.get("type"))},"v":{_small(it.get("v"))}}}'
    )


class Sent(NamedTuple):
    """As much of a command as it takes to find what is stored of it."""

    id: str
    seq: int
    type: Any
    digest: str
    it: dict[str, Any]


def recognise(it: dict[str, Any]) -> Sent:
    """A command that may be stored already. Never raises."""
    try:
        raw = _canonical_texts(it)[1].encode("utf-8", "surrogatepass")
    except RecursionError:
        raw = b"nested"
    return Sent(it["id"].lower(), it["seq"], it.get("type"), hashlib.sha256(raw).hexdigest(), it)


def read_command(it: dict[str, Any]) -> Command:
    """A command with its digest and, in ``fault``, what its form says against it. Never raises."""
    return check_form(take_command(it))


def take_command(it: dict[str, Any]) -> Command:
    """A command with its digest, its form unchecked: enough to find what is stored of it. Never raises."""
    content = {
        "type": it.get("type"),
        "v": it.get("v"),
        "made_at": it.get("made_at"),
        "supersedes": it.get("supersedes"),
        "payload": it.get("payload"),
    }
    try:
        body, whole = _canonical_texts(it)
        try:
            text, doubtful = whole.encode(), False
        except UnicodeEncodeError:  # a lone surrogate
            text, doubtful = whole.encode("utf-8", "surrogatepass"), True
        doubtful = doubtful or _is_doubtful(body, text)
    except RecursionError:  # deeper than anything that may be kept: invalid below, whatever its digest
        body, text, doubtful = "", b"nested", True
    kind, supersedes = content["type"], content["supersedes"]
    return Command(
        id=it["id"].lower(),
        seq=it["seq"],
        type=kind if isinstance(kind, str) else "",
        v=content["v"] if type(content["v"]) is int else 0,
        made_at=content["made_at"] if isinstance(content["made_at"], str) else "",
        supersedes=supersedes.lower() if isinstance(supersedes, str) else None,
        content=content,
        digest=hashlib.sha256(text).hexdigest(),
        was=it.get("was") if it.get("was") in ("applied", "rejected", "parked") else None,
        body=body,
        doubtful=doubtful,
        size_bytes=len(text),
        unknown=() if it.keys() <= _FIELDS else tuple(sorted(it.keys() - _FIELDS)),
    )


def check_form(command: Command) -> Command:
    """What a command's form says against it goes into its ``fault``."""
    content = command.content
    fields: dict[str, list[str]] = {}
    if command.unknown:
        fields.update({name[:80]: ["unknown"] for name in command.unknown[:10] if _SUSPECT.search(name) is None})
        fields = fields or {"command": ["unknown"]}
    if not 1 <= len(command.type) <= 60 or not sound(command.type):
        fields["type"], command.type = ["invalid"], ""  # the ledger has a row for it, which takes no such text
    if not 1 <= command.v <= 1000:
        fields["v"], command.v = ["invalid"], 0
    if not 1 <= len(command.made_at) <= 40 or not sound(command.made_at):
        fields["made_at"] = ["invalid"]
    if content["supersedes"] is not None and not (command.supersedes and UUID.match(command.supersedes)):
        fields["supersedes"], command.supersedes = ["invalid"], None
    if not isinstance(content["payload"], dict) or (command.doubtful and not sound(content["payload"])):
        fields["payload"] = ["invalid"]
    if fields:
        command.fault = Outcome("rejected", "invalid", {"fields": fields})
    elif command.size_bytes > CONTENT_MOST_BYTES:
        command.fault = Outcome("rejected", "too_large")
    return command
