"""The parts of a book in M4A as one file, which is decoded as the parts are."""

from __future__ import annotations

import io

import av
import pytest

from ohdio_core.mp4.reading import read_track
from ohdio_core.mp4.writing import join_tracks
from tests.fixtures.api import Api
from tests.integration.web.test_sound import filed
from tests.sites.audio import AudioFactory


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> AudioFactory:
    return AudioFactory(tmp_path_factory.mktemp("recordings"))


def packets(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data), "r") as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


def test_has_every_packet_in_order_and_every_second_at_its_place(api: Api, audio: AudioFactory) -> None:
    parts = {f"{n}.m4a": audio.mp4(f"{n}", seconds) for n, seconds in enumerate((3, 5, 2))}
    book = filed(api, parts, [3, 5, 2])
    answer = api.outside.get(f"/books/{book}/sound")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/mp4")
    assert packets(answer.content) == [packet for part in parts.values() for packet in packets(part)]
    with av.open(io.BytesIO(answer.content), "r") as whole:
        stream = whole.streams.audio[0]
        assert whole.duration is not None
        assert whole.duration / 1_000_000 == pytest.approx(10, abs=0.2)
        assert sum(frame.samples for frame in whole.decode(stream)) / stream.rate == pytest.approx(10, abs=0.3)
    for first, last in (
        (0, 10),
        (50, len(answer.content) - 9),
        (len(answer.content) - 20_000, len(answer.content) - 1),
    ):
        part = api.outside.get(f"/books/{book}/sound", headers={"Range": f"bytes={first}-{last}"})
        assert (part.status_code, part.content) == (206, answer.content[first : last + 1])


@pytest.mark.parametrize(
    "damage", [b"", b"sound", b"\0\0\0\x08moov", b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"]
)
def test_what_is_no_such_file_is_no_part_of_one(api: Api, audio: AudioFactory, damage: bytes) -> None:
    book = filed(api, {"1.m4a": audio.mp4("1", 3), "2.m4a": damage}, [3, 3])
    assert api.outside.get(f"/books/{book}/sound").status_code == 404
    assert api.outside.get(f"/books/{book}").status_code == 200


def test_a_file_that_is_cut_or_altered_anywhere_is_read_or_refused_and_never_an_error(audio: AudioFactory) -> None:
    whole = audio.mp4("1", 1)
    tables = whole.index(b"moov")
    for place in range(0, len(whole), 31):
        read_track(lambda at, length, cut=whole[:place]: cut[at : at + length], place)  # type: ignore[misc]
    for place in range(tables, min(tables + 1500, len(whole))):
        altered = bytearray(whole)
        altered[place] ^= 0xFF
        track = read_track(lambda at, length, data=bytes(altered): data[at : at + length], len(whole))  # type: ignore[misc]
        if track is not None:
            join_tracks([track, track])
