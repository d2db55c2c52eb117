"""What the page of sources shows."""

from __future__ import annotations

from typing import NamedTuple

from ohdio_api.web.parts.naming import people_of
from ohdio_api.web.words import Words
from ohdio_core.schemas.catalogues import Hit, SearchResults
from ohdio_core.schemas.health import ClosedSite
from ohdio_core.sources.protocol import Source


class ShownSource(NamedTuple):
    """A site, or a kind of link, that books come from."""

    name: str
    what: str  #: it has
    example: str  #: a link
    is_well: bool
    health: str


class ShownHit(NamedTuple):
    """Something that a catalogue has found."""

    url: str
    title: str
    people: str
    what: str  #: it is, and whose catalogue has it
    is_known: bool


def show_source(source: Source, closed: dict[str, ClosedSite], words: Words) -> ShownSource:
    """Return what the page says of a source.

    Args:
        closed: The sites that are not asked at the moment, by their keys.
    """
    example = source.examples[0]
    rests = closed.get(source.site_key(example))
    if rests is None:
        health = words.gettext("is asked")
    else:
        reason = words.wait(rests.reason, rests.reason_message) or "…"
        said = words.gettext("is asked again %(time)s: %(reason)s")
        health = said % {"time": words.at(rests.until), "reason": reason}
    return ShownSource(words.source(source.name), _what(source.name, words), example, rests is None, health)


def _what(name: str, words: Words) -> str:
    _ = words.gettext
    return {
        "ohdio": _("Categories, audiobooks with every part, podcasts and shows of Radio-Canada"),
        "librivox": _("Books, authors, readers, and the whole catalogue"),
        "archive": _("Items with sound, collections and searches"),
        "rss": _("Podcast and audiobook feeds: each episode a book, or the whole feed one book with chapters"),
        "web": _("Any page with sound, playlists, folders that a server lists"),
        "ytdlp": _("What yt-dlp knows, where nothing else reads a link"),
    }.get(name, "")


def show_hits(results: SearchResults, words: Words) -> list[ShownHit]:
    """Return what was found."""
    return [_shown(hit, words) for hit in results.items]


def _shown(hit: Hit, words: Words) -> ShownHit:
    what = [words.source(hit.source), hit.note or ""]
    return ShownHit(hit.url, hit.title, people_of(hit.authors), " · ".join(filter(None, what)), hit.is_known)


def silent(results: SearchResults, words: Words) -> list[str]:
    """Return a sentence for each catalogue that did not answer."""
    return [
        f"{words.source(one.source)}{words.gettext(':')} {words.translated_text(one.detail, one.detail_message)}"
        for one in results.failed
    ]
