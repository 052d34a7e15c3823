"""Makes what is committed beside this file: PNGs of the app icon, and the icons' outlines for the phone app.

Run by hand after an icon was changed:  python static/icons/make.py   (needs Chromium and playwright)
"""

import os
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

HERE = Path(__file__).parent
APP = HERE.parent / "field"
OUTLINES, MORE = APP / "parts" / "outlines.ts", APP / "parts" / "moreoutlines.ts"
STATIC_IMPORT = re.compile(r'^(?:import|export) (?!type ).*from "(\.[^"]+)";', re.MULTILINE)
SVG = "{http://www.w3.org/2000/svg}"


def outline(shape):
    """One shape as path data: a single path per icon is what the phone carries."""
    get = lambda name: float(shape.get(name, 0))  # noqa: E731
    kind = shape.tag.removeprefix(SVG)
    if kind == "path":
        # a leading m is absolute, but no longer once another outline stands before it
        return re.sub(r"^m(-?[\d.]+[ ,-]?-?[\d.]+) ?(?=[-\d.])", r"M\1l", shape.get("d")).replace("m", "M", 1)
    if kind == "circle":
        r = get("r")
        return f"M{get('cx') - r:g} {get('cy'):g}a{r:g} {r:g} 0 1 0 {2 * r:g} 0 {r:g} {r:g} 0 1 0 {-2 * r:g} 0z"
    if kind == "rect":
        w, h, r = get("width"), get("height"), get("rx")
        arc = f"a{r:g} {r:g} 0 0 1 "
        return (
            f"M{get('x') + r:g} {get('y'):g}h{w - 2 * r:g}{arc}{r:g} {r:g}v{h - 2 * r:g}{arc}{-r:g} {r:g}"
            f"h{2 * r - w:g}{arc}{-r:g} {-r:g}v{2 * r - h:g}{arc}{r:g} {-r:g}z"
        )
    raise ValueError(f"no outline for <{kind}>")


def first(file=APP / "main.tsx", seen=None):
    """What is loaded before the first screen: the entry, and what it imports statically."""
    seen = set() if seen is None else seen
    seen.add(file)
    for path in STATIC_IMPORT.findall(file.read_text(encoding="utf-8")):
        for candidate in (file.parent / f"{path}.ts", file.parent / f"{path}.tsx"):
            if candidate.resolve() not in seen and candidate.exists():
                first(candidate.resolve(), seen)
    return seen - {OUTLINES, MORE}


def outlines():
    """Only what the app names; what the first screens name apart from the rest, since every byte of it is waited for."""
    everything = [f for f in APP.rglob("*.ts*") if f not in (OUTLINES, MORE)]
    symbols = {s.get("id")[2:]: s for s in ElementTree.parse(HERE / "icons.svg").iter(f"{SVG}symbol")}

    def named(files):
        code = "".join(f.read_text(encoding="utf-8") for f in files)
        return [name for name in sorted(symbols) if f'"{name}"' in code and name != "mark"]

    at_once = named(first())
    for file, const, names in (
        (OUTLINES, "OUTLINES", at_once),
        (MORE, "MORE", [name for name in named(everything) if name not in at_once]),
    ):
        lines = [f'  "{name}": "{"".join(outline(shape) for shape in symbols[name])}",' for name in names]
        file.write_text(
            "/* Made by static/icons/make.py from icons.svg: 24 px grid, one path each. */\n"
            f"export const {const} = {{\n" + "\n".join(lines) + "\n} as const;\n",
            encoding="utf-8",
        )


def pictures():
    from playwright.sync_api import sync_playwright

    mark = (HERE / "app-icon.svg").read_text(encoding="utf-8")
    # "any" is cropped closer, "maskable" keeps the safe circle
    close = re.sub(r'viewBox="[^"]*"', 'viewBox="56 56 400 400"', mark, count=1)
    wanted = [("icon-192.png", close, 192), ("icon-512.png", close, 512), ("icon-maskable-512.png", mark, 512)]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        for name, svg, size in wanted:
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:100vw;height:100vh}}</style>{svg}")
            page.screenshot(path=str(HERE / name))
        browser.close()


if __name__ == "__main__":
    outlines()
    pictures()
