"""Errors become problem+json or a page: every one in one place, all faults at once, nothing echoed, no trace."""

from __future__ import annotations

import errno
import json
import logging
import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matcher
from api import bodies, faults, problems
from tests.api.toy import Leervraag, toy

CANARY = "Kanarie-4711"
ROW = matcher.Problem(3, "graad", f"'{CANARY}' kan niet; toegestaan: 0")
SOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ERRORS = [
    (matcher.InvalidValueError("needed_on", CANARY, "een datum"), 400),
    (matcher.UnknownNameError("region", CANARY, ["lv-geheim"]), 400),
    (matcher.BrokenFileError(f"/home/{CANARY}/x.csv", [ROW]),
     400),
    (matcher.StepNotAllowedError(CANARY, CANARY, "aanvaard", ["loopt"]), 409),
    (matcher.NoHoursLeftError(CANARY, 4, 2, [CANARY]), 409),
    (matcher.NoPlacesLeftError(CANARY, 3, [CANARY]), 409),
    (matcher.DoubleProposalError(type("P", (), {"question": CANARY, "offer": CANARY})(), CANARY), 409),
    (matcher.ActedOnError(CANARY, [CANARY]), 409),
    (matcher.InfeasibleRoundError("hours", CANARY, "de uren zijn op"), 409),
    (matcher.DatabaseBusyError(f"/data/{CANARY}", 5), 503),
    (matcher.MissingPartError(CANARY, CANARY), 503),
    (matcher.ForeignDatabaseError(f"/data/{CANARY}", CANARY), 503),
    (matcher.FullDiskError(f"/data/{CANARY}", CANARY), 507),
    (matcher.WeakPasswordError(["Kies minstens 12 tekens."]), 400), (matcher.WrongCodeError(30), 400),
    (matcher.LastKeeperError("x"), 409),
    (matcher.SignInRefusedError(SOON), 401), (matcher.LinkRefusedError(24), 410),
    (matcher.TooManyAttemptsError(SOON), 429),
    (matcher.MatcherError(CANARY), 500),
    (OSError(errno.ENOSPC, CANARY), 507),
    (KeyError(CANARY), 500),
    (ValueError(CANARY), 500),
    (RecursionError(CANARY), 500),
    (problems.ProblemError(403), 403),
]  # fmt: skip
BAD_JSON = {
    "afgebroken": b'{"titel": "x"',
    "geen UTF-8": b'{"titel": "\xff\xfe"}',
    "NaN": b'{"titel": "x", "uren": {"perMaand": NaN}}',
    "Infinity": b'{"titel": "x", "uren": {"perMaand": -Infinity}}',
    "oneindig": b'{"titel": "x", "uren": {"perMaand": 1e999}}',
    "veel cijfers": b'{"titel": ' + b"9" * 5000 + b"}",
    "boven 2^53": b'{"titel": 9007199254740993}',
    "dubbel veld": b'{"titel": "x", "titel": "y"}',
    "halve letter": b'{"titel": "\\ud800"}',
    "NUL": b'{"titel": "a\\u0000b"}',
    "NUL in een naam": b'{"titel": "x", "\\u0000": 1}',
    "diep": b'{"titel": "x", "themas": ' + b"[" * 60 + b"]" * 60 + b"}",
    "heel diep": b"[" * 200_000,
    "lijst": b"[]", "getal": b"3", "niets": b"", "null": b"null",
}  # fmt: skip


@pytest.fixture
def service():
    app = toy()
    return app, app.test_client()


def _post(client, data, **more):
    return client.post("/v1/leervragen", data=data, content_type="application/json", **more)


@pytest.mark.parametrize(("error", "status"), ERRORS, ids=lambda e: type(e).__name__ if isinstance(e, Exception) else e)
def test_every_error_has_one_status_and_gives_nothing_away(service, caplog, error, status):
    app, client = service
    app.fails = error
    answer = client.get(f"/v1/stuk/{CANARY}")
    told = answer.get_json(force=True)
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.mimetype == "application/problem+json"
    assert set(told) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert CANARY not in answer.get_data(as_text=True) + str(answer.headers) + app.log.getvalue() + caplog.text
    assert "lv-geheim" not in answer.get_data(as_text=True)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert ("Retry-After" in answer.headers) == (status in {429, 503})


def test_every_error_of_the_library_has_a_status_of_its_own_and_a_text():
    children = {e for e in vars(matcher.errors).values() if isinstance(e, type) and issubclass(e, matcher.MatcherError)}
    assert children - {matcher.MatcherError} == set(problems.STATUS) - {matcher.MatcherError}
    for kind, status in problems.STATUS.items():
        assert status in problems.KINDS
        assert status == 500 or kind in problems._TOLD


def test_a_full_disk_is_told_also_when_the_store_wrapped_it(service):
    app, client = service
    db = sqlite3.connect(":memory:")
    db.execute("PRAGMA max_page_count = 2")
    db.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        db.execute("INSERT INTO t VALUES (zeroblob(100000))")
    db.close()
    app.fails = matcher.MatcherError("ingepakt")
    app.fails.__cause__ = caught.value
    answer = client.get("/v1/stuk/x")
    assert answer.status_code == 507
    assert "ruimte" in answer.get_json(force=True)["detail"]


def test_an_unforeseen_error_is_logged_with_its_place_and_its_reference(service, caplog):
    app, client = service
    app.fails = KeyError(CANARY)
    with caplog.at_level(logging.ERROR, "api"):
        told = client.get("/v1/stuk/x").get_json(force=True)
    line = json.loads(caplog.records[-1].message)
    assert told["instance"] == f"urn:uuid:{line['request_id']}"
    assert line["errors"] == ["KeyError"]
    assert "toy.py" in line["trace"][-1]
    assert "Traceback" not in json.dumps(told)


def test_all_faults_come_at_once_by_place_and_in_dutch(service):
    _, client = service
    sent = {"titel": "", "nodigDatum": CANARY, "uren": {"perMaand": 900, CANARY: 1}, "vorm": CANARY, CANARY: CANARY,
            "themas": [CANARY, 3]}  # fmt: skip
    answer = client.post("/v1/leervragen", json=sent)
    told = {(e["pointer"], e["detail"]) for e in answer.get_json(force=True)["errors"]}
    assert answer.status_code == 400
    assert {p for p, _ in told} == {"/", "/titel", "/nodigDatum", "/uren", "/uren/perMaand", "/vorm", "/themas/1"}
    assert ("/vorm", "Dit moet een van deze zijn: workshop of traject.") in told
    assert ("/nodigDatum", "Dit moet een datum zijn als 2027-03-01.") in told
    assert CANARY not in answer.get_data(as_text=True)


def test_the_keys_of_a_query_are_judged_together(service):
    _, client = service
    answer = client.get(f"/v1/leervragen?page=0&pageSize=101&sort={CANARY}&{CANARY}=1&page=2")
    told = answer.get_json(force=True)["errors"]
    assert {e["parameter"] for e in told} == {"page", "pageSize", "sort", "query"}
    assert next(e["detail"] for e in told if e["parameter"] == "page") == "Dit mag maar één keer voorkomen."
    assert CANARY not in answer.get_data(as_text=True)


@pytest.mark.parametrize("data", BAD_JSON.values(), ids=BAD_JSON)
def test_json_that_is_not_right_is_400_and_nothing_is_kept(service, data):
    app, client = service
    before = dict(app.rows)
    answer = _post(client, data)
    told = answer.get_json(force=True)
    assert answer.status_code == 400
    assert told["errors"]
    assert app.rows == before


@settings(max_examples=25)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_body_whatsoever_is_a_fault_of_ours(data):
    assert _post(_ANY.test_client(), data).status_code in {201, 400}


_ANY = toy()


def test_text_of_all_of_unicode_comes_through(service):
    client = service[1]
    title = "Zoë 👩‍👩‍👧 — ’t ﷽ \u202e\n\t"
    answer = client.post("/v1/leervragen", json={"titel": title})
    assert answer.status_code == 201
    assert answer.get_json()["titel"] == title


@pytest.mark.parametrize("path", ["/v1/leervragen?thema=%00", "/v1/leervragen/%00", "/v1/leervragen?%01=1"])
def test_an_address_with_what_is_no_text_is_400(service, path):
    assert service[1].get(path).status_code == 400


def test_nothing_that_a_query_leaves_out_of_utf_8_breaks_it(service):
    assert service[1].get("/v1/leervragen?thema=%ff%fe").status_code in {200, 400}


def test_wrong_method_sort_and_form_each_say_what_can(service):
    _, client = service
    wrong = client.patch("/v1/leervragen")
    assert (wrong.status_code, set(wrong.headers["Allow"].split(", "))) == (405, {"GET", "HEAD", "OPTIONS", "POST"})
    sort = client.post("/v1/leervragen", data="titel=x", content_type="application/x-www-form-urlencoded")
    assert (sort.status_code, sort.headers["Accept"]) == (415, "application/json")
    form = client.get("/v1/leervragen/lv-1", headers={"Accept": "text/html;q=0.9, application/json;q=0"})
    assert form.status_code == 406


def test_only_what_the_path_asks_for_is_404_when_it_is_unknown(service):
    app, client = service
    assert client.get("/v1/leervragen/nergens").status_code == 404
    app.fails = matcher.UnknownNameError("regio", "nergens", [])
    assert client.get("/v1/stuk/x").status_code == 400


def test_422_never_goes_out(service):
    app, client = service
    from werkzeug.exceptions import UnprocessableEntity

    app.fails = UnprocessableEntity(CANARY)
    answer = client.get("/v1/stuk/x")
    assert answer.status_code == 400
    assert CANARY not in answer.get_data(as_text=True)


def test_a_page_gets_a_page(service, tmp_path):
    app, client = service
    app.fails = KeyError(CANARY)
    answer = client.get("/stuk")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    page = answer.get_data(as_text=True)
    assert '<html lang="nl"' in page
    assert answer.headers["X-Request-Id"] in page
    assert CANARY not in page


def test_the_template_for_errors_is_used_and_may_fail(service):
    from jinja2 import DictLoader

    app, client = service
    assert "<title>Fout: Deze pagina is er niet" in client.get("/nergens").get_data(as_text=True)
    for broken in ({"error.html": "{{ 1 / 0 }}"}, {}):
        app.jinja_env.loader = DictLoader(broken)
        app.jinja_env.cache.clear()
        page = client.get("/nergens").get_data(as_text=True)
        assert "<h1>Niet gevonden</h1>" in page


def test_a_pointer_never_holds_a_name_that_the_sender_made_up():
    from pydantic import ValidationError

    with pytest.raises(ValidationError) as caught:
        Leervraag.model_validate({CANARY: {CANARY: 1}, "uren": {CANARY: 1}})
    found = faults.faults_of(caught.value, Leervraag)
    assert CANARY not in str(found)
    assert {f.pointer for f in found} == {"/", "/titel", "/uren", "/uren/perMaand"}


@settings(max_examples=25)
@given(st.recursive(st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False,
       allow_infinity=False) | st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF)),
       lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(min_codepoint=32,
       max_codepoint=0x2FFF)), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_sound_json_is_read_as_json_reads_it(value):
    assert bodies.read_json(json.dumps(value)) == value
