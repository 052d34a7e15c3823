"""How the app can look to a person: language, light, size of words. Put on and taken off without leaving the screen."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ..phone import Phone

# What a second window of the same person does when the look is changed there; the app follows.
WEAR = """async (look) => {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith('silian.look'));
    for (const key of new Set([...keys, 'silian.look'])) {
        localStorage.setItem(key, look);
        dispatchEvent(new StorageEvent('storage', { key, newValue: look }));
    }
}"""
WORN = """([language, theme, elder]) => {
    const { lang, dataset } = document.documentElement;
    return lang.startsWith(language) && dataset.theme === theme && 'elder' in dataset === elder;
}"""


@dataclass(frozen=True)
class Look:
    language: str = "zh"
    theme: str = "light"
    elder: bool = False

    def put_on(self, phone: Phone) -> None:
        phone.page.evaluate(WEAR, json.dumps(asdict(self)))
        phone.until(WORN, [self.language, self.theme, self.elder])


LOOKS = {"": Look(), "en": Look("en"), "dark": Look(theme="dark"), "elder": Look(elder=True)}
"""By the ending of a picture's name."""
