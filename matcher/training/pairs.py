"""The folder of training data goes in, Dutch-English sentence pairs come out."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import BrokenFileError, MissingPartError, Problem

FILE = "nl-en-pairs.tsv.xz"


@dataclass(frozen=True, slots=True)
class Pair:
    """A Dutch text, the same in English, and the label of the source they come from."""

    dutch: str
    english: str
    source: str


def read_pairs(folder: Path | str) -> list[Pair]:
    """Return the pairs of `nl-en-pairs.tsv.xz` (Dutch, English, source; tab-separated), each pair once, in order.

    Raises MissingPartError without the file, BrokenFileError naming the first line that has not three fields.
    """
    path = Path(folder) / FILE
    if not path.is_file():
        raise MissingPartError(str(path), "noem de map met de trainingsdata (zie matcher/model/README.md)")
    return list(dict.fromkeys(_pairs(path)))


def _pairs(path: Path) -> Iterator[Pair]:
    with lzma.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 3:
                raise BrokenFileError(path, [Problem(number, "", f"{len(fields)} velden in plaats van 3")])
            yield Pair(*fields)
