"""The stack's profile ``monitoring``: its Prometheus, by the configuration that is checked in."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from math import isnan

import pytest

from tests.containers.stack import Stack
from tests.fixtures.product import fresh_category
from tests.fixtures.prometheus import MONITORING, Prometheus, queries_of_dashboard
from tests.sites.catalogue import invent_book

pytestmark = pytest.mark.full


@contextmanager
def monitored(stack: Stack) -> Iterator[Prometheus]:
    """Run the stack's Prometheus for the length of the block."""
    shutil.copytree(MONITORING, stack.directory / "deploy" / "monitoring", dirs_exist_ok=True)
    stack.compose("--profile", "monitoring", "up", "--detach", "--no-build", "prometheus")
    try:
        state = stack.engine.inspect(stack.container("prometheus"))
        address = state["NetworkSettings"]["Networks"][stack.network]["IPAddress"]
        prometheus = Prometheus(f"http://{address}:9090")
        stack.wait_until(prometheus.is_there, 60, "Prometheus answers")
        yield prometheus
        prometheus.close()
    finally:
        print(stack.compose("--profile", "monitoring", "logs", "--no-color", "--tail", "40", "prometheus"))
        stack.compose("--profile", "monitoring", "rm", "--stop", "--force", "prometheus")


def has_data(prometheus: Prometheus, query: str) -> bool:
    return not all(map(isnan, prometheus.values(query)))


def scraped(prometheus: Prometheus) -> Counter[str]:
    """Return how many containers of each kind were scraped."""
    found = prometheus.get("query", query='up{job="ohdio"} == 1')["result"]
    return Counter(series["metric"]["component"] for series in found)


class TestTheProfileMonitoring:
    def test_scrapes_every_container_and_has_data_for_every_query_of_the_dashboard(self, stack: Stack) -> None:
        stack.up(downloaders=2)
        catalogue = fresh_category(4)
        *books, last = catalogue.books
        gone = invent_book(last.id, seconds=2, is_gone=True)
        stack.origin.offer(replace(catalogue, books=(*books, gone)))
        with monitored(stack) as prometheus:
            everyone = {"api": 1, "scraper": 1, "metadata": 1, "downloader": 2}
            stack.wait_until(lambda: scraped(prometheus) == everyone, 60, "every container is scraped", every=1.0)
            stack.collect(catalogue)
            stack.wait_until_settled(4, within=60)
            for query in queries_of_dashboard():
                stack.wait_until(partial(has_data, prometheus, query), 90, f"there is data for {query}", every=1.0)
            assert prometheus.get("alerts")["alerts"] == []
