# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

"""Files that are odd and whole, from their address to what is filed: exact, or refused once, in words."""

from __future__ import annotations

import io
import os
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest
from mutagen.id3 import APIC, ID3, TIT2
from mutagen.mp4 import MP4

from ohdio_core.domain.audiobook import Media, MediaKind, Part
from ohdio_core.errors import PermanentError
from ohdio_core.sources.http import SiteClient
from ohdio_downloader.fetch.protocol import FetchLimits
from ohdio_downloader.media.formats import container_at
from ohdio_downloader.media.length import correct_length
from ohdio_downloader.media.mpeg import frame_count, read_frames
from ohdio_downloader.media.probe import DamagedAudio, probe
from ohdio_downloader.media.tag import write_details
from ohdio_downloader.media.taggable import taggable
from ohdio_downloader.media.taggers.details import FileDetails
from ohdio_downloader.media.verify import Sound as Heard
from ohdio_downloader.media.verify import verify
from ohdio_downloader.media.wave_size import correct_wave_size
from ohdio_downloader.promised import remark_on
from tests.integration.downloader import tones
from tests.integration.downloader.faulty_origin import FaultyOrigin, Serving
from tests.integration.downloader.shelf import BOOK, collect, collect_book
from tests.integration.downloader.tones import Sound
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg
from tests.unit.downloader.sound import encoded, packets, pcm, repacked

MP3 = Sound("mp3")


class Filing:
    """Files one file after another."""

    def __init__(self, client: SiteClient, origin: FaultyOrigin, root: Path) -> None:
        self._client = client
        self._origin = origin
        self.root = root

    def __call__(self, data: bytes) -> Path:
        url = self._origin.serve("/file", Serving(data, content_type="application/octet-stream"))
        return collect(Media(url, MediaKind.HTTP), self.root, self._client, FetchLimits())

    def refused(self, data: bytes) -> str:
        """Return why a file is refused, at the second transfer at the latest."""
        with pytest.raises((PermanentError, DamagedAudio)) as caught:
            self(data)
        if isinstance(caught.value, DamagedAudio):
            with pytest.raises(PermanentError) as caught:
                self(data)
        return str(caught.value)


@pytest.fixture
def file(client: SiteClient, faulty: FaultyOrigin, tmp_path: Path) -> Filing:
    return Filing(client, faulty, tmp_path)


def mp3(pitch: int, sound: Sound = MP3) -> bytes:
    return b"".join(tones.frames(pitch, sound))


def seconds(path: Path) -> float:
    """What players show."""
    duration = probe(path).duration
    assert duration is not None
    return duration.total_seconds()


class TestAnMp3:
    @pytest.mark.parametrize("first", [Sound("mp3"), Sound("mp3", channels=2)])
    def test_with_an_advertisement_of_other_channels_keeps_every_frame(self, file: Filing, first: Sound) -> None:
        second = Sound("mp3", channels=3 - first.channels)
        advertisement, book = repacked(mp3(900, first), "mp3"), mp3(300, second) + mp3(600, second)
        filed = file(advertisement + book)
        assert filed.suffix == ".mp3"
        assert filed.read_bytes().endswith(book)
        assert seconds(filed) == pytest.approx(3 * MP3.seconds, abs=0.1)
        frames = read_frames(filed, 1, lambda: None)
        assert frames is not None
        assert frames.duration.total_seconds() == pytest.approx(3 * MP3.seconds, abs=0.01)
        sound = verify(filed, is_whole=True, check=lambda: None)
        assert "browsers among them" in str(remark_on(sound, None))

    def test_whose_rate_changes_keeps_every_frame(self, file: Filing, audio: AudioFactory) -> None:
        low = encoded(audio.mp3("odd", 2), "libmp3lame", "mp3", 24_000)
        filed = file(low + mp3(300) * 3)
        assert filed.read_bytes().endswith(mp3(300) * 3)
        assert seconds(filed) == pytest.approx(2 + 3 * MP3.seconds, abs=0.2)

    def test_in_a_wav_is_an_mp3(self, file: Filing) -> None:
        filed = file(repacked(mp3(300), "wav"))
        assert filed.suffix == ".mp3"
        assert packets(filed) == list(tones.frames(300, MP3))


def synchsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def tag() -> bytes:
    buffer, tags = io.BytesIO(), ID3()
    tags.add(TIT2(3, text="mixdown"))
    tags.add(APIC(3, mime="image/jpeg", type=3, desc="", data=jpeg(3) + bytes(range(256)) * 80))
    tags.save(buffer)
    return buffer.getvalue()


def sized(size: bytes) -> bytes:
    whole = tag()
    return whole[:6] + size + whole[10:]


class TestATagThatSaysAWrongSize:
    """Wrong by a slip of its program; what is heard is what there is, and what it has is no sound."""

    @pytest.mark.parametrize(
        "lie",
        [
            lambda size: size.to_bytes(4, "big"),
            lambda _: synchsafe(0),
            lambda _: synchsafe(1_000),
            lambda size: synchsafe(size - 10),
            lambda size: synchsafe(size + 10),
            lambda size: synchsafe(size + 5_001),
            lambda size: synchsafe(size + len(mp3(300))),
            lambda _: synchsafe(2**27),
        ],
        ids=["eight bits", "none", "picture left out", "its header", "too much", "hides", "hides all", "no file has"],
    )
    @pytest.mark.parametrize("behind", [0, 1])
    def test_hides_no_sound_and_is_none(self, file: Filing, lie: Callable[[int], bytes], behind: int) -> None:
        sound = mp3(300)
        filed = file(sized(lie(len(tag()) - 10)) + tag() * behind + sound)
        assert filed.read_bytes().endswith(sound)
        assert packets(filed) == list(tones.frames(300, MP3))
        tags = ID3(filed)
        assert tags["TIT2"].text == ["Sept notes"]
        assert tags.getall("APIC")

    def test_before_aac_hides_no_sound(self, file: Filing, audio: AudioFactory) -> None:
        reference = file.root / "reference.mp4"
        reference.write_bytes(audio.mp4("odd", 2))
        adts = repacked(audio.mp4("odd", 2), "adts")
        for lie in (synchsafe(0), (len(tag()) - 10).to_bytes(4, "big")):
            assert packets(file(sized(lie) + adts)) == packets(reference)


@pytest.mark.parametrize("lie", [100, -100, 2**31, -8], ids=["more", "less", "no file has", "none of the index"])
def test_an_mp4_whose_sound_says_a_wrong_size_is_whole(file: Filing, audio: AudioFactory, lie: int) -> None:
    data = repacked(audio.mp4("odd", 2), "ipod")
    reference = file.root / "reference.m4a"
    reference.write_bytes(data)
    place = data.index(b"mdat") - 4
    assert data.index(b"moov") > place
    size = int.from_bytes(data[place : place + 4], "big")
    filed = file(data[:place] + (size + lie).to_bytes(4, "big") + data[place + 4 :])
    assert packets(filed) == packets(reference)
    assert seconds(filed) == pytest.approx(2, abs=0.1)


def test_an_mp4_without_an_index_is_refused(file: Filing, audio: AudioFactory) -> None:
    data = repacked(audio.mp4("odd", 2), "ipod")
    assert "not readable audio" in file.refused(data[: data.index(b"moov") - 4])


class TestOggFilesBehindOneAnother:
    @pytest.mark.parametrize("codec", ["libopus", "vorbis", "flac"])
    def test_are_one_of_their_whole_length(self, file: Filing, audio: AudioFactory, codec: str) -> None:
        first, second = (encoded(audio.mp3(name, 2), codec, "ogg", 48_000) for name in "ab")
        each = [file.root / "1.ogg", file.root / "2.ogg"]
        for path, data in zip(each, (first, second), strict=True):
            path.write_bytes(data)
        filed = file(first + second)
        assert seconds(filed) == pytest.approx(4, abs=0.2)
        if codec == "flac":
            assert pcm(filed) == pcm(each[0]) + pcm(each[1])
        else:
            assert packets(filed) == packets(each[0]) + packets(each[1])

    def test_that_are_not_encoded_alike_are_refused_in_words(self, file: Filing, audio: AudioFactory) -> None:
        data = encoded(audio.mp3("a", 1), "vorbis", "ogg") + encoded(audio.mp3("a", 1), "vorbis", "ogg", 48_000)
        assert "changes its encoding midway, from VORBIS, 16,000 Hz" in file.refused(data)

    def test_of_which_one_is_cut_are_refused(self, file: Filing, audio: AudioFactory) -> None:
        one = encoded(audio.mp3("a", 2), "libopus", "ogg", 48_000)
        spoilt = one[:300] + bytes(len(one) - 300)
        assert "damaged" in file.refused(one + spoilt[:27] + spoilt[27:300] + one)


def test_xhe_aac_that_cannot_be_decoded_is_named(file: Filing, audio: AudioFactory) -> None:
    data = audio.mp4("odd", 2)
    with av.open(io.BytesIO(data)) as container:
        config = bytes(container.streams.audio[0].codec_context.extradata or b"")
    assert data.count(config) == 1
    # The first bits say what it is: 42, xHE-AAC, in the place of 2, and no more is known of it.
    assert "The audio is xHE-AAC" in file.refused(data.replace(config, b"\xf9\x48".ljust(len(config), b"\0")))


class TestPicturesInside:
    """Of a book whose source names no cover."""

    def test_are_its_cover_and_in_later_parts_that_have_none(
        self, client: SiteClient, faulty: FaultyOrigin, tmp_path: Path
    ) -> None:
        files = [mp3(300), tag() + mp3(450), tag().replace(b"mixdown", b"another") + mp3(600), mp3(900)]
        media = {
            str(number): Media(faulty.serve(f"/{number}", Serving(data)), MediaKind.HTTP)
            for number, data in enumerate(files)
        }
        parts = tuple(Part(int(name), name) for name in media)
        book = replace(BOOK, details=replace(BOOK.details, parts=parts))
        folder = collect_book(book, media, tmp_path, client, FetchLimits())
        cover = (folder / "cover.jpg").read_bytes()
        pictures = [ID3(path).getall("APIC") for path in sorted(folder.glob("*.mp3"))]
        assert [[each.data == cover for each in found] for found in pictures] == [[], [True], [True], [True]]

    def test_that_cannot_be_read_are_none(self, file: Filing) -> None:
        broken = tag().replace(b"\xff\xd8\xff", b"\0\0\0")
        assert file(broken + mp3(300)).suffix == ".mp3"
        assert not list(file.root.rglob("cover.*"))


class TestFilesOfMoreThanFourGigabytes:
    """They are sparse: what is between is a hole that no disk keeps."""

    def test_whose_sound_lies_behind_that_is_read_and_tagged(self, tmp_path: Path, audio: AudioFactory) -> None:
        path, reference = tmp_path / "1.m4a", tmp_path / "reference.m4a"
        reference.write_bytes(repacked(audio.mp4("odd", 2), "ipod"))
        with path.open("wb") as file:
            for piece, length in spread(reference.read_bytes()):
                file.write(piece)
                file.seek(length, io.SEEK_CUR)
        assert path.stat().st_size > 2**32
        assert packets(path) == packets(reference)
        assert verify(path, is_whole=False, check=lambda: None).duration.total_seconds() == pytest.approx(2, abs=0.1)
        with taggable(path, room=1000, check=lambda: None) as tagged:
            write_details(tagged, container_at(tagged), FileDetails(texts={"TITLE": "La rive"}))
            assert packets(tagged) == packets(reference)
            assert MP4(tagged)["\xa9nam"] == ["La rive"]

    @pytest.mark.parametrize("behind", [b"", b"LIST" + bytes((20, 0, 0, 0)) + bytes(20)], ids=["nothing", "tags"])
    def test_whose_size_does_not_fit_into_a_wav_are_all_sound(self, tmp_path: Path, behind: bytes) -> None:
        path, size = tmp_path / "a.wav", 2**32 + 96_000
        with wave.open(str(path), "wb") as header:
            header.setparams((1, 2, 48_000, 0, "NONE", ""))
            header.writeframes(bytes(96_000))
        os.truncate(path, 44 + size)
        with path.open("ab") as file:
            file.write(behind)
        correct_wave_size(path)
        assert path.stat().st_size == 44 + size
        info = probe(path)
        assert info.stated is None or info.stated.total_seconds() == pytest.approx(size / 96_000, abs=1)
        with av.open(str(path)) as container:
            container.seek(40_000 * av.time_base)
            assert next(container.decode(audio=0)).time == pytest.approx(40_000, abs=1)

    def test_whose_frames_are_counted_wrongly_are_counted_as_far_as_a_number_has_room(self, tmp_path: Path) -> None:
        path = tmp_path / "1.mp3"
        path.write_bytes(repacked(mp3(300), "mp3"))
        os.truncate(path, 2**32 + 10**6)
        correct_length(path, Heard(timedelta(hours=150), timedelta(hours=1), ""), lambda: None)
        with path.open("rb") as file:
            start = file.read(400)
        counted = frame_count(start[start.index(b"\xff\xfb") :])
        assert counted == pytest.approx(150 * 3600 * 32_000 / 1152, abs=1)


def spread(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield the pieces of an MP4 whose index is at its end, each with the length of the hole behind it.

    A box of 4 GiB lies before the sound, so that the places of chunks have eight bytes ("co64").
    """
    hole = 2**32
    sound, index = data.index(b"mdat") - 4, data.index(b"moov") - 4
    table = data.index(b"stco") - 4
    count = int.from_bytes(data[table + 12 : table + 16], "big")
    places = [int.from_bytes(data[table + 16 + 4 * n : table + 20 + 4 * n], "big") + hole + 16 for n in range(count)]
    longer = b"".join(place.to_bytes(8, "big") for place in places)
    moov = bytearray(data[index:])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stco"):
        start = moov.index(kind) - 4
        moov[start : start + 4] = (int.from_bytes(moov[start : start + 4], "big") + 4 * count).to_bytes(4, "big")
    start = moov.index(b"stco")
    moov[start : start + 12 + 4 * count] = b"co64" + moov[start + 4 : start + 12] + longer
    yield data[:sound] + b"\0\0\0\1free" + (hole + 16).to_bytes(8, "big"), hole
    yield data[sound:index] + bytes(moov), 0


def test_alac_is_kept_as_it_is(file: Filing, audio: AudioFactory) -> None:
    data = encoded(audio.mp3("odd", 2), "alac", "ipod")
    filed = file(data)
    assert filed.suffix == ".m4a"
    assert probe(filed).codec == "alac"
    other = file.root / "reference"
    other.write_bytes(data)
    assert packets(filed) == packets(other)
