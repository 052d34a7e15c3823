"""The file of a backup: a tar with the database, the photos, and last a manifest with a digest of every part."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
PIECE: Final = 1 << 20
_BLOB: Final = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{64}")


class Broken(Exception):
    """A backup that cannot be relied on; the message says why."""


@dataclass
class Manifest:
    """What a backup holds. ``tables`` are digests of rows, taken from the live database in the copy's own snapshot."""

    made_at: str
    dialect: str
    revision: str
    tables: dict[str, str]
    parts: dict[str, str] = field(default_factory=dict)  # name in the file → sha-256 of what lies there
    format: int = FORMAT

    @property
    def blobs(self) -> dict[str, str]:
        """The photos and recordings: path below ``blobs/`` → digest of the file, which is not that of its name."""
        return {name.removeprefix("blobs/"): one for name, one in self.parts.items() if name != DATABASE}


def write(target: Path, manifest: Manifest, database: Path, blobs: Path | None) -> None:
    """Writes the whole file, and onto the disk, for its owner alone."""
    with open(target, "xb", opener=private) as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            tar.add(database, DATABASE)
            manifest.parts[DATABASE] = digest_of(database)
            # Finished files alone: what is being uploaded has a name that begins with a dot.
            for path in sorted(blobs.glob("*/[!.]*")) if blobs else ():
                try:
                    data = path.read_bytes()  # at most 2 MiB
                except FileNotFoundError:
                    continue  # its time was over at this very moment; no row of the copy needs it
                manifest.parts[name := f"blobs/{path.parent.name}/{path.name}"] = hashlib.sha256(data).hexdigest()
                _add(tar, name, data)
            _add(tar, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    tar.addfile(member, io.BytesIO(data))


def check(file: Path) -> Manifest:
    """Reads a backup to its end; raises ``Broken`` where anything is missing, too much, or not what was written."""
    found: dict[str, str] = {}
    manifest = None
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                data = tar.extractfile(member) if member.isreg() else None
                if data is None or manifest is not None:
                    raise Broken(f"{member.name} does not belong in a backup")
                if member.name == MANIFEST:
                    manifest = _manifest(data.read())
                else:
                    found[member.name] = _digest(data)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Broken(f"{file.name} cannot be read: {error}") from error
    if manifest is None:
        raise Broken("it does not end with a manifest: it was cut, or is no backup of Silian")
    if DATABASE not in manifest.parts or found != manifest.parts:
        names = sorted({DATABASE} | found.keys() | manifest.parts.keys())
        differ = [name for name in names if name not in found or found[name] != manifest.parts.get(name)]
        raise Broken(f"{differ[0]} is not what was written ({len(differ)} parts)")
    if strange := [name for name in found if name != DATABASE and not _BLOB.fullmatch(name)]:
        raise Broken(f"{strange[0]} does not belong in a backup")
    return manifest


def _manifest(data: bytes) -> Manifest:
    try:
        said: dict[str, Any] = json.loads(data)
        if said.get("format") != FORMAT:
            raise Broken(f"it is of format {said.get('format')}; this version reads {FORMAT}")
        return Manifest(**said)
    except (ValueError, TypeError, AttributeError) as error:
        raise Broken("its manifest cannot be read") from error


def take(file: Path, name: str, target: Path) -> None:
    """One part, out of a backup that has been checked, onto the disk."""
    with tarfile.open(file, "r:") as tar:
        take_from(tar, name, target)


def take_from(tar: tarfile.TarFile, name: str, target: Path) -> None:
    """The same, where many are wanted."""
    member = tar.extractfile(name)
    assert member is not None
    with open(target, "xb", opener=private) as out:
        while piece := member.read(PIECE):
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())


def digest_of(path: Path) -> str:
    with open(path, "rb") as file:
        return _digest(file)


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def private(path: str, flags: int) -> int:
    """An opener: for the owner alone."""
    return os.open(path, flags, 0o600)


def sync_folder(folder: Path) -> None:
    """A new name itself has to be on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
