from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.sources.audio_extensions import AUDIO_EXTENSIONS
from ohdio_core.sources.rss import links
from ohdio_core.sources.rss.media_types import is_sound
from ohdio_core.sources.web.links import LinkKind, absolute, audio_id, is_signed, kind_of, match, name_in, names_file


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://stories.example/lighthouse/", TargetKind.CATEGORY),
        ("https://stories.example/listen.php?id=4", TargetKind.CATEGORY),
        ("https://stories.example/lighthouse.MP3?v=2", TargetKind.AUDIOBOOK),
        ("https://stories.example/film.mp4", TargetKind.AUDIOBOOK),
        ("https://stories.example/master.m3u8", TargetKind.AUDIOBOOK),
        ("https://stories.example/all.pls", TargetKind.AUDIOBOOK),
        ("https://stories.example/page#book=0123456789abcdef", TargetKind.AUDIOBOOK),
    ],
)
def test_a_file_or_playlist_is_a_book_and_all_else_a_page(url: str, kind: TargetKind) -> None:
    target = match(url)
    assert target is not None
    assert (target.kind, target.external_id) == (kind, target.url)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://stories.example/a.mp3", "feed://stories.example/x", "https://ici.radio-canada.ca/ohdio/elsewhere/3"],
)
def test_what_is_not_on_the_web_or_is_another_sources_is_left_alone(url: str) -> None:
    assert match(url) is None


def test_the_same_page_has_one_address_however_it_was_pasted() -> None:
    spellings = [
        "HTTPS://Stories.example:443/a?utm_source=x#top",
        "https://stories.example/a#book",
        " https://stories.example/a",
    ]
    assert {match(spelling) for spelling in spellings} == {match("https://stories.example/a")}


def test_it_is_the_same_page_by_http_though_that_is_what_is_asked_then() -> None:
    by_http, by_https = match("http://stories.example:80/a"), match("https://stories.example/a")
    assert by_http is not None
    assert by_https is not None
    assert (by_http.external_id, by_http.url) == (by_https.external_id, "http://stories.example/a")


@given(
    name=st.from_regex(r"[\w.~-]{1,300}/?", fullmatch=True, alphabet=st.characters(max_codepoint=127)),
    base=st.sampled_from(
        ["https://stories.example", "https://stories.example/a/b?c/d#e", "http://contes.example/é/", "file:///a/", "x"]
    ),
)
def test_the_name_of_a_neighbour_means_what_it_means_in_full(name: str, base: str) -> None:
    assert absolute(name, base) == absolute(f"./{name}", base)


def test_a_film_counts_only_where_a_person_names_it() -> None:
    assert kind_of("https://stories.example/film.mp4") is LinkKind.PAGE
    assert kind_of("https://stories.example/film.mp4", is_named_by_person=True) is LinkKind.AUDIO


@pytest.mark.parametrize("extension", AUDIO_EXTENSIONS)
def test_an_ending_of_sound_is_one_for_every_source(extension: str) -> None:
    address = f"https://stories.example/feed/1{extension.upper()}"
    assert kind_of(address) is LinkKind.AUDIO
    assert names_file(address)
    assert is_sound(address, "image/jpeg") is True
    assert links.match(address) is None


@pytest.mark.parametrize("extension", [".aiff", ".aif", ".wav", ".wma", ".mka"])
def test_recordings_of_rarer_kinds_are_books(extension: str) -> None:
    target = match(f"https://stories.example/lighthouse{extension}")
    assert target is not None
    assert target.kind is TargetKind.AUDIOBOOK


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("a b.mp3", "https://stories.example/dir/a%20b.mp3"),
        ("//cdn.example/a.mp3", "https://cdn.example/a.mp3"),
        ("../up.mp3#t=3", "https://stories.example/up.mp3"),
        ("javascript:play()", None),
        ("data:audio/mpeg;base64,AAAA", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_a_reference_means_an_address_or_nothing(reference: str, address: str | None) -> None:
    assert absolute(reference, "https://stories.example/dir/page.html") == address


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://stories.example/Le%20phare_1.mp3", "Le phare 1"),
        ("https://stories.example/books/The.Lighthouse/", "The.Lighthouse"),
        ("https://stories.example/", "stories.example"),
    ],
)
def test_an_address_ends_with_a_name(url: str, name: str) -> None:
    assert name_in(url) == name


def test_a_signed_address_keeps_its_name_when_it_is_signed_anew() -> None:
    first, second = (f"https://cdn.example/a.mp3?id=4&Expires={time}&Signature=x{time}" for time in (1, 2))
    assert is_signed(first)
    assert audio_id(first, is_stream=False) == audio_id(second, is_stream=False)
    assert audio_id(first, is_stream=False) != audio_id(first.replace("id=4", "id=5"), is_stream=False)
    assert not is_signed("https://cdn.example/a.mp3?id=4")


@given(st.text(), st.text())
def test_any_reference_on_any_page_is_an_address_or_nothing(reference: str, base: str) -> None:
    found = absolute(reference, f"https://stories.example/{base}")
    assert found is None or found.startswith(("http://", "https://"))


@given(st.text())
def test_any_text_is_a_stable_target_or_none(text: str) -> None:
    target = match(f"https://stories.example/{text}")
    assert target is None or match(target.url) == target or len(target.url) > 2048
