"""Makes the pictures that the phone shows beside "install": the app with the demo estate, as a grid worker sees it.

Run by hand after a screen has changed:  python static/screens/make.py   (needs Chromium, playwright and a build)
"""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))

from tests.browser import chromium  # noqa: E402
from tests.browser.phone import Phone  # noqa: E402
from tests.browser.proxy import Proxy  # noqa: E402
from tests.browser.served import Silian  # noqa: E402
from tests.browser.steps import sign_in  # noqa: E402

WIDE = {"width": 1280, "height": 800}
QUALITY = 80


def keep(page, name, scale="device"):
    picture = page.screenshot(scale=scale, animations="disabled")
    Image.open(io.BytesIO(picture)).save(HERE / f"{name}.webp", "WEBP", quality=QUALITY, method=6)


def photograph(phone, silian):
    sign_in(phone, silian, "grid1")
    page = phone.page
    page.evaluate("document.querySelector('details.banner')?.remove()")
    keep(page, "today")
    page.locator("a[href*='matters/']").first.click()
    page.locator(".chain").first.wait_for()
    keep(page, "matter")
    page.evaluate("location.hash = '#/patrol'")
    page.get_by_label("晚间巡逻").check()
    page.get_by_role("button", name="开始巡逻").click()
    page.get_by_role("button", name="我到了").click()
    page.locator(".done").first.wait_for()
    keep(page, "round")
    page.evaluate("location.hash = '#/today'")
    page.locator(".big").first.wait_for()
    page.set_viewport_size(WIDE)
    keep(page, "wide", scale="css")


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        silian = Silian(Path(folder) / "instance")
        silian.cli("upgrade")
        silian.cli("demo")
        silian.start()
        proxy = Proxy(silian.url)
        try:
            phone = Phone(playwright, chromium.find(), Path(folder) / "phone", proxy)
            photograph(phone, silian)
            phone.close()
        finally:
            proxy.close()
            silian.stop()


if __name__ == "__main__":
    main()
