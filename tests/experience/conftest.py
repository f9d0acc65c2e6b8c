"""A library on each kind of database."""

import pytest

from optwright.experience.library import Library
from tests.postgres import database, postgres  # noqa: F401 - fixtures


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Where a new library may be made: a file, or a database of a PostgreSQL server."""
    return str(tmp_path / "library.db") if request.param == "sqlite" else request.getfixturevalue("database")


@pytest.fixture
def library(place):
    opened = Library(place, actor="a test")
    yield opened
    opened.close()
