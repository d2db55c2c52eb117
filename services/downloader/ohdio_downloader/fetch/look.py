"""Looking into the streams of a master playlist that do not say what they hold: by how their first segments begin."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError
from ohdio_downloader.fetch.body import open_body
from ohdio_downloader.fetch.decryption import decrypted_beginning, is_plain_section
from ohdio_downloader.fetch.key import read_key
from ohdio_downloader.fetch.playlist import MAX_BYTES, Segment, read_media_playlist
from ohdio_downloader.fetch.protocol import Control, MediaClient
from ohdio_downloader.fetch.refusal import refusal
from ohdio_downloader.fetch.tags import read_lines
from ohdio_downloader.fetch.variables import Variables
from ohdio_downloader.media.assemble import is_kept
from ohdio_downloader.media.probe import DamagedAudio, is_film, open_audio

_BEGINNING = 64 * 1024  # bytes of a segment: its tables, and frames of what they name
_BLOCK = 16  # bytes that are decrypted at once


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stream holds."""

    is_kept: bool  #: it has sound, of a codec that can be filed
    has_picture: bool

    @property
    def is_sound_alone(self) -> bool:
        """Return whether it is sound that can be filed, and nothing else."""
        return self.is_kept and not self.has_picture


#: A stream that cannot be read.
_USELESS = Seen(is_kept=False, has_picture=False)


class FirstSegments:
    """Reads how streams begin.

    Args:
        media: The master playlist.
        client: For their playlists, segments and keys.
        control: Of the download.
        stall: After which a silent segment is given up.
        variables: Of the master playlist, which theirs may import.
    """

    def __init__(
        self, media: Media, client: MediaClient, control: Control, stall: timedelta, *, variables: Variables
    ) -> None:
        self._media = media
        self._client = client
        self._control = control
        self._stall = stall
        self._variables = variables

    def __call__(self, url: str) -> Seen:
        """Return what the stream holds whose playlist stands at ``url``.

        Raises:
            TransientError: The site failed.
            Exception: Whatever ``control.check`` raises.
        """
        try:
            return _seen(b"".join(self._beginnings(url)))
        except PermanentError:
            return _USELESS

    def _beginnings(self, url: str) -> Iterator[bytes]:
        """Yield the initialisation section and the first bytes of the first segment with sound."""
        self._control.check()
        answer = self._client.get(url, headers=self._media.headers, max_bytes=MAX_BYTES)
        lines = read_lines(answer.body, answer.url, self._variables.for_media())
        for segment in read_media_playlist(lines, answer.url).segments:
            yield self._beginning(segment)
            if not segment.is_init:
                return

    def _beginning(self, segment: Segment) -> bytes:
        first = 0 if segment.byte_range is None else segment.byte_range.start
        most = _BEGINNING if segment.byte_range is None else min(_BEGINNING, segment.byte_range.length)
        headers = {**self._media.headers, "Range": f"bytes={first}-{first + most - 1}"}
        data = bytearray()
        with self._client.stream(segment.url, headers=headers) as response:
            if response.status not in {200, 206}:
                raise refusal(response.status, response.url, response.headers)
            self._control.begin_body(is_length_known=True)
            with open_body(response, self._control, self._stall) as body:
                for chunk in body:
                    data += chunk
                    if len(data) >= most:
                        break
        start = bytes(data[:most])
        if segment.key is None or (segment.is_init and is_plain_section(start)):
            return start
        secret = read_key(segment.key, self._media, self._client)
        return decrypted_beginning(start[: len(start) // _BLOCK * _BLOCK], secret, segment.key.iv)


def _seen(beginning: bytes) -> Seen:
    try:
        with open_audio(io.BytesIO(beginning)) as (container, stream):
            return Seen(is_kept(stream.codec_context.codec.canonical_name), is_film(container))
    except DamagedAudio:
        return _USELESS  # or a film without sound, which is of no more use
