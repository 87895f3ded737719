"""What the tests of the service stand on: the small service, and the services that the rules are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.api.toy import toy


@dataclass(frozen=True)
class Served:
    """A running service as its client knows it: the document, a way in, a list to page through, a post to get wrong."""

    client: FlaskClient
    document: dict[str, Any]
    collection: str = "/v1/leervragen"
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def app() -> Any:
    return toy(metrics_token="figures-only")  # noqa: S106 - not a secret


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def served(client) -> Served:
    """The service that the NL API Design Rules are held against."""
    return Served(client, client.get("/v1/openapi.json").get_json())
