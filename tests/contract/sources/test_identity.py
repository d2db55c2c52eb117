"""The same book through different links is one book; another edition is another. For every source."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.domain.audiobook import Target
from ohdio_core.errors import PermanentError, UnsupportedUrl
from ohdio_core.sources.canonical import canonical_url
from ohdio_core.sources.http import ClientSettings
from ohdio_core.sources.registry import SourceRegistry, offered

#: Schemes by which browsers hand feeds to readers and to podcast apps.
READERS = ("feed", "pcast", "itpc", "podcast")
REGISTRY = SourceRegistry(offered(ClientSettings(), with_ytdlp=True))

#: Each row is one thing, under every link that it is known to have.
ONE_THING = (
    (
        "https://ici.radio-canada.ca/ohdio/livres-audio/42418/du-bon-usage-des-etoiles",
        "http://ici.radio-canada.ca/ohdio/livres-audio/42418",
        "https://ici.radio-canada.ca/ohdio/livres-audio/42418/another-slug?utm_source=x#top",
        "https://ici.radio-canada.ca/ohdio/livres-audio/42418/du-bon-usage-des-etoiles/7270050-0",
        "https://ici.radio-canada.ca/ohdio/recherche/produits/livres-audio/42418/du-bon-usage-des-etoiles",
    ),
    ("https://ici.radio-canada.ca/ohdio/livres-audio/42419/du-bon-usage-des-etoiles",),
    (
        "https://ici.radio-canada.ca/ohdio/balados/42418/une-serie",
        "http://ici.radio-canada.ca/ohdio/recherche/produits/balados/42418/une-serie?pageNumber=2",
    ),
    ("https://ici.radio-canada.ca/ohdio/balados/42418/une-serie/7001/un-episode",),
    ("https://ici.radio-canada.ca/ohdio/categories/42418/roman",),
    (
        "https://librivox.org/the-lighthouse-by-ana-roy/",
        "http://www.librivox.org/the-lighthouse-by-ana-roy?utm_source=x",
        "https://LIBRIVOX.org/the-lighthouse-by-ana-roy/#top",
    ),
    ("https://librivox.org/the-lighthouse-version-2-by-ana-roy/",),
    ("https://librivox.org/author/86", "http://librivox.org/author/86/?utm_medium=y"),
    ("https://librivox.org/author/87",),
    ("https://librivox.org/rss/52", "feed://librivox.org/rss/52", "feed:https://librivox.org/rss/52"),
    (
        "https://archive.org/details/lighthouse_0709_librivox",
        "http://www.archive.org/download/lighthouse_0709_librivox/chapter_01_64kb.mp3",
        "https://archive.org/embed/lighthouse_0709_librivox?autoplay=1",
        "https://archive.org/stream/lighthouse_0709_librivox",
        "https://archive.org/metadata/lighthouse_0709_librivox",
        "feed://archive.org/download/lighthouse_0709_librivox?format=rss",
    ),
    ("https://archive.org/details/lighthouse_0710_librivox",),
    (
        "https://straße.example/feed.xml",
        "https://STRAßE.example/feed.xml",
        "https://xn--strae-oqa.example/feed.xml",
        "feed://stra%C3%9Fe.example/feed.xml",
    ),
    ("https://strasse.example/feed.xml",),
    ("https://straße.example/märchen/", "https://xn--strae-oqa.example/m%C3%A4rchen/"),
    ("https://strasse.example/märchen/",),
    (
        "https://podcasts.example/show/feed.xml",
        "feed://podcasts.example/show/feed.xml",
        "feed:https://podcasts.example/show/feed.xml",
        "pcast://podcasts.example/show/feed.xml",
        "itpc://podcasts.example/show/feed.xml",
        "podcast://podcasts.example/show/feed.xml",
        "podcast:https://podcasts.example/show/feed.xml",
        "https://podcasts.example:443/show/feed.xml?utm_campaign=z",
    ),
    ("https://podcasts.example/show/feed.xml#book", "pcast://podcasts.example/show/feed.xml#book"),
    (
        "https://podcasts.example/show/feed.xml#item=0123456789abcdef",
        "feed://podcasts.example/show/feed.xml#item=0123456789abcdef",
    ),
    ("feed://podcasts.example/show", "podcast://podcasts.example/show", "pcast://podcasts.example/show"),
    ("feed://podcasts.example/feed/all.m3u8", "itpc://podcasts.example/feed/all.m3u8"),
    ("https://podcasts.example/other/feed.xml",),
    ("https://stories.example/phare/", "https://stories.example/phare/?utm_source=x#top"),
    ("https://stories.example/phare/1.mp3",),
    ("https://stories.example/phare/2.mp3",),
)


def identity(url: str) -> tuple[str, str]:
    """What rows are told apart by; a listing and a book are never of one id."""
    _, target = REGISTRY.identify(url)
    return target.source, target.external_id


@pytest.mark.parametrize("links", ONE_THING, ids=lambda links: links[0].partition("//")[2])
def test_one_thing_has_one_target(links: tuple[str, ...]) -> None:
    targets = {REGISTRY.identify(url)[1] for url in links}
    assert len(targets) == 1
    (target,) = targets
    assert REGISTRY.identify(target.url)[1] == target
    assert canonical_url(target.url) == target.url


def test_different_things_are_never_one() -> None:
    for one, other in combinations((links[0] for links in ONE_THING), 2):
        assert identity(one) != identity(other), (one, other)
        assert REGISTRY.identify(one)[1].url != REGISTRY.identify(other)[1].url


@pytest.mark.parametrize("links", ONE_THING, ids=lambda links: links[0].partition("//")[2])
def test_one_thing_by_http_and_by_https_is_one(links: tuple[str, ...]) -> None:
    assert identity(links[0].replace("https://", "http://", 1)) == identity(links[0])


@pytest.mark.parametrize(
    "pattern",
    [
        "https://ici.radio-canada.ca/ohdio/livres-audio/{}/titre",
        "https://ici.radio-canada.ca/ohdio/categories/{}/genre",
        "https://ici.radio-canada.ca/ohdio/balados/{}/serie",
        "https://ici.radio-canada.ca/ohdio/premiere/emissions/{}/le-matin",
        "https://librivox.org/the-lighthouse-{}-by-ana-roy/",
        "https://librivox.org/reader/{}",
        "https://archive.org/details/lighthouse_{}",
        "https://podcasts.example/{}.xml",
        "https://podcasts.example/feed.xml?show={}",
        "https://podcasts.example/feed.xml#item={:016x}",
        "https://stories.example/{}.mp3",
        "https://soundcloud.com/someone/track-{}",
    ],
)
@given(one=st.integers(1, 10**9), other=st.integers(1, 10**9))
def test_different_ids_never_merge(pattern: str, one: int, other: int) -> None:
    assert (identity(pattern.format(one)) == identity(pattern.format(other))) == (one == other)


@given(
    scheme=st.sampled_from(["https://", *(f"{name}:{rest}" for name in READERS for rest in ("//", "https://"))]),
    host=st.sampled_from(
        ["ici.radio-canada.ca/ohdio", "librivox.org", "archive.org", "feeds.example", "soundcloud.com", "a.example"]
    ),
    path=st.text(st.characters(codec="utf-8"), max_size=60)
    | st.sampled_from(
        ["rss/52", "feed/a.m3u8", "download/x?format=rss", "a.mp3", "show", "feed.xml#book", "x.m3u8#book"]
    ),
)
def test_any_link_has_a_stable_identity_or_is_refused(scheme: str, host: str, path: str) -> None:
    try:
        source, target = REGISTRY.identify(f"{scheme}{host}/{path}")
    except (UnsupportedUrl, PermanentError):
        return
    assert isinstance(target, Target)
    assert (target.source, bool(target.external_id)) == (source.name, True)
    assert len(target.url) > 2048 or REGISTRY.identify(target.url) == (source, target)
    by_http = REGISTRY.identify(target.url.replace("https://", "http://", 1))[1] if len(target.url) <= 2048 else target
    assert (by_http.source, by_http.external_id) == (target.source, target.external_id)
