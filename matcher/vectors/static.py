"""Texts to rows by the shipped sentence model: a table of piece vectors, read with NumPy alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from matcher.errors import MissingPartError
from matcher.vectors import SHIPPED, Role, Rows, unit

MODEL_FOLDER = Path(__file__).parent.parent / "model"


class StaticEncoder:
    """Reads a sentence-transformers `StaticEmbedding` folder without torch: a text is the mean of its pieces."""

    BATCH = 4096
    FEW = 32

    def __init__(self, folder: Path | str, dimensions: int | None = None) -> None:
        """Read a folder; of each row the first `dimensions`, or all."""
        folder = Path(folder)
        weights, tokenizer = folder / "model.safetensors", folder / "tokenizer.json"
        if not (weights.is_file() and tokenizer.is_file()):
            raise MissingPartError(f"het taalmodel in {folder}", "maak het met `python -m matcher.training`")
        self.name = SHIPPED if folder == MODEL_FOLDER else str(folder)
        digest = hashlib.sha256(weights.read_bytes())
        digest.update(tokenizer.read_bytes())
        self._table = load_file(weights)["embedding.weight"][:, :dimensions].astype(np.float32)
        self.fingerprint = f"static-{digest.hexdigest()[:16]}-{self._table.shape[1]}"
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._unknown = self._tokenizer.token_to_id("[UNK]")
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @classmethod
    def shipped(cls) -> StaticEncoder:
        """Return the model that comes with the package, as the matching reads it."""
        return cls.of_the_field(MODEL_FOLDER)

    @classmethod
    def of_the_field(cls, folder: Path | str) -> StaticEncoder:
        """Return the encoder of a folder that our training wrote, which reads of each row what was taught the field.

        The rest of a row keeps what the words mean elsewhere: a gain on sentences about anything, a loss on ours.
        """
        facts = Path(folder) / "training.json"
        if not facts.is_file():
            raise MissingPartError(str(facts), "maak het model met `python -m matcher.training`")
        return cls(folder, json.loads(facts.read_text(encoding="utf-8")).get("field"))

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return unit rows (len(texts), d); both roles are read alike."""
        rows = np.zeros((len(texts), self._table.shape[1]), dtype=np.float32)
        for start in range(0, len(texts), self.BATCH):
            for i, pieces in enumerate(self._pieces(texts[start : start + self.BATCH]), start):
                if known := [p for p in pieces if p != self._unknown]:
                    rows[i] = self._table[known].mean(axis=0)
        return unit(rows)

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        # Waking the tokenizer's threads for a handful of clauses costs more than reading them.
        if len(texts) <= self.FEW:
            return [self._tokenizer.encode(t, add_special_tokens=False).ids for t in texts]
        return [e.ids for e in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]
