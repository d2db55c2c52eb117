"""Asking every catalogue at once, for as long as a person waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from http import HTTPStatus
from itertools import zip_longest

import structlog

from ohdio_api.known_books import known_among
from ohdio_api.problems import Refusal
from ohdio_core.db.session import Database
from ohdio_core.domain.audiobook import SearchHit, TargetKind
from ohdio_core.errors import UNEXPECTED, OhdioError
from ohdio_core.schemas.catalogues import Hit, SearchResults, SilentCatalogue
from ohdio_core.schemas.sentences import SentenceView
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.http import Abort, HttpClientFactory
from ohdio_core.sources.protocol import Searchable, Source
from ohdio_core.sources.registry import SourceRegistry

log = structlog.get_logger(__name__)

_AT_ONCE = 4  # searches; each holds one of the threads that answer requests, for seconds
_PATIENCE = 8.0  # seconds


class CatalogueService:
    """Searches what sites have.

    Args:
        patience: How many seconds a catalogue may take.
    """

    def __init__(
        self, database: Database, registry: SourceRegistry, clients: HttpClientFactory, patience: float = _PATIENCE
    ) -> None:
        self.database = database
        self.clients = clients
        self.patience = patience
        self._sources = [source for source in registry.sources if isinstance(source, Searchable)]
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def search(self, words: str, limit: int) -> SearchResults:
        """Search every catalogue; one that fails or takes too long is named, and the others answer.

        Args:
            limit: How much of each catalogue at most.

        Raises:
            Refusal: Too many are searching already.
        """
        if not self._places.acquire(blocking=False):
            raise Refusal(
                HTTPStatus.SERVICE_UNAVAILABLE,
                sentence("search.busy", "Several searches are under way already; try again in a moment."),
                headers={"Retry-After": "5"},
            )
        try:
            found, failed = self._ask(words, limit)
        finally:
            self._places.release()
        hits = list(_in_turns(list(found.values())))
        known = known_among(self.database, map(_named, hits))
        return SearchResults(
            items=[_show(hit, is_known=_named(hit) in known) for hit in hits], answered=list(found), failed=failed
        )

    def _ask(self, words: str, limit: int) -> tuple[dict[str, list[SearchHit]], list[SilentCatalogue]]:
        abort = Abort()
        pool = ThreadPoolExecutor(max(1, len(self._sources)), thread_name_prefix="search")
        asked = {source.name: pool.submit(self._ask_one, source, words, limit, abort) for source in self._sources}
        answered, _ = wait(asked.values(), timeout=self.patience)
        # What is still waiting for a site ends at once, in its own thread.
        abort.trigger()
        pool.shutdown(wait=False, cancel_futures=True)
        found: dict[str, list[SearchHit]] = {}
        failed: list[SilentCatalogue] = []
        for name, future in asked.items():
            if future not in answered:
                failed.append(
                    _silent(
                        name,
                        sentence("search.no_answer", "It did not answer within {seconds:g} s.", seconds=self.patience),
                    )
                )
                continue
            answer = future.result()
            if isinstance(answer, Sentence):
                failed.append(_silent(name, answer))
            else:
                found[name] = answer
        return found, failed

    def _ask_one(self, source: Source, words: str, limit: int, abort: Abort) -> list[SearchHit] | Sentence:
        """Return what a catalogue has found, or a sentence that says why it has not answered."""
        assert isinstance(source, Searchable)
        try:
            return source.search(words, self.clients.site(source.site_key(source.examples[0]), abort), limit)
        except OhdioError as error:
            return error.sentence
        except Exception:  # a mistake of ours in one source must not silence the others
            log.exception("search failed", source=source.name)
            return UNEXPECTED


def _silent(source: str, said: Sentence) -> SilentCatalogue:
    return SilentCatalogue(source=source, detail=said.text, detail_message=SentenceView.of(said))


def _in_turns(found: Sequence[Sequence[SearchHit]]) -> Iterator[SearchHit]:
    """Mix what several catalogues found: the best of each, then the second of each, and so on."""
    for rank in zip_longest(*found):
        yield from (hit for hit in rank if hit is not None)


def _named(hit: SearchHit) -> tuple[str, str, str]:
    return hit.target.source, hit.target.external_id, hit.target.url


def _show(hit: SearchHit, *, is_known: bool) -> Hit:
    return Hit(
        url=hit.target.url,
        kind=hit.target.kind,
        source=hit.target.source,
        title=hit.title,
        authors=list(hit.authors),
        cover_url=hit.cover_url,
        note=hit.note,
        is_known=is_known and hit.target.kind is TargetKind.AUDIOBOOK,
    )
