"""Whoever uses Silian over a network is offered its source (AGPL, section 13): at the desk's foot, and in the shell."""

from __future__ import annotations

from dataclasses import replace

ADDRESS = "https://example.org/silian"


def pages(app) -> tuple[str, str]:
    client = app.test_client()
    return client.get("/desk/sign-in").text, client.get("/").text


def test_it_is_linked_where_the_operator_has_named_it(app, monkeypatch):
    monkeypatch.setitem(app.config, "SILIAN", replace(app.config["SILIAN"], source_url=ADDRESS))
    desk, shell = pages(app)
    assert f'<a href="{ADDRESS}">' in desk and "AGPL-3.0" in desk
    assert f'<link rel="code-repository" href="{ADDRESS}">' in shell


def test_else_the_desk_says_that_it_is_given_on_request(app):
    desk, shell = pages(app)
    assert "AGPL-3.0" in desk and "要源代码" in desk
    assert "code-repository" not in shell
