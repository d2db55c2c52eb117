"""Validation of media, version 2: from the id of a recording to an address that can be fetched now.

``GET https://services.radio-canada.ca/media/validation/v2/?...`` answers with status 200 always and
tells failure by ``errorCode`` (recorded 2026-04). An address may be signed (``hdnea=…exp=…``), good for
two minutes then; "progressive" is one file, "hls" a playlist.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import NotFound, OhdioError, PermanentError, TransientError
from ohdio_core.sources.json_values import decoded, number_at, text_at
from ohdio_core.sources.markup import line_of_text

TECHNIQUES = ("progressive", "hls")  #: in order of preference: one file is simpler than a hundred segments

_ENDPOINT = "https://services.radio-canada.ca/media/validation/v2/"
_EXPIRY = re.compile(r"(?:^|[?&~=])exp=(\d{9,11})(?:~|&|$)")
# Where recordings were ever served from: an address elsewhere is none of OHdio's.
_HOST = re.compile(r"(?:.+\.)?radio-canada\.ca|[^.]*rcav[^.]*\.akamaized\.net|[^.]*(?:rcav|rchds)[^.]*\.akamaihd\.net")


def validation_url(media_id: str, technique: str) -> str:
    """Give the URL that asks for a recording's address."""
    parameters = {
        "appCode": "medianet",
        "connectionType": "hd",
        "deviceType": "ipad",
        "idMedia": media_id,
        "multibitrate": "true",
        "output": "json",
        "tech": technique,
        "manifestVersion": "2",
    }
    return f"{_ENDPOINT}?{urlencode(parameters)}"


def parse_validation(body: bytes) -> str:
    """Give the address of the recording, by https.

    Raises:
        NotFound: There is no such recording, or not in this technique.
        PermanentError: It may not be played from here, or not without a subscription.
        TransientError: The answer makes no sense.
    """
    try:
        answer = decoded(body)
    except ValueError as error:
        raise TransientError("OHdio's media service did not answer with JSON.") from error
    code = number_at(answer, "errorCode")
    if code is None:
        raise TransientError("OHdio's media service answered without saying whether the recording may be played.")
    if code != 0:
        raise _refusal(code, line_of_text(text_at(answer, "message")))
    url = text_at(answer, "url")
    if not url:
        raise NotFound("OHdio's media service names no address for this recording.")
    return f"https://{url[7:]}" if url.startswith("http://") else url


def is_known_host(url: str) -> bool:
    """Say whether an address is one of those that OHdio's recordings are served from."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and _HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return False


def media_at(url: str) -> Media:
    """Describe the medium behind an address; the Content-Type that the site claims for it is not to be trusted."""
    kind = MediaKind.HLS if urlsplit(url).path.lower().endswith(".m3u8") else MediaKind.HTTP
    found = _EXPIRY.search(urlsplit(url).query)
    return Media(url, kind, expires_at=datetime.fromtimestamp(int(found[1]), UTC) if found else None)


def _refusal(code: int, message: str) -> OhdioError:
    words = message.lower()
    said = f" The site says: “{message}”." if message else ""
    if code == 1 or "votre pays" in words:
        return PermanentError(f"OHdio does not play this recording in your country.{said}")
    if "premium" in words or "abonn" in words:
        return PermanentError(f"OHdio plays this recording to subscribers only.{said}")
    if code == 6:
        return NotFound(f"OHdio does not have this recording (any more).{said}")
    return TransientError(f"OHdio's media service refused the recording with its code {code}.{said}")
