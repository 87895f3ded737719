"""What is sent wrongly is told and not kept; what breaks below the service is told, and mends without a restart."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from api import create_app
from matcher import Settings, open_desk
from tests.api.conftest import NOON, Service

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(("body", "status"), [
    (b"[" * 100_000, 400), (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, 400), (b'{"tekst": "a", "tekst": "b"}', 400),
    (b'{"tekst": "\\ud800"}', 400), (b'{"tekst": "\\u0000"}', 400), (b"\xff\xfe{}", 400), (b"", 400), (b"null", 400),
    (b"NaN", 400), (b'{"k": ' + b"9" * 5_000 + b"}", 400), (b'{"tekst": "' + b"x" * 2**21 + b'"}', 413),
])  # fmt: skip
def test_json_that_is_none(service: Service, body: bytes, status: int):
    answer = service.post("verbinder", "/v1/leervragen/_zoek", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, PROBLEM)


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
