"""The list of themes goes in with texts as rows; out comes which concepts each text is about, and how much."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.dutch import fold
from matcher.errors import BrokenFileError, Problem
from matcher.vectors import Encoder, Role, Rows


@dataclass(frozen=True, slots=True)
class Theme:
    """A concept of the thesaurus, SKOS in shape; `broader` and `related` hold ids.

    `needs` are sentences as people would ask, `statements` as a helper's profile would answer. Both teach the
    engine the concept; results that a statement mentions are invented and never shown as facts.
    """

    id: str
    label: str
    other_labels: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    definition: str = ""
    scope_note: str = ""
    broader: str | None = None
    related: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    source: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Every name of the concept, the preferred one first."""
        return (self.label, *self.other_labels, *self.abbreviations, *self.english)


# Which part of a thesaurus is kept: {position of a concept: positions of its needs, positions of its statements}.
Kept = Mapping[int, tuple[Sequence[int], Sequence[int]]]


class Thesaurus:
    """The themes in the order of their files, found by id."""

    def __init__(self, themes: Iterable[Theme], fingerprint: str = "") -> None:
        self.themes = tuple(themes)
        self.fingerprint = fingerprint or _digest(self.themes)
        self.position = {t.id: i for i, t in enumerate(self.themes)}

    def __len__(self) -> int:
        return len(self.themes)

    def __getitem__(self, identifier: str) -> Theme:
        return self.themes[self.position[identifier]]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Every text that the thesaurus holds: what encoders are fitted on and words are counted in."""
        return tuple(
            text
            for t in self.themes
            for text in (t.label, *t.other_labels, *t.english, t.definition, *t.needs, *t.statements)
            if text
        )

    @cached_property
    def spelled_out(self) -> Mapping[str, str]:
        """{abbreviation in capitals: the label of its concept}, the first in the order of the files."""
        found: dict[str, str] = {}
        for theme in self.themes:
            for abbreviation in theme.abbreviations:
                found.setdefault(abbreviation.upper(), theme.label)
        return found

    def thinned(self, kept: Kept) -> Thesaurus:
        """Return the themes at these positions with these of their phrases; links to what is left out fall away."""
        ids = {self.themes[i].id for i in kept}
        themes = [
            replace(
                theme := self.themes[i],
                needs=tuple(theme.needs[n] for n in needs),
                statements=tuple(theme.statements[n] for n in statements),
                broader=theme.broader if theme.broader in ids else None,
                related=tuple(link for link in theme.related if link in ids),
            )
            for i, (needs, statements) in kept.items()
        ]
        part = sorted((i, list(needs), list(statements)) for i, (needs, statements) in kept.items())
        return Thesaurus(themes, hashlib.sha256(f"{self.fingerprint} {part}".encode()).hexdigest()[:16])

    def neighbours(self) -> list[list[int]]:
        """Return for each theme, in order, the positions of its broader, narrower and related themes."""
        near: list[set[int]] = [set() for _ in self.themes]
        for i, theme in enumerate(self.themes):
            for link in (*((theme.broader,) if theme.broader else ()), *theme.related):
                j = self.position[link]
                near[i].add(j)
                near[j].add(i)
        return [sorted(n) for n in near]


def _digest(themes: Sequence[Theme]) -> str:
    rows = json.dumps([asdict(t) for t in themes], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(rows.encode()).hexdigest()[:16]


def read_thesaurus(folder: Path | str, sound: Container[str] = ()) -> Thesaurus:
    """Return the thesaurus that the `*.json` files of a folder hold, in the order of their names.

    Its fingerprint is a digest of the files; one that is in `sound` was checked before. Raises BrokenFileError
    naming file, place and concept for anything `problems` finds.
    """
    themes: list[Theme] = []
    places: list[Path] = []
    digest = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.json")):
        content = path.read_bytes()
        digest.update(content)
        try:
            rows = json.loads(content.decode())
        except json.JSONDecodeError as fault:
            raise BrokenFileError(path, [Problem(fault.lineno, f"teken {fault.colno}", fault.msg)]) from fault
        except ValueError as fault:
            raise BrokenFileError(path, [Problem(0, "", f"geen UTF-8 ({fault})")]) from fault
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            raise BrokenFileError(path, [Problem(0, "", "geen lijst van thema's")])
        for row in rows:
            themes.append(_theme(path, row))
            places.append(path)
    if not themes:
        raise BrokenFileError(folder, [Problem(0, "", "geen enkel thema gevonden (*.json)")])
    fingerprint = digest.hexdigest()[:16]
    faults = problems(themes) if fingerprint not in sound else ()
    if faults:
        raise BrokenFileError(folder, [Problem(0, f"{places[i].name}, {themes[i].id}", fault) for i, fault in faults])
    return Thesaurus(themes, fingerprint)


def problems(themes: Sequence[Theme]) -> list[tuple[int, str]]:
    """Return (position, what is wrong) for each fault: ids, links, circles, doubles, phrases under two concepts."""
    found: list[tuple[int, str]] = []
    ids: dict[str, int] = {}
    names: dict[str, int] = {}
    for i, theme in enumerate(themes):
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", theme.id):
            found.append((i, "id: kleine letters, cijfers en streepjes"))
        if ids.setdefault(theme.id, i) != i:
            found.append((i, "id komt tweemaal voor"))
        if names.setdefault(fold(theme.label), i) != i:
            found.append((i, f"label {theme.label!r} hoort al bij {themes[names[fold(theme.label)]].id}"))
    phrases: dict[str, int] = {}
    for i, theme in enumerate(themes):
        for field, links in (("broader", (theme.broader,) if theme.broader else ()), ("related", theme.related)):
            found += [(i, f"{field}: {link!r} bestaat niet") for link in links if link not in ids]
            found += [(i, f"{field}: verwijst naar zichzelf") for link in links if link == theme.id]
        for phrase in (*theme.needs, *theme.statements):
            if (other := phrases.setdefault(_bare(phrase), i)) != i or not _bare(phrase):
                found.append((i, f"zin staat ook onder {themes[other].id}: {phrase[:60]!r}"))
    found += _crossed(themes)
    return found


def _crossed(themes: Sequence[Theme]) -> list[tuple[int, str]]:
    """Return the themes whose broader runs in a circle, or that are related to what is above them (SKOS S27)."""
    found = []
    parents = {t.id: t.broader for t in themes}
    for i, theme in enumerate(themes):
        above: dict[str, None] = {}
        at = theme.broader
        while at and at not in above:
            above[at] = None
            at = parents.get(at)
        if theme.id in above:
            found.append((i, "broader: loopt in een kring"))
        found += [(i, f"related: {link!r} staat er al boven") for link in theme.related if link in above]
    return found


class Concepts:
    """The thesaurus as an encoder sees it: how near a text is to the needs and statements of each concept.

    A text's affinity to a concept is the mean of its `NEAREST` highest cosines to the concept's needs, plus the
    same for its statements. The softmax of the affinities is what the text is about.
    """

    NEAREST = 3
    SHARP, SOFT, NEIGHBOURS = 0.05, 0.2, 0.1
    BLOCK = 256

    def __init__(self, thesaurus: Thesaurus, needs: Sequence[Rows], statements: Sequence[Rows]) -> None:
        self.thesaurus = thesaurus
        self._needs, self._statements = _padded(needs), _padded(statements)
        self._links = _links(thesaurus)

    @classmethod
    def encoded(cls, thesaurus: Thesaurus, encoder: Encoder) -> Concepts:
        """Return the concepts with their phrases encoded."""
        rows = [
            [encoder.encode(group, "question" if side == "needs" else "offer") for group in groups]
            for side, groups in cls.phrases(thesaurus).items()
        ]
        return cls(thesaurus, *rows)

    @staticmethod
    def phrases(thesaurus: Thesaurus) -> dict[str, list[list[str]]]:
        """Return the phrases of each concept: its needs, and its statements; names and definition are both."""
        return {side: [_phrases(t, side) for t in thesaurus.themes] for side in ("needs", "statements")}

    def thinned(self, kept: Kept) -> Concepts:
        """Return the concepts at these positions with these of their phrases; names and definitions stay."""
        themes = self.thesaurus.themes
        needs, statements = (
            [
                rows[i, [*picks[side], *range(len(getattr(themes[i], role)), len(_phrases(themes[i], role)))]]
                for i, picks in kept.items()
            ]
            for side, (role, rows) in enumerate((("needs", self._needs), ("statements", self._statements)))
        )
        return Concepts(self.thesaurus.thinned(kept), needs, statements)

    def affinities(self, rows: Rows) -> NDArray[np.float32]:
        """Return float32 (n, concepts): how near each row is to each concept, from about -2 to 2."""
        out = np.empty((len(rows), len(self.thesaurus)), dtype=np.float32)
        for start in range(0, len(rows), self.BLOCK):
            block = rows[start : start + self.BLOCK]
            out[start : start + self.BLOCK] = sum(
                _mean_of_best(block, phrases, self.NEAREST) for phrases in (self._needs, self._statements)
            )
        return out

    def affinity(self, rows: Rows, concept: int) -> NDArray[np.float32]:
        """Return float32 (n,): how near each row is to one concept, by its position; a column of `affinities`."""
        sides = (self._needs[[concept]], self._statements[[concept]])
        return np.asarray(sum(_mean_of_best(rows, side, self.NEAREST) for side in sides))[:, 0]

    def about(self, rows: Rows, role: Role = "question", least: float | None = None) -> NDArray[np.float32]:
        """Return float32 (n, concepts), rows of length 1 whose dot product is how much two texts are about the same.

        The root of the softmax of the affinities (the dot product is the Bhattacharyya coefficient), of which a
        share `NEIGHBOURS` is first spread over broader, narrower and related concepts. An offer helps with more than
        what it is about first of all: half of its softmax is a softer one, so that where nobody offers the concept
        of a question, the offers near to it still come before the others. With `least` a text may be of any field:
        one that comes nowhere as near is about nothing that we know, its row is 0, and nothing is softened.
        """
        affinities = self.affinities(rows)
        weights = _softmax(affinities / self.SHARP)
        if role == "offer" and least is None:
            weights = np.asarray((weights + _softmax(affinities / self.SOFT)) / 2, dtype=np.float32)
        spread = (1 - self.NEIGHBOURS) * weights + self.NEIGHBOURS * (weights @ self._links)
        if least is not None:
            spread[affinities.max(axis=1) < least] = 0
        return np.asarray(np.sqrt(spread), dtype=np.float32)


def _phrases(theme: Theme, role: str) -> list[str]:
    names = [theme.label, *theme.other_labels, *theme.english]
    return [*getattr(theme, role), *names, *([theme.definition] if theme.definition else [])]


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)


def _padded(groups: Sequence[Rows]) -> NDArray[np.float32]:
    """Return (concepts, phrases at most, d); a missing phrase is a row of zeros."""
    out = np.zeros((len(groups), max(len(g) for g in groups), groups[0].shape[1]), dtype=np.float32)
    for i, group in enumerate(groups):
        out[i, : len(group)] = group
    return out


def _mean_of_best(rows: Rows, phrases: NDArray[np.float32], nearest: int) -> NDArray[np.float32]:
    """Return (n, concepts): the mean of the highest `nearest` cosines to a concept's phrases."""
    concepts, width, d = phrases.shape
    nearest = min(nearest, width)
    cosines = (rows @ phrases.reshape(concepts * width, d).T).reshape(len(rows), concepts, width)
    best = np.partition(cosines, width - nearest, axis=-1)[..., width - nearest :]
    return np.asarray(best.mean(axis=-1), dtype=np.float32)


def _links(thesaurus: Thesaurus) -> NDArray[np.float32]:
    """Return (concepts, concepts): row i spreads concept i evenly over its neighbours, itself where it has none."""
    links = np.zeros((len(thesaurus), len(thesaurus)), dtype=np.float32)
    for i, near in enumerate(thesaurus.neighbours()):
        links[i, near or [i]] = 1 / len(near or [i])
    return links


def _bare(phrase: str) -> str:
    return " ".join(re.findall(r"\w+", fold(phrase)))


def _fits(value: object, is_list: bool) -> bool:
    if is_list:
        return isinstance(value, list) and all(isinstance(v, str) for v in value)
    return value is None or isinstance(value, str)


def _theme(path: Path, row: Mapping[str, object]) -> Theme:
    known = {f.name for f in fields(Theme)}
    name = str(row.get("id") or row.get("label") or "?")
    wrong = [
        Problem(0, name, f"onbekend veld {k!r}; bekend: {', '.join(sorted(known))}") for k in row if k not in known
    ]
    wrong += [Problem(0, name, f"{k} is verplicht") for k in ("id", "label") if not row.get(k)]
    lists = {f.name for f in fields(Theme) if f.type == "tuple[str, ...]"}
    wrong += [
        Problem(0, f"{name}, {k}", f"{v!r} kan niet; toegestaan: {'een lijst van teksten' if k in lists else 'tekst'}")
        for k, v in row.items()
        if k in known and not _fits(v, k in lists)
    ]
    if wrong:
        raise BrokenFileError(path, wrong)
    return Theme(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()})  # type: ignore[arg-type]
