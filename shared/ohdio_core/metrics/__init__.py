"""What each process counts for Prometheus, and where it shows that."""

from __future__ import annotations

from ohdio_core.metrics.exposition import exposition
from ohdio_core.metrics.reachability import Reachability
from ohdio_core.metrics.server import MetricsServer

__all__ = ["MetricsServer", "Reachability", "exposition"]
