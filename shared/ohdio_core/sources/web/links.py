"""What an address alone says: a recording, a stream, a playlist, or a page that has to be read."""

from __future__ import annotations

import posixpath
import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import unquote, urldefrag, urlsplit, urlunsplit

from ohdio_core.domain.audiobook import Target, TargetKind
from ohdio_core.domain.identity import MAX_LENGTH, identity_of
from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.canonical import canonical_url, refuse_reason
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.resolution import resolved

NAME = "web"

# These hold films more often than not, so they count only where a person names the file itself.
_VIDEO_EXTENSIONS = (".mp4", ".webm")
PLAYLIST_EXTENSIONS = (".m3u", ".pls", ".xspf")
_ANY_ENDING = re.compile(
    "(?:" + "|".join(map(re.escape, (*AUDIO_EXTENSIONS, *PLAYLIST_EXTENSIONS))) + ")(?:8?[?#]|8?\\s*$)", re.IGNORECASE
)
# Its pages are another source's business, also those that it does not know.
_OTHERS = re.compile(r"(?:[^/]*\.)?radio-canada\.ca/ohdio(?:/|$)")
# Parameters of addresses that are good for some minutes or hours only: of Akamai, Amazon, Google and others.
_SIGNED = re.compile(
    r"(?:x-amz-|x-goog-).*|policy|signature|sig|key-pair-id|hdne[at]|hdnts|token|expires", re.IGNORECASE
)
# WordPress numbers the players of a page in the addresses that they play; so does what wants no answer from a cache.
_NUMBER = re.compile(r"[?&]_=\d*\Z", re.ASCII)
# The name of a file or directory beside the page: nothing in it to resolve, to escape or to refuse.
_NEIGHBOUR = re.compile(r"[\w~-][\w.~-]*/?", re.ASCII)
_HTTPS = re.compile(r"\Ahttps://")
STREAM_MARK = "stream-"  #: how the ids of recordings begin that are HLS


class LinkKind(StrEnum):
    """What a link leads to, as far as its extension shows."""

    AUDIO = "audio"  #: one file
    STREAM = "stream"  #: an m3u8: segments of one recording, or a playlist of several
    PLAYLIST = "playlist"  #: m3u, pls or xspf
    PAGE = "page"  #: anything else


def match(url: str) -> Target | None:
    """Return the target of any http(s) link: a file or playlist is a book, a page a listing."""
    if refuse_reason(url) is not None:
        return None
    # "#book" is how all of a feed is one book; a page says by itself what it is.
    canonical = canonical_url(url).removesuffix("#book")
    parts = urlsplit(canonical)
    if parts.scheme not in ("http", "https") or _OTHERS.match(f"{parts.hostname}{parts.path}"):
        return None
    is_book = bool(parts.fragment) or kind_of(canonical, is_named_by_person=True) is not LinkKind.PAGE
    kind = TargetKind.AUDIOBOOK if is_book else TargetKind.CATEGORY
    return Target(kind, NAME, canonical, identity_of(canonical))


def kind_of(url: str, *, is_named_by_person: bool = False) -> LinkKind:
    """Return what an address leads to by its extension; films are recordings only when a person names them."""
    extension = extension_of(url)
    if extension in AUDIO_EXTENSIONS or (is_named_by_person and extension in _VIDEO_EXTENSIONS):
        return LinkKind.AUDIO
    if extension == ".m3u8":
        return LinkKind.STREAM
    return LinkKind.PLAYLIST if extension in PLAYLIST_EXTENSIONS else LinkKind.PAGE


def extension_of(url: str) -> str:
    """Return the extension of the file that an address leads to, with its dot, in lower case; "" where it has none."""
    # There may be a hundred thousand on one page, and taking each apart by all rules costs ten times as much.
    path = url.partition("#")[0].partition("?")[0].rstrip("/")
    host_and_path = path.partition("://")[2]
    return posixpath.splitext(host_and_path)[1].lower() if "/" in host_and_path else ""


def names_file(reference: str) -> bool:
    """Return, at little cost, whether a reference may name a recording or a playlist; ``kind_of`` knows."""
    return bool(_ANY_ENDING.search(reference))


def absolute(reference: str, base: str) -> str | None:
    """Return the absolute address of a reference on a page, without its fragment; None when it cannot be followed."""
    reference = reference.strip()
    if not reference:
        return None
    # The links of a directory are nearly all of this kind, and there may be a hundred thousand of them.
    if (
        _NEIGHBOUR.fullmatch(reference)
        and (directory := _directory_of(base)) is not None
        and 8 * (len(directory) + len(reference)) <= MAX_LENGTH  # escaped, nothing is eight times longer
    ):
        return directory + reference
    return _resolved(reference, base)


@lru_cache(maxsize=16)
def _directory_of(base: str) -> str | None:
    """Return the prefix of the addresses beside a page; None where each reference must be resolved by itself."""
    neighbour = _resolved("x", base)
    return neighbour.removesuffix("x") if neighbour is not None and neighbour.isascii() else None


def _resolved(reference: str, base: str) -> str | None:
    address = resolved(reference, base)
    return None if address is None else urldefrag(address).url


def name_in(url: str) -> str:
    """Return the name of the file or directory that an address ends with, in words; the host where it has none."""
    parts = urlsplit(url)
    # A slash that is escaped is part of the name.
    path = PurePosixPath(parts.path)
    is_file = kind_of(url, is_named_by_person=True) is not LinkKind.PAGE
    name = unquote(path.stem if is_file else path.name)
    return line_of_text(name.replace("_", " ")) or parts.hostname or url


def without_number(url: str) -> str:
    """Return an address without the meaningless number at its end (``?_=3``), which changes with the page."""
    return _NUMBER.sub("", url)


def is_signed(url: str) -> bool:
    """Return whether an address looks valid for a short time only, so that it must be read again before use."""
    return any(_is_signature(piece) for piece in urlsplit(url).query.split("&"))


def audio_id(url: str, *, is_stream: bool) -> str:
    """Return the id of a recording, from its address without signatures."""
    canonical = canonical_url(url)
    parts = urlsplit(canonical)
    unsigned = "&".join(piece for piece in parts.query.split("&") if not _is_signature(piece))
    digits = short_hash(urlunsplit((*parts[:3], unsigned, "")))
    return f"{STREAM_MARK}{digits}" if is_stream else digits


def _is_signature(piece: str) -> bool:
    return bool(_SIGNED.fullmatch(piece.partition("=")[0]))


def book_url(page: str, key: str) -> str:
    """Return the canonical URL of one of several books of a page that have no address of their own."""
    return f"{page}#book={short_hash(key)}"


def book_id(page: str, key: str) -> str:
    """Return the id of such a book, which is the same by http and by https.

    The link that it is made of counts as http: so the id of a book that was known by http before ids were made for
    both schemes (revision 0009) is this one already.
    """
    return f"{identity_of(page)}#book={short_hash(_HTTPS.sub('http://', key, count=1))}"


def short_hash(text: str) -> str:
    """Return a hash of a text, of 16 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()[:16]
