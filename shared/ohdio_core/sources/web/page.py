"""Requests of links whose answers are recognised: a recording, a feed, a playlist or a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import chain
from urllib.parse import urlsplit

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import SiteClient, refuse_broadcast
from ohdio_core.sources.http.body import too_large
from ohdio_core.sources.web import links
from ohdio_core.sources.web.linked_lists import FEED_TYPES

MAX_BYTES = 16 * 1024 * 1024  #: of a page or playlist; whole catalogues are a tenth of it
_ANY_SIZE = 1 << 50  # a recording is known by its headers, its body is not read

_STREAM_TYPES = ("application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/mpegurl", "audio/x-mpegurl")
_PLAYLIST_TYPES = ("audio/x-scpls", "application/pls+xml", "application/xspf+xml")
_OGG_TYPES = ("application/ogg", "application/x-ogg")
# How recordings begin: ID3 tags, Ogg, FLAC, WAVE, MPEG-4, and MPEG audio or ADTS frames, which are no byte order mark.
_RECORDING = re.compile(rb"ID3|OggS|fLaC|RIFF....WAVE|....ftyp|\xff[\xe2-\xfd]", re.DOTALL)
_LONGEST_START = 12  # bytes that show it
_ELEMENT = re.compile(rb"<(?:[\w.-]{1,20}:)?([A-Za-z]\w{0,20})")
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_FEED_ROOTS = (b"rss", b"feed", b"rdf", b"opml")
_JSON_FEED = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*\{.*jsonfeed\.org\\?/version", re.DOTALL)
_REFRESH = re.compile(
    rb"<meta[^>]{0,200}http-equiv\s{0,3}=\s{0,3}[\"']?refresh[^>]{0,200}?content\s{0,3}=\s{0,3}[\"']?\s{0,3}(\d{1,3})"
    rb"[\d.]{0,9}[\s;,]{1,9}url\s{0,3}=\s{0,3}[\"']?([^\"'>]{1,2000})",
    re.IGNORECASE,
)
_MOST_STEPS = 3
_LONGEST_STEP = 4096  # bytes of a page that only leads to another; of others, it is how they are read anew
_LONGEST_WAIT = 15  # seconds
_LOOKED_AT = 4096  # bytes for a document's first element


class Kind(StrEnum):
    """What an answer is."""

    AUDIO = "audio"
    PLAYLIST = "playlist"  #: of either sort: HLS, or a list of files
    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a link gave."""

    kind: Kind
    url: str  #: after redirects
    content_type: str
    body: bytes = b""  #: empty for a recording


def ask(url: str, http: SiteClient) -> Answer:
    """Request a link; recordings are recognised by their headers or their first bytes, and not read.

    A page that does nothing but lead to another one is followed.

    Raises:
        PermanentError: It cannot be read, is too large, never ends, or is neither text nor sound.
        TransientError: The site failed.
    """
    answer = _asked(url, http)
    for _ in range(_MOST_STEPS):
        if answer.kind is not Kind.PAGE or (target := _leads_to(answer)) is None:
            break
        answer = _asked(target, http)
    return answer


def _leads_to(answer: Answer) -> str | None:
    """Return where a page leads by itself, after a few seconds, that says nothing else."""
    found = _REFRESH.search(answer.body) if len(answer.body) <= _LONGEST_STEP else None
    if found is None or int(found[1]) > _LONGEST_WAIT:
        return None
    address = links.absolute(unescape(found[2].decode("utf-8", errors="replace")), answer.url)
    return None if address == answer.url else address


def _asked(url: str, http: SiteClient) -> Answer:
    with http.open_page(url, max_bytes=_ANY_SIZE) as page:
        stated = page.headers.get("content-type", "")
        media_type = stated.partition(";")[0].strip().lower()
        if media_type in _STREAM_TYPES or media_type in _PLAYLIST_TYPES:
            return Answer(Kind.PLAYLIST, page.url, stated, _read(page.chunks, page.url))
        if media_type.startswith("audio/") or media_type in _OGG_TYPES:
            refuse_broadcast(page.url, page.headers)
            return Answer(Kind.AUDIO, page.url, stated)
        if media_type.startswith(("video/", "image/", "font/")):
            raise PermanentError(
                sentence(
                    "page.other_media_type",
                    "{link} is neither a page nor a sound file, but {media_type}.",
                    link=url,
                    media_type=media_type,
                )
            )
        chunks = iter(page.chunks)
        start = _start_of(chunks)
        if not media_type.startswith("text/html") and _RECORDING.match(start):
            refuse_broadcast(page.url, page.headers)
            return Answer(Kind.AUDIO, page.url, stated)
        body = _read(chain((start,), chunks), page.url)
    # Playlists come as text/plain or octet-stream from many servers; their extensions decide.
    if links.kind_of(page.url) in (links.LinkKind.PLAYLIST, links.LinkKind.STREAM):
        return Answer(Kind.PLAYLIST, page.url, stated, body)
    is_feed = media_type in FEED_TYPES or _is_feed(body)
    return Answer(Kind.FEED if is_feed else Kind.PAGE, page.url, stated, body)


def _is_feed(body: bytes) -> bool:
    """Return whether the first element is a feed's, or a list's of feeds, as many servers call everything text/html.

    In any encoding.
    """
    start = body[:_LOOKED_AT].replace(b"\0", b"")
    if _JSON_FEED.match(start):
        return True
    first = _ELEMENT.search(_COMMENT.sub(b"", start))
    return first is not None and first[1].lower() in _FEED_ROOTS


def _start_of(chunks: Iterator[bytes]) -> bytes:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= _LONGEST_START:
            break
    return start


def _read(chunks: Iterator[bytes], url: str) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            raise too_large(urlsplit(url).hostname or "", MAX_BYTES)
    return bytes(body)
