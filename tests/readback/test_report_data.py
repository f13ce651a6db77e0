"""The CSV and JSON of every report hold the figures of its tables.toml."""

import csv
import json

from sources import plain


def test_csv_holds_every_figure(site, report):
    path = report.file(site, "csv")
    if report.form is None:
        assert not path.exists()
        return
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf"), "spreadsheets need the mark to see UTF-8"
    assert raw.count(b"\n") == raw.count(b"\r\n")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    read = {(row["table"], row["row"], row["column"]): row["value"] for row in rows}
    assert list(read) == report.addresses
    for address, figure in report.written.items():
        assert read[address] == plain(figure), address


def test_json_holds_every_figure(site, report):
    data = json.loads(report.file(site, "json").read_text("utf-8"))
    assert (data["agency"], data["year"]) == (report.agency, report.year)
    assert data["form"] == (report.form and report.form.id)
    read = {
        (table, row["row"], column): "" if value is None else str(value)
        for table, rows in data["tables"].items()
        for row in rows
        for column, value in row["cells"].items()
    }
    assert list(read) == report.addresses
    for address, figure in report.written.items():
        assert read[address] == plain(figure), address
