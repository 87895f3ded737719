"""A question and texts to how well each answers it, by any sentence-transformers cross-encoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.errors import MissingPartError

_REMEDY = (
    "noem een map met een sentence-transformers-cross-encoder met één uitkomst, of de naam van een op deze computer"
)


class CrossReranker:
    """A cross-encoder by folder or name. The library (and torch) is imported only when one is made: 6 s and 425 MB."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as missing:
            raise MissingPartError(
                f"sentence-transformers, voor de cross-encoder {name!r},", "pip install 'matcher[transformers]'"
            ) from missing
        self.name = name
        try:
            self._model = CrossEncoder(name, device="cpu", local_files_only=True)
        except (OSError, ValueError) as fault:
            raise MissingPartError(f"de cross-encoder {name!r}", _REMEDY) from fault
        # Of any other model the library makes up the last layer, at random.
        trained = any(a.endswith("ForSequenceClassification") for a in self._model.config.architectures or ())
        if not trained or self._model.num_labels != 1:
            raise MissingPartError(f"een cross-encoder in {name!r}", _REMEDY)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """Return (len(texts),) from 0 to 1: the sigmoid of the model's outcome for each pair, apart from the others."""
        if not texts:
            return np.zeros(0)
        pairs = [(question, text) for text in texts]
        found = self._model.predict(pairs, activation_fn=lambda logits: logits.sigmoid(), show_progress_bar=False)
        return np.asarray(found, dtype=np.float64).reshape(len(texts))
