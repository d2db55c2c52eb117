"""A feed as a category: every item with a recording is a book of one part."""

from __future__ import annotations

from collections.abc import Iterable

from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.episode import Episode
from ohdio_core.sources.rss.identities import FeedItem
from ohdio_core.sources.rss.order import in_listening_order, number_of


def books_of(channel: Channel, found: Iterable[FeedItem], feed: str) -> tuple[BookRef, ...]:
    """Return a book for every episode, each once; of a serial feed in the order in which they are to be heard.

    Args:
        channel: What the feed says of itself.
        found: Items of the feed, in its order.
        feed: The canonical URL of the feed; of its first page.
    """
    items: dict[str, FeedItem] = {}
    for item in found:
        items.setdefault(item.key, item)
    listed = list(items.values())
    if channel.is_serial:
        of_episode = {id(item.episode): item for item in listed}
        episodes = in_listening_order([item.episode for item in listed], is_serial=True)
        listed = [of_episode[id(episode)] for episode in episodes]
    return tuple(_book(item, channel, feed) for item in listed)


def part_of(episode: Episode, index: int, key: str, title: str | None) -> Part:
    """Return an episode as part of a book."""
    return Part(
        index=index,
        external_id=key,
        title=title,
        duration=episode.duration,
        url=episode.recording.url,
        size=episode.recording.size,
        checksum=episode.recording.checksum,
        narrators=episode.readers,
        chapters=episode.chapters,
        chapters_url=None if episode.chapters else episode.chapters_url,
        transcript_url=episode.transcript_url,
    )


def _book(item: FeedItem, channel: Channel, feed: str) -> BookRef:
    episode, key = item.episode, item.key
    position = number_of(episode)
    details = BookDetails(
        title=episode.title,
        authors=episode.authors or channel.authors,
        narrators=episode.readers or channel.readers,
        translators=episode.translators or channel.translators,
        description=episode.description,
        published_year=None if episode.published is None else episode.published.year,
        published_on=None if episode.published is None else episode.published.date(),
        language=episode.language or channel.language,
        series=channel.title if position or channel.is_show else None,
        series_position=position,
        show=None if episode.authors or channel.authors else channel.title,
        cover_url=episode.cover_url or channel.cover_url,
        duration=episode.duration,
        parts=(part_of(episode, 0, key, None),),
    )
    return BookRef(
        source=links.NAME,
        url=links.item_url(feed, key),
        external_id=links.item_id(feed, key),
        title=episode.title,
        authors=details.authors,
        cover_url=details.cover_url,
        details=details,
        published=episode.published,
        match_keys=tuple(links.item_match_key(feed, kind, fact) for kind, fact in item.facts),
    )
