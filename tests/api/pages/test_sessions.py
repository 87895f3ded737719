"""Sessions as conventions.md wants them: how they begin and end, what a cookie may do, who may send forms, where to."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest

from api.pages.frame import MESSAGE
from api.signing import COOKIE
from matcher import accounts
from tests.api.conftest import NOON
from tests.api.pages.conftest import Visitor
from tests.conftest import RIGHT_PAIRS

PASSWORD, WRONG = "een lange zin om mee te proeven", "verkeerd <wachtwoord>"
OURS = {"Sec-Fetch-Site": "same-origin"}
FOREIGN = "Dit verzoek kwam niet van deze site zelf."
OFFER = min(RIGHT_PAIRS[0][1])


class Clock:
    """A time that a test sets on."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now

    def on(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock(service, monkeypatch):
    found = Clock()
    monkeypatch.setattr(service.desk, "clock", found)
    return found


@pytest.fixture(scope="module")
def hashed():
    return accounts.HASHER.hash(PASSWORD)


@pytest.fixture
def visitor(service, hashed, clock):
    """Someone with a password who is not signed in yet."""
    service.desk.store.set_password(service.people["verbinder"].key, hashed, "beheer", NOON)
    return Visitor(service.app.test_client())


def _sign_in(visitor, follow=False, password=PASSWORD, **given):
    return visitor.post("/aanmelden", {"naam": "verbinder-login", "wachtwoord": password, **given}, follow=follow)


def _token(visitor):
    cookie = visitor.client.get_cookie(COOKIE)
    return cookie.value if cookie else ""


def _in(visitor) -> bool:
    """Whether the service still knows this browser: asked of the service, not of the cookie."""
    return visitor.get("/mijn-account").status_code == 200


def test_signing_in_makes_a_new_token_and_ends_the_one_before(visitor, service):
    _sign_in(visitor)
    first = _token(visitor)
    _sign_in(visitor)
    second = _token(visitor)
    assert first
    assert first != second
    assert accounts.who_by_session(service.desk.store, first, NOON) is None
    assert _in(visitor)


def test_a_cookie_that_was_set_beforehand_is_not_taken_over(visitor, service):
    visitor.client.set_cookie(COOKIE, "door-een-ander-gekozen", domain="localhost", secure=True)
    _sign_in(visitor)
    assert _token(visitor) != "door-een-ander-gekozen"
    assert accounts.who_by_session(service.desk.store, "door-een-ander-gekozen", NOON) is None


def test_after_half_an_hour_without_use_it_ends(visitor, clock):
    _sign_in(visitor)
    clock.on(minutes=29)
    assert _in(visitor)
    clock.on(minutes=29)
    assert _in(visitor)
    clock.on(minutes=30)
    assert not _in(visitor)
    assert "Na 30 minuten" in visitor.text


def test_after_twelve_hours_it_ends_however_much_it_was_used(visitor, clock):
    _sign_in(visitor)
    for _ in range(28):
        clock.on(minutes=25)
        assert _in(visitor)
    clock.on(minutes=20)
    assert not _in(visitor)


def test_signing_out_ends_it_on_the_server(visitor, service):
    _sign_in(visitor)
    token = _token(visitor)
    visitor.post("/afmelden", follow=False)
    assert not _token(visitor)
    visitor.client.set_cookie(COOKIE, token, domain="localhost", secure=True)
    assert not _in(visitor)


@pytest.mark.parametrize("way", ["closed", "signed out", "password"])
def test_what_the_beheerder_ends_is_ended_at_the_next_request(visitor, service, hashed, way):
    _sign_in(visitor)
    assert _in(visitor)
    store, person = service.desk.store, service.people["verbinder"].key
    if way == "closed":
        store.set_disabled(person, True, "beheer", NOON)
    elif way == "signed out":
        accounts.sign_out_everywhere(store, person, "beheer", NOON)
    else:
        store.set_password(person, hashed, "beheer", NOON)
    assert not _in(visitor)


def test_a_role_or_region_that_was_taken_away_holds_at_the_next_request(visitor, service):
    _sign_in(visitor)
    store, person = service.desk.store, service.people["verbinder"].key
    assert visitor.get("/leervragen/lv-1").status_code == 200
    accounts.change(store, person, "verbinder", ["Delft"], "beheer", NOON)
    assert visitor.get("/leervragen/lv-1").status_code == 404
    accounts.change(store, person, "beheerder", [], "beheer", NOON)
    assert visitor.get("/leervragen").status_code == 403


def test_every_cookie_belongs_to_this_host_alone_and_to_no_script(visitor):
    set_here = _sign_in(visitor).headers.getlist("Set-Cookie")
    set_here += visitor.post("/leervragen/lv-1/sluit", follow=False).headers.getlist("Set-Cookie")
    set_here += visitor.post("/afmelden", follow=False).headers.getlist("Set-Cookie")
    assert {c.partition("=")[0] for c in set_here} == {COOKIE, MESSAGE}
    for cookie in set_here:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_no_session_stands_in_an_address_or_on_a_page(visitor):
    answer = _sign_in(visitor)
    token = _token(visitor)
    assert token not in answer.headers["Location"]
    for path in ("/", "/leervragen", "/mijn-account"):
        assert token not in visitor.get(path).get_data(as_text=True)
    visitor.client.delete_cookie(COOKIE, domain="localhost")
    for name in ("session", "token", COOKIE, "sleutel"):
        assert visitor.get(f"/leervragen?{name}={token}").status_code == 401


def test_a_session_is_worth_nothing_under_v1_and_a_key_nothing_on_the_pages(visitor, service):
    _sign_in(visitor)
    assert visitor.get("/v1/leervragen").status_code == 401
    assert service.get("verbinder", "/leervragen").status_code == 401


def test_who_tries_too_often_waits_and_is_told_how_long(visitor, clock):
    answers = [_sign_in(visitor, password=WRONG).status_code for _ in range(5)]
    assert answers == [403] * 5
    answer = _sign_in(visitor)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "verbinder-login" in answer.get_data(as_text=True)
    clock.on(seconds=int(answer.headers["Retry-After"]))
    assert _sign_in(visitor).status_code == 303


def test_who_is_unknown_is_refused_in_the_same_words(visitor):
    pages = [
        visitor.post("/aanmelden", {"naam": name, "wachtwoord": "verkeerd wachtwoord"}).get_data(as_text=True)
        for name in ("verbinder-login", "niemandxx-login")
    ]
    assert pages[0].replace("verbinder-login", "") == pages[1].replace("niemandxx-login", "")


def test_a_wrong_password_stands_on_no_page(visitor):
    answer = _sign_in(visitor, password=WRONG)
    assert "verkeerd" not in answer.get_data(as_text=True)


def test_what_was_typed_is_kept_when_the_session_had_ended(visitor, clock):
    _sign_in(visitor)
    form = f"/leervragen/lv-1/voorstel/{OFFER}"
    clock.on(minutes=31)
    answer = visitor.post(form, {"notitie": 'Wat "ik" <net> typte & wilde', "uren": "2"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    hidden = {n: unescape(v) for n, v in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}
    assert hidden["verder"] == form
    _sign_in(visitor, follow=True, **hidden)
    assert visitor.path == form
    assert 'Wat "ik" <net> typte & wilde' in unescape(visitor.last.get_data(as_text=True))


def test_what_is_kept_survives_a_mistake_in_the_password(visitor, clock):
    kept = '{"notitie": ["wat er stond"]}'
    form = f"/leervragen/lv-1/voorstel/{OFFER}"
    answer = _sign_in(visitor, password=WRONG, verder=form, bewaard=kept)
    page = unescape(answer.get_data(as_text=True))
    assert f'value="{form}"' in page
    assert kept in page


def test_no_password_is_kept_with_what_was_typed(visitor, service, clock):
    _sign_in(visitor)
    clock.on(minutes=31)
    secret = {"huidig": "een-geheim-1", "nieuw": "een-geheim-2", "nogmaals": "een-geheim-3", "code": "een-geheim-4"}
    for path in ("/mijn-account/wachtwoord", "/mijn-account/code/bevestigen"):
        page = unescape(visitor.post(path, {**secret, "gewoon": "woord"}).get_data(as_text=True))
        assert "woord" in page
        assert "een-geheim" not in page
    _sign_in(visitor, verder="/", bewaard=json.dumps({k: [v] for k, v in secret.items()} | {"gewoon": ["woord"]}))
    assert service.desk.store.draft(service.people["verbinder"].key, "/") == {"gewoon": ["woord"]}


ELSEWHERE = (
    "https://kwaad.example", "http://kwaad.example/", "//kwaad.example", "///kwaad.example", "////kwaad.example",
    "/\\kwaad.example", "\\\\kwaad.example", "\\/kwaad.example", "/\\/kwaad.example", "/\t/kwaad.example",
    "/\n/kwaad.example", "/\r/kwaad.example", "\t//kwaad.example", " //kwaad.example", "https:kwaad.example",
    "https:/kwaad.example", "https:\\\\kwaad.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,<script>", "vbscript:x", "kwaad.example", "kwaad.example/leervragen", "@kwaad.example",
    "/%2f/kwaad.example", "/%5ckwaad.example", "/.//kwaad.example", "/..//kwaad.example", "?//kwaad.example",
    "#//kwaad.example", "", "/leervragen\\@kwaad.example", "/leervragen\r\nSet-Cookie: a=b", "/v1\\..//kwaad.example",
    "ftp://kwaad.example", "//localhost@kwaad.example", "/\u2028/kwaad.example", "/\x00/kwaad.example",
)  # fmt: skip


def test_after_signing_in_nobody_is_led_elsewhere(visitor, service):
    with service.app.test_request_context("/"):
        from api.pages.frame import safe_path

        assert {given: safe_path(given) for given in ELSEWHERE} == dict.fromkeys(ELSEWHERE, "/")
        own = ("/leervragen", "/leervragen?staat=open&regio=Almere", "/voorstellen#een", "/leervragen/lv-1")
        assert [safe_path(given) for given in own] == list(own)


@pytest.mark.parametrize("given", ["//kwaad.example", "https://kwaad.example", "/\\kwaad.example", "/bestaat-niet"])
def test_the_page_leads_no_one_elsewhere(visitor, given):
    answer = _sign_in(visitor, verder=given)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = visitor.get(f"/aanmelden?verder={quote(given, safe='')}").get_data(as_text=True)
    assert not re.search(r'(?:href|action|src)="[^"]*kwaad', page)


def _paths(app, unsafe):
    """Yield (method, path) of every page that is there: all that comes is tested too."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/v1"):
            for method in sorted(rule.methods - {"OPTIONS", "HEAD"}):
                if (method != "GET") == unsafe:
                    yield method, re.sub(r"<[^>]+>", "x", rule.rule)


FOREIGN_HEADERS = (
    {}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://localhost"}, {"Sec-Fetch-Site": ""},
    {"Origin": "https://localhost:8443"}, {"Origin": "http://kwaad.example"}, {"Origin": "null"},
    {"Origin": "https://localhost.kwaad.example"}, {"Origin": "https://kwaad.example/localhost"}, {"Origin": ""},
    {"Referer": "https://localhost/"},
)  # fmt: skip


def test_a_form_of_another_site_is_refused_everywhere(service, visit):
    visitor = visit("verbinder")
    paths = list(_paths(service.app, unsafe=True))
    assert len(paths) >= 10
    for method, path in paths:
        for headers in FOREIGN_HEADERS:
            answer = visitor.client.open(path, method=method, headers=headers, base_url="https://localhost")
            page = answer.get_data(as_text=True)
            assert (answer.status_code, FOREIGN in page) == (403, True), f"{method} {path} {headers}"


@pytest.mark.parametrize("headers", [OURS, {"Origin": "https://localhost"}], ids=str)
def test_a_form_of_our_own_is_taken_everywhere(service, visit, headers):
    for method, path in _paths(service.app, unsafe=True):
        answer = visit("verbinder").client.open(path, method=method, headers=headers, base_url="https://localhost")
        assert FOREIGN not in answer.get_data(as_text=True), path


def test_no_get_changes_anything_that_a_foreign_link_could_ask_for(service, visit):
    """A link from elsewhere opens pages (cookies are Lax), so no page may do something by being looked at."""
    visitor, store = visit("verbinder"), service.desk.store
    before = [(p.id, p.state) for p in store.proposals()], sorted(store.closed())
    for _, path in _paths(service.app, unsafe=False):
        visitor.client.get(path.replace("/x", "/lv-1"), base_url="https://localhost", headers=FOREIGN_HEADERS[1])
    assert before == ([(p.id, p.state) for p in store.proposals()], sorted(store.closed()))


@pytest.mark.parametrize("caller", [None, "verbinder", "regio", "evaluator", "beheerder"])
def test_no_page_can_be_framed_cached_or_made_to_run_what_is_not_ours(service, visit, caller):
    client = visit(caller).client if caller else service.app.test_client()
    shown = 0
    for _, path in _paths(service.app, unsafe=False):
        answer = client.get(path, base_url="https://localhost")
        if answer.mimetype != "text/html":
            continue
        csp = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert csp["default-src"] == "'none'", path
        assert csp["frame-ancestors"] == csp["base-uri"] == "'none'"
        assert csp["script-src"] == csp["style-src"] == csp["form-action"] == "'self'"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
        assert answer.headers["Cache-Control"] == "no-store", path
        shown += 1
    assert shown > 5
