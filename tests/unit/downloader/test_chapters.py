# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4FreeForm

from ohdio_core.domain.audiobook import BookDetails, Chapter
from ohdio_core.errors import Postponed
from ohdio_downloader.media.chapters import Span, read_chapters, spans
from ohdio_downloader.media.taggers.details import PartTags
from tests.sites.audio import AudioFactory
from tests.unit.downloader.sound import encoded, packets, pcm, starts
from tests.unit.downloader.tagging import tag

SECONDS = 6


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


CHAPTERS = (Span(at(0), at(1.5), "Le départ"), Span(at(1.5), at(4), "La grève"), Span(at(4), at(SECONDS), "Retour"))
BOOK = BookDetails(title="Le phare")
TRACK = PartTags(1, 1, chapters=CHAPTERS)


def document(*entries: object) -> bytes:
    return json.dumps({"version": "1.2.0", "chapters": entries}).encode()


@pytest.fixture(params=[".mp3", ".m4a", ".opus", ".ogg", ".flac"])
def path(request: pytest.FixtureRequest, tmp_path: Path, audio: AudioFactory) -> Path:
    mp3 = audio.mp3("chapters", SECONDS)
    data = {
        ".mp3": lambda: mp3,
        ".m4a": lambda: audio.mp4("chapters", SECONDS),
        ".opus": lambda: encoded(mp3, "libopus", "ogg"),
        ".ogg": lambda: encoded(mp3, "vorbis", "ogg"),
        ".flac": lambda: encoded(mp3, "flac", "flac"),
    }[request.param]()
    made = tmp_path / f"part{request.param}"
    made.write_bytes(data)
    return made


def as_players_read_them(path: Path) -> list[tuple[timedelta, str]]:
    with av.open(str(path)) as container:
        return [
            (at(round(float(chapter["start"] * (chapter["time_base"] or 0)), 3)), chapter["metadata"]["title"])
            for chapter in container.chapters()
        ]


class TestReadChapters:
    def test_a_file_lists_starts_and_titles(self) -> None:
        data = document({"startTime": 0, "title": "Le départ"}, {"startTime": 12.5, "title": " La\ngrève ", "img": "x"})
        assert read_chapters(data) == (Chapter(at(0), "Le départ"), Chapter(at(12.5), "La grève"))

    @pytest.mark.parametrize(
        "entry",
        [
            {"startTime": 3, "title": "Caché", "toc": False},
            {"startTime": 3},
            {"title": "Sans début"},
            {"startTime": "3", "title": "x"},
            {"startTime": True, "title": "x"},
            {"startTime": -1, "title": "x"},
            {"startTime": 1e300, "title": "x"},
            {"startTime": 3, "title": " \u0000 "},
            {"startTime": 3, "title": 7},
            {"startTime": 10**400, "title": "Jamais"},
            {"startTime": -(10**400), "title": "Jamais"},
            {"startTime": float("inf"), "title": "Jamais"},
            {"startTime": float("nan"), "title": "Jamais"},
            "x",
        ],
    )
    def test_what_is_no_chapter_is_left_out(self, entry: object) -> None:
        assert read_chapters(document(entry, {"startTime": 5, "title": "Seul"})) == (Chapter(at(5), "Seul"),)

    @pytest.mark.parametrize("data", [b"", b"<html>", b"[]", b"{}", b'{"chapters": {"a": 1}}', b"[" * 100_000, b"\xff"])
    def test_anything_else_has_no_chapters(self, data: bytes) -> None:
        assert read_chapters(data) == ()

    @given(
        st.binary()
        | st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["chapters", "startTime", "title"]), inner),
        ).map(lambda value: json.dumps({"chapters": [value]}).encode())
    )
    def test_any_bytes_give_chapters_with_titles(self, data: bytes) -> None:
        assert all(chapter.title and chapter.start >= at(0) for chapter in read_chapters(data))


class TestSpans:
    def test_each_ends_where_the_next_begins(self) -> None:
        found = spans((Chapter(at(4), "b"), Chapter(at(0), "a")), at(9))
        assert found == (Span(at(0), at(4), "a"), Span(at(4), at(9), "b"))

    def test_none_begins_after_the_end(self) -> None:
        assert spans((Chapter(at(0), "a"), Chapter(at(9), "b")), at(9)) == (Span(at(0), at(9), "a"),)

    def test_a_file_without_chapters_has_none(self) -> None:
        assert spans((), at(9)) == ()

    def test_there_are_no_more_than_players_can_count(self) -> None:
        assert len(spans((Chapter(at(second), "x") for second in range(1000)), at(1000))) == 255


def both_forms(path: Path) -> tuple[list[str], int]:
    """Return the titles of Nero's list, and how many tracks of text there are."""
    nero = MP4(path).chapters
    with av.open(str(path)) as container:
        return [chapter.title for chapter in nero or ()], sum(each.type == "data" for each in container.streams)


class TestWriting:
    def test_players_find_the_chapters(self, path: Path) -> None:
        tag(path, BOOK, TRACK, None)
        assert as_players_read_them(path) == [(span.start, span.title) for span in CHAPTERS]

    def test_twice_is_the_same_as_once(self, path: Path) -> None:
        tag(path, BOOK, TRACK, None)
        once = path.read_bytes()
        tag(path, BOOK, TRACK, None)
        assert path.read_bytes() == once

    def test_the_sound_and_its_timing_stay(self, path: Path) -> None:
        before = packets(path), pcm(path), starts(path)
        tag(path, BOOK, TRACK, None)
        assert (packets(path), pcm(path), starts(path)) == before

    def test_other_chapters_give_way(self, path: Path) -> None:
        tag(path, BOOK, TRACK, None)
        tag(path, BOOK, PartTags(1, 1, chapters=(Span(at(0), at(SECONDS), "Tout"),)), None)
        assert as_players_read_them(path) == [(at(0), "Tout")]

    def test_chapters_that_the_site_wrote_stay_where_none_are_known(self, path: Path) -> None:
        tag(path, BOOK, TRACK, None)
        tag(path, BOOK, PartTags(1, 1), None)
        assert len(as_players_read_them(path)) == len(CHAPTERS)

    def test_an_mp4_has_them_as_a_track_of_text_and_as_neros_list(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.m4a"
        path.write_bytes(audio.mp4("chapters", SECONDS))
        tag(path, BOOK, TRACK, None)
        assert both_forms(path) == ([span.title for span in CHAPTERS], 1)
        data = path.read_bytes()
        path.write_bytes(data.replace(b"chpl", b"free"))  # as many an encoder leaves it
        assert both_forms(path) == ([], 1)
        tag(path, BOOK, TRACK, None)
        assert both_forms(path) == ([span.title for span in CHAPTERS], 1)

    def test_an_mp3_has_a_table_of_contents(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.mp3"
        path.write_bytes(audio.mp3("chapters", 1))
        tag(path, BOOK, TRACK, None)
        tags = ID3(path)
        listed = [tags[f"CHAP:{name}"].sub_frames["TIT2"].text for name in tags["CTOC:toc"].child_element_ids]
        assert listed == [[span.title] for span in CHAPTERS]

    @pytest.mark.parametrize("titles", ["a bb ccc dddd", "dddd ccc bb a", "bb dddd a ccc"])
    def test_an_mp3_lists_its_chapters_in_order_however_long_their_titles(
        self, titles: str, tmp_path: Path, audio: AudioFactory
    ) -> None:
        path = tmp_path / "a.mp3"
        path.write_bytes(audio.mp3("chapters", 1))
        chapters = tuple(Span(at(n / 4), at((n + 1) / 4), title) for n, title in enumerate(titles.split()))
        tag(path, BOOK, PartTags(1, 1, chapters=chapters), None)
        assert as_players_read_them(path) == [(span.start, span.title) for span in chapters]

    def test_an_m4a_has_neros_list_too_and_keeps_its_tags(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.m4a"
        path.write_bytes(audio.mp4("chapters", SECONDS))
        file = MP4(path)
        file["----:com.apple.iTunes:NOTE"] = [MP4FreeForm(b"du site")]
        file.save()
        tag(path, BOOK, TRACK, None)
        written = MP4(path)
        assert [chapter.title for chapter in written.chapters or ()] == [span.title for span in CHAPTERS]
        assert written["----:com.apple.iTunes:NOTE"] == [b"du site"]
        assert written["\xa9nam"] == ["Le phare"]
        assert not list(tmp_path.glob("*.chapters"))

    def test_an_m4a_is_written_anew_only_where_there_is_room_for_two(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.m4a"
        path.write_bytes(audio.mp4("chapters", SECONDS))
        before = path.read_bytes()
        with pytest.raises(Postponed, match="Not enough free space"):
            tag(path, BOOK, TRACK, None, keep_free=2**60)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]
