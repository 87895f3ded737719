"""A round and what it had to keep to go in, every rule it breaks comes out; knows nothing of how a round is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from matcher.rounds.holding import Placement, Round
from matcher.rounds.pairs import Flags, Pair
from matcher.rounds.terms import Request, Supply

_SLACK = 1e-6


def problems(
    held: Round, requests: Sequence[Request], supplies: Sequence[Supply], possible: Flags,
    locked: AbstractSet[Pair] = frozenset(), forbidden: AbstractSet[Pair] = frozenset(),
) -> list[str]:  # fmt: skip
    """Return what is wrong with a round, in Dutch; an empty list: it keeps every rule."""
    asked, given = {r.question: r for r in requests}, {s.offer: s for s in supplies}
    strange = [
        f"{p.question} bij {p.offer}: onbekend" for p in held.placed if p.question not in asked or p.offer not in given
    ]
    if strange:
        return strange
    rows = {r.question: i for i, r in enumerate(requests)}
    cols = {s.offer: j for j, s in enumerate(supplies)}
    by_question: dict[str, list[Placement]] = defaultdict(list)
    by_offer: dict[str, list[Placement]] = defaultdict(list)
    for p in held.placed:
        by_question[p.question].append(p)
        by_offer[p.offer].append(p)
    return [
        *_of_pairs(held, possible, rows, cols, locked, forbidden),
        *(fault for r in requests for fault in _of_question(r, by_question[r.question], held)),
        *(fault for s in supplies for fault in _of_offer(s, by_offer[s.offer], asked)),
        *_of_figures(held),
    ]


def _of_pairs(
    held: Round, possible: Flags, rows: dict[str, int], cols: dict[str, int],
    locked: AbstractSet[Pair], forbidden: AbstractSet[Pair],
) -> list[str]:  # fmt: skip
    faults, seen = [], set()
    for p in held.placed:
        pair = (p.question, p.offer)
        name = f"{p.question} bij {p.offer}"
        if pair in seen:
            faults.append(f"{name}: twee keer geplaatst")
        seen.add(pair)
        if pair in forbidden:
            faults.append(f"{name}: uitgesloten")
        if not possible[rows[p.question], cols[p.offer]]:
            faults.append(f"{name}: niet mogelijk")
        if p.locked != (pair in locked):
            faults.append(f"{name}: vastgezet klopt niet")
    return faults + [f"{q} bij {o}: vastgezet, niet geplaatst" for q, o in sorted(locked) if (q, o) not in seen]


def _of_question(request: Request, placed: list[Placement], held: Round) -> list[str]:
    faults, count = [], len(placed)
    if count > request.most:
        faults.append(f"{request.question}: {count} helpers, gevraagd {request.most}")
    if count < request.least:
        faults.append(f"{request.question}: {count} helpers, ten minste {request.least}")
    explained = [left for left in held.left if left.question == request.question]
    if len(explained) != (count < request.most):
        faults.append(f"{request.question}: {count} van {request.most} helpers, {len(explained)} keer uitgelegd")
    if any(left.has != count or left.wanted != request.most for left in explained):
        faults.append(f"{request.question}: uitleg telt anders")
    return faults


def _of_offer(supply: Supply, placed: list[Placement], asked: dict[str, Request]) -> list[str]:
    faults, count = [], len(placed)
    hours = sum(asked[p.question].hours for p in placed)
    if supply.places is not None and count > supply.places:
        faults.append(f"{supply.offer}: {count} introducties, plaats voor {supply.places}")
    if supply.hours is not None and hours > supply.hours + _SLACK:
        faults.append(f"{supply.offer}: {hours:g} uur, er is {supply.hours:g}")
    if count < supply.least:
        faults.append(f"{supply.offer}: {count} introducties, ten minste {supply.least}")
    return faults


def _of_figures(held: Round) -> list[str]:
    faults = []
    total, helped = sum(p.score for p in held.placed), len({p.question for p in held.placed})
    if abs(total - held.total) > 1e-3:
        faults.append(f"totaal {held.total:g}, opgeteld {total:g}")
    if helped != held.helped:
        faults.append(f"geholpen {held.helped}, geteld {helped}")
    if not 0 <= held.gap <= 1:
        faults.append(f"afstand tot het beste {held.gap:g}, moet tussen 0 en 1 zijn")
    return faults
