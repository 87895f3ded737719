"""The thesaurus goes in as lessons: who asks, who helps, which concepts go together; and the losses to learn by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from matcher.thesaurus import Thesaurus

TEMPERATURE = 0.05


def asking(thesaurus: Thesaurus) -> list[list[str]]:
    """Return for each concept the texts of those who ask: its needs and its names."""
    return [[*t.needs, t.label, *t.other_labels, *t.english] for t in thesaurus.themes]


def helping(thesaurus: Thesaurus) -> list[list[str]]:
    """Return for each concept the texts of those who help: its statements and its definition."""
    return [[*t.statements, *([t.definition] if t.definition else [])] for t in thesaurus.themes]


def with_neighbours(near: Sequence[Sequence[int]], size: int, generator: np.random.Generator) -> list[int]:
    """Return `size` positions, each once: seeds at random, each followed by one of its neighbours."""
    chosen: dict[int, None] = {}
    for seed in map(int, generator.permutation(len(near))):
        chosen[seed] = None
        if near[seed]:
            chosen[int(generator.choice(near[seed]))] = None
        if len(chosen) >= size:
            break
    return list(chosen)[:size]


def told_apart(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the symmetric InfoNCE loss of unit rows (n, d) whose row i belong together and no others."""
    logits = left @ right.T / TEMPERATURE
    goal = torch.arange(len(left))
    return (cross_entropy(logits, goal) + cross_entropy(logits.T, goal)) / 2


def like_the_teacher(rows: torch.Tensor, wanted: torch.Tensor, contrast: float) -> torch.Tensor:
    """Return (1 - cosine) + contrast x InfoNCE over the batch + 5 x the mean squared difference of the cosines.

    rows: the student's (n, d); wanted: the teacher's of their translations. Translations that say nearly the
    same (cosine above 0.9) are not told apart.
    """
    cosines, alike = rows @ wanted.T, wanted @ wanted.T
    same = (alike > 0.9).fill_diagonal_(False)
    apart = cross_entropy((cosines / TEMPERATURE).masked_fill(same, -1e4), torch.arange(len(rows)))
    return (1 - cosines.diagonal()).mean() + contrast * apart + 5 * ((rows @ rows.T - alike) ** 2).mean()
