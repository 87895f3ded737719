"""What a sheet holds reads back equal; what people and Excel do to it is understood or named; no bomb is unpacked."""

from __future__ import annotations

import codecs
import re
import tempfile
import zipfile
from dataclasses import fields, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from matcher.errors import BrokenFileError, InvalidValueError, UnknownNameError
from matcher.exchange import grids, packages
from matcher.exchange.cells import cell, parse, shown
from matcher.exchange.columns import LAYOUTS, OFFERS, QUESTIONS, bare, layout_of
from matcher.exchange.delimited import FORMULA
from matcher.exchange.plans import plan, write_errors
from matcher.exchange.sheets import judgement_rows, qrels_of, read_sheet, write_sheet, write_template
from matcher.parties import Offer, Session
from matcher.proposals import STATES
from tests.conftest import OFFERS as VILLAGE
from tests.conftest import offer
from tests.test_exchange import offers, questions

SUFFIXES = (".xlsx", ".csv")


def _back(values, suffix, kind="offers"):
    """Return what values become by way of a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"blad{suffix}"
        write_sheet(path, kind, values)
        found = plan(read_sheet(path, kind), [])
        assert found.wrong == ()
        return [e.value for e in found.new]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_offer_comes_back_equal_from_a_sheet(suffix):
    @hypothesis_settings(max_examples=60)
    @given(offers())
    @example(offer("a", "=1+1", name="'=x", organisation="'s avonds", contact="_x0041_\r\n\x01\uffff", audience="#N/A"))
    @example(offer("-a", "+x", themes=("a;b", ' "q"', "x\ny", "-"), regions=("a,b", '"'), hours_per_month=1.234))
    @example(offer("12", "x", organisation="  ", hours_per_month=0.1 + 0.2, available_from=date(1, 1, 2)))
    def check(value):
        assert _back([value], suffix) == [value]

    check()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_question_comes_back_equal_from_a_sheet(suffix):
    @hypothesis_settings(max_examples=40)
    @given(questions())
    def check(value):
        assert _back([value], suffix, "leervragen") == [value]

    check()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_judgements_and_proposals_come_back_equal(suffix):
    qrels = {"q1": {"a": 3, "b": 0}, "q2": {"a": 1}}
    assert qrels_of(_back(judgement_rows(qrels), suffix, "beoordelingen")) == qrels
    row = {"id": "v-1", "leervraag": "lv-1", "aanbod": "a", "stand": "voorgesteld", "uren": 2.5,
           "sinds": date(2027, 3, 1), "notitie": "=HYPERLINK(1)"}  # fmt: skip
    assert [list(v.values()) for v in _back([row], suffix, "voorstellen")] == [list(row.values())]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_file_twice_changes_nothing(tmp_path, suffix):
    write_sheet(tmp_path / f"a{suffix}", "aanbod", VILLAGE)
    sheet = read_sheet(tmp_path / f"a{suffix}")
    first = plan(sheet, [])
    assert (len(first.new), first.taken) == (len(VILLAGE), VILLAGE)
    again = plan(sheet, first.taken)
    assert (again.new, again.changed, again.wrong, len(again.same)) == ((), (), (), len(VILLAGE))
    assert again.taken == ()


def test_no_moment_of_writing_stands_in_a_workbook(tmp_path):
    write_sheet(tmp_path / "a.xlsx", "aanbod", VILLAGE)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as written:
        assert {e.date_time for e in written.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        assert set(re.findall(rb"\d{4}-\d\d-\d\dT", written.read("docProps/core.xml"))) == {b"2026-01-01T"}


def test_every_field_has_a_column():
    for layout in (OFFERS, QUESTIONS):
        assert {c.field for c in layout.columns} == {f.name for f in fields(layout.party)}


@pytest.mark.parametrize("text", [f"{sign}1+1" for sign in FORMULA])
def test_nothing_that_goes_out_is_a_formula(tmp_path, text):
    write_sheet(tmp_path / "a.xlsx", "aanbod", [offer("a", "x", name=text)])
    (name,) = (c for c in load_workbook(tmp_path / "a.xlsx").active[2] if c.column == 3)
    assert (name.data_type, name.quotePrefix) == ("s", True)
    write_sheet(tmp_path / "a.csv", "aanbod", [offer("a", "x", name=text)])
    assert f"'{text}".encode() in (tmp_path / "a.csv").read_bytes()


def test_a_text_longer_than_a_cell_is_not_cut_but_refused(tmp_path):
    with pytest.raises(InvalidValueError, match="32767"):
        write_sheet(tmp_path / "a.xlsx", "aanbod", [offer("a", "x" * 32_768)])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(InvalidValueError, match="xlsx"):
        write_sheet(tmp_path / "a.ods", "aanbod", [])


# --- cells ---


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("hours_per_month", "2,5", 2.5), ("hours_per_month", "2.5", 2.5), ("hours_per_month", " 4 ", 4),
        ("hours_per_month", "1.234,5", 1234.5), ("hours_per_month", 3, 3), ("hours_per_month", " ", None),
        ("available_from", "31-03-2027", date(2027, 3, 31)), ("available_from", "31/3/2027", date(2027, 3, 31)),
        ("available_from", "2027-03-31", date(2027, 3, 31)), ("available_from", "31 maart 2027", date(2027, 3, 31)),
        ("available_from", "1 mrt. 2027", date(2027, 3, 1)),
        ("available_from", datetime(2027, 3, 31), date(2027, 3, 31)),  # noqa: DTZ001
        ("available_from", "2027-03-31 00:00:00", date(2027, 3, 31)),
        ("example", "Ja", True), ("example", "WAAR", True), ("example", "nee", False), ("example", True, True),
        ("themes", "drugs, alcohol; geld\n\nrecht ;", ("drugs, alcohol", "geld", "recht")),
        ("themes", '"a; b"; c', ("a; b", "c")), ("themes", '"open; c', ('"open', "c")),
        ("forms", "workshop, lezing;traject", ("workshop", "lezing", "traject")),
        ("kind", " Expert", "expert"), ("kind", "CoP", "cop"), ("id", 12, "12"), ("name", 2.5, "2,5"),
        ("sessions", "11-05-2027 15:00 - 17:00; 12-5-2027", (
            Session(datetime(2027, 5, 11, 15), datetime(2027, 5, 11, 17)),  # noqa: DTZ001
            Session(datetime(2027, 5, 12), datetime(2027, 5, 12)))),  # noqa: DTZ001
        ("sessions", "2027-05-11 23.00 tot 2027-05-12 01.00",
         (Session(datetime(2027, 5, 11, 23), datetime(2027, 5, 12, 1)),)),  # noqa: DTZ001
    ],
)  # fmt: skip
def test_a_cell_as_people_write_it_is_understood(field, raw, value):
    assert parse(OFFERS.column(field), raw) == value


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("hours_per_month", "1.234"), ("hours_per_month", "1,234"), ("hours_per_month", "veel"),
        ("hours_per_month", "1e3"), ("hours_per_month", "2,5,1"), ("hours_per_month", True),
        ("hours_per_month", date(2027, 5, 2)), ("hours_per_month", "9" * 400),
        ("available_from", "31-02-2027"), ("available_from", "3-4-27"), ("available_from", 46477),
        ("available_from", "3/31/2027"), ("available_from", "1" + " " * 30_000), ("available_from", "1 foo 2027"),
        ("example", "misschien"), ("kind", "goeroe"), ("kind", ""), ("id", " "), ("name", date(2027, 3, 1)),
        ("sessions", "elke dinsdag"), ("sessions", "11-05-2027 15:00 - 14:00"), ("sessions", "1" * 30_000),
    ],
)  # fmt: skip
def test_a_cell_that_no_one_can_be_sure_of_is_refused(field, raw):
    with pytest.raises(InvalidValueError):
        parse(OFFERS.column(field), raw)


@hypothesis_settings(max_examples=50)
@given(st.floats(0, 10_000, allow_nan=False) | st.integers(0, 10_000))
def test_a_number_shown_in_dutch_reads_back_equal(value):
    column = OFFERS.column("hours_per_month")
    assert parse(column, shown(cell(column, value))) == value


# --- what Excel and people do to a file ---


def _csv(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "in.csv"
    path.write_bytes(text.encode(encoding))
    return path


ROWS = "Aanbod-id;Soort;Naam;Omschrijving;Uren per maand\r\na;expert;Café;Eén, twee;2,5\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_in_any_encoding_of_excel_reads(tmp_path, encoding):
    (entry,) = plan(read_sheet(_csv(tmp_path, ROWS, encoding)), []).new
    assert (entry.value.name, entry.value.summary, entry.value.hours_per_month) == ("Café", "Eén, twee", 2.5)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_separators_and_line_ends_are_told_apart(tmp_path, separator, end):
    lines = [
        ["id", "Soort", "Naam", "Omschrijving"],
        ["a", "expert", "N;,\tN", 'een "q"\r\ntwee\nregels'],
        [],
        ["b", "cop", "M", "s"],
    ]
    text = end.join(separator.join('"' + c.replace('"', '""') + '"' for c in line) for line in lines) + end
    found = plan(read_sheet(_csv(tmp_path, text)), []).new
    assert [(e.row, e.value.id) for e in found] == [(2, "a"), (4, "b")]
    assert (found[0].value.name, found[0].value.summary) == ("N;,\tN", 'een "q"\r\ntwee\nregels')


def test_the_line_with_which_excel_names_the_separator_is_no_row(tmp_path):
    (entry,) = plan(read_sheet(_csv(tmp_path, "sep=,\r\nid,kind,name\r\na,cop,N\r\n")), []).new
    assert (entry.row, entry.value.kind) == (2, "cop")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b'id;kind;name\na;cop;"open', "aanhalingsteken"), (b"<html><table>", "webpagina"), (b"", "leeg"),
        (b"\n\n;;\n", "leeg"), (b"naam1;b\n1;2", "bekende koppen"), (b"%PDF-1.7", "ander bestand"),
        (b"id;kind\n\x81;cop", "geen tekst"), (codecs.BOM_UTF16_LE + b"a", "geen tekst"),
    ],
)  # fmt: skip
def test_a_csv_that_cannot_be_read_is_named(tmp_path, data, told):
    (tmp_path / "in.csv").write_bytes(data)
    with pytest.raises(BrokenFileError, match=told):
        read_sheet(tmp_path / "in.csv")


def _book(tmp_path, rows, title="Aanbod", change=None):
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    if change:
        change(book)
    book.save(tmp_path / "in.xlsx")
    return tmp_path / "in.xlsx"


HEAD = ["Aanbod-id", "Soort", "NAAM", "themas", "uren_per_maand", "Beschikbaar vanaf"]


def test_a_workbook_as_people_fill_it_in_reads(tmp_path):
    rows = [
        [*HEAD, None, "Opmerking", None],
        ["a", "Expert", 2024, "x", "2,5", datetime(2027, 3, 31), None, "let op", ""],  # noqa: DTZ001
        [None] * 9,
        [" b ", "cop", "N", "", 3, "31-03-2027", " "],
    ]
    first, second = (e.value for e in plan(read_sheet(_book(tmp_path, rows)), []).new)
    assert (first.name, first.hours_per_month, first.available_from) == ("2024", 2.5, date(2027, 3, 31))
    assert (second.id, second.hours_per_month, second.available_from) == ("b", 3, date(2027, 3, 31))


def test_the_sheet_of_its_name_is_read_and_the_others_are_named(tmp_path):
    def change(book):
        book.create_sheet("Leervragen").append(["id", "tekst"])
        book.worksheets[1].append(["q", "Hoe?"])

    sheet = read_sheet(_book(tmp_path, [["x"]], "Kladblok", change))
    assert (sheet.layout, sheet.passed_over) == (QUESTIONS, ("Kladblok",))
    assert [e.value.text for e in plan(sheet, []).new] == ["Hoe?"]


def test_dates_of_a_mac_and_cells_without_a_place_read(tmp_path):
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    inline = "".join(f'<c t="inlineStr"><is><r><t>{t[:2]}</t></r><r><t>{t[2:]}</t></r></is></c>' for t in HEAD)
    row = ('<c t="inlineStr"><is><t>a</t></is></c><c t="str"><f>A1</f><v>cop</v></c><c t="inlineStr"><is><t>N</t><rPh>'
           '<t>x</t></rPh></is></c><c/><c><v>2.5</v></c><c s="1"><v>45016</v></c>')  # fmt: skip
    path = _package(tmp_path, f"<row>{inline}</row><row>{row}</row>", styles, 'date1904="1"')
    (entry,) = plan(read_sheet(path, "aanbod"), []).new
    assert (entry.row, entry.value.name, entry.value.available_from) == (2, "N", date(2027, 4, 1))


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="C2"><f>A1</f></c>', "uitkomst"), ('<c r="C2" t="e"><v>#N/A</v></c>', "fout van een formule"),
        ('<c r="C2" t="s"><v>7</v></c>', "in het bestand"), ('<c r="C2"><v>nan</v></c>', "getal"),
        (f'<c r="C2" t="str"><v>{"x" * 32_768}</v></c>', "32,767"), ('<c r="I2"><v>1</v></c>', "zonder kop"),
    ],
)  # fmt: skip
def test_a_cell_without_a_sound_value_is_named(tmp_path, cell, told):
    head = "".join(f'<c t="inlineStr"><is><t>{t}</t></is></c>' for t in HEAD)
    found = '<c r="A2" t="str"><v>a</v></c><c r="B2" t="str"><v>cop</v></c>' + cell
    wrong = plan(read_sheet(_package(tmp_path, f"<row>{head}</row><row>{found}</row>"), "aanbod"), []).wrong
    assert told in wrong[0].message
    assert (wrong[0].line, wrong[0].column) == (2, cell[6])


def test_merged_cells_are_named(tmp_path):
    rows = [HEAD, *([f"a{i}", "cop", "N"] for i in range(4))]
    path = _book(tmp_path, rows, change=lambda book: book.active.merge_cells("C3:C4"))
    wrong = plan(read_sheet(path), []).wrong
    assert {(p.line, p.message) for p in wrong if "samengevoegd" in p.message} == {
        (3, "samengevoegde cellen (C3:C4); splits ze"), (4, "samengevoegde cellen (C3:C4); splits ze")
    }  # fmt: skip


# --- plans ---


def _plan(tmp_path, text, existing=VILLAGE, **how):
    return plan(read_sheet(_csv(tmp_path, text), "aanbod"), existing, **how)


def test_a_column_that_is_not_there_says_nothing_and_an_empty_cell_says_nothing_any_more(tmp_path):
    found = _plan(tmp_path, "id;uren per maand\na-verzuim;\n")
    (entry,) = found.changed
    assert entry.value == replace(VILLAGE[0], hours_per_month=None)
    assert [(c.header, c.before, c.after) for c in entry.changes] == [("Uren per maand", 4, None)]
    assert found.taken == (entry.value,)


@pytest.mark.parametrize(
    ("text", "line", "column", "told"),
    [
        ("id;soort;naam;kleur\na;cop;N;rood", 1, "D", "onbekende kolom"),
        ("id;soort;naam;id\na;cop;N;b", 1, "D", "tweemaal"), ("soort;naam\ncop;N", 1, "", "Aanbod-id ontbreekt"),
        ("id;soort;naam\na;goeroe;N", 2, "B", "toegestaan: aandeelhouder"), ("id;naam\na;N", 2, "", "verplicht"),
        ("id;soort;naam\na;cop;N\na;cop;M", 3, "A", "staat al op rij 2"),
        ("id;soort;naam\na;cop;N;x", 2, "D", "zonder kop"), ("id;soort;naam\na b;cop;N", 2, "A", "zonder spaties"),
        ("id;soort;naam\na;cop;", 2, "", "naam of een omschrijving"),
        ("id;soort;naam;uren per maand\na;cop;N;1.500", 2, "D", "duizendtallen"),
        ("id;soort;naam;uren per maand\na;cop;N;-1", 2, "D", "uren per maand"),
        ("id;soort;naam;regio\na;cop;N;Atlantis", 2, "D", "Almere"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_row_and_column_and_then_nothing_is_taken(tmp_path, text, line, column, told):
    found = _plan(tmp_path, text, known={"regions": ["Almere", "Twente"]})
    assert (found.wrong[0].line, found.wrong[0].column) == (line, column)
    assert told in found.wrong[0].message
    assert found.taken == ()
    assert "er wordt niets overgenomen" in found.sentence
    assert f"rij {line}" in str(BrokenFileError("x", found.wrong))


def test_names_are_taken_over_as_they_are_known_and_ids_only_when_equal(tmp_path):
    (entry,) = _plan(
        tmp_path, "id;soort;naam;regio\na;cop;N;regio twente, ALMERE", known={"regions": ["Almere", "Twente"]}
    ).new
    assert entry.value.regions == ("Twente", "Almere")
    path = _csv(tmp_path, "leervraag;aanbod;graad\nLV-1;a;3\nlv-1;a;4")
    wrong = plan(read_sheet(path), [], {"question": {f"lv-{i}" for i in range(30)}}).wrong
    assert [(p.line, p.field) for p in wrong] == [(2, "Leervraag-id"), (3, "Graad")]
    assert len(wrong[0].message) < 200


def test_the_error_sheet_has_the_wrong_rows_and_reads_back_after_mending(tmp_path):
    text = "Opmerking;id;soort;naam;uren per maand\nx;=a;cop;N;2,5\ny;b;goeroe;M;veel\nz;c;cop;L;1\n"
    sheet = read_sheet(_csv(tmp_path, text))
    write_errors(tmp_path / "fout.xlsx", sheet, plan(sheet, []))
    book = load_workbook(tmp_path / "fout.xlsx")
    top, row = book.worksheets[0].iter_rows()
    assert [c.value for c in top] == ["Opmerking", "id", "soort", "naam", "uren per maand", "Fout"]
    assert [c.value for c in row][:5] == ["y", "b", "goeroe", "M", "veel"]
    assert row[5].value.startswith("rij 3: Soort: 'goeroe' kan niet")
    assert [c.fill.fgColor.rgb[2:] == "FFC7CE" for c in row] == [False, False, True, False, True, False]
    assert [[c.value for c in r][:2] for r in book.worksheets[1].iter_rows(min_row=2)] == [[3, "C"], [3, "E"]]
    row[2].value, row[4].value = "expert", 2
    book.save(tmp_path / "fout.xlsx")
    again = plan(read_sheet(tmp_path / "fout.xlsx"), [])
    assert (again.wrong, [e.value.id for e in again.new]) == ((), ["b"])


def test_where_a_header_is_wrong_all_rows_go_along(tmp_path):
    sheet = read_sheet(_csv(tmp_path, "id;soort;naam;kleur\na;cop;N;rood\nb;cop;M;blauw\n"))
    write_errors(tmp_path / "fout.xlsx", sheet, plan(sheet, []))
    page = load_workbook(tmp_path / "fout.xlsx").worksheets[0]
    assert page.max_row == 3
    assert page["D1"].fill.fgColor.rgb[2:] == "FFC7CE"
    with pytest.raises(InvalidValueError):
        write_errors(tmp_path / "fout.csv", sheet, plan(sheet, []))


# --- templates ---


@pytest.mark.parametrize("kind", list(LAYOUTS))
def test_a_template_explains_every_column_and_reads_empty(tmp_path, kind):
    write_template(tmp_path / "t.xlsx", kind, {"regions": ["Almere"], "region": ["Almere"], "forms": ["workshop"]})
    sheet = read_sheet(tmp_path / "t.xlsx")
    assert (sheet.layout.name, sheet.rows, sheet.problems) == (kind, (), ())
    book = load_workbook(tmp_path / "t.xlsx")
    assert book.worksheets[0].freeze_panes == "A2"
    told = {r[0].value: r[1].value for r in book["Uitleg"].iter_rows(min_row=2)}
    assert list(told) == [c.header for c in sheet.layout.columns]
    assert all(told.values())


def test_the_drop_downs_of_a_template_point_at_their_names(tmp_path):
    write_template(tmp_path / "t.xlsx", "aanbod", {"regions": ["Almere", "Twente"], "forms": ["workshop"]})
    book = load_workbook(tmp_path / "t.xlsx")
    rules = {str(r.sqref)[0]: r for r in book.worksheets[0].data_validations.dataValidation if r.type == "list"}
    lists = {}
    for place, rule in rules.items():
        at, last = re.fullmatch(r"Keuzes!\$(\w)\$2:\$\w\$(\d+)", rule.formula1).groups()
        lists[place] = [book["Keuzes"][f"{at}{i}"].value for i in range(2, int(last) + 1)]
    assert lists["B"] == ["expert", "aandeelhouder", "facilitator", "cop", "dossier", "praktijkvoorbeeld"]
    assert (lists["H"], lists["I"]) == (["Almere", "Twente"], ["workshop"])
    assert (rules["B"].showErrorMessage, rules["H"].showErrorMessage) == (True, False)


def test_the_state_of_a_proposal_is_chosen_from_a_list(tmp_path):
    write_template(tmp_path / "t.xlsx", "voorstellen")
    book = load_workbook(tmp_path / "t.xlsx")
    (rule,) = (r for r in book.worksheets[0].data_validations.dataValidation if r.type == "list")
    at, last = re.fullmatch(r"Keuzes!\$(\w)\$2:\$\w\$(\d+)", rule.formula1).groups()
    assert [book["Keuzes"][f"{at}{i}"].value for i in range(2, int(last) + 1)] == list(STATES)
    assert (str(rule.sqref)[0], rule.showErrorMessage) == ("D", True)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_the_examples_of_the_explanation_are_allowed_and_headers_are_clear(layout):
    for column in layout.columns:
        assert parse(column, column.example) not in (None, ())
        for name in (column.header, column.field, column.header.upper()):
            assert layout.by_header[bare(name)] == column
    assert layout_of(layout.title) == layout_of(layout.name) == layout


def test_an_unknown_kind_is_named():
    with pytest.raises(UnknownNameError, match="leervragen"):
        layout_of("facturen")


# --- bombs and wrecks ---

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _package(tmp_path, rows="", styles="", book="", **parts):
    """Write an XLSX by hand: the rows of its one sheet, and whole parts by their bare name."""
    path = tmp_path / "in.xlsx"
    texts = {
        "xl/workbook.xml": f'<workbook xmlns:r="{REL}"><workbookPr {book}/><sheets><sheet name="Aanbod" r:id="r1"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{REL}/worksheet" '
        'Target="/xl/worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f"<worksheet {NS}><sheetData>{rows}</sheetData></worksheet>",
        "xl/styles.xml": styles or "<styleSheet/>",
    } | {f"xl/{name}.xml": text for name, text in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in texts.items():
            out.writestr(name, text)
    return path


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>'


@pytest.mark.parametrize(
    ("rows", "parts", "told"),
    [
        ("", {"sharedStrings": f"<sst>{'<si><t>x</t></si>' * 1_000_000}</sst>"}, "verdacht"),
        ("", {"sharedStrings": ENTITIES}, "DOCTYPE"),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', {}, "kolommen"),
        ("", {"styles": "<a>" * 10}, "geldige XML"),
        ("", {f"p{i}": "" for i in range(600)}, "onderdelen"),
    ],
)
def test_a_bomb_is_refused(tmp_path, rows, parts, told):
    with pytest.raises(BrokenFileError, match=told):
        read_sheet(_package(tmp_path, rows, **parts), "aanbod")


def test_a_bomb_is_refused_before_anything_of_it_is_unpacked(tmp_path, monkeypatch):
    path = _package(tmp_path, sharedStrings=f"<sst>{'<si><t>x</t></si>' * 1_000_000}</sst>")
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("unpacked"))
    with pytest.raises(BrokenFileError, match="keer zo groot"):
        read_sheet(path)


@pytest.mark.parametrize(
    ("limit", "most", "told"),
    [("grids.MOST_ROWS", 3, "rijen"), ("grids.MOST_CELLS", 10, "cellen"), ("packages.MOST_ELEMENTS", 20, "onderdelen"),
     ("packages.MOST_UNPACKED", 100, "uitgepakt"), ("sheets.MOST_PACKED", 100, "te groot")],
)  # fmt: skip
def test_every_limit_is_kept(tmp_path, monkeypatch, limit, most, told):
    path = tmp_path / "a.xlsx"
    write_sheet(path, "aanbod", VILLAGE)
    assert len(read_sheet(path).rows) == len(VILLAGE)
    monkeypatch.setattr(f"matcher.exchange.{limit}", most)
    with pytest.raises(BrokenFileError, match=told):
        read_sheet(path)


def test_what_we_write_ourselves_is_never_taken_for_a_bomb(tmp_path):
    """Rows that are as equal as rows can be, so many that they unpack to well over the size that counts."""
    write_sheet(tmp_path / "a.xlsx", "aanbod", [offer(f"a{i}", "zelfde") for i in range(4_000)])
    entries = zipfile.ZipFile(tmp_path / "a.xlsx").infolist()
    assert max(e.file_size for e in entries) > packages.SMALL
    assert max(e.file_size / e.compress_size for e in entries) < packages.MOST_RATIO / 2
    assert len(read_sheet(tmp_path / "a.xlsx").rows) == 4_000


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packages._OLE + b"\0" * 600, "oud .xls"),
        (packages._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "wachtwoord"),
        (b"PK\x03\x04rommel", "geen geldig XLSX"),
    ],
)
def test_another_kind_of_file_is_called_by_its_name(tmp_path, data, told):
    (tmp_path / "in.xlsx").write_bytes(data)
    with pytest.raises(BrokenFileError, match=told):
        read_sheet(tmp_path / "in.xlsx")


@pytest.mark.parametrize(
    ("name", "told"), [("mimetype", "OpenDocument"), ("xl/workbook.bin", "xlsb"), ("x", "werkmap")]
)
def test_another_kind_of_package_is_called_by_its_name(tmp_path, name, told):
    with zipfile.ZipFile(tmp_path / "in.xlsx", "w") as out:
        out.writestr(name, "x")
    with pytest.raises(BrokenFileError, match=told):
        read_sheet(tmp_path / "in.xlsx")


def test_a_damaged_workbook_is_refused_wherever_the_damage_lies(tmp_path):
    write_sheet(tmp_path / "a.xlsx", "aanbod", VILLAGE[:2])
    whole = (tmp_path / "a.xlsx").read_bytes()
    values = [e.value for e in plan(read_sheet(tmp_path / "a.xlsx"), []).new]
    for at in range(0, len(whole), 97):
        (tmp_path / "b.xlsx").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            found = plan(read_sheet(tmp_path / "b.xlsx"), [])
        except BrokenFileError:
            continue
        assert [e.value for e in found.new] == values


def test_no_link_out_of_the_workbook_is_followed(tmp_path):
    rels = f'<Relationships><Relationship Id="r1" Type="{REL}/worksheet" TargetMode="External" Target="file:///etc/passwd"/></Relationships>'
    path = _package(tmp_path)
    data = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(data, "w") as out:
        for name in source.namelist():
            out.writestr(name, rels if name.endswith(".rels") else source.read(name))
    path.write_bytes(data.getvalue())
    with pytest.raises(BrokenFileError, match="ontbreekt in het bestand"):
        read_sheet(path)


def test_a_long_row_is_held_to_the_limit(tmp_path):
    with pytest.raises(BrokenFileError, match="kolommen"):
        read_sheet(_csv(tmp_path, "id;kind" + ";x" * grids.MOST_COLUMNS))


def test_an_offer_is_what_comes_out():
    assert all(isinstance(v, Offer) for v in _back(VILLAGE, ".csv"))


def test_a_sheet_that_libreoffice_wrote_is_read(tmp_path):
    """A real file, made by hand: see sheets/README.md."""
    sheet = read_sheet(Path(__file__).parent / "sheets" / "libreoffice.xlsx")
    assert (sheet.problems, sheet.passed_over) == ((), ("Uitleg", "Keuzes"))
    found = plan(sheet, [], {"regions": ["Almere", "Regio Twente"]})
    assert (len(found.new), found.wrong) == (3, ())
    first, second, third = found.taken
    assert (first.themes, first.regions) == (("thuiszitters", "alcohol, drugs en vapen"), ("Almere", "Regio Twente"))
    assert (first.forms, first.hours_per_month) == (("workshop", "online sessie"), 2.5)
    assert (first.available_from, first.available_until) == (date(2027, 1, 1), date(2027, 6, 30))
    assert (first.summary.splitlines()[1], first.example, second.example) == ("Ook na corona.", True, True)
    assert [s.start.isoformat() for s in second.sessions] == ["2027-05-11T15:00:00", "2027-06-08T15:00:00"]
    assert (third.name, third.summary) == ("=1+1 is geen formule", "Wat werkt: “vast team” – ’s ochtends.")
    write_sheet(tmp_path / "weer.xlsx", "aanbod", found.taken)
    assert plan(read_sheet(tmp_path / "weer.xlsx"), found.taken).changed == ()
