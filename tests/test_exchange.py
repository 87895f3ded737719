"""What is written reads back equal; what is broken is named by file, line and field, and nothing is half done."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import BrokenFileError
from matcher.exchange import (
    from_json,
    read_offers,
    read_qrels,
    read_questions,
    read_run,
    to_json,
    write_qrels,
    write_run,
    writing,
)
from matcher.parties import KINDS, PERSPECTIVES, Offer, Question, Session
from tests.conftest import offer

ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=12)
texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=60)
filled = texts.filter(str.strip)
names = st.lists(filled, max_size=3).map(tuple)
hours = st.none() | st.integers(0, 200) | st.floats(0, 200, allow_nan=False)
days = st.none() | st.dates(date(2020, 1, 1), date(2035, 1, 1))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda d: d.replace(second=0, microsecond=0))  # noqa: DTZ001


@st.composite
def offers(draw):
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    meetings = [tuple(sorted(draw(st.tuples(moments, moments)))) for _ in range(draw(st.integers(0, 2)))]
    return Offer(
        id=draw(ids), kind=draw(st.sampled_from(KINDS)), name=draw(texts), summary=draw(filled),
        organisation=draw(texts), perspective=draw(st.none() | st.sampled_from(PERSPECTIVES)), themes=draw(names),
        regions=draw(names), forms=draw(names), hours_per_month=draw(hours), available_from=first,
        available_until=last, audience=draw(st.none() | filled), sessions=tuple(Session(*m) for m in meetings),
        contact=draw(st.none() | filled), source=draw(st.none() | filled), example=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def questions(draw):
    return Question(
        id=draw(ids), title=draw(texts), text=draw(filled), region=draw(st.none() | filled), themes=draw(names),
        forms=draw(names), kinds=draw(st.lists(st.sampled_from(KINDS), max_size=2).map(tuple)),
        perspectives=draw(st.lists(st.sampled_from(PERSPECTIVES), max_size=2).map(tuple)), needed_on=draw(days),
        hours_per_month=draw(hours), asked_on=draw(days), contact=draw(st.none() | filled),
        example=draw(st.booleans()),
    )  # fmt: skip


@given(offers())
def test_an_offer_comes_back_equal(value):
    assert from_json(Offer, json.loads(json.dumps(to_json(value)))) == value


@given(questions())
def test_a_question_comes_back_equal(value):
    assert from_json(Question, json.loads(json.dumps(to_json(value)))) == value


def test_a_file_of_the_contract_reads(tmp_path):
    path = tmp_path / "offers.jsonl"
    path.write_text(
        '\ufeff{"id": "o1", "kind": "cop", "name": "N", "organisation": "O", "perspective": null, "summary": "S", '
        '"themes": [], "regions": ["Almere"], "forms": [], "hours_per_month": 4, "available_from": "2027-01-01", '
        '"available_until": null, "audience": ["po", "vo"], "sessions": ["2027-02-01", {"date": "2027-03-01", '
        '"start": "15:00", "end": "17:00"}], "contact": {"mail": "bureau@example.org"}, "nieuw_veld": 1}\n\n',
        encoding="utf-8",
    )
    (found,) = read_offers(path)
    assert (found.kind, found.regions, found.hours_per_month) == ("cop", ("Almere",), 4)
    assert found.audience == "po, vo"
    assert [s.start.hour for s in found.sessions] == [0, 15]


BROKEN = [
    ('{"id": "a"', 1, "teken"),
    ("[1, 2]", 1, ""),
    ('{"kind": "expert", "summary": "s"}', 1, "id"),
    ('{"id": "a", "kind": "goeroe", "summary": "s"}', 1, "kind"),
    ('{"id": "a", "kind": "expert", "summary": 5}', 1, "summary"),
    ('{"id": "a", "kind": "expert", "summary": "s", "themes": "jeugd"}', 1, "themes"),
    ('{"id": "a", "kind": "expert", "summary": "s", "hours_per_month": "4"}', 1, "hours_per_month"),
    ('{"id": "a", "kind": "expert", "summary": "s", "hours_per_month": true}', 1, "hours_per_month"),
    ('{"id": "a", "kind": "expert", "summary": "s", "available_from": "1 mei"}', 1, "available_from"),
    ('{"id": "a", "kind": "expert", "summary": "s", "example": "ja"}', 1, "example"),
    ('{"id": "a", "kind": "cop", "summary": "s", "sessions": [{"van": 1}]}', 1, "sessions"),
    ('{"id": "a", "kind": "expert", "summary": "s"}\n{"id": "a", "kind": "expert", "summary": "t"}', 2, "id"),
]


@pytest.mark.parametrize(("content", "line", "field"), BROKEN)
def test_a_broken_line_is_named(tmp_path, content, line, field):
    path = tmp_path / "kapot.jsonl"
    path.write_text(content + "\n", encoding="utf-8")
    with pytest.raises(BrokenFileError) as caught:
        read_offers(path)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert problem.field.startswith(field)
    assert "kapot.jsonl" in str(caught.value)


def test_every_problem_is_told_at_once(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a"}\n{"id": "b", "text": "goed"}\nrommel\n', encoding="utf-8")
    with pytest.raises(BrokenFileError) as caught:
        read_questions(path)
    assert [p.line for p in caught.value.problems] == [1, 3]


def test_a_file_that_is_not_there_or_not_utf8_is_named(tmp_path):
    with pytest.raises(BrokenFileError, match=r"weg\.jsonl"):
        read_offers(tmp_path / "weg.jsonl")
    (tmp_path / "latin.jsonl").write_bytes('{"id": "é"}'.encode("latin-1"))
    with pytest.raises(BrokenFileError, match="UTF-8"):
        read_offers(tmp_path / "latin.jsonl")


def test_qrels_come_back_equal(tmp_path):
    qrels = {"q1": {"a": 3, "b": 0}, "q2": {"c": 1}}
    write_qrels(tmp_path / "x.qrels", qrels)
    assert read_qrels(tmp_path / "x.qrels") == qrels


@pytest.mark.parametrize("line", ["q 0 a 4", "q 0 a -1", "q 0 a", "q 0 a 1\nq 0 a 2", "q 0 a hoog"])
def test_broken_qrels_are_named(tmp_path, line):
    (tmp_path / "x.qrels").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(BrokenFileError, match=r"x\.qrels, regel"):
        read_qrels(tmp_path / "x.qrels")


def test_a_run_comes_back_equal_in_whatever_order_its_lines_stand(tmp_path):
    run = {"q1": [("a", 0.9), ("b", 0.5), ("c", 0.5)], "q2": [("a", 0.1)]}
    path = tmp_path / "x.run"
    write_run(path, run, "proef")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "q1 Q0 a 1 0.9000 proef"
    path.write_text("\n".join(reversed(lines)), encoding="utf-8")
    assert read_run(path) == run


def test_a_run_that_names_an_offer_twice_or_no_number_is_refused(tmp_path):
    path = tmp_path / "x.run"
    for content in ("q Q0 a 1 0.5 t\nq Q0 a 2 0.4 t", "q Q0 a een 0.5 t"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(BrokenFileError):
            read_run(path)


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "uit.run"
    path.write_text("oud", encoding="utf-8")

    def broken_off():
        with writing(path) as out:
            out.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    assert path.read_text(encoding="utf-8") == "oud"
    assert list(tmp_path.iterdir()) == [path]


def test_optional_fields_stay_out_of_a_line_that_has_none():
    assert set(to_json(offer("x", "s"))) == {
        "id", "kind", "name", "organisation", "perspective", "summary", "themes", "regions", "forms",
        "hours_per_month", "available_from", "available_until",
    }  # fmt: skip


def test_paths_may_be_text(tmp_path):
    write_qrels(str(tmp_path / "x"), {"q": {"a": 1}})
    assert Path(tmp_path / "x").read_text(encoding="utf-8") == "q 0 a 1\n"


def test_what_is_blank_is_no_demand(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text(
        '{"id": "a", "region": " ", "text": "v", "forms": [""], "themes": ["", "jeugd"]}\n', encoding="utf-8"
    )
    (found,) = read_questions(path)
    assert (found.region, found.forms, found.themes) == (None, (), ("jeugd",))


def test_of_title_and_text_one_is_enough(tmp_path):
    path = tmp_path / "q.jsonl"
    path.write_text('{"id": "a", "title": "Geld", "text": null}\n', encoding="utf-8")
    assert read_questions(path)[0].full_text == "Geld"


@pytest.mark.parametrize(
    "value",
    ['"themes": ["\\ud800"]', '"hours_per_month": 1e400', '"hours_per_month": ' + "9" * 5000, '"x": ' + "[" * 9000],
)
def test_what_no_text_can_hold_is_named_not_crashed_on(tmp_path, value):
    path = tmp_path / "o.jsonl"
    path.write_text('{"id": "a", "kind": "expert", "summary": "s", ' + value + "}\n", encoding="utf-8")
    with pytest.raises(BrokenFileError, match="regel 1"):
        read_offers(path)


def test_writing_follows_a_link_and_leaves_a_pipe_a_pipe(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "echt")
    write_qrels(tmp_path / "link", {"q": {"a": 1}})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "echt").read_text(encoding="utf-8") == "q 0 a 1\n"
    write_qrels("/dev/null", {"q": {"a": 1}})
    assert Path("/dev/null").is_char_device()
