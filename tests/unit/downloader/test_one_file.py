# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.domain.book_form import BookForm
from ohdio_core.errors import NeedsPerson
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.transcript import read_transcript
from ohdio_downloader.media.verify import verify
from ohdio_downloader.one_file import OneFile
from ohdio_downloader.packaging import Packaged, Packaging, VerifiedPart
from ohdio_downloader.packagings import packaging_for
from ohdio_downloader.workdir import WorkDir
from tests.players.audiobookshelf import items_of
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg
from tests.unit.downloader.sound import encoded, packets

SECOND = timedelta(seconds=1)
PARTS = tuple(Part(index, f"m-{index}", title=title) for index, title in enumerate(("Le quai", "La barque", "Le gué")))
BOOK = BookDetails(title="Les passages", authors=("Inès Bau",), parts=PARTS)
COVER = read_cover(jpeg(2))
LENGTHS = (3, 5, 2)


def packaging(
    work_dir: WorkDir, book: BookDetails = BOOK, form: BookForm = BookForm.M4B, keep_free: int = 0
) -> Packaging:
    return packaging_for(form, book, work_dir, name_bytes=200, check=lambda: None, keep_free=keep_free)


def sounds(audio: AudioFactory) -> list[bytes]:
    return [audio.mp4(f"one {seconds}", seconds) for seconds in LENGTHS]


def add(
    work_dir: WorkDir,
    files: Packaging,
    sound: Sequence[bytes],
    suffix: str = ".m4a",
    chapters: Mapping[int, tuple[Span, ...]] | None = None,
) -> None:
    for part, data in zip(PARTS, sound, strict=False):
        path = work_dir.fetch_path(part).with_suffix(suffix)
        path.write_bytes(data)
        duration = verify(path, is_whole=True, check=lambda: None).duration
        files.add(VerifiedPart(part, path, duration, (chapters or {}).get(part.index, ()), None))


def whole(root: Path, sound: Sequence[bytes], **how: object) -> Packaged:
    with WorkDir(root, "1") as work_dir:
        files = packaging(work_dir)
        files.add_cover(COVER)
        add(work_dir, files, sound, **how)  # type: ignore[arg-type]
        return files.close()


def listed(path: Path) -> list[tuple[float, str]]:
    with av.open(str(path)) as container:
        return [
            (float(each["start"] * (each["time_base"] or 0)), each["metadata"]["title"])
            for each in container.chapters()
        ]


def test_has_every_packet_of_its_parts_and_begins_a_chapter_with_each(tmp_path: Path, audio: AudioFactory) -> None:
    parts = sounds(audio)
    packaged = whole(tmp_path, parts)
    assert {path.name for path in packaged.directory.iterdir()} == {"Les passages.m4b", "cover.jpg"}
    (file,) = packaged.files
    path = packaged.directory / file.name
    assert (file.size, file.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
    separate = [tmp_path / f"{number}.m4a" for number in range(3)]
    for each, data in zip(separate, parts, strict=True):
        each.write_bytes(data)
    assert packets(path) == [packet for each in separate for packet in packets(each)]
    lengths = [verify(each, is_whole=True, check=lambda: None).duration.total_seconds() for each in separate]
    assert file.duration_seconds == pytest.approx(sum(lengths), rel=0.001)
    assert verify(path, is_whole=True, check=lambda: None).duration.total_seconds() == pytest.approx(sum(lengths))
    starts = [0.0, lengths[0], lengths[0] + lengths[1]]
    assert [title for _, title in listed(path)] == ["Le quai", "La barque", "Le gué"]
    assert [start for start, _ in listed(path)] == pytest.approx(starts, abs=0.002)
    assert [start for start, _ in file.chapters or ()] == pytest.approx(starts, abs=0.002)
    tags = MP4(path)
    assert (tags["\xa9alb"], tags["\xa9nam"], tags["trkn"]) == (["Les passages"], ["Les passages"], [(1, 1)])
    assert [bytes(cover) for cover in tags["covr"]] == [COVER.data]
    assert [chapter.title for chapter in tags.chapters or ()] == ["Le quai", "La barque", "Le gué"]


def test_chapters_within_parts_are_named_by_both(tmp_path: Path, audio: AudioFactory) -> None:
    inside = (Span(SECOND * 0, SECOND * 2, "L’aube"), Span(SECOND * 2, SECOND * 5, "Midi"))
    packaged = whole(tmp_path, sounds(audio), chapters={1: inside})
    (file,) = packaged.files
    assert [title for _, title in file.chapters or ()] == [
        "Le quai",
        "La barque \u2013 L’aube",
        "La barque \u2013 Midi",
        "Le gué",
    ]
    found = listed(packaged.directory / file.name)
    assert [title for _, title in found] == [title for _, title in file.chapters or ()]
    assert found[2][0] - found[1][0] == pytest.approx(2, abs=0.01)
    with av.open(str(packaged.directory / file.name)) as container:
        assert len(container.streams.audio) == 1


def test_nothing_is_heard_of_what_encoders_put_around_the_sound(tmp_path: Path, audio: AudioFactory) -> None:
    parts = [encoded(data, "aac", "ipod", 22_050) for data in sounds(audio)]
    packaged = whole(tmp_path, parts)
    (file,) = packaged.files
    alone = []
    for data in parts:
        (tmp_path / "part.m4a").write_bytes(data)
        with av.open(str(tmp_path / "part.m4a")) as container:
            assert container.duration is not None
            alone.append(container.duration / 1_000_000)
    with av.open(str(packaged.directory / file.name)) as container:
        assert container.duration is not None
        assert container.duration / 1_000_000 == pytest.approx(sum(alone), abs=0.003)
        stream = container.streams.audio[0]
        heard = sum(frame.samples for frame in container.decode(stream)) / 22_050
    # Of each border as much is left as the last packet of the part before it has behind its sound.
    assert 0 <= heard - sum(alone) < 3 * 0.05
    assert [start for start, _ in file.chapters or ()] == pytest.approx([0, alone[0], alone[0] + alone[1]], abs=0.003)


def test_the_only_part_of_a_book_gets_the_name_alone(tmp_path: Path, audio: AudioFactory) -> None:
    book = replace(BOOK, parts=PARTS[:1])
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir, book)
        add(work_dir, files, sounds(audio)[:1])
        packaged = files.close()
    (file,) = packaged.files
    path = packaged.directory / file.name
    assert (path.name, path.stat().st_size) == ("Les passages.m4b", file.size)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256


def as_mp3(audio: AudioFactory) -> tuple[list[bytes], str]:
    return [audio.mp3(f"{seconds}", seconds) for seconds in LENGTHS], ".mp3"


def of_two_rates(audio: AudioFactory) -> tuple[list[bytes], str]:
    first, *others = sounds(audio)
    return [encoded(first, "aac", "ipod", 22_050), *others], ".m4a"


def of_a_rate_that_changes(audio: AudioFactory) -> tuple[list[bytes], str]:
    first, *others = [audio.mp3(f"{seconds}", seconds) for seconds in LENGTHS]
    return [first + encoded(first, "libmp3lame", "mp3", 44_100), *others], ".mp3"


@pytest.mark.parametrize(
    ("made", "form", "remark"),
    [
        (as_mp3, BookForm.M4B, "book_form.needs_encoding"),
        (of_two_rates, BookForm.M4B, "book_form.differs"),
        (of_a_rate_that_changes, BookForm.MP3, "book_form.differs"),
    ],
)
def test_parts_that_cannot_be_one_without_loss_stay_and_it_is_said_why(
    tmp_path: Path,
    audio: AudioFactory,
    made: Callable[[AudioFactory], tuple[list[bytes], str]],
    form: BookForm,
    remark: str,
) -> None:
    sound, suffix = made(audio)
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir, form=form)
        add(work_dir, files, sound, suffix)
        packaged = files.close()
    assert packaged.remark is not None
    assert packaged.remark.id == remark
    assert [file.name for file in packaged.files] == [
        f"0{number} - {part.title}{suffix}" for number, part in enumerate(PARTS, 1)
    ]


def test_a_run_that_is_killed_at_any_step_joins_what_was_added(tmp_path: Path, audio: AudioFactory) -> None:
    parts = sounds(audio)
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        files.add_cover(COVER)
        add(work_dir, files, parts[:2])
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        assert [files.size_of(part) is None for part in PARTS] == [False, False, True]
        path = work_dir.fetch_path(PARTS[2]).with_suffix(".m4a")
        path.write_bytes(parts[2])
        files.add(VerifiedPart(PARTS[2], path, 2 * SECOND, (), read_transcript(b"Une phrase.")))
        files.close()
    with WorkDir(tmp_path, "1") as work_dir:  # it had been joined, and was not filed yet
        shutil.rmtree(work_dir.path / "one")
        files = packaging(work_dir)
        assert all(files.size_of(part) for part in PARTS)
        (file,) = files.close().files
        found = {path.name for path in (work_dir.path / "one").iterdir()}
        assert found == {"Les passages.m4b", "cover.jpg", "03 - Le gué.txt"}
        assert MP4(work_dir.path / "one" / file.name)["covr"]


def test_what_was_said_in_its_parts_is_one_transcript(tmp_path: Path, audio: AudioFactory) -> None:
    said = read_transcript(b"WEBVTT\n\n00:01.000 --> 00:02.000\nLa mer.")
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        for part, data in zip(PARTS, sounds(audio), strict=True):
            path = work_dir.fetch_path(part).with_suffix(".m4a")
            path.write_bytes(data)
            files.add(VerifiedPart(part, path, LENGTHS[part.index] * SECOND, (), None if part.index == 1 else said))
        directory = files.close().directory
    assert {path.name for path in directory.iterdir()} == {"Les passages.m4b", "Les passages.vtt"}
    found = (directory / "Les passages.vtt").read_text(encoding="utf-8").split("\n\n")
    assert [cue[:9] for cue in found] == ["WEBVTT", "00:00:01.", "00:00:09."]


def test_it_waits_where_there_is_no_room_for_a_second_copy(tmp_path: Path, audio: AudioFactory) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        add(work_dir, packaging(work_dir), sounds(audio))
        free = shutil.disk_usage(tmp_path).free
        files = packaging(work_dir, keep_free=free - 10_000)
        assert all(files.size_of(part) for part in PARTS)
        assert isinstance(files, OneFile)
        with pytest.raises(NeedsPerson):
            files.close()
        assert list((work_dir.path / "one").iterdir()) == []


def test_players_find_every_chapter_of_it(tmp_path: Path, audio: AudioFactory) -> None:
    packaged = whole(tmp_path, sounds(audio))
    folder = tmp_path / "library" / "Inès Bau" / "Les passages"
    shutil.copytree(packaged.directory, folder)
    (item,) = items_of(tmp_path / "library")
    assert [title for _, title in item.chapters] == ["Le quai", "La barque", "Le gué"]
    assert (len(item.tracks), item.has_cover) == (1, True)


class TestAnMp3:
    """The frames of all parts, one behind the other, with their number before them and the chapters in its tags."""

    def joined(self, root: Path, sound: Sequence[bytes]) -> tuple[Packaged, Path]:
        with WorkDir(root, "1") as work_dir:
            files = packaging(work_dir, form=BookForm.MP3)
            files.add_cover(COVER)
            add(work_dir, files, sound, ".mp3")
            packaged = files.close()
        return packaged, packaged.directory / packaged.files[0].name

    def test_has_every_frame_and_a_chapter_for_each_part(self, tmp_path: Path, audio: AudioFactory) -> None:
        sound = [audio.mp3(f"{seconds}", seconds) for seconds in LENGTHS]
        packaged, path = self.joined(tmp_path, sound)
        assert {each.name for each in packaged.directory.iterdir()} == {"Les passages.mp3", "cover.jpg"}
        assert path.read_bytes().endswith(b"".join(sound))
        heard = verify(path, is_whole=True, check=lambda: None)
        lengths = [len(each) / 8000 for each in sound]
        assert heard.duration.total_seconds() == pytest.approx(sum(lengths))
        assert packaged.files[0].duration_seconds == pytest.approx(sum(lengths))
        with av.open(str(path)) as container:
            assert container.duration is not None
            assert container.duration / 1_000_000 == pytest.approx(sum(lengths), rel=0.001)
        assert [title for _, title in listed(path)] == [part.title for part in PARTS]
        starts = [0, lengths[0], lengths[0] + lengths[1]]
        assert [start for start, _ in listed(path)] == pytest.approx(starts, abs=0.002)
        tags = ID3(path)
        assert [str(tags[name]) for name in ("TALB", "TIT2", "TRCK")] == ["Les passages", "Les passages", "1/1"]
        assert tags.getall("APIC")[0].data == COVER.data

    def test_is_made_of_files_that_count_their_frames_too(self, tmp_path: Path, audio: AudioFactory) -> None:
        sound = [encoded(audio.mp3(f"{seconds}", seconds), "libmp3lame", "mp3", 44_100) for seconds in LENGTHS]
        packaged, path = self.joined(tmp_path, sound)
        separate = []
        for number, data in enumerate(sound):
            (tmp_path / f"{number}.mp3").write_bytes(data)
            separate.append(verify(tmp_path / f"{number}.mp3", is_whole=True, check=lambda: None).duration)
        seconds = sum(separate, timedelta()).total_seconds()
        assert packaged.files[0].duration_seconds == pytest.approx(seconds, abs=0.06)
        assert verify(path, is_whole=True, check=lambda: None).stated is not None
        with av.open(str(path)) as container:
            heard = sum(frame.samples for frame in container.decode(audio=0)) / 44_100
        assert heard == pytest.approx(seconds, abs=0.06)

    def test_of_one_part_is_that_part(self, tmp_path: Path, audio: AudioFactory) -> None:
        with WorkDir(tmp_path, "1") as work_dir:
            files = packaging(work_dir, replace(BOOK, parts=PARTS[:1]), BookForm.MP3)
            add(work_dir, files, [audio.mp3("1", 1)], ".mp3")
            packaged = files.close()
        assert ([file.name for file in packaged.files], packaged.remark) == (["Les passages.mp3"], None)

    def test_of_more_chapters_than_it_can_list_has_the_parts(self, tmp_path: Path, audio: AudioFactory) -> None:
        many = tuple(Span(SECOND * n / 50, SECOND * (n + 1) / 50, f"{n}") for n in range(140))
        with WorkDir(tmp_path, "1") as work_dir:
            files = packaging(work_dir, form=BookForm.MP3)
            add(work_dir, files, [audio.mp3(f"{n}", 3) for n in range(3)], ".mp3", {0: many, 1: many})
            (file,) = files.close().files
        assert [title for _, title in file.chapters or ()] == ["Le quai", "La barque", "Le gué"]
