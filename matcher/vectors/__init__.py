"""Texts go in, unit rows come out: one Encoder protocol, the encoders that keep it, and a Reranker of pairs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
Role = Literal["question", "offer"]

SHIPPED = "matcher"
FITTED = "lsa"
HASHED = "letters"


class Encoder(Protocol):
    """Whatever turns texts into unit rows.

    `name` is what a person calls it; `fingerprint` changes whenever the rows would.
    """

    name: str
    fingerprint: str

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return float32 (len(texts), d), row i of length 1 for text i (0 for a text without any known piece).

        `role` matters only to models that read questions and offers through different prompts.
        """
        ...


class Reranker(Protocol):
    """Whatever tells of a question and a text, read together, how well the one answers the other."""

    name: str

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return (len(texts),) from 0 to 1, each apart from what else is asked."""
        ...


def unit(rows: NDArray[np.floating]) -> Rows:
    """Return the rows (..., d) scaled to length 1; a row of zeros stays one."""
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0), dtype=np.float32)


def open_encoder(name: str = SHIPPED, reference: Sequence[str] = ()) -> Encoder:
    """Return the encoder called `name`: one of ours, or any other model by folder or name.

    Ours are "matcher" (shipped), "lsa" (fitted) and "letters" (no model).

    A folder that our training wrote is read without torch, any other folder or name by sentence-transformers.
    `reference` holds the texts that "lsa" is fitted on. Raises MissingPartError when what the encoder needs is
    not installed.
    """
    if name == SHIPPED:
        from matcher.vectors.static import StaticEncoder

        return StaticEncoder.shipped()
    if name == HASHED:
        from matcher.vectors.hashed import HashedEncoder

        return HashedEncoder()
    if name == FITTED:
        from matcher.vectors.fitted import FittedEncoder

        return FittedEncoder(reference)
    kind = _trained_here(Path(name) / "training.json")
    if kind == "static":
        from matcher.vectors.static import StaticEncoder

        return StaticEncoder.of_the_field(name)
    if kind == "layers":
        from matcher.vectors.layers import LayersEncoder

        return LayersEncoder(name)
    from matcher.vectors.transformer import TransformerEncoder

    return TransformerEncoder(name)


def open_reranker(name: str) -> Reranker:
    """Return the cross-encoder called `name`, by folder or name; raises MissingPartError when it is not there."""
    from matcher.vectors.crossing import CrossReranker

    return CrossReranker(name)


def knows_the_field(name: str) -> bool:
    """Return whether the encoder called `name` was taught or fitted on the thesaurus: what any other model was not."""
    return name in {SHIPPED, FITTED, HASHED} or _trained_here(Path(name) / "training.json") is not None


def _trained_here(facts: Path) -> str | None:
    """Return the kind of model that our training wrote beside these facts, None when it did not."""
    try:
        kind: str = json.loads(facts.read_text(encoding="utf-8"))["kind"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kind
