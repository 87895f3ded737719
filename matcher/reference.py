"""The reference corpus that comes with the package, as values: themes, abbreviations, parties, judgements."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from matcher.exchange import Qrels, read_offers, read_qrels, read_questions, read_regions
from matcher.parties import Offer, Question, Region
from matcher.thesaurus import Thesaurus, read_thesaurus

FOLDER = Path(str(files("corpus")))


@dataclass(frozen=True, slots=True)
class Split:
    """Where a question belongs: its style (how it is written) and its part, `tune` or `test`."""

    style: str
    part: str


def themes(sound: Container[str] = ()) -> Thesaurus:
    """Return the thesaurus with its phrase bank; one whose fingerprint is in `sound` is not checked again."""
    return read_thesaurus(FOLDER / "themes", sound)


def abbreviations() -> dict[str, str]:
    """Return {abbreviation in capitals: what it stands for}."""
    found: dict[str, str] = json.loads((FOLDER / "abbreviations.json").read_text(encoding="utf-8"))
    return found


def offers() -> list[Offer]:
    """Return the offers of the corpus."""
    return read_offers(FOLDER / "offers.jsonl")


def questions() -> list[Question]:
    """Return the questions of the corpus, the programme's eight first."""
    return read_questions(FOLDER / "questions.jsonl")


def regions() -> list[Region]:
    """Return the regions of the corpus."""
    return read_regions(FOLDER / "regions.jsonl")


def judgements() -> Qrels:
    """Return the graded judgements of the corpus."""
    return read_qrels(FOLDER / "judgements.qrels")


def split() -> dict[str, Split]:
    """Return {question: its style and part}; nothing is ever tuned on the part `test`."""
    lines = (FOLDER / "split.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:] if line)
    return {question: Split(style, part) for question, style, part in rows}


def judgement_reasons() -> dict[tuple[str, str], str]:
    """Return {(question, offer): why this is a 3} for every judgement of grade 3."""
    lines = (FOLDER / "judgement-reasons.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:] if line)
    return {(question, offer): reason for question, offer, reason in rows}
