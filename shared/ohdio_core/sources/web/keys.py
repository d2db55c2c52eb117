"""Which recording's address names a book among others of its page.

Stored books are known by it, so the rule never changes, whatever is learnt about which forms to take: of everything
that is offered, the first recording; of its forms, told by nothing but their ending, the best kept one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ohdio_core.sources.sound_endings import FIRST_SOUND_ENDINGS
from ohdio_core.sources.web import links
from ohdio_core.sources.web.found import Audio

# What tells the forms of a recording apart; an address with any other ending stands for itself.
_FORMS = frozenset({*FIRST_SOUND_ENDINGS, *links.PLAYLIST_ENDINGS, ".m3u8"})


def key_of(audio: Sequence[Audio]) -> str | None:
    """Return the address that identifies a book with these recordings, in their order; None where there is none."""
    if not audio:
        return None
    first = _without_ending(audio[0].url)
    return min((one.url for one in audio if _without_ending(one.url) == first), key=_rank)


def _without_ending(url: str) -> str:
    if links.ending_of(url) not in _FORMS:
        return url
    parts = urlsplit(url)
    return f"{parts.netloc}{PurePosixPath(parts.path).with_suffix('')}?{parts.query}"


def _rank(url: str) -> int:
    ending = links.ending_of(url)
    return FIRST_SOUND_ENDINGS.index(ending) if ending in FIRST_SOUND_ENDINGS else len(FIRST_SOUND_ENDINGS)
