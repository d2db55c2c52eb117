"""Sending one message to where it goes. Nothing of an address is in what is said when it fails, nor in a log."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Mapping, Sequence

import httpcore

from ohdio_api.telling.message import Destination, Told, compose
from ohdio_core.domain.telling import ChannelKind
from ohdio_core.reasons import reason_in_sentence
from ohdio_core.sentences import Sentence, sentence

_TIMEOUTS = {"connect": 5.0, "read": 15.0, "write": 15.0, "pool": 5.0}
_AGENT = "ohdio"
_PREFIX = "whsec_"
_MOST_LIBRARIES = 20


class Undelivered(Exception):
    """A message has not arrived.

    Args:
        said: Why, without anything of the address.
    """

    def __init__(self, said: Sentence) -> None:
        self.sentence = said
        super().__init__(said.text)


def send_message(destination: Destination, key: str, told: Sequence[Told]) -> None:
    """Send a message, or have a player look at its library.

    Args:
        key: The same at each attempt.

    Raises:
        Undelivered: It has not arrived.
    """
    match destination.kind:
        case ChannelKind.APPRISE:
            _send_by_apprise(destination, told)
        case ChannelKind.WEBHOOK:
            _send_hook(destination, key, told)
        case ChannelKind.AUDIOBOOKSHELF:
            _scan_audiobookshelf(destination)
        case ChannelKind.JELLYFIN:
            headers = {"Authorization": f'MediaBrowser Token="{destination.secret or ""}"'}
            _ask("POST", f"{_base(destination)}/Library/Refresh", headers)
        case ChannelKind.PLEX:
            _ask(
                "GET", f"{_base(destination)}/library/sections/all/refresh", {"X-Plex-Token": destination.secret or ""}
            )


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a webhook, as standardwebhooks.com has it."""
    try:
        signing = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        signing = secret.encode()
    signed = f"{key}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(signing, signed, hashlib.sha256).digest()).decode()


def _send_hook(destination: Destination, key: str, told: Sequence[Told]) -> None:
    (one,) = told
    data = {"audiobook_id": one.audiobook_id, "title": one.title, "reason": one.reason, "message": one.message}
    body = json.dumps({"type": one.event, "timestamp": one.at, "data": data}).encode()
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(destination.secret or "", key, timestamp, body),
    }
    _ask("POST", destination.address, headers, body)


def _scan_audiobookshelf(destination: Destination) -> None:
    """Order Audiobookshelf to scan its libraries of books."""
    headers = {"Authorization": f"Bearer {destination.secret or ''}"}
    answer = _ask("GET", f"{_base(destination)}/api/libraries", headers)
    try:
        libraries = [each["id"] for each in json.loads(answer)["libraries"] if each.get("mediaType") == "book"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Undelivered(
            sentence("telling.no_libraries", "What was answered is no list of libraries of Audiobookshelf.")
        ) from None
    for library in libraries[:_MOST_LIBRARIES]:
        if isinstance(library, str) and library.replace("-", "").replace("_", "").isalnum():
            _ask("POST", f"{_base(destination)}/api/libraries/{library}/scan", headers)


def _base(destination: Destination) -> str:
    return destination.address.rstrip("/")


def _ask(method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Send a request, and return what is answered, of that no more than a megabyte. Redirects are not followed.

    Raises:
        Undelivered: Nobody answers, or with something else than success.
    """
    sent = {"User-Agent": _AGENT, "Content-Length": str(len(body)), **headers}
    try:
        with (
            httpcore.ConnectionPool() as pool,
            pool.stream(
                method,
                url.encode("ascii", "ignore"),
                headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.items()],
                content=body,
                extensions={"timeout": _TIMEOUTS},
            ) as answer,
        ):
            if not 200 <= answer.status < 300:
                raise Undelivered(sentence("telling.status", "HTTP {status} was answered.", status=answer.status))
            return _first_megabyte(answer)
    except httpcore.TimeoutException:
        raise Undelivered(sentence("telling.slow", "Nobody answered in time.")) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError) as error:
        raise Undelivered(
            sentence("telling.no_answer", "Nobody answers ({reason}).", reason=reason_in_sentence(_cause(error)))
        ) from None


def _first_megabyte(answer: httpcore.Response) -> bytes:
    received = b""
    for piece in answer.iter_stream():
        received += piece
        if len(received) > 1_000_000:
            break
    return received


def _cause(error: BaseException) -> BaseException:
    """Return what the system said, where it said something: libraries put errors of their own around it."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, OSError):
        cause = cause.__cause__ or cause.__context__
    return cause or error


def _send_by_apprise(destination: Destination, told: Sequence[Told]) -> None:
    try:
        import apprise
    except ImportError:
        raise Undelivered(
            sentence(
                "telling.no_apprise",
                "Apprise is not installed here: it is the extra apprise of the distributions ohdio and ohdio-api.",
            )
        ) from None
    # It would log addresses.
    logging.getLogger("apprise").disabled = True
    digest = compose(told, destination.language)
    try:
        target = apprise.Apprise()
        is_known = target.add(destination.address)
        is_taken = is_known and target.notify(title=digest.title, body=digest.body)
    except Exception:  # noqa: BLE001 # whatever a plug-in raises; its text may have the address in it
        raise Undelivered(sentence("telling.our_mistake", "Apprise failed by a mistake of its own.")) from None
    if not is_known:
        raise Undelivered(sentence("telling.unknown_service", "Apprise does not know this kind of address."))
    if not is_taken:
        raise Undelivered(sentence("telling.refused", "The service did not take the message, or did not answer."))
