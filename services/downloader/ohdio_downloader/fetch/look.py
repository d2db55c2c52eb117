"""Looking at how the segments of an HLS playlist begin, which tells what they hold where nothing else does."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ohdio_core.domain.audiobook import Media
from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.fetch.decryption import decrypted_beginning, is_plain_section
from ohdio_downloader.fetch.key import read_key
from ohdio_downloader.fetch.playlist import MAX_BYTES, Segment, read_media_playlist
from ohdio_downloader.fetch.protocol import MediaClient
from ohdio_downloader.fetch.refusal import HEAD, host, refusal, refuse_page
from ohdio_downloader.fetch.resume import content_range
from ohdio_downloader.fetch.tags import read_lines
from ohdio_downloader.fetch.variables import Variables
from ohdio_downloader.media.assemble import is_kept
from ohdio_downloader.media.probe import DamagedAudio, is_film, open_audio

_CHUNK = 64 * 1024
_BEGINNING = 64 * 1024  # bytes of a segment: its tables, and frames of what they name


@dataclass(frozen=True, slots=True)
class Seen:
    """What a stream of a master playlist holds."""

    is_kept: bool  #: it has sound, of a codec that can be filed
    has_picture: bool

    @property
    def is_sound_alone(self) -> bool:
        """Return whether it is sound that can be filed, and nothing else."""
        return self.is_kept and not self.has_picture


#: A stream that cannot be read, or a film without sound, which is of no more use.
_USELESS = Seen(is_kept=False, has_picture=False)


def first_bytes(segment: Segment, media: Media, client: MediaClient, most: int) -> tuple[bytes, bool]:
    """Return the first bytes of a segment, decrypted, ``most`` of them, and whether they are all of it.

    Raises:
        OhdioError: It cannot be had, or is no audio.
    """
    headers, wanted = dict(media.headers), segment.byte_range
    if wanted is not None:
        headers["Range"] = f"bytes={wanted.start}-{wanted.start + wanted.length - 1}"
    data, is_all = bytearray(), True
    with client.stream(segment.url, headers=headers) as response:
        if response.status not in {200, 206}:
            raise refusal(response.status, response.url, response.headers)
        if wanted is not None and (content_range(response.headers) or (None,))[0] != wanted.start:
            raise PermanentError(
                sentence(
                    "playlist.no_pieces",
                    "{site} does not give the pieces that its HLS playlist asks for.",
                    site=host(response.url),
                )
            )
        for chunk in response.iter_bytes(_CHUNK):
            data += chunk
            if len(data) > most:
                is_all = False
                break
        first = bytes(data[:most])
        if segment.key is None:
            refuse_page(response.url, response.headers.get("content-type"), first[:HEAD])
    if segment.key is not None and not (segment.is_init and is_plain_section(first)):
        first = decrypted_beginning(first, read_key(segment.key, media, client), segment.key.iv)
    return first, is_all


class FirstSegments:
    """Tells what the streams of a master playlist hold.

    Args:
        media: The master playlist.
        client: For their playlists, segments and keys.
        check: Called before each request; what it raises ends the look.
        variables: Of the master playlist, which theirs may import.
    """

    def __init__(self, media: Media, client: MediaClient, check: Callable[[], None], variables: Variables) -> None:
        self._media = media
        self._client = client
        self._check = check
        self._variables = variables

    def __call__(self, url: str) -> Seen:
        """Return what the stream holds whose playlist stands at ``url``.

        Raises:
            TransientError: The site failed.
            Exception: Whatever ``check`` raises.
        """
        try:
            return _seen(b"".join(self._beginnings(url)))
        except PermanentError:
            return _USELESS

    def _beginnings(self, url: str) -> Iterator[bytes]:
        """Yield the initialisation section, and the first bytes of the first segment with sound."""
        self._check()
        answer = self._client.get(url, headers=self._media.headers, max_bytes=MAX_BYTES)
        lines = read_lines(answer.body, answer.url, self._variables.for_media())
        for segment in read_media_playlist(lines, answer.url).segments:
            self._check()
            yield first_bytes(segment, self._media, self._client, _BEGINNING)[0]
            if not segment.is_init:
                return


def _seen(beginning: bytes) -> Seen:
    try:
        with open_audio(io.BytesIO(beginning)) as (container, stream):
            return Seen(is_kept(stream.codec_context.codec.canonical_name), is_film(container))
    except DamagedAudio:
        return _USELESS
