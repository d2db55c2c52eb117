"""Whether a file is sound, by what is said of it and by its name."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import urlsplit

# Types as they are registered, as they were before, and the words that people write in their place.
_SOUND = re.compile(r"(?:x-)?audio(?:/|$)|application/(?:vnd\.apple\.mpegurl|x-mpegurl|ogg)$")
_OTHER = re.compile(r"(?:video|image|text|font|model|message|document|executable)(?:/|$)")
_OTHER_APPLICATIONS = re.compile(
    r"application/(?:pdf|rtf|msword|vnd\..+|epub\+zip|zip|gzip|x-(?:gzip|tar|rar.*|7z-compressed|bittorrent"
    r"|shockwave-flash|mobipocket-ebook)|(?:.+\+)?(?:json|xml)|java.*)"
)
_SOUND_ENDINGS = frozenset({".mp3", ".m4a", ".m4b", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".wav", ".m3u8"})
_OTHER_ENDINGS = re.compile(
    r"\.(?:avi|m4v|mkv|mov|mpe?g|ogv|wmv|avif|bmp|gif|heic|ico|jpe?g|png|svg|tiff?|webp"
    r"|azw3|csv|docx?|epub|html?|json|md|mobi|odt|pdf|pptx?|rtf|srt|txt|vtt|xlsx?|xml"
    r"|7z|apk|bz2|dmg|exe|gz|iso|rar|tar|torrent|zip)"
)


def is_sound(address: str, *said: str) -> bool | None:
    """Say whether a file is sound; None where nothing tells.

    Args:
        address: Its complete address, whose ending counts where ``said`` does not tell.
        said: What is said of it, the most exact first: its type, its medium.
    """
    kinds = [text.partition(";")[0].strip().lower() for text in said]
    for kind in kinds:
        if _SOUND.match(kind):
            return True
        if _OTHER.match(kind):
            return False
    ending = posixpath.splitext(urlsplit(address).path)[1].lower()
    if ending in _SOUND_ENDINGS:
        return True
    if _OTHER_ENDINGS.fullmatch(ending) or any(map(_OTHER_APPLICATIONS.match, kinds)):
        return False
    return None
