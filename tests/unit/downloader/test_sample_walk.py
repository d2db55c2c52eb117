"""An MP4 that is read by its tables tells the same as one that FFmpeg reads packet by packet."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from ohdio_core.mp4.reading import SampleTables
from ohdio_core.mp4.writing import SENT, begin_data, write_index
from ohdio_downloader.media.adts import FRAME_SAMPLES
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.one_m4b import OneM4b, read_tables
from ohdio_downloader.media.probe import open_audio
from ohdio_downloader.media.sample_walk import SampleWalk
from ohdio_downloader.media.verify import Sound, verify
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, repacked

Maker = Callable[[AudioFactory, Path], bytes]


def nothing() -> None:
    """Nobody wants to stop."""


def _index_first(audio: AudioFactory, _: Path) -> bytes:
    return audio.mp4("a", 20)


def _index_last(audio: AudioFactory, _: Path) -> bytes:
    return repacked(audio.mp4("a", 20), "ipod")


def _chapters(audio: AudioFactory, folder: Path) -> bytes:
    parts = [folder / "1", folder / "2"]
    for number, part in enumerate(parts):
        part.write_bytes(audio.mp4(f"part {number}", 5))
    tables = [read_tables(part) for part in parts]
    spans = [Span(timedelta(seconds=5 * each), timedelta(seconds=5 * each + 5), f"Chapter {each}") for each in (0, 1)]
    one = OneM4b([(part, each) for part, each in zip(parts, tables, strict=True) if each is not None])
    one.write(folder / "one", spans, nothing, room=0)
    return (folder / "one").read_bytes()


def _small_chunks(audio: AudioFactory, folder: Path) -> bytes:
    return _in_chunks(audio, folder, [7] * 40, between=b"picture")


def _in_chunks(audio: AudioFactory, folder: Path, counts: Sequence[int], between: bytes) -> bytes:
    """Return a file whose samples lie in chunks, with something else between them."""
    path = folder / "one"
    path.write_bytes(audio.mp4("a", 20))
    samples, tables = packets(path), read_tables(path)
    assert tables is not None
    cuts = [0, *(each for each in accumulate(counts) if each < len(samples)), len(samples)]
    chunks = [b"".join(samples[first:end]) for first, end in pairwise(cuts)]
    offsets = [at + len(between) * number for number, at in enumerate(accumulate(map(len, chunks[:-1]), initial=0))]
    data = between.join(chunks)
    runs = [(number, end - first) for number, (first, end) in enumerate(pairwise(cuts), 1)]
    begun = SENT + begin_data(len(data))
    index = write_index([tables._replace(chunks=runs, offsets=offsets)], [len(begun)])
    return begun + data + index


def _longer_than_said(tables: SampleTables) -> SampleTables:
    return tables._replace(ticks=tables.timescale)


def _longer_samples(tables: SampleTables) -> SampleTables:
    return tables._replace(times=struct.pack(">II", len(tables.sizes) // 4, 2 * FRAME_SAMPLES))


def _without_bytes(tables: SampleTables) -> SampleTables:
    """Return tables in which half of the samples have none."""
    count = len(tables.sizes) // 4
    sizes = b"".join(tables.sizes[at : at + 4] + bytes(4) for at in range(0, 4 * count, 4))
    times = struct.pack(">II", 2 * count, FRAME_SAMPLES)
    return tables._replace(sizes=sizes, times=times, ticks=2 * count * FRAME_SAMPLES, chunks=[(1, 2 * count)])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part"


def _read_by_ffmpeg(path: Path, monkeypatch: pytest.MonkeyPatch) -> Sound:
    with monkeypatch.context() as patched:
        patched.setattr(SampleWalk, "of", lambda *_: None)
        return verify(path, is_whole=True, check=nothing)


@pytest.mark.parametrize("make", [_index_first, _index_last, _chapters, _small_chunks])
class TestAFile:
    def test_tells_the_same(
        self, make: Maker, audio: AudioFactory, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path.write_bytes(make(audio, tmp_path))
        assert verify(path, is_whole=True, check=nothing) == _read_by_ffmpeg(path, monkeypatch)

    def test_has_each_sample_where_ffmpeg_finds_it(
        self, make: Maker, audio: AudioFactory, path: Path, tmp_path: Path
    ) -> None:
        path.write_bytes(make(audio, tmp_path))
        with open_audio(path) as (_, stream):
            walk = SampleWalk.of(path, stream)
        assert walk is not None
        sound, there = sha256(), packets(path)
        read = dict(walk.read(16, ends=40, take_in=sound.update, check=nothing))
        ends = [*range(40), *range(len(there) - 40, len(there))]
        assert list(read) == sorted({*ends, *range(0, len(there), 16)})
        assert all(there[number] == data for number, data in read.items())
        assert sound.digest() == sha256(b"".join(there)).digest()


class TestWhatIsLeftToFfmpeg:
    @pytest.mark.parametrize(
        "make",
        [
            lambda audio: encoded(audio.mp4("a", 5), "aac", "mp4"),  # its encoder's beginning is not played
            lambda audio: repacked(audio.mp4("a", 5), "mp4", {"movflags": "frag_keyframe+empty_moov"}),
            lambda audio: repacked(audio.mp4("a", 5), "adts"),
            lambda audio: encoded(audio.mp4("a", 5), "alac", "ipod"),
            lambda audio: audio.mp4("a", 20)[:-2000],  # cut
        ],
    )
    def test_other_files(self, make: Callable[[AudioFactory], bytes], audio: AudioFactory, path: Path) -> None:
        path.write_bytes(make(audio))
        with open_audio(path) as (_, stream):
            assert SampleWalk.of(path, stream) is None

    def test_tables_of_which_a_sample_is_not_there(self, audio: AudioFactory, path: Path) -> None:
        data = bytearray(audio.mp4("a", 20))
        sizes = data.index(b"stsz") + 16
        data[sizes : sizes + 4] = (2**24).to_bytes(4, "big")
        path.write_bytes(data)
        with open_audio(path) as (_, stream):
            assert SampleWalk.of(path, stream) is None

    @pytest.mark.parametrize("change", [_longer_than_said, _longer_samples, _without_bytes])
    def test_tables_that_say_another_length_than_they_have(
        self,
        change: Callable[[SampleTables], SampleTables],
        audio: AudioFactory,
        path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        path.write_bytes(audio.mp4("a", 20))
        samples, tables = packets(path), read_tables(path)
        assert tables is not None
        data = b"".join(samples)
        one_chunk = change(tables._replace(chunks=[(1, len(samples))], offsets=[0]))
        begun = SENT + begin_data(len(data))
        path.write_bytes(begun + data + write_index([one_chunk], [len(begun)]))
        sound = verify(path, is_whole=True, check=nothing)
        assert sound == _read_by_ffmpeg(path, monkeypatch)
        assert sound.sha256 == sha256(data).hexdigest()
        tables = read_tables(path)
        assert tables is not None
        count, each = struct.unpack(">II", tables.times)
        assert tables.ticks == count * each, "what follows in one file would begin too early"


def test_a_file_that_becomes_shorter_is_an_error(audio: AudioFactory, path: Path) -> None:
    path.write_bytes(audio.mp4("a", 20))
    with open_audio(path) as (_, stream):
        walk = SampleWalk.of(path, stream)
    assert walk is not None
    os.truncate(path, 5_000)

    with pytest.raises(OSError, match="part"):
        list(walk.read(16, ends=40, take_in=lambda _: None, check=nothing))
