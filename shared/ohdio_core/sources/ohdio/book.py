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
from ohdio_core.sentences import sentence
from ohdio_core.sources.json_values import at, list_at, number_at, text_at
from ohdio_core.sources.markup import line_of_text, plain_text
from ohdio_core.sources.ohdio.links import media_id_of_part
from ohdio_core.sources.ohdio.publication import parse_kicker, parse_publication

_PARAGRAPH = re.compile(r"<p>([\w .,'’-]*)</p>")
# Of text whose runs of blanks are one space each: more than one in a row would take this forever.
_BETWEEN_NAMES = re.compile(r" ?[,;&\n] ?(?:et )?| et ")


def parse_book(data: Any) -> BookDetails:
    """Return the description in a book's data.

    Raises:
        PermanentError: It has no title, no parts, or not all of its parts.
    """
    title = line_of_text(text_at(data, "header", "title"))
    if not title:
        raise PermanentError(sentence("ohdio.no_title", "OHdio's answer about this audiobook has no title."))
    published = parse_publication(text_at(data, "content", "about", "publisherInformation"))
    genre, age = parse_kicker(text_at(data, "header", "kicker"))
    return BookDetails(
        title=title,
        authors=people(text_at(data, "header", "subtitle")),
        narrators=people(text_at(data, "description", "title")),
        description=(
            plain_text(text_at(data, "content", "about", "summary"))
            or plain_text(text_at(data, "header", "summary"))
            or None
        ),
        publisher=published.publisher,
        published_year=published.year,
        genre=genre,
        audience=published.audience or age,
        page_count=published.pages,
        language="fr",
        cover_url=cover_from(at(data, "header", "picture")) or text_at(data, "meta", "image") or None,
        duration=seconds_at(at(data, "header")),
        parts=_parts(data, title),
    )


def people(html: str) -> tuple[str, ...]:
    """Split names as OHdio joins them: by "et", a comma, "&", or a paragraph each."""
    # Nearly every one is a paragraph of plain words, which needs no parser; a category has thousands.
    paragraph = _PARAGRAPH.fullmatch(html)
    text = " ".join(paragraph[1].split()) if paragraph else plain_text(html)
    return tuple(dict.fromkeys(name for each in _BETWEEN_NAMES.split(text) if (name := each.strip())))


def cover_from(picture: Any) -> str | None:
    """Return the address of a square cover, 1400 pixels wide, from a picture and its pattern."""
    pattern = text_at(picture, "pattern") or text_at(picture, "url")
    address = pattern.replace("{width}", "1400").replace("{ratio}", "1x1")
    return address if address.startswith(("https://", "http://")) else None


def _parts(data: Any, title: str) -> tuple[Part, ...]:
    detail = at(data, "content", "contentDetail")
    items = list_at(detail, "items")
    total = number_at(detail, "pagedConfiguration", "totalNumberOfItems")
    if total is not None and total > len(items):
        raise PermanentError(
            sentence(
                "ohdio.parts_missing",
                "OHdio lists only {count} of the {total} parts of “{title}”.",
                count=len(items),
                total=total,
                title=title,
            )
        )
    if not items:
        raise PermanentError(
            sentence("ohdio.no_parts", "OHdio lists no part of “{title}” that could be played.", title=title)
        )
    return tuple(_part(item, index, title) for index, item in enumerate(items))


def _part(item: Any, index: int, title: str) -> Part:
    media_id = number_at(item, "playlistItemId", "mediaId")
    external_id = str(media_id) if media_id is not None else media_id_of_part(text_at(item, "url"))
    if external_id is None:
        # Leaving it out would file a book with a hole in it.
        raise PermanentError(
            sentence(
                "ohdio.part_without_recording",
                "OHdio names no recording for part {number} of “{title}”.",
                number=index + 1,
                title=title,
            )
        )
    return Part(
        index=index,
        external_id=external_id,
        title=line_of_text(text_at(item, "title")) or None,
        duration=seconds_at(item),
    )


def seconds_at(value: Any) -> timedelta | None:
    """Return the duration of a card, a header or a cue; None where it has none that makes sense."""
    seconds = number_at(value, "duration", "durationInSeconds") or number_at(value, "duration")
    # A recording is shorter than a year; anything else is not a duration.
    return timedelta(seconds=seconds) if seconds is not None and 0 < seconds < 366 * 86400 else None
