"""From what a site serves to the file that players expect: repacked where needed, never re-encoded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream

from ohdio_core.errors import PermanentError
from ohdio_downloader.disk import copying
from ohdio_downloader.media.boxes import top_level_boxes
from ohdio_downloader.media.probe import AudioInfo, DamagedAudio, open_audio
from ohdio_downloader.media.taggable import restore

_CHECK_EVERY = 1024  # packets; some 10 ms of work


@dataclass(frozen=True, slots=True)
class _Format:
    """How one codec is kept."""

    suffix: str
    muxer: str
    is_native: Callable[[str], bool]  #: whether a demuxer's name says that the file is that format already


_FORMATS = {
    "mp3": _Format(".mp3", "mp3", lambda name: name == "mp3"),
    "aac": _Format(".m4a", "ipod", lambda name: "m4a" in name.split(",")),
    "alac": _Format(".m4a", "ipod", lambda name: "m4a" in name.split(",")),
    "opus": _Format(".opus", "ogg", lambda name: name == "ogg"),
    "vorbis": _Format(".ogg", "ogg", lambda name: name == "ogg"),
    "flac": _Format(".flac", "flac", lambda name: name == "flac"),
}

#: Sampling rates by their index in an ADTS header (ISO/IEC 14496-3, table 1.18).
_ADTS_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_AAC_FRAME_SAMPLES = 1024


def suffix_of(info: AudioInfo) -> str:
    """The file name suffix, with its dot, that the assembled file will have.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
    """
    return _format_of(info).suffix


def is_kept(codec: str) -> bool:
    """Whether audio of a codec, as FFmpeg names it, can be filed."""
    return codec in _FORMATS


def muxer_of(info: AudioInfo) -> str:
    """Return how FFmpeg names the container that audio is filed in.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
    """
    return _format_of(info).muxer


def assembled_of(source: Path) -> Path | None:
    """What an earlier run made of ``source``, beside it: whole, as it arrives by rename. None if it has yet to be."""
    paths = (source.with_name(source.name + suffix) for suffix in dict.fromkeys(f.suffix for f in _FORMATS.values()))
    found = next((path for path in paths if path.exists()), None)
    if found is not None:
        restore(found)
    return found


def assemble(source: Path, target: Path, info: AudioInfo, check: Callable[[], None], *, keep_free: int = 0) -> None:
    """Turn ``source`` into ``target``; both on one file system. ``source`` is gone afterwards.

    A file that is what players expect is only renamed. Else its packets are copied, untouched, into the
    usual container: AAC from MPEG-TS, ADTS or fragmented MP4, or beside a video, becomes a plain ``.m4a``
    whose timestamps run from zero without gaps, whatever the segments said. The index of an ``.m4a`` is
    written at the end, where tags can grow without moving the sound.

    Args:
        source: What was fetched.
        target: With the suffix that ``suffix_of`` gives.
        info: What ``probe`` says of ``source``.
        check: Called often; what it raises ends the work and leaves ``source`` as it is.
        keep_free: Bytes that must stay free on the disk while there are two of the file.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
        DamagedAudio: It cannot be read to the end.
        Postponed: There is no room.
    """
    form = _format_of(info)
    if form.is_native(info.container) and not _needs_repacking(source, info):
        source.replace(target)
        return
    half = target.with_name(f"{target.name}.new")
    with copying(half, source.stat().st_size, keep_free=keep_free):
        _remux(source, half, form.muxer, check)
    half.replace(target)
    source.unlink()


def _format_of(info: AudioInfo) -> _Format:
    try:
        return _FORMATS[info.codec]
    except KeyError:
        known = ", ".join(_FORMATS)
        raise PermanentError(f"The audio is encoded as {info.codec}, which is not supported (only {known}).") from None


def _needs_repacking(source: Path, info: AudioInfo) -> bool:
    """Whether an MP4 is fragmented, or has a video track: neither is what players expect of an audio file."""
    if not _FORMATS["aac"].is_native(info.container):
        return False
    with open_audio(source) as (container, _):
        if any(not stream.disposition & av.stream.Disposition.attached_pic for stream in container.streams.video):
            return True
    return any(box.kind == b"moof" for box in top_level_boxes(source))


def _remux(source: Path, target: Path, muxer: str, check: Callable[[], None]) -> None:
    with (
        open_audio(source) as (container, stream),
        av.open(str(target), "w", format=muxer) as output,
    ):
        # AAC is not copied "opaque": FFmpeg then sees that it comes with ADTS headers, takes them off each
        # packet (aac_adtstoasc) and puts the AudioSpecificConfig that it makes of the first one in the file's.
        copy = output.add_stream_from_template(stream, opaque=stream.codec_context.name != "aac")
        timing = _Timing(stream)
        clock = 0
        for number, packet in enumerate(container.demux(stream)):
            if number % _CHECK_EVERY == 0:
                check()
            if packet.size == 0:
                continue  # the demuxer's way to say that this was all
            if packet.is_corrupt:
                raise DamagedAudio("The file that was fetched is damaged or cut.")
            duration = timing.duration(packet)
            packet.time_base = timing.tick
            packet.pts = packet.dts = clock
            packet.duration = duration
            clock += duration
            packet.stream = copy
            output.mux_one(packet)


class _Timing:
    """How long each packet sounds.

    Containers round (MPEG-TS to 1/90,000 s), so that thousands of AAC frames would drift; with ADTS
    headers, each frame is exactly 1,024 samples at the rate that its header names. That rate is the
    core's: with HE-AAC it is half of what the decoder gives, and the duration is right all the same.
    """

    def __init__(self, stream: AudioStream) -> None:
        self.tick: Fraction = stream.time_base or Fraction(1, stream.sample_rate)
        self._is_adts = stream.codec_context.name == "aac" and not stream.codec_context.extradata
        self._header: bytes | None = None

    def duration(self, packet: av.Packet[AudioStream]) -> int:
        """Give the packet's length in ``tick``; the first ADTS header sets ``tick``."""
        if not self._is_adts:
            return packet.duration or 0
        header = bytes(memoryview(packet)[1:3])
        if self._header is None:
            self.tick = Fraction(1, _adts_rate(header))
            self._header = header
        elif self._header != header:
            raise PermanentError("The audio changes its encoding midway, which is not supported.")
        return _AAC_FRAME_SAMPLES


def _adts_rate(header: bytes) -> int:
    """Read the sampling rate from the second and third byte of an ADTS header."""
    index = (header[1] >> 2) & 0x0F
    if header[0] & 0xF6 != 0xF0 or index >= len(_ADTS_RATES):
        raise DamagedAudio("The file that was fetched has AAC audio without a readable header.")
    return _ADTS_RATES[index]
