"""Finding the browser: each place in its turn, and one clear line where there is none."""

import sys
from pathlib import Path

import pytest

from .. import debian
from . import chromium


@pytest.fixture
def bare(monkeypatch):
    """A machine without a browser and without the right to install one."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "DEBIAN", Path("/nonexistent"))
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(chromium, "_from_playwright", lambda: None)


def test_the_one_that_was_named_comes_first(bare, monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)
    monkeypatch.setattr(chromium, "_has_chinese_font", lambda: True)
    assert chromium.find() == Path(sys.executable)


def test_a_name_that_leads_nowhere_is_not_passed_over(bare, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/nonexistent/chromium")
    with pytest.raises(chromium.NoChromium, match="no such program"):
        chromium.find()


def test_without_any_it_says_what_to_install(bare):
    with pytest.raises(chromium.NoChromium, match="apt-get install chromium fonts-noto-cjk"):
        chromium.find()


def test_without_a_chinese_font_it_says_what_to_install(bare, monkeypatch):
    monkeypatch.setenv("CHROMIUM", sys.executable)
    monkeypatch.setattr(chromium.sys, "platform", "linux")
    monkeypatch.setattr(chromium, "FONT_FOLDERS", ())
    with pytest.raises(chromium.NoChromium, match="apt-get install fonts-noto-cjk"):
        chromium.find()
