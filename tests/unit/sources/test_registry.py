"""What holds for every source, and for how they are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.identity import canonical_url
from ohdio_core.errors import PermanentError, UnsupportedUrl
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.protocol import Source
from ohdio_core.sources.registry import SOURCES, SourceRegistry, offered
from ohdio_core.sources.ytdlp.source import YtdlpSource

REGISTRY = SourceRegistry()
#: It takes every link that is left, and so comes last.
ANY_PAGE = SOURCES[-1]
EXAMPLES = [(source, url) for source in SOURCES for url in source.examples]

link_like = st.text() | st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "feed://", "http://a.example/"]),
    st.text(),
    st.sampled_from(["", ".xml"]),
)


class TestConformance:
    @pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
    def test_it_says_what_it_is(self, source: Source) -> None:
        assert source.name.isidentifier()
        assert source.label.text
        assert source.examples

    @pytest.mark.parametrize(("source", "url"), EXAMPLES)
    def test_its_examples_are_its_own(self, source: Source, url: str) -> None:
        found, target = REGISTRY.identify(url)
        assert found is source
        assert target.source == source.name
        assert target.external_id

    @pytest.mark.parametrize(("source", "url"), EXAMPLES)
    def test_no_other_source_takes_them(self, source: Source, url: str) -> None:
        assert [other.name for other in SOURCES if other.match(url) is not None and other is not ANY_PAGE] == (
            [] if source is ANY_PAGE else [source.name]
        )

    @pytest.mark.parametrize(("source", "url"), EXAMPLES)
    def test_the_canonical_url_is_its_own_canonical_url(self, source: Source, url: str) -> None:
        target = source.match(url)
        assert target is not None
        assert source.match(target.url) == target
        assert canonical_url(target.url) == target.url

    @pytest.mark.parametrize(("source", "url"), EXAMPLES)
    def test_however_a_link_is_pasted_it_is_the_same_target(self, source: Source, url: str) -> None:
        separator = "&" if "?" in url else "?"
        for spelling in (f"  {url}\n", f"{url}{separator}utm_source=x", f"{url}#top", url.replace("https", "HTTPS")):
            assert source.match(spelling) == source.match(url)

    @pytest.mark.parametrize(("source", "url"), EXAMPLES)
    def test_requests_are_paced_under_a_name(self, source: Source, url: str) -> None:
        assert source.site_key(url)

    @pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
    @given(url=link_like)
    def test_any_text_is_a_target_with_a_stable_url_or_none(self, source: Source, url: str) -> None:
        target = source.match(url)
        if target is not None:
            again = source.match(target.url)
            # Escaping may make a link longer than a link may be; then it is no link any more.
            assert again == target or len(target.url) > 2048


class TestIdentify:
    def test_names_are_distinct(self) -> None:
        assert len({source.name for source in SOURCES}) == len(SOURCES)

    @pytest.mark.parametrize(
        "url", ["feed://m.radio-canada.ca/ohdio/nothing", "https://ici.radio-canada.ca/ohdio/nothing/of/ours"]
    )
    def test_a_link_of_nothing_we_know_is_refused_with_what_is_supported(self, url: str) -> None:
        with pytest.raises(UnsupportedUrl) as caught:
            REGISTRY.identify(url)
        for source in SOURCES:
            assert source.label.text in str(caught.value)

    @pytest.mark.parametrize(("url", "said"), [("", "empty"), ("https://x:y@podcasts.example/feed.xml", "password")])
    def test_what_is_no_link_is_refused_with_the_reason(self, url: str, said: str) -> None:
        with pytest.raises(PermanentError, match=said):
            REGISTRY.identify(url)


class TestByName:
    @pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
    def test_a_stored_name_finds_its_source(self, source: Source) -> None:
        assert REGISTRY.by_name(source.name) is source

    def test_a_name_that_is_gone_is_said(self) -> None:
        with pytest.raises(PermanentError, match="'gone'"):
            REGISTRY.by_name("gone")


class TestYtdlp:
    def test_is_offered_where_it_is_wanted_between_known_sites_and_any_page(self) -> None:
        names = [source.name for source in offered(ClientSettings(), with_ytdlp=True)]
        assert names == [*(source.name for source in SOURCES[:-1]), "ytdlp", "web"]

    def test_is_not_offered_where_it_is_not_wanted(self) -> None:
        assert offered(ClientSettings(), with_ytdlp=False) is SOURCES

    def test_takes_only_the_sites_that_need_it(self) -> None:
        registry = SourceRegistry(offered(ClientSettings(), with_ytdlp=True))
        for url in YtdlpSource.examples:
            source, target = registry.identify(url)
            assert source.name == "ytdlp"
            assert source.match(target.url) == target
        assert registry.identify("https://stories.example/")[0].name == "web"


@pytest.mark.parametrize("link", ["https://www.youtube.com/watch?v=a1b2", "soundcloud.com/someone/a-story"])
def test_what_only_the_missing_extra_reads_is_refused_with_how_to_get_it(link: str) -> None:
    with pytest.raises(PermanentError, match=r"Only yt-dlp reads what is on .*`pip install .*OHDIO_YTDLP=true"):
        SourceRegistry().identify(link)
    source, _ = SourceRegistry((*SOURCES[:-1], YtdlpSource(ClientSettings()), SOURCES[-1])).identify(link)
    assert source.name == "ytdlp"
