"""What the server should do, as dicts: one command at a time, with nothing of the engine but the protocol's words."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .toy import Rights

SECOND, DAY, NIGHT = timedelta(seconds=1), timedelta(days=1), timedelta(hours=20)
Said = tuple[str, str | None]  # status and code


class Gap(Exception):
    def __init__(self, expected: int) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass
class Stored:
    """A command that the server has taken."""

    id: str
    account: str
    seq: int
    content: dict[str, Any]
    was: str | None
    at: datetime
    status: str = ""
    code: str | None = None
    waits: set[str] = field(default_factory=set)
    parked_at: datetime | None = None
    tried_at: datetime | None = None

    @property
    def traceless(self) -> bool:
        return self.content["type"] == "note.add" and self.content["payload"].get("anonymous") is True

    def said(self) -> Said:
        return ("rejected" if self.status == "declined" else self.status), self.code


def content_of(command: dict[str, Any]) -> dict[str, Any]:
    return {key: command.get(key) for key in ("type", "v", "made_at", "supersedes", "payload")}


def _same(stored: Stored, content: dict[str, Any]) -> bool:
    return stored.traceless or content["type"] == "void" or stored.content == content


class Model:
    """Notes, commands and numbers. Rights and suspensions are the world's: a restore does not touch them."""

    def __init__(self, rights: dict[str, Rights], suspended: set[str]) -> None:
        self.rights, self.suspended = rights, suspended
        self.notes: dict[str, dict[str, Any]] = {}
        self.held: set[str] = set()
        self.commands: dict[str, Stored] = {}
        self.last: dict[str, int] = {}
        self.numbers: dict[tuple[str, int], tuple[str, str | None]] = {}
        self.lost: set[tuple[str, int]] = set()

    def backup(self) -> dict[str, Any]:
        state = {key: value for key, value in vars(self).items() if key not in ("rights", "suspended")}
        return copy.deepcopy(state)

    def restore(self, state: dict[str, Any]) -> None:
        vars(self).update(copy.deepcopy(state))

    # the exchange

    def take(self, device: str, account: str, commands: list[dict[str, Any]], oldest: int, now: datetime) -> list[Said]:
        last, first = self.last.get(device, 0), commands[0]["seq"]
        if last + 1 < oldest:
            if first > oldest:
                raise Gap(oldest)
            self.lost.update((device, seq) for seq in range(last + 1, oldest))
            last = oldest - 1
        if first > last + 1:
            raise Gap(last + 1)
        touched: set[str] = set()
        said = [self._take_one(device, account, command, now, touched) for command in commands]
        self.last[device] = max(last, commands[-1]["seq"])
        self.retry(self._waiting_for(touched), now)
        return said

    def _take_one(self, device: str, account: str, command: dict[str, Any], now: datetime, touched: set[str]) -> Said:
        place, content, stored = (device, command["seq"]), content_of(command), self.commands.get(command["id"])
        back = stored is not None and self._comes_back(stored, account, command)
        if place in self.numbers and not (back and self.numbers[place] == (command["id"], None)):
            id, code = self.numbers[place]
            good = code is None and id == command["id"] and _same(self.commands[id], content)
            return self.commands[id].said() if good else ("rejected", "id_reused")
        if stored is not None and not back:
            good = (stored.traceless or stored.account == account) and _same(stored, content)
            self.numbers[place] = (stored.id, None if good else "id_reused")
            return stored.said() if good else ("rejected", "id_reused")
        new = Stored(command["id"], account, command["seq"], content, command.get("was"), now)
        self._settle(new, self.decide(new, touched), now)
        if new.status == "parked":
            new.parked_at = now
        self.commands[new.id], self.numbers[place] = new, (new.id, None)
        return new.said()

    @staticmethod
    def _comes_back(stored: Stored, account: str, command: dict[str, Any]) -> bool:
        """A void came after a restore, and now the phone's storage went back and has the content again."""
        void = stored.content["type"] == "void" and stored.account == account
        return void and command["type"] != "void" and command.get("was") in ("applied", "parked")

    def _settle(self, one: Stored, said: Said, now: datetime) -> None:
        one.status, one.code = said
        if one.status == "parked" and one.traceless:
            one.status = "rejected"
        refs = {one.content["payload"].get("note_id")} if one.content["type"] not in ("note.add", "void") else set()
        lacking = {ref for ref in refs if ref and self._hidden(one, ref)}
        one.waits = {"missing": lacking, "restored": refs - {None}}.get(one.code or "", set())
        if one.status != "parked":
            one.waits = set()

    # the rules, in the protocol's order of checks

    def _hidden(self, one: Stored, note: str) -> bool:
        row, rights = self.notes.get(note), self.rights[one.account]
        return row is None or not (row["shelf"] in rights.now or (row["lifted"] and rights.upper))

    def decide(self, one: Stored, touched: set[str], overrule: bool = False) -> Said:
        type, payload = one.content["type"], one.content["payload"]
        said = self._refused(one, type, payload, overrule) or self._superseding(one)
        if said is None:
            said = self._apply(type, payload, touched)
            earlier = self.commands.get(one.content["supersedes"] or "")
            if said[0] == "applied" and earlier is not None and self._may_settle(one, earlier):
                earlier.status, earlier.code, earlier.waits = "declined", "superseded", set()
        if said[0] == "rejected" and one.was == "applied" and said[1] != "again":
            return "parked", "restored"
        return said

    def _refused(self, one: Stored, type: str, payload: dict[str, Any], overrule: bool) -> Said | None:
        if type == "note.add" and len(payload["text"]) > 200:
            return "rejected", "invalid"
        if one.was == "rejected":
            return "rejected", "again"
        if type == "void":
            return "applied", None
        if type == "note.sing":
            return "parked", "unknown_type"
        note, rights = payload["note_id"], self.rights[one.account]
        if type != "note.add" and ((note not in self.notes) if overrule else self._hidden(one, note)):
            return "parked", "missing"
        if overrule:
            return None
        if one.account in self.suspended:
            return "parked", "out_of_scope"
        shelf = payload["shelf"] if type == "note.add" else self.notes[note]["shelf"]
        if type in ("note.add", "note.bump") and shelf not in rights.now:
            return ("parked", "out_of_scope") if shelf in rights.ever else ("rejected", "forbidden")
        return None

    def _may_settle(self, one: Stored, earlier: Stored) -> bool:
        return earlier.account == one.account and not earlier.traceless and earlier.status == "parked"

    def _superseding(self, one: Stored) -> Said | None:
        earlier = self.commands.get(one.content["supersedes"] or "")
        late = earlier is not None and earlier.account == one.account and not earlier.traceless
        return ("rejected", "stale") if late and earlier is not None and earlier.status == "applied" else None

    def _apply(self, type: str, payload: dict[str, Any], touched: set[str]) -> Said:
        note = payload["note_id"]
        if type == "note.add":
            if payload["text"] == "boom":
                return "parked", "failed"
            if note in self.notes:
                return "rejected", "id_reused"
            self.notes[note] = {"shelf": payload["shelf"], "text": payload["text"], "times": 0, "lifted": False}
            if payload.get("anonymous"):
                self.held.add(note)
        elif type == "note.bump":
            if self.notes[note]["times"] >= 100:
                return "rejected", "stale"
            self.notes[note]["times"] += payload["by"]
        elif type == "note.move":
            self.notes[note]["shelf"] = payload["shelf"]
        elif type == "note.lift":
            self.notes[note]["lifted"] = payload["up"]
        touched.add(note)
        return "applied", None

    # what waits

    def _waiting_for(self, touched: Iterable[str]) -> set[str]:
        return {one.id for one in self.commands.values() if one.waits & set(touched)}

    def due(self, now: datetime) -> list[str]:
        def ready(one: Stored) -> bool:
            if one.status != "parked" or one.code not in ("missing", "restored", "unknown_type"):
                return False
            assert one.parked_at is not None
            return one.parked_at >= now - DAY or one.tried_at is None or one.tried_at <= now - NIGHT

        return sorted(one.id for one in self.commands.values() if ready(one))

    def retry(self, ids: Iterable[str], now: datetime, overrule: bool = False) -> None:
        asked = set(ids)
        waiting = set(asked)
        order: Callable[[Stored], Any] = lambda one: (one.at, one.seq)  # noqa: E731
        while waiting:
            touched: set[str] = set()
            rows = [self.commands[id] for id in waiting if self.commands[id].status == "parked"]
            for one in sorted(rows, key=order):
                if one.status == "parked":
                    one.tried_at = now
                    self._retried(one, self.decide(one, touched, overrule and one.id in asked), now)
            waiting = self._waiting_for(touched)

    def _retried(self, one: Stored, said: Said, now: datetime) -> None:
        self._settle(one, said, now)
        if one.status == "rejected":
            one.status = "declined"

    def decline(self, id: str) -> None:
        one = self.commands[id]
        one.status, one.code, one.waits = "declined", "declined", set()
