"""What the site's player would play of an episode, a clip or a book, one thing after the other.

Recorded 2026-04 (``playbackListByGlobalId``): a radio episode of 35 cues over 4 media, whose
``mediaSeekTime`` starts again at 0 with each medium. So every medium is a part, and cues are its chapters.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ohdio_core.domain.audiobook import BookDetails, Chapter, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.json_values import at, list_at, number_at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio.book import cover_from, seconds_at

#: The site's ids for kinds of contents, as the question names them.
EPISODE, CLIP, AUDIOBOOK = 18, 26, 60


def parse_playback(data: Any) -> BookDetails:
    """Read a playback list: its media in order, and as much as it says of what they belong to.

    Raises:
        PermanentError: It names no recording, or not all of them.
    """
    items = list_at(data, "items")
    if at(data, "hasNext") is True:
        # Whether what comes next still belongs to it, the list does not say: better none than half.
        raise PermanentError(sentence("ohdio.playback_cut", "OHdio's playback list goes on after what it shows."))
    cues: dict[str, dict[int, Any]] = {}
    for number, item in enumerate(items, 1):
        media_id = number_at(item, "mediaPlaybackItem", "mediaId")
        if media_id is None:
            raise PermanentError(
                sentence(
                    "ohdio.playback_without_recording",
                    "OHdio names no recording for item {number} of its playback list.",
                    number=number,
                )
            )
        start = max(number_at(item, "mediaPlaybackItem", "mediaSeekTime") or 0, 0)
        cues.setdefault(str(media_id), {}).setdefault(min(start, 366 * 86400), item)
    if not cues:
        raise PermanentError(sentence("ohdio.playback_empty", "OHdio's playback list is empty."))
    parts = tuple(_part(index, media_id, each) for index, (media_id, each) in enumerate(cues.items()))
    programme = line_of_text(text_at(items[0], "productTitle"))
    subtitle = line_of_text(text_at(items[0], "subtitle"))
    first = line_of_text(text_at(items[0], "title"))
    durations = [part.duration for part in parts if part.duration is not None]
    return BookDetails(
        # Of several cues, the title of the first is not that of the whole.
        title=(first if len(items) == 1 else subtitle or programme) or programme or "Sans titre",
        series=programme or None,
        published_year=year_of(text_at(items[0], "broadcastedFirstTimeAt")),
        language="fr",
        cover_url=cover_from(at(items[0], "picture")),
        duration=sum(durations, timedelta()) if len(durations) == len(parts) else None,
        parts=parts,
    )


def year_of(moment: str) -> int | None:
    """Return the year of a time as the site writes it: "2026-04-13T09:30:00.000Z"."""
    return int(moment[:4]) if moment[:4].isascii() and moment[:4].isdigit() and moment[4:5] == "-" else None


def _part(index: int, media_id: str, cues: dict[int, Any]) -> Part:
    starts = sorted(cues)
    titles = {start: line_of_text(text_at(cues[start], "title")) for start in starts}
    length = seconds_at(cues[starts[-1]])
    is_one_piece = starts == [0]
    return Part(
        index=index,
        external_id=media_id,
        title=(titles[0] or None) if is_one_piece else None,
        duration=None if length is None else timedelta(seconds=starts[-1]) + length,
        chapters=()
        if is_one_piece
        else tuple(Chapter(timedelta(seconds=start), titles[start]) for start in starts if titles[start]),
    )
