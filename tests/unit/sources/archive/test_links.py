from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.domain.identity import canonical_url
from ohdio_core.sources.archive.links import file_url, item_of, item_url, match, query_of

identifiers = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,40}", fullmatch=True)


class TestItems:
    @pytest.mark.parametrize(
        "url",
        [
            "https://archive.org/details/gardien_brume",
            "http://www.archive.org/details/gardien_brume/",
            "https://m.archive.org/details/gardien_brume?utm_source=x#reviews",
            "https://archive.org/details/gardien_brume/gardien_01_vachon.mp3",
            "https://archive.org/download/gardien_brume/gardien_01.mp3",
            "https://archive.org/download/gardien_brume",
            "https://archive.org/download/gardien_brume/gardien_brume_meta.xml",
            "https://archive.org/download/gardien_brume/gardien_brume_files.xml",
            "https://archive.org/stream/gardien_brume/gardien_01.mp3",
            "https://archive.org/embed/gardien_brume?playlist=1",
            "https://archive.org/metadata/gardien_brume",
            "https://archive.org/services/img/gardien_brume",
            "https://ia800204.us.archive.org/12/items/gardien_brume/gardien_01.mp3",
        ],
    )
    def test_every_address_of_an_item_is_the_item(self, url: str) -> None:
        target = match(url)
        assert target is not None
        assert (target.kind, target.external_id) == (TargetKind.AUDIOBOOK, "gardien_brume")
        assert target.url == "https://archive.org/details/gardien_brume"

    @given(identifiers, identifiers)
    def test_different_items_are_never_merged(self, one: str, other: str) -> None:
        assume(one != other)
        for shape in ("https://archive.org/details/{}", "http://archive.org/download/{}/a.mp3"):
            assert match(shape.format(one)) != match(shape.format(other))

    @given(identifiers)
    def test_the_canonical_url_is_its_own(self, identifier: str) -> None:
        assert item_of(item_url(identifier)) in (identifier, None)
        target = match(item_url(identifier))
        assert target is not None
        assert match(target.url) == target
        assert canonical_url(target.url) == target.url

    @pytest.mark.parametrize(
        "url",
        [
            "https://archive.org/",
            "https://archive.org/about/",
            "https://archive.org/details/@somebody",
            "https://archive.org/search?query=",
            "https://archive.org/download/gardien_brume/feed.xml",
            "https://archive.org/download/gardien_brume/podcast/show.rss",
            "https://web.archive.org/web/2011/http://a.example/",
            "https://archive.org.evil.example/details/a",
            "ftp://archive.org/details/a",
        ],
    )
    def test_anything_else_is_not_ours(self, url: str) -> None:
        assert match(url) is None

    def test_a_files_name_is_escaped(self) -> None:
        assert file_url("a", "CD 1/à#?.mp3") == "https://archive.org/download/a/CD%201/%C3%A0%23%3F.mp3"


class TestListings:
    @pytest.mark.parametrize(
        "url",
        ["https://archive.org/details/librivoxaudio", "http://archive.org/details/librivoxaudio?tab=collection&x=1"],
    )
    def test_a_collection_is_a_listing(self, url: str) -> None:
        target = match(url)
        assert target is not None
        assert (target.kind, query_of(target)) == (TargetKind.CATEGORY, "collection:librivoxaudio")
        assert match(target.url) == target

    def test_any_item_is_a_collection_where_the_address_says_so(self) -> None:
        target = match("https://archive.org/details/brumes?sort=-date")
        assert target is not None
        assert query_of(target) == "collection:brumes"

    def test_a_search_in_a_collection_is_both(self) -> None:
        target = match("https://archive.org/details/librivoxaudio?query=phare")
        assert target is not None
        assert query_of(target) == "(collection:librivoxaudio) AND (phare)"

    @pytest.mark.parametrize(
        "url",
        [
            "https://archive.org/search?query=creator%3AVachon",
            "https://archive.org/search.php?query=creator:Vachon&page=3",
            "https://archive.org/advancedsearch.php?q=creator%3AVachon&output=json&rows=5",
        ],
    )
    def test_a_search_is_the_same_by_any_page(self, url: str) -> None:
        target = match(url)
        assert target is not None
        assert (target.url, query_of(target)) == ("https://archive.org/search?query=creator%3AVachon", "creator:Vachon")

    def test_what_is_ticked_beside_a_search_restricts_it(self) -> None:
        target = match("https://archive.org/search?query=phare&and%5B%5D=language%3A%22French%22")
        assert target is not None
        assert query_of(target) == '(phare) AND (language:"French")'

    @given(st.text(max_size=50), st.text(max_size=50))
    def test_a_searchs_url_is_stable_and_says_its_words(self, one: str, other: str) -> None:
        first = match(f"https://archive.org/search?query={quote(one, errors='replace')}")
        second = match(f"https://archive.org/search?query={quote(other, errors='replace')}")
        if first is not None:
            assert match(first.url) == first
            assert canonical_url(first.url) == first.url
            assert query_of(first) == " ".join(one.encode(errors="replace").decode().split())
            assert first != second or one.split() == other.split()
