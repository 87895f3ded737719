"""What the tests of the service stand on: the village in a real file, callers of every role, and the small service."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from matcher import Bureau, Desk, Matchmaker, Person, Region, Settings, accounts, open_desk, open_matchmaker
from matcher.store import Store, open_store
from tests.api.toy import toy
from tests.conftest import OFFERS, RIGHT_PAIRS, question

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
# Who calls: {name of the caller: (role, regions)}. Two of a role have nothing in common but the role.
CALLERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "verbinder": ("verbinder", ("Almere", "Regio Twente")), "verbinder-elders": ("verbinder", ("Delft",)),
    "regio": ("regio", ("Almere",)), "regio-elders": ("regio", ("Regio Twente",)),
    "evaluator": ("evaluator", ()), "beheerder": ("beheerder", ()),
}  # fmt: skip
REGIONS = tuple(Region(name, "Provincie", "landelijk", "klein") for name in ("Almere", "Delft", "Regio Twente"))
# lv-1 to lv-4 of Almere, lv-5 and lv-6 of Twente, lv-7 of Delft, lv-8 of nobody.
_ASKED_BY = ("Almere",) * 4 + ("Regio Twente",) * 2 + ("Delft", None)
QUESTIONS = tuple(
    question(text, id=f"lv-{n}", title=f"Leervraag {n}", region=region, contact=f"kanarie-vraag-{n}@example.org")
    for n, ((text, _), region) in enumerate(zip(RIGHT_PAIRS, _ASKED_BY, strict=True), 1)
)
# Each with contact data and an organisation that no other text holds: canaries.
CATALOGUE = tuple(replace(o, contact=f"kanarie-{o.id}@example.org", organisation=f"Organisatie-{o.id}") for o in OFFERS)


@dataclass(frozen=True)
class Service:
    """The app, the desk it works at, and the keys of those who may call."""

    app: APIFlask
    desk: Desk
    keys: Mapping[str, str]
    people: Mapping[str, Person]

    def ask(self, method: str, caller: str | None, path: str, **given: Any) -> TestResponse:
        """Return what the service answers a caller of CALLERS, or nobody (None); given: as of Flask's test client."""
        headers = dict(given.pop("headers", {}))
        if caller is not None:
            headers.setdefault("Authorization", f"Bearer {self.keys[caller]}")
        return self.app.test_client().open(path, method=method, headers=headers, **given)

    get, post, put = partialmethod(ask, "GET"), partialmethod(ask, "POST"), partialmethod(ask, "PUT")
    patch, delete = partialmethod(ask, "PATCH"), partialmethod(ask, "DELETE")

    def bureau(self, caller: str = "verbinder") -> Bureau:
        """Return the bureau at which a caller is at work: to put something there without the API, or to look."""
        return self.desk.bureau(self.people[caller].key)

    def etag(self, caller: str, path: str) -> dict[str, str]:
        """Return the header If-Match for what stands at a path now."""
        return {"If-Match": self.get(caller, path).headers["ETag"]}


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, Person]]:
    """Return a file with the village and an account with a key for each caller; made once, to be copied."""
    path = tmp_path_factory.mktemp("dienst") / "m.db"
    with closing(open_store(path)) as store:
        store.fill([*REGIONS, *QUESTIONS, *CATALOGUE])
        people = {name: _person(store, name, *facts) for name, facts in CALLERS.items()}
        keys = {name: _key(store, person) for name, person in people.items()}
    return path, keys, people


@pytest.fixture(scope="session")
def engine(filled, cache: Path) -> Matchmaker:
    """Return the engine over the village, by the shipped model; read once for all tests."""
    return open_matchmaker(Settings(filled[0], cache))


@pytest.fixture
def service(filled, engine: Matchmaker, tmp_path: Path, cache: Path):
    """Return the service over a fresh copy of the village."""
    path, keys, people = filled
    copy = Path(shutil.copy(path, tmp_path / "m.db"))
    desk = open_desk(Settings(copy, cache), lambda: NOON)
    desk.engines.given = engine
    yield Service(create_app(desk), desk, keys, people)
    desk.close()


@pytest.fixture(scope="session")
def standing(filled, engine: Matchmaker, tmp_path_factory: pytest.TempPathFactory, cache: Path):
    """Return a service that all tests share which change nothing: its document is made once."""
    path, keys, people = filled
    copy = Path(shutil.copy(path, tmp_path_factory.mktemp("staand") / "m.db"))
    desk = open_desk(Settings(copy, cache), lambda: NOON)
    desk.engines.given = engine
    yield Service(create_app(desk), desk, keys, people)
    desk.close()


def _person(store: Store, name: str, role: str, regions: tuple[str, ...]) -> Person:
    account = accounts.add(store, f"{name}-login", f"Naam van {name}", role, regions, "beheer", NOON)
    person = account.person if isinstance(account.person, Person) else store.person(account.person)
    assert person is not None
    return person


def _key(store: Store, person: Person) -> str:
    return accounts.make_key(store, person.key, ("lezen", "schrijven"), 30, "beheer", NOON)[1]


def told(response: TestResponse) -> str:
    """Return all that an answer says, headers and body: where canaries are looked for."""
    return json.dumps([*response.headers.items()]) + response.get_data(as_text=True)


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


@pytest.fixture(params=["klein", "echt"])
def served(request: pytest.FixtureRequest) -> Served:
    """The services that the NL API Design Rules are held against: the small one, and ours with a verbinder's key."""
    if request.param == "klein":
        client, headers = request.getfixturevalue("client"), {}
    else:
        service: Service = request.getfixturevalue("standing")
        client, headers = service.app.test_client(), {"Authorization": f"Bearer {service.keys['verbinder']}"}
    return Served(client, client.get("/v1/openapi.json").get_json(), headers=headers)
