"""Applications in, offers and questions out: what is read, doubted and refused, and that nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from matcher.errors import BrokenFileError
from matcher.intake import POINTS, blank, read_intake
from matcher.intake.facts import facts, only_conditions
from matcher.intake.partners import partners
from matcher.intake.pieces import intent, pieces
from matcher.intake.points import MARKED, matches, plain
from matcher.parties import by_key

EXAMPLES = Path(__file__).parent / "intake"
KNOWN = ("Almere", "Regio Twente", "Utrecht", "Zuid-Limburg")
REGION = {
    "regio": "Almere", "contact": "afdeling jeugd", "partijen": "De gemeente en de scholen.",
    "ouders": "Ouders praten mee in elk startgesprek.",
    "samenwerking": "Op elke school werkt een vast team.", "vraagstuk": "In 2028 zit niemand thuis.",
    "commitment": "Alle bestuurders tekenden.", "valkuilen": "Het geld stopt.",
    "ondersteuning": "Hoe bekostigen wij zorg in onderwijstijd?",
}  # fmt: skip
HOLDER = {
    "organisatie": "Voorbeeldinstituut", "contact": "het secretariaat", "initiatief": "Een leerkring over verzuim.",
    "bijdrage": "Wij bieden een workshop over verzuim, 4 uur per maand.", "nodig": "Wij zoeken een jurist.",
}  # fmt: skip


def write_text(path: Path, answers: dict[str, str], heading: str = "## {}\n{}\n") -> Path:
    path.write_text("\n".join(heading.format(k, v) for k, v in answers.items()), encoding="utf-8")
    return path


def write_sheet(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def read(tmp_path):
    """Read an application with some answers changed."""

    def _read(answers, **changed):
        path = write_text(tmp_path / "aanmelding.md", answers | changed)
        return read_intake(path, KNOWN)

    return _read


def told(intake) -> str:
    """Everything that an intake says, on one line."""
    parts = [intake.name, *intake.answers, *intake.answers.values(), *intake.doubts]
    parts += [o.summary for o in intake.offers] + [q.text for q in intake.questions]
    return " ".join(" ".join(parts).split())


def test_a_shareholder_in_plain_text_brings_and_asks():
    intake = read_intake(EXAMPLES / "aandeelhouder.txt", KNOWN)
    assert (intake.kind, intake.name) == ("aandeelhouder", "Voorbeeldinstituut voor Jeugd en Onderwijs")
    assert [o.kind for o in intake.offers] == ["aandeelhouder"] * 6
    workshop = next(o for o in intake.offers if o.forms == ("workshop",))
    assert (workshop.hours_per_month, workshop.available_from) == (4, date(2027, 3, 1))
    assert [q.title for q in intake.questions] == [
        "Wij zoeken een expert op het delen van gegevens tussen school en jeugdhulp",
        "Hoe krijgen wij huisartsen aan tafel?",
    ]
    assert "Daarnaast kunnen wij onze ervaring met leerkringen inbrengen." in {o.summary for o in intake.offers}
    assert {o.contact for o in intake.offers} == {"secretariaat, post@example.org"}
    assert not any("e-mailadres" in d for d in intake.doubts)


def test_a_region_in_markdown_is_a_supplier_too():
    intake = read_intake(EXAMPLES / "regio.md", KNOWN)
    assert (intake.kind, intake.name) == ("regio", "Regio Twente")
    assert {o.kind for o in intake.offers} == {"praktijkvoorbeeld"}
    assert {q.region for q in intake.questions} == {"Regio Twente"}
    visit = next(o for o in intake.offers if o.forms == ("werkbezoek",))
    assert (visit.hours_per_month, visit.organisation) == (2, "Regio Twente")
    training = next(q for q in intake.questions if q.forms == ("training",))
    assert training.needed_on == date(2027, 1, 15)
    issue = intake.questions[0].text
    assert issue.startswith("Te veel kinderen")
    assert "aantal thuiszitters gehalveerd" in issue
    assert "zoeken nog een manier om huisartsen te binden" in intake.questions[1].text
    assert any('"Planning"' in d for d in intake.doubts)
    assert any('"Wat anderen kunnen zien"' in d for d in intake.doubts)
    assert any("nog te weinig bereikt" in d for d in intake.doubts)
    assert not any("Vaders" in o.summary for o in intake.offers)


def test_every_way_of_writing_gives_the_same_intake(tmp_path):
    answers = json.loads((EXAMPLES / "regio.json").read_text(encoding="utf-8"))
    written = {k: "\n".join(f"- {x}" for x in v) if isinstance(v, list) else v for k, v in answers.items()}
    of_json = read_intake(EXAMPLES / "regio.json")
    sheet = write_sheet(tmp_path / "regio.xlsx", [("punt", "antwoord"), *written.items()])
    del written["soort"]
    text = write_text(tmp_path / "regio.txt", written, "{}:\n{}\n")
    bold = write_text(tmp_path / "regio.md", written, "**{}**\n{}\n")
    ids = [[p.id for p in (*of_json.offers, *of_json.questions)]]
    for path in (sheet, text, bold):
        intake = read_intake(path)
        ids.append([p.id for p in (*intake.offers, *intake.questions)])
        assert intake.answers == of_json.answers
    assert len(ids[0]) == 5
    assert all(i == ids[0] for i in ids)


@pytest.mark.parametrize(
    ("heading", "point"),
    [
        ("1. Welke partijen doen mee in uw inspiratieregio?", "partijen"),
        ("PARTIJEN", "partijen"),
        ("Deelnemende partijen", "partijen"),
        ("Ouderbetrokenheid", "ouders"),
        ("3) Actuele samenwerking", "samenwerking"),
        ("Doelstellingen", "vraagstuk"),
        ("Punt 5: Commitment", "commitment"),
        ("Valkuilen & risico's", "valkuilen"),
        ("Het vraagstuk en de doelen", "vraagstuk"),
        ("3. Huidige samenwering onderwijs en zorg", "samenwerking"),
        ("7 - Welke ondersteuning heeft u nodig", "ondersteuning"),
    ],
)
def test_headings_are_recognised_however_they_are_written(heading, point):
    assert matches(heading, MARKED)["regio"].point.key == point


@pytest.mark.parametrize("heading", ["Planning", "Bijlagen", "Over ons", "Ondertekening", "1.", ""])
def test_what_is_no_point_is_not_taken_for_one(heading):
    assert matches(heading, MARKED) == {}


def test_the_words_of_the_programme_are_all_recognised():
    for kind, points in POINTS.items():
        for point in points:
            for wording in (point.label, point.key, *point.wordings):
                match = matches(wording, MARKED)[kind]
                assert match.point == point, wording
                assert match.sure


def test_a_word_in_a_list_is_no_heading(read):
    intake = read(REGION, partijen="1. de gemeente\n2. ouders\n3. scholen\n- samenwerking\n- commitment")
    assert intake.answers["partijen"].endswith("- commitment")
    assert intake.answers["ouders"] == REGION["ouders"]


def test_an_unread_heading_is_quoted_and_its_text_kept(read):
    intake = read(REGION | {"Onze geschiedenis": "Wij bestaan sinds de vorige eeuw."})
    assert any('"Onze geschiedenis"' in d for d in intake.doubts)
    assert "Wij bestaan sinds de vorige eeuw." in intake.answers["overig"]
    intake = read(REGION, valkuilen="Het geld stopt.\n\nLet wel: dat is in 2028.")
    assert any('"Let wel:"' in d for d in intake.doubts)


@pytest.mark.parametrize(
    "heading", ["## {}\n{}\n", "**{}**\n{}\n", "**{}:** {}\n", "{}: {}", "{}\n-----\n{}\n", "\n{}\n{}"]
)
def test_every_kind_of_heading_is_read(tmp_path, heading):
    intake = read_intake(write_text(tmp_path / "x.txt", HOLDER, heading))
    assert intake.answers == HOLDER
    assert not any("kop" in d for d in intake.doubts)


def test_a_guessed_heading_is_told(read):
    answers = {("De valkuilen en risicos die er zijn" if k == "valkuilen" else k): v for k, v in REGION.items()}
    answers = {("Betrokkenheid onze ouders" if k == "ouders" else k): v for k, v in answers.items()}
    assert any("Betrokkenheid onze ouders" in d and "gelezen als" in d for d in read(answers | REGION).doubts)


@pytest.mark.parametrize("answers", [REGION, HOLDER], ids=["regio", "aandeelhouder"])
def test_every_missing_point_is_named_with_the_file_and_what_is_allowed(tmp_path, answers):
    obligatory = [k for k in answers if k != "contact"]
    for point in obligatory:
        for text in (None, "", " \n"):
            changed = {k: v for k, v in (answers | {point: text}).items() if v is not None}
            path = write_text(tmp_path / "af.md", changed)
            with pytest.raises(BrokenFileError, match="toegestaan: een kop als") as caught:
                read_intake(path)
            assert [p.field for p in caught.value.problems] == [point]
            assert "af.md" in str(caught.value)


def test_the_contact_may_be_missing_but_is_doubted(read):
    intake = read({k: v for k, v in REGION.items() if k != "contact"})
    assert "Er staat geen contactpersoon in de aanmelding." in intake.doubts
    assert intake.questions[0].contact is None


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("brief.txt", b"Geachte heer, hierbij de notulen.\n", "geen aanmelding van een aandeelhouder of een regio"),
        ("leeg.txt", b"", "geen aanmelding"),
        ("foto.txt", b"\x89PNG\0\0", "geen tekst"),
        ("a.txt", b"%PDF-1.7", "geen tekst"),
        ("a.json", b"[1, 2]", "geen JSON-object"),
        ("a.json", b"{", "geen JSON"),
        ("a.json", b'{"regio": {"naam": "x"}}', "toegestaan: tekst"),
        ("a.json", b'{"soort": "school", "regio": "x"}', "toegestaan: aandeelhouder, regio"),
        ("a.json", b"[" * 100_000, "geen JSON"),
        ("a.xlsx", b"PK\x03\x04 kapot", "geen geldig XLSX-bestand"),
        ("a.txt", b"Ouders: ja\n" * 6_000, "te lang"),
    ],
)
def test_a_file_that_is_no_application_says_so(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BrokenFileError, match=re.escape(message)):
        read_intake(path)


def test_a_file_that_is_not_there_says_so(tmp_path):
    for name in ("weg.txt", "weg.json", "weg.xlsx"):
        with pytest.raises(BrokenFileError, match=re.escape(name)):
            read_intake(tmp_path / name)


def test_a_bsn_refuses_the_file_and_is_not_repeated(tmp_path):
    path = write_text(tmp_path / "x.md", REGION | {"valkuilen": "Kind 123456782 zit thuis."})
    with pytest.raises(BrokenFileError, match=r"regel \d+.*BSN") as caught:
        read_intake(path)
    assert "123456782" not in str(caught.value)
    path = write_sheet(tmp_path / "x.xlsx", list((REGION | {"contact": "bsn 123456782"}).items()))
    with pytest.raises(BrokenFileError, match="contact"):
        read_intake(path)


def test_an_address_is_a_doubt_except_with_the_contact(read):
    doubts = read(REGION, commitment="Mail post@example.org of bel 0123-456789.", contact="post@example.org").doubts
    assert sum("e-mailadres" in d for d in doubts) == 1
    assert any(d.startswith('Bij het punt "commitment"') and "telefoonnummer" in d for d in doubts)
    assert not any("e-mailadres" in d for d in read(REGION, contact="post@example.org, 0123-456789").doubts)


def test_old_windows_text_is_read_and_doubted(tmp_path):
    path = tmp_path / "oud.txt"
    path.write_bytes(
        write_text(path, REGION | {"valkuilen": "Eén café."}, "{}:\r\n{}\r\n").read_text().encode("cp1252")
    )
    intake = read_intake(path)
    assert intake.answers["valkuilen"] == "Eén café."
    assert any("cp1252" in d for d in intake.doubts)


def test_an_offer_without_hours_or_form_is_doubted(read):
    intake = read(HOLDER, bijdrage="Wij delen onze aanpak.")
    offer = next(o for o in intake.offers if o.summary == "Wij delen onze aanpak.")
    assert (offer.hours_per_month, offer.forms) == (None, ())
    assert 'Aanbod "Wij delen onze aanpak": geen uren en geen vorm genoemd: ' in " ".join(intake.doubts)


def test_hours_for_several_offers_together_are_not_given_to_each(read):
    several = "- Een workshop over verzuim.\n- Een lezing over rouw.\n\nSamen 4 uur per maand, tot en met 1 mei 2027."
    intake = read(HOLDER, bijdrage=several)
    offers = [o for o in intake.offers if o.forms]
    assert [o.hours_per_month for o in offers] == [None, None]
    assert [o.available_until for o in offers] == [date(2027, 5, 1)] * 2
    assert any("verdeel de uren zelf" in d for d in intake.doubts)
    (only,) = [o for o in read(HOLDER, bijdrage="Een workshop.\n\n4 uur per maand.").offers if o.forms]
    assert only.hours_per_month == 4


def test_an_offer_is_limited_to_a_region_only_where_it_says_so(read):
    offers = read(HOLDER, bijdrage="- Workshop, alleen voor scholen in Utrecht.\n- Lezing zoals in Almere.").offers
    assert [o.regions for o in offers if o.forms] == [("Utrecht",), ()]
    intake = read(HOLDER, bijdrage="Een workshop, alleen voor scholen in Utrecht en Verweggistan.")
    assert any(
        d.endswith('"Verweggistan" is geen regio die wij kennen: niet als grens overgenomen.') for d in intake.doubts
    )


def test_a_sentence_is_what_it_says_wherever_it_stands(read):
    intake = read(HOLDER, bijdrage="Wij bieden een workshop over rouw. Wij zoeken een spreker over geld.")
    assert any(q.text == "Wij zoeken een spreker over geld." for q in intake.questions)
    intake = read(HOLDER, nodig="Wij zoeken:\n- een jurist\n- een rekenaar\n\nWij bieden:\n\n- een lezing over recht")
    assert [q.text for q in intake.questions] == ["een jurist", "een rekenaar"]
    assert "een lezing over recht" in {o.summary for o in intake.offers}
    assert any("biedt en vraagt" in d for d in read(HOLDER, nodig="Wij zoeken hulp en wij delen alles.").doubts)


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("Wij zoeken een jurist.", "vraag"),
        ("Ook willen we graag leren van een andere regio.", "vraag"),
        ("Wij hebben iemand nodig die meerekent.", "vraag"),
        ("Hoe om te gaan met privacy", "vraag"),
        ("De GGD zoekt een partner.", "vraag"),
        ("Wij bieden een lezing.", "aanbod"),
        ("Graag delen wij onze aanpak.", "aanbod"),
        ("Wij denken graag mee.", "aanbod"),
        ("U bent bij ons welkom.", "aanbod"),
        ("We kunnen anderen helpen met verzuim.", "aanbod"),
        ("Daarbij kunnen wij andere scholen ondersteunen.", "aanbod"),
        ("Onze ervaring met verzuim is groot.", "aanbod"),
        ("Wij kunnen kinderen niet altijd helpen.", None),
        ("Kinderen die zorg nodig hebben, wachten lang.", None),
        ("Ouders die hulp zoeken, komen bij de school.", None),
        ("Samen zoeken we naar oplossingen.", None),
        ("Wij denken dat dit werkt.", None),
        ("We hebben geen ervaring met meten.", None),
        ("Wij hebben geen hulp nodig.", None),
        ("Dit is nodig om kansen te bieden.", None),
    ],
)
def test_a_sentence_asks_or_brings_only_for_the_writer(sentence, meant):
    assert intent(sentence, []) == meant


def test_what_is_named_further_is_a_thing_of_its_own(read):
    intake = read(
        HOLDER, nodig="Wij zoeken een jurist, en daarnaast voorbeelden van een budget. Tot slot een rekenaar."
    )
    assert [q.text for q in intake.questions] == [
        "Wij zoeken een jurist", "voorbeelden van een budget.", "Tot slot een rekenaar."
    ]  # fmt: skip
    intake = read(HOLDER, bijdrage="Wij bieden een lezing. Die duurt kort. Daarnaast bieden wij intervisie.")
    assert [o.summary for o in intake.offers][1:] == [
        "Wij bieden een lezing. Die duurt kort.", "Daarnaast bieden wij intervisie."
    ]  # fmt: skip
    assert len(read(HOLDER, nodig="Wij zoeken een jurist en een rekenaar. Die mogen samen komen.").questions) == 1
    assert len(read(HOLDER, nodig="Wij zoeken een jurist en daarnaast geld.").questions) == 1


def test_what_is_denied_makes_nothing_and_is_told(read):
    intake = read(
        HOLDER, nodig="Wij zoeken geen training.", bijdrage="Wij bieden een lezing. Wij bieden niets over geld."
    )
    assert intake.questions == ()
    assert "Wij bieden een lezing." in {o.summary for o in intake.offers}
    assert [d for d in intake.doubts if "Wij zoeken geen training." in d or "niets over geld" in d] != []
    assert read(HOLDER, nodig="Wij zoeken niet alleen een jurist.").questions != ()


def test_a_telling_line_above_a_list_is_doubted(read):
    intake = read(HOLDER, bijdrage="Onze ervaring met verzuim delen wij via:\n- een lezing\n- intervisie")
    assert any('"Onze ervaring met verzuim delen wij via:"' in d for d in intake.doubts)
    assert not any("boven een lijst" in d for d in read(HOLDER, bijdrage="Wij bieden:\n- een lezing").doubts)


def test_the_next_number_with_a_heading_that_nobody_knows_is_quoted(tmp_path):
    numbered = "\n\n".join(f"{n}. {k}\n{v}" for n, (k, v) in enumerate(REGION.items(), 1))
    path = tmp_path / "regio.txt"
    path.write_text(f"{numbered}\n\n10. Overige opmerkingen\nWij zijn altijd bereikbaar.\n", encoding="utf-8")
    intake = read_intake(path, KNOWN)
    assert any('"10. Overige opmerkingen"' in d for d in intake.doubts)
    assert [q.text for q in intake.questions if "bereikbaar" in q.text] == []
    assert "Wij zijn altijd bereikbaar." in intake.answers["overig"]


def test_what_only_tells_is_not_read_as_hours_or_forms(read):
    intake = read(REGION, samenwerking="De jeugdarts geeft twee keer een training en is er 4 uur per maand.")
    offer = next(o for o in intake.offers if "jeugdarts" in o.summary)
    assert (offer.forms, offer.hours_per_month) == ((), None)
    assert any("vertelt hoe het gaat" in d for d in intake.doubts)


def test_an_answer_that_says_nothing_makes_nothing(read):
    intake = read(HOLDER, nodig="Nog niets.")
    assert intake.questions == ()
    assert 'Uit het antwoord bij "nodig" is geen vraag gemaakt.' in intake.doubts


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("4 uur per maand", 4), ("2,5 uur per maand", 2.5), ("twee uur per maand", 2), ("12 uur per jaar", 1),
        ("6 uur per kwartaal", 2), ("twee keer per maand 3 uur", 6), ("2 tot 4 uur per maand", None),
        ("ongeveer 4 uur per maand", None), ("2 uur per week", None), ("een dagdeel per maand", None),
        ("om 14.00 uur", None), ("4 uur per maand en 6 uur per maand", None), ("5000 uur per maand", None),
    ],
)  # fmt: skip
def test_hours_are_read_only_where_they_are_certain(text, hours):
    found = facts(f"Een workshop, {text}.", {}, False)
    assert found.hours_per_month == hours
    converted = "jaar" in text or "kwartaal" in text
    assert bool(found.doubts) == (converted or (hours is None and text != "om 14.00 uur"))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("vanaf 1 maart 2027", date(2027, 3, 1), None),
        ("per 01-03-2027", date(2027, 3, 1), None),
        ("vanaf maart 2027", date(2027, 3, 1), None),
        ("van 1 maart 2027 tot en met 30 april 2027", date(2027, 3, 1), date(2027, 4, 30)),
        ("tot 1 mei 2027", None, date(2027, 4, 30)),
        ("t/m februari 2028", None, date(2028, 2, 29)),
        ("vanaf 31 februari 2027", None, None),
        ("tot 1-1-0001", None, None),
        ("tot januari 0001", None, None),
        ("vanaf maart", None, None),
        ("tot de zomer", None, None),
    ],
)
def test_dates_are_read_only_where_they_are_certain(text, start, end):
    found = facts(f"Een lezing, {text}.", {}, False)
    assert (found.start, found.end) == (start, end)
    if start is end is None:
        assert found.doubts


def test_only_an_offer_is_limited_to_places():
    text = "Workshop, uitsluitend in Zuid-Limburg."
    assert facts(text, by_key(KNOWN), False).regions == ("Zuid-Limburg",)
    assert facts(text, by_key(KNOWN), True).regions == ()


def test_when_and_how_much_alone_is_no_offer():
    assert only_conditions("Beschikbaar vanaf 1 maart 2027, 4 uur per maand.")
    assert not only_conditions("Een lezing van 2 uur per maand.")


@pytest.mark.parametrize("kind", POINTS)
def test_the_empty_form_is_no_application_and_the_filled_one_is(tmp_path, kind):
    path = tmp_path / "formulier.txt"
    path.write_text(blank(kind), encoding="utf-8")
    with pytest.raises(BrokenFileError) as caught:
        read_intake(path)
    assert [p.field for p in caught.value.problems] == [p.key for p in POINTS[kind] if p.obligatory]
    filled = blank(kind)
    answers = REGION if kind == "regio" else HOLDER
    for point in POINTS[kind]:
        filled = filled.replace(f"{point.explanation}\n", f"{point.explanation}\n\n{answers.get(point.key, '')}\n")
    path.write_text(filled, encoding="utf-8")
    intake = read_intake(path)
    assert intake.answers == answers
    assert not any("kop" in d for d in intake.doubts)


def test_the_title_can_name_the_region(tmp_path):
    answers = {k: v for k, v in REGION.items() if k != "regio"}
    path = write_text(tmp_path / "x.md", answers)
    path.write_text("# Aanmelding inspiratieregio Twente\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    intake = read_intake(path, KNOWN)
    assert intake.name == "Regio Twente"
    assert any("titel" in d for d in intake.doubts)


def test_a_sheet_keeps_every_cell(tmp_path):
    rows = [("Punt", "Antwoord"), *REGION.items(), (None, "Wij zoeken een tweede jurist."), ("Extra", "a", 3)]
    intake = read_intake(write_sheet(tmp_path / "x.xlsx", rows))
    assert "Wij zoeken een tweede jurist." in {q.text for q in intake.questions}
    assert "a\n3" in intake.answers["overig"]


def test_a_sheet_that_unpacks_to_too_much_is_not_opened(tmp_path):
    path = tmp_path / "bom.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b" " * 70_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(BrokenFileError, match="uitgepakt"):
        read_intake(path)


def test_ids_depend_on_the_applicant_and_the_text_alone(tmp_path, read):
    one = read(HOLDER)
    other = read_intake(write_text(tmp_path / "elders.txt", dict(reversed(HOLDER.items())), "{}: {}\n"))
    assert {o.id for o in one.offers} == {o.id for o in other.offers}
    assert not {o.id for o in one.offers} & {o.id for o in read(HOLDER, organisatie="Ander instituut").offers}
    assert all(o.source == "aanmelding van Voorbeeldinstituut (elders.txt)" for o in other.offers)


def test_the_line_above_a_list_says_what_all_its_items_are(read):
    intake = read(HOLDER, nodig="Daarbij bieden wij:\n- een lezing\n- een cursus die er nog niet is")
    assert intake.questions == ()
    assert {"een lezing", "een cursus die er nog niet is"} <= {o.summary for o in intake.offers}


def test_what_holds_for_offers_is_not_asked_of_others(read):
    intake = read(HOLDER, nodig="Wij zoeken een jurist. Wij bieden een lezing.\n\nVanaf 1 maart 2027.")
    assert [q.needed_on for q in intake.questions] == [None]
    assert date(2027, 3, 1) in {o.available_from for o in intake.offers}
    (question,) = read(HOLDER, nodig="Wij zoeken een jurist.\n\nVanaf 1 maart 2027.").questions
    assert question.needed_on == date(2027, 3, 1)


def test_dates_that_contradict_are_not_filled_in(read):
    turned = "Een lezing vanaf 1 mei 2027 tot en met 1 maart 2027."
    for text in (turned, "- Een lezing vanaf 1 mei 2027.\n- Een workshop.\n\nTot en met 1 maart 2027."):
        intake = read(HOLDER, bijdrage=text)
        lecture = next(o for o in intake.offers if "lezing" in o.forms)
        assert (lecture.available_from, lecture.available_until) == (None, None)
        assert any("einddatum ligt voor de begindatum" in d for d in intake.doubts)


def test_a_goal_without_a_number_is_doubted(read):
    assert any("geen meetbaar doel" in d for d in read(REGION, vraagstuk="Minder kinderen thuis.").doubts)
    assert not any("geen meetbaar doel" in d for d in read(REGION).doubts)


def test_a_bsn_as_a_heading_is_refused(tmp_path):
    path = write_sheet(tmp_path / "x.xlsx", [*REGION.items(), ("bsn 123456782", "een kind")])
    with pytest.raises(BrokenFileError, match="BSN") as caught:
        read_intake(path)
    assert "123456782" not in str(caught.value)


def test_bold_words_and_ruled_sentences_are_no_headings(read):
    text = "**Verzuimtafel** Wij bieden een lezing.\n\nWij verzorgen een workshop.\n---\n* **Rouw**: een training"
    intake = read(HOLDER, bijdrage=text)
    assert not any("kop" in d for d in intake.doubts)
    assert "overig" not in intake.answers
    assert {o.forms for o in intake.offers} >= {("lezing",), ("workshop",), ("training",)}


def test_the_own_region_is_no_limit_and_no_doubt(read):
    intake = read(REGION, inbreng="Wij bieden een lezing over Almere, zoals ook Utrecht kent.")
    assert not any("Almere wordt genoemd" in d for d in intake.doubts)
    assert any("Utrecht wordt genoemd" in d for d in intake.doubts)


def test_a_question_about_a_form_does_not_ask_for_it(read):
    assert read(HOLDER, nodig="Hoe bereiken wij ouders met een training?").questions[0].forms == ()
    assert read(HOLDER, nodig="Wij zoeken een training.").questions[0].forms == ("training",)


def test_a_sheet_of_too_many_parts_is_not_opened(tmp_path):
    path = tmp_path / "delen.xlsx"
    with zipfile.ZipFile(path, "w") as parts:
        for n in range(501):
            parts.writestr(f"{n}.xml", b"")
    with pytest.raises(BrokenFileError, match="501"):
        read_intake(path)


WORDS = st.sampled_from(
    "wij zoeken bieden hoe ouders partijen : ? . ; - * # ** 1. verzuim school 4 uur per maand vanaf 1 maart 2027 tot "
    "nodig hebben workshop alleen Almere nog niet willen leren \n \n\n \t > ( ) e-mail Eén".split(" ")
)
TEXTS = st.one_of(st.text(), st.lists(WORDS).map(" ".join))


def words(text: str) -> list[str]:
    return plain(text).split()


@settings(
    max_examples=int(os.environ.get("INTAKE_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(text=TEXTS, point=st.sampled_from(sorted(HOLDER)))
@example(text="# Kop\n\nZin. Nog een zin:\n\n- a\n- b", point="bijdrage")
def test_nothing_of_any_answer_is_lost(tmp_path, text, point):
    path = write_text(tmp_path / "x.md", HOLDER | {point: f"{HOLDER[point]}\n{text}"})
    try:
        intake = read_intake(path, KNOWN)
    except BrokenFileError:
        return
    known = {w for p in POINTS["aandeelhouder"] for form in (p.label, *p.wordings) for w in words(form)}
    assert set(words(text)) - known <= set(words(told(intake)))


@settings(
    max_examples=int(os.environ.get("INTAKE_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    content=st.one_of(st.binary(), TEXTS.map(lambda t: t.encode("utf-8", "replace"))),
    suffix=st.sampled_from([".txt", ".json", ".xlsx", ".md", ""]),
)
def test_any_file_is_read_or_refused(tmp_path, content, suffix):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(BrokenFileError):
        assert read_intake(path).kind in POINTS


@settings(max_examples=60, deadline=None)
@given(answers=st.fixed_dictionaries(dict.fromkeys(HOLDER, TEXTS)))
def test_any_json_application_is_read_or_refused(tmp_path_factory, answers):
    path = tmp_path_factory.getbasetemp() / "x.json"
    path.write_text(json.dumps({"soort": "aandeelhouder"} | answers), encoding="utf-8")
    try:
        intake = read_intake(path)
    except BrokenFileError:
        return
    for text in answers.values():
        assert set(words(text)) <= set(words(told(intake)))


@given(text=TEXTS)
def test_a_piece_is_made_of_the_words_of_the_answer(text):
    for piece in pieces(text, POINTS["aandeelhouder"][3]).pieces:
        assert set(words(piece.text)) <= set(words(text))


@pytest.mark.parametrize(("answer", "names"), [
    ("- veertien gemeenten\n- ouders\n- het samenwerkingsverband", ("veertien gemeenten", "samenwerkingsverband")),
    ("In onze regio doen de gemeente Zwartberg (wethouder jeugd) en het schoolbestuur mee.",
     ("gemeente Zwartberg", "schoolbestuur")),
    ("Stichting Kind en Onderwijs, kinderopvang en jeugdhulp",
     ("Stichting Kind en Onderwijs", "kinderopvang", "jeugdhulp")),
    ("Onderwijs: stichting De Brug; Gemeente Zwartberg: mevr. Voorbeeld", ("stichting De Brug", "Gemeente Zwartberg")),
    ("GGD Zwartberg, vertegenwoordigd door iemand, iemand@ggd.example, 06-12345678", ("GGD Zwartberg",)),
    ("iedereen", ()), ("", ()),
])  # fmt: skip
def test_only_organisations_are_read_as_taking_part(answer, names):
    assert partners(answer).names == names


def test_who_is_no_organisation_is_told_and_not_kept():
    intake = read_intake(EXAMPLES / "regio.md")
    assert intake.partners == ("veertien gemeenten", "twee samenwerkingsverbanden", "regionale ouderraad")
    assert any('niet bewaard: "ouders"' in doubt for doubt in intake.doubts)
    assert read_intake(EXAMPLES / "aandeelhouder.txt").partners == ()
