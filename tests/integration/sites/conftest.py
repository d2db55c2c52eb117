from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import httpx
import pytest

from tests.sites.client import SimOrigin


class Fetch(Protocol):
    def __call__(
        self, host: str, target: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: str = ""
    ) -> httpx.Response: ...


@pytest.fixture
def fetch(origin: SimOrigin) -> Iterator[Fetch]:
    """Sends one request for a simulated host; redirects are not followed, bodies of files not decoded."""
    with httpx.Client(trust_env=False, timeout=10) as client:

        def send(
            host: str, target: str, headers: dict[str, str] | None = None, *, method: str = "GET", body: str = ""
        ) -> httpx.Response:
            return client.request(method, origin.url + target, headers={"Host": host, **(headers or {})}, content=body)

        yield send
