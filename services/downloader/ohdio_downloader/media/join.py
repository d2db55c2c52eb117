"""From the segments of a playlist to one file with one sound from beginning to end, and no less than was announced."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import accumulate
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import Sentence, sentence
from ohdio_downloader.disk import copying
from ohdio_downloader.media.adts import FRAME_SAMPLES
from ohdio_downloader.media.assemble import container_for, is_kept
from ohdio_downloader.media.frame_file import UNPARSED, FrameFile, IrregularFrames, is_of_frames
from ohdio_downloader.media.lossless import SampleWriter, is_lossless
from ohdio_downloader.media.probe import AudioInfo, DamagedAudio
from ohdio_downloader.media.track import Track
from ohdio_downloader.media.window import Window
from ohdio_downloader.pieces import Piece, Pieces

_BUFFERED = 256 * 1024  # bytes
_CHECK_EVERY = 1024  # packets; some 10 ms of work

#: By how much there may be less sound than was announced, whichever is more: films end with a picture.
_SLACK = 1.0  # seconds
_TOLERANCE = 0.005
_MOST_SILENT = 0.5  # seconds of segments in which no sound begins
#: Of what is announced for a segment. Where one was cut, others that are a little longer may make good its length.
_MOST_MISSING = 0.25


class NotAsAnnounced(DamagedAudio):
    """What a playlist leads to is not the recording that it announces: at a second transfer, it may be."""


def join(source: Path, pieces: Pieces, check: Callable[[], None], *, keep_free: int = 0) -> Path:
    """Return a file beside ``source`` with the sound of all its pieces; ``source`` is gone afterwards.

    Packets are copied, untouched, as ``assemble`` does; time runs on over the borders of pieces. Samples, and those of
    several FLAC files, are encoded anew, without loss. Of each piece it is the first stream encoded like the first
    piece's, wherever it lies.

    Args:
        source: What ``fetch_hls`` made of the segments.
        pieces: What it is made of.
        check: Called often; what it raises ends the work and leaves ``source`` as it is.
        keep_free: Bytes that must stay free on the disk while there are two of the file.

    Raises:
        NotAsAnnounced: A piece cannot be read, or there is less sound than was announced.
        PermanentError: It changes its encoding, or is of a kind that cannot be filed. After this and the former error
            ``source`` is gone, so that it is fetched anew when a person asks for it again.
        Postponed: There is no room.
        OSError: The disk gave another error; ``source`` is left as it is.
    """
    half = source.with_name(f"{source.name}.new")
    try:
        with copying(half, source.stat().st_size, keep_free=keep_free):
            suffix = _write(source, half, pieces, check)
    except (PermanentError, DamagedAudio):
        source.unlink()
        Pieces.forget(source)
        raise
    target = source.with_name(source.name + suffix)
    half.replace(target)
    source.unlink()
    Pieces.forget(source)
    return target


def _write(source: Path, half: Path, pieces: Pieces, check: Callable[[], None]) -> str:
    """Write the file, and return the suffix that it should have."""
    with _opened(source, pieces, 0, None) as (container, stream):
        info = AudioInfo(container.format.name, _codec(stream), None, None, stream.sample_rate, stream.channels)
        are_frames = is_of_frames(stream) and all(piece.kind == "mpegts" for piece in pieces.pieces)
    if are_frames:
        with suppress(IrregularFrames, NotAsAnnounced):  # FFmpeg, packet by packet, has the last word
            _write_frames(source, half, pieces, check)
            return container_for(info).suffix
    account = _Account(pieces)
    is_encoded = is_lossless(info.codec) and (info.codec != "flac" or len(pieces.pieces) > 1)
    kept_in = container_for(info)
    with kept_in.muxer.open(half) as output:
        # FLAC frames count themselves within their file (RFC 9639, section 9.1.5), so that they cannot be copied
        # behind those of another.
        track = SampleWriter(output) if is_encoded else Track(output)
        for number, piece in enumerate(pieces.pieces):
            with _opened(source, pieces, number, info.codec) as (container, stream):
                listener = _Listener(piece, check)
                heard = track.add(stream, listener.packets(container, stream))
                account.add(piece, float(heard), listener.counts)
        track.end()
        account.settle()
    return kept_in.suffix


def _write_frames(source: Path, half: Path, pieces: Pieces, check: Callable[[], None]) -> None:
    """Write AAC from transport streams, many frames in one step where they come together.

    Raises:
        IrregularFrames: There is something else than frames of one kind, one behind the other.
        NotAsAnnounced: As ``join`` does.
    """
    account = _Account(pieces)
    with half.open("wb", buffering=_BUFFERED) as target:
        with _opened(source, pieces, 0, None) as (container, stream):
            frames = FrameFile.like(target, container, stream)
        for number, piece in enumerate(pieces.pieces):
            with _opened(source, pieces, number, None, UNPARSED) as (container, stream):
                if len(container.streams.audio) != 1:
                    raise IrregularFrames
                listener = _Listener(piece, check)
                counts = [0] * len(piece.stretches)
                for place, data in listener.batches(container, stream):
                    counts[place] += frames.add(data)
            frames.end_piece()
            account.add(piece, sum(counts) * FRAME_SAMPLES / frames.rate, counts)
        account.settle()
        frames.end()


@contextmanager
def _opened(
    source: Path, pieces: Pieces, number: int, codec: str | None, options: Mapping[str, str] | None = None
) -> Iterator[tuple[InputContainer, AudioStream]]:
    """Open a piece and its sound, of this codec if it is there.

    Raises:
        NotAsAnnounced: It cannot be read, or has no sound; also for what FFmpeg finds inside the block.
    """
    piece = pieces.pieces[number]
    try:
        with (
            Window(source, piece.ranges) as window,
            av.open(
                window, "r", format=piece.kind or None, options=dict(options or {}), metadata_errors="replace"
            ) as container,
        ):
            stream = _sound(container.streams.audio, codec)
            if stream is None:
                raise NotAsAnnounced(
                    sentence("playlist.piece_silent", "{piece} has no sound.", piece=_where(pieces, number))
                )
            yield container, stream
    except (av.FFmpegError, UnicodeDecodeError) as error:
        raise NotAsAnnounced(
            sentence("playlist.piece_unreadable", "{piece} cannot be read as audio.", piece=_where(pieces, number))
        ) from error


def _where(pieces: Pieces, number: int) -> Sentence:
    first = sum(len(before.stretches) for before in pieces.pieces[:number]) + 1
    return sentence(
        "playlist.piece",
        "In the HLS playlist from {site}, what begins with segment {number:,}",
        site=pieces.site,
        number=first,
    )


def _sound(streams: Iterable[AudioStream], codec: str | None) -> AudioStream | None:
    """Choose the first stream with this codec, else with one that can be kept; those without a packet come last."""

    def rank(stream: AudioStream) -> tuple[bool, bool, bool]:
        return bool(stream.sample_rate), _codec(stream) == codec, is_kept(_codec(stream))

    return max(streams, key=rank, default=None)


def _codec(stream: AudioStream) -> str:
    return stream.codec_context.codec.canonical_name


class _Listener:
    """Passes on the packets of a piece, and counts how many of them lie in each of its stretches."""

    def __init__(self, piece: Piece, check: Callable[[], None]) -> None:
        sizes = [end - start for start, end in piece.ranges]
        self.counts = [0] * len(piece.stretches)
        self._ends = list(accumulate(sizes))[-len(piece.stretches) :]
        self._check = check
        # A transport stream is called corrupt wherever segments were made one by one; no frame is lost by that.
        self._is_strict = piece.kind != "mpegts"
        self._is_flac = piece.kind == "flac"

    def packets(self, container: InputContainer, stream: AudioStream) -> Iterator[av.Packet[AudioStream]]:
        place = 0  # the stretch in which the last packet began
        for number, packet in enumerate(_demuxed(container, stream)):
            if number % _CHECK_EVERY == 0:
                self._check()
            if packet.size == 0 or (self._is_strict and packet.is_corrupt):
                continue
            if self._is_flac and packet.pts is None:
                # Frames lie within that were not told apart, as where another file begins within a segment.
                raise av.InvalidDataError(0, "frames")
            if packet.pos is not None:  # else it came with the one before it
                place = self._place(packet.pos)
            self.counts[place] += 1
            yield packet

    def batches(self, container: InputContainer, stream: AudioStream) -> Iterator[tuple[int, bytes]]:
        """Yield stretches with what packets that begin in each have, many packets at once; none is counted."""
        place, begins, ends, size = 0, 0, self._ends[0], 0
        batch: list[bytes] = []
        for number, packet in enumerate(_demuxed(container, stream)):
            if number % _CHECK_EVERY == 0:
                self._check()
            position = begins if packet.pos is None else packet.pos
            is_there = begins <= position < ends
            if batch and (size > _BUFFERED or not is_there):
                yield place, b"".join(batch)
                batch, size = [], 0
            if not is_there:
                place = self._place(position)
                begins, ends = self._ends[place - 1] if place else 0, self._ends[place]
            data = bytes(packet)
            batch.append(data)
            size += len(data)
        if batch:
            yield place, b"".join(batch)

    def _place(self, position: int) -> int:
        return min(bisect_right(self._ends, position), len(self._ends) - 1)


def _demuxed(container: InputContainer, stream: AudioStream) -> Iterator[av.Packet[AudioStream]]:
    """Yield the packets of a stream.

    Raises:
        av.InvalidDataError: Another stream begins where there should be none; PyAV loses count of them.
    """
    try:
        yield from container.demux(stream)
    except IndexError as error:
        raise av.InvalidDataError(0, "stream") from error


class _Account:
    """Compares what is heard with what was announced."""

    def __init__(self, pieces: Pieces) -> None:
        self._site = pieces.site
        self._rounding = pieces.rounding
        self._announced = self._least = self._heard = self._silent = 0.0  #: seconds

    def add(self, piece: Piece, heard: float, counts: list[int]) -> None:
        """Enter a piece.

        Args:
            piece: Of the playlist.
            heard: Seconds of sound in it.
            counts: For each stretch, how many packets of sound begin in it.

        Raises:
            NotAsAnnounced: It is too short by itself, or one of its stretches is.
        """
        lengths = [stretch.announced for stretch in piece.stretches]
        each_least = [max(0.0, length - self._rounding) for length in lengths]
        least = sum(each_least)
        self._refuse_less(heard, sum(lengths), least)
        self._refuse_hole(each_least, [count * heard / max(1, sum(counts)) for count in counts])
        self._announced += sum(lengths)
        self._least += least
        self._heard += heard
        self._silent += sum(length for length, count in zip(lengths, counts, strict=True) if count == 0)

    def settle(self) -> None:
        """Compare the whole.

        Raises:
            NotAsAnnounced: It is too short, or segments have no sound.
        """
        self._refuse_less(self._heard, self._announced, self._least)
        if self._heard == 0 or self._silent > _MOST_SILENT:
            raise NotAsAnnounced(
                sentence(
                    "playlist.silent_segments",
                    "Segments of the HLS playlist from {site} have no sound, {duration} in all: something of the "
                    "recording is missing on the site.",
                    site=self._site,
                    duration=_clock(self._silent),
                )
            )

    def _refuse_less(self, heard: float, announced: float, least: float) -> None:
        if least - heard > max(_SLACK, announced * _TOLERANCE):
            raise self._less(heard, announced)

    def _refuse_hole(self, least: list[float], heard: list[float]) -> None:
        """Raise where a stretch has much less than it should, and those beside it, in which some may lie, no more.

        Only the sum tells of the last one, which some say to be as long as all others, whatever it has.
        """
        missing = [length - there for length, there in zip(least, heard, strict=True)]
        for number, lacks in enumerate(missing[:-1]):
            around = sum(missing[max(0, number - 1) : number + 2])
            if min(lacks, around) > max(_SLACK, least[number] * _MOST_MISSING):
                raise self._less(heard[number], least[number])

    def _less(self, heard: float, announced: float) -> NotAsAnnounced:
        return NotAsAnnounced(
            sentence(
                "playlist.less_sound",
                "The HLS playlist from {site} announces {announced} of sound where there are {heard}: something of "
                "the recording is missing on the site.",
                site=self._site,
                announced=_clock(announced),
                heard=_clock(heard),
            )
        )


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
