"""Texts to rows by a small transformer, its layers run with NumPy alone: no torch, no onnxruntime."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file
from scipy.special import erf
from tokenizers import Tokenizer

from matcher.errors import MissingPartError
from matcher.vectors import Role, Rows, unit

Array = NDArray[np.float32]


class LayersEncoder:
    """A BERT encoder with mean pooling (Devlin et al. 2019); weights stored as 8-bit integers, a scale a row.

    The folder holds `weights.safetensors`, `tokenizer.json` and `config.json` (heads, layers, most pieces read
    of a text, the two pieces that frame it).
    """

    # Pieces in a batch, padding included: what fits the cache of a small machine.
    BATCH = 2048

    def __init__(self, folder: Path | str) -> None:
        folder = Path(folder)
        files = [folder / name for name in ("weights.safetensors", "tokenizer.json", "config.json")]
        for file in files:
            if not file.is_file():
                raise MissingPartError(str(file), "maak het model met `python -m matcher.training`")
        digest = hashlib.sha256(b"".join(f.read_bytes() for f in files))
        self.name, self.fingerprint = str(folder), f"layers-{digest.hexdigest()[:16]}"
        self._config: Mapping[str, Any] = json.loads(files[2].read_text(encoding="utf-8"))
        self._weights = _unpacked(load_file(files[0]))
        self._tokenizer = Tokenizer.from_file(str(files[1]))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return unit rows (len(texts), d); both roles are read alike, what lies beyond the limit is not read."""
        first, last, most = self._config["first"], self._config["last"], self._config["most"]
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        pieces = [[first, *e.ids[:most], last] for e in encoded]
        rows = np.zeros((len(texts), self._weights["embeddings"].shape[1]), dtype=np.float32)
        for batch in _batches([len(p) for p in pieces], self.BATCH):
            rows[batch] = self._pooled([pieces[i] for i in batch])
        return unit(rows)

    def _pooled(self, pieces: Sequence[Sequence[int]]) -> Array:
        width = max(len(p) for p in pieces)
        ids = np.array([[*p, *[0] * (width - len(p))] for p in pieces])
        there = np.array([[1.0] * len(p) + [0.0] * (width - len(p)) for p in pieces], dtype=np.float32)
        w = self._weights
        states = _normal(w["embeddings"][ids] + w["positions"][:width], w["embeddings.scale"], w["embeddings.shift"])
        hidden = (1 - there[:, None, None, :]) * np.float32(-1e9)
        for layer in range(self._config["layers"]):
            states = self._layer(states, hidden, layer)
        pooled: Array = (states * there[..., None]).sum(axis=1) / there.sum(axis=1, keepdims=True)
        return pooled

    def _layer(self, x: Array, hidden: Array, layer: int) -> Array:
        def linear(name: str, values: Array) -> Array:
            product: Array = values @ self._weights[f"{layer}.{name}"].T + self._weights[f"{layer}.{name}.bias"]
            return product

        def normal(name: str, values: Array) -> Array:
            return _normal(values, self._weights[f"{layer}.{name}.scale"], self._weights[f"{layer}.{name}.shift"])

        texts, width, d = x.shape
        heads = self._config["heads"]
        q, k, v = (
            linear(name, x).reshape(texts, width, heads, d // heads).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / np.float32(np.sqrt(d // heads)) + hidden
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ v).transpose(0, 2, 1, 3).reshape(texts, width, d)
        x = normal("attended", x + linear("output", mixed))
        inner = linear("inner", x)
        inner = inner * np.float32(0.5) * (1 + erf(inner * np.float32(np.sqrt(0.5))))
        return normal("fed", x + linear("outer", inner))


def packed(weights: Mapping[str, Array]) -> dict[str, NDArray[Any]]:
    """Return matrices as 8-bit integers with a scale a row (`name`, `name:scale`), vectors as they are."""
    out: dict[str, NDArray[Any]] = {}
    for name, values in weights.items():
        if values.ndim == 2:
            scale = np.maximum(np.abs(values).max(axis=1, keepdims=True) / 127, 1e-12).astype(np.float32)
            out[name], out[f"{name}:scale"] = np.round(values / scale).astype(np.int8), scale
        else:
            out[name] = values.astype(np.float32)
    return out


def _unpacked(stored: Mapping[str, NDArray[Any]]) -> dict[str, Array]:
    return {
        name: values.astype(np.float32) * stored[f"{name}:scale"] if f"{name}:scale" in stored else values
        for name, values in stored.items()
        if not name.endswith(":scale")
    }


def _normal(x: Array, scale: Array, shift: Array) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(1e-12))
    normalised: Array = centred / spread * scale + shift
    return normalised


def _batches(lengths: Sequence[int], size: int) -> list[list[int]]:
    """Return positions in batches of like length, each of at most `size` pieces with its padding."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not batches or (len(batches[-1]) + 1) * lengths[i] > size:
            batches.append([])
        batches[-1].append(i)
    return batches
