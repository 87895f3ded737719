"""Parts sum to the score, weights are checked, and signals mean what they say."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import reference
from matcher.errors import BrokenFileError, InvalidValueError
from matcher.evaluation import checksum
from matcher.matchmaker import open_weights
from matcher.scores import Weights, score, signals
from matcher.settings import Settings
from tests.conftest import question

values = st.lists(st.floats(-1, 1, allow_nan=False), min_size=4, max_size=4).map(np.array)
weights = st.builds(Weights, **{name: st.floats(0, 10) for name in asdict(Weights())})


@given(st.fixed_dictionaries(dict.fromkeys(asdict(Weights()), values)), weights)
def test_parts_sum_to_the_score_exactly(given_signals, weighed):
    found = score(given_signals, weighed)
    for i in range(4):
        assert sum(found[i].parts.values()) == found[i].total
        assert found[i].total == pytest.approx(found.totals[i], abs=1e-9)
        assert set(found[i].parts) == {n for n, w in asdict(weighed).items() if w}


def test_a_signal_that_is_missing_or_weighs_nothing_is_no_part():
    found = score({"meaning": np.ones(2), "words": np.ones(2)}, Weights(words=0))
    assert dict(found[0].parts) == {"meaning": round(Weights().meaning, 4)}


@pytest.mark.parametrize("value", [-0.1, 11, float("nan"), "1", True, None])
def test_a_weight_is_a_number_from_0_to_10(value):
    with pytest.raises(InvalidValueError, match=r"weights\.words"):
        Weights(words=value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"weights": 1}', '{"weights": {"geluk": 1}}'])
def test_a_broken_file_of_weights_is_named(tmp_path, content):
    (tmp_path / "w.json").write_text(content, encoding="utf-8")
    with pytest.raises(BrokenFileError, match=r"w\.json"):
        Weights.read(tmp_path / "w.json")


def test_weights_are_read_from_the_settings_file_or_the_corpus(tmp_path):
    (tmp_path / "w.json").write_text(json.dumps({"weights": {"words": 0.9}, "evidence": {}}), encoding="utf-8")
    given_weights = Settings(tmp_path / "x.db", tmp_path, weights=tmp_path / "w.json")
    assert open_weights(given_weights) == Weights(words=0.9)
    shipped = open_weights(Settings(tmp_path / "x.db", tmp_path))
    assert shipped == Weights.read(reference.FOLDER / "weights.json")


def test_the_shipped_weights_say_on_what_they_rest():
    evidence = json.loads((reference.FOLDER / "weights.json").read_text(encoding="utf-8"))["evidence"]
    tune = [q for q, s in reference.split().items() if s.part == "tune"]
    assert evidence["judgements"] == checksum({q: reference.judgements()[q] for q in tune})
    assert evidence["questions"] == len(tune)


def test_signals_over_the_village(village, village_reader):
    asked = question("wie betaalt de bekostiging", themes=("rekenen",), perspectives=("beleid",))
    found = signals(asked, village_reader.read([asked.full_text], "question"), village, village_reader)
    ids = [o.id for o in village.offers]
    assert set(found) == set(asdict(Weights())) - {"rereading"}
    for name in ("meaning", "concepts", "words", "perspective"):
        assert ids[int(np.argmax(found[name]))] == "c-geld", name
    assert ids[int(np.argmax(found["themes"]))] == "g-rekenen"
    without = question("wie betaalt de bekostiging")
    assert not signals(without, village_reader.read(["x"], "question"), village, village_reader)["themes"].any()


@given(values, values)
def test_a_part_more_is_added_to_the_total(first, more):
    found = score({"words": first}, Weights()).plus("rereading", more)
    for i in range(4):
        assert set(found[i].parts) == {"words", "rereading"}
        assert found[i].total == pytest.approx(found.totals[i], abs=1e-9)
