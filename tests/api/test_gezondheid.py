"""Whether the process answers, and whether the service can do all it should, apart."""

from __future__ import annotations

from collections import namedtuple

import pytest

from matcher import desk as desks
from tests.api.conftest import Service, told


def test_all_is_well(service: Service):
    assert service.get(None, "/v1/leeft").json == {"status": "leeft"}
    assert service.get(None, "/v1/gereed").json == {"status": "gereed"}


def test_without_the_model_words_answer_and_the_service_is_not_ready(service: Service):
    service.desk.engines.fault = "/geheim/pad: er is geen model"
    service.desk.engines.mended = lambda: False
    answer = service.get(None, "/v1/gereed")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    assert "op woorden" in answer.json["errors"][0]["detail"]
    assert "geheim" not in told(answer)
    assert service.get(None, "/v1/leeft").status_code == 200


def test_a_database_that_cannot_be_read(service: Service):
    path = service.desk.settings.database
    service.desk.close()
    path.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    answer = service.get(None, "/v1/gereed")
    assert answer.status_code == 503
    assert answer.json["errors"] == [{"detail": "De database is niet te lezen."}]
    assert str(path) not in told(answer)
    assert service.get(None, "/v1/leeft").status_code == 200


@pytest.mark.parametrize(("free", "status"), [(0, 503), (desks.ROOM, 200)])
def test_a_full_disk(service: Service, monkeypatch, free: int, status: int):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(desks.shutil, "disk_usage", lambda path: usage(1, 1, free))
    answer = service.get(None, "/v1/gereed")
    assert answer.status_code == status
    assert status == 200 or "De schijf is vol" in answer.json["errors"][0]["detail"]
