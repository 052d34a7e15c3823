"""At 360 × 740 nothing is cut off and a thumb hits everything: both languages, elder mode, words twice as large."""

from __future__ import annotations

import pytest

from .screens import TOURS
from .screens.toured import toured


@pytest.mark.parametrize("scene", TOURS)
def test_every_screen_holds(scene, silian, playwright, browser):
    found = toured(scene, silian, playwright, browser)
    assert not found.layout, "\n".join(found.layout)
    assert not found.thrown
