"""Lists and values: pages with links, an order, three forms, tags that guard a change, keys that make a post safe."""

from __future__ import annotations

import io
import threading
from datetime import date

import openpyxl
import pytest
from flask import Response
from hypothesis import given, settings
from hypothesis import strategies as st

from api import lists
from tests.api.toy import toy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _links(answer):
    found = {}
    for part in answer.headers["Link"].split(", "):
        target, rel = part.split("; ")
        found[rel[5:-1]] = target[1:-1]
    return found


def test_links_lead_through_the_whole_list_and_keep_the_other_keys(client):
    seen, path = [], "/v1/leervragen?thema=jonge%20kind&thema=a%26b&pageSize=7&sort=-titel"
    while path:
        answer = client.get(path)
        seen += [r["id"] for r in answer.get_json()["items"]]
        links = _links(answer)
        path = links.get("next")
    assert seen == [f"lv-{i}" for i in range(45, 0, -1)]
    assert links["last"] == "/v1/leervragen?thema=jonge+kind&thema=a%26b&sort=-titel&page=7&pageSize=7"
    assert set(links) == {"first", "prev", "last"}
    assert answer.headers["X-Total-Count"] == "45"


def test_a_page_past_the_end_is_empty_and_leads_back(client):
    answer = client.get("/v1/leervragen?page=1000&pageSize=20")
    assert answer.get_json()["items"] == []
    assert _links(answer)["prev"].endswith("page=3&pageSize=20")


@pytest.mark.parametrize("page", ["0", "-1", "1.0", " 1", "1e3", "x", "", "1000001", "9" * 5000, "²"])
def test_a_page_that_is_no_page_is_400(client, page):
    assert client.get("/v1/leervragen", query_string={"page": page}).status_code in {400, 414}


@pytest.mark.parametrize("size", ["0", "101", "1.5", "alles"])
def test_a_size_that_is_no_size_is_400(client, size):
    assert client.get("/v1/leervragen", query_string={"pageSize": size}).status_code == 400


@settings(max_examples=50)
@given(st.integers(0, 250), st.integers(1, 100))
def test_pages_together_are_the_list(total, size):
    rows = list(range(total))
    pages = [lists.paged(rows, lists.Paged(page=n, pageSize=size)).rows for n in range(1, -(-total // size) + 2)]
    assert [row for page in pages for row in page] == rows
    assert pages[-1] == []


def test_an_order_by_more_keys_with_what_is_unknown_last():
    rows = [
        {"n": "b", "d": date(2027, 1, 2)},
        {"n": "A", "d": None},
        {"n": "a", "d": date(2027, 1, 1)},
        {"n": "c", "d": None},
    ]
    keys = {"naam": lambda r: r["n"], "datum": lambda r: r["d"]}
    assert [r["n"] for r in lists.ordered(rows, "naam", keys)] == ["A", "a", "b", "c"]
    assert [r["n"] for r in lists.ordered(rows, "-datum,-naam", keys)] == ["b", "a", "c", "A"]
    assert [r["n"] for r in lists.ordered(rows, "datum,naam", keys)] == ["a", "b", "A", "c"]


@pytest.mark.parametrize("sort", ["naam", "titel,", "--titel", "titel;id", "titel,id,titel,id,titel", ""])
def test_an_order_that_nobody_knows_is_400(client, sort):
    assert client.get("/v1/leervragen", query_string={"sort": sort}).status_code == 400


@pytest.mark.parametrize(("accept", "form"), [
    (None, "application/json"), ("*/*", "application/json"), ("text/csv", "text/csv"), ("text/*", "text/csv"),
    (XLSX, XLSX), ("application/json;q=0.2, text/csv;q=0.9", "text/csv"), ("text/csv;q=0.1, */*", "application/json"),
    (f"text/csv;q=0.5, {XLSX};q=0.8", XLSX), ("image/png, text/csv;q=0.3", "text/csv"),
])  # fmt: skip
def test_the_form_is_what_the_client_likes_best(client, accept, form):
    answer = client.get("/v1/leervragen", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.mimetype) == (200, form)
    assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/json;q=0", "text/csv;q=0"])
def test_a_form_that_is_not_there_is_406(client, accept):
    assert client.get("/v1/leervragen", headers={"Accept": accept}).status_code == 406


def test_a_sheet_is_a_sheet(client):
    answer = client.get("/v1/leervragen", headers={"Accept": XLSX})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    assert sheet.max_row == 46
    assert answer.headers["Content-Disposition"] == 'attachment; filename="leervragen.xlsx"'
    assert b"lv-45" in client.get("/v1/leervragen", headers={"Accept": "text/csv"}).get_data()


def test_a_value_has_one_tag_whatever_the_order_of_its_keys():
    assert lists.etag({"a": 1, "b": [date(2027, 1, 1)]}) == lists.etag({"b": ["2027-01-01"], "a": 1})
    assert lists.etag({"a": 1}) != lists.etag({"a": 2})
    with pytest.raises(ValueError, match="JSON"):
        lists.etag(float("nan"))


def test_what_the_client_has_already_is_not_sent_again(client):
    first = client.get("/v1/leervragen/lv-1")
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = client.get("/v1/leervragen/lv-1", headers={"If-None-Match": known})
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", tag)
    assert client.get("/v1/leervragen/lv-1", headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_change_needs_the_tag_of_what_is_changed(client):
    path, new = "/v1/leervragen/lv-1", {"titel": "Nieuw"}
    tag = client.get(path).headers["ETag"]
    assert client.put(path, json=new).status_code == 428
    for stale in ('"x"', f"W/{tag}", "x", ""):
        assert client.put(path, json=new, headers={"If-Match": stale}).status_code == 412
    done = client.put(path, json=new, headers={"If-Match": tag})
    assert done.status_code == 200
    assert done.headers["ETag"] == client.get(path).headers["ETag"] != tag
    assert client.put(path, json={"titel": "Later"}, headers={"If-Match": tag}).status_code == 412
    assert client.get(path).get_json()["titel"] == "Nieuw"
    assert client.put(path, json=new, headers={"If-Match": "*"}).status_code == 200


def _post(client, title, key, who="a"):
    return client.post("/v1/leervragen", json={"titel": title}, headers={"Idempotency-Key": key, "X-Wie": who})


def test_the_same_key_makes_one_thing_and_gives_the_same_answer(app, client):
    first, again = _post(client, "Eén", "k-1"), _post(client, "Eén", '"k-1"')
    assert len(app.rows) == 46
    assert (first.status_code, first.get_data()) == (again.status_code, again.get_data()) == (201, first.get_data())
    assert first.headers["Location"] == again.headers["Location"]
    assert first.headers["ETag"] == again.headers["ETag"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert _post(client, "Eén", "k-1", who="b").get_json()["id"] == "lv-47"


def test_the_same_key_for_something_else_is_409_and_makes_nothing(app, client):
    _post(client, "Eén", "k-1")
    answer = _post(client, "Ander", "k-1")
    assert (answer.status_code, len(app.rows)) == (409, 46)
    assert "k-1" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é", '"', 'a"b'])
def test_a_key_that_is_no_key_is_400(client, key):
    assert client.post("/v1/leervragen", json={"titel": "x"}, headers={"Idempotency-Key": key}).status_code == 400


def test_what_failed_can_be_tried_again_with_its_key(app, client):
    assert client.post("/v1/leervragen", json={}, headers={"Idempotency-Key": "k"}).status_code == 400
    assert _post(client, "Eén", "k").status_code == 201


def test_a_key_that_is_being_worked_on_is_409():
    app = toy()
    began, may_end, answers = threading.Event(), threading.Event(), []

    def slow() -> Response:
        began.set()
        may_end.wait(20)
        return Response("klaar", 201)

    app.add_url_rule("/v1/traag", "traag", lambda: lists.once(slow, app.answers, "a"), methods=["POST"])

    def post():
        answers.append(app.test_client().post("/v1/traag", headers={"Idempotency-Key": "k"}).status_code)

    worker = threading.Thread(target=post)
    worker.start()
    began.wait(20)
    post()
    may_end.set()
    worker.join(20)
    post()
    assert answers == [409, 201, 201]
