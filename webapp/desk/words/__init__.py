"""What the desk says, in both languages side by side, so that neither can lack what the other has.

An entry is (中文, English), or (中文, English for one, English for others) where a number ``n`` changes the English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webapp.desk.words import (
    frame,
    impact,
    inviting,
    matters,
    moves,
    people,
    permissions,
    places,
    privacy,
    records,
    retention,
    seats,
    step,
)

Entry = tuple[str, ...]
TABLES: Final[tuple[Mapping[str, Entry], ...]] = (
    frame.WORDS, matters.WORDS, moves.WORDS, records.WORDS, people.WORDS, places.WORDS,
    permissions.WORDS, step.WORDS, privacy.WORDS, retention.WORDS, impact.WORDS, seats.WORDS,
    inviting.WORDS,
)  # fmt: skip

WORDS: Final[dict[str, Entry]] = {}
for _table in TABLES:
    if _twice := WORDS.keys() & _table.keys():
        raise ValueError(f"twice: {sorted(_twice)}")
    WORDS.update(_table)


def has(key: str) -> bool:
    return key in WORDS


def say(language: str, key: str, **values: object) -> str:
    """The words of a key, with its values put in; a key that is not there is a mistake of ours and says so loudly."""
    entry = WORDS[key]
    if language != "en":
        words = entry[0]
    else:
        words = entry[2] if len(entry) == 3 and values.get("n") != 1 else entry[1]
    return words.format_map(values) if values else words


def code(language: str, prefix: str, name: str | None, otherwise: str = "") -> str:
    """Words for a code out of the database; ``otherwise`` where it is one that these pages do not know."""
    key = f"{prefix}.{name}"
    return say(language, key) if key in WORDS else otherwise


def cap(words: str) -> str:
    """A sentence begins with a capital, where the language has them."""
    return words[:1].upper() + words[1:]
