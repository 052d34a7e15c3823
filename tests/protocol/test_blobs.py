"""PROTOCOL, Blobs: photos and recordings come, and are shown to whom a document shows them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from webapp.blobs import store

from .client import Phone, uuid7
from .payloads import amend, finding, opinion, patrol, place, visit
from .pictures import bomb, digest, with_position
from .serving import GRID2, LOGINS, Server

MOST_BYTES = 2 * 1024 * 1024
OGG = b"OggS\x00\x02" + b"\x00" * 22 + b"OpusHead\x01\x02"
WEBM = (
    b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
    + b"\x00" * 40
    + b"\x86\x86A_OPUS"
)
M4A = b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF"
RECORDINGS = {"audio/ogg": OGG, "audio/webm": WEBM, "audio/mp4": M4A}


def own(data: bytes) -> bytes:
    """Bytes that nobody has sent before."""
    return data + uuid7().encode()


class TestPut:
    def test_201_then_200(self, new, picture):
        phone, data = new("grid1"), picture()
        for status in (201, 200):
            answer = phone.put(data)
            assert (answer.status, answer.json) == (status, {"sha256": digest(data)})
        assert phone.asks(digest(data)) == 200
        asked = phone.web.ask("HEAD", f"/sync/blobs/{digest(data)}", headers={"X-Silian-Device": phone.device})
        assert asked.headers["etag"] == f'"{digest(data)}"'

    def test_head_before_it_was_sent(self, new):
        assert new("grid1").asks("0" * 64) == 404

    def test_others_uploads_do_not_show(self, new, picture, server: Server):
        first, second, data = new("grid1"), new("grid2"), picture()
        assert first.put(data).status == 201
        assert second.asks(digest(data)) == 404
        assert second.put(data).status == 201  # as if it were the first
        assert second.asks(digest(data)) == 200
        assert len(server.rows("blob", id=digest(data))) == 1  # stored once all the same

    def test_by_account_not_by_device(self, new, picture):
        data = picture()
        new("grid1").put(data)
        assert new("grid1").asks(digest(data)) == 200

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_photos(self, kind, new, picture):
        assert new("grid1").put(picture(kind)).status == 201

    @pytest.mark.parametrize("kind", RECORDINGS)
    def test_recordings(self, kind, new, server: Server):
        data = own(RECORDINGS[kind])
        assert new("grid1").put(data, "application/octet-stream").status == 201
        assert server.rows("blob", id=digest(data))[0]["content_type"] == kind

    def test_pdf(self, new, server: Server):
        data = own(PDF)
        assert new("grid1").put(data).status == 201
        assert server.rows("blob", id=digest(data))[0]["content_type"] == "application/pdf"

    def test_the_name_counts_for_nothing(self, new, picture, server: Server):
        """What it is is told by its content."""
        data = picture("PNG")
        assert new("grid1").put(data, "text/html").status == 201
        assert server.rows("blob", id=digest(data))[0]["content_type"] == "image/png"

    def test_422_digest(self, new, picture):
        phone, data = new("grid1"), picture()
        for answer in (
            phone.put(data, name=digest(b"another")),
            phone.put(data[:-1], name=digest(data)),
            phone.put(data, name="x"),
        ):
            assert (answer.status, answer.code) == (422, "digest")
        for name in ("0" * 63, "0" * 65, digest(data).upper(), "..%2F..%2Fsecret-key"):
            assert phone.put(data, name=name).status in (404, 422)
        assert phone.asks(digest(data)) == 404

    def test_413(self, new):
        phone = new("grid1")
        answer = phone.put(own(OGG) + b"\0" * MOST_BYTES)
        assert (answer.status, answer.code) == (413, "too_big")
        data = own(OGG)
        assert phone.put(data + b"\0" * (MOST_BYTES - len(data))).status == 201

    def test_401_403(self, new, picture, server: Server):
        phone, data = new("grid1"), picture()
        path = f"/sync/blobs/{digest(data)}"
        assert phone.web.ask("PUT", path, data).code == "device"
        assert phone.web.ask("PUT", path, data, {"X-Silian-Device": uuid7()}).code == "device"
        assert phone.web.ask("HEAD", path).status == 403
        headers = {"X-Silian-Device": phone.device, "Origin": "https://evil.example"}
        assert phone.web.ask("PUT", path, data, headers).code == "origin"
        phone.web.cookies.clear()
        assert phone.put(data).code == "sign_in"
        assert phone.asks(digest(data)) == 401
        assert not server.rows("blob", id=digest(data))


FORGERIES = {
    "nothing": b"",
    "a text": b"hello",
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "SVG with a head": b'<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "a page": b"<!doctype html><script>alert(1)</script>",
    "GIF": b"GIF89a/*" + b"\x00" * 20 + b"*/=alert(1)",
    "BMP": b"BM" + b"\x00" * 60,
    "TIFF": b"II*\x00" + b"\x00" * 60,
    "a JPEG's first bytes": b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"<script>",
    "a PNG's first bytes": b"\x89PNG\r\n\x1a\n" + b"<html>" * 9,
    "a film": b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00isomvide" + b"\x00" * 40,
    "Ogg without Opus": b"OggS\x00\x02" + b"\x00" * 22 + b"\x01vorbis",
    "WebM without Opus": b"\x1a\x45\xdf\xa3" + b"webm" + b"V_VP8" * 4,
    "ZIP": b"PK\x03\x04" + b"\x00" * 60,
    "a bomb": bomb(),
    "a long bomb": bomb(1_000_000, 1_000),
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
}


class TestContent:
    @pytest.mark.parametrize("name", FORGERIES)
    def test_415(self, name, new, server: Server):
        phone, data = new("grid1"), FORGERIES[name]
        answer = phone.put(data, "image/jpeg")
        assert (answer.status, answer.code) == (415, "media_type")
        assert phone.asks(digest(data)) == 404
        assert not server.rows("blob", id=digest(data))

    def test_a_film_of_pictures_is_none(self, new):
        out = io.BytesIO()
        frames = [Image.new("RGB", (20, 20), (n * 50, 0, 0)) for n in range(5)]
        frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
        assert new("grid1").put(out.getvalue()).status == 415

    def shown(self, phone: Phone, data: bytes) -> bytes:
        phone.say("visit.record", visit(photos=[digest(data)]))
        assert phone.put(data).status == 201
        return phone.looks(digest(data)).body

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_where_and_when_it_was_taken_goes(self, kind, new, picture):
        data = picture(kind, exif=with_position())
        assert b"CameraMaker" in data
        kept = self.shown(new("grid1"), data)
        with Image.open(io.BytesIO(kept)) as image:
            assert image.format == kind
            assert not image.getexif()
        assert b"CameraMaker" not in kept
        assert b"2026:11:24" not in kept

    def test_a_polyglot_is_only_a_picture_afterwards(self, new, picture):
        """What hides behind the last byte of a picture, or in its comment, does not come out again."""
        data = picture() + b"<script>alert(document.domain)</script>PK\x03\x04"
        kept = self.shown(new("grid1"), data)
        assert b"<script" not in kept
        assert b"PK\x03\x04" not in kept

    def test_it_is_upright(self, new, picture):
        exif = Image.Exif()
        exif[0x0112] = 6  # held on its side
        kept = self.shown(new("grid1"), picture(size=(40, 20), exif=exif.tobytes()))
        with Image.open(io.BytesIO(kept)) as image:
            assert image.size == (20, 40)

    def test_it_is_no_larger_than_a_screen(self, new, picture):
        kept = self.shown(new("grid1"), picture(size=(3000, 1500)))
        with Image.open(io.BytesIO(kept)) as image:
            assert image.width <= 2000

    def test_its_name_stays_the_phones_digest(self, new, picture, server: Server):
        data = picture()
        kept = self.shown(new("grid1"), data)
        assert kept != data
        with server.app.app_context():
            assert store.path_of(digest(data)).read_bytes() == kept


class TestReady:
    @pytest.mark.parametrize(
        ("type", "collection", "key", "make"),
        [
            ("visit.record", "visits", "visit_id", visit),
            ("patrol.finding", "findings", "finding_id", finding),
            ("opinion.record", "opinions", "opinion_id", opinion),
        ],
    )
    def test_commands_first_then_photos(self, type, collection, key, make, new, picture):
        phone, one, two = new("grid1"), picture(), picture()
        payload = make(photos=[digest(one), digest(two), digest(one)])
        phone.say(type, payload)
        assert phone.doc(collection, payload[key])["ready"] is False
        phone.put(one)
        assert phone.exchange().json["changes"] == []  # not yet
        phone.put(two)
        (change,) = phone.exchange().json["changes"]
        assert change["doc"]["ready"] is True
        assert change["doc"]["photos"] == payload["photos"]
        assert {key: value for key, value in change["doc"].items() if key != "ready"} == {
            name: value for name, value in phone.documents[collection, payload[key]].doc.items() if name != "ready"
        }

    def test_photos_first(self, new, picture):
        phone, data = new("grid1"), picture()
        phone.put(data)
        payload = visit(photos=[digest(data)])
        phone.say("visit.record", payload)
        assert phone.doc("visits", payload["visit_id"])["ready"] is True

    def test_a_recording_too(self, new):
        phone, data = new("grid1"), own(OGG)
        payload = opinion(recordings=[digest(data)])
        phone.say("opinion.record", payload)
        assert phone.doc("opinions", payload["opinion_id"])["ready"] is False
        phone.put(data)
        assert phone.doc("opinions", payload["opinion_id"])["ready"] is True

    def test_without_any_it_is_ready(self, new):
        phone, payload = new("grid1"), visit()
        phone.say("visit.record", payload)
        assert phone.doc("visits", payload["visit_id"])["ready"] is True

    def test_anothers_bytes_do_not_make_it_ready(self, new, picture):
        """Whoever knows a digest does not get at the photo by naming it in a record of their own."""
        owner, thief, data = new("grid1"), new("grid2"), picture()
        owner.say("visit.record", visit(photos=[digest(data)]))
        owner.put(data)
        payload = visit(photos=[digest(data)], grid_code=f"{GRID2}-07-1")
        thief.say("visit.record", payload)
        assert thief.doc("visits", payload["visit_id"])["ready"] is False
        assert thief.looks(digest(data)).status == 404

    def test_all_records_that_waited_for_it(self, new, picture):
        phone, data = new("grid1"), picture()
        payloads = [visit(photos=[digest(data)]) for _ in range(3)]
        for payload in payloads:
            phone.record("visit.record", payload)
        phone.send()
        phone.put(data)
        held = phone.holds("visits")
        assert [held[payload["visit_id"]]["ready"] for payload in payloads] == [True] * 3

    def test_amended_meanwhile_it_says_the_new_wording(self, new, picture):
        phone, data = new("grid1"), picture()
        payload = visit(photos=[digest(data)])
        phone.say("visit.record", payload)
        phone.say("record.amend", amend("visit", payload["visit_id"], note="更正"))
        phone.put(data)
        doc = phone.doc("visits", payload["visit_id"])
        assert (doc["ready"], doc["note"]) == (True, "更正")
        assert doc["earlier"]


class TestRead:
    def readers(self, server: Server, at, photo: str) -> set[str]:
        return {login for login in LOGINS if at(login).looks(photo).status == 200}

    def test_by_whom_the_document_is_shown_to(self, server: Server, at, picture):
        data, elsewhere = picture(), picture()
        phone = server.phone("grid1")
        phone.say("visit.record", visit(photos=[digest(data)]))
        assert self.readers(server, at, digest(data)) == set()  # nothing is here yet
        phone.put(data)
        assert self.readers(server, at, digest(data)) == {"grid1", "building_head", "secretary"}
        resident = server.phone("resident2")
        resident.say("opinion.record", opinion(photos=[digest(elsewhere)], place=place(f"{GRID2}-07")))
        resident.put(elsewhere)
        assert self.readers(server, at, digest(elsewhere)) == {"resident2", "grid2", "secretary"}

    def test_not_before_a_document_shows_it(self, new, picture):
        phone, data = new("grid1"), picture()
        phone.put(data)
        assert phone.looks(digest(data)).status == 404

    def test_not_any_more_after_the_post(self, server: Server, picture):
        login, data = server.hire("building_head", cells=("630102001001001-03",)), picture()
        reader, phone = server.phone(login), server.phone("grid1")
        phone.say("visit.record", visit(photos=[digest(data)]))
        phone.put(data)
        assert reader.looks(digest(data)).status == 200
        server.dismiss(login)
        assert reader.looks(digest(data)).status == 404

    def test_whoever_is_not_signed_in(self, server: Server, picture):
        data = picture()
        phone = server.phone("grid1")
        phone.say("visit.record", visit(photos=[digest(data)]))
        phone.put(data)
        phone.web.cookies.clear()
        assert phone.looks(digest(data)).code == "sign_in"

    def test_a_suspended_person_sends_and_does_not_look(self, server: Server, picture):
        login, data = server.hire("grid_worker", cells=("630102001001001",)), picture()
        phone = server.phone(login)
        phone.say("visit.record", visit(photos=[digest(data)]))
        server.suspend(login)
        assert phone.put(data).status == 201
        assert phone.looks(digest(data)).status == 404

    @pytest.mark.parametrize("name", ["0" * 64, "x", "0" * 63, "..%2F..%2Fsecret-key", "0" * 64 + "%00"])
    def test_what_is_not_there(self, name, at):
        answer = at("grid1").looks(name)
        assert answer.status == 404
        assert answer.code == "not_found"

    def test_with_what_a_browser_needs_to_be_careful(self, new, picture):
        phone, photo, paper = new("grid1"), picture(), own(PDF)
        phone.say("visit.record", visit(photos=[digest(photo), digest(paper)]))
        phone.put(photo)
        phone.put(paper)
        answer = phone.looks(digest(photo))
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("inline")
        assert "no-store" in answer.headers["cache-control"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        answer = phone.looks(digest(paper))
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_photo_of_a_parked_record_waits_with_it(server: Server, picture):
    """The round is not here yet; the photo is. When the round comes, the finding is ready at once."""
    first, second, data = server.phone("patrol1"), server.phone("patrol2"), picture()
    round_ = patrol(companions=[second.account])
    payload = finding(patrol_id=round_["patrol_id"], photos=[digest(data)])
    assert second.say("patrol.finding", payload)["code"] == "missing"
    assert second.put(data).status == 201
    first.say("patrol.start", round_)
    assert second.doc("findings", payload["finding_id"])["ready"] is True
    assert second.looks(digest(data)).status == 200
