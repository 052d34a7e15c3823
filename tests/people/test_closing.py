"""An account closed by the office: posts, phones and ways in end, nothing that waits is lost, an invitation reopens."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from sync.ledger import command_table, device_table
from webapp import closing, nights, spans
from webapp.db import reading, writing
from webapp.people import invitations
from webapp.people.key_models import Passkey, Pin
from webapp.people.models import AuditLine, Invitation, SignIn
from webapp.people.posts import account_table, post_table

from .. import make
from ..cast import GRID1, Member
from ..conftest import NOW
from ..desk.office import sit_down
from ..phones import post_json, sign_in

STAIRS = f"{GRID1}-03-2"
SUBSCRIBE = {
    "endpoint": "https://updates.push.services.mozilla.com/x", "keys": {"p256dh": "B" * 87, "auth": "A" * 22},
}  # fmt: skip


def ask(app, query):
    with app.app_context(), reading() as connection:
        return connection.execute(query).all()


def invited(app, member) -> str:
    with app.app_context(), writing() as connection:
        return invitations.invite(connection, member.id, 24, NOW)


def activate(app, code: str):
    client, device = app.test_client(), str(uuid.uuid4())
    body = {"code": code, "password": "a new long one"}
    return client, device, post_json(client, "/auth/activate", body, device=device)


@pytest.fixture
def secretary(app, cast, clock):
    return sit_down(app, cast["secretary"])


@pytest.fixture
def closed(app, cast, secretary):
    """The link on the page of people, the second question, and yes."""

    def close(login: str = "grid1"):
        page = secretary.get("/desk/people")
        link = next(link for link in page.links if link == f"/desk/people/accounts/{cast[login].id}/close")
        asked = secretary.get(link)
        assert not ask(app, select(account_table.c.id).where(account_table.c.suspended_at.is_not(None)))
        return secretary.post(asked.form("/close"))

    return close


def test_it_asks_first_and_says_what_follows(app, cast, secretary, closed):
    page = secretary.get(f"/desk/people/accounts/{cast['grid1'].id}/close")
    assert "停用name of grid1的账号吗" in page.words and "清空" in page.words and "重新发一张邀请" in page.words
    assert "停用好了" in closed().words


def test_posts_end_and_what_waits_is_handed_over_before_the_phone_is_wiped(app, cast, secretary, closed):
    phone = sign_in(app, cast["grid1"])
    assert phone.holds("units")
    closed()
    assert not ask(app, select(post_table.c.id).where(
        post_table.c.account_id == cast["grid1"].id, post_table.c.ends_at.is_(None)))  # fmt: skip
    answer = phone.exchange([phone.command("visit.record", make.visit(grid_code=STAIRS))]).get_json()
    assert answer["revoked"] is True and answer["outcomes"][0]["status"] == "parked" and not answer["changes"]
    assert ask(app, select(command_table.c.id).where(command_table.c.status == "parked"))
    assert "name of grid1" in secretary.get("/desk/parked").words
    phone.exchange()
    assert phone.exchange().get_json()["code"] == "revoked"
    assert cast["grid1"].id not in sign_in(app, cast["grid2"]).holds("people")


def test_every_way_in_is_gone(app, cast, closed):
    member = cast["grid1"]
    phone, code = sign_in(app, member), invited(app, member)
    assert phone.record("alert.subscribe", SUBSCRIBE)["status"] == "applied"
    with app.app_context(), writing() as connection:
        row = {"id": "p" * 64, "account_id": member.id, "device_id": phone.device, "pin_hash": "x", "set_at": NOW}
        connection.execute(insert(Pin).values(**row, failures=0))
        key = {"id": "k", "account_id": member.id, "public_key": "x", "sign_count": 0, "created_at": NOW}
        connection.execute(insert(Passkey).values(key))
    closed()
    wrong = post_json(app.test_client(), "/auth/sign-in", {"login": "grid1", "password": member.password},
                      device=str(uuid.uuid4()))  # fmt: skip
    assert wrong.get_json()["code"] == "credentials"
    assert activate(app, code)[2].get_json()["code"] == "used"
    for kind in (Pin, Passkey):
        assert not ask(app, select(kind.id).where(kind.account_id == member.id))
    with app.app_context(), reading() as connection:
        from webapp.alerts.telling import subscription_table

        assert not connection.execute(select(subscription_table)).all()


def test_at_the_desk_its_session_ends_at_once(app, cast, secretary):
    owners = sit_down(app, cast["owners"])
    secretary.post(secretary.get(f"/desk/people/accounts/{cast['owners'].id}/close").form("/close"))
    assert owners.get("/desk/matters").status == 302 or "sign-in" in owners.get("/desk/matters").answer.location
    ended = select(SignIn.id).where(SignIn.account_id == cast["owners"].id, SignIn.ended_at.is_(None))
    assert not ask(app, ended)


def test_it_is_on_record_and_twice_is_once(app, cast, closed):
    sign_in(app, cast["grid1"])
    closed()
    with app.app_context():
        assert closing.close(cast["grid1"].id) is None
    lines = ask(app, select(AuditLine.account_id, AuditLine.subject_id).where(AuditLine.action == closing.CLOSE))
    assert lines == [(cast["secretary"].id, cast["grid1"].id)]


def test_only_a_new_invitation_opens_it_again(app, cast, closed):
    before = sign_in(app, cast["grid1"])
    closed()
    client, device, answer = activate(app, invited(app, cast["grid1"]))
    assert answer.status_code == 200 and answer.get_json()["suspended"] is False
    assert answer.get_json()["account"]["posts"] == [], "what it may do is given anew"
    assert before.client.get("/auth/me").status_code == 401
    member = Member(**{**vars(cast["grid1"]), "password": "a new long one"})
    old = sign_in(app, member, device=before.device)
    assert old.client.get("/auth/me").get_json()["suspended"] is True, "the old phone may hand over, and no more"
    assert client.get("/privacy/mine").status_code == 200
    assert not sign_in(app, member, device=device).holds("units")


def test_a_post_to_come_is_taken_back(app, cast, closed):
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["grid1"].id, role="patrol_volunteer", at=cast.estate,
                  starts_at=NOW + timedelta(days=3))  # fmt: skip
    closed()
    held = ask(app, select(post_table.c.role).where(post_table.c.account_id == cast["grid1"].id))
    assert held == [("grid_worker",)]


def test_not_oneself_nor_strangers_nor_whoever_has_a_post_elsewhere(app, cast, secretary):
    with app.app_context(), writing() as connection:
        make.post(connection, account=cast["grid2"].id, role="grid_worker", at=cast.other_estate, starts_at=NOW)
    shown = secretary.get(f"/desk/people/accounts/{cast['grid2'].id}/close")
    assert "在别处也有岗位" in shown.words and not shown.has_form("/close")
    fields = dict(shown.form("/sign-out").fields)
    for login in ("secretary", "other", "community", "grid2"):
        answer = secretary.client.post(f"/desk/people/accounts/{cast[login].id}/close", data=fields)
        assert answer.status_code == 404, login
    assert not ask(app, select(account_table.c.id).where(account_table.c.suspended_at.is_not(None)))


def test_a_residents_account_is_closed_from_the_page_of_their_data(app, cast, secretary):
    page = secretary.get(f"/desk/privacy/person/{cast['resident1'].id}")
    link = next(link for link in page.links if link.endswith(f"{cast['resident1'].id}/close"))
    assert "停用好了" in secretary.post(secretary.get(link).form("/close")).words


def test_name_and_login_leave_after_half_a_year(app, cast, closed, clock):
    closed()
    span = next(span for span in spans.NIGHTLY if span.kind == "account")
    mine = select(account_table.c.name, account_table.c.login).where(account_table.c.id == cast["grid1"].id)
    for days, left in ((179, ("name of grid1", "grid1")), (2, ("—", None))):
        clock.shift(timedelta(days=days))
        with app.app_context():
            nights.run(span)
        assert ask(app, mine) == [left]
    assert not ask(app, select(device_table.c.id).where(device_table.c.account == "—"))
    assert not ask(app, select(Invitation.id))
