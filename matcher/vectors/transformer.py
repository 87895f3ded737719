"""Texts to rows by any sentence-transformers model; the only door to that library at run time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.errors import MissingPartError
from matcher.vectors import Role, Rows, unit

# Models that read questions and passages apart but do not carry the prompts in their own configuration.
_PROMPTS = {"question": "query: ", "offer": "passage: "}


class TransformerEncoder:
    """A model by folder or name. The library (and torch) is imported only when one is made: 6 s and 425 MB."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as missing:
            raise MissingPartError(
                f"sentence-transformers, voor het model {name!r},", "pip install 'matcher[transformers]'"
            ) from missing
        self.name = name
        try:
            self._model = SentenceTransformer(name, device="cpu", local_files_only=True)
        except (OSError, ValueError) as fault:
            raise MissingPartError(
                f"het model {name!r}",
                "noem een map met een sentence-transformers-model, of de naam van een model op deze computer",
            ) from fault
        self._prompts = prompts_for(name, self._model.prompts or {})
        probe = np.asarray(self._model.encode(["onderwijs, zorg en jeugd"], show_progress_bar=False))
        self._width = probe.shape[1]
        self.fingerprint = f"st-{name}-{probe.shape[1]}-{float((probe * probe).sum()):.6g}-{float(probe.sum()):.6g}"

    def encode(self, texts: Sequence[str], role: Role = "question") -> Rows:
        """Return unit rows (len(texts), d), each text read behind the prompt of its role where the model has one."""
        if not texts:
            return np.zeros((0, self._width), dtype=np.float32)
        prompt = self._prompts.get(role, "")
        rows = self._model.encode([prompt + t for t in texts], show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(rows, dtype=np.float32).reshape(len(texts), -1))


def prompts_for(name: str, own: Mapping[str, str]) -> dict[str, str]:
    """Return {role: prompt} of a model by its name and the prompts that it carries itself.

    >>> prompts_for("intfloat/multilingual-e5-small", {})
    {'question': 'query: ', 'offer': 'passage: '}
    """
    passage = own.get("passage") or own.get("document") or ""
    if own.get("query") or passage:
        return {"question": own.get("query") or "", "offer": passage}
    is_e5 = "e5" in name.casefold().replace("/", "-").split("-")
    return dict(_PROMPTS) if is_e5 else {}
