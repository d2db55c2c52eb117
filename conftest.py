"""What every tier of the tests can ask for; the fixtures themselves are in tests/fixtures/."""

from __future__ import annotations

pytest_plugins = (
    "tests.fixtures.engine",
    "tests.fixtures.origin",
    "tests.fixtures.product",
    "tests.fixtures.servers",
    "tests.fixtures.workers",
    "tests.fixtures.command",  # after those that it imports
    "tests.fixtures.api",  # the same
)
