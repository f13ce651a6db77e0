"""The Word file of every report: its layout, its headings, its tables, every figure."""

import shutil
import subprocess
import zipfile

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from sources import plain


def grids(document):
    """The statutory tables: (header rows, other rows), every row as cells, merged ones repeated."""
    found = []
    for table in document.tables:
        if table._tbl.tblPr.find(qn("w:tblCaption")) is None:
            continue
        rows = [(row._tr.trPr, [cell for cell in row.cells]) for row in table.rows]
        assert all(look.find(qn("w:cantSplit")) is not None for look, _ in rows)
        heads = [look.find(qn("w:tblHeader")) is not None for look, _ in rows]
        assert heads == sorted(heads, reverse=True) and heads[0], "header rows come first, and there is one"
        count = sum(heads)
        found.append(([cells for _, cells in rows[:count]], [cells for _, cells in rows[count:]]))
    return found


def test_every_figure_stands_in_its_cell(site, report):
    document = Document(report.file(site, "docx"))
    tables = report.form.tables if report.form else {}
    found = grids(document)
    assert len(found) == len(tables)
    read = {}
    for table, (_, body) in zip(tables, found):
        rows, columns = report.form.leaves(table, "rows", report.components), report.form.leaves(table, "columns")
        assert len(body) == len(rows)
        for row, cells in zip(rows, body):
            figures = [cell.text for cell in cells[-len(columns) :]]
            read |= {(table, row, column): figure for column, figure in zip(columns, figures)}
    for address, figure in report.written.items():
        assert read[address] == plain(figure), address


def test_headings_span_what_they_head(site, report):
    """A label stands above the columns, and before the rows, that belong to it."""
    document = Document(report.file(site, "docx"))
    for table, (head, body) in zip(report.form.tables if report.form else [], grids(document)):
        for axis, lines in ((head, "columns"), (list(zip(*body)), "rows")):
            own = report.form.tables[table][lines]
            if isinstance(own, dict) or lines == "rows" and not report.form.tables[table].get("stub", True):
                continue
            above = [line for line in own if any(o["id"].startswith(line["id"] + ".") for o in own)]
            for line in above:
                label = line["label"] if isinstance(line["label"], str) else line["label"]["zh-CN"]
                below = [id for id in report.form.leaves(table, lines) if id.startswith(line["id"] + ".")]
                spans = [[cell for cell in row if cell.text == label] for row in axis]
                span = next(span for span in spans if span)
                assert len(span) == len(below) and len({cell._tc for cell in span}) == 1, (table, label)


def test_it_is_laid_out_as_official_documents_are(site, report):
    document = Document(report.file(site, "docx"))
    page = document.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)
    assert (round(page.top_margin.mm), round(page.left_margin.mm)) == (37, 28)
    assert abs(page.page_width - page.left_margin - page.right_margin - Mm(156)) < Mm(0.5)
    assert abs(page.page_height - page.top_margin - page.bottom_margin - Mm(225)) < Mm(0.5)
    assert "PAGE" in page.footer._element.xml and "PAGE" in page.even_page_footer._element.xml
    by_style = {}
    for paragraph in document.paragraphs:
        by_style.setdefault(paragraph.style.name, []).append(paragraph.text)
    [title] = by_style["Title"]
    assert str(report.year) in title
    sections = report.form.raw["section"] if report.form else []
    titles = [section["title"]["zh-CN"] for section in sections]
    assert by_style.get("Heading 1", [])[: len(titles)] == titles
    normal = document.styles["Normal"].element.getparent()
    assert normal.find(f".//{qn('w:rPrDefault')}//{qn('w:sz')}").get(qn("w:val")) == "32", "size 3 is 16 pt"


def test_it_tells_nothing_of_the_hour_or_the_hand(site, portal, report):
    path = report.file(site, "docx")
    core = Document(path).core_properties
    assert core.title and core.last_modified_by == ""
    agency = portal.agencies[report.agency]
    names = [agency["name"], *(former["name"] for former in agency.get("former", []))]
    assert core.author in [name if isinstance(name, str) else name["zh-CN"] for name in names]
    if published := report.head.get("published"):
        assert core.created.date() == core.modified.date() == published
    with zipfile.ZipFile(path) as package:
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_another_word_processor_opens_it(site, portal, tmp_path):
    """LibreOffice prints the reports of the newest year; every table is on the pages."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice is not installed")
    newest = max(report.year for report in portal.reports if report.form)
    reports = [report for report in portal.reports if report.year == newest][:3]
    files = [str(report.file(site, "docx")) for report in reports]
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [program, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for report in reports:
        with pikepdf.open(tmp_path / f"{report}.pdf") as pdf:
            assert 3 <= len(pdf.pages) <= 12
            width, height = (float(pdf.pages[0].mediabox[i]) for i in (2, 3))
            assert (round(width), round(height)) == (595, 842)
