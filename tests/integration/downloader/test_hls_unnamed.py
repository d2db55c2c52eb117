"""Streams of a master playlist that do not say what they hold: it is seen in their first segments."""

from __future__ import annotations

import io
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import pytest

from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import Serving
from tests.integration.downloader.hls import playlist
from tests.integration.downloader.playlists import Form, Tone
from tests.integration.downloader.shelf import Shelf
from tests.integration.downloader.tones import Sound
from tests.unit.downloader.sound import packets


@cache
def film(pitch: int) -> bytes:
    """A segment with a picture beside its sound."""
    buffer = io.BytesIO()
    sound = tones.transport(pitch, Sound(), pid=0x101, program=1)
    with av.open(io.BytesIO(sound), "r") as recording, av.open(buffer, "w", format="mpegts") as output:
        picture = output.add_stream("mpeg4", rate=10)
        assert isinstance(picture, av.VideoStream)
        picture.width, picture.height, picture.pix_fmt = 64, 48, "yuv420p"
        copy = output.add_stream_from_template(recording.streams.audio[0])
        for number in range(14):
            frame = av.VideoFrame(64, 48, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            output.mux(picture.encode(frame))
        output.mux(picture.encode(None))
        for packet in recording.demux(recording.streams.audio[0]):
            if packet.size:
                packet.stream = copy
                output.mux(packet)
    return buffer.getvalue()


def streams(shelf: Shelf, *told: tuple[str, str]) -> str:
    lines = [line for bandwidth, url in told for line in (f"#EXT-X-STREAM-INF:BANDWIDTH={bandwidth}", url)]
    return shelf.origin.serve("/master", playlist(*lines, end=False))


@pytest.mark.parametrize(
    "sound",
    [Tone(300), Tone(300, Form.FRAGMENT), Tone(300, Form.PACKED, is_encrypted=True), Tone(300, sound=Sound("mp3"))],
    ids=["transport", "fragment", "packed, encrypted", "MP3"],
)
def test_the_best_sound_is_heard_without_a_picture(shelf: Shelf, tmp_path: Path, sound: Tone) -> None:
    shelf.origin.serve("/film.ts", Serving(film(900)))
    large = shelf.origin.serve("/large", playlist(f"#EXTINF:{Sound().seconds:.3f},", "film.ts"))
    master = streams(shelf, ("900000", large), ("30000", shelf.serve(Tone(600))), ("64000", shelf.serve(sound)))
    assert packets(shelf.collect(master, tmp_path)) == list(tones.frames(300, sound.sound))


def test_a_stream_that_is_gone_costs_no_other(shelf: Shelf, tmp_path: Path) -> None:
    gone = f"{shelf.origin.url}/gone"
    master = streams(shelf, ("900000", gone), ("64000", shelf.serve(Tone(300))))
    assert packets(shelf.collect(master, tmp_path)) == list(tones.frames(300, Sound()))
