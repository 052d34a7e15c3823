"""docs/screens/README.md: every screen in every look, the drawing's name beside those that were drawn."""

from __future__ import annotations

from pathlib import Path

from .looks import LOOKS

HEAD = """# The phone app's screens

Made by `make screens` from the demo estate, 360 × 740. Compare them with the drawings (look/*.png) as the person
who uses them: are the words whole, is the next thing clear, does a thumb in a glove hit it?

"""
DRAWN = {
    "today": ("today", "today-en", "today-dark", "today-elder"),
    "round": ("round", "round-en", "round-dark", "round-elder"),
    "finding-filled": ("finding",),
    "visit": ("visit",),
    "records": ("records",),
    "matter": ("matter", "matter-en", "matter-dark", "matter-elder"),
    "inbox-new": ("inbox",),
    "today-resident": ("resident",),
}
TITLES = {"": "Chinese", "en": "English", "dark": "dark", "elder": "elder"}


def write(folder: Path, screens: list[str]) -> None:
    """Pictures of screens that are no more go."""
    names = {f"{'-'.join(filter(None, (screen, ending)))}.png" for screen in screens for ending in LOOKS}
    for old in folder.glob("*.png"):
        if old.name not in names | {"readme.png"}:
            old.unlink()
    rows = [f"| screen | {' | '.join(TITLES[ending] for ending in LOOKS)} |", "| --- " * (len(LOOKS) + 1) + "|"]
    rows += [_row(screen) for screen in screens]
    (folder / "README.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _row(screen: str) -> str:
    drawn = DRAWN.get(screen)
    what = f"{screen}<br>drawn: {', '.join(drawn)}" if drawn else screen
    cells = [f"![{screen} {TITLES[ending]}]({'-'.join(filter(None, (screen, ending)))}.png)" for ending in LOOKS]
    return f"| {what} | {' | '.join(cells)} |"
