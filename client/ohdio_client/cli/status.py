"""``ohdio status``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_facts, print_json, print_line
from ohdio_client.cli.queue import summary
from ohdio_client.language import translated_text

if TYPE_CHECKING:
    from ohdio_core.schemas.health import HealthReport

_NOT_WELL = 1  # exit code
_NEEDED = ("scraper", "metadata", "downloader")


def status(*, api: Api = None, data: Data = None, as_json: AsJson = False) -> None:
    """Show whether the ohdio that is running can work, and what is wrong; 0 when all is well, 1 when not."""
    from ohdio_client.api.errors import ApiError

    with connected(api, data) as client:
        version, health = client.version(), client.health()
        try:
            stats = client.queue.stats()
        except ApiError:  # without its database
            stats = None
    if as_json:
        print_json({"version": version, "health": health, "stats": stats})
    else:
        print_line(f"ohdio {version.version} runs at {client.url}.")
        print_facts(_facts(health))
        if stats is not None:
            print_line(summary(stats))
    if not _is_well(health):
        raise SystemExit(_NOT_WELL)


def _is_well(health: HealthReport) -> bool:
    is_there = health.is_database_there and health.is_broker_there and health.library_problem is None
    return is_there and not _missing(health)


def _missing(health: HealthReport) -> list[str]:
    return [service for service in _NEEDED if not health.workers.get(service)]


def _facts(health: HealthReport) -> Iterator[tuple[str, str | None]]:
    yield "database", "answers" if health.is_database_there else "does not answer"
    yield "messages", "can be sent" if health.is_broker_there else "cannot be sent; new work starts later than usual"
    yield "library", translated_text(health.library_problem, health.library_problem_message) or "can be used"
    if health.is_database_there:
        workers = [f"{count} {service}" for service, count in health.workers.items() if count]
        missing = [f"no {service}" for service in _missing(health)]
        yield "workers", ", ".join([*workers, *missing])
    if (hours := health.hours) is not None:
        yield "downloads", f"wait: {translated_text(hours.reason, hours.reason_message)}"
    for site in health.closed_sites:
        why = translated_text(site.reason, site.reason_message) or "it asked for a pause"
        yield site.site, f"is not asked until {site.until.astimezone():%H:%M}: {why}"
