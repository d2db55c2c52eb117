"""A year of follows in minutes: the clock and the sites are simulated, and whoever checks is killed now and then."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from ohdio_core.collection.follows import FollowWishes
from ohdio_core.db.session import UnitOfWork
from ohdio_core.domain.audiobook import BookDetails
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
_LISTED = 50  #: items, by a feed that lists no more than its newest
_AUDITED_EVERY = 30  # days
_WORKERS = 6  #: that check at once
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
            self.items.insert(0, Item(self.title_of(count), published, 1_000_000 + count))
        self.version += 1

    def title_of(self, count: object) -> str:
        return f"Récit {self.number}-{count}"

    def live(self) -> None:
        """Change as feeds do within a day."""
        self.is_elsewhere = self.chance.random() < 0.03
        if self.trouble is not None:
            self.trouble = None if self.chance.random() < 0.3 else self.trouble
        elif self.chance.random() < 0.03:
            self.trouble = self.chance.choice(_TROUBLES)
        if self.chance.random() < 0.2:
            self.grow(self.chance.randint(1, 2))
        if self.chance.random() < 0.05:
            self.chance.shuffle(self.items)
            self.version += 1
        if self.chance.random() < 0.03:
            self.guids += 1
            self.version += 1
        if self.chance.random() < 0.01:
            self.moves += 1

    @property
    def listed(self) -> list[Item]:
        """Return what it lists, in its order: every tenth feed all that there ever was, the others their newest."""
        if self.number % 10 == 0 or len(self.items) <= _LISTED:
            return self.items
        newest = set(sorted(self.items, key=lambda item: item.published)[-_LISTED:])
        return [item for item in self.items if item in newest]

    def answer(self, handler: BaseHTTPRequestHandler, moves: int) -> None:
        """Answer at the address that it has had after so many moves."""
        # Every fifth feed has no validators.
        here = None if self.number % 5 == 0 else f"{self.version}-{self.guids}"
        if moves < self.moves:
            self._redirect(handler, 301, self.moves)
        elif self.trouble is not None:
            send(handler, b"", self.trouble)
        elif self.is_elsewhere and "elsewhere" not in handler.path:
            self._redirect(handler, 302, f"{self.moves}-elsewhere")
        elif here is not None and handler.headers.get("If-None-Match") == here:
            send(handler, b"", 304)
        else:
            send(handler, rss(*map(self._document, self.listed)), headers={} if here is None else {"ETag": here})

    def _redirect(self, handler: BaseHTTPRequestHandler, status: int, to: object) -> None:
        self.redirects += 1
        send(handler, b"", status, {"Location": f"/{self.number}/{to}/feed.xml"})

    def _document(self, item: Item) -> str:
        return (
            f"<item><title>{item.title}</title><guid>{self.guids}-{item.title}</guid>"
            f"<pubDate>{format_datetime(item.published)}</pubDate>"
            f'<enclosure url="https://audio.example/{item.title}.mp3" type="audio/mpeg" length="{item.size}"/></item>'
        )


def show_of(title: str) -> str:
    """Return the show that an item is of, by its title."""
    return title.partition("-")[0]


class Year:
    """Follows that are checked as their times come.

    Args:
        mortality: So many of those who check die.
    """

    def __init__(self, following: Following, feeds: int, mortality: float, seed: int) -> None:
        self.following = following
        self.chance = random.Random(seed)
        self.fate = random.Random(f"fate-{seed}")
        self.mortality = mortality
        self.added: Counter[str] = Counter()
        self.let_go: set[str] = set()
        self.days = 0
        self.checks = 0
        self.deaths = 0
        self._seen = 0
        self._local = threading.local()  #: transactions until the thread dies
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
        for _ in range(days):
            for feed in self.feeds.values():
                if is_calm:
                    feed.trouble, feed.is_elsewhere = None, False
                else:
                    feed.live()
            self.following.engine.pass_time(timedelta(days=8) if is_calm else _DAY)
            self._check_due(is_calm=is_calm)
            self._count()
            file_queued(self.following, lambda title: BookDetails(title, (show_of(title),)))
            self._take_away()
            self.days += 1
            if self.days % _AUDITED_EVERY == 0:
                self.require_exact()

    def require_exact(self) -> None:
        """Require that each item was added once, and that exactly those that are to stay are in the library."""
        assert {title: times for title, times in self.added.items() if times > 1} == {}
        for feed in self.feeds.values():
            stays = [title for title in self.new_titles(feed) if title in self.added and title not in self.let_go]
            folder = self.following.folder / show_of(feed.title_of(0))
            there = {path.name for path in folder.iterdir()} if folder.exists() else set()
            assert self._filed(feed) == there == set(stays[-KEPT:] if feed.number % 2 else stays)

    def new_titles(self, feed: LivingFeed) -> list[str]:
        """Return what has appeared since it was followed, the oldest first."""
        return [item.title for item in sorted(feed.items, key=lambda item: item.published)[5:]]

    def _filed(self, feed: LivingFeed) -> set[str]:
        rows = self.following.engine.rows(
            "SELECT title FROM audiobooks WHERE library_path IS NOT NULL AND starts_with(title, :start)",
            start=feed.title_of(""),
        )
        return {row.title for row in rows}

    def _take_away(self) -> None:
        """Take away all that follows no longer keep, as is done once a minute."""
        last, acts = -1, self._acts()
        while acts != last:
            take_away(self.following)
            last, acts = acts, self._acts()

    def _acts(self) -> int:
        return int(self.following.engine.value("SELECT coalesce(max(id), 0) FROM acts"))

    def _check_due(self, *, is_calm: bool) -> None:
        """Check what is due, several at once; some of those who check die."""
        due = "SELECT id FROM follows WHERE status = 'queued' AND next_attempt_at <= clock_timestamp() ORDER BY id"
        ids = [row.id for row in self.following.engine.rows(due)]
        dies = [0 if is_calm or self.fate.random() > self.mortality else self.fate.randint(1, 3) for _ in ids]
        with ThreadPoolExecutor(_WORKERS) as workers:
            list(workers.map(self._check, ids, dies))
        self.checks += len(ids)
        self.deaths += sum(map(bool, dies))

    def _check(self, follow: int, dies_in: int) -> None:
        if dies_in:
            self._die_while_checking(follow, dies_in)
        self.following.check(follow)

    def _die_while_checking(self, follow: int, dies_in: int) -> None:
        """Kill whoever checks: in one of its transactions, or right before its end is written down."""
        run = self.following.begin(follow)
        self._local.left = dies_in
        with suppress(Killed, OhdioError):
            self.following.service.check(run)
        self._local.left = 0
        self.following.engine.die(run.claim)
        self.following.engine.order(take_back_expired, FOLLOWING, self.following.engine.timing)

    def _count(self) -> None:
        """Count what was added; a person lets some of it go."""
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
                self._local.left = getattr(self._local, "left", 0) - 1
                if self._local.left == 0:
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
    ("feeds", "days", "mortality"),
    [(4, 25, 0.1), pytest.param(200, 365, 0.015, marks=[pytest.mark.soak, pytest.mark.timeout(7200)])],
)
def test_each_item_comes_once_and_what_is_to_stay_stays(
    following: Following, feeds: int, days: int, mortality: float
) -> None:
    year = Year(following, feeds, mortality, seed=2026)
    year.pass_days(days)
    year.pass_days(2, is_calm=True)
    assert year.deaths > 0
    year.require_exact()
    assert set(year.added) == {title for feed in year.feeds.values() for title in year.new_titles(feed)}
    necessary = year.checks + sum(feed.redirects for feed in year.feeds.values())
    # Each who died has asked in vain, and nobody else has.
    assert necessary <= len(following.origin.requests) <= necessary + year.deaths
