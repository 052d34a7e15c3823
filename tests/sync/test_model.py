"""The engine against a model: phones that lose answers, repeat themselves, are restored from under, and must agree.

A seed draws a few dozen steps; every delivery is checked against ``model.Model``, and at the end, when all is quiet,
the promises are looked at one by one. A failure shrinks to the shortest run of its seed that fails, and tells its
steps. Set ``SILIAN_MODEL_EXAMPLES`` to search longer than the ordinary run does.

What it found, and where it is told: a correction and what it corrects woken together (test_parked), a restore between
two pages (test_changes), an entity's id in use told differently by the careful pass.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sync import Engine, Gap, parked, read_envelope, release

from . import model as expected
from .model_phone import JournalPhone
from .toy import HOUR, Backup, World, registry

CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "bump": ("note.bump", {"by": 1}),
    "leap": ("note.bump", {"by": 100}),  # after which a note takes no more
    "to a": ("note.move", {"shelf": "a"}),
    "to b": ("note.move", {"shelf": "b"}),
    "up": ("note.lift", {"up": True}),
    "down": ("note.lift", {"up": False}),
    "sing": ("note.sing", {}),
}
WORK = {"add": 4, "bump": 6, "leap": 1, "to a": 1, "to b": 1, "up": 1, "down": 1, "sing": 1, "correct": 2}
WORK |= {"anonymous": 1, "taken": 1, "long": 1, "boom": 1}
STEPS = {"record": 8, "send": 8, "arrive_late": 2, "read": 4, "prune": 1, "withdraw": 1, "another_device": 1}
STEPS |= {"backup": 2, "restore": 2, "change_posts": 2, "suspend_or_not": 1, "retry_what_is_due": 1, "desk": 2}
STEPS |= {"let_out": 1}


def pick(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]


class Deliveries(World):
    """The world with its model beside it, and the requests of late, which may arrive once more."""

    def __init__(self) -> None:
        super().__init__()
        self.model = expected.Model(self.rights, self.suspended)
        self.requests: list[tuple[Phone, bytes]] = []

    def rows(self, query: str) -> list[Any]:
        with self.reading() as connection:
            return list(connection.execute(text(query)))


class Phone(JournalPhone):
    """Each of its requests goes to the engine and to the model, and they must say the same."""

    world: Deliveries

    def deliver(self, body: bytes) -> dict[str, Any]:
        self.world.now += expected.SECOND
        self.world.requests = [*self.world.requests, (self, body)][-12:]
        envelope, model = read_envelope(body), self.world.model
        if not envelope.commands:
            return super().deliver(body)
        try:
            said = model.take(self.device, self.account, envelope.commands, envelope.oldest, self.world.now)
        except expected.Gap as gap:
            with self.refusing(gap.expected):
                super().deliver(body)
        answer = super().deliver(body)
        assert [(one["status"], one.get("code")) for one in answer["outcomes"]] == said
        assert [one["id"] for one in answer["outcomes"]] == [one["id"] for one in envelope.commands]
        assert answer["last_seq"] == model.last[self.device]
        return answer

    @contextmanager
    def refusing(self, number: int) -> Iterator[None]:
        try:
            yield
        except Gap as gap:
            assert gap.expected == number
            raise
        raise AssertionError("a gap was not told")

    def lose(self, body: bytes) -> None:
        """The request arrives, the answer does not."""
        with suppress(Gap):
            self.deliver(body)


class Run:
    def __init__(self, random: Random) -> None:
        self.random, self.world = random, Deliveries()
        self.model = self.world.model
        self.notes = [str(uuid.UUID(int=random.getrandbits(128)))]
        self.backups: list[tuple[Backup, dict[str, Any]]] = []
        self.phones: list[Phone] = []
        for account, reads in (("ann", "ab"), ("bob", "a"), ("ann", ""), ("cid", "b")):
            self.phones.append(Phone(self.world, account, self.world.phone(account, reads).device))
        self.world.rights["cid"].upper = True

    def step(self) -> None:
        name = pick(self.random, STEPS)
        phone = self.random.choice(self.phones)
        note(f"{name} {self.phones.index(phone)} {phone.account}")
        getattr(self, name)(phone)
        self.server_is_as_the_model()

    # what people do

    def record(self, phone: Phone) -> None:
        """Without a network; also about notes that no phone but their author's knows of as yet."""
        for _ in range(self.random.randint(1, 3)):
            what, known = pick(self.random, WORK), self.random.choice(self.notes[-5:])
            note(f"   {what}")
            if what in CHANGES:
                type, values = CHANGES[what]
                phone.record(type, {"note_id": known, **values})
            elif what == "correct":
                mine = [entry for one in self.phones if one.account == phone.account for entry in one.journal[-4:]]
                more = {"supersedes": self.random.choice(mine).command["id"]} if mine else {}
                phone.record("note.bump", {"note_id": known, "by": 7}, **more)
            else:
                self._add(phone, what, known)

    def _add(self, phone: Phone, what: str, known: str) -> None:
        id = known if what == "taken" else str(uuid.uuid4())
        self.notes.append(id)
        payload: dict[str, Any] = {"note_id": id, "shelf": self.random.choice("ab"), "text": what}
        if what == "long":
            payload["text"] = "x" * 201
        if what == "anonymous":
            payload["anonymous"] = True
        phone.record("note.add", payload)

    def withdraw(self, phone: Phone) -> None:
        for entry in phone.queue():
            if not entry.tried:
                phone.void(entry)
                break

    # what networks and phones do

    def send(self, phone: Phone) -> None:
        queue = phone.queue()[: self.random.choice([99, 99, 2, 1])]
        if not queue:
            return
        limit = self.random.choice([500, 500, 0, 1])
        before = [entry for entry in phone.journal if entry.seq < queue[0].seq]
        how = self.random.choice(["plain", "plain", "plain", "drop", "twice", "overlap", "skip"])
        note(f"   {how} {len(queue)} {limit}")
        if how == "drop":
            phone.lose(phone.request(queue, limit))
        elif how == "skip":
            phone.lose(phone.request(queue[-1:], limit))
        else:
            if how == "twice":
                phone.lose(phone.request(queue, limit))
            phone.exchange(before[-2:] + queue if how == "overlap" else queue, limit)

    def arrive_late(self, _: Phone) -> None:
        """A request of some time ago arrives once more; nobody hears the answer."""
        if self.world.requests:
            phone, body = self.random.choice(self.world.requests)
            phone.lose(body)

    def read(self, phone: Phone) -> None:
        answer = phone.exchange([], self.random.choice([500, 500, 3, 2, 1]))
        if not answer["more"]:
            self.documents_are_right(phone)

    def prune(self, phone: Phone) -> None:
        most = self.random.randint(1, 4)
        while most and phone.journal and phone.journal[0].status == "applied":
            phone.journal.pop(0)
            most -= 1

    def another_device(self, old: Phone) -> None:
        """The phone's storage went back: what has no outcome is queued under a new device, ids kept."""
        new = Phone(self.world, old.account, str(uuid.uuid4()))
        for entry in old.queue():
            entry.command = {**entry.command, "seq": new.next_seq}
            new.journal.append(entry)
            new.next_seq += 1
        self.phones[self.phones.index(old)] = new

    # what happens at the server

    def backup(self, _: Phone) -> None:
        self.backups = [*self.backups, (self.world.backup(), self.model.backup())][-3:]

    def restore(self, _: Phone) -> None:
        """An older backup takes the server's place; what was under way to it is lost with its connections.

        Backups of the time that is given up by this are not used again: phones have been told another story since.
        """
        if self.backups:
            self.backups = self.backups[: self.random.randint(1, len(self.backups))]
            copy, state = self.backups[-1]
            self.world.restore(copy)
            self.model.restore(state)
            self.world.requests = []
            if self.random.random() < 0.5:
                self.world.engine = Engine(registry, self.world)

    def change_posts(self, phone: Phone) -> None:
        rights = self.world.rights[phone.account]
        rights.now = {shelf for shelf in "ab" if self.random.random() < 0.6}
        rights.ever, rights.upper = rights.ever | rights.now, self.random.random() < 0.4

    def suspend_or_not(self, phone: Phone) -> None:
        self.world.suspended ^= {phone.account}

    def retry_what_is_due(self, _: Phone) -> None:
        self.world.now += self.random.choice([0, 1, 21, 25]) * HOUR
        with self.world.writing() as connection:
            ids = parked.due(connection, self.world.now)
            assert sorted(ids) == self.model.due(self.world.now)
            parked.retry(self.world.engine, connection, ids, self.world.now, [])
        self.model.retry(ids, self.world.now)

    def desk(self, _: Phone) -> None:
        waiting = [one.id for one in self.model.commands.values() if one.status == "parked"]
        if not waiting:
            return
        id, how = self.random.choice(waiting), self.random.choice(["retry", "overrule", "decline"])
        note(f"   {how} {self.model.commands[id]}")
        with self.world.writing() as connection:
            if how == "decline":
                assert parked.decline(self.world.engine, connection, id, "desk", "no", self.world.now)
            else:
                by = "desk" if how == "overrule" else None
                parked.retry(self.world.engine, connection, [id], self.world.now, [], by)
        if how == "decline":
            self.model.decline(id)
        else:
            self.model.retry([id], self.world.now, how == "overrule")

    def let_out(self, _: Phone) -> None:
        with self.world.writing() as connection:
            assert release(connection, self.world.now) == len(self.model.held)
        self.model.held.clear()

    # what must hold

    def server_is_as_the_model(self) -> None:
        notes = {id: (row["shelf"], row["text"], row["times"]) for id, row in self.model.notes.items()}
        assert self.world.notes() == notes
        found = {row.id: (row.status, row.code) for row in self.world.rows("SELECT id, status, code FROM sync_command")}
        assert found == {one.id: (one.status, one.code) for one in self.model.commands.values()}

    def documents_are_right(self, phone: Phone) -> None:
        """A phone holds exactly what a plain query says that its person may see now."""
        if phone.account in self.world.suspended:
            assert phone.docs == {}
            return
        rights, seen = self.world.rights[phone.account], {}
        held = {row.id for row in self.world.rows("SELECT id FROM sync_later")}
        for row in self.world.rows("SELECT * FROM toy_note"):
            if row.id not in held and (row.shelf in rights.now or (row.lifted and rights.upper)):
                seen["notes", row.id] = {"shelf": row.shelf, "text": row.text, "times": row.times}
        mine = f"SELECT * FROM sync_command WHERE parked_at IS NOT NULL AND account = '{phone.account}'"
        parked_ones = {("commands", row.id): (row.status, row.code) for row in self.world.rows(mine)}
        assert {key: doc for key, doc in phone.docs.items() if key[0] == "notes"} == seen
        told = {key: (doc["status"], doc["code"]) for key, doc in phone.docs.items() if key[0] == "commands"}
        assert told == parked_ones

    def effects_happened_once(self) -> None:
        """Counted from the lines written with each effect: a note.add made its note, a note.bump counted once.

        There are as many lines as commands that the ledger calls applied.
        """
        applied = self.world.rows("SELECT type, body FROM toy_line")
        known = "SELECT id FROM sync_command WHERE status = 'applied' AND account <> '' AND type <> 'void'"
        assert len(applied) == len(self.world.rows(known))
        bodies = [(row.type, json.loads(row.body)) for row in applied]
        whispered = self.world.rows("SELECT id FROM sync_command WHERE status = 'applied' AND account = ''")
        notes = self.world.notes()
        made = [body["note_id"] for type, body in bodies if type == "note.add"]
        assert len(made) == len(set(made)) and set(made) <= notes.keys() and len(notes) == len(made) + len(whispered)
        for id, (_, _, times) in notes.items():
            assert times == sum(b["by"] for type, b in bodies if type == "note.bump" and b["note_id"] == id)

    def quiet(self) -> None:
        """Suspensions have ended, every queue has been sent, every phone has read what there was."""
        note("quiet")
        self.world.suspended.clear()
        for phone in self.phones:
            while phone.queue():
                phone.exchange(phone.queue())
        for phone in self.phones:
            while phone.exchange([])["more"] or phone.queue():
                if phone.queue():
                    phone.exchange(phone.queue())
        self.effects_happened_once()
        statuses = {one.id: one.said()[0] for one in self.model.commands.values()}
        for phone in self.phones:
            phone.exchange([])
            self.documents_are_right(phone)
            for entry in phone.journal:
                assert entry.status == statuses[entry.command["id"]], entry
            if phone.journal:
                phone.deliver(phone.request(phone.journal, 0))  # once more: the same is said, and nothing changes
        self.server_is_as_the_model()


@given(seed=st.integers(0, 2**40), steps=st.integers(1, 70))
@settings(
    max_examples=int(os.environ.get("SILIAN_MODEL_EXAMPLES", "100")),
    deadline=None,
    print_blob=True,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_phones_and_server_agree_whatever_happens(seed, steps):
    run = Run(Random(seed))
    try:
        for _ in range(steps):
            run.step()
        run.quiet()
    finally:
        run.world.db.dispose()
