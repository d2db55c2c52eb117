from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import TargetKind
from ohdio_core.domain.identity import canonical_url
from ohdio_core.sources.librivox.links import api_url, listing_of, match
from ohdio_core.sources.registry import SourceRegistry
from tests.unit.sources.librivox.answers import SLUG

slugs = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){1,5}", fullmatch=True).filter(
    lambda slug: not slug.startswith("wp-")
)


class TestBooks:
    @pytest.mark.parametrize(
        "url",
        [
            f"https://librivox.org/{SLUG}/",
            f"http://librivox.org/{SLUG}",
            f"https://www.librivox.org/{SLUG}/?utm_source=x#top",
            f"https://m.librivox.org/{SLUG.upper()}/",
        ],
    )
    def test_every_address_of_a_book_is_the_book(self, url: str) -> None:
        target = match(url)
        assert target is not None
        assert (target.kind, target.external_id) == (TargetKind.AUDIOBOOK, SLUG)
        assert target.url == f"https://librivox.org/{SLUG}/"

    @given(slugs, slugs)
    def test_different_books_are_never_merged(self, one: str, other: str) -> None:
        assume(one != other)
        assert match(f"https://librivox.org/{one}/") != match(f"http://librivox.org/{other}")

    @given(slugs)
    def test_the_canonical_url_is_its_own(self, slug: str) -> None:
        target = match(f"https://librivox.org/{slug}")
        assert target is not None
        assert match(target.url) == target
        assert canonical_url(target.url) == target.url

    @pytest.mark.parametrize("slug", ["brume", "1984-by-x", "brume-by-odile-"])
    def test_a_slug_may_be_any_words(self, slug: str) -> None:
        target = match(f"https://librivox.org/{slug}/")
        assert target is not None
        assert (target.kind, target.external_id) == (TargetKind.AUDIOBOOK, slug)
        assert match(target.url) == target

    def test_a_slug_in_another_alphabet_is_kept(self) -> None:
        target = match("https://librivox.org/%e7%81%af%e5%8f%b0-by-someone/")
        assert target is not None
        assert match(target.url) == target

    @pytest.mark.parametrize(
        "url",
        [
            "https://librivox.org/",
            "https://librivox.org/search",
            "https://librivox.org/search?search_category=title&primary_key=0",
            "https://librivox.org/pages/about-librivox/",
            "https://librivox.org/2011/03/05/a-post/",
            "https://librivox.org/2011/",
            "https://librivox.org/wp-content/",
            "https://librivox.org/Forum/",
            "https://librivox.org/reader/",
            "https://librivox.org/advanced_search",
            "https://librivox.org/---/",
            "https://forum.librivox.org/le-gardien/",
            "https://librivox.org/rss/latest_releases",
            "ftp://librivox.org/a-by-b/",
        ],
    )
    def test_anything_else_is_not_ours(self, url: str) -> None:
        assert match(url) is None


class TestListings:
    @pytest.mark.parametrize(
        "url",
        [
            "https://librivox.org/rss/52",
            "http://www.librivox.org/rss/0052/",
            "https://librivox.org/api/feed/audiobooks?id=52&format=json",
            "https://librivox.org/api/feed/audiobooks/id/52",
        ],
    )
    def test_an_id_is_a_listing_of_one_book(self, url: str) -> None:
        target = match(url)
        assert target is not None
        assert (target.kind, target.url) == (TargetKind.CATEGORY, "https://librivox.org/rss/52")
        assert listing_of(target).book_id == "52"

    def test_a_feed_of_a_book_is_librivoxs_and_no_feed_any_more(self) -> None:
        source, _ = SourceRegistry().identify("https://librivox.org/rss/52")
        assert source.name == "librivox"

    @pytest.mark.parametrize(
        ("url", "canonical", "results"),
        [
            ("http://librivox.org/author/86?primary_key=86&search_page=2", "author/86", ("author", "86")),
            ("https://librivox.org/reader/1060/", "reader/1060", ("reader", "1060")),
            (
                "https://librivox.org/search?primary_key=11&search_category=genre&search_page=1&search_form=get_results",
                "search?primary_key=11&search_category=genre",
                ("genre", "11"),
            ),
            (
                "https://librivox.org/search/?search_category=language&primary_key=2",
                "search?primary_key=2&search_category=language",
                ("language", "2"),
            ),
        ],
    )
    def test_the_sites_listings_are_ours(self, url: str, canonical: str, results: tuple[str, str]) -> None:
        target = match(url)
        assert target is not None
        assert (target.kind, target.url) == (TargetKind.CATEGORY, f"https://librivox.org/{canonical}")
        assert listing_of(target).results == results
        assert match(target.url) == target

    @pytest.mark.parametrize(
        ("query", "filters"),
        [
            ("?since=1300000000&format=json&extended=1&limit=5", (("since", "1300000000"),)),
            ("?language=French&genre=Poetry", (("genre", "Poetry"), ("language", "French"))),
            ("/author/austen", (("author", "austen"),)),
            ("/title/%5Ela%20brume", (("title", "^la brume"),)),
            ("/?offset=50", ()),
            ("", ()),
        ],
    )
    def test_a_query_of_the_catalogue_is_what_it_chooses_by(
        self, query: str, filters: tuple[tuple[str, str], ...]
    ) -> None:
        target = match(f"https://librivox.org/api/feed/audiobooks{query}")
        assert target is not None
        assert listing_of(target).filters == filters
        assert match(target.url) == target
        assert canonical_url(target.url) == target.url

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_no_words_of_a_query_raise(self, genre: str, title: str) -> None:
        url = api_url({"genre": genre, "title": title})
        target = match(url)
        assert target is None or match(target.url) == target
