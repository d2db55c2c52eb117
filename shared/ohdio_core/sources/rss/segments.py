"""What is read of a feed at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.episode import Episode
from ohdio_core.sources.rss.omissions import Omission

ITEMS = 200  #: of a segment at most; its books are written in one transaction


@dataclass(frozen=True, slots=True)
class FeedSegment:
    """Some items of a feed, in the document's order."""

    channel: Channel  #: what stands before the first item; in the last segment all of it, and where it leads on
    episodes: tuple[Episode, ...]
    is_last: bool
    omitted: Mapping[Omission, int]  #: how many items of the document are no episodes; in the last segment only
    omitted_checksum: int  #: of their text, the same in any order; in the last segment only
