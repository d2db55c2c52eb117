"""Books that are stored already keep the names that they were stored by."""

from __future__ import annotations

import json

import pytest

from ohdio_core.sources.web.content import read_page
from ohdio_core.sources.web.names import refs_of

PAGE = "https://stories.example/books"


def names(offers: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Return the hashes in the address and in the id of each book."""
    told = [{"@type": "Audiobook", "name": name, "audio": audio} for name, audio in offers.items()]
    html = f'<script type="application/ld+json">{json.dumps(told)}</script>'
    refs = refs_of(read_page(html.encode(), PAGE).books, PAGE)
    start = f"{PAGE}#book="
    return [(ref.url.removeprefix(start), ref.external_id.removeprefix(start)) for ref in refs]


@pytest.mark.parametrize(
    ("audio", "stored"),
    [
        (["/x.m4b", "/x1.mp3", "/x2.mp3"], ("22384a850f9de39e", "8b658e2a49902343")),
        (["/y_64kb.mp3", "/y.mp3"], ("565eb9bed1ba1a32", "2c188cf04c1f7cdc")),
        (["/z.ogg?download=1", "/z.ogg", "/z2.mp3"], ("08d63b09fdb76fe8", "ca63a5e4313c36be")),
        (["/w.ogg", "/w2.mp3", "/w.mp3"], ("64e7be82e5ab8f71", "184473dfdcf5f534")),
        (["/v.m4b?a=1", "/v.mp3?a=1"], ("8514581f412d91a3", "cdc3271ded695905")),
        (["/s.m3u8", "/s.mp3"], ("565abdea3b953aaa", "640273dd2a7458ce")),
        (["/n.mp3?_=3", "/n2.mp3"], ("aecdeb70d02afc78", "234fbddc9cdeb166")),
    ],
    ids=["whole book", "bit rate", "manner", "ending", "ending and query", "stream", "number"],
)
def test_a_book_is_named_as_before_forms_were_told_apart(audio: list[str], stored: tuple[str, str]) -> None:
    assert names({"Other": ["/other.mp3"], "Fog": audio})[1] == stored


def test_two_that_begin_with_the_same_recording_are_named_as_before() -> None:
    audio = ["/w.ogg", "/w2.mp3", "/w.mp3"]
    assert names({"W": audio, "Again": audio}) == [
        ("64e7be82e5ab8f71", "184473dfdcf5f534"),
        ("bf3943b06e1208d7", "3146bba25e8528de"),
    ]
