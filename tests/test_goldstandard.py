"""The loss of the gold standard is that of the paper, on a toy folder that is written here."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import BrokenFileError, MissingPartError
from matcher.evaluation.goldstandard import PREDICTED, expertise_of, loss, predicted, ranked, read
from matcher.people import rank
from matcher.scores import Weights

EXPERTISE = {"ann": {"bees": 5.0, "bridges": 1.5}, "bob": {"bees": 1.0, "bridges": 4.0, "ships": 3.0}}
PAPERS = {
    "bees": ("Bees", "We count the bees that visit the flowers of a meadow."),
    "bridges": ("Bridges", "We measure the cracks in the deck of a steel bridge."),
    "ships": ("Are ships stable?", "We model how a ship rolls in the waves."),
}
WROTE = {"ann": [PAPERS["bees"], ("Hives", "Where bees live.")], "bob": [PAPERS["bridges"]]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    head = ["ParticipantID", *(f"Paper{n}" for n in range(1, 11)), *(f"Expertise{n}" for n in range(1, 11))]
    lines = ["\t".join(head)]
    for person, told in EXPERTISE.items():
        blank = [""] * (10 - len(told))
        lines.append("\t".join([person, *told, *blank, *map(str, told.values()), *blank]))
    (tmp_path / "data" / "evaluations.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for n in (1, 2):
        archives = tmp_path / "evaluation_datasets" / f"d_20_{n}" / "archives"
        archives.mkdir(parents=True)
        papers = {p: {"id": p, "content": {"title": t, "abstract": a}} for p, (t, a) in PAPERS.items()}
        (archives.parent / "submissions.json").write_text(json.dumps(papers), encoding="utf-8")
        for person, wrote in WROTE.items():
            rows = [json.dumps({"id": t, "content": {"title": t, "abstract": a}}) + "\n" for t, a in wrote]
            (archives / f"~{person}.jsonl").write_text("".join(rows), encoding="utf-8")
    return tmp_path


def test_a_folder_is_read_as_it_was_published(folder):
    gold = read(folder, [1, 2])
    assert gold.expertise == EXPERTISE
    assert len(gold.versions) == 2
    assert gold.versions[0].papers["bees"] == "Bees. We count the bees that visit the flowers of a meadow."
    assert gold.versions[0].papers["ships"].startswith("Are ships stable? We model")
    assert gold.versions[0].people["ann"][1] == "Hives. Where bees live."


def test_our_ranking_is_measured(folder, village_reader):
    gold, told = read(folder, [1, 2]), []
    scores = ranked(gold, lambda q, p: rank(q, p, village_reader, Weights()), lambda n, of: told.append((n, of)))
    assert told == [(1, 2), (2, 2)]
    assert loss(scores, gold.expertise).value < 0.5


def scores_of(expertise, value):
    return {(paper, person): value(e) for person, own in expertise.items() for paper, e in own.items()}


@pytest.mark.parametrize(("value", "expected"), [(lambda e: e, 0.0), (lambda e: -e, 1.0), (lambda e: 7.0, 0.5)])
def test_right_wrong_and_tied(value, expected):
    assert loss([scores_of(EXPERTISE, value)], EXPERTISE).value == expected


def test_a_pair_weighs_by_its_difference_and_versions_are_averaged():
    right = scores_of(EXPERTISE, lambda e: e)
    wrong = right | {("ships", "bob"): 9.0}  # above bridges: 1 of 3.5 + 3 + 2 + 1
    assert loss([wrong], EXPERTISE).value == pytest.approx(1 / 9.5)
    assert loss([wrong, right], EXPERTISE).value == pytest.approx(0.5 / 9.5)


def by_hand(scores, expertise):
    """The definition of the paper once more, pair by pair, in whole numbers of half points."""
    lost = most = 0
    for person, own in expertise.items():
        for a, b in combinations(own, 2):
            high, low = (a, b) if own[a] > own[b] else (b, a)
            most += 2 * abs(own[a] - own[b])
            s, t = scores[high, person], scores[low, person]
            lost += abs(own[a] - own[b]) * (2 if s < t else 1 if s == t else 0)
    return lost / most


@settings(max_examples=30)
@given(st.data())
def test_the_loss_is_the_published_definition(data):
    expertise = {
        person: {paper: data.draw(st.sampled_from([1.0, 2.0, 3.5, 5.0])) for paper in "abcd"} | {"e": 1.0, "f": 5.0}
        for person in "xyz"
    }
    scores = {(q, p): data.draw(st.integers(0, 4)) / 4 for p in expertise for q in expertise[p]}
    found = loss([scores], expertise, samples=50)
    assert found.value == pytest.approx(by_hand(scores, expertise))
    assert 0 <= found.low <= found.high <= 1
    assert found == loss([scores], expertise, samples=50)
    assert found.people == 3


def test_published_predictions_are_read(folder):
    (folder / "predictions").mkdir()
    flat = {person: dict.fromkeys(own, 1.0) for person, own in EXPERTISE.items()}
    path = folder / "predictions" / f"{PREDICTED['TPMS']}_d_20_1_ta.json"
    path.write_text(json.dumps(flat), encoding="utf-8")
    assert loss(predicted(folder, "TPMS", [1]), EXPERTISE).value == 0.5
    with pytest.raises(MissingPartError, match="d_20_2"):
        predicted(folder, "TPMS", [1, 2])


def test_what_is_missing_or_broken_is_named(folder, tmp_path):
    with pytest.raises(MissingPartError, match=r"evaluations\.csv"):
        expertise_of(tmp_path / "nergens")
    (folder / "evaluation_datasets" / "d_20_2" / "submissions.json").write_text("{", encoding="utf-8")
    with pytest.raises(BrokenFileError, match=r"submissions\.json"):
        read(folder, [2])
    path = folder / "data" / "evaluations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("1.5", "veel"), encoding="utf-8")
    with pytest.raises(BrokenFileError, match="regel 2"):
        expertise_of(folder)
