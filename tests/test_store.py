"""What goes into the store comes out equal; what was done can be undone; a foreign file is left alone."""

from __future__ import annotations

import contextlib
import inspect
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlite_utils import Database

from matcher.errors import (
    ActedOnError,
    DoubleProposalError,
    ForeignDatabaseError,
    InvalidValueError,
    NoHoursLeftError,
    NoPlacesLeftError,
    UnknownNameError,
)
from matcher.parties import Region
from matcher.proposals import NEXT, UNDO, Capacity, Outcome, Proposal, Step
from matcher.store import APPLICATION_ID, FIXED, FORBIDDEN, ApiKey, Judgement, Pair, Person, Store, Vectors, open_store
from matcher.store.schema import migrations
from tests.conftest import OFFERS, offer, question
from tests.processes import started, told, write_so_many
from tests.test_exchange import offers, questions
from tests.test_proposals import HELPED, histories

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = "p-1"


def then(hours: float) -> datetime:
    """Return a moment so many hours later."""
    return AT + timedelta(hours=hours)


@pytest.fixture
def bureau(store):
    """A store with the village's offers and three questions, put there by someone."""
    store.put([*OFFERS, *(question("Hulp bij verzuim", id=f"q-{n}") for n in (1, 2, 3))], BY, AT)
    return store


@pytest.fixture
def store(tmp_path):
    opened = open_store(tmp_path / "bureau.db")
    yield opened
    opened.close()


@given(
    st.lists(offers(), max_size=3, unique_by=lambda o: o.id),
    st.lists(questions(), max_size=3, unique_by=lambda q: q.id),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    held = open_store(tmp_path / "x.db")
    names = ("synchronous", "foreign_keys", "secure_delete", "trusted_schema", "busy_timeout")
    assert [held._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names] == [2, 1, 1, 0, 5000]
    held.close()
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
    running = [started(write_so_many, tmp_path / "nieuw.db", f"w{n}", 1) for n in range(4)]
    assert [told(pipe) for _, pipe in running] == [["klaar"]] * 4


def test_a_file_of_the_first_version_opens_with_all_that_was_in_it(tmp_path):
    """As `matcher/store.py` of the first version made it: one migration, three tables of entries."""
    path = tmp_path / "oud.db"
    old = open_store(tmp_path / "nieuw.db")
    old.fill([*OFFERS, question("v"), Region("Almere", "Flevoland", "stedelijk", "groot")])
    old.close()
    with sqlite3.connect(path, isolation_level=None) as made:
        made.execute(f"ATTACH '{tmp_path / 'nieuw.db'}' AS new")
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(made), stop_before="words_beside_vectors")
        for table in ("region", "question", "offer"):
            made.execute(f"INSERT INTO main.{table} SELECT * FROM new.{table}")
    made.close()
    opened = open_store(path)
    assert opened.offers() == sorted(OFFERS, key=lambda o: o.id)
    assert [q.text for q in opened.questions()] == ["v"]
    assert opened.put([offer("nieuw", "Iets nieuws.")], BY, AT)
    assert opened.propose("vraag", "nieuw", 1, BY, AT).id == "v-1"
    opened.close()


def test_a_file_of_a_newer_matcher_is_named_and_left_alone(tmp_path):
    path = tmp_path / "later.db"
    open_store(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('matcher', 'wolken', '')"
        )
    newer.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match=r"later\.db.*nieuwere Matcher.*wolken"):
        open_store(path)
    assert path.read_bytes() == before


def test_a_missing_file_is_named_where_it_must_exist(tmp_path):
    with pytest.raises(ForeignDatabaseError, match=r"weg\.db"):
        open_store(tmp_path / "weg.db", must_exist=True)
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_is_not_poured_over_what_people_did(bureau):
    with pytest.raises(InvalidValueError, match="logboek"):
        bureau.fill(OFFERS)


# --- changes, undo, bin


def test_the_same_twice_changes_nothing(bureau):
    lines = len(bureau.log())
    assert bureau.put(OFFERS, BY, then(1)) == []
    assert len(bureau.log()) == lines


@given(st.lists(offers(), min_size=2, max_size=5))
@settings(max_examples=15)
def test_every_change_can_be_undone_back_to_the_start(versions):
    held = Store.in_memory()
    states, numbers = [], []
    for version in versions:
        same_id = replace(version, id="o-1")
        states.append(held.offers())
        numbers += (made := held.put([same_id], BY, AT))
        if not made:
            states.pop()
    for number, state in zip(reversed(numbers), reversed(states), strict=True):
        held.undo_change(number, "p-2", then(1))
        assert held.offers() == state
    held.close()


def test_a_change_on_which_someone_went_on_cannot_be_undone(bureau):
    changed = replace(OFFERS[0], summary="Anders.")
    (first,) = bureau.put([changed], BY, then(1))
    (second,) = bureau.put([replace(changed, summary="Nog anders.")], "p-2", then(2))
    with pytest.raises(ActedOnError, match=f"wijziging {second}"):
        bureau.undo_change(first, BY, then(3))
    bureau.undo_change(second, BY, then(3))
    proposed = bureau.propose("q-1", "a-verzuim", 1, BY, then(4))
    with pytest.raises(ActedOnError, match=proposed.id):
        bureau.undo_change(first, BY, then(5))
    bureau.take(proposed.id, Step(UNDO, then(5), BY))
    bureau.undo_change(first, BY, then(6))
    assert OFFERS[0] in bureau.offers()
    with pytest.raises(ActedOnError, match="herroepen"):
        bureau.undo_change(first, BY, then(7))


def test_a_new_offer_that_was_given_hours_cannot_be_made_undone(bureau):
    (number,) = bureau.put([offer("nieuw", "Iets nieuws.")], BY, AT)
    hours = bureau.set_capacity("nieuw", Capacity(4), BY, AT)
    with pytest.raises(ActedOnError, match="capaciteit"):
        bureau.undo_change(number, BY, AT)
    bureau.undo_change(hours, BY, AT)
    bureau.undo_change(number, BY, AT)
    assert "nieuw" not in {o.id for o in bureau.offers()}


def test_what_is_deleted_comes_back_whole(bureau):
    rows = np.ones(3, dtype=np.float32)
    bureau.keep_vectors("toy", {"a-verzuim": Vectors("x", rows, rows, rows, np.arange(3, dtype=np.int32), rows)})
    bureau.set_capacity("a-verzuim", Capacity(6, 2, "telefoongesprek", date(2026, 10, 1)), BY, AT)
    bureau.set_busy("a-verzuim", [(AT, then(2))], BY, AT)
    before = (bureau.offers(), bureau.capacities(), bureau.busy())
    bureau.delete("offer", "a-verzuim", BY, then(1))
    assert "a-verzuim" not in {o.id for o in bureau.offers()} | set(bureau.busy()) | set(bureau.vectors("toy"))
    assert [(b.kind, b.key, b.by) for b in bureau.bin()] == [("offer", "a-verzuim", BY)]
    bureau.restore("offer", "a-verzuim", BY, then(2))
    assert (bureau.offers(), bureau.capacities(), bureau.busy()) == before
    assert bureau.bin() == []


def test_the_bin_is_emptied_of_what_is_older(bureau):
    bureau.delete("offer", "b-verzuim", BY, AT)
    bureau.delete("question", "q-3", BY, then(24 * 20))
    gone = bureau.empty_bin(then(24 * 31) - timedelta(days=30), BY, then(24 * 31))
    assert [(b.kind, b.key) for b in gone] == [("offer", "b-verzuim")]
    assert [b.key for b in bureau.bin()] == ["q-3"]
    assert bureau.changes("offer", "b-verzuim") == []
    with pytest.raises(UnknownNameError):
        bureau.restore("offer", "b-verzuim", BY, then(24 * 31))


def test_what_an_open_proposal_needs_is_not_deleted(bureau):
    proposed = bureau.propose("q-1", "a-verzuim", 1, BY, AT)
    for kind, key in (("offer", "a-verzuim"), ("question", "q-1")):
        with pytest.raises(ActedOnError, match=proposed.id):
            bureau.delete(kind, key, BY, AT)
    bureau.take(proposed.id, Step("ingetrokken", AT, BY))
    bureau.delete("offer", "a-verzuim", BY, AT)


def test_a_new_thing_is_not_overwritten_by_the_one_in_the_bin(bureau):
    bureau.delete("offer", "b-verzuim", BY, AT)
    bureau.put([offer("b-verzuim", "Een ander.")], BY, AT)
    with pytest.raises(ActedOnError, match="nieuwe"):
        bureau.restore("offer", "b-verzuim", BY, AT)


def test_unknown_kinds_and_keys_are_named(bureau):
    with pytest.raises(UnknownNameError, match="wolk"):
        bureau.delete("wolk", "x", BY, AT)
    with pytest.raises(UnknownNameError, match="weg"):
        bureau.delete("offer", "weg", BY, AT)
    with pytest.raises(UnknownNameError, match="99"):
        bureau.undo_change(99, BY, AT)


def test_questions_close_and_open_again(bureau):
    number = bureau.close_question("q-1", BY, AT, "beantwoord")
    assert {q.id for q in bureau.open_questions()} == {"q-2", "q-3"}
    assert bureau.close_question("q-1", BY, AT) is None
    with pytest.raises(InvalidValueError, match="open"):
        bureau.propose("q-1", "a-verzuim", 1, BY, AT)
    bureau.undo_change(number, BY, AT)
    assert len(bureau.open_questions()) == 3
    bureau.close_question("q-2", BY, AT)
    bureau.reopen_question("q-2", BY, AT)
    assert len(bureau.open_questions()) == 3


def test_people_pairs_capacity_and_busy_times_come_out_equal(bureau):
    people = [Person("p-1", "Verbinder noord", "verbinder", ("Almere", "Twente")), Person("p-2", "Beheer", "beheerder")]
    bureau.put_people(people, "p-2", AT)
    pairs = [Pair("q-1", "a-verzuim", FIXED, "afgesproken"), Pair("q-1", "b-verzuim", FORBIDDEN, "te ver")]
    for pair in pairs:
        bureau.set_pair(pair, BY, AT)
    capacity = Capacity(6.5, 2, "telefoongesprek", date(2026, 10, 1))
    bureau.set_capacity("b-verzuim", capacity, BY, AT)
    bureau.set_busy("c-geld", [(then(5), then(6)), (AT, then(2))], BY, AT)
    assert (bureau.people(), bureau.pairs()) == (people, pairs)
    assert bureau.capacity("b-verzuim") == bureau.capacities()["b-verzuim"] == capacity
    assert bureau.capacity("a-verzuim") == bureau.capacities()["a-verzuim"] == Capacity(4)
    assert bureau.busy() == {"c-geld": [(AT, then(2)), (then(5), then(6))]}
    assert bureau.excluded() == {("q-1", "b-verzuim"): "te ver"}
    bureau.set_busy("c-geld", [], BY, AT)
    bureau.delete("pair", pairs[1].key, BY, AT)
    assert (bureau.busy(), bureau.excluded()) == ({}, {})


@pytest.mark.parametrize("wrong", [
    lambda s: s.set_busy("a-verzuim", [(then(2), AT)], BY, AT), lambda s: s.set_capacity("weg", Capacity(1), BY, AT),
    lambda s: s.put([offer("n", "N.")], " ", AT), lambda s: s.put([offer("n", "N.")], BY, datetime(2026, 1, 1)),  # noqa: DTZ001
    lambda s: s.judge("q-1", "a-verzuim", 4, BY, AT), lambda s: s.set_pair(Pair("q", "a-verzuim", FIXED, "x"), BY, AT),
    lambda s: Pair("q-1", "a-verzuim", "misschien", "x"), lambda s: Person("met spatie", "N", "verbinder"),
    lambda s: Person("p", "N", "directeur"), lambda s: s.keep_round("r", "teruggedraaid", {}, BY, AT),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(bureau, wrong):
    lines = len(bureau.log())
    with pytest.raises(InvalidValueError):
        wrong(bureau)
    assert len(bureau.log()) == lines


# --- proposals


@given(st.lists(histories(), min_size=1, max_size=4))
@settings(max_examples=20)
def test_proposals_come_out_of_the_store_as_they_went_in(held):
    store = Store.in_memory()
    store.put([offer("o", "Alles."), *(question("v", id=f"q-{n}") for n in range(4))], BY, AT)
    expected = []
    for n, history in enumerate(held):
        first, *rest = history.steps
        kept = store.propose(f"q-{n}", "o", history.hours, first.by, first.at, first.note)
        for step in rest:
            kept = store.take(kept.id, step)
        expected.append(Proposal(f"v-{n + 1}", f"q-{n}", "o", history.hours, history.steps))
        assert kept == expected[-1]
    assert store.proposals() == expected
    assert [store.proposal(p.id) for p in expected] == expected
    store.close()


class Bureau(RuleBasedStateMachine):
    """Verbinders who do whatever comes to mind, and the sum that has to stay right."""

    def __init__(self):
        super().__init__()
        self.store = Store.in_memory()
        self.store.put([offer("o", "Alles.", hours_per_month=5), question("v", id="q")], BY, AT)
        self.store.set_capacity("o", Capacity(5, 3), BY, AT)

    @rule(hours=st.sampled_from([0.5, 1, 2, 3.5]), again=st.booleans())
    def propose(self, hours, again):
        with contextlib.suppress(NoHoursLeftError, NoPlacesLeftError, DoubleProposalError):
            self.store.propose("q", "o", hours, BY, AT, again=again)

    @rule(data=st.data())
    def go_on(self, data):
        going = [p for p in self.store.proposals() if NEXT[p.state]]
        if not going:
            return
        chosen = data.draw(st.sampled_from(going))
        kind = data.draw(st.sampled_from(NEXT[chosen.state]))
        outcome = HELPED if kind == "afgerond" else None
        try:
            after = self.store.take(chosen.id, Step(kind, AT, BY, "daarom", outcome))
        except (NoHoursLeftError, NoPlacesLeftError):
            after = chosen
        assert self.store.proposal(chosen.id) == after

    @invariant()
    def adds_up(self):
        hours, places = self.store.room("o")
        assert min(hours.left, hours.reserved, hours.spent) >= 0
        assert abs(hours.left + hours.reserved + hours.spent - 5) < 1e-9
        assert places.taken <= 3

    def teardown(self):
        self.store.close()


TestBureau = Bureau.TestCase
TestBureau.settings = settings(max_examples=15, stateful_step_count=15, deadline=None)


def test_the_last_hours_are_given_once_and_the_refusal_says_who_holds_them(bureau):
    held = bureau.propose("q-1", "a-verzuim", 3, BY, AT)
    with pytest.raises(NoHoursLeftError, match=r"nog 1 over.*v-1") as refused:
        bureau.propose("q-2", "a-verzuim", 2, "p-2", AT)
    assert refused.value.held_by == (held.id,)
    assert len(bureau.proposals()) == 1
    bureau.take(held.id, Step("afgewezen", then(1), BY, "geen tijd"))
    assert bureau.propose("q-2", "a-verzuim", 4, "p-2", then(2)).id == "v-2"
    assert bureau.excluded() == {("q-1", "a-verzuim"): "niet deze combinatie, want geen tijd"}
    with pytest.raises(NoHoursLeftError):
        bureau.take(held.id, Step(UNDO, then(3), BY))


def test_many_decisions_are_kept_together_or_not_at_all(bureau):
    with pytest.raises(NoHoursLeftError), bureau.at_once():  # noqa: PT012
        bureau.keep_round("ronde-1", "concept", {"pairs": [["q-1", "a-verzuim"]]}, BY, AT)
        bureau.propose("q-1", "a-verzuim", 3, BY, AT)
        bureau.propose("q-2", "a-verzuim", 3, BY, AT)
    assert (bureau.proposals(), bureau.rounds()) == ([], [])
    with bureau.at_once():
        first = bureau.propose("q-1", "a-verzuim", 3, BY, AT)
        with pytest.raises(NoHoursLeftError):
            bureau.propose("q-2", "a-verzuim", 3, BY, AT)
        bureau.propose("q-3", "b-verzuim", 3, BY, AT)
    assert [p.question for p in bureau.proposals()] == ["q-1", "q-3"]
    traces = [line.trace_id for line in bureau.log() if line.name == "voorstel voorgesteld"]
    assert len(traces) == 2
    assert len(set(traces)) == 1
    assert first == bureau.proposals(question="q-1")[0]


@pytest.mark.parametrize("wrong", ["v-2", "v-", "2", "v-1'; drop table step"])
def test_a_proposal_that_is_not_there_is_named(bureau, wrong):
    bureau.propose("q-1", "a-verzuim", 1, BY, AT)
    with pytest.raises(UnknownNameError, match="v-1"):
        bureau.take(wrong, Step("aanvaard", AT, BY))


def test_rounds_go_from_draft_to_approved_to_undone(bureau):
    for state, body in (("concept", {"n": 1}), ("concept", {"n": 2}), ("goedgekeurd", {"n": 2})):
        bureau.keep_round("ronde-1", state, body, BY, AT)
    with pytest.raises(UnknownNameError, match="teruggedraaid"):
        bureau.keep_round("ronde-1", "concept", {}, BY, AT)
    bureau.keep_round("ronde-1", "teruggedraaid", {"n": 2}, "p-2", then(1))
    (kept,) = bureau.rounds()
    assert (kept.state, kept.body, kept.by, kept.at) == ("teruggedraaid", {"n": 2}, "p-2", then(1))
    assert [c.former and c.former["body"] for c in bureau.changes("round", "ronde-1")] == [
        None, {"n": 1}, {"n": 2}, {"n": 2}
    ]  # fmt: skip


def test_of_each_evaluator_the_latest_judgement_counts(bureau):
    for grade, by in ((1, "p-1"), (3, "p-2"), (2, "p-1")):
        bureau.judge("q-1", "a-verzuim", grade, by, AT, "let op")
    assert bureau.judgements() == [
        Judgement("q-1", "a-verzuim", 2, "p-1", AT, "let op"), Judgement("q-1", "a-verzuim", 3, "p-2", AT, "let op")
    ]  # fmt: skip


def test_what_fails_within_is_taken_back_alone(bureau):
    with bureau.at_once():
        with pytest.raises(KeyError):
            bureau.put([offer("half", "Blijft niet."), "geen partij"], BY, AT)
        bureau.put([offer("heel", "Blijft.")], BY, AT)
    assert {"half", "heel"} & {o.id for o in bureau.offers()} == {"heel"}


def test_what_was_shown_is_remembered_with_place_and_score(bureau):
    bureau.show("q-1", [("a-verzuim", 0.8), ("b-verzuim", 0.3)], BY, AT)
    bureau.show("vrij", [("c-geld", 0.1)], BY, AT)
    assert [(s.offer, s.rank, s.score) for s in bureau.shown("q-1")] == [("a-verzuim", 1, 0.8), ("b-verzuim", 2, 0.3)]
    assert len(bureau.shown()) == 3


# --- the log


@pytest.mark.parametrize("table", ["step", "judgement", "log"])
def test_what_is_appended_can_be_changed_by_nobody(bureau, table, tmp_path):
    bureau.propose("q-1", "a-verzuim", 1, BY, AT)
    bureau.judge("q-1", "a-verzuim", 2, BY, AT)
    with sqlite3.connect(tmp_path / "bureau.db") as other:
        (columns,) = other.execute(f"SELECT group_concat(name) FROM pragma_table_info('{table}')").fetchone()
        column = columns.split(",")[-1]
        for change in (
            f"UPDATE {table} SET [{column}] = 1", f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError, match="alleen toegevoegd"):
                other.execute(change)
    other.close()


def test_every_change_leaves_a_line_with_the_fields_of_the_standard(bureau):
    bureau.put_people([Person("p-9", "Iemand", "regio")], "p-2", then(1))
    bureau.record("contactgegevens inzien", "p-2", then(2), [("offer", "a-verzuim")])
    *_, changed, seen = bureau.log()
    assert changed.name == "persoon toevoegen"
    assert changed.attributes["dpl.core.user"] == "p-2"
    assert changed.attributes["dpl.core.data_subject_id"] == "p-9"
    assert seen.attributes["dpl.core.processing_activity_id"].startswith("urn:")
    assert (seen.status_code, seen.start_time, seen.end_time) == (1, then(2), then(2))
    assert (len(seen.trace_id), len(seen.span_id)) == (32, 16)
    assert "Iemand" not in str(bureau.log())


CHANGING = {
    "put": lambda s: s.put([offer("n", "Nieuw.")], BY, AT),
    "put_people": lambda s: s.put_people([Person("p-9", "Iemand", "regio")], BY, AT),
    "add_account": lambda s: s.add_account("p-9", "iemand", BY, AT),
    "invite": lambda s: s.invite("p-9", "digest", then(1), BY, AT),
    "set_password": lambda s: s.set_password("p-9", "hash", BY, AT),
    "keep_code": lambda s: s.keep_code("p-9", "secret", BY, AT),
    "confirm_code": lambda s: s.confirm_code("p-9", 1, BY, AT),
    "drop_code": lambda s: s.drop_code("p-9", BY, AT),
    "open_session": lambda s: (s.open_session("p-9", "one", BY, AT), s.open_session("p-9", "two", BY, AT)),
    "end_session": lambda s: s.end_session("one", BY, AT),
    "end_sessions": lambda s: s.end_sessions("p-9", BY, AT),
    "log_refusal": lambda s: s.log_refusal("", BY, AT),
    "keep_key": lambda s: s.keep_key(ApiKey("k-1", "p-9", ("lezen",), AT, then(1)), "digest", BY, AT),
    "revoke_key": lambda s: s.revoke_key("k-1", BY, AT),
    "revoke_keys": lambda s: (
        s.keep_key(ApiKey("k-2", "p-9", ("lezen",), AT, then(1)), "other", BY, AT),
        s.revoke_keys("p-9", BY, AT),
    ),
    "notify": lambda s: s.notify("p-9", "voorstel", "/voorstellen/v-1", BY, AT),
    "set_disabled": lambda s: s.set_disabled("p-9", True, BY, AT),
    "set_partners": lambda s: s.set_partners("Almere", ["Gemeente Almere"], "aanmelding", BY, AT),
    "close_question": lambda s: s.close_question("q-2", BY, AT),
    "reopen_question": lambda s: (s.close_question("q-3", BY, AT), s.reopen_question("q-3", BY, AT)),
    "set_capacity": lambda s: s.set_capacity("a-verzuim", Capacity(9), BY, AT),
    "set_busy": lambda s: s.set_busy("a-verzuim", [(AT, then(1))], BY, AT),
    "set_pair": lambda s: s.set_pair(Pair("q-1", "c-geld", FIXED, "x"), BY, AT),
    "propose": lambda s: s.propose("q-1", "c-geld", 1, BY, AT),
    "take": lambda s: s.take("v-1", Step("aanvaard", AT, BY)),
    "show": lambda s: s.show("q-1", [("c-geld", 1.0)], BY, AT),
    "judge": lambda s: s.judge("q-1", "c-geld", 1, BY, AT),
    "keep_round": lambda s: s.keep_round("r", "concept", {}, BY, AT),
    "undo_change": lambda s: s.undo_change(s.changes("round", "r")[-1].number, BY, AT),
    "delete": lambda s: s.delete("offer", "n", BY, AT),
    "restore": lambda s: s.restore("offer", "n", BY, AT),
    "empty_bin": lambda s: (s.delete("offer", "n", BY, AT), s.empty_bin(then(1), BY, then(1))),
    "erase": lambda s: s.erase("Iemand", BY, AT),
    "tidy": lambda s: (s.delete("offer", "h-pesten", BY, AT), s.tidy({}, BY, then(24 * 31))),
    "backup": lambda s: s.backup(s.path.with_name("kopie.db"), BY, AT),
    "record": lambda s: s.record("inzien", BY, AT, [("offer", "c-geld")]),
}


def test_each_method_that_changes_something_logs_in_the_same_transaction(bureau):
    for name, change in CHANGING.items():
        before = len(bureau.log())
        change(bureau)
        assert len(bureau.log()) > before, name


def test_every_public_method_either_logs_or_only_reads():
    public = {n for n in dir(Store) if not n.startswith("_") and callable(getattr(Store, n))}
    asks = {
        n for n in public
        if {"by", "at"} <= set(inspect.signature(getattr(Store, n)).parameters) or n == "take"
    }  # fmt: skip
    assert asks == set(CHANGING)


def test_who_takes_part_in_a_region_can_be_undone_binned_and_found_again(store):
    told = ["Gemeente Almere", "Schoolbestuur De Brug"]
    first = store.set_partners("Almere", told, "aanmelding van Almere", BY, AT)
    assert store.set_partners("Almere", told, "aanmelding van Almere", BY, then(1)) is None
    store.set_partners("Almere", told[:1], "aanmelding van Almere", BY, then(2))
    assert store.partners() == {"Almere": ("Gemeente Almere",)}
    with pytest.raises(ActedOnError):
        store.undo_change(first, BY, then(3))
    store.undo_change(store.changes("partners", "Almere")[-1].number, BY, then(3))
    assert store.partners() == {"Almere": tuple(told)}
    store.delete("partners", "Almere", BY, then(4))
    assert store.partners() == {}
    store.restore("partners", "Almere", BY, then(5))
    assert store.partners() == {"Almere": tuple(told)}
    assert {line.name for line in store.log()} >= {"partijen toevoegen", "partijen wijzigen", "partijen weggooien"}


def test_who_takes_part_goes_and_comes_with_the_region(store):
    made = store.put([Region("Almere", "Flevoland", "stad", "middel")], BY, AT)
    store.set_partners("Almere", ["Gemeente Almere"], "aanmelding", BY, AT)
    with pytest.raises(ActedOnError, match="partijen"):
        store.undo_change(made[0], BY, then(1))
    store.delete("region", "Almere", BY, then(1))
    assert store.partners() == {}
    store.restore("region", "Almere", BY, then(2))
    assert store.partners() == {"Almere": ("Gemeente Almere",)}
    store.delete("region", "Almere", BY, then(3))
    store.empty_bin(then(4), BY, then(4))
    assert (store.bin(), store.changes("partners", "Almere")) == ([], [])


def test_a_name_among_who_takes_part_is_erased_with_its_person(store):
    store.put_people([Person("p-9", "Rol Voorbeeld", "regio", ("Almere",))], BY, AT)
    store.set_partners("Almere", ["Gemeente Almere, Rol Voorbeeld"], "aanmelding", BY, AT)
    assert [row["region"] for row in store.held_on("Rol Voorbeeld")["partners"]] == ["Almere"]
    assert store.erase("Rol Voorbeeld", BY, then(1)).still == ()
    assert store.partners() == {"Almere": ("Gemeente Almere, [gewist]",)}


BSN = "Het nummer is 123456782."


@pytest.mark.parametrize("write", [
    lambda s: s.put([question(BSN, id="q-9")], BY, AT),
    lambda s: s.put([offer("n-9", BSN)], BY, AT),
    lambda s: s.propose("q-2", "a-verzuim", 1, BY, AT, BSN),
    lambda s: s.take("v-1", Step("afgewezen", AT, BY, BSN)),
    lambda s: s.take("v-2", Step("afgerond", AT, BY, "", Outcome(3, BSN, "Goed."))),
    lambda s: s.take("v-2", Step("afgerond", AT, BY, "", Outcome(3, "Goed.", BSN))),
    lambda s: s.judge("q-1", "b-verzuim", 2, BY, AT, BSN),
    lambda s: s.close_question("q-1", BY, AT, BSN),
    lambda s: s.set_pair(Pair("q-1", "b-verzuim", FIXED, BSN), BY, AT),
])  # fmt: skip
def test_a_bsn_is_kept_in_no_words_of_anyone(bureau, write):
    bureau.propose("q-1", "a-verzuim", 1, BY, AT)
    bureau.propose("q-3", "b-verzuim", 1, BY, AT)
    for kind in ("aanvaard", "loopt"):
        bureau.take("v-2", Step(kind, AT, BY))
    before = list(bureau._db.conn.iterdump())
    with pytest.raises(InvalidValueError, match="BSN") as caught:
        write(bureau)
    assert "123456782" not in str(caught.value)
    assert list(bureau._db.conn.iterdump()) == before
