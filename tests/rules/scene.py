"""An estate with one of each: what the rules over all routes ask about, and the five who ask."""

from __future__ import annotations

import hashlib
import io
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from webapp.alerts.models import Alert
from webapp.db import reading, writing
from webapp.people.models import Post

from .. import make
from ..cast import GRID1, OTHER_GRID, PASSWORD, Cast, Member
from ..conftest import NOW
from ..desk.office import sit_down
from ..phones import Phone, post_json, sign_in

ACTORS = ("anonymous", "resident1", "grid1", "secretary", "other")
STAIRS = f"{GRID1}-03-2"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CALL = {"kind": "call", "id": None}
CODE = "an invitation's code that nobody has"


@dataclass
class Scene:
    """The ids that stand in addresses: a matter, a parked record, an alert of grid1's, a photo of grid1's visit."""

    app: Flask
    cast: Cast
    ids: dict[str, str]

    def visitor(self, actor: str) -> Visitor:
        if actor == "anonymous":
            return Visitor(self.app.test_client(), self.app.test_client(), str(uuid.uuid4()), "", self.ids)
        phone = sign_in(self.app, self.cast[actor])
        return Visitor(phone.client, sit_down(self.app, self.cast[actor]).client, phone.device, phone.account, self.ids)


@dataclass
class Visitor:
    """Somebody with a phone, and with a browser at the desk, since a phone's session opens no page there."""

    phone: FlaskClient
    desk: FlaskClient
    device: str
    account: str
    ids: dict[str, str]

    def ask(self, method: str, path: str, body: Any) -> TestResponse:
        """One request as the right page or phone would send it: with its device, and its form's token."""
        path = path.format(**self.ids)
        headers = {"X-Silian-Device": self.device}
        if path.startswith("/desk"):
            data = {**body, "csrf_token": self._token()} if body is not None else None
            return self.desk.open(path, method=method, data=data)
        if isinstance(body, bytes):
            return self.phone.open(path, method=method, data=body, headers=headers, content_type="image/png")
        if body is not None:
            return post_json(self.phone, path, self._filled(body), device=self.device)
        return self.phone.open(path, method=method, headers=headers)

    def _token(self) -> str:
        """Of a form of the desk: from its sign-in page, or for whoever has signed in."""
        me = self.desk.get("/auth/me").get_json()
        shown = TOKEN.search(self.desk.get("/desk/sign-in").get_data(as_text=True))
        return str(me["csrf"] if "csrf" in me else shown and shown[1])

    def _filled(self, body: dict[str, Any]) -> dict[str, Any]:
        mine = {"device": self.device, "account": self.account}
        return {key: mine.get(key, value) for key, value in body.items()}


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), (9, 99, 9)).save(out, "PNG")
    return out.getvalue()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def build(app: Flask, cast: Cast) -> Scene:
    worker, photo = sign_in(app, cast["grid1"]), picture()
    raised = make.case(grid_code=STAIRS)
    told = [
        worker.record("case.raise", raised),
        worker.record("visit.record", make.visit(grid_code=STAIRS, photos=[digest(photo)])),
    ]
    headers = {"X-Silian-Device": worker.device}
    claim = make.claim(grid_code=STAIRS, household=cast.doors[STAIRS][0])
    told.append(worker.record("claim.record", claim))
    worker.client.put(f"/sync/blobs/{digest(photo)}", data=photo, headers=headers)
    told.append(sign_in(app, cast["resident1"]).record("case.raise", make.case(grid_code=STAIRS, source=CALL)))
    assert [one["status"] for one in told] == ["applied"] * 4
    with app.app_context(), reading() as connection:
        mine = select(Alert.id).where(Alert.account_id == cast["grid1"].id).limit(1)
        alert = connection.execute(mine).scalar_one()
    ids = {"case": raised["case_id"], "parked": _parked(app, cast), "photo": digest(photo), "alert": alert}
    ids |= {"device": worker.device, "elsewhere": sign_in(app, cast["other"]).device}
    ids |= {"door": cast.doors[STAIRS][0], "other_door": cast.doors[f"{OTHER_GRID}-01-1"][0]}
    ids |= {"claim": claim["claim_id"], "account": cast["patrol2"].id, "stranger": cast["other"].id}
    ids |= {"head": cast["building_head"].id, "post": _post(app, cast, "building_head")}
    ids["strangers_post"] = _post(app, cast, "other")
    return Scene(app, cast, ids | {"nothing": str(uuid.uuid4())})


def _post(app: Flask, cast: Cast, login: str) -> str:
    with app.app_context(), reading() as connection:
        return str(connection.execute(select(Post.id).where(Post.account_id == cast[login].id)).scalar_one())


def _parked(app: Flask, cast: Cast) -> str:
    """The command of somebody who once looked after the stairs; it waits for a person at the desk."""
    since, ended = NOW - timedelta(days=90), NOW - timedelta(days=1)
    with app.app_context(), writing() as connection:
        id = make.person(connection, login="former", role=None, at=cast.estate, now=since, password=PASSWORD)
        make.post(
            connection, account=id, role="grid_worker", at=cast.estate, starts_at=since, cells=[GRID1], ends_at=ended
        )
    phone: Phone = sign_in(app, Member(id, "former", "grid_worker", cast.estate))
    outcome = phone.record("visit.record", make.visit(grid_code=STAIRS))
    assert outcome["code"] == "out_of_scope"
    return str(outcome["id"])
