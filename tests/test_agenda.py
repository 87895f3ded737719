"""The agenda: every question in one group, gaps that add up, a picture that is the same every time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.agenda import GOOD, Agenda, agenda, picture, wording
from matcher.agenda.communities import duo
from matcher.agenda.groups import _by_rounds, _by_square, grouped, medoid
from matcher.candidates import pool
from matcher.constraints import rules
from matcher.errors import InvalidValueError, MissingPartError
from matcher.scores import Weights
from matcher.suggestions import rank
from tests.conftest import OFFERS, RIGHT_PAIRS, offer, question

PARTIES = {"Almere": ("Gemeente Almere", "Basisschool De Boog"), "Utrecht": ("Samenwerkingsverband Utrecht",)}
TEXTS = [text for text, _ in RIGHT_PAIRS]
asked = st.fixed_dictionaries(
    {
        "text": st.sampled_from(TEXTS),
        "region": st.none() | st.sampled_from(["Almere", "almere", "Utrecht", "Twente"]),
        "needed_on": st.none() | st.just(date(2026, 12, 1)),
        "hours_per_month": st.none() | st.just(6),
    }
)
many = st.lists(asked, max_size=8).map(lambda found: [question(id=f"v{i}", **facts) for i, facts in enumerate(found)])


@pytest.fixture(scope="module")
def make(village, village_reader, village_thesaurus):
    def made(questions, parties=None, offers=None):
        over = village if offers is None else pool(offers, village_reader)
        ranked = (rank(q, over, village_reader, Weights(), rules()) for q in questions)
        return agenda(ranked, village_thesaurus, parties)

    return made


def test_the_same_subject_is_one_group_and_another_stays_alone(make):
    texts = ("mijn zoon zit thuis", "zij spijbelt, veel verzuim", "wie betaalt het budget")
    found = make([question(t, id=i) for i, t in zip("abc", texts, strict=True)])
    assert [[q.id for q in g.questions] for g in found.groups] == [["a", "b"], ["c"]]
    assert [g.name for g in found.groups] == ["verzuim", "geld"]


@given(many)
@settings(max_examples=30)
def test_every_question_stands_once_and_the_numbers_add_up(make, questions):
    found = make(questions, PARTIES)
    ids = sorted(q.id for q in questions)
    assert sorted(q.id for g in found.groups for q in g.questions) == ids
    assert sorted(c.question.id for b in found.themes for c in b.cases) == ids
    for g in found.groups:
        assert g.medoid in g.questions
        assert g.themes
        assert not (g.community and g.proposal)
        assert bool(g.proposal) == (len(g.regions) > 1 and not g.community)
        assert wording.group_sentences(g).endswith(".")
    for b in found.themes:
        helped = [c for c in b.cases if c.helped]
        assert len(b.unmet) + len(helped) == b.asked
        assert bool(b.offers) == bool(helped)
        assert all(c.best[1] < GOOD for c in b.unmet if c.best)
        assert 0 <= b.shortage <= len(b.unmet)
        assert len({r.offer.id for r in b.missed}) == len(b.missed)
        assert wording.gap_sentences(b).endswith(".")
    unmet = [len(b.unmet) for b in found.themes]
    assert unmet == sorted(unmet, reverse=True)
    assert [row[1] for row in wording.rows(found.themes)] == [b.asked for b in found.themes]


@given(many, st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_the_questions_does_not_matter(make, questions, chance):
    shuffled = chance.sample(questions, len(questions))
    assert _told(make(questions)) == _told(make(shuffled))


def _told(found: Agenda) -> list[object]:
    groups = [(g.questions, g.medoid, wording.group_sentences(g)) for g in found.groups]
    return [groups, wording.rows(found.themes)]


@given(st.integers(0, 40), st.integers(0, 10**6))
@settings(max_examples=40)
def test_grouping_without_the_square_is_grouping_with_it(n, seed):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    one, other = _by_rounds(rows), _by_square(rows)
    assert ((one[:, None] == one) == (other[:, None] == other)).all()


def test_a_question_that_goes_leaves_the_other_groups_alone(make):
    questions = [question(t, id=f"{i}{n}") for i, t in enumerate(TEXTS[:4]) for n in range(3)]
    whole = {frozenset(q.id for q in g.questions) for g in make(questions).groups}
    for gone in questions:
        without = make([q for q in questions if q != gone])
        assert {frozenset(q.id for q in g.questions) for g in without.groups} == {g - {gone.id} for g in whole}


def test_the_medoid_is_most_like_the_others():
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    assert medoid(rows) == 1


def test_nothing_asked_is_an_empty_agenda(make):
    assert make([]) == Agenda((), ())
    assert grouped(np.zeros((0, 3), dtype=np.float32)) == []
    assert b"Er zijn geen open vragen" in picture.svg(())
    assert picture.png(())[:4] == b"\x89PNG"


def test_nobody_offers_anything(make):
    (balance,) = make([question(TEXTS[0])], offers=[]).themes
    assert (balance.asked, len(balance.unmet), balance.shortage, balance.offers) == (1, 1, 1.0, ())


def test_two_rankings_of_one_question_are_refused(make):
    with pytest.raises(InvalidValueError, match="elke vraag eenmaal"):
        make([question(TEXTS[0]), question(TEXTS[1])])


def test_what_fits_but_cannot_is_evidence_of_a_gap(make):
    only = [offer("a-verzuim", "Begeleidt bij schoolverzuim.", regions=("Almere",))]
    helped, unmet = (make([question(TEXTS[0], region=r)], offers=only).themes[0] for r in ("Almere", "Utrecht"))
    assert ([o.id for o in helped.offers], helped.unmet) == (["a-verzuim"], ())
    assert unmet.offers == ()
    assert [r.offer.id for r in unmet.missed] == ["a-verzuim"]
    assert "niet in Utrecht" in wording.gap_sentences(unmet)


def test_a_community_that_fits_is_named_and_otherwise_one_is_proposed(make):
    two = [question(TEXTS[0], id="a", region="Almere"), question(TEXTS[0], id="b", region="Utrecht")]
    lead = offer("f-verzuim", "Begeleidt gesprekken over verzuim.", kind="facilitator")
    (group,) = make(two, PARTIES, [*OFFERS, lead]).groups
    assert group.proposal.regions == ("Almere", "Utrecht")
    assert group.proposal.facilitator.offer is not None
    assert group.proposal.facilitator.offer.id == "f-verzuim"
    assert [d.complete for d in group.proposal.duos] == [True, False]
    assert "gemeente nog te zoeken, onderwijs Samenwerkingsverband Utrecht" in wording.group_sentences(group)
    cop = offer("c-verzuim", "Over schoolverzuim van de thuiszitter.", kind="cop")
    (group,) = make(two, PARTIES, [*OFFERS, cop]).groups
    assert (group.community.offer.id, group.proposal) == ("c-verzuim", None)


def test_a_contact_of_a_duo_is_pointed_at_and_never_shown(make):
    asked = question(TEXTS[0], region="Almere", contact="wethouder, naam@gemeente.example")
    (case,) = make([asked]).themes[0].cases
    assert duo("Almere", [case], {}).municipality == "contact bij vraag vraag"


def test_the_picture_is_the_same_every_time_and_says_what_it_shows(make):
    questions = [question(t, id=f"v{i}", region="Twente") for i, t in enumerate(TEXTS)]
    themes, again = make(questions).themes, make(questions).themes
    svg = picture.svg(themes)
    assert (svg, picture.png(themes)) == (picture.svg(again), picture.png(again))
    root = ElementTree.fromstring(svg.decode())  # noqa: S314  our own picture
    assert root.get("role") == "img"
    told = "".join(root.itertext())
    assert picture.summary(themes) in told
    assert all(b.theme.label in told for b in themes)


def test_the_picture_holds_to_its_most_and_is_as_wide_as_a_page(make):
    themes = make([question(t, id=f"v{i}") for i, t in enumerate(TEXTS)]).themes
    few = picture.svg(themes, 2).decode()
    assert themes[1].theme.label in few
    assert themes[2].theme.label not in few
    assert f"van {len(themes)}" in few
    from PIL import Image

    assert Image.open(BytesIO(picture.png(themes, 2))).width == 1600


def test_a_label_with_marks_of_xml_stays_text(make):
    balance = make([question(TEXTS[0])]).themes[0]
    sharp = replace(balance, theme=replace(balance.theme, label='a < b & "c"'))
    assert 'a < b & "c"' in "".join(ElementTree.fromstring(picture.svg([sharp]).decode()).itertext())  # noqa: S314


def test_the_agenda_draws_nothing_until_it_is_asked():
    code = "import sys, matcher.agenda.picture; print('matplotlib' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


def test_without_matplotlib_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingPartError, match="pictures"):
        picture.png(())
