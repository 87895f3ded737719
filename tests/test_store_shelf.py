"""What was read of a file stays at hand, and is never older than the file: for all threads and other processes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.proposals import Step
from matcher.store import Shelf, Store, open_store
from tests.conftest import OFFERS, question

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ASKED = [question("verzuim", id=f"v-{n}") for n in (1, 2, 9, 10)]


@pytest.fixture
def path(tmp_path):
    store = open_store(tmp_path / "m.db")
    store.put([*OFFERS, *ASKED], "p-1", NOON)
    store.close()
    return tmp_path / "m.db"


@pytest.fixture
def two(path):
    """Two stores of one file that share a shelf, and one of another process, that does not."""
    shelf = Shelf()
    stores = open_store(path, shelf=shelf), open_store(path, shelf=shelf), open_store(path)
    yield stores
    for store in stores:
        store.close()


def test_what_did_not_change_is_not_read_again(two):
    one, other, _ = two
    assert one.offers()[0] is other.offers()[0]


def test_a_change_by_any_of_them_is_seen_by_all(two):
    for writer in two:
        for reader in two:
            reader.questions()
        text = f"anders {two.index(writer)}"
        writer.put([question(text, id="v-2")], "p-1", NOON)
        assert all({q.id: q.text for q in reader.questions()}["v-2"] == text for reader in two)


def test_what_is_thrown_away_is_gone_and_what_is_put_back_is_there(two):
    one, other, away = two
    assert len(one.offers()) == len(OFFERS)
    away.delete("offer", "a-verzuim", "p-1", NOON)
    assert "a-verzuim" not in {o.id for o in one.offers()}
    other.restore("offer", "a-verzuim", "p-1", NOON)
    assert one.offers() == away.offers() == sorted(OFFERS, key=lambda o: o.id)


def test_an_erased_person_is_off_the_shelf(two):
    one, other, away = two
    assert "a-verzuim" in {o.id for o in one.offers()}
    away.erase("a-verzuim", "p-1", NOON)
    assert "a-verzuim" not in {o.id for o in other.offers()}


def test_what_a_transaction_wrote_is_not_seen_by_others_before_it_ends(two):
    one, other, _ = two
    one.questions()

    def half_work() -> None:
        with one.at_once():
            one.put([question("half werk", id="v-1")], "p-1", NOON)
            assert {q.id: q.text for q in one.questions()}["v-1"] == "half werk"
            assert {q.id: q.text for q in other.questions()}["v-1"] == "verzuim"
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_work()
    assert {q.id: q.text for q in one.questions()}["v-1"] == "verzuim"


def test_steps_of_proposals_are_seen(two):
    one, other, _ = two
    assert one.proposals() == []
    made = other.propose("v-1", "a-verzuim", 1, "p-1", NOON)
    assert one.proposals() == [made]
    done = other.take(made.id, Step("aanvaard", NOON, "p-1"))
    assert one.proposals() == [done]
    assert done.was_accepted
    assert not made.was_accepted


def test_marks_grow_for_what_changed_and_for_nothing_else(two):
    one, other, _ = two
    one.questions(), one.offers()
    before = one.marks("question", "offer", "proposal")
    other.record("aanbod inzien", "p-1", NOON, [("offer", "a-verzuim")])
    other.judge("v-1", "a-verzuim", 2, "p-1", NOON)
    other.show("v-1", [("a-verzuim", 1.0)], "p-1", NOON)
    assert one.marks("question", "offer", "proposal") == before
    other.close_question("v-1", "p-1", NOON)
    assert one.marks("offer", "proposal") == before[1:]
    assert [q.id for q in one.open_questions()] == ["v-10", "v-2", "v-9"]


@given(st.lists(st.tuples(st.sampled_from("pdr"), st.sampled_from(["v-1", "v-2", "v-10", "a-verzuim", "nieuw"]))))
def test_the_shelf_holds_what_the_file_holds_whatever_was_done(deeds):
    store = Store.in_memory()
    store.put([*OFFERS, *ASKED], "p-1", NOON)
    for number, (deed, thing) in enumerate(deeds):
        kind = "offer" if thing == "a-verzuim" else "question"
        store.questions(), store.offers()
        try:
            if deed == "p":
                store.put([question(f"tekst {number}", id=thing)] if kind == "question" else [OFFERS[0]], "p-1", NOON)
            elif deed == "d":
                store.delete(kind, thing, "p-1", NOON)
            else:
                store.restore(kind, thing, "p-1", NOON)
        except Exception:  # noqa: S112 (what cannot be done changes nothing)
            continue
    at_hand = store.questions(), store.offers()
    with store.at_once():
        assert (store.questions(), store.offers()) == at_hand
    store.close()
