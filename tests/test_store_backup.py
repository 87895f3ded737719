"""A backup is sound while others write, a restore is whole or nothing, and the doctor names what ails a file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from matcher.errors import ForeignDatabaseError, InvalidValueError
from matcher.parties import Region
from matcher.store import ApiKey, Person, Vectors, doctor, open_store, restore_backup
from tests.conftest import OFFERS, offer, question
from tests.processes import judge_in_pairs, restore, started

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = "p-1"


@contextmanager
def writers(path, count=2):
    """Processes that go on writing pairs of judgements for as long as the block lasts."""
    running = [started(judge_in_pairs, path, f"w{n}") for n in range(count)]
    try:
        for _, pipe in running:
            pipe.recv()
        yield [process for process, _ in running]
    finally:
        for process, pipe in running:
            process.kill()
            process.join()
            pipe.close()


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "bureau.db"
    store = open_store(path)
    store.put([*OFFERS, question("v")], BY, AT)
    store.close()
    return path


def _spoilt(path):
    whole = bytearray(path.read_bytes())
    whole[4096:20480] = b"\x5a" * 16384
    path.write_bytes(whole)


def _judged(path):
    store = open_store(path)
    try:
        return store.judgements()
    finally:
        store.close()


def test_a_backup_taken_while_others_write_is_whole(path, tmp_path):
    store = open_store(path)
    with writers(path) as busy:
        sizes = []
        for n in range(5):
            copy = store.backup(tmp_path / f"kopie-{n}.db", BY, AT)
            held = _judged(copy)
            # Two judgements were always written together: a copy from halfway would hold an odd number.
            assert len(held) % 2 == 0
            assert doctor(copy).advice == ("Alles is in orde.",)
            sizes.append(len(held))
            time.sleep(0.1)
        assert all(p.is_alive() for p in busy)
    store.close()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]
    assert not list(tmp_path.glob(".backup*"))


def test_a_backup_does_not_replace_a_good_one_when_it_fails(path, tmp_path, monkeypatch):
    store = open_store(path)
    good = store.backup(tmp_path / "kopie.db", BY, AT).read_bytes()
    monkeypatch.setattr(
        "matcher.store.backup.sound", lambda _: (_ for _ in ()).throw(ForeignDatabaseError("x", "stuk"))
    )
    with pytest.raises(ForeignDatabaseError):
        store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    assert (tmp_path / "kopie.db").read_bytes() == good


def test_a_backup_over_the_database_itself_is_refused(path):
    store = open_store(path)
    with pytest.raises(InvalidValueError, match="een ander bestand"):
        store.backup(path, BY, AT)
    store.close()


def test_a_restore_brings_back_that_moment_and_keeps_the_former_file(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.delete("offer", "a-verzuim", BY, AT)
    former = restore_backup(copy, path)
    # The store was open all the while: it sees what was brought back.
    assert len(store.offers()) == len(OFFERS)
    store.close()
    assert former == tmp_path / "bureau.voor-1.db"
    kept = open_store(former)
    assert [b.key for b in kept.bin()] == ["a-verzuim"]
    kept.close()
    assert restore_backup(copy, path).name == "bureau.voor-2.db"


def test_a_restore_while_others_write_leaves_a_sound_file(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    with writers(path) as busy:
        time.sleep(0.3)
        former = restore_backup(copy, path)
        time.sleep(0.3)
        assert all(p.is_alive() for p in busy)
    store.close()
    # Read first: the writers were killed, so SQLite may have something to roll back.
    assert len(_judged(path)) % 2 == len(_judged(former)) % 2 == 0
    assert doctor(path).sound
    assert _judged(former)


@pytest.mark.parametrize("content", [b"", b"een brief" * 900])
def test_a_restore_of_what_is_no_backup_changes_nothing(path, tmp_path, content):
    before = path.read_bytes()
    wrong = tmp_path / "brief.db"
    wrong.write_bytes(content)
    for backup in (wrong, tmp_path / "weg.db"):
        with pytest.raises(ForeignDatabaseError, match=backup.name):
            restore_backup(backup, path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*voor*"))


def test_a_restore_of_a_damaged_backup_changes_nothing(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    _spoilt(copy)
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match=r"kopie\.db"):
        restore_backup(copy, path)
    assert path.read_bytes() == before


def test_a_damaged_database_is_moved_aside_with_its_journal(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    _spoilt(path)
    path.with_name("bureau.db-shm").write_bytes(b"van een vorig leven")
    spoilt = path.read_bytes()
    former = restore_backup(copy, path)
    assert former.read_bytes() == spoilt
    assert former.with_name(f"{former.name}-shm").read_bytes() == b"van een vorig leven"
    assert not path.with_name("bureau.db-shm").exists()
    assert doctor(path).sound


def test_a_restore_over_the_file_of_another_program_changes_nothing(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    _foreign(path)
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match="ander programma"):
        restore_backup(copy, path)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*voor*"))


def test_a_restore_to_a_place_where_nothing_is(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    assert restore_backup(copy, tmp_path / "nieuw" / "x.db") is None
    assert doctor(tmp_path / "nieuw" / "x.db").counts["offer"] == len(OFFERS)


def test_a_restore_cut_off_at_any_moment_leaves_the_old_or_the_new(path, tmp_path):
    store = open_store(path)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    store.put([offer(f"n-{n}", "Tekst. " * 200) for n in range(200)], BY, AT)
    store.close()
    seen = set()
    for delay in (0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.3):
        process, pipe = started(restore, copy, path)
        pipe.recv()
        time.sleep(delay)
        process.kill()
        process.join()
        pipe.close()
        again = open_store(path)
        seen.add(len(again.offers()))
        again.close()
    assert seen <= {len(OFFERS), len(OFFERS) + 200}


def test_the_doctor_finds_a_healthy_file_in_order(path):
    with closing(open_store(path)) as store:
        store.backup(path.with_name("kopie.db"), BY, AT)
    found = doctor(path, at=AT)
    assert (found.sound, found.advice) == (True, ("Alles is in orde.",))
    assert found.counts["offer"] == len(OFFERS)
    assert found.size == path.stat().st_size
    assert found.journal_mode == ("wal" if sqlite3.sqlite_version_info >= (3, 51, 3) else "delete")


def test_the_doctor_counts_stale_vectors_and_an_old_bin(path):
    store = open_store(path)
    rows = np.ones(3, dtype=np.float32)
    vectors = Vectors("x", rows, rows, rows, np.arange(3, dtype=np.int32), rows)
    store.keep_vectors("toy", dict.fromkeys((o.id for o in OFFERS[:4]), vectors))
    store.keep_vectors("new", {OFFERS[0].id: vectors})
    store.delete("question", "vraag", BY, AT)
    store.close()
    found = doctor(path, "new", AT + timedelta(days=31))
    assert (found.vectors, found.stale) == ({"toy": 3, "new": 1}, len(OFFERS) - 1)
    assert (found.bin, found.overdue, found.sound) == (1, 1, True)
    assert "vector" in found.advice[0]
    assert "prullenbak" in found.advice[1]
    assert doctor(path, "new", AT + timedelta(days=29)).overdue == 0
    later = doctor(path, "new", AT + timedelta(days=31), timedelta(days=60))
    assert (later.overdue, later.bin_days) == (0, 60)
    assert "langer dan 5 dagen" in doctor(path, "new", AT + timedelta(days=31), timedelta(days=5)).advice[1]


def test_the_doctor_tells_of_a_backup_that_is_old_or_was_never_made(path, tmp_path):
    assert doctor(tmp_path / "kopie.db", at=AT).last_backup is None
    never = doctor(path, at=AT)
    assert (never.last_backup, never.backup_due) == (None, True)
    assert "nog geen reservekopie" in never.advice[-1]
    with closing(open_store(path)) as store:
        store.backup(tmp_path / "kopie.db", BY, AT)
        with pytest.raises(InvalidValueError):
            store.backup(path, BY, AT + timedelta(days=1))
    assert doctor(path).last_backup == AT
    assert not doctor(path, at=AT + timedelta(days=7)).backup_due
    assert "van 02-11-2026" in doctor(path, at=AT + timedelta(days=7, seconds=1)).advice[-1]


def test_the_doctor_tells_of_accounts_keys_and_what_waits(path):
    with closing(open_store(path)) as store:
        store.put_people([Person("p-1", "Beheer", "beheerder"), Person("p-2", "Demo", "verbinder")], BY, AT)
        store.add_account("p-1", "beheer", BY, AT)
        store.add_account("p-2", "demo", BY, AT, demo=True)
        for n, days in enumerate((3, 14, 15, -1)):
            store.keep_key(ApiKey(f"k-{n}", "p-1", ("lezen",), AT, AT + timedelta(days=days)), f"digest {n}", BY, AT)
        store.revoke_key("k-0", BY, AT)
        store.keep_draft("p-1", "leervraag", {}, AT)
        store.notify("p-1", "voorstel", "/voorstellen/v-1", BY, AT - timedelta(days=2))
        store.notify("p-1", "voorstel", "/voorstellen/v-2", BY, AT)
    found = doctor(path, at=AT)
    assert (found.open_accounts, found.keepers, found.demo, found.expiring) == (2, 1, 1, 1)
    assert (found.drafts, found.notices, found.stuck) == (1, 2, 1)
    assert (found.counts["account"], found.counts["api_key"]) == (2, 4)
    for word in ("demo-accounts", "14 dagen", "mailserver"):
        assert any(word in line for line in found.advice), word
    assert doctor(path).expiring == doctor(path).stuck == 0
    with closing(open_store(path)) as store:
        store.put_people([Person("p-1", "Beheer", "verbinder")], BY, AT)
    assert any("geen beheerder" in line for line in doctor(path, at=AT).advice)


def _newer(path):
    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('matcher', 'wolken', '')"
        )
    other.close()


def _older(path):
    with sqlite3.connect(path) as other:
        other.execute("DELETE FROM _sqlite_migrations WHERE name = 'memory'")
    other.close()


def _foreign(path):
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("create table klant (naam)")
    other.close()


def _dangling(path):
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO vector (offer, fingerprint, digest) VALUES ('weg', 'x', 'y')")
    other.close()


def _half_written(path):
    code = (
        "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN IMMEDIATE');"
        "[c.execute('insert into offer values (?, ?)', (str(i), 'x' * 5000)) for i in range(200)]; os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=False)


@pytest.mark.parametrize(("ail", "told", "sound"), [
    (_spoilt, "reservekopie", False), (lambda p: p.write_bytes(b"een brief" * 900), "niet te lezen", False),
    (lambda p: p.write_bytes(b""), "leeg", False), (lambda p: p.unlink(), "geen bestand", False),
    (_newer, "nieuwere Matcher", False), (_older, "oudere Matcher", True), (_foreign, "ander programma", False),
    (_dangling, "verwijzen", False), (_half_written, "teruggedraaid", False),
], ids=["damaged", "letter", "empty", "missing", "newer", "older", "foreign", "dangling", "half written"])  # fmt: skip
def test_the_doctor_names_what_ails_a_file_and_leaves_it_alone(path, ail, told, sound):
    ail(path)
    before = path.read_bytes() if path.exists() else None
    found = doctor(path)
    assert told in found.advice[0]
    assert found.sound is sound
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_region_survives_backup_and_restore_equal(path, tmp_path):
    store = open_store(path)
    region = Region("Almere", "Flevoland", "stedelijk", "groot", True, "bron")
    store.put([region], BY, AT)
    store.backup(tmp_path / "kopie.db", BY, AT)
    store.close()
    restore_backup(tmp_path / "kopie.db", tmp_path / "elders.db")
    again = open_store(tmp_path / "elders.db")
    assert again.regions() == [region]
    again.close()
