"""Fetching one file over HTTP, going on where an earlier run stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import OhdioError, TransientError
from ohdio_core.sentences import sentence
from ohdio_core.sources.http import refuse_broadcast
from ohdio_downloader.fetch.body import CHUNK, open_body
from ohdio_downloader.fetch.journal import SegmentJournal
from ohdio_downloader.fetch.partial import PartialFile
from ohdio_downloader.fetch.protocol import (
    Control,
    Fetched,
    FetchLimits,
    MediaClient,
    MediaResponse,
    Proof,
    WrongBytes,
)
from ohdio_downloader.fetch.refusal import HEAD, empty_file, host, is_playlist, refusal, refuse_page
from ohdio_downloader.fetch.resume import (
    ResumeState,
    content_range,
    is_all,
    resource,
    unsatisfied_size,
    whole_size,
)

#: Without an ETag or a date, the end of what we have is fetched again and must be the same.
_OVERLAP = 64 * 1024


class _StartAgain(Exception):
    """What is on the disk is not the beginning of the file that is offered now."""


class PlaylistFound(Exception):
    """What stands at the address is an HLS playlist, whatever it is called; nothing of it was kept."""


class WrongChecksum(WrongBytes):
    """What came is another file than the one whose checksum the site tells."""

    def __init__(self, site: str, algorithm: str, digest: str) -> None:
        super().__init__(
            sentence(
                "file.wrong_checksum",
                "The file from {site} is damaged: its {algorithm} checksum is wrong.",
                site=site,
                algorithm=algorithm,
            ),
            digest,
        )


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

    Sound that is compressed for the way, though nobody asked for that, is decompressed; it starts again each time, as
    ranges would be those of the compressed bytes.

    Raises:
        PlaylistFound: It begins as a playlist does; what an earlier run kept is still there.
        NotFound: The site says that the file is gone.
        AccessRefused: 401 or 403; worth one new ``resolve``.
        PermanentError: The site sends something other than audio, or a broadcast that never ends (``Endless``: bytes
            are kept, but of no use).
        Throttled: The site asks for fewer requests; bytes are kept.
        Postponed: The disk is too full; bytes are kept.
        TransientError: The connection broke, stalled or ended early (bytes are kept), or the file is
            empty, too long or not what its checksum says (bytes are thrown away).
        Exception: Whatever ``control.check`` raises; bytes are kept.
    """
    with PartialFile(path, free_space_floor=limits.free_space_floor) as partial:
        download = _FileDownload(media, path=path, partial=partial, client=client, control=control, limits=limits)
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


class _FileDownload:
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
        """Fetch everything that is missing with one request."""
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
            raise _Useless(empty_file(self._media.url))
        if self._media.checksum is not None:
            algorithm, expected = self._media.checksum
            if (digest := self._digest(algorithm)) != expected.lower():
                raise _Useless(WrongChecksum(self._site, algorithm, digest))

    def proof(self, state: ResumeState) -> Proof:
        """Return what ``check_whole`` has to go by."""
        if self._media.checksum is not None:
            return Proof.CHECKSUM
        return Proof.NONE if self._expected(state) is None else Proof.LENGTH

    def _known(self) -> ResumeState | None:
        """Return the state of what is on the disk; None when there is nothing that can be trusted."""
        known = ResumeState.load(self._path)
        if self._partial.size == 0 or known is None or known.resource != resource(self._media.url):
            return None
        return None if known.total is not None and self._partial.size > known.total else known

    def _receive(self, response: MediaResponse, known: ResumeState | None, start: int) -> ResumeState:
        if response.status == 416 and known is not None:
            if unsatisfied_size(response.headers) == self._partial.size:
                return known
            raise _StartAgain
        if response.status not in {200, 206}:
            raise refusal(response.status, response.url, response.headers)
        if response.status == 206 and not is_all(response.headers):
            state = self._same_file(response, known, start)
            total = self._expected(state)
            self._store(response, state, total, self._partial.read(start))
            return state
        refuse_broadcast(response.url, response.headers)
        state = ResumeState.of(self._media.url, response.headers, whole_size(response.headers))
        self._store(response, state, self._expected(state), None)
        is_length_of_coded = bool(response.codings) and "content-length" in response.headers
        return replace(state, total=self._partial.size) if is_length_of_coded else state

    def _same_file(self, response: MediaResponse, known: ResumeState | None, start: int) -> ResumeState:
        """Return which file is coming, and make sure that a piece of it continues ours."""
        part = content_range(response.headers)
        if known is None:
            raise TransientError(
                sentence(
                    "file.piece_for_whole",
                    "{site} sent a piece of the audio file where the whole was asked for.",
                    site=self._site,
                )
            )
        if part is None or part[0] != start or response.codings:
            raise _StartAgain
        if not known.is_same_file(ResumeState.of(self._media.url, response.headers, part[1])):
            raise _StartAgain
        return known if known.total is not None else replace(known, total=part[1])

    def _expected(self, state: ResumeState) -> int | None:
        """How many bytes the whole file has, when that is known."""
        promised = self._media.size if self._media.is_size_exact else None
        if promised is not None and state.total is not None and promised != state.total:
            raise _Useless(
                TransientError(
                    sentence(
                        "file.other_size",
                        "{site} offers a file of {offered:,} bytes where {promised:,} bytes were promised.",
                        site=self._site,
                        offered=state.total,
                        promised=promised,
                    )
                )
            )
        return state.total if promised is None else promised

    def _store(self, response: MediaResponse, state: ResumeState, total: int | None, again: bytes | None) -> None:
        """Write the body: behind what is there, beginning with the overlap ``again``, or in its place (None)."""
        partial = self._partial
        kept = b"" if again is None else partial.read_chunk(0, HEAD)
        self._control.advance(0 if again is None else partial.size, total)
        self._control.begin_body(is_length_known=total is not None or "content-length" in response.headers)
        with open_body(response, self._control, self._limits.stall) as body:
            chunks = self._continued(body, again, total) if again else body
            head = self._judged(response, state, kept, chunks)
            if again is None:
                self._begin(response, state)
            try:
                self._write(chain(head, chunks), total)
            except BaseException:
                if response.codings:
                    partial.discard()  # no range of it can be asked for
                raise

    def _write(self, chunks: Iterable[bytes], total: int | None) -> None:
        partial = self._partial
        partial.bound(self._limits.unannounced.size if total is None else None, self._site)
        if total is not None:
            partial.require_space(total - partial.size)
        for chunk in chunks:
            if total is not None and partial.size + len(chunk) > total:
                raise _Useless(
                    TransientError(
                        sentence(
                            "file.longer_than_announced",
                            "{site} sent more than the {announced:,} bytes it had announced.",
                            site=self._site,
                            announced=total,
                        )
                    )
                )
            partial.write(chunk, 0 if total is None else total - partial.size - len(chunk))
            self._control.advance(partial.size, total)
        if total is not None and partial.size < total:
            raise self._ended(total)

    def _judged(self, response: MediaResponse, state: ResumeState, kept: bytes, chunks: Iterator[bytes]) -> list[bytes]:
        """Return the chunks that had to be read to know that the file, of which ``kept`` is there, may be sound.

        Raises:
            PlaylistFound, _Useless: It is none.
        """
        head, read = kept, list[bytes]()
        while len(head) < HEAD and (chunk := next(chunks, None)) is not None:
            head += chunk
            read.append(chunk)
        if is_playlist(head[:HEAD]):
            ResumeState.forget(self._path)
            raise PlaylistFound
        try:
            if head:
                refuse_page(response.url, state.content_type, head[:HEAD])
        except OhdioError as error:
            raise _Useless(error) from error
        return read

    def _continued(self, body: Iterator[bytes], again: bytes, total: int | None) -> Iterator[bytes]:
        """Yield what follows the overlap.

        Raises:
            _StartAgain: The overlap is not the same as what is on the disk.
        """
        left = again
        for chunk in body:
            count = min(len(left), len(chunk))
            if chunk[:count] != left[:count]:
                raise _StartAgain
            left = left[count:]
            if count < len(chunk):
                yield chunk[count:]
        if left:
            raise self._ended(total)

    def _begin(self, response: MediaResponse, state: ResumeState) -> None:
        """Forget what is on the disk: all of the file is coming."""
        self._partial.truncate(0)
        SegmentJournal.forget(self._path)
        if response.codings:
            ResumeState.forget(self._path)
        else:
            state.save(self._path)

    def _ended(self, total: int | None) -> TransientError:
        site, size = self._site, self._partial.size
        if total is None:
            return TransientError(
                sentence("transfer.ended", "The connection to {site} ended after {size:,} bytes.", site=site, size=size)
            )
        return TransientError(
            sentence(
                "transfer.cut",
                "The connection to {site} ended after {size:,} bytes of {total:,}.",
                site=site,
                size=size,
                total=total,
            )
        )

    def _digest(self, algorithm: str) -> str:
        digest = hashlib.new(algorithm, usedforsecurity=False)
        position = 0
        while chunk := self._partial.read_chunk(position, CHUNK * 4):
            self._control.check()
            digest.update(chunk)
            position += len(chunk)
        return digest.hexdigest()
