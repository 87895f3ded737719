"""The answer of a region to who takes part goes in, the organisations that it names come out; people never.

Only what reads as an organisation is taken over: a municipality, a school or its board, a samenwerkingsverband, child
care, youth care, health, welfare. What was written and not taken over is told, for a person to look at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher import privacy
from matcher.intake.sections import BULLET

# A longer piece is a sentence about someone, not a name.
_MOST_WORDS, _MOST_NAMES = 12, 60
_ORGANISATION = re.compile(
    r"\b(?:\w*gemeenten?|college van (?:b|burgemeester)\w*|provincie|waterschap|\w*scho(?:ol|len)\w*|\w*onderwijs\w*|"
    r"\w*besturen|\w*bestuur|samenwerkingsverband\w*|swv|kindcentr\w+|mbo|roc|hbo|hogeschool|universiteit|"
    r"\w*kinderopvang\w*|\w*opvang|peuterspeelza\w+|bso|\w*jeugdhulp\w*|jeugdzorg\w*|jeugdbescherming\w*|jeugdteams?|"
    r"\w*ggz|ggd\w*|jgz|\w*gezondheidszorg|consultatiebureaus?|huisarts\w*|jeugdarts\w*|ziekenhui\w+|zorg(?:verzekeraar|"
    r"aanbieder|instelling|kantoor)\w*|\w*welzijn\w*|\w*wijkteams?|maatschappelijk werk|sociaal werk|leerplicht|"
    r"politie|bibliothe\w+|sportverenig\w+|stichting\w*|vereniging\w*|federatie\w*|co[öo]peratie\w*|\w*raad|"
    r"centrum voor jeugd)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[\s,:–-]*(?:\S+@\S+|\b(?:dhr|mevr?|mw|drs|ir|dr|prof)\b\.?|\b(?:de )?heer\b|\bmevrouw\b|\bcontact(?:persoon)?\b|"
    r"\bnamens deze\b|\bvertegenwoordigd door\b|\bonder leiding van\b|\bin de persoon van\b).*$",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"^.*\b(?:doen|doet|nemen|neemt|werken|werkt|zijn|is)\b\s+", re.IGNORECASE)
_AFTER = re.compile(r"\s+(?:mee|deel|samen|aangesloten|betrokken)\b.*$", re.IGNORECASE)
_LEADING = re.compile(
    r"^(?:(?:de|het|een|onze|ons|uw|en|ook|met|via|verder|daarnaast|namelijk|o\.a\.|onder andere|zoals|alle)\s+)+",
    re.IGNORECASE,
)
# A full stop ends a sentence only behind a word: not in "J. Jansen" or "mevr. Jansen".
_CUT = re.compile(r"[,;]|(?<=[a-zà-ž]{5})\.(?:\s|$)")
_ALSO = re.compile(r"\s+(?:en|plus|alsook|alsmede)\s+(?=[a-zà-ž0-9])")


@dataclass(frozen=True, slots=True)
class Partners:
    """The organisations that take part, in the order in which they are named, and what was written and not taken."""

    names: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def partners(answer: str) -> Partners:
    """Return the organisations that an answer names."""
    names: dict[str, str] = {}
    left: dict[str, None] = {}
    for piece in _pieces(answer):
        name = _name(piece)
        if _ORGANISATION.search(name) and len(name.split()) <= _MOST_WORDS and not privacy.warnings(name):
            names.setdefault(name.casefold(), name)
        elif re.search(r"\w", piece):
            left[piece] = None
    kept = tuple(names.values())
    return Partners(kept[:_MOST_NAMES], (*left, *kept[_MOST_NAMES:]))


def _pieces(answer: str) -> list[str]:
    """Return what stands between commas, bullets and `en`, without what stands between brackets."""
    bare = re.sub(r"\([^()]*\)", " ", answer)
    lines = (BULLET.sub("", line.strip()) for line in bare.splitlines())
    found = [p for line in lines for p in _CUT.split(line)]
    return [" ".join(part.split()) for piece in found for part in _apart(piece) if part.strip()]


def _apart(piece: str) -> list[str]:
    """Return both sides of an `en` where each is an organisation: not of "Stichting Kind en Onderwijs"."""
    sides = _ALSO.split(piece)
    return sides if all(_ORGANISATION.search(s) for s in sides) else [piece]


def _name(piece: str) -> str:
    label, colon, rest = _PERSON.sub("", piece).partition(":")
    whole = rest if colon and _ORGANISATION.search(rest) else label
    return _LEADING.sub("", _AFTER.sub("", _BEFORE.sub("", whole)).strip(" .:-–*_"))
