"""Many at once, and killed at any moment: no acknowledged write is lost, nobody is locked out, one wins."""

from __future__ import annotations

import os
import random
import time

from matcher.store import doctor, open_store
from tests.conftest import offer, question
from tests.processes import AT, context, grab, started, told, write_and_tell, write_so_many

# 200 kills and 100 races for the bars of the issue: MATCHER_KILLS=200 MATCHER_RACES=100.
KILLS = int(os.environ.get("MATCHER_KILLS", "20"))
RACES = int(os.environ.get("MATCHER_RACES", "10"))


def test_no_acknowledged_write_is_lost_when_the_writer_is_killed(tmp_path):
    path = tmp_path / "bureau.db"
    open_store(path).close()
    chance = random.Random(4)  # noqa: S311 (moments, no secrets)
    acknowledged, halves = [], 0
    for n in range(KILLS):
        process, pipe = started(write_and_tell, path, f"w{n}")
        first = pipe.recv()
        time.sleep(chance.uniform(0, 0.12))
        process.kill()
        acknowledged += [first, *told(pipe)]
        process.join()
        halves += path.with_name("bureau.db-journal").exists()
        store = open_store(path)
        kept = {("offer", o.id) for o in store.offers()} | {("proposal", p.id) for p in store.proposals()}
        store.close()
        assert set(acknowledged) <= kept
        assert doctor(path).advice == ("Alles is in orde.",)
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged writes, none lost; {halves} halfway a write")
    assert len(acknowledged) > 2 * KILLS


def test_eight_writers_are_never_locked_out(tmp_path):
    path = tmp_path / "bureau.db"
    open_store(path).close()
    times = 25
    running = [started(write_so_many, path, f"w{n}", times) for n in range(8)]
    assert [told(pipe) for _, pipe in running] == [["klaar"]] * 8
    store = open_store(path)
    assert len(store.offers()) == 8 * times
    assert len({line.trace_id for line in store.log()}) == 8 * times
    store.close()


def test_of_two_who_take_the_last_hours_at_once_exactly_one_wins(tmp_path):
    path = tmp_path / "bureau.db"
    names, offers = ("q-1", "q-2"), [f"o-{n}" for n in range(RACES)]
    store = open_store(path)
    store.put([offer(o, "Hulp.", hours_per_month=5) for o in offers], "p-1", AT)
    store.put([question("Hulp", id=n) for n in names], "p-1", AT)
    ready = context.Barrier(len(names))
    running = [started(grab, path, name, ready, offers) for name in names]
    first, second = (dict(told(pipe)) for _, pipe in running)
    wins = 0
    for one in offers:
        answers = {first[one], second[one]}
        (held,) = store.proposals(offer=one)
        assert answers == {held.id, "NoHoursLeftError"}
        wins += first[one] == held.id
    store.close()
    print(f"{RACES} races, one winner each; the first process won {wins}")
