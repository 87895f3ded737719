"""Accounts and what waits come out as they went in; secrets stay in the store; an older file takes the tables on."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from matcher import accounts
from matcher.accounts.limits import FREE
from matcher.errors import InvalidValueError, MatcherError, SignInRefusedError, UnknownNameError
from matcher.store import APPLICATION_ID, SCOPES, Answer, ApiKey, Person, Store, open_store, restore_backup
from matcher.store.schema import HIDDEN, OF_A_PERSON, migrations
from tests.conftest import OFFERS, question
from tests.test_accounts import CHEAP, GUESS, PASSWORD

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = "p-1"
MAIL = "Een.Verbinder@voorbeeld.invalid"
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)


@pytest.fixture
def path(made, tmp_path):
    return shutil.copy(made, tmp_path / "bureau.db")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A file with someone who signed in, has a key and a code, and for whom things wait; and someone else."""
    path = tmp_path_factory.mktemp("made") / "bureau.db"
    store = open_store(path)
    store.put_people(
        [Person("p-7", "Verbinder Noordwijk", "verbinder"), Person("p-8", "Systemen", "beheerder")], BY, AT
    )
    for key, login in (("p-7", MAIL), ("p-8", "beheer")):
        store.add_account(key, login, BY, AT)
        accounts.choose_password(store, accounts.invite(store, key, BY, AT), PASSWORD, AT, CHEAP)
        store.keep_answer("sleutel-1", key, "POST /leervragen", Answer("d", 201, '{"naam": "Noordwijk"}'), AT)
        store.keep_draft(key, "leervraag", {"titel": f"van {key}, mail aan {MAIL}"}, AT)
        store.notify(key, "voorstel", "/voorstellen/v-1", BY, AT)
        accounts.make_key(store, key, ["lezen"], 10, BY, AT)
        accounts.sign_in(store, login, PASSWORD, "", "192.0.2.7", AT, CHEAP)
        store.keep_code(key, "JBSWY3DPEHPK3PXP", BY, AT)
        store.invite(key, f"digest-{key}", AT + timedelta(days=1), BY, AT)
    with pytest.raises(Exception, match="niet aangemeld"):
        accounts.sign_in(store, MAIL, GUESS, "", "192.0.2.7", AT, CHEAP)
    store.close()
    return path


@pytest.fixture
def store(path):
    opened = open_store(path)
    yield opened
    opened.close()


def test_a_file_of_before_takes_the_new_tables_on_and_keeps_its_own(tmp_path):
    """As Matcher made it before there were accounts: three migrations, with people, a proposal and a log."""
    path, new = tmp_path / "oud.db", open_store(tmp_path / "nieuw.db")
    new.put([*OFFERS, question("v", id="q")], BY, AT)
    new.put_people([Person("p-7", "Verbinder", "verbinder", ("Almere",))], BY, AT)
    new.propose("q", "a-verzuim", 1, "p-7", AT, "graag")
    told = new.log()
    new.close()
    with sqlite3.connect(path, isolation_level=None) as made:
        made.execute(f"ATTACH '{tmp_path / 'nieuw.db'}' AS new")
        made.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        migrations.apply(Database(made), stop_before="accounts")
        for table in ("log", "region", "question", "offer", "person", "version", "proposal", "step"):
            made.execute(f"INSERT INTO main.[{table}] SELECT * FROM new.[{table}]")
        assert not made.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'account'").fetchone()
    made.close()
    opened = open_store(path)
    assert opened.log() == told
    assert opened.people() == [Person("p-7", "Verbinder", "verbinder", ("Almere",))]
    assert (opened.accounts(), [p.note for p in opened.proposals()]) == ([], ["graag"])
    assert opened.add_account("p-7", "verbinder", BY, AT).person == "p-7"
    with pytest.raises(sqlite3.IntegrityError, match="alleen toegevoegd"):
        opened._db.execute("DELETE FROM log")
    opened.close()


def test_every_file_has_a_secret_of_its_own_that_stays(tmp_path):
    first, second = open_store(tmp_path / "a.db"), open_store(tmp_path / "b.db")
    assert len(first.secret()) == 32
    assert first.secret() != second.secret()
    kept = first.secret()
    first.close()
    again = open_store(tmp_path / "a.db")
    assert again.secret() == kept
    again.close()
    second.close()


def test_accounts_come_out_in_order_with_no_secret(store):
    found = store.accounts()
    assert [a.login for a in found] == ["beheer", MAIL.lower()]
    assert all(a.password and not a.code and a.invited_until == AT + timedelta(days=1) for a in found)
    shown = f"{found}{store.credentials('p-7')!r}{store.sessions('p-7')}{store.api_keys()}{store.log()}"
    for secret in ("argon2", "JBSWY3DPEHPK3PXP", "digest-p-7"):
        assert secret not in shown


@pytest.mark.parametrize("wrong", [
    lambda s: s.add_account("p-7", "ander", BY, AT), lambda s: s.add_account("p-8", MAIL.upper(), BY, AT),
    lambda s: s.add_account("p-weg", "ander", BY, AT), lambda s: s.set_disabled("p-weg", True, BY, AT),
    lambda s: s.set_password("p-weg", "hash", BY, AT), lambda s: s.notify("p-weg", "voorstel", "/x", BY, AT),
    lambda s: s.notify("p-7", "voorstel", "https://elders.invalid", BY, AT), lambda s: s.note_try(99, True, AT),
    lambda s: s.notify("p-7", "voorstel", "//elders.invalid", BY, AT), lambda s: s.open_session("p-7", "t", " ", AT),
    lambda s: s.keep_key(ApiKey("k", "p-weg", SCOPES, AT, AT), "d", BY, AT),
    lambda s: s.open_session("p-7", "t", BY, AT.replace(tzinfo=None)),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(store, wrong):
    before = (len(store.log()), store.accounts(), store.sessions("p-7"), store.unsent())
    with pytest.raises(InvalidValueError):
        wrong(store)
    assert (len(store.log()), store.accounts(), store.sessions("p-7"), store.unsent()) == before


def test_a_step_is_used_once_however_many_ask_at_once(store, path):
    other = open_store(path)
    assert [store.use_step("p-7", 5), other.use_step("p-7", 5), other.use_step("p-7", 4)] == [True, False, False]
    assert other.use_step("p-7", 6)
    other.close()


def test_who_is_signed_in_can_read_on_when_the_file_cannot_be_written(path):
    store = open_store(path)
    token = accounts.start_session(store, "p-7", AT)
    _, key = accounts.make_key(store, "p-7", ["lezen"], 10, BY, AT)
    store._db.execute("PRAGMA query_only = ON")
    assert accounts.who_by_session(store, token, AT + timedelta(minutes=5)).key == "p-7"
    assert accounts.who_by_key(store, key, AT)[0].key == "p-7"
    store.close()


def test_who_comes_and_goes_leaves_what_was_read_at_hand(store):
    store.put(OFFERS, BY, AT)
    store.offers()
    marks = store.marks("offer", "question", "person")
    accounts.start_session(store, "p-7", AT)
    for login in (MAIL, "niemand"):
        with pytest.raises(SignInRefusedError):
            accounts.sign_in(store, login, GUESS, "", "192.0.2.7", AT, CHEAP)
    store.notify("p-7", "leervraag", "/leervragen/q-1", BY, AT)
    assert store.marks("offer", "question", "person") == marks


def test_a_backup_lets_nobody_in_who_was_signed_in_or_invited(path, store, tmp_path):
    token = accounts.start_session(store, "p-7", AT)
    invited = accounts.invite(store, "p-7", BY, AT)
    copy = store.backup(tmp_path / "kopie.db", BY, AT)
    assert accounts.digest(token).encode() not in copy.read_bytes()
    store.close()
    restore_backup(copy, path)
    again = open_store(path)
    assert accounts.who_by_session(again, token, AT) is None
    assert again.invited(accounts.digest(invited), AT) is None
    assert accounts.sign_in(again, MAIL, PASSWORD, "", "", AT, CHEAP)
    assert len(again.api_keys()) == 2
    again.close()


def test_many_who_guess_at_once_do_not_slip_by_together(path):
    """Twelve threads, each with the file open, guess at once: no more are looked at than one after another."""
    ready = Barrier(12)

    def guess(n: int) -> str:
        own = open_store(path)
        ready.wait()
        try:
            accounts.sign_in(own, "beheer", GUESS, "", f"192.0.2.{n}", AT, CHEAP)
        except MatcherError as refused:
            return type(refused).__name__
        finally:
            own.close()
        return "binnen"

    with ThreadPoolExecutor(12) as pool:
        told = Counter(pool.map(guess, range(12)))
    assert told == {"SignInRefusedError": FREE["login"], "TooManyAttemptsError": 12 - FREE["login"]}


def test_attempts_are_counted_and_added_under_one_lock(store, monkeypatch):
    locked, attempts = [], Store.attempts
    monkeypatch.setattr(Store, "attempts", lambda s, *a: locked.append(s._db.conn.in_transaction) or attempts(s, *a))
    accounts.sign_in(store, "beheer", PASSWORD, "", "192.0.2.9", AT, CHEAP)
    assert locked == [True, True]


# --- access and erasure


def test_everything_of_a_person_is_found_and_no_secret_is_given(store):
    held = store.held_on("p-7")
    assert set(held) >= {*OF_A_PERSON, "attempt", "person", "log"}
    assert {row["person"] for table in OF_A_PERSON if table != "draft" for row in held[table]} == {"p-7"}
    for table, columns in HIDDEN.items():
        assert not columns & {c for row in held.get(table, ()) for c in row}
    assert not {c for c in ("argon2", "JBSWY3DPEHPK3PXP", "digest-p-7") if c in str(held)}
    assert "secret" not in held
    assert set(store.held_on(MAIL)) == set(held)
    assert store.ids_of(MAIL) == {MAIL, "p-7"}


@pytest.mark.parametrize("who", ["p-7", "Verbinder Noordwijk", MAIL, MAIL.lower()])
def test_who_is_erased_leaves_nothing_in_the_bytes_and_others_stay(path, who):
    store = open_store(path)
    tables = ("account", "session", "api_key", "draft", "notice")
    before = {t: [r for r in store._db.query(f"SELECT * FROM {t}") if r["person"] == "p-8"] for t in tables}
    subject = store._subject("login", MAIL)
    assert store.erase(who, BY, AT).still == ()
    left = {t: list(store._db.query(f"SELECT * FROM {t}")) for t in tables}
    assert left["draft"] == [before["draft"][0] | {"entry": '{"titel": "van p-8, mail aan [gewist]"}'}]
    assert {t: r for t, r in left.items() if t != "draft"} == {t: r for t, r in before.items() if t != "draft"}
    assert store.answer("sleutel-1", "p-8", "POST /leervragen", AT) is None
    store.close()
    raw = path.read_bytes().decode("latin-1").lower()
    for trace in ("noordwijk", "voorbeeld.invalid", "p-7", "digest-p-7", subject):
        assert trace not in raw


def test_a_login_that_is_a_word_is_not_taken_out_of_texts(store):
    store.put([question("Hoe regelen wij het beheer?", id="q")], BY, AT)
    store.erase("p-8", BY, AT)
    assert [q.text for q in store.questions()] == ["Hoe regelen wij het beheer?"]
    assert store.account("beheer") is None


def test_who_leaves_the_bin_for_good_leaves_no_account(store):
    store.delete("person", "p-7", BY, AT)
    assert store.account(person="p-7")
    store.restore("person", "p-7", BY, AT)
    assert accounts.lets_in(store, "p-7")
    store.delete("person", "p-7", BY, AT)
    store.empty_bin(AT + timedelta(days=1), BY, AT + timedelta(days=1))
    for table in OF_A_PERSON:
        assert {r["person"] for r in store._db.query(f"SELECT person FROM {table}")} == {"p-8"}


# --- what waits


@given(st.dictionaries(TEXT, JSON, max_size=3))
@settings(max_examples=20)
def test_a_draft_comes_out_as_it_went_in(entry):
    held = Store.in_memory()
    held.keep_draft("p-7", "leervraag", {"eerst": 1}, AT)
    held.keep_draft("p-7", "leervraag", entry, AT)
    assert held.draft("p-7", "leervraag") == entry
    assert held.draft("p-8", "leervraag") is None
    held.close()


def test_drafts_are_named_newest_first_and_dropped(store):
    store.keep_draft("p-7", "voorstel", {}, AT + timedelta(hours=1))
    assert list(store.drafts("p-7").items()) == [("voorstel", AT + timedelta(hours=1)), ("leervraag", AT)]
    store.drop_draft("p-7", "leervraag")
    assert list(store.drafts("p-7")) == ["voorstel"]
    assert list(store.drafts("p-8")) == ["leervraag"]


def test_an_answer_is_given_again_to_the_same_request_of_the_same_person_for_a_day(store):
    asked = ("sleutel-1", "p-7", "POST /leervragen")
    given_ = Answer("d", 201, '{"naam": "Noordwijk"}')
    assert store.answer(*asked, AT + timedelta(hours=23)) == given_
    assert store.answer(*asked, AT + timedelta(hours=24)) is None
    for other in (("sleutel-2", *asked[1:]), (asked[0], "p-9", asked[2]), (*asked[:2], "POST /aanbod")):
        assert store.answer(*other, AT) is None
    later = AT + timedelta(hours=30)
    store.keep_answer(*asked, replace(given_, status=200), later)
    assert store.answer(*asked, later).status == 200


def test_work_and_its_answer_are_kept_together_or_not_at_all(store):
    asked = ("sleutel-9", "p-7", "POST /leervragen")
    with pytest.raises(UnknownNameError), store.at_once():  # noqa: PT012
        store.put([question("v", id="q")], BY, AT)
        store.keep_answer(*asked, Answer("d", 201, ""), AT)
        store.propose("q", "weg", 1, BY, AT)
    assert store.answer(*asked, AT) is None
    assert store.questions() == []


def test_a_notice_waits_until_it_was_sent_and_is_in_line_once(store):
    assert [(n.person, n.kind, n.link, n.tries) for n in store.unsent()] == [
        ("p-7", "voorstel", "/voorstellen/v-1", 0), ("p-8", "voorstel", "/voorstellen/v-1", 0)
    ]  # fmt: skip
    lines = len(store.log())
    store.notify("p-7", "voorstel", "/voorstellen/v-1", BY, AT)
    assert (len(store.unsent()), len(store.log())) == (2, lines)
    first = store.unsent(1)[0]
    store.note_try(first.number, False, AT + timedelta(minutes=1))
    assert store.unsent(1) == [replace(first, tries=1, tried=AT + timedelta(minutes=1))]
    store.note_try(first.number, True, AT + timedelta(minutes=5))
    assert [n.person for n in store.unsent()] == ["p-8"]
    with pytest.raises(UnknownNameError):
        store.note_try(first.number, True, AT)
    store.notify("p-7", "voorstel", "/voorstellen/v-1", BY, AT + timedelta(days=1))
    assert [n.person for n in store.unsent()] == ["p-8", "p-7"]


# --- who saw what of whom


def test_the_log_answers_who_saw_what_of_whom_between_then_and_then(tmp_path):
    store = open_store(tmp_path / "x.db")
    store.put(OFFERS, BY, AT)
    store.put_people([Person("p-7", "Verbinder Noordwijk", "verbinder"), Person("p-77", "Ander", "verbinder")], BY, AT)
    store.add_account("p-7", MAIL, BY, AT)
    for hour, (by, offer) in enumerate([("p-7", "a-verzuim"), ("p-8", "a-verzuim"), ("p-7", "f-ouders")], 1):
        store.record("contactgegevens inzien", by, AT + timedelta(hours=hour), [("offer", offer)])

    def seen(**asked):
        return [(x.attributes["dpl.core.user"], x.attributes["matcher.about"]) for x in store.log(**asked)][-3:]

    of = store.ids_of("A-verzuim")
    assert of >= {"a-verzuim"}
    hour = timedelta(hours=1)
    assert seen(of=of, since=AT + hour) == [("p-7", "offer a-verzuim"), ("p-8", "offer a-verzuim")]
    assert seen(of=of, since=AT + hour, until=AT + 2 * hour) == [("p-7", "offer a-verzuim")]
    assert seen(by="p-7") == [("p-7", "offer a-verzuim"), ("p-7", "offer f-ouders")]
    assert seen(of=of, by="p-7") == [("p-7", "offer a-verzuim")]
    assert seen(of=store.ids_of(MAIL)) == [(BY, "person p-7"), (BY, "account p-7")]
    assert seen(of={"a-"}) == seen(of=[]) == seen(by="p-") == []
    everything = store.log()
    assert store.log(until=AT + 9 * hour) == everything
    assert store.log(after=everything[-2].seq, of=store.ids_of("f-ouders")) == [everything[-1]]
    done = store.erase("f-ouders", BY, AT + 4 * hour)
    assert seen(of=done.aliases)[0] == (BY, f"offer {done.aliases[0]}")
    store.close()
