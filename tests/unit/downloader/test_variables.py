"""Variables of playlists, and lists of pictures."""

from __future__ import annotations

import pytest

from ohdio_core.errors import PermanentError
from ohdio_downloader.fetch.look import Seen
from ohdio_downloader.fetch.master import choose_rendition, is_master
from ohdio_downloader.fetch.playlist import MediaPlaylist, read_media_playlist
from ohdio_downloader.fetch.tags import Line, read_lines
from ohdio_downloader.fetch.variables import Variables

MASTER = "http://site.test/book/master.m3u8?token=a%2Fb&x="


def lines(*told: str) -> bytes:
    return "\n".join(["#EXTM3U", *told]).encode()


def read(body: bytes, url: str = MASTER, variables: Variables | None = None) -> MediaPlaylist:
    return read_media_playlist(read_lines(body, url, variables), url)


def chosen(offered: list[Line]) -> str:
    return choose_rendition(offered, MASTER, lambda _: Seen(is_kept=True, has_picture=False))


def addresses(*told: str) -> list[str]:
    return [segment.url for segment in read(lines(*told, "#EXT-X-ENDLIST")).segments]


class TestVariables:
    def test_stand_for_what_they_are_defined_as(self) -> None:
        told = ['#EXT-X-DEFINE:NAME="host",VALUE="http://cdn.test"', '#EXT-X-DEFINE:NAME="n-1_a",VALUE="7"']
        found = addresses(*told, '#EXT-X-MAP:URI="{$host}/init"', "#EXTINF:4,{$title}", "{$host}/a{$n-1_a}.m4s")
        assert found == ["http://cdn.test/init", "http://cdn.test/a7.m4s"]

    def test_may_be_parameters_of_the_address(self) -> None:
        assert addresses('#EXT-X-DEFINE:QUERYPARAM="token"', "#EXTINF:4,", "1.ts?t={$token}") == [
            "http://site.test/book/1.ts?t=a/b"
        ]

    def test_are_of_the_master_playlist_where_they_are_imported(self) -> None:
        variables = Variables()
        offered = read_lines(
            lines('#EXT-X-DEFINE:NAME="cdn",VALUE="http://cdn.test"', "#EXT-X-STREAM-INF:BANDWIDTH=1", "{$cdn}/list"),
            MASTER,
            variables,
        )
        assert chosen(offered) == "http://cdn.test/list"
        segments = ("#EXTINF:4,", "{$cdn}/1.ts", "#EXT-X-ENDLIST")
        imported = read(lines('#EXT-X-DEFINE:IMPORT="cdn"', *segments), variables=variables.for_media())
        assert [segment.url for segment in imported.segments] == ["http://cdn.test/1.ts"]
        with pytest.raises(PermanentError, match="does not define: cdn"):
            read(lines(*segments), variables=variables.for_media())

    def test_that_are_not_defined_are_named(self) -> None:
        with pytest.raises(PermanentError, match="variable that it does not define: other"):
            addresses('#EXT-X-DEFINE:NAME="a",VALUE="b"', "#EXTINF:4,", "{$other}/1.ts")

    def test_are_letters_where_none_is_defined(self) -> None:
        assert addresses("#EXTINF:4,", "{$a}.ts") == ["http://site.test/book/{$a}.ts"]


def test_a_playlist_of_pictures_is_named() -> None:
    with pytest.raises(PermanentError, match="single pictures of a film"):
        addresses("#EXT-X-I-FRAMES-ONLY", "#EXTINF:4,", "1.ts")


def test_lists_of_pictures_are_no_sound() -> None:
    pictures = '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="pictures"'
    sound = "#EXT-X-STREAM-INF:BANDWIDTH=9\nsound"
    for told in ((pictures, sound), (sound, pictures)):
        assert chosen(read_lines(lines(*told), MASTER)) == "http://site.test/book/sound"
    alone = read_lines(lines(pictures), MASTER)
    assert is_master(alone)
    with pytest.raises(PermanentError, match="offers no audio"):
        chosen(alone)
