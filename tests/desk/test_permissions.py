"""The table of who may do what is shown as the code has it, in both languages."""

from __future__ import annotations

import pytest

from webapp.desk.permission_views import SCOPES
from webapp.desk.words import WORDS
from webapp.people.permissions import PERMISSIONS, ROLES


def test_every_deed_role_and_scope_has_its_words():
    wanted = [f"action.{name}" for name in PERMISSIONS] + [f"role.{role}" for role in ROLES]
    wanted += [f"scope.{scope}" for scopes in PERMISSIONS.values() for scope in scopes.values()]
    wanted += [f"scope.said.{scope}" for scope in SCOPES]
    assert not set(wanted) - WORDS.keys()
    assert {scope for scopes in PERMISSIONS.values() for scope in scopes.values()} <= set(SCOPES)


def test_no_words_for_deeds_that_nobody_can_do():
    told = {key.removeprefix("action.") for key in WORDS if key.startswith("action.")}
    assert told == PERMISSIONS.keys()


@pytest.mark.parametrize("login", ["secretary", "property", "community"])
def test_whoever_comes_to_the_desk_reads_it(office, login):
    page = office(login).get("/desk/permissions")
    assert page.status == 200
    assert page.html.count("<tr>") == len(PERMISSIONS) + 1
    assert page.html.count("</td>") == len(PERMISSIONS) * len(ROLES)
    filled = sum(len(scopes) for scopes in PERMISSIONS.values())
    assert sum(page.html.count(f"<td>{WORDS[f'scope.{scope}'][0]}</td>") for scope in SCOPES) == filled
