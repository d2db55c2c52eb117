"""A database without our schema, for what migrations do to it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from devservers.postgres import Postgres


@pytest.fixture
def empty_database_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a database with nothing in it."""
    name = f"ohdio_empty_{uuid4().hex}"
    postgres.create_database(name)
    yield postgres.url(name)
    postgres.drop_database(name)
