"""Prometheus' text format."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from ohdio_core.metrics.counted import REGISTRY


def exposition(*collectors: Collector) -> bytes:
    """Return what this process counts, and what these collectors find, in Prometheus' text format."""
    own = CollectorRegistry()
    for collector in collectors:
        own.register(collector)
    return generate_latest(own) + generate_latest(REGISTRY)
