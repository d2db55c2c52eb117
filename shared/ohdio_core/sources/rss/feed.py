"""Reading a feed while it arrives, in segments, so that its length does not matter.

A document is cut into its items, and each is parsed by itself: one that is broken costs no other one. What is
wrong with a document is said after everything that could be read of it was given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ohdio_core.errors import OhdioError
from ohdio_core.sentences import Sentence, sentence
from ohdio_core.sources.rss.channel import Channel, read_channel
from ohdio_core.sources.rss.encoding import text_of_document
from ohdio_core.sources.rss.episode import Episode, read_episode
from ohdio_core.sources.rss.faults import BrokenFeed
from ohdio_core.sources.rss.omissions import LeftOut, Omission
from ohdio_core.sources.rss.splitter import ItemSplitter
from ohdio_core.sources.rss.visited import checksum

_ITEMS = 200  # of a segment; its books are written in one transaction
_CHARACTERS = 2 * 1024 * 1024  # of the items of a segment
_END = re.compile(r"</(?:\w{1,24}:)?(?:rss|feed)\s{0,16}>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedSegment:
    """Some items of a feed, in the document's order."""

    channel: Channel  #: what stands before the first item; in the last segment all of it, and where it leads on
    episodes: tuple[Episode, ...]
    is_last: bool
    omitted: Mapping[Omission, int]  #: how many items of the document are no episodes; in the last segment only
    omitted_checksum: int  #: of their text, the same in any order; in the last segment only


def read_feed(chunks: Iterable[bytes], url: str, content_type: str = "") -> Iterator[FeedSegment]:
    """Read one document of a feed.

    Args:
        chunks: The document, as it arrives.
        url: Where it was read.
        content_type: What the server says of it.

    Raises:
        NotAFeed: It is not a feed.
        BrokenFeed: It is damaged; what could be read of it was given before.
        OhdioError: What ``chunks`` raises; likewise after what was read.
    """
    reader = _FeedReader(url)
    try:
        for text in text_of_document(chunks, url, content_type):
            yield from reader.feed(text)
        reader.finish()
    except OhdioError:
        yield from reader.rest()
        raise
    if (fault := reader.fault()) is not None:
        yield from reader.rest()
        raise BrokenFeed(fault)
    yield reader.last()


class _FeedReader:
    def __init__(self, url: str) -> None:
        self._url = url
        self._splitter = ItemSplitter(url)
        self._channel: Channel | None = None
        self._episodes: list[Episode] = []
        self._size = 0
        self._omitted = Counter[Omission]()
        self._omitted_checksum = 0

    def feed(self, text: str) -> Iterator[FeedSegment]:
        for item in self._splitter.feed(text):
            try:
                episode = read_episode(item, self._channel_before())
            except LeftOut as left_out:
                self._omitted[left_out.omission] += 1
                self._omitted_checksum += checksum(item)
                continue
            self._episodes.append(episode)
            self._size += len(item)
            if len(self._episodes) >= _ITEMS or self._size >= _CHARACTERS:
                yield self._segment()

    def finish(self) -> None:
        self._splitter.finish()
        self._channel = self._channel_now()

    def rest(self) -> Iterator[FeedSegment]:
        if self._episodes:
            yield self._segment()

    def last(self) -> FeedSegment:
        """Return the last segment, with what is known of the whole document."""
        return replace(self._segment(), is_last=True, omitted=self._omitted, omitted_checksum=self._omitted_checksum)

    def fault(self) -> Sentence | None:
        if self._splitter.is_inside or _END.search(self._splitter.outside) is None:
            return sentence(
                "feed.cut",
                "The feed {link} ends in the middle. What was read of it is kept; the rest is missing there.",
                link=self._url,
            )
        if unreadable := self._omitted[Omission.UNREADABLE]:
            return sentence(
                "feed.unreadable_items",
                "{count} items of the feed {link} cannot be read: their XML is broken. The others are kept.",
                count=unreadable,
                link=self._url,
            )
        return None

    def _segment(self) -> FeedSegment:
        episodes, self._episodes, self._size = tuple(self._episodes), [], 0
        return FeedSegment(self._channel_before(), episodes, is_last=False, omitted={}, omitted_checksum=0)

    def _channel_before(self) -> Channel:
        """Return the channel as it was before the first item: what items need of it comes first."""
        if self._channel is None:
            self._channel = self._channel_now()
        return self._channel

    def _channel_now(self) -> Channel:
        return read_channel(self._splitter.outside, self._url)
