"""The desk speaks both languages completely, and says times in the organisation's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from webapp.cases.stages import LEVELS, STATES
from webapp.db import registry
from webapp.desk.moves import FIELDS
from webapp.desk.places import code_words, plate_words
from webapp.desk.times import Times, moment
from webapp.desk.words import TABLES, WORDS, code, has, say
from webapp.people.permissions import ROLES

ROOT = Path(__file__).parents[2]
HAN = re.compile("[\u4e00-\u9fff]")
OTHER_LANGUAGES_NAME = {"language.other"}


def names(words: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(words) if name}


def test_no_word_is_missing_in_either_language():
    assert not [key for key, entry in WORDS.items() if len(entry) not in (2, 3) or not all(map(str.strip, entry))]


def test_english_is_english():
    chinese = [key for key, entry in WORDS.items() if any(HAN.search(words) for words in entry[1:])]
    assert set(chinese) == OTHER_LANGUAGES_NAME


def test_both_say_the_same_about_the_same_values():
    """A value in one language and not in the other is one that half of the people do not see."""
    dates = {"month", "month_name"}
    assert not [key for key, entry in WORDS.items() if names(entry[0]) - dates != names(entry[-1]) - dates]
    assert not [key for key, entry in WORDS.items() if not names(entry[1]) <= names(entry[-1])]


def test_no_word_stands_in_two_tables():
    assert sum(len(table) for table in TABLES) == len(WORDS)


def test_every_code_that_can_come_has_its_words():
    codes = {
        "role": ROLES,
        "level": LEVELS,
        "show": ("open", "today", "late", "mine", "appraising", "up", "over"),
        "move": tuple(FIELDS),
        "about": tuple(FIELDS),
        "do": tuple(FIELDS),
        "done": (*FIELDS, "raise"),
        "why": ("missing", "restored", "unknown_type", "out_of_scope", "failed"),
        "type": tuple(name for name, _v in registry.commands),
        "who": tuple(state for state in STATES if state not in ("assigned", "handling", "escalated")),
    }
    assert not [f"{prefix}.{name}" for prefix, every in codes.items() for name in every if not has(f"{prefix}.{name}")]


def test_templates_name_only_words_that_there_are():
    """``t("key")`` and ``say(language, "key")``; keys that are put together are covered above."""
    missing = []
    for path in [*(ROOT / "templates/desk").glob("*.html"), *(ROOT / "webapp/desk").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        keys = re.findall(r"""\bt\(["']([a-z_.]+)["'][,)]""", text)
        keys += re.findall(r"""\bsay\([^"()]*(?:\([^()]*\))?[^"()]*"([a-z_.]+)"[,)]""", text)
        missing += [f"{path.name}: {key}" for key in keys if not has(key)]
    assert not missing


def test_no_template_speaks_by_itself():
    for path in (ROOT / "templates/desk").glob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not HAN.search(text), path.name
        assert "style=" not in text and "onclick" not in text and "<script>" not in text, path.name


NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # 14:00 in Xining


@pytest.fixture(params=["zh", "en"])
def times(request):
    return Times(request.param, ZoneInfo("Asia/Shanghai"), NOW)


@pytest.mark.parametrize(("moved", "zh", "en"), [
    (timedelta(hours=4), "今天 18:00", "today 18:00"), (timedelta(hours=10), "明天 00:00", "tomorrow 00:00"),
    (timedelta(hours=-15), "昨天 23:00", "yesterday 23:00"), (timedelta(days=2), "11月26日 14:00", "26 November 14:00"),
    (timedelta(days=-365), "2025年11月24日 14:00", "24 November 2025 14:00"),
])  # fmt: skip
def test_times_are_said_as_people_say_them(times, moved, zh, en):
    assert times.when(NOW + moved) == (zh if times.language == "zh" else en)


@pytest.mark.parametrize(("length", "zh", "en"), [
    (timedelta(seconds=3), "1 分钟", "1 minute"), (timedelta(minutes=40), "40 分钟", "40 minutes"),
    (timedelta(hours=1), "1 小时", "1 hour"), (timedelta(hours=23, minutes=59), "23 小时", "23 hours"),
    (timedelta(days=1), "1 天", "1 day"), (timedelta(days=-9), "9 天", "9 days"),
])  # fmt: skip
def test_lengths_have_one_unit(times, length, zh, en):
    assert times.span(length) == (zh if times.language == "zh" else en)


def test_the_day_ends_at_midnight_of_the_organisation(times):
    assert times.end_of_today == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
    assert times.at(times.today, 18) == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-11-24T10:00:00", "2026-13-01T00:00:00Z"])
def test_what_is_no_time_is_none(text):
    assert moment(text) is None


def test_places_read_like_door_plates():
    grid = "630102001001001"
    assert code_words(f"{grid}-03-2", "zh") == "3号楼 2单元"
    assert code_words(f"{grid}-03-2", "en") == "Building 3, unit 2"
    assert code_words(f"{grid}-12", "zh") == "12号楼" and code_words(grid, "zh") == "1网格"
    assert plate_words({"grid_code": grid, "position": None, "text": "西门"}, "zh") == "西门"
    assert plate_words(None, "zh") == "全小区" and plate_words(None, "en") == "Whole estate"


def test_an_unknown_code_is_never_shown_as_it_is():
    assert code("zh", "role", "role_of_tomorrow", say("zh", "role.none")) == "有关的人"
