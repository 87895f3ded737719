"""The rows that stand for offers go in and come out equal, each under the fingerprint of the model that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.store.file import File

_ROWS: Mapping[str, Any] = {
    "meaning": np.float32, "about": np.float32, "themes": np.float32, "columns": np.int32, "weights": np.float32,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vectors:
    """The rows of one offer, each float32 (d,), and a digest of the text that they were made of.

    words, sparse: `columns` int32 (n,) and `weights` float32 (n,).
    """

    digest: str
    meaning: NDArray[np.float32]
    about: NDArray[np.float32]
    themes: NDArray[np.float32]
    columns: NDArray[np.int32]
    weights: NDArray[np.float32]


class VectorRows(File):
    """What can always be made anew, and is no one's doing: neither dated nor logged."""

    def vectors(self, fingerprint: str) -> dict[str, Vectors]:
        """Return {offer id: its kept rows} of the model with this fingerprint."""
        rows = self._db.table("vector").rows_where("fingerprint = ?", [fingerprint])
        return {row["offer"]: _vectors(row) for row in rows}

    def keep_vectors(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep rows for offers that are in the store, in place of what was kept for them."""
        rows = [
            {"offer": offer, "fingerprint": fingerprint, "digest": v.digest}
            | {name: np.asarray(getattr(v, name), dtype=kind).tobytes() for name, kind in _ROWS.items()}
            for offer, v in vectors.items()
        ]
        with self.at_once():
            self._db.table("vector").upsert_all(rows, pk="offer")


def _vectors(row: Mapping[str, Any]) -> Vectors:
    return Vectors(row["digest"], **{name: np.frombuffer(row[name], dtype=kind) for name, kind in _ROWS.items()})
