"""A thesaurus is thinned as asked, by the generator that is given; the whole of it gives the figures of the whole."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import InvalidValueError
from matcher.evaluation import curves
from matcher.evaluation.curves import Bench, matched, recognised, some_concepts, some_phrases
from matcher.evaluation.measures import nDCG
from matcher.evaluation.tuning import Case, figure
from matcher.scores import Weights, signals
from matcher.thesaurus import Concepts, Theme, Thesaurus
from tests.conftest import OFFERS, RIGHT_PAIRS, ToyEncoder, question


@pytest.fixture
def bench(village, village_reader):
    ids, cases = tuple(o.id for o in village.offers), []
    for text, right in RIGHT_PAIRS:
        asked = question(text)
        found = signals(asked, village_reader.read([asked.full_text], "question"), village, village_reader)
        cases.append(Case(text, ids, found, dict.fromkeys(right, 3)))
    asked = village_reader.near_concepts([question(text).full_text for text, _ in RIGHT_PAIRS], "question")
    offered = village_reader.near_concepts([o.full_text for o in OFFERS], "offer")
    return Bench(village_reader.concepts, Weights(), cases, asked, offered)


@given(st.floats(0, 1), st.integers(0, 99))
def test_a_share_is_what_was_asked(village_thesaurus, share, seed):
    kept = some_concepts(village_thesaurus, share, np.random.default_rng(seed))
    assert len(kept) == round(share * len(village_thesaurus))
    fewer = village_thesaurus.thinned(kept)
    assert [t.needs for t in fewer.themes] == [village_thesaurus.themes[i].needs for i in kept]
    assert fewer.fingerprint != village_thesaurus.fingerprint
    assert {link for t in fewer.themes for link in t.related} <= {t.id for t in fewer.themes}
    kept = some_phrases(village_thesaurus, share, np.random.default_rng(seed))
    for theme, thin in zip(village_thesaurus.themes, village_thesaurus.thinned(kept).themes, strict=True):
        assert len(thin.needs) == round(share * len(theme.needs))
        assert len(thin.statements) == round(share * len(theme.statements))
        assert set(thin.needs) <= set(theme.needs)
        assert (thin.id, thin.labels, thin.related) == (theme.id, theme.labels, theme.related)


@given(st.floats(0, 1), st.integers(0, 99))
def test_thinned_concepts_are_those_of_the_thinned_thesaurus(village_thesaurus, village_reader, share, seed):
    rows = ToyEncoder().encode([o.full_text for o in OFFERS])
    for thinning in (some_concepts, some_phrases):
        kept = thinning(village_thesaurus, max(share, 0.2), np.random.default_rng(seed))
        anew = Concepts.encoded(village_thesaurus.thinned(kept), ToyEncoder())
        assert np.allclose(village_reader.concepts.thinned(kept).about(rows), anew.about(rows), atol=1e-6)


def test_the_whole_thesaurus_gives_the_figures_of_the_whole(bench):
    expected = np.mean([figure(c, bench.weights, nDCG @ 10) for c in bench.cases])
    only = Weights(**{name: float(name == "concepts") for name in asdict(Weights())})
    alone = np.mean([figure(c, only, nDCG @ 10) for c in bench.cases])
    for thinning in (some_concepts, some_phrases):
        *_, whole = matched(bench, thinning, np.random.default_rng(0))
        assert whole.figures["whole"].value == pytest.approx(expected)
        assert whole.figures["alone"].value == pytest.approx(alone)
        assert whole.figures["whole"].low == whole.figures["whole"].high


def test_fewer_concepts_find_less_and_the_same_seed_the_same(bench):
    found = matched(bench, some_concepts, np.random.default_rng(3), draws=4)
    assert found == matched(bench, some_concepts, np.random.default_rng(3), draws=4)
    assert found != matched(bench, some_concepts, np.random.default_rng(4), draws=4)
    assert [p.concepts for p in found] == [2, 4, 6, 8]
    assert found[0].figures["alone"].value < found[-1].figures["alone"].value - 0.2
    for point in found:
        for spread in point.figures.values():
            assert spread.low <= spread.value <= spread.high


def test_a_need_is_recognised_by_the_phrases_that_are_left_and_not_by_a_tie():
    themes = [Theme(f"t{i}", f"t{i}", needs=(f"{a} {b}", f"{b} {a}"), statements=(a,))
              for i, (a, b) in enumerate([("thuis", "verzuim"), ("geld", "budget"), ("privacy", "avg"),
                                          ("taal", "isk")])]  # fmt: skip
    concepts = Concepts.encoded(Thesaurus(themes), ToyEncoder())
    none, whole = recognised(concepts, ToyEncoder(), np.random.default_rng(0), shares=(0.0, 1.0))
    assert none.phrases == 0
    assert none.figures["first"].value == none.figures["first three"].value == 0.0
    assert whole.figures["first"].value == whole.figures["first three"].value == 1.0


@pytest.mark.parametrize(("shares", "draws"), [((1.5,), 2), ((-0.1,), 2), ((0.5,), 0)])
def test_a_share_or_a_number_of_draws_that_cannot_be_is_refused(bench, shares, draws):
    with pytest.raises(InvalidValueError, match="share, draws"):
        matched(bench, some_phrases, np.random.default_rng(0), draws, shares)


def test_the_table_has_a_row_for_each_point(bench):
    found = {"begrippen": matched(bench, some_concepts, np.random.default_rng(0), draws=2, shares=(0.5, 1.0))}
    head, _, *rows = curves.markdown(found, {"whole": "alle delen"}).splitlines()
    assert head == "| wat er groeit | deel | begrippen | zinnen | alle delen |"
    assert [row.split(" | ")[:4] for row in rows] == [
        ["| begrippen", "50%", "4", "20"],
        ["| begrippen", "100%", "8", "40"],
    ]
