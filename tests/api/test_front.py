"""What holds for every answer: id, version, headers, caching, sizes, one line in the log, figures."""

from __future__ import annotations

import json
import re
import uuid

import pytest

from api import front
from tests.api.toy import toy

ANSWERS = [
    ("GET", "/v1/leervragen", 200), ("GET", "/v1/leervragen/lv-1", 200), ("POST", "/v1/leervragen", 415),
    ("GET", "/v1/leervragen?page=x", 400), ("GET", "/v1/niets", 404), ("TRACE", "/v1/leervragen", 405),
    ("GET", "/v1/openapi.json", 200), ("GET", "/v1/docs", 200), ("GET", "/nergens", 404), ("GET", "/metrics", 401),
    ("GET", "/static/documentatie.css", 200), ("OPTIONS", "/v1/leervragen", 200), ("HEAD", "/v1/leervragen", 200),
    ("GET", "/v1/leervragen/", 404), ("GET", "//v1/leervragen", 404), ("GET", "/v1/stuk/x", 500),
]  # fmt: skip


def _lines(app):
    return [json.loads(line) for line in app.log.getvalue().splitlines()]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS, ids=str)
def test_every_answer_is_dressed(client, method, path, status):
    with client.open(path, method=method) as answer:
        _assert_dressed(answer, path, status)


def _assert_dressed(answer, path, status):
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    for name in ("Permissions-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
        assert answer.headers[name]
    assert uuid.UUID(answer.headers["X-Request-Id"])
    assert ("API-Version" in answer.headers) == path.startswith("/v1")
    public = path in {"/v1/openapi.json", "/v1/docs", "/static/documentatie.css"}
    assert answer.headers["Cache-Control"].startswith("public" if public else "no-store")
    assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if path == "/v1/openapi.json" else None)
    assert answer.status_code not in {301, 302, 307, 308}


def test_a_form_keeps_its_origin_so_that_it_can_be_checked(client):
    assert client.get("/nergens").headers["Referrer-Policy"] == "same-origin"
    assert client.get("/v1/leervragen").headers["Referrer-Policy"] == "no-referrer"


def test_an_id_that_comes_along_is_kept_when_it_is_one(client):
    given = str(uuid.uuid4())
    assert client.get("/v1/leervragen", headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    for wrong in ("x", "a" * 500, '"}{', given + "0", given.replace("-", "")):
        kept = client.get("/v1/leervragen", headers={"X-Request-Id": wrong}).headers["X-Request-Id"]
        assert kept not in {wrong, given}
        assert uuid.UUID(kept)


def test_one_line_a_request_by_template_and_nothing_of_anyone(app, client):
    client.get("/v1/leervragen/lv-geheim?naam=Kanarie", headers={"User-Agent": "Kanarie", "Authorization": "Kanarie"})
    (line,) = _lines(app)
    assert set(line) == {"event", "request_id", "method", "route", "status", "ms"}
    assert line["route"] == "/v1/leervragen/<identifier>"
    text = app.log.getvalue()
    assert not re.search("Kanarie|geheim|127.0.0.1", text)
    client.get("/v1/Kanarie")
    assert _lines(app)[-1]["route"] == "-"


def test_a_log_that_cannot_be_written_stops_no_answer(app, client):
    app.log.close()
    assert client.get("/v1/leervragen").status_code == 200


def test_figures_by_template_for_who_has_the_token(client):
    client.get("/v1/leervragen/lv-1")
    client.get("/v1/leervragen/lv-2")
    client.open("/v1/leervragen", method="KANARIE")
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer figures-only"})
    text = answer.get_data(as_text=True)
    line = 'matcher_requests_total{method="GET",route="/v1/leervragen/<identifier>",status="200"} 2.0'
    assert line in text
    assert "lv-1" not in text
    assert "KANARIE" not in text
    assert 'method="OTHER"' in text


def test_without_a_token_the_figures_do_not_exist():
    client = toy().test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_sizes_have_limits(client):
    big = client.post("/v1/leervragen", data=b'{"titel": "' + b"x" * 2**20 + b'"}', content_type="application/json")
    assert big.status_code == 413
    assert client.get("/v1/leervragen?thema=" + "x" * 5000).status_code == 414
    assert client.get("/v1/leervragen", headers={"X-Groot": "x" * 20_000}).status_code == 431
    assert all(r.mimetype == "application/problem+json" for r in (big,))


def test_a_body_without_a_length_has_a_limit_too(client):
    import io

    answer = client.post("/v1/leervragen", input_stream=io.BytesIO(b'{"titel": "' + b"x" * 2**21 + b'"}'),
                         content_type="application/json",
                         environ_overrides={"wsgi.input_terminated": True})  # fmt: skip
    assert answer.status_code == 413


def test_a_body_that_breaks_off_or_does_not_come_is_told(client):
    import io

    class Silent(io.RawIOBase):
        def readable(self):
            return True

        def tell(self):
            return 0

        def seek(self, *place):
            return 0

        def readinto(self, buffer):
            raise TimeoutError

    short = client.post("/v1/leervragen", input_stream=io.BytesIO(b"{"), content_type="application/json",
                        environ_overrides={"CONTENT_LENGTH": "50"})  # fmt: skip
    assert short.status_code == 400
    slow = client.post("/v1/leervragen", input_stream=Silent(), content_type="application/json",
                       environ_overrides={"CONTENT_LENGTH": "50"})  # fmt: skip
    assert slow.status_code == 408


def test_a_form_has_a_limit_of_parts():
    from flask import request

    app = toy(most_parts=10)
    app.add_url_rule("/formulier", "formulier", view_func=lambda: str(len(request.form)), methods=["POST"])
    client = app.test_client()
    few, many = ({str(i): "x" for i in range(n)} for n in (9, 11))
    kind = "multipart/form-data"
    assert client.post("/formulier", data=few, content_type=kind).get_data() == b"9"
    assert client.post("/formulier", data=many, content_type=kind).status_code == 413


def test_a_view_that_takes_more_says_so():
    from flask import request

    app = toy()
    for path, most in (("/klein", 2**20), ("/groot", 3 * 2**20)):
        view = front.takes(most)(lambda: str(len(request.get_data())))
        app.add_url_rule(path, path[1:], view_func=view, methods=["POST"])
    sent = b"x" * 2**21
    assert app.test_client().post("/klein", data=sent).status_code == 413
    assert app.test_client().post("/groot", data=sent).get_data() == b"2097152"
