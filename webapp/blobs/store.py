"""The folder of blobs: each file once, under the digest of what the phone sent; written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import current_app


def path_of(digest: str) -> Path:
    return Path(current_app.instance_path) / "blobs" / digest[:2] / digest


def save(digest: str, data: bytes) -> None:
    """On the disk, for certain, before anybody is told so."""
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{digest}-{secrets.token_hex(6)}")
    try:
        with open(part, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError:
        part.unlink(missing_ok=True)  # on a full disk each try of each phone would leave one behind
        raise
