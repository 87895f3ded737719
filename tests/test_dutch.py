"""Dutch as people write it: lemmas, compounds, abbreviations, accents, typing errors, sentences, two languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.dutch import (
    Analyser,
    Lemmas,
    clauses,
    dutch_lemmas,
    emphasis,
    fold,
    language_of,
    sentences,
    vocabulary_of,
)

WORDS = """onderwijs onderwijs samenwerking samenwerking verband verband leerling leerling leerlingen leerlingen
vervoer vervoer thuis thuis zitter zitter verzuim verzuim langdurig langdurig jeugdhulp jeugdhulp school school
arrangement arrangement privacy privacy begeleiding begeleiding gemeente gemeente"""
ABBREVIATIONS = {
    "TLV": "toelaatbaarheidsverklaring", "PO": "primair onderwijs", "VO": "voortgezet onderwijs",
    "AVG": "algemene verordening gegevensbescherming", "SO": "speciaal onderwijs",
    "LVB": "licht verstandelijke beperking",
}  # fmt: skip


@pytest.fixture(scope="module")
def analyser():
    return Analyser(vocabulary_of([WORDS]), ABBREVIATIONS)


def only(analyser, text):
    (token,) = analyser.analyse(text).tokens
    return token


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("bekostigd", "bekostigen"), ("kinderen", "kind"), ("scholen", "school"), ("ouders", "ouder"),
        ("Coördinatie", "coordinatie"),
    ],
)  # fmt: skip
def test_words_are_brought_to_their_lemma(analyser, word, lemma):
    assert only(analyser, word).lemma == lemma


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("leerlingenvervoer", {"leerling", "vervoer"}),
        ("samenwerkingsverband", {"samenwerking", "verband"}),
        ("thuiszitter", {"thuis", "zitter"}),
        ("school", set()),
    ],
)
def test_compounds_are_cut(analyser, word, parts):
    assert set(only(analyser, word).parts) == parts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("begeleding", "begeleiding"), ("verzium", "verzuim"), ("samenwerkng", "samenwerking"), ("gemeetne", "gemeente")],
)
def test_typing_errors_are_mended(analyser, typed, meant):
    token = only(analyser, typed)
    assert token.word == meant
    assert token.mended
    assert analyser.analyse(f"de {typed} hier").readable() == f"de {meant} hier"


@pytest.mark.parametrize("word", ["Fafianie", "Zwolle", "iPad", "hbo", "schoolarts"])
def test_a_name_or_a_good_word_is_left_as_it_is(analyser, word):
    assert only(analyser, word).word == fold(word)


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("TLV nodig", "TLV (toelaatbaarheidsverklaring) nodig"),
        ("tlv nodig", "tlv (toelaatbaarheidsverklaring) nodig"),
        ("TLV-procedure", "TLV-procedure (toelaatbaarheidsverklaring procedure)"),
        ("PO/VO", "PO (primair onderwijs)/VO (voortgezet onderwijs)"),
        ("LVB'ers", "LVB'ers"),
        ("so what", "so what"),
        ("het SO", "het SO (speciaal onderwijs)"),
    ],
)
def test_abbreviations_are_followed_by_their_meaning(analyser, text, readable):
    assert analyser.analyse(text).readable() == readable


def test_an_abbreviation_matches_its_spelled_out_form(analyser):
    short, long = only(analyser, "AVG"), analyser.analyse(ABBREVIATIONS["AVG"])
    assert {t.lemma for t in long.tokens} <= {*short.parts, short.lemma}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do you share data with the school?", "en"),
        ("Hoe deelt u gegevens met de school?", "nl"),
        ("Wie helpt met the daily mile op school", "nl"),
        ("thuiszitters", "nl"),
        ("", "nl"),
    ],
)
def test_the_language_is_told(text, language):
    assert language_of(text) == language


def test_sentences_and_clauses():
    text = "Hij zit thuis. Al maanden, en niemand belt! Wat nu?\nGraag hulp; het is dringend"
    assert [text[a:b] for a, b in sentences(text)] == [
        "Hij zit thuis.", "Al maanden, en niemand belt!", "Wat nu?", "Graag hulp", "het is dringend",
    ]  # fmt: skip
    long = "De school belt niet meer, en ook de gemeente laat niets horen."
    assert [long[a:b] for a, b in clauses(long)] == ["De school belt niet meer", "en ook de gemeente laat niets horen."]


@given(st.text(max_size=200))
def test_any_text_is_analysed_without_loss(text):
    found = Analyser(vocabulary_of([WORDS]), ABBREVIATIONS).analyse(text)
    for token in found.tokens:
        assert found.text[token.start : token.end] == token.text
    for a, b in found.sentences:
        assert found.text[a:b] == found.text[a:b].strip()
    spans = [(t.start, t.end) for t in found.tokens]
    assert spans == sorted(spans)


def test_a_story_is_weighed_by_what_it_asks_and_what_it_sets_aside():
    story = (
        "Wij zijn verhuisd naar een nieuw gebouw. De huur is geregeld. De teams praten niet met elkaar. "
        "Daar gaat het ons niet om. Hoe word je van buren collega's?"
    )
    assert [weight for _, _, weight in emphasis(story)] == [1.0, 0.25, 1.0, 0.25, 2.0]


def test_a_short_text_is_its_own_concern():
    assert [weight for _, _, weight in emphasis("De huur is geregeld. Wie helpt?")] == [1.0, 1.0]


def test_an_abbreviation_in_capitals_is_heard_though_it_is_a_function_word():
    analyser = Analyser({}, {"OM": "openbaar ministerie"})
    assert [t.spelled_out for t in analyser.analyse("Het OM gaat om de school").tokens] == ["openbaar ministerie", ""]


def test_a_word_without_end_is_left_alone():
    (token,) = Analyser(vocabulary_of([WORDS])).analyse("onderwijs" * 5000).tokens
    assert token.parts == ()


def test_the_dictionary_as_arrays_is_the_dictionary():
    known = {"bekostigd": "bekostigen", "kinderen": "kind", "zoë": "zoë", "": "leeg"}
    kept = Lemmas.of(known)
    assert {word: kept[word] for word in known} == known
    assert len(kept) == len(known)
    assert kept.get("kind") is None
    assert Lemmas.of({}).get("kind") is None


def test_texts_are_analysed_alike_with_the_dictionary_at_hand():
    texts = ["De bekostigde zorguren van onze kinderen, n.a.v. het OPP", "Parents of children who stayed at home"]
    at_hand = Analyser({}, {}, dutch_lemmas())
    assert [at_hand.analyse(t) for t in texts] == [Analyser().analyse(t) for t in texts]
