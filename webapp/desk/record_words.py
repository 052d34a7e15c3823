"""A record in words: what, where, by whom, when; what an anonymous one does not say is said to be not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, select

from sync import Batch
from sync.wire import loads
from webapp.desk.choices import category_words
from webapp.desk.places import beside_plate, code_words, plate_words
from webapp.desk.times import moment
from webapp.desk.visitor import Visitor
from webapp.desk.words import cap, code, say
from webapp.patrols.models import Route
from webapp.people.posts import account_table
from webapp.places.lists import names
from webapp.places.models import Household

route_table, household_table = cast(Table, Route.__table__), cast(Table, Household.__table__)


@dataclass
class Shown:
    id: str
    kind: str
    title: str
    text: str
    plate: str
    who: str
    when: str
    notes: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    urgent: bool = False
    case_id: str | None = None


class Teller:
    """Puts the records of one page into words; what they have in common is read once."""

    def __init__(self, connection: Connection, visitor: Visitor, rows: dict[str, dict[str, Any]]) -> None:
        self.visitor, self.said = visitor, visitor.language
        self.batch = Batch(connection, visitor.times.now, [])
        a = account_table.c
        accounts = {row["account_id"] for row in rows.values() if row["account_id"]}
        self.names = {row.id: row.name for row in connection.execute(select(a.id, a.name).where(a.id.in_(accounts)))}
        self.batch.fetch(household_table, {row["household_id"] for row in rows.values() if row.get("household_id")})
        self.batch.fetch(route_table, {row["route_id"] for row in rows.values() if row.get("route_id")})

    def tell(self, kind: str, row: dict[str, Any]) -> Shown:
        body = loads(row["body"].encode()) if "body" in row else {}
        shown = Shown(row["id"], kind, "", "", "", self._who(row), self._when(row))
        getattr(self, f"_{kind}")(shown, row, body)
        shown.title = cap(shown.title)
        if body.get("amended_at"):
            shown.notes.append(say(self.said, "record.amended"))
        if not row.get("ready", True):
            shown.notes.append(say(self.said, "record.photos.wait"))
        elif body.get("photos"):
            shown.photos = list(body["photos"])
        return shown

    def _visit(self, shown: Shown, row: dict[str, Any], body: dict[str, Any]) -> None:
        purpose = names(self.batch, row["estate_id"], "purposes").get(body.get("purpose", ""), {})
        outcome = code(self.said, "outcome", row["outcome"])
        shown.title = say(self.said, "comma").join(part for part in (purpose.get(self.said, ""), outcome) if part)
        shown.text = body.get("note", "") if row["consent"] else ""
        place = code_words(row["grid_code"], self.said)
        household = self.batch.get(household_table, row["household_id"])
        shown.plate = say(self.said, "place.door", place=place, door=household["door"]) if household else place
        if not row["consent"] and row["outcome"] == "met":
            shown.notes.append(say(self.said, "record.noconsent"))

    def _opinion(self, shown: Shown, row: dict[str, Any], body: dict[str, Any]) -> None:
        shown.title = category_words(self.batch, row["estate_id"], row["category"], self.said)
        shown.text = body.get("text", "")
        self._place(shown, body)
        shown.urgent = row["urgent"]
        reporter = body.get("reporter") or {}
        if reporter.get("name"):
            shown.notes.append(say(self.said, "record.said_by", name=reporter["name"]))

    def _finding(self, shown: Shown, row: dict[str, Any], body: dict[str, Any]) -> None:
        shown.title = category_words(self.batch, row["estate_id"], row["category"], self.said)
        shown.text = body.get("note", "")
        self._place(shown, body)
        shown.urgent, shown.case_id = row["urgent"], row["case_id"]

    def _patrol(self, shown: Shown, row: dict[str, Any], _body: dict[str, Any]) -> None:
        route = self.batch.get(route_table, row["route_id"])
        shown.title = route["name"] if route else say(self.said, "record.free")
        shown.text = row["note"]
        shown.notes.append(say(self.said, "record.finished" if row["state"] == "finished" else "record.walking"))
        if row["scans"]:
            shown.notes.append(say(self.said, "record.points", n=len(row["scans"])))

    def _place(self, shown: Shown, body: dict[str, Any]) -> None:
        shown.plate = plate_words(body.get("place"), self.said)
        if beside := beside_plate(body.get("place")):
            shown.notes.append(beside)

    def _who(self, row: dict[str, Any]) -> str:
        if row.get("anonymous"):
            return say(self.said, "record.anonymous")
        return self.names.get(row["account_id"], say(self.said, "role.none"))

    def _when(self, row: dict[str, Any]) -> str:
        times = self.visitor.times
        if row.get("anonymous"):
            day = times.day(date.fromisoformat(row["received_on"]))
            return cap(say(self.said, "record.anonymous.when", day=day))
        return cap(times.when(moment(row["made_at"]) or row["received_at"]))
