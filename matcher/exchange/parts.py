"""What a workbook tells beside its rows: the names of its sheets, shared texts, and which styles show dates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from datetime import datetime

from matcher.exchange.cells import Faulty
from matcher.exchange.grids import MOST_TEXT, bounded


class Silent:
    """Hears nothing; the base of those that hear only some."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, text: str) -> None: ...


class Book(Silent):
    """The names of the sheets with the relationship of each, and from when the days are counted."""

    def __init__(self) -> None:
        self.sheets: dict[str, str] = {}
        self.epoch = datetime(1899, 12, 30)  # noqa: DTZ001

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            self.sheets.setdefault(attributes.get("name", ""), link)
        elif name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            self.epoch = datetime(1904, 1, 1)  # noqa: DTZ001


class Links(Silent):
    """Where the relationships inside the package point; what points outside it is not kept."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.typed: dict[str, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            self.targets[attributes.get("Id", "")] = target
            self.typed[attributes.get("Type", "").rpartition("/")[2]] = part_of(target)


class Strings(Silent):
    """The shared texts, without the phonetic ones."""

    def __init__(self) -> None:
        self.found: list[str | Faulty] = []
        self._parts: list[str] = []
        self._open = self._phonetic = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._open = not self._phonetic

    def end(self, name: str) -> None:
        if name == "t":
            self._open = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append(bounded(unescaped("".join(self._parts))))

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)


class Styles(Silent):
    """Which styles show a number as a date."""

    # ECMA-376 part 1, 18.8.30: the built-in formats of dates and times, the East Asian ones among them.
    BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))

    def __init__(self) -> None:
        self.dated: list[bool] = []
        self._own: dict[str, bool] = {}
        self._inside = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._own[attributes.get("numFmtId", "")] = _shows_date(attributes.get("formatCode", ""))
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            self.dated.append(self._own.get(number, number.isdigit() and int(number[:4]) in self.BUILT_IN))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


def _shows_date(code: str) -> bool:
    """Return whether a format shows a day or a time: its letters d, m, y, h, s outside quotes, brackets, escapes."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code[:255])
    return bool(re.search(r"[dmyhsj]", bare, re.IGNORECASE)) and "general" not in bare.casefold()


# ECMA-376 part 1, 22.9.2.19: what XML cannot hold is written as _xHHHH_.
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text[: 7 * MOST_TEXT + 7])
    # Two escaped halves are one character.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def part_of(target: str) -> str:
    """Return the name in the zip of what a relationship of the workbook points at."""
    return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
