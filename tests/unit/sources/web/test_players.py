from __future__ import annotations

import pytest

from ohdio_core.sources.web.players import feed_hint


@pytest.mark.parametrize(
    "url",
    [
        "https://podcasts.apple.com/ca/podcast/contes-du-port/id1234567890",
        "https://podcasts.apple.com/ca/podcast/un-conte/id1234567890?i=1000654321",
        "https://itunes.apple.com/us/podcast/contes-du-port/id1234567890",
    ],
)
def test_a_page_of_apple_podcasts_tells_where_its_feed_is_named(url: str) -> None:
    assert "https://itunes.apple.com/lookup?id=1234567890 names it as “feedUrl”" in str(feed_hint(url))


@pytest.mark.parametrize(
    "url", ["https://podcasts.apple.com/ca/browse", "https://pca.st/abc", "https://overcast.fm/itunes1/contes"]
)
def test_a_page_that_has_no_number_tells_to_look_on_the_podcasts_own_site(url: str) -> None:
    assert "its own site names it" in str(feed_hint(url))


@pytest.mark.parametrize("url", ["https://stories.example/id1234567890", "https://music.apple.com/x/id1234567"])
def test_other_sites_are_what_they_are(url: str) -> None:
    assert feed_hint(url) is None
