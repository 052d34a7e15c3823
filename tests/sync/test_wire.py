"""The wire: what is an envelope and what is not, the form of a command, and its digest (PROTOCOL, the 400 row)."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync import Malformed, read_envelope
from sync.wire import BATCH_MOST, CONTENT_MOST_BYTES, NESTING_MOST, WHOLE_MOST, loads, read_command

from .toy import World

DEVICE = "0192e4a0-0000-7000-8000-000000000001"
MADE_AT = "2026-11-24T09:12:44.120+08:00"


def command(seq: int = 1, **more: Any) -> dict[str, Any]:
    it = {"id": str(uuid.UUID(int=int(seq))), "seq": seq, "type": "note.add", "v": 1, "made_at": MADE_AT}
    return {**it, "payload": {}, **more}


def envelope(**more: Any) -> bytes:
    it = {"device": DEVICE, "account": "ann", "app": "1.0.0", "now": MADE_AT, "acked": 0, "oldest": 1, "waiting": 1}
    return json.dumps({**it, "cursor": None, "commands": [command()], **more}).encode()


def without(name: str) -> bytes:
    it = json.loads(envelope())
    del it[name]
    return json.dumps(it).encode()


def test_the_usual_envelope_is_read():
    read = read_envelope(envelope())
    assert (read.device, read.account, read.limit, len(read.commands)) == (DEVICE, "ann", 500, 1)


def test_what_may_be_left_out_and_what_is_unknown():
    read = read_envelope(json.dumps({"device": DEVICE.upper(), "account": "ann", "later": {"more": 1}}).encode())
    assert (read.device, read.commands, read.oldest, read.cursor) == (DEVICE, [], 1, None)
    assert read_envelope(envelope(limit=0)).limit == 0 and read_envelope(envelope(limit=2000)).limit == 2000
    assert len(read_envelope(envelope(commands=[command(n) for n in range(1, BATCH_MOST + 1)])).commands) == BATCH_MOST


FAULTS: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"<html>",
    "cut off": envelope()[:-1],
    "a list": b"[]",
    "NaN": b'{"device": NaN}',
    "Infinity": envelope().replace(b'"acked": 0', b'"acked": Infinity'),
    "-Infinity in a payload": envelope().replace(b'"payload": {}', b'"payload": {"n": -Infinity}'),
    "UTF-16": envelope().decode().encode("utf-16"),
    "bytes that are no UTF-8": envelope(app="x").replace(b'"x"', b'"\xff"'),
    "a surrogate in its bytes": envelope(app="x").replace(b'"x"', b'"\xed\xa0\x80"'),
    "nested beyond reading": b"[" * 100_000,
    "no device": without("device"),
    "a device that is no UUID": envelope(device="phone"),
    "a device with a tail": envelope(device=DEVICE + "\n"),
    "no account": without("account"),
    "an account that is no text": envelope(account=7),
    "app that is no text": envelope(app=1),
    "app that cannot be kept": envelope(app="1.0\ud800"),
    "app with U+0000": envelope(app="1.0\x00"),
    "now that is no text": envelope(now=1),
    "acked below 0": envelope(acked=-1),
    "acked in parts": envelope(acked=1.5),
    "acked true": envelope(acked=True),
    "oldest 0": envelope(oldest=0),
    "oldest above the first": envelope(oldest=2),
    "waiting null": envelope(waiting=None),
    "waiting beyond measure": envelope(waiting=WHOLE_MOST + 1),
    "cursor a number": envelope(cursor=1),
    "limit 2001": envelope(limit=2001),
    "limit below 0": envelope(limit=-1),
    "limit null": envelope(limit=None),
    "commands an object": envelope(commands={}),
    "commands null": envelope(commands=None),
    "501 commands": envelope(commands=[command(n) for n in range(1, BATCH_MOST + 2)]),
    "a command that is none": envelope(commands=[1]),
    "no id": envelope(commands=[{"seq": 1}]),
    "an id that is no UUID": envelope(commands=[command(id="x")]),
    "an id that is a number": envelope(commands=[command(id=1)]),
    "an id with other digits": envelope(commands=[command(id="\uff10" * 8 + "-0000-4000-8000-000000000001")]),
    "no seq": envelope(commands=[{"id": DEVICE}]),
    "seq 0": envelope(commands=[command(0)]),
    "seq in parts": envelope(commands=[command(seq=1.0)]),
    "seq true": envelope(commands=[command(seq=True)]),
    "seq as text": envelope(commands=[{**command(), "seq": "1"}]),
    "seq beyond 2^53": envelope(commands=[command(WHOLE_MOST + 1)]),
    "seq of 5,000 digits": envelope().replace(b'"seq": 1', b'"seq": ' + b"1" * 5000),
    "seqs unsorted": envelope(commands=[command(2), command(1)]),
    "seqs doubled": envelope(commands=[command(1), command(1)]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_envelope_is_malformed(name):
    with pytest.raises(Malformed):
        read_envelope(FAULTS[name])


def fault(**more: Any) -> list[str] | str | None:
    """What is said against a command: its faulty fields, or the code."""
    found = read_command(command(**more)).fault
    if found is None:
        return None
    return sorted(found.detail["fields"]) if found.detail else found.code


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth - 1):
        value = {"in": value}
    return value


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"odd": 1}, ["odd"]),
        ({"od\ud800d": 1}, ["command"]),
        ({"type": None}, ["type"]),
        ({"type": ""}, ["type"]),
        ({"type": "x" * 61}, ["type"]),
        ({"type": "no\x00te"}, ["type"]),
        ({"v": 0}, ["v"]),
        ({"v": "1"}, ["v"]),
        ({"v": True}, ["v"]),
        ({"v": 2**60}, ["v"]),
        ({"made_at": 1}, ["made_at"]),
        ({"made_at": "x" * 41}, ["made_at"]),
        ({"made_at": "\ud800"}, ["made_at"]),
        ({"supersedes": ""}, ["supersedes"]),
        ({"supersedes": 1}, ["supersedes"]),
        ({"supersedes": None}, None),
        ({"supersedes": DEVICE.upper()}, None),
        ({"was": "applied"}, None),
        ({"was": ["odd"]}, None),
        ({"payload": None}, ["payload"]),
        ({"payload": []}, ["payload"]),
        ({"payload": {"t": "a\x00b"}}, ["payload"]),
        ({"payload": {"t": "\udfff"}}, ["payload"]),
        ({"payload": {"\ud800": 1}}, ["payload"]),
        ({"payload": {"t": "\U0001f600 \u4e2d"}}, None),
        ({"payload": {"n": [WHOLE_MOST, -WHOLE_MOST, 0.5]}}, None),
        ({"payload": {"n": WHOLE_MOST + 1}}, ["payload"]),
        ({"payload": {"n": -1e300}}, ["payload"]),
        ({"payload": {"n": float("inf")}}, ["payload"]),
        ({"payload": nested(NESTING_MOST)}, None),
        ({"payload": nested(NESTING_MOST + 1)}, ["payload"]),
        ({"payload": {"t": "x" * CONTENT_MOST_BYTES}}, "too_large"),
    ],
    ids=repr,
)
def test_form(more, said):
    assert fault(**more) == said


def test_numbers_too_long_to_read_make_their_command_invalid():
    body = b'{"n": ' + b"9" * 5000 + b', "m": 1e999, "k": -' + b"9" * 30 + b"}"
    assert fault(payload=loads(body)) == ["payload"]


def test_content_of_exactly_the_limit_is_taken():
    bare = f'{{"made_at":"{MADE_AT}","payload":{{"t":""}},"supersedes":null,"type":"note.add","v":1}}'
    room = CONTENT_MOST_BYTES - len(bare)
    assert fault(payload={"t": "x" * room}) is None
    assert fault(payload={"t": "x" * (room + 1)}) == "too_large"
    assert fault(payload={"t": "\u4e2d" * (room // 3)}) is None
    assert fault(payload={"t": "\u4e2d" * (room // 3 + 1)}) == "too_large"


def test_a_digest_is_of_the_content_and_not_of_how_it_was_written():
    one = f'{{"id":"{DEVICE}","seq":1,"type":"t","v":1,"made_at":"m","payload":{{"a":1,"b":{{"c":"\\u4e2d","d":2}}}}}}'
    two = f'''{{"payload" : {{"b":{{"d":2,"c":"中"}}, "a":1}}, "supersedes":null, "made_at":"m", "v":1,
        "type":"t", "was":"parked", "seq":9, "id":"{DEVICE.upper()}"}}'''
    one, two = read_command(loads(one.encode())), read_command(loads(two.encode()))
    assert one.digest == two.digest and one.id == two.id


@pytest.mark.parametrize(
    "more", [{"type": "u"}, {"v": 2}, {"made_at": "n"}, {"supersedes": DEVICE}, {"payload": {"a": 1}}], ids=repr
)
def test_a_digest_changes_with_every_part_of_the_content(more):
    assert read_command(command(**more)).digest != read_command(command()).digest


def test_content_that_may_not_be_kept_has_a_digest_all_the_same():
    one, two = read_command(command(payload={"t": "\ud800"})), read_command(command(payload={"t": "\ud801"}))
    assert one.digest != two.digest


@pytest.mark.parametrize("depth", [33, 300, 900, 5000])
def test_nesting_beyond_what_a_digest_can_be_made_of_is_invalid_like_any_other(depth):
    assert fault(payload=nested(depth)) == ["payload"]


texts = st.text(st.characters(codec=None), max_size=8) | st.just("\ud800")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
named = st.sampled_from(["type", "v", "made_at", "supersedes", "payload", "was"])


@given(parts=st.dictionaries(named | texts, json_values, max_size=8), seq=st.integers(1, WHOLE_MOST))
@settings(max_examples=80, deadline=None)
@example(parts={"payload": {"t": "\ud800"}, "type": "\ud800", "v": -(2**70), "made_at": "\ud800", "\ud800": 1}, seq=1)
def test_no_json_makes_reading_a_command_fail_nor_the_batch_it_is_in(parts, seq):
    """Whatever stands in a command, it is read, gets an outcome, the same again, and its neighbour is applied."""
    read_command({**parts, "id": DEVICE, "seq": seq})
    world = World()
    phone = world.phone("ann")
    phone.journal.append({**parts, "id": DEVICE, "seq": 1})
    phone.note("neighbour")
    body = {"device": phone.device, "account": "ann", "oldest": 1, "commands": phone.journal}
    try:
        read = read_envelope(json.dumps(body).encode())
    except Malformed:
        return  # NaN, Infinity, or nested beyond reading
    outcomes = [world.engine.exchange(read, world.caller("ann", phone.device), world.now).outcomes for _ in range(2)]
    assert outcomes[0] == outcomes[1] and outcomes[0][1]["status"] == "applied"
