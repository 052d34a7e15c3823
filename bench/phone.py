"""The phone app on a slow phone: first load, offline cold start with a full store, durable saves.

A real Chromium at 360 × 740, the demo estate, the page's main thread slowed by the DevTools protocol, which can slow
neither a service worker nor the disk. Every figure is taken in the page, from the navigation or the tap to the frame
after which the person sees it.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from bench.full_phone import fill
from tests.browser import chromium
from tests.browser.phone import Phone
from tests.browser.proxy import Proxy
from tests.browser.served import Silian
from tests.browser.steps import picture, sign_in

MIDDLING, LOW = 6, 9  # times slower than this machine
NARROW = {"offline": False, "latency": 300, "downloadThroughput": 700e3 / 8, "uploadThroughput": 256e3 / 8}
FIRST_LOADS, COLD_STARTS, SAVES, PHOTO_SAVES, RECORDS = 9, 20, 60, 20, 5000
Row = tuple[str, str, str, bool]
READY_GOAL_MS, COLD_GOAL_MS, SAVE_GOAL_MS, PHOTO_GOAL_MS = 2000, 1500, 50, 100

# Notes when something is there and has been painted: a frame has begun, and what comes after that frame.
SEEN = """
window.seen = (look) => new Promise((done) => {
  const painted = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(0);
  });
  const check = () => look() && (watch.disconnect(), painted(), true);
  const watch = new MutationObserver(check);
  watch.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  check();
});
"""
READY = SEEN + "window.there = seen(() => document.querySelector('%s'));"
THERE = "() => window.there"
# The commit alone, without what the screen does before and after it.
COMMITS = """
const real = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, options) {
  const tx = real.call(this, stores, mode, options);
  const saves = mode === 'readwrite' && [...stores].includes('entries');
  if (saves) tx.addEventListener('complete', () => (window.committed = performance.now()));
  return tx;
};
"""
TAP = """async (saved) => {
  const shown = seen(() => document.querySelector(saved));
  const from = performance.now();
  document.querySelector('button[form=form]').click();
  return [(await shown) - from, window.committed - from];
}"""


def measure() -> list[Row]:
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright, served(Path(work)) as silian:
        browser = chromium.find()
        rows = first_loads(playwright, browser, silian, Path(work))
        with phone(playwright, browser, silian, Path(work) / "filled") as filled:
            sign_in(filled, silian, "grid1")
            filled.restart()
            rows += saves(filled)
            fill(filled, RECORDS)
            rows += cold_starts(filled)
    return rows


@contextmanager
def served(work: Path) -> Iterator[Silian]:
    silian = Silian(work / "instance")
    silian.cli("upgrade")
    silian.cli("demo")
    silian.start()
    try:
        yield silian
    finally:
        silian.stop()


@contextmanager
def phone(playwright: Playwright, browser: Path, silian: Silian, profile: Path) -> Iterator[Phone]:
    proxy = Proxy(silian.url)
    made = Phone(playwright, browser, profile, proxy)
    try:
        yield made
    finally:
        made.close()
        proxy.close()


def slow(it: Phone, rate: int, network: dict[str, Any] | None = None) -> None:
    cdp = it.cdp()
    if network:
        cdp.send("Network.enable")
        cdp.send("Network.emulateNetworkConditions", network)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": rate})


def first_loads(playwright: Playwright, browser: Path, silian: Silian, work: Path) -> list[Row]:
    """Nobody is signed in and nothing is cached: until the form can be filled in."""
    taken = []
    for n in range(FIRST_LOADS):
        with phone(playwright, browser, silian, work / f"fresh-{n}") as fresh:
            fresh.context.add_init_script(READY % "#login")
            slow(fresh, MIDDLING, NARROW)
            fresh.open()
            taken.append(fresh.page.evaluate(THERE))
    what = f"first load ready, CPU ÷ {MIDDLING}, 700 kbit/s, 300 ms, median of {FIRST_LOADS}"
    return [line(what, statistics.median(taken), READY_GOAL_MS, taken)]


def cold_starts(filled: Phone) -> list[Row]:
    """The browser starts anew, nobody answers: until the first rows of a list are there."""
    filled.offline()
    rows = []
    for name, where, row in (("my records", "#/records", ".rows li"), ("matters", "#/matters", ".rows a.row")):
        taken = []
        for _ in range(COLD_STARTS):
            filled.restart()
            filled.context.add_init_script(READY % row)
            slow(filled, LOW)
            filled.open(where)
            taken.append(filled.page.evaluate(THERE))
        what = f"offline cold start to {name}, {RECORDS:,} local, CPU ÷ {LOW}, p95 of {COLD_STARTS}"
        rows.append(line(what, p95(taken), COLD_GOAL_MS, taken))
    return rows


def saves(it: Phone) -> list[Row]:
    """From the tap on the armband to "saved" on the screen; the strict commit lies in between."""
    it.offline()
    it.context.add_init_script(SEEN + COMMITS)
    rows = []
    for name, count, goal, shots in (("text", SAVES, SAVE_GOAL_MS, 0), ("with photo", PHOTO_SAVES, PHOTO_GOAL_MS, 1)):
        it.open("#/opinion")
        slow(it, LOW)
        taken = []
        for n in range(count + 3):
            write(it, f"{name} {n}", shots)
            taken.append(it.page.evaluate(TAP, "#saved"))
            it.page.locator("#saved ~ button").click()
        shown, committed = ([one[i] for one in taken[3:]] for i in (0, 1))
        what = f"durable save, {name}, CPU ÷ {LOW}, p95 of {count}"
        rows.append(line(f"{what}: tap to the end of its commit", p95(committed), goal, committed))
        rows.append(line(f'{what}: tap to "saved" painted', p95(shown), goal, shown))
    return rows


def write(it: Phone, text: str, shots: int) -> None:
    page = it.page
    page.locator("#text").fill(text)
    page.locator("input[value=facilities]").check()
    if shots:
        page.locator("input[type=file]").first.set_input_files([picture()])
        page.locator(".shot img").first.wait_for()
    page.wait_for_timeout(400)  # the draft is on the disk: a person takes longer


def p95(taken: list[float]) -> float:
    """The nearest rank: of twenty the nineteenth."""
    return sorted(taken)[math.ceil(len(taken) * 0.95) - 1]


def line(what: str, got: float, goal: int, taken: list[float]) -> Row:
    load = os.getloadavg()[0]
    spread = f"median {statistics.median(taken):,.0f}, {min(taken):,.0f}–{max(taken):,.0f}"
    said = f"{got:,.0f} ms ({spread}; load {load:.1f})"
    print(f"{what}: {said}", file=sys.stderr)
    return what, f"≤ {goal:,} ms", said, got <= goal


def table(rows: list[Row]) -> str:
    lines = [f"| {what} | {goal} | {got} | {'reached' if ok else 'missed'} |" for what, goal, got, ok in rows]
    return "\n".join(["| measure | goal | measured | |", "| --- | --- | --- | --- |", *lines])

