"""The commands of a beheerder, run as a person runs them: accounts, keys, the log of someone, what is past."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from matcher import accounts
from matcher.cli import main
from matcher.parties import Region
from matcher.store import open_store
from tests.conftest import OFFERS, question
from tests.test_accounts import CHEAP, PASSWORD

NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=900)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "bureau.db"
    store = open_store(path)
    store.put([Region("Almere", "Flevoland", "", ""), Region("Regio Twente", "Overijssel", "", "")], "p-1", LONG_AGO)
    store.put([*OFFERS, question("Hulp", id="q-1")], "p-1", LONG_AGO)
    store.close()
    return path


@pytest.fixture
def run(path, monkeypatch):
    monkeypatch.setenv("MATCHER_DATABASE", str(path))
    monkeypatch.setenv("COLUMNS", "120")

    def call(*words, code=0):
        done = CliRunner().invoke(main, [str(w) for w in words], catch_exceptions=False)
        assert done.exit_code == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return call


@pytest.fixture
def opened(path):
    """Opens the store to look into it, and closes it again."""
    held = []

    def call():
        held.append(open_store(path))
        return held[-1]

    yield call
    for store in held:
        store.close()


def add(run, login="regio.almere", role="regio", *more):
    return json.loads(run("accounts", "--add", login, "--name", f"Account {login}", "--role", role, "--json", *more))


def test_from_a_new_account_to_a_password_a_role_and_out(run, opened):
    assert "--add" in run("accounts")
    made = add(run, "regio.almere", "regio", "--region", "almere")
    assert made["urenGeldig"] == accounts.LINK_HOURS
    (row,) = made["accounts"]
    assert (row["rol"], row["regios"], row["wachtwoord"]) == ("regio", ["Almere"], False)
    store = opened()
    accounts.choose_password(store, made["code"], PASSWORD, datetime.now(UTC), CHEAP)
    token = accounts.sign_in(store, "regio.almere", PASSWORD, "", "", datetime.now(UTC), CHEAP)
    run("accounts", "--change", "regio.almere", "--role", "verbinder", "--region", "twente", "--region", "Almere")
    found = accounts.who_by_session(store, token, datetime.now(UTC))
    assert (found.role, found.regions) == ("verbinder", ("Almere", "Regio Twente"))
    assert "afgesloten" in run("accounts", "--disable", "REGIO.almere")
    assert accounts.who_by_session(store, token, datetime.now(UTC)) is None
    shown = run("accounts", "--enable", "regio.almere")
    assert "afgesloten" not in shown
    assert "Account regio.almere" in shown
    assert store.account("regio.almere").disabled is None


def test_a_code_to_choose_a_password_works_once(run, opened):
    add(run, "beheer", "beheerder")
    printed = run("accounts", "--password", "beheer")
    code = printed.split()[-1]
    assert accounts.choose_password(opened(), code, PASSWORD, datetime.now(UTC), CHEAP) == "beheer"
    assert "nog geen wachtwoord" not in run("accounts")
    assert code not in run("log", "--most", 1000, "--json")


def test_the_last_beheerder_is_not_closed(run, opened):
    add(run, "beheer", "beheerder")
    assert "laatste beheerder" in run("accounts", "--disable", "beheer", code=2)
    assert "laatste beheerder" in run("accounts", "--change", "beheer", "--role", "evaluator", code=2)
    assert opened().account("beheer").disabled is None
    add(run, "ander", "beheerder")
    assert "afgesloten" in run("accounts", "--disable", "beheer")


def test_a_lost_telephone_is_taken_away(run, opened):
    add(run, "beheer", "beheerder")
    store = opened()
    person = store.account("beheer").person
    store.keep_code(person, "JBSWY3DPEHPK3PXP", person, NOW)
    store.confirm_code(person, 1, person, NOW)
    assert "met inlogcode" in run("accounts")
    assert "met inlogcode" not in run("accounts", "--no-code", "beheer")
    assert not store.account("beheer").code


@pytest.mark.parametrize(("words", "told"), [
    (("--add", "nieuw"), "--role"), (("--add", "nieuw", "--role", "regio", "--name", "N"), "ten minste één regio"),
    (("--add", "nieuw", "--role", "regio", "--region", "Atlantis", "--name", "N"), "Almere"),
    (("--add", "nieuw", "--role", "directeur"), "verbinder"), (("--disable", "niemand"), "beheer"),
    (("--password", "niemand"), "beheer"), (("--add", "beheer", "--role", "evaluator", "--name", "N"), "vrij"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_made(run, words, told):
    add(run, "beheer", "beheerder")
    assert told in run("accounts", *words, code=2)
    assert len(json.loads(run("accounts", "--json"))["accounts"]) == 1


def test_a_key_is_shown_once_and_taken_back(run, opened):
    add(run, "beheer", "beheerder")
    assert "matcher keys --make" in run("keys")
    made = json.loads(run("keys", "--make", "beheer", "--scope", "lezen", "--days", 5, "--json"))
    (row,) = made["sleutels"]
    assert (row["van"], row["mag"], row["gebruikt"]) == ("beheer", ["lezen"], None)
    store = opened()
    assert accounts.who_by_key(store, made["sleutel"], datetime.now(UTC))[1] == {"lezen"}
    listed = run("keys")
    assert row["id"] in listed
    assert made["sleutel"] not in listed + run("log", "--most", 1000, "--json")
    run("keys", "--revoke", row["id"])
    assert accounts.who_by_key(store, made["sleutel"], datetime.now(UTC)) is None
    assert row["id"] in run("keys", "--revoke", "k-weg", code=2)
    assert "--make" in run("keys", "--scope", "lezen", code=2)
    assert run("keys", "--make", "beheer").split()[-1].startswith("mk_")


def test_who_saw_what_of_whom_between_then_and_then(run, opened):
    add(run, "beheer", "beheerder")
    store = opened()
    person = store.account("beheer").person
    for days, by in ((10, person), (5, person), (5, "p-9"), (1, person)):
        store.record("contactgegevens inzien", by, NOW - timedelta(days=days), [("offer", "a-verzuim")])
    store.record("contactgegevens inzien", person, NOW - timedelta(days=5), [("offer", "f-ouders")])
    since, until = f"{NOW - timedelta(days=7):%Y-%m-%d}", f"{NOW - timedelta(days=3):%Y-%m-%dT%H:%M}"
    asked = ("log", "--of", "A-verzuim", "--since", since, "--until", until)
    lines = json.loads(run(*asked, "--json"))
    assert [x["attributes"]["dpl.core.user"] for x in lines] == [person, "p-9"]
    assert [x["attributes"]["dpl.core.user"] for x in json.loads(run(*asked, "--by", "beheer", "--json"))] == [person]
    assert [x["name"] for x in json.loads(run("log", "--by", "p-9", "--json"))] == ["contactgegevens inzien"]
    assert "offer a-verzuim" in run(*asked)
    assert "geen regels" in run("log", "--of", "f-ouders", "--by", "p-9")
    assert "--after" in run("log", "--most", 2)
    for wrong in ("gisteren", "2027-13-01", "0001-01-01"):
        assert wrong in run("log", "--since", wrong, code=2)


def test_what_is_past_its_period_is_told_and_goes_when_asked(run, opened, monkeypatch):
    store = opened()
    store.close_question("q-1", "p-1", LONG_AGO)
    store.keep_draft("p-1", "leervraag", {}, NOW - timedelta(days=20))
    told = run("tidy")
    assert "1  gesloten leervragen, ouder dan 730 dagen" in told
    assert "concepten" not in told
    assert "--do-it" in told
    assert [q.id for q in store.questions()] == ["q-1"]
    monkeypatch.setenv("MATCHER_KEEP_DRAFTS", "14")
    said = json.loads(run("tidy", "--json"))
    assert (said["verwijderd"], said["aantal"]["drafts"], said["dagen"]["drafts"]) == (False, 1, 14)
    done = json.loads(run("tidy", "--do-it", "--json"))
    assert (done["verwijderd"], done["aantal"]) == (True, said["aantal"])
    assert (store.questions(), store.drafts("p-1")) == ([], {})
    assert "niets op te ruimen" in run("tidy", "--do-it")
    assert "opschonen" in run("log", "--by", "bureau")
    monkeypatch.setenv("MATCHER_KEEP_DRAFTS", "eeuwig")
    assert "MATCHER_KEEP_DRAFTS" in run("tidy", code=2)


def test_the_bin_is_emptied_after_the_days_that_were_set(run, opened, monkeypatch):
    store = opened()
    store.delete("offer", "h-pesten", "p-1", NOW - timedelta(days=8))
    assert "0 verwijderd" in run("trash", "--empty")
    monkeypatch.setenv("MATCHER_KEEP_BIN", "7")
    assert "1 verwijderd" in run("trash", "--empty")
