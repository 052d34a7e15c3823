"""``alert.subscribe``, ``alert.unsubscribe`` and ``alert.test``, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from webapp.alerts.commands import SUBSCRIPTIONS_MOST

from ..phones import sign_in
from . import rows

APPLE = "https://web.push.apple.com"


@pytest.fixture
def phone(app, cast):
    return sign_in(app, cast["secretary"])


def subscribing(endpoint: str = f"{APPLE}/a", **keys: str) -> dict[str, object]:
    return {"endpoint": endpoint, "keys": rows.keys() | keys}


def test_a_browser_subscribes(app, cast, phone):
    payload = subscribing()
    assert phone.record("alert.subscribe", payload)["status"] == "applied"
    (row,) = rows.read_subscriptions(app)
    assert (row["account_id"], row["device_id"]) == (cast["secretary"].id, phone.device)
    assert {"p256dh": row["p256dh"], "auth": row["auth"]} == payload["keys"]


def test_again_changes_the_keys(app, phone):
    phone.record("alert.subscribe", subscribing())
    payload = subscribing()
    assert phone.record("alert.subscribe", payload)["status"] == "applied"
    (row,) = rows.read_subscriptions(app)
    assert row["p256dh"] == payload["keys"]["p256dh"]


def test_an_endpoint_moves_to_whoever_subscribes_it_last(app, cast, phone):
    phone.record("alert.subscribe", subscribing())
    assert sign_in(app, cast["other"]).record("alert.subscribe", subscribing())["status"] == "applied"
    (row,) = rows.read_subscriptions(app)
    assert row["account_id"] == cast["other"].id


def test_unsubscribing_is_for_ones_own(app, cast, phone):
    phone.record("alert.subscribe", subscribing())
    other = sign_in(app, cast["other"])
    assert other.record("alert.unsubscribe", {"endpoint": f"{APPLE}/a"})["status"] == "applied"
    assert len(rows.read_subscriptions(app)) == 1
    assert phone.record("alert.unsubscribe", {"endpoint": f"{APPLE}/a"})["status"] == "applied"
    assert rows.read_subscriptions(app) == []
    assert phone.record("alert.unsubscribe", {"endpoint": f"{APPLE}/a"})["status"] == "applied"


def test_a_thousand_subscriptions_are_refused_and_hold_up_nothing(app, cast, phone):
    commands = [phone.command("alert.subscribe", subscribing(f"{APPLE}/{n}")) for n in range(30)]
    outcomes = phone.exchange(commands).get_json()["outcomes"]
    assert [one["status"] for one in outcomes] == ["applied"] * SUBSCRIPTIONS_MOST + ["rejected"] * 10
    assert {one.get("code") for one in outcomes[SUBSCRIPTIONS_MOST:]} == {"too_many_devices"}
    assert phone.record("alert.subscribe", subscribing(f"{APPLE}/new"))["code"] == "too_many_devices"
    assert phone.record("alert.subscribe", subscribing(f"{APPLE}/1"))["status"] == "applied"
    assert sign_in(app, cast["other"]).record("alert.subscribe", subscribing(f"{APPLE}/other"))["status"] == "applied"


@pytest.mark.parametrize(
    "endpoint",
    ["https://127.0.0.1/x", "https://[::1]/x", "https://2130706433/x", "https://web.push.apple.com:8443/x",
     "http://web.push.apple.com/x", "https://u:p@web.push.apple.com/x", "https://push.example.org/x", "x"],
)  # fmt: skip
def test_hostile_endpoints(app, phone, endpoint):
    outcome = phone.record("alert.subscribe", subscribing(endpoint))
    assert (outcome["status"], outcome["code"], list(outcome["fields"])) == ("rejected", "invalid", ["endpoint"])
    assert rows.read_subscriptions(app) == []


@pytest.mark.parametrize(
    ("name", "bad"),
    [("p256dh", "AAAA"), ("p256dh", "+" * 87), ("p256dh", "A" * 5000), ("p256dh", ""),
     ("auth", "A" * 87), ("auth", "A")],
)  # fmt: skip
def test_keys_of_the_wrong_size(app, phone, name, bad):
    outcome = phone.record("alert.subscribe", subscribing(**{name: bad}))
    assert (outcome["status"], outcome["code"], list(outcome["fields"])) == ("rejected", "invalid", [f"keys.{name}"])


def test_keys_may_be_padded(app, phone):
    keys = rows.keys()
    padded = subscribing(p256dh=keys["p256dh"] + "=", auth=keys["auth"] + "==")
    assert phone.record("alert.subscribe", padded)["status"] == "applied"


def test_trying_whether_it_arrives(app, phone, clock, stub):
    phone.record("alert.subscribe", subscribing(stub.answer("/a")))
    phone.record("alert.subscribe", subscribing(stub.answer("/b")))
    assert phone.record("alert.test", {})["status"] == "applied"
    rows.send(app)
    assert sorted(stub.paths()) == ["/a", "/b"]
    ((id, shown),) = phone.holds("alerts").items()
    assert (shown["kind"], shown["path"], shown["tag"]) == ("test", "/#/inbox", "test")


def test_trying_again_and_again(app, phone, clock):
    first, second = phone.command("alert.test", {}), phone.command("alert.test", {})
    outcomes = phone.exchange([first, second]).get_json()["outcomes"]
    assert [one.get("code") for one in outcomes] == [None, "slow_down"]
    assert phone.record("alert.test", {})["code"] == "slow_down"
    clock.shift(timedelta(seconds=10))
    assert phone.record("alert.test", {})["status"] == "applied"
    assert phone.record("alert.test", {"to": "everybody"})["code"] == "invalid"


@pytest.mark.parametrize("login", ["resident1", "patrol1", "district", "other"])
def test_everybody_may_try(app, cast, login):
    assert sign_in(app, cast[login]).record("alert.test", {})["status"] == "applied"
