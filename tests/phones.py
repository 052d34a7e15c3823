"""A phone as the server sees it: a browser with a session, a device, and a journal that counts."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from .cast import Member

MADE_AT = "2026-11-24T09:12:44.120+08:00"


def post_json(client: FlaskClient, path: str, body: Any, *, device: str | None = None, **options: Any) -> TestResponse:
    """A POST of JSON; with ``device`` in its header. Test clients send no Origin unless told."""
    headers = {"X-Silian-Device": device} if device else {}
    headers |= options.pop("headers", {})
    return client.post(path, data=json.dumps(body), content_type="application/json", headers=headers, **options)


@dataclass
class Phone:
    """``record`` sends one command and gives its outcome, ``exchange`` whatever is told, ``pull`` all that is new."""

    client: FlaskClient
    account: str
    device: str
    seq: int = 0
    cursor: str | None = None
    documents: dict[tuple[str, str], Any] = field(default_factory=dict)

    def command(self, type: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.seq += 1
        one = {"id": str(uuid.uuid4()), "seq": self.seq, "type": type, "v": 1, "made_at": MADE_AT, "payload": payload}
        return one | more

    def exchange(self, commands: list[dict[str, Any]] | None = None, **envelope: Any) -> TestResponse:
        body = {"device": self.device, "account": self.account, "app": "test", "now": MADE_AT, "acked": 0, "oldest": 1}
        body |= {"waiting": 0, "cursor": self.cursor, "limit": 0 if commands else 500, "commands": commands or []}
        return post_json(self.client, "/sync/exchange", body | envelope, device=self.device)

    def record(self, type: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = self.exchange([self.command(type, payload, **more)])
        assert answer.status_code == 200, answer.text
        outcome: dict[str, Any] = answer.get_json()["outcomes"][0]
        return outcome

    def pull(self) -> dict[tuple[str, str], Any]:
        """What this phone holds after it has caught up: (collection, id) → document."""
        more = True
        while more:
            answer = self.exchange().get_json()
            if answer["reset"]:
                self.documents.clear()
            for change in answer["changes"]:
                key = (change["collection"], change["id"])
                self.documents.pop(key, None)
                if change["doc"] is not None:
                    self.documents[key] = change["doc"]
            self.cursor, more = answer["cursor"], answer["more"]
        return self.documents

    def holds(self, collection: str) -> dict[str, Any]:
        return {id: doc for (name, id), doc in self.pull().items() if name == collection}


def sign_in(app: Flask, member: Member, *, device: str | None = None) -> Phone:
    """A new phone on which this member has signed in."""
    client, device = app.test_client(), device or str(uuid.uuid4())
    body = {"login": member.login, "password": member.password}
    answer = post_json(client, "/auth/sign-in", body, device=device)
    assert answer.status_code == 200, answer.text
    return Phone(client, member.id, device)
