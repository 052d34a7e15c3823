"""PROTOCOL, POST /sync/exchange: the table of statuses, row by row. After each, nothing is registered or applied."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, delete

from sync.documents import audience_table
from webapp import db as database
from webapp.host import engine

from .client import Phone, uuid4, uuid7
from .payloads import visit
from .serving import Server

MOST = 2**53


@pytest.fixture
def phone(server: Server) -> Iterator[Phone]:
    """One that has something to send. Whatever is refused with it, nothing may have come of it afterwards."""
    phone = server.phone("grid1")
    payload = visit()
    phone.record("visit.record", payload)
    yield phone
    assert not server.rows("sync_command", device=phone.device)
    assert not server.rows("visit", id=payload["visit_id"])
    assert server.rows("sync_device", id=phone.device)[0]["last_seq"] == 0
    assert phone.send()[0]["status"] == "applied"  # and what was in the queue still goes


def changed(**more: Any) -> Callable[[dict], Any]:
    return lambda envelope: envelope | more


def with_commands(change: Callable[[dict], Any]) -> Callable[[dict], Any]:
    """The envelope with something else in its list of commands."""
    return lambda envelope: envelope | {"commands": change(envelope["commands"][0])}


def without(name: str) -> Callable[[dict], Any]:
    return lambda envelope: {key: value for key, value in envelope.items() if key != name}


MALFORMED: dict[str, Callable[[dict], Any]] = {
    "nothing": lambda _: b"",
    "no JSON": lambda _: b"{",
    "a captive portal's page": lambda _: b"<html></html>",
    "not UTF-8": lambda envelope: json.dumps(envelope).encode("utf-16"),
    "broken UTF-8": lambda envelope: json.dumps(envelope).encode().replace(b"second", b"sec\xffnd"),
    "NaN": lambda envelope: json.dumps(envelope | {"waiting": float("nan")}).encode(),
    "Infinity": lambda envelope: json.dumps(envelope | {"later": float("inf")}).encode(),
    "NaN in a payload": lambda envelope: (
        json.dumps(envelope).encode().replace(b'"payload": {', b'"payload": {"x": NaN, ')
    ),
    "two values": lambda envelope: json.dumps(envelope).encode() + b"{}",
    "deep as a well": lambda _: b"[" * 200_000,
    "null": lambda _: b"null",
    "a list": lambda _: b"[]",
    "a text": lambda _: b'"x"',
    "no device": without("device"),
    "a device that is none": changed(device="grid1"),
    "a device that is a number": changed(device=1),
    "no account": without("account"),
    "an account that is a number": changed(account=1),
    "an account that cannot be": changed(account="\x00"),
    "app is a number": changed(app=1),
    "app is null": changed(app=None),
    "now is a number": changed(now=1_700_000_000),
    "acked is negative": changed(acked=-1),
    "acked is a text": changed(acked="0"),
    "acked is null": changed(acked=None),
    "acked is broken": changed(acked=0.5),
    "acked is no number": changed(acked=True),
    "acked is too large": changed(acked=MOST + 1),
    "oldest is nought": changed(oldest=0),
    "oldest is a text": changed(oldest="1"),
    "oldest is above the first": changed(oldest=2),
    "waiting is negative": changed(waiting=-1),
    "waiting is infinite": lambda envelope: json.dumps(envelope).replace('"waiting": 1', '"waiting": 1e999').encode(),
    "cursor is a number": changed(cursor=1),
    "cursor is an object": changed(cursor={}),
    "limit is negative": changed(limit=-1),
    "limit is too large": changed(limit=2001),
    "limit is a text": changed(limit="500"),
    "limit is null": changed(limit=None),
    "limit is broken": changed(limit=1.5),
    "limit is no number": changed(limit=True),
    "commands are an object": changed(commands={}),
    "commands are null": changed(commands=None),
    "501 commands": with_commands(lambda one: [one | {"id": uuid4(), "seq": n} for n in range(1, 502)]),
    "a command is a text": with_commands(lambda one: ["x"]),
    "a command is null": with_commands(lambda one: [one, None]),
    "a command without id": with_commands(lambda one: [without("id")(one)]),
    "an id that is none": with_commands(lambda one: [one | {"id": "1"}]),
    "an id that is a number": with_commands(lambda one: [one | {"id": 1}]),
    "an id with a line's end": with_commands(lambda one: [one | {"id": one["id"] + "\n"}]),
    "a command without seq": with_commands(lambda one: [without("seq")(one)]),
    "seq is nought": with_commands(lambda one: [one | {"seq": 0}]),
    "seq is negative": with_commands(lambda one: [one | {"seq": -1}]),
    "seq is a text": with_commands(lambda one: [one | {"seq": "1"}]),
    "seq is broken": with_commands(lambda one: [one | {"seq": 1.5}]),
    "seq is no number": with_commands(lambda one: [one | {"seq": True}]),
    "seq is null": with_commands(lambda one: [one | {"seq": None}]),
    "seq is too large": with_commands(lambda one: [one | {"seq": MOST + 1}]),
    "seq has 5000 digits": lambda envelope: json.dumps(envelope).replace('"seq": 1', '"seq": 1' + "0" * 5000).encode(),
    "seqs unsorted": with_commands(lambda one: [one | {"seq": 2, "id": uuid4()}, one]),
    "seqs doubled": with_commands(lambda one: [one, one | {"id": uuid4()}]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_400_malformed(name, phone):
    body = MALFORMED[name](phone.envelope(phone.queue()))
    answer = phone.post(body)
    assert (answer.status, answer.code) == (400, "malformed")


def test_400_for_what_claims_to_be_packed_and_is_not(phone):
    body = json.dumps(phone.envelope(phone.queue())).encode()
    packed = gzip.compress(body)
    for broken in (body, b"", packed[:20], packed[:-6], b"\x1f\x8b" + b"\x00" * 50):
        answer = phone.post(broken, Content_Encoding="gzip")
        assert (answer.status, answer.code) == (400, "malformed")


def test_401_without_a_session(phone):
    kept = dict(phone.web.cookies)
    phone.web.cookies.clear()
    for cookie in ("", "wrong", '"', "a" * 5000):
        phone.web.cookies.update({"silian": cookie} if cookie else {})
        answer = phone.exchange(phone.queue())
        assert (answer.status, answer.code) == (401, "sign_in")
    phone.web.cookies = kept


@pytest.mark.parametrize("header", ["", "x", uuid7()], ids=["none", "no id", "another"])
def test_403_device_by_the_header(header, phone):
    answer = phone.post(phone.envelope(phone.queue()), X_Silian_Device=header)
    assert (answer.status, answer.code) == (403, "device")


def test_403_device_by_the_envelope(phone, at):
    for device in (uuid4(), at("grid1").device, at("grid2").device):
        answer = phone.exchange(phone.queue(), device=device)
        assert (answer.status, answer.code) == (403, "device")


def test_403_account(phone, at):
    """A queue is never sent under another account, whoever is signed in."""
    for account in (uuid4(), at("grid2").account, "", "grid1"):
        answer = phone.exchange(phone.queue(), account=account)
        assert (answer.status, answer.code) == (403, "account")


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1", "http://localhost:1", "file://"]
)
def test_403_origin(origin, phone):
    answer = phone.post(phone.envelope(phone.queue()), Origin=origin)
    assert (answer.status, answer.code) == (403, "origin")


def test_the_servers_own_origin_is_fine(at, server):
    phone = at("grid1")
    assert phone.post(phone.envelope([]), Origin=server.url).status == 200


def test_409_gap_says_which_number(phone):
    answer = phone.exchange([phone.queue()[0] | {"seq": 5}])
    assert (answer.status, answer.code) == (409, "gap")
    assert answer.json["expected"] == 1


def test_413_as_sent(phone):
    envelope = phone.envelope(phone.queue(), later="x" * (1024 * 1024))
    answer = phone.post(envelope)
    assert (answer.status, answer.code) == (413, "too_big")


def test_413_unpacked(phone):
    """A bomb of a few kilobytes is not unpacked past the limit."""
    body = json.dumps(phone.envelope(phone.queue(), later="x" * (9 * 1024 * 1024))).encode()
    packed = gzip.compress(body)
    assert len(packed) < 50_000
    answer = phone.post(packed, Content_Encoding="gzip")
    assert (answer.status, answer.code) == (413, "too_big")


def test_as_much_as_the_page_says_is_taken(at):
    phone = at("grid1")
    room = 1024 * 1024 - len(json.dumps(phone.envelope([], later=""), ensure_ascii=False).encode())
    assert phone.post(phone.envelope([], later="x" * (room - 200))).status == 200
    big = json.dumps(phone.envelope([], later="x" * (7 * 1024 * 1024))).encode()
    assert phone.post(gzip.compress(big), Content_Encoding="gzip").status == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]
)
def test_415_what_a_form_could_send(kind, phone):
    answer = phone.post(json.dumps(phone.envelope(phone.queue())).encode(), Content_Type=kind)
    assert (answer.status, answer.code) == (415, "media_type")


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zip"])
def test_415_another_packing(coding, phone):
    answer = phone.post(json.dumps(phone.envelope(phone.queue())).encode(), Content_Encoding=coding)
    assert (answer.status, answer.code) == (415, "media_type")


def test_json_with_a_charset_is_json(at):
    phone = at("grid1")
    assert phone.post(phone.envelope([]), Content_Type="application/json; charset=utf-8").status == 200


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process holds the database's write lock, and the server's patience is short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "BUSY_TIMEOUT_MS", 50)
        server.forget_connections()
        holder = create_engine(server.url_of_database, isolation_level="AUTOCOMMIT")
        with holder.connect() as connection:
            sqlite = holder.dialect.name == "sqlite"
            tables = "BEGIN; LOCK TABLE sync_device, sync_audience IN EXCLUSIVE MODE"  # which may be read
            connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else tables)
            yield
            connection.exec_driver_sql("ROLLBACK")
        holder.dispose()
    server.forget_connections()


def test_503_while_the_database_is_locked(server: Server, phone):
    with locked(server):
        answer = phone.exchange(phone.queue())
    assert (answer.status, answer.code) == (503, "away")
    assert int(answer.headers["retry-after"]) > 0


def test_who_only_reads_waits_for_no_lock(server: Server, new):
    """The first poll of a new audience set, too: the set is written by a later one."""
    with server.app.app_context(), database.writing() as connection:
        connection.execute(delete(audience_table))
    engine.forget()
    resident = new("resident1")
    with locked(server):
        answer = resident.exchange()
        assert answer.status == 200 and answer.json["changes"]
        assert not server.rows("sync_audience")
    assert resident.exchange(cursor=answer.json["cursor"]).json["reset"] is False
    assert len(server.rows("sync_audience")) == 1


def test_503_when_the_database_is_gone(server: Server, phone, monkeypatch):
    """The disk is full, say. What it is about is not told."""
    with server.broken():
        answer = phone.exchange(phone.queue())
    assert (answer.status, answer.code) == (503, "away")
    assert int(answer.headers["retry-after"]) > 0
    assert b"sqlite" not in answer.body.lower() and b"psycopg" not in answer.body.lower()
