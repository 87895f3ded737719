"""What is past its period goes, when asked and not before; what was decided stays, and so does everything younger."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import accounts
from matcher.errors import UnknownNameError
from matcher.proposals import Capacity, Outcome, Step
from matcher.store import FIXED, PERIODS, Answer, Pair, Person, Store
from matcher.store.retention import PAST
from tests.conftest import OFFERS, question

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = "p-1"
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def filled() -> Store:
    """Return a store in which all that has a period happened at AT."""
    store = Store.in_memory()
    store.put([*OFFERS, *(question("Hulp bij verzuim", id=f"q-{n}") for n in (1, 2, 3))], BY, AT)
    store.put_people([Person("p-7", "Verbinder", "verbinder")], BY, AT)
    store.add_account("p-7", "verbinder", BY, AT)
    accounts.start_session(store, "p-7", AT)
    accounts.make_key(store, "p-7", ["lezen"], 1, BY, AT)
    store.try_to_sign_in({"login": "verbinder", "address": "192.0.2.7"}, AT)
    store.keep_answer("s", "p-7", "POST /leervragen", Answer("d", 201, "{}"), AT)
    store.keep_draft("p-7", "leervraag", {"titel": "half"}, AT)
    store.notify("p-7", "voorstel", "/voorstellen/v-1", BY, AT)
    store.note_try(1, True, AT)
    store.notify("p-7", "voorstel", "/voorstellen/v-2", BY, AT)
    store.show("q-1", [("a-verzuim", 0.9)], BY, AT)
    store.set_pair(Pair("q-1", "c-geld", FIXED, "op verzoek"), BY, AT)
    store.set_capacity("a-verzuim", Capacity(8), BY, AT)
    ended = store.propose("q-1", "a-verzuim", 1, BY, AT, "graag kennismaken")
    for step in (Step("aanvaard", AT, BY, "gebeld"), Step("loopt", AT, BY),
                 Step("afgerond", AT, BY, "klaar", Outcome(4, "Het hielp.", "Fijn."))):  # fmt: skip
        store.take(ended.id, step)
    store.propose("q-2", "a-verzuim", 1, BY, AT, "loopt nog")
    store.judge("q-1", "a-verzuim", 3, BY, AT, "past")
    for asked in ("q-1", "q-2"):
        store.close_question(asked, BY, AT)
    store.delete("offer", "h-pesten", BY, AT)
    return store


@pytest.fixture
def store():
    held = filled()
    yield held
    held.close()


def everything(store: Store) -> dict[str, list[dict]]:
    tables = [t for (t,) in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {t: list(store._db.query(f"SELECT * FROM [{t}]")) for t in tables if t not in {"sqlite_sequence"}}


@pytest.mark.parametrize("what", [*PERIODS, "answers"])
def test_each_thing_goes_after_its_own_period_and_not_before(store, what):
    period = PERIODS.get(what, DAY)
    # A key that expires after a day is past its period a day later than the rest of what goes with the log.
    expected = {
        "questions": 1,
        "notes": 3,
        "sessions": 1,
        "attempts": 2,
        "drafts": 1,
        "notices": 1,
        "bin": 1,
        "answers": 1,
    }
    alone = {name: timedelta(days=30_000) for name in PERIODS} | ({what: period} if what in PERIODS else {})
    assert store.overdue(alone, AT + period)[what] == 0
    found = store.overdue(alone, AT + period + SECOND)
    assert found[what] == expected.get(what, found[what]) > 0
    assert {name for name, n in found.items() if n} <= {what, "answers"}
    assert store.tidy(alone, "p-7", AT + period + SECOND) == found
    assert not any(store.overdue(alone, AT + period + SECOND).values())


def test_a_dry_run_changes_nothing_at_all(store):
    before = everything(store)
    assert sum(store.overdue({}, AT + timedelta(days=5000)).values()) > 20
    assert everything(store) == before
    assert [store.notify("p-7", "x", "/x", BY, AT), store.unsent()[-1].number][1] == 3


@given(st.integers(0, 1300), st.dictionaries(st.sampled_from(list(PERIODS)), st.integers(1, 1300)))
@settings(max_examples=25)
def test_what_is_said_goes_nothing_else_and_nothing_is_left_to_go(days, periods):
    store, at = filled(), AT + timedelta(days=days)
    chosen = {what: timedelta(days=n) for what, n in periods.items()}
    said = store.overdue(chosen, at)
    assert store.tidy(chosen, "p-7", at) == said
    assert not any(store.overdue(chosen, at).values())
    # What never goes: decisions, the open question, people, accounts, what still waits.
    assert [(p.question, p.state, len(p.steps)) for p in store.proposals()] == [
        ("q-1", "afgerond", 4), ("q-2", "voorgesteld", 1)
    ]  # fmt: skip
    assert [j.grade for j in store.judgements()] == [3]
    assert {"q-2", "q-3"} <= {q.id for q in store.questions()}
    assert ([p.key for p in store.people()], len(store.accounts()), len(store.unsent())) == (["p-7"], 1, 1)
    assert list(store._db.execute("PRAGMA foreign_key_check")) == []
    assert [x.name for x in store.log()][-1:] != ["opschonen"] or sum(said.values())
    store.close()


def test_of_an_ended_proposal_the_words_go_and_the_decision_stays(store):
    store.tidy({}, BY, AT + timedelta(days=366))
    ended, going = store.proposals()
    assert [s.note for s in ended.steps] == [PAST, PAST, "", PAST]
    assert ended.outcome == Outcome(4, PAST, PAST)
    assert going.note == "loopt nog"


def test_a_question_that_something_still_runs_for_stays_and_one_that_goes_leaves_its_id_alone(store):
    store.tidy({}, BY, AT + timedelta(days=731))
    assert {q.id for q in store.questions()} == {"q-2", "q-3"}
    assert (store.pairs(), store.shown("q-1"), store.changes("question", "q-1")) == ([], [], [])
    assert store.proposals(question="q-1")[0].offer == "a-verzuim"


def test_old_lines_go_and_where_a_decision_points_at_one_it_names_nobody(store):
    first = store.log()[0].seq
    young = AT + timedelta(days=900)
    store.record("contactgegevens inzien", "p-7", young, [("offer", "a-verzuim")])
    at = AT + timedelta(days=1096)
    store.tidy({}, "p-7", at)
    old = [x for x in store.log() if x.start_time == AT]
    # Of every proposal its steps, and the judgement.
    assert [x.name for x in old] == ["voorstel voorgesteld", "voorstel aanvaard", "voorstel loopt", "voorstel afgerond",
                                     "voorstel voorgesteld", "paar beoordelen"]  # fmt: skip
    assert all(x.attributes.keys() == {"dpl.core.processing_activity_id", "dpl.core.user"} for x in old)
    assert {x.attributes["dpl.core.user"] for x in old} == {PAST}
    assert [x.name for x in store.log(of={"a-verzuim"})] == ["contactgegevens inzien"]
    assert {x.name for x in store.log(since=at)} >= {"opschonen"}
    assert {x.attributes["dpl.core.user"] for x in store.log(since=at)} == {"p-7"}
    assert store.log()[0].seq > first
    assert store.changes("offer", "a-verzuim") == []
    assert store.offers()


def test_outside_a_clean_up_the_log_is_still_only_added_to(store):
    store.tidy({}, BY, AT + timedelta(days=2000))
    for change in ("DELETE FROM log", "UPDATE log SET name = ''", "UPDATE step SET note = ''", "DELETE FROM judgement"):
        with pytest.raises(sqlite3.IntegrityError, match="alleen toegevoegd"):
            store._db.execute(change)


def test_a_clean_up_that_fails_leaves_everything_and_the_guards(store, monkeypatch):
    before = everything(store)
    monkeypatch.setattr(Store, "_drop_notes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store.tidy({}, BY, AT + timedelta(days=2000))
    assert everything(store) == before


def test_what_was_read_before_a_clean_up_is_not_given_again(store):
    assert [p.steps[0].note for p in store.proposals()] == ["graag kennismaken", "loopt nog"]
    assert "q-1" in {q.id for q in store.questions()}
    store.overdue({}, AT + timedelta(days=731))
    assert "q-1" in {q.id for q in store.questions()}
    store.tidy({}, BY, AT + timedelta(days=731))
    assert [p.steps[0].note for p in store.proposals()] == [PAST, "loopt nog"]
    assert "q-1" not in {q.id for q in store.questions()}


def test_an_unknown_period_is_named(store):
    with pytest.raises(UnknownNameError, match=r"wolken.*drafts"):
        store.tidy({"wolken": DAY}, BY, AT)


def test_a_change_that_was_undone_lately_is_kept_with_the_undoing():
    store = Store.in_memory()
    (number,) = store.put([OFFERS[0]], BY, AT)
    store.undo_change(number, BY, AT + timedelta(days=1000))
    at = AT + timedelta(days=1100)
    store.tidy({}, BY, at)
    assert [c.undoes for c in store.changes("offer", OFFERS[0].id)] == [None, number]
    store.tidy({}, BY, AT + timedelta(days=2200))
    assert store.changes("offer", OFFERS[0].id) == []
    store.close()
