"""The page opens on a phone, and its service worker is there."""

from __future__ import annotations


def test_the_page_opens_and_its_worker_registers(phone):
    page = phone.open()
    assert page.title()
    phone.until("async () => !!(await navigator.serviceWorker.ready).active")
    assert phone.proxy.count("GET", "/sw.js") >= 1
    assert page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).updateViaCache") == "none"


def test_the_page_opens_without_a_network_after_that(phone):
    phone.open()
    phone.until("async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    phone.offline()
    phone.restart()
    page = phone.open()
    assert page.evaluate("navigator.onLine") is False
    phone.until("() => document.body.innerText.trim().length > 0")
    assert not phone.errors
