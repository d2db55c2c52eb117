"""Addresses as browsers read them, in a table of our own after the manner of the URL standard's tests.

The rows are invented; what differs from browsers is in ``DIFFERENCES``, with the reason.
"""

from __future__ import annotations

import pytest

from ohdio_core.domain.identity import canonical_url, refuse_reason
from ohdio_core.sources.http.request import parse_address
from ohdio_core.sources.resolution import resolved
from ohdio_core.sources.rss.addresses import absolute as in_feeds
from ohdio_core.sources.web.links import absolute as on_pages

BASE = "https://shelf.example/books/blue/index.html?page=2#top"

#: A reference on the page at BASE, and where browsers go.
REFERENCES = [
    ("a.mp3", "https://shelf.example/books/blue/a.mp3"),
    ("./a.mp3", "https://shelf.example/books/blue/a.mp3"),
    ("../red/a.mp3", "https://shelf.example/books/red/a.mp3"),
    ("../../../../a.mp3", "https://shelf.example/a.mp3"),
    ("/a/./b/../c.mp3", "https://shelf.example/a/c.mp3"),
    ("/a/%2e%2e/c.mp3", "https://shelf.example/c.mp3"),
    ("/a/.%2E/c.mp3", "https://shelf.example/c.mp3"),
    ("https://other.example/x/../y/./z.mp3", "https://other.example/y/z.mp3"),
    ("https://other.example/../../z.mp3", "https://other.example/z.mp3"),
    ("https://other.example/x/..", "https://other.example/"),
    ("https://other.example/x//../z.mp3", "https://other.example/x/z.mp3"),
    ("//other.example/z.mp3", "https://other.example/z.mp3"),
    ("//other.example", "https://other.example"),
    ("?page=3", "https://shelf.example/books/blue/index.html?page=3"),
    ("two words.mp3", "https://shelf.example/books/blue/two%20words.mp3"),
    ("https://other.example/two words.mp3?a b", "https://other.example/two%20words.mp3?a%20b"),
    (" \t\n a.mp3 \r\n", "https://shelf.example/books/blue/a.mp3"),
    ("a\n.mp3", "https://shelf.example/books/blue/a.mp3"),
    ("https://other.example/a\tb.mp3", "https://other.example/ab.mp3"),
    ("\x01a.mp3\x1f", "https://shelf.example/books/blue/a.mp3"),
    ("..\\red\\a.mp3", "https://shelf.example/books/red/a.mp3"),
    ("\\\\other.example\\a.mp3", "https://other.example/a.mp3"),
    ("https:\\\\other.example\\x\\..\\a.mp3", "https://other.example/a.mp3"),
    ("a.mp3?path=x\\y", "https://shelf.example/books/blue/a.mp3?path=x\\y"),
    ("HTTPS://other.example/A.mp3", "https://other.example/A.mp3"),
    ("https://@other.example/a.mp3", "https://other.example/a.mp3"),
    ("https://:@other.example/a.mp3", "https://other.example/a.mp3"),
    ("https://other.example/a@b.mp3", "https://other.example/a@b.mp3"),
    ("https://other.example/a%zz.mp3", "https://other.example/a%zz.mp3"),
    ("https://other.example/.hidden/...mp3", "https://other.example/.hidden/...mp3"),
    ("https://other.example/a?x=../y", "https://other.example/a?x=../y"),
    ("été/[1].mp3", "https://shelf.example/books/blue/été/[1].mp3"),
]

#: A reference that nobody can follow here; browsers go nowhere either, or not by the web.
NOWHERE = [
    *(
        "",
        " ",
        "mailto:ana@other.example",
        "javascript:play()",
        "data:audio/mpeg;base64,AAAA",
        "ftp://other.example/a.mp3",
    ),
    *("https://", "https://[::1", "https://other.example:99999/", "https://other .example/", "https://a<b>.example/"),
]

#: What is added by hand, and what it is known by.
TYPED = [
    ("https://other.example/x/../y.xml", "https://other.example/y.xml"),
    ("https://other.example/%2e%2e/y.xml", "https://other.example/y.xml"),
    ("https://other.example/two words.xml", "https://other.example/two%20words.xml"),
    ("https://other.example/two words.xml?q=a b", "https://other.example/two%20words.xml?q=a%20b"),
    ("https:\\\\other.example\\y.xml", "https://other.example/y.xml"),
    ("https://@other.example/y.xml", "https://other.example/y.xml"),
    ("https://:@other.example/y.xml", "https://other.example/y.xml"),
    ("https://other.example:443/y.xml", "https://other.example/y.xml"),
    ("https://other.example:/y.xml", "https://other.example/y.xml"),
    ("https://other.example:0443/y.xml", "https://other.example/y.xml"),
    ("https://other.example?y", "https://other.example/?y"),
]

#: What is added by hand, where browsers go, what is done here (None: refused), and why.
DIFFERENCES = [
    (
        "https://ana:secret@other.example/",
        "https://other.example/",
        None,
        "a password belongs into no link that is kept",
    ),
    (
        "https:///other.example/y",
        "https://other.example/y",
        None,
        "it has lost its host more often than gained a slash",
    ),
    ("https:other.example/y", "https://other.example/y", None, "the same"),
    (
        "https://a.example/x https://b.example/y",
        "https://a.example/x%20https://b.example/y",
        None,
        "these are two links",
    ),
    ("https://a.example/x\nhttps://b.example/y", "https://a.example/xhttps://b.example/y", None, "these are two links"),
    ("https://a.example/\x00y", "https://a.example/%00y", None, "no file is called so"),
    ("https://a.example./y", "https://a.example./y", "https://a.example/y", "it is one site"),
    ("https://a.example/%7Ey", "https://a.example/%7Ey", "https://a.example/~y", "it is one file (RFC 3986 6.2.2)"),
    ("https://a.example/%c3%a9", "https://a.example/%c3%a9", "https://a.example/%C3%A9", "it is one file"),
    ("https://a.example/100%", "https://a.example/100%", "https://a.example/100%25", "it is one file"),
    ("https://a.example/?utm_source=x", "https://a.example/?utm_source=x", "https://a.example/", "it is one page"),
    ("https://a.example/#y", "https://a.example/#y", "https://a.example/", "no server sees it"),
]


@pytest.mark.parametrize(("reference", "expected"), REFERENCES)
def test_a_reference_leads_where_browsers_go(reference: str, expected: str) -> None:
    assert resolved(reference, BASE) == expected
    assert in_feeds(reference, BASE) == expected
    assert on_pages(reference, BASE) == expected


@pytest.mark.parametrize("reference", NOWHERE)
def test_a_reference_that_nobody_can_follow_leads_nowhere(reference: str) -> None:
    assert resolved(reference, BASE) is in_feeds(reference, BASE) is on_pages(reference, BASE) is None


@pytest.mark.parametrize(("typed", "expected"), TYPED)
def test_a_link_is_known_by_what_browsers_read(typed: str, expected: str) -> None:
    assert refuse_reason(typed) is None
    assert canonical_url(typed) == expected


@pytest.mark.parametrize(("typed", "in_browsers", "here", "why"), DIFFERENCES)
def test_what_differs_differs_on_purpose(typed: str, in_browsers: str, here: str | None, why: str) -> None:
    assert why
    assert in_browsers != here
    if here is None:
        assert refuse_reason(typed) is not None
    else:
        assert canonical_url(typed) == here


@pytest.mark.parametrize("url", ["https://a.example/x/../y?z=/../", "https://a.example/%2E%2e/y?z=/../"])
def test_no_request_has_a_segment_of_dots(url: str) -> None:
    assert parse_address(url).target == "/y?z=/../"
