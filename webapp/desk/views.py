"""The desk, ``/desk/``: the office's pages. They work without JavaScript, from the keyboard, in both languages."""

from __future__ import annotations

from webapp.desk import (
    account_views,
    device_views,
    door,
    entry_views,
    grid_views,
    impact_views,
    import_views,
    invite_views,
    matter_views,
    parked_views,
    people_views,
    permission_views,
    post_views,
    privacy_views,
    raise_views,
    record_views,
    retention_views,
    seat_views,
    step_views,
)
from webapp.desk.blueprint import blueprint

__all__ = [
    "account_views",
    "blueprint",
    "device_views",
    "door",
    "entry_views",
    "grid_views",
    "impact_views",
    "import_views",
    "invite_views",
    "matter_views",
    "parked_views",
    "people_views",
    "permission_views",
    "post_views",
    "privacy_views",
    "raise_views",
    "record_views",
    "retention_views",
    "seat_views",
    "step_views",
]
