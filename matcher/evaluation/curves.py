"""A thesaurus is thinned by a generator, and the figures that are left come out: what more writing would bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from matcher.errors import InvalidValueError
from matcher.evaluation.measures import Measure, nDCG
from matcher.evaluation.trials import lined
from matcher.evaluation.tuning import Case, figure
from matcher.scores import Weights
from matcher.thesaurus import Concepts, Kept, Theme, Thesaurus
from matcher.vectors import Encoder, Rows

SHARES = (0.25, 0.5, 0.75, 1.0)
# (thesaurus, share, generator) -> the part of it that is kept
Thinning = Callable[[Thesaurus, float, np.random.Generator], Kept]


@dataclass(frozen=True, slots=True)
class Bench:
    """Judged questions and offers, read once: only their concepts change with the thesaurus.

    asked: unit rows (cases, d) and offered: unit rows (offers, d), in the order of the cases and of their offers.
    """

    concepts: Concepts
    weights: Weights
    cases: Sequence[Case]
    asked: Rows
    offered: Rows


@dataclass(frozen=True, slots=True)
class Spread:
    """The mean of a figure over the draws, with the lowest and the highest draw."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Point:
    """What a share of the thesaurus reaches: how many concepts and phrases it holds, and each figure by its name."""

    share: float
    concepts: int
    phrases: int
    figures: dict[str, Spread]


def some_concepts(thesaurus: Thesaurus, share: float, generator: np.random.Generator) -> Kept:
    """Return a random share of the concepts, each with all its phrases."""
    kept = _drawn(range(len(thesaurus)), share, generator)
    return {i: _phrases(thesaurus.themes[i]) for i in kept}


def some_phrases(thesaurus: Thesaurus, share: float, generator: np.random.Generator) -> Kept:
    """Return all concepts, each with a random share of its needs and of its statements."""
    return {
        i: (_drawn(needs, share, generator), _drawn(statements, share, generator))
        for i, (needs, statements) in enumerate(map(_phrases, thesaurus.themes))
    }


def matched(
    bench: Bench,
    thinning: Thinning,
    generator: np.random.Generator,
    draws: int = 5,
    shares: Sequence[float] = SHARES,
    measure: Measure | None = None,
) -> list[Point]:
    """Return for each share what matching reaches: the part of concepts alone, and the whole score.

    The measure is nDCG@10 unless given. The sentence model and the weights of words stay as they were made from
    the whole thesaurus: this measures what matching through concepts gains, not what the model learned.
    """

    def figures(kept: Kept, _: np.random.Generator) -> dict[str, float]:
        return _matched(bench, bench.concepts.thinned(kept), measure or nDCG @ 10)

    return [_point(bench.concepts.thesaurus, s, draws, thinning, figures, generator) for s in shares]


def recognised(
    concepts: Concepts,
    encoder: Encoder,
    generator: np.random.Generator,
    draws: int = 5,
    shares: Sequence[float] = (0.0, *SHARES),
) -> list[Point]:
    """Return for each share of the phrases how many needs that were held out, one a concept, find their own concept.

    "first": it is the nearest of all concepts; "first three": it is among the nearest three. A concept without a
    need to hold out is not asked after. An encoder that was taught on the held-out needs makes this an upper bound.
    """
    themes = concepts.thesaurus.themes
    asked = [i for i, theme in enumerate(themes) if theme.needs]

    def figures(kept: Kept, generator: np.random.Generator) -> dict[str, float]:
        out = {i: int(generator.integers(len(themes[i].needs))) for i in asked}
        left = {i: ([n for n in needs if n != out.get(i)], statements) for i, (needs, statements) in kept.items()}
        near = concepts.thinned(left).affinities(encoder.encode([themes[i].needs[out[i]] for i in asked]))
        # A tie is not recognised.
        place = (near >= near[range(len(asked)), asked][:, None]).sum(axis=1) - 1
        return {"first": float((place < 1).mean()), "first three": float((place < 3).mean())}

    return [_point(concepts.thesaurus, s, draws, some_phrases, figures, generator, once=False) for s in shares]


def markdown(curves: Mapping[str, Sequence[Point]], names: Mapping[str, str]) -> str:
    """Return curves as one Markdown table; `names` gives the heading of each figure that all of them have."""
    head = ["wat er groeit", "deel", "begrippen", "zinnen", *names.values()]
    rows = [
        [what, f"{p.share:.0%}", str(p.concepts), str(p.phrases), *(str(p.figures[name]) for name in names)]
        for what, points in curves.items()
        for p in points
    ]
    return lined([head, ["---", *("---:" for _ in head[1:])], *rows])


def _point(
    thesaurus: Thesaurus,
    share: float,
    draws: int,
    thinning: Thinning,
    figures: Callable[[Kept, np.random.Generator], dict[str, float]],
    generator: np.random.Generator,
    once: bool = True,
) -> Point:
    """Return the figures of a share over the draws; of the whole thesaurus one draw says it all, if `once`."""
    if draws < 1 or not 0 <= share <= 1:
        raise InvalidValueError("share, draws", (share, draws), "een deel van 0 tot en met 1, en 1 trekking of meer")
    drawn = [thinning(thesaurus, share, generator) for _ in range(1 if once and share == 1 else draws)]
    found = [figures(kept, generator) for kept in drawn]
    sizes = [sum(len(needs) + len(statements) for needs, statements in kept.values()) for kept in drawn]
    spread = {name: _spread([f[name] for f in found]) for name in found[0]}
    return Point(share, len(drawn[0]), round(float(np.mean(sizes))), spread)


def _matched(bench: Bench, concepts: Concepts, measure: Measure) -> dict[str, float]:
    shared = concepts.about(bench.asked) @ concepts.about(bench.offered, "offer").T
    cases = [replace(c, signals={**c.signals, "concepts": row}) for c, row in zip(bench.cases, shared, strict=True)]
    alone = Weights(**{name: float(name == "concepts") for name in asdict(bench.weights)})
    return {
        name: float(np.mean([figure(c, weights, measure) for c in cases]))
        for name, weights in (("alone", alone), ("whole", bench.weights))
    }


def _phrases(theme: Theme) -> tuple[Sequence[int], Sequence[int]]:
    return range(len(theme.needs)), range(len(theme.statements))


def _drawn(positions: Sequence[int], share: float, generator: np.random.Generator) -> list[int]:
    return sorted(int(i) for i in generator.permutation(positions)[: round(share * len(positions))])


def _spread(values: Iterable[float]) -> Spread:
    found = list(values)
    return Spread(float(np.mean(found)), min(found), max(found))
