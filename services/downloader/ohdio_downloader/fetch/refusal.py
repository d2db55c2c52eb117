"""Answers that are no audio: error statuses, pages, playlists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ohdio_core.domain.private_address import SecretAddress
from ohdio_core.errors import Blocked, OhdioError, PermanentError, Throttled, TransientError
from ohdio_core.sentences import sentence, together
from ohdio_core.sources.http import SOUND, UNKNOWN_PROGRAM, error_for_status, parse_retry_after

#: So many first bytes tell a page from audio.
HEAD = 512

_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!doctype|html|head|body|\?xml|error)|\{\s*[\"}]|\[\s*[\"{\]])", re.IGNORECASE
)
_PAGE_TYPES = re.compile(r"(?:text/|application/(?:[\w.-]+\+)?(?:json|xml|xhtml))", re.IGNORECASE)
_PLAYLIST = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:#(?!EXTM3U)[^\r\n]*)?[\r\n])*[ \t]*#EXTM3U\b")
_NO_TYPE = sentence("content_type.none", "no content type")


class AccessRefused(Blocked):
    """The site does not let us have this file at this address; a fresh address may be let through."""


class NoAudio(PermanentError):
    """A page or a message stands where audio should be; a fresh address may lead to it."""


def refusal(status: int, url: str, headers: Mapping[str, str]) -> OhdioError:
    """Return what an answer other than 200 or 206 means for a media file.

    429 costs no attempt: the file is fine, we asked too often. 401 and 403 are permanent for this
    address; whoever resolved it may resolve it once more, since signed addresses expire.
    """
    site = host(url)
    retry_after = parse_retry_after(headers.get("retry-after"), datetime.now(UTC))
    if status in {401, 403}:
        refused = sentence(
            "file.refused",
            "{site} refuses access to the audio file (HTTP {status}): the address may have expired, or the file may "
            "not be available here.",
            site=site,
            status=status,
        )
        if status == 401:
            return AccessRefused(refused)
        return AccessRefused(together(refused, UNKNOWN_PROGRAM))
    if status == 429:
        fewer = sentence("site.fewer_requests", "{site} asks for fewer requests (HTTP 429).", site=site)
        return Throttled(fewer, retry_after=retry_after)
    error = error_for_status(status, site, retry_after)
    return error or PermanentError(
        sentence(
            "file.other_answer",
            "{site} answered the request for the audio file with HTTP {status}, and no audio.",
            site=site,
            status=status,
        )
    )


def empty_file(url: str) -> TransientError:
    """Return the error for an address that answers with nothing."""
    return TransientError(sentence("file.empty", "{site} sent an empty file.", site=host(url)))


def is_playlist(head: bytes) -> bool:
    """Return whether a file that begins so is an HLS playlist, whatever it is called (RFC 8216 section 4.1).

    Comments and empty lines before its first tag are forgiven.
    """
    return _PLAYLIST.match(head) is not None


def refuse_page(url: str, content_type: str | None, head: bytes) -> None:
    """Refuse a web page, a JSON answer or any other text that stands where audio should be.

    Args:
        url: For the sentence.
        content_type: What the site calls it; believed only when the bytes do not say audio.
        head: The first bytes, up to ``HEAD``.

    Raises:
        NoAudio: It is text.
    """
    is_text = _MARKUP.match(head) is not None
    is_called_text = _PAGE_TYPES.match(content_type or "") is not None and SOUND.match(head) is None
    if is_text or is_called_text:
        raise NoAudio(
            sentence(
                "file.page",
                "{site} sent a web page or a message instead of audio ({content_type}): the file may be gone, or need "
                "a login.",
                site=host(url),
                content_type=content_type or _NO_TYPE,
            )
        )


def host(url: str) -> str:
    """The name that people know a site by; never a whole address, whose query may be a secret."""
    address = url.secret if isinstance(url, SecretAddress) else url
    return urlsplit(address).netloc.rpartition("@")[2]
