"""From the data of an audiobook, as GraphQL and the page's embedded state both carry it, to a record.

The fields are those of a recorded ``audioBookById`` answer (2026-04). Texts are HTML with entities.
A book has one medium a part, all in ``content.contentDetail.items``, in listening order; the book's
own ``header.playlistItemId.mediaId`` is always null.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.ohdio.json_values import at, list_at, number_at, text_at
from ohdio_core.sources.ohdio.links import media_id_of_part

_BETWEEN_NAMES = re.compile(r"\s*[,;&\n]\s*(?:et\s+)?|\s+et\s+")
_YEAR = re.compile(r"\bPublié en (\d{4})\b", re.IGNORECASE)
_NOT_A_PUBLISHER = re.compile(r"\d+ pages?|publié .*|.*\bpublic|(?:dès |à partir de )?\d+.*\bans\b.*", re.IGNORECASE)


def parse_book(data: Any) -> BookDetails:
    """Normalise a book's data.

    Raises:
        PermanentError: It has no title, no parts, or not all of its parts.
    """
    title = line_of_text(text_at(data, "header", "title"))
    if not title:
        raise PermanentError("OHdio's answer about this audiobook has no title; the site's format may have changed.")
    publisher, year = parse_publisher(text_at(data, "content", "about", "publisherInformation"))
    return BookDetails(
        title=title,
        authors=people(text_at(data, "header", "subtitle")),
        narrators=people(text_at(data, "description", "title")),
        description=(
            plain_text(text_at(data, "content", "about", "summary"))
            or plain_text(text_at(data, "header", "summary"))
            or None
        ),
        publisher=publisher,
        published_year=year,
        genre=line_of_text(text_at(data, "header", "kicker")) or None,
        language="fr",
        cover_url=cover_from(at(data, "header", "picture")) or text_at(data, "meta", "image") or None,
        duration=_seconds(at(data, "header")),
        parts=_parts(data, title),
    )


def people(html: str) -> tuple[str, ...]:
    """Split names as OHdio joins them: by "et", a comma, "&", or a paragraph each."""
    names = (" ".join(name.split()) for name in _BETWEEN_NAMES.split(plain_text(html)))
    return tuple(dict.fromkeys(name for name in names if name))


def parse_publisher(html: str) -> tuple[str | None, int | None]:
    """Read publisher and year from a line such as "Publié en 2008 | Éditions X | 344 pages | Tout public".

    The line may begin with prizes, in a paragraph of their own.
    """
    text = plain_text(html)
    found = _YEAR.search(text)
    if found is None:
        return None, None
    # What follows the year: the prizes before it are not the publisher.
    pieces = (piece.strip() for piece in re.split(r"[|\n]", text[found.end() :]))
    publisher = next((piece for piece in pieces if piece and not _NOT_A_PUBLISHER.fullmatch(piece)), None)
    return publisher, int(found[1])


def cover_from(picture: Any) -> str | None:
    """Give the address of a square cover, 1400 pixels wide, from a picture and its pattern."""
    pattern = text_at(picture, "pattern") or text_at(picture, "url")
    address = pattern.replace("{width}", "1400").replace("{ratio}", "1x1")
    return address if address.startswith(("https://", "http://")) else None


def _parts(data: Any, title: str) -> tuple[Part, ...]:
    detail = at(data, "content", "contentDetail")
    items = list_at(detail, "items")
    total = number_at(detail, "pagedConfiguration", "totalNumberOfItems")
    if total is not None and total > len(items):
        raise PermanentError(f"OHdio lists only {len(items)} of the {total} parts of “{title}”.")
    if not items:
        raise PermanentError(f"OHdio lists no part of “{title}” that could be played.")
    return tuple(_part(item, index, title) for index, item in enumerate(items))


def _part(item: Any, index: int, title: str) -> Part:
    media_id = number_at(item, "playlistItemId", "mediaId")
    external_id = str(media_id) if media_id is not None else media_id_of_part(text_at(item, "url"))
    if external_id is None:
        # Leaving it out would file a book with a hole in it.
        raise PermanentError(f"OHdio names no recording for part {index + 1} of “{title}”.")
    return Part(
        index=index,
        external_id=external_id,
        title=line_of_text(text_at(item, "title")) or None,
        duration=_seconds(item),
    )


def _seconds(value: Any) -> timedelta | None:
    seconds = number_at(value, "duration", "durationInSeconds")
    # A recording is shorter than a year; anything else is not a duration.
    return timedelta(seconds=seconds) if seconds is not None and 0 < seconds < 366 * 86400 else None
