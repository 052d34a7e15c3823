"""The demo estate: as PROTOCOL.md and its issue have it, from a seed, through the same commands as real records."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from sync.ledger import command_table
from webapp import create_app, settings
from webapp.cases.models import Case
from webapp.cases.stages import STATES
from webapp.db import db, reading
from webapp.demo import setting_up
from webapp.demo.people import PEOPLE
from webapp.opinions.models import Opinion
from webapp.patrols.models import Patrol, Route
from webapp.people.models import Account
from webapp.places.models import Cell, Household

from .. import databases
from ..cast import Member
from ..phones import sign_in

NOW = datetime.now(UTC)
SECONDS_MOST = 60  # 15 on a machine that has nothing else to do


def make(folder, seed=1):
    app = create_app(instance=folder, database_url=databases.fresh(folder), testing=True)
    with app.app_context():
        db.metadata.create_all(db.engine)
        setting_up.set_up(app, seed, NOW)
    return app


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    started = time.monotonic()
    app = make(tmp_path_factory.mktemp("demo"))
    assert time.monotonic() - started < SECONDS_MOST
    return app


def ask(app, statement):
    with app.app_context(), reading() as connection:
        return connection.execute(statement).all()


def phone(app, login):
    password = (app.config["SILIAN"].instance / "demo-password").read_text().strip()
    with app.app_context(), reading() as connection:
        row = connection.execute(select(Account.id, Account.home_id).where(Account.login == login)).one()
    return sign_in(app, Member(row.id, login, "", row.home_id, password))


def test_places(demo):
    kinds = Counter(dict(ask(demo, select(Cell.kind, func.count()).group_by(Cell.kind))))
    assert kinds == {"grid": 3, "building": 9, "unit": 42}  # with the other estate's one building
    doors = dict(ask(demo, select(Household.estate_id, func.count()).group_by(Household.estate_id)))
    assert sorted(doors.values()) == [24, 480]
    routes = ask(demo, select(Route.checkpoint_ids).order_by(Route.minutes.desc()))
    assert [len(row.checkpoint_ids) for row in routes] == [8, 4]


def test_every_login_gets_in_and_other_sees_nothing_of_this_estate(demo):
    held = {person.login: phone(demo, person.login).pull() for person in PEOPLE}
    assert {name for name, _ in held["other"]} <= {"organisations", "units", "people", "categories", "purposes"}
    ours = {id for (name, id) in held["grid1"] if name in ("units", "cases", "opinions", "visits", "people")}
    assert not ours & {id for (_, id) in held["other"]}
    counts = {login: Counter(name for name, _ in documents) for login, documents in held.items()}
    assert counts["grid1"]["units"] == counts["grid2"]["units"] == 20
    assert counts["building_head"]["units"] == 5
    assert counts["patrol1"]["routes"] == 2 and counts["patrol1"]["checkpoints"] == 10
    assert counts["patrol1"]["patrols"] > 5
    assert counts["secretary"]["cases"] >= 15
    assert counts["community"]["cases"] and counts["street"]["cases"] and counts["district"]["cases"]
    assert counts["resident1"]["cases"] == 2


def test_matters_stand_in_every_state(demo):
    states = {row.state for row in ask(demo, select(Case.state))}
    assert states == set(STATES)
    levels = {row.level for row in ask(demo, select(Case.level).where(Case.state == "escalated"))}
    assert levels == {"community", "street", "district"}


def test_a_month_of_it_and_nothing_in_the_future(demo):
    times = [row.received_at for row in ask(demo, select(command_table.c.received_at))]
    assert max(times) <= NOW and min(times) >= NOW - timedelta(days=31)
    assert NOW - min(times) > timedelta(days=25)
    assert ask(demo, select(command_table.c.status).distinct()) == [("applied",)]
    assert len(ask(demo, select(Patrol.id).where(Patrol.state == "finished"))) > 15
    nameless = ask(demo, select(Opinion.account_id, Opinion.made_at).where(Opinion.anonymous))
    assert nameless and all(tuple(row) == (None, None) for row in nameless)


def test_the_same_seed_gives_the_same_and_an_unfinished_one_begins_anew(demo, tmp_path):
    again = make(tmp_path)
    ids = select(command_table.c.id).order_by(command_table.c.id)
    first = ask(again, ids)
    assert first == ask(demo, ids)
    with again.app_context():
        (tmp_path / settings.DEMO_PASSWORD_FILE).unlink()
        setting_up.set_up(again, 2, NOW)
    assert ask(again, ids) != first
    assert len(ask(again, select(Account.id))) == len(PEOPLE)


def test_its_banner_is_shown_and_its_password_kept_for_the_owner(demo):
    password = demo.config["SILIAN"].instance / "demo-password"
    assert password.stat().st_mode & 0o777 == 0o600
    assert setting_up.is_strong(demo.config["SILIAN"])
    words = setting_up.announcement(demo.config["SILIAN"])
    assert password.read_text().strip() in words and all(person.login in words for person in PEOPLE)
    assert settings.demo_banner(demo) == settings.DEMO_BANNER
