"""A file goes in, its sections come out: a heading as it was written, the text under it, and the line where it began.

Text, JSON and XLSX. Only a line that is marked as a heading, or that reads like a heading we know, begins a section.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.errors import BrokenFileError, Problem
from matcher.exchange.cells import shown
from matcher.exchange.files import bytes_of
from matcher.exchange.grids import MOST_PACKED
from matcher.exchange.workbooks import read_workbook
from matcher.intake.points import BARE, INSTRUCTION, MARKED, OPTIONAL, POINTS, Applicant, Match, matches, plain

# The programme asks for at most three pages of A4.
MOST_CHARACTERS, MOST_LINES = 60_000, 2_000
ALLOWED = "een tekstbestand (.txt of .md), .json of .xlsx"

_HASHES = re.compile(r"^(?P<level>#{1,6})\s")
_BOLD = re.compile(r"^(?P<mark>\*\*|__)(?P<head>.+?)(?P=mark)\s*:?\s*(?P<rest>.*)$")
_NUMBERED = re.compile(
    r"^(?:(?:punt|vraag|onderdeel)\s*)?(?P<number>\d{1,2})\s*[.):]\s+(?P<head>[^\W\d_].{1,78}[^\W_?])$", re.IGNORECASE
)
_UNDERLINE = re.compile(r"^(={3,}|-{3,})$")
BULLET = re.compile(r"^[-*•▪◦–+]\s+")
_LOWEST = 7  # a bold or a bare line stands below every level of Markdown
_LOOKS_LIKE = re.compile(r"^[^\W\d_][^:.?!]{2,60}:(?:\s|$)")
_EXPLANATIONS = frozenset(
    {plain(p.explanation) for points in POINTS.values() for p in points} | {plain(INSTRUCTION), plain(OPTIONAL)}
)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading; `match` None where it is the heading of no point."""

    heading: str
    match: Match | None
    text: str
    line: int = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A heading with its text as a JSON file or a sheet gives them, or (`heading` None) one line of a text."""

    line: int
    heading: str | None
    text: str


def read_rows(path: Path) -> tuple[list[Row], list[str]]:
    """Return the rows of a file, with doubts about how it was read; raises BrokenFileError."""
    suffix, doubts = path.suffix.lower(), list[str]()
    if suffix == ".xlsx":
        rows = _sheet_rows(path, doubts)
    elif suffix == ".json":
        rows = list(_json_rows(path, _decoded(path, doubts)))
    else:
        lines = re.split(r"\r\n|\r|\n", _decoded(path, doubts))
        rows = [Row(n, None, line) for n, line in enumerate(lines, 1)]
    if len(rows) > MOST_LINES or sum(len(r.heading or "") + len(r.text) for r in rows) > MOST_CHARACTERS:
        allowed = f"hooguit {MOST_LINES} regels en {MOST_CHARACTERS} tekens"
        raise BrokenFileError(path, [Problem(0, "", f"te lang voor een aanmelding; toegestaan: {allowed}")])
    return rows, doubts


def sections(rows: Iterable[Row], applicant: Applicant) -> list[Section]:
    """Return the sections of a file, read as the application of this kind of applicant."""
    rows = list(rows)
    if any(r.heading is not None for r in rows):
        return [_of_row(row, applicant) for row in rows]
    return _Lines(applicant).read(rows)


def _sheet_rows(path: Path, doubts: list[str]) -> list[Row]:
    """Return a row for each line of a sheet: point, answer; a line without a point goes on with the one above."""
    grid = read_workbook(path, bytes_of(path, MOST_PACKED), lambda names: names[0])
    doubts += [f'Blad "{name}" is niet gelezen: een aanmelding staat op het eerste blad.' for name in grid.passed_over]
    rows: list[Row] = []
    for n, raw in grid.rows:
        cells = [shown(c).strip() for c in raw]
        point, answer = cells[0], "\n".join(c for c in cells[1:] if c)
        if {plain(point), plain(answer)} <= {"punt", "vraag", "antwoord", ""}:
            continue
        if point or not rows:
            rows.append(Row(n, _clean(point), _clean(answer)))
        else:
            rows[-1] = Row(rows[-1].line, rows[-1].heading, f"{rows[-1].text}\n\n{_clean(answer)}".strip())
    return rows


def _json_rows(path: Path, text: str) -> Iterator[Row]:
    try:
        found = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError) as fault:
        raise BrokenFileError(path, [Problem(getattr(fault, "lineno", 0), "", f"geen JSON ({fault})")]) from fault
    if not isinstance(found, _Pairs):
        raise BrokenFileError(path, [Problem(0, "", 'geen JSON-object; toegestaan: {"punt": "antwoord", ...}')])
    for name, value in found:
        inner = value if isinstance(value, _Pairs) and plain(name) in ("antwoorden", "answers") else [(name, value)]
        for point, answer in inner:
            yield Row(0, _clean(point), _clean(_json_text(path, point, answer)))


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as it was written: a name that stands in it twice is not lost."""


def _json_text(path: Path, name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and not isinstance(value, _Pairs) and all(isinstance(v, str) for v in value):
        return "\n".join("- " + " ".join(v.split()) for v in value if v.strip())
    if not isinstance(value, str):
        raise BrokenFileError(path, [Problem(0, _clean(name), "toegestaan: tekst, een lijst van teksten, of null")])
    return value


def _decoded(path: Path, doubts: list[str]) -> str:
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise BrokenFileError(path, [Problem(0, "", f"niet te lezen ({fault.strerror})")]) from fault
    if b"\0" in raw or raw.startswith((b"PK\3\4", b"%PDF")):
        raise BrokenFileError(path, [Problem(0, "", f"geen tekst; toegestaan: {ALLOWED}")])
    try:
        return _clean(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        doubts.append("Het bestand is geen UTF-8: het is gelezen als Windows-tekst (cp1252). Kijk de accenten na.")
        return _clean(raw.decode("cp1252", errors="replace"))


def _clean(text: str) -> str:
    """Return a text in NFC, without halves of characters."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode()).strip("\ufeff")


def _of_row(row: Row, applicant: Applicant) -> Section:
    heading = (row.heading or "").strip()
    match = matches(heading, MARKED).get(applicant)
    text = "\n".join(t for t in (match.rest if match else "", row.text) if t and plain(t) not in _EXPLANATIONS)
    return Section(heading, match, text, row.line, _doubts_of(heading, match))


def _doubts_of(heading: str, match: Match | None) -> tuple[str, ...]:
    if match is None or match.sure:
        return ()
    return (f'De kop "{_without(heading, match.rest)}" is gelezen als het punt "{match.point.key}".',)


def _without(heading: str, rest: str) -> str:
    return heading.removesuffix(rest).strip(" *_:") or heading


@dataclass(slots=True)
class _Open:
    """A section that lines are still added to."""

    line: int
    heading: str = ""
    match: Match | None = None
    texts: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class _Lines:
    """Reads the lines of a text one by one; the open section is the last."""

    def __init__(self, applicant: Applicant) -> None:
        self.applicant = applicant
        self.found = [_Open(1)]
        self.level = 0

    def read(self, rows: list[Row]) -> list[Section]:
        """Return the sections, the first of them what stands above the first heading."""
        lines = ["", *(r.text.strip() for r in rows), ""]
        for row, above, line, below in zip(rows, lines, lines[1:], lines[2:], strict=False):
            if plain(line) in _EXPLANATIONS or (_UNDERLINE.match(line) and above == self.found[-1].heading != ""):
                continue
            underlined = bool(line) and not above and line[-1] not in ".!;" and bool(_UNDERLINE.match(below))
            stands_apart = not above and bool(below) and not _NUMBERED.match(below)
            if not (
                self._marked(row.line, line, underlined)
                or self._bare(row.line, line, not above)
                or self._next_number(row.line, line, stands_apart)
            ):
                self._keep(line, not above)
        return [Section(o.heading, o.match, "\n".join(o.texts).strip(), o.line, tuple(o.doubts)) for o in self.found]

    def _marked(self, at: int, line: str, underlined: bool) -> bool:
        """Take a line that its writer marked as a heading; whether it is one."""
        if BULLET.match(line) or not (cut := _cut_marks(line, underlined)):
            return False
        head, rest, level = cut
        match = matches(head, MARKED).get(self.applicant)
        if match is None and rest:
            return False
        if match is None and self.found[-1].match and level > self.level:
            self._subheading(head, self.found[-1].match.point.key)
        else:
            self._open(at, head, match, rest, level)
        return True

    def _bare(self, at: int, line: str, alone: bool) -> bool:
        """Take a line without marks that reads like a heading we know; whether it is one.

        A single word counts only where it stands alone and its point was not answered before: it may be one of a list.
        """
        if not line or BULLET.match(line) or not (match := matches(line, BARE).get(self.applicant)):
            return False
        label = line.removesuffix(match.rest)
        stands_out = bool(re.search(r"[:?]\s*$", label)) or len(plain(label).split()) >= 3
        if not stands_out and (not alone or any(o.match and o.match.point == match.point for o in self.found)):
            return False
        self._open(at, line, match, "", _LOWEST)
        return True

    def _next_number(self, at: int, line: str, stands_apart: bool) -> bool:
        """Take a line with the number after that of the last heading, a text right below it; whether it is one."""
        last, this = _NUMBERED.match(self.found[-1].heading.rstrip("?:")), _NUMBERED.match(line)
        if not (stands_apart and last and this and int(this["number"]) == int(last["number"]) + 1):
            return False
        self._open(at, line, None, "", _LOWEST)
        return True

    def _open(self, at: int, heading: str, match: Match | None, rest: str, level: int) -> None:
        texts = [t for t in (match.rest if match else "", rest) if t and plain(t) not in _EXPLANATIONS]
        self.found.append(_Open(at, heading, match, texts, list(_doubts_of(heading, match))))
        self.level = level

    def _subheading(self, head: str, point: str) -> None:
        said = f'De kop "{head}" is niet herkend: wat eronder staat, is gelezen bij het punt "{point}".'
        self.found[-1].doubts.append(said)
        self.found[-1].texts += ["", head.rstrip(":") + ":"]

    def _keep(self, line: str, alone: bool) -> None:
        section = self.found[-1]
        section.texts.append(line)
        if section.match and alone and (looks := _LOOKS_LIKE.match(line)):
            point = section.match.point.key
            said = f'"{looks.group().strip()}" lijkt een kop, maar is niet herkend: gelezen bij het punt "{point}".'
            section.doubts.append(said)


def _cut_marks(line: str, underlined: bool) -> tuple[str, str, int] | None:
    """Return (heading, what follows it, level) of a line that is marked as a heading."""
    if hashes := _HASHES.match(line):
        return line.strip("#*_ \t"), "", len(hashes["level"])
    if bold := _BOLD.match(line):
        return bold["head"].strip(), bold["rest"], _LOWEST
    return (line, "", 1) if underlined else None
