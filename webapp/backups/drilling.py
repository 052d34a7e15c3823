"""A drill: the restore that nobody needed yet."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from webapp import settings
from webapp.backups import restoring
from webapp.backups.archive import DATABASE, digest_of, take
from webapp.backups.copies import kind


@dataclass(frozen=True)
class Drill:
    """What a drill found: how many tables and photos are as they were, and what is not."""

    made_at: str
    tables: int
    blobs: int
    faults: list[str]


def drill(file: Path) -> Drill:
    """Restores a backup beside the live instance and compares.

    The restored tables with the digests that were taken from the live database, in the snapshot that was copied; photos
    with those that lie here now, since they never change.
    """
    manifest, chosen = restoring.fit(file), settings.current()
    with tempfile.TemporaryDirectory(dir=chosen.instance, prefix=".drill-") as room:
        copy = Path(room) / "database"
        take(file, DATABASE, copy)
        found = kind().tables_of(copy)
    faults = [
        f"the rows of {name} are not those of the backup's hour"
        for name in sorted(manifest.tables.keys() | found.keys())
        if manifest.tables.get(name) != found.get(name)
    ]
    for name, digest in manifest.blobs.items():
        live = chosen.blobs / name
        if live.exists() and digest_of(live) != digest:
            faults.append(f"the live photo {name} is not the one in the backup")
    return Drill(manifest.made_at, len(found), len(manifest.blobs), faults)
