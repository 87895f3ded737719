"""Settings go in, the reader of texts comes out; what it learned from the thesaurus is kept in the cache."""

from __future__ import annotations

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np

from matcher import reference
from matcher.dutch import Analyser, Lemmas, dutch_lemmas, vocabulary_of
from matcher.reading import Reader
from matcher.settings import Settings
from matcher.thesaurus import Concepts, Thesaurus
from matcher.vectors import Encoder, knows_the_field, open_encoder
from matcher.vectors.words import WordEncoder

# Raised whenever the analysis of texts, or what they are read to be about, changes: an older cache is not read.
ANALYSIS = 4
_LEMMAS = ("lemma_hashes", "lemma_ends", "lemma_text")


def open_reader(settings: Settings) -> Reader:
    """Return the reader of texts; what it learns from the thesaurus is read from the cache when it is there.

    Beside a model that was not taught the field, the shipped one reads the concepts.
    """
    # What was learned from a thesaurus lies under its fingerprint: it was sound then.
    thesaurus = reference.themes({path.stem.split("-")[1] for path in settings.cache.glob("reader-*-*.npz")})
    encoder = open_encoder(settings.model, thesaurus.texts)
    field = None if knows_the_field(settings.model) else open_encoder()
    abbreviations = {**thesaurus.spelled_out, **reference.abbreviations()}
    facts = f"{ANALYSIS} {version('simplemma')} {sorted(abbreviations.items())}"
    analysis = hashlib.sha256(facts.encode()).hexdigest()[:16]
    learned_by = hashlib.sha256(f"{analysis} {(field or encoder).fingerprint}".encode()).hexdigest()[:16]
    path = settings.cache / f"reader-{thesaurus.fingerprint}-{learned_by}.npz"
    if (known := _read_cache(path)) is None:
        known = _learn(thesaurus, field or encoder, abbreviations)
        _write_cache(path, known)
    vocabulary, idf, unseen = json.loads(known["words"].tobytes())
    lemmas = Lemmas(*(known[name] for name in _LEMMAS))
    sides = [np.split(known[side], known[f"{side}_at"][:-1]) for side in ("needs", "statements")]
    return Reader(
        Analyser(MappingProxyType(vocabulary), MappingProxyType(abbreviations), lemmas),
        WordEncoder(idf, unseen),
        encoder,
        Concepts(thesaurus, *sides),
        analysis,
        field,
    )


def _learn(thesaurus: Thesaurus, encoder: Encoder, abbreviations: dict[str, str]) -> dict[str, np.ndarray]:
    # The encoder works outside Python, so that it can read phrases while words are counted here.
    with ThreadPoolExecutor(1) as beside:
        phrases = beside.submit(_learn_phrases, thesaurus, encoder)
        return _learn_words(thesaurus, abbreviations) | phrases.result()


def _learn_words(thesaurus: Thesaurus, abbreviations: dict[str, str]) -> dict[str, np.ndarray]:
    vocabulary = vocabulary_of((*thesaurus.texts, *abbreviations.values()))
    lemmas = dutch_lemmas()
    analyser = Analyser(vocabulary, abbreviations, lemmas)
    words = WordEncoder.fitted([analyser.analyse(t) for t in thesaurus.texts])
    learnt = json.dumps([vocabulary, dict(words.reference), words.unseen]).encode()
    known: dict[str, np.ndarray] = {"words": np.frombuffer(learnt, dtype=np.uint8)}
    return known | dict(zip(_LEMMAS, (lemmas.hashes, lemmas.ends, lemmas.text), strict=True))


def _learn_phrases(thesaurus: Thesaurus, encoder: Encoder) -> dict[str, np.ndarray]:
    known: dict[str, np.ndarray] = {}
    for side, groups in Concepts.phrases(thesaurus).items():
        rows = encoder.encode([p for g in groups for p in g], "question" if side == "needs" else "offer")
        known |= {side: rows, f"{side}_at": np.cumsum([len(g) for g in groups])}
    return known


def _read_cache(path: Path) -> dict[str, np.ndarray] | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            known = dict(held)
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
    return known if {"words", "needs", "needs_at", "statements", "statements_at", *_LEMMAS} <= set(known) else None


def _write_cache(path: Path, known: dict[str, np.ndarray]) -> None:
    """Write the cache whole or not at all; a folder that cannot be written only costs time."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(draft, **known)  # type: ignore[arg-type]
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
