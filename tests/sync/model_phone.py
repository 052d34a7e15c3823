"""A phone as PROTOCOL.md has it: a journal, a queue, healing, documents by generation; its requests are bytes."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from sync import Gap, read_envelope, register_device

from .toy import MADE_AT, World


@dataclass
class Entry:
    """A command in the journal; ``status`` is None while it is queued, ``was`` what it had been before a restore."""

    command: dict[str, Any]
    status: str | None = None
    was: str | None = None
    tried: bool = False

    @property
    def seq(self) -> int:
        return int(self.command["seq"])

    @property
    def anonymous(self) -> bool:
        return self.command["payload"].get("anonymous") is True


class JournalPhone:
    def __init__(self, world: World, account: str, device: str) -> None:
        self.world, self.account, self.device = world, account, device
        self.journal: list[Entry] = []
        self.next_seq = 1
        self.cursor: str | None = None
        self.docs: dict[tuple[str, str], Any] = {}
        self.held: dict[tuple[str, str], int] = {}
        self.generation, self.sweeping = 0, False

    @property
    def oldest(self) -> int:
        return self.journal[0].seq if self.journal else self.next_seq

    def queue(self) -> list[Entry]:
        return [entry for entry in self.journal if entry.status is None]

    def acked(self) -> int:
        return max([entry.seq for entry in self.journal if entry.status], default=self.oldest - 1)

    def record(self, type: str, payload: dict[str, Any], **more: Any) -> None:
        command = {"id": str(uuid.uuid4()), "seq": self.next_seq, "type": type, "v": 1, "made_at": MADE_AT}
        self.journal.append(Entry({**command, "payload": payload, **more}))
        self.next_seq += 1

    def request(self, entries: list[Entry], limit: int) -> bytes:
        for entry in entries:
            entry.tried = True
        sent = [{**entry.command, **({"was": entry.was} if entry.was else {})} for entry in entries]
        body = {"device": self.device, "account": self.account, "acked": self.acked(), "oldest": self.oldest}
        return json.dumps({**body, "cursor": self.cursor, "limit": limit, "commands": sent}).encode()

    def deliver(self, body: bytes) -> dict[str, Any]:
        """The request arrives. A device that a restored server does not know signs in anew, with the same id."""
        with self.world.writing() as connection:
            register_device(connection, self.device, self.account, "phone", self.world.now)
        caller = self.world.caller(self.account, self.device)
        said: dict[str, Any] = json.loads(
            self.world.engine.exchange(read_envelope(body), caller, self.world.now).text()
        )
        return said

    def rewind(self, seq: int) -> None:
        """The server has lost what it had answered, or never had it: all from ``seq`` on is queued again."""
        for entry in self.journal:
            if entry.seq >= seq and entry.status is not None:
                entry.status, entry.was = None, entry.status

    def absorb(self, answer: dict[str, Any], limit: int) -> None:
        acked, entries = self.acked(), {entry.seq: entry for entry in self.journal}
        for outcome in answer["outcomes"]:
            entry = entries.get(outcome["seq"])
            if entry is not None and entry.command["id"] == outcome["id"]:
                self._settle(entry, outcome["status"])
        if answer["revoked"]:
            self.docs, self.held, self.cursor, self.sweeping = {}, {}, None, False
        elif limit:
            self._changes(answer)
        if answer["last_seq"] < acked:
            self.rewind(answer["last_seq"] + 1)

    def _settle(self, entry: Entry, status: str) -> None:
        entry.status, entry.was = status, None
        if entry.anonymous and status != "rejected":
            self.void(entry)

    def void(self, entry: Entry) -> None:
        entry.command = {**entry.command, "type": "void", "payload": {}}
        entry.command.pop("supersedes", None)

    def _changes(self, answer: dict[str, Any]) -> None:
        if answer["reset"]:
            self.generation += 1
        if answer["reset"] == "wipe":
            self.docs, self.held = {}, {}
        self.sweeping = self.sweeping or answer["reset"] == "sweep"
        for change in answer["changes"]:
            key = (change["collection"], change["id"])
            if change["doc"] is None:
                self.docs.pop(key, None)
            else:
                self.docs[key], self.held[key] = change["doc"], self.generation
                self._follow(key, change["doc"])
        self.cursor = answer["cursor"]
        if self.sweeping and not answer["more"]:
            self.sweeping = False
            for key in [key for key in self.docs if self.held[key] < self.generation]:
                del self.docs[key]

    def _follow(self, key: tuple[str, str], doc: dict[str, Any]) -> None:
        """A document tells what became of a parked command; of a queued one the answer to it will tell."""
        for entry in self.journal:
            if key == ("commands", entry.command["id"]) and entry.status is not None:
                entry.status = "rejected" if doc["status"] == "declined" else doc["status"]

    def exchange(self, entries: list[Entry], limit: int = 500) -> dict[str, Any]:
        """Sends and takes the answer; after a gap from the number asked for."""
        try:
            answer = self.deliver(self.request(entries, limit))
        except Gap as gap:
            self.rewind(gap.expected)
            answer = self.deliver(self.request(self.queue(), limit))
        self.absorb(answer, limit)
        return answer
