"""What an origin can do wrong, on demand: records of faults, and the list of those that are armed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Self


class RequestKind(StrEnum):
    """What a request is for."""

    LISTING = "listing"  #: a category page
    PAGE = "page"  #: the HTML page of a book
    METADATA = "metadata"  #: GraphQL
    VALIDATION = "validation"  #: which address a medium has
    MEDIA = "media"  #: audio, playlists, segments, keys
    COVER = "cover"
    FEED = "feed"
    UNKNOWN = "unknown"


class FaultKind(StrEnum):
    """How a request goes wrong; everything but the fault itself stays right."""

    STATUS = "status"  #: that status, with Retry-After when given
    CUT = "cut"  #: the connection closes after so many bytes of the body it announced
    NO_RANGE = "no-range"  #: ranges are ignored: 200 and the whole file
    WRONG_CONTENT_RANGE = "wrong-content-range"  #: a 206 that starts 100 bytes from what was asked, and says so
    NEW_VERSION = "new-version"  #: another recording of the same length, under another ETag and date
    TRUNCATED = "truncated"  #: a complete answer whose file ends after so many bytes
    DRIP = "drip"  #: so many bytes a second
    HTML = "html"  #: 200 and a web page
    EMPTY = "empty"  #: 200 and no byte
    GZIP_BOMB = "gzip-bomb"  #: 256 kB that unpack to 256 MiB
    REDIRECT = "redirect"  #: 302 to that location
    SILENCE = "silence"  #: accepted, and never answered
    MEDIA_ERROR = "media-error"  #: the validation's own error code (1: not in this country, 6: not found)


#: Faults of a file, which make no sense for a page or an answer.
FAULTS_OF_FILES = frozenset(
    {FaultKind.NO_RANGE, FaultKind.WRONG_CONTENT_RANGE, FaultKind.NEW_VERSION, FaultKind.TRUNCATED}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. Make it with the function that carries its name."""

    kind: FaultKind
    on: RequestKind = RequestKind.MEDIA
    times: int | None = None  #: how many requests it spoils; None for all of them
    status: int = 0
    retry_after: str | None = None
    size: int = 0  #: bytes: where a CUT or TRUNCATED body ends
    rate: float = 0.0  #: bytes a second of a DRIP
    location: str = ""
    code: int = 0

    @classmethod
    def status_code(
        cls,
        status: int,
        *,
        times: int | None = None,
        retry_after: str | None = None,
        on: RequestKind = RequestKind.MEDIA,
    ) -> Self:
        """Answer with this status; ``retry_after`` is sent as it is, so seconds or an HTTP date."""
        return cls(FaultKind.STATUS, on, times, status=status, retry_after=retry_after)

    @classmethod
    def cut(cls, after_bytes: int, *, times: int | None = None, on: RequestKind = RequestKind.MEDIA) -> Self:
        """Close the connection after so many bytes of the body."""
        return cls(FaultKind.CUT, on, times, size=after_bytes)

    @classmethod
    def truncated(cls, size: int, *, times: int | None = None) -> Self:
        """Serve a file that ends too early, with a Content-Length that agrees."""
        return cls(FaultKind.TRUNCATED, times=times, size=size)

    @classmethod
    def drip(cls, rate: float, *, times: int | None = None) -> Self:
        """Send so few bytes a second that nobody would wait."""
        return cls(FaultKind.DRIP, times=times, rate=rate)

    @classmethod
    def redirect(cls, location: str, *, times: int | None = None, on: RequestKind = RequestKind.MEDIA) -> Self:
        """Send the client elsewhere."""
        return cls(FaultKind.REDIRECT, on, times, location=location)

    @classmethod
    def media_error(cls, code: int, *, times: int | None = None) -> Self:
        """Refuse in the validation, as it does: status 200, no address, a code."""
        return cls(FaultKind.MEDIA_ERROR, RequestKind.VALIDATION, times, code=code)

    @classmethod
    def of(cls, kind: FaultKind, *, times: int | None = None, on: RequestKind = RequestKind.MEDIA) -> Self:
        """A fault that needs no further word: NO_RANGE, NEW_VERSION, HTML, EMPTY, GZIP_BOMB, SILENCE…"""
        return cls(kind, on, times)

    def __post_init__(self) -> None:
        """Refuse what could never happen.

        Raises:
            ValueError: The fault does not go with this kind of request.
        """
        if self.kind in FAULTS_OF_FILES and self.on is not RequestKind.MEDIA:
            raise ValueError(f"{self.kind} is a fault of media files; it cannot happen to a {self.on} request.")
        if self.kind is FaultKind.MEDIA_ERROR and self.on is not RequestKind.VALIDATION:
            raise ValueError(f"{self.kind} is an answer of the validation; it cannot happen to a {self.on} request.")

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The record that ``to_json`` wrote."""
        return cls(**{**data, "kind": FaultKind(data["kind"]), "on": RequestKind(data["on"])})


#: What a fault is aimed at: a book's id, a path (with or without its query), or None for everything of its kind.
FaultTarget = int | str | None


class ArmedFaults:
    """The faults that wait for a request, oldest first; a request meets at most one."""

    def __init__(self) -> None:
        self._armed: list[tuple[FaultTarget, Fault]] = []

    def arm(self, target: FaultTarget, fault: Fault) -> None:
        """Queue the fault behind those that are already aimed at the target."""
        self._armed.append((target, fault))

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

    def take(self, kind: RequestKind, book: int | None, target: str, *, is_ranged: bool) -> Fault | None:
        """Return the first fault that fits the request, and count it as used."""
        for index, (aim, fault) in enumerate(self._armed):
            if not _fits(aim, fault, kind, book, target):
                continue
            if fault.kind is FaultKind.WRONG_CONTENT_RANGE and not is_ranged:
                continue
            if fault.times is not None:
                if fault.times > 1:
                    self._armed[index] = (aim, replace(fault, times=fault.times - 1))
                else:
                    del self._armed[index]
            return fault
        return None


def _fits(aim: FaultTarget, fault: Fault, kind: RequestKind, book: int | None, target: str) -> bool:
    if isinstance(aim, str):
        return aim in (target, target.partition("?")[0])
    return fault.on is kind and aim in (None, book)
