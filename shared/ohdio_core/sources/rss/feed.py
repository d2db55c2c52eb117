"""Reading a feed while it arrives, in stretches, so that its length does not matter.

A document is cut into its items, and each is parsed by itself: one that is broken costs no other one. What is
wrong with a document is said after everything that could be read of it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ohdio_core.errors import OhdioError, PermanentError
from ohdio_core.sources.rss.channel import Channel, read_channel
from ohdio_core.sources.rss.encoding import text_of_document
from ohdio_core.sources.rss.episode import Episode, UnreadableItem, read_episode
from ohdio_core.sources.rss.splitter import ItemSplitter

_ITEMS = 200  # of a stretch; its books are written in one transaction
_CHARACTERS = 2 * 1024 * 1024  # of the items of a stretch
_END = re.compile(r"</(?:\w{1,24}:)?(?:rss|feed)\s{0,16}>")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some items of a feed, in the document's order."""

    channel: Channel  #: as far as it is known; where it leads on, in the last stretch only
    episodes: tuple[Episode, ...]
    is_last: bool


def read_feed(chunks: Iterable[bytes], url: str) -> Iterator[Stretch]:
    """Read one document of a feed.

    Args:
        chunks: The document, as it arrives.
        url: Where it was read.

    Raises:
        PermanentError: It is not a feed; or it is damaged, and what could be read of it was given before.
        OhdioError: What ``chunks`` raises; likewise after what was read.
    """
    reader = _Reader(url)
    try:
        for text in text_of_document(chunks, url):
            yield from reader.feed(text)
        reader.finish()
    except OhdioError:
        yield from reader.rest()
        raise
    if (fault := reader.fault()) is not None:
        yield from reader.rest()
        raise PermanentError(fault)
    yield Stretch(reader.channel(), reader.take(), is_last=True)


class _Reader:
    def __init__(self, url: str) -> None:
        self._url = url
        self._splitter = ItemSplitter(url)
        self._channel: tuple[int, Channel] | None = None
        self._episodes: list[Episode] = []
        self._size = 0
        self._unreadable = 0

    def feed(self, text: str) -> Iterator[Stretch]:
        for item in self._splitter.feed(text):
            try:
                episode = read_episode(item, self._channel_before())
            except UnreadableItem:
                self._unreadable += 1
                continue
            if episode is None:
                continue
            self._episodes.append(episode)
            self._size += len(item)
            if len(self._episodes) >= _ITEMS or self._size >= _CHARACTERS:
                yield Stretch(self.channel(), self.take(), is_last=False)

    def finish(self) -> None:
        self._splitter.finish()
        self.channel()

    def rest(self) -> Iterator[Stretch]:
        if self._episodes:
            yield Stretch(self.channel(), self.take(), is_last=False)

    def take(self) -> tuple[Episode, ...]:
        episodes, self._episodes, self._size = tuple(self._episodes), [], 0
        return episodes

    def channel(self) -> Channel:
        """Give the channel as it is known by now."""
        outside = self._splitter.outside
        if self._channel is None or self._channel[0] != len(outside):
            self._channel = (len(outside), read_channel(outside, self._url))
        return self._channel[1]

    def fault(self) -> str | None:
        if self._splitter.is_inside or _END.search(self._splitter.outside) is None:
            return f"The feed {self._url} ends in the middle. What was read of it is kept; the rest is missing there."
        if self._unreadable:
            return (
                f"{self._unreadable} items of the feed {self._url} cannot be read: their XML is broken. The others are "
                "kept."
            )
        return None

    def _channel_before(self) -> Channel:
        """Give the channel as it was when the first item came: what items need of it does not follow later."""
        return self.channel() if self._channel is None else self._channel[1]
