"""Silian as a busy place would run it: two web processes and two workers on one PostgreSQL and one Redis."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webapp import create_app
from webapp.db import db

from .. import databases
from ..alerts.rows import base64url
from ..alerts.stub import Push, Stub
from ..browser.served import Silian
from ..cast import make_cast
from ..protocol.client import Phone
from ..protocol.serving import Server


class TwoOfEach(Silian):
    """``silian run`` with two web processes and its worker, and one more worker beside it."""

    _second: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        super().start()
        with self._log.open("ab") as log:
            self._second = subprocess.Popen(self._command("worker"), env=self._environment, stdout=log, stderr=log)

    def stop(self) -> None:
        if self._second is not None:
            self._second.terminate()
            self._second.wait()
        super().stop()


@contextmanager
def running(folder: Path, stub: Stub) -> Iterator[Server]:
    """With the cast of the tests in it; pushes go to the stub."""
    told = databases.environment(folder)
    silian = TwoOfEach(folder, {**told, "WEB_WORKERS": "2", "SILIAN_PUSH_ALLOW": stub.origin, "LOG_LEVEL": "error"})
    silian.cli("upgrade")
    app = create_app(instance=folder, database_url=told["DATABASE_URL"], redis_url=told["REDIS_URL"])
    make_cast(app, datetime.now(UTC))
    silian.start()
    try:
        yield Server(app, folder, silian.url)
    finally:
        silian.stop()
        with app.app_context():
            db.engine.dispose()


@dataclass
class Browser:
    """Where one person's pushes arrive, and what reads them."""

    stub: Stub
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    def subscribe(self, phone: Phone) -> None:
        form = (serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        keys = {"p256dh": base64url(self.key.public_key().public_bytes(*form)), "auth": base64url(self.auth)}
        said = phone.say("alert.subscribe", {"endpoint": f"{self.stub.origin}/{phone.account}", "keys": keys})
        assert said["status"] == "applied"

    def read(self, push: Push) -> dict[str, Any]:
        text = http_ece.decrypt(push.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        opened: dict[str, Any] = json.loads(text)
        return opened
