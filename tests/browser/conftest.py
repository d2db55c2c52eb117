"""Loads the fixtures with servers, once for all tiers that have this file."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    # Not `pytest_plugins`, which is for the root's conftest alone; imported ones would be fixtures of each tier.
    config.pluginmanager.import_plugin("tests.fixtures.with_servers")
