"""Texts go in, a WordPiece tokenizer comes out whose pieces stand anywhere in a compound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, normalizers
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

UNKNOWN = "[UNK]"


def learn_pieces(texts: Iterable[str], size: int) -> Tokenizer:
    """Return a tokenizer of at most `size` pieces; case and accents are dropped.

    A piece has no mark for "inside a word", so that `onderwijs` is one vector in `onderwijs` and in
    `onderwijstijd`: Dutch writes its compounds as one word.
    """
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN, continuing_subword_prefix="", max_input_chars_per_word=80))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.NFC()]
    )
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = WordPieceTrainer(
        vocab_size=size, min_frequency=3, continuing_subword_prefix="", special_tokens=[UNKNOWN], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Bags:
    """Texts as bags of pieces, ready to be drawn in batches."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        encoded = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        self._ids = [np.asarray(e.ids or [0], dtype=np.int64) for e in encoded]

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, i: int) -> NDArray[np.int64]:
        return self._ids[i]

    def draw(
        self, picks: Sequence[int] | NDArray[np.integer], dropout: float, generator: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (pieces, offsets) of the texts picked, each piece left out with chance `dropout`, never all."""
        bags = []
        for i in picks:
            bag = self._ids[int(i)]
            kept = bag[generator.random(len(bag)) >= dropout]
            bags.append(kept if len(kept) else bag)
        offsets = np.cumsum([0, *(len(b) for b in bags[:-1])])
        return np.concatenate(bags), offsets
