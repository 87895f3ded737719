"""Behind a proxy of ours who asks is told by it; without one nobody can say that they are someone else."""

from __future__ import annotations

import pytest
from flask import Flask, request

from api.serving import behind


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")])
def test_as_many_proxies_are_believed_as_there_are(proxies, seen):
    app = Flask("proef")
    app.add_url_rule("/", "wie", lambda: f"{request.remote_addr} {request.scheme}")
    told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https, https"}
    answer = behind(app, proxies).test_client().get("/", headers=told).get_data(as_text=True)
    assert answer == f"{seen} {'https' if proxies else 'http'}"
