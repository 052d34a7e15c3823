"""Promise 7: after the server is restored from an older backup, what phones sent since then returns by itself.

Here by ``silian backup`` under a running server and ``silian restore`` after it was killed, with a phone in mid-batch,
one that has nothing new to say, and one that only reads (cht-core#8093, replicache#335).
"""

from __future__ import annotations

import pytest

from webapp.backups import drilling, making, restoring

from ..protocol import payloads as make
from ..protocol.client import Phone
from .rig import BROKEN, Machine

BATCH = 10


def recorded(phone: Phone, count: int) -> set[str]:
    commands = [phone.record("visit.record", make.visit()) for _ in range(count)]
    return {str(one["payload"]["visit_id"]) for one in commands}


def states(phone: Phone) -> list[str]:
    return [entry.outcome["status"] if entry.outcome else "queued" for entry in phone.journal]


def test_what_phones_have_sent_since_the_backup_returns(server: Machine) -> None:
    busy, quiet, reader = server.phone("grid1"), server.phone("building_head"), server.phone("secretary")
    visits = recorded(busy, 3 * BATCH) | recorded(quiet, 3)
    busy.send(*busy.queue()[:BATCH])
    quiet.send(quiet.queue()[0])
    with server.app.app_context():
        file = making.backup()
    busy.send(*busy.queue()[:BATCH])  # answered, and lost with the restore
    quiet.send()
    assert len(reader.holds("visits").keys() & visits) == 2 * BATCH + 3
    server.at("answer", "SIGKILL")  # committed, not answered, and lost with the restore
    with pytest.raises(BROKEN):
        busy.send(*busy.queue()[:BATCH])
    server.kill()
    with server.app.app_context():
        assert drilling.drill(file).faults == []
        restoring.restore(file)
    server.forget_connections()
    server.start()
    for phone in (busy, quiet, reader):
        phone.web.close()
    held = {row["id"] for row in server.rows("visit")}
    assert len(held & visits) == BATCH + 1, "the restore was to lose something"
    assert len(reader.holds("visits").keys() & visits) == BATCH + 1, "what is not there is not shown"

    assert quiet.queue() == []
    quiet.sync()  # the exchange of every minute; nobody has recorded anything
    busy.sync()
    assert states(quiet) == ["applied"] * 3 and states(busy) == ["applied"] * 3 * BATCH
    assert sorted(row["id"] for row in server.rows("visit") if row["id"] in visits) == sorted(visits)
    for phone in (busy, quiet, reader):
        assert visits <= phone.holds("visits").keys()  # all three look after that stairwell
    assert server.is_whole()
