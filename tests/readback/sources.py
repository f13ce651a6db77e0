"""The portal's sources read with Python's own TOML reader; nothing here knows our program.

Figures are texts, exactly as written; a cell that was left blank is "".
"""

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

STANDARD_FORMS = Path(__file__).resolve().parents[2] / "src/form/standard"


def load(path):
    # Decimals keep their digits: 12.50 is not 12.5.
    return tomllib.loads(path.read_text("utf-8-sig"), parse_float=str)


def flat(table, above=""):
    """{"outcome.granted.natural": "8"} out of nested tables."""
    figures = {}
    for key, value in table.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            figures |= flat(value, f"{name}.")
        else:
            figures[name] = str(value)
    return figures


class Form:
    def __init__(self, path):
        self.path = path
        self.raw = load(path)
        self.id = self.raw["id"]
        self.tables = {table["id"]: table for table in self.raw.get("table", [])}

    def leaves(self, table, axis, components=()):
        """The ids of the lines that hold cells, in order."""
        lines = self.tables[table][axis]
        if isinstance(lines, dict):
            return [*components, *([lines["total"]["id"]] if "total" in lines else [])]
        ids = [line["id"] for line in lines]
        above = {line["parent"] for line in lines if "parent" in line}
        return [id for id in ids if id not in above and not any(other.startswith(f"{id}.") for other in ids)]

    def kind(self, table, row, column):
        def own(axis, id):
            lines = self.tables[table][axis]
            lines = lines if isinstance(lines, list) else []
            return next((line.get("kind") for line in lines if line["id"] == id), None)

        return own("columns", column) or own("rows", row) or self.tables[table].get("kind", "count")


@dataclass
class Report:
    agency: str
    year: int
    folder: Path
    head: dict
    form: Form | None
    components: list = field(default_factory=list)

    def __str__(self):
        return f"{self.agency}-{self.year}"

    def file(self, site, ending):
        """Where the site has a download of this report."""
        return site / "agencies" / self.agency / str(self.year) / f"{self}.{ending}"

    @property
    def written(self):
        """The figures that were written: {(table, row, column): text}."""
        path = self.folder / "tables.toml"
        if self.form is None or not path.exists():
            return {}
        figures = {}
        for table, rows in load(path).items():
            rows = flat(rows)
            for row in self.form.leaves(table, "rows", self.components):
                for column in self.form.leaves(table, "columns"):
                    if f"{row}.{column}" in rows:
                        figures[table, row, column] = rows[f"{row}.{column}"]
        return figures

    @property
    def addresses(self):
        """Every cell of the report's form: (table, row, column), in order."""
        if self.form is None:
            return []
        return [
            (table, row, column)
            for table in self.form.tables
            for row in self.form.leaves(table, "rows", self.components)
            for column in self.form.leaves(table, "columns")
        ]


class Portal:
    def __init__(self, folder):
        self.folder = folder
        self.settings = load(folder / "site.toml")
        forms = [Form(path) for path in sorted(STANDARD_FORMS.glob("*.toml"))]
        forms += [Form(path) for path in sorted(folder.glob("content/forms/*.toml"))]
        self.forms = {form.id: form for form in forms}
        self.agencies = {
            path.parent.name: load(path) for path in sorted(folder.glob("content/agencies/*/agency.toml"))
        }
        self.reports = [
            self.report(path.parent)
            for path in sorted(folder.glob("content/agencies/*/*/report.md"))
            if not head(path).get("draft")
        ]

    def report(self, folder):
        agency, year = folder.parent.name, int(folder.name)
        own = head(folder / "report.md")
        components = [part["id"] for part in self.agencies[agency].get("components", [])]
        return Report(agency, year, folder, own, self.form(own.get("form"), year), components)

    def form(self, id, year):
        """The form with this id, else the newest one in force, in the portal's language."""
        if id:
            return self.forms[id]
        language = self.settings.get("default_language", "zh-CN").split("-")[0]
        fits = [
            form
            for form in self.forms.values()
            if form.raw.get("language", "zh-CN").split("-")[0] == language
            and form.raw["years"]["from"] <= year <= form.raw["years"].get("to", 9999)
        ]
        return max(fits, key=lambda form: form.raw["years"]["from"], default=None)


def head(path):
    """The front matter of a Markdown file."""
    found = re.match(r"\ufeff?\+\+\+\r?\n(.*?)^\+\+\+", path.read_text("utf-8"), re.S | re.M)
    return tomllib.loads(found[1]) if found else {}


def plain(text):
    """A figure as the downloads give it: not applicable is "/"."""
    return "/" if text.strip() in ("/", "-", "—", "／", "－", "无", "N/A") else text.strip()


def number(text):
    """A figure as a number; None for what is none."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return None
