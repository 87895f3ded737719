"""The reference corpus is whole, says where it comes from, and was split once, with every style on both sides."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from matcher import reference
from matcher.parties import KINDS, PERSPECTIVES, by_key, key

INSPIRATIEREGIOS = {
    "Almere", "De Meierij", "FoodValley", "Holland-Rijnland", "Leeuwarden", "Noord-Kennemerland",
    "Noordoost-Friesland", "Regio Twente", "Utrecht", "Zuid-Kennemerland", "Zuid-Limburg",
}  # fmt: skip
# As they stand in the programme's document "adviezen en inspiratieregio's".
LEARNING_QUESTIONS = (
    "hoe kunnen we zorg in onderwijstijd bekostigen?",
    "hoe kunnen we de resultaten onderwijs/zorg het beste monitoren in de regio",
    "wij zoeken een expert op cultuur- en gedragsverandering voor de hele organisatie",
    "hoe om te gaan met de privacyproblematiek",
    'voorbeelden van "budgetten hebben poreuze randen"',
    "hoe komen we van individuele naar groepsbekostiging?",
    "wat is er wettelijk mogelijk met de combinatie thuisonderwijs, schoolonderwijs en zorg?",
    "begeleiding bij het formuleren van de gezamenlijke outcome",
)


@pytest.fixture(scope="module")
def offers():
    return reference.offers()


@pytest.fixture(scope="module")
def questions():
    return reference.questions()


def test_the_eleven_regions_are_there_with_a_few_others():
    regions = reference.regions()
    assert {r.name for r in regions if r.inspiratieregio} == INSPIRATIEREGIOS
    assert len(regions) > len(INSPIRATIEREGIOS)
    for region in regions:
        assert region.province
        assert region.character
        assert region.size


def test_the_eight_learning_questions_stand_as_in_the_document(questions):
    assert tuple(q.text for q in questions[:8]) == LEARNING_QUESTIONS
    assert all(q.source and not q.example for q in questions[:8])


def test_what_is_not_in_the_documents_is_marked(questions, offers):
    for party in (*questions, *offers):
        assert party.source or party.example, party.id


def test_there_is_enough_of_everything(questions, offers):
    assert len(questions) >= 58
    assert len(offers) >= 140
    assert {o.kind for o in offers} == set(KINDS)
    assert {o.perspective for o in offers} == set(PERSPECTIVES)
    assert sum(o.kind == "cop" for o in offers) == 6
    assert all(o.sessions and o.audience for o in offers if o.kind == "cop")
    assert {q.region for q in questions if q.region} == INSPIRATIEREGIOS


def test_offers_differ_in_what_is_possible(offers):
    for have in (
        sum(o.hours_per_month == 0 for o in offers),
        sum(o.hours_per_month is None for o in offers),
        sum(bool(o.regions) for o in offers),
        sum(not o.forms for o in offers),
        sum(bool(o.available_until) for o in offers),
        sum(not o.themes for o in offers),
    ):
        assert 5 <= have < len(offers) - 5


def test_regions_that_offers_and_questions_name_exist(questions, offers):
    known = by_key([r.name for r in reference.regions()])
    for name in {r for o in offers for r in o.regions} | {q.region for q in questions if q.region}:
        assert key(name) in known


def test_no_person_can_be_reached_through_the_corpus(questions, offers):
    for party in (*questions, *offers):
        assert party.contact is None or party.contact.endswith("@example.org")
        assert not re.search(r"\b\d{9}\b|\b06-?\d{8}\b", party.full_text)


def test_judgements_speak_of_parties_that_exist(questions, offers):
    qrels = reference.judgements()
    assert set(qrels) == {q.id for q in questions}
    assert {o for grades in qrels.values() for o in grades} <= {o.id for o in offers}
    grades = Counter(g for judged in qrels.values() for g in judged.values())
    assert sum(grades.values()) >= 1000
    assert set(grades) == {0, 1, 2, 3}


def test_each_highest_grade_has_its_reason():
    qrels = reference.judgements()
    highest = {(q, o) for q, grades in qrels.items() for o, g in grades.items() if g == 3}
    reasons = reference.judgement_reasons()
    assert set(reasons) == highest
    assert all(len(r.split()) >= 3 for r in reasons.values())


def test_the_split_holds_every_question_once_and_every_style_twice(questions):
    split = reference.split()
    assert list(split) == [q.id for q in questions]
    for style in {s.style for s in split.values()}:
        parts = Counter(s.part for s in split.values() if s.style == style)
        assert set(parts) == {"tune", "test"}
        assert abs(parts["tune"] - parts["test"]) <= 1


def test_abbreviations_are_in_capitals_and_mean_something():
    found = reference.abbreviations()
    assert list(found) == sorted(found)
    for short, meaning in found.items():
        assert short == short.upper()
        assert meaning.strip()
        assert meaning.upper() != short
