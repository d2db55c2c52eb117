"""Whether this process reaches what it needs, as of lately: a scrape asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


class Reachability(Collector):
    """Metrics of whether the database and the broker answer.

    Args:
        is_database_there: Returns whether the database answered lately.
        is_broker_there: Returns whether the broker took what was sent lately.
    """

    def __init__(self, is_database_there: Callable[[], bool], is_broker_there: Callable[[], bool]) -> None:
        self._is_database_there = is_database_there
        self._is_broker_there = is_broker_there

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look."""
        yield GaugeMetricFamily(
            "ohdio_database_up", "Whether the database answers.", value=float(self._is_database_there())
        )
        yield GaugeMetricFamily("ohdio_broker_up", "Whether the broker answers.", value=float(self._is_broker_there()))
