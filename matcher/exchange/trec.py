"""TREC lines in and out: judgements (qrels) as {question: {offer: grade}}, runs as {question: [(offer, score)]}."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

from matcher.errors import Problem
from matcher.exchange.files import lines_of, whole, writing

Qrels = dict[str, dict[str, int]]
Run = dict[str, list[tuple[str, float]]]


def read_qrels(path: Path | str) -> Qrels:
    """Return {question: {offer: grade}} of a TREC qrels file (`question 0 offer grade`, grades 0 to 3)."""
    qrels: Qrels = {}
    problems: list[Problem] = []
    for number, words in _trec_lines(path, 4, problems, "vraag 0 aanbod graad"):
        question, _, offer, grade = words
        if grade not in {"0", "1", "2", "3"}:
            problems.append(Problem(number, "graad", f"{grade!r} kan niet; toegestaan: 0, 1, 2 of 3"))
        elif offer in qrels.setdefault(question, {}):
            problems.append(Problem(number, "aanbod", f"{question} {offer} is al eerder beoordeeld"))
        else:
            qrels[question][offer] = int(grade)
    return whole(path, qrels, problems)


def write_qrels(path: Path | str, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write TREC qrels lines, whole or not at all."""
    with writing(path) as out:
        for question, grades in qrels.items():
            out.writelines(f"{question} 0 {offer} {grade}\n" for offer, grade in grades.items())


def read_run(path: Path | str) -> Run:
    """Return {question: [(offer, score), ...]} of a TREC run, best first.

    The score decides and the rank breaks ties, so that a file whose lines were shuffled reads the same.
    """
    rows: dict[str, list[tuple[float, int, str]]] = {}
    problems: list[Problem] = []
    for number, words in _trec_lines(path, 6, problems, "vraag Q0 aanbod rang score naam"):
        question, _, offer, rank, score, _ = words
        try:
            row = (-float(score), int(rank), offer)
            if not isfinite(row[0]):
                raise ValueError(score)
        except ValueError:
            problems.append(Problem(number, "rang, score", f"{rank!r} {score!r} zijn geen getallen"))
            continue
        seen = rows.setdefault(question, [])
        seen.append(row)
    for question, seen in rows.items():
        offers = [offer for _, _, offer in seen]
        if len(set(offers)) < len(offers):
            twice = next(o for o in offers if offers.count(o) > 1)
            problems.append(Problem(0, "aanbod", f"{twice} staat tweemaal bij {question}"))
    run = {q: [(offer, -neg) for neg, _, offer in sorted(seen)] for q, seen in rows.items()}
    return whole(path, run, problems)


def write_run(path: Path | str, run: Mapping[str, Sequence[tuple[str, float]]], tag: str) -> None:
    """Write TREC run lines (`question Q0 offer rank score tag`), ranks from 1, whole or not at all."""
    with writing(path) as out:
        for question, ranked in run.items():
            for rank, (offer, score) in enumerate(ranked, 1):
                out.write(f"{question} Q0 {offer} {rank} {score:.4f} {tag}\n")


def _trec_lines(path: Path | str, width: int, problems: list[Problem], form: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines_of(path), 1):
        words = line.split()
        if len(words) == width:
            yield number, words
        elif words:
            problems.append(Problem(number, "", f"{len(words)} velden in plaats van {width}: {form}"))
