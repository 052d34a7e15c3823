"""Behind a proxy of our own: believed only where the operator says so."""

from __future__ import annotations

from webapp import create_app
from webapp.db import db

BASE = "http://192.168.1.20"


def test_with_trust_proxy_the_proxys_word_counts(tmp_path):
    app = create_app(instance=tmp_path / "i", database_url=f"sqlite:///{tmp_path}/a.sqlite3", trust_proxy=1)
    with app.app_context():
        db.metadata.create_all(db.engine)
    client = app.test_client()
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "silian.example", "X-Forwarded-For": "192.0.2.9"}
    answer = client.get("/auth/me", base_url=BASE, headers=told)
    assert answer.status_code == 401
    assert answer.headers["Strict-Transport-Security"]
    assert client.get("/auth/me", base_url=BASE).status_code == 403
