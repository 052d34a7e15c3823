"""The record of who did and saw what cannot be edited, thinned out or cut off without its being told."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, func, insert, select, update

from webapp import periodic
from webapp.db import reading, writing
from webapp.people import chain, heads
from webapp.people.audit import audit_table, note
from webapp.people.chain import seal_table
from webapp.people.verifying import verify

from ..conftest import NOW

a = audit_table.c


@pytest.fixture
def book(app, clock, cast, monkeypatch, tmp_path):
    """Lines in three seals, the first two of which were yesterday's; yesterday's head is kept outside."""
    monkeypatch.setattr(heads, "path", lambda: tmp_path / "audit-heads")
    with app.app_context():
        for day in range(3):
            with writing() as connection:
                note(connection, cast["secretary"].id, "desk.view", [f"household {day} {nth}" for nth in range(5)], NOW)
            chain.seal(NOW)
            if day == 1:
                periodic.keep_audit_head()
        yield app


def faults() -> list[str]:
    with reading() as connection:
        return verify(connection, heads.read()).faults


def nth(number: int) -> int:
    with reading() as connection:
        return int(connection.execute(select(a.id).order_by(a.id).offset(number).limit(1)).scalar_one())


def test_a_whole_chain(book):
    with reading() as connection:
        found = verify(connection, heads.read())
    assert (found.faults, found.seals, found.lines, found.unsealed) == ([], 3, 15, 0)


def test_an_edited_line_is_named(book):
    victim = nth(7)
    with writing() as connection:
        connection.execute(update(audit_table).where(a.id == victim).values(account_id="somebody else"))
    assert faults() == [f"line {victim} was edited"]


@pytest.mark.parametrize("column", ["at", "action", "subject_id", "detail"])
def test_no_column_can_be_edited(book, column):
    with writing() as connection:
        connection.execute(update(audit_table).where(a.id == nth_in(connection, 3)).values({column: "x"}))
    assert len(faults()) == 1


def nth_in(connection, number: int) -> int:
    return int(connection.execute(select(a.id).order_by(a.id).offset(number).limit(1)).scalar_one())


def test_a_line_taken_out_of_the_middle_is_missed(book):
    before = nth(6)
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id == nth_in(connection, 7)))
    assert faults() == [f"missing: 1 of the lines sealed here, the first of them after line {before}"]


def test_another_line_in_its_place_is_told(book):
    victim = nth(7)
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id == victim))
    chain.seal(NOW)
    with writing() as connection:
        row = {"id": victim, "at": "2026", "action": "x"}
        connection.execute(insert(audit_table).values(row))
    assert faults() == [f"line {victim} was edited"]


def test_the_lines_cut_off_at_the_end_are_missed(book):
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id > nth_in(connection, 11)))
    assert [told.split(" of ")[0] for told in faults()] == ["missing: 3"]


def test_the_end_cut_off_with_its_seals_is_told_by_the_head_outside(book):
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id > nth_in(connection, 4)))
        connection.execute(delete(seal_table).where(seal_table.c.n > 1))
    assert [told.split(":")[0] for told in faults()] == ["cut off"]


def test_a_chain_made_anew_does_not_match_the_head_outside(book):
    with writing() as connection:
        connection.execute(update(audit_table).where(a.id == nth_in(connection, 2)).values(detail="never mind"))
        connection.execute(delete(seal_table))
    chain.seal(NOW)
    with writing() as connection:  # as many seals as there were
        note(connection, None, "x", ["y"], NOW)
    chain.seal(NOW)
    assert faults()[-1].endswith("written anew since")


def test_a_missing_seal_is_told(book):
    with writing() as connection:
        connection.execute(delete(seal_table).where(seal_table.c.n == 2))
    assert "seals 2 to 2 are missing" in faults()


def test_after_a_restore_earlier_heads_do_not_count(book):
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id > nth_in(connection, 4)))
        connection.execute(delete(seal_table).where(seal_table.c.n > 1))
    heads.note_restored(NOW + timedelta(days=1))
    with reading() as connection:
        found = verify(connection, heads.read())
    assert not found.faults and len(found.notes) == 1


def test_the_head_is_kept_once_and_only_added_to(book):
    first = heads.path().read_text()
    periodic.keep_audit_head()
    periodic.keep_audit_head()
    lines = heads.path().read_text()
    assert lines.startswith(first) and len(lines.splitlines()) == 2
    assert heads.path().stat().st_mode & 0o777 == 0o600


def test_a_head_that_was_tampered_with_is_told(book):
    heads.path().write_text("nonsense\n")
    assert faults()


def test_long_stretches_are_sealed_piece_by_piece(book, monkeypatch):
    monkeypatch.setattr(chain, "PIECE", 4)
    with writing() as connection:
        note(connection, None, "x", [str(one) for one in range(10)], NOW)
    assert chain.seal(NOW) == 10
    with reading() as connection:
        assert connection.execute(select(func.max(seal_table.c.n))).scalar() == 6
    assert not faults()


def test_the_terminal_says_it(book, monkeypatch):
    from webapp import cli_audit

    run = CliRunner()
    call = cli_audit.verify_lines.callback.__wrapped__
    with pytest.raises(SystemExit) as ended, run.isolation() as (out, *_):
        call()
    assert ended.value.code == 0
    with writing() as connection:
        connection.execute(delete(audit_table).where(a.id == nth_in(connection, 7)))
    with pytest.raises(SystemExit) as ended, run.isolation() as (out, *_):
        call()
    assert ended.value.code == 1


def test_nothing_of_ours_changes_or_deletes_lines():
    """But for the tests."""
    sources = Path(__file__).parents[2] / "webapp"
    pattern = re.compile(r"(update|delete)\((AuditLine|audit_table|AuditSeal|seal_table)\b")
    assert not [path for path in sources.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
