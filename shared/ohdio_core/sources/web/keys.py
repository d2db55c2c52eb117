"""Which recording's address names a book among others of its page.

Stored books are known by it, so the rule never changes, whatever is learnt about which forms to take: of everything
that is offered, the first recording; of its forms, which differ in their extension alone, the best kept one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ohdio_core.sources.audio_extensions import FIRST_AUDIO_EXTENSIONS
from ohdio_core.sources.web import links
from ohdio_core.sources.web.found import Audio

# What tells the forms of a recording apart; an address with any other extension stands for itself.
_FORMS = frozenset({*FIRST_AUDIO_EXTENSIONS, *links.PLAYLIST_EXTENSIONS, ".m3u8"})


def key_of(audio: Sequence[Audio]) -> str | None:
    """Return the address that identifies a book with these recordings, in their order; None where there is none."""
    if not audio:
        return None
    first = _without_ending(audio[0].url)
    return min((one.url for one in audio if _without_ending(one.url) == first), key=_rank)


def _without_ending(url: str) -> str:
    if links.extension_of(url) not in _FORMS:
        return url
    parts = urlsplit(url)
    return f"{parts.netloc}{PurePosixPath(parts.path).with_suffix('')}?{parts.query}"


def _rank(url: str) -> int:
    extension = links.extension_of(url)
    return (
        FIRST_AUDIO_EXTENSIONS.index(extension) if extension in FIRST_AUDIO_EXTENSIONS else len(FIRST_AUDIO_EXTENSIONS)
    )
