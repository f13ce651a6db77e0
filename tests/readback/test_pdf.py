"""The PDF of every report: tagged and archivable, and every figure stands in its cell.

The text is read by way of the structure, as a screen reader does: table, row, cell.
"""

import re

import pikepdf
import pytest
from sources import plain


@pytest.fixture
def pdf(site, report):
    path = report.file(site, "pdf")
    if not path.exists():
        pytest.skip("the site was built by a program without PDF")
    with pikepdf.open(path) as pdf:
        yield pdf


def letters(font):
    """{code: text} of a font, from its ToUnicode map."""
    text, known = font.ToUnicode.read_bytes().decode("latin-1"), {}
    decode = lambda digits: bytes.fromhex(digits).decode("utf-16-be")
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        known |= {int(code, 16): decode(to) for code, to in re.findall(r"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", text, re.S):
        for first, last, to in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                known[code] = chr(ord(decode(to)) + code - int(first, 16))
    return known


def marked(page):
    """{number of marked content: text} of a page."""
    fonts = {name: letters(font) for name, font in page.resources.get("/Font", {}).items()}
    found, stack, font = {}, [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                facts = operands[1]
                stack.append(int(facts.MCID) if "/MCID" in facts else None)
            case "BMC":
                stack.append(None)
            case "EMC":
                stack.pop()
            case "Tf":
                font = fonts[str(operands[0])]
            case "Tj" | "TJ":
                pieces = operands[0] if str(operator) == "TJ" else operands
                raw = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
                number = next((number for number in reversed(stack) if number is not None), None)
                if number is not None:
                    codes = zip(raw[::2], raw[1::2])
                    found[number] = found.get(number, "") + "".join(font[high << 8 | low] for high, low in codes)
    return found


class Reader:
    """The structure of a PDF with its text."""

    def __init__(self, pdf):
        self.pages = {page.obj.objgen: marked(page) for page in pdf.pages}
        self.root = pdf.Root.StructTreeRoot

    def children(self, node):
        if "/K" not in node:
            return []
        return list(node.K) if isinstance(node.K, pikepdf.Array) else [node.K]

    def text(self, node, page=None):
        if isinstance(node, int):
            return self.pages[page].get(node, "")
        page = node.Pg.objgen if "/Pg" in node else page
        if "/MCID" in node:
            return self.pages[page].get(int(node.MCID), "")
        return "".join(self.text(kid, page) for kid in self.children(node))

    def all(self, kind, node=None):
        """All elements of a kind below a node, in order."""
        node = self.root if node is None else node
        if isinstance(node, int) or "/MCID" in node:
            return
        if node.get("/S") == kind:
            yield node
        for kid in self.children(node):
            yield from self.all(kind, kid)


def test_every_figure_stands_in_its_cell(report, pdf):
    reader = Reader(pdf)
    tables = iter(reader.all("/Table"))
    read = {}
    for table in report.form.tables if report.form else []:
        rows, columns = report.form.leaves(table, "rows", report.components), report.form.leaves(table, "columns")
        for drawn in tables:
            lines = list(reader.all("/TR", drawn))
            body = [row for row in lines if list(reader.all("/TD", row))]
            cells = [[reader.text(cell) for cell in reader.children(row)] for row in body]
            if len(body) == len(rows) and all(len(row) >= len(columns) for row in cells):
                break
        else:
            pytest.fail(f"{table} is not in the PDF")
        heads = [head for row in lines if row not in body for head in reader.all("/TH", row)]
        assert heads and {scope(head) for head in heads} <= {"/Column", "/Both"}, "its heads say what they head"
        labels = [head for row in body for head in reader.all("/TH", row)]
        stub = report.form.tables[table].get("stub", True)
        assert bool(labels) == stub and {scope(head) for head in labels} <= {"/Row", "/Both"}, table
        for row, figures in zip(rows, cells):
            figures = figures[-len(columns) :]
            read |= {(table, row, column): figure for column, figure in zip(columns, figures)}
    for address, figure in report.written.items():
        assert read[address] == plain(figure), address


def scope(head):
    """Which cells a head is the head of."""
    facts = head.get("/A", [])
    facts = list(facts) if isinstance(facts, pikepdf.Array) else [facts]
    return next((str(fact.Scope) for fact in facts if "/Scope" in fact), None)


def test_it_is_accessible_and_for_archives(report, pdf):
    with pdf.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"
        assert (facts["pdfaid:part"], facts["pdfaid:conformance"]) == ("2", "A")
        assert str(report.year) in facts["dc:title"]
    assert pdf.Root.MarkInfo.Marked and pdf.Root.Lang and pdf.Root.ViewerPreferences.DisplayDocTitle
    reader = Reader(pdf)
    headings = [reader.text(heading) for heading in reader.all("/H1")]
    sections = report.form.raw["section"] if report.form else []
    squeezed = [re.sub(r"\s", "", heading) for heading in headings]
    for section in sections:
        assert re.sub(r"\s", "", section["title"]["zh-CN"]) in squeezed


def test_every_typeface_is_inside(report, pdf):
    for page in pdf.pages:
        for font in page.resources.get("/Font", {}).values():
            assert "/FontFile3" in font.DescendantFonts[0].FontDescriptor


def test_it_is_small_and_tells_nothing_of_the_hour(site, report, pdf):
    assert report.file(site, "pdf").stat().st_size < 120_000
    date = str(pdf.docinfo.get("/CreationDate", ""))
    published = report.head.get("published")
    assert published is None or date.startswith(f"D:{published:%Y%m%d}")
