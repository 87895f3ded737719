"""The text of one offer or question goes in; forms, hours a month, dates and regions come out, each as it is written.

Only what is certain is converted. What looks like a fact but is none (`tot de zomer`, `een dagdeel`) becomes a doubt:
a Dutch sentence that quotes it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from matcher.dutch import DUTCH_STOPWORDS, fold, sentences
from matcher.parties import key

# The forms of the catalogue (corpus/offers.jsonl), and how they are written in a sentence.
FORMS: dict[str, str] = {
    "adviesgesprek": r"advies-?gesprek(?:ken)?",
    "document": r"documenten?",
    "intervisie": r"intervisie(?:s|groep(?:en)?|bijeenkomst(?:en)?|traject(?:en)?)?",
    "lezing": r"lezing(?:en)?",
    "meedenken": r"mee\s?denken|denken?\s(?:graag\s)?mee",
    "online sessie": r"(?:online|digitale)\s(?:sessies?|bijeenkomst(?:en)?)|webinars?",
    "training": r"training(?:en)?",
    "traject": r"(?:leer|begeleidings)?traject(?:en)?",
    "werkbezoek": r"werkbezoek(?:en|je)?",
    "workshop": r"workshops?",
}
_FORM = {name: re.compile(rf"(?<![\w-])(?:{how})(?![\w-])", re.IGNORECASE) for name, how in FORMS.items()}
# These also are plain words of the field ("het traject van verwijzing"): a form only where someone offers or asks it.
_AMBIGUOUS = {"document", "traject"}
_CUE = re.compile(
    r"\b(?:bieden?|biedt|verzorg\w+|geven|zoek\w*|gezocht|wil|willen|graag|liefst|voorkeur|vorm(?:\s+van)?|via|middels|"
    r"behoefte\s+aan|nodig|als|vragen|kunnen|mogelijk|denk\w*|in|met|door|of|en|aan)\b[\s:,]*"
    r"(?:(?:een|om|aan|naar|van|graag|ook|kort|korte|klein|jaarlijks\w*|gezamenlijk\w*)\s+){0,3}$",
    re.IGNORECASE,
)  # fmt: skip

_NUMBERS = {
    "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "twaalf": 12, "anderhalf": 1.5,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,4}}(?:[.,]\d{{1,2}})?|{'|'.join(_NUMBERS)})"
_EACH = r"\s*(?:per|/|in\s+de|in\s+een|elke?|iedere?)\s*"
_UNITS = {"maand": 1, "mnd": 1, "kwartaal": 3, "half jaar": 6, "halfjaar": 6, "jaar": 12}
_UNIT = r"(?P<unit>week|maand|mnd|kwartaal|half\s?jaar|jaar)\b"
_UNSURE = r"(?:ongeveer|circa|ca\.?|plm\.?|zo['’]n|minimaal|minstens|ten\s*minste|rond\s+de|een\s+paar|enkele)"
_HOURS = re.compile(
    rf"\b(?P<unsure>{_UNSURE}\s+)?(?:(?P<from>{_NUMBER})\s*(?:-|–|à|tot|of)\s*)?(?<![\d,.])(?P<n>{_NUMBER})\s*(?:uur|uren|u)"
    rf"{_EACH}{_UNIT}"
    rf"|\b(?P<times>{_NUMBER})\s*(?:keer|maal|x){_EACH}(?P<unit2>maand|mnd)\s+(?P<n2>{_NUMBER})\s*(?:uur|uren)\b(?!{_EACH})"
    rf"|\b(?:maandelijks|per\s+maand|elke\s+maand)\s+(?P<n3>{_NUMBER})\s*(?:uur|uren)\b(?!{_EACH})",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\s*(?:uur|u)\b(?!\s*per)", re.IGNORECASE)
_SOME_TIME = re.compile(
    rf"(?:\b{_UNSURE}\s+)?(?:\b{_NUMBER}\s+(?:à\s+|tot\s+)?(?:{_NUMBER}\s+)?)?\b(?:uur|uren|dagdeel|dagdelen|dag(?:en)?"
    rf"(?={_EACH}(?:week|maand|kwartaal|jaar)))(?:{_EACH}(?:week|maand|mnd|kwartaal|half\s?jaar|jaar))?\b",
    re.IGNORECASE,
)
_MOST_A_MONTH = 744  # hours in the longest month
_FIRST_YEAR = 1900  # before it, a year is a slip of the pen

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
_MONTH = r"(?:jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|sept?(?:ember)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)"  # noqa: E501
_DATE = (
    rf"(?:\d{{1,2}}(?:e|ste|de)?\s+{_MONTH}\.?\s+\d{{4}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}"
    rf"|\d{{4}}-\d{{1,2}}-\d{{1,2}}|{_MONTH}\s+\d{{4}})(?!\d)"
)
_START = re.compile(rf"\b(?:vanaf|per|met\s+ingang\s+van|m\.?i\.?v\.?|ingaande)\s+(?P<day>{_DATE})", re.IGNORECASE)
_SPAN = re.compile(
    rf"\b(?:van|tussen)\s+(?P<day>{_DATE})\s+(?P<how>tot\s+en\s+met|t/m|tot|en)\s+(?P<last>{_DATE})", re.IGNORECASE
)
_END = re.compile(rf"\b(?P<how>tot\s+en\s+met|t/m|tot)\s+(?P<last>{_DATE})", re.IGNORECASE)
_ON = re.compile(rf"\b(?:op|in)\s+(?P<day>{_DATE})", re.IGNORECASE)
_SOME_DAY = re.compile(
    rf"\b(?:(?:vanaf|van|tot(?:\s+en\s+met)?|t/m|na|vóór|voor|per|uiterlijk|rond|in|begin|eind|medio)\s+"
    rf"(?:(?:de|het|dit|deze|volgend|volgende|komend|komende|nieuwe|begin|eind|medio)\s+)*"
    rf"(?:zomer(?:vakantie)?|winter|voorjaar|najaar|herfst(?:vakantie)?|lente|(?:school)jaar|kerst(?:vakantie)?"
    rf"|meivakantie|{_DATE}|(?:\d{{1,2}}\s+)?{_MONTH}(?!\s+\d))"
    rf"|(?:vanaf|tot(?:\s+en\s+met)?|t/m|na|begin|eind|medio|uiterlijk)\s+(?:in\s+)?20\d\d)\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\b(?:alleen|uitsluitend|enkel|werkgebied|beschikbaar\s+(?:voor|in)|voor\s+(?:scholen|gemeenten|partners|"
    r"besturen|professionals|collega['’]?s)\s+(?:in|uit))\b",
    re.IGNORECASE,
)
# Words with which someone only says when and how much, not what.
_EMPTY = frozenset(
    """beschikbaar beschikbaarheid uur uren samen totaal maximaal ongeveer tijd inzet inzetten inzetbaar vrij maken
    beginnen starten start hiervoor daarvoor hierbij stellen steken max gemiddeld daaraan hieraan ruimte capaciteit
    maand periode elk per week kwartaal jaar""".split()
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text says of form, time and place; empty where it says nothing certain."""

    forms: tuple[str, ...] = ()
    hours_per_month: float | None = None
    start: date | None = None
    end: date | None = None
    regions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def filled_from(self, other: Facts) -> Facts:
        """Return these facts, with those of `other` where these say nothing."""
        return Facts(
            self.forms or other.forms,
            other.hours_per_month if self.hours_per_month is None else self.hours_per_month,
            self.start or other.start,
            self.end or other.end,
            self.regions or other.regions,
            self.doubts,
        )


def facts(text: str, regions: Mapping[str, str], asks: bool, home: str = "") -> Facts:
    """Return what a text says of form, time and place.

    regions: `parties.by_key` of the known names. asks: a question names the date on which it needs help, an offer the
    dates between which it is there (not compared here); only an offer is limited to regions, and `home`, the
    applicant's own, is no limit.
    """
    doubts: list[str] = []
    forms = _forms(text, asks, doubts)
    hours = _hours(text, doubts)
    start, end = _dates(text, asks, doubts)
    places = () if asks else _regions(text, regions, home, doubts)
    return Facts(forms, hours, start, end, places, tuple(doubts))


def only_conditions(text: str) -> bool:
    """Return whether a text says only when and how much, so that it is no offer or question by itself."""
    rest, found = text, 0
    for pattern in (_HOURS, _SPAN, _START, _END, _ON, _SOME_DAY, _SOME_TIME):
        rest, n = pattern.subn(" ", rest)
        found += n
    left = {fold(w) for w in re.findall(r"\w+", rest)} - DUTCH_STOPWORDS - _EMPTY
    return bool(found) and not left


def measurable(text: str) -> bool:
    """Return whether a goal can be measured: a number, a percentage or a year stands in it."""
    return bool(re.search(r"\d|\b(?:procent|helft|kwart|verdubbel\w+|halver\w+|alle|geen\s+enkel\w*)\b", text, re.I))


def _forms(text: str, asks: bool, doubts: list[str]) -> tuple[str, ...]:
    found, unsure = [], []
    for name, pattern in _FORM.items():
        places = list(pattern.finditer(text))
        if any(_is_form(text, m.start(), name, asks) for m in places):
            found.append(name)
        elif places:
            unsure.append(places[0].group())
    doubts += [f'"{word}" is niet als vorm overgenomen: het kan ook het onderwerp zijn.' for word in unsure]
    return tuple(found)


def _is_form(text: str, at: int, name: str, asks: bool) -> bool:
    if not asks and name not in _AMBIGUOUS:
        return True
    if asks and re.match(r"\W*hoe\b", text, re.IGNORECASE):
        return False
    return at == 0 or bool(_CUE.search(text[max(0, at - 80) : at]))


def _hours(text: str, doubts: list[str]) -> float | None:
    text = _CLOCK.sub(lambda m: " " * len(m.group()), text)
    found: list[float] = []
    for m in _HOURS.finditer(text):
        hours = _a_month(m)
        if hours is None:
            doubts.append(f'"{_quoted(m.group())}" is niet precies genoeg: het aantal uren per maand is niet ingevuld.')
            continue
        found.append(hours)
        if m["unit"] and m["unit"].lower() not in ("maand", "mnd"):
            doubts.append(f'"{_quoted(m.group())}" is gelezen als gemiddeld {_listed([hours])} uur per maand.')
    for m in _SOME_TIME.finditer(_HOURS.sub(lambda m: " " * len(m.group()), text)):
        doubts.append(f'"{_quoted(m.group())}" is niet omgerekend naar uren per maand.')
    if len(set(found)) > 1:
        doubts.append(f"Er staan verschillende uren ({_listed(found)}): het aantal uren per maand is niet ingevuld.")
        return None
    return found[0] if found else None


def _a_month(m: re.Match[str]) -> float | None:
    """Return the hours a month of a match, None where they are not certain."""
    if m["times"]:
        hours = _number(m["times"]) * _number(m["n2"])
    elif m["n3"]:
        hours = _number(m["n3"])
    elif m["unsure"] or m["from"] or (unit := re.sub(r"\s+", " ", m["unit"].lower())) not in _UNITS:
        return None
    else:
        hours = _number(m["n"]) / _UNITS[unit]
    return round(hours, 2) if hours <= _MOST_A_MONTH else None


def _number(written: str) -> float:
    return _NUMBERS.get(written.lower()) or float(written.replace(",", "."))


def _dates(text: str, asks: bool, doubts: list[str]) -> tuple[date | None, date | None]:
    starts: list[date] = []
    ends: list[date] = []
    taken = text
    for pattern in (_SPAN, _START, _END, *((_ON,) if asks else ())):
        for m in pattern.finditer(taken):
            if not _take(m, starts, ends, doubts):
                doubts.append(f'"{_quoted(m.group())}" is geen datum die bestaat.')
        taken = pattern.sub(lambda m: "#" * len(m.group()), taken)
    doubts += [f'"{_quoted(m.group())}" is niet als datum overgenomen.' for m in _SOME_DAY.finditer(taken)]
    return _one(starts, "begindatum", doubts), _one(ends, "einddatum", doubts)


def _take(m: re.Match[str], starts: list[date], ends: list[date], doubts: list[str]) -> bool:
    groups = m.groupdict()
    first = _day(groups["day"]) if groups.get("day") else None
    last = _day(groups["last"]) if groups.get("last") else None
    if bool(groups.get("day")) != bool(first) or bool(groups.get("last")) != bool(last):
        return False
    if first:
        starts.append(first[0])
    if last and groups["how"].lower() == "tot":
        day = last[0] - timedelta(days=1)
        doubts.append(f'"{_quoted(m.group())}" is gelezen als: tot en met {_written(day)}.')
        ends.append(day)
    elif last:
        ends.append(last[1])
    return True


def _one(days: list[date], what: str, doubts: list[str]) -> date | None:
    if len(set(days)) > 1:
        doubts.append(f"Er staat meer dan één {what}: die is niet ingevuld.")
        return None
    return days[0] if days else None


def _day(written: str) -> tuple[date, date] | None:
    """Return the first and the last day that a date as written stands for; None where there is no such day."""
    parts = re.findall(r"\d+|[^\W\d_]+", written.lower())
    parts = [p for p in parts if p not in ("e", "ste", "de")]
    month = next((_month(p) for p in parts if not p.isdigit()), 0)
    numbers = [int(p) for p in parts if p.isdigit()]
    if max(numbers) < _FIRST_YEAR:
        return None
    try:
        if month and len(numbers) == 1:
            return date(numbers[0], month, 1), date(numbers[0], month, calendar.monthrange(numbers[0], month)[1])
        if month:
            day = date(numbers[1], month, numbers[0])
        else:
            year, number, dom = numbers if numbers[0] > 31 else reversed(numbers)
            day = date(year, number, dom)
    except ValueError:
        return None
    return day, day


def _month(name: str) -> int:
    short = "maa" if name.startswith("mrt") else name[:3]
    return next(i for i, month in enumerate(_MONTHS, 1) if month.startswith(short))


def _regions(text: str, known: Mapping[str, str], home: str, doubts: list[str]) -> tuple[str, ...]:
    limits: list[tuple[int, str]] = []
    mentions: list[tuple[int, str]] = []
    for name in sorted(set(known.values())):
        for m in _mention(name).finditer(text):
            before = text[_sentence_start(text, m.start()) : m.start()]
            (limits if _LIMITS.search(before) else mentions).append((m.start(), name))
    found = tuple(dict.fromkeys(name for _, name in sorted(limits)))
    doubts += [f'"{name}" is geen regio die wij kennen: niet als grens overgenomen.' for name in _strange(text, known)]
    other = dict.fromkeys(name for _, name in sorted(mentions) if name not in found and key(name) != key(home))
    doubts += [f"{name} wordt genoemd: dat is niet als grens van het aanbod overgenomen." for name in other]
    return found


def _strange(text: str, known: Mapping[str, str]) -> list[str]:
    """Return the names in capitals, after words that limit an offer, that no known region has."""
    behind = [text[m.end() : _sentence_end(text, m.end())] for m in _LIMITS.finditer(text)]
    names = [n.group() for part in behind for n in re.finditer(r"\b[A-Z][\w-]*(?:\s[A-Z][\w-]*)*", part)]
    plain = " | ".join(known)
    return [n for n in dict.fromkeys(names) if key(n) not in plain and not re.fullmatch(r"[A-Z]+", n)]


def _mention(name: str) -> re.Pattern[str]:
    words = key(name).split() or [name]
    return re.compile(r"(?<![\w-])" + r"[\s-]".join(map(re.escape, words)) + r"(?![\w-])", re.IGNORECASE)


def _sentence_start(text: str, at: int) -> int:
    return next((a for a, b in sentences(text) if a <= at <= b), 0)


def _sentence_end(text: str, at: int) -> int:
    return next((b for a, b in sentences(text) if a <= at <= b), len(text))


def _quoted(text: str) -> str:
    return " ".join(text.split())


def _listed(numbers: list[float]) -> str:
    return ", ".join(f"{n:g}".replace(".", ",") for n in dict.fromkeys(numbers))


def _written(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
