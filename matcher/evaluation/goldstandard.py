"""The folder of a published gold standard goes in, the loss of a way of ranking people comes out, with its interval.

Stelmakh, Wieting, Neubig and Shah 2023, "A Gold Standard Dataset for the Reviewer Assignment Problem": researchers told
how well they could review papers that they had read. The data (niharshah/goldstandard-reviewer-paper-match) are read
from where the reader keeps them and are no part of Matcher.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import BrokenFileError, MissingPartError, Problem

# {person: {paper: from 1 to 5}}
Expertise = Mapping[str, Mapping[str, float]]
# {(paper, person): score}
Scores = Mapping[tuple[str, str], float]
# ({paper: text}, {person: [texts]}) -> scores
Rank = Callable[[Mapping[str, str], Mapping[str, Sequence[str]]], Scores]

# Profiles of 20 papers; ten, as which of a year's papers are in them was drawn.
VERSIONS = tuple(range(1, 11))
# The loss with title and abstract that was published for each.
PUBLISHED = {
    "TPMS": 0.28,
    "SPECTER": 0.27,
    "SPECTER+MFR": 0.24,
    "SPECTER2+SciNCL (OpenReview)": 0.21,
}
# Which of these lie beside the data as predictions, and under which name.
PREDICTED = {"TPMS": "tpms", "ELMo": "elmo", "ACL": "acl", "SPECTER": "specter", "SPECTER+MFR": "specter_mfr"}


@dataclass(frozen=True, slots=True)
class Profiles:
    """One version of the data: the texts of the papers that were judged, and of those that each person wrote."""

    papers: Mapping[str, str]
    people: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class GoldStandard:
    """What people said of their expertise, and the versions of the texts."""

    expertise: Expertise
    versions: tuple[Profiles, ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss from 0 (every pair of papers in the right order) to 1, with its 95% bootstrap interval over people."""

    value: float
    low: float
    high: float
    people: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def read(folder: Path | str, versions: Sequence[int] = VERSIONS) -> GoldStandard:
    """Return the gold standard of a folder; raises MissingPartError when it is not there, BrokenFileError by file."""
    return GoldStandard(expertise_of(folder), tuple(_profiles(Path(folder), n) for n in versions))


def expertise_of(folder: Path | str) -> dict[str, dict[str, float]]:
    """Return {person: {paper: expertise}} of the folder's `data/evaluations.csv`."""
    path = Path(folder) / "data" / "evaluations.csv"
    if not path.is_file():
        raise MissingPartError(
            f"de gouden standaard in {folder} (data/evaluations.csv)",
            "haal niharshah/goldstandard-reviewer-paper-match van GitHub en noem die map",
        )
    found: dict[str, dict[str, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file, delimiter="\t"), 2):
            try:
                told = {row[f"Paper{n}"]: row[f"Expertise{n}"] for n in range(1, 11) if row[f"Paper{n}"]}
                found[row["ParticipantID"]] = {paper: float(told[paper]) for paper in told}
            except (KeyError, ValueError, TypeError) as fault:
                raise BrokenFileError(path, [Problem(line, "", f"geen oordeel ({fault})")]) from fault
    return found


def loss(versions: Sequence[Scores], expertise: Expertise, samples: int = 1000, seed: int = 0) -> Loss:
    """Return the loss of the paper, in the mean over the versions of the profiles.

    For each person and each two papers: the difference in expertise is lost when the scores order them the other way,
    half of it when they tie; the sum, divided by all that could be lost. Resampled over people for the interval; the
    same `seed`, the same interval. A score that is missing raises KeyError.
    """
    people = sorted(expertise)
    most = np.array([_lost(dict.fromkeys(expertise[p], 0.0), expertise[p]) * 2 for p in people])
    lost = np.array(
        [[_lost({q: scores[q, p] for q in expertise[p]}, expertise[p]) for p in people] for scores in versions]
    ).mean(axis=0)
    picks = np.random.default_rng(seed).integers(0, len(people), size=(samples, len(people)))
    low, high = np.percentile(lost[picks].sum(axis=1) / most[picks].sum(axis=1), [2.5, 97.5])
    return Loss(float(lost.sum() / most.sum()), float(low), float(high), len(people))


def ranked(gold: GoldStandard, rank: Rank, progress: Callable[[int, int], None] | None = None) -> list[Scores]:
    """Return the scores that a way of ranking gives for each version of the texts."""
    found = []
    for n, version in enumerate(gold.versions, 1):
        found.append(rank(version.papers, version.people))
        if progress:
            progress(n, len(gold.versions))
    return found


def predicted(folder: Path | str, name: str, versions: Sequence[int] = VERSIONS) -> list[Scores]:
    """Return the scores that were published beside the data for an algorithm, by its name in `PREDICTED`."""
    found: list[Scores] = []
    for n in versions:
        rows = _json(Path(folder) / "predictions" / f"{PREDICTED[name]}_d_20_{n}_ta.json")
        found.append({(paper, person): float(s) for person, own in rows.items() for paper, s in own.items()})
    return found


def _lost(scores: Mapping[str, float], expertise: Mapping[str, float]) -> float:
    lost = 0.0
    for a, b in combinations(expertise, 2):
        told = expertise[a] - expertise[b]
        agreed = (scores[a] - scores[b]) * told
        lost += abs(told) * (0.5 if agreed == 0 else float(agreed < 0))
    return lost


def _profiles(folder: Path, version: int) -> Profiles:
    place = folder / "evaluation_datasets" / f"d_20_{version}"
    papers = {paper: _text(row) for paper, row in _json(place / "submissions.json").items()}
    people = {}
    for path in sorted((place / "archives").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        people[path.stem.removeprefix("~")] = [_text(_parsed(path, n, line)) for n, line in enumerate(lines, 1)]
    return Profiles(papers, people)


def _text(row: Mapping[str, Any]) -> str:
    """Return title and abstract, as a reader sees them."""
    title, abstract = row["content"]["title"].strip(), row["content"]["abstract"].strip()
    return f"{title} {abstract}" if title.endswith((".", "?", "!")) else f"{title}. {abstract}"


def _json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise MissingPartError(str(path), "haal niharshah/goldstandard-reviewer-paper-match opnieuw van GitHub")
    return _parsed(path, 0, path.read_text(encoding="utf-8"))


def _parsed(path: Path, line: int, text: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError as fault:
        raise BrokenFileError(path, [Problem(line, "", f"geen JSON ({fault})")]) from fault
    return found
