"""The workbook of every report: read by openpyxl, worked out anew by LibreOffice."""

import subprocess
from decimal import Decimal
from html.parser import HTMLParser

import openpyxl
import pytest

from sources import number, plain


def cells_of(book):
    """{address: cell}, as the dictionary of a workbook says where the figures stand."""
    dictionary = book.worksheets[-1]
    found = {}
    for row in dictionary.iter_rows(values_only=True):
        if row[1] in book.sheetnames and row[2]:
            found[row[0]] = book[row[1]][row[2]]
    return found


def named(address):
    table, row, column = address
    return f"{table}[{row}, {column}]"


def shown(cell, value):
    """What a cell shows: a number with the decimals its format gives it."""
    if isinstance(value, (int, float)):
        decimals = len(cell.number_format.partition(".")[2])
        return f"{Decimal(str(value)):.{decimals}f}"
    return "" if value is None else str(value)


@pytest.fixture(scope="session")
def anew(site, portal, tmp_path_factory):
    """The workbooks as LibreOffice works them out, from formulas without remembered results."""
    bare, done = tmp_path_factory.mktemp("bare"), tmp_path_factory.mktemp("anew")
    for report in portal.reports:
        if report.form:
            openpyxl.load_workbook(report.file(site, "xlsx")).save(bare / f"{report}.xlsx")
    recalculate(bare, done)
    return done


def recalculate(source, target):
    """Lets LibreOffice open and save all workbooks of a folder."""
    profile = (target / "profile").as_uri()
    books = sorted(str(path) for path in source.glob("*.xlsx"))
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(target), *books], check=True, capture_output=True, timeout=600)


def test_xlsx_holds_every_figure(site, report):
    path = report.file(site, "xlsx")
    if report.form is None:
        assert not path.exists()
        return
    cells = cells_of(openpyxl.load_workbook(path, data_only=True))
    assert [address for address in cells if not address.startswith("#")] == [*map(named, report.addresses)]
    for address, figure in report.written.items():
        cell = cells[named(address)]
        assert shown(cell, cell.value) == plain(figure), address
        kind = report.form.kind(*address)
        if number(figure) is not None and kind != "text":
            assert cell.data_type == "n", f"{address} is no number"


def test_sums_are_formulas_that_come_to_the_same(site, report, anew):
    if report.form is None:
        return
    written = cells_of(openpyxl.load_workbook(report.file(site, "xlsx")))
    remembered = cells_of(openpyxl.load_workbook(report.file(site, "xlsx"), data_only=True))
    again = cells_of(openpyxl.load_workbook(anew / f"{report}.xlsx", data_only=True))
    formulas = [address for address, cell in written.items() if cell.data_type == "f"]
    assert formulas, "no sum is live"
    for address in formulas:
        assert written[address].value.lstrip("=").startswith(("SUM(", "ROUND(SUM(")), address
    for address, cell in remembered.items():
        assert shown(written[address], again[address].value) == shown(written[address], cell.value), address


class Tables(HTMLParser):
    """The cells of the tables of a page that span: {table: {(row, column, rows, columns)}}."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.taken = [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "table":
            self.tables.append({"id": None, "spans": set()})
            self.taken, self.row = set(), -1
        elif tag == "tr" and self.taken is not None:
            self.row += 1
        elif tag in ("td", "th") and self.taken is not None:
            rows, columns = (int(attributes.get(name, 1)) for name in ("rowspan", "colspan"))
            column = 0
            while (self.row, column) in self.taken:
                column += 1
            covered = {(self.row + r, column + c) for r in range(rows) for c in range(columns)}
            self.taken |= covered
            if rows * columns > 1:
                self.tables[-1]["spans"].add((self.row, column, rows, columns))
            if "data-cell" in attributes:
                self.tables[-1].setdefault("first", (attributes["data-cell"], self.row, column))

    def handle_endtag(self, tag):
        if tag == "table":
            self.taken = None


def test_heads_are_merged_as_on_the_page(site, report):
    if report.form is None:
        return
    book = openpyxl.load_workbook(report.file(site, "xlsx"))
    cells = cells_of(book)
    page = Tables((site / "agencies" / report.agency / str(report.year) / "index.html").read_text("utf-8"))
    drawn = [table for table in page.tables if "first" in table]
    assert len(drawn) == len(report.form.tables)
    for table in drawn:
        address, row, column = table["first"]
        cell = cells[address]
        top, left = cell.row - row, cell.column - column
        height = max((r + rows for r, _, rows, _ in table["spans"]), default=0)
        merged = {
            (area.min_row - top, area.min_col - left, area.size["rows"], area.size["columns"])
            for area in cell.parent.merged_cells.ranges
            if top <= area.min_row < top + height
        }
        assert merged == table["spans"], address


def test_nothing_is_hidden_in_a_workbook(site, report):
    if report.form is None:
        return
    book = openpyxl.load_workbook(report.file(site, "xlsx"))
    properties = book.properties
    assert not properties.creator and not properties.lastModifiedBy and not properties.description
    published = report.head.get("published")
    assert properties.created.date() == published or published is None
    assert all(sheet.sheet_state == "visible" for sheet in book.worksheets)
    assert not book.defined_names
    for sheet in book.worksheets:
        assert sheet.freeze_panes and sheet.print_title_rows and sheet.page_setup.paperSize == 9
