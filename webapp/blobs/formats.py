"""What a file really is, told by its content and never by its name, and photos encoded once more.

Taken are JPEG, PNG, WebP, Ogg and WebM with Opus, M4A and PDF (PROTOCOL, Blobs).
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

PIXELS_MOST: Final = 40_000_000  # a phone shrinks to 1600 px; more than any camera makes is a bomb
EDGE_MOST_PX: Final = 2000
_IMAGES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_MPEG4_AUDIO: Final = (b"M4A ", b"mp42", b"isom", b"iso5", b"iso6", b"mp41", b"dash")


class NotTaken(Exception):
    """The content is none of the kinds that are taken, or is broken."""


def settle(data: bytes) -> tuple[str, bytes]:
    """(content type, bytes to keep). Photos are decoded and encoded anew, so that nothing but the picture stays."""
    if data[:4] == b"OggS" and b"OpusHead" in data[:200]:
        return "audio/ogg", data
    if data[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in data[:100] and b"A_OPUS" in data[:4000]:
        return "audio/webm", data
    if data[4:8] == b"ftyp" and data[8:12] in _MPEG4_AUDIO and b"vide" not in data[:4000]:
        return "audio/mp4", data
    if data[:5] == b"%PDF-":
        return "application/pdf", data
    return _picture(data)


def _picture(data: bytes) -> tuple[str, bytes]:
    try:
        with Image.open(io.BytesIO(data), formats=list(_IMAGES)) as image:
            if image.width * image.height > PIXELS_MOST or getattr(image, "n_frames", 1) > 1:
                raise NotTaken("too many pixels")
            kind = image.format or ""
            image.load()
            upright = ImageOps.exif_transpose(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotTaken("no picture") from error
    upright.thumbnail((EDGE_MOST_PX, EDGE_MOST_PX))
    plain = Image.new("RGBA" if "A" in upright.mode or "transparency" in upright.info else "RGB", upright.size)
    plain.paste(upright.convert(plain.mode))
    out = io.BytesIO()
    if kind == "JPEG":
        plain.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    elif kind == "PNG":
        plain.save(out, "PNG", optimize=True)
    else:
        plain.save(out, "WEBP", quality=78, method=4)
    return _IMAGES[kind], out.getvalue()
