"""A grid worker's evening: a round, a door, what people say, and what becomes of the records."""

from __future__ import annotations

from playwright.sync_api import Page

from ..phone import Phone
from ..served import Silian
from .hands import Stop, newer, outcomes, photo, press, sign_in

# Chromium asks only now and then how much room there is; here every write meets the end of it.
FULL = """() => {
    for (const name of ['add', 'put']) {
        IDBObjectStore.prototype[name] = () => { throw new DOMException('', 'QuotaExceededError'); };
    }
}"""
SPOKEN = 1500
SETTLED = 500  # milliseconds; a saved record settles into its list in 220


def walking(phone: Phone, silian: Silian, stop: Stop) -> None:
    page = sign_in(phone, silian, "grid1")
    page.locator(".rows .plate").first.wait_for()
    stop("today-first")
    page.locator("main > .note .btn").click()
    stop("today")
    _round(phone, page, stop)
    _visit(phone, page, stop)
    _opinion(phone, page, stop)
    _records(phone, page, stop)
    _danger(phone, page, stop)
    _full(phone, page, stop)
    _ways_out(phone, page, stop)


def _round(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/patrol")
    page.locator("[name=route]").first.check()
    stop("patrol")
    press(page)
    for _ in range(2):
        _reach(page)
    stop("round")
    phone.open("#/today")
    page.locator("#card").wait_for()
    stop("today-round")
    page.go_back()
    page.locator(".foot .btn.solid").click()
    page.locator("#category").wait_for()
    stop("finding")
    page.locator("[name=category][value=other]").check()
    press(page)
    page.locator(".wrong").first.wait_for()
    stop("finding-missing")
    page.locator("[name=category]").first.check()
    page.locator("#note").fill("纸箱堵住安全出口")
    page.locator("input[type=file]").first.set_input_files([photo()])
    page.locator(".shot img").first.wait_for()
    page.locator("#urgent").check()
    stop("finding-urgent")
    page.locator("#urgent").uncheck()
    page.locator("button.tool").click()
    page.locator(".strip + .note").wait_for()
    stop("finding-speaking")
    page.wait_for_timeout(SPOKEN)
    page.locator(".strip + .note .btn").click()
    page.locator(".clips").wait_for()
    page.locator("#place + [role=status] .btn").click()
    page.locator("#place + [role=status] .done").wait_for()
    stop("finding-filled")
    page.locator("#category").scroll_into_view_if_needed()
    stop("finding-chosen")
    press(page)
    page.locator(".done").first.wait_for()
    page.wait_for_timeout(SETTLED)
    stop("round-found")
    page.locator(".sheet .btn.text").last.click()
    page.locator("#finish-note").wait_for()
    stop("round-ending")
    press(page)
    page.locator("#over").wait_for()
    page.wait_for_timeout(SETTLED)
    stop("round-done")
    phone.open("#/today")
    page.locator("#card").wait_for()
    stop("today-done")


def _reach(page: Page) -> None:
    before = page.locator(".points .ok").count()
    press(page)
    page.locator(".points .ok").nth(before).wait_for()
    page.wait_for_timeout(SETTLED)


def _visit(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/visit")
    page.locator("#building").wait_for()
    stop("visit-first")
    press(page)
    page.locator(".wrong").first.wait_for()
    stop("visit-missing")
    page.locator("#building").select_option(index=3)
    page.locator("[name=door]").nth(3).check()
    page.locator("[name=outcome]").first.check()
    page.locator("#consent").check()
    stop("visit")
    press(page)
    page.locator("#note").fill("老人腿脚不便，想请人送药")
    stop("visit-note")
    press(page)
    page.locator("#saved").wait_for()
    page.wait_for_timeout(SETTLED)
    stop("visit-saved")


def _opinion(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/opinion")
    page.locator("#text").wait_for()
    stop("opinion")
    press(page)
    page.locator(".wrong").first.wait_for()
    stop("opinion-missing")
    page.locator("#text").fill("想在楼下加个座椅")
    page.locator("[name=category]").first.check()
    page.locator("[name=anonymous][value=yes]").check()
    stop("opinion-anonymous")
    page.locator("[name=anonymous][value=no]").check()
    press(page)
    page.locator("#saved").wait_for()
    page.wait_for_timeout(SETTLED)
    stop("opinion-saved")


def _knock(phone: Phone, page: Page, door: int) -> None:
    phone.open("#/visit")
    page.locator("#building").select_option(index=2)
    page.locator("[name=door]").nth(door).check()
    page.locator("[name=outcome]").nth(1).check()
    press(page)
    page.locator("#saved").wait_for()


def _say(phone: Phone, page: Page, text: str) -> None:
    phone.open("#/opinion")
    page.locator("#text").fill(text)
    page.locator("[name=category]").first.check()
    press(page)
    page.locator("#saved").wait_for()


def _records(phone: Phone, page: Page, stop: Stop) -> None:
    phone.offline()
    phone.open("#/today")
    page.locator(".sync.waiting").wait_for()
    stop("today-offline")
    _knock(phone, page, 5)
    _say(phone, page, "晚上楼道灯亮得太短")
    refused = {"status": "rejected", "code": "invalid", "fields": {"note": ["consent"]}}
    changes = {"visit.record": refused, "opinion.record": {"status": "parked", "code": "missing"}}
    phone.proxy.misbehave("/sync/exchange", outcomes(changes))
    phone.online()
    phone.open("#/records")
    page.locator(".state.kept").wait_for()
    phone.offline()
    _knock(phone, page, 2)
    phone.open("#/records")
    page.locator(".state.wait").wait_for()
    stop("records")
    page.locator(".case-hand .btn.text").click()
    page.locator(".ask").wait_for()
    stop("records-discard")
    page.locator(".ask .btn.solid").click()
    stop("records-discard-again")
    page.locator(".ask .btn").first.click()
    page.locator(".rows .btn.text").first.click()
    page.locator(".ask").wait_for()
    stop("records-withdraw")
    phone.online()
    page.locator(".state.wait").wait_for(state="detached")
    phone.open("#/opinion")
    page.locator("#text").fill("健身器材的螺丝松了")
    page.wait_for_timeout(SETTLED)
    phone.open("#/records")
    page.locator(".go-on").wait_for()
    stop("records-drafts")
    page.locator("a[href*='#/amend/finding']").first.click()
    page.locator("#reason").wait_for()
    stop("amend")
    press(page)
    page.locator("#reason-wrong").wait_for()
    stop("amend-missing")
    page.locator("#text").fill("纸箱堵住安全出口，已请人搬")
    page.locator("#reason").fill("后来有人来搬了")
    press(page)
    page.locator(".state.sent").wait_for()
    page.locator("a[href*='#/amend/finding']").first.click()
    page.locator("#reason").wait_for()
    page.mouse.wheel(0, 2000)
    page.locator(".head").wait_for()
    stop("amend-again")


def _danger(phone: Phone, page: Page, stop: Stop) -> None:
    """What cannot wait becomes a matter by itself, and shows its photo there."""
    phone.open("#/finding")
    page.locator("[name=category]").nth(1).check()
    page.locator("input[type=file]").first.set_input_files([photo()])
    page.locator(".shot img").first.wait_for()
    page.locator("#building").select_option(index=2)
    page.locator("#urgent").check()
    press(page)
    page.locator("#card").wait_for()
    phone.open("#/matters")
    page.locator("a[href*='#/matters/']", has_text="2号楼").filter(has_text="飞线充电").first.click()
    page.locator(".thumb img").click()
    page.locator(".large img").wait_for()
    stop("matter-photo")


def _full(phone: Phone, page: Page, stop: Stop) -> None:
    """No room left: the words stay on the form and can be copied."""
    phone.open("#/opinion")
    page.locator("#text").fill("健身器材的螺丝松了，老人家容易摔")
    page.locator("[name=category]").first.check()
    page.wait_for_timeout(SETTLED)
    page.evaluate(FULL)
    press(page)
    page.locator(".alarm").wait_for()
    stop("opinion-full")
    page.reload()


def _ways_out(phone: Phone, page: Page, stop: Stop) -> None:
    phone.open("#/inbox")
    page.locator("#push").wait_for()
    stop("inbox")
    phone.open("#/settings")
    page.locator("#storage").wait_for()
    stop("settings")
    page.locator("main > .btn").last.click()
    page.locator(".ask").wait_for()
    stop("settings-signout")
    phone.open("#/nowhere")
    page.locator(".blank").wait_for()
    stop("nowhere")
    phone.proxy.misbehave("/sw.js", newer, times=2)
    phone.open("#/today")
    page.reload()
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update().catch(() => null)")
    page.locator(".offer .btn").first.wait_for()
    stop("today-update")
    phone.context.clear_cookies()
    _say(phone, page, "门口的台阶松了")
    phone.open("#/today")
    page.locator(".sync.hand").wait_for()
    stop("today-signed-out")
    phone.open("#/sign-in")
    page.locator("#login").wait_for()
    stop("sign-in-again")
