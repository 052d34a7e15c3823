"""Pictures small enough to lie in the repository: a palette of their own few colours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

COLOURS = (64, 48, 32, 24, 16)
MOST_BYTES = 40_000
APART = 12  # of 765
GAP, GROUND = 12, "#cfc8ba"


def small(image: Image.Image, most: int = MOST_BYTES) -> bytes:
    """As many colours as fit; a photo on the screen takes more bytes than words on paper."""
    image = image.convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        image.quantize(palette=_palette(image, colours), dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= most:
            break
    return out.getvalue()


def _palette(image: Image.Image, colours: int) -> Image.Image:
    """The commonest colours that differ from each other: paper stays paper, and the one green tick stays green."""
    chosen: list[tuple[int, ...]] = []
    counted = image.getcolors(image.width * image.height) or []
    for _, colour in sorted(counted, reverse=True):
        if all(sum(abs(a - b) for a, b in zip(colour, other, strict=True)) > APART for other in chosen):
            chosen.append(colour)
        if len(chosen) == colours:
            break
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in chosen for channel in colour])
    return palette


def save(shot: bytes, path: Path) -> None:
    path.write_bytes(small(Image.open(io.BytesIO(shot))))


def beside(shots: Sequence[bytes], path: Path) -> None:
    """The shots in one row."""
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    width = sum(image.width for image in images) + GAP * (len(images) - 1)
    row = Image.new("RGB", (width, max(image.height for image in images)), GROUND)
    left = 0
    for image in images:
        row.paste(image, (left, 0))
        left += image.width + GAP
    path.write_bytes(small(row, MOST_BYTES * len(images) // 2))
