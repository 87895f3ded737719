"""A text goes in, what may not stand in it comes out: BSN, e-mail address, telephone number, birth date, with places.

Plain rules over characters. Not found: names, addresses, a birth date without a word that says so, and what a writer
spelled on purpose (`jan at school punt nl`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from matcher.errors import InvalidValueError

NO_BSN = "hier staat een burgerservicenummer (BSN): haal het weg; over kinderen worden geen gegevens bewaard"
Kind = Literal["bsn", "e-mailadres", "telefoonnummer", "geboortedatum"]

# What separates the digits of a number that people write in groups.
_GAP = r"[ .\-/\u00a0\u2009\u202f\u2010-\u2015]"
_GROUPS = re.compile(rf"(?:(?<![^\W_])|(?<=bsn))\d{{1,9}}(?:{_GAP}\d{{1,9}})*(?![^\W_])", re.IGNORECASE)
# How people group nine digits; any other grouping counts only where the text itself says that it is a BSN.
_BSN_GROUPINGS = {(9,), (3, 3, 3), (4, 2, 3), (2, 2, 2, 3), (3, 2, 2, 2), (3, 2, 4), (2, 3, 4)}
_SAYS_BSN = re.compile(
    r"\b(?:bsn|burger ?service ?(?:nummer|nr)|sofi(?:nummer)?)\W{0,3}(?:\w+\W+){0,2}$", re.IGNORECASE
)
_MONEY_BEFORE = re.compile(r"(?:€|\beuro|\bEUR)\s*$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s*(?:€|euro|EUR|miljoen)\b|,\d\d\b|,-", re.IGNORECASE)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(
    rf"(?<![\w+])(?:(?:\+|00)\ ?31{_GAP}?(?:\(0\){_GAP}?)?|\(?0)[1-9](?:\)?{_GAP}{{0,3}}\d){{8}}(?!{_GAP}?\d)(?!\w)",
    re.VERBOSE,
)
_MONTHS = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|maart|mrt|march|apr(?:il)?|mei|may|juni?|june|juli?|july|aug(?:ustus|ust)?"
    "|sept?(?:ember)?|okt(?:ober)?|october|nov(?:ember)?|dec(?:ember)?"
)
_DAY = (
    rf"(?:\d{{1,2}}\s?[-/.]\s?\d{{1,2}}\s?[-/.]\s?(?:\d{{4}}|\d{{2}})|\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:e|ste|de)?\s+(?:{_MONTHS})\.?\s+'?(?:\d{{4}}|\d{{2}}))(?!\d)"
)
_BORN = re.compile(
    rf"\b(?:geboorte-?\s?datum|geb\.?\s?-?(?:datum|dat\b\.?)|gebdatum|geboren|geb\b\.?|date\ of\ birth|d\.?o\.?b\b\.?"
    rf"|born)(?:[\s:=(]|\b(?:is|op|on|the|werd|dag)\b){{0,12}}(?P<after>{_DAY})"
    rf"|(?P<before>{_DAY})\s*[,(]?\s*(?:is\s+|werd\s+)?(?:\w+\s+){{0,2}}(?:geboren\b|geb\.)",
    re.IGNORECASE,
)

# What stands in place of a BSN that was taken out.
GONE = "[nummer weggehaald]"
_SENTENCES: dict[Kind, str] = {
    "bsn": "Hier staat een burgerservicenummer (BSN). Dat mag niet: haal het weg. Is het een ander nummer van negen "
    "cijfers, schrijf het dan met een letter ervoor of laat het weg.",
    "e-mailadres": "Hier staat een e-mailadres. Haal het weg, of zet het bij de contactgegevens.",
    "telefoonnummer": "Hier staat een telefoonnummer. Haal het weg, of zet het bij de contactgegevens.",
    "geboortedatum": "Hier staat een geboortedatum. Haal die weg: een leeftijd of schooljaar is genoeg.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that may not stand in a text: what it is, and where (`start`, `end` in characters)."""

    kind: Kind
    start: int
    end: int

    @property
    def blocks(self) -> bool:
        """Whether the text must be refused; else a warning is enough."""
        return self.kind == "bsn"


def find(text: str) -> tuple[Finding, ...]:
    """Return what may not stand in a text, in its order; findings do not overlap.

    A BSN is nine digits that pass the eleven-test (9a + 8b + ... + 2h - i divisible by 11), written as one number or
    in groups as people write them. One in eleven of all nine-digit numbers passes by chance: amounts and IBANs are
    kept apart, other numbers cannot be.
    """
    taken = bytearray(len(text))
    for start, end in _ibans(text):
        taken[start:end] = b"1" * (end - start)
    found: list[Finding] = []
    for kind, spans in _SPANS.items():
        for start, end in spans(text):
            if not any(taken[start:end]):
                taken[start:end] = b"1" * (end - start)
                found.append(Finding(kind, start, end))
    return tuple(sorted(found, key=lambda f: f.start))


def blocked(text: str) -> bool:
    """Return whether a text must be refused, because a BSN stands in it."""
    return len(re.findall(r"\d", text)) >= 9 and any(f.blocks for f in find(text))


def require_allowed(**texts: str) -> None:
    """Raise InvalidValueError for a text, by field, that must be refused (`blocked`); what it says is not repeated."""
    for field, text in texts.items():
        if blocked(text):
            raise InvalidValueError(field, "...", NO_BSN)


def warnings(text: str) -> tuple[str, ...]:
    """Return a Dutch sentence for each kind of thing that may not stand in the text; never the thing itself."""
    return tuple(dict.fromkeys(_SENTENCES[f.kind] for f in find(text)))


def without_bsn(text: str) -> str:
    """Return the text with GONE in place of each BSN: what may be shown again, or kept, of a text that is refused."""
    for f in reversed(find(text)):
        if f.blocks:
            text = f"{text[: f.start]}{GONE}{text[f.end :]}"
    return text


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yield bank account numbers, which hold digits that are nothing else (check: ISO 7064, mod 97)."""
    for m in _IBAN.finditer(text):
        for end in range(m.end(), m.start() + 14, -1):
            written = text[m.start() : end].replace(" ", "").upper()
            if text[end - 1] != " " and _passes_mod_97(written):
                yield m.start(), end
                break


def _passes_mod_97(iban: str) -> bool:
    turned = iban[4:] + iban[:4]
    return turned.isascii() and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (m.span() for m in _EMAIL.finditer(text))


def _phones(text: str) -> Iterator[tuple[int, int]]:
    return (m.span() for m in _PHONE.finditer(text))


def _birth_dates(text: str) -> Iterator[tuple[int, int]]:
    for m in _BORN.finditer(text):
        yield m.span("after") if m["after"] else m.span("before")


def _bsns(text: str) -> Iterator[tuple[int, int]]:
    for run in _GROUPS.finditer(text):
        groups = [(m.start() + run.start(), m.end() + run.start()) for m in re.finditer(r"\d+", run.group())]
        at = 0
        while at < len(groups):
            count = next((n for n in range(1, 10) if _is_bsn(text, groups[at : at + n])), 0)
            if count:
                yield groups[at][0], groups[at + count - 1][1]
            at += count or 1


def _is_bsn(text: str, groups: list[tuple[int, int]]) -> bool:
    """Whether these groups of digits together are a BSN, and not an amount of money."""
    digits = "".join(text[a:b] for a, b in groups)
    start, end = groups[0][0], groups[-1][1]
    if len(digits) != 9 or not _passes_eleven_test(digits):
        return False
    gaps = {text[a:b] for (_, a), (b, _) in pairwise(groups)}
    usual = tuple(b - a for a, b in groups) in _BSN_GROUPINGS and len(gaps) <= 1
    if not usual and not _SAYS_BSN.search(text[max(0, start - 60) : start]):
        return False
    return not (_MONEY_BEFORE.search(text[max(0, start - 10) : start]) or _MONEY_AFTER.match(text, end))


def _passes_eleven_test(digits: str) -> bool:
    numbers = [int(d) for d in digits]
    total = sum(weight * n for weight, n in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), numbers, strict=True))
    return total % 11 == 0 and any(numbers)


# The order decides where two kinds claim the same characters: a BSN within an e-mail address is a BSN.
_SPANS: dict[Kind, Callable[[str], Iterator[tuple[int, int]]]] = {
    "telefoonnummer": _phones, "geboortedatum": _birth_dates, "bsn": _bsns, "e-mailadres": _emails,
}  # fmt: skip
