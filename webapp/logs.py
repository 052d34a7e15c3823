"""The log: events with fields on standard error, as JSON unless a person is watching; no names, no words of anybody."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import traceback
from pathlib import Path
from typing import TextIO, cast

import structlog


def configure(level: str) -> None:
    """Sets up structlog for this process."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    render: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    if sys.stderr.isatty():
        render = structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_names: structlog.WriteLogger(cast(TextIO, _Paper(sys.stderr))),
        cache_logger_on_first_use=False,
    )


class _Paper(io.TextIOBase):
    """Where the log is written. When the disk it ends on is full, lines are lost, and not the answers beside them."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, line: str) -> int:
        with contextlib.suppress(OSError):
            return self._out.write(line)
        return 0

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._out.flush()


def place_of(error: BaseException) -> list[str]:
    """Where an error happened, innermost last. Its message is left out: it may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
