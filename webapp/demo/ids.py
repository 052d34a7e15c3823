"""Ids that are the same for the same seed, so that what a demo shows can be found again."""

from __future__ import annotations

import hashlib
import uuid

NAMESPACE = uuid.UUID("0b6c2f0e-6f0b-5c55-9a3e-51111a4d0e11")


class Ids:
    """Ids of one seed, by name."""

    def __init__(self, seed: int) -> None:
        self._root = uuid.uuid5(NAMESPACE, f"seed:{seed}")

    def __call__(self, name: str) -> str:
        return str(uuid.uuid5(self._root, name))

    def nameless(self, name: str) -> str:
        """In the form of a random UUID, as anonymous records must have it."""
        return str(uuid.UUID(bytes=hashlib.sha256(f"{self._root}{name}".encode()).digest()[:16], version=4))

    def derived(self, command_name: str, *names: str) -> str:
        """The id that a command's effects create, as the domains derive it."""
        return str(uuid.uuid5(uuid.UUID(self(command_name)), ":".join(names)))
