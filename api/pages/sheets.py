"""Rows of a list go in, the Excel file comes out that holds the same rows by the same filter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, make_response, request

from api.lists import XLSX, sheet
from matcher import write_sheet


def asked_as_excel() -> bool:
    """Return whether the address asks for the list as Excel."""
    return request.args.get("als") == "xlsx"


def excel(name: str, kind: str, rows: Iterable[Any]) -> Response:
    """Return rows as an Excel file to download, called `<name>.xlsx`; kind: which sheet (`write_sheet`)."""
    response = make_response(sheet(f"{name}.xlsx", kind, rows, write_sheet))
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
