"""What must not be in a report that anybody may read."""

from __future__ import annotations

import pytest

from ohdio.redaction import Redaction
from tests.fixtures.effort import seconds_of_work


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        ("https://ada:lovelace1@feeds.example/a.xml", "lovelace1"),
        ("https://feeds.example/a.xml?auth=zEbra", "zEbra"),
        ("https://feeds.example/a.xml?show=4&AccessToken=zEbra", "zEbra"),
        ("https://cdn.example/a.mp3?X-Amz-Credential=me%2F2026&X-Amz-Signature=0abc1", "0abc1"),
        ("https://cdn.example/m.m3u8?hdnea=st=1~exp=2~acl=/*~hmac=00ff", "st=1~exp=2~acl=/*~hmac=00ff"),
        ("https://feeds.example/private/f3c9a1d27b5e4f60/a.xml", "f3c9a1d27b5e4f60"),
        ("https://feeds.example/3f2b8c1e-0a4d-4c6b-9d7e-5a1f2b3c4d5e.xml", "3f2b8c1e-0a4d-4c6b-9d7e-5a1f2b3c4d5e"),
        ("https://feeds.example/a.xml?x=f3c9a1d27b5e4f60", "f3c9a1d27b5e4f60"),
        ("https://feeds.example/a.xml?feedkey=zEbra&subscriber_id=40711", "zEbra"),
        ("https://feeds.example/a.xml?feedkey=zEbra&subscriber_id=40711", "40711"),
        ("https://feeds.example/for/kR3-dX5_fG7hI9-jQ1lM3_nP5w/a.xml", "kR3-dX5_fG7hI9-jQ1lM3_nP5w"),
        ("http://nas.local:8080/books/", "nas.local"),
        ("http://192.168.7.20/books/", "192.168.7.20"),
        ("http://attic/books/", "attic"),
    ],
)
def test_what_is_secret_in_an_address_is_taken_out_of_it_and_of_every_text(url: str, secret: str) -> None:
    redaction = Redaction()
    assert secret not in redaction.url(url)
    assert secret not in redaction.text(f"<a href='{url}'>all</a> {secret}")


@pytest.mark.parametrize(
    "url",
    [
        "https://ici.radio-canada.ca/ohdio/categories/1003592/jeunesse?pageNumber=2",
        "https://librivox.org/api/feed/audiobooks?id=52&extended=1&format=json",
        "https://archive.org/download/letters_brides_0709_librivox/letters_01_balzac_64kb.mp3",
        "https://stories.example/Part2-The-Long-Way_Home-S01E02-Chapter12.mp3",
        "https://services.example/graphql?opname=audioBookById&variables=%7B%22id%22%3A42418%7D",
    ],
)
def test_an_address_without_secrets_stays_as_it_is(url: str) -> None:
    assert Redaction().url(url) == url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"accessToken": "zEbra", "title": "Fog"}', '{"accessToken": "(hidden)", "title": "Fog"}'),
        ('{"sessionId":123456,"author":"Ada"}', '{"sessionId":"(hidden)","author":"Ada"}'),
        ('self.push("{\\"accessToken\\":\\"zEbra\\"}")', 'self.push("{\\"accessToken\\":\\"(hidden)\\"}")'),
        (
            '<input type=hidden name="csrf_token" value="zEbra">',
            '<input type=hidden name="csrf_token" value="(hidden)">',
        ),
        ('<meta content="zEbra" name="csrf-token">', '<meta content="(hidden)" name="csrf-token">'),
        ("https:\\/\\/ada:pw@feeds.example\\/a", "https:\\/\\/(hidden)@feeds.example\\/a"),
        ('src="/a.mp3?id=4&amp;token=zEbra"', 'src="/a.mp3?id=4&amp;token=(hidden)"'),
        ("Authorization: Bearer abcdef.ghi", "Authorization: Bearer (hidden)"),
        ("write to ada.l@mail.example now", "write to (hidden) now"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln in a script", "(hidden) in a script"),
        ("/home/ada/books on attic-pc", "(hidden)/books on (hidden)"),
    ],
)
def test_secrets_are_known_by_their_names_and_looks(text: str, shown: str) -> None:
    assert Redaction(["/home/ada", "attic-pc"]).text(text) == shown


@pytest.mark.fuzz
@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "a",
        "<input ",
        "name=",
        "?a=",
        "&token=",
        "eyJa",
        "a@",
        "a.",
        "https://",
        '"token":',
        "0a",
        "-",
        "\\",
        '\\"token\\":',
        "<meta content=",
    ],
)
def test_a_megabyte_takes_no_time(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    assert seconds_of_work(lambda: Redaction(["/home/ada"]).text(text), enough=6) < 6
