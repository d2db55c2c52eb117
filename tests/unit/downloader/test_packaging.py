# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import av
import pytest
from mutagen.id3 import CHAP, ID3, TIT2

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_core.errors import Postponed
from ohdio_downloader.media.chapters import Span
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.transcript import read_transcript
from ohdio_downloader.packaging import FilePerPart, VerifiedPart
from ohdio_downloader.workdir import WorkDir
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg
from tests.unit.downloader.sound import packets

SECOND = timedelta(seconds=1)
PARTS = (Part(0, "m-1", title="La marée"), Part(1, "m-2", title="Le gué"))
BOOK = BookDetails(title="Les passages", authors=("Inès Bau",), parts=PARTS)
COVER = read_cover(jpeg(2))


def packaging(work_dir: WorkDir, *, keep_free: int = 0) -> FilePerPart:
    return FilePerPart(BOOK, work_dir, name_bytes=200, check=lambda: None, keep_free=keep_free)


def verified(work_dir: WorkDir, part: Part, data: bytes, text: bytes = b"") -> VerifiedPart:
    path = work_dir.fetch_path(part).with_suffix(".mp3")
    path.write_bytes(data)
    return VerifiedPart(part, path, SECOND, (), read_transcript(text))


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def test_each_part_becomes_a_tagged_file_with_its_transcript_beside_the_cover(
    tmp_path: Path, audio: AudioFactory
) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        files.add_cover(COVER)
        for part in PARTS:
            files.add(
                verified(work_dir, part, audio.mp3(part.external_id, 1), b"WEBVTT\n\n00:00.000 --> 00:01.000\nUn")
            )
        package = files.close().directory
        assert names(package) == {
            "01 - La marée.mp3",
            "01 - La marée.vtt",
            "02 - Le gué.mp3",
            "02 - Le gué.vtt",
            "cover.jpg",
        }
        tags = ID3(package / "02 - Le gué.mp3")
        assert [str(tags[name]) for name in ("TALB", "TIT2", "TRCK")] == ["Les passages", "Le gué", "2/2"]
        assert tags.getall("APIC")[0].data == COVER.data


def test_what_was_added_in_an_earlier_run_is_known_and_filed_with_its_cover(
    tmp_path: Path, audio: AudioFactory
) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        first = packaging(work_dir)
        first.add_cover(COVER)
        size = first.add(verified(work_dir, PARTS[0], audio.mp3("1", 1), b"Une phrase."))
    with WorkDir(tmp_path, "1") as work_dir:
        second = packaging(work_dir)
        assert [second.size_of(part) for part in PARTS] == [size, None]
        second.add(verified(work_dir, PARTS[1], audio.mp3("2", 1)))
        packaged = second.close()
        assert names(packaged.directory) == {"01 - La marée.mp3", "01 - La marée.txt", "02 - Le gué.mp3", "cover.jpg"}
        assert [(file.index, file.name, file.size, file.sha256) for file in packaged.files] == [
            (index, path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
            for index, path in enumerate(sorted(packaged.directory.glob("*.mp3")))
        ]
        assert [file.duration_seconds for file in packaged.files] == [1.0, 1.0]


def test_the_checksum_of_a_file_that_an_earlier_version_made_is_found_out(tmp_path: Path, audio: AudioFactory) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        for part in PARTS:
            path = work_dir.fetch_path(part).with_suffix(".mp3")
            path.write_bytes(audio.mp3(part.external_id, 1))
            work_dir.record(part, path, f"{part.index}.mp3")
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        assert all(files.size_of(part) for part in PARTS)
        found = files.close().files
        assert [file.sha256 for file in found] == [
            hashlib.sha256((work_dir.book / file.name).read_bytes()).hexdigest() for file in found
        ]


def test_what_an_earlier_description_of_the_book_left_is_not_filed(tmp_path: Path, audio: AudioFactory) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        (work_dir.book / "03 - Un troisième.mp3").write_bytes(b"of before")
        files = packaging(work_dir)
        for part in PARTS:
            files.add(verified(work_dir, part, audio.mp3(part.external_id, 1)))
        assert names(files.close().directory) == {"01 - La marée.mp3", "02 - Le gué.mp3"}


def test_a_part_that_cannot_be_tagged_or_has_no_room_is_not_taken(tmp_path: Path, audio: AudioFactory) -> None:
    with WorkDir(tmp_path, "1") as work_dir:
        files = packaging(work_dir)
        with pytest.raises(Postponed):
            packaging(work_dir, keep_free=2**60).add(verified(work_dir, PARTS[0], audio.mp3("1", 1)))
        path = work_dir.fetch_path(PARTS[1]).with_suffix(".flac")
        path.write_bytes(b"no audio at all")
        with pytest.raises(DamagedAudio):
            files.add(VerifiedPart(PARTS[1], path, SECOND, (), None))
        assert [files.size_of(part) for part in PARTS] == [None, None]
        assert not names(work_dir.book)


class TestChapters:
    """Where one part has chapters each gets some, named by the part first, whatever was known when it was added."""

    def packaged(
        self, root: Path, audio: AudioFactory, book: BookDetails, suffix: str, chapters: dict[int, tuple[Span, ...]]
    ) -> list[list[tuple[float, str]]]:
        for part in book.parts:  # each by a run of its own
            with WorkDir(root, "1") as work_dir:
                files = FilePerPart(book, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
                path = work_dir.fetch_path(part).with_suffix(suffix)
                make = audio.mp3 if suffix == ".mp3" else audio.mp4
                path.write_bytes(make(part.external_id, 3))
                for known in book.parts:
                    files.size_of(known)
                files.add(VerifiedPart(part, path, 3 * SECOND, chapters.get(part.index, ()), None))
        with WorkDir(root, "1") as work_dir:
            files = FilePerPart(book, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
            assert all(files.size_of(part) for part in book.parts)
            packaged = files.close()
        for file in packaged.files:
            path = packaged.directory / file.name
            assert (file.size, file.sha256) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
            assert len(packets(path)) > 20
        return [listed(packaged.directory / file.name) for file in packaged.files]

    @pytest.mark.parametrize("suffix", [".mp3", ".m4a"])
    @pytest.mark.parametrize("with_some", [0, 1])
    def test_are_in_every_part_as_soon_as_one_has_some(
        self, tmp_path: Path, audio: AudioFactory, suffix: str, with_some: int
    ) -> None:
        spans = (Span(SECOND * 0, SECOND, "Début"), Span(SECOND, 3 * SECOND, "Milieu"))
        found = self.packaged(tmp_path, audio, BOOK, suffix, {with_some: spans})
        titles = ["La marée", "Le gué"]
        assert found[with_some] == [(0, f"{titles[with_some]} \u2013 Début"), (1, f"{titles[with_some]} \u2013 Milieu")]
        assert found[1 - with_some] == [(0, titles[1 - with_some])]

    def test_are_told_apart_where_parts_have_one_name(self, tmp_path: Path, audio: AudioFactory) -> None:
        book = replace(BOOK, parts=tuple(replace(part, title="Séance") for part in PARTS))
        spans = (Span(SECOND * 2, 3 * SECOND, "Fin"),)
        found = self.packaged(tmp_path, audio, book, ".mp3", {0: spans, 1: spans})
        assert found == [[(0, f"Séance ({n})"), (2, f"Séance ({n}) \u2013 Fin")] for n in (1, 2)]

    def test_are_in_none_where_none_has_any(self, tmp_path: Path, audio: AudioFactory) -> None:
        assert self.packaged(tmp_path, audio, BOOK, ".mp3", {}) == [[], []]


def listed(path: Path) -> list[tuple[float, str]]:
    with av.open(str(path)) as container:
        return [
            (float(each["start"] * (each["time_base"] or 0)), each["metadata"]["title"])
            for each in container.chapters()
        ]


class TestChaptersThatAreFiled:
    def test_are_those_of_each_part(self, tmp_path: Path, audio: AudioFactory) -> None:
        own = (Span(timedelta(), SECOND / 2, "Le quai"), Span(SECOND / 2, SECOND, "La barque"))
        with WorkDir(tmp_path, "1") as work_dir:
            files = packaging(work_dir)
            files.add(verified(work_dir, PARTS[0], audio.mp3("1", 1)))
            files.add(replace(verified(work_dir, PARTS[1], audio.mp3("2", 1)), chapters=own))
            assert [list(file.chapters or ()) for file in files.close().files] == [
                [],
                [(0, "Le quai"), (0.5, "La barque")],
            ]

    def test_are_those_that_the_one_file_of_a_book_came_with(self, tmp_path: Path, audio: AudioFactory) -> None:
        alone = replace(BOOK, parts=PARTS[:1])
        with WorkDir(tmp_path, "1") as work_dir:
            files = FilePerPart(alone, work_dir, name_bytes=200, check=lambda: None, keep_free=0)
            part = verified(work_dir, PARTS[0], audio.mp3("1", 2))
            tags = ID3()
            for number, (first, last, title) in enumerate(((0, 900, "Le quai"), (900, 2000, "La barque"))):
                tags.add(CHAP(f"{number}", first, last, sub_frames=[TIT2(3, title)]))
            tags.save(part.path)
            files.add(part)
            (file,) = files.close().files
            assert list(file.chapters or ()) == [(0, "Le quai"), (0.9, "La barque")]
