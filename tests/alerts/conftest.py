"""What the tests of alerts stand on: push services on this machine, and the key by which they know us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from webapp import clock
from webapp.alerts import vapid
from webapp.db import writing

from .. import make
from ..browser.push_service import PushService
from ..heard import listening
from .stub import Stub


@pytest.fixture
def heard(app: Flask) -> Iterator[list[Any]]:
    """What the log says."""
    with listening() as lines:
        yield lines


@pytest.fixture
def somebody(app: Flask) -> str:
    """An account, and nothing else: quicker than the whole cast."""
    return _account(app, "somebody")


@pytest.fixture
def another(app: Flask) -> str:
    return _account(app, "another")


def _account(app: Flask, login: str) -> str:
    now = clock.now()
    with app.app_context(), writing() as connection:
        at = make.organisation(connection, kind="estate", code=f"estate of {login}", now=now)
        return make.person(connection, login=login, role=None, at=at, now=now)


@pytest.fixture(scope="module")
def one_stub() -> Iterator[Stub]:
    service = Stub()
    yield service
    service.close()


@pytest.fixture(scope="module")
def two_stub() -> Iterator[Stub]:
    service = Stub()
    yield service
    service.close()


@pytest.fixture
def stub(one_stub: Stub, two_stub: Stub, public_key: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """A push service that answers as it is told."""
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", f"{one_stub.origin},{two_stub.origin}")
    yield one_stub
    one_stub.reset()


@pytest.fixture
def elsewhere(stub: Stub, two_stub: Stub) -> Iterator[Stub]:
    """Another push service."""
    yield two_stub
    two_stub.reset()


@pytest.fixture
def public_key(app: Flask) -> str:
    """Our key, as browsers want it when they subscribe."""
    return vapid.ensure(app.config["SILIAN"].vapid_key)


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.close()


@pytest.fixture
def decryptor(push_service: PushService, public_key: str, monkeypatch: pytest.MonkeyPatch) -> PushService:
    """npm's web-push-testing decrypts what it gets. It has a clock of its own, so tests with it do not stop ours."""
    monkeypatch.setenv("SILIAN_PUSH_ALLOW", push_service.origin)
    return push_service
