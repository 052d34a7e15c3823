"""Writing a backup while everything runs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from webapp import clock, settings, upgrade
from webapp.backups import archive
from webapp.backups.copies import kind
from webapp.db import db

NAME: Final = "silian-backup-*.tar"
KEPT: Final = 10


def backup(folder: Path | None = None, photos: bool = True, keep: int = KEPT) -> Path:
    """Writes a backup, looks whether it can be read back, lets go of the oldest, and returns where it is."""
    chosen = settings.current()
    folder = folder or chosen.backups
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"silian-backup-{clock.now():%Y%m%d-%H%M%S-%f}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as room:
        copy, partial = Path(room) / "database", Path(room) / "backup.tar"
        made_at, revision = clock.now().isoformat(), upgrade.present()
        tables = kind().copy(copy)
        manifest = archive.Manifest(made_at, db.engine.dialect.name, revision, tables)
        # Photos after the database: a photo is written before its row, so that every row in the copy has its file.
        archive.write(partial, manifest, copy, chosen.blobs if photos else None)
        archive.check(partial)
        partial.rename(target)
    archive.sync_folder(folder)
    for old in sorted(folder.glob(NAME))[:-keep]:
        old.unlink()
    return target


def newest(folder: Path | None = None) -> Path | None:
    """The newest backup; names sort by their time."""
    return max((folder or settings.current().backups).glob(NAME), default=None)
