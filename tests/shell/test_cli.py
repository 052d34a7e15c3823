"""The command line, as the operator of a first real estate meets it."""

from __future__ import annotations

import re
import sys
import uuid
from subprocess import run

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from webapp import create_app
from webapp.cli import cli, commands
from webapp.db import reading
from webapp.people.models import Account, Post
from webapp.people.permissions import ROLES
from webapp.places.models import Organisation

from .. import databases
from ..phones import post_json


@pytest.fixture
def silian(tmp_path, monkeypatch):
    """Calls the command line on an empty instance; the answer has ``exit_code`` and ``output``."""
    monkeypatch.setenv("INSTANCE", str(tmp_path / "i"))
    databases.tell(monkeypatch, tmp_path)
    for name in ("SECRET_KEY", "SILIAN_DEMO_PASSWORD", "SILIAN_PUSH_ALLOW", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    commands()

    def call(*arguments, **options):
        return CliRunner().invoke(cli, list(arguments), catch_exceptions=False, **options)

    return call


@pytest.fixture
def founded(silian):
    """With one estate; its code is 630102001001-1."""
    assert silian("upgrade").exit_code == 0
    assert "630102001001-1" in silian("init", "--estate", "和顺苑", "--county", "630102").output
    return silian


def query(statement):
    app = create_app()
    with app.app_context(), reading() as connection:
        return connection.execute(statement).all()


def test_every_command_has_its_words(silian):
    whole = silian("--help").output
    for name in cli.commands:
        assert name in whole
        assert len(silian(name, "--help").output) > 80
    assert set(cli.commands) == {
        "upgrade", "init", "invite", "passwd", "estates", "demo", "run", "worker", "phone", "doctor",
        "import", "template", "export", "post", "retention", "second-step", "device", "organisation", "grid",
        "backup", "restore", "drill", "audit", "account",
    }  # fmt: skip


@pytest.mark.parametrize("arguments", [("estates",), ("init", "--estate", "x", "--county", "630102"), ("demo",),
                                       ("passwd", "x", "--made-up")])  # fmt: skip
def test_before_the_upgrade_a_sentence_says_so(silian, arguments):
    answer = silian(*arguments)
    assert answer.exit_code == 1 and "silian upgrade" in answer.output and "Traceback" not in answer.output


def test_upgrade_twice(silian):
    assert "up to date now" in silian("upgrade").output
    assert silian("upgrade").output == "The database is up to date.\n"


def test_init_founds_four_levels_a_grid_and_the_key(founded, tmp_path):
    kinds = [row.kind for row in query(select(Organisation.kind).order_by(Organisation.code))]
    assert sorted(kinds) == ["community", "district", "estate", "street"]
    assert "630102001001001" in founded("estates").output
    assert (tmp_path / "i/vapid.pem").stat().st_mode & 0o777 == 0o600
    again = founded("init", "--estate", "和顺苑", "--county", "630102")
    assert again.exit_code == 1 and "630102001001-1" in again.output
    assert "630102001001-2" in founded("init", "--estate", "安和里", "--county", "630102").output
    assert "630102001001002" in founded("estates").output


@pytest.mark.parametrize("county", ["63010", "6301020", "63o102", "", "６３０１０２"])
def test_init_wants_six_digits(silian, county):
    silian("upgrade")
    answer = silian("init", "--estate", "x", "--county", county)
    assert answer.exit_code == 1 and "6 digits" in answer.output


def test_an_invitation_leads_all_the_way_in(founded):
    answer = founded("invite", "--role", "secretary", "--estate", "630102001001-1", "--name", "支部书记")
    assert answer.exit_code == 0
    code = re.search(r"http://localhost:8000/#/activate/(\S+)", answer.output)[1]
    assert "secretary1" in answer.output and "█" in answer.output
    client, body = create_app().test_client(), {"code": code, "password": "long enough"}
    entered = post_json(client, "/auth/activate", body, device=str(uuid.uuid4())).get_json()
    assert entered["account"]["name"] == "支部书记"
    assert entered["push"]["public_key"]
    assert post_json(client, "/auth/activate", body, device=str(uuid.uuid4())).status_code == 410


@pytest.mark.parametrize("role", ROLES)
def test_each_role_stands_at_its_level(founded, role):
    assert founded("invite", "--role", role, "--estate", "630102001001-1").exit_code == 0
    kind = {"community_staff": "community", "street_staff": "street", "district_staff": "district"}.get(role, "estate")
    held = select(Organisation.kind, Post.role).join(Post, Post.organisation_id == Organisation.id)
    assert [tuple(row) for row in query(held)] == [(kind, role)]


def test_invite_says_what_is_wrong(founded):
    for arguments, words in (
        (("--role", "resident"), "--estate"),
        (("--role", "resident", "--estate", "nowhere"), "silian estates"),
        (("--role", "grid_worker", "--estate", "630102001001-1", "--cells", "630102001001009"), "no grid"),
        (("--role", "resident", "--estate", "630102001001-1", "--login", "a b"), "without spaces"),
        (("--again", "nobody"), "Nobody signs in"),
    ):
        answer = founded("invite", *arguments)
        assert answer.exit_code == 1 and words in answer.output
    assert query(select(Account.id)) == []


def test_logins_are_free_ones_and_a_new_invitation_goes_to_the_same_account(founded):
    for login in ("grid1", "grid2"):
        post = ("--role", "grid_worker", "--estate", "630102001001-1", "--cells", "630102001001001")
        assert f"login: {login}\n" in founded("invite", *post).output
    taken = founded("invite", "--role", "resident", "--estate", "630102001001-1", "--login", "GRID1")
    assert taken.exit_code == 1 and "--again grid1" in taken.output
    assert "login: grid1\n" in founded("invite", "--again", "Grid1").output
    assert len(query(select(Account.id))) == 2


def test_passwd_asks_takes_a_line_or_makes_one(founded):
    founded("invite", "--role", "resident", "--estate", "630102001001-1")
    made = founded("passwd", "resident1", "--made-up").output.split()[-1]
    short = founded("passwd", "resident1", input="short\n")
    assert short.exit_code == 1 and "8 characters" in short.output
    for password, line in ((made, None), ("a line of input", "a line of input\n")):
        if line:
            assert founded("passwd", "resident1", input=line).exit_code == 0
        body = {"login": "resident1", "password": password}
        answer = post_json(create_app().test_client(), "/auth/sign-in", body, device=str(uuid.uuid4()))
        assert answer.status_code == 200
    assert "Nobody" in founded("passwd", "nobody", "--made-up").output


def test_the_demo_keeps_away_from_real_accounts(founded):
    founded("invite", "--role", "secretary", "--estate", "630102001001-1")
    refused = founded("demo")
    assert refused.exit_code == 1 and "real accounts" in refused.output
    assert founded("demo", "--if-empty").exit_code == 0
    assert len(query(select(Account.id))) == 1


def test_the_demo_refuses_a_short_password(silian, monkeypatch):
    silian("upgrade")
    monkeypatch.setenv("SILIAN_DEMO_PASSWORD", "seven77")
    answer = silian("demo")
    assert answer.exit_code == 1 and "8 characters" in answer.output


def test_doctor_tells_what_needs_a_hand(silian, tmp_path, monkeypatch):
    before = silian("doctor")
    assert before.exit_code == 1 and "silian upgrade" in before.output
    silian("upgrade")
    silian("init", "--estate", "x", "--county", "630102")
    (tmp_path / "i/worker-alive").touch()
    nobody = silian("doctor")
    assert nobody.exit_code == 1 and "reaches nobody" in nobody.output
    monkeypatch.setenv("VAPID_SUBJECT", "mailto:office@silian.example")
    well = silian("doctor")
    assert well.exit_code == 0, well.output
    assert "empty: known push services only" in well.output and "up to date" in well.output
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", "http://127.0.0.1:9012")
    (tmp_path / "i/vapid.pem").chmod(0o644)
    ill = silian("doctor")
    assert ill.exit_code == 1
    assert re.search(r"!!  SILIAN_PUSH_ALLOW +http://127.0.0.1:9012", ill.output) and "chmod 600" in ill.output


def test_doctor_does_not_show_a_password(silian, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/i/other.sqlite3")
    assert "other.sqlite3" in silian("doctor").output


def test_a_wrong_setting_is_a_sentence(silian, monkeypatch):
    monkeypatch.setenv("PORT", "eighty")
    answer = silian("doctor")
    assert answer.exit_code == 1 and answer.output.startswith("PORT is 'eighty'")


def test_as_a_module_it_is_the_same_command(tmp_path):
    done = run([sys.executable, "-m", "webapp.cli", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: silian ")
