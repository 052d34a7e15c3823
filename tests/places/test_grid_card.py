"""The card of a grid: what is on it, for whom, and nothing about residents; its outline, checked and drawn."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import update

from webapp.db import writing
from webapp.places import bounds
from webapp.places.bounds import Unfit, geometry_of, outline
from webapp.places.models import Organisation

from .. import make
from ..cast import GRID1, GRID2, OTHER_GRID
from ..conftest import NOW
from . import sheets

SQUARE = [[101.80, 36.60], [101.81, 36.60], [101.81, 36.61], [101.80, 36.61], [101.80, 36.60]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}


def geojson(found):
    return json.dumps(found).encode()


def polygon(coordinates):
    return geojson({"type": "Polygon", "coordinates": coordinates})


@pytest.fixture
def phones(app, cast):
    with app.app_context(), writing() as connection:
        for id, phone in ((cast.estate, "0971-1111111"), (cast.community, "0971-2222222")):
            connection.execute(update(Organisation).where(Organisation.id == id).values(phone=phone))


def test_what_is_on_it(office, phones):
    page = office("secretary").get(f"/desk/grid/{GRID1}")
    said = ("estate E1", "1网格", GRID1, "3–4号楼", "name of grid1", "0971-1111111", "监督电话", "0971-2222222")
    assert page.status == 200 and not [words for words in said if words not in page.words]
    assert "name of grid2" not in page.words
    qr = r'<svg viewBox="0 0 \d+ \d+"><path fill="#fff" d="[^"]+"/><path stroke="#000" d="[^"]+"/></svg>'
    assert re.search(qr, page.html)
    assert 'aria-label="扫一扫，有事找我们 http://localhost/#/opinion"' in page.html
    assert "style=" not in page.html


def test_nothing_about_residents(office, take, phones):
    take((3, 1, 1, "101", "住户甲", "13900000000", 89.5), head=sheets.WHOLE_HEAD)
    html = office("secretary").get(f"/desk/grid/{GRID1}").html
    for words in ("住户甲", "13900000000", "name of resident1", "101", "89.5"):
        assert words not in html


def test_without_a_telephone_and_without_a_worker(app, cast, office):
    with app.app_context(), writing() as connection:
        make.cells(connection, estate=cast.estate, codes=[f"{GRID1[:-1]}9"])
    words = office("secretary").get(f"/desk/grid/{GRID1[:-1]}9").words
    assert all(said in words for said in ("暂时没有，请打办公室电话", "请问办公室", "还没有楼栋"))
    assert "监督" not in words


def test_workers_of_a_part_of_it_and_of_all(app, cast, office):
    with app.app_context(), writing() as connection:
        for login, cells in (("patrol1", (f"{GRID1}-03",)), ("patrol2", ()), ("owners", (GRID2,))):
            make.post(connection, account=cast[login].id, role="grid_worker", at=cast.estate, starts_at=NOW,
                      cells=cells)  # fmt: skip
    words = office("secretary").get(f"/desk/grid/{GRID1}").words
    for login, there in (("grid1", True), ("patrol1", True), ("patrol2", True), ("owners", False)):
        assert (f"name of {login}" in words) == there


@pytest.mark.parametrize("login", ["secretary", "property", "owners", "community", "street", "district"])
def test_who_may_print_it(office, login):
    assert office(login).get(f"/desk/grid/{GRID1}").status == 200
    expected = 200 if login in ("street", "district") else 404
    assert office(login).get(f"/desk/grid/{OTHER_GRID}").status == expected


@pytest.mark.parametrize("code", ["630102001001099", f"{GRID1}-03", "x", "1" * 15])
def test_what_is_no_grid(office, code):
    assert office("secretary").get(f"/desk/grid/{code}").status == 404


def test_signed_out_it_is_not_shown(app, cast):
    assert app.test_client().get(f"/desk/grid/{GRID1}").status_code == 303


def test_both_languages(office):
    secretary = office("secretary")
    page = secretary.get("/desk/import")
    secretary.post(page.form("/look"), language="en")
    words = secretary.get(f"/desk/grid/{GRID1}").words
    assert "Grid worker" in words and "building 3–4" in words


# --- the outline ---


def test_it_is_drawn_where_there_is_one(app, office):
    with app.app_context(), writing() as connection:
        assert bounds.keep(connection, GRID1, POLYGON) and not bounds.keep(connection, f"{GRID1}-03", POLYGON)
    page = office("secretary").get(f"/desk/grid/{GRID1}")
    assert f'<path d="{outline(POLYGON, 100)}"/>' in page.html and "silian grid bounds" not in page.words
    assert "silian grid bounds" in office("secretary").get(f"/desk/grid/{GRID2}").words


def test_north_is_up_and_a_degree_is_as_long_as_on_the_ground():
    """At 36.6° a hundredth of a degree of longitude is 0.8 of one of latitude."""
    points = [tuple(map(float, point.split())) for point in outline(POLYGON, 100)[1:-1].split("L")]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    assert (east - west) == pytest.approx(80.3, abs=0.3) and west == pytest.approx(100 - east, abs=0.2)
    assert points[0][1] == 100 and points[2][1] == 0, "the south is below"


@pytest.mark.parametrize("found", [
    POLYGON, {"type": "Feature", "properties": {}, "geometry": POLYGON},
    {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
    {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE]]},
    {"type": "Polygon", "coordinates": [[[*point, 2261] for point in SQUARE]]},
])  # fmt: skip
def test_forms_that_are_taken(found):
    assert outline(geometry_of(geojson(found)), 100).startswith("M")


@pytest.mark.parametrize("text", [
    b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, geojson({"type": "Point", "coordinates": [101, 36]}),
    geojson({"type": "Polygon"}), polygon([]), polygon([SQUARE[:3]]), polygon([SQUARE[:4]]),
    polygon([[[36.6, 101.8]] * 4]), polygon([[["x", 1]] * 4]), polygon(5), polygon([[[True, 1]] * 4]),
    polygon([[[float("nan"), 1]] * 4]), polygon([SQUARE[:-1] * 1_300 + SQUARE[:1]]),
    geojson({"type": "FeatureCollection", "features": [POLYGON, POLYGON]}), b" " * (bounds.FILE_MOST_BYTES + 1),
])  # fmt: skip
def test_what_is_no_outline(text):
    with pytest.raises(Unfit):
        geometry_of(text)
