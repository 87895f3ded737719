"""Bags of pieces and teacher rows go in, a table of piece vectors comes out: first general meaning, then the field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer
from torch.nn.functional import embedding_bag, normalize

from matcher.thesaurus import Thesaurus
from matcher.training.field import asking, helping, like_the_teacher, told_apart, with_neighbours
from matcher.training.pieces import Bags

Log = Callable[[str], None]
Table = NDArray[np.float32]
# How much the general half of a row counts beside that of the field; chosen on STSb-nl dev and SICK-NL train.
GENERAL = 2.0


def reduced(rows: NDArray[np.floating], dimensions: int) -> Table:
    """Return unit rows (n, dimensions) on the first principal components of the centred rows."""
    centred = rows.astype(np.float32) - rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    if dimensions < centred.shape[1]:
        _, vectors = np.linalg.eigh(np.cov(centred[:: max(1, len(centred) // 50_000)].T))
        centred = centred @ vectors[:, ::-1][:, :dimensions].astype(np.float32)
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def first_guess(bags: Bags, targets: Table, pieces: int) -> Table:
    """Return (pieces, d): each piece the mean of the targets of the texts it stands in, rare ones shrunk."""
    sums, counts = np.zeros((pieces, targets.shape[1]), dtype=np.float32), np.zeros(pieces, dtype=np.float32)
    for i in range(len(bags)):
        unique = np.unique(bags[i])
        sums[unique] += targets[i]
        counts[unique] += 1
    return sums / (counts[:, None] + 1.0)


def distil(
    table: Table, bags: Bags, targets: Table, chances: NDArray[np.floating], seed: int, log: Log,
    epochs: int = 3, batch: int = 1024, rate: float = 0.02, dropout: float = 0.1,
) -> Table:  # fmt: skip
    """Return the table taught to give each text the row of its translation.

    `chances`: how likely each text is drawn in an epoch (1: always).
    """
    generator = np.random.default_rng(seed)
    weight = torch.tensor(table, requires_grad=True)
    optimiser = torch.optim.Adam([weight], lr=rate)
    goal = torch.from_numpy(targets)
    plan = [np.flatnonzero(generator.random(len(bags)) < chances) for _ in range(epochs)]
    steps = [chunk for order in plan for chunk in _chunks(generator.permutation(order), batch)]
    for n, picks in enumerate(steps):
        _rate(optimiser, rate * (1 - n / len(steps)))
        rows = _rows(weight, bags, picks, dropout, generator)
        loss = like_the_teacher(rows, goal[picks], contrast=0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if n % 50 == 0:
            log(f"distil {n}/{len(steps)} loss {loss.item():.3f}")
    return np.asarray(weight.detach().numpy(), dtype=np.float32)


def teach(
    table: Table, encode: Callable[[Sequence[str]], Bags], thesaurus: Thesaurus, seed: int, log: Log,
    steps: int = 2200, concepts: int = 128, rate: float = 6e-3, dropout: float = 0.15,
) -> Table:  # fmt: skip
    """Return the table taught the field: a need lies near the statements of its concept, far from all others.

    A pair is one need (or name, or another need) and one statement (or definition) of the same concept; each
    batch holds `concepts` concepts, half of them neighbours of the other half, so that what is near but
    different is told apart. Symmetric InfoNCE.
    """
    generator = np.random.default_rng(seed)
    askers, helpers = ([encode(texts) for texts in side(thesaurus)] for side in (asking, helping))
    near = thesaurus.neighbours()
    weight = torch.tensor(table, requires_grad=True)
    optimiser = torch.optim.Adam([weight], lr=rate)
    for n in range(steps):
        _rate(optimiser, rate * (1 - n / steps))
        picks = with_neighbours(near, min(concepts, len(near)), generator)
        left = _one_each(weight, askers, picks, dropout, generator)
        other = helpers if generator.random() < 0.7 else askers
        right = _one_each(weight, other, picks, dropout, generator)
        loss = told_apart(left, right)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if n % 100 == 0:
            log(f"teach {n}/{steps} loss {loss.item():.3f}")
    return np.asarray(weight.detach().numpy(), dtype=np.float32)


def _rows(
    weight: torch.Tensor, bags: Bags, picks: NDArray[np.integer], dropout: float, generator: np.random.Generator
) -> torch.Tensor:
    pieces, offsets = bags.draw(picks, dropout, generator)
    return normalize(embedding_bag(torch.from_numpy(pieces), weight, torch.from_numpy(offsets), mode="mean"))


def _one_each(
    weight: torch.Tensor, bags: Sequence[Bags], picks: Sequence[int], dropout: float, generator: np.random.Generator
) -> torch.Tensor:
    drawn = [bags[c].draw([int(generator.integers(len(bags[c])))], dropout, generator)[0] for c in picks]
    offsets = np.cumsum([0, *(len(d) for d in drawn[:-1])])
    flat = torch.from_numpy(np.concatenate(drawn))
    return normalize(embedding_bag(flat, weight, torch.from_numpy(offsets), mode="mean"))


def _chunks(order: NDArray[np.integer], size: int) -> list[NDArray[np.integer]]:
    return [order[i : i + size] for i in range(0, len(order) - size // 2, size)]


def _rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate


def joined(taught: Table, general: Table) -> Table:
    """Return (pieces, 2 d): first the half that was taught the field, then the general one as it was before."""
    return np.concatenate([taught, np.float32(GENERAL) * general], axis=1)


def save(folder: Path, tokenizer: Tokenizer, table: Table) -> None:
    """Write a folder that `SentenceTransformer(folder)` loads, in half precision."""
    module = StaticEmbedding(tokenizer, embedding_weights=table)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder), create_model_card=False)
    weights = folder / "model.safetensors"
    save_file({"embedding.weight": table.astype(np.float16)}, weights)
    weights.chmod(0o644)
