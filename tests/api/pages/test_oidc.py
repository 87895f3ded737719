"""Signing in at an identity provider that really listens: in with what holds, refused with anything that does not."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from api import Options, create_app
from api.options import Oidc
from api.pages.oidc import COOKIE as ON_THE_WAY
from api.signing import COOKIE
from matcher import InvalidValueError, accounts
from matcher.cli.service import _provider
from tests.api.conftest import NOON, Service
from tests.api.pages.provider import CLIENT, SECRET, IdentityProvider, listening, symmetric

LOGIN = "regio@gemeente.nl"


@dataclass
class Journey:
    """A browser between the service and the provider."""

    service: Service
    provider: IdentityProvider

    def __post_init__(self):
        self.client = self.service.app.test_client()

    def get(self, path):
        return self.client.get(path, base_url="https://localhost")

    def leave(self, onward="/"):
        """Go to the provider and sign in there; returns the address that it sends the browser back to."""
        away = self.get(f"/aanmelden/oidc?verder={onward}")
        assert away.status_code == 303, away.get_data(as_text=True)
        back = requests.get(away.headers["Location"], allow_redirects=False, timeout=10)
        return back.headers["Location"].removeprefix("https://localhost")

    def come_in(self, onward="/"):
        return self.get(self.leave(onward))

    @property
    def signed_in(self) -> bool:
        cookie = self.client.get_cookie(COOKIE)
        return cookie is not None and accounts.who_by_session(self.service.desk.store, cookie.value, NOON) is not None


@pytest.fixture
def journey(service, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    accounts.add(service.desk.store, LOGIN, "Regio", "regio", ("Almere",), "beheer", NOON)
    with listening() as provider:
        provider.now = int(NOON.timestamp())
        provider.who = {"sub": "u-1", "email": LOGIN, "email_verified": True}
        yield _journey(service, provider)


def _journey(service, provider, claim="email"):
    oidc = Oidc(provider.issuer, CLIENT, SECRET, claim)
    app = create_app(service.desk, Options(address="https://localhost", oidc=oidc))
    return Journey(Service(app, service.desk, service.keys, service.people), provider)


def _refused(journey, answer, status=400):
    page = answer.get_data(as_text=True)
    assert answer.status_code == status
    assert "Wat kunt u doen?" in page
    assert "Traceback" not in page
    assert LOGIN not in page
    assert not journey.signed_in
    assert journey.client.get_cookie(ON_THE_WAY) is None


def test_who_the_provider_knows_comes_in_and_goes_on(journey):
    answer = journey.come_in("/leervragen?staat=open")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/leervragen?staat=open")
    assert journey.signed_in
    assert journey.get("/leervragen").status_code == 200
    assert journey.client.get_cookie(ON_THE_WAY) is None


def test_the_session_that_a_browser_had_ends(journey):
    store = journey.service.desk.store
    former = accounts.start_session(store, journey.service.people["beheerder"].key, NOON)
    journey.client.set_cookie(COOKIE, former, domain="localhost", secure=True)
    journey.come_in()
    assert accounts.who_by_session(store, former, NOON) is None
    assert journey.client.get_cookie(COOKIE).value != former


def test_the_button_is_there_only_when_there_is_a_provider(journey, service):
    assert "/aanmelden/oidc?verder=" in journey.get("/aanmelden").get_data(as_text=True)
    assert "/aanmelden/oidc" not in service.get(None, "/aanmelden").get_data(as_text=True)
    assert service.get(None, "/aanmelden/oidc").status_code == 404


def test_nothing_secret_goes_along_in_an_address(journey):
    away = journey.get("/aanmelden/oidc?verder=/leervragen")
    asked = parse_qs(urlsplit(away.headers["Location"]).query)
    kept = journey.client.get_cookie(ON_THE_WAY)
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge",
        "code_challenge_method",
    }  # fmt: skip
    assert kept.value.split()[0] not in away.headers["Location"]
    assert SECRET not in away.headers["Location"]
    assert asked["scope"] == ["openid email"]
    cookie = next(c for c in away.headers.getlist("Set-Cookie") if c.startswith(ON_THE_WAY))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_two_attempts_have_nothing_in_common(journey):
    one, other = (parse_qs(urlsplit(journey.get("/aanmelden/oidc").headers["Location"]).query) for _ in range(2))
    assert not {one[k][0] for k in ("state", "nonce", "code_challenge")} & {other["state"][0], other["nonce"][0]}
    assert one["code_challenge"] != other["code_challenge"]


@pytest.mark.parametrize(
    "change",
    [{"nonce": "een-ander"}, {"nonce": None}, {"aud": "een-ander"}, {"aud": [CLIENT, "x"], "azp": "x"}, {"aud": None},
     {"iss": "http://127.0.0.1:1"}, {"iss": None}, {"exp": int(NOON.timestamp()) - 60}, {"exp": None}, {"sub": None},
     {"iat": None}, {"iat": int(NOON.timestamp()) + 600}, {"exp": "morgen"}],
    ids=str,
)  # fmt: skip
def test_an_id_token_that_does_not_hold_is_refused(journey, change):
    journey.provider.claims = change
    _refused(journey, journey.come_in())


@pytest.mark.parametrize("way", ["none", "None", "HS256 with the secret", "HS256 with the public key", "other key"])
def test_an_id_token_that_the_provider_did_not_sign_is_refused(journey, way):
    provider = journey.provider
    if way.lower() == "none":
        provider.header = {"alg": "none"}
    elif way == "other key":
        provider.signs_with = type(provider.key).generate_key("P-256", {"kid": "een"})
    else:
        provider.header = {"alg": "HS256", "kid": "een"}
        public = provider.key.as_pem(private=False)
        provider.signs_with = symmetric(SECRET.encode() if "secret" in way else b"".join(public.splitlines()[1:-1]))
    _refused(journey, journey.come_in())


def test_a_state_that_is_not_of_this_browser_is_refused(journey):
    back = journey.leave()
    stranger = Journey(journey.service, journey.provider)
    _refused(stranger, stranger.get(back))
    stranger.leave()
    _refused(stranger, stranger.get(back))
    assert "/token" not in journey.provider.asked


@pytest.mark.parametrize("left_out", ["state", "code"])
def test_coming_back_without_something_is_refused(journey, left_out):
    back = journey.leave()
    path, _, query = back.partition("?")
    kept = "&".join(p for p in query.split("&") if not p.startswith(f"{left_out}="))
    _refused(journey, journey.get(f"{path}?{kept}"))


def test_a_code_holds_once(journey):
    back = journey.leave()
    kept = journey.client.get_cookie(ON_THE_WAY).value
    assert journey.get(back).status_code == 303
    again = Journey(journey.service, journey.provider)
    again.client.set_cookie(ON_THE_WAY, kept, domain="localhost", secure=True)
    _refused(again, again.get(back))


def test_what_stands_in_the_cookie_cannot_be_changed(journey):
    """Where to go on to, and when it began, belong to the state."""
    back = journey.leave()
    token, left, _ = journey.client.get_cookie(ON_THE_WAY).value.split(" ")
    for changed in (f"{token} {left} /mijn-account", f"{token} {int(left) + 1} /", f"{token} x /", token, "  "):
        journey.client.set_cookie(ON_THE_WAY, changed, domain="localhost", secure=True)
        _refused(journey, journey.get(back))


def test_after_ten_minutes_it_is_too_late(journey, monkeypatch):
    back = journey.leave()
    monkeypatch.setattr(journey.service.desk, "clock", lambda: NOON + timedelta(minutes=10, seconds=1))
    _refused(journey, journey.get(back))


def test_another_issuer_in_the_answer_is_refused(journey):
    _refused(journey, journey.get(journey.leave() + "&iss=https://kwaad.example"))


@pytest.mark.parametrize(
    "who",
    [{"sub": "u-1", "email": "onbekend@gemeente.nl", "email_verified": True}, {"sub": "u-1", "email": LOGIN},
     {"sub": "u-1", "email": LOGIN, "email_verified": False}, {"sub": "u-1", "email": LOGIN, "email_verified": "true"},
     {"sub": LOGIN, "preferred_username": LOGIN}, {"sub": "u-1", "email": [LOGIN], "email_verified": True}],
    ids=str,
)  # fmt: skip
def test_who_has_no_account_stays_out_and_gets_none(journey, who):
    before = len(journey.service.desk.store.accounts())
    journey.provider.who = who
    answer = journey.come_in()
    _refused(journey, answer, 403)
    assert "Vraag de beheerder" in answer.get_data(as_text=True)
    assert len(journey.service.desk.store.accounts()) == before


def test_a_closed_account_stays_out(journey):
    store = journey.service.desk.store
    store.set_disabled(store.account(LOGIN).person, True, "beheer", NOON)
    _refused(journey, journey.come_in(), 403)


@pytest.mark.parametrize("claim", ["sub", "preferred_username"])
def test_another_claim_can_name_the_login(journey, claim):
    other = _journey(journey.service, journey.provider, claim)
    other.provider.who = {"sub": "u-1", claim: LOGIN}
    other.come_in()
    assert other.signed_in
    other.provider.who = {"sub": "u-1", claim: LOGIN.title()}
    again = _journey(journey.service, journey.provider, claim)
    _refused(again, again.come_in(), 403)


NONSENSE = [(200, b"<html>"), (200, b"[]"), (200, b"{}"), (500, b"{}"), (302, b""), (200, b"null"), (200, b"\xff")]


@pytest.mark.parametrize("answer", NONSENSE, ids=str)
def test_a_provider_that_talks_nonsense_ends_on_a_page_that_helps(journey, answer):
    for path in ("/keys", "/token"):
        journey.provider.answers = {path: answer}
        came = journey.come_in()
        _refused(journey, came, came.status_code)
        assert came.status_code in {400, 503}
    journey.provider.answers = {"/.well-known/openid-configuration": answer}
    fresh = _journey(journey.service, journey.provider)
    _refused(fresh, fresh.get("/aanmelden/oidc"), 503)


def test_a_provider_that_is_gone_ends_on_a_page_that_helps(journey):
    back = journey.leave()
    journey.provider.shutdown()
    journey.provider.server_close()
    _refused(journey, journey.get(back), 503)
    fresh = _journey(journey.service, journey.provider)
    _refused(fresh, fresh.get("/aanmelden/oidc"), 503)


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri", "issuer"])
def test_no_call_goes_to_another_host(journey, name):
    told = journey.provider.told("/.well-known/openid-configuration")
    for elsewhere in ("https://kwaad.example/x", journey.provider.issuer.replace("http:", "https:"), "file:///etc/x"):
        answer = json.dumps(told | {name: elsewhere}).encode()
        journey.provider.answers = {"/.well-known/openid-configuration": (200, answer)}
        _refused(journey, journey.get("/aanmelden/oidc"), 503)


def test_settings_are_read_at_the_door():
    given = {"MATCHER_OIDC_ISSUER": "https://in.example.nl", "MATCHER_OIDC_CLIENT": "m", "MATCHER_OIDC_SECRET": "s3"}
    assert _provider({}) is None
    assert _provider(given) == Oidc("https://in.example.nl", "m", "s3", "email")
    assert _provider({**given, "MATCHER_OIDC_CLAIM": "sub"}).scope == "openid"
    assert "s3" not in repr(_provider(given))
    for name, value in (
        ("ISSUER", "http://in.example.nl"), ("ISSUER", "in.example.nl"), ("ISSUER", "https://"), ("SECRET", ""),
        ("ISSUER", ""), ("CLIENT", ""), ("CLAIM", "naam"), ("ISSUER", "https://a:b@in.example.nl"),
        ("ISSUER", "https://in.example.nl/?x=1"),
    ):  # fmt: skip
        with pytest.raises(InvalidValueError, match=f"MATCHER_OIDC_{name}"):
            _provider({**given, f"MATCHER_OIDC_{name}": value})


def test_a_slow_provider_does_not_take_all_threads(journey, monkeypatch):
    monkeypatch.setattr("api.provider._SECONDS", 0.05)
    monkeypatch.setattr(journey.provider, "told", lambda path: time.sleep(0.3))
    _refused(journey, journey.get("/aanmelden/oidc"), 503)
