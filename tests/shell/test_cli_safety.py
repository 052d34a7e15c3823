"""``silian device`` and ``second-step``: what the operator does when somebody has lost a phone."""

from __future__ import annotations

import re
import uuid

import pytest

from webapp import create_app

from ..phones import post_json
from .test_cli import founded, silian

__all__ = ["founded", "silian"]


@pytest.fixture
def phone(founded):
    """A client on which a patrol volunteer has come in, and its device."""
    told = founded("invite", "--role", "patrol_volunteer", "--estate", "630102001001-1").output
    code = re.search(r"#/activate/(\S+)", told)[1]
    client, device = create_app().test_client(), str(uuid.uuid4())
    body = {"code": code, "pin": "314159", "secret": "s" * 64}
    assert post_json(client, "/auth/activate", body, device=device).status_code == 200
    return client, device


def test_a_device_is_listed_suspended_and_let_in_again(founded, phone):
    client, device = phone
    assert device[-6:] in founded("device", "list", "patrol1").output
    assert "Suspended" in founded("device", "suspend", "patrol1", device[-6:]).output
    assert client.get("/auth/me").get_json()["suspended"] is True
    assert "suspended" in founded("device", "list", "patrol1").output
    again = founded("device", "suspend", "patrol1", device[-6:])
    assert again.exit_code == 1 and "already" in again.output
    assert "Lifted" in founded("device", "lift", "patrol1", device).output
    assert client.get("/auth/me").status_code == 401


@pytest.mark.parametrize("number", ["", "abc", "000000", "%", "x" * 100])
def test_another_number_is_told_so(founded, phone, number):
    answer = founded("device", "suspend", "patrol1", number)
    assert answer.exit_code == 1 and "no such device" in answer.output


def test_the_second_step_is_reset(founded, phone):
    assert "anew" in founded("second-step", "reset", "patrol1").output
    for command in (("second-step", "reset", "nobody"), ("device", "list", "nobody")):
        answer = founded(*command)
        assert answer.exit_code == 1 and "Nobody signs in as nobody" in answer.output


def test_an_account_is_closed_after_a_question(founded, phone):
    client, _ = phone
    asked = founded("account", "close", "patrol1")
    assert asked.exit_code == 1 and "Close it?" in asked.output, "nobody has said yes"
    assert client.get("/auth/me").get_json()["suspended"] is False
    told = founded("account", "close", "patrol1", "--yes").output
    assert "Posts ended: 1. Phones and computers suspended: 1." in told
    assert client.get("/auth/me").get_json()["suspended"] is True
    again = founded("account", "close", "patrol1", "--yes")
    assert again.exit_code == 1 and "closed already" in again.output
    assert "patrol1" in founded("invite", "--again", "patrol1").output


@pytest.mark.parametrize("command", [("account", "close", "nobody", "--yes"), ("post", "list", "nobody")])
def test_nobody_is_told_so(founded, command):
    answer = founded(*command)
    assert answer.exit_code == 1 and "Nobody signs in as nobody" in answer.output
