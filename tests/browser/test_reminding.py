"""A reminder, and more time: given on the phone without a network, shown at once, and once on the server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .screens.hands import press, sign_in
from .steps import rows, wait

MATTER = "门禁时好时坏"


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def moves(silian, kind: str) -> list[tuple[object, ...]]:
    said = """SELECT m.note, c.due_at FROM case_move m JOIN "case" c ON c.id = m.case_id
              WHERE c.title LIKE ? AND m.kind = ? AND m.account_id IS NOT NULL"""
    return rows(silian, said, f"%{MATTER}%", kind)


def test_the_office_reminds_and_gives_more_time_without_a_network(phone, silian):
    page = sign_in(phone, silian, "secretary")
    phone.offline()
    phone.open("#/matters")
    page.locator("a.row", has_text=MATTER).first.click()

    page.get_by_role("link", name="催一催").click()
    page.locator("#note").fill("住户天天问")
    press(page)
    page.locator(".line .bell", has_text="住户天天问").wait_for()
    page.get_by_text("存好了，在手机里").wait_for()

    page.get_by_role("link", name="延期").click()
    page.locator("#note").fill("配件还在路上")
    press(page)
    assert page.locator("#due-wrong").inner_text() == "还差一样：请选一天"
    page.locator("#due").fill(day(-1))
    press(page)
    assert page.locator("#due-wrong").inner_text() == "请选比原来晚的日子"
    page.locator("#due").fill(day(30))
    press(page)
    page.locator(".line li", has_text="配件还在路上").wait_for()
    assert moves(silian, "nudge") == moves(silian, "extend") == []

    phone.online()
    assert wait(lambda: moves(silian, "nudge") and moves(silian, "extend"))
    assert [note for note, _ in moves(silian, "nudge")] == ["住户天天问"]
    ((note, due),) = moves(silian, "extend")
    assert note == "配件还在路上"
    assert str(due).startswith(f"{day(30)} 10:00")  # six in the evening in the estate
    page.get_by_text("都送到了").first.wait_for()
    assert page.locator(".line li", has_text="住户天天问").count() == 1
    assert not phone.errors


def test_whoever_has_it_in_hand_is_not_asked_to_remind_themselves(phone, silian):
    page = sign_in(phone, silian, "property")
    phone.open("#/matters")
    page.locator("a.row", has_text=MATTER).first.click()
    page.locator(".line").wait_for()
    assert page.get_by_role("link", name="办好了").count() == 1
    assert page.get_by_role("link", name="催一催").count() == page.get_by_role("link", name="延期").count() == 0
