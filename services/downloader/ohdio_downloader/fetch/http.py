"""Fetching one file over HTTP, going on where an earlier run stopped."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import OhdioError, TransientError
from ohdio_core.sources.http import refuse_broadcast
from ohdio_downloader.fetch.body import CHUNK, open_body
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.fetch.protocol import Control, Fetched, FetchLimits, MediaClient, Proof, StreamedResponse
from ohdio_downloader.fetch.refusal import HEAD, host, refusal, refuse_compressed, refuse_page
from ohdio_downloader.fetch.resume import ResumeState, content_length, content_range, resource, unsatisfied_size

#: Without an ETag or a date, the end of what we have is fetched again and must be the same.
_OVERLAP = 64 * 1024


class _StartAgain(Exception):
    """What is on the disk is not the beginning of the file that is offered now."""


class _Useless(Exception):
    """What arrived must not be kept; ``error`` says why."""

    def __init__(self, error: OhdioError) -> None:
        self.error = error
        super().__init__(str(error))


def fetch_http(media: Media, path: Path, client: MediaClient, control: Control, limits: FetchLimits) -> Fetched:
    """Fetch ``media`` into ``path``; bytes from an earlier run (``path.partial``) are not fetched again.

    The file is resumed only if it is the same one: same address (without query), same ETag, date and
    size; where the site tells neither ETag nor date, the last 64 KiB are compared. Else it starts
    again. ``path`` exists only once the file is whole.

    Raises:
        NotFound: The site says that the file is gone.
        AccessRefused: 401 or 403; worth one new ``resolve``.
        PermanentError: The site sends something other than audio, or a broadcast that never ends.
        Throttled: The site asks for fewer requests; bytes are kept.
        Postponed: The disk is too full; bytes are kept.
        TransientError: The connection broke, stalled or ended early (bytes are kept), or the file is
            empty, too long or not what its checksum says (bytes are thrown away).
        Exception: Whatever ``control.check`` raises; bytes are kept.
    """
    with PartialFile(path, free_space_floor=limits.free_space_floor) as partial:
        download = _Download(media, path=path, partial=partial, client=client, control=control, limits=limits)
        try:
            try:
                state = download.run()
            except _StartAgain:
                download.forget()
                state = download.run()
            download.check_whole()
        except _Useless as useless:
            download.forget()
            raise useless.error from useless.__cause__
        partial.finish()
        ResumeState.forget(path)
        return Fetched(path, partial.size, state.content_type, download.proof(state))


class _Download:
    """One call of ``fetch_http``."""

    def __init__(
        self,
        media: Media,
        *,
        path: Path,
        partial: PartialFile,
        client: MediaClient,
        control: Control,
        limits: FetchLimits,
    ) -> None:
        self._media = media
        self._path = path
        self._partial = partial
        self._client = client
        self._control = control
        self._limits = limits
        self._site = host(media.url)

    def forget(self) -> None:
        """Throw away what is on the disk."""
        self._partial.discard()
        ResumeState.forget(self._path)

    def run(self) -> ResumeState:
        """Bring everything that is missing with one request."""
        self._control.check()
        known = self._known()
        if known is not None and known.total == self._partial.size:
            return known
        start = 0
        headers = dict(self._media.headers)
        if known is not None:
            start = self._partial.size
            if known.validator is None:
                start = max(0, start - _OVERLAP)
            else:
                headers["If-Range"] = known.validator
            headers["Range"] = f"bytes={start}-"
        with self._client.stream(self._media.url, headers=headers) as response:
            return self._receive(response, known, start)

    def check_whole(self) -> None:
        """Make sure that the file is what was promised.

        Raises:
            _Useless: It is not.
        """
        if self._partial.size == 0:
            raise _Useless(TransientError(f"{self._site} sent an empty file."))
        if self._media.checksum is not None:
            algorithm, expected = self._media.checksum
            if self._digest(algorithm) != expected.lower():
                raise _Useless(
                    TransientError(f"The file from {self._site} is damaged: its {algorithm} checksum is wrong.")
                )

    def proof(self, state: ResumeState) -> Proof:
        """Say what ``check_whole`` has to go by."""
        if self._media.checksum is not None:
            return Proof.CHECKSUM
        return Proof.NONE if self._expected(state) is None else Proof.LENGTH

    def _known(self) -> ResumeState | None:
        """The state of what is on the disk; what cannot be trusted is thrown away."""
        known = ResumeState.load(self._path)
        if self._partial.size == 0 or known is None or known.resource != resource(self._media.url):
            self.forget()
            return None
        if known.total is not None and self._partial.size > known.total:
            self.forget()
            return None
        return known

    def _receive(self, response: StreamedResponse, known: ResumeState | None, start: int) -> ResumeState:
        if response.status == 416 and known is not None:
            if unsatisfied_size(response.headers) == self._partial.size:
                return known
            raise _StartAgain
        if response.status not in {200, 206}:
            raise refusal(response.status, response.url, response.headers)
        refuse_compressed(response.url, response.headers)
        if response.status == 200:
            refuse_broadcast(response.url, response.headers)
        state = self._same_file(response, known, start)
        total = self._expected(state)
        again = b"" if known is None or response.status == 200 else self._partial.read(start)
        if response.status == 200:
            self._partial.truncate(0)
            state.save(self._path)
        if total is not None:
            self._partial.require_space(total - self._partial.size)
        self._store(response, state, total, again)
        return state

    def _same_file(self, response: StreamedResponse, known: ResumeState | None, start: int) -> ResumeState:
        """Say which file is coming, and be sure that a 206 continues ours."""
        if response.status == 200:
            return ResumeState.of(self._media.url, response.headers, content_length(response.headers))
        part = content_range(response.headers)
        if known is None:
            raise TransientError(f"{self._site} sent a piece of the audio file where the whole was asked for.")
        if part is None or part[0] != start:
            raise _StartAgain
        state = ResumeState.of(self._media.url, response.headers, part[1])
        if not known.is_same_file(state):
            raise _StartAgain
        return known

    def _expected(self, state: ResumeState) -> int | None:
        """How many bytes the whole file has, when that is known."""
        promised = self._media.size if self._media.is_size_exact else None
        if promised is not None and state.total is not None and promised != state.total:
            raise _Useless(
                TransientError(
                    f"{self._site} offers a file of {state.total:,} bytes where {promised:,} bytes were promised."
                )
            )
        return state.total if promised is None else promised

    def _store(self, response: StreamedResponse, state: ResumeState, total: int | None, again: bytes) -> None:
        """Write the body behind what is there; ``again`` is the overlap that must come first."""
        partial = self._partial
        self._control.advance(partial.size, total)
        with open_body(response, self._control, self._limits.stall) as body:
            is_looked_at = partial.size >= HEAD
            for received in body:
                chunk = received
                if again:
                    count = min(len(again), len(chunk))
                    if chunk[:count] != again[:count]:
                        raise _StartAgain
                    again, chunk = again[count:], chunk[count:]
                if total is not None and partial.size + len(chunk) > total:
                    raise _Useless(TransientError(f"{self._site} sent more than the {total:,} bytes it had announced."))
                partial.write(chunk, 0 if total is None else total - partial.size - len(chunk))
                if not is_looked_at and partial.size >= HEAD:
                    self._refuse_page(response, state)
                    is_looked_at = True
                self._control.advance(partial.size, total)
            if not is_looked_at and partial.size:
                self._refuse_page(response, state)
            if again or (total is not None and partial.size < total):
                raise TransientError(
                    f"The connection to {self._site} ended after {partial.size:,} bytes"
                    + ("." if total is None else f" of {total:,}.")
                )

    def _refuse_page(self, response: StreamedResponse, state: ResumeState) -> None:
        try:
            refuse_page(response.url, state.content_type, self._partial.read_chunk(0, HEAD))
        except OhdioError as error:
            raise _Useless(error) from error

    def _digest(self, algorithm: str) -> str:
        digest = hashlib.new(algorithm, usedforsecurity=False)
        position = 0
        while chunk := self._partial.read_chunk(position, CHUNK * 4):
            self._control.check()
            digest.update(chunk)
            position += len(chunk)
        return digest.hexdigest()
