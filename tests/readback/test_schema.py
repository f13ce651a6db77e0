"""The files of the portal are valid by the JSON Schemas that `gongkai schema` writes."""

import datetime
import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import jsonschema
import pytest

GONGKAI = os.environ.get("GONGKAI")


@pytest.fixture(scope="session")
def schemas(portal, tmp_path_factory):
    if not GONGKAI:
        pytest.skip("GONGKAI names no program")
    folder = tmp_path_factory.mktemp("schemas")
    subprocess.run([GONGKAI, "-r", portal.folder, "schema", "-o", folder], check=True)
    found = {path.name.removesuffix(".schema.json"): json.loads(path.read_text()) for path in folder.iterdir()}
    for schema in found.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    return {name: jsonschema.Draft202012Validator(schema) for name, schema in found.items()}


def read(text):
    """TOML as an editor sees it: dates are texts."""

    def plain(value):
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value.isoformat() if isinstance(value, datetime.date) else value

    return plain(tomllib.loads(text))


def head(path):
    found = re.match(r"\ufeff?\+\+\+\r?\n(.*?)^\+\+\+", path.read_text("utf-8"), re.S | re.M)
    return read(found[1] if found else "")


def test_every_file_is_valid(portal, schemas):
    schemas["site"].validate(read((portal.folder / "site.toml").read_text("utf-8")))
    for path in portal.folder.glob("content/agencies/*/agency.toml"):
        schemas["agency"].validate(read(path.read_text("utf-8")))
    for path in portal.folder.glob("content/*.md"):
        schemas["page"].validate(head(path))
    for report in portal.reports:
        schemas["report"].validate(head(report.folder / "report.md"))
        if report.form:
            tables = read((report.folder / "tables.toml").read_text("utf-8"))
            schemas[f"tables-{report.form.id}"].validate(tables)


def test_mistakes_are_told(schemas):
    def refused(name, value):
        return not schemas[name].is_valid(value)

    assert refused("site", {"title": "x"})
    assert refused("site", {"title": "x", "base_url": "https://x/", "titel": "x"})
    assert refused("agency", {"name": "x", "since": "2019"})
    assert refused("report", {"published": "January"})
    tables = next(name for name in schemas if name.startswith("tables-cn"))
    assert refused(tables, {"requests": {"recieved": {"natural": 1}}})
    assert refused(tables, {"requests": {"received": {"natural": -1}}})
    assert refused(tables, {"requests": {"received": {"natural": 1.5}}})
    assert not refused(tables, {"requests": {"received": {"natural": "/"}}})
