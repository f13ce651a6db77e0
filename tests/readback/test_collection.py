"""The workbook for the clerk: filled in by openpyxl, worked out by LibreOffice, imported."""

import json
import random
import shutil
import subprocess

import openpyxl
import pytest

from sources import Portal, number, plain
from test_xlsx import cells_of, named, recalculate

PROSE = "第一段文字，写明情况。\n第二段：一、总体情况"


class Desk:
    """A copy of the portal without one report, to be collected anew."""

    def __init__(self, program, portal, report, folder):
        self.program, self.report, self.root = program, report, folder / "portal"
        shutil.copytree(portal.folder / "content", self.root / "content")
        shutil.copy(portal.folder / "site.toml", self.root)
        self.folder = self.root / "content/agencies" / report.agency / str(report.year)
        shutil.rmtree(self.folder)
        self.book = folder / "given-out.xlsx"
        self.run("new", "report", report.agency, str(report.year), "--xlsx", str(self.book))

    def run(self, *arguments):
        done = subprocess.run([self.program, "-r", self.root, *arguments], capture_output=True, text=True)
        done.json = json.loads(done.stdout) if "--json" in arguments else None
        return done

    def fill(self, figures, path):
        """Fills the workbook in, as far as its cells are open."""
        book = openpyxl.load_workbook(self.book)
        for address, cell in cells_of(book).items():
            if address.startswith("#"):
                assert not cell.protection.locked, address
                cell.value = PROSE
            elif not cell.protection.locked:
                figure = figures.get(address, "")
                value = number(figure)
                cell.value = plain(figure) or None if value is None else float(value) if "." in figure else int(value)
        book.save(path)


@pytest.fixture(scope="module")
def newest(portal):
    """A report of the newest year whose agency reported the year before as well."""
    known = {(report.agency, report.year) for report in portal.reports}
    fits = [r for r in portal.reports if r.form and (r.agency, r.year - 1) in known]
    return max(fits, key=lambda report: (report.year, len(report.written)))


@pytest.fixture
def desk(program, portal, newest, tmp_path):
    return Desk(program, portal, newest, tmp_path)


def test_only_what_is_to_be_filled_in_is_open_and_it_takes_only_what_fits(desk):
    book = openpyxl.load_workbook(desk.book)
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book.worksheets)
    open_cells = {address for address, cell in cells_of(book).items() if not cell.protection.locked}
    sums = {
        named((table, row, column))
        for table, row, column in desk.report.addresses
        if is_sum(desk.report.form, table, row, column)
    }
    figures = {named(address) for address in desk.report.addresses}
    assert {address for address in open_cells if not address.startswith("#")} == figures - sums
    for sheet in book.worksheets:
        ruled = [area for rule in sheet.data_validations.dataValidation for area in rule.sqref.ranges]
        for address, cell in cells_of(book).items():
            if cell.parent is sheet and address in figures - sums:
                assert any(cell.coordinate in area for area in ruled), address


def is_sum(form, table, row, column):
    """Whether a cell is in a line that adds others up; an open table adds up its rows, but for some columns."""
    rows, columns = form.tables[table]["rows"], form.tables[table]["columns"]
    own = next((line for line in columns if line["id"] == column), {})
    if isinstance(rows, list):
        return "sum" in own or any("sum" in line for line in rows if line["id"] == row)
    is_total = row == rows.get("total", {}).get("id")
    return "sum" in own or is_total and "none" not in (rows.get("combine"), own.get("combine"))


def test_a_filled_in_workbook_is_imported_without_any_doubt(desk):
    figures = {named(address): figure for address, figure in desk.report.written.items()}
    filled = desk.root / "filled.xlsx"
    desk.fill(figures, filled)
    done = desk.run("import", str(filled), "--json")
    assert done.returncode == 0, done.stderr
    assert done.json["diagnostics"] == []
    [back] = [report for report in Portal(desk.root).reports if str(report) == str(desk.report)]
    for address in back.addresses:
        if not is_sum(back.form, *address):
            wanted, read = figures.get(named(address), ""), back.written.get(address, "")
            assert number(read) == number(wanted) and (number(read) is not None or read == plain(wanted)), address
    text = (desk.folder / "report.md").read_text("utf-8")
    assert text.count("第一段文字") == len(back.form.raw["section"])


def test_live_checks_find_what_the_program_finds(desk, tmp_path):
    """Ten reports with figures changed at random: a rule fails in the one as in the other."""
    chance = random.Random(6)
    filled, done = tmp_path / "filled", tmp_path / "done"
    filled.mkdir(), done.mkdir()
    figures = {named(address): figure for address, figure in desk.report.written.items()}
    inputs = [a for a in desk.report.addresses if not is_sum(desk.report.form, *a)]
    for number_of in range(10):
        wrong = dict(figures)
        for address in chance.sample(inputs, number_of):
            wrong[named(address)] = chance.choice(["", "/", str(chance.randrange(90))])
        desk.fill(wrong, filled / f"{number_of}.xlsx")
    recalculate(filled, done)
    failing = 0
    for number_of in range(10):
        book = openpyxl.load_workbook(done / f"{number_of}.xlsx", data_only=True)
        texts = [cell.value for sheet in book.worksheets[:-1] for row in sheet.iter_rows() for cell in row]
        # The first sheet counts what the others show, and has the checks that go across tables.
        guide, *others = book.worksheets[:-1]
        across = [cell for cell, name in guide.iter_rows(max_col=2) if name.value not in book.sheetnames]
        marked = [*across, *(cell for sheet in others for row in sheet.iter_rows() for cell in row)]
        shown = [cell.value for cell in marked if isinstance(cell.value, str) and cell.value[:1] in ("✗", "▲")]
        assert any(isinstance(text, str) and text.startswith("✓") for text in texts)
        desk.run("import", str(done / f"{number_of}.xlsx"), "--json", "--force")
        found = desk.run("check", str(desk.folder / "tables.toml"), "--json").json["diagnostics"]
        own = f"{desk.report.agency}/{desk.report.year}/tables.toml"
        found = [one for one in found if one["code"].startswith("rule/") and one["file"].endswith(own)]
        # One mistake is found once there, in every column it shows in here.
        assert bool(shown) == bool(found), (number_of, shown, found)
        assert len(shown) >= len(found), (number_of, shown, found)
        failing += bool(found)
    assert failing > 3


RULES = {
    "equal": "a + b = c",
    "unequal": "a != b",
    "at-most": "a <= b * 2",
    "at-least": "a - b >= c - 40",
    "less": "a < b + 20",
    "more": "a > b - 20",
    "near": "x / 3 = y",
    "exact": "x + 0.1 = y",
    "least": "min(a, b, c) > 5",
    "most": "max(a, b, c) < 50",
    "mean": "avg(a, b, c) <= 30",
    "total": "sum(a, b, x) >= sum(c, y)",
    "both": "a <= b and b <= c",
    "either": "a <= b or b <= c",
    "when": "if a > 0 then c / a >= 1",
    "nested": "if a > 30 or b is blank then (b <= c and c <= 50)",
    "blank": "a is blank or b > 0",
    "missing": "m <= a",
    "missing-either": "m <= a or a = 0",
    "loose": "m + m <= a * 2",
}
ROWS = {"a": "count", "b": "count", "c": "count", "x": "amount", "y": "amount", "m": "days"}


def form_of_rules():
    missing = {"m": ", blank = 'missing'"}
    rows = "\n".join(
        f'  {{ id = "{id}", label = "{id.upper()} row", kind = "{kind}"{missing.get(id, "")} }},'
        for id, kind in ROWS.items()
    )
    rules = "\n".join(
        f'[[table.rule]]\nid = "{id}"\neach = "column"\nholds = "{holds}"\nsays = "says {id}"\nlevel = "warning"'
        + ('\ntolerance = "2.5"' if id in ("near", "loose") else "")
        for id, holds in RULES.items()
    )
    columns = ", ".join(f'{{ id = "k{n}", label = "K{n}" }}' for n in range(8))
    return f"""id = "rules"
title = "T"
authority = "A"
language = "en"
years = {{ from = 2000 }}
kinds = [{{ id = "k", label = "K" }}]
[[section]]
id = "s"
title = "S"
tables = ["t"]
[[table]]
id = "t"
title = "Table"
columns = [{columns}]
rows = [
{rows}
]
{rules}
"""


def test_every_operator_means_the_same_in_a_spreadsheet(program, tmp_path):
    root, filled, done = tmp_path / "portal", tmp_path / "filled", tmp_path / "done"
    filled.mkdir(), done.mkdir()
    for path, text in {
        "site.toml": 'base_url = "https://example.org"\ntitle = "T"\ndefault_language = "en"\n',
        "content/forms/rules.toml": form_of_rules(),
        "content/agencies/a/agency.toml": 'name = "Agency of examples"\n',
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")

    def run(*arguments):
        return subprocess.run([program, "-r", root, *arguments], capture_output=True, text=True)

    book = tmp_path / "given-out.xlsx"
    made = run("new", "report", "a", "2022", "--form", "rules", "--xlsx", str(book))
    assert made.returncode == 0, made.stderr
    chance, figures = random.Random(7), {}
    for number_of in range(12):
        sheets = openpyxl.load_workbook(book)
        figures = {}
        for address, cell in cells_of(sheets).items():
            if not address.startswith("#"):
                kind = ROWS[address[2]]
                whole = chance.choice(["", "/", "0", str(chance.randrange(60)), str(chance.randrange(60))])
                figure = whole if kind == "count" or whole in ("", "/") else f"{whole}.{chance.randrange(10)}"
                value = number(figure)
                cell.value = (figure or None) if value is None else float(value)
                figures[address] = figure
        sheets.save(filled / f"{number_of}.xlsx")
    recalculate(filled, done)
    met = set()
    for number_of in range(12):
        assert run("import", str(done / f"{number_of}.xlsx"), "--force", "--json").returncode == 0
        found = [one["code"] for one in json.loads(run("check", "--json").stdout)["diagnostics"]]
        [_, sheet, *_] = openpyxl.load_workbook(done / f"{number_of}.xlsx", data_only=True).worksheets
        shown = {row[0].value: [cell.value for cell in row[1:]] for row in sheet.iter_rows()}
        for id in RULES:
            marks = [text for text in shown[f"says {id}"] if isinstance(text, str) and text[:1] == "▲"]
            assert len(marks) == found.count(f"rule/{id}"), (number_of, id, shown[f"says {id}"], found)
            met |= {id} if marks else set()
    assert met == set(RULES), "every rule fails somewhere"
