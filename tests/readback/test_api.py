"""The API is what its description says, and its series are the figures of the reports."""

import json
from urllib.parse import urlparse

import jsonschema
import openapi_spec_validator
import pytest

from sources import plain


@pytest.fixture(scope="session")
def api(site):
    return json.loads((site / "api/openapi.json").read_text("utf-8"))


def load(path):
    return json.loads(path.read_text("utf-8"))


def test_description_is_openapi(api):
    openapi_spec_validator.validate(api)


def test_every_file_is_as_described(site, api):
    described = {
        "api/index.json": "Index",
        "api/agencies.json": "Agencies",
        "api/agencies/*.json": "Agency",
        "api/years/*.json": "Year",
        "api/forms/*.json": "Form",
        "agencies/*/*/*.json": "Report",
    }
    seen = {"api/openapi.json"}
    for pattern, name in described.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": api["components"]}
        validator = jsonschema.Draft202012Validator(schema)
        found = [path.relative_to(site).as_posix() for path in site.glob(pattern)]
        assert found, pattern
        for path in found:
            validator.validate(load(site / path))
        seen |= set(found)
    assert {path.relative_to(site).as_posix() for path in (site / "api").rglob("*.json")} <= seen


def test_every_address_in_it_leads_somewhere(site):
    index = load(site / "api/index.json")
    base = index["url"]

    def addresses(value):
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("url", "data", "openapi", "agencies") and isinstance(inner, str):
                    yield inner
                yield from addresses(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from addresses(inner)

    files = [path for path in (site / "api").rglob("*.json") if path.name != "openapi.json"]
    found = {address for path in files for address in addresses(load(path))}
    assert len(found) > 10
    for address in found - {base}:
        assert address.startswith(base), address
        path = urlparse(address).path[len(urlparse(base).path) :]
        path = site / (path + "index.html" if path.endswith("/") else path)
        assert path.is_file(), address


def test_series_are_the_figures_of_the_reports(site, portal):
    for agency in portal.agencies:
        reports = {report.year: report for report in portal.reports if report.agency == agency}
        for series in load(site / f"api/agencies/{agency}.json")["series"]:
            for position, year in enumerate(series["years"]):
                if reports[year].form.id != series["form"]:
                    continue
                for (table, row, column), figure in reports[year].written.items():
                    if f"{table}[{row}, {column}]" not in series["cells"]:
                        assert row in reports[year].components
                        continue
                    value = series["cells"][f"{table}[{row}, {column}]"][position]
                    assert ("" if value is None else str(value)) == plain(figure)


def test_series_cross_editions(site, portal):
    """What an edition continues is there for the years of the one before."""
    crossed = 0
    for agency in portal.agencies:
        reports = {report.year: report for report in portal.reports if report.agency == agency}
        for series in load(site / f"api/agencies/{agency}.json")["series"]:
            for position, year in enumerate(series["years"]):
                older = reports[year]
                if older.form.id != series["form"] and ("requests", "received", "total") in older.written:
                    value = series["cells"]["requests[received, total]"][position]
                    assert str(value) == older.written["requests", "received", "total"]
                    crossed += 1
    if len({report.form.id for report in portal.reports if report.form}) > 1:
        assert crossed > 0
