"""``ohdio status``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ohdio_client.cli.connection import connected
from ohdio_client.cli.options import Api, AsJson, Data
from ohdio_client.cli.output import print_facts, print_json, print_line
from ohdio_client.cli.queue import summary
from ohdio_client.language import in_one_language, sentence_of, translated_text
from ohdio_core.domain.site_health import failing_values
from ohdio_core.sentences import Sentence, sentence

if TYPE_CHECKING:
    from ohdio_core.schemas.health import ClosedSite, HealthReport

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
        reason = sentence_of(hours.reason, hours.reason_message) or "?"
        yield "downloads", in_one_language(sentence("status.downloads_wait", "wait: {reason}", reason=reason))
    for site in health.closed_sites:
        yield site.site, in_one_language(_closed(site))


def _closed(site: ClosedSite) -> Sentence:
    """Return why a site is not asked, and until when: once, also where the reason says it."""
    why = sentence_of(site.reason, site.reason_message)
    if why is not None and failing_values(why.as_json()) is not None:
        return why
    return sentence(
        "status.site_closed",
        "is not asked until {time}: {why}",
        time=f"{site.until.astimezone():%H:%M}",
        why=why or sentence("status.asked_for_pause", "it asked for a pause"),
    )
