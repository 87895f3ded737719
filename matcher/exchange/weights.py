"""Weights with their evidence go into dated files, of which a folder names the one in use; going back is one step.

A folder holds `2026-11-25.json`, `2026-11-25-2.json`, ... and the file `in-use`: their names, a line each, the last one
in use. Nothing is thrown away: going back only takes the last line off. Without a line, the shipped weights are in use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from matcher.errors import BrokenFileError, InvalidValueError, Problem
from matcher.exchange.files import lines_of, writing
from matcher.scores import Weights

IN_USE = "in-use"


def write_weights(path: Path | str, weights: Weights, evidence: Mapping[str, Any]) -> None:
    """Write weights with what they rest on as JSON, which `Weights.read` reads; whole or not at all."""
    with writing(path) as out:
        json.dump({"weights": asdict(weights), "evidence": dict(evidence)}, out, indent=1, ensure_ascii=False)
        out.write("\n")


def adopt(folder: Path | str, weights: Weights, evidence: Mapping[str, Any]) -> Path:
    """Put weights in the folder under the date of their evidence, and in use; returns their file."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(folder)
    path = next(
        p for n in count(1) if not (p := folder / f"{evidence['date']}{f'-{n}' if n > 1 else ''}.json").exists()
    )
    write_weights(path, weights, evidence)
    _use(folder, [*names, path.name])
    return path


def in_use(folder: Path | str) -> Path | None:
    """Return the file of the folder that is in use; None: the shipped weights are."""
    names = _names(Path(folder))
    return Path(folder) / names[-1] if names else None


def go_back(folder: Path | str) -> Path | None:
    """Put in use what was in use before; returns its file, None for the shipped weights.

    Raises InvalidValueError where the shipped weights are in use already: before them there is nothing.
    """
    names = _names(Path(folder))
    if not names:
        raise InvalidValueError("gewichten", str(folder), "een map waarin gewichten in gebruik zijn genomen")
    _use(Path(folder), names[:-1])
    return in_use(folder)


def _names(folder: Path) -> list[str]:
    path = folder / IN_USE
    if not path.exists():
        return []
    names = [line.strip() for line in lines_of(path) if line.strip()]
    for number, name in enumerate(names, 1):
        if Path(name).name != name or not (folder / name).is_file():
            raise BrokenFileError(path, [Problem(number, "naam", f"{name!r} is geen bestand in deze map")])
    return names


def _use(folder: Path, names: list[str]) -> None:
    with writing(folder / IN_USE) as out:
        out.writelines(f"{name}\n" for name in names)
