"""Files as a whole: text comes in line by line or is refused by name; what goes out is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from matcher.errors import BrokenFileError, Problem

R = TypeVar("R")


@contextmanager
def writing(path: Path | str) -> Iterator[IO[str]]:
    """Open a file for writing that appears at `path` only when all of it was written."""
    with _replacing(path, "w", encoding="utf-8", newline="\n") as out:
        yield out


@contextmanager
def writing_bytes(path: Path | str) -> Iterator[IO[bytes]]:
    """Open a file for bytes that appears at `path` only when all of it was written."""
    with _replacing(path, "wb") as out:
        yield out


def lines_of(path: Path | str) -> list[str]:
    """Return the lines of a UTF-8 file; raises BrokenFileError where it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as fault:
        raise BrokenFileError(path, [Problem(0, "", f"geen UTF-8 (byte {fault.start})")]) from fault
    except OSError as fault:
        raise BrokenFileError(path, [Problem(0, "", f"niet te lezen ({fault.strerror})")]) from fault


def bytes_of(path: Path | str, most: int) -> bytes:
    """Return the bytes of a file of at most `most` bytes; a larger one is refused before it is read whole."""
    try:
        with Path(path).open("rb") as file:
            data = file.read(most + 1)
    except OSError as fault:
        raise BrokenFileError(path, [Problem(0, "", f"niet te lezen ({fault.strerror})")]) from fault
    if len(data) > most:
        raise BrokenFileError(path, [Problem(0, "", f"te groot: meer dan {most // 2**20} MB")])
    return data


def whole(path: Path | str, result: R, problems: list[Problem]) -> R:
    """Return the result when there are no problems; else raise BrokenFileError with all of them."""
    if problems:
        raise BrokenFileError(path, problems)
    return result


@contextmanager
def _replacing(path: Path | str, mode: str, **how: Any) -> Iterator[IO[Any]]:
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        # A pipe or a device cannot be replaced by a file, only written to.
        with target.open(mode, **how) as out:
            yield out
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, mode, **how) as out:
            yield out
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
