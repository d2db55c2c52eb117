"""A feed as one book: its episodes are the parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from ohdio_core.domain.audiobook import BookDetails
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence, together_if_any
from ohdio_core.sources.rss.channel import Channel
from ohdio_core.sources.rss.episode import Episode
from ohdio_core.sources.rss.identities import FeedItem
from ohdio_core.sources.rss.listing import part_of
from ohdio_core.sources.rss.omissions import NoEpisodes, Omission, note_on
from ohdio_core.sources.rss.order import in_listening_order
from ohdio_core.sources.rss.walk import Stop

_MOST_PARTS = 5000
_MOST_AUTHORS = 50


@dataclass(slots=True)
class _WholeFeed:
    """What was read of a feed so far."""

    channel: Channel | None = None
    keys: dict[str, Episode] = field(default_factory=dict)  #: the episodes by their keys; no trailers
    omitted: Counter[Omission] = field(default_factory=Counter)
    has_trailers: bool = False
    missing: Sentence | None = None  #: a note where the next page cannot be had

    def add(self, items: Iterable[FeedItem]) -> None:
        """Add the items of a segment."""
        for item in items:
            if item.episode.is_trailer:
                self.has_trailers = True
            else:
                self.keys.setdefault(item.key, item.episode)


def one_book(stops: Iterable[Stop], feed: str) -> BookDetails:
    """Return one book made of a whole feed, without its trailers.

    Args:
        stops: The walk over all of it.
        feed: The canonical URL of the feed, for the sentences.

    Raises:
        PermanentError: It has no episodes, some that cannot be fetched, or more than a book can have.
        OhdioError: What the walk raises: half a feed is no book.
    """
    found = _read(stops, feed)
    channel, keys = found.channel, found.keys
    if not keys and found.has_trailers:
        raise PermanentError(
            sentence(
                "feed.only_trailer",
                "The feed {link} has only a trailer yet. Add it again once its first episode is out.",
                link=feed,
            )
        )
    if channel is None or not keys:
        raise NoEpisodes(feed, found.omitted)
    if unreachable := found.omitted[Omission.BAD_ADDRESS]:
        raise PermanentError(
            sentence(
                "feed.incomplete_book",
                "The feed {link} would be an incomplete book: {count} of its episodes have a file at an address that "
                "cannot be followed. Add it as a feed, with a book for each episode.",
                link=feed,
                count=unreachable,
            )
        )
    named = {id(episode): key for key, episode in keys.items()}
    episodes = in_listening_order(list(keys.values()), is_serial=channel.is_serial)
    durations = [episode.duration for episode in episodes if episode.duration is not None]
    days = [episode.published.date() for episode in episodes if episode.published is not None]
    first = min(days, default=None)
    authors = channel.authors or _all_authors(episodes)
    return BookDetails(
        title=channel.title or "Untitled",
        authors=authors,
        show=None if authors else channel.title,
        narrators=channel.readers or tuple(dict.fromkeys(name for episode in episodes for name in episode.readers)),
        translators=channel.translators,
        description=channel.description,
        published_year=None if first is None else first.year,
        published_on=first,
        language=channel.language or _shared_language(episodes),
        cover_url=channel.cover_url or next((each.cover_url for each in episodes if each.cover_url), None),
        duration=sum(durations, timedelta()) if len(durations) == len(episodes) else None,
        parts=tuple(
            part_of(episode, index, named[id(episode)], episode.title) for index, episode in enumerate(episodes)
        ),
        note=together_if_any(found.missing, note_on(found.omitted)),
    )


def _read(stops: Iterable[Stop], feed: str) -> _WholeFeed:
    """Return what the walk finds.

    Raises:
        PermanentError: There are more episodes than a book can have.
        OhdioError: What the walk raises.
    """
    found = _WholeFeed()
    is_first_page = True
    for stop in stops:
        if is_first_page:
            # Of several pages the first one's words hold; they are complete where its reading ended.
            found.channel = stop.channel
            is_first_page = stop.next is not None and stop.next.after is not None
        found.omitted.update(stop.omitted)
        found.missing = stop.missing
        found.add(stop.items)
        if len(found.keys) > _MOST_PARTS:
            raise PermanentError(
                sentence(
                    "feed.too_many_episodes",
                    "The feed {link} has more than {most} episodes, too many for one book. Add it as a "
                    "feed, with a book for each episode.",
                    link=feed,
                    most=_MOST_PARTS,
                )
            )
    return found


def _shared_language(episodes: Iterable[Episode]) -> str | None:
    languages = {episode.language for episode in episodes}
    return languages.pop() if len(languages) == 1 else None


def _all_authors(episodes: Iterable[Episode]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for episode in episodes for name in episode.authors))[:_MOST_AUTHORS]
