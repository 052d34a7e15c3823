"""The exchange: commands in, outcomes and changes out, nothing lost and nothing doubled.

This package knows no web framework and no word of any domain; PROTOCOL.md (version 1) is what it does. An application

* makes one ``Registry`` and declares its commands, with schema, permission and handler, and its collections,
* writes a ``Host``, which says who a caller is and what a code means in words,
* builds one ``Engine`` on its database, and hands it parsed envelopes.

Rules for handlers: read through the batch only, return an ``Effect``, raise ``Rejected``, ``Missing`` or
``OutOfScope``; keep no state; never write. The engine writes what was returned, numbers it, and commits it with the
outcome.
"""

from .batch import Batch
from .columns import UtcDateTime
from .cursor import Page
from .engine import Engine
from .feeds import release
from .host import Host
from .ledger import device_table, metadata, register_device
from .registry import (
    Caller,
    Command,
    CommandType,
    Document,
    Effect,
    Missing,
    Outcome,
    OutOfScope,
    Ref,
    Registry,
    Rejected,
)
from .wire import Envelope, Gap, Malformed, read_envelope

__all__ = [
    "Batch",
    "Caller",
    "Command",
    "CommandType",
    "Document",
    "Effect",
    "Engine",
    "Envelope",
    "Gap",
    "Host",
    "Malformed",
    "Missing",
    "OutOfScope",
    "Outcome",
    "Page",
    "Ref",
    "Registry",
    "Rejected",
    "UtcDateTime",
    "device_table",
    "metadata",
    "read_envelope",
    "register_device",
    "release",
]
