"""A year of follows in minutes: the clock and the sites are simulated, and whoever checks is killed now and then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from ohdio_core.collection.follows import FollowWishes
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.following import Keeping
from ohdio_core.errors import OhdioError
from ohdio_core.work.run import Run
from ohdio_core.work.stages import FOLLOWING
from ohdio_core.work.sweep import take_back_expired
from tests.integration.scraper.following import Following
from tests.integration.scraper.test_retention import file_queued, take_away
from tests.integration.sources.origin import Origin, send
from tests.unit.sources.rss.documents import rss

KEPT = 3
_FIRST = datetime(2022, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_TROUBLES = (404, 500, 503)


class Killed(BaseException):
    """Ends a check as kill -9 does: nothing of it is told to anybody."""


@dataclass(frozen=True)
class Item:
    """An item of a feed, as what it is; its guid is what the feed calls it now."""

    title: str
    published: datetime
    size: int


@dataclass
class LivingFeed:
    """A feed that grows, reorders, changes its guids, dies, moves and comes back."""

    number: int
    chance: random.Random
    items: list[Item] = field(default_factory=list)
    guids: int = 0  #: how often they have changed
    moves: int = 0
    version: int = 0
    trouble: int | None = None  #: what it answers in the place of itself
    is_elsewhere: bool = False  #: for today
    redirects: int = 0  #: that it has answered

    @property
    def link(self) -> str:
        return f"https://podcasts.example/{self.number}/feed.xml"

    def grow(self, items: int) -> None:
        for _ in range(items):
            count = len(self.items)
            published = _FIRST + timedelta(hours=count)
            self.items.insert(0, Item(f"Récit {self.number}-{count}", published, 1_000_000 + count))
        self.version += 1

    def live(self) -> None:
        """Change as feeds do within a day."""
        self.is_elsewhere = self.chance.random() < 0.03
        if self.trouble is not None:
            self.trouble = None if self.chance.random() < 0.3 else self.trouble
        elif self.chance.random() < 0.03:
            self.trouble = self.chance.choice(_TROUBLES)
        if self.chance.random() < 0.4:
            self.grow(self.chance.randint(1, 3))
        if self.chance.random() < 0.05:
            self.chance.shuffle(self.items)
            self.version += 1
        if self.chance.random() < 0.03:
            self.guids += 1
            self.version += 1
        if self.chance.random() < 0.01:
            self.moves += 1

    def answer(self, handler: BaseHTTPRequestHandler, moves: int) -> None:
        """Answer at the address that it has had after so many moves."""
        here = f"{self.version}-{self.guids}"
        if moves < self.moves:
            self._redirect(handler, 301, self.moves)
        elif self.trouble is not None:
            send(handler, b"", self.trouble)
        elif self.is_elsewhere and "elsewhere" not in handler.path:
            self._redirect(handler, 302, f"{self.moves}-elsewhere")
        elif handler.headers.get("If-None-Match") == here:
            send(handler, b"", 304)
        else:
            send(handler, rss(*map(self._document, self.items)), headers={"ETag": here})

    def _redirect(self, handler: BaseHTTPRequestHandler, status: int, to: object) -> None:
        self.redirects += 1
        send(handler, b"", status, {"Location": f"/{self.number}/{to}/feed.xml"})

    def _document(self, item: Item) -> str:
        return (
            f"<item><title>{item.title}</title><guid>{self.guids}-{item.title}</guid>"
            f"<pubDate>{format_datetime(item.published)}</pubDate>"
            f'<enclosure url="https://audio.example/{item.title}.mp3" type="audio/mpeg" length="{item.size}"/></item>'
        )


class Year:
    """Follows that are checked as their times come."""

    def __init__(self, following: Following, feeds: int, seed: int) -> None:
        self.following = following
        self.chance = random.Random(seed)
        self.added: Counter[str] = Counter()
        self.let_go: set[str] = set()
        self.checks = 0
        self.deaths = 0
        self._seen = 0
        self._left = 0  #: transactions until the next death; 0 for none
        self.feeds: dict[int, LivingFeed] = {}
        following.service._held = self._dying(following.service._held)  # type: ignore[method-assign]
        for number in range(feeds):
            feed = LivingFeed(number, random.Random(f"{seed}-{number}"))
            feed.grow(5)
            self._serve(following.origin, feed)
            keeping = Keeping(KEPT if number % 2 else None, None)
            self.feeds[following.follow(FollowWishes(keeping=keeping), feed.link)] = feed
            self.checks += 1

    def pass_days(self, days: int, *, is_calm: bool = False) -> None:
        engine = self.following.engine
        for _ in range(days):
            for feed in self.feeds.values():
                if is_calm:
                    feed.trouble, feed.is_elsewhere = None, False
                else:
                    feed.live()
            engine.pass_time(timedelta(days=8) if is_calm else _DAY)
            due = "SELECT id FROM follows WHERE status = 'queued' AND next_attempt_at <= clock_timestamp() ORDER BY id"
            for row in engine.rows(due):
                self._check(row.id, is_calm=is_calm)
            file_queued(self.following)
            take_away(self.following)

    def new_items(self, feed: LivingFeed) -> list[Item]:
        """Return what has appeared since it was followed, the oldest first."""
        return sorted(feed.items, key=lambda item: item.published)[5:]

    def filed(self, feed: LivingFeed) -> set[str]:
        rows = self.following.engine.rows(
            "SELECT title FROM audiobooks WHERE library_path IS NOT NULL AND starts_with(title, :start)",
            start=f"Récit {feed.number}-",
        )
        return {row.title for row in rows}

    def _check(self, follow: int, *, is_calm: bool) -> None:
        if not is_calm and self.chance.random() < 0.015:
            self._die_while_checking(follow)
        self.following.check(follow)
        self.checks += 1
        self._count()

    def _die_while_checking(self, follow: int) -> None:
        """Kill whoever checks: in one of its transactions, or right before its end is written down."""
        run = self.following.begin(follow)
        self._left = self.chance.randint(1, 3)
        self.deaths += 1
        with suppress(Killed, OhdioError):
            self.following.service.check(run)
        self._left = 0
        self.following.engine.order(take_back_expired, FOLLOWING, self.following.engine.timing, even_if_live=True)

    def _count(self) -> None:
        """Count what a check has added; now and then a person lets some of it go."""
        engine = self.following.engine
        for row in engine.rows("SELECT id, title FROM audiobooks WHERE id > :seen ORDER BY id", seen=self._seen):
            self._seen = row.id
            self.added[row.title] += 1
            if self.chance.random() < 0.05:
                self.let_go.add(row.title)
                engine.execute("DELETE FROM audiobooks WHERE id = :id", id=row.id)

    def _dying(self, held: Any) -> Any:
        @contextmanager
        def dying(run: Run) -> Iterator[UnitOfWork]:
            with held(run) as work:
                yield work
                self._left -= 1
                if self._left == 0:
                    raise Killed

        return dying

    def _serve(self, origin: Origin, feed: LivingFeed) -> None:
        def reply(handler: BaseHTTPRequestHandler) -> None:
            place = handler.path.split("/")[2]
            feed.answer(handler, int(place.partition("-")[0]) if place[0].isdigit() else 0)

        for moves in range(20):
            for suffix in ("", "-elsewhere"):
                origin.answers[f"/{feed.number}/{moves}{suffix}/feed.xml"] = reply
        origin.answers[f"/{feed.number}/feed.xml"] = reply


@pytest.mark.parametrize(
    ("feeds", "days"), [(4, 25), pytest.param(200, 365, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])]
)
def test_each_item_comes_once_and_what_is_to_stay_stays(following: Following, feeds: int, days: int) -> None:
    year = Year(following, feeds, seed=2026)
    year.pass_days(days)
    year.pass_days(2, is_calm=True)
    assert year.deaths > 0
    wanted = {item.title for feed in year.feeds.values() for item in year.new_items(feed)}
    assert {title: times for title, times in year.added.items() if times > 1} == {}
    assert set(year.added) == wanted
    for feed in year.feeds.values():
        kept = [item.title for item in year.new_items(feed) if item.title not in year.let_go]
        assert year.filed(feed) == set(kept[-KEPT:] if feed.number % 2 else kept)
    necessary = year.checks + sum(feed.redirects for feed in year.feeds.values())
    assert necessary <= len(following.origin.requests) <= 1.02 * necessary + 1
