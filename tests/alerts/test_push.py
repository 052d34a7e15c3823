"""The message, its headers, and how we say who we are."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from py_vapid import Vapid02

from webapp import clock as our_clock
from webapp.alerts import vapid
from webapp.alerts.claims import LEASE
from webapp.alerts.push import Parcel, Service, Signer, Unreachable, Unusable, encrypt, headers, message, topic

from .rows import keys

ORIGIN = "https://web.push.apple.com"


@pytest.fixture
def parcel(clock) -> Parcel:
    return Parcel(
        delivery_id=str(uuid.uuid4()), alert_id=str(uuid.uuid4()), subscription_id=str(uuid.uuid4()),
        endpoint=f"{ORIGIN}/x", origin=ORIGIN, **keys(), title="公共设施 · 3号楼：请您接手", body="",
        path=f"/#/matters/{uuid.uuid4()}", tag=f"case-{uuid.uuid4()}", urgent=False, tries=1,
        expires_at=our_clock.now() + timedelta(hours=24), leased_until=our_clock.now() + LEASE,
    )  # fmt: skip


@pytest.fixture
def signer(tmp_path) -> Signer:
    vapid.ensure(tmp_path / "vapid.pem")
    return Signer(tmp_path / "vapid.pem", "mailto:office@example.org")


def claims(authorization: str) -> dict[str, object]:
    body = authorization.partition("t=")[2].partition(",")[0].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def test_the_message_is_what_the_protocol_says_and_small(parcel):
    plain = message(parcel, "f" * 32)
    said = {"id": parcel.alert_id, "token": "f" * 32, "title": parcel.title, "body": ""}
    assert json.loads(plain) == said | {"path": parcel.path, "tag": parcel.tag}
    assert len(plain) <= 400
    longest = replace(parcel, title="急" * 120, body="事" * 200, path="/" * 120, tag="t" * 60)
    assert len(encrypt(longest, message(longest, "f" * 32))) < 2000


def test_headers(parcel, clock):
    said = headers(parcel, our_clock.now())
    assert said["TTL"] == str(24 * 3600)
    assert said["Urgency"] == "normal"
    assert said["Content-Type"] == "application/octet-stream"
    assert said["Content-Encoding"] == "aes128gcm"
    assert headers(replace(parcel, urgent=True), our_clock.now())["Urgency"] == "high"
    clock.shift(timedelta(hours=23))
    assert headers(parcel, our_clock.now())["TTL"] == "3600"
    clock.shift(timedelta(hours=1))
    assert headers(parcel, our_clock.now())["TTL"] == "1"


def test_topics_fold_by_tag_and_are_base64url():
    assert topic("case-1") == topic("case-1") != topic("case-2")
    assert len(topic("case-1")) == 32
    assert len(base64.urlsafe_b64decode(topic("case-1"))) == 24


def test_each_origin_has_claims_of_its_own(signer, clock):
    now = our_clock.now()
    one, two = signer.authorization(ORIGIN, now), signer.authorization("https://fcm.googleapis.com", now)
    assert (claims(one)["aud"], claims(two)["aud"]) == (ORIGIN, "https://fcm.googleapis.com")
    assert claims(one)["sub"] == "mailto:office@example.org"
    assert now.timestamp() < claims(one)["exp"] <= now.timestamp() + 24 * 3600
    assert one.startswith("vapid t=")
    assert Vapid02.verify(one)


def test_a_signature_is_kept_for_an_hour(signer, clock):
    now = our_clock.now()
    first = signer.authorization(ORIGIN, now)
    assert signer.authorization(ORIGIN, now + timedelta(minutes=59)) == first
    assert signer.authorization(ORIGIN, now + timedelta(minutes=60)) != first


@pytest.mark.parametrize("bad", ["BA" * 43 + "A", "AAAA", "****", ""])
def test_keys_that_are_none(parcel, bad):
    with pytest.raises(Unusable):
        encrypt(replace(parcel, p256dh=bad), b"x")


def test_an_address_that_two_parsers_read_differently(parcel, signer, clock):
    async def send(endpoint: str) -> None:
        async with Service(signer) as service:
            await service.send(replace(parcel, endpoint=endpoint), "f" * 32, our_clock.now())

    for endpoint in ("https://127.0.0.1/x", "http://web.push.apple.com/x", "https://web.push.apple.com:8443/x"):
        with pytest.raises(Unreachable, match="two readings"):
            asyncio.run(send(endpoint))
