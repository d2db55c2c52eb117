from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.typed_link import complete_link, is_link
from ohdio_core.errors import PermanentError
from ohdio_core.sources.registry import SourceRegistry


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("librivox.org/alice-by-lewis-carroll/", "https://librivox.org/alice-by-lewis-carroll/"),
        (" www.podcasts.example/feed.xml ", "https://www.podcasts.example/feed.xml"),
        ("//podcasts.example/feed.xml", "https://podcasts.example/feed.xml"),
        ("podcasts.example:8443/feed.xml", "https://podcasts.example:8443/feed.xml"),
        ("librivox.org", "https://librivox.org"),
        ("podcasts.example:8443", "https://podcasts.example:8443"),
        ("récits.example/feed.xml", "https://récits.example/feed.xml"),
        ("<https://podcasts.example/feed.xml>", "https://podcasts.example/feed.xml"),
        ("“https://podcasts.example/feed.xml”", "https://podcasts.example/feed.xml"),
        ("« https://podcasts.example/feed.xml »", "https://podcasts.example/feed.xml"),
        ('"https://podcasts.example/feed.xml"', "https://podcasts.example/feed.xml"),
        ("\u200bhttps://podcasts.example/feed.xml\ufeff", "https://podcasts.example/feed.xml"),
        ("view-source:https://podcasts.example/feed.xml", "https://podcasts.example/feed.xml"),
        ("https://podcasts.example/l'eau'", "https://podcasts.example/l'eau'"),
    ],
)
def test_what_lacks_only_its_scheme_is_completed(typed: str, meant: str) -> None:
    assert complete_link(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "http://podcasts.example/feed.xml",
        "feed://podcasts.example/feed.xml",
        "feed:https://podcasts.example/feed.xml",
        "file:///home/ana/book.mp3",
        "mailto:ana@podcasts.example/x",
        "le phare et la brume",
        "Le phare / la brume",
        "book.mp3",
        "Le.phare.MP3",
        "subscriptions.opml",
        "./recits/book.mp3",
        "../recits/book.mp3",
        "/recits/book.mp3",
        "and/or",
        "12",
        "3.14/2",
        "",
    ],
)
def test_anything_else_is_left_as_it_is(typed: str) -> None:
    assert complete_link(typed) == typed


@given(st.text())
def test_a_completed_link_is_complete(text: str) -> None:
    assert complete_link(complete_link(text)) == complete_link(text)


def test_a_link_without_its_scheme_leads_to_the_same_book() -> None:
    bare = "ici.radio-canada.ca/ohdio/livres-audio/501/le-phare"

    assert SourceRegistry().identify(bare) == SourceRegistry().identify(f"https://{bare}")


def test_protected_media_are_refused_without_a_scheme_too() -> None:
    with pytest.raises(PermanentError, match="DRM"):
        SourceRegistry().identify("open.spotify.com/show/501")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("librivox.org/x", True), ("https://librivox.org", True), ("Dr.No", False), ("12", False), ("A/B", False)],
)
def test_words_of_a_title_are_no_link(text: str, is_one: bool) -> None:
    assert is_link(text) is is_one
