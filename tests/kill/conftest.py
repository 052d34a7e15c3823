"""A machine for each test: what is done to it here leaves nothing for the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .. import databases
from .rig import Machine, machine


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Machine]:
    """Two real web processes on a demo estate."""
    with machine(tmp_path / "instance", tmp_path / "server.log") as made:
        yield made


@pytest.fixture
def server_on_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """The same, on SQLite whatever the run is on."""
    monkeypatch.setattr(databases, "SERVER", "")
    with machine(tmp_path / "instance", tmp_path / "server.log") as made:
        yield made
