"""A phone that the office has suspended: it hands over what waits there, is wiped, and says why."""

from __future__ import annotations

from .steps import go, journal, rows, say, sign_in, wait


def test_what_waits_is_handed_over_then_the_phone_is_empty_and_says_why(phone, silian):
    sign_in(phone, silian, "patrol2")
    page = phone.page
    phone.offline()
    say(phone, "停用之前写的")
    number = rows(silian, "SELECT d.id FROM sync_device d JOIN account a ON a.id = d.account WHERE a.login = 'patrol2'")
    silian.cli("device", "suspend", "patrol2", str(number[-1][0]))
    phone.online()
    page.get_by_text("办公室停用了这里").wait_for()
    page.get_by_label("登录名").wait_for()
    parked = "SELECT count(*) FROM sync_command WHERE status = 'parked' AND body LIKE '%停用之前写的%'"
    assert wait(lambda: rows(silian, parked) == [(1,)])
    assert journal(phone) == [] and "停用之前写的" not in page.content()
    phone.restart()
    phone.open("#/records")
    phone.page.get_by_text("办公室停用了这里").wait_for()
    silian.cli("device", "lift", "patrol2", str(number[-1][0]))
    sign_in(phone, silian, "patrol2")
    go(phone, "#/settings")
    assert phone.page.get_by_text("办公室停用了这里").count() == 0
    assert not phone.errors
