"""The log: events with fields on standard error, as JSON unless a person is watching; no names, no words of anybody."""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path

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
        logger_factory=lambda *_names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def place_of(error: BaseException) -> list[str]:
    """Where an error happened, innermost last. Its message is left out: it may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
