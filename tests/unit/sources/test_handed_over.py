"""Links that hand a feed over."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ohdio_core.sources.handed_over import handed_over
from ohdio_core.sources.registry import SourceRegistry

FEED = "https://podcasts.example/feed.xml"
ESCAPED = "https%3A%2F%2Fpodcasts.example%2Ffeed.xml"
IN_BASE64 = base64.urlsafe_b64encode(FEED.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        "feed:podcasts.example/feed.xml",
        "rss://podcasts.example/feed.xml",
        "antennapod-subscribe://podcasts.example/feed.xml",
        "pktc://subscribe/podcasts.example/feed.xml",
        f"https://antennapod.org/deeplink/subscribe?url={ESCAPED}&title=Digue",
        f"https://podcastaddict.com/feed/{ESCAPED}",
        f"https://www.inoreader.com/?add_feed={ESCAPED}",
        f"https://feedly.com/i/subscription/feed%2F{ESCAPED}",
        f"https://gpodder.net/subscribe?url={FEED}",
        f"https://podcasts.google.com/feed/{IN_BASE64}",
        f"https://podcasts.google.com/?feed={IN_BASE64}",
        "https://www.subscribeonandroid.com/podcasts.example/feed.xml",
        f"https://subscribeonandroid.com/{FEED}",
    ],
)
def test_lead_to_the_feed(link: str) -> None:
    source, target = SourceRegistry().identify(link)
    assert (source.name, target.url) == ("rss", FEED)


def test_keep_the_feeds_query_and_scheme() -> None:
    assert (
        handed_over("https://subscribeonandroid.com/podcasts.example/?feed=rss") == "https://podcasts.example/?feed=rss"
    )
    assert handed_over("https://gpodder.net/subscribe?url=http://podcasts.example/x") == "http://podcasts.example/x"


@pytest.mark.parametrize(
    "link",
    [
        "https://antennapod.org/",
        "https://podcastaddict.com/feed/",
        "https://podcasts.google.com/feed/%%%",
        f"https://stories.example/subscribe?url={ESCAPED}",
        "https://podcasts.example/feed.xml",
        "rss",
    ],
)
def test_that_name_none_are_what_they_are(link: str) -> None:
    assert handed_over(link) == link


@given(st.text())
def test_any_text_is_returned_or_leads_to_the_web(text: str) -> None:
    found = handed_over(text)
    assert found == text or found.startswith(("http://", "https://"))
