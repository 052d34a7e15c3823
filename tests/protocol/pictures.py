"""Photos and what pretends to be one."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from itertools import count

from PIL import Image

_shades = count(1)
GPS_MARK = b"GPSLatitudeHere"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Picture:
    """``picture()`` draws one that nobody has sent before."""

    digest = staticmethod(digest)

    def __call__(self, kind: str = "JPEG", size: tuple[int, int] = (40, 30), exif: bytes = b"") -> bytes:
        shade = next(_shades)
        image = Image.new("RGB", size, (shade % 256, shade // 256 % 256, id(self) % 256))
        image.putpixel((shade % size[0], 0), (255 - shade % 256, 9, 9))
        out = io.BytesIO()
        more = {"exif": exif} if exif else {}
        image.save(out, kind, **more)
        # Chance at the end, where every decoder stops reading: two workers never draw the same.
        return out.getvalue() + struct.pack(">Q", hash((shade, id(out))) & (2**64 - 1))


def with_position() -> bytes:
    """EXIF as a phone's camera writes it: where, when, and with what."""
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif[0x0132] = "2026:11:24 09:12:44"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (36.0, 37.0, 12.0)
    gps[3], gps[4] = "E", (101.0, 46.0, 12.0)
    return exif.tobytes()


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes that unpacks to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")
