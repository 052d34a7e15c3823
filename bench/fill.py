"""Fills a fresh database for a measurement, through the engine itself.

``python -m bench.fill INSTANCE N WORKLOAD [neighbours]``
"""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from pathlib import Path

from bench import ground, phones
from sync import read_envelope
from webapp import clock, create_app
from webapp.db import db, reading
from webapp.host import engine
from webapp.places.rights import read_callers

BATCH = 500


def fill(instance: Path, n: int) -> None:
    """The workload's records 0..n-1, each by one of twenty phones, in batches of 500."""
    import workload

    app = create_app(instance=instance, log_level="error")
    next_seq = dict.fromkeys(range(20), 1)
    with app.app_context():
        for start in range(0, n, BATCH):
            which = start // BATCH % 20
            device, ids = ground.device(which), random.Random(start)
            records = workload.records(start, min(BATCH, n - start))
            commands = [phones.command(record, next_seq[which] + at, ids) for at, record in enumerate(records)]
            next_seq[which] += len(commands)
            envelope = {"device": device.id, "account": device.account, "commands": commands, "limit": 0, "oldest": 1}
            with reading() as connection:
                caller = replace(
                    read_callers(connection, [device.account], clock.now())[device.account], device=device.id
                )
            engine.exchange(read_envelope(json.dumps(envelope).encode()), caller, clock.now())
        with db.engine.connect() as connection:
            # What filling leaves to be tidied up is not part of a measurement.
            sqlite = connection.dialect.name == "sqlite"
            tidy = connection.execution_options(isolation_level="AUTOCOMMIT") if not sqlite else connection
            tidy.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)" if sqlite else "VACUUM ANALYZE")


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[3])
    ground.lay(Path(sys.argv[1]), neighbours="neighbours" in sys.argv[4:])
    fill(Path(sys.argv[1]), int(sys.argv[2]))
