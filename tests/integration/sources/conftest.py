from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.sources.origin import Origin, scripted_origin


@pytest.fixture
def origin() -> Iterator[Origin]:
    with scripted_origin() as running:
        yield running
