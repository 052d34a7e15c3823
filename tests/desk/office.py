"""A browser without JavaScript at the desk: pages, their forms, and what is typed into them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ..cast import Member


@dataclass
class Form:
    action: str
    method: str
    id: str | None
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: Any) -> list[tuple[str, str]]:
        """What a browser would send; a list means several of one name."""
        kept = [(name, value) for name, value in self.fields if name not in typed]
        return kept + [
            (name, one) for name, value in typed.items() for one in (value if isinstance(value, list) else [value])
        ]


class _Reader(HTMLParser):
    """Forms with their fields as they stand, and the words of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get"), given.get("id")))
        elif tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "input" and given.get("name") and self.forms:
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen:
                self.forms[-1].fields.append((given["name"], given.get("value", "")))
        elif tag == "textarea":
            self.area = given["name"]
            self.forms[-1].fields.append((self.area, ""))
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and "selected" in given and self.select:
            self.forms[-1].fields.append((self.select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self.area = None if tag == "textarea" else self.area
        self.select = None if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.area:
            name, value = self.forms[-1].fields.pop()
            self.forms[-1].fields.append((name, value + data))


@dataclass
class Page:
    answer: TestResponse

    def __post_init__(self) -> None:
        self.status = self.answer.status_code
        self.html = self.answer.get_data(as_text=True)
        reader = _Reader()
        reader.feed(self.html)
        self.forms, self.links = reader.forms, [unescape(link) for link in reader.links]
        self.words = " ".join(" ".join(reader.words).split())

    def form(self, ending: str) -> Form:
        """The form whose address ends like this."""
        found = [form for form in self.forms if re.search(f"{ending}(\\?|$)", form.action)]
        assert len(found) == 1, (ending, [form.action for form in self.forms])
        return found[0]

    def has_form(self, ending: str) -> bool:
        return any(re.search(f"{ending}(\\?|$)", form.action) for form in self.forms)


@dataclass
class Office:
    """One person signed in at the desk."""

    client: FlaskClient
    member: Member

    def get(self, path: str, **options: Any) -> Page:
        return Page(self.client.get(path, **options))

    def post(self, form: Form, follow: bool = True, **typed: Any) -> Page:
        data: dict[str, list[str]] = {}
        for name, value in form.filled(**typed):
            data.setdefault(name, []).append(value)
        return Page(self.client.post(form.action, data=data, follow_redirects=follow))

    def matter(self, case_id: str, do: str | None = None) -> Page:
        return self.get(f"/desk/matters/{case_id}" + (f"?do={do}" if do else ""))

    def move(self, case_id: str, name: str, **typed: Any) -> Page:
        """Opens the form of a move, where it has one, types and presses."""
        return self.post(self.matter(case_id, name).form(f"/{name}"), **typed)


def sit_down(app: Flask, member: Member, **options: Any) -> Office:
    """Signs this member in at a computer of the office."""
    office = Office(app.test_client(), member)
    page = office.get("/desk/sign-in", **options)
    done = office.post(page.form("/sign-in"), follow=False, login=member.login, password=member.password)
    assert done.status == 303, done.words
    return office
