"""The fixed pages over a real desk: served to anyone, in the theme of the setting, and errors in the same frame."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api import Options, create_app
from matcher import Settings, open_desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("desk")
    return open_desk(Settings(folder / "bureau.db", folder / "cache"))


@pytest.fixture(scope="module")
def client(desk, tmp_path_factory):
    theme = tmp_path_factory.mktemp("theme") / "gemeente.css"
    theme.write_text(":root { --basis-color-accent-1-color-default: #4b1f82 }", encoding="utf-8")
    return create_app(desk, Options(theme=theme, contact="bureau@example.org")).test_client()


@pytest.mark.parametrize("path", ["/toegankelijkheid", "/privacy"])
def test_fixed_pages_are_there_for_anyone_in_the_theme_of_the_setting(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert 'href="/thema.css"' in html
    assert "mailto:bureau@example.org" in html
    assert "Afmelden" not in html


def test_the_theme_is_served_as_css_and_only_where_there_is_one(client, desk):
    with client.get("/thema.css") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/css")
        assert "#4b1f82" in answer.get_data(as_text=True)
    without = create_app(desk).test_client()
    assert without.get("/thema.css").status_code == 404
    assert 'href="/thema.css"' not in without.get("/privacy").get_data(as_text=True)


def test_security_txt_is_dated_less_than_a_year_ahead_and_absent_without_an_address(client, desk):
    answer = client.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    told = dict(line.split(": ", 1) for line in answer.get_data(as_text=True).splitlines())
    assert told["Contact"] == "mailto:bureau@example.org"
    ahead = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(0) < ahead < timedelta(days=365)
    assert create_app(desk).test_client().get("/.well-known/security.txt").status_code == 404


def test_an_error_is_a_page_of_ours_with_its_reference(client):
    answer = client.get("/bestaat-niet")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "<title>Fout: " in html
    assert answer.headers["X-Request-Id"] in html
    assert "Wat kunt u doen?" in html
