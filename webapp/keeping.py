"""Small secrets in the instance folder: made once, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def keep(path: Path, text: str) -> str:
    """Writes ``text`` unless the file is there already, and returns what it holds: of two starts at once, one wins."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
        write(mine, text)
        try:
            os.link(mine, path)
        except FileExistsError:
            pass  # the other one was first: its text is the one that holds
        finally:
            mine.unlink()
    return path.read_text(encoding="utf-8").strip()


def keep_secret(path: Path) -> str:
    """A random secret, made at the first call."""
    return keep(path, secrets.token_hex(32))


def write(path: Path, text: str) -> None:
    """Writes a file that only its owner reads, whatever the umask."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text.rstrip("\n") + "\n")
