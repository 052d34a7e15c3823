"""Secrets that the server must be able to read again, sealed by a key that is not in the database.

A one-time code's secret cannot be a digest. Sealed by SECRET_KEY, which lies apart from database and backups, it is of
no use to whoever carries off either. AES-GCM (NIST SP 800-38D), bound to its owner, so that it fits no other row.
"""

from __future__ import annotations

import base64
import os
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from webapp import settings

NONCE_BYTES: Final = 12
PURPOSE: Final = b"silian one-time codes"


def seal(secret: bytes, owner: str) -> str:
    """Text for a column; another one each time."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = _cipher(settings.current().secret_key).encrypt(nonce, secret, owner.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(text: str, owner: str) -> bytes | None:
    """The secret, or None where it was sealed by another key or for somebody else."""
    data = base64.urlsafe_b64decode(text)
    try:
        return _cipher(settings.current().secret_key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], owner.encode())
    except InvalidTag:
        return None


@lru_cache(maxsize=2)
def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode()))
