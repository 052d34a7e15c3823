"""What a view raises to answer with a problem of the one table."""

from __future__ import annotations


class Refusal(Exception):
    """The request is refused with this problem code; ``retry_after`` in seconds where waiting helps."""

    def __init__(self, code: str, *, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after
