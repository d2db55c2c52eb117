"""Follows of feeds that live, in real processes that are killed without warning, in both shapes."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ohdio_scraper.worker import CHECKS_AT_ONCE
from tests.fixtures.product import QUICK, SHAPES, Installer, Product, Role
from tests.fixtures.rest import wait_for_answer
from tests.integration.scraper.test_year import KEPT, Item, LivingFeed
from tests.integration.sources.origin import Origin, scripted_origin, send
from tests.sites.audio import AudioFactory

_DIES_EVERY = 3  # days
_MORTAL = (Role.SCRAPER, Role.METADATA, Role.DOWNLOADER, Role.API)
_HOST = "podcasts.example"
_CUT_OFF = 2 * CHECKS_AT_ONCE  #: requests that a death may cost: each check may be sent on


class SoundingFeed(LivingFeed):
    """A feed whose episodes can be heard. It is never so ill that its whole site is left alone for a while."""

    sound = b""

    def live(self) -> None:
        super().live()
        self.trouble = None if self.trouble is None else 404

    def _document(self, item: Item) -> str:
        return (
            f"<item><title>{item.title}</title><guid>{self.guids}-{item.title}</guid>"
            f"<pubDate>{format_datetime(item.published)}</pubDate>"
            f'<enclosure url="https://{_HOST}{sound_of(item)}" type="audio/mpeg" length="{len(self.sound)}"/></item>'
        )


def sound_of(item: Item) -> str:
    return f"/sound/{item.title.partition(' ')[2]}.mp3"


class RealYear:
    """Follows in a product, checked day by day."""

    def __init__(self, product: Product, origin: Origin, sound: bytes) -> None:
        self.product, self.origin, self.sound = product, origin, sound
        self.chance = random.Random(2026)
        self.api = httpx.Client(base_url=f"{product.api.url}/api/v1", timeout=30, trust_env=False)
        self.feeds: dict[int, SoundingFeed] = {}
        self.checks = 0
        self.deaths = 0

    def follow(self, feeds: int) -> None:
        for number in range(feeds):
            feed = SoundingFeed(number, random.Random(f"real-{number}"))
            feed.sound = self.sound
            feed.grow(5)
            self._serve(feed)
            order = {"url": f"https://{_HOST}/{number}/feed.xml", **({"keep_newest": KEPT} if number % 2 else {})}
            self.feeds[self.api.post("/follows", json=order).json()["id"]] = feed
            self.checks += 1
        self._wait_for_checks()

    def pass_days(self, days: int, *, is_calm: bool = False) -> None:
        for day in range(days):
            for feed in self.feeds.values():
                if is_calm:
                    feed.trouble, feed.is_elsewhere = None, False
                else:
                    feed.live()
            for number in self.feeds:
                self.api.post(f"/follows/{number}/check").raise_for_status()
                self.checks += 1
            if not is_calm and day % _DIES_EVERY == 0:
                self._die()
            self._wait_for_checks()

    def new_titles(self, feed: LivingFeed) -> list[str]:
        return [item.title for item in sorted(feed.items, key=lambda item: item.published)[5:]]

    def _die(self) -> None:
        """Kill a process in the middle of what it does, and start another one."""
        seen = len(self.origin.requests)
        self.product.wait_until(lambda: len(self.origin.requests) > seen, 30, "a check has begun")
        role = self.product.role_of(self.chance.choice(_MORTAL))
        self.product.kill(role, self.chance.choice(self.product.processes.running(role)))
        self.deaths += 1
        self.product.spawn(role)
        wait_for_answer(self.product.api, within=60)

    def _wait_for_checks(self) -> None:
        self.product.wait_until(self._are_checked, 90, "all follows are checked", every=0.2)

    def _are_checked(self) -> bool:
        return all(view["next_check_at"] is not None for view in self.views())

    def views(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.api.get("/follows", params={"limit": 200}).json()["items"]
        return items

    def known_titles(self) -> set[str]:
        """Return the titles of all books that are known."""
        titles: set[str] = set()
        cursor = None
        while True:
            page = self.api.get("/audiobooks", params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
            titles |= {book["title"] for book in page["items"]}
            if (cursor := page["next"]) is None:
                return titles

    def _serve(self, feed: SoundingFeed) -> None:
        for place in [str(moves) for moves in range(20)] + [f"{moves}-elsewhere" for moves in range(20)]:
            self.origin.answers[f"/{feed.number}/{place}/feed.xml"] = lambda handler: feed.answer(
                handler, int(handler.path.split("/")[2].partition("-")[0])
            )
        self.origin.answers[f"/{feed.number}/feed.xml"] = lambda handler: feed.answer(handler, 0)


@contextmanager
def sounding_origin(sound: bytes) -> Iterator[Origin]:
    """Run an origin whose every sound can be heard."""

    class Answers(dict[str, Any]):
        def get(self, path: str, default: Any = None) -> Any:
            if path.startswith("/sound/"):
                return lambda handler: send(handler, sound, headers={"Content-Type": "audio/mpeg"})
            return super().get(path, default)

    with scripted_origin() as origin:
        origin.answers = Answers()
        yield origin


@pytest.mark.parametrize(
    ("feeds", "days"),
    [
        pytest.param(4, 24, marks=[pytest.mark.full, pytest.mark.timeout(1200)]),
        pytest.param(12, 120, marks=[pytest.mark.soak, pytest.mark.timeout(7200)]),
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_each_item_comes_once_through_every_death(
    installer: Installer, shape: str, feeds: int, days: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sound = AudioFactory(tmp_path_factory.mktemp("sound")).mp3("year", 2.0)
    with sounding_origin(sound) as origin:
        hosts = {"OHDIO_HOST_OVERRIDES": f"{_HOST}={origin.url}"}
        product = installer.of_shape(shape, {**QUICK, **hosts})
        year = RealYear(product, origin, sound)
        year.follow(feeds)
        year.pass_days(days)
        year.pass_days(2, is_calm=True)
        wanted = {title for feed in year.feeds.values() for title in year.new_titles(feed)}
        kept = {
            title
            for feed in year.feeds.values()
            for title in (year.new_titles(feed)[-KEPT:] if feed.number % 2 else year.new_titles(feed))
        }
        product.wait_until(
            lambda: titles_in(product) == dict.fromkeys(kept, 1), 150, "what is to stay is there", every=1
        )
        assert year.deaths == days // _DIES_EVERY
        # Who dies between the move to the trash and the commit leaves a book that is known still: ten minutes later it
        # is put back, and goes anew.
        left = year.known_titles() - kept
        assert left <= set(titles_in(product, is_in_trash=True))
        assert len(left) <= year.deaths
        assert sum(view["added"] for view in year.views()) == len(kept | left)
        heard = Counter(seen.path for seen in origin.requests if seen.path.startswith("/sound/"))
        assert {f"Récit {path.removeprefix('/sound/').removesuffix('.mp3')}" for path in heard} == wanted
        # What was under way as somebody died is asked for again, and nothing else.
        assert sum(heard.values()) - len(heard) <= year.deaths * product.limit
        asked = len(origin.requests) - sum(heard.values())
        necessary = year.checks + sum(feed.redirects for feed in year.feeds.values())
        assert necessary <= asked <= 1.02 * necessary + year.deaths * _CUT_OFF
        # Who dies may leave an empty folder there, which is removed a day later.
        assert list(product.library.glob(".ohdio-incoming*/*")) == []
        year.api.close()


def titles_in(product: Product, *, is_in_trash: bool = False) -> dict[str, int]:
    """Return how often each title is in the library, as an episode of its show; or in its trash."""
    # Folders go while they are looked for.
    found = ((Path(folder), names) for folder, _, names in os.walk(product.library))
    return Counter(
        Path(name).stem.partition(" - ")[2]
        for folder, names in found
        for name in names
        if name.endswith(".mp3") and (".ohdio-trash" in folder.parts) is is_in_trash
    )
