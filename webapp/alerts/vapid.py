"""The key by which push services know this server. It is made once; another key would silence every subscription."""

from __future__ import annotations

import base64
import functools
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from webapp.keeping import keep


def ensure(path: Path) -> str:
    """Makes the key if there is none, and returns the public one as browsers want it."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    keep(path, pem.decode())
    return public_key(path)


@functools.lru_cache(maxsize=4)
def public_key(path: Path) -> str:
    """The public key, an uncompressed point in base64url: ``applicationServerKey`` when a phone subscribes."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    point = key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
