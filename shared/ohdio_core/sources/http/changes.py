"""Whether a listing has changed since it was last read, told by the answer to the first request for it.

A site that gives validators is asked with them and answers 304 (RFC 9110 section 13.1); of any other the body is
compared by its hash before anybody parses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from tempfile import SpooledTemporaryFile

from ohdio_core.sources.http.chain import Call, Chain

_IN_MEMORY = 1024 * 1024  # of a body that is not parsed before it is known; the rest is on disk
_CHUNK = 64 * 1024


class Unchanged(Exception):
    """Raised out of a source's ``discover`` where the listing is as it was."""


@dataclass(frozen=True, slots=True)
class Validators:
    """By what an answer is recognised as the same."""

    digest: str | None = None  #: SHA-256 of the body, in hexadecimal
    etag: str | None = None
    last_modified: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return them as an object without what is not known."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class ChangeDetection:
    """Watches the first request of a client, and ends the reading where the answer is the known one.

    Args:
        known: Of the last reading; None reads in any case.
        address: Where the listing has moved for good: asked in the place of the first request's own address.
    """

    def __init__(self, known: Validators | None, address: str | None = None) -> None:
        self._known = known
        self._address = address
        self.answers = 0  #: that were read
        self.validators: Validators | None = None  #: of the first answer, once it was read to its end
        self.moved_to: str | None = None  #: where permanent redirects led the first request

    def asked(self, call: Call) -> Call:
        """Return a request as it is to be sent."""
        if self.answers or call.method != "GET":
            return call
        fields = dict(call.headers)
        if self._known is not None and self._known.etag is not None:
            fields["if-none-match"] = self._known.etag
        if self._known is not None and self._known.last_modified is not None:
            fields["if-modified-since"] = self._known.last_modified
        return replace(call, headers=fields, url=self._address or call.url)

    def note_answer(self, status: int, chain: Chain) -> None:
        """Take note of an answer before its body is read.

        Raises:
            Unchanged: It says so.
        """
        if self.answers == 0:
            self.moved_to = chain.moved_to
            if status == HTTPStatus.NOT_MODIFIED and self._known is not None:
                raise Unchanged
        self.answers += 1

    def checked(self, chunks: Iterator[bytes], headers: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the body of an answer; that of the first one only after all of it has come, and only if it is new.

        Raises:
            Unchanged: It is the known one.
        """
        if self.answers != 1:
            yield from chunks
            return
        digest = sha256()
        with SpooledTemporaryFile(_IN_MEMORY) as body:
            for chunk in chunks:
                digest.update(chunk)
                body.write(chunk)
            self.validators = Validators(digest.hexdigest(), headers.get("etag"), headers.get("last-modified"))
            if self._known is not None and self._known.digest == self.validators.digest:
                raise Unchanged
            body.seek(0)
            while chunk := body.read(_CHUNK):
                yield chunk
