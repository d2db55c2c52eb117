from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_downloader.fetch.master import choose_rendition, is_master
from ohdio_downloader.fetch.tags import read_lines

URL = "http://site.test/book/master.m3u8"
FILM = 'RESOLUTION=640x360,CODECS="avc1.4d401f,{}"'


def chosen(*lines: str) -> str:
    found = read_lines("\n".join(["#EXTM3U", *lines]).encode(), URL)
    assert is_master(found)
    return choose_rendition(found, URL).rpartition("/")[2]


def stream(name: str, *told: str) -> str:
    return f"#EXT-X-STREAM-INF:{','.join(told)}\n{name}"


def group(name: str, *more: str, uri: str | None = None) -> str:
    address = [] if uri is None else [f'URI="{uri}"']
    return "#EXT-X-MEDIA:" + ",".join(["TYPE=AUDIO", f'GROUP-ID="{name}"', 'NAME="x"', *more, *address])


class TestTheSoundOfAMaster:
    def test_is_of_a_codec_that_is_kept_before_any_quality(self) -> None:
        assert (
            chosen(
                group("dolby", uri="ac3"),
                group("aac", uri="aac"),
                stream("8m", "BANDWIDTH=8000000", FILM.format("ac-3"), 'AUDIO="dolby"'),
                stream("2m", "BANDWIDTH=2000000", FILM.format("mp4a.40.2"), 'AUDIO="aac"'),
            )
            == "aac"
        )

    @pytest.mark.parametrize("codec", ["ac-3", "ec-3", "mp4a.a5", "mp4a.A6", "dtsc", "ac-4.02.01.01"])
    def test_is_none_that_cannot_be_kept_where_there_is_another(self, codec: str) -> None:
        film = stream("plain", "BANDWIDTH=300000", FILM.format("mp4a.40.2"))
        assert chosen(stream("surround", "BANDWIDTH=500000", f'CODECS="{codec}"'), film) == "plain"

    def test_is_the_one_with_the_highest_bandwidth_where_it_comes_alone(self) -> None:
        assert (
            chosen(
                stream("low", "BANDWIDTH=64000", 'CODECS="mp4a.40.2"'),
                stream("high", "BANDWIDTH=128000", 'CODECS="mp4a.40.2"'),
                stream("film", "BANDWIDTH=900000", FILM.format("mp4a.40.2")),
            )
            == "high"
        )

    def test_is_of_the_group_that_the_best_stream_names(self) -> None:
        assert (
            chosen(
                group("low", uri="64k"),
                group("high", uri="128k"),
                stream("a", "BANDWIDTH=900000", FILM.format("mp4a.40.2"), 'AUDIO="low"'),
                stream("b", "BANDWIDTH=5000000", FILM.format("mp4a.40.2"), 'AUDIO="high"'),
                stream("c", "BANDWIDTH=400000", FILM.format("mp4a.40.2"), 'AUDIO="low"'),
            )
            == "128k"
        )

    def test_comes_with_as_little_picture_as_possible(self) -> None:
        films = [stream(f"{rate}k", f"BANDWIDTH={rate}000", FILM.format("mp4a.40.2")) for rate in (2000, 400, 8000)]
        assert chosen(*films) == "400k"

    def test_is_not_the_frugal_form_of_its_codec_to_save_picture(self) -> None:
        frugal = stream("frugal", "BANDWIDTH=200000", FILM.format("mp4a.40.5"))
        full = stream("full", "BANDWIDTH=400000", FILM.format("mp4a.40.2"))
        assert chosen(frugal, full) == "full"

    def test_is_not_looked_for_where_there_is_only_a_picture(self) -> None:
        silent = stream("silent", "BANDWIDTH=100000", 'RESOLUTION=1x1,CODECS="avc1.4d401f"')
        assert chosen(silent, stream("film", "BANDWIDTH=900000", FILM.format("mp4a.40.2"))) == "film"

    def test_is_the_default_rendition(self) -> None:
        talk, reading = group("a", uri="talk"), group("a", "AUTOSELECT=YES", "DEFAULT=YES", uri="reading")
        assert chosen(talk, reading, stream("s", "BANDWIDTH=1", 'AUDIO="a"')) == "reading"
        assert chosen(reading, talk, stream("s", "BANDWIDTH=1", 'AUDIO="a"')) == "reading"

    def test_is_the_first_of_several_renditions_of_which_none_is_the_default(self) -> None:
        assert chosen(group("a", uri="1"), group("a", uri="2"), stream("s", "BANDWIDTH=1", 'AUDIO="a"')) == "1"

    def test_is_in_the_stream_where_the_rendition_has_no_address(self) -> None:
        assert chosen(group("a", "DEFAULT=YES"), stream("s", "BANDWIDTH=1", 'AUDIO="a"')) == "s"

    def test_is_in_the_stream_though_other_renditions_have_addresses(self) -> None:
        film = stream("film", "BANDWIDTH=900000", FILM.format("mp4a.40.2"), 'AUDIO="a"')
        small = stream("small", "BANDWIDTH=400000", FILM.format("mp4a.40.2"), 'AUDIO="a"')
        other = group("a", "AUTOSELECT=YES", uri="translation")
        assert chosen(group("a", "DEFAULT=YES"), other, film, small) == "small"
        assert chosen(group("a", "DEFAULT=YES", uri="reading"), group("a"), film, small) == "reading"

    @pytest.mark.parametrize("told", ["", "BANDWIDTH=lots,RESOLUTION=wide", 'CODECS="mp4a.40.2"', "PROGRAM-ID=1"])
    def test_is_found_without_a_bandwidth(self, told: str) -> None:
        assert chosen(stream("one", told)) == "one"

    def test_is_found_where_only_renditions_are_told(self) -> None:
        assert chosen(group("a", uri="a"), group("a", "DEFAULT=YES", uri="b")) == "b"

    @pytest.mark.parametrize("lines", [['#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",URI="s"'], ["#EXT-X-STREAM-INF:"]])
    def test_that_is_none_is_an_error(self, lines: list[str]) -> None:
        with pytest.raises(PermanentError, match="offers no audio"):
            chosen(*lines)
