"""Which recordings of a page are the book: each once, in its best form, and the whole not beside its chapters."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.web import links
from ohdio_core.sources.web.found import Audio

#: The extension of a book that is one file, chapters inside.
_WHOLE_BOOK = ".m4b"
_EXTENSIONS = frozenset({*AUDIO_EXTENSIONS, *links.PLAYLIST_EXTENSIONS, ".m3u8"})
# As archive.org and those who copy from it name the smaller copies of a recording.
_BIT_RATE = re.compile(r"[_-](?:(32|48|64|96|128|160|192|256|320)kb(?:ps)?|vbr)\Z", re.IGNORECASE)
_SMALL = 96  # kbit/s below which any other format is kept better
_AS_UPLOADED = 1000  # what names no bit rate comes first
_AS_VARIABLE = 127  # close to what variable rates come to, and after what says so


def best_forms(audio: Iterable[Audio]) -> tuple[Audio, ...]:
    """Return each recording once, the best of its forms, without a whole book that stands beside its chapters.

    The order is that of the first mentions; a title, duration or size that only a later mention has is kept.
    """
    kept: dict[str, Audio] = {}
    for one in audio:
        piece = piece_of(one.url)
        other = kept.get(piece)
        if other is None:
            kept[piece] = one
            continue
        better, worse = (one, other) if _rank(one.url) < _rank(other.url) else (other, one)
        is_same = better.url == worse.url
        kept[piece] = replace(
            better,
            title=better.title or worse.title,
            duration=better.duration or worse.duration,
            size=better.size or (worse.size if is_same else None),
        )
    return _without_whole_books(tuple(kept.values()))


def piece_of(url: str) -> str:
    """Return what the addresses of all forms of a recording have in common: no scheme, extension or bit rate.

    What differs in its query is not told apart here (``deduplication``).
    """
    parts = urlsplit(url)
    path = parts.path
    if links.extension_of(url) in _EXTENSIONS:
        path = _BIT_RATE.sub("", posixpath.splitext(path.rstrip("/"))[0])
    return f"{parts.netloc}{path}?{parts.query}"


def best_of(forms: Sequence[Audio]) -> Audio:
    """Return the best form of one recording: files before streams; the first of equals."""
    if len(forms) == 1:
        return forms[0]
    return min(forms, key=lambda audio: (audio.is_stream, _rank(audio.url)))


def _rank(url: str) -> tuple[bool, int, int]:
    """Return the sort key by which the best form of one recording comes first."""
    said = _BIT_RATE.search(posixpath.splitext(urlsplit(url).path.rstrip("/"))[0])
    rate = _AS_UPLOADED if said is None else int(said[1] or _AS_VARIABLE)
    extension = links.extension_of(url)
    index = AUDIO_EXTENSIONS.index(extension) if extension in AUDIO_EXTENSIONS else len(AUDIO_EXTENSIONS)
    return rate < _SMALL, index, -rate


def _without_whole_books(audio: tuple[Audio, ...]) -> tuple[Audio, ...]:
    chapters = tuple(one for one in audio if links.extension_of(one.url) != _WHOLE_BOOK)
    # As many as the chapters, they are chapters themselves beside an extract or two.
    return chapters if len(audio) - len(chapters) < len(chapters) else audio
