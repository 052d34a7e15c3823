"""The whole road to a push service that others wrote: it checks who we are, and decrypts."""

from __future__ import annotations

import json

import pytest

from webapp.alerts import vapid
from webapp.alerts.telling import token_of

from .. import make
from ..cast import GRID1
from ..phones import sign_in
from . import rows


@pytest.fixture
def browser(app, decryptor, public_key):
    """``browser(phone)``: subscribes one for this phone; where to ask for what arrived."""

    def subscribe(phone, key=public_key) -> str:
        given = decryptor.subscribe(key)
        payload = {"endpoint": given["endpoint"], "keys": given["keys"]}
        assert phone.record("alert.subscribe", payload)["status"] == "applied"
        return given["clientHash"]

    return subscribe


def escalated(phone, title="张三家漏水"):
    """A case of this phone's person, raised and escalated; its id."""
    case = make.case(grid_code=f"{GRID1}-03-2", title=title)
    assert phone.record("case.raise", case)["status"] == "applied"
    state = phone.holds("cases")[case["case_id"]]
    expects = {"state": state["state"], "level": state["level"]}
    step = {"case_id": case["case_id"], "expects": expects, "reason": "王五说物业不来"}
    assert phone.record("case.escalate", step)["status"] == "applied"
    return case["case_id"]


def test_an_escalation_is_read_by_the_right_browser(app, cast, decryptor, browser):
    grid1, secretary, other = (sign_in(app, cast[login]) for login in ("grid1", "secretary", "other"))
    theirs, own, elsewhere = browser(secretary), browser(grid1), browser(other)
    case_id = escalated(grid1)
    rows.send(app)
    arrived = decryptor.arrived(theirs)
    (said,) = [one for one in arrived if one["title"].endswith("请您接手")]
    alerts = secretary.holds("alerts")
    assert said == {
        "id": said["id"],
        "token": token_of(said["id"], app.config["SECRET_KEY"].encode()),
        "title": alerts[said["id"]]["title"],
        "body": "",
        "path": f"/#/matters/{case_id}",
        "tag": f"case-{case_id}",
    }
    assert "3号楼" in said["title"]
    assert not any(word in json.dumps(arrived, ensure_ascii=False) for word in ("张三", "王五", "漏水"))
    assert decryptor.arrived(own) == decryptor.arrived(elsewhere) == []
    assert set(rows.states(app)) == {"sent"}


def test_another_key_is_refused_and_nothing_is_shown(app, cast, decryptor, browser, tmp_path):
    """The push service knows us by the key of the subscription: with another one it answers 400, which is our fault."""
    secretary = sign_in(app, cast["secretary"])
    theirs = browser(secretary, key=vapid.ensure(tmp_path / "another.pem"))
    secretary.record("alert.test", {})
    rows.send(app)
    assert decryptor.arrived(theirs) == []
    assert rows.states(app) == ["failed"]
    (kept,) = rows.read_subscriptions(app, cast["secretary"].id)
    assert kept["fault"] == "answer 400"


def test_an_expired_subscription_leaves_and_the_others_stay(app, cast, decryptor, browser):
    secretary = sign_in(app, cast["secretary"])
    dead, alive = browser(secretary), browser(secretary)
    decryptor.expire(dead)
    secretary.record("alert.test", {})
    rows.send(app)
    assert [one["tag"] for one in decryptor.arrived(alive)] == ["test"]
    assert rows.states(app) == ["gone", "sent"]
    assert len(rows.read_subscriptions(app)) == 1


def test_a_browser_that_changed_hands_reads_nothing_of_its_former_owner(app, cast, decryptor, browser):
    secretary, other = sign_in(app, cast["secretary"]), sign_in(app, cast["other"])
    given = decryptor.subscribe(vapid.public_key(app.config["SILIAN"].vapid_key))
    payload = {"endpoint": given["endpoint"], "keys": given["keys"]}
    secretary.record("alert.subscribe", payload)
    secretary.record("alert.test", {})
    other.record("alert.subscribe", payload)
    rows.send(app)
    assert decryptor.arrived(given["clientHash"]) == []
    assert rows.states(app) == ["gone"]
