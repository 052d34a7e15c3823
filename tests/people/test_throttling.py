"""Guessing is made slow, and nobody is locked out by somebody else's guesses."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import timedelta

from webapp.people import throttle

from .. import databases
from ..cast import PASSWORD
from ..phones import post_json, sign_in

OWN, ATTACKER = "192.0.2.10", "198.51.100.7"


def enter(app, login, password, address, device=None):
    body = {"login": login, "password": password}
    options = {"environ_overrides": {"REMOTE_ADDR": address}}
    return post_json(app.test_client(), "/auth/sign-in", body, device=device or str(uuid.uuid4()), **options)


def guess(app, times, login="grid1", address=ATTACKER, device=None):
    """How often which status was the answer."""
    return Counter(enter(app, login, f"guess {nth}", address, device).status_code for nth in range(times))


def test_a_thousand_tries_at_one_login_get_ten_answers(app, cast, clock):
    assert guess(app, 1000) == {401: 10, 429: 990}


def test_the_right_password_after_too_many_tries_waits_as_well(app, cast, clock):
    guess(app, 10)
    answer = enter(app, "grid1", PASSWORD, ATTACKER)
    assert (answer.status_code, answer.get_json()["code"]) == (429, "slow_down")
    wait = int(answer.headers["Retry-After"])
    assert 0 < wait <= 900
    clock.shift(timedelta(seconds=wait))
    databases.redis_ages(app, wait)
    assert enter(app, "grid1", PASSWORD, ATTACKER).status_code == 200


def test_its_owner_elsewhere_is_not_locked_out(app, cast, clock):
    guess(app, 150)  # more than is counted anywhere
    assert enter(app, "grid1", PASSWORD, OWN).status_code == 200


def test_guesses_from_many_addresses_are_counted_together(app, cast, clock):
    statuses = Counter()
    for nth in range(30):
        statuses += guess(app, 10, address=f"203.0.113.{nth}")
    assert statuses == {401: 100, 429: 200}


def test_a_phone_that_was_here_before_is_not_kept_out_by_them(app, cast, clock):
    device = sign_in(app, cast["grid1"]).device
    for nth in range(12):
        guess(app, 10, address=f"203.0.113.{nth}")
    assert enter(app, "grid1", PASSWORD, OWN).status_code == 429, "an unknown phone waits"
    assert enter(app, "grid1", PASSWORD, OWN, device).status_code == 200


def test_a_phone_that_was_here_before_cannot_guess_for_ever(app, cast, clock):
    device = sign_in(app, cast["grid1"]).device
    assert guess(app, 30, device=device) == {401: 10, 429: 20}


def test_one_address_over_all_logins(app, cast, clock):
    statuses = Counter()
    for nth in range(30):
        statuses += guess(app, 5, login=f"login{nth}")
    assert statuses == {401: 100, 429: 50}
    assert enter(app, "grid2", PASSWORD, OWN).status_code == 200


def test_an_office_behind_one_address_signs_in_all_day(app, cast, clock):
    for nth in range(150):
        login = ("grid1", "grid2", "secretary")[nth % 3]
        assert enter(app, login, PASSWORD, OWN).status_code == 200


def test_a_success_forgets_the_slips_before_it(app, cast, clock):
    for _ in range(3):
        assert guess(app, 9, address=OWN) == {401: 9}
        assert enter(app, "grid1", PASSWORD, OWN).status_code == 200


def test_codes_of_invitations_are_not_guessed_for_ever(app, cast, clock):
    statuses = Counter()
    for nth in range(25):
        body = {"code": f"code {nth}", "password": "long enough"}
        statuses[post_json(app.test_client(), "/auth/activate", body, device=str(uuid.uuid4())).status_code] += 1
    assert statuses == {410: 20, 429: 5}


def test_an_ipv6_host_is_its_whole_network(app):
    for given, counted in (("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"), ("192.0.2.1", "192.0.2.1"), ("", "unknown")):
        with app.test_request_context(environ_overrides={"REMOTE_ADDR": given}):
            assert throttle.address() == counted
