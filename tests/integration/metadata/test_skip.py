"""Books that filters do not want, once the description tells what the listing did not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ohdio_core.collection.add_books import add_books
from ohdio_core.collection.add_scan import add_scrape
from ohdio_core.domain.audiobook import BookRef, Target, TargetKind
from ohdio_core.domain.filters import Filters
from ohdio_core.sources.http import ClientSettings, HttpClientFactory, parse_overrides
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.run import Run
from ohdio_core.work.stages import METADATA
from ohdio_core.work.timing import boot_clock
from ohdio_metadata.service import MetadataService
from tests.fixtures.engine import Engine
from tests.sites.catalogue import Catalogue, invent_book
from tests.sites.client import SimOrigin

BOOK = invent_book(81_501, seconds=3)
UNWANTED = Filters(title_exclude=(BOOK.title,))
WANTED = Filters(title_include=(BOOK.title,))


class Describing:
    """A book that a scan has found, and the service that describes it."""

    def __init__(self, engine: Engine, origin: SimOrigin, clients: HttpClientFactory) -> None:
        self.engine = engine
        target = SourceRegistry().identify(origin.book_url(BOOK))[1]
        self.ref = BookRef(target.source, target.url, target.external_id)
        self.service = MetadataService(engine.database, SourceRegistry(), clients, lambda *_: None)

    def find(self, filters: Filters | None, *, listing: int = 77) -> tuple[int, int]:
        """Write the book down as a scan with these filters does; return the scan's id and the book's."""
        url = f"https://ici.radio-canada.ca/ohdio/categories/{listing}"
        scan, _ = self.engine.order(
            add_scrape, Target(TargetKind.CATEGORY, "ohdio", url, str(listing)), "ohdio", filters=filters
        )
        (added,) = self.engine.order(
            add_books, [(self.ref, "ohdio")], are_filed=lambda books: [False] * len(books), filters=filters
        )
        self.engine.execute(
            "INSERT INTO scrape_books VALUES (:scan, :book) ON CONFLICT DO NOTHING", scan=scan, book=added.audiobook_id
        )
        return scan, added.audiobook_id

    def describe(self, book_id: int) -> None:
        """Do what the message asks for, from admission to the end of the run."""
        stage = self.engine.at(METADATA)
        stage.execute("UPDATE extractions SET status = 'processing', admitted_at = now(), sent_at = now()")
        claimed = stage.start(book_id)
        assert stage.finish(claimed, self.service.describe(Run(claimed, beat_sent_at=boot_clock())))

    def count(self, table: str) -> int:
        found: int = self.engine.value(f"SELECT count(*) FROM {table}")
        return found


@pytest.fixture
def describing(engine: Engine, origin: SimOrigin) -> Iterator[Describing]:
    origin.offer(Catalogue(books=(BOOK,)))
    clients = HttpClientFactory(ClientSettings(host_overrides=parse_overrides(origin.overrides())))
    yield Describing(engine, origin, clients)
    clients.close()


def test_leave_the_queue_and_the_books_and_are_counted_as_skipped(describing: Describing) -> None:
    scan, book = describing.find(UNWANTED)

    describing.describe(book)

    assert [describing.count(table) for table in ("queue_items", "audiobooks", "extractions")] == [0, 0, 0]
    (skipped,) = describing.engine.rows("SELECT * FROM skipped_books")
    assert (skipped.scrape_id, skipped.url) == (scan, describing.ref.url)


def test_stay_when_another_scan_wants_them(describing: Describing) -> None:
    describing.find(UNWANTED)
    _, book = describing.find(WANTED, listing=78)

    describing.describe(book)

    assert (describing.count("queue_items"), describing.count("skipped_books")) == (1, 0)


def test_stay_when_somebody_adds_their_own_link(describing: Describing) -> None:
    _, book = describing.find(UNWANTED)
    describing.engine.order(add_books, [(describing.ref, "ohdio")], are_filed=lambda books: [False] * len(books))

    describing.describe(book)

    assert describing.count("queue_items") == 1


def test_stay_when_they_were_collected_before(describing: Describing) -> None:
    _, book = describing.find(UNWANTED)
    describing.engine.execute("UPDATE queue_items SET status = 'completed', is_ready = true, stage = 'done'")

    describing.describe(book)

    assert (describing.count("queue_items"), describing.count("audiobooks")) == (1, 1)


def test_lose_only_their_place_in_the_queue_when_they_have_a_folder(describing: Describing) -> None:
    _, book = describing.find(UNWANTED)
    describing.engine.execute("UPDATE audiobooks SET library_path = 'Odile Marchand/Le phare'")

    describing.describe(book)

    assert (describing.count("queue_items"), describing.count("audiobooks")) == (0, 1)


def test_that_are_wanted_wait_for_their_download(describing: Describing) -> None:
    _, book = describing.find(WANTED)

    describing.describe(book)

    (item,) = describing.engine.rows("SELECT * FROM queue_items")
    assert (item.status, item.is_ready) == ("queued", True)
    assert describing.engine.value("SELECT filters FROM extractions") is None
