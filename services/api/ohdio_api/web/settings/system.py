"""The page of how the parts of ohdio are: workers and what each does, the servers, the sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ohdio_api.web.reader import reader_of
from ohdio_api.web.services import Health, ThePages, Workers
from ohdio_api.web.words import Words
from ohdio_core.schemas.health import HealthReport
from ohdio_core.schemas.workers import WorkerView

router = APIRouter(prefix="/settings/system", include_in_schema=False)


class SystemPart(NamedTuple):
    """Something that work needs."""

    name: str
    is_well: bool
    text: str


class ShownWorker(NamedTuple):
    """A worker process."""

    does: str  #: what it is for
    where: str
    busy: str  #: how many of its threads
    heard: str
    is_live: bool
    running: Sequence[tuple[str, str]]  #: titles, and since when


@router.get("")
def show_system(request: Request, pages: ThePages, health: Health, workers: Workers) -> HTMLResponse:
    """Return how everything is."""
    words = reader_of(request).words
    report = health.report()
    return pages.render(
        request,
        "settings/system.html",
        tab="system",
        parts=_parts(report, words),
        workers=[_shown(each, words) for each in (workers.all() if report.is_database_there else ())],
        sites=[
            (site.site, words.at(site.until), words.wait(site.reason, site.reason_message) or "")
            for site in report.closed_sites
        ],
    )


def _parts(report: HealthReport, words: Words) -> list[SystemPart]:
    _ = words.gettext
    problem = words.translated_text(report.library_problem, report.library_problem_message)
    return [
        SystemPart(
            _("Database"),
            report.is_database_there,
            _("answers") if report.is_database_there else _("does not answer; downloads go on by themselves"),
        ),
        SystemPart(
            _("Message broker"),
            report.is_broker_there,
            _("takes messages")
            if report.is_broker_there
            else _("is away: new work starts later than usual; nothing is lost"),
        ),
        SystemPart(_("Library"), problem is None, problem or _("can be written to")),
    ]


def _shown(worker: WorkerView, words: Words) -> ShownWorker:
    _ = words.gettext
    does = {
        "scraper": _("Reads listings"),
        "follower": _("Checks what is followed"),
        "metadata": _("Describes books"),
        "downloader": _("Downloads"),
    }
    return ShownWorker(
        does=does.get(worker.service, worker.service),
        where=f"{worker.host}, {worker.pid}, {worker.version}",
        busy=_("%(busy)s of %(threads)s threads busy") % {"busy": len(worker.running), "threads": worker.threads},
        heard=_("last heard %(time)s") % {"time": words.at(worker.beat_at)},
        is_live=worker.is_live,
        running=[
            (work.title, "" if work.since is None else _("since %(time)s") % {"time": words.clock(work.since)})
            for work in worker.running
        ],
    )
