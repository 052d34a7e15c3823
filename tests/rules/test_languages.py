"""Whoever reads Silian in one language misses nothing that the other one says."""

import json
import re
from pathlib import Path

import pytest

from webapp.desk.words import WORDS as DESK
from webapp.problems import PROBLEMS

APP = Path(__file__).parents[2] / "static/i18n"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
HAN = re.compile("[\u4e00-\u9fff]")


def book(language: str) -> dict[str, str | dict[str, str]]:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), f"twice in {language}: {[key for key in keys if keys.count(key) > 1]}"
        return dict(pairs)

    first, later = (
        json.loads((APP / folder / f"{language}.json").read_text(encoding="utf-8"), object_pairs_hook=unique)
        for folder in (".", "later")
    )
    assert not first.keys() & later.keys()
    return first | later


def forms(entry: str | dict[str, str]) -> list[str]:
    """Of a word that changes with number, each form."""
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(entry: str | dict[str, str]) -> set[str]:
    return {name for form in forms(entry) for name in PLACEHOLDER.findall(form)}


def test_both_books_have_the_same_words():
    assert book("zh").keys() == book("en").keys()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_word_is_empty(language):
    assert not [key for key, entry in book(language).items() if not forms(entry) or not all(forms(entry))]


def test_both_say_the_same_things_about_the_same_values():
    """`{n}` in one language and not in the other is a number that half of the people do not see."""
    chinese, english = book("zh"), book("en")
    assert not [key for key in chinese if placeholders(chinese[key]) != placeholders(english[key])]


def test_english_is_english():
    names_of_languages = {"language.zh"}
    assert not [
        key for key, entry in book("en").items() if key not in names_of_languages and HAN.search(" ".join(forms(entry)))
    ]


def test_every_number_form_that_english_needs_is_there():
    assert not [key for key, entry in book("en").items() if isinstance(entry, dict) and {"one", "other"} - entry.keys()]


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_problem_has_its_words_in_both(code):
    problem = PROBLEMS[code]
    assert HAN.search(problem.zh)
    assert problem.en
    assert not HAN.search(problem.en)


def test_the_desk_says_everything_in_both():
    """An entry is Chinese, English and, where a number changes it, English for many."""
    in_the_other_language = {"language.other"}
    for key, entry in DESK.items():
        assert 2 <= len(entry) <= 3, key
        assert all(entry), key
        chinese, *english = entry
        # "Asked once" needs no number; a month is a number in Chinese and a name in English.
        assert placeholders(english[-1].replace("{month_name}", "{month}")) == placeholders(chinese), key
        assert key in in_the_other_language or not any(HAN.search(words) for words in english), key
