"""The files under /data/ hold every figure of the portal, once, and say so truly of themselves."""

import csv
import hashlib
import json
import subprocess

import duckdb
import frictionless
import jsonschema
import pytest

from sources import plain


@pytest.fixture(scope="session")
def data(site):
    return site / "data"


@pytest.fixture(scope="session")
def package(data):
    return json.loads((data / "datapackage.json").read_text("utf-8"))


def rows(path):
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\n") == raw.count(b"\r\n")
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))


def expected(portal):
    """{(agency, year, table, row, column): figure}; None where nothing was written."""
    return {
        (report.agency, str(report.year), *address): report.written.get(address)
        for report in portal.reports
        for address in report.addresses
    }


def assert_holds(read, portal):
    """Every cell once; every figure that was written as it was written."""
    wanted = expected(portal)
    assert read.keys() == wanted.keys()
    wrong = {
        cell: (read[cell], figure)
        for cell, figure in wanted.items()
        if figure is not None and read[cell] != plain(figure)
    }
    assert not wrong


def test_long_csv_holds_every_figure(data, portal):
    lines = rows(data / "figures.csv")
    keys = ("agency", "year", "table", "row", "column")
    read = {tuple(line[key] for key in keys): line["value"] for line in lines}
    assert len(read) == len(lines), "no cell twice"
    assert_holds(read, portal)


def test_wide_csvs_hold_every_figure(data, portal):
    read = {}
    for path in data.glob("tables/*/*.csv"):
        for line in rows(path):
            about = {"agency", "year", "row", "agency_name", "row_label"}
            for column in line.keys() - about:
                read[line["agency"], line["year"], path.stem, line["row"], column] = line[column]
    assert_holds(read, portal)


def test_json_lines_hold_every_figure(data, portal):
    read = {}
    for line in (data / "reports.jsonl").read_text("utf-8").splitlines():
        report = json.loads(line)
        for table, lines in report["tables"].items():
            for row, cells in lines.items():
                for column, value in cells.items():
                    address = (report["agency"], str(report["year"]), table, row, column)
                    read[address] = "" if value is None else str(value)
    assert_holds(read, portal)


def test_duckdb_adds_up_what_python_adds_up(data, portal):
    written = [
        plain(figure)
        for report in portal.reports
        for (table, row, column), figure in report.written.items()
        if table == "requests" and row in ("received", "overall")
    ]
    sum_ = sum(int(figure) for figure in written if figure.isdigit())
    asked = f"""
        SELECT sum(TRY_CAST(value AS BIGINT)) FROM read_csv('{data}/figures.csv', all_varchar = true)
        WHERE "table" = 'requests' AND "row" IN ('received', 'overall')
    """
    # Sums left out are derived in the file, so it may hold more than was written.
    assert duckdb.sql(asked).fetchall()[0][0] >= sum_ > 0


def test_lists_name_every_report_and_agency(data, portal):
    reports = rows(data / "reports.csv")
    assert {(one["agency"], int(one["year"])) for one in reports} == {
        (report.agency, report.year) for report in portal.reports
    }
    heads = {(report.agency, str(report.year)): report.head for report in portal.reports}
    for one in reports:
        published = heads[one["agency"], one["year"]].get("published")
        assert one["published"] == str(published or "")
    assert {one["agency"] for one in rows(data / "agencies.csv")} == portal.agencies.keys()


def test_dictionary_names_every_line(data, portal):
    used = {report.form.id: report.form for report in portal.reports if report.form}
    read = [(one["form"], one["table"], one["axis"], one["line"]) for one in rows(data / "dictionary.csv")]
    wanted = [
        (form.id, table, axis, line)
        for form in used.values()
        for table in form.tables
        for axis in ("row", "column")
        for line in form.leaves(table, f"{axis}s")
    ]
    assert sorted(read) == sorted(wanted)


def test_concordance_names_every_cell_of_both_editions(data, portal):
    lines = rows(data / "concordance.csv")
    for newer, older in {(one["form"], one["older_form"]) for one in lines}:
        own = [one for one in lines if one["form"] == newer]
        here = [(one["table"], one["row"], one["column"]) for one in own if one["relation"] != "ended"]
        assert here == cells(portal.forms[newer])
        there = {cell for one in own for cell in one["older_cells"].split(" + ") if cell}
        assert there == {f"{t}[{r}, {c}]" for t, r, c in cells(portal.forms[older])}


def cells(form):
    return [
        (table, row, column)
        for table in form.tables
        for row in form.leaves(table, "rows")
        for column in form.leaves(table, "columns")
    ]


def test_checksums_are_those_of_the_files(data, package):
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=data, check=True)
    for resource in package["resources"]:
        raw = (data / resource["path"]).read_bytes()
        assert resource["hash"] == "sha256:" + hashlib.sha256(raw).hexdigest()
        assert resource["bytes"] == len(raw)


def test_package_is_valid_by_its_profile(package):
    from importlib.resources import files

    profile = json.loads((files("dplib") / "profiles/2.0/datapackage.json").read_text("utf-8"))
    assert package["$schema"].endswith("2.0/datapackage.json")
    jsonschema.Draft7Validator(profile).validate(package)


def test_every_table_is_valid_by_its_schema(data, package):
    # What reads Parquet there is a large program of its own; DuckDB reads it in test_portal_files.py.
    tables = [resource for resource in package["resources"] if resource["format"] != "parquet"]
    tables = frictionless.Package.from_descriptor({**package, "resources": tables}, basepath=str(data))
    report = tables.validate()
    assert report.valid, report.flatten(["title", "fieldName", "rowNumber", "message"])[:5]


def test_catalogue_is_dcat(data, package):
    import rdflib
    from rdflib.namespace import DCAT, DCTERMS, RDF

    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    graph = rdflib.Graph().parse(data / "catalog.jsonld", format="json-ld")
    catalogue = graph.value(predicate=RDF.type, object=DCAT.Catalog)
    dataset = graph.value(catalogue, DCAT.dataset)
    assert (dataset, RDF.type, DCAT.Dataset) in graph
    for about in (catalogue, dataset):
        for required in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher):
            assert graph.value(about, required) is not None, (about, required)
    # Every word of the two vocabularies is one they have.
    for term in {term for triple in graph for term in triple[1:]}:
        for vocabulary in (DCAT, DCTERMS):
            if str(term).startswith(str(vocabulary)):
                assert term in dir(vocabulary), term
    hashes = {
        str(graph.value(one, DCAT.downloadURL)).rsplit("/data/")[1]: str(
            graph.value(graph.value(one, spdx.checksum), spdx.checksumValue)
        )
        for one in graph.objects(dataset, DCAT.distribution)
    }
    assert hashes == {one["path"]: one["hash"].removeprefix("sha256:") for one in package["resources"]}
