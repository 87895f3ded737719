"""The answer to one point goes in, pieces come out: each one thing that is offered or asked, in the writer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.dutch import sentences
from matcher.intake.facts import only_conditions
from matcher.intake.points import Intent, Point, plain
from matcher.intake.sections import BULLET

_ITEM = re.compile(rf"{BULLET.pattern}|^\(?(?:\d{{1,2}}|[a-h])[.)]\s+")


def _we(verbs: str, then: str = "") -> str:
    """Return the pattern of a verb that the writer is the subject of, in either order, with what follows it."""
    who, far = r"(?:wij|we|ik)", r"(?:(?!geen\b|niet\b)\S+\s+){0,8}?"
    rest = rf"\s+{far}(?:{then})\b" if then else ""
    return rf"\b{who}\s+(?:\S+\s+){{0,2}}?(?:{verbs})\b{rest}|(?<!samen\s)\b(?:{verbs})\s+{who}\b{rest}"


# Only what the writer asks: "kinderen die zorg nodig hebben" and "ouders die hulp zoeken" ask nothing of us.
_ASKS = re.compile(
    "|".join(
        (
            _we("zoek|zoeken|vragen"),
            _we("wil|willen|zouden", "leren|weten|horen|begrijpen"),
            _we("heb|hebben", "nodig|behoefte"),
            _we("zijn|ben", r"op\s+zoek|benieuwd"),
            r"^\W*(?:gezocht|op\s+zoek|hulp\s+bij|ondersteuning\s+bij|begeleiding\s+bij|(?:er\s+is\s+)?behoefte\s+aan)\b",
            r"\bzoekt\s+(?:een|nog|iemand|experts?|partners?|naar)\b|\b(?:onze|mijn)\s+(?:leer)?vra(?:ag|gen)\b",
            r"\bgraag\s+(?:\S+\s+)?(?:hulp|ondersteuning|advies|begeleiding)\b",
            r"^\W*hoe\s+(?:kun|kunnen|kan|komen|krijgen|moet|moeten|zorgen|bereiken|maken|om|je)\b",
        )
    ),
    re.IGNORECASE,
)
_BRINGS = re.compile(
    "|".join(
        (
            _we("bied|bieden|breng|brengen|deel|delen|geef|geven|verzorg|verzorgen|lever|leveren|ontvang|ontvangen"),
            _we("denk|denken", "mee"),
            _we("stel|stellen", "beschikbaar"),
            _we("heb|hebben", r"ervaring\s+(?:met|in)"),
            _we("wil|willen|kan|kunnen", "delen|bieden|aanbieden|inbrengen|meedenken|verzorgen|ontvangen"),
            r"\b(?:ons|onze)\s+\S+\s+(?:biedt|verzorgt|deelt|ontvangt)\b",
            r"\bu\s+(?:\S+\s+){0,4}?(?:komen\s+kijken|meekijken|langskomen|meelopen|welkom)\b|\bkunt\s+u\s+bij\s+ons\b",
        )
    ),
    re.IGNORECASE,
)
_NOTHING = {
    "nee",
    "geen",
    "niets",
    "nog niets",
    "geen vraag",
    "geen vragen",
    "nvt",
    "n v t",
    "niet van toepassing",
    "onbekend",
}
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
    if sentence.rstrip(' "”’)').endswith("?"):
        return "vraag"
    asks, brings = bool(_ASKS.search(sentence)), bool(_BRINGS.search(sentence))
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
        if plain(sentence) in _NOTHING:
            found.append(Piece(sentence, None))
        elif only_conditions(sentence):
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
