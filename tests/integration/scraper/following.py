"""A follower that tests drive by hand, one check at a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from ohdio_core.collection.follows import FollowWishes, add_follow
from ohdio_core.errors import OhdioError
from ohdio_core.library.folder import FolderLibrary
from ohdio_core.sources.http import HttpClientFactory
from ohdio_core.sources.registry import SourceRegistry
from ohdio_core.work.end_writer import ended_by
from ohdio_core.work.outcome import Outcome
from ohdio_core.work.run import Run
from ohdio_core.work.stages import FOLLOWING
from ohdio_core.work.timing import boot_clock
from ohdio_scraper.follower import FollowerService, Intervals
from tests.fixtures.engine import Engine
from tests.integration.sources.origin import Origin
from tests.unit.sources.rss.documents import FEED, rss

PATH = "/phare/feed.xml"  #: of the feed
FEEDS, PAGES = timedelta(hours=6), timedelta(hours=24)


class Following:
    """A feed, and the service that checks follows."""

    def __init__(self, engine: Engine, origin: Origin, clients: HttpClientFactory, library: Path) -> None:
        self.engine = engine.at(FOLLOWING)
        self.origin = origin
        self.registry = SourceRegistry()
        self.folder = library
        self.library = FolderLibrary(library)
        self.service = FollowerService(
            engine.database, self.registry, clients, self.library, lambda: Intervals(FEEDS, PAGES)
        )

    def follow(self, wishes: FollowWishes | None = None, url: str = FEED) -> int:
        """Follow a listing, and check it once."""
        source, target = self.registry.identify(url)
        follow_id, _ = self.engine.order(add_follow, target, source.site_key(target.url), wishes or FollowWishes())
        self.check(follow_id)
        return follow_id

    def begin(self, follow_id: int) -> Run:
        """Begin with a check, as a worker does."""
        self.engine.execute(
            "UPDATE follows SET status = 'processing', admitted_at = now(), sent_at = now() WHERE id = :id",
            id=follow_id,
        )
        return Run(self.engine.start(follow_id), beat_sent_at=boot_clock())

    def check(self, follow_id: int) -> Any:
        """Check a follow, whether or not its time has come; return its row."""
        run = self.begin(follow_id)
        try:
            outcome: Outcome = self.service.check(run)
        except (OhdioError, SQLAlchemyError) as error:
            outcome = ended_by(error, FOLLOWING, run.claim)
        assert self.engine.finish(run.claim, outcome)
        return self.engine.row(follow_id)

    def wait(self, follow_id: int) -> timedelta:
        """Return how long it is until the next check."""
        seconds = self.engine.value(
            "SELECT extract(epoch FROM next_attempt_at - clock_timestamp()) FROM follows WHERE id = :id", id=follow_id
        )
        return timedelta(seconds=float(seconds))

    def list_episodes(self, *days: int) -> None:
        """Make the feed list an episode of each of these days."""
        self.origin.answer(PATH, rss(*(episode(day) for day in days)))

    def queued(self) -> list[str]:
        """Return the titles of what is in the queue, in its order."""
        rows = self.engine.rows(
            "SELECT book.title FROM queue_items AS item JOIN audiobooks AS book ON book.id = item.audiobook_id "
            "ORDER BY item.id"
        )
        return [row.title for row in rows]


def episode(day: int, *, guid: str | None = None, size: int = 1_000_000) -> str:
    """Return an item of a feed, called after its day."""
    return (
        f"<item><title>Récit {day}</title><guid>{guid or f'recit-{day}'}</guid>"
        f"<pubDate>{day:02} Feb 2022 10:00:00 GMT</pubDate>"
        f'<enclosure url="https://audio.example/{day}.mp3" type="audio/mpeg" length="{size}"/></item>'
    )
