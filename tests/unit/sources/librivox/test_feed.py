from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.librivox.feed import parse_feed
from tests.fixtures.effort import seconds_of_work
from tests.unit.sources.librivox.answers import SLUG


@pytest.mark.parametrize(
    "link",
    [f"https://librivox.org/{SLUG}/", f"<![CDATA[http://librivox.org/{SLUG}]]>", f"\n  https://librivox.org/{SLUG}/ "],
)
def test_a_feed_names_its_books_page(link: str) -> None:
    book = parse_feed(f"<rss><channel><link>https://librivox.org</link><link>{link}</link></channel></rss>".encode())
    assert book is not None
    assert book.external_id == SLUG


def test_another_feed_names_none() -> None:
    assert parse_feed(b"<rss><channel><link>https://stories.example/a-by-b/</link></channel></rss>") is None


@given(st.binary())
def test_any_bytes_give_a_book_or_none(body: bytes) -> None:
    parse_feed(b"<link>" + body)


@pytest.mark.fuzz
@pytest.mark.parametrize("piece", [b" ", b"<link>", b"<link> ", b"<![CDATA[", b"<link>http://a", b"\n<![CDATA["])
def test_a_megabyte_takes_no_time(piece: bytes) -> None:
    body = b"<link>" + piece * (1_000_000 // len(piece))
    assert seconds_of_work(lambda: parse_feed(body), enough=3) < 3
