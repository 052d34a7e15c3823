"""Every route of the URL map × who asks → what is answered. A new route without a row fails.

Statuses are those of a request that is right in all else: with its device, its token, its form. 303 is the way to the
sign-in page of the desk, 404 stands for what is not there and for what is not in sight alike.
"""

from __future__ import annotations

from typing import Any

import pytest

from ..cast import GRID1, OTHER_GRID
from ..phones import MADE_AT
from .scene import ACTORS, CODE, Scene, build, picture

EXCHANGE: dict[str, Any] = {"device": "", "account": "", "commands": []}
ID = "0192e4a1-0000-7000-8000-000000000000"
VOID = {"id": ID, "seq": 1, "type": "void", "v": 1, "made_at": MADE_AT, "payload": {}}
SEEN = {"token": "not its own", "what": "shown", "at": MADE_AT}
WRONG = {"login": "nobody", "password": "not the password"}
NONE = "{nothing}"
STAMP = {"command": ID, "made_at": MADE_AT}
POST = {"role": "patrol_volunteer"}
INVITED = STAMP | {"name": "x", "role": "resident"}

# endpoint, method, address, body; then what anonymous, resident1, grid1, secretary and other are answered. They ask in
# this order, so that what ends something comes last.
ROWS: tuple[tuple[str, str, str, Any, str], ...] = (
    # the phone's own page, the same for everybody
    ("shell.shell", "GET", "/", None, "200 200 200 200 200"),
    ("shell.worker", "GET", "/sw.js", None, "200 200 200 200 200"),
    ("shell.manifest", "GET", "/manifest.webmanifest", None, "200 200 200 200 200"),
    ("shell.health", "GET", "/healthz", None, "200 200 200 200 200"),
    ("shell.describe", "GET", "/openapi.json", None, "200 200 200 200 200"),
    ("shell.authority", "GET", "/ca.crt", None, "404 404 404 404 404"),  # made for a phone on the Wi-Fi alone
    ("static", "GET", "/static/nothing.js", None, "404 404 404 404 404"),
    # signing in
    ("auth.enter", "POST", "/auth/sign-in", WRONG, "401 401 401 401 401"),
    ("auth.activate", "POST", "/auth/activate", {"code": CODE, "password": "long enough"}, "410 410 410 410 410"),
    ("auth.enter_by_pin", "POST", "/auth/pin", {"pin": "314159", "secret": "nobody's"}, "403 403 403 403 403"),
    ("auth.ask_passkey", "POST", "/auth/passkey/ask", {}, "200 200 200 200 200"),
    ("auth.enter_by_passkey", "POST", "/auth/passkey", {"credential": "{}"}, "401 401 401 401 401"),
    ("auth.offer_passkey", "POST", "/auth/passkey/offer", {}, "401 200 200 200 200"),
    ("auth.keep_passkey", "POST", "/auth/passkey/keep", {"credential": "{}"}, "401 401 401 401 401"),
    ("auth.remove_passkey", "POST", "/auth/passkey/remove", {"key": "nobody's"}, "401 404 404 404 404"),
    ("auth.list_devices", "GET", "/auth/devices", None, "401 200 200 200 200"),
    ("auth.show", "GET", "/auth/me", None, "401 200 200 200 200"),
    # the exchange
    ("sync.schema", "GET", "/sync/schema", None, "200 200 200 200 200"),
    ("sync.exchange", "POST", "/sync/exchange", EXCHANGE, "401 200 200 200 200"),
    ("sync.urgent", "POST", "/sync/urgent", EXCHANGE | {"commands": [VOID]}, "401 400 400 400 400"),
    # photos: grid1 has sent it, with a visit that grid1 and the secretary see
    ("blobs.ask", "HEAD", "/sync/blobs/{photo}", None, "401 404 200 404 404"),
    ("blobs.show", "GET", "/blobs/{photo}", None, "401 404 200 200 404"),
    ("blobs.put", "PUT", "/sync/blobs/{photo}", picture(), "401 201 200 201 201"),
    ("blobs.show", "GET", "/blobs/{photo}", None, "401 404 200 200 404"),  # having sent it too does not open it
    # receipts, by the alert's own token
    ("alerts.seen", "POST", "/alerts/{alert}/seen", SEEN, "404 404 404 404 404"),
    # one's own data; the desk's rows below do it for somebody
    ("privacy.mine", "GET", "/privacy/mine", None, "401 200 200 200 200"),
    ("privacy.mine_readable", "GET", "/privacy/mine.html", None, "401 200 200 200 200"),
    ("privacy.put_right", "POST", "/privacy/correct", {"name": "x"}, "401 200 200 200 200"),
    ("privacy.withdraw", "POST", "/privacy/withdraw", {}, "401 200 200 200 200"),
    # the desk
    ("desk.sign_in", "GET", "/desk/sign-in", None, "200 200 200 200 200"),
    ("desk.enter", "POST", "/desk/sign-in", WRONG, "401 401 401 401 401"),
    ("desk.enter_by_passkey", "POST", "/desk/sign-in/passkey", {"credential": "{}"}, "401 401 401 401 401"),
    ("desk.second_step", "GET", "/desk/second-step", None, "303 403 403 200 403"),
    ("desk.take_code", "POST", "/desk/second-step/code", {"code": "1"}, "303 403 403 401 403"),
    ("desk.take_passkey", "POST", "/desk/second-step/passkey", {}, "303 403 403 401 403"),
    ("desk.add_passkey", "POST", "/desk/second-step/passkey/new", {}, "303 403 403 401 403"),
    ("desk.remove_passkey", "POST", "/desk/second-step/passkey/remove", {"key": "1"}, "303 403 403 404 403"),
    ("desk.choose_look", "POST", "/desk/look", {"elder": "on"}, "303 303 303 303 303"),
    ("desk.home", "GET", "/desk/", None, "303 403 403 302 403"),
    ("desk.matters", "GET", "/desk/matters", None, "303 403 403 200 403"),
    ("desk.matter", "GET", "/desk/matters/{case}", None, "303 403 403 200 403"),
    ("desk.matter", "GET", f"/desk/matters/{NONE}", None, "303 403 403 404 403"),
    ("desk.move_again", "GET", "/desk/matters/{case}/accept", None, "303 403 403 302 403"),
    ("desk.move", "POST", "/desk/matters/{case}/accept", {}, "303 403 403 400 403"),  # without the form's hidden id
    ("desk.move", "POST", f"/desk/matters/{NONE}/accept", {}, "303 403 403 400 403"),
    ("desk.parked", "GET", "/desk/parked", None, "303 403 403 200 403"),
    ("desk.parked_one", "GET", "/desk/parked/{parked}", None, "303 403 403 200 403"),
    ("desk.parked_one", "GET", f"/desk/parked/{NONE}", None, "303 403 403 404 403"),
    ("desk.parked_again", "GET", "/desk/parked/{parked}/apply", None, "303 403 403 302 403"),
    ("desk.parked_decline", "POST", "/desk/parked/{parked}/decline", {"reason": ""}, "303 403 403 422 403"),
    ("desk.parked_decline", "POST", f"/desk/parked/{NONE}/decline", {"reason": "x"}, "303 403 403 404 403"),
    ("desk.parked_apply", "POST", f"/desk/parked/{NONE}/apply", {}, "303 403 403 404 403"),
    ("desk.parked_apply", "POST", "/desk/parked/{parked}/apply", {}, "303 403 403 303 403"),
    ("desk.device_ask", "GET", f"/desk/people/devices/{NONE}/suspend", None, "303 403 403 404 403"),
    ("desk.device_ask", "GET", "/desk/people/devices/{device}/suspend", None, "303 403 403 200 403"),
    ("desk.device_ask", "GET", "/desk/people/devices/{elsewhere}/suspend", None, "303 403 403 404 403"),
    ("desk.device_do", "POST", "/desk/people/devices/{elsewhere}/suspend", {}, "303 403 403 404 403"),
    ("desk.device_do", "POST", "/desk/people/devices/{device}/lift", {}, "303 403 403 303 403"),  # which it needs not
    ("desk.account_ask", "GET", "/desk/people/accounts/{account}/close", None, "303 403 403 200 403"),
    ("desk.account_ask", "GET", "/desk/people/accounts/{stranger}/close", None, "303 403 403 404 403"),
    ("desk.account_close", "POST", "/desk/people/accounts/{stranger}/close", {}, "303 403 403 404 403"),
    ("desk.account_close", "POST", "/desk/people/accounts/{account}/close", {}, "303 403 403 303 403"),
    # inviting and appointing: the secretary's alone, for those of the estate
    ("desk.invite", "GET", "/desk/people/invite", None, "303 403 403 200 403"),
    ("desk.invite_do", "POST", "/desk/people/invite", {}, "303 403 403 400 403"),
    ("desk.invite_do", "POST", "/desk/people/invite", STAMP | {"name": "x"}, "303 403 403 422 403"),
    ("desk.invite_do", "POST", "/desk/people/invite", INVITED, "303 403 403 200 403"),
    ("desk.invite_again", "GET", "/desk/people/accounts/{head}/invite", None, "303 403 403 200 403"),
    ("desk.invite_again", "GET", "/desk/people/accounts/{stranger}/invite", None, "303 403 403 404 403"),
    ("desk.invite_again_do", "POST", "/desk/people/accounts/{stranger}/invite", STAMP, "303 403 403 404 403"),
    ("desk.invite_again_do", "POST", "/desk/people/accounts/{head}/invite", STAMP, "303 403 403 200 403"),
    ("desk.post_add", "GET", "/desk/people/accounts/{head}/posts", None, "303 403 403 200 403"),
    ("desk.post_add", "GET", "/desk/people/accounts/{stranger}/posts", None, "303 403 403 404 403"),
    ("desk.post_add_do", "POST", "/desk/people/accounts/{stranger}/posts", POST, "303 403 403 404 403"),
    ("desk.post_add_do", "POST", "/desk/people/accounts/{head}/posts", POST | {"role": ""}, "303 403 403 422 403"),
    ("desk.post_add_do", "POST", "/desk/people/accounts/{head}/posts", POST, "303 403 403 303 403"),
    ("desk.post_end", "GET", "/desk/people/posts/{post}/end", None, "303 403 403 200 403"),
    ("desk.post_end", "GET", "/desk/people/posts/{strangers_post}/end", None, "303 403 403 404 403"),
    ("desk.post_end_do", "POST", "/desk/people/posts/{strangers_post}/end", {}, "303 403 403 404 403"),
    ("desk.post_end_do", "POST", "/desk/people/posts/{post}/end", {"until": "never"}, "303 403 403 422 403"),
    ("desk.post_end_do", "POST", "/desk/people/posts/{post}/end", {}, "303 403 403 303 403"),
    ("desk.people", "GET", "/desk/people", None, "303 403 403 200 403"),
    ("desk.retention", "GET", "/desk/retention", None, "303 403 403 200 403"),
    ("desk.impact", "GET", "/desk/impact", None, "303 403 403 200 403"),
    ("desk.seats", "GET", "/desk/seats", None, "303 403 403 200 403"),
    ("desk.permissions", "GET", "/desk/permissions", None, "303 403 403 200 403"),
    ("desk.records", "GET", "/desk/records", None, "303 403 403 200 403"),
    ("desk.raise_case", "GET", "/desk/raise", None, "303 403 403 200 403"),
    ("desk.register", "POST", "/desk/raise", {}, "303 403 403 400 403"),
    # lists of doors and grids' cards: the secretary's alone
    ("desk.doors", "GET", "/desk/import", None, "303 403 403 200 403"),
    ("desk.doors_upload", "POST", "/desk/import", {}, "303 403 403 400 403"),
    ("desk.doors_run", "GET", f"/desk/import/{NONE}", None, "303 403 403 404 403"),
    ("desk.doors_again", "GET", f"/desk/import/{NONE}/take", None, "303 403 403 302 403"),
    ("desk.doors_settle", "POST", f"/desk/import/{NONE}/take", {}, "303 403 403 404 403"),
    ("desk.doors_template", "GET", "/desk/import/template.csv", None, "303 403 403 200 403"),
    ("desk.doors_export", "GET", "/desk/import/households.csv", None, "303 403 403 200 403"),
    ("desk.grid_card", "GET", f"/desk/grid/{GRID1}", None, "303 403 403 200 403"),
    ("desk.grid_card", "GET", f"/desk/grid/{OTHER_GRID}", None, "303 403 403 404 403"),  # another estate's
    # residents' rights: the secretary's alone, and for those of the estate
    ("desk.privacy", "GET", "/desk/privacy", None, "303 403 403 200 403"),
    ("desk.privacy_one", "GET", "/desk/privacy/door/{door}", None, "303 403 403 200 403"),
    ("desk.privacy_one", "GET", "/desk/privacy/door/{other_door}", None, "303 403 403 404 403"),
    ("desk.privacy_one", "GET", f"/desk/privacy/person/{NONE}", None, "303 403 403 404 403"),
    ("desk.privacy_export", "GET", "/desk/privacy/door/{door}.json", None, "303 403 403 200 403"),
    ("desk.privacy_export", "GET", "/desk/privacy/door/{other_door}.json", None, "303 403 403 404 403"),
    ("desk.privacy_again", "GET", "/desk/privacy/door/{door}/erase", None, "303 403 403 302 403"),
    ("desk.privacy_do", "POST", "/desk/privacy/door/{door}/erase", {}, "303 403 403 303 403"),
    ("desk.privacy_do", "POST", "/desk/privacy/door/{other_door}/erase", {}, "303 403 403 404 403"),
    ("desk.claim_again", "GET", "/desk/privacy/claims/{claim}/done", None, "303 403 403 302 403"),
    ("desk.claim_again", "GET", f"/desk/privacy/claims/{NONE}/done", None, "303 403 403 404 403"),
    ("desk.claim_settle", "POST", f"/desk/privacy/claims/{NONE}/done", {}, "303 403 403 404 403"),
    ("desk.claim_settle", "POST", "/desk/privacy/claims/{claim}/declined", {"answer": ""}, "303 403 403 422 403"),
    ("desk.claim_settle", "POST", "/desk/privacy/claims/{claim}/done", {"answer": ""}, "303 403 403 303 403"),
    ("privacy.have_deleted", "POST", "/privacy/erase", {}, "401 200 200 200 200"),
    # leaving
    ("desk.leave", "POST", "/desk/sign-out", {}, "303 303 303 303 303"),
    ("auth.leave", "POST", "/auth/sign-out", {}, "204 204 204 204 204"),
    ("auth.show", "GET", "/auth/me", None, "401 401 401 401 401"),
)


@pytest.fixture
def scene(app, cast, clock) -> Scene:
    return build(app, cast)


@pytest.mark.parametrize("actor", ACTORS)
def test_who_gets_in_where(actor, scene):
    visitor, wrong = scene.visitor(actor), {}
    for _, method, path, body, statuses in ROWS:
        status = visitor.ask(method, path, body).status_code
        if str(status) != statuses.split()[ACTORS.index(actor)]:
            wrong[method, path] = status
    assert not wrong


def test_every_route_has_its_row(whole_app):
    ruled = {
        (rule.endpoint, method)
        for rule in whole_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"OPTIONS", *({"HEAD"} if "GET" in (rule.methods or set()) else set())}
    }
    rows = {(endpoint, method) for endpoint, method, *_ in ROWS}
    assert ruled - rows == set(), "give these a row"
    assert rows - ruled == set(), "these are gone"


def test_a_row_is_about_its_route(whole_app):
    """The address in a row leads to the endpoint that it names."""
    adapter = whole_app.url_map.bind("localhost")
    names = ("case", "parked", "alert", "nothing", "device", "elsewhere", "door", "other_door", "claim")
    names += ("account", "stranger", "head", "post", "strangers_post")
    ids = dict.fromkeys(names, ID) | {"photo": "0" * 64}
    for endpoint, method, path, *_ in ROWS:
        assert adapter.match(path.format(**ids), method)[0] == endpoint
