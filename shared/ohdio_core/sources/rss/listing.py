"""A feed as a category: every item with a recording is a book of one part."""

from __future__ import annotations

from collections.abc import Iterable

from ohdio_core.domain.audiobook import BookDetails, BookRef, Part
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.episode import Episode
from ohdio_core.sources.rss.order import in_listening_order, number_of


def books_of(channel: Channel, found: Iterable[tuple[str, Episode]], feed: str) -> tuple[BookRef, ...]:
    """Make a book of every episode, each once; of a serial feed in the order in which they are to be heard.

    Args:
        channel: What the feed says of itself.
        found: Episodes with their keys (``Identities``), in the feed's order.
        feed: The canonical URL of the feed; of its first page.
    """
    keys: dict[str, Episode] = {}
    for key, episode in found:
        keys.setdefault(key, episode)
    if channel.is_serial:
        named = {id(episode): key for key, episode in keys.items()}
        episodes = in_listening_order(list(keys.values()), is_serial=True)
        keys = {named[id(episode)]: episode for episode in episodes}
    return tuple(_book(episode, key, channel, feed) for key, episode in keys.items())


def part_of(episode: Episode, index: int, key: str, title: str | None) -> Part:
    """Give an episode as part of a book."""
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


def _book(episode: Episode, key: str, channel: Channel, feed: str) -> BookRef:
    position = number_of(episode)
    details = BookDetails(
        title=episode.title,
        authors=episode.authors or channel.authors,
        narrators=episode.readers or channel.readers,
        description=episode.description,
        published_year=None if episode.published is None else episode.published.year,
        language=channel.language,
        series=channel.title if position or channel.is_show else None,
        series_position=position,
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
    )
