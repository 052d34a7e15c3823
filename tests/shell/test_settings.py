"""Settings: from the environment, refused where they would do harm."""

from __future__ import annotations

import stat
import threading

import pytest

from webapp import keeping, settings


def read(tmp_path, **env):
    return settings.from_environment({"INSTANCE": str(tmp_path / "i"), **env})


def test_one_machine_needs_none(tmp_path):
    found = read(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/i/silian.sqlite3"
    assert found.database_path == tmp_path / "i/silian.sqlite3"
    assert (found.host, found.port, found.web_threads, found.trust_proxy) == ("127.0.0.1", 8000, 8, 0)
    assert found.push_allow == () and not found.demo


def test_the_source_s_address_is_one_that_can_be_a_link(tmp_path):
    assert read(tmp_path).source_url is None
    assert read(tmp_path, SOURCE_URL=" https://example.org/silian ").source_url == "https://example.org/silian"
    for wrong in ("javascript:alert(1)", "example.org", "https://"):
        with pytest.raises(settings.Refused, match="SOURCE_URL"):
            read(tmp_path, SOURCE_URL=wrong)


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key and len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "i/secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "i").stat().st_mode) == 0o700
    assert first.secret_key not in repr(first)


def test_of_many_starts_at_once_one_makes_the_key(tmp_path):
    gate, found = threading.Barrier(8), []

    def start():
        gate.wait()
        found.append(keeping.keep_secret(tmp_path / "secret-key"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret-key"]


@pytest.mark.parametrize("key", ["dev", "SECRET", "changeme", "short-but-not-known", "x" * 31])
def test_a_known_or_short_key_is_refused_outside_the_demo(tmp_path, key):
    with pytest.raises(settings.Refused, match="SECRET_KEY"):
        read(tmp_path, SECRET_KEY=key)
    (tmp_path / "i/demo-password").write_text("demo-demo-demo")
    assert read(tmp_path, SECRET_KEY=key).demo


def test_a_long_random_key_is_taken_and_none_is_made(tmp_path):
    assert read(tmp_path, SECRET_KEY="k" * 32).secret_key == "k" * 32
    assert not (tmp_path / "i/secret-key").exists()


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "70000"), ("PORT", "-1"),
                                             ("WEB_THREADS", "0"), ("TRUST_PROXY", "yes")])  # fmt: skip
def test_a_number_that_is_none_is_said(tmp_path, name, value):
    with pytest.raises(settings.Refused, match=name):
        read(tmp_path, **{name: value})


def test_the_push_allow_list_is_exact_origins(tmp_path):
    found = read(tmp_path, SILIAN_PUSH_ALLOW=" http://127.0.0.1:9012/ , http://127.0.0.1:9013 ,")
    assert found.push_allow == ("http://127.0.0.1:9012", "http://127.0.0.1:9013")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_psycopg(tmp_path, scheme):
    found = read(tmp_path, DATABASE_URL=f"{scheme}://u:p@db/silian")
    assert found.database_url == "postgresql+psycopg://u:p@db/silian" and found.database_path is None


def test_the_environment_is_not_changed_by_an_override(tmp_path):
    assert settings.from_environment({"PORT": "9"}, instance=tmp_path / "i", port=8).port == 8
