"""Players of podcast hosts that a page shows in a frame: each is asked for what it plays, one step and no further."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

import structlog

from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_core.sources.web import links
from ohdio_core.sources.web.described import read_described
from ohdio_core.sources.web.document import Document
from ohdio_core.sources.web.embedded import read_audio
from ohdio_core.sources.web.forms import best_forms, piece_of
from ohdio_core.sources.web.found import Audio
from ohdio_core.sources.web.framed import frames_of, is_read
from ohdio_core.sources.web.page import Kind, ask

Follow = Callable[[Document], tuple[Audio, ...]]

#: What such an address says on the page's own site, and the title of a frame that names none of its recordings.
_PLAYER = re.compile(r"(?:\b|_)(?:player|embed|iframe)(?:\b|_)", re.IGNORECASE)
_MOST_FRAMES = 12  # of one page
_MOST_SCRIPT = 1_000_000  # characters of the scripts of one player
_IN_SCRIPT = re.compile(r"https?:(?://|\\/\\/)(?:[^\s\"'<>\\]|\\/|\\u0026){1,2000}", re.IGNORECASE)

log = structlog.get_logger(__name__)


def follow_none(_document: Document) -> tuple[Audio, ...]:
    """Return nothing: no frame is asked."""
    return ()


class FollowFrames:
    """Asks the players in the frames of a page for what they play, paced as pages are."""

    def __init__(self, http: SiteClient) -> None:
        self._http = http

    def __call__(self, document: Document) -> tuple[Audio, ...]:
        """Return the recordings of players that are known, in the order of the page.

        A player that cannot be read costs no other.

        Raises:
            TransientError: A site failed; the page is read again later.
        """
        return best_forms(audio for title, address in _frames(document) for audio in self._played(title, address))

    def _played(self, title: str | None, address: str) -> tuple[Audio, ...]:
        try:
            answer = ask(address, self._http)
            if answer.kind is Kind.AUDIO:
                return (Audio(address, title),)
            if answer.kind is not Kind.PAGE:
                return ()
            player = Document(answer.body, answer.url, answer.content_type)
        except PermanentError as error:
            log.info("player in a frame left out", link=address, reason=str(error))
            return ()
        found = _recordings(player)
        if len(found) != 1:
            return found
        return (replace(found[0], title=found[0].title or title or player.details().title),)


def _frames(document: Document) -> Iterator[tuple[str | None, str]]:
    """Yield the title and the address of each player that a page shows in a frame."""
    host = urlsplit(document.url).hostname
    found = {address: title for address, title in frames_of(document).items() if _is_player(address, host)}
    titles = list(found.values())
    for address, title in islice(found.items(), _MOST_FRAMES):
        # All are called alike where that is their program's name.
        is_own = title is not None and titles.count(title) == 1 and not _PLAYER.search(title)
        yield (title if is_own else None), address


def _is_player(address: str, own_host: str | None) -> bool:
    if is_read(address):
        return True
    parts = urlsplit(address)
    return parts.hostname == own_host and _PLAYER.search(f"{parts.path}?{parts.query}") is not None


def _recordings(player: Document) -> tuple[Audio, ...]:
    """Return what a player's page plays: as any page says it, else the only recording that its scripts name."""
    described = read_described(player)
    found = best_forms((*described.audio, *(audio for book in described.books for audio in book.audio)))
    found = found or read_audio(player)
    if found:
        return found
    named = best_forms(Audio(address) for address in _in_scripts(player))
    return named if len({piece_of(audio.url) for audio in named}) == 1 else ()


def _in_scripts(player: Document) -> Iterator[str]:
    left = _MOST_SCRIPT
    for script in player.elements("script"):
        text = (script.text or "")[:left]
        left -= len(text)
        for match in _IN_SCRIPT.finditer(text):
            address = player.absolute(match[0].replace("\\/", "/").replace("\\u0026", "&"))
            if address is not None and links.kind_of(address) is links.LinkKind.AUDIO:
                yield links.without_number(address)
