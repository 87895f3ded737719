"""What is sent wrongly is told and not kept; what breaks below the service is told, and mends without a restart."""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api import create_app
from matcher import Settings, open_desk
from tests.api.conftest import NOON, Service
from tests.api.test_nl_api_design_rules import METHODS, operations, resolved

WRONG: tuple[Any, ...] = (
    None,
    True,
    7,
    -1.5,
    1e300,
    "",
    "x" * 30_000,
    "👾\u202e\u0301",
    [],
    [[]],
    [None],
    {},
    {"x": {}},
)
PROBLEM = "application/problem+json"


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (path, method, example) of everything that takes JSON."""
    for path, method, operation in operations(document):
        content = resolved(document, operation.get("requestBody", {})).get("content", {})
        if "application/json" in content:
            yield "/v1" + re.sub(r"{[^}]+}", "lv-1", path), method, dict(content["application/json"]["example"])


@pytest.mark.parametrize("caller", ["verbinder", "regio", "evaluator", "beheerder"])
def test_every_field_of_every_body_with_every_wrong_value(service: Service, caller: str):
    """Whatever stands in a field: an answer, never a fault of ours; and refused as a problem that echoes nothing."""
    document = service.get(None, "/v1/openapi.json").json
    for path, method, example in bodies(document):
        refused = 0
        for field in example:
            for wrong in WRONG:
                answer = service.ask(method.upper(), caller, path, json=example | {field: wrong},
                                     headers={"If-Match": "*"})  # fmt: skip
                assert answer.status_code < 500, (method, path, field, wrong)
                if answer.status_code >= 400:
                    refused += 1
                    assert answer.mimetype == PROBLEM
                    assert "x" * 100 not in answer.text
        assert refused or not example, path


@pytest.mark.parametrize(("body", "status"), [
    (b"[" * 100_000, 400), (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400), (b'{"tekst": "a", "tekst": "b"}', 400),
    (b'{"tekst": "\\ud800"}', 400), (b'{"tekst": "\\u0000"}', 400), (b"\xff\xfe{}", 400), (b"", 400), (b"null", 400),
    (b"NaN", 400), (b'{"k": ' + b"9" * 5_000 + b"}", 400), (b'{"tekst": "' + b"x" * 2**21 + b'"}', 413),
])  # fmt: skip
def test_json_that_is_none(service: Service, body: bytes, status: int):
    answer = service.post("verbinder", "/v1/leervragen/_zoek", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)


def test_every_wrong_method_and_every_trailing_slash(service: Service):
    document = service.get(None, "/v1/openapi.json").json
    for path, item in document["paths"].items():
        place = "/v1" + re.sub(r"{[^}]+}", "x", path)
        for method in METHODS - set(item):
            answer = service.ask(method.upper(), "verbinder", place)
            assert (answer.status_code, answer.mimetype) == (405, PROBLEM), (method, path)
            assert {m.upper() for m in item} <= set(re.split(", *", answer.headers["Allow"]))
        asked = service.ask("OPTIONS", "verbinder", place)
        told = set(re.split(", *", asked.headers.get("Allow", ""))) - {"HEAD", "OPTIONS"}
        assert asked.status_code == 403 or (asked.status_code, told) == (200, {m.upper() for m in item}), path
        assert service.get("verbinder", place + "/").status_code == 404
        if "get" in item:
            assert service.ask("HEAD", "verbinder", place).get_data() == b""


def test_of_threads_with_one_idempotency_key_one_makes_it(service: Service):
    answers, ready = [], threading.Barrier(6)

    def ask() -> None:
        ready.wait()
        answers.append(service.post("regio", "/v1/leervragen", json={"tekst": "Hoe helpen wij bij verzuim?"},
                                    headers={"Idempotency-Key": "een"}))  # fmt: skip

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = [a.json["id"] for a in answers if a.status_code == 201]
    assert len(set(made)) == 1
    assert {a.status_code for a in answers} <= {201, 409}
    assert len([q for q in service.desk.store.questions() if q.text.startswith("Hoe helpen wij bij")]) == 1


def test_a_full_disk_is_507_and_old_data_stays_readable(filled, cache: Path, tmp_path: Path):
    """In a process of its own, whose files may not grow: what the system then says is what it says of a full disk."""
    copy = str(shutil.copy(filled[0], tmp_path / "m.db"))
    code = f"from tests.api.test_robust import full; full({copy!r}, {str(cache)!r}, {filled[1]['regio']!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["507", "200", "201"]


def full(path: str, cache: str, key: str) -> None:
    """Print what a post answers when the file cannot grow, what a read does, and a post when it can again."""
    desk = open_desk(Settings(Path(path), Path(cache)), lambda: NOON)
    service = Service(create_app(desk), desk, {"regio": key}, {})
    body = {"tekst": "Hoe helpen wij bij verzuim? " * 600}
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(path).stat().st_size, before[1]))
    first = service.post("regio", "/v1/leervragen", json=body).status_code
    read = service.get("regio", "/v1/leervragen/lv-1").status_code
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    print(first, read, service.post("regio", "/v1/leervragen", json=body).status_code)
