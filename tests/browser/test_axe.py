"""axe-core finds nothing: every screen, both languages, light and dark, elder mode."""

from __future__ import annotations

import pytest

from .screens import SCENES
from .screens.toured import toured


@pytest.mark.parametrize("scene", SCENES)
def test_axe_finds_nothing(scene, silian, playwright, browser):
    found = toured(scene, silian, playwright, browser)
    assert not found.axe, "\n".join(found.axe)
