"""The pipe: right pairs first, rules before the cut, parts that sum, and the same list every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.candidates import pool
from matcher.constraints import rules, sift
from matcher.errors import InvalidValueError
from matcher.scores import Weights
from matcher.suggestions import SPREAD, rank, suggest
from tests.conftest import OFFERS, RIGHT_PAIRS, offer, question

WEIGHTS = Weights()
demands = st.fixed_dictionaries(
    {
        "text": st.sampled_from([text for text, _ in RIGHT_PAIRS] + ["iets heel anders", "jeugd"]),
        "region": st.none() | st.sampled_from(["Almere", "Utrecht", "Twente"]),
        "forms": st.lists(st.sampled_from(["workshop", "lezing"]), max_size=1).map(tuple),
        "kinds": st.lists(st.sampled_from(["expert", "dossier"]), max_size=1).map(tuple),
        "perspectives": st.lists(st.sampled_from(["praktijk", "beleid"]), max_size=1).map(tuple),
        "needed_on": st.none() | st.dates(date(2026, 12, 1), date(2027, 12, 1)),
        "hours_per_month": st.none() | st.integers(0, 6),
        "themes": st.lists(st.sampled_from(["rekenen", "jeugd", "maan"]), max_size=1).map(tuple),
    }
)


@pytest.mark.parametrize(("text", "right"), RIGHT_PAIRS)
def test_what_anyone_would_name_comes_first(village, village_reader, text, right):
    found = suggest(question(text), village, village_reader, WEIGHTS, (), k=len(right))
    assert {s.offer.id for s in found.kept} == right


@given(demands)
@settings(max_examples=60)
def test_what_holds_of_every_list(village, village_reader, asked):
    asked = question(**asked)
    found = suggest(asked, village, village_reader, WEIGHTS, rules(), k=4)
    for s in found.kept:
        assert sum(s.score.parts.values()) == s.score.total
        assert sift(asked, [s.offer], rules()) == [()]
        assert s.sentence.endswith(".")
        for start, end in s.marks:
            assert s.offer.summary[start:end].strip()
    for r in found.refused:
        assert r.refusals
        assert r.reasons
    kept, refused = {s.offer.id for s in found.kept}, {r.offer.id for r in found.refused}
    assert not kept & refused
    assert len(found.kept) == min(4, len(OFFERS) - len(refused))
    assert [s.rank for s in found.kept] == list(range(1, len(found.kept) + 1))
    assert [r.score.total for r in found.refused] == sorted((r.score.total for r in found.refused), reverse=True)
    again = suggest(asked, village, village_reader, WEIGHTS, rules(), k=4)
    assert repr(again) == repr(found)


@given(demands, st.integers(0, len(OFFERS) - 1))
@settings(max_examples=40)
def test_adding_an_offer_never_changes_the_order_of_the_others(village, village_reader, asked, left_out):
    asked = question(**asked)
    fewer = pool([o for i, o in enumerate(OFFERS) if i != left_out], village_reader)
    whole, part = (rank(asked, p, village_reader, WEIGHTS, ()) for p in (village, fewer))
    gone = OFFERS[left_out].id
    with_all = [(village.offers[i].id, whole.scores.totals[i]) for i in whole.order() if village.offers[i].id != gone]
    assert with_all == [(fewer.offers[i].id, part.scores.totals[i]) for i in part.order()]


def test_a_strict_question_still_gets_a_full_list(village_reader):
    fitting = [offer(f"z{i}", "Iets over rekenen.", regions=("Almere",)) for i in range(5)]
    better = [offer(f"a{i}", "Verzuim en de thuiszitter, leerplicht.", regions=("Utrecht",)) for i in range(50)]
    asked = question("thuis op zijn kamer, verzuim", region="Almere")
    found = suggest(asked, pool([*fitting, *better], village_reader), village_reader, WEIGHTS, rules(), k=5)
    assert [s.offer.id for s in found.kept] == [f"z{i}" for i in range(5)]
    assert len(found.refused) == 50


def test_a_question_that_fits_nobody_gets_near_misses_in_order(village_reader):
    there_are = [
        offer("ver", "Rekenen.", regions=("Utrecht",)),
        offer("dicht", "Verzuim van de thuiszitter.", regions=("Utrecht",)),
        offer("dubbel", "Verzuim, thuiszitter, leerplicht.", regions=("Utrecht",), hours_per_month=0),
        offer("later", "Schoolverzuim.", available_from=date(2027, 5, 1)),
    ]
    asked = question("verzuim van een thuiszitter", region="Almere", needed_on=date(2027, 1, 1))
    found = suggest(asked, pool(there_are, village_reader), village_reader, WEIGHTS, rules())
    assert found.kept == ()
    assert len(found.refused) == 4
    misses = [m.offer.id for m in found.near_misses]
    assert set(misses) == {"dicht", "later", "ver"}
    assert misses[-1] == "ver"
    (later,) = [m for m in found.near_misses if m.offer.id == "later"]
    assert later.reasons == ("pas beschikbaar vanaf 1 mei 2027",)
    assert later.refusals[0].until == date(2027, 5, 1)


def test_an_empty_catalogue_gives_an_empty_list(village_reader):
    found = suggest(question("v"), pool([], village_reader), village_reader, WEIGHTS, rules())
    assert (found.kept, found.refused) == ((), ())


@pytest.mark.parametrize("k", [0, -1])
def test_k_is_one_or_more(village, village_reader, k):
    with pytest.raises(InvalidValueError, match="k"):
        suggest(question("v"), village, village_reader, WEIGHTS, (), k)


def test_a_text_without_a_known_word_is_answered_all_the_same(village, village_reader):
    found = suggest(question("???"), village, village_reader, WEIGHTS, ())
    assert len(found.kept) == 5
    assert all(np.isfinite(s.score.total) for s in found.kept)


def test_the_last_place_goes_to_another_perspective_where_scores_allow(village_reader):
    same = [offer(f"p{i}", "Verzuim van de thuiszitter.", perspective="praktijk") for i in range(4)]
    near = offer("w", "Verzuim van de thuiszitter", perspective="wetenschap")
    far = replace(near, id="w", summary="Rekenen.")
    asked = question("verzuim van de thuiszitter")
    for other, expected in ((near, True), (far, False)):
        scored = pool([*same, other], village_reader)
        scores = rank(asked, scored, village_reader, WEIGHTS, ()).scores
        assert bool(scores.totals[:4].max() - scores.totals[4] <= SPREAD) is expected
        found = suggest(asked, scored, village_reader, WEIGHTS, (), k=3)
        assert ("w" in {s.offer.id for s in found.kept}) is expected


def test_an_offer_with_only_a_name_is_explained_by_it_without_a_mark(village_reader):
    bare = offer("x", "  ", name="Begeleiding bij verzuim van de thuiszitter")
    (found,) = suggest(question("verzuim"), pool([bare], village_reader), village_reader, WEIGHTS, ()).kept
    assert any(r.phrase for r in found.reasons)
    assert found.marks == ()


def test_marks_count_the_characters_of_the_summary_as_it_is_kept(village_reader):
    apart = offer("x", "Coo\u0308rdinatie vooraf. Langdurig schoolverzuim van leerlingen, met gezag.")
    (found,) = suggest(question("schoolverzuim"), pool([apart], village_reader), village_reader, WEIGHTS, ()).kept
    assert {found.offer.summary[a:b] for a, b in found.marks} == {"Langdurig schoolverzuim van leerlingen, met gezag."}
