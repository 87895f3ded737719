"""Reading and writing a sheet beside a plain loop over openpyxl, which knows no limits, columns or errors."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

import pytest
from openpyxl import Workbook, load_workbook

from matcher import reference
from matcher.exchange.plans import plan
from matcher.exchange.sheets import read_sheet, write_sheet

pytestmark = pytest.mark.benchmark(min_rounds=3, max_time=1)


@pytest.fixture(scope="module")
def offers():
    """5,000 offers: the corpus over and over, under new ids."""
    corpus = reference.offers()
    return [replace(corpus[n % len(corpus)], id=f"{n:04}") for n in range(5_000)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, offers):
    folder = tmp_path_factory.mktemp("bladen")
    for suffix in (".xlsx", ".csv"):
        write_sheet(folder / f"aanbod{suffix}", "aanbod", offers)
    return folder


def _loop(path):
    book = load_workbook(path, read_only=True, data_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return rows


@pytest.mark.benchmark(group="reading 5,000 offers from XLSX")
def test_read_sheet(benchmark, folder):
    assert len(benchmark(read_sheet, folder / "aanbod.xlsx").rows) == 5_000


@pytest.mark.benchmark(group="reading 5,000 offers from XLSX")
def test_loop_over_openpyxl(benchmark, folder):
    assert len(benchmark(_loop, folder / "aanbod.xlsx")) == 5_001


@pytest.mark.benchmark(group="reading 5,000 offers from CSV")
def test_read_csv(benchmark, folder):
    assert len(benchmark(read_sheet, folder / "aanbod.csv").rows) == 5_000


@pytest.mark.benchmark(group="reading 5,000 offers from CSV")
def test_loop_over_csv(benchmark, folder):
    text = (folder / "aanbod.csv").read_text(encoding="utf-8-sig")
    assert len(benchmark(lambda: list(csv.reader(StringIO(text, newline=""), delimiter=";")))) == 5_001


@pytest.mark.benchmark(group="planning 5,000 offers that are there already")
def test_plan(benchmark, folder, offers):
    sheet = read_sheet(folder / "aanbod.xlsx")
    assert len(benchmark(plan, sheet, offers).same) == 5_000


@pytest.mark.benchmark(group="writing 5,000 offers to XLSX")
def test_write_sheet(benchmark, tmp_path, offers):
    benchmark(write_sheet, tmp_path / "a.xlsx", "aanbod", offers)


@pytest.mark.benchmark(group="writing 5,000 offers to XLSX")
def test_loop_into_openpyxl(benchmark, tmp_path, offers):
    def loop():
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for o in offers:
            sheet.append([o.id, o.kind, o.name, o.organisation, o.perspective, o.summary, "; ".join(o.themes),
                          "; ".join(o.regions), "; ".join(o.forms), o.hours_per_month, o.available_from,
                          o.available_until, o.audience, None, o.contact, o.source, o.example])  # fmt: skip
        book.save(tmp_path / "b.xlsx")

    benchmark(loop)
