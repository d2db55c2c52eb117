"""Playlists of files, in three notations."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ohdio_core.errors import PermanentError
from ohdio_core.sources.web.playlists import details_in, is_hls, parse_playlist
from tests.fixtures.effort import seconds_of_work

URL = "https://stories.example/lists/all.m3u"
M3U = b"""\xef\xbb\xbf#EXTM3U\r
#EXTINF:61,Le phare\r
a.mp3\r
# a note\r
#EXTINF:-1 tvg-id="x",La brume\r
http://cdn.example/b%20b.mp3\r
"""
PLS = b"""[playlist]
File2=http://cdn.example/b%20b.mp3
Title2=La brume
Length2=-1
File1=a.mp3
Title1=Le phare
Length1=61
NumberOfEntries=2
"""
XSPF = b"""<?xml version="1.0" encoding="UTF-8"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>
<track><location>a.mp3</location><title>Le phare</title><duration>61000</duration></track>
<track><location>http://cdn.example/b%20b.mp3</location><title>La brume</title></track>
</trackList></playlist>"""


def test_a_list_is_called_what_it_says() -> None:
    said = b"#EXTM3U\n#PLAYLIST:Le phare\n#EXTART: Ana Roy\n#EXTIMG:c.jpg\n#EXTINF:9,x\na.mp3"
    xspf = XSPF.replace(
        b"<trackList>", b"<title>Le phare</title><creator>Ana Roy</creator><image>c.jpg</image><trackList>"
    )
    for body in (said, xspf):
        details = details_in(body, URL)
        assert (details.title, details.authors) == ("Le phare", ("Ana Roy",))
        assert details.cover_url == "https://stories.example/lists/c.jpg"
    assert [details_in(body, URL).title for body in (M3U, PLS, XSPF)] == ["all"] * 3


@pytest.mark.parametrize("body", [M3U, PLS, XSPF], ids=["m3u", "pls", "xspf"])
def test_entries_come_in_their_order_with_what_is_said_of_them(body: bytes) -> None:
    first, second = parse_playlist(body, URL)
    assert (first.url, first.title, first.duration) == (
        "https://stories.example/lists/a.mp3",
        "Le phare",
        timedelta(seconds=61),
    )
    assert (second.url, second.title, second.duration) == ("http://cdn.example/b%20b.mp3", "La brume", None)


def test_an_endless_length_alone_makes_no_broadcast_of_a_file_beside_the_playlist() -> None:
    (one,) = parse_playlist(b"#EXTINF:-1,Un\na.mp3\n#EXTINF:-1,Radio\nhttp://radio.example/live.mp3", URL)
    assert one.url == "https://stories.example/lists/a.mp3"


def test_an_endless_length_says_nothing_of_a_stream() -> None:
    (one,) = parse_playlist(b"#EXTINF:-1,Un\nhttp://cdn.example/a.m3u8", URL)
    assert one.is_stream


def test_pls_says_minus_one_of_files_too() -> None:
    (one,) = parse_playlist(b"[playlist]\nFile1=http://cdn.example/a.mp3\nLength1=-1", URL)
    assert one.duration is None


def test_an_entry_without_a_title_is_named_by_its_file() -> None:
    (one,) = parse_playlist(b"Chapter_1.ogg", URL)
    assert one.title == "Chapter 1"


def test_old_playlists_are_not_utf_8() -> None:
    (one,) = parse_playlist("#EXTINF:5,Été\na.mp3".encode("cp1252"), URL)
    assert one.title == "Été"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "names no file"),
        (b"C:\\Music\\a.mp3", "names no file"),
        (b"#EXTINF:-1,Radio\nhttp://radio.example:8000/", "live broadcasts only"),
        (b"#EXTM3U\nDisc%201/book.m3u\nDisc 2/book.m3u\n", "the first is https://stories.example/"),
        (b"#EXTINF:-1,Radio\nhttp://radio.example:8000/live.mp3", "live broadcasts only"),
        (b"<playlist><trackList>", "its XML is broken"),
        (b"<!DOCTYPE html><html></html>", "is a web page"),
        (b"a.mp3\n" * 10_001, "more than 10,000"),
    ],
)
def test_what_cannot_be_downloaded_is_said(body: bytes, said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        parse_playlist(body, URL)


def test_hls_is_told_from_a_playlist_of_files() -> None:
    assert is_hls(b"#EXTM3U\n#EXT-X-VERSION:3\n")
    assert not is_hls(M3U)


@given(
    st.binary()
    | st.builds(
        lambda start, text: start + text.encode(), st.sampled_from([b"#EXTM3U\n", b"[playlist]\nFile1="]), st.text()
    )
)
@example(b"#EXTINF:" + b"9" * 500 + b",x\na.mp3")
@example(b"<a>" * 300_000)
def test_any_bytes_are_a_playlist_or_a_named_error(body: bytes) -> None:
    try:
        entries = parse_playlist(body, URL)
    except PermanentError:
        return
    assert entries


@pytest.mark.fuzz
@pytest.mark.parametrize(
    ("start", "piece", "end"),
    [
        ("", "{}.mp3\n", ""),
        ("", "http://x.example/" + "y" * 60 + "/{}.mp3\n", ""),
        ("", "#EXTINF:1,<html <b>\na.mp3\n", ""),
        ("#EXTINF:1,", "<html ", "\na.mp3"),
        ("#EXTINF:", " ", "x"),
        ("[playlist]\n", "File{}=a{}.mp3\n", ""),
        ("[playlist]\nFile1", " ", "x"),
        ("<playlist>", "<track><location>{}.mp3</location></track>", "</playlist>"),
    ],
)
def test_a_megabyte_of_the_same_takes_no_time(start: str, piece: str, end: str) -> None:
    pieces = (piece.replace("{}", str(number)) for number in range(1_000_000 // len(piece)))
    body = f"{start}{''.join(pieces)}{end}".encode()

    def read() -> None:
        with contextlib.suppress(PermanentError):
            parse_playlist(body, URL)

    assert seconds_of_work(read, enough=3) < 3
