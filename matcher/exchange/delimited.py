"""CSV in and out: bytes as Dutch Excel and others write them -> Grid, and rows of texts -> bytes that Excel opens."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from matcher.exchange.cells import Raw, shown
from matcher.exchange.columns import bare
from matcher.exchange.grids import Gatherer, Grid, bounded, refuse

SEPARATORS = ";,\t"
# What a spreadsheet may run as a formula: OWASP's list, the wide forms among it, and the line feed.
FORMULA = "=+-@\t\r\n＝＋－＠"
_RISKY = re.compile(rf"'*[{re.escape(FORMULA)}]")


def read_csv(path: Path | str, data: bytes, headers: frozenset[str]) -> Grid:
    """Return the rows of a CSV file: UTF-8 (with or without BOM), UTF-16 or cp1252; separated by `;`, `,` or a tab.

    The separator is the one that yields most of the known (bare) headers in the first row. A row has the number
    that the spreadsheet shows. Raises BrokenFileError for what is no text, for open quotes and for too much.
    """
    text, separator = _separated(_decoded(path, data), headers)
    gatherer = Gatherer(lambda message, row: refuse(path, message, row))
    number = 0
    try:
        for number, cells in enumerate(_records(text, separator), 1):
            gatherer.row(number, [bounded(_disarmed(c)) for c in cells])
    except csv.Error as fault:
        reason = (
            "een aanhalingsteken dat niet klopt" if "delimiter" in str(fault) or "end" in str(fault) else str(fault)
        )
        raise refuse(path, f"{reason}; een aanhalingsteken binnen een cel hoort dubbel te staan", number + 1) from fault
    return Grid(tuple(gatherer.rows))


def to_csv(rows: Iterable[Sequence[Raw]]) -> bytes:
    """Return rows as Dutch Excel opens them: UTF-8 with BOM, `;`, decimal comma, days as 31-03-2027.

    A text that a spreadsheet could run as a formula gets an apostrophe before it, as does one that begins with
    apostrophes and such a sign; `read_csv` takes that one apostrophe away. Other apostrophes are left alone.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_armed(v) if isinstance(v, str) else shown(v) for v in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _armed(text: str) -> str:
    return f"'{text}" if _RISKY.match(text) else text


def _disarmed(text: str) -> str:
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def _decoded(path: Path | str, data: bytes) -> str:
    """Return the text of the bytes; a file that is not UTF-8 and has no BOM is what Windows calls ANSI."""
    if data.lstrip()[:1] == b"<" or data.startswith(b"%PDF"):
        raise refuse(path, "geen CSV of XLSX maar een webpagina of een ander bestand; bewaar het als .xlsx of als CSV")
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(path, "geen tekst die te lezen is; bewaar het als .xlsx of als CSV UTF-8")


def _encodings(data: bytes) -> Sequence[str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if len(data) % 2 == 0 and data[1:2] == b"\0" != data[:1]:
        return ("utf-16-le",)
    if len(data) % 2 == 0 and data[:1] == b"\0" != data[1:2]:
        return ("utf-16-be",)
    return ("utf-8-sig",) if data.startswith(b"\xef\xbb\xbf") else ("utf-8", "cp1252")


def _separated(text: str, headers: frozenset[str]) -> tuple[str, str]:
    """Return the text and its separator; a first line `sep=;` of Excel names it and is no row."""
    if found := re.match(r'"?sep=([;,\t])"?(?:\r\n|\r|\n)', text, re.IGNORECASE):
        return text[found.end() :], found[1]
    return text, max(SEPARATORS, key=lambda s: _recognised(text, s, headers))


def _recognised(text: str, separator: str, headers: frozenset[str]) -> int:
    try:
        first = next((r for r in _records(text, separator) if any(c.strip() for c in r)), [])
    except csv.Error:
        return 0
    return sum(bare(c) in headers for c in first[:1000])


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
