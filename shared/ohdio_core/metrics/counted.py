"""What this process counts. One registry a process, as one process may serve every stage.

Labels have few values: stages, outcomes, ids of sentences, and the first sites that were met.
"""

from __future__ import annotations

import threading

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

_MOST_SITES = 100
_OTHER_SITES = "other"

# Half as many series; nothing reads when a counter began.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library has no types for it

REGISTRY = CollectorRegistry()

RUNS = Counter("ohdio_runs", "Runs of work that ended, by how.", ["stage", "outcome"], registry=REGISTRY)
FAILURES = Counter(
    "ohdio_failures",
    "Runs that did not complete, by the id of the sentence that people read.",
    ["stage", "reason"],
    registry=REGISTRY,
)
RETRIES = Counter("ohdio_retries", "Runs that were not the first attempt.", ["stage"], registry=REGISTRY)
SITE_RUNS = Counter(
    "ohdio_site_runs", f"Runs by site; beyond {_MOST_SITES} sites: other.", ["site", "outcome"], registry=REGISTRY
)
RECEIVED = Counter("ohdio_received_bytes", "Bytes of audio that came from sites.", registry=REGISTRY)
ADMISSION_WAIT = Histogram(
    "ohdio_admission_wait_seconds",
    "How long due work waited for its slot.",
    ["stage"],
    buckets=(0.1, 0.5, 1, 5, 30, 60, 300, 1800, 7200, 43_200, 172_800),
    registry=REGISTRY,
)
RUN_DURATION = Histogram(
    "ohdio_run_duration_seconds",
    "How long runs took.",
    ["stage"],
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400),
    registry=REGISTRY,
)
LOST_LEASES = Counter("ohdio_lost_leases", "Runs whose worker fell silent.", ["stage"], registry=REGISTRY)
SWEEP_ACTIONS = Counter(
    "ohdio_sweep_actions",
    "Rows that the sweep took back from silent workers, made due, or sent the message of again.",
    ["stage", "action"],
    registry=REGISTRY,
)
SITE_CLOSINGS = Counter("ohdio_site_closings", "Times that a site was closed because it fails.", registry=REGISTRY)

_lock = threading.Lock()
_sites: set[str] = set()


def site_label(site: str) -> str:
    """Return what a site is called in a label: its own name, unless too many others were met before it."""
    with _lock:
        if site not in _sites and len(_sites) >= _MOST_SITES:
            return _OTHER_SITES
        _sites.add(site)
    return site
