"""What remembering costs beside a bare upsert in SQLite: the same file settings, one transaction a write."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from matcher.exchange import to_json
from matcher.store import open_store
from matcher.store.file import tuned
from tests.conftest import OFFERS, offer, question

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
MANY = [offer(f"o-{n}", f"Aanbod {n}.", hours_per_month=1000) for n in range(1000)]

pytestmark = pytest.mark.benchmark(warmup=True)


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "bureau.db")
    opened.put([*MANY, *(question("v", id=f"q-{n}") for n in range(1000))], "p-1", AT)
    yield opened
    opened.close()


@pytest.fixture
def plain(tmp_path):
    connection = tuned(sqlite3.connect(tmp_path / "plain.db", isolation_level=None))
    connection.execute("CREATE TABLE offer (id TEXT PRIMARY KEY, entry TEXT NOT NULL)")
    yield connection
    connection.close()


def _upsert(connection, parties):
    connection.execute("BEGIN IMMEDIATE")
    for party in parties:
        connection.execute(
            "INSERT INTO offer VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET entry = excluded.entry",
            (party.id, json.dumps(to_json(party))),
        )
    connection.execute("COMMIT")


@pytest.mark.benchmark(group="one offer changed: a transaction each")
def test_put_one(benchmark, store):
    numbers = count()
    benchmark(lambda: store.put([replace(OFFERS[0], summary=f"Versie {next(numbers)}.")], "p-1", AT))


@pytest.mark.benchmark(group="one offer changed: a transaction each")
def test_plain_upsert_of_one(benchmark, plain):
    numbers = count()
    benchmark(lambda: _upsert(plain, [replace(OFFERS[0], summary=f"Versie {next(numbers)}.")]))


@pytest.mark.benchmark(group="1,000 offers changed in one transaction")
def test_put_many(benchmark, store):
    numbers = count()

    def change():
        version = f"Versie {next(numbers)}."
        store.put([replace(o, summary=version) for o in MANY], "p-1", AT)

    benchmark.pedantic(change, rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="1,000 offers changed in one transaction")
def test_plain_upsert_of_many(benchmark, plain):
    numbers = count()

    def change():
        version = f"Versie {next(numbers)}."
        _upsert(plain, [replace(o, summary=version) for o in MANY])

    benchmark.pedantic(change, rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="one proposal with its checks, and one upsert")
def test_propose(benchmark, store):
    numbers = count()

    def propose():
        n = next(numbers)
        store.propose(f"q-{n % 1000}", f"o-{n % 997}", 1, "p-1", AT, again=True)

    benchmark(propose)


@pytest.mark.benchmark(group="one proposal with its checks, and one upsert")
def test_plain_upsert_beside_a_proposal(benchmark, plain):
    numbers = count()
    benchmark(lambda: _upsert(plain, [replace(OFFERS[0], summary=f"Versie {next(numbers)}.")]))
