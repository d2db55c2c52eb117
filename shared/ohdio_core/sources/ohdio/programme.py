"""Programmes (balados, grandes séries, émissions): listings whose episodes are books of one part.

Two shapes of an answer live side by side: ``content.contentDetail.items`` with ``pagedConfiguration``
(recorded 2026-04), and ``episodes`` with ``mediaIds`` and ``pagination`` (newer builds, 2026). Radio
episodes come without a medium: what they are made of is asked for when they are described.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, BookRef, ListingPage, Part
from ohdio_core.errors import DiffersForNow, PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.dates import parse_date
from ohdio_core.sources.json_values import at, list_at, number_at, text_at
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.ohdio import links
from ohdio_core.sources.ohdio.book import cover_from, people, seconds_at
from ohdio_core.sources.ohdio.cards import Paging, link_of, paging_of
from ohdio_core.sources.ohdio.links import Link, Thing
from ohdio_core.sources.ohdio.playback import EPISODE, year_of

_PRESENTED_BY = re.compile(r"^(?:(?:présentée?|animée?) par|avec|par)\s+", re.IGNORECASE)
_REPLAY = "rediffusion"
_UNTITLED = "Sans titre"
_NO_ADDRESS = sentence("omission.no_address", "no address and no number")


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One page of a programme, as one answer has it."""

    page: ListingPage  #: without ``next_cursor``: the caller knows how the page was asked for
    paging: Paging | None  #: what the answer says of it
    listed: int  #: items in the answer
    readable: int  #: those of them that can be told from others
    titled: int  #: those that have a title as well


def parse_programme(data: Any, programme: Link, number: int) -> ProgrammePage:
    """Read page ``number`` of a programme.

    Raises:
        PermanentError: The answer lists nothing that could be episodes, or another page.
        DiffersForNow: It lists none where it counts some.
    """
    episodes = at(data, "content", "contentDetail", "items")
    if not isinstance(episodes, list):
        episodes = at(data, "episodes")
    if not isinstance(episodes, list):
        raise PermanentError(
            sentence("ohdio.programme_no_list", "OHdio's answer about this programme has no list of episodes.")
        )
    paging = paging_of(data)
    if paging is not None and paging.number not in (None, number):
        raise PermanentError(
            sentence(
                "ohdio.programme_other_page",
                "OHdio answered with page {answered} of the programme when asked for page {number}.",
                answered=paging.number,
                number=number,
            )
        )
    if not episodes and paging is not None and (number - 1) * paging.size < paging.total:
        raise DiffersForNow(
            links.SITE_NAME,
            sentence(
                "ohdio.programme_page_empty",
                "page {number} of the programme is empty, though {count} episodes are counted.",
                number=number,
                count=paging.total,
            ),
        )
    header = at(data, "header")
    title = line_of_text(text_at(header, "title") or text_at(data, "appShare", "title") or text_at(data, "title"))
    hosts = presenters(text_at(data, "description", "title") or text_at(header, "subtitle"))
    cover = cover_from(at(header, "picture")) or text_at(data, "meta", "image") or None
    read = [book for each in episodes if (book := _episode(each, programme, title, hosts, cover)) is not None]
    if episodes and not read:
        raise PermanentError(
            sentence("ohdio.programme_no_ids", "None of the episodes in OHdio's answer can be told from the others.")
        )
    found: dict[str, BookRef] = {}
    for book in read:
        found.setdefault(book.external_id, book)
    unread = len(episodes) - len(read)
    left_out = {_NO_ADDRESS: unread} if unread else {}
    return ProgrammePage(
        ListingPage(tuple(found.values()), None, title or None, paging.total if paging else None, left_out),
        paging,
        len(episodes),
        len(read),
        sum(1 for book in read if not (book.title or "").startswith(_UNTITLED)),
    )


def presenters(html: str) -> tuple[str, ...]:
    """Return the people in a line such as "Avec Ana Roy et Luc Tel"."""
    return people(_PRESENTED_BY.sub("", line_of_text(html)))


def parse_episode_page(data: Any) -> BookDetails:
    """Read an episode's own page from its embedded state; its parts are empty where it names no medium.

    Raises:
        PermanentError: It has no title.
    """
    header = at(data, "header")
    title = line_of_text(text_at(header, "title"))
    if not title:
        raise PermanentError(sentence("ohdio.no_episode", "The page says nothing of the episode."))
    media_id = number_at(header, "playlistItemId", "mediaId")
    length = seconds_at(header)
    return BookDetails(
        title=title,
        description=plain_text(text_at(header, "summary")) or None,
        language="fr",
        cover_url=cover_from(at(header, "picture")),
        duration=length,
        parts=() if media_id is None else (Part(0, str(media_id), duration=length),),
    )


def _episode(item: Any, programme: Link, series: str, hosts: tuple[str, ...], cover: str | None) -> BookRef | None:
    link = _link(item, programme)
    if link is None:
        return None
    title = line_of_text(text_at(item, "title") or text_at(item, "share", "title")) or _UNTITLED
    if at(item, "isBroadcastedReplay") is True and _REPLAY not in title.lower():
        title = f"{title} ({_REPLAY})"
    media_id = number_at(item, "playlistItemId", "mediaId")
    if media_id is None:
        # The first is the recording; clients of the newer shape know of no use for others.
        media_id = next((number_at({"id": each}, "id") for each in list_at(item, "mediaIds")), None)
    length = seconds_at(item)
    published = parse_date(text_at(item, "broadcastedFirstTimeAt"))
    details = BookDetails(
        title=title,
        authors=hosts,
        narrators=hosts,
        description=plain_text(text_at(item, "summary")) or None,
        published_year=year_of(text_at(item, "broadcastedFirstTimeAt")),
        published_on=None if published is None else published.date(),
        language="fr",
        series=series or None,
        cover_url=cover_from(at(item, "picture")) or cover,
        duration=length,
        parts=() if media_id is None else (Part(0, str(media_id), duration=length),),
    )
    target = link.target
    return BookRef(
        links.NAME,
        target.url,
        target.external_id,
        title,
        hosts,
        details.cover_url,
        details,
        published=published,
    )


def _link(item: Any, programme: Link) -> Link | None:
    """Return which episode an item is: by its address, else by its id."""
    link = link_of(item)
    if link is not None and link.thing in (Thing.EPISODE, Thing.CLIP, Thing.AUDIOBOOK):
        return link
    global_id = at(item, "playlistItemId", "globalId2") or at(item, "globalId")
    episode = number_at(global_id, "id")
    if episode is None or number_at(global_id, "contentType", "id") != EPISODE:
        return None
    base = programme.url.removeprefix(links.ROOT)
    if programme.thing is Thing.PROGRAMME:
        base = f"{base.rpartition('/')[0]}/emission/episodes"
        return links.read_path(f"{base}/{episode}/episode")
    return links.read_path(f"{base}/{programme.thing}/{episode}/episode")
