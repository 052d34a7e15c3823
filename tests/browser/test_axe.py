"""axe-core finds nothing: every screen, both languages, light and dark, elder mode."""

from __future__ import annotations

import pytest

from .screens import TOURS
from .screens.toured import toured


@pytest.mark.parametrize("scene", TOURS)
def test_axe_finds_nothing(scene, silian, playwright, browser):
    found = toured(scene, silian, playwright, browser)
    assert not found.axe, "\n".join(found.axe)
