"""Who signs in is who they say, at this moment and no longer; who guesses waits; no secret can be read back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event, Lock

import pyotp
import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from matcher import accounts
from matcher.accounts.codes import SECONDS, step_of
from matcher.accounts.limits import FREE, LONGEST, REMEMBERED, free_from
from matcher.accounts.passwords import AT_ONCE, LEAST, MOST, checked, hashed, outdated, right
from matcher.accounts.signing import SEEN_EVERY
from matcher.errors import (
    InvalidValueError,
    LastKeeperError,
    LinkRefusedError,
    MatcherError,
    SignInRefusedError,
    TooManyAttemptsError,
    UnknownNameError,
    WeakPasswordError,
    WrongCodeError,
)
from matcher.parties import Region
from matcher.store import ROLES, Person, Store
from tests.conftest import question

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BY = "p-1"
LOGIN, PASSWORD, HOME = "regio.almere", "vier woorden naast elkaar", "192.0.2.7"
GUESS, OTHER = "zo maar geraden iets", "een heel ander begin"
# The rules are the same whatever hashing costs; its real parameters have a test of their own.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def later(**passed: float) -> datetime:
    """Return a moment so much later."""
    return AT + timedelta(**passed)


@pytest.fixture
def store():
    """A store with two regions and one account, whose owner chose a password."""
    held = Store.in_memory()
    held.put(
        [Region("Almere", "Flevoland", "stedelijk", "groot"), Region("Regio Twente", "Overijssel", "", "")], BY, AT
    )
    account = accounts.add(held, LOGIN, "Regio Almere", "regio", ["almere"], BY, AT)
    accounts.choose_password(held, accounts.invite(held, account.person, BY, AT), PASSWORD, AT, CHEAP)
    yield held
    held.close()


@pytest.fixture
def person(store) -> str:
    return store.account(LOGIN).person


def sign_in(store, login=LOGIN, password=PASSWORD, code="", address=HOME, at=AT):
    return accounts.sign_in(store, login, password, code, address, at, CHEAP)


# --- signing in


def test_who_signs_in_is_the_person_of_the_account(store, person):
    token = sign_in(store)
    assert accounts.who_by_session(store, token, AT) == Person(person, "Regio Almere", "regio", ("Almere",))
    assert sign_in(store, login=f"  {LOGIN.upper()} ") != token


def test_the_refusal_does_not_say_what_was_wrong(store, person):
    secret, _ = accounts.enrol(store, person, AT)
    accounts.confirm(store, person, pyotp.TOTP(secret).at(AT), AT)
    fresh = pyotp.TOTP(secret).at(later(minutes=5))
    shut = accounts.add(store, "dicht", "Dicht", "evaluator", (), BY, AT)
    accounts.choose_password(store, accounts.invite(store, shut.person, BY, AT), PASSWORD, AT, CHEAP)
    store.set_disabled(shut.person, True, BY, AT)
    accounts.add(store, "zonder", "Zonder wachtwoord", "beheerder", (), BY, AT)
    told = set()
    for wrong in ({"login": "niemand"}, {"password": "iets heel anders dan dit"}, {"code": "000000"}, {"code": ""},
                  {"login": "dicht"}, {"login": "zonder"}, {"login": "\ud800"}, {"password": "\ud800" * 20},
                  {"password": ""}, {"login": ""}, {"login": "x' or 1=1 --"}, {"password": "x" * 100_000}):  # fmt: skip
        with pytest.raises(SignInRefusedError) as refused:
            sign_in(store, **({"code": fresh, "at": later(minutes=5)} | wrong))
        told.add((type(refused.value), str(refused.value), tuple(vars(refused.value)), refused.value.__cause__))
        store._db.execute("DELETE FROM attempt")
    assert len(told) == 1
    assert accounts.who_by_session(store, sign_in(store, code=fresh, at=later(minutes=5)), later(minutes=5))


class Watched(PasswordHasher):
    """Hashes, and counts how many are at it at once; each waits a moment for company."""

    def __init__(self):
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.lock, self.busy, self.most = Lock(), 0, 0
        self.company = Event()

    def _watch(self, work, *given):
        with self.lock:
            self.busy += 1
            self.most = max(self.most, self.busy)
            if self.busy > AT_ONCE:
                self.company.set()
        self.company.wait(0.02)
        try:
            return work(*given)
        finally:
            with self.lock:
                self.busy -= 1

    def hash(self, *given):
        return self._watch(super().hash, *given)

    def verify(self, *given):
        return self._watch(super().verify, *given)


def test_no_more_than_two_passwords_are_hashed_at_once():
    watched = Watched()
    kept = CHEAP.hash(PASSWORD)
    with ThreadPoolExecutor(10) as pool:
        known = [pool.submit(right, PASSWORD, kept, watched) for _ in range(10)]
        wrong = [pool.submit(right, GUESS, kept, watched) for _ in range(5)]
        nobody = [pool.submit(right, PASSWORD, None, watched) for _ in range(5)]
        made = [pool.submit(hashed, PASSWORD, watched) for _ in range(5)]
    assert [f.result() for f in (*known, *wrong, *nobody)] == [True] * 10 + [False] * 10
    assert len({f.result() for f in made}) == 5
    assert watched.most == AT_ONCE == 2


def test_an_unknown_login_costs_as_much_hashing_as_a_wrong_password(store, monkeypatch):
    """Counted, not timed: each refusal verifies one hash with the same parameters."""
    seen = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda *a: seen.append(extract_parameters(a[1])) or verify(*a))
    accounts.add(store, "zonder", "Zonder wachtwoord", "beheerder", (), BY, AT)
    for login in (LOGIN, "niemand", "zonder", "\ud800"):
        with pytest.raises(SignInRefusedError):
            sign_in(store, login=login, password=GUESS)
    assert len(seen) == 4
    assert len(set(map(str, seen))) == 1


def test_the_real_parameters_are_argon2id_and_no_less_than_owasp_asks():
    kept = hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    found = extract_parameters(kept)
    assert (found.memory_cost, found.time_cost, found.parallelism) >= (19 * 1024, 2, 1)
    assert min(found.time_cost - 1, found.parallelism) >= 1
    assert right(PASSWORD, kept)
    assert not outdated(kept)
    assert hashed(PASSWORD, CHEAP) != hashed(PASSWORD, CHEAP)


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(store, person):
    former = store.credentials(person).password
    other = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with pytest.raises(SignInRefusedError):
        accounts.sign_in(store, LOGIN, "niet het goede", "", HOME, AT, other)
    assert store.credentials(person).password == former
    accounts.sign_in(store, LOGIN, PASSWORD, "", HOME, AT, other)
    assert extract_parameters(store.credentials(person).password).time_cost == 2
    assert sign_in(store)


@pytest.mark.parametrize("weak", [
    "elf tekens.", "x" * 11, "a" * 40, "abababababab", "wachtwoord123", "Welkom2026!!", "W3lk0m2026!!",
    "P@ssw0rd2026!", "123456789012345", "qwertyuiop12", "metandereogen", "Met Andere Ogen 2026", "welkomwelkom",
    "november2026!", "mijn regio.almere wachtzin", "MIJN REGIO.ALMERE WACHTZIN", "t" + "e" * 128,
    "een regel\nen nog een", "\ud800" * 12,
])  # fmt: skip
def test_a_weak_password_is_refused_and_never_told(weak):
    with pytest.raises(WeakPasswordError) as refused:
        checked(weak, LOGIN)
    assert refused.value.broken
    assert weak not in str(refused.value)
    assert weak not in repr(vars(refused.value))


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=LEAST, max_size=MOST))
@settings(max_examples=60)
def test_no_rule_asks_for_kinds_of_characters(password):
    try:
        assert checked(password, "iemand") == password
    except WeakPasswordError as refused:
        assert refused.broken == ("Kies iets dat minder voor de hand ligt.",)  # noqa: PT017
    kept = hashed(password, CHEAP)
    assert right(password, kept, CHEAP)
    assert not right(password[:-1], kept, CHEAP)


@pytest.mark.parametrize(
    "good", [PASSWORD, "correct horse battery", "x7$kQ2!mZp9w", "wie weet wat er nog komt", "ŵëł kóm bïj ôns hier"]
)
def test_a_sentence_is_a_good_password(good):
    assert checked(good, LOGIN) == good


# --- limits


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
@settings(max_examples=60)
def test_each_failure_makes_the_next_wait_no_shorter(gaps):
    moments, waits = [], []
    for gap in gaps:
        last = moments[-1] if moments else AT
        moments.append(last + timedelta(seconds=gap))
        until = free_from(moments, FREE["login"])
        waits.append(until - moments[-1] if until else timedelta(0))
    assert waits == sorted(waits)
    assert max(waits) <= LONGEST
    assert all(not w for w in waits[: FREE["login"] - 1])


def test_someone_who_guesses_as_fast_as_they_may_gets_few_guesses(store):
    now, guesses = AT, []
    while now < later(hours=24):
        with pytest.raises((TooManyAttemptsError, SignInRefusedError)) as refused:
            sign_in(store, password=GUESS, at=now)
        until = getattr(refused.value, "until", now)
        assert now <= until <= now + LONGEST
        guesses += [now] * (until == now)
        now = until
    per_hour = [int((g - AT) / timedelta(hours=1)) for g in guesses]
    assert per_hour.count(0) == 17
    assert all(per_hour.count(hour) == 4 for hour in range(1, 24))


def test_a_wait_is_the_same_for_a_login_that_nobody_has(store):
    waits = []
    for login in (LOGIN, "niemand"):
        for n in range(8):
            moment = later(minutes=20 * n)
            with pytest.raises(SignInRefusedError):
                sign_in(store, login=login, password=GUESS, address=f"{login}{n}", at=moment)
        with pytest.raises(TooManyAttemptsError) as wait:
            sign_in(store, login=login, address="elders", at=moment)
        waits.append(wait.value.until)
    assert waits[0] == waits[1] > moment


def test_a_try_while_one_has_to_wait_is_not_looked_at_and_makes_it_no_longer(store):
    for _ in range(FREE["login"]):
        with pytest.raises(SignInRefusedError):
            sign_in(store, password=GUESS)
    untils = set()
    for _ in range(5):
        with pytest.raises(TooManyAttemptsError) as wait:
            sign_in(store)
        untils.add(wait.value.until)
    assert untils == {later(seconds=1)}
    assert sign_in(store, at=later(seconds=1))
    # It succeeded: what came before is forgiven.
    with pytest.raises(SignInRefusedError):
        sign_in(store, password=GUESS, at=later(seconds=2))
    assert sign_in(store, at=later(seconds=2))


def test_an_address_that_tries_many_logins_waits_and_others_do_not(store):
    for n in range(FREE["address"]):
        with pytest.raises(SignInRefusedError):
            sign_in(store, login=f"poging-{n}")
    with pytest.raises(TooManyAttemptsError):
        sign_in(store)
    assert sign_in(store, address="192.0.2.8")
    assert sign_in(store, at=later(hours=1, seconds=1))


def test_who_signs_in_well_does_not_clear_the_failures_of_the_address(store):
    for n in range(FREE["address"] - 1):
        with pytest.raises(SignInRefusedError):
            sign_in(store, login=f"poging-{n}")
        assert sign_in(store)
    with pytest.raises(SignInRefusedError):
        sign_in(store, login="nog een")
    with pytest.raises(TooManyAttemptsError):
        sign_in(store)


def test_neither_login_nor_address_can_be_read_from_an_attempt(store):
    with pytest.raises(SignInRefusedError):
        sign_in(store, password=GUESS)
    rows = str(list(store._db.query("SELECT * FROM attempt")))
    assert LOGIN not in rows
    assert HOME not in rows
    other = Store.in_memory()
    other.try_to_sign_in({"login": LOGIN}, AT)
    assert next(other._db.query("SELECT subject FROM attempt"))["subject"] not in rows
    other.close()
    assert set(FREE) == set(REMEMBERED)


# --- codes


@settings(max_examples=40)
@given(st.integers(-4, 4), st.integers(0, 29), st.sampled_from(["{}", " {} ", "{0:.3} {0:3}"]))
def test_a_code_holds_for_its_own_step_and_one_on_either_side(offset, second, written):
    secret = pyotp.random_base32()
    own = pyotp.TOTP(secret).at(AT + timedelta(seconds=SECONDS * offset))
    found = step_of(secret, own, AT + timedelta(seconds=second))
    expected = int(AT.timestamp()) // SECONDS + offset
    # One of a million codes is that of another step too.
    assert found == expected if abs(offset) <= 1 else found is None or abs(found - expected) > 1


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5", "\ud800", "000000\n"])
def test_what_is_no_code_is_refused(wrong):
    assert step_of("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", wrong, AT) is None


def test_a_code_is_used_once_also_a_later_one_first(store, person):
    secret, uri = accounts.enrol(store, person, AT)
    assert pyotp.parse_uri(uri).secret == secret
    assert pyotp.parse_uri(uri).name == LOGIN
    # Not in force before it is confirmed.
    assert sign_in(store)
    with pytest.raises(WrongCodeError):
        accounts.confirm(store, person, "000000", AT)
    confirming = pyotp.TOTP(secret).at(AT)
    accounts.confirm(store, person, confirming, AT)
    assert store.account(LOGIN).code
    for used in (confirming, ""):
        with pytest.raises(SignInRefusedError):
            sign_in(store, code=used)
    moment = later(seconds=90)
    code, earlier = pyotp.TOTP(secret).at(moment), pyotp.TOTP(secret).at(later(seconds=60))
    assert sign_in(store, code=f"{code[:3]} {code[3:]}", at=moment)
    for used in (code, earlier):
        with pytest.raises(SignInRefusedError):
            sign_in(store, code=used, at=moment)


def test_a_code_is_not_used_up_by_a_wrong_password(store, person):
    secret, _ = accounts.enrol(store, person, AT)
    accounts.confirm(store, person, pyotp.TOTP(secret).at(AT), AT)
    moment = later(minutes=1)
    with pytest.raises(SignInRefusedError):
        sign_in(store, password=GUESS, code=pyotp.TOTP(secret).at(moment), at=moment)
    assert sign_in(store, code=pyotp.TOTP(secret).at(moment), at=moment)


def test_a_new_telephone_comes_in_place_of_the_old_once_it_is_confirmed(store, person):
    old, _ = accounts.enrol(store, person, AT)
    accounts.confirm(store, person, pyotp.TOTP(old).at(AT), AT)
    new, _ = accounts.enrol(store, person, AT)
    assert sign_in(store, code=pyotp.TOTP(old).at(later(minutes=1)), at=later(minutes=1))
    accounts.confirm(store, person, pyotp.TOTP(new).at(later(minutes=2)), later(minutes=2))
    with pytest.raises(SignInRefusedError):
        sign_in(store, code=pyotp.TOTP(old).at(later(minutes=4)), at=later(minutes=4))
    token = sign_in(store, code=pyotp.TOTP(new).at(later(minutes=4)), at=later(minutes=4))
    store.drop_code(person, BY, later(minutes=5))
    assert accounts.who_by_session(store, token, later(minutes=5)) is None
    assert sign_in(store, at=later(minutes=5))
    with pytest.raises(WrongCodeError):
        accounts.confirm(store, person, pyotp.TOTP(new).at(later(minutes=6)), later(minutes=6))


# --- sessions


class Sessions(RuleBasedStateMachine):
    """One who comes and goes, against a model of three lines: seen within half an hour, made within twelve hours."""

    def __init__(self):
        super().__init__()
        self.store = Store.in_memory()
        self.store.put_people([Person("p-7", "Evaluator", "evaluator")], BY, AT)
        self.store.add_account("p-7", "evaluator", BY, AT)
        self.now, self.token, self.made, self.seen = AT, None, None, None

    @rule()
    def come_in(self):
        self.token = accounts.start_session(self.store, "p-7", self.now)
        self.made = self.seen = self.now

    @precondition(lambda self: self.token)
    @rule(minutes=st.sampled_from([0, 0.4, 0.9, 5, 29, 29.9, 30.1, 60, 700]))
    def ask(self, minutes):
        self.now += timedelta(minutes=minutes)
        idle, age = self.now - self.seen, self.now - self.made
        found = accounts.who_by_session(self.store, self.token, self.now)
        assert (found is not None) == (idle < accounts.IDLE and age < accounts.ABSOLUTE)
        # What is written is at most a minute behind.
        if found and idle >= SEEN_EVERY:
            self.seen = self.now

    @precondition(lambda self: self.token)
    @rule()
    def leave(self):
        token, self.token = self.token, None
        accounts.sign_out(self.store, token, self.now)
        assert accounts.who_by_session(self.store, token, self.now) is None

    @invariant()
    def nothing_else_gets_in(self):
        assert accounts.who_by_session(self.store, "iets anders", self.now) is None

    def teardown(self):
        self.store.close()


TestSessions = Sessions.TestCase
TestSessions.settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


def test_only_the_digest_of_a_token_is_kept_and_every_sign_in_has_its_own(store):
    tokens = [sign_in(store) for _ in range(3)]
    rows = str(list(store._db.query("SELECT * FROM session")))
    assert len(set(tokens)) == 3
    for token in tokens:
        assert len(token) == 43
        assert token not in rows
        assert accounts.digest(token) in rows
        assert accounts.who_by_session(store, accounts.digest(token), AT) is None


def test_the_maker_of_tokens_is_an_argument(store, person):
    numbers = count()
    token = accounts.start_session(store, person, AT, lambda width: f"{width}-{next(numbers)}")
    assert token == "32-0"  # noqa: S105


def test_a_look_within_the_minute_writes_nothing(store):
    token = sign_in(store)
    before = store._db.conn.total_changes
    assert accounts.who_by_session(store, token, later(seconds=59))
    assert store._db.conn.total_changes == before
    assert accounts.who_by_session(store, token, later(seconds=61))
    assert store._db.conn.total_changes == before + 1


def test_a_role_taken_away_holds_at_the_next_request(store, person):
    token = sign_in(store)
    _, key = accounts.make_key(store, person, ["lezen"], 30, BY, AT)
    accounts.change(store, person, "verbinder", ["Twente"], BY, AT)
    assert accounts.who_by_session(store, token, AT) == Person(person, "Regio Almere", "verbinder", ("Regio Twente",))
    assert accounts.who_by_key(store, key, AT)[0].role == "verbinder"


SHUT = {
    "afgesloten": lambda s, p: s.set_disabled(p, True, BY, AT),
    "weggegooid": lambda s, p: s.delete("person", p, BY, AT),
    "gewist": lambda s, p: s.erase(p, BY, AT),
}


@pytest.mark.parametrize("shut", SHUT)
def test_who_is_gone_cannot_come_in_by_any_door(store, person, shut):
    token, invited = sign_in(store), accounts.invite(store, person, BY, AT)
    _, key = accounts.make_key(store, person, ["lezen"], 30, BY, AT)
    SHUT[shut](store, person)
    assert accounts.who_by_session(store, token, AT) is None
    assert accounts.who_by_key(store, key, AT) is None
    assert accounts.lets_in(store, person) is None
    with pytest.raises(SignInRefusedError):
        sign_in(store)
    with pytest.raises(SignInRefusedError):
        accounts.start_session(store, person, AT)
    with pytest.raises(LinkRefusedError):
        accounts.choose_password(store, invited, OTHER, AT, CHEAP)


def test_an_account_that_opens_again_has_no_session_of_before(store, person):
    token = sign_in(store)
    store.set_disabled(person, True, BY, AT)
    store.set_disabled(person, False, BY, AT)
    assert accounts.who_by_session(store, token, AT) is None
    assert sign_in(store)


def test_another_password_ends_all_sessions_but_the_own(store, person):
    mine, elsewhere = sign_in(store), sign_in(store)
    with pytest.raises(SignInRefusedError):
        accounts.change_password(store, person, "niet het goede", OTHER, AT, mine, CHEAP)
    with pytest.raises(WeakPasswordError):
        accounts.change_password(store, person, PASSWORD, "kort", AT, mine, CHEAP)
    assert accounts.who_by_session(store, elsewhere, AT)
    accounts.change_password(store, person, PASSWORD, OTHER, AT, mine, CHEAP)
    assert accounts.who_by_session(store, elsewhere, AT) is None
    assert accounts.who_by_session(store, mine, AT)
    with pytest.raises(SignInRefusedError):
        sign_in(store)
    assert sign_in(store, password=OTHER)


def test_the_current_password_cannot_be_guessed_from_within(store, person):
    for _ in range(FREE["login"]):
        with pytest.raises(SignInRefusedError):
            accounts.change_password(store, person, "zo maar geraden", OTHER, AT, "", CHEAP)
    with pytest.raises(TooManyAttemptsError):
        accounts.change_password(store, person, PASSWORD, OTHER, AT, "", CHEAP)


def test_signing_out_everywhere_ends_every_session(store, person):
    tokens = [sign_in(store), sign_in(store)]
    assert len(store.sessions(person)) == 2
    accounts.sign_out(store, tokens[0], AT)
    assert accounts.who_by_session(store, tokens[1], AT)
    accounts.sign_out_everywhere(store, person, person, AT)
    assert [accounts.who_by_session(store, t, AT) for t in tokens] == [None, None]
    assert store.sessions(person) == []
    accounts.sign_out(store, "nooit geweest", AT)


def test_what_was_done_at_the_door_is_in_the_log_and_no_secret_is(store, person):
    start = store.log()[-1].seq
    token = sign_in(store)
    with pytest.raises(SignInRefusedError):
        sign_in(store, password=GUESS)
    accounts.sign_out(store, token, AT)
    lines = store.log(start)
    assert [(x.name, x.status_code, x.attributes["dpl.core.user"]) for x in lines] == [
        ("aanmelden", 1, person), ("aanmelden", 2, "onbekend"), ("afmelden", 1, person)
    ]  # fmt: skip
    assert {x.attributes["dpl.core.data_subject_id"] for x in lines} == {person}
    assert not re.search(f"{LOGIN}|{PASSWORD}|{token}|{HOME}", str(store.log()))


# --- links, keys, people


def test_a_link_works_once_and_for_a_day(store, person):
    former = accounts.invite(store, person, BY, AT)
    token = accounts.invite(store, person, BY, AT)
    for wrong, moment in ((former, AT), ("onzin", AT), ("", AT), (token, later(hours=24)), ("\ud800", AT)):
        with pytest.raises(LinkRefusedError):
            accounts.choose_password(store, wrong, OTHER, moment, CHEAP)
    with pytest.raises(WeakPasswordError):
        accounts.choose_password(store, token, f"{LOGIN} en nog wat", AT, CHEAP)
    assert accounts.choose_password(store, token, OTHER, later(hours=23), CHEAP) == LOGIN
    with pytest.raises(LinkRefusedError):
        accounts.choose_password(store, token, "en nog een heel ander", later(hours=23), CHEAP)
    assert sign_in(store, password=OTHER)


def test_a_key_is_shown_once_and_holds_until_it_expires_or_is_taken_back(store, person):
    kept, key = accounts.make_key(store, person, ["lezen", "schrijven", "lezen"], 10, BY, AT)
    assert re.fullmatch(r"mk_[A-Za-z0-9_-]{43}", key)
    assert key not in str(list(store._db.query("SELECT * FROM api_key")))
    who, scopes = accounts.who_by_key(store, key, AT)
    assert (who.key, scopes) == (person, {"lezen", "schrijven"})
    assert [k.used for k in store.api_keys(person)] == [AT.date()]
    assert accounts.who_by_key(store, key, later(days=9.99))
    assert accounts.who_by_key(store, key, later(days=10)) is None
    for wrong in (key[:-1], key.removeprefix("mk_"), accounts.digest(key), kept.id, "", "\ud800"):
        assert accounts.who_by_key(store, wrong, AT) is None
    store.revoke_key(kept.id, BY, later(hours=1))
    assert accounts.who_by_key(store, key, later(hours=1)) is None
    with pytest.raises(UnknownNameError, match=kept.id):
        store.revoke_key("k-weg", BY, AT)


@pytest.mark.parametrize(("scopes", "days"), [([], 10), (["alles"], 10), (["lezen"], 366), (["lezen"], 0)])
def test_a_key_without_bounds_is_not_made(store, person, scopes, days):
    with pytest.raises(InvalidValueError):
        accounts.make_key(store, person, scopes, days, BY, AT)
    assert store.api_keys() == []


@pytest.mark.parametrize("wrong", [
    {"login": LOGIN.upper()}, {"login": "a"}, {"login": "met spatie"}, {"login": "Éen"}, {"login": "\ud800abc"},
    {"name": " "}, {"role": "directeur"}, {"regions": ["Atlantis"]}, {"regions": []},
    {"role": "verbinder", "regions": []},
])  # fmt: skip
def test_an_account_that_cannot_be_is_not_half_made(store, wrong):
    lines = len(store.log())
    given_ = {"login": "nieuw", "name": "Nieuw", "role": "regio", "regions": ["Almere"]} | wrong
    with pytest.raises(InvalidValueError):
        accounts.add(store, **given_, by=BY, at=AT)
    assert (len(store.accounts()), len(store.people()), len(store.log())) == (1, 1, lines)


def test_changing_someone_who_is_not_there_is_refused(store):
    with pytest.raises(UnknownNameError):
        accounts.change(store, "p-weg", "beheerder", (), BY, AT)


def test_demo_accounts_are_one_of_each_role_and_only_where_there_are_none(store):
    with pytest.raises(InvalidValueError, match="zonder accounts"):
        accounts.demo_accounts(store, AT, CHEAP)
    assert not accounts.has_demo_accounts(store)
    fresh = Store.in_memory()
    fresh.put([*store.regions(), question("Hulp", id="q", region="Regio Twente")], BY, AT)
    made = accounts.demo_accounts(fresh, AT, CHEAP)
    assert tuple(role for _, _, role in made) == ROLES
    assert len({password for _, password, _ in made}) == len(ROLES)
    people = {}
    for login, password, role in made:
        assert checked(password, login)
        found = accounts.who_by_session(fresh, sign_in(fresh, login, password), AT)
        people[role] = found.regions
        assert found.role == role
    assert people == {
        "verbinder": ("Almere", "Regio Twente"),
        "regio": ("Regio Twente",),
        "evaluator": (),
        "beheerder": (),
    }
    assert accounts.has_demo_accounts(fresh)
    for login, _, _ in made:
        fresh.set_disabled(fresh.account(login).person, True, BY, AT)
    assert not accounts.has_demo_accounts(fresh)
    fresh.close()


def keeper(store, login):
    return accounts.add(store, login, login, "beheerder", (), BY, AT).person


LOSING = {
    "afsluiten": lambda s, p: s.set_disabled(p, True, BY, AT),
    "andere rol": lambda s, p: accounts.change(s, p, "evaluator", (), BY, AT),
    "weggooien": lambda s, p: s.delete("person", p, BY, AT),
}


@pytest.mark.parametrize("lose", LOSING)
def test_the_last_beheerder_stays(store, lose):
    first, second = keeper(store, "eerste"), keeper(store, "tweede")
    LOSING[lose](store, first)
    before = (store.accounts(), store.people(), len(store.log()))
    with pytest.raises(LastKeeperError, match="tweede") as refused:
        LOSING[lose](store, second)
    assert refused.value.login == "tweede"
    assert (store.accounts(), store.people(), len(store.log())) == before
    accounts.change(store, second, "beheerder", (), BY, AT)
    keeper(store, "derde")
    LOSING[lose](store, second)


def test_a_demo_account_is_no_last_beheerder_and_saves_none():
    store = Store.in_memory()
    store.put([Region("Almere", "Flevoland", "stedelijk", "groot")], BY, AT)
    accounts.demo_accounts(store, AT, CHEAP)
    real = keeper(store, "eigen")
    with pytest.raises(LastKeeperError):
        store.set_disabled(real, True, BY, AT)
    store.set_disabled("demo-beheerder", True, BY, AT)
    assert not accounts.lets_in(store, "demo-beheerder")
    store.close()


def test_a_password_by_a_link_ends_the_keys_and_one_that_is_changed_does_not(store, person):
    _, key = accounts.make_key(store, person, ["lezen"], 30, BY, AT)
    other = keeper(store, "ander")
    _, of_another = accounts.make_key(store, other, ["lezen"], 30, BY, AT)
    accounts.change_password(store, person, PASSWORD, OTHER, AT, hasher=CHEAP)
    assert accounts.who_by_key(store, key, AT)
    token = accounts.invite(store, person, BY, AT)
    assert accounts.who_by_key(store, key, AT)
    accounts.choose_password(store, token, PASSWORD, AT, CHEAP)
    assert accounts.who_by_key(store, key, AT) is None
    assert accounts.who_by_key(store, of_another, AT)


# --- pseudonyms


@settings(max_examples=40)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=2, max_size=20, unique=True))
def test_a_pseudonym_is_stable_tells_nothing_and_differs_by_file(ids):
    secret, other = b"a" * 32, b"b" * 32
    names = [accounts.pseudonym(secret, "question", i) for i in ids]
    assert all(re.fullmatch(r"v-[0-9a-f]{12}", name) for name in names)
    assert len(set(names)) == len(ids)
    assert names == [accounts.pseudonym(secret, "question", i) for i in ids]
    assert accounts.pseudonym(secret, "question", "q") != accounts.pseudonym(other, "question", "q")
    assert accounts.pseudonym(secret, "offer", "q")[2:] != accounts.pseudonym(secret, "question", "q")[2:]
    assert accounts.pseudonym(secret, "offer", "q").startswith("a-")
    with pytest.raises(UnknownNameError):
        accounts.pseudonym(secret, "region", "q")


def test_every_refusal_is_a_matcher_error_with_its_fact():
    weak = WeakPasswordError(["Te kort."])
    for fault in (SignInRefusedError(AT), TooManyAttemptsError(AT), weak, LinkRefusedError(24), WrongCodeError(30)):
        assert isinstance(fault, MatcherError)
        assert vars(fault)
        assert str(fault).endswith(".")
