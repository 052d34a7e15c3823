"""The demo estate as tests find it: set up once a process, and copied from then on."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from webapp.db import db
from webapp.demo.setting_up import set_up

from .. import databases

_laid: dict[str, databases.Copy] = {}  # by the server on which it lies: none for SQLite


def lay(app: Flask, password: str) -> None:
    """Into the app's database, which is empty; nobody may have a connection to it."""
    url = app.config["SILIAN"].database_url
    if databases.SERVER in _laid:
        _laid[databases.SERVER].put(url)
        return
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SILIAN_DEMO_PASSWORD", password)
        databases.hurry(db.engine)
        db.metadata.create_all(db.engine)
        set_up(app, 1, datetime.now(UTC))
        db.engine.dispose()
    folder = Path(tempfile.mkdtemp(prefix="silian-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _laid[databases.SERVER] = databases.copy(url, folder)
