"""Whether a file is sound, by what is said of it and by its name."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.rss.omissions import Omission

# Types as they are registered, as they were before, and the words that people write in their place.
_SOUND = re.compile(r"(?:x-)?audio(?:/|$)|application/(?:vnd\.apple\.mpegurl|x-mpegurl|ogg)$")
_OTHER = re.compile(r"(?:video|image|text|font|model|message|document|executable)(?:/|$)")
_OTHER_APPLICATIONS = re.compile(
    r"application/(?:pdf|rtf|msword|vnd\..+|epub\+zip|zip|gzip|x-(?:gzip|tar|rar.*|7z-compressed|bittorrent"
    r"|shockwave-flash|mobipocket-ebook)|(?:.+\+)?(?:json|xml)|java.*)"
)
_EITHER_EXTENSIONS = frozenset({".mp4", ".m3u8"})  # sound unless something else is said
_OTHER_EXTENSIONS = re.compile(
    r"\.(?:avi|m4v|mkv|mov|mpe?g|ogv|wmv|avif|bmp|gif|heic|ico|jpe?g|png|svg|tiff?|webp"
    r"|azw3|csv|docx?|epub|html?|json|md|mobi|odt|pdf|pptx?|rtf|srt|txt|vtt|xlsx?|xml"
    r"|7z|apk|bz2|dmg|exe|gz|iso|rar|tar|torrent|zip)"
)
_VIDEO = re.compile(r"video(?:/|$)|\.(?:avi|m4v|mkv|mov|mp4|mpe?g|ogv|wmv)$")
_PICTURE = re.compile(r"image(?:/|$)|\.(?:avif|bmp|gif|heic|ico|jpe?g|png|svg|tiff?|webp)$")
_DOCUMENT = re.compile(
    r"(?:text|document)(?:/|$)|application/(?:pdf|rtf|msword|epub\+zip|vnd\.(?:ms-|openxml|oasis).+)"
    r"|\.(?:azw3|csv|docx?|epub|html?|md|mobi|odt|pdf|pptx?|rtf|srt|txt|vtt|xlsx?)$"
)
_MOST_VALUES = 20  # of a query


def is_sound(address: str, *said: str) -> bool | None:
    """Return whether a file is sound; None where it is unknown.

    A name that only sound has is believed before a type that says otherwise: types are made by the tools of whoever
    publishes, which guess; names are what players open.

    Args:
        address: Its complete address, with its extension at the end of the path or of a value of the query.
        said: What is said of it, the most exact first: its type, its medium.
    """
    kinds = [text.partition(";")[0].strip().lower() for text in said]
    extensions = list(_extensions(address))
    if any(extension in AUDIO_EXTENSIONS and not _is_film(extension, kinds) for extension in extensions):
        return True
    for kind in kinds:
        if _SOUND.match(kind):
            return True
        if _OTHER.match(kind):
            return False
    if any(extension in AUDIO_EXTENSIONS or extension in _EITHER_EXTENSIONS for extension in extensions):
        return True
    if any(map(_OTHER_EXTENSIONS.fullmatch, extensions)) or any(map(_OTHER_APPLICATIONS.match, kinds)):
        return False
    return None


def what_else(address: str, *said: str) -> Omission:
    """Return what a file is that is no sound, in the words of ``is_sound``."""
    stated = [*(text.partition(";")[0].strip().lower() for text in said), *_extensions(address)]
    for kind, omission in ((_VIDEO, Omission.VIDEO), (_PICTURE, Omission.PICTURE), (_DOCUMENT, Omission.DOCUMENT)):
        if any(map(kind.match, stated)):
            return omission
    return Omission.OTHER_FILE


def _is_film(extension: str, kinds: list[str]) -> bool:
    # RFC 5334 keeps .ogg for sound; films were called so before.
    return extension == ".ogg" and any(kind.startswith("video") for kind in kinds)


def _extensions(address: str) -> Iterator[str]:
    """Yield the extension of the path, or where that has none, those of the names in the query."""
    parts = urlsplit(address)
    path = _ending(parts.path)
    if path in AUDIO_EXTENSIONS or path in _EITHER_EXTENSIONS or _OTHER_EXTENSIONS.fullmatch(path):
        yield path
        return
    # Scripts that hand out files: "get.php?file=1.mp3".
    yield from (_ending(piece) for piece in parts.query.split("&")[:_MOST_VALUES])


def _ending(name: str) -> str:
    return posixpath.splitext(name)[1].lower()
