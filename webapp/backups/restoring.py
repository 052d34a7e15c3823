"""Putting a backup in the place of what is here."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

from webapp import settings, upgrade
from webapp.backups import archive
from webapp.backups.copies import kind
from webapp.db import db


def fit(file: Path) -> archive.Manifest:
    """Whether this version can restore that file here; raises ``Broken`` where it cannot."""
    manifest = archive.check(file)
    if manifest.dialect != db.engine.dialect.name:
        raise archive.Broken(f"it is of {manifest.dialect}, and DATABASE_URL says {db.engine.dialect.name}")
    if not upgrade.knows(manifest.revision):
        raise archive.Broken(f"its revision {manifest.revision} is newer than this version: update Silian first")
    return manifest


def restore(file: Path) -> str | None:
    """Puts a backup in place; returns where what was here is kept now. The server must be down."""
    manifest, chosen = fit(file), settings.current()
    db.engine.dispose()
    kind().alone()
    chosen.backups.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = (chosen.database_path or chosen.instance / "database").parent  # it is renamed into its place
    beside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".restoring-") as room:
        copy = Path(room) / "database"
        archive.take(file, archive.DATABASE, copy)
        _restore_blobs(file, manifest, chosen.blobs)
        return kind().put(copy, manifest.tables)


def _restore_blobs(file: Path, manifest: archive.Manifest, folder: Path) -> None:
    """Adds what is missing, before any row refers to it. What is newer stays: the database says what counts."""
    with tarfile.open(file, "r:") as tar:
        for name, digest in manifest.blobs.items():
            target = folder / name
            if target.exists() and archive.digest_of(target) == digest:
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}-restored")
            part.unlink(missing_ok=True)
            archive.take_from(tar, f"blobs/{name}", part)
            part.replace(target)
            archive.sync_folder(target.parent)
