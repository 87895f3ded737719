"""What goes into the store comes out equal, vectors are made once, and a foreign file is left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matcher.errors import ForeignDatabaseError
from matcher.parties import Region
from matcher.store import APPLICATION_ID, Store, Vectors, open_store
from tests.conftest import OFFERS, question
from tests.test_exchange import offers, questions


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "bureau.db")
    yield opened
    opened.close()


@given(
    st.lists(offers(), max_size=3, unique_by=lambda o: o.id),
    st.lists(questions(), max_size=3, unique_by=lambda q: q.id),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out_equal(put, asked):
    held = Store.in_memory()
    held.fill([*put, *asked])
    assert held.offers() == sorted(put, key=lambda o: o.id)
    assert held.questions() == sorted(asked, key=lambda q: q.id)
    held.close()


def test_regions_and_a_second_opening(tmp_path):
    first = open_store(tmp_path / "x.db")
    first.fill([Region("Almere", "Flevoland", "stedelijk", "groot", True, "bron")])
    first.close()
    again = open_store(tmp_path / "x.db")
    assert again.regions() == [Region("Almere", "Flevoland", "stedelijk", "groot", True, "bron")]
    again.close()


def test_the_same_id_replaces(store):
    store.fill([OFFERS[0]])
    store.fill([replace(OFFERS[0], summary="Anders.")])
    assert [o.summary for o in store.offers()] == ["Anders."]


def test_all_or_none(store):
    with pytest.raises(KeyError):
        store.fill([question("v"), "geen partij"])
    assert store.questions() == []


def test_a_foreign_database_is_named_and_left_alone(tmp_path):
    path = tmp_path / "ander.db"
    with sqlite3.connect(path) as other:
        other.execute("create table klant (naam)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match=r"ander\.db"):
        open_store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"geen database, maar een brief" * 50, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path, content):
    path = tmp_path / "brief.db"
    path.write_bytes(content)
    with pytest.raises(ForeignDatabaseError, match=r"brief\.db"):
        open_store(path)
    assert path.read_bytes() == content


def test_a_damaged_database_is_named_and_left_alone(tmp_path):
    path = tmp_path / "stuk.db"
    store = open_store(path)
    store.fill(OFFERS)
    rows = np.ones(300, dtype=np.float32)
    store.keep_vectors(
        "toy", {o.id: Vectors("x", rows, rows, rows, np.arange(300, dtype=np.int32), rows) for o in OFFERS}
    )
    store.close()
    whole = bytearray(path.read_bytes())
    whole[4096:12288] = b"\x5a" * 8192
    path.write_bytes(whole)
    with pytest.raises(ForeignDatabaseError, match=r"stuk\.db"):
        open_store(path)
    assert path.read_bytes() == bytes(whole)


def test_the_file_is_set_as_the_conventions_say(tmp_path):
    open_store(tmp_path / "x.db").close()
    with sqlite3.connect(tmp_path / "x.db") as probe:
        assert probe.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        journal = probe.execute("PRAGMA journal_mode").fetchone()[0]
    probe.close()
    assert journal == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete")


def test_a_database_left_in_the_middle_of_writing_opens_again(tmp_path):
    """A writer killed in a transaction leaves a hot journal, which the next opening rolls back."""
    path = tmp_path / "x.db"
    first = open_store(path)
    first.fill([OFFERS[0]])
    first.close()
    killed = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN IMMEDIATE'); c.execute('delete from offer');"
        "[c.execute('insert into offer values (?, ?)', (str(i), 'x' * 5000)) for i in range(200)]; os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", killed, path], check=False)
    again = open_store(path)
    assert again.offers() == [OFFERS[0]]
    again.close()


def test_several_processes_may_open_a_new_file_at_once(tmp_path):
    code = "import sys; from matcher.store import open_store; open_store(sys.argv[1]).close()"
    started = [
        subprocess.Popen([sys.executable, "-c", code, tmp_path / "nieuw.db"], stderr=subprocess.PIPE) for _ in range(4)
    ]
    assert [(p.communicate()[1].decode()[-200:], p.returncode) for p in started] == [("", 0)] * 4
