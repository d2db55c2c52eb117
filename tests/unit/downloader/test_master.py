from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_downloader.fetch.look import Seen
from ohdio_downloader.fetch.master import choose_rendition, is_master
from ohdio_downloader.fetch.tags import read_lines

URL = "http://site.test/book/master.m3u8"
FILM = 'RESOLUTION=640x360,CODECS="avc1.4d401f,{}"'


SOUND, FOREIGN = Seen(is_kept=True, has_picture=False), Seen(is_kept=False, has_picture=False)
PICTURE = Seen(is_kept=True, has_picture=True)


def chosen(*lines: str, holds: dict[str, Seen] | None = None) -> str:
    """Return the name of what is chosen; only streams that ``holds`` names may be looked at, all of them."""
    found = read_lines("\n".join(["#EXTM3U", *lines]).encode(), URL)
    assert is_master(found)
    unseen = dict(holds or {})
    best = choose_rendition(found, URL, lambda url: unseen.pop(url.rpartition("/")[2]))
    assert not unseen
    return best.rpartition("/")[2]


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


class TestStreamsThatDoNotSayWhatTheyHold:
    def test_are_looked_at_where_the_others_have_pictures(self) -> None:
        film = stream("film", "BANDWIDTH=900000", FILM.format("mp4a.40.2"))
        assert chosen(stream("sound", "BANDWIDTH=64000"), film, holds={"sound": SOUND}) == "sound"
        assert chosen(stream("sound", "BANDWIDTH=64000"), film, holds={"sound": FOREIGN}) == "film"

    def test_are_the_largest_where_that_is_sound(self) -> None:
        streams = [stream(f"{rate}k", f"BANDWIDTH={rate}000") for rate in (64, 192, 96)]
        assert chosen(*streams, holds={"192k": SOUND}) == "192k"

    def test_are_the_largest_of_sound_alone(self) -> None:
        streams = [stream(f"{rate}k", f"BANDWIDTH={rate}000") for rate in (400, 64, 8000, 96, 1200)]
        holds = {"8000k": PICTURE, "64k": SOUND, "96k": SOUND, "400k": PICTURE}
        assert chosen(*streams, holds=holds) == "96k"

    def test_are_the_smallest_where_all_have_pictures(self) -> None:
        streams = [stream(f"{rate}k", f"BANDWIDTH={rate}000") for rate in (8000, 400, 1200)]
        assert chosen(*streams, holds={"8000k": PICTURE, "400k": PICTURE}) == "400k"

    def test_are_passed_over_where_they_cannot_be_read(self) -> None:
        streams = [stream(f"{rate}k", f"BANDWIDTH={rate}000") for rate in (64, 96, 400)]
        assert chosen(*streams, holds={"400k": FOREIGN, "64k": FOREIGN, "96k": SOUND}) == "96k"

    def test_are_not_looked_at_beside_sound_that_says_so(self) -> None:
        sound = stream("sound", "BANDWIDTH=64000", 'CODECS="mp4a.40.2"')
        assert chosen(sound, stream("unknown", "BANDWIDTH=96000")) == "sound"

    def test_are_heard_through_their_renditions(self) -> None:
        film = stream("film", "BANDWIDTH=900000", FILM.format("mp4a.40.2"))
        other = stream("other", "BANDWIDTH=500000", "RESOLUTION=640x360", 'AUDIO="a"')
        assert chosen(group("a", uri="alone"), other, film, holds={"alone": SOUND}) == "alone"
