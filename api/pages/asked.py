"""What someone typed about a leervraag goes in, fields of a Question come out, or what is wrong with it, by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.pages.drafts import Filled
from matcher import PERSPECTIVES, Question, dutch_date, key, privacy

MOST_TITLE, MOST_TEXT, MOST_CONTACT, _LEAST_WORDS, _MOST_HOURS = 120, 5000, 200, 3, 200
# What a verbinder chooses for a question of no region.
NO_REGION = "geen"
_BSN = (
    "Hier stond een burgerservicenummer (BSN). Dat bewaren wij niet: wij hebben het uit uw tekst gehaald. Lees de "
    "tekst na. Was het een ander nummer van negen cijfers? Schrijf het dan met een letter ervoor."
)
# What each perspective means to who asks.
PERSPECTIVE_HINTS = {
    "praktijk": "Wie het werk doet: in de klas, in de opvang, in de jeugdhulp.",
    "beleid": "Gemeente, samenwerkingsverband, bestuur of ministerie.",
    "wetenschap": "Onderzoek: wat is bekend, en wat werkt.",
    "ervaring": "Ouders, jongeren en andere ervaringsdeskundigen.",
}
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")


@dataclass
class Read:
    """What could be read of a form: fields of a Question, and a sentence for each field that is wrong."""

    fields: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def __or__(self, other: Read) -> Read:
        return Read(self.fields | other.fields, self.errors | other.errors)


def words(filled: Filled, regions: Sequence[str | None]) -> Read:
    """Return the question in someone's own words; regions: for which they may ask (None: for no region)."""
    found, region = Read(), _first(filled, "regio")
    own = {key(r or NO_REGION): r for r in regions}
    if key(region) not in own and (region or len(regions) != 1):
        found.errors["regio"] = "Kies de regio waarvoor u de vraag stelt."
    found.fields["region"] = own.get(key(region), regions[0] if regions else None)
    title = " ".join(_first(filled, "titel").split())
    found.fields["title"] = title
    if not title:
        found.errors["titel"] = "Schrijf in één zin wat u wilt weten."
    _check(found, "titel", title, MOST_TITLE)
    text = _first(filled, "tekst").replace("\r\n", "\n").strip()
    found.fields["text"] = text
    if len(text.split()) < _LEAST_WORDS:
        found.errors["tekst"] = "Vertel in een paar zinnen wat u wilt leren, en waarom."
    _check(found, "tekst", text, MOST_TEXT)
    return found


def wishes(filled: Filled, forms: Iterable[str], today: date, before: date | None = None) -> Read:
    """Return when, how, how much and from whose view; before: a day that stands there already, and may be past."""
    found, known = Read(), set(forms)
    _day(found, _first(filled, "datum"), today, before)
    _hours(found, _first(filled, "uren"))
    found.fields["forms"] = tuple(f for f in filled.get("vorm", ()) if f in known)
    found.fields["perspectives"] = tuple(p for p in filled.get("blik", ()) if p in PERSPECTIVES)
    contact = " ".join(_first(filled, "contact").split())
    found.fields["contact"] = contact or None
    _check(found, "contact", contact, MOST_CONTACT)
    return found


def typed(question: Question) -> Filled:
    """Return a question as it would be typed into the form."""
    hours = "" if question.hours_per_month is None else f"{question.hours_per_month:g}".replace(".", ",")
    return {
        "regio": [question.region or NO_REGION], "titel": [question.title], "tekst": [question.text],
        "datum": [question.needed_on.isoformat() if question.needed_on else ""], "uren": [hours],
        "vorm": list(question.forms), "blik": list(question.perspectives), "contact": [question.contact or ""],
    }  # fmt: skip


def shown(fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the wishes in fields of a Question as people read them: (what, value, name of the form's field)."""
    day, hours = fields.get("needed_on"), fields.get("hours_per_month")
    return [
        ("Wanneer", dutch_date(day) if day else "zo snel mogelijk", "datum"),
        ("Vorm", ", ".join(fields.get("forms", ())) or "maakt niet uit", "vorm"),
        ("Uren per maand", f"{hours:g}".replace(".", ",") if hours is not None else "nog niet bekend", "uren"),
        ("Perspectief", ", ".join(fields.get("perspectives", ())) or "maakt niet uit", "blik"),
        ("Contact", fields.get("contact") or "niet opgegeven", "contact"),
    ]


def spans(text: str) -> list[tuple[int, int]]:
    """Return where something stands in a text that may be of a child or another person."""
    return [(f.start, f.end) for f in privacy.find(text)]


def _first(filled: Filled, name: str) -> str:
    return (filled.get(name) or [""])[0].strip()


def _check(found: Read, name: str, text: str, most: int) -> None:
    if len(text) > most:
        found.errors[name] = f"Dit is te lang: {len(text)} tekens. Er passen er {most}."
    if privacy.blocked(text):
        found.errors[name] = _BSN


def _day(found: Read, given: str, today: date, before: date | None) -> None:
    found.fields["needed_on"] = None
    if not given:
        return
    day = None
    with suppress(ValueError):
        written = _WRITTEN_DAY.fullmatch(given)
        day = date(int(written[3]), int(written[2]), int(written[1])) if written else date.fromisoformat(given)
    if day is None:
        found.errors["datum"] = "Dit is geen datum. Vul een dag in, bijvoorbeeld 31-3-2027, of laat het leeg."
    elif day < today and day != before:
        found.errors["datum"] = "Deze dag is al voorbij. Kies een dag vanaf vandaag, of laat het leeg."
    found.fields["needed_on"] = day


def _hours(found: Read, given: str) -> None:
    found.fields["hours_per_month"] = None
    if not given:
        return
    if not re.fullmatch(r"[0-9]{1,3}([.,][0-9]{1,2})?", given) or float(given.replace(",", ".")) > _MOST_HOURS:
        found.errors["uren"] = (
            f"Vul een getal in van 0 tot en met {_MOST_HOURS}, bijvoorbeeld 2 of 1,5, of laat het leeg."
        )
        return
    found.fields["hours_per_month"] = float(given.replace(",", "."))
