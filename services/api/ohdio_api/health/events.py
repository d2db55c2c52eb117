"""What watchers are told of the health of everything."""

from __future__ import annotations

from collections.abc import Sequence

from ohdio_api.events.projection import Projection, SnapshotPart, Value
from ohdio_api.health.report import HealthReporter
from ohdio_core.schemas.health import HealthReport


def health_events(health: HealthReporter) -> Sequence[Projection]:
    """Return what is told when something is out of reach, or is back."""
    return (Value("health", HealthReport, health.report, frozenset(), is_looked_at=True),)


def health_snapshot(health: HealthReporter) -> Sequence[SnapshotPart]:
    """Return what a watcher begins with."""
    return (SnapshotPart("health", health.report),)
