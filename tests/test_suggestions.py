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
from matcher.suggestions import REREAD, SPREAD, rank, rank_all, suggest
from matcher.vectors import open_reranker
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


@pytest.fixture(scope="module")
def crowd(village_reader):
    """Fifty offers on one or two subjects each, every fifth of them full."""
    words = [w for text, _ in RIGHT_PAIRS for w in text.split()]
    return pool(
        [offer(f"o{i:02}", f"{words[i]} {words[-i]} verzuim", hours_per_month=0 if i % 5 == 0 else None)
         for i in range(50)], village_reader,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reranker(cross_encoder):
    return open_reranker(str(cross_encoder))


@pytest.mark.parametrize("weight", [0.2, 10.0])
@pytest.mark.parametrize("text", [RIGHT_PAIRS[0][0], RIGHT_PAIRS[1][0], "???"])
def test_rereading_changes_places_among_the_first_that_can_happen_only(crowd, village_reader, reranker, text, weight):
    weights = Weights(rereading=weight)
    asked = question(text)
    plain, again = (rank(asked, crowd, village_reader, weights, rules(), r) for r in (None, reranker))
    before, after = list(plain.kept()), list(again.kept())
    assert len(before) == 40
    assert set(after[:REREAD]) == set(before[:REREAD])
    assert after[REREAD:] == before[REREAD:]
    assert weight < 1 or after[:REREAD] != before[:REREAD]
    for i in range(len(crowd)):
        assert sum(again.scores[i].parts.values()) == again.scores[i].total
        part = again.scores[i].parts["rereading"]
        assert 0 < part <= weight if i in before[:REREAD] else part == 0
        assert again.scores[i].total == pytest.approx(plain.scores[i].total + part)
    expected = reranker.scores(asked.full_text, [crowd.offers[before[0]].full_text])[0]
    assert again.scores[before[0]].parts["rereading"] == pytest.approx(weight * expected, abs=1e-3)


def test_a_list_that_was_read_again_is_explained_and_repeatable(crowd, village_reader, reranker):
    found = suggest(question("verzuim en privacy"), crowd, village_reader, WEIGHTS, rules(), 5, reranker)
    assert repr(found) == repr(
        suggest(question("verzuim en privacy"), crowd, village_reader, WEIGHTS, rules(), 5, reranker)
    )
    for s in found.kept:
        assert sum(s.score.parts.values()) == s.score.total
        assert s.score.parts["rereading"] > 0
        assert "rereading" not in {r.part for r in s.reasons}
    assert all(r.score.parts["rereading"] == 0 for r in found.refused)


def test_while_all_are_read_again_adding_an_offer_never_changes_the_order_of_the_others(
    village, village_reader, reranker
):
    asked = question("de ouders en het geld")
    fewer = pool(OFFERS[1:], village_reader)
    whole, part = (rank(asked, p, village_reader, Weights(rereading=5), (), reranker) for p in (village, fewer))
    order = [village.offers[i].id for i in whole.order()]
    assert [o for o in order if o != OFFERS[0].id] == [fewer.offers[i].id for i in part.order()]


def test_rereading_that_weighs_nothing_is_no_part(village, village_reader, reranker):
    found = rank(question("geld"), village, village_reader, Weights(rereading=0), (), reranker)
    assert "rereading" not in found.scores.parts


def test_an_empty_catalogue_can_be_read_again(village_reader, reranker):
    assert suggest(question("v"), pool([], village_reader), village_reader, WEIGHTS, rules(), 5, reranker).kept == ()


def test_questions_read_together_rank_as_each_alone(village, village_reader):
    asked = [question(text, id=f"v{n}") for n, (text, _) in enumerate(RIGHT_PAIRS)]
    together = rank_all(asked, village, village_reader, WEIGHTS, rules())
    for one, found in zip(asked, together, strict=True):
        assert found.question == one
        assert np.array_equal(found.scores.totals, rank(one, village, village_reader, WEIGHTS, rules()).scores.totals)
