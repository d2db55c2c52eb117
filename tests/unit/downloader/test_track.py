from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import av

from ohdio_downloader.media.formats import MP3
from ohdio_downloader.media.track import Track
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, pcm


def test_mp3_is_heard_from_its_beginning_where_only_its_end_is_to_be_skipped(
    audio: AudioFactory, tmp_path: Path
) -> None:
    """As FFmpeg told it before version 6; newer ones tell of the beginning, too."""
    film, target = tmp_path / "a.mkv", tmp_path / "a.mp3"
    film.write_bytes(encoded(audio.mp3("book", 14), "libmp3lame", "matroska"))

    def told_of_the_end(demuxed: Iterable[av.Packet[Any]]) -> Iterator[av.Packet[Any]]:
        for number, packet in enumerate(packet for packet in demuxed if packet.size):
            plain = av.Packet(bytes(packet))
            plain.duration, plain.time_base = packet.duration, packet.time_base
            last = packet
            yield plain if number == 0 else packet
        assert last.has_sidedata("skip_samples")

    with av.open(str(film)) as container, MP3.muxer.open(target) as output:
        Track(output).add(container.streams.audio[0], told_of_the_end(container.demux(audio=0)))
    assert packets(target) == packets(film)
    assert len(pcm(target)) >= len(pcm(film))
