"""The answer to one point goes in, pieces come out: each one thing that is offered or asked, in the writer's words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.dutch import DUTCH_STOPWORDS, sentences
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
_OTHERS = (
    r"(?:\S+\s+){0,3}?(?:anderen?|collega\S*|scholen|gemeenten|regio\S*|u|jullie)\s+(?:\S+\s+){0,3}?"
    r"(?:helpen|ondersteunen|adviseren|begeleiden)\b"
)
_BRINGS = re.compile(
    "|".join(
        (
            _we("bied|bieden|breng|brengen|deel|delen|geef|geven|verzorg|verzorgen|lever|leveren|ontvang|ontvangen"),
            _we("denk|denken", "mee"),
            _we("stel|stellen", "beschikbaar"),
            _we("heb|hebben", r"ervaring\s+(?:met|in)"),
            _we("wil|willen|kan|kunnen", "delen|bieden|aanbieden|inbrengen|meedenken|verzorgen|ontvangen"),
            rf"\b(?:wij|we|ik|en|ook)\s+(?:kan|kunnen)\s+{_OTHERS}|\b(?:kan|kunnen)\s+(?:wij|we|ik)\s+{_OTHERS}",
            r"^\W*(?:onze|mijn)\s+(?:\S+\s+)?ervaring(?:en)?\s+(?:met|in)\b",
            r"\b(?:ons|onze)\s+\S+\s+(?:biedt|verzorgt|deelt|ontvangt)\b",
            r"\bu\s+(?:\S+\s+){0,4}?(?:komen\s+kijken|meekijken|langskomen|meelopen|welkom)\b|\bkunt\s+u\s+bij\s+ons\b",
        )
    ),
    re.IGNORECASE,
)
# Within a sentence, and at its beginning: here the next thing of the same kind begins.
_AND_NEXT = re.compile(r"[,;]?\s+en\s+daarnaast\s+(?=\S+\s+\S)|[,;]\s+daarnaast\s+(?=\S+\s+\S)", re.IGNORECASE)
_NEXT = re.compile(r"^\W*(?:daarnaast|tot\s+slot|bovendien|ten\s+(?:tweede|derde|vierde))\b", re.IGNORECASE)
_DENIED = re.compile(
    r"^\W*(?:wij|we|ik)\s+(?:zoeken?|vragen|bieden?|brengen)\s+(?:\S+\s+){0,2}?(?:geen|niets)\b(?!\s+(?:alleen|anders))",
    re.IGNORECASE,
)
# Words with which a line above a list only says that a list follows.
_LEADS = frozenset(
    """bieden bied aanbod aanbieden brengen inbrengen delen geven verzorgen zoeken zoek gezocht vragen vraag leervragen
    leervraag doelen doelstellingen behoefte nodig leren weten anderen helpen volgende volgend bijvoorbeeld namelijk
    concreet punten""".split()
)
_NOTHING = frozenset(
    """nee|geen|niets|nog niets|geen vraag|geen vragen|nvt|n v t|niet van toepassing|onbekend""".split("|")
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
    for sentence, further in _sentences(block):
        if sentence.endswith(":"):
            if _tells(sentence):
                doubts.append(f'"{sentence}" staat boven een lijst en is niet bij elk deel ervan gezet.')
            continue
        said = intent(sentence, doubts)
        if plain(sentence) in _NOTHING:
            found.append(Piece(sentence, None))
        elif only_conditions(sentence):
            apart.append(sentence)
        elif _DENIED.search(sentence):
            doubts.append(f'"{sentence}" zegt wat niet gevraagd of geboden wordt: er is niets van gemaakt.')
            found.append(Piece(sentence, None))
        elif said is None and assumed == "aanbod" and not led and not found and _NOT_YET.search(sentence):
            doubts.append(f'"{sentence}" is niet als aanbod gelezen: het lijkt te zeggen wat er nog niet is.')
            found.append(Piece(sentence, None))
        elif found and (said is None or said == found[-1].intent) and not (further and (said or found[-1].intent)):
            found[-1] = Piece(f"{found[-1].text} {sentence}", found[-1].intent)
        else:
            before = found[-1].intent if found and further else None
            found.append(Piece(sentence, said or before or assumed))
    if len(found) == 1:
        return [Piece(" ".join((found[0].text, *apart)), found[0].intent)]
    conditions += apart
    return found


def _sentences(block: str) -> list[tuple[str, bool]]:
    """Return (sentence, whether it names a further thing), also cut within one at "en daarnaast"."""
    found: list[tuple[str, bool]] = []
    for a, b in sentences(block):
        first, *others = _AND_NEXT.split(block[a:b])
        found += [(first, bool(_NEXT.match(first))), *((other, True) for other in others)]
    return found


def _tells(lead: str) -> bool:
    """Whether the line above a list says more than that what follows is offered or asked."""
    return bool(set(plain(lead).split()) - DUTCH_STOPWORDS - _LEADS)


def _whole(found: list[Piece], point: Point) -> list[Piece]:
    """Return what tells as one piece, the rest as it is."""
    said = [p for p in found if intent(p.text, []) is not None]
    told = [p.text for p in found if p not in said]
    return [*([Piece("\n".join(told), point.assumed)] if told else []), *said]
