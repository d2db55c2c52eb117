"""Taking links: each is told apart by the sources, and written down once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from ohdio_api.submissions.books import BookIntake, Identity
from ohdio_api.submissions.recognition import Recognised, WantedAs, recognise
from ohdio_api.submissions.results import result
from ohdio_core.collection.acts import note
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.collection.filters import decode_filters
from ohdio_core.collection.unwanted import count_unwanted
from ohdio_core.db.models import Scrape
from ohdio_core.db.named_sql import NamedSql
from ohdio_core.db.session import Database
from ohdio_core.domain.act import Act
from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.book_form import form_named
from ohdio_core.domain.filters import Filters
from ohdio_core.domain.shown_link import shown_link
from ohdio_core.errors import PermanentError
from ohdio_core.library import Library
from ohdio_core.schemas.submissions import SubmissionResult, SubmissionState, Wishes
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.trace import bound_trace, new_trace

_FIND_SCANNED = NamedSql(__name__).statement("find_scanned")

log = structlog.get_logger(__name__)

_MOST_LOGGED = 10

_SCANNED_AGAIN = sentence("scan.again", "Scanned again, for books that are new there.")
_SCANNED_FOR_ALL = sentence("scan.again_for_all", "Scanned again, also for books that were removed.")


@dataclass(frozen=True, slots=True)
class _Refused:
    """A link that nobody can follow."""

    shown: str
    reason: Sentence


class SubmissionService:
    """Takes links from people."""

    def __init__(self, database: Database, registry: SourceRegistry, library: Library) -> None:
        self.database = database
        self.registry = registry
        self._books = BookIntake(database, library)

    def add(self, urls: Sequence[str], wishes: Wishes) -> list[SubmissionResult]:
        """Add links; return what became of each, in their order."""
        links = [self._recognise(url, WantedAs(wishes.wanted_as)) for url in urls]
        recognised = [link for link in links if isinstance(link, Recognised)]
        trace_id = new_trace()
        with bound_trace(trace_id):
            books = {_identity(link): link for link in recognised if link.target.kind is TargetKind.AUDIOBOOK}
            answers = self._books.add(books, wishes, trace_id)
            answers |= self._add_scrapes(recognised, wishes, trace_id)
            log.info("links submitted", links=[link.target.url for link in recognised][:_MOST_LOGGED], count=len(links))
        return [
            answers[_identity(link)]
            if isinstance(link, Recognised)
            else result(link.shown, None, None, SubmissionState.REFUSED, link.reason)
            for link in links
        ]

    def _recognise(self, url: str, wanted_as: WantedAs) -> Recognised | _Refused:
        try:
            return recognise(self.registry, url, wanted_as)
        except PermanentError as error:
            return _Refused(shown_link(url), error.sentence)

    def _add_scrapes(
        self, links: Sequence[Recognised], wishes: Wishes, trace_id: UUID
    ) -> dict[tuple[str, str], SubmissionResult]:
        answers = {}
        filters = wishes.filters.filters()
        categories = {_identity(link): link for link in links if link.target.kind is TargetKind.CATEGORY}
        scanned = self._scanned(categories)
        for identity, link in categories.items():
            # A transaction each, so that two people who add several never wait for each other.
            with self.database.unit_of_work() as work:
                scrape_id, is_new = add_scrape(
                    work,
                    link.target,
                    link.site_key,
                    priority=wishes.priority,
                    filters=filters,
                    brings_back=wishes.again,
                    form=form_named(wishes.form),
                    speed_limit_kb=wishes.speed_limit_kb,
                    trace_id=trace_id,
                )
                note(work, Act.ADDED, link.target.url, items=int(is_new))
                if not is_new:
                    said: Sentence | None = _scan_under_way(work.session, scrape_id, filters, again=wishes.again)
                elif identity not in scanned:
                    said = None
                else:
                    said = _SCANNED_FOR_ALL if wishes.again else _scanned_again(work.session, link.target)
            state = SubmissionState.ACCEPTED if is_new else SubmissionState.KNOWN
            answers[identity] = result(link.target.url, TargetKind.CATEGORY, scrape_id, state, said)
        return answers

    def _scanned(self, identities: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        """Which of these listings there are scans of, by whichever link."""
        if not identities:
            return set()
        sources, ids = zip(*identities, strict=True)
        with self.database.statement() as work:
            rows = work.execute(_FIND_SCANNED, {"sources": list(sources), "ids": list(ids)})
            return {(row.source, row.external_id) for row in rows}


def _scanned_again(session: Session, listing: Target) -> Sentence:
    again, unwanted = _SCANNED_AGAIN, count_unwanted(session, listing.source, listing.external_id)
    if unwanted == 0:
        return again
    if unwanted == 1:
        return sentence("scan.again_without_one", "{again} 1 unwanted, `--again` brings it.", again=again)
    return sentence(
        "scan.again_without",
        "{again} {unwanted} unwanted, `--again` brings them.",
        again=again,
        unwanted=unwanted,
    )


def _scan_under_way(session: Session, scrape_id: int, filters: Filters, *, again: bool) -> Sentence:
    its_own = session.execute(select(Scrape.filters, Scrape.brings_back).where(Scrape.id == scrape_id)).one()
    if decode_filters(its_own.filters) != filters:
        return sentence(
            "scan.with_other_filters",
            "It is being scanned, with other filters; add it again when that scan has ended.",
        )
    if again and not its_own.brings_back:
        return sentence(
            "scan.without_removed",
            "It is being scanned, without books that were removed; add it again when that scan has ended.",
        )
    return sentence("scan.under_way", "It is being scanned.")


def _identity(link: Recognised) -> Identity:
    return link.target.source, link.target.external_id
