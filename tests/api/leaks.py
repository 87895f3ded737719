"""A world in which everything private holds a canary, and a crawler that asks every route for everything as anyone.

route x caller x own, other and no region x item, list, filter, sort, export and error text: what comes back may hold
the canaries that the caller may see, and no other; asking for a canary answers as asking for a word that nobody wrote.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.test import TestResponse

from matcher import accounts
from tests.api.conftest import CALLERS, NOON, Service
from tests.conftest import offer, question

VERBINDERS = {"verbinder", "verbinder-elders"}
# {what stands in a private field: who may see it}. Whatever stands in none of them may be seen by all who sign in.
MAY_SEE: Mapping[str, set[str]] = {
    "almeersetekst": {"verbinder", "regio", "evaluator"},
    "almeerscontact": {"verbinder", "regio"},
    "almeersenotitie": {"verbinder", "regio"},
    "delftsetekst": {"verbinder-elders", "evaluator"},
    "delftscontact": {"verbinder-elders"},
    "delftsenotitie": {"verbinder-elders"},
    "dichtenaam": VERBINDERS | {"beheerder"},
    "dichtcontact": VERBINDERS | {"beheerder"},
    "dichtebron": VERBINDERS | {"beheerder"},
    "openenaam": VERBINDERS | {"beheerder", "regio"},
    "opencontact": VERBINDERS | {"beheerder", "regio"},
    "dichteorganisatie": VERBINDERS | {"beheerder", "regio", "regio-elders"},
    "oordeelnotitie": {"evaluator"},
    "accountnaam": {"beheerder"},
}
NOBODY_WROTE = "nietbestaandwoord"
# Who asks in the tests that ask most: with MATCHER_MATRIX=all everyone, else those who may see least.
EVERYONE = [None, *CALLERS]
OUTSIDERS = EVERYONE if os.environ.get("MATCHER_MATRIX") == "all" else [None, "regio-elders", "evaluator"]
_VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\"?[0-9a-f]{32}\"?|instance|Date")


def fill(service: Service) -> None:
    """Put the canaries in."""
    store, at = service.desk.store, NOON
    store.put([
        question("Zorg in onderwijstijd bekostigen almeersetekst", id="lv-almere", title="Vraag van Almere",
                 region="Almere", contact="almeerscontact@example.org"),
        question("Zorg in onderwijstijd bekostigen delftsetekst", id="lv-delft", title="Vraag van Delft",
                 region="Delft", contact="delftscontact@example.org"),
        offer("x-dicht", "Bekostiging van zorg in onderwijstijd, door dichtenaam zelf.", kind="expert",
              name="Dichtenaam", contact="dichtcontact@example.org", source="dichtebron",
              organisation="Dichteorganisatie"),
        offer("x-open", "Bekostiging van zorg in onderwijstijd, door openenaam.", kind="expert", name="Openenaam",
              contact="opencontact@example.org"),
    ], "p-x", at)  # fmt: skip
    made = store.propose("lv-almere", "x-open", 1, service.people["verbinder"].key, at, "almeersenotitie")
    service.bureau().take(made.id, "aanvaard")
    store.propose("lv-delft", "x-dicht", 1, service.people["verbinder-elders"].key, at, "delftsenotitie")
    store.judge("lv-delft", "x-dicht", 2, service.people["evaluator"].key, at, "oordeelnotitie")
    # The engine at hand knows the village alone.
    service.desk.engines.given = None
    accounts.add(store, "accountnaam@example.org", "Accountnaam Iemand", "regio", ("Delft",), "beheer", at)


@dataclass(frozen=True)
class Asked:
    """One request and what came back, unpacked where it was a workbook."""

    method: str
    path: str
    status: int
    text: str

    @property
    def leaks(self) -> list[str]:
        """The canaries in it, also as part of a word."""
        seen = self.text.casefold()
        return [canary for canary in MAY_SEE if canary in seen]


class Crawler:
    """Asks as one caller: the API by key, the pages by session."""

    def __init__(self, service: Service, caller: str | None) -> None:
        self.service, self.caller = service, caller
        self.client = service.app.test_client()
        if caller is not None:
            token = accounts.start_session(service.desk.store, service.people[caller].key, NOON)
            self.client.set_cookie("__Host-matcher", token, domain="localhost", secure=True)

    def ask(self, method: str, path: str, **given: Any) -> Asked:
        """Return what came back."""
        headers = {"Sec-Fetch-Site": "same-origin", **given.pop("headers", {})}
        if path.startswith("/v1") and self.caller is not None:
            headers["Authorization"] = f"Bearer {self.service.keys[self.caller]}"
        response = self.client.open(path, method=method, headers=headers, base_url="https://localhost", **given)
        return Asked(method, path, response.status_code, _text(response))

    def routes(self, api: bool) -> Iterator[tuple[str, frozenset[str], tuple[str, ...]]]:
        """Yield (route, methods, addresses): each parameter filled with all that it may be asked for."""
        for rule in self.service.app.url_map.iter_rules():
            if rule.rule.startswith("/v1") == api and rule.endpoint != "static":
                methods = frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"}
                yield rule.rule, methods, tuple(_addresses(rule.rule, self._known()))

    def _known(self) -> dict[str, Sequence[str]]:
        store = self.service.desk.store
        work = self.service.bureau("evaluator")
        questions = ["lv-almere", "lv-delft", work.pseudonym("question", "lv-delft"), "bestaat-niet"]
        offers = ["x-dicht", "x-open", work.pseudonym("offer", "x-dicht")]
        proposals = [p.id for p in store.proposals()]
        people = [self.service.people["verbinder-elders"].key]
        rounds = [r.id for r in store.rounds()] or ["r-1"]
        return {
            "question_id": questions, "leervraag_id": questions, "offer_id": offers, "aanbod_id": offers,
            "proposal_id": proposals, "voorstel_id": proposals, "naam": ["Delft", "Almere"],
            "thema_id": ["bestaat-niet"], "round_id": rounds, "makelronde_id": rounds, "token": ["bestaat-niet"],
            "account_id": people, "person_key": people, "person": people, "sleutel_id": ["k-1"], "key_id": ["k-1"],
            "kind": ["aanbod", "leervragen"], "soort": ["aanbod", "leervragen"],
            "group_id": ["0", "lv-delft"], "filename": ["matcher.css"],
        }  # fmt: skip


def unexpected(asked: Asked, caller: str | None) -> list[str]:
    """Return the canaries that came back and that this caller may not see."""
    return [c for c in asked.leaks if caller not in MAY_SEE[c]]


def hidden_from(caller: str | None) -> list[str]:
    """Return the canaries that a caller may not see."""
    return [c for c, who in MAY_SEE.items() if caller not in who]


def alike(one: Asked, other: Asked, words: Sequence[str]) -> bool:
    """Return whether two answers are the same but for the words that were asked and what differs every time."""
    return one.status == other.status and _bare(one.text, words) == _bare(other.text, words)


def _bare(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(quote(word), "X").replace(word, "X")
    return _VARYING.sub("", text)


def _addresses(rule: str, known: Mapping[str, Sequence[str]]) -> Iterator[str]:
    found = re.search(r"<(?:[^<:]+:)?([^>]+)>", rule)
    if not found:
        yield rule
        return
    name = found[1]
    if name not in known:
        raise AssertionError(f"{rule}: tell tests/api/leaks.py what <{name}> may be asked for")
    for value in known[name]:
        yield from _addresses(rule.replace(found[0], quote(value, safe=""), 1), known)


def _text(response: TestResponse) -> str:
    """Return headers and body as one text; of a zip all its parts."""
    body = response.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            body = b"\n".join(parts.read(name) for name in parts.namelist())
    headers = [(k, v) for k, v in response.headers.items() if k not in {"X-Request-Id", "ETag", "Content-Length"}]
    text = body.decode("utf-8", "replace")
    with suppress(ValueError):
        # Letters that JSON escapes would hide a canary.
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return json.dumps(headers) + "\n" + text


def queries(names: Sequence[str], word: str) -> Iterator[str]:
    """Yield a query for each name with a word as its value."""
    for name in names:
        yield urlencode({name: word})
