"""Who asks and who helps: raw fields go in, frozen Question, Offer and Region come out, checked at birth."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from matcher.errors import InvalidValueError, UnknownNameError

KINDS = ("expert", "aandeelhouder", "facilitator", "cop", "dossier", "praktijkvoorbeeld")
# Kinds of offers that are one person (design.md, section 1).
PERSONAL_KINDS = frozenset({"expert", "facilitator"})
_MOST_HOURS = 10_000
PERSPECTIVES = ("praktijk", "beleid", "wetenschap", "ervaring")


@dataclass(frozen=True, slots=True)
class Region:
    """An inspiratieregio, or another region; `name` is what questions and offers refer to."""

    name: str
    province: str
    character: str
    size: str
    inspiratieregio: bool = False
    source: str | None = None

    def __post_init__(self) -> None:
        _filled("name", self.name)


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting of a community of practice, in local time."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidValueError("sessions", self.end.isoformat(), f"een einde na {self.start.isoformat()}")


@dataclass(frozen=True, slots=True)
class Question:
    """A leervraag. `region` None: from anywhere; empty tuples, null dates and hours: no demand made."""

    id: str
    title: str
    text: str
    region: str | None = None
    themes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    perspectives: tuple[str, ...] = ()
    needed_on: date | None = None
    hours_per_month: float | None = None
    asked_on: date | None = None
    contact: str | None = None
    source: str | None = None
    example: bool = False

    def __post_init__(self) -> None:
        _identifier(self.id)
        _written(self, "title", "text")
        if not (self.title.strip() or self.text.strip()):
            raise InvalidValueError("text", self.text, "een vraag van ten minste één woord")
        _known("kinds", self.kinds, KINDS)
        _known("perspectives", self.perspectives, PERSPECTIVES)
        _hours(self.hours_per_month)

    @property
    def full_text(self) -> str:
        """Title and text as one text, the title left out where the text repeats it."""
        title, text = self.title.strip(), self.text.strip()
        if not title or f" {_plain(title)} " in f" {_plain(text)} ":
            return text or title
        return f"{title.rstrip('.')}. {text}" if text else title


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry of the catalogue.

    Empty `regions`: the whole country. Dates are inclusive, None is open-ended. Empty `forms` and
    `hours_per_month` None: no limit is known. `hours_per_month` 0: full.
    """

    id: str
    kind: str
    name: str
    summary: str
    organisation: str = ""
    perspective: str | None = None
    themes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    hours_per_month: float | None = None
    available_from: date | None = None
    available_until: date | None = None
    audience: str | None = None
    sessions: tuple[Session, ...] = ()
    contact: str | None = None
    source: str | None = None
    example: bool = False

    def __post_init__(self) -> None:
        _identifier(self.id)
        _written(self, "name", "summary")
        _known("kind", (self.kind,), KINDS)
        if self.perspective is not None:
            _known("perspective", (self.perspective,), PERSPECTIVES)
        if not (self.name.strip() or self.summary.strip()):
            raise InvalidValueError("summary", self.summary, "een naam of een omschrijving")
        _hours(self.hours_per_month)
        if self.available_from and self.available_until and self.available_until < self.available_from:
            raise InvalidValueError(
                "available_until", self.available_until.isoformat(), f"{self.available_from} of later"
            )

    @property
    def full_text(self) -> str:
        """Name, summary and audience as one text; the organisation says who, not what, and stays out."""
        parts = (self.name, self.summary, self.audience or "")
        return ". ".join(p.strip().rstrip(".") for p in parts if p.strip())


@lru_cache(maxsize=10_000)
def key(name: str) -> str:
    """Return the form in which names are compared: no case, accents, punctuation or `regio` before a name.

    >>> key("Regio Twente") == key("twente") and key("Holland-Rijnland") == key("holland rijnland")
    True
    """
    return _plain(re.sub(r"^\s*regio\s+(?=\w)", "", name, flags=re.IGNORECASE))


def recognise(field: str, value: str, known: Mapping[str, str]) -> str:
    """Return the known name that `value` means, or raise UnknownNameError naming what is known.

    `known` maps `key(name)` to the name as it is written.
    """
    if (name := known.get(key(value))) is None:
        raise UnknownNameError(field, value, sorted(known.values()))
    return name


def by_key(names: frozenset[str] | set[str] | tuple[str, ...] | list[str]) -> Mapping[str, str]:
    """Return {key(name): name}, the first in alphabetical order where two names have one key."""
    return MappingProxyType({key(n): n for n in sorted(names, reverse=True)})


def _plain(text: str) -> str:
    """Return the words of a text without case, accents or punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(re.findall(r"\w+", bare)) or bare.strip()


def _written(party: Question | Offer, *fields: str) -> None:
    """Bring texts to NFC, so that a place in one counts the same characters everywhere; refuse halves of characters."""
    for field in party.__dataclass_fields__:
        value = getattr(party, field)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and any("\ud800" <= c <= "\udfff" for c in text):
                raise InvalidValueError(field, text, "tekst in Unicode, zonder halve tekens")
    for field in fields:
        object.__setattr__(party, field, unicodedata.normalize("NFC", getattr(party, field)))


def _identifier(value: str) -> None:
    if not value or not value.isprintable() or any(c.isspace() for c in value):
        raise InvalidValueError("id", value, "ten minste één teken, zonder spaties (zo staat het in TREC-bestanden)")


def _filled(field: str, value: str) -> None:
    if not value.strip():
        raise InvalidValueError(field, value, "een naam van ten minste één teken")


def _known(field: str, values: tuple[str, ...], known: tuple[str, ...]) -> None:
    for value in values:
        if value not in known:
            raise UnknownNameError(field, value, known)


def _hours(value: float | None) -> None:
    if value is not None and not 0 <= value <= _MOST_HOURS:
        raise InvalidValueError("hours_per_month", value, f"0 tot en met {_MOST_HOURS} uren per maand, of leeg")
