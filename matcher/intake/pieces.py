"""The answer to one point goes in, pieces come out: each one thing that is offered or asked, in the writer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.dutch import sentences
from matcher.intake.facts import only_conditions
from matcher.intake.points import Intent, Point
from matcher.intake.sections import BULLET

_ITEM = re.compile(rf"{BULLET.pattern}|^\(?(?:\d{{1,2}}|[a-h])[.)]\s+")

_WHO = r"(?:wij|we|ik)"
# "wij zoeken", "hebben nodig", "willen leren", and whatever ends in a question mark.
_ASKS = re.compile(
    rf"\b(?:zoek|zoeken|zoekt|op\s+zoek|gezocht|leervra(?:ag|gen)|behoefte\s+aan|(?:onze|een)\s+vra(?:ag|gen)\s+(?:is|zijn|om))\b"
    rf"|\b(?:wil|willen|zouden)\s+(?:\S+\s+){{0,6}}?(?:leren|weten|horen|begrijpen)\b"
    rf"|\b(?:heb|hebben|heeft)\s+(?!geen\b)(?:\S+\s+){{0,8}}?nodig\b|\bnodig\s+(?:hebben|heeft)\b"
    rf"|\bgraag\s+(?:\S+\s+)?(?:hulp|ondersteuning|advies|begeleiding)\b|\b(?:hulp|ondersteuning|begeleiding)\s+bij\b"
    rf"|\bvragen\s+{_WHO}\b|\b{_WHO}\s+vragen\b|^\W*hoe\s+(?:kun|kan|kom|krijg|moet|zorg|bereik|maak|om\b|je\b)",
    re.IGNORECASE,
)
# "wij bieden", "kunnen delen", "denken mee", "u kunt komen kijken"; not "om kansen te bieden".
_BRINGS = re.compile(
    rf"\b{_WHO}\s+(?:\S+\s+)?(?:bied|breng|deel|delen|geef|geven|verzorg|organiseer|lever|ontvang|denk)\w*\b"
    rf"|(?<!te\s)\b(?:bied|bieden|biedt|verzorg|verzorgen|verzorgt|ontvangen|ontvangt|delen|brengen|geven|leveren)\s+{_WHO}\b"
    rf"|(?<!te\s)\b(?:biedt|verzorgt|deelt|ontvangt|brengt\s+in)\b|\b(?:hebben|heeft)\s+ervaring\s+(?:met|in)\b"
    rf"|\b(?:wil|willen|kan|kunnen)\s+(?:\S+\s+){{0,8}}?(?:delen|bieden|aanbieden|inbrengen|meedenken|verzorgen|ontvangen)\b"
    rf"|\bu\s+(?:kunt|bent)\s+(?:\S+\s+){{0,6}}?(?:kijken|langskomen|meelopen|welkom)\b|\bstellen\s+(?:\S+\s+){{0,6}}?beschikbaar\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:nog\s+(?:niet|geen|te\s+weinig|weinig|nauwelijks|onvoldoende)|ontbreek\w*|ontbrak|lukt\s+(?:ons\s+)?niet|loopt\s+(?:\S+\s+)?niet"
    r"|moeizaam|stroef|onvoldoende|niet\s+betrokken|werkt\s+niet)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is offered or asked; `intent` None: neither, the text only tells."""

    text: str
    intent: Intent | None


@dataclass(frozen=True, slots=True)
class Pieces:
    """What an answer falls into, with what it says once for all of it (`conditions`: when, how much)."""

    pieces: tuple[Piece, ...]
    conditions: str = ""
    doubts: tuple[str, ...] = ()


def pieces(answer: str, point: Point | None) -> Pieces:
    """Return the pieces of an answer: one for each bullet or paragraph, cut where it turns from offering to asking."""
    doubts: list[str] = []
    conditions: list[str] = []
    found: list[Piece] = []
    for block, led in _blocks(answer):
        found += _cut(block, led or (point.assumed if point else None), bool(led), conditions, doubts)
    if point and point.whole:
        found = _whole(found, point)
    return Pieces(tuple(found), " ".join(conditions), tuple(doubts))


def intent(sentence: str, doubts: list[str]) -> Intent | None:
    """Return whether a sentence says by itself that something is asked or offered."""
    asks = bool(_ASKS.search(sentence)) or sentence.rstrip(' "”’)').endswith("?")
    brings = bool(_BRINGS.search(sentence))
    if asks and brings:
        doubts.append(f'"{sentence}" biedt en vraagt: gelezen als vraag.')
    return "vraag" if asks else "aanbod" if brings else None


def _blocks(answer: str) -> list[tuple[str, Intent | None]]:
    """Return (text, what the line above a list makes of it) for each paragraph and each item of a list."""
    blocks: list[tuple[str, Intent | None]] = []
    for paragraph in re.split(r"\n\s*\n", answer):
        led: Intent | None = None
        for n, line in enumerate(paragraph.split("\n")):
            item = _ITEM.match(line)
            above = blocks[-1][0] if blocks else ""
            if above.endswith(":") and (item or n == 0):
                led = intent(above[sentences(above)[-1][0] :], [])
            if item or n == 0:
                blocks.append((_one_line(line[item.end() :] if item else line), led))
            else:
                blocks[-1] = (f"{above} {_one_line(line)}", blocks[-1][1])
    return [(text, led) for text, led in blocks if re.search(r"\w", text)]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(block: str, assumed: Intent | None, led: bool, conditions: list[str], doubts: list[str]) -> list[Piece]:
    """Return the pieces of one block; a sentence that does not say what it is goes with the one before it."""
    found: list[Piece] = []
    apart: list[str] = []
    for sentence in (block[a:b] for a, b in sentences(block)):
        if sentence.endswith(":"):
            continue
        said = intent(sentence, doubts)
        if only_conditions(sentence):
            apart.append(sentence)
        elif said is None and assumed == "aanbod" and not led and not found and _NOT_YET.search(sentence):
            doubts.append(f'"{sentence}" is niet als aanbod gelezen: het lijkt te zeggen wat er nog niet is.')
            found.append(Piece(sentence, None))
        elif found and (said is None or said == found[-1].intent):
            found[-1] = Piece(f"{found[-1].text} {sentence}", found[-1].intent)
        else:
            found.append(Piece(sentence, said or assumed))
    if len(found) == 1:
        return [Piece(" ".join((found[0].text, *apart)), found[0].intent)]
    conditions += apart
    return found


def _whole(found: list[Piece], point: Point) -> list[Piece]:
    """Return what tells as one piece, the rest as it is."""
    said = [p for p in found if intent(p.text, []) is not None]
    told = [p.text for p in found if p not in said]
    return [*([Piece("\n".join(told), point.assumed)] if told else []), *said]
