"""People are ranked by what they wrote: through the same fusion as offers, in Dutch or English, whatever the order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matcher import InvalidValueError, rank_people
from matcher.dutch import Analyser, language_of
from matcher.matchmaker import people_ranker
from matcher.people import RECOGNISED, Ranker, best, rank
from matcher.scores import Weights, score, signals
from matcher.settings import Settings
from tests.conftest import OFFERS, RIGHT_PAIRS, question

PEOPLE = {o.id: [o.full_text] for o in OFFERS}
SCHOLARS = {
    "bees": [
        "Pollination of wild flowers. We study how bees and other insects visit the flowers of a meadow.",
        "Honey bees in the city. This paper counts the hives on roofs and what the bees bring home.",
    ],
    "bridges": [
        "Fatigue of steel bridges. We measure the cracks that heavy traffic makes in the deck of a bridge.",
        "Reading the load of a bridge from its sensors. The method is tested on a motorway.",
    ],
    "ships": ["The stability of container ships. We model how a ship rolls in the waves of the open sea."],
}
SCORES = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def shipped(cache):
    return people_ranker(Settings(cache / "geen.db", cache))


def first(scores, asked):
    return max((s, person) for (q, person), s in scores.items() if q == asked)[1]


@pytest.mark.parametrize(("asked", "right"), RIGHT_PAIRS)
def test_who_wrote_what_the_question_needs_comes_first(asked, right, village_reader):
    assert first(rank([asked], PEOPLE, village_reader, Weights()), asked) in right


def test_one_dutch_text_scores_as_the_offer_does(village, village_reader):
    asked = question("Mijn zoon zit al weken thuis op zijn kamer. Wie betaalt dat?")
    weights = Weights()
    found = rank({"v": asked.full_text}, PEOPLE, village_reader, weights)
    plain = score(signals(asked, village_reader.read([asked.full_text], "question"), village, village_reader), weights)
    assert {o.id: found["v", o.id] for o in OFFERS} == {
        o.id: pytest.approx(float(t)) for o, t in zip(village.offers, plain.totals, strict=True)
    }


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("Which insects do the pollination of flowers?", "bees"),
        ("We want to measure cracks in an old bridge.", "bridges"),
        ("Why does a ship roll in the waves?", "ships"),
    ],
)
def test_english_people_are_found_with_the_shipped_model(asked, right, shipped):
    assert first(shipped([asked], SCHOLARS), asked) == right


def test_dutch_and_english_go_together(shipped):
    both = SCHOLARS | {"verzuim": ["Begeleidt scholen bij langdurig verzuim en de terugkeer van thuiszitters."]}
    asked = "Mijn zoon zit al maanden thuis en gaat niet naar school."
    assert first(shipped([asked], both), asked) == "verzuim"


def test_concepts_count_in_english_only_where_one_is_recognised(shipped):
    reader = shipped._readers["en"]
    asked = reader.read(["How do we measure the fatigue of steel decks?", "Who helps with truancy?"], "question").about
    assert not asked[0].any()
    assert np.linalg.norm(asked[1]) == pytest.approx(1, abs=0.01)
    assert reader.least == RECOGNISED
    texts = [
        "Absence registration and truancy: how schools keep count of pupils who stay away.",
        "How schools keep count of the pupils who stay away.",
        "A formulation of the assessment of steel decks.",
    ]
    kept = shipped._read(texts, ["en"] * 3, "offer")
    assert [bool(r.about.any()) for r in kept] == [True, False, False]
    assert shipped._readers["nl"].least is None


def test_english_words_are_not_mended_into_dutch(shipped):
    text = "The scaled tensors of a graph are learned."
    assert [t.word for t in shipped._readers["en"].analyser.analyse(text).tokens if t.mended] == []


@hypothesis_settings(max_examples=20)
@given(st.permutations(range(len(SCHOLARS))), st.randoms(use_true_random=False))
def test_no_order_matters(village_reader, order, random):
    names = [list(SCHOLARS)[i] for i in order]
    shuffled = {n: random.sample(SCHOLARS[n], len(SCHOLARS[n])) for n in names}
    asked = ["a bridge over the sea", "who knows about bees?"]
    plain = rank(asked, SCHOLARS, village_reader, Weights())
    assert rank(asked[::-1], shuffled, village_reader, Weights()) == plain


@given(SCORES, st.floats(0, 1, width=32))
def test_a_text_that_is_added_never_lifts_the_score_above_the_best_text(scores, added):
    before, after = best(scores), best([*scores, added])
    assert after <= max(*scores, added) + 1e-6
    if len(scores) >= 3:
        assert after >= before
        if added <= sorted(scores)[-3]:
            assert after == before
    elif added <= min(scores):
        assert after <= before


def test_the_best_three_count_and_all_of_fewer():
    assert best([0.1, 0.9, 0.6, 0.3]) == pytest.approx(0.6)
    assert best([0.2, 0.4]) == pytest.approx(0.3)


def test_a_ranker_that_read_before_gives_the_same(village_reader):
    ranker = Ranker(village_reader, Weights())
    asked = {"q": "who knows about bees?"}
    once = ranker(asked, SCHOLARS)
    ranker(asked, PEOPLE)
    assert ranker(asked, SCHOLARS) == once == rank(asked, SCHOLARS, village_reader, Weights())


@pytest.mark.parametrize(
    ("questions", "people"),
    [("een vraag", {"a": ["tekst"]}), (["  "], {"a": ["tekst"]}), (["vraag"], {"a": []}), (["vraag"], {"a": "tekst"}),
     (["vraag"], {"a": ["tekst", " "]})],
)  # fmt: skip
def test_what_cannot_be_ranked_is_named(questions, people, village_reader):
    with pytest.raises(InvalidValueError, match=r"questions|people"):
        rank(questions, people, village_reader, Weights())


def test_nobody_or_nothing_gives_nothing(village_reader):
    assert rank([], {"a": ["tekst"]}, village_reader, Weights()) == {}
    assert rank(["vraag"], {}, village_reader, Weights()) == {}


def test_the_face_ranks_people(cache):
    wrote = {"a": ["Over bijen en honing."]}
    found = rank_people({"v": "wie weet iets van bijen?"}, wrote, Settings(cache / "geen.db", cache))
    assert list(found) == [("v", "a")]


def test_a_text_without_function_words_has_the_language_of_the_others():
    assert language_of("Deep neural networks", "en") == "en"
    assert language_of("Deep neural networks") == "nl"
    assert Analyser(language="en").analyse("bridges").tokens[0].lemma == "bridge"
