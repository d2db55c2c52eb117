"""Reading a feed while it arrives, in segments, so that its length does not matter.

A document is cut into its items, and each is parsed by itself: one that is broken costs no other one. What is
wrong with a document is said after everything that could be read of it was given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from ohdio_core.errors import OhdioError
from ohdio_core.sentences import sentence
from ohdio_core.sources.rss.channel import Channel, read_channel
from ohdio_core.sources.rss.encoding import text_of_document
from ohdio_core.sources.rss.episode import Episode, read_episode
from ohdio_core.sources.rss.faults import BrokenFeed, cut_off
from ohdio_core.sources.rss.json_feed import is_json, read_json_feed
from ohdio_core.sources.rss.omissions import LeftOut, Omission
from ohdio_core.sources.rss.segments import ITEMS, FeedSegment
from ohdio_core.sources.rss.splitter import ItemSplitter
from ohdio_core.sources.rss.visited import checksum

_CHARACTERS = 2 * 1024 * 1024  # of the items of a segment
_END = re.compile(r"</(?:\w{1,24}:)?(?:rss|rdf|feed)\s{0,16}>", re.IGNORECASE)


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
    texts = text_of_document(chunks, url, content_type)
    start = next((text for text in texts if not text.isspace()), "")
    texts = chain((start,), texts)
    if is_json(start):
        yield from read_json_feed(texts, url)
    else:
        yield from _read_xml(texts, url)


def _read_xml(texts: Iterable[str], url: str) -> Iterator[FeedSegment]:
    reader = _FeedReader(url)
    try:
        for text in texts:
            yield from reader.feed(text)
        reader.finish()
    except OhdioError:
        yield from reader.rest()
        raise
    if (fault := reader.fault()) is not None:
        yield from reader.rest()
        raise fault
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
            if len(self._episodes) >= ITEMS or self._size >= _CHARACTERS:
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

    def fault(self) -> BrokenFeed | None:
        """Return what is wrong with the whole document."""
        if self._splitter.is_inside or _END.search(self._splitter.outside) is None:
            return cut_off(self._url)
        if unreadable := self._omitted[Omission.UNREADABLE]:
            return BrokenFeed(
                sentence(
                    "feed.unreadable_items",
                    "{count} items of the feed {link} cannot be read: their XML is broken. The others are kept.",
                    count=unreadable,
                    link=self._url,
                )
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
