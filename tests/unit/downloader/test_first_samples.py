"""A plain MP4 of which FFmpeg is shown only the beginning tells the same as one that it knows whole."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from ohdio_core.mp4.writing import SENT, ChapterTrack, begin_data, index_pieces
from ohdio_downloader.media.adts import FRAME_SAMPLES
from ohdio_downloader.media.chapters import Span, chapters_at, spans_in
from ohdio_downloader.media.first_samples import open_headers
from ohdio_downloader.media.one_m4b import read_tables
from ohdio_downloader.media.probe import DamagedAudio, open_audio
from ohdio_downloader.media.sample_walk import SampleWalk
from ohdio_downloader.media.verify import Sound, verify
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, repacked

_COUNT = 100  # samples
_SEED = 20_261_130
_TABLES = (b"stts", b"stsc", b"stsz", b"co64")

Told = Sound | tuple[Span, ...] | str


def nothing() -> None:
    """Nobody wants to stop."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "part"


def _plain(audio: AudioFactory, path: Path, each: int) -> bytes:
    """Return a file with its index last, as joined ones are, so many samples in a chunk, and with chapters."""
    path.write_bytes(audio.mp4("a", 20))
    samples, tables = packets(path)[:_COUNT], read_tables(path)
    assert tables is not None
    cuts = [*range(0, _COUNT, each), _COUNT]
    chunks = [b"".join(samples[first:end]) for first, end in pairwise(cuts)]
    last = cuts[-1] - cuts[-2]
    shortened = tables._replace(
        ticks=_COUNT * FRAME_SAMPLES,
        times=struct.pack(">II", _COUNT, FRAME_SAMPLES),
        sizes=b"".join(len(sample).to_bytes(4, "big") for sample in samples),
        chunks=[(1, each)] if last == each else [(1, each), (len(chunks), last)],
        offsets=[sum(map(len, chunks[:number])) for number in range(len(chunks))],
    )
    chapters = ChapterTrack([0, 1000], ["One", "Two"], 2000)
    data = b"".join(chunks)
    begun = SENT + begin_data(len(data) + sum(map(len, chapters.samples)))
    starts = [len(begun)]
    index = index_pieces([shortened], starts, chapters=chapters, chapters_at=len(begun) + len(data))
    return b"".join([begun, data, *chapters.samples, *index])


def _table(data: bytes, kind: bytes) -> tuple[int, int]:
    """Return where the entries of a table of the sound begin, and where they end."""
    at = data.index(kind, data.rindex(b"moov")) - 4
    return at + (20 if kind == b"stsz" else 16), at + int.from_bytes(data[at : at + 4], "big")


def _said(ask: Callable[[], Told]) -> Told:
    try:
        return ask()
    except DamagedAudio as damage:
        return str(damage)


def _chapters_of_all(path: Path) -> tuple[Span, ...]:
    with open_audio(path) as (container, _):
        return spans_in(container)


def _verified(path: Path) -> Sound:
    return verify(path, is_whole=False, check=nothing)


def _changes(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield a place in the index, and another byte for it: of the tables' beginnings each, and some of all."""
    random = Random(_SEED)
    begins = [_table(data, kind)[0] for kind in _TABLES]
    counts = [place for begin in begins for place in range(begin - 16, begin + 8)]
    others = random.sample(range(data.rindex(b"moov") - 4, len(data)), 100)
    for place in (*counts, *others):
        yield place, data[place] ^ random.randrange(1, 256)


@pytest.mark.parametrize("each", [1, 7, 32, _COUNT])
class TestAPlainFile:
    def test_is_shown_in_part(self, each: int, audio: AudioFactory, path: Path) -> None:
        path.write_bytes(_plain(audio, path, each))
        with open_audio(path) as (_, stream):
            known = [(entry.pos, entry.size, entry.timestamp) for entry in stream.index_entries]
            duration = stream.duration
        with open_headers(path) as opened:
            shown = [(entry.pos, entry.size, entry.timestamp) for entry in opened.stream.index_entries]
            assert opened.stream.duration == duration
            assert SampleWalk.of(path, opened.stream, opened.shown) is not None
        assert len(known) == _COUNT
        assert opened.shown == len(shown)
        assert len(shown) < 40
        assert shown == known[: len(shown)]

    def test_is_told_of_as_if_all_were_shown(self, each: int, audio: AudioFactory, path: Path) -> None:
        path.write_bytes(_plain(audio, path, each))
        assert [chapter.title for chapter in chapters_at(path)] == ["One", "Two"]
        assert chapters_at(path) == _chapters_of_all(path)
        assert _verified(path).duration.total_seconds() == pytest.approx(_COUNT * FRAME_SAMPLES / 32_000)

    def test_is_damaged_where_ffmpeg_says_so(
        self, each: int, audio: AudioFactory, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = _plain(audio, path, each)
        for place, byte in _changes(data):
            path.write_bytes(data[:place] + bytes([byte]) + data[place + 1 :])
            found = _said(lambda: _verified(path)), _said(lambda: chapters_at(path))
            with monkeypatch.context() as patched:
                patched.setattr(SampleWalk, "of", lambda *_: None)
                by_ffmpeg = _said(lambda: _verified(path)), _said(lambda: _chapters_of_all(path))
            assert found == by_ffmpeg, f"byte {place - data.rindex(b'moov')} of the index became {byte}"


class TestAFault:
    """That is put in is found: the file is refused, or is not the one that was known any more."""

    @pytest.fixture
    def data(self, audio: AudioFactory, path: Path) -> bytes:
        return _plain(audio, path, 7)

    @pytest.fixture
    def before(self, data: bytes, path: Path) -> Sound:
        path.write_bytes(data)
        return _verified(path)

    def test_in_a_byte_of_a_sample(self, data: bytes, before: Sound, path: Path) -> None:
        begin = len(SENT + begin_data(0))
        end = begin + struct.unpack_from(">Q", data, begin - 8)[0] - 16 - 2 * 17  # behind it are the chapters
        for place in Random(_SEED).sample(range(begin, end), 60):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert _said(lambda: _verified(path)) != before

    @pytest.mark.parametrize(
        "numbers",
        [(b"stts", 7, 8), (b"stsc", 7, 12), (b"stsz", 3, 4), (b"co64", 7, 8)],
        ids=["how long samples are", "how many are in a chunk", "the size of one", "where a chunk is"],
    )
    def test_in_an_entry_of_a_table(
        self, numbers: tuple[bytes, int, int], data: bytes, before: Sound, path: Path
    ) -> None:
        kind, last, step = numbers
        begin, end = _table(data, kind)
        for place in range(begin + last, end, step):
            path.write_bytes(data[:place] + bytes([data[place] ^ 3]) + data[place + 1 :])
            assert _said(lambda: _verified(path)) != before, f"entry {(place - begin) // step}"

    def test_of_a_file_that_is_cut(self, data: bytes, path: Path) -> None:
        _, last = _table(data, b"co64")  # what is missing behind it is no sound
        for end in range(0, last, last // 50):
            path.write_bytes(data[:end])
            assert isinstance(_said(lambda: _verified(path)), str), f"of {len(data)} bytes {end} are there"


@pytest.mark.parametrize(
    "make",
    [
        lambda audio: encoded(audio.mp4("a", 5), "aac", "mp4"),  # with edits
        lambda audio: repacked(audio.mp4("a", 5), "mp4", {"movflags": "frag_keyframe+empty_moov"}),
        lambda audio: repacked(audio.mp4("a", 5), "adts"),
        lambda audio: audio.mp3("a", 5),
    ],
)
def test_other_files_are_shown_whole(make: Callable[[AudioFactory], bytes], audio: AudioFactory, path: Path) -> None:
    path.write_bytes(make(audio))
    with open_headers(path) as opened:
        assert opened.shown is None
