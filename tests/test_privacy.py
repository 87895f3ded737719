"""The detector finds what may not stand in a text, at its place, and leaves alone what only looks like it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.privacy import blocked, find, warnings

# Made-up numbers that pass the eleven-test (111222333 and 123456782 are the examples everyone uses).
BSN = "123456782"


def kinds(text: str) -> list[str]:
    return [f.kind for f in find(text)]


@pytest.mark.parametrize(
    "text",
    [
        BSN, "Zijn nummer is 123456782.", "123 456 782", "123.456.782", "123-456-782", "1234.56.782", "1234 56 782",
        "12.34.56.782", "123\u00a0456\u00a0782", "BSN: 12345 6782", "bsn 12-3456782", "BSN123456782",
        "burgerservicenummer 1 2 3 4 5 6 7 8 2", "leerling_123456782", "123456782@school.nl", "in 2027: 123456782",
        "2027 123456782", "(111222333)", "nr.111222333,", "１２３４５６７８２", "123456782/4b",
        "12 345 6782", "sofinummer: 12 345 6782",
    ],
)  # fmt: skip
def test_a_bsn_is_found_however_it_is_written(text):
    assert kinds(text) == ["bsn"]
    assert blocked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ordernummer 123456789", "ORD123456782", "bestelling 1234567821", "0123456782999", "€ 123.456.782",
        "123.456.782 euro", "EUR 123 456 782", "123.456.782,00", "1.234.567.820", "NL91 ABNA 0417 1643 00",
        "NL91ABNA0417164300", "BE68 5390 0754 7034", "van 2018 tot 2027", "2018-2019 en 2019-2020", "000000000",
        "12345 6782", "1 2 3 4 5 6 7 8 2", "in 2027 gaan 12345 leerlingen", "KvK 12345678", "12 34 56 78",
        "op 12-03-2027 starten we", "2019/2020/2021", "postcode 1234 AB 56 782", "123 456-782",
    ],
)  # fmt: skip
def test_what_looks_like_a_bsn_is_left_alone(text):
    assert not blocked(text)
    assert "bsn" not in kinds(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mail naar bureau@example.org.", "bureau@example.org"),
        ("<a.b-c+d@sub.example.co.nl>", "a.b-c+d@sub.example.co.nl"),
        ("o'neil_1@example.nl, of", "o'neil_1@example.nl"),
    ],
)
def test_an_email_address_is_found_at_its_place(text, found):
    (finding,) = find(text)
    assert (finding.kind, text[finding.start : finding.end], finding.blocks) == ("e-mailadres", found, False)


@pytest.mark.parametrize("text", ["@school", "2 @ 3", "jan@", "@example.org", "wij@thuis"])
def test_a_sign_alone_is_no_address(text):
    assert find(text) == ()


@pytest.mark.parametrize(
    "number",
    [
        "0612345678", "06-12345678", "06 12 34 56 78", "06 - 12 34 56 78", "+31 6 12345678", "+31612345678",
        "0031 6 1234 5678", "+31 (0)6 12345678", "(020) 123 45 67", "020-1234567",
        "0111 - 12 34 56", "+31(0)20 1234567",
    ],
)  # fmt: skip
def test_a_dutch_telephone_number_is_found_at_its_place(number):
    text = f"Bel ons op {number}, graag."
    (finding,) = find(text)
    assert (finding.kind, text[finding.start : finding.end]) == ("telefoonnummer", number)


@pytest.mark.parametrize(
    "text",
    ["112", "14 020", "0900-1234", "1 2 3 4 5 6 7 8 9 0", "NL91 ABNA 0417 1643 00", "012345678901234", "00000000000",
     "ISBN 9780612345678", "2027-01-01 tot 2028-01-01", "10 000 000 000"],
)  # fmt: skip
def test_other_numbers_are_no_telephone_number(text):
    assert find(text) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("geb. 3-4-2012", "3-4-2012"), ("Hij is geboren op 3 april 2012 in Almere", "3 april 2012"),
        ("geboortedatum: 03/04/2012", "03/04/2012"), ("Geboortedatum 2012-04-03", "2012-04-03"),
        ("(geb. 3 apr. 2012)", "3 apr. 2012"), ("op 3 april 2012 geboren", "3 april 2012"),
        ("geb 03.04.12", "03.04.12"), ("geb.datum: 3-4-2012", "3-4-2012"),
        ("She was born on 3 April 2012", "3 April 2012"), ("is op 3 april 2012 in Almere geboren", "3 april 2012"),
    ],
)  # fmt: skip
def test_a_birth_date_is_found_where_a_word_says_so(text, day):
    assert [text[f.start : f.end] for f in find(text)] == ([day])


@pytest.mark.parametrize(
    "text",
    [
        "op 12 maart 2027 starten we", "3-4-2012", "12 jaar", "kinderen geboren in 2012", "Geb. 14 op de campus",
        "Kansrijke Start: geboren worden is een begin. Op 1 maart 2027 beginnen we.", "tussen 4 en 12 jaar, in 2027",
        "de overeenkomst van 3 april 2012",
    ],
)  # fmt: skip
def test_other_dates_and_ages_are_no_birth_date(text):
    assert find(text) == ()


def test_warnings_say_each_kind_once_and_never_the_thing_itself():
    text = f"{BSN} en 111222333, a@example.org, b@example.org, 0612345678, geb. 3-4-2012"
    assert len(warnings(text)) == 4
    assert [f.kind for f in find(text)] == [
        "bsn", "bsn", "e-mailadres", "e-mailadres", "telefoonnummer", "geboortedatum"
    ]  # fmt: skip
    assert not any(secret in "".join(warnings(text)) for secret in (BSN, "example.org", "0612345678", "2012"))


@given(st.text(max_size=200) | st.text("0123456789 .-/+()@abgeb€", max_size=60))
def test_any_text_is_read_and_findings_lie_within_it_apart_and_in_order(text):
    found = find(text)
    assert all(0 <= f.start < f.end <= len(text) for f in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert blocked(text) == any(f.kind == "bsn" for f in found)


@given(st.integers(1, 999_999_999), st.sampled_from(["", " ", ".", "-"]))
def test_of_nine_digits_exactly_those_that_pass_the_eleven_test_are_a_bsn(number, gap):
    digits = f"{number:09}"
    written = gap.join((digits[:3], digits[3:6], digits[6:]))
    passes = (sum((9 - i) * int(d) for i, d in enumerate(digits[:8])) - int(digits[8])) % 11 == 0
    assert blocked(f"nummer {written} van de lijst") == passes
