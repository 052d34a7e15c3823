"""Phones for the benchmark: they queue commands, pack them as PROTOCOL.md says, and keep what they pull."""

from __future__ import annotations

import gzip
import json
import random
import uuid
from typing import Any

from bench.ground import CATEGORIES, CODES, Device

BATCH = 500
PACK_LEVEL = 6  # what a browser's CompressionStream uses


def command(record: dict[str, Any], seq: int, ids: random.Random) -> dict[str, Any]:
    """One workload record as a command; every field of it is carried."""
    made_ms = record["ts"]
    value = (made_ms << 80) | (7 << 76) | (ids.getrandbits(12) << 64) | (2 << 62) | ids.getrandbits(62)
    gps = record["gps"]
    code = CODES[int(record["grid"][1:3]) % len(CODES)]
    place = f"{record['grid']} {' '.join(record['points'])}"
    if record["kind"] in ("visit", "patrol"):
        kind, payload = "visit.record", {
            "visit_id": record["id"], "grid_code": code, "purpose": "routine", "outcome": "met",
            "consent": True, "note": record["text"],
            "photos": [], "answers": {"kind": record["kind"], "place": place, "dur": record["dur"], "gps": gps},
        }  # fmt: skip
    else:
        kind, payload = "opinion.record", {
            "opinion_id": record["id"],
            "place": {
                "grid_code": code,
                "position": {"lat": gps["lat"] / 1e6, "lon": gps["lon"] / 1e6, "accuracy_m": gps["acc"]},
                "text": f"{place} {record['dur']} {record['kind']}",
            },
            "category": CATEGORIES[0] if record["kind"] == "hazard" else CATEGORIES[-1],
            "text": record["text"], "anonymous": False, "reporter": None, "photos": [], "recordings": [],
            "urgent": False,
        }  # fmt: skip
    made_at = (
        f"2025-11-25T{made_ms // 3_600_000 % 24:02d}:{made_ms // 60_000 % 60:02d}:{made_ms // 1000 % 60:02d}.000+08:00"
    )
    return {
        "id": str(uuid.UUID(int=value & (2**128 - 1))),
        "seq": seq,
        "type": kind,
        "v": 1,
        "made_at": made_at,
        "payload": payload,
    }


def pack(
    device: Device, commands: list[dict[str, Any]], cursor: str | None, limit: int, waiting: int = 0
) -> tuple[bytes, dict[str, str]]:
    envelope = {
        "device": device.id, "account": device.account, "app": "1.0.0", "now": "2026-11-24T10:00:00.000+08:00",
        "acked": commands[0]["seq"] - 1 if commands else 0, "oldest": 1, "waiting": waiting, "cursor": cursor,
        "limit": limit, "commands": commands,
    }  # fmt: skip
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {**device.headers, "Content-Type": "application/json", "Accept-Encoding": "gzip"}
    if len(body) > 500:
        body, headers["Content-Encoding"] = gzip.compress(body, PACK_LEVEL), "gzip"
    return body, headers


def push(call: Any, device: Device, commands: list[dict[str, Any]]) -> None:
    """Sends the queue and checks every outcome; ``call`` is (method, path, body, headers) → (status, headers, body)."""
    for start in range(0, len(commands), BATCH):
        part = commands[start : start + BATCH]
        body, headers = pack(device, part, None, 0, len(commands) - start)
        answer = json.loads(call("POST", "/sync/exchange", body, headers)[2])
        wrong = [one for one in answer["outcomes"] if one["status"] != "applied"]
        if wrong or len(answer["outcomes"]) != len(part):
            raise RuntimeError(f"{len(wrong)} not applied: {wrong[:1]}")


def pull(call: Any, device: Device, cursor: str | None) -> tuple[list[dict[str, Any]], str]:
    """Everything after the cursor, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        body, headers = pack(device, [], cursor, 2000)
        answer = json.loads(call("POST", "/sync/exchange", body, headers)[2])
        found += [change for change in answer["changes"] if change["collection"] in ("visits", "opinions")]
        cursor = answer["cursor"]
        if not answer["more"]:
            return found, str(cursor)
