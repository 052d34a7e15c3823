"""A push service on this machine that decrypts what it gets, written by others than we: npm's web-push-testing."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import requests

from .served import ROOT, free_port

SERVER = ROOT / "node_modules/web-push-testing/src/bin/server.js"
NODE = ROOT / ".venv/bin/node"


class PushService:
    def __init__(self) -> None:
        port = free_port()
        self.origin = f"http://localhost:{port}"
        self._process = subprocess.Popen([NODE, SERVER, str(port)], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if "Server running" not in line:
            raise AssertionError(f"web-push-testing did not start: {line}")

    def subscribe(self, application_server_key: str) -> dict[str, Any]:
        """A subscription as a browser would give it, with `clientHash` beside it to ask for what arrived."""
        data: dict[str, Any] = self._post(
            "/subscribe", {"userVisibleOnly": "true", "applicationServerKey": application_server_key}
        )["data"]
        return data

    def arrived(self, client_hash: str) -> list[Any]:
        """The decrypted messages, parsed."""
        messages = self._post("/get-notifications", {"clientHash": client_hash})["data"]["messages"]
        return [json.loads(message) for message in messages]

    def expire(self, client_hash: str) -> None:
        """From now on it answers 410."""
        requests.post(f"{self.origin}/expire-subscription/{client_hash}", timeout=10).raise_for_status()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(self.origin + path, json=body, timeout=10)
        answer.raise_for_status()
        parsed: dict[str, Any] = answer.json()
        return parsed
