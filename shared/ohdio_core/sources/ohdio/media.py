"""Validation of media, version 2: from the id of a recording to an address that can be fetched now.

``GET https://services.radio-canada.ca/media/validation/v2/?...`` answers with status 200 always and
tells failure by ``errorCode`` (recorded 2026-04). An address may be signed (``hdnea=…exp=…``), good for
two minutes then; "progressive" is one file, "hls" a playlist. No capture says which of the two audiobooks have.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from ohdio_core.domain.audiobook import Media, MediaKind
from ohdio_core.errors import DiffersForNow, NotFound, OhdioError, PermanentError, TransientError
from ohdio_core.sentences import Sentence, sentence, together
from ohdio_core.sources.json_values import decoded, number_at, text_at
from ohdio_core.sources.markup import line_of_text
from ohdio_core.sources.ohdio import links

TECHNIQUES = ("progressive", "hls")  #: in order of preference: one file is simpler than a hundred segments

_ENDPOINT = "https://services.radio-canada.ca/media/validation/v2/"
_EXPIRY = re.compile(r"(?:^|[?&~=])exp=(\d{9,11})(?:~|&|$)")
# What the messages say, whatever the code; "au Canada" is not to be found in "Radio-Canada".
_FOR_SUBSCRIBERS = re.compile(r"premium|abonn")
_FOR_MEMBERS = re.compile(r"(?:être|vous) connect|connectez-vous|ouvrir une session")
_OF_COUNTRY = re.compile(r"votre (?:pays|région|territoire)|(?:extérieur|dehors|hors) du canada|\bau canada")
_SUBSCRIBERS_ONLY = sentence("ohdio.subscribers_only", "OHdio plays this recording to subscribers only.")
_MEMBERS_ONLY = sentence("ohdio.members_only", "OHdio plays this recording only to people who are signed in.")
_OTHER_COUNTRY = sentence("ohdio.other_country", "OHdio does not play this recording in your country.")
_NO_ADDRESS = sentence("ohdio.no_address", "OHdio's media service names no address for this recording.")
_GONE = sentence("ohdio.recording_gone", "OHdio does not have this recording (any more).")


class Refused(PermanentError):
    """The site does not play the recording to us, in whichever technique."""


def validation_url(media_id: str, technique: str) -> str:
    """Return the URL that asks for a recording's address."""
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
    """Return the address of the recording, by https.

    Raises:
        NotFound: There is no such recording, or not in this technique.
        Refused: It may not be played from here, or not without a subscription.
        TransientError: The answer makes no sense.
    """
    try:
        answer = decoded(body)
    except ValueError as error:
        raise DiffersForNow(
            links.SITE_NAME, sentence("ohdio.media_no_json", "its media service did not answer with JSON.")
        ) from error
    code = number_at(answer, "errorCode")
    if code is None:
        raise DiffersForNow(
            links.SITE_NAME,
            sentence("ohdio.media_no_code", "its media service does not say whether the recording may be played."),
        )
    url = text_at(answer, "url")
    if code != 0 or not url:
        raise _refusal(code, line_of_text(text_at(answer, "message")))
    return f"https://{url[7:]}" if url.startswith("http://") else url


def is_known_host(url: str) -> bool:
    """Return whether an address is, by https, on a host that ever served OHdio's recordings."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    name, _, domain = host.partition(".")
    return parts.scheme == "https" and (
        host == "radio-canada.ca"
        or host.endswith(".radio-canada.ca")
        or ("rcav" in name and domain in ("akamaized.net", "akamaihd.net"))
        or ("rchds" in name and domain == "akamaihd.net")
    )


def media_at(url: str) -> Media:
    """Describe the medium behind an address; the Content-Type that the site claims for it is not to be trusted."""
    kind = MediaKind.HLS if urlsplit(url).path.lower().endswith(".m3u8") else MediaKind.HTTP
    found = _EXPIRY.search(urlsplit(url).query)
    return Media(url, kind, expires_at=datetime.fromtimestamp(int(found[1]), UTC) if found else None)


def _refusal(code: int, message: str) -> OhdioError:
    words = message.lower()
    if _FOR_SUBSCRIBERS.search(words):
        return Refused(_with_words(_SUBSCRIBERS_ONLY, message))
    if _FOR_MEMBERS.search(words):
        return Refused(_with_words(_MEMBERS_ONLY, message))
    if code == 1 or _OF_COUNTRY.search(words):
        return Refused(_with_words(_OTHER_COUNTRY, message))
    if code == 0:
        return NotFound(_with_words(_NO_ADDRESS, message))
    if code == 6:
        return NotFound(_with_words(_GONE, message))
    refused = sentence(
        "ohdio.recording_refused", "OHdio's media service refused the recording with its code {code}.", code=code
    )
    return TransientError(_with_words(refused, message))


def _with_words(said: Sentence, message: str) -> Sentence:
    """Return a sentence, and after it what the site says, if anything."""
    return together(said, sentence("ohdio.says", "The site says: “{message}”.", message=message)) if message else said
