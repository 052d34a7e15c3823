"""A second client of Silian, written from PROTOCOL.md alone: a journal that counts, a queue, and a drawer of documents.

It keeps everything in memory and is patient; otherwise it does what the page asks of a phone: it goes on from the
number that the server expects, sends again what a restored server has lost, and applies changes by generation.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .web import Answer, Web

Json = dict[str, Any]
MADE_AT = "2026-11-24T09:12:44.120+08:00"


def uuid7() -> str:
    """48 bits of milliseconds, then chance."""
    bits = (int(time.time() * 1000) << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(uuid.UUID(int=bits))


def uuid4() -> str:
    return str(uuid.uuid4())


@dataclass
class Entry:
    """One command in the journal and the outcome it has on the phone."""

    command: Json
    outcome: Json | None = None


@dataclass
class Document:
    rev: int
    doc: Json
    generation: int


@dataclass
class Phone:
    """One account in one browser profile."""

    web: Web
    device: str = field(default_factory=uuid4)
    me: Json = field(default_factory=dict)
    journal: list[Entry] = field(default_factory=list)
    cursor: str | None = None
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    generation: int = 0

    # signing in

    def enter(self, path: str, **body: str) -> Answer:
        answer = self.web.ask("POST", path, body, {"X-Silian-Device": self.device})
        if answer.status == 200:
            self.me = answer.json
        return answer

    def sign_in(self, login: str, password: str) -> Answer:
        return self.enter("/auth/sign-in", login=login, password=password)

    @property
    def account(self) -> str:
        return str(self.me["account"]["id"])

    # the journal

    def record(self, type: str, payload: Json, **more: Any) -> Json:
        """Journals one command; it is sent with the next exchange."""
        command = {"id": uuid7(), "seq": len(self.journal) + 1, "type": type, "v": 1, "made_at": MADE_AT}
        command |= {"payload": payload, **more}
        self.journal.append(Entry(command))
        return command

    @property
    def acked(self) -> int:
        return max((entry.command["seq"] for entry in self.journal if entry.outcome), default=0)

    def queue(self) -> list[Json]:
        return [entry.command for entry in self.journal if entry.outcome is None]

    # the exchange

    def envelope(self, commands: list[Json], **more: Any) -> Json:
        oldest = self.journal[0].command["seq"] if self.journal else 1
        body = {"device": self.device, "account": self.account, "app": "second 1.0", "acked": self.acked}
        body |= {"now": datetime.now(UTC).isoformat(), "oldest": oldest, "waiting": len(self.queue())}
        return body | {"cursor": self.cursor, "limit": 0 if commands else 500, "commands": commands, **more}

    def post(self, body: Any, path: str = "/sync/exchange", **headers: str) -> Answer:
        """A body as it is, to /sync; ``Content_Type="text/plain"`` sets a header."""
        sent = {"X-Silian-Device": self.device} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.web.ask("POST", path, body, sent)

    def exchange(self, commands: list[Json] | None = None, **more: Any) -> Answer:
        """One exchange as told; the journal takes the outcomes, the documents stay."""
        answer = self.post(self.envelope(commands or [], **more))
        if answer.status == 200:
            self._settle(answer.json["outcomes"])
        return answer

    def send(self, *commands: Json) -> list[Json]:
        """Hands commands over and gives their outcomes; of journalled ones all that wait, if none are named."""
        answer = self.exchange(list(commands) or self.queue())
        assert answer.status == 200, answer.body
        outcomes: list[Json] = answer.json["outcomes"]
        return outcomes

    def say(self, type: str, payload: Json, **more: Any) -> Json:
        """Records and hands over; the outcome."""
        return self.send(self.record(type, payload, **more))[0]

    def _settle(self, outcomes: list[Json]) -> None:
        by_seq = {entry.command["seq"]: entry for entry in self.journal}
        for outcome in outcomes:
            entry = by_seq.get(outcome["seq"])
            if entry is not None and entry.command["id"] == outcome["id"]:
                entry.outcome = outcome

    # all together

    def sync(self) -> None:
        """Hands over what waits, heals what a restored server has lost, then reads what is new."""
        while True:
            answer = self.exchange(self.queue()[:500], limit=0)
            if answer.status == 409 and answer.code == "gap":
                self._requeue(answer.json["expected"])
                continue
            assert answer.status == 200, answer.body
            if answer.json["last_seq"] < self.acked:
                self._requeue(answer.json["last_seq"] + 1)
            elif not self.queue():
                break
        self.pull()

    def _requeue(self, first: int) -> None:
        """What the server does not have any more goes again, with the status it had."""
        for entry in self.journal:
            if entry.command["seq"] >= first and entry.outcome is not None:
                entry.command["was"] = entry.outcome["status"]
                entry.outcome = None

    def pull(self, limit: int = 500) -> list[Json]:
        """Reads until nothing more is new; the answers."""
        answers: list[Json] = []
        while not answers or answers[-1]["more"]:
            answer = self.exchange(limit=limit)
            assert answer.status == 200, answer.body
            answers.append(answer.json)
            self.take(answer.json)
        return answers

    def take(self, answer: Json) -> None:
        """Changes and cursor, as one transaction."""
        if answer["reset"]:
            self.generation += 1
            if answer["reset"] == "wipe":
                self.documents.clear()
        for change in answer["changes"]:
            key = (change["collection"], change["id"])
            if change["doc"] is None:
                self.documents.pop(key, None)
            else:
                self.documents[key] = Document(change["rev"], change["doc"], self.generation)
        if not answer["more"]:
            self.documents = {k: one for k, one in self.documents.items() if one.generation == self.generation}
        self.cursor = answer["cursor"]

    # reading

    def holds(self, collection: str) -> dict[str, Json]:
        """What is in one collection after catching up."""
        self.pull()
        return {id: one.doc for (name, id), one in self.documents.items() if name == collection}

    def doc(self, collection: str, id: str) -> Json | None:
        return self.holds(collection).get(id)

    # photos

    def put(self, data: bytes, kind: str = "image/jpeg", name: str | None = None) -> Answer:
        digest = name or hashlib.sha256(data).hexdigest()
        headers = {"X-Silian-Device": self.device, "Content-Type": kind}
        return self.web.ask("PUT", f"/sync/blobs/{digest}", data, headers)

    def asks(self, digest: str) -> int:
        """HEAD: whether this account has sent it."""
        return self.web.ask("HEAD", f"/sync/blobs/{digest}", headers={"X-Silian-Device": self.device}).status

    def looks(self, digest: str) -> Answer:
        return self.web.ask("GET", f"/blobs/{digest}")
