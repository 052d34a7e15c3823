"""The log as a test hears it, whatever level the app of the tests is set to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.testing import capture_logs

from webapp import logs


@contextmanager
def listening() -> Iterator[list[Any]]:
    usual = structlog.get_config()
    logs.configure("debug")
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**usual)
