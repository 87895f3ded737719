"""What is shown of people stands in the log; who reads many profiles waits ever longer, and is reported."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from threading import Barrier, Thread

import pytest

from api import Options, create_app
from api.hiding import hidden_name
from api.problems import ProblemError
from api.reading import FIRST_WAIT, HOUR, MOST_AT_ONCE, REPORT, STILL, Readers, saw
from matcher import Account, FullDiskError, Offer, Question
from matcher.bureau import open_bureau
from tests.api.conftest import NOON, Service


def profiles(start: int, stop: int) -> list[tuple[str, str]]:
    return [("offer", f"e-{n}") for n in range(start, stop)]


def lines(bureau, name: str = "aanbod inzien"):
    return [x for x in bureau.store.log(most=10_000, by=bureau.by) if x.name == name]


@pytest.fixture
def within(service: Service):
    with service.app.test_request_context("/v1/aanbod"):
        yield service


def test_each_thing_of_a_person_that_was_shown_is_a_line_that_says_of_whom(within: Service):
    bureau = within.bureau("verbinder")
    at = bureau.clock()
    offer = Offer("e-1", "expert", "Naam", "Helpt.")
    asked = Question("lv-1", "t", "t", contact="iemand@example.org")
    saw(bureau, [offer, asked, Account("p-1", "login", at), Offer("d-1", "dossier", "Dossier", "Zegt.")])
    found = [(x.name, x.attributes["matcher.about"]) for x in bureau.store.log(by=bureau.by)]
    assert found == [
        ("aanbod inzien", "offer e-1"), ("leervraag inzien", "question lv-1"), ("persoon inzien", "person p-1"),
    ]  # fmt: skip


def test_what_is_hidden_was_not_seen(within: Service):
    bureau = within.bureau("regio")
    offer = Offer("e-1", "expert", "Naam", "Helpt.", organisation="Organisatie")
    saw(bureau, [replace(offer, name=hidden_name(offer))])
    assert not lines(bureau)
    saw(bureau, [offer])
    assert len(lines(bureau)) == 1


def test_suggestions_and_what_was_refused_show_their_offers(within: Service):
    bureau = within.bureau("verbinder")
    found = bureau.consider(bureau.question("lv-1"))
    saw(bureau, [*found.kept, *found.refused])
    shown = {s.offer.id for s in (*found.kept, *found.refused)}
    assert {x.attributes["matcher.about"].removeprefix("offer ") for x in lines(bureau)} == shown


def test_looking_on_is_one_line_and_looking_again_another(within: Service):
    readers = Readers(10)
    thing = ("offer", "e-1")
    assert readers.fresh("p", [thing, thing], NOON) == [thing]
    assert readers.fresh("p", [thing], NOON + STILL / 2) == []
    assert readers.fresh("q", [thing], NOON + STILL / 2) == [thing]
    assert readers.fresh("p", [thing], NOON + STILL) == [thing]


def test_past_the_free_number_each_wait_is_twice_the_one_before():
    readers, at, waits = Readers(10), NOON, []
    assert not readers.let_read("p", profiles(0, 10), at)
    assert readers.let_read("p", profiles(10, 11), at)
    for n in range(11, 15):
        with pytest.raises(ProblemError) as refused:
            readers.let_read("p", profiles(n, n + 1), at)
        assert refused.value.status == 429
        waits.append(int(refused.value.headers["Retry-After"]))
        at += timedelta(seconds=waits[-1])
        assert not readers.let_read("p", profiles(n, n + 1), at), "reported once an hour"
    first = FIRST_WAIT.total_seconds() + 1
    assert waits[0] == first
    assert all(later > 1.9 * earlier for earlier, later in pairwise(waits))


def test_a_wait_is_of_who_reads_many_only_and_what_was_read_can_be_read_again():
    readers = Readers(2)
    readers.let_read("p", profiles(0, 3), NOON)
    readers.let_read("p", profiles(0, 3), NOON)
    readers.let_read("q", profiles(0, 2), NOON)
    with pytest.raises(ProblemError):
        readers.let_read("p", profiles(3, 4), NOON)
    readers.let_read("p", profiles(3, 4), NOON + HOUR)
    # After an hour it is forgotten, and the next wait is the first again.
    readers.let_read("p", profiles(5, 9), NOON + HOUR)
    with pytest.raises(ProblemError) as refused:
        readers.let_read("p", profiles(9, 10), NOON + HOUR)
    assert int(refused.value.headers["Retry-After"]) == FIRST_WAIT.total_seconds() + 1


def test_zero_is_no_limit_but_taking_out_everything_is_reported():
    readers = Readers(0)
    assert readers.let_read("p", profiles(0, MOST_AT_ONCE + 1), NOON)
    assert not readers.let_read("p", profiles(1000, 5000), NOON)
    assert not readers.let_read("q", profiles(0, MOST_AT_ONCE), NOON)


def test_reading_in_bulk_is_a_line_and_a_mail_to_who_looks_after_it(within: Service):
    bureau = within.bureau("verbinder")
    saw(bureau, [Offer(f"e-{n}", "expert", f"Naam {n}", "Helpt.") for n in range(MOST_AT_ONCE + 1)])
    (line,) = lines(bureau, REPORT)
    assert line.attributes["dpl.core.data_subject_id"] == bureau.by
    (notice,) = bureau.store.unsent()
    assert (notice.person, notice.kind) == (within.people["beheerder"].key, REPORT)
    assert "Naam" not in notice.link


def test_where_the_disk_is_full_reading_goes_on_and_is_logged_later(within: Service, monkeypatch):
    bureau = within.bureau("verbinder")
    (pages,) = bureau.store._db.execute("PRAGMA page_count").fetchone()
    bureau.store._db.execute(f"PRAGMA max_page_count = {pages}")
    many = [Offer(f"e-{n}", "expert", f"Naam {n}", "Helpt.") for n in range(100)]
    with pytest.raises(FullDiskError):
        bureau.store.record("vol", bureau.by, NOON, [("offer", "x" * 100)] * 1000)
    saw(bureau, many)
    assert len(lines(bureau)) < len(many)
    bureau.store._db.execute("PRAGMA max_page_count = 1000000")
    saw(bureau, [Offer("f-1", "expert", "Naam", "Helpt.")])
    assert {x.attributes["matcher.about"] for x in lines(bureau)} == {f"offer {o.id}" for o in many} | {"offer f-1"}


def test_the_bureau_sets_how_many(service: Service):
    app = create_app(service.desk, Options(profiles=1))
    bureau = service.bureau("verbinder")
    with app.test_request_context("/v1/aanbod"):
        saw(bureau, bureau.store.offers()[:5])
        with pytest.raises(ProblemError):
            saw(bureau, bureau.store.offers()[5:9])


def test_many_who_read_at_once_each_stand_in_the_log(service: Service):
    readers, start = [f"p-{n}" for n in range(8)], Barrier(8)

    def read(who: str) -> None:
        settings = replace(service.desk.settings, user=who)
        with service.app.test_request_context("/v1/aanbod"), open_bureau(settings) as bureau:
            start.wait()
            for n in range(5):
                saw(bureau, [Offer(f"{who}-{n}", "expert", "Naam", "Helpt.")])

    threads = [Thread(target=read, args=[who]) for who in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = service.desk.store
    assert [len(store.log(by=who)) for who in readers] == [5] * 8


def test_who_holds_the_file_can_say_what_they_saw(within: Service):
    bureau = within.bureau("verbinder")
    with bureau.store.at_once():
        saw(bureau, [Offer("e-1", "expert", "Naam", "Helpt.")])
    assert len(lines(bureau)) == 1
