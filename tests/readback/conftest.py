"""What every test gets: the built site, and the reports as an independent reader sees them.

A new format is one more file `test_<format>.py` here. A test that asks for `report` runs once
for every report of the portal.
"""

from pathlib import Path

import pytest

from sources import Portal


def pytest_addoption(parser):
    parser.addoption("--site", required=True, type=Path)
    parser.addoption("--portal", required=True, type=Path)
    parser.addoption("--program", required=True, type=Path)


@pytest.fixture(scope="session")
def site(request):
    """The folder of the built site."""
    return request.config.getoption("--site")


@pytest.fixture(scope="session")
def portal(request):
    """The portal's sources."""
    return Portal(request.config.getoption("--portal"))


@pytest.fixture(scope="session")
def program(request):
    """The program itself, for what is made by hand and not by a build."""
    return request.config.getoption("--program")


def pytest_generate_tests(metafunc):
    if "report" in metafunc.fixturenames:
        reports = Portal(metafunc.config.getoption("--portal")).reports
        metafunc.parametrize("report", reports, ids=str)
