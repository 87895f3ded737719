"""A model and a file of judged sentence pairs go in, the rank correlation comes out; never trained on."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from matcher.errors import BrokenFileError, Problem
from matcher.vectors import Encoder


def similarity_figure(encoder: Encoder, path: Path | str) -> float:
    """Return Spearman's rank correlation x 100 between the encoder's cosines and people's judgements.

    Reads `stsb-nl-test.csv` (sentence, sentence, score; comma-separated, no header) and `SICK_NL.txt`
    (tab-separated with a header naming sentence_A, sentence_B, relatedness_score, SemEval_set; its TEST rows).
    """
    path = Path(path)
    pairs = _sick(path) if path.suffix == ".txt" else _stsb(path)
    if not pairs:
        raise BrokenFileError(path, [Problem(0, "", "geen enkel zinnenpaar gevonden")])
    left, right, judged = zip(*pairs, strict=True)
    cosines = (encoder.encode(left) * encoder.encode(right)).sum(axis=1)
    return float(100 * spearmanr(cosines, np.asarray(judged)).statistic)


def _stsb(path: Path) -> list[tuple[str, str, float]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row[0], row[1], float(row[2])) for row in csv.reader(lines)]


def _sick(path: Path) -> list[tuple[str, str, float]]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            (r["sentence_A"], r["sentence_B"], float(r["relatedness_score"]))
            for r in rows
            if r.get("SemEval_set", "TEST") == "TEST"
        ]
