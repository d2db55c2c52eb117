"""What is wrong with more than one book, or keeps several waiting: most binding first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ohdio_api.web.words import Words, capital
from ohdio_core.schemas.health import HealthReport
from ohdio_core.schemas.sentences import SentenceView

_SERVICES = ("downloader", "metadata", "scraper")


CALM = "calm"


class Banner(NamedTuple):
    """One thing that there is to say."""

    severity: str  #: "danger" stops work, "warn" slows it; ``CALM`` is meant to be so, and ends by itself
    text: str
    short: str = ""  #: of what is calm, for the bar of every page


def banners_of(report: HealthReport, words: Words) -> list[Banner]:
    """Return what there is to say."""
    return [*_stopped(report, words), *_slowed(report, words), *_waiting(report, words)]


def _stopped(report: HealthReport, words: Words) -> Iterator[Banner]:
    _ = words.gettext
    if not report.is_database_there:
        yield Banner("danger", _("The database does not answer. Downloads go on by themselves."))
    if report.library_problem is not None:
        yield Banner("danger", words.translated_text(report.library_problem, report.library_problem_message) or "")
    missing = [service for service in _SERVICES if not report.workers.get(service)]
    if report.is_database_there and missing:
        said = _("Nothing of this kind is running: %(services)s.")
        yield Banner("danger", said % {"services": ", ".join(missing)})


def _sentence(words: Words, text: str, message: SentenceView | None) -> str:
    return f"{capital(words.translated_text(text, message) or text, message)}."


def _slowed(report: HealthReport, words: Words) -> Iterator[Banner]:
    _ = words.gettext
    if not report.is_broker_there:
        yield Banner("warn", _("The message broker is away: new work starts later than usual; nothing is lost."))
    if report.held is not None:
        said = _("%(books)s wait for %(size)s of room on the disk.")
        books, size = words.books(report.held.items), words.size(report.held.bytes)
        yield Banner("warn", said % {"books": books, "size": size})


def _waiting(report: HealthReport, words: Words) -> Iterator[Banner]:
    """Yield what nobody has to do anything about: it says until when."""
    _ = words.gettext
    if (hours := report.hours) is not None:
        begin = hours.begin_at
        short = _("Waiting") if begin is None else _("Downloads go on %(time)s") % {"time": words.at(begin)}
        yield Banner(CALM, _sentence(words, hours.reason, hours.reason_message), short)
    resting = words.ngettext("%(num)s site rests", "%(num)s sites rest", len(report.closed_sites))
    for site in report.closed_sites:
        reason = words.wait(site.reason, site.reason_message)
        said = _("%(site)s is asked again %(time)s: %(reason)s")
        told = said % {"site": site.site, "time": words.at(site.until), "reason": reason or "…"}
        yield Banner(CALM, told, resting % {"num": words.number(len(report.closed_sites))})
