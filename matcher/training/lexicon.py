"""Sentence pairs as pieces of both languages go in, the likeliest translations of each Dutch piece come out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

_LONGEST = 40


def translations(
    dutch: Sequence[Sequence[int]], english: Sequence[Sequence[int]], shape: tuple[int, int], rounds: int = 4
) -> csr_array:
    """Return float32 (Dutch pieces, English pieces): the chance that a piece translates to each other piece.

    IBM model 1 (Brown et al. 1993), `rounds` rounds of expectation-maximisation, without an empty word.
    Sentences are cut at 40 pieces; rows of pieces never seen are empty.
    """
    sentences = [
        (np.unique(np.asarray(d[:_LONGEST])), np.unique(np.asarray(e[:_LONGEST])))
        for d, e in zip(dutch, english, strict=True)
        if len(d) and len(e)
    ]
    links = np.concatenate([(d[:, None] * shape[1] + e[None, :]).ravel() for d, e in sentences]).astype(np.int64)
    # For each link, which English occurrence it explains: one sum runs over all Dutch pieces of the sentence.
    occurrence, at = [], 0
    for d, e in sentences:
        occurrence.append(np.tile(np.arange(at, at + len(e), dtype=np.int32), len(d)))
        at += len(e)
    explains = np.concatenate(occurrence)
    keys, link = np.unique(links, return_inverse=True)
    del links, occurrence
    source = keys // shape[1]
    chance = np.ones(len(keys))
    for _ in range(rounds):
        share = chance[link]
        share /= np.bincount(explains, share)[explains]
        counts = np.bincount(link, share, minlength=len(keys))
        chance = counts / np.bincount(source, counts, minlength=shape[0])[source]
    return csr_array((chance.astype(np.float32), (source, keys % shape[1])), shape=shape)


def translated(table: NDArray[np.floating], chances: csr_array, best: int = 3) -> NDArray[np.float32]:
    """Return (Dutch pieces, d): the weighted mean of the rows of each piece's `best` likeliest translations.

    table: (English pieces, d). A piece without any translation gets the mean row of the table.
    """
    out = np.tile(table.mean(axis=0), (chances.shape[0], 1)).astype(np.float32)
    for i in range(chances.shape[0]):
        row = slice(chances.indptr[i], chances.indptr[i + 1])
        weights, columns = chances.data[row], chances.indices[row]
        if len(weights):
            top = np.argsort(-weights, kind="stable")[:best]
            out[i] = np.average(table[columns[top]], axis=0, weights=weights[top])
    return out
