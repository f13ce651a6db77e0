"""The files that hold the whole portal at once: every figure stands in them, with its type."""

import datetime
import sqlite3
import subprocess
import zipfile
from contextlib import closing

import duckdb
import openpyxl
import pytest

from sources import number, plain
from test_data import expected, rows


@pytest.fixture(scope="session")
def data(site):
    return site / "data"


@pytest.fixture(scope="module")
def book(data):
    return openpyxl.load_workbook(data / "portal.xlsx")


@pytest.fixture
def database(data):
    if not (data / "portal.sqlite").exists():
        pytest.skip("the site was built by a program without SQLite")
    with closing(sqlite3.connect(f"file:{data}/portal.sqlite?mode=ro", uri=True)) as database:
        yield database


@pytest.fixture
def parquet(data):
    if not (data / "parquet").exists():
        pytest.skip("the site was built without --parquet")
    return f"'{data}/parquet/*/*.parquet'"


def assert_holds(read, portal):
    """Every cell once; every figure that was written, as a number where it is one."""
    wanted = expected(portal)
    assert read.keys() == wanted.keys()
    wrong = {cell: (read[cell], figure) for cell, figure in wanted.items() if figure and not same(read[cell], figure)}
    assert not wrong
    assert not any(isinstance(value, str) and number(value) is not None for value in read.values())


def same(read, figure):
    """Whether a typed value is a figure as written."""
    return read == plain(figure) if isinstance(read, str) else read is not None and float(read) == float(figure)


def test_workbook_holds_every_figure(book, data, portal):
    read = {}
    for path in data.glob("tables/*/*.csv"):
        sheet = book[f"{path.parent.name}-{path.stem.replace('_', '-')}"[:31]]
        columns = path.read_text("utf-8-sig").partition("\n")[0].strip().split(",")
        for line in sheet.iter_rows(min_row=2, values_only=True):
            own = dict(zip(columns, line, strict=True))
            for column in columns[5:]:
                read[own["agency"], str(own["year"]), path.stem, own["row"], column] = own[column]
    assert_holds(read, portal)


def test_workbook_lists_its_sheets_and_keeps_their_heads_in_sight(book, data):
    contents, *others = book.worksheets
    listed = {sheet: count for sheet, _, count in contents.iter_rows(min_row=2, values_only=True)}
    assert listed == {sheet.title: sheet.max_row - 1 for sheet in others}
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold and cell.value for cell in sheet[1])
    for name in ("reports", "agencies", "dictionary", "concordance"):
        assert book[name].max_row - 1 == len(rows(data / f"{name}.csv"))
    days = [cell.value for cell in book["reports"]["F"][1:] if cell.value]
    assert days and all(isinstance(day, datetime.datetime) for day in days)


def test_workbook_opens_in_an_office_program(data, tmp_path):
    profile = (tmp_path / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run([*command, "--outdir", tmp_path, data / "portal.xlsx"], check=True, capture_output=True, timeout=600)
    before, after = openpyxl.load_workbook(data / "portal.xlsx"), openpyxl.load_workbook(tmp_path / "portal.xlsx", data_only=True)
    assert before.sheetnames == after.sheetnames
    for name in before.sheetnames:
        assert list(before[name].values) == list(after[name].values)


def test_workbook_tells_nothing_of_its_maker_or_the_hour(data):
    with zipfile.ZipFile(data / "portal.xlsx") as parts:
        assert not [part for part in parts.namelist() if part.startswith("docProps")]
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_database_holds_every_figure(database, portal):
    lines = database.execute('SELECT agency, year, "table", "row", "column", value FROM figures').fetchall()
    read = {(agency, str(year), *cell): value for agency, year, *cell, value in lines}
    assert len(read) == len(lines), "no cell twice"
    unfit = database.execute("SELECT * FROM not_applicable").fetchall()
    unfit = {(agency, str(year), *cell) for agency, year, *cell in unfit}
    assert all(read[cell] is None for cell in unfit), "a sum or a mean leaves them out"
    assert_holds(read | dict.fromkeys(unfit, "/"), portal)


def test_database_is_sound_and_says_what_figures_mean(database, data):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    for name in ("reports", "agencies", "dictionary", "concordance"):
        assert database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] == len(rows(data / f"{name}.csv"))
    [(figures, labelled)] = database.execute(
        """SELECT (SELECT count(*) FROM figures), count(*) FROM figures_with_labels WHERE column_label <> ''"""
    )
    assert figures == labelled > 0


def test_parquet_holds_every_figure(parquet, portal):
    lines = duckdb.sql(f'SELECT agency, year, "table", "row", "column", value, number FROM {parquet}').fetchall()
    read = {(agency, str(year), *cell): value for agency, year, *cell, value, _ in lines}
    assert len(read) == len(lines), "no cell twice"
    wanted = expected(portal)
    assert read.keys() == wanted.keys()
    assert not {cell: read[cell] for cell, figure in wanted.items() if figure and read[cell] != plain(figure)}
    for *_, value, as_number in lines:
        assert as_number == (None if value is None or number(value) is None else float(value))


def test_parquet_is_one_table_with_the_years_as_a_column(parquet, portal):
    years = {year for (year,) in duckdb.sql(f"SELECT DISTINCT year FROM {parquet}").fetchall()}
    assert years == {report.year for report in portal.reports if report.form}
