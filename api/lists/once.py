"""A request with an Idempotency-Key -> what it does, once: the same request again gets the same answer."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from flask import Response, request

from api.faults import Fault
from api.problems import ProblemError


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a key: the digest of what was asked, the status, and headers with body as one JSON text."""

    digest: str
    status: int
    body: str


class Answers(Protocol):
    """Where answers are kept for a day, by the key, who sent it and the route; a key of someone else is not there."""

    def get(self, key: str, owner: str, route: str) -> Answer | None:
        """Return what was kept."""

    def put(self, key: str, owner: str, route: str, answer: Answer) -> None:
        """Keep an answer."""


class _AtWork:
    """The keys whose first request is not answered yet; of one process, as the service is."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def alone(self, key: tuple[str, str, str]) -> Iterator[None]:
        with self._lock:
            if key in self._keys:
                raise ProblemError(409, "Aan dit verzoek wordt al gewerkt.", headers={"Retry-After": "1"})
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


_AT_WORK = _AtWork()
_KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_KEY = re.compile(r'"?([A-Za-z0-9._~+/=:-]{1,128})"?')


def once(do: Callable[[], Response], answers: Answers, owner: str) -> Response:
    """Return what `do` answers; a second time with the same Idempotency-Key and the same body: the same answer.

    The draft (draft-ietf-httpapi-idempotency-key-header) answers 422 to another body under a used key. The NL API
    Design Rules know no 422, and 400 would say that the body is wrong, which it is not: it is 409, at odds with what
    was there. What failed is not kept, so that it can be tried again. Call it within the `at_once` of what `do`
    writes: then what was done and its answer are kept both, or neither.
    """
    key = _key()
    if key is None:
        return do()
    place = (key, owner, f"{request.method} {request.url_rule}")
    with _AT_WORK.alone(place):
        earlier, digest = answers.get(*place), _digest()
        if earlier:
            return _again(earlier, digest)
        response = do()
        if response.status_code < 400:
            kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
            body = json.dumps([kept, response.get_data(as_text=True)], ensure_ascii=False)
            answers.put(*place, Answer(digest, response.status_code, body))
        return response


def _key() -> str | None:
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    found = _KEY.fullmatch(given)
    if not found:
        told = "Een sleutel heeft 1 tot en met 128 letters, cijfers of . _ ~ + / = : -"
        raise ProblemError(400, "", (Fault(told, parameter="Idempotency-Key"),))
    return found[1]


def _digest() -> str:
    """Return what tells one request from another: its address with the query, its sort and its body."""
    facts = f"{request.full_path}\n{request.mimetype}\n".encode()
    return hashlib.sha256(facts + request.get_data(cache=True)).hexdigest()


def _again(earlier: Answer, digest: str) -> Response:
    if earlier.digest != digest:
        raise ProblemError(409, "Deze Idempotency-Key hoort bij een ander verzoek; kies een nieuwe.")
    headers, body = json.loads(earlier.body)
    response = Response(body, earlier.status)
    response.headers.update({**headers, "Idempotency-Replayed": "true"})
    return response
