"""``silian backup``, ``restore`` and ``drill`` on SQLite, as an operator meets them.

PROMISES.md, the fault of litestream#752: a backup without the write-ahead log says OK. Here: the online backup API, a
backup that is read back before it has a name, and a drill that compares digests.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import cli, commands

from ..protocol.pictures import Picture, digest

PHOTO = Picture()()


@pytest.fixture
def instance(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("INSTANCE", str(tmp_path / "i"))
    for name in ("DATABASE_URL", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    commands()
    return tmp_path / "i"


@pytest.fixture
def silian(instance):
    """The command line on an estate of its own, with one photo."""

    def call(*arguments, **options):
        return CliRunner().invoke(cli, list(arguments), catch_exceptions=False, **options)

    assert call("upgrade").exit_code == 0
    assert call("init", "--estate", "和顺苑", "--county", "630102").exit_code == 0
    (instance / "blobs" / digest(PHOTO)[:2]).mkdir(parents=True)
    photo_of(instance).write_bytes(PHOTO)
    return call


def photo_of(instance: Path) -> Path:
    return instance / "blobs" / digest(PHOTO)[:2] / digest(PHOTO)


def newest(instance: Path) -> Path:
    return max((instance / "backups").glob("silian-backup-*.tar"))


def rename_estate(instance: Path, name: str) -> None:
    with closing(sqlite3.connect(instance / "silian.sqlite3")) as connection, connection:
        connection.execute("UPDATE organisation SET name = ? WHERE kind = 'estate'", (name,))


def estate(instance: Path) -> str:
    with closing(sqlite3.connect(instance / "silian.sqlite3")) as connection:
        return str(connection.execute("SELECT name FROM organisation WHERE kind = 'estate'").fetchone()[0])


def held(instance: Path) -> str:
    """All that the database holds. Not its bytes: SQLite counts in them how often the file was opened for writing."""
    with closing(sqlite3.connect(instance / "silian.sqlite3")) as connection:
        return "\n".join(connection.iterdump())


def rewritten(file: Path, change) -> Path:
    """The same backup with one member changed: ``change`` gets name and bytes, and gives bytes or None."""
    target = file.with_name("changed.tar")
    with tarfile.open(file) as old, tarfile.open(target, "w") as new:
        for member in old:
            data = change(member.name, old.extractfile(member).read())
            if data is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


def test_a_backup_is_one_private_file_without_keys(silian, instance):
    answer = silian("backup")
    assert answer.exit_code == 0 and "1 photos" in answer.output
    file = newest(instance)
    assert file.stat().st_mode & 0o777 == 0o600
    with tarfile.open(file) as tar:
        assert tar.getnames() == ["database", f"blobs/{digest(PHOTO)[:2]}/{digest(PHOTO)}", "manifest.json"]
        whole = b"".join(tar.extractfile(name).read() for name in tar.getnames())
    for key in ("secret-key", "vapid.pem"):
        if (instance / key).exists():
            assert (instance / key).read_bytes().strip() not in whole
    assert [path.name for path in (instance / "backups").iterdir()] == [file.name]  # nothing half made


def test_what_is_only_in_the_write_ahead_log_is_in_the_backup(silian, instance):
    """litestream#752: a copy of the file without its log says OK and lacks the newest."""
    with closing(sqlite3.connect(instance / "silian.sqlite3")) as connection:
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("UPDATE organisation SET name = 'only in the log' WHERE kind = 'estate'")
        connection.commit()
        assert b"only in the log" not in (instance / "silian.sqlite3").read_bytes()
        assert silian("backup").exit_code == 0
    rename_estate(instance, "later")
    answer = silian("restore", str(newest(instance)), "--yes")
    assert answer.exit_code == 0, answer.output
    assert estate(instance) == "only in the log"


def test_a_backup_is_of_one_moment_whoever_writes(silian, instance):
    """Its tables are those of the live database at that moment, or it would not be made at all."""
    stop = threading.Event()

    def write() -> None:
        nth = 0
        while not stop.wait(0.001):
            rename_estate(instance, f"name {(nth := nth + 1)}")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            assert silian("backup").exit_code == 0
            assert "are as they were" in silian("drill").output
    finally:
        stop.set()
        writer.join()


def test_restore_asks_and_keeps_what_was_here(silian, instance):
    silian("backup")
    rename_estate(instance, "later")
    photo_of(instance).unlink()
    refused = silian("restore", str(newest(instance)), input="n\n")
    assert refused.exit_code == 1 and estate(instance) == "later"
    answer = silian("restore", str(newest(instance)), input="y\n")
    assert answer.exit_code == 0 and estate(instance) == "和顺苑"
    assert photo_of(instance).read_bytes() == PHOTO
    (aside,) = (instance / "backups").glob("before-restore-*.sqlite3")
    assert str(aside) in answer.output
    with closing(sqlite3.connect(aside)) as connection:
        assert connection.execute("SELECT name FROM organisation WHERE kind = 'estate'").fetchone() == ("later",)
    assert silian("doctor").output.count("up to date") == 1


def test_nothing_is_restored_under_a_running_server(silian, instance):
    silian("backup")
    with closing(sqlite3.connect(instance / "silian.sqlite3")) as connection:
        connection.execute("SELECT * FROM organisation").fetchall()
        answer = silian("restore", str(newest(instance)), "--yes")
    assert answer.exit_code == 1 and "running" in answer.output
    assert not list((instance / "backups").glob("before-restore-*"))


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("a bit of the database", lambda n, d: d[:5000] + b"x" + d[5001:] if n == "database" else d),
        ("a bit of a photo", lambda n, d: d[:-1] + b"x" if n.startswith("blobs/") else d),
        ("a photo", lambda n, d: None if n.startswith("blobs/") else d),
        ("the database", lambda n, d: None if n == "database" else d),
        ("the manifest", lambda n, d: None if n == "manifest.json" else d),
        ("sense", lambda n, d: b"{" if n == "manifest.json" else d),
    ],
)
def test_a_backup_that_lacks_something_is_refused_and_nothing_changes(silian, instance, what, change):
    silian("backup")
    file = rewritten(newest(instance), change)
    before = held(instance)
    answer = silian("restore", str(file), "--yes")
    assert answer.exit_code == 1 and "Nothing was changed" in answer.output, what
    assert held(instance) == before and estate(instance) == "和顺苑"
    file.rename(file.with_name("silian-backup-99999999.tar"))
    assert silian("drill").exit_code == 1


def test_a_backup_that_would_write_outside_is_refused(silian, instance):
    """Whoever made it, with digests that fit."""
    silian("backup")
    data, name = b"x", "blobs/../../over-there"
    with tarfile.open(newest(instance)) as old, tarfile.open(instance / "strange.tar", "w") as new:
        manifest = json.load(old.extractfile("manifest.json"))
        manifest["parts"] = {"database": manifest["parts"]["database"], name: hashlib.sha256(data).hexdigest()}
        database = old.extractfile("database").read()
        for member, content in (("database", database), (name, data), ("manifest.json", json.dumps(manifest).encode())):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            new.addfile(info, io.BytesIO(content))
    answer = silian("restore", str(instance / "strange.tar"), "--yes")
    assert answer.exit_code == 1 and "does not belong" in answer.output
    assert not (instance / "over-there").exists() and not (instance.parent / "over-there").exists()


def test_a_cut_file_and_one_of_another_kind_are_refused(silian, instance, tmp_path):
    silian("backup")
    data = newest(instance).read_bytes()
    for content in (data[: len(data) // 2], b"not a tar", b""):
        file = tmp_path / "x.tar"
        file.write_bytes(content)
        assert silian("restore", str(file), "--yes").exit_code == 1


def test_a_drill_notices_rows_that_are_not_those_of_the_hour(silian, instance):
    """A copy that is whole, and whose digest fits, and that is not what the live database held."""
    silian("backup")

    def change(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        manifest["tables"]["organisation"] = "0" * 64
        return json.dumps(manifest).encode()

    rewritten(newest(instance), change).rename(instance / "backups" / "silian-backup-99999999.tar")
    answer = silian("drill")
    assert answer.exit_code == 1 and "organisation" in answer.output


def test_a_drill_notices_a_photo_that_has_changed_on_the_disk(silian, instance):
    silian("backup")
    assert silian("drill").exit_code == 0
    photo_of(instance).write_bytes(PHOTO[:-1] + b"x")
    answer = silian("drill")
    assert answer.exit_code == 1 and digest(PHOTO) in answer.output


def test_a_drill_changes_nothing_and_leaves_nothing(silian, instance):
    silian("backup")
    def files() -> set[str]:
        return {path.name for path in instance.rglob("*") if not path.name.endswith(("-wal", "-shm", "-turn"))}

    before = files(), held(instance)
    silian("drill")
    assert (files(), held(instance)) == before


def test_without_a_backup_there_is_nothing_to_drill(silian):
    answer = silian("drill")
    assert answer.exit_code == 1 and "silian backup" in answer.output


def test_only_so_many_are_kept(silian, instance):
    for _ in range(3):
        silian("backup", "--keep", "2", "--without-photos")
    assert len(list((instance / "backups").glob("silian-backup-*.tar"))) == 2


def test_the_keys_go_apart(silian, instance, tmp_path):
    target = tmp_path / "keys.tar"
    assert silian("backup", "--keys", str(target)).exit_code == 0
    with tarfile.open(target) as tar:
        assert tar.getnames() == ["secret-key", "vapid.pem"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert silian("backup", "--keys", str(target)).exit_code == 1  # it is there already
