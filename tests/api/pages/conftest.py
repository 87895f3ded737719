"""Who looks at the pages: a browser without a screen, signed in as a caller of the service."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.signing import COOKIE
from matcher import accounts
from tests.api.conftest import Service


@dataclass
class Visitor:
    """A browser with the session of one caller; `last` is what it shows."""

    client: FlaskClient
    last: TestResponse | None = None

    def get(self, path: str, **given: Any) -> TestResponse:
        """Go to a page."""
        self.last = self.client.get(path, base_url="https://localhost", **given)
        return self.last

    def post(self, path: str, data: Any = None, follow: bool = True) -> TestResponse:
        """Send a form, and go where the answer leads."""
        self.last = self.client.post(
            path, data=data or {}, base_url="https://localhost", headers={"Sec-Fetch-Site": "same-origin"},
            follow_redirects=follow,
        )  # fmt: skip
        return self.last

    @property
    def text(self) -> str:
        """What the page says, without its tags."""
        page = self.last.get_data(as_text=True)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") :])).split())

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.last.request.path


@pytest.fixture
def visit(service: Service):
    """Return a function that gives the Visitor that is signed in as a caller of the service."""

    def signed_in(caller: str = "regio") -> Visitor:
        client = service.app.test_client()
        token = accounts.start_session(service.desk.store, service.people[caller].key, service.desk.clock())
        client.set_cookie(COOKIE, token, domain="localhost", secure=True, httponly=True, path="/")
        return Visitor(client)

    return signed_in
