"""Reasons are Dutch, rest on the numbers that ranked the offer, and quote words that stand in both texts."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.constraints import RULES, Refusal
from matcher.reasons import dutch_date, possible, refusal
from matcher.scores import Weights
from matcher.suggestions import suggest
from tests.conftest import offer, question


def first(village, village_reader, text, **demands):
    return suggest(question(text, **demands), village, village_reader, Weights(), (), k=3).kept[0]


def test_a_reason_quotes_both_sides_and_names_the_concept(village, village_reader):
    found = first(village, village_reader, "Goedemorgen allemaal daar, mijn zoon verzuimt en komt niet van zijn kamer.")
    about = next(r for r in found.reasons if r.concept)
    assert about.concept == "verzuim"
    assert about.part == "concepts"
    assert about.asked == "mijn zoon verzuimt en komt niet van zijn kamer"
    assert about.phrase in found.offer.summary
    assert found.offer.summary[slice(*about.span)].startswith(about.phrase)
    assert "verzuim" in found.sentence


def test_reasons_come_heaviest_part_first_and_end_with_what_is_possible(village, village_reader):
    found = first(village, village_reader, "privacy van gegevens en toestemming", themes=("privacy",))
    parts = [r.part for r in found.reasons]
    assert parts[-1] == ""
    values = [found.score.parts[p] for p in parts[:-1]]
    assert values == sorted(values, reverse=True)
    assert all(v > 0 for v in values)


def test_shared_words_and_perspective_are_named(village, village_reader):
    found = first(village, village_reader, "schoolverzuim van de thuiszitter", perspectives=("praktijk",))
    texts = {r.part: r.text for r in found.reasons}
    assert "schoolverzuim" in texts["words"]
    assert texts["perspective"] == "Kijkt vanuit het gevraagde perspectief: praktijk."


@pytest.mark.parametrize(
    ("facts", "demands", "sentence"),
    [
        ({}, {}, "In het hele land."),
        ({"regions": ("Almere", "Utrecht")}, {}, "In Almere en Utrecht."),
        ({"hours_per_month": 2.5}, {}, "Nog 2,5 uur per maand, in het hele land."),
        ({"available_from": date(2027, 1, 1)}, {"needed_on": date(2027, 3, 1)},
         "Beschikbaar op 1 maart 2027, in het hele land."),
        ({"available_until": date(2027, 1, 1)}, {}, "Beschikbaar tot en met 1 januari 2027, in het hele land."),
        ({"forms": ("lezing", "workshop")}, {"forms": ("Workshop",)}, "Als workshop, in het hele land."),
    ],
)  # fmt: skip
def test_what_makes_it_possible_is_one_sentence(facts, demands, sentence):
    assert possible(question("v", **demands), offer("x", "s", **facts)).text == sentence


@pytest.mark.parametrize(
    ("demands", "facts", "clause"),
    [
        ({"needed_on": date(2027, 1, 1)}, {"available_from": date(2027, 2, 3)},
         "pas beschikbaar vanaf 3 februari 2027"),
        ({"needed_on": date(2027, 1, 1)}, {"available_until": date(2026, 12, 31)},
         "was beschikbaar tot en met 31 december 2026"),
        ({}, {"hours_per_month": 0}, "zit vol: geen uren meer over"),
        ({"hours_per_month": 4}, {"hours_per_month": 1.5}, "heeft 1,5 uur per maand, gevraagd is 4 uur"),
        ({"forms": ("lezing",)}, {"forms": ("workshop", "traject")},
         "komt niet als lezing, wel als workshop of traject"),
        ({"region": "Utrecht"}, {"regions": ("Almere",)}, "werkt alleen in Almere, niet in Utrecht"),
        ({"kinds": ("cop",)}, {"kind": "dossier"}, "is een dossier, gevraagd is een community of practice"),
    ],
)  # fmt: skip
def test_each_refusal_is_said_in_dutch(demands, facts, clause):
    asked, there_is = question("v", **demands), offer("x", "s", **facts)
    (found,) = [r for rule in RULES.values() if (r := rule(asked, there_is))]
    assert refusal(found, there_is) == clause


def test_refusals_by_a_person_are_said_too():
    assert "verbinder" in refusal(Refusal("uitgesloten"), offer("x", "s"))
    assert refusal(Refusal("uitgesloten", there_is="niet hier"), offer("x", "s")) == "niet hier"
    assert refusal(Refusal("afwezig", until=date(2027, 3, 8)), offer("x", "s")) == "is afwezig tot 8 maart 2027"
    assert "plaats" in refusal(Refusal("plaatsen"), offer("x", "s"))
    assert "ingetrokken" in refusal(Refusal("ingetrokken"), offer("x", "s"))


def test_dates_are_written_as_people_do():
    assert dutch_date(date(2027, 12, 9)) == "9 december 2027"
