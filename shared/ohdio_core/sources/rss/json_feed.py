"""JSON Feed (jsonfeed.org/version/1.1), whose items have attachments in the place of enclosures."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from ohdio_core.errors import OhdioError
from ohdio_core.sentences import sentence
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.json_values import at, decoded, list_at, number_at, text_at
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.rss.addresses import absolute
from ohdio_core.sources.rss.channel import Channel, language_tag
from ohdio_core.sources.rss.durations import parse_duration
from ohdio_core.sources.rss.episode import Episode, title_of
from ohdio_core.sources.rss.faults import BrokenFeed, NotAFeed, cut_off
from ohdio_core.sources.rss.offers import Offer, best_recording, offers_at
from ohdio_core.sources.rss.omissions import LeftOut, Omission
from ohdio_core.sources.rss.segments import ITEMS, FeedSegment
from ohdio_core.sources.rss.visited import checksum

_VERSION = "jsonfeed.org/version"
_MOST_CHARACTERS = 16 * 2**20  # of a document; JSON is read whole
_MOST_AUTHORS = 50
_ITEMS_BEGIN = re.compile(r'"items"\s*:\s*\[')
_BETWEEN_ITEMS = re.compile(r"[\s,]*")


def is_json(start: str) -> bool:
    """Return whether a document that begins so is JSON and no XML."""
    return start.lstrip("\ufeff \t\r\n").startswith("{")


def read_json_feed(texts: Iterable[str], url: str) -> Iterator[FeedSegment]:
    """Read one document of a JSON Feed.

    Args:
        texts: The document, as it arrives.
        url: Where it was read.

    Raises:
        NotAFeed: It is other JSON, or too large.
        BrokenFeed: It is damaged; the items before that place were given.
        OhdioError: What ``texts`` raises; likewise after what was read.
    """
    text, fault = _collected(texts, url)
    try:
        feed = decoded(text)
    except ValueError:
        feed = _before_the_break(text)
        fault = fault or cut_off(url)
    if _VERSION not in text_at(feed, "version"):
        raise fault if isinstance(fault, OhdioError) and not isinstance(fault, BrokenFeed) else _other_json(url)
    yield from _segments(feed, url, fault)


def _collected(texts: Iterable[str], url: str) -> tuple[str, OhdioError | None]:
    """Return what arrives of a document, and the error that ended it.

    Raises:
        NotAFeed: It is too large.
    """
    pieces: list[str] = []
    size = 0
    try:
        for piece in texts:
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_CHARACTERS:
                raise NotAFeed(
                    url,
                    sentence(
                        "feed.json_too_large",
                        "{link} is not a readable feed: as JSON, it has more than {mebibytes} MiB.",
                        link=url,
                        mebibytes=_MOST_CHARACTERS // 2**20,
                    ),
                )
    except NotAFeed:
        raise
    except OhdioError as error:
        return "".join(pieces), error
    return "".join(pieces).lstrip("\ufeff"), None


def _before_the_break(text: str) -> dict[str, Any]:
    """Return as much of a damaged feed as can be read: what stands before its items, and those that are whole."""
    begin = _ITEMS_BEGIN.search(text)
    if begin is None:
        return {}
    try:
        feed = decoded(f"{text[: begin.end()]}]}}")
    except ValueError:
        return {}
    decoder = json.JSONDecoder()
    items: list[Any] = []
    position = begin.end()
    while (gap := _BETWEEN_ITEMS.match(text, position)) is not None:
        try:
            item, position = decoder.raw_decode(text, gap.end())
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {**feed, "items": items} if isinstance(feed, dict) else {}


def _other_json(url: str) -> NotAFeed:
    return NotAFeed(
        url,
        sentence(
            "feed.other_json",
            "{link} is not a feed but JSON of another kind. Look for the feed's own link on that site.",
            link=url,
        ),
    )


def _segments(feed: Any, url: str, fault: OhdioError | None) -> Iterator[FeedSegment]:
    channel = _channel(feed, url)
    omitted = Counter[Omission]()
    omitted_checksum = 0
    episodes: list[Episode] = []
    for item in list_at(feed, "items"):
        try:
            episode = _episode(item, channel)
        except LeftOut as left_out:
            omitted[left_out.omission] += 1
            omitted_checksum += checksum(json.dumps(item))
            continue
        if len(episodes) == ITEMS:
            yield FeedSegment(channel, tuple(episodes), is_last=False, omitted={}, omitted_checksum=0)
            episodes.clear()
        episodes.append(episode)
    is_whole = fault is None
    if episodes or is_whole:
        counts = omitted if is_whole else {}
        yield FeedSegment(channel, tuple(episodes), is_whole, counts, omitted_checksum if is_whole else 0)
    if fault is not None:
        raise fault


def _channel(feed: Any, url: str) -> Channel:
    return Channel(
        base=url,
        title=line_of_text(text_at(feed, "title")) or None,
        authors=_authors(feed),
        description=plain_text(text_at(feed, "description")) or None,
        language=language_tag(text_at(feed, "language")),
        cover_url=_first_address(url, feed, "icon", "favicon"),
        next_page=absolute(text_at(feed, "next_url"), url),
    )


def _episode(item: Any, channel: Channel) -> Episode:
    """Return an item as an episode.

    Raises:
        LeftOut: It has no recording.
    """
    recording = best_recording(_offers(item, channel.base))
    attachments = list_at(item, "attachments")
    own = next((each for each in attachments if absolute(text_at(each, "url"), channel.base) == recording.url), None)
    return Episode(
        guid=_identifier(item),
        title=title_of(text_at(item, "title") or text_at(own, "title"), recording),
        recording=recording,
        authors=_authors(item),
        description=plain_text(_first_text(item, "content_html", "content_text", "summary")) or None,
        published=parse_date(text_at(item, "date_published")) or parse_date(text_at(item, "date_modified")),
        duration=_duration(at(own, "duration_in_seconds")),
        cover_url=_first_address(channel.base, item, "image", "banner_image"),
        language=language_tag(text_at(item, "language")),
    )


def _offers(item: Any, base: str) -> Iterator[Offer]:
    for attachment in list_at(item, "attachments"):
        size = number_at(attachment, "size_in_bytes")
        yield from offers_at(text_at(attachment, "url"), base, str(size or ""), text_at(attachment, "mime_type"))


def _identifier(item: Any) -> str:
    """Return what an item is called; version 1 allows for numbers."""
    value = at(item, "id")
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _authors(value: Any) -> tuple[str, ...]:
    """Return whom a feed or an item names: in version 1 one, later several."""
    people = [*list_at(value, "authors"), at(value, "author")]
    names = (line_of_text(text_at(person, "name")) for person in people)
    return tuple(islice(dict.fromkeys(name for name in names if name), _MOST_AUTHORS))


def _duration(value: Any) -> timedelta | None:
    if isinstance(value, str):
        return parse_duration(value)
    return parse_duration(f"{value:.3f}") if isinstance(value, int | float) and 0 < value < 1e9 else None


def _first_text(value: Any, *names: str) -> str:
    return next((text for name in names if (text := text_at(value, name).strip())), "")


def _first_address(base: str, value: Any, *names: str) -> str | None:
    return next((address for name in names if (address := absolute(text_at(value, name), base)) is not None), None)
