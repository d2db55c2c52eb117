# mypy: allow-untyped-calls
# (mutagen says that it is typed, but few of its functions are)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest
from mutagen import File
from mutagen.id3 import COMM, GRP1, ID3, MVIN, MVNM, TCMP, TDES, TDOR, TIT3, TPE3, TSOA, TXXX
from mutagen.mp4 import MP4

from ohdio_core.domain.audiobook import BookDetails, Part
from ohdio_downloader.media.cover import read_cover
from ohdio_downloader.media.probe import DamagedAudio
from ohdio_downloader.media.taggers.details import PartTags
from tests.sites.audio import AudioFactory
from tests.sites.pictures import jpeg, png
from tests.unit.downloader.sound import encoded, packets
from tests.unit.downloader.tagging import tag

BOOK = BookDetails(
    title="L’Été des corneilles",
    authors=("Ève Tremblé", "Jon Smith"),
    narrators=("Łucja Nowak",),
    translators=("Noé Côté", "Zoé Roy"),
    description="Une île, deux sœurs.\nEt un phare.",
    publisher="Éditions du Quai",
    published_year=2019,
    genre="Roman",
    language="fr",
    series="Les îles",
    series_position="2",
)
TRACK = PartTags(3, 12, "Le phare")
SUFFIXES = (".mp3", ".m4a", ".opus", ".ogg", ".flac", ".wav")


@pytest.fixture(params=SUFFIXES)
def path(request: pytest.FixtureRequest, tmp_path: Path, audio: AudioFactory) -> Path:
    made = tmp_path / f"part{request.param}"
    made.write_bytes(sound(audio, request.param))
    return made


def sound(audio: AudioFactory, suffix: str) -> bytes:
    mp3 = audio.mp3("tag", 2)
    match suffix:
        case ".m4a":
            return audio.mp4("tag", 2)
        case ".opus":
            return encoded(mp3, "libopus", "ogg")
        case ".ogg":
            return encoded(mp3, "vorbis", "ogg")
        case ".flac":
            return encoded(mp3, "flac", "flac")
        case ".wav":
            return encoded(mp3, "pcm_f32le", "wav")
        case _:
            return mp3


def as_players_read_it(path: Path) -> dict[str, str]:
    """FFmpeg's view, which is Audiobookshelf's, with its names in lower case."""
    with av.open(str(path)) as container:
        metadata = {**container.metadata, **container.streams.audio[0].metadata}
    return {name.lower(): value for name, value in metadata.items()}


#: What FFmpeg calls some of them in the one or the other container.
FOREIGN = {"tit3": "subtitle", "itunes:subtitle": "subtitle"}
FREE = (
    "SUBTITLE", "ISBN", "ASIN", "AUDIBLE_ASIN", "GROUPING", "SHOW", "MVNM", "Series-Part", "episode_id", "LANGUAGE",
    "OverDrive MediaMarkers", "NARRATOR", "Narrated By", "Translator", "MusicBrainz Album Id", "DISCNUMBER", "comment",
    "synopsis",
)  # fmt: skip
KEPT = ("replaygain_track_gain", "MOOD")


def add_foreign(path: Path) -> None:
    """Write what sites and editors write."""
    file = File(path)
    if path.suffix in {".mp3", ".wav"}:
        add_foreign_frames(file.tags)
    else:
        is_mp4 = path.suffix == ".m4a"
        for name in (*FREE, *KEPT):
            file[f"----:com.apple.iTunes:{name}" if is_mp4 else name] = [b"strange" if is_mp4 else "strange"]
        for atom in ("\xa9grp", "tvsh", "sosn", "ldes", "soal", "\xa9st3") if is_mp4 else ():
            file[atom] = ["strange"]
    file.save()


def add_foreign_frames(tags: ID3) -> None:
    for name in (*FREE, *KEPT):
        tags.add(TXXX(encoding=3, desc=name, text="strange"))
    for frame in (TIT3, TSOA, TPE3, GRP1, MVNM, MVIN, TDOR, TDES, TCMP):
        tags.add(frame(encoding=3, text="1999"))
    for language, name in (("eng", ""), ("fra", "ID3v1 Comment"), ("eng", "iTunSMPB")):
        tags.add(COMM(encoding=3, lang=language, desc=name, text="strange"))


class TestTags:
    def test_are_what_audiobook_players_look_for(self, path: Path) -> None:
        tag(path, BOOK, TRACK, None)
        found = as_players_read_it(path)
        assert found["title"] == "Le phare"
        assert found["album"] == "L’Été des corneilles"
        assert found["artist"] == "Ève Tremblé; Jon Smith"
        assert found.get("album_artist", found.get("albumartist")) == "Ève Tremblé; Jon Smith"
        assert found["composer"] == "Łucja Nowak"
        assert found["translator"] == "Noé Côté; Zoé Roy"
        assert found["genre"] == "Roman"
        assert found["date"] == "2019"
        assert found["publisher"] == "Éditions du Quai"
        # FFmpeg calls the DESCRIPTION of a Vorbis comment "comment"; Audiobookshelf reads either.
        assert found.get("description", found.get("comment")) == BOOK.description
        assert found["series"] == "Les îles"
        assert found["series-part"] == "2"
        assert found["track"].split("/")[0] == "3"

    def test_twice_are_the_same_as_once(self, path: Path) -> None:
        cover = read_cover(jpeg(1))
        tag(path, BOOK, TRACK, cover)
        once = path.read_bytes()
        tag(path, BOOK, TRACK, cover)
        assert path.read_bytes() == once

    def test_leave_the_sound_alone(self, path: Path) -> None:
        before = packets(path)
        tag(path, BOOK, TRACK, read_cover(png(1)))
        assert packets(path) == before

    def test_carry_the_cover(self, path: Path) -> None:
        picture = jpeg(7)
        tag(path, BOOK, TRACK, read_cover(picture))
        with av.open(str(path)) as container:
            assert [bytes(packet) for packet in container.demux(video=0) if packet.size] == [picture]

    def test_of_a_book_that_nobody_knows_much_of(self, path: Path) -> None:
        tag(path, BookDetails(title="Sans nom"), PartTags(1, 1), None)
        found = as_players_read_it(path)
        assert (found["title"], found["album"]) == ("Sans nom", "Sans nom")
        assert "artist" not in found

    def test_of_an_untitled_part_say_which_one_it_is(self, path: Path) -> None:
        tag(path, BOOK, PartTags(4, 12), None)
        assert as_players_read_it(path)["title"] == "L’Été des corneilles (4)"

    def test_that_the_site_wrote_give_way(self, path: Path) -> None:
        tag(path, BookDetails(title="Wrong", narrators=("Nobody",)), PartTags(9, 9), None)
        tag(path, BOOK, TRACK, None)
        found = as_players_read_it(path)
        assert (found["album"], found["composer"]) == (BOOK.title, "Łucja Nowak")

    def test_say_who_reads_the_book_in_each_part_and_who_reads_the_part(self, path: Path) -> None:
        parts = (Part(0, "a", narrators=("Anne Roy",)), Part(1, "b", narrators=("Łucja Nowak", "Zoé Roy")))
        tag(path, replace(BOOK, parts=parts), PartTags(1, 2, "Un", ("Anne Roy",)), None)
        found = as_players_read_it(path)
        assert found["composer"] == "Łucja Nowak; Anne Roy; Zoé Roy"
        if path.suffix != ".m4a":  # FFmpeg does not show that atom
            assert found["narrator"] == "Anne Roy"

    def test_tell_the_one_disc_and_a_number_in_the_series(self, path: Path) -> None:
        tag(path, replace(BOOK, series_position="S2E7"), TRACK, None)
        found = as_players_read_it(path)
        assert found["series-part"] == "2.07"
        assert (found.get("disc") or found["discnumber"]).split("/")[0] == "1"

    def test_that_state_what_is_not_known_are_gone_and_others_stay(self, path: Path) -> None:
        tag(path, BOOK, TRACK, read_cover(jpeg(4)))
        add_foreign(path)
        once = as_players_read_it(path)
        assert {"subtitle", "isbn", "overdrive mediamarkers"} <= {FOREIGN.get(name, name) for name in once}
        tag(path, BookDetails(title="Sans nom"), PartTags(1, 1), None)
        found = as_players_read_it(path)
        strange = {name for name, value in found.items() if value in {"strange", "1999"}}
        assert strange - {"itunsmpb"} == {"replaygain_track_gain", "mood"}
        assert not {"artist", "composer", "genre", "date", "series", "series-part", "publisher"} & set(found)

    @pytest.mark.parametrize("suffix", [".m4a", ".opus", ".ogg", ".flac", ".wav"])
    def test_cannot_be_written_to_something_else(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"part{suffix}"
        path.write_bytes(b"no audio at all")
        with pytest.raises(DamagedAudio, match="cannot be written"):
            tag(path, BOOK, TRACK, None)


def test_a_wav_too_long_for_tags_is_left_as_it_is(tmp_path: Path, audio: AudioFactory) -> None:
    made = tmp_path / "part.wav"
    made.write_bytes(sound(audio, ".wav").replace(b"RIFF", b"RF64", 1))
    before = made.read_bytes()
    tag(made, BOOK, TRACK, read_cover(png(3)))
    assert made.read_bytes() == before


class TestConventions:
    def test_of_mp3(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.mp3"
        path.write_bytes(audio.mp3("tag", 1))
        tag(path, BOOK, TRACK, None)
        tags = ID3(path)
        assert str(tags["TRCK"]) == "3/12"
        assert str(tags["TXXX:NARRATOR"]) == "Łucja Nowak"
        assert str(tags["TLAN"]) == "fr"
        assert str(tags["COMM::und"]) == BOOK.description

    def test_of_m4a(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.m4a"
        path.write_bytes(audio.mp4("tag", 1))
        tag(path, BOOK, TRACK, None)
        tags = MP4(path)
        assert tags["trkn"] == [(3, 12)]
        assert tags["stik"] == [2]
        assert tags["\xa9nrt"] == ["Łucja Nowak"]

    def test_of_the_others(self, tmp_path: Path, audio: AudioFactory) -> None:
        path = tmp_path / "a.flac"
        path.write_bytes(sound(audio, ".flac"))
        tag(path, BOOK, TRACK, None)
        tags = File(path)
        assert (tags["TRACKNUMBER"], tags["TRACKTOTAL"], tags["LANGUAGE"]) == (["3"], ["12"], ["fr"])
