"""A QR code as a drawing for a page that is printed: black on white, whatever the screen's colours are."""

from __future__ import annotations

import segno
from markupsafe import Markup


def drawn(link: str) -> Markup:
    code = segno.make(link, error="m", micro=False)
    return Markup(
        code.svg_inline(omitsize=True, border=2, dark="#000", light="#fff", svgclass=None, lineclass=None)
    )
