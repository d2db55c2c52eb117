"""From what a site serves to the file that players expect: repacked where needed, never encoded with loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from ohdio_core.errors import PermanentError
from ohdio_core.sentences import sentence
from ohdio_downloader.disk import copying
from ohdio_downloader.media.boxes import top_level_boxes
from ohdio_downloader.media.chapters import spans_in
from ohdio_downloader.media.formats import CONTAINERS, FLAC, M4A, MP3, OGG, OPUS, Container
from ohdio_downloader.media.lossless import SAMPLES, write_samples
from ohdio_downloader.media.probe import AudioInfo, DamagedAudio, is_film, open_audio
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.tag_in_place import restore_in_place
from ohdio_downloader.media.taggable import restore
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.track import Track

_CHECK_EVERY = 1024  # packets; some 10 ms of work
_MOST_LOST = 0.01  # of the packets
_OGG_MARK = b"OggS"  # of every page (RFC 3533, section 6)


#: What audio is filed in, by its codec as FFmpeg names it.
_CONTAINERS = {
    "mp3": MP3,
    "aac": M4A,
    "alac": M4A,
    "opus": OPUS,
    "vorbis": OGG,
    "flac": FLAC,
    # Samples themselves (WAV, AIFF) become FLAC, which is half as long, or a WAV that has nothing else in it.
    **{codec: kept.container for codec, kept in SAMPLES.items()},
}


def is_kept(codec: str) -> bool:
    """Return whether audio of a codec, as FFmpeg names it, can be filed."""
    return codec in _CONTAINERS


def container_for(info: AudioInfo) -> Container:
    """Return what audio is filed in.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
    """
    try:
        return _CONTAINERS[info.codec]
    except KeyError:
        known = ", ".join(codec for codec in _CONTAINERS if codec not in SAMPLES)
        raise PermanentError(
            sentence(
                "sound.unsupported",
                "The audio is encoded as {codec}, which is not supported: only {known} are, and plain WAV and AIFF.",
                codec=info.codec,
                known=known,
            )
        ) from None


def keeps_header(info: AudioInfo) -> bool:
    """Return whether a file keeps its header when it is assembled, whatever else is in it.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
    """
    kept_in = container_for(info)
    return kept_in is not M4A and kept_in.is_read_by(info.container)


def assembled_of(source: Path) -> Path | None:
    """What an earlier run made of ``source``, beside it: whole, as it arrives by rename. None if it has yet to be."""
    paths = (source.with_name(source.name + container.suffix) for container in CONTAINERS)
    found = next((path for path in paths if path.exists()), None)
    if found is None:
        return None
    restore(found)
    restore_in_place(found)
    return found if found.exists() else None


def assemble(
    source: Path,
    target: Path,
    info: AudioInfo,
    check: Callable[[], None],
    *,
    is_whole: bool = False,
    keep_free: int = 0,
) -> None:
    """Turn ``source`` into ``target``; both on one file system. ``source`` is gone afterwards.

    A file that is what players expect is only renamed. Else its packets are copied, untouched, into the
    usual container: AAC from MPEG-TS, ADTS or fragmented MP4, or beside a video, becomes a plain ``.m4a``
    whose timestamps run from zero without gaps, whatever the segments said. The index of an ``.m4a`` is
    written at the end, where tags can grow without moving the sound. Samples without an encoding (WAV, AIFF)
    become FLAC, or a WAV where FLAC would round them. Chapters that the file has come along.

    Args:
        source: What was fetched.
        target: With the suffix of ``container_for``.
        info: What ``probe`` says of ``source``.
        check: Called often; what it raises ends the work and leaves ``source`` as it is.
        is_whole: These are known to be all the bytes that the site has. Then a packet that is cut is the publisher's
            doing, and left out.
        keep_free: Bytes that must stay free on the disk while there are two of the file.

    Raises:
        PermanentError: Audio of a kind that cannot be filed.
        DamagedAudio: It cannot be read to the end.
        Postponed: There is no room.
        OSError: The disk gave another error; ``source`` is left as it is.
    """
    kept_in = container_for(info)
    if kept_in.is_read_by(info.container) and not _needs_repacking(source, info):
        source.replace(target)
        return
    half = target.with_name(f"{target.name}.new")
    with copying(half, source.stat().st_size, keep_free=keep_free):
        if info.codec in SAMPLES:
            write_samples(source, half, kept_in, check)
        else:
            _remux(source, half, kept_in, check, is_whole=is_whole)
    half.replace(target)
    source.unlink()


def repack(path: Path, check: Callable[[], None], *, keep_free: int = 0) -> None:
    """Write an ``.m4a`` anew with the sound and chapters that it has, and an index of just these.

    Raises:
        DamagedAudio: It cannot be read.
        Postponed: There is no room.
    """
    half = path.with_name(f"{path.name}.new")
    with copying(half, path.stat().st_size, keep_free=keep_free):
        _remux(path, half, M4A, check, is_whole=True)
    half.replace(path)


def _needs_repacking(source: Path, info: AudioInfo) -> bool:
    """Return whether a file is not what players expect, although its container is.

    That is an MP4 in fragments, or with a video track, and an Ogg behind something else, as an ID3 tag.
    """
    if OGG.is_read_by(info.container):
        with source.open("rb") as file:
            return file.read(len(_OGG_MARK)) != _OGG_MARK
    if not M4A.is_read_by(info.container):
        return False
    with open_audio(source) as (container, _):
        if is_film(container):
            return True
    return any(box.kind == b"moof" for box in top_level_boxes(source))


def _remux(source: Path, target: Path, kept_in: Container, check: Callable[[], None], *, is_whole: bool) -> None:
    with (
        kept_in.muxer.open(target) as output,  # closed last: what the disk says then is of this one
        open_audio(source) as (container, stream),
    ):
        chapters = container.chapters()
        if chapters:
            output.set_chapters(chapters)
        spans = () if kept_in.muxes_chapters else spans_in(container)
        track, reading = Track(output), _CountedPackets(check)
        track.add(stream, reading.packets(container, stream))
    if reading.corrupt + track.left_out > (reading.count * _MOST_LOST if is_whole else 0):
        raise DamagedAudio(sentence("sound.damaged_or_cut", "The file that was fetched is damaged or cut."))
    if spans:
        write_details(target, kept_in, FileDetails(chapters=spans))


class _CountedPackets:
    """Passes on the packets of a stream, and counts them."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.count = 0
        self.corrupt = 0  #: of them; not passed on
        self._check = check

    def packets(self, container: InputContainer, stream: AudioStream) -> Iterator[av.Packet[AudioStream]]:
        for packet in container.demux(stream):
            if packet.size == 0:
                continue  # the demuxer's way to say that this was all
            if self.count % _CHECK_EVERY == 0:
                self._check()
            self.count += 1
            if packet.is_corrupt:
                self.corrupt += 1
            else:
                yield packet
